/* Effects that pull at cloth for a while: a fold springs open, a pile topples, a garment slides over an edge, one that comes in is let down.
   Forces on the vertices, computed anew from the state before each control step; nothing is put anywhere. */
#include "episode_internal.h"
#include "garment_state_internal.h"

#include <math.h>
#include <string.h>

#define GRAVITY     9.81
#define GAIN        12.0 /* 1/s: how fast a speed is brought about */
#define FRICTION    8.0  /* m/s2: about what cloth on cloth takes */
#define HARDEST     40.0 /* m/s2 */
#define PUSH_SPEED  1.0  /* m/s of a pile that is pushed, */
#define PUSH_LIFT   5.0  /* m/s2 and taken half its weight: layers catch in one another */
#define SLIDE_SPEED 0.4
#define DOWN_SPEED  0.8  /* m/s: faster, cloth passes through the cloth that it lands on (scenes/garments.md) */
#define DOWN_MORE   0.5  /* s: longer than it takes to get down */
#define HANGING     0.35 /* share of the vertices over the edge: there it stops */
#define OPEN_ANGLE  2.2  /* rad about the crease: from there on it falls by itself */

static const chore_garment *garment_at(const chore_episode *episode, int item)
{
    return chore_scene_garment(episode->scene, episode->task->items[item].garment);
}

static void begin(chore_episode *episode, int event, int item)
{
    const double duration_s = episode->task->events[event].duration_s;
    const int64_t steps = chore_event_steps(episode, duration_s);
    chore_event_mark_fired(episode, event, item);
    episode->monitor.pulls[event].until = chore_episode_now(episode) + (steps > 0 ? steps : 1);
}

/* ---- a fold springs open --------------------------------------------------------------------- */

/* How far left of the step's line the vertex lies where the steps before have brought it. */
static double left_of(const chore_garment *garment, const pull_state *pull, int vertex)
{
    double p[2] = {garment->rest[vertex][0], garment->rest[vertex][1]}, left = 0;
    for (int s = 0; s <= pull->step; s++) {
        const chore_fold_step *step = &garment->folds[pull->way].steps[s];
        const double along[2] = {step->b[0] - step->a[0], step->b[1] - step->a[1]},
                     length = hypot(along[0], along[1]),
                     normal[2] = {-along[1] / length, along[0] / length};
        left = (p[0] - step->a[0]) * normal[0] + (p[1] - step->a[1]) * normal[1];
        if (s < pull->step && left > 0 && (pull->steps >> s & 1)) {
            p[0] -= 2 * left * normal[0];
            p[1] -= 2 * left * normal[1];
        }
    }
    return left;
}

typedef struct hinge {
    double crease[3], flap[2][3]; /* middles; flap[1]: what lies left of the line */
} hinge;

static void find_hinge(const chore_view *view, const chore_garment *garment, const pull_state *pull,
                       hinge *out)
{
    const double(*at)[3] = chore_garment_points(view, garment);
    int n[3] = {0, 0, 0};
    memset(out, 0, sizeof *out);
    for (int v = 0; v < garment->n_vertices; v++) {
        const double left = left_of(garment, pull, v);
        const bool near = fabs(left) < 0.75 * garment->spacing_m;
        mju_addTo3(near ? out->crease : out->flap[left > 0], at[v]);
        n[near ? 2 : left > 0]++;
    }
    mju_scl3(out->crease, out->crease, 1.0 / (n[2] ? n[2] : 1));
    for (int side = 0; side < 2; side++) {
        mju_scl3(out->flap[side], out->flap[side], 1.0 / (n[side] ? n[side] : 1));
    }
}

/* The last step that was done opens: what lies on top swings back over its crease. */
bool chore_event_unfold(chore_episode *episode, int event)
{
    const int item = chore_event_item(episode, event);
    pull_state *pull = &episode->monitor.pulls[event];
    chore_view view = chore_episode_view(episode);
    if (item < 0 || !(view.present >> item & 1)) {
        return false;
    }
    const chore_garment *garment = garment_at(episode, item);
    cloth_fold fold;
    hinge at;
    chore_cloth_match_partly(garment, chore_garment_points(&view, garment), 1, &fold);
    if (fold.way < 0 || fold.steps == 0) {
        return false;
    }
    pull->way = fold.way;
    pull->steps = fold.steps;
    for (pull->step = 0; fold.steps >> (pull->step + 1); pull->step++) {}
    find_hinge(&view, garment, pull, &at);
    pull->side = at.flap[1][2] > at.flap[0][2];
    const double *top = at.flap[pull->side];
    const double off[2] = {at.crease[0] - top[0], at.crease[1] - top[1]},
                 length = fmax(hypot(off[0], off[1]), mjMINVAL);
    pull->toward[0] = off[0] / length;
    pull->toward[1] = off[1] / length;
    pull->items = UINT64_C(1) << item;
    begin(episode, event, item);
    return true;
}

