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

/* ---- life ----------------------------------------------------------------------------------------------------------------- */

chore_status chore_episode_create(chore_episode **out, const chore_episode_def *def, chore_error *err)
{
    *out = NULL;
    CHORE_ASSERT(def->task && def->scene);
    CHORE_ASSERT(def->task->resolved);   /* by chore_task_build_scene */
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
    if (def->cache_dir && !chore_copy(episode->cache_dir, sizeof episode->cache_dir, def->cache_dir)) {
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

chore_world *chore_episode_world(chore_episode *episode) { return episode->world; }
const chore_scene *chore_episode_scene(const chore_episode *episode) { return episode->scene; }
const chore_task *chore_episode_task(const chore_episode *episode) { return episode->task; }

chore_view chore_episode_view(const chore_episode *episode)
{
    return (chore_view){.scene = episode->scene,
                        .world = episode->world,
                        .model = chore_world_model(episode->world),
                        .data = chore_world_data(episode->world),
                        .start = (const double(*)[3])episode->monitor.job.start,
                        .present = episode->monitor.job.present};
}

int64_t chore_episode_now(const chore_episode *episode)
{
    return (int64_t)chore_world_control_steps(episode->world);
}

bool chore_episode_is_disturbed(const chore_episode *episode)
{
    return episode->monitor.variant == CHORE_DISTURBED;
}

/* ---- conditions of the moment --------------------------------------------------------------------------------------------- */

typedef struct literal_list {
    chore_episode *episode;
    int event;
} literal_list;

static void add_literal(void *ctx, int fact, bool wanted)
{
    literal_list *list = ctx;
    chore_episode *episode = list->episode;
    if (episode->n_literals == episode->cap_literals) {
        episode->cap_literals = episode->cap_literals ? 2 * episode->cap_literals : 32;
        episode->literals = realloc(episode->literals, (size_t)episode->cap_literals * sizeof *episode->literals);
        CHORE_ASSERT(episode->literals != NULL);
    }
    episode->literals[episode->n_literals++] = (episode_literal){fact, list->event, wanted, false};
}

static bool literal_holds(const chore_episode *episode, const episode_literal *literal)
{
    return episode->facts.facts[literal->fact].holds == literal->wanted;
}

static void rebuild_event(chore_episode *episode, int event, clause_words words)
{
    const task_event *def = &episode->task->events[event];
    const event_record *record = &episode->monitor.events[event];
    episode->rises_over[event] = 0;
    words.among = episode->monitor.job.present;
    if (record->fired >= 0) {
        words.event = (int)record->object;
        if (def->has_work) {
            episode->works[event] = chore_clause_add(&episode->facts, &def->work, words);
        }
        return;
    }
    if (!def->has_rises || !chore_episode_is_disturbed(episode)) {
        return;
    }
    episode->rises_over[event] = def->has_over ? chore_set_members(&def->over, &words) : 1;
    for (int object = 0; object < CHORE_MAX_OBJECTS; object++) {
        if (episode->rises_over[event] >> object & 1) {
            words.each = def->has_over ? object : -1;
            episode->rises[event][object] = chore_clause_add(&episode->facts, &def->rises, words);
        }
    }
}

static void rebuild_literals(chore_episode *episode)
{
    literal_list list = {episode, -1};
    episode->n_literals = 0;
    chore_clause_leaves(&episode->facts, episode->goal, add_literal, &list);
    for (list.event = 0; list.event < episode->task->n_events; list.event++) {
        if (episode->monitor.events[list.event].fired >= 0 && episode->task->events[list.event].has_work) {
            chore_clause_leaves(&episode->facts, episode->works[list.event], add_literal, &list);
        }
    }
}

void chore_episode_rebuild(chore_episode *episode)
{
    const job_record *job = &episode->monitor.job;
    const chore_task *task = episode->task;
    clause_words words = {.task = task, .among = job->at_start, .at_start = job->at_start, .roles = job->roles, .each = -1, .event = -1};
    chore_facts_clear(&episode->facts);
    episode->goal = chore_clause_add(&episode->facts, &task->goal, words);
    for (int i = 0; i < task->n_stages; i++) {
        episode->stages[i] = chore_clause_add(&episode->facts, &task->stages[i].condition, words);
    }
    words.among = job->present;
    for (int i = 0; i < task->n_fails; i++) {
        episode->fails[i] = chore_clause_add(&episode->facts, &task->fails[i], words);
    }
    for (int i = 0; i < task->n_events; i++) {
        rebuild_event(episode, i, words);
    }
    chore_view view = chore_episode_view(episode);
    chore_facts_update(&episode->facts, &view);
    rebuild_literals(episode);
    for (int i = 0; i < episode->n_literals; i++) {
        episode->literals[i].was = literal_holds(episode, &episode->literals[i]);
    }
    episode->goal_text_stale = episode->objects_text_stale = true;
}

/* ---- reset ------------------------------------------------------------------------------------------------------------------ */

/* The instruction of the seed, with {role} replaced by what was chosen: "blue mug". */
static void write_instruction(chore_episode *episode)
{
    const char *from = chore_task_instruction(episode->task, (int)episode->monitor.job.instruction);
    chore_text_clear(&episode->instruction);
    for (const char *open; (open = strchr(from, '{')) != NULL;) {
        const char *close = strchr(open, '}');
        chore_text_add_bytes(&episode->instruction, from, (size_t)(open - from));
        for (int i = 0; i < episode->task->n_roles; i++) {
            const char *role = episode->task->roles[i];
            if (strlen(role) != (size_t)(close - open - 1) || strncmp(role, open + 1, strlen(role)) != 0) {
                continue;
            }
            const chore_object *object = chore_scene_object(episode->scene, (int)episode->monitor.job.roles[i]);
            chore_text_add(&episode->instruction, "%s ", object->colour);
            for (const char *c = object->kind; *c; c++) {
                chore_text_add_bytes(&episode->instruction, *c == '_' ? " " : c, 1);
            }
        }
        from = close + 1;
    }
    chore_text_add(&episode->instruction, "%s", from);
}

static void derive(chore_episode *episode)
{
    write_instruction(episode);
    chore_changes_clear(episode);
    chore_episode_rebuild(episode);
    chore_episode_write_texts(episode);
}

chore_status chore_episode_reset(chore_episode *episode, uint64_t seed, chore_variant variant, chore_error *err)
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
    for (int i = 0; i < chore_scene_n_objects(episode->scene); i++) {
        if (monitor->job.present >> i & 1) {
            memcpy(monitor->job.start[i], chore_object_centre(&view, i), sizeof monitor->job.start[i]);
        }
    }
    derive(episode);
    episode->ready = true;
    return CHORE_OK;
}

/* ---- judging ------------------------------------------------------------------------------------------------------------------ */

void chore_episode_end(chore_episode *episode, chore_outcome outcome, const char *reason)
{
    if (episode->monitor.outcome == CHORE_OUTCOME_RUNNING) {
        episode->monitor.outcome = outcome;
        chore_copy(episode->monitor.reason, sizeof episode->monitor.reason, reason);
    }
}

void chore_episode_abort(chore_episode *episode, chore_outcome outcome, const char *reason)
{
    chore_episode_end(episode, outcome, reason);
}

static void note_literals(chore_episode *episode)
{
    for (int i = 0; i < episode->n_literals; i++) {
        episode_literal *literal = &episode->literals[i];
        const bool holds = literal_holds(episode, literal);
        if (holds != literal->was) {
            char text[CHORE_NAME_CAP * 3];
            chore_fact_text(&episode->facts.facts[literal->fact], literal->wanted, episode->scene, text, sizeof text);
            chore_change_add(episode, CHANGE_LITERALS, "{\"text\":\"%s\",\"holds\":%s,\"event\":%d}", text, holds ? "true" : "false",
                              literal->event);
            literal->was = holds;
            episode->goal_text_stale = true;
        }
    }
}

static void judge_stages(chore_episode *episode, int64_t now)
{
    for (int i = 0; i < episode->task->n_stages; i++) {
        int64_t *reached = &episode->monitor.job.stage_reached[i];
        if (*reached < 0 && chore_clause_holds(&episode->facts, episode->stages[i])) {
            *reached = now;
            chore_change_add(episode, CHANGE_STAGES, "\"%s\"", episode->task->stages[i].name);
        }
    }
}

typedef struct reason_search {
    const chore_episode *episode;
    char text[CHORE_NAME_CAP * 3];
} reason_search;

/* The first leaf that is as the condition wants it explains why it is true. */
static void find_reason(void *ctx, int fact, bool wanted)
{
    reason_search *search = ctx;
    const chore_fact *leaf = &search->episode->facts.facts[fact];
    if (!search->text[0] && leaf->holds == wanted) {
        chore_fact_text(leaf, wanted, search->episode->scene, search->text, sizeof search->text);
    }
}

static bool judge_fails(chore_episode *episode)
{
    for (int i = 0; i < episode->task->n_fails; i++) {
        if (chore_clause_holds(&episode->facts, episode->fails[i])) {
            reason_search search = {episode, ""};
            chore_clause_leaves(&episode->facts, episode->fails[i], find_reason, &search);
            chore_episode_end(episode, CHORE_OUTCOME_FAILED, search.text[0] ? search.text : "a failure condition came true");
            return true;
        }
    }
    return false;
}

/* Goal and all new work have held for their time. */
static bool job_done(const chore_episode *episode)
{
    if (episode->monitor.job.goal_held < episode->held_steps) {
        return false;
    }
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0 && episode->monitor.events[i].work_held < episode->held_steps) {
            return false;
        }
    }
    return true;
}

