/* Breaking by impact.

   What counts is how much the motion changes within a thirtieth of a second, gravity left out: d = sqrt((m |dv|^2 + dL I^-1 dL) / m), a
   speed. It is the impulse of the blow in the norm of kinetic energy, so that a fall onto an edge, which turns the body, counts as
   well. Peak forces depend on solver and step; momentum does not. Flat on the ground, a fall from the height h has d = sqrt(2 g h):
   the strength is said as a height. A pinch, a load, a slow push change no momentum and break nothing.

   Softer things spread the blow over more time than this stiff-contact world does; each body has a factor by which the heights grow,
   and what was hit in the window is weighed by its impulses. */
#include "breakage_internal.h"
#include <math.h>
#include <string.h>

static const double WINDOW_S = 1. / 30;

int chore_breakage_window(int physics_hz)
{
    int n = (int)lround(WINDOW_S * physics_hz);
    return n < 1 ? 1 : n > BREAK_SLOTS ? BREAK_SLOTS : n;
}

/* ---- asking ---------------------------------------------------------------------------------- */

int chore_world_n_breakables(const chore_world *world)
{
    return world->n_breakables;
}

const chore_breakable *chore_world_breakable(const chore_world *world, int index)
{
    CHORE_ASSERT(index >= 0 && index < world->n_breakables);
    return &world->breakables[index];
}

const double *chore_world_softness(const chore_world *world)
{
    return world->softness;
}

bool chore_world_is_broken(const chore_world *world, int index)
{
    return chore_world_broken_step(world, index) > 0;
}

int64_t chore_world_broken_step(const chore_world *world, int index)
{
    CHORE_ASSERT(index >= 0 && index < world->n_breakables);
    return world->breaks[index].broken;
}

double chore_world_strain(const chore_world *world, int index)
{
    CHORE_ASSERT(index >= 0 && index < world->n_breakables);
    return world->breaks[index].strain;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static bool is_free_body(const mjModel *m, int body)
{
    return body > 0 && body < m->nbody && m->body_jntnum[body] == 1 &&
           m->jnt_type[m->body_jntadr[body]] == mjJNT_FREE;
}

chore_status chore_breakage_check(const chore_world_def *def, chore_error *err)
{
    if (def->n_breakables < 0 || def->n_breakables > CHORE_MAX_BREAKABLES) {
        return chore_fail(err, CHORE_E_USAGE, "%d breakable bodies; at most %d are possible",
                          def->n_breakables, CHORE_MAX_BREAKABLES);
    }
    for (int i = 0; i < def->n_breakables; i++) {
        const chore_breakable *b = &def->breakables[i];
        bool good = is_free_body(def->model, b->body) && b->strength_m > 0 && b->n_shards >= 1 &&
                    b->n_shards <= CHORE_MAX_SHARDS;
        for (int k = 0; good && k < b->n_shards; k++) {
            good = is_free_body(def->model, b->shard[k]);
        }
        if (!good) {
            return chore_fail(
                err, CHORE_E_USAGE,
                "breakable %d (body %d): it and its shards need a free joint each, and a strength",
                i, b->body);
        }
    }
    return CHORE_OK;
}

/* ---- how it moves ---------------------------------------------------------------------------- */

/* Velocity of the centre of mass and angular momentum about it, in the world. */
static void motion_of(const chore_world *world, int body, break_slot *out)
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    const double *v = d->qvel + m->jnt_dofadr[m->body_jntadr[body]], *turn = d->ximat + 9 * body,
                 *inertia = m->body_inertia + 3 * body;
    double spin[3], arm[3], speed[3], own[3];
    mju_mulMatVec3(spin, d->xmat + 9 * body, v + 3); /* a free joint turns in the body's frame */
    mju_sub3(arm, d->xipos + 3 * body, d->xpos + 3 * body);
    mju_cross(speed, spin, arm);
    mju_add3(out->velocity, v, speed);
    mju_mulMatTVec3(own, turn, spin);
    for (int k = 0; k < 3; k++) {
        own[k] *= inertia[k];
    }
    mju_mulMatVec3(out->momentum, turn, own);
}

/* Impulse of what touched it in the last step, and the same weighed by how soft that was. */
static void hits_of(const chore_world *world, int body, break_slot *out)
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    out->hit = out->soft = 0;
    for (int i = 0; i < d->ncon; i++) {
        const mjContact *contact = &d->contact[i];
        const int one = contact->geom[0] >= 0 ? m->geom_bodyid[contact->geom[0]] : -1,
                  two = contact->geom[1] >= 0 ? m->geom_bodyid[contact->geom[1]] : -1;
        double wrench[6];
        if ((one != body && two != body) || contact->efc_address < 0) {
            continue;
        }
        mj_contactForce(m, d, i, wrench);
        const int other = one == body ? two : one;
        const double impulse = fmax(0, wrench[0]) * m->opt.timestep;
        out->hit += impulse;
        out->soft += impulse * (world->softness && other >= 0 ? world->softness[other] : 1);
    }
}

