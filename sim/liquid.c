/* Liquid in vessels. A vessel's state is how much is in it and how its surface leans: one plane, led by what the vessel's motion makes of
   gravity, as a pendulum of the first sloshing mode's frequency and damping. What the leaning plane leaves no room for runs over the
   lowest point of the rim and falls straight down. Formulas and sources: scenes/liquids.md. */
#include "liquid_internal.h"
#include <math.h>
#include <string.h>

#define MODE      1.841 /* first zero of J1': the lowest antisymmetric mode of a cylinder */
#define DAMPING   0.03  /* ratio: a cup of coffee, its surface not clean */
#define POUR_S    0.05  /* time constant in which an excess runs over the rim */
#define STEEPEST  2.0   /* slope of the surface at most */
#define LIGHTEST  0.3   /* of gravity: what is left of it at least when the vessel falls */
#define EMPTY_M3  1e-8  /* less is nothing */
#define SHOW_M3   2e-6  /* from here on a level is shown */
#define LYING_COS 0.5   /* a vessel that leans more shows no level, and nothing falls into it */

/* ---- asking ---------------------------------------------------------------------------------- */

const chore_liquid *chore_world_liquid(const chore_world *world)
{
    return world->liquid;
}

double chore_world_fill(const chore_world *world, int vessel)
{
    CHORE_ASSERT(world->liquid && vessel >= 0 && vessel < world->liquid->n_vessels);
    return world->wet->vessels[vessel].fill;
}

double chore_world_spilled(const chore_world *world, int vessel)
{
    CHORE_ASSERT(world->liquid && vessel >= 0 && vessel < world->liquid->n_vessels);
    return world->wet->vessels[vessel].spilled;
}

double chore_world_soaked(const chore_world *world, int wiper)
{
    CHORE_ASSERT(world->liquid && wiper >= 0 && wiper < world->liquid->n_wipers);
    return world->wet->soaked[wiper];
}

/* ---- checks ---------------------------------------------------------------------------------- */

static bool is_free_body(const mjModel *m, int body)
{
    return body > 0 && body < m->nbody && m->body_jntnum[body] >= 1 &&
           m->jnt_type[m->body_jntadr[body]] == mjJNT_FREE;
}

static bool is_mocap(const mjModel *m, int id)
{
    return id >= 0 && id < m->nmocap;
}

chore_status chore_liquid_check(const chore_world_def *def, chore_error *err)
{
    const chore_liquid *l = def->liquid;
    const mjModel *m = def->model;
    if (!l) {
        return CHORE_OK;
    }
    bool good = l->n_vessels >= 0 && l->n_vessels <= CHORE_MAX_VESSELS && l->n_wipers >= 0 &&
                l->n_wipers <= CHORE_MAX_WIPERS && l->n_brewers >= 0 &&
                l->n_brewers <= CHORE_MAX_BREWERS && l->n_pods >= 0 &&
                l->n_pods <= CHORE_MAX_PODS && l->n_patches >= 1 &&
                l->n_patches <= CHORE_MAX_PATCHES;
    for (int i = 0; good && i < l->n_vessels; i++) {
        const chore_vessel *v = &l->vessels[i];
        good = is_free_body(m, v->body) && v->radius_m > 0 && v->depth_m > 0 && v->fill_m3 >= 0 &&
               is_mocap(m, v->mocap);
    }
    for (int i = 0; good && i < l->n_wipers; i++) {
        good = is_free_body(m, l->wipers[i].body) && l->wipers[i].capacity_m3 > 0;
    }
    for (int i = 0; good && i < l->n_brewers; i++) {
        const chore_brewer *b = &l->brewers[i];
        good = is_free_body(m, b->body) && b->lid_joint >= 0 && b->lid_joint < m->njnt &&
               b->button_joint >= 0 && b->button_joint < m->njnt && b->flow_m3ps > 0 &&
               is_mocap(m, b->mocap);
    }
    for (int i = 0; good && i < l->n_pods; i++) {
        good = is_free_body(m, l->pods[i].body) && l->pods[i].gives_m3 > 0;
    }
    for (int i = 0; good && i < l->n_patches; i++) {
        good = is_mocap(m, l->patch_mocap[i]);
    }
    return good
               ? CHORE_OK
               : chore_fail(
                     err, CHORE_E_USAGE,
                     "liquids: vessels and wipers need a free joint each and a size, patches a mocap body");
}

void chore_liquid_reset(chore_world *world)
{
    for (int i = 0; i < world->liquid->n_vessels; i++) {
        world->wet->vessels[i].fill = world->liquid->vessels[i].fill_m3;
    }
}

