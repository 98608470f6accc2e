/* Effects: what comes in, what slips, what is wanted instead. Those that pull at cloth: event_pull.c. */
#include "episode_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RETRY_STEPS 20   /* between looks for a free spot: a look that finds none is dear */
#define CLEAR_M     0.03 /* cloth comes in this far above what stands below it */
#define HIGHER_M \
    0.15 /* than asked: as long as something is that high over the place, an arm mostly, cloth waits */
#define HIGHEST_M 1.0  /* the same when it has waited long: it falls on the arm */
#define BESIDE_M    0.10 /* a dish that shall break comes down this far from an arm, */
#define ARM_ABOVE_M 0.25 /* which is what reaches higher than this above the region */
#define PATIENCE  160  /* steps */
#define PLEAT_M   0.16 /* of crumpled cloth: length of a pleat, which stands at 60 degrees */

static chore_rng spot_stream(const chore_episode *episode, int event)
{
    char use[40];
    snprintf(use, sizeof use, "spot/%lld", (long long)chore_episode_now(episode));
    return chore_event_stream(episode, event, use);
}

/* ---- a rigid object -------------------------------------------------------------------------- */

static bool drop_object(chore_episode *episode, int event, int object, double *height)
{
    const task_event *def = &episode->task->events[event];
    chore_rng rng = spot_stream(episode, event);
    double pos[3], quat[4] = {1, 0, 0, 0};
    if (def->region[0]) {
        if (!chore_scene_free_spot(episode->scene, episode->world, object, def->region_index,
                                   def->clearance_m, &rng, pos, quat)) {
            return false;
        }
    } else {
        chore_view view = chore_episode_view(episode);
        chore_item_centre(&view, chore_event_item(episode, event), pos);
        const double half = chore_scene_object(episode->scene, object)->footprint_m,
                     box[4] = {pos[0] - half, pos[1] - half, pos[0] + half, pos[1] + half};
        pos[2] = fmax(pos[2], chore_top_in_box(view.model, view.data, box) + CLEAR_M);
    }
    pos[2] += def->height_m;
    *height = def->height_m;
    chore_world_put_body(episode->world, chore_scene_object(episode->scene, object)->body, pos,
                         quat);
    return true;
}

/* ---- a garment ------------------------------------------------------------------------------- */

/* Pleats along x of the rest frame: nothing is stretched, 60 degrees halve the width. */
static void pleat(const double rest[2], double out[3])
{
    const double phase = rest[0] / PLEAT_M - floor(rest[0] / PLEAT_M);
    out[0] = rest[0] * 0.5;
    out[1] = rest[1];
    out[2] = PLEAT_M * (phase < 0.5 ? phase : 1 - phase) * sqrt(0.75);
}

/* Where the cloth shall land: a seeded point of the region, well inside, or the middle of an item. */
static void choose_spot(chore_episode *episode, int event, const double half[2], chore_rng *rng,
                        double out[3])
{
    const task_event *def = &episode->task->events[event];
    if (!def->region[0]) {
        chore_view view = chore_episode_view(episode);
        chore_item_centre(&view, chore_event_item(episode, event), out);
        return;
    }
    const chore_region *region = chore_scene_region(episode->scene, def->region_index);
    memcpy(out, region->pos, sizeof region->pos);
    for (int k = 0; k < 2; k++) {
        out[k] += chore_rng_range(rng, -1, 1) * fmax(0, region->half[k] - half[k]);
    }
}

/* It comes in above whatever is there and is let down on it. It waits for the arms to leave, though not for ever. */
static bool drop_garment(chore_episode *episode, int event, const chore_garment *garment,
                         int64_t waited, double *height)
{
    const task_event *def = &episode->task->events[event];
    chore_rng rng = spot_stream(episode, event);
    const double yaw = chore_rng_range(&rng, -mjPI, mjPI), c = cos(yaw), s = sin(yaw);
    const double size[2] = {garment->half_m[0] * (def->start == CHORE_GARMENT_FLAT ? 1 : 0.5),
                            garment->half_m[1]};
    const double half[2] = {fabs(c) * size[0] + fabs(s) * size[1],
                            fabs(s) * size[0] + fabs(c) * size[1]};
    double spot[3], at[CHORE_MAX_GARMENT_VERTICES][3];
    choose_spot(episode, event, half, &rng, spot);
    const mjModel *model = chore_world_model(episode->world);
    const mjData *data = chore_world_data(episode->world);
    const double box[4] = {spot[0] - half[0], spot[1] - half[1], spot[0] + half[0],
                           spot[1] + half[1]};
    const double bottom =
        fmax(spot[2] + def->height_m, chore_top_in_box(model, data, box) + CLEAR_M);
    if (bottom > spot[2] + def->height_m + (waited < PATIENCE ? HIGHER_M : HIGHEST_M)) {
        return false;
    }
    for (int v = 0; v < garment->n_vertices; v++) {
        double own[3] = {garment->rest[v][0], garment->rest[v][1], 0};
        if (def->start == CHORE_GARMENT_CRUMPLED) {
            pleat(garment->rest[v], own);
        }
        at[v][0] = spot[0] + c * own[0] - s * own[1];
        at[v][1] = spot[1] + s * own[0] + c * own[1];
        at[v][2] = bottom + garment->radius_m + own[2];
    }
    *height = bottom - spot[2];
    chore_world_put_vertices(episode->world, garment->first_body, garment->n_vertices,
                             (const double(*)[3])at);
    return true;
}