/* Acceleration that brings about `speed` along each axis. */
static void chase(const double speed[3], const double now[3], double strength, double out[3])
{
    for (int k = 0; k < 3; k++) {
        out[k] = GAIN * (speed[k] - now[k]);
    }
    const double length = mju_norm3(out), most = HARDEST * strength;
    mju_scl3(out, out, length > most ? most / length : 1);
}

static void open_fold(const chore_view *view, const chore_garment *garment, const pull_state *pull,
                      const task_event *def, double (*force)[3])
{
    const double(*at)[3] = chore_garment_points(view, garment),
          *velocity = view->data->qvel + garment->dof_adr, turn = mjPI / def->duration_s;
    hinge hinge_now;
    find_hinge(view, garment, pull, &hinge_now);
    for (int v = 0; v < garment->n_vertices; v++) {
        const double left = left_of(garment, pull, v);
        double off[3];
        mju_sub3(off, at[v], hinge_now.crease);
        const double across = off[0] * pull->toward[0] + off[1] * pull->toward[1];
        if (fabs(left) < 0.75 * garment->spacing_m || (left > 0) != (pull->side == 1) ||
            atan2(fmax(off[2], 0), -across) > OPEN_ANGLE) {
            continue;
        }
        const double along = turn * off[2],
                     speed[3] = {along * pull->toward[0], along * pull->toward[1], -turn * across};
        chase(speed, velocity + 3 * v, def->strength, force[v]);
        force[v][2] += GRAVITY;
    }
}

/* ---- a pile topples -------------------------------------------------------------------------- */

/* Garments whose middle is in the region; *lowest and *highest of them, -1: none. */
static uint64_t garments_in(const chore_view *view, const chore_region *region, int *lowest,
                            int *highest)
{
    uint64_t items = 0;
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    *lowest = *highest = -1;
    for (int i = 0; i < view->n_items; i++) {
        double centre[3];
        if (!(view->present >> i & 1) || !chore_item_garment(view, i)) {
            continue;
        }
        chore_item_centre(view, i, centre);
        if (!chore_in_region(region, centre)) {
            continue;
        }
        items |= UINT64_C(1) << i;
        if (centre[2] < lo) {
            lo = centre[2];
            *lowest = i;
        }
        if (centre[2] > hi) {
            hi = centre[2];
            *highest = i;
        }
    }
    return items;
}

/* Who piles it would only be held up: it waits until no arm is over the place, though not for ever. */
bool chore_event_topple_waits(const chore_episode *episode, int event)
{
    static const double attended =
        0.25; /* over the region's floor: no pile is that high, an arm's wrist is */
    enum { PATIENCE = 160, RETRY_STEPS = 4 };
    const task_event *def = &episode->task->events[event];
    const chore_region *region = chore_scene_region(episode->scene, def->region_index);
    const int64_t waited = chore_episode_now(episode) - episode->monitor.triggers[event].due;
    const double box[4] = {region->pos[0] - region->half[0], region->pos[1] - region->half[1],
                           region->pos[0] + region->half[0], region->pos[1] + region->half[1]};
    return waited < PATIENCE &&
           (waited % RETRY_STEPS != 0 ||
            chore_top_in_box(chore_world_model(episode->world), chore_world_data(episode->world),
                             box) > region->pos[2] + attended);
}

/* All but the lowest are pushed to a seeded side. */
bool chore_event_topple(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    chore_view view = chore_episode_view(episode);
    int lowest, highest;
    const uint64_t items = garments_in(&view, chore_scene_region(episode->scene, def->region_index),
                                       &lowest, &highest);
    if (lowest == highest) {
        return false;
    }
    chore_rng rng = chore_event_stream(episode, event, "side");
    const double side = chore_rng_range(&rng, -mjPI, mjPI);
    pull->items = items & ~(UINT64_C(1) << lowest);
    pull->toward[0] = cos(side);
    pull->toward[1] = sin(side);
    begin(episode, event, highest);
    return true;
}

/* ---- a garment slides over an edge ----------------------------------------------------------- */

bool chore_event_slide(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    pull_state *pull = &episode->monitor.pulls[event];
    const int item = chore_event_item(episode, event);
    if (item < 0 || !(episode->monitor.job.present >> item & 1)) {
        return false;
    }
    pull->items = UINT64_C(1) << item;
    memcpy(pull->toward, def->towards, sizeof pull->toward);
    begin(episode, event, item);
    return true;
}

