/* Trace: how far its key frames are apart. */
#include <chore/trace.h>

#include <mujoco/mujoco.h>

/* What a physics step costs grows with the degrees of freedom: an arm with dishes has about a hundred, two shirts twelve hundred. */
uint64_t chore_trace_keyframe_every(const mjModel *model, int control_hz)
{
    enum { MOST_SECONDS = 5, SECONDS_TIMES_DOF = 700 };
    const double seconds = (double)SECONDS_TIMES_DOF / (double)model->nv;
    const double steps = control_hz * (seconds < MOST_SECONDS ? seconds : MOST_SECONDS);
    return steps > 1 ? (uint64_t)steps : 1;
}