void chore_liquid_forget(chore_world *world, int body)
{
    for (int i = 0; world->liquid && i < world->liquid->n_vessels; i++) {
        if (world->liquid->vessels[i].body == body) {
            vessel_state *state = &world->wet->vessels[i];
            mju_zero3(state->speed);
            mju_zero(state->slope, 2);
            mju_zero(state->rate, 2);
        }
    }
}

/* ---- a vessel's liquid ----------------------------------------------------------------------- */

/* What a cylinder holds when its liquid's surface leans by the angle with this cosine against its bottom. */
static double holds(const chore_vessel *v, double cosine)
{
    const double r = v->radius_m, h = v->depth_m;
    if (cosine < 0.02) {
        return 0;
    }
    const double t = sqrt(fmax(0, 1 - cosine * cosine)) / cosine;
    if (2 * r * t <= h) {
        return mjPI * r * r * (h - r * t);
    }
    const double x = r - h / t, chord = sqrt(fmax(0, r * r - x * x)),
                 segment = r * r * acos(fmax(-1, fmin(1, x / r))) - x * chord;
    return t * (2. / 3 * chord * chord * chord - x * segment);
}

/* Pose of the free body now, and the velocity of the middle of what is in it. (The positions of mjData are those before the step.) */
static void motion_of(const chore_world *world, const chore_vessel *v, double level, double pos[3],
                      double mat[9], double speed[3])
{
    const mjModel *m = world->model;
    const int joint = m->body_jntadr[v->body];
    const double *pose = world->data->qpos + m->jnt_qposadr[joint],
                 *velocity = world->data->qvel + m->jnt_dofadr[joint];
    const double middle[3] = {v->pos[0], v->pos[1], v->pos[2] + level / 2};
    double arm[3], spin[3];
    mju_copy3(pos, pose);
    mju_quat2Mat(mat, pose + 3);
    mju_mulMatVec3(arm, mat, middle);
    mju_mulMatVec3(spin, mat, velocity + 3); /* a free joint turns in the body's frame */
    mju_cross(speed, spin, arm);
    mju_addTo3(speed, velocity);
}

/* The surface follows what the vessel's acceleration makes of gravity. */
static void slosh(const chore_vessel *v, vessel_state *state, double level, const double speed[3],
                  double gravity, double dt)
{
    const double wave = MODE / v->radius_m,
                 stiffness = gravity * wave * tanh(wave * fmax(level, 1e-3)),
                 drag = 2 * DAMPING * sqrt(stiffness);
    const double up = fmax(LIGHTEST * gravity, gravity + (speed[2] - state->speed[2]) / dt);
    for (int k = 0; k < 2; k++) {
        double lean = (speed[k] - state->speed[k]) / dt / up;
        lean = fmax(-STEEPEST, fmin(STEEPEST, lean));
        state->rate[k] += dt * (stiffness * (lean - state->slope[k]) - drag * state->rate[k]);
        state->slope[k] += dt * state->rate[k];
        if (fabs(state->slope[k]) > STEEPEST) {
            state->slope[k] = state->slope[k] > 0 ? STEEPEST : -STEEPEST;
            state->rate[k] = 0;
        }
    }
    mju_copy3(state->speed, speed);
}

/* The surface's upward normal. */
static void normal_of(const vessel_state *state, double out[3])
{
    out[0] = state->slope[0];
    out[1] = state->slope[1];
    out[2] = 1;
    mju_normalize3(out);
}

/* The point of the rim that is lowest as the liquid feels it. */
static void lowest_rim(const chore_vessel *v, const double pos[3], const double mat[9],
                       const double normal[3], double out[3])
{
    const double rim[3] = {v->pos[0], v->pos[1], v->pos[2] + v->depth_m},
                 axis[3] = {mat[2], mat[5], mat[8]};
    double down[3];
    mju_mulMatVec3(out, mat, rim);
    mju_addTo3(out, pos);
    mju_scl3(down, axis, mju_dot3(normal, axis));
    mju_subFrom3(down, normal);
    if (mju_norm3(down) > 1e-6) {
        mju_normalize3(down);
        mju_addToScl3(out, down, v->radius_m);
    }
}