void chore_episode_judge(chore_episode *episode)
{
    job_record *job = &episode->monitor.job;
    const int64_t now = chore_episode_now(episode);
    chore_view view = chore_episode_view(episode);
    chore_facts_update(&episode->facts, &view);
    note_literals(episode);
    judge_stages(episode, now);
    job->goal_held = chore_clause_holds(&episode->facts, episode->goal) ? job->goal_held + 1 : 0;
    if (job->first_success < 0 && job->goal_held >= episode->held_steps) {
        job->first_success = now;
    }
    chore_events_follow(episode);
    chore_events_watch(episode);
    if (judge_fails(episode)) {
        return;
    }
    if (job_done(episode) && !chore_events_hurry(episode)) {
        chore_episode_end(episode, CHORE_OUTCOME_SUCCESS, "the goal held for its time");
    } else if (now >= episode->horizon_steps) {
        chore_episode_end(episode, CHORE_OUTCOME_TIMEOUT, "the horizon passed");
    }
}

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
        chore_episode_end(episode, status == CHORE_E_POLICY ? CHORE_OUTCOME_POLICY_ERROR : CHORE_OUTCOME_SIM_ERROR, to->message);
        return status;
    }
    episode->monitor.job.clamped += n_clamped;
    chore_episode_judge(episode);
    chore_episode_write_texts(episode);
    return CHORE_OK;
}

