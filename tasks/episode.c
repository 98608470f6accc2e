/* An episode: reset, step, judge, end. */
#include "episode_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
} outcomes[CHORE_OUTCOME_COUNT] = {
#define CHORE_OUTCOME(symbol, name, scored, meaning) {name},
#include <chore/outcomes.inl>
#undef CHORE_OUTCOME
};

const char *chore_outcome_name(chore_outcome outcome)
{
    return (unsigned)outcome < CHORE_OUTCOME_COUNT ? outcomes[outcome].name : "unknown";
}

bool chore_outcome_find(const char *name, chore_outcome *out)
{
    for (int i = 0; i < CHORE_OUTCOME_COUNT; i++) {
        if (strcmp(name, outcomes[i].name) == 0) {
            *out = (chore_outcome)i;
            return true;
        }
    }
    return false;
}

/* ---- life ------------------------------------------------------------------------------------ */

chore_status chore_episode_create(chore_episode **out, const chore_episode_def *def,
                                  chore_error *err)
{
    *out = NULL;
    CHORE_ASSERT(def->task && def->scene);
    CHORE_ASSERT(def->task->resolved); /* by chore_task_build_scene */
    chore_episode *episode = calloc(1, sizeof *episode);
    if (!episode) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for an episode");
    }
    episode->task = def->task;
    episode->scene = def->scene;
    episode->run_key = def->run_key;
    episode->held_steps = (int)llround(def->task->held_for_s * def->task->control_hz);
    if (episode->held_steps < 1) {
        episode->held_steps = 1;
    }
    episode->horizon_steps = llround(def->task->horizon_s * def->task->control_hz);
    chore_status status = CHORE_OK;
    if (def->cache_dir &&
        !chore_copy(episode->cache_dir, sizeof episode->cache_dir, def->cache_dir)) {
        status = chore_fail(err, CHORE_E_USAGE, "the path of the cache is too long");
    }
    if (status == CHORE_OK) {
        chore_world_def world = chore_scene_world_def(def->scene);
        world.control_hz = def->task->control_hz;
        status = chore_world_create(&episode->world, &world, err);
    }
    if (status != CHORE_OK) {
        chore_episode_destroy(episode);
        return status;
    }
    *out = episode;
    return CHORE_OK;
}

void chore_episode_destroy(chore_episode *episode)
{
    if (!episode) {
        return;
    }
    chore_world_destroy(episode->world);
    chore_facts_release(&episode->facts);
    free(episode->literals);
    chore_text_release(&episode->instruction);
    chore_text_release(&episode->objects_text);
    chore_text_release(&episode->goal_text);
    chore_text_release(&episode->changes);
    for (int i = 0; i < CHANGE_LISTS; i++) {
        chore_text_release(&episode->change_lists[i]);
    }
    free(episode);
}

chore_world *chore_episode_world(chore_episode *episode)
{
    return episode->world;
}
const chore_scene *chore_episode_scene(const chore_episode *episode)
{
    return episode->scene;
}
const chore_task *chore_episode_task(const chore_episode *episode)
{
    return episode->task;
}

chore_view chore_episode_view(const chore_episode *episode)
{
    return (chore_view){.scene = episode->scene,
                        .world = episode->world,
                        .model = chore_world_model(episode->world),
                        .data = chore_world_data(episode->world),
                        .n_items = episode->task->n_objects,
                        .items = episode->task->items,
                        .start = (const double(*)[3])episode->monitor.job.start,
                        .present = episode->monitor.job.present,
                        .blamed = episode->monitor.report.blamed};
}

int64_t chore_episode_now(const chore_episode *episode)
{
    return (int64_t)chore_world_control_steps(episode->world);
}

bool chore_episode_is_disturbed(const chore_episode *episode)
{
    return episode->monitor.variant == CHORE_DISTURBED;
}

/* ---- reset ----------------------------------------------------------------------------------- */

static void derive(chore_episode *episode)
{
    chore_episode_write_instruction(episode);
    chore_changes_clear(episode);
    chore_episode_rebuild(episode);
    chore_episode_write_texts(episode);
}

