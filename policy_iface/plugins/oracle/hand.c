#include "hand.h"

#include "access.h"

#include <string.h>

/* Balls in the tool frame (z: out of the hand, y: finger opening). The y of a finger ball is outside of its pad. */
typedef struct ball {
    double x, y, z, radius;
} ball;
static const ball palm[] = {
    {0.025, 0.075, -0.065, 0.012},   {0.025, -0.075, -0.065, 0.012}, {-0.025, 0.075, -0.065, 0.012},
    {-0.025, -0.075, -0.065, 0.012}, {0, 0.08, -0.10, 0.015},        {0, -0.08, -0.10, 0.015},
    {0.03, 0.04, -0.10, 0.02},       {-0.03, 0.04, -0.10, 0.02},     {0.03, -0.04, -0.10, 0.02},
    {-0.03, -0.04, -0.10, 0.02},     {0.05, 0, -0.16, 0.02},         {-0.05, 0, -0.16, 0.02},
    {0, 0.05, -0.16, 0.02},          {0, -0.05, -0.16, 0.02},        {0.05, 0.05, -0.21, 0.02},
    {-0.05, -0.05, -0.21, 0.02},     {-0.05, 0.05, -0.21, 0.02},     {0.05, -0.05, -0.21, 0.02},
};
static const ball finger[] = {
    {0, 0.005, 0.004, 0.005}, {0, 0.006, -0.015, 0.008}, {0, 0.012, -0.04, 0.011}};
#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

/* Signed distance to a box with half extents h around the origin. */
static double box_distance(vec p, vec h)
{
    vec d = vec_of(fabs(p.x) - h.x, fabs(p.y) - h.y, fabs(p.z) - h.z);
    vec out = vec_of(fmax(d.x, 0), fmax(d.y, 0), fmax(d.z, 0));
    return vec_norm(out) + fmin(fmax(d.x, fmax(d.y, d.z)), 0);
}

/* A receptacle: its outer box without its cavity, which is open at the top. */
static double container_distance(const site *cavity, vec local)
{
    const double wall = 0.014;
    vec p = quat_rotate(quat_conjugate(cavity->at.q), vec_sub(local, cavity->at.p));
    vec h = cavity->half;
    double side_x = h.x - fabs(p.x), side_y = h.y - fabs(p.y), above_floor = p.z + h.z;
    if (side_x > 0 && side_y > 0 && above_floor > 0) {
        return fmin(p.z > h.z ? fmax(p.z - h.z, fmin(side_x, side_y)) : fmin(side_x, side_y),
                    above_floor);
    }
    return box_distance(p, vec_of(h.x + wall, h.y + wall, h.z + wall));
}

/* A rack: a low tray, and a block where its slots have posts. */
static double rack_distance(const thing *t, const site *cavity, vec local)
{
    const double tray = 0.017, margin = 0.03;
    double least = box_distance(vec_sub(local, vec_of(cavity->at.p.x, cavity->at.p.y, tray)),
                                vec_of(cavity->half.x, cavity->half.y, tray));
    for (int i = 0; i < t->n_sites; i++) {
        const site *slot = &t->sites[i];
        if (slot->is_box && strncmp(slot->name, "slot_", 5) == 0) {
            vec middle = vec_of(slot->at.p.x, slot->at.p.y, t->height / 2);
            least = fmin(least, box_distance(vec_sub(local, middle),
                                             vec_of(slot->half.x * 0.6, margin, t->height / 2)));
        }
    }
    return least;
}

/* To the boxes hull_1, hull_2 … that a thing which is no cylinder is made of; false: it names none. */
static bool hull_distance(const thing *t, vec local, double *least)
{
    bool found = false;
    for (int i = 0; i < t->n_sites; i++) {
        const site *hull = &t->sites[i];
        if (hull->is_box && strncmp(hull->name, "hull_", 5) == 0) {
            double d = box_distance(pose_apply(pose_inverse(hull->at), local), hull->half);
            *least = found ? fmin(*least, d) : d;
            found = true;
        }
    }
    return found;
}