/* ---- asking --------------------------------------------------------------------------------------------------------------------- */

bool chore_episode_ended(const chore_episode *episode) { return episode->monitor.outcome != CHORE_OUTCOME_RUNNING; }
chore_outcome chore_episode_outcome(const chore_episode *episode) { return (chore_outcome)episode->monitor.outcome; }
const char *chore_episode_reason(const chore_episode *episode) { return episode->monitor.reason; }
const char *chore_episode_instruction(const chore_episode *episode) { return chore_text_get(&episode->instruction); }
int64_t chore_episode_first_success_step(const chore_episode *episode) { return episode->monitor.job.first_success; }
int64_t chore_episode_clamped(const chore_episode *episode) { return episode->monitor.job.clamped; }
int chore_episode_n_literals(const chore_episode *episode) { return episode->n_literals; }
int chore_episode_n_stages(const chore_episode *episode) { return episode->task->n_stages; }

int chore_episode_n_events(const chore_episode *episode)
{
    return chore_episode_is_disturbed(episode) ? episode->task->n_events : 0;
}

bool chore_episode_is_present(const chore_episode *episode, int object)
{
    return object >= 0 && object < chore_scene_n_objects(episode->scene) && (episode->monitor.job.present >> object & 1);
}

static double literal_share(const chore_episode *episode)
{
    int n = 0;
    for (int i = 0; i < episode->n_literals; i++) {
        n += literal_holds(episode, &episode->literals[i]);
    }
    return episode->n_literals ? (double)n / episode->n_literals : 0;
}

double chore_episode_progress(const chore_episode *episode)
{
    double done = 0, all = 0;
    if (episode->monitor.outcome == CHORE_OUTCOME_SUCCESS) {
        return 1;
    }
    if (episode->task->n_stages == 0) {
        return literal_share(episode);
    }
    for (int i = 0; i < episode->task->n_stages; i++) {
        done += episode->task->stages[i].weight * chore_clause_share(&episode->facts, episode->stages[i]);
        all += episode->task->stages[i].weight;
    }
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0 && episode->task->events[i].has_work) {
            done += episode->task->events[i].weight * chore_clause_share(&episode->facts, episode->works[i]);
            all += episode->task->events[i].weight;
        }
    }
    return done / all;
}