/* The jolt of the last `n` steps as a share of what breaks the body. `then` is how it moved before them. */
static double strain_of(const chore_world *world, const chore_breakable *b, const break_slot *then,
                        const break_slot *now, int n, double hit, double soft)
{
    const mjModel *m = world->model;
    const double *g = m->opt.gravity;
    double dv[3], dl[3], own[3], twice_energy = 0;
    mju_sub3(dv, now->velocity, then->velocity);
    mju_addToScl3(dv, g, -n * m->opt.timestep);
    mju_sub3(dl, now->momentum, then->momentum);
    mju_mulMatTVec3(own, world->data->ximat + 9 * b->body, dl);
    for (int k = 0; k < 3; k++) {
        twice_energy += m->body_mass[b->body] * dv[k] * dv[k] +
                        own[k] * own[k] / m->body_inertia[3 * b->body + k];
    }
    const double height = twice_energy / (2 * m->body_mass[b->body] * mju_norm3(g));
    return height / (b->strength_m * soft / hit);
}

/* ---- breaking -------------------------------------------------------------------------------- */

/* Minus zero wakes a sleeper and is zero in every sum: MuJoCo compares bytes. */
static void set_motion(const chore_world *world, int body, const double pos[3],
                       const double quat[4], const double velocity[6])
{
    const mjModel *m = world->model;
    mjData *d = world->data;
    const int joint = m->body_jntadr[body], dof = m->jnt_dofadr[joint];
    double *pose = d->qpos + m->jnt_qposadr[joint];
    mju_copy3(pose, pos);
    mju_copy4(pose + 3, quat);
    mju_normalize4(pose + 3);
    for (int k = 0; k < 6; k++) {
        d->qvel[dof + k] = velocity[k] < 0 || velocity[k] > 0 ? velocity[k] : -0.;
    }
    mju_zero(d->qacc_warmstart + dof, 6);
}

/* Velocities [n_shards][3] of the centres of mass away from the middle of the whole one, together without momentum. */
static void burst_of(const chore_world *world, const chore_breakable *b, const double whole[7],
                     double out[CHORE_MAX_SHARDS][3])
{
    const mjModel *m = world->model;
    double sum[3] = {0}, mass = 0, middle[3];
    mju_rotVecQuat(middle, m->body_ipos + 3 * b->body, whole + 3);
    for (int k = 0; k < b->n_shards; k++) {
        const int shard = b->shard[k];
        double at[3];
        mju_rotVecQuat(at, m->body_ipos + 3 * shard, b->offset[k] + 3);
        mju_addTo3(at, b->offset[k]);
        mju_rotVecQuat(out[k], at, whole + 3);
        mju_subFrom3(out[k], middle);
        mju_normalize3(out[k]);
        mju_scl3(out[k], out[k], b->burst_mps);
        mju_addToScl3(sum, out[k], m->body_mass[shard]);
        mass += m->body_mass[shard];
    }
    for (int k = 0; k < b->n_shards; k++) {
        mju_addToScl3(out[k], sum, -1 / mass);
    }
}

/* A hard blow has driven the whole one some millimetres into what it hit: more than a shard is thick. Shortest way out of it. */
static void way_out(const chore_world *world, int body, const double pos[3], const double moving[6],
                    const double spin[3], double out[3])
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    mju_zero3(out);
    for (int i = 0; i < d->ncon; i++) {
        const mjContact *contact = &d->contact[i];
        const int one = contact->geom[0] >= 0 ? m->geom_bodyid[contact->geom[0]] : -1,
                  two = contact->geom[1] >= 0 ? m->geom_bodyid[contact->geom[1]] : -1;
        double normal[3], arm[3], speed[3];
        if (one != body && two != body) {
            continue;
        }
        mju_scl3(normal, contact->frame, two == body ? 1 : -1); /* into the body */
        mju_sub3(arm, contact->pos, pos);
        mju_cross(speed, spin, arm);
        mju_addTo3(speed, moving);
        const double depth = -contact->dist - m->opt.timestep * mju_dot3(speed, normal);
        mju_addToScl3(out, normal, fmax(0, depth - mju_dot3(out, normal)));
    }
}

/* Shards take the whole one's place and motion; it goes to where they came from. */
static void swap_in_shards(chore_world *world, const chore_breakable *b)
{
    static const double upright[4] = {1, 0, 0, 0}, still[6] = {0};
    const mjModel *m = world->model;
    const int joint = m->body_jntadr[b->body];
    double whole[7], moving[6], spin[3], burst[CHORE_MAX_SHARDS][3];
    mju_copy(whole, world->data->qpos + m->jnt_qposadr[joint], 7);
    mju_copy(moving, world->data->qvel + m->jnt_dofadr[joint], 6);
    mju_rotVecQuat(spin, moving + 3, whole + 3);
    burst_of(world, b, whole, burst);
    double out[3];
    way_out(world, b->body, whole, moving, spin, out);
    mju_addTo3(whole, out);
    for (int k = 0; k < b->n_shards; k++) {
        const double *offset = b->offset[k];
        double arm[3], pos[3], quat[4], back[4], velocity[6];
        mju_rotVecQuat(arm, offset, whole + 3);
        mju_add3(pos, whole, arm);
        mju_mulQuat(quat, whole + 3, offset + 3);
        mju_cross(velocity, spin, arm);
        mju_addTo3(velocity, moving);
        mju_addTo3(velocity, burst[k]);
        mju_negQuat(back, offset + 3);
        mju_rotVecQuat(velocity + 3, moving + 3, back);
        set_motion(world, b->shard[k], pos, quat, velocity);
    }
    set_motion(world, b->body, b->parking, upright, still);
}

