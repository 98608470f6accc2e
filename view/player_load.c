#include "player_internal.h"

#include <mujoco/mujoco.h>
#include <string.h>
#include <time.h>

#include <chore/recorded.h>
#include <chore/verify.h>

void chorei_player_wait(chore_player *p, uint64_t ns)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    const uint64_t sum = (uint64_t)until.tv_nsec + ns;
    until.tv_sec += (time_t)(sum / 1000000000);
    until.tv_nsec = (long)(sum % 1000000000);
    pthread_cond_timedwait(&p->wish, &p->lock, &until);
}

static bool stop_at_once(void *ctx, chore_episode *episode, uint64_t steps)
{
    (void)ctx, (void)episode, (void)steps;
    return false;
}

/* Its beginning may not be there yet. */
static chore_status open_reel(chore_player *p, chore_error *err)
{
    chore_status status = reel_open(&p->reel, p->path, err);
    while (p->await && (status == CHORE_E_NOT_FOUND || status == CHORE_E_INCOMPLETE)) {
        pthread_mutex_lock(&p->lock);
        if (!p->stop) {
            chorei_player_wait(p, CHOREI_PLAYER_LOOK_NS);
        }
        const bool stop = p->stop;
        pthread_mutex_unlock(&p->lock);
        if (stop) {
            return chore_fail(err, CHORE_E_INTERRUPTED, "nobody waits for %s any more", p->path);
        }
        status = reel_open(&p->reel, p->path, err);
    }
    return status;
}

static chore_status open_rig(chore_player *p, chore_error *err)
{
    char name[CHORE_NAME_CAP], embodiment[CHORE_NAME_CAP];
    chore_status status = open_reel(p, err);
    if (status == CHORE_OK) {
        chore_trace_header_text(p->reel->trace, "task", name, sizeof name);
        chore_trace_header_text(p->reel->trace, "embodiment", embodiment, sizeof embodiment);
        status = chore_rig_create_at(&p->rig, chore_trace_control_hz(p->reel->trace), p->task[0] ? p->task : name, embodiment,
                                     p->cache[0] ? p->cache : NULL, p->run_key, err);
    }
    if (status == CHORE_OK) {
        p->episode = chore_rig_episode(p->rig);
        status = chore_replay(p->rig, p->reel->trace, stop_at_once, NULL, err);
    }
    if (status == CHORE_E_DIVERGED &&
        chore_trace_action_dim(p->reel->trace) == chore_world_action_dim(chore_episode_world(p->episode))) {
        status = CHORE_OK; /* worth seeing: from the first step on it is shown as diverged */
    }
    return status;
}

static chore_status make_moments(chore_player *p, chore_error *err)
{
    for (int i = 0; i < 3; i++) {
        p->moments[i].data = mj_makeData(chore_player_model(p));
        if (!p->moments[i].data) {
            return chore_fail(err, CHORE_E_MEMORY, "no memory for a picture of the world");
        }
    }
    p->making = &p->moments[0], p->latest = &p->moments[1], p->taken = &p->moments[2];
    return CHORE_OK;
}

static void lay_out_action(chore_player *p)
{
    const chore_world *world = chore_episode_world(p->episode);
    const chore_action_mode mode = chore_world_mode(world);
    chore_copy(p->action.mode, sizeof p->action.mode, chore_action_mode_name(mode));
    p->action.n = chore_world_components(world, mode, p->action.components, CHORE_MAX_COMPONENTS);
    p->action.dim = chore_world_action_dim(world);
}

chore_status chorei_player_load(chore_player *p, chore_error *err)
{
    chore_status status = open_rig(p, err);
    if (status == CHORE_OK) {
        status = make_moments(p, err);
    }
    if (status == CHORE_OK) {
        lay_out_action(p);
    }
    return status;
}