chore_literal chore_episode_literal(const chore_episode *episode, int index)
{
    CHORE_ASSERT(index >= 0 && index < episode->n_literals);
    const episode_literal *literal = &episode->literals[index];
    chore_literal out = {.holds = literal_holds(episode, literal), .event = literal->event};
    chore_fact_text(&episode->facts.facts[literal->fact], literal->wanted, episode->scene, out.text, sizeof out.text);
    return out;
}

chore_stage_state chore_episode_stage(const chore_episode *episode, int index)
{
    CHORE_ASSERT(index >= 0 && index < episode->task->n_stages);
    const task_stage *stage = &episode->task->stages[index];
    return (chore_stage_state){stage->name, stage->weight, episode->monitor.job.stage_reached[index]};
}

chore_event_state chore_episode_event(const chore_episode *episode, int index)
{
    CHORE_ASSERT(index >= 0 && index < chore_episode_n_events(episode));
    const task_event *def = &episode->task->events[index];
    const event_record *record = &episode->monitor.events[index];
    const int64_t within = llround(def->within_s * episode->task->control_hz);
    chore_event_state out = {.name = def->name,
                             .fired_step = record->fired,
                             .noticed_step = record->noticed,
                             .handled_step = record->handled,
                             .within_s = def->within_s};
    out.handled = record->fired >= 0 && (!def->has_work || chore_clause_holds(&episode->facts, episode->works[index]));
    out.in_time = record->handled >= 0 && (within == 0 || record->handled - record->fired <= within);
    if (record->fired >= 0) {
        snprintf(out.detail, sizeof out.detail, "%s %s at %.2f %.2f", chore_scene_object(episode->scene, (int)record->object)->id,
                 def->effect == EFFECT_DROP ? "dropped" : "slipped", record->spot[0], record->spot[1]);
    }
    return out;
}

/* ---- state ------------------------------------------------------------------------------------------------------------------------ */

typedef struct episode_header {
    char magic[8];
    uint64_t bytes;
    chore_hash task;
} episode_header;

static episode_header header_of(const chore_episode *episode)
{
    return (episode_header){.magic = "chepis1", .bytes = chore_episode_snapshot_bytes(episode), .task = episode->task->hash};
}

size_t chore_episode_snapshot_bytes(const chore_episode *episode)
{
    return sizeof(episode_header) + sizeof(chore_monitor) + chore_world_snapshot_bytes(episode->world);
}

void chore_episode_snapshot(const chore_episode *episode, void *out)
{
    unsigned char *to = out;
    const episode_header header = header_of(episode);
    memcpy(to, &header, sizeof header);
    memcpy(to + sizeof header, &episode->monitor, sizeof episode->monitor);
    chore_world_snapshot(episode->world, to + sizeof header + sizeof episode->monitor);
}

chore_status chore_episode_restore(chore_episode *episode, const void *snapshot, size_t len, chore_error *err)
{
    const unsigned char *from = snapshot;
    const episode_header wanted = header_of(episode);
    if (len != wanted.bytes || memcmp(from, &wanted, sizeof wanted) != 0) {
        return chore_fail(err, CHORE_E_FILE, "this is not a snapshot of an episode of the task %s as it is now", episode->task->name);
    }
    const size_t before = sizeof wanted + sizeof episode->monitor;
    TRY(chore_world_restore(episode->world, from + before, len - before, err));
    memcpy(&episode->monitor, from + sizeof wanted, sizeof episode->monitor);
    episode->monitor.reason[sizeof episode->monitor.reason - 1] = '\0';
    derive(episode);
    episode->ready = true;
    return CHORE_OK;
}

/* Triggers, variant and outcome stay out: until an event fires, a disturbed episode equals its control. */
chore_hash chore_episode_hash(const chore_episode *episode)
{
    chore_hash hash = chore_world_hash(episode->world);
    hash = chore_hash_chain(hash, &episode->monitor.job, sizeof episode->monitor.job);
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0) {
            hash = chore_hash_chain(hash, &episode->monitor.events[i], sizeof episode->monitor.events[i]);
        }
    }
    return hash;
}