chore_status chore_episode_reset(chore_episode *episode, uint64_t seed, chore_variant variant,
                                 chore_error *err)
{
    chore_monitor *monitor = &episode->monitor;
    memset(monitor, 0, sizeof *monitor);
    episode->ready = false;
    monitor->variant = variant;
    monitor->outcome = CHORE_OUTCOME_RUNNING;
    monitor->job.seed = seed;
    monitor->job.first_success = -1;
    for (int i = 0; i < MAX_STAGES; i++) {
        monitor->job.stage_reached[i] = -1;
    }
    TRY(chore_episode_start(episode, seed, err));
    TRY(chore_events_arm(episode, err));
    chore_view view = chore_episode_view(episode);
    for (int i = 0; i < view.n_items; i++) {
        if (monitor->job.present >> i & 1) {
            chore_item_centre(&view, i, monitor->job.start[i]);
        }
    }
    derive(episode);
    episode->ready = true;
    return CHORE_OK;
}

/* ---- step ------------------------------------------------------------------------------------ */

chore_status chore_episode_step(chore_episode *episode, const float *action, chore_error *err)
{
    chore_error own;
    chore_error *to = err ? err : &own;
    int n_clamped = 0;
    CHORE_ASSERT(episode->ready);
    if (chore_episode_ended(episode)) {
        return CHORE_OK;
    }
    chore_changes_clear(episode);
    chore_events_fire(episode);
    chore_status status = chore_world_step(episode->world, action, &n_clamped, to);
    if (status != CHORE_OK) {
        chore_episode_end(episode,
                          status == CHORE_E_POLICY ? CHORE_OUTCOME_POLICY_ERROR
                                                   : CHORE_OUTCOME_SIM_ERROR,
                          to->message);
        return status;
    }
    episode->monitor.job.clamped += n_clamped;
    chore_episode_note_broken(episode);
    chore_episode_judge(episode);
    chore_episode_write_texts(episode);
    return CHORE_OK;
}

/* ---- state ----------------------------------------------------------------------------------- */

typedef struct episode_header {
    char magic[8];
    uint64_t bytes;
    chore_hash task;
} episode_header;

static episode_header header_of(const chore_episode *episode)
{
    return (episode_header){.magic = "chepis1",
                            .bytes = chore_episode_snapshot_bytes(episode),
                            .task = episode->task->hash};
}

size_t chore_episode_snapshot_bytes(const chore_episode *episode)
{
    return sizeof(episode_header) + sizeof(chore_monitor) +
           chore_world_snapshot_bytes(episode->world);
}

void chore_episode_snapshot(const chore_episode *episode, void *out)
{
    unsigned char *to = out;
    const episode_header header = header_of(episode);
    memcpy(to, &header, sizeof header);
    memcpy(to + sizeof header, &episode->monitor, sizeof episode->monitor);
    chore_world_snapshot(episode->world, to + sizeof header + sizeof episode->monitor);
}

chore_status chore_episode_restore(chore_episode *episode, const void *snapshot, size_t len,
                                   chore_error *err)
{
    const unsigned char *from = snapshot;
    const episode_header wanted = header_of(episode);
    if (len != wanted.bytes || memcmp(from, &wanted, sizeof wanted) != 0) {
        return chore_fail(err, CHORE_E_FILE,
                          "this is not a snapshot of an episode of the task %s as it is now",
                          episode->task->name);
    }
    const size_t before = sizeof wanted + sizeof episode->monitor;
    TRY(chore_world_restore(episode->world, from + before, len - before, err));
    memcpy(&episode->monitor, from + sizeof wanted, sizeof episode->monitor);
    episode->monitor.reason[sizeof episode->monitor.reason - 1] = '\0';
    derive(episode);
    episode->ready = true;
    return CHORE_OK;
}

/* Does it pull at cloth, or has it? */
static bool is_pull(const chore_episode *episode, int event)
{
    const effect_kind effect = episode->task->events[event].effect;
    return effect == EFFECT_UNFOLD || effect == EFFECT_TOPPLE || effect == EFFECT_SLIDE ||
           (effect == EFFECT_DROP && episode->monitor.pulls[event].until > 0);
}

/* Triggers, variant and outcome stay out: until an event fires, a disturbed episode equals its
   control. */
chore_hash chore_episode_hash(const chore_episode *episode)
{
    chore_hash hash = chore_world_hash(episode->world);
    hash = chore_hash_chain(hash, &episode->monitor.job, sizeof episode->monitor.job);
    if (episode->monitor.report.said != CHORE_SAID_NOTHING) {
        hash = chore_hash_chain(hash, &episode->monitor.report, sizeof episode->monitor.report);
    }
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0) {
            hash = chore_hash_chain(hash, &episode->monitor.events[i],
                                    sizeof episode->monitor.events[i]);
            if (is_pull(episode, i)) {
                hash = chore_hash_chain(hash, &episode->monitor.pulls[i],
                                        sizeof episode->monitor.pulls[i]);
            }
        }
    }
    return hash;
}