static double thing_distance(const thing *t, vec point)
{
    double least;
    vec local = pose_apply(pose_inverse(t->at), point);
    if (hull_distance(t, local, &least)) {
        return least;
    }
    const site *cavity = thing_site(t, "cavity");
    if (cavity && thing_site(t, "slot_1")) {
        return rack_distance(t, cavity, local);
    }
    if (cavity && cavity->is_box && t->footprint > 0.1) {
        return container_distance(cavity, local);
    }
    const site *base = thing_site(t, "base");
    vec p = base ? vec_sub(local, base->at.p) : local;
    /* a piece of a wall fills little of its cylinder, and gives way when it is brushed */
    const bool flat = thing_is_shard(t) && t->n_grasps > 0 && t->grasps[0].symmetry != SYMMETRY_RING;
    const double radius = flat ? 0.6 * t->footprint : t->footprint;
    double radial = hypot(p.x, p.y) - radius,
           axial = fabs(p.z - t->height / 2) - t->height / 2;
    return hypot(fmax(radial, 0), fmax(axial, 0)) + fmin(fmax(radial, axial), 0);
}

static double part_distance(const thing_part *p, const thing *t, vec point)
{
    vec local = pose_apply(pose_inverse(pose_mul(t->at, part_moved(p))), point);
    return box_distance(vec_sub(local, p->centre), p->half);
}

double point_clearance(const belief *b, vec point, int skip_a, int skip_b)
{
    double least = 1;
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        if (t->present && i != skip_a && i != skip_b && vec_distance(t->at.p, point) < 0.6) {
            least = fmin(least, thing_distance(t, point));
        }
    }
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = &b->parts.list[i];
        if (p->thing >= 0 && b->things[p->thing].present && p->thing != skip_a &&
            p->thing != skip_b) {
            least = fmin(least, part_distance(p, &b->things[p->thing], point));
        }
    }
    return least;
}

/* What the hand need not keep away from: two things, and a part of a fixture. -1: none. */
typedef struct skips {
    int a, b, part;
} skips;

/* Height over the table. Over a basin that is let into it the fixture's own boxes say how far down it goes. */
static double height_over_table(const belief *b, vec point)
{
    for (int i = 0; i < b->furniture.n_spaces; i++) {
        const store *s = &b->furniture.spaces[i];
        const vec local = pose_apply(pose_inverse(s->at), point);
        if (space_is_basin(b, i) && fabs(local.x) < s->half.x && fabs(local.y) < s->half.y) {
            return 1;
        }
    }
    return point.z - b->table_z;
}

static double ball_clearance(const belief *b, pose tool, ball at, skips skip)
{
    const vec p = pose_apply(tool, vec_of(at.x, at.y, at.z));
    const double least = fmin(height_over_table(b, p), point_clearance(b, p, skip.a, skip.b));
    const double built_in = furniture_distance(&b->furniture, &b->parts, p, skip.part);
    return fmin(fmin(least, built_in), ground_distance(&b->ground, p, b->table_z)) - at.radius;
}

static double clearance(const belief *b, pose tool, double width, skips skip)
{
    double least = 1;
    for (int i = 0; i < COUNT(palm); i++) {
        least = fmin(least, ball_clearance(b, tool, palm[i], skip));
    }
    for (int i = 0; i < COUNT(finger); i++) {
        ball left = finger[i], right = finger[i];
        left.y = width / 2 + finger[i].y;
        right.y = -left.y;
        least = fmin(least, ball_clearance(b, tool, left, skip));
        least = fmin(least, ball_clearance(b, tool, right, skip));
    }
    return least;
}

double hand_clearance(const belief *b, pose tool, double width, int skip_a, int skip_b)
{
    return clearance(b, tool, width, (skips){skip_a, skip_b, -1});
}

double hand_clearance_but(const belief *b, pose tool, double width, int skip_part)
{
    return clearance(b, tool, width, (skips){-1, -1, skip_part});
}
