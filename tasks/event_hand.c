/* Effects of an unseen hand on rigid things: a flap swings, a thing is taken out again and put down elsewhere. Forces on
   bodies, computed anew from the state before each control step; nothing is put anywhere. */
#include "episode_internal.h"

#include <math.h>
#include <string.h>

#define GRAVITY     9.81
#define TURN_SPEED  3.0  /* rad/s of what swings */
#define SLIDE_SPEED 0.3  /* m/s of what slides */
#define BOARD_SPEED 1.2  /* rad/s of a panel of a box that comes flat */
#define PATIENCE    1e-3 /* Nm per control step that it stays behind */
#define GAIN        10.0 /* 1/s: how fast a speed is brought about; below one over a control step */
#define CALM        0.4  /* share of a spin that is taken away in a control step */
#define HAND_SPEED  0.35 /* m/s of what is carried */
#define CARRY_M     0.42 /* its lowest point above the region's floor, on the way */
#define NEAR_M      0.02
#define LET_GO_M    0.004 /* above the region's floor */
#define ROOM_M      0.02  /* around the free spot */
#define LIFT_OUT_S  8

static void begin(chore_episode *episode, int event, int item, double duration_s)
{
    const int64_t steps = chore_event_steps(episode, duration_s);
    chore_event_mark_fired(episode, event, item);
    episode->monitor.pulls[event].items = UINT64_C(1) << item;
    episode->monitor.pulls[event].until = chore_episode_now(episode) + (steps > 0 ? steps : 1);
}

static const chore_object *object_at(const chore_episode *episode, int item)
{
    return chore_scene_object(episode->scene, episode->task->items[item].object);
}

/* ---- a flap swings --------------------------------------------------------------------------- */

static double at(const chore_view *view, const chore_part *part)
{
    return view->data->qpos[part->qpos_adr];
}

/* The part that is named, or one of the top layer of its lid: one that nothing of it lies on. */
static bool may_swing(const task_event *def, const chore_object *object, int part)
{
    return def->swing_part[0] ? chore_object_find_part(object, def->swing_part) == part
                              : object->parts[part].layer == object->n_layers - 1;
}

/* A seeded one of those that may. */
bool chore_event_swing(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const int item = chore_event_item(episode, event);
    const chore_view view = chore_episode_view(episode);
    if (def->item.refer == REFER_PART) {
        return chore_event_part_swing(episode, event);
    }
    int parts[CHORE_MAX_PARTS], n = 0;
    if (item < 0 || !(view.present >> item & 1)) {
        return false;
    }
    const chore_object *object = object_at(episode, item);
    for (int i = 0; i < object->n_parts; i++) {
        if (may_swing(def, object, i) &&
            fabs(at(&view, &object->parts[i]) - def->swing_to) > 0.1) {
            parts[n++] = i;
        }
    }
    if (n == 0) {
        return false;
    }
    chore_rng rng = chore_event_stream(episode, event, "part");
    pull->step = parts[chore_rng_below(&rng, (uint32_t)n)];
    pull->side = at(&view, &object->parts[pull->step]) < def->swing_to ? 1 : -1;
    pull->toward[0] = 0;
    begin(episode, event, item, def->duration_s);
    return true;
}

/* A panel of a box that comes flat springs open by itself: what it hangs on feels the same torque the other way round. It is led at an even
   speed, or thin board would fly, and pushed a little harder as long as it stays behind. */
static void spring_open(chore_episode *episode, const chore_object *object, const chore_part *part, pull_state *pull)
{
    const chore_view view = chore_episode_view(episode);
    const mjModel *m = view.model;
    const int dof = part->dof_adr;
    const double side = (double)pull->side, speed = view.data->qvel[dof] * side;
    pull->toward[0] = speed < BOARD_SPEED / 2 ? pull->toward[0] + PATIENCE : pull->toward[0] / 2;
    const double torque = view.data->qfrc_bias[dof] - view.data->qfrc_passive[dof] +
                          side * (pull->toward[0] + GAIN * m->dof_M0[dof] * (BOARD_SPEED - speed));
    double axis[3], wrench[6] = {0};
    mju_mulMatVec3(axis, view.data->xmat + 9 * part->body, m->jnt_axis + 3 * part->joint);
    mju_scl3(wrench + 3, axis, torque);
    chore_world_push_body(episode->world, part->body, wrench, 1);
    mju_scl3(wrench + 3, axis, -torque);
    chore_world_push_body(episode->world, part->hangs_on < 0 ? object->body : object->parts[part->hangs_on].body, wrench,
                          1);
}