void chore_breakage_forget(chore_world *world, int body)
{
    for (int i = 0; i < world->n_breakables; i++) {
        if (world->breakables[i].body == body) {
            memset(world->breaks[i].slots, 0, sizeof world->breaks[i].slots);
            world->breaks[i].n_seen = 0;
        }
    }
}

static void watch(chore_world *world, int index)
{
    const chore_breakable *b = &world->breakables[index];
    break_state *state = &world->breaks[index];
    if (state->broken > 0) {
        return;
    }
    if (world->data->body_awake[b->body] != mjS_AWAKE) {
        if (state->n_seen > 0) {
            chore_breakage_forget(world, b->body);
        }
        return;
    }
    const int n = world->break_window;
    break_slot *slot = &state->slots[state->n_seen % n], then = *slot, now;
    double hit = 0, soft = 0;
    motion_of(world, b->body, &now);
    hits_of(world, b->body, &now);
    *slot = now;
    state->n_seen++;
    for (int i = 0; i < n; i++) {
        hit += state->slots[i].hit;
        soft += state->slots[i].soft;
    }
    if (!(hit > 0)) {
        return;
    }
    /* before it was put there, or fell asleep, it rested */
    const int steps = state->n_seen < n ? (int)state->n_seen : n;
    state->strain = fmax(state->strain, strain_of(world, b, &then, &now, steps, hit, soft));
    if (state->strain >= 1) {
        chore_breakage_forget(world, b->body);
        const int64_t step = (int64_t)world->control.control_steps;
        state->broken = step > 0 ? step : 1; /* settling counts no control steps */
        swap_in_shards(world, b);
    }
}

/* ---- how the robot handles shards ------------------------------------------------------------ */

static bool is_of_robot(const chore_world *world, int body)
{
    for (int i = 0; body > 0 && i < chore_robot_n_roots(&world->embodiment); i++) {
        const int base = chore_robot_root(&world->embodiment, i);
        if (body >= base && body < world->subtree_end[base]) {
            return true;
        }
    }
    return false;
}

/* The hardest that one link of the robot presses on the body in this step: all that its contacts do together, as a vector. Two of them
   that strain against one another (an edge of a pad between two boxes) are no pressure. */
static double press_now(const chore_world *world, int body)
{
    enum { LINKS = 16 };
    const mjModel *m = world->model;
    const mjData *d = world->data;
    int link[LINKS], n = 0;
    double force[LINKS][3], most = 0;
    for (int i = 0; i < d->ncon; i++) {
        const mjContact *contact = &d->contact[i];
        const int one = contact->geom[0] >= 0 ? m->geom_bodyid[contact->geom[0]] : -1,
                  two = contact->geom[1] >= 0 ? m->geom_bodyid[contact->geom[1]] : -1,
                  other = one == body ? two : one;
        double wrench[6], world_force[3];
        if ((one != body && two != body) || contact->efc_address < 0 ||
            !is_of_robot(world, other)) {
            continue;
        }
        int k = 0;
        while (k < n && link[k] != other) {
            k++;
        }
        if (k == LINKS) {
            continue;
        }
        if (k == n) {
            link[n] = other;
            mju_zero3(force[n++]);
        }
        mj_contactForce(m, d, i, wrench);
        mju_mulMatTVec3(world_force, contact->frame, wrench);
        mju_addToScl3(force[k], world_force, two == body ? 1 : -1);
    }
    for (int k = 0; k < n; k++) {
        most = fmax(most, mju_norm3(force[k]));
    }
    return most;
}

static void feel(chore_world *world, int index, bool last, int n)
{
    const chore_breakable *b = &world->breakables[index];
    break_state *state = &world->breaks[index];
    for (int k = 0; k < b->n_shards && state->broken > 0; k++) {
        if (world->data->body_awake[b->shard[k]] == mjS_AWAKE) {
            state->press_sum[k] += press_now(world, b->shard[k]);
        }
        if (last) {
            state->press[k] = state->press_sum[k] / n;
            state->press_sum[k] = 0;
        }
    }
}

double chore_world_shard_press(const chore_world *world, int body)
{
    for (int i = 0; i < world->n_breakables; i++) {
        for (int k = 0; k < world->breakables[i].n_shards; k++) {
            if (world->breakables[i].shard[k] == body) {
                return world->breaks[i].press[k];
            }
        }
    }
    return 0;
}

void chore_breakage_step(chore_world *world, int i, int n)
{
    for (int k = 0; k < world->n_breakables; k++) {
        feel(world, k, i == n - 1, n); /* the contacts are those before anything new breaks */
        watch(world, k);
    }
}