/* ---- the effects ----------------------------------------------------------------------------- */

/* The item comes in from its parking place, at a hand's height above where it shall land. */
bool chore_event_drop(chore_episode *episode, int event)
{
    job_record *job = &episode->monitor.job;
    const int index = (int)episode->monitor.triggers[event].object;
    const chore_item item = episode->task->items[index];
    const int64_t waited = chore_episode_now(episode) - episode->monitor.triggers[event].due;
    double height = 0;
    if (waited % RETRY_STEPS != 0) {
        return false;
    }
    if (!(item.object >= 0
              ? drop_object(episode, event, item.object, &height)
              : drop_garment(episode, event, chore_scene_garment(episode->scene, item.garment),
                             waited, &height))) {
        return false;
    }
    if (item.object < 0) {
        chore_event_let_down(episode, event, index, height);
    }
    job->present |= UINT64_C(1) << index;
    chore_event_mark_fired(episode, event, index);
    chore_view view = chore_episode_view(episode);
    chore_item_centre(&view, index, job->start[index]);
    job->start[index][2] -= height; /* where it will lie, for lifted and moved_less_than */
    return true;
}

/* A dish falls from high up, turned by the seed. It waits while an arm is about: that would turn its fall aside. */
bool chore_event_break(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    job_record *job = &episode->monitor.job;
    const int index = (int)episode->monitor.triggers[event].object;
    const chore_object *dish = chore_scene_object(episode->scene, episode->task->items[index].object);
    const chore_region *region = chore_scene_region(episode->scene, def->region_index);
    chore_rng rng = spot_stream(episode, event);
    double pos[3], quat[4];
    if ((chore_episode_now(episode) - episode->monitor.triggers[event].due) % RETRY_STEPS != 0 ||
        !chore_scene_free_spot(episode->scene, episode->world, episode->task->items[index].object,
                               def->region_index, def->clearance_m, &rng, pos, quat)) {
        return false;
    }
    const double box[4] = {pos[0] - BESIDE_M, pos[1] - BESIDE_M, pos[0] + BESIDE_M, pos[1] + BESIDE_M};
    if (chore_top_in_box(chore_world_model(episode->world), chore_world_data(episode->world), box) >
        region->pos[2] + ARM_ABOVE_M) {
        return false;
    }
    for (int k = 0; k < 4; k++) {
        quat[k] = chore_rng_normal(&rng); /* any turn alike */
    }
    pos[2] += def->height_m;
    chore_world_put_body(episode->world, dish->body, pos, quat);
    job->present |= UINT64_C(1) << index;
    chore_event_mark_fired(episode, event, index);
    chore_view view = chore_episode_view(episode);
    chore_item_centre(&view, index, job->start[index]);
    job->start[index][2] -= def->height_m;
    return true;
}

/* The fingers give way; gravity does the rest. Waits for the next rise when nothing is held any more. */
bool chore_event_slip(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    const int item = (int)episode->monitor.triggers[event].object;
    chore_view view = chore_episode_view(episode);
    int arm_index = chore_item_grasping_arm(&view, item);
    if (arm_index < 0) {
        return false;
    }
    int64_t steps = chore_event_steps(episode, def->duration_s);
    chore_world_relax_gripper(episode->world, arm_index, def->width_m, steps > 0 ? (int)steps : 1);
    chore_event_mark_fired(episode, event, item);
    return true;
}

/* The goal is another one from now on: what held of the old one does not count. */
bool chore_event_order(chore_episode *episode, int event)
{
    episode->monitor.job.goal_held = 0;
    chore_event_mark_fired(episode, event, -1);
    chore_episode_write_instruction(episode);
    return true;
}
