/* What `closed` and `open` mean by a door or a drawer of a fixture. */
#include "predicates_internal.h"

#include <math.h>

#define DEGREE 0.017453292519943295

static const double SHUT = 3 * DEGREE,
                    SHUT_M = 0.01; /* a catch draws in what is nearer; ajar is not shut */
static const double OPEN = 60 * DEGREE, OPEN_M = 0.15;    /* a hand goes in */
static const double REST_TURN = 0.05, REST_SPEED = 0.005; /* rad/s, m/s */

static bool slides(const chore_view *view, int joint)
{
    return view->model->jnt_type[joint] == mjJNT_SLIDE;
}

bool chore_part_released(const chore_world *world, int joint)
{
    const chore_embodiment *robot = chore_world_embodiment(world);
    const int body = chore_world_model(world)->jnt_bodyid[joint];
    for (int arm = 0; arm < robot->n_arms; arm++) {
        if (chore_world_touching(world, robot->arms[arm].base_body, body)) {
            return false;
        }
    }
    return true;
}

bool chore_part_settled(const chore_view *view, int joint)
{
    return fabs(view->data->qvel[view->model->jnt_dofadr[joint]]) <
               (slides(view, joint) ? REST_SPEED : REST_TURN) &&
           chore_part_released(view->world, joint);
}

bool chore_part_closed(const chore_view *view, int joint)
{
    return view->data->qpos[view->model->jnt_qposadr[joint]] <=
           (slides(view, joint) ? SHUT_M : SHUT);
}

bool chore_part_open(const chore_view *view, int joint)
{
    return view->data->qpos[view->model->jnt_qposadr[joint]] >=
           (slides(view, joint) ? OPEN_M : OPEN);
}
