/* Where the time of physics steps goes, by MuJoCo's own timers. */
#include "world_internal.h"

#include <chore/clock.h>

static mjtNum seconds_now(void)
{
    return (double)chore_now_ns() * 1e-9;
}

void chore_world_play_ctrl_timed(chore_world *world, const double *ctrl, size_t n_steps,
                                 chore_step_times *out)
{
    const mjTimerStat *timers = world->data->timer;
    const chore_step_times before = {timers[mjTIMER_STEP].duration,
                                     timers[mjTIMER_POS_COLLISION].duration,
                                     timers[mjTIMER_CONSTRAINT].duration};
    mjcb_time = seconds_now;
    chore_world_play_ctrl(world, ctrl, n_steps);
    mjcb_time = NULL;
    out->total_s = timers[mjTIMER_STEP].duration - before.total_s;
    out->collision_s = timers[mjTIMER_POS_COLLISION].duration - before.collision_s;
    out->constraint_s = timers[mjTIMER_CONSTRAINT].duration - before.constraint_s;
}
