/* Effect: a bag or a cup tips and its contents spill. It is turned over one of its two long lower edges (a cup to a side of its handle),
   as by somebody's elbow, until it falls by itself. A torque on the bag alone, computed anew from the state before each control step; nothing is
   put anywhere, and what is in it goes where it slides and rolls. */
#include "episode_internal.h"

#include <math.h>

#define DEGREE     0.017453292519943295
#define GRAVITY    9.81
#define SURPLUS    1.3  /* of the torque that lifts bag and contents off one edge */
#define TURN_SPEED 2.5  /* rad/s */
#define FALLING    74.0 /* deg: beyond the balance of an empty one; from here it falls by itself */
#define STANDING   20.0 /* deg: what leans more does not stand */
#define TIP_S      3.0  /* what holds it up for longer keeps it */

static const chore_object *object_at(const chore_episode *episode, int item)
{
    return chore_scene_object(episode->scene, episode->task->items[item].object);
}

/* The box that it holds things in; of a cup, around the inside. */
static void inside_of(const chore_episode *episode, const chore_object *object, double pos[3],
                      double half[3])
{
    const chore_site *cavity = chore_object_site(object, "cavity");
    if (cavity) {
        mju_copy3(pos, cavity->pos);
        mju_copy3(half, cavity->size);
        return;
    }
    const chore_vessel *v = &chore_world_liquid(episode->world)->vessels[object->vessel - 1];
    mju_copy3(pos, v->pos);
    pos[2] += v->depth_m / 2;
    half[0] = half[1] = v->radius_m;
    half[2] = v->depth_m / 2;
}

/* What turns the bag back while it stands: its weight and that of all whose centre is in its cavity, each times its way to the edge
   that the bag tips over. `across`: the axis across that edge; `sign`: where on it the edge is. */
static double moment(const chore_episode *episode, const chore_view *view, int bag,
                     const double pos[3], const double half[3], int across, double sign)
{
    const chore_object *object = object_at(episode, bag);
    double sum = GRAVITY * half[across] * view->model->body_mass[object->body];
    for (int i = 0; i < episode->task->n_objects; i++) {
        double centre[3], off[3], local[3];
        if (i == bag || episode->task->items[i].object < 0 || !(view->present >> i & 1)) {
            continue;
        }
        chore_item_centre(view, i, centre);
        mju_sub3(off, centre, view->data->xpos + 3 * object->body);
        mju_mulMatTVec3(local, view->data->xmat + 9 * object->body, off);
        mju_subFrom3(local, pos);
        if (fabs(local[0]) < half[0] && fabs(local[1]) < half[1] && fabs(local[2]) < half[2]) {
            sum += GRAVITY * (half[across] - sign * local[across]) *
                   view->model->body_mass[object_at(episode, i)->body];
        }
    }
    return sum;
}

bool chore_event_tip(chore_episode *episode, int event)
{
    pull_state *pull = &episode->monitor.pulls[event];
    const int item = chore_event_item(episode, event);
    const chore_view view = chore_episode_view(episode);
    if (item < 0 || !(view.present >> item & 1) || chore_item_grasping_arm(&view, item) >= 0 ||
        view.data->xmat[9 * object_at(episode, item)->body + 8] < cos(STANDING * DEGREE)) {
        return false;
    }
    chore_rng rng = chore_event_stream(episode, event, "side");
    const int64_t steps = chore_event_steps(episode, TIP_S);
    pull->side = chore_rng_below(&rng, 2) ? 1 : -1;
    chore_event_mark_fired(episode, event, item);
    pull->items = UINT64_C(1) << item;
    pull->until = chore_episode_now(episode) + steps;
    return true;
}

void chore_event_tip_on(chore_episode *episode, int event, int item)
{
    pull_state *pull = &episode->monitor.pulls[event];
    const chore_view view = chore_episode_view(episode);
    const chore_object *object = object_at(episode, item);
    double pos[3], half[3];
    inside_of(episode, object, pos, half);
    const int along = half[0] > half[1] || object->vessel > 0 ? 0 : 1; /* the handle of a cup is on x */
    const double *mat = view.data->xmat + 9 * object->body,
                 sign = (double)pull->side * (along == 0 ? -1 : 1);
    double edge[3], spin[3], wrench[6] = {0};
    if (chore_episode_now(episode) >= pull->until || mat[8] < cos(FALLING * DEGREE)) {
        pull->until = chore_episode_now(episode);
        return;
    }
    for (int k = 0; k < 3; k++) {
        edge[k] = mat[3 * k + along] * (double)pull->side;
    }
    mju_mulMatVec3(spin, mat, view.data->qvel + object->dof_adr + 3);
    const double speed = mju_dot3(spin, edge),
                 effort = SURPLUS * moment(episode, &view, item, pos, half, 1 - along, sign);
    mju_scl3(wrench + 3, edge, effort * fmax(0, 1 - fmax(0, speed) / TURN_SPEED));
    chore_world_push_body(episode->world, object->body, wrench, 1);
}