/* As hard as its crease, its friction, its weight and its drag at that speed may resist. */
static void swing(chore_episode *episode, int event, int item)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const chore_view view = chore_episode_view(episode);
    const mjModel *m = view.model;
    const chore_part *part = &object_at(episode, item)->parts[pull->step];
    if ((def->swing_to - at(&view, part)) * (double)pull->side <= 0) {
        pull->until = chore_episode_now(episode);
        return;
    }
    if (object_at(episode, item)->n_walls > 0) {
        spring_open(episode, object_at(episode, item), part, pull);
        return;
    }
    const bool slides = m->jnt_type[part->joint] == mjJNT_SLIDE;
    const double *mat = view.data->xmat + 9 * part->body;
    double axis[3], arm[3], wrench[6] = {0};
    mju_sub3(arm, view.data->xipos + 3 * part->body, view.data->xpos + 3 * part->body);
    const double weight = GRAVITY * m->body_mass[part->body] * (slides ? 1 : mju_norm3(arm)),
                 drag = m->dof_damping[part->dof_adr] * (slides ? SLIDE_SPEED : TURN_SPEED),
                 crease = m->jnt_stiffness[part->joint] * m->jnt_springyield[part->joint],
                 effort = weight + drag + crease + m->dof_frictionloss[part->dof_adr];
    mju_mulMatVec3(axis, mat, m->jnt_axis + 3 * part->joint);
    mju_scl3(wrench + (slides ? 0 : 3), axis, effort * (double)pull->side);
    chore_world_push_body(episode->world, part->body, wrench, 1);
}

/* ---- a thing is taken out again -------------------------------------------------------------- */

bool chore_event_take_out(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const int item = (int)episode->monitor.triggers[event].object;
    double pos[3], quat[4];
    if (item < 0 || !(episode->monitor.job.present >> item & 1)) {
        return false;
    }
    chore_rng rng = chore_event_stream(episode, event, "spot");
    const chore_view view = chore_episode_view(episode);
    if (chore_item_grasping_arm(&view, item) >= 0 ||
        !chore_scene_free_spot(episode->scene, episode->world, episode->task->items[item].object,
                               def->region_index, ROOM_M, &rng, pos, quat)) {
        return false;
    }
    pull->toward[0] = pos[0];
    pull->toward[1] = pos[1];
    pull->step = 0;
    begin(episode, event, item, LIFT_OUT_S);
    return true;
}

/* Speed towards a point, slower near to it. */
static void towards(const double off[3], double out[3])
{
    const double length = mju_norm3(off), speed = fmin(HAND_SPEED, 4 * length);
    mju_scl3(out, off, length > mjMINVAL ? speed / length : 0);
}

/* Up, across, down; then it is let go of. */
static void carry(chore_episode *episode, int event, int item)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const chore_view view = chore_episode_view(episode);
    const chore_object *object = object_at(episode, item);
    const chore_region *region = chore_scene_region(episode->scene, def->region_index);
    const double *velocity = view.data->qvel + object->dof_adr,
                 mass = view.model->body_mass[object->body],
                 *inertia = view.model->body_inertia + 3 * object->body;
    const double under = chore_item_lowest(&view, item) - region->pos[2];
    double centre[3], off[3] = {0}, speed[3], wrench[6] = {0}, spin[3];
    chore_item_centre(&view, item, centre);
    const double across[2] = {pull->toward[0] - centre[0], pull->toward[1] - centre[1]};
    if (pull->step == 0 && under > CARRY_M - NEAR_M) {
        pull->step = 1;
    } else if (pull->step == 1 && hypot(across[0], across[1]) < NEAR_M) {
        pull->step = 2;
    }
    if (pull->step == 2 && under < LET_GO_M) {
        pull->until = chore_episode_now(episode);
        return;
    }
    off[2] = (pull->step == 2 ? 0 : CARRY_M) - under;
    if (pull->step > 0) {
        off[0] = across[0];
        off[1] = across[1];
    }
    towards(off, speed);
    for (int k = 0; k < 3; k++) {
        wrench[k] = mass * ((k == 2 ? GRAVITY : 0) + GAIN * (speed[k] - velocity[k]));
    }
    mju_mulMatVec3(spin, view.data->xmat + 9 * object->body, velocity + 3);
    const double least = fmin(inertia[0], fmin(inertia[1], inertia[2]));
    mju_scl3(wrench + 3, spin, -CALM * least * chore_world_control_hz(episode->world));
    chore_world_push_body(episode->world, object->body, wrench, 1);
}

void chore_event_hand(chore_episode *episode, int event, int item)
{
    if (chore_episode_now(episode) >= episode->monitor.pulls[event].until) {
        return;
    }
    if (episode->task->events[event].item.refer == REFER_PART) {
        chore_event_part_swing_on(episode, event);
    } else if (episode->task->events[event].effect == EFFECT_SWING) {
        swing(episode, event, item);
    } else {
        carry(episode, event, item);
    }
}
