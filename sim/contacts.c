/* Who touches whom: forces of the last physics step, and touching as a pure function of the state. */
#include "world_internal.h"
#include <chore/sense.h>
#include <math.h>

static const double TOUCH_GAP = .001; /* metre: sleeping geoms this close count as touching */
static const double OPPOSED = -.5;    /* cosine between the pads' contact normals in a grasp, or less */

static bool below(const chore_world *world, int body, int ancestor)
{
    if (ancestor == 0) {
        return body == 0;
    }
    return body >= ancestor && body < world->subtree_end[ancestor];
}

static int contact_body(const chore_world *world, const mjContact *contact, int side)
{
    return contact->geom[side] >= 0 ? world->model->geom_bodyid[contact->geom[side]] : -1;
}

/* ---- forces of the last physics step --------------------------------------------------------- */

/* First row of a contact's force: normal for elliptic and frictionless cones, a sum of edges for pyramids. */
static double normal_force(const chore_world *world, int index)
{
    double wrench[6];
    if (world->data->contact[index].efc_address < 0) {
        return 0;
    }
    mj_contactForce(world->model, world->data, index, wrench);
    return wrench[0];
}

static void record_pair(chore_control_state *control, int64_t body1, int64_t body2, double force)
{
    chore_contact_pair *pairs = control->contact_pairs;
    for (int64_t i = control->n_contact_pairs - 1; i >= 0; i--) {
        if (pairs[i].body[0] == body1 && pairs[i].body[1] == body2) {
            pairs[i].normal_force += force;
            return;
        }
    }
    if (control->n_contact_pairs < MAX_CONTACT_PAIRS) {
        pairs[control->n_contact_pairs++] = (chore_contact_pair){{body1, body2}, force};
    }
}

static void record_touch(chore_world *world, const mjContact *contact, double force)
{
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        for (int pad = 0; pad < 2; pad++) {
            int geom = world->embodiment.arms[arm].pad_geom[pad];
            if (geom >= 0 && (contact->geom[0] == geom || contact->geom[1] == geom)) {
                world->control.arms[arm].touch[pad] += force;
            }
        }
    }
}

static void record_torques(chore_world *world)
{
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        chore_arm_control *control = &world->control.arms[arm];
        for (int j = 0; j < world->arms[arm].chain.n; j++) {
            control->torque[j] = world->data->actuator_force[world->arms[arm].force[j]];
        }
        control->touch[0] = control->touch[1] = 0;
    }
}

void chore_contacts_record(chore_world *world)
{
    chore_control_state *control = &world->control;
    for (int64_t i = 0; i < control->n_contact_pairs; i++) {
        control->contact_pairs[i] = (chore_contact_pair){0};
    }
    control->n_contact_pairs = 0;
    record_torques(world);
    for (int i = 0; i < world->data->ncon; i++) {
        const mjContact *contact = &world->data->contact[i];
        double force = normal_force(world, i);
        if (force > 0) {
            record_pair(control, contact_body(world, contact, 0), contact_body(world, contact, 1), force);
            record_touch(world, contact, force);
        }
    }
}

double chore_world_contact_force(const chore_world *world, int body_a, int body_b)
{
    double sum = 0;
    for (int64_t i = 0; i < world->control.n_contact_pairs; i++) {
        const chore_contact_pair *pair = &world->control.contact_pairs[i];
        int one = (int)pair->body[0], two = (int)pair->body[1];
        if ((below(world, one, body_a) && below(world, two, body_b)) ||
            (below(world, one, body_b) && below(world, two, body_a))) {
            sum += pair->normal_force;
        }
    }
    return sum;
}

/* ---- touching -------------------------------------------------------------------------------- */

static bool listed_contact(const chore_world *world, int body_a, int body_b)
{
    for (int i = 0; i < world->data->ncon; i++) {
        const mjContact *contact = &world->data->contact[i];
        int one = contact_body(world, contact, 0), two = contact_body(world, contact, 1);
        if (contact->exclude != 0 || one < 0 || two < 0) {
            continue;
        }
        if ((below(world, one, body_a) && below(world, two, body_b)) ||
            (below(world, one, body_b) && below(world, two, body_a))) {
            return true;
        }
    }
    return false;
}

static bool geoms_may_collide(const mjModel *m, int a, int b)
{
    return (m->geom_contype[a] & m->geom_conaffinity[b]) || (m->geom_contype[b] & m->geom_conaffinity[a]);
}

/* Signed distance, cut off at TOUCH_GAP; planes have no bounding sphere and no rbound. */
static bool geoms_close(const chore_world *world, int a, int b)
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    if (!geoms_may_collide(m, a, b)) {
        return false;
    }
    if (m->geom_rbound[a] > 0 && m->geom_rbound[b] > 0) {
        double reach = m->geom_rbound[a] + m->geom_rbound[b] + TOUCH_GAP;
        if (mju_dist3(d->geom_xpos + 3 * a, d->geom_xpos + 3 * b) > reach) {
            return false;
        }
    }
    if (m->geom_type[a] == mjGEOM_PLANE && m->geom_type[b] == mjGEOM_PLANE) {
        return false;
    }
    return mj_geomDistance(m, world->data, a, b, TOUCH_GAP, NULL) < TOUCH_GAP;
}

static bool bodies_close(const chore_world *world, int one, int two)
{
    const mjModel *m = world->model;
    for (int a = 0; a < m->body_geomnum[one]; a++) {
        for (int b = 0; b < m->body_geomnum[two]; b++) {
            if (geoms_close(world, m->body_geomadr[one] + a, m->body_geomadr[two] + b)) {
                return true;
            }
        }
    }
    return false;
}

static int last_below(const chore_world *world, int body)
{
    return body == 0 ? 0 : world->subtree_end[body] - 1;
}

bool chore_world_touching(const chore_world *world, int body_a, int body_b)
{
    if (listed_contact(world, body_a, body_b)) {
        return true;
    }
    const int *awake = world->data->body_awake;
    for (int one = body_a; one <= last_below(world, body_a); one++) {
        for (int two = body_b; two <= last_below(world, body_b); two++) {
            if (awake[one] != mjS_AWAKE && awake[two] != mjS_AWAKE && bodies_close(world, one, two)) {
                return true;
            }
        }
    }
    return false;
}

/* Sum of the unit normals that point from the pad into the body; false when they do not touch. */
static bool pad_normal(const chore_world *world, int pad, int body, double normal[3])
{
    bool touches = false;
    mju_zero3(normal);
    for (int i = 0; i < world->data->ncon; i++) {
        const mjContact *contact = &world->data->contact[i];
        int side = contact->geom[0] == pad ? 0 : contact->geom[1] == pad ? 1 : -1;
        if (contact->exclude != 0 || side < 0) {
            continue;
        }
        int other = contact_body(world, contact, 1 - side);
        if (other >= 0 && below(world, other, body)) {
            mju_addToScl3(normal, contact->frame, side == 0 ? 1 : -1);
            touches = true;
        }
    }
    return touches;
}

bool chore_world_grasping(const chore_world *world, int arm, int body)
{
    const int *pads = world->embodiment.arms[arm].pad_geom;
    double left[3], right[3];
    if (pads[0] < 0 || pads[1] < 0 || !pad_normal(world, pads[0], body, left) ||
        !pad_normal(world, pads[1], body, right)) {
        return false;
    }
    return mju_dot3(left, right) <= OPPOSED * mju_norm3(left) * mju_norm3(right);
}