/* Enough of it is beyond the region's edge. */
static bool hangs_over(const chore_view *view, const chore_garment *garment, const pull_state *pull,
                       const chore_region *region)
{
    const double(*at)[3] = chore_garment_points(view, garment);
    const double edge =
        fabs(pull->toward[0]) * region->half[0] + fabs(pull->toward[1]) * region->half[1];
    int n = 0;
    for (int v = 0; v < garment->n_vertices; v++) {
        n += (at[v][0] - region->pos[0]) * pull->toward[0] +
                 (at[v][1] - region->pos[1]) * pull->toward[1] >
             edge;
    }
    return n >= HANGING * garment->n_vertices;
}

/* Every vertex alike, against friction. */
static void push_along(const chore_view *view, const chore_garment *garment, const pull_state *pull,
                       double speed, double lift, double strength, double (*force)[3])
{
    const double *velocity = view->data->qvel + garment->dof_adr;
    for (int v = 0; v < garment->n_vertices; v++) {
        const double now =
                         velocity[3 * v] * pull->toward[0] + velocity[3 * v + 1] * pull->toward[1],
                     push = fmin(fmax(FRICTION + GAIN * (speed - now), 0), HARDEST) * strength;
        force[v][0] = push * pull->toward[0];
        force[v][1] = push * pull->toward[1];
        force[v][2] = lift;
    }
}

/* ---- one that comes in is let down ------------------------------------------------------------- */

void chore_event_let_down(chore_episode *episode, int event, int item, double height)
{
    pull_state *pull = &episode->monitor.pulls[event];
    pull->items = UINT64_C(1) << item;
    pull->until = chore_episode_now(episode) +
                  chore_event_steps(episode, height / DOWN_SPEED + DOWN_MORE);
}

/* Held up by as much as keeps it from falling faster: 2 % of its weight while it lies still. */
static void hold_up(const chore_view *view, const chore_garment *garment, double (*force)[3])
{
    const double *velocity = view->data->qvel + garment->dof_adr;
    for (int v = 0; v < garment->n_vertices; v++) {
        const double up = GRAVITY - GAIN * (DOWN_SPEED + velocity[3 * v + 2]);
        force[v][2] = fmin(fmax(up, 0), 2 * GRAVITY);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void pull_item(chore_episode *episode, int event, int item)
{
    const task_event *def = &episode->task->events[event];
    const chore_view view = chore_episode_view(episode);
    if (def->effect == EFFECT_SWING || def->effect == EFFECT_TAKE_OUT) {
        chore_event_hand(episode, event, item);
        return;
    }
    if (def->effect == EFFECT_TIP) {
        chore_event_tip_on(episode, event, item);
        return;
    }
    const chore_garment *garment = garment_at(episode, item);
    pull_state *pull = &episode->monitor.pulls[event];
    const double *mass = view.model->body_mass + garment->first_body;
    double force[CHORE_MAX_GARMENT_VERTICES][3];
    if (def->effect == EFFECT_SLIDE &&
        hangs_over(&view, garment, pull, chore_scene_region(episode->scene, def->region_index))) {
        pull->until = chore_episode_now(episode);
    }
    if (chore_episode_now(episode) >= pull->until) {
        chore_world_pull_vertices(episode->world, garment->first_body, garment->n_vertices, NULL);
        return;
    }
    memset(force, 0, (size_t)garment->n_vertices * sizeof force[0]);
    if (def->effect == EFFECT_UNFOLD) {
        open_fold(&view, garment, pull, def, force);
    } else if (def->effect == EFFECT_DROP) {
        hold_up(&view, garment, force);
    } else {
        const bool pushed = def->effect == EFFECT_TOPPLE;
        push_along(&view, garment, pull, pushed ? PUSH_SPEED : SLIDE_SPEED, pushed ? PUSH_LIFT : 0,
                   def->strength, force);
    }
    for (int v = 0; v < garment->n_vertices; v++) {
        mju_scl3(force[v], force[v], mass[v]);
    }
    chore_world_pull_vertices(episode->world, garment->first_body, garment->n_vertices,
                              (const double(*)[3])force);
}

void chore_events_pull(chore_episode *episode)
{
    for (int i = 0; i < episode->task->n_events; i++) {
        pull_state *pull = &episode->monitor.pulls[i];
        for (int item = 0; item < episode->task->n_objects && pull->items; item++) {
            if (pull->items >> item & 1) {
                pull_item(episode, i, item);
            }
        }
        if (chore_episode_now(episode) >= pull->until) {
            pull->items = 0; /* let go of, for good */
        }
    }
}