static void step_vessel(chore_world *world, int index, double dt)
{
    const chore_vessel *v = &world->liquid->vessels[index];
    vessel_state *state = &world->wet->vessels[index];
    const double gravity = mju_norm3(world->model->opt.gravity),
                 level = state->fill / (mjPI * v->radius_m * v->radius_m);
    double pos[3], mat[9], speed[3], normal[3];
    if (state->fill < EMPTY_M3 && state->pouring < EMPTY_M3) {
        return;
    }
    motion_of(world, v, level, pos, mat, speed);
    slosh(v, state, level, speed, gravity, dt);
    normal_of(state, normal);
    const double axis[3] = {mat[2], mat[5], mat[8]};
    const double excess = state->fill - holds(v, mju_dot3(axis, normal));
    if (excess > 0) {
        const double out = excess < EMPTY_M3 ? excess : excess * (1 - exp(-dt / POUR_S));
        state->fill -= out;
        state->spilled += out;
        state->pouring += out;
        lowest_rim(v, pos, mat, normal, state->lip);
    }
}

/* ---- where it falls -------------------------------------------------------------------------- */

/* The vessel whose mouth is below the point; -1: none. `not`: itself. */
static int vessel_below(const chore_world *world, const double from[3], int not )
{
    for (int i = 0; i < world->liquid->n_vessels; i++) {
        const chore_vessel *v = &world->liquid->vessels[i];
        const double rim[3] = {v->pos[0], v->pos[1], v->pos[2] + v->depth_m};
        double pos[3], mat[9], speed[3], mouth[3];
        motion_of(world, v, 0, pos, mat, speed);
        mju_mulMatVec3(mouth, mat, rim);
        mju_addTo3(mouth, pos);
        if (i != not &&mat[8] > LYING_COS && mouth[2] < from[2] + 1e-3 &&
            hypot(mouth[0] - from[0], mouth[1] - from[1]) < v->radius_m * mat[8]) {
            return i;
        }
    }
    return -1;
}

bool chore_liquid_catch(chore_world *world, const double from[3], double volume)
{
    const int into = vessel_below(world, from, -1);
    if (into >= 0) {
        world->wet->vessels[into].fill += volume;
    }
    return into >= 0;
}

static void fall(chore_world *world, const double from[3], double volume, int not )
{
    const int into = vessel_below(world, from, not );
    if (into >= 0) {
        world->wet->vessels[into].fill += volume;
    } else {
        chore_puddle_add(world, from, volume);
    }
}

/* ---- showing it ------------------------------------------------------------------------------ */

static void show_level(chore_world *world, int index)
{
    const chore_vessel *v = &world->liquid->vessels[index];
    const vessel_state *state = &world->wet->vessels[index];
    static const double up[3] = {0, 0, 1};
    const double at[3] = {v->pos[0], v->pos[1],
                          v->pos[2] + state->fill / (mjPI * v->radius_m * v->radius_m)};
    double pos[3], mat[9], speed[3], normal[3], axis[3],
        *to = world->data->mocap_pos + 3 * v->mocap, *turn = world->data->mocap_quat + 4 * v->mocap;
    motion_of(world, v, 0, pos, mat, speed);
    if (state->fill < SHOW_M3 || mat[8] < LYING_COS) {
        mju_copy3(to, world->model->body_pos + 3 * world->mocap_body[v->mocap]);
        mju_unit4(turn);
        return;
    }
    mju_mulMatVec3(to, mat, at);
    mju_addTo3(to, pos);
    normal_of(state, normal);
    mju_cross(axis, up, normal);
    mju_axisAngle2Quat(turn, axis, 0);
    if (mju_norm3(axis) > 1e-9) {
        const double angle = acos(fmax(-1, fmin(1, normal[2])));
        mju_normalize3(axis);
        mju_axisAngle2Quat(turn, axis, angle);
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

void chore_liquid_step(chore_world *world, int i, int n)
{
    if (!world->liquid) {
        return;
    }
    const double dt = world->model->opt.timestep;
    for (int k = 0; k < world->liquid->n_vessels; k++) {
        step_vessel(world, k, dt);
    }
    if (i < n - 1) {
        return;
    }
    chore_brew(world, dt * n);
    for (int k = 0; k < world->liquid->n_vessels; k++) {
        vessel_state *state = &world->wet->vessels[k];
        if (state->pouring > 0) {
            fall(world, state->lip, state->pouring, k);
            state->pouring = 0;
        }
        show_level(world, k);
    }
    chore_puddle_wipe(world, dt * n);
    chore_puddle_show(world);
}

void chore_world_spill(chore_world *world, const double pos[3], double volume_m3)
{
    CHORE_ASSERT(world->liquid && volume_m3 >= 0);
    fall(world, pos, volume_m3, -1);
    chore_puddle_show(world);
    chore_world_refresh(world);
}
