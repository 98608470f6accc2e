/* Effect: a door or a drawer of a fixture swings, as by a draught, a knee or somebody's hand. A force on its body along its
   joint, computed anew from the state before each control step: it brings about a speed against catch, friction and drag, and
   ends where it shall stand. What is in the way holds it up. */
#include "episode_internal.h"

#include <math.h>
#include <string.h>

#define TURN_SPEED  1.6  /* rad/s */
#define SLIDE_SPEED 0.35 /* m/s */
#define GAIN        10.0 /* 1/s: how fast the speed is brought about; below one over a control step */
#define THERE       0.05 /* rad or m: so near it stands there already */

bool chore_event_part_swing(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const chore_view view = chore_episode_view(episode);
    const double at = view.data->qpos[view.model->jnt_qposadr[def->item.index]];
    if (fabs(at - def->swing_to) < THERE || !chore_part_released(episode->world, def->item.index)) {
        return false;
    }
    const int64_t steps = chore_event_steps(episode, def->duration_s);
    chore_event_mark_fired(episode, event, -1);
    pull->items = 1; /* no item: it only says that there is something to pull at */
    pull->side = at < def->swing_to ? 1 : -1;
    pull->until = chore_episode_now(episode) + (steps > 0 ? steps : 1);
    return true;
}

void chore_event_part_swing_on(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const chore_view view = chore_episode_view(episode);
    const mjModel *m = view.model;
    const int joint = def->item.index, dof = m->jnt_dofadr[joint], body = m->jnt_bodyid[joint];
    const bool slides = m->jnt_type[joint] == mjJNT_SLIDE;
    const double side = (double)pull->side;
    if ((def->swing_to - view.data->qpos[m->jnt_qposadr[joint]]) * side <= 0) {
        pull->until = chore_episode_now(episode);
        return;
    }
    const double speed = side * (slides ? SLIDE_SPEED : TURN_SPEED),
                 effort = side * m->dof_frictionloss[dof] - view.data->qfrc_passive[dof] +
                          GAIN * m->dof_M0[dof] * (speed - view.data->qvel[dof]);
    double axis[3], wrench[6] = {0};
    mju_mulMatVec3(axis, view.data->xmat + 9 * body, m->jnt_axis + 3 * joint);
    mju_scl3(wrench + (slides ? 0 : 3), axis, effort);
    chore_world_push_body(episode->world, body, wrench, 1);
}
