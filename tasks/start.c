/* The start of an episode: what the seed chooses, where it stands, from the cache or settled
   anew. */
#include "episode_internal.h"

#include <chore/log.h>
#include <stdio.h>
#include <string.h>

#define PLACEMENT_TRIES 8

typedef struct start_choice {
    chore_placement placements[CHORE_MAX_OBJECTS];
    chore_garment_placement garments[CHORE_MAX_GARMENTS];
    int n, n_garments;
} start_choice;

static void add_placement(start_choice *choice, const chore_episode *episode, const task_init *init,
                          chore_item item)
{
    if (item.garment >= 0) {
        choice->garments[choice->n_garments++] =
            (chore_garment_placement){.garment = item.garment,
                                      .region = init->region_index,
                                      .yaw_rad = {init->yaw_rad[0], init->yaw_rad[1]},
                                      .start = init->start};
        return;
    }
    const chore_object *object = chore_scene_object(episode->scene, item.object);
    choice->placements[choice->n++] = (chore_placement){
        .object = item.object,
        .region = init->region_index,
        .yaw_rad = {init->yaw_rad[0], init->yaw_rad[1]},
        .lift_m = 0.002,
        .stance = init->pose_node ? chore_object_find_stance(object, init->pose) : 0,
        .inside = init->inside >= 0 ? 1 + episode->task->items[init->inside].object : 0};
}

/* One entry of init: draw how many and which of those that stand nowhere yet. */
static void choose_entry(const chore_episode *episode, const task_init *init, chore_rng *rng,
                         uint64_t *chosen, start_choice *choice, int64_t *roles)
{
    int pool[CHORE_MAX_OBJECTS], n_pool = 0;
    for (int i = 0; i < init->n_from; i++) {
        if (!(*chosen >> init->from[i] & 1)) {
            pool[n_pool++] = init->from[i];
        }
    }
    int wanted = init->lo;
    if (init->hi > init->lo) {
        wanted += (int)chore_rng_below(rng, (uint32_t)(init->hi - init->lo + 1));
    }
    for (int i = 0; i < wanted && i < n_pool; i++) {
        if (wanted < n_pool) { /* not all of them: a shuffle's next card */
            int other = i + (int)chore_rng_below(rng, (uint32_t)(n_pool - i)), kept = pool[i];
            pool[i] = pool[other];
            pool[other] = kept;
        }
        add_placement(choice, episode, init, episode->task->items[pool[i]]);
        *chosen |= UINT64_C(1) << pool[i];
        if (init->role >= 0) {
            roles[init->role] = pool[i];
        }
    }
}

static void choose(const chore_episode *episode, chore_rng *rng, start_choice *choice,
                   job_record *job)
{
    choice->n = choice->n_garments = 0;
    for (int i = 0; i < MAX_ROLES; i++) {
        job->roles[i] = -1;
    }
    job->present = 0;
    for (int i = 0; i < episode->task->n_init; i++) {
        choose_entry(episode, &episode->task->init[i], rng, &job->present, choice, job->roles);
    }
    job->at_start = job->present;
}

/* Cloth may settle just as it is wanted. */
static bool is_done_already(chore_episode *episode)
{
    chore_episode_rebuild(episode);
    return episode->n_literals > 0 && chore_clause_holds(&episode->facts, episode->goal);
}

/* Place and settle, what is rigid first. A pose that rolls away, finds no room or leaves nothing to do is drawn again,
   from the next stream. */
static chore_status place(chore_episode *episode, uint64_t seed, const start_choice *choice,
                          chore_error *err)
{
    chore_status status = CHORE_OK;
    for (int try_no = 0; try_no < PLACEMENT_TRIES; try_no++) {
        char stream[32];
        snprintf(stream, sizeof stream, "placement/%d", try_no);
        chore_rng rng =
            chore_rng_stream(episode->run_key, chore_task_hash(episode->task), seed, stream);
        status = chore_scene_place(episode->scene, episode->world, choice->placements, choice->n,
                                   &rng, err);
        if (status == CHORE_OK) {
            status = chore_joints_set(episode->task, episode->scene, episode->world, err);
        }
        if (status == CHORE_OK) {
            status = chore_spills_make(episode, &rng, err);
        }
        if (status == CHORE_OK && choice->n_garments > 0) {
            status = chore_scene_place_garments(episode->scene, episode->world, choice->garments,
                                                choice->n_garments, &rng, err);
        }
        if (status != CHORE_E_PLACEMENT && (status != CHORE_OK || !is_done_already(episode))) {
            return status;
        }
    }
    return status;
}

static chore_hash cache_key(const chore_episode *episode, uint64_t seed)
{
    const chore_hash scene = chore_scene_hash(episode->scene),
                     task = chore_task_hash(episode->task);
    const uint64_t words[7] = {
        scene.lo, scene.hi, task.lo, task.hi, episode->run_key, seed, CHORE_PLACEMENT_VERSION};
    chore_hash key = chore_hash_bytes(words, sizeof words, 0);
    if (episode->task->control_hz != episode->task->own_hz) {
        const int64_t hz = episode->task->control_hz;
        key = chore_hash_chain(key, &hz, sizeof hz);
    }
    return key;
}

chore_status chore_episode_start(chore_episode *episode, uint64_t seed, chore_error *err)
{
    job_record *job = &episode->monitor.job;
    const chore_hash task = chore_task_hash(episode->task);
    chore_rng rng = chore_rng_stream(episode->run_key, task, seed, "placement");
    chore_rng words = chore_rng_stream(episode->run_key, task, seed, "instruction");
    start_choice choice;
    choose(episode, &rng, &choice, job);
    job->instruction = chore_rng_below(&words, (uint32_t)episode->task->n_instructions);

    const char *dir = episode->cache_dir[0] ? episode->cache_dir : NULL;
    const chore_hash key = cache_key(episode, seed);
    if (dir && chore_scene_cache_load(dir, key, episode->world, NULL) == CHORE_OK) {
        return CHORE_OK;
    }
    TRY(place(episode, seed, &choice, err));
    chore_error cause;
    if (dir && chore_scene_cache_store(dir, key, episode->world, &cause) != CHORE_OK) {
        chore_log(CHORE_LOG_WARN, "tasks", "initial state not cached: %s",
                  cause.message); /* slower, not wrong */
    }
    return CHORE_OK;
}
