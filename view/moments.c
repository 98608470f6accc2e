#include "moments_internal.h"

#include <mujoco/mujoco.h>

chore_status moments_open(moments *m, const mjModel *model, chore_error *err)
{
    *m = (moments){0};
    pthread_mutex_init(&m->lock, NULL);
    m->making = &m->all[0], m->latest = &m->all[1], m->taken = &m->all[2];
    for (int i = 0; i < 3; i++) {
        m->all[i].data = mj_makeData(model);
        if (!m->all[i].data) {
            moments_close(m);
            return chore_fail(err, CHORE_E_MEMORY, "no memory for a picture of the world");
        }
    }
    return CHORE_OK;
}

void moments_close(moments *m)
{
    if (m->making) {
        for (int i = 0; i < 3; i++) {
            mj_deleteData(m->all[i].data);
        }
        pthread_mutex_destroy(&m->lock);
    }
    *m = (moments){0};
}

typedef struct copying {
    chore_moment *to;
    const chore_world *world;
} copying;

static void copy_data(void *ctx)
{
    const copying *c = ctx;
    mjv_copyData(c->to->data, chore_world_model(c->world), chore_world_data(c->world));
}

chore_status moments_fill(moments *m, chore_episode *episode)
{
    chore_moment *to = m->making;
    copying c = {to, chore_episode_world(episode)};
    const chore_status status = chore_mj_try(copy_data, &c, NULL);
    if (status != CHORE_OK) {
        return status;
    }
    to->step = chore_world_control_steps(c.world);
    to->hash = chore_episode_hash(episode);
    to->seconds = chore_world_seconds(c.world);
    to->progress = chore_episode_progress(episode);
    to->outcome = chore_episode_outcome(episode);
    chore_copy(to->instruction, sizeof to->instruction, chore_episode_instruction(episode));
    to->literals_total = chore_episode_n_literals(episode);
    to->literals_met = 0;
    for (int i = 0; i < to->literals_total; i++) {
        to->literals_met += chore_episode_literal(episode, i).holds;
    }
    return CHORE_OK;
}

void moments_post(moments *m)
{
    pthread_mutex_lock(&m->lock);
    chore_moment *free_one = m->latest;
    m->latest = m->making;
    m->making = free_one;
    m->fresh = true;
    pthread_mutex_unlock(&m->lock);
}

chore_moment *moments_take(moments *m)
{
    chore_moment *moment = NULL;
    pthread_mutex_lock(&m->lock);
    if (m->fresh) {
        moment = m->latest;
        m->latest = m->taken;
        m->taken = moment;
        m->fresh = false;
    }
    pthread_mutex_unlock(&m->lock);
    return moment;
}
