#include "spots.h"

#include <string.h>

#include "access.h"
#include "stack.h"

static const int ring_turns = 24;

static pose turned(pose at, double yaw)
{
    return (pose){at.p, quat_unit(quat_mul(quat_about(vec_of(0, 0, 1), yaw), at.q))};
}

double thing_radius(const thing *t, quat q)
{
    double upright = fabs(quat_rotate(q, vec_of(0, 0, 1)).z);
    return upright > 0.9 ? t->footprint : fmax(t->footprint, t->height / 2);
}

/* Height of what already lies under a circle, at least `floor`. */
static double support_height(const belief *b, int skip, vec at, double radius, double floor,
                             int within)
{
    double top = floor;
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        if (t->present && i != skip && i != within && !belief_goes_along(b, i, skip) &&
            hypot(t->at.p.x - at.x, t->at.p.y - at.y) < radius + thing_radius(t, t->at.q) - 0.01) {
            double lo, hi;
            thing_z_extent(t, t->at, &lo, &hi);
            top = fmax(top, fmin(hi, floor + 0.3));
        }
    }
    return top;
}

/* Body pose whose lowest point is at z. */
static pose standing_at(const thing *t, quat q, double x, double y, double z)
{
    pose at = {vec_of(x, y, 0), q};
    double lo, hi;
    thing_z_extent(t, at, &lo, &hi);
    at.p.z = z - lo;
    return at;
}

/* Is there anything under the circle on which nothing may lie? */
static bool lies_on_fragile(const belief *b, int skip, vec at, double radius)
{
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        if (t->present && i != skip && belief_goes_on_top(b, i) &&
            hypot(t->at.p.x - at.x, t->at.p.y - at.y) < radius + thing_radius(t, t->at.q)) {
            return true;
        }
    }
    return false;
}

bool space_is_behind_door(const belief *b, int space)
{
    return space >= 0 && b->furniture.spaces[space].behind >= 0 && b->furniture.spaces[space].part < 0;
}

static const double slender_half = 0.014; /* the width of what is slender, and so much more on either side */

/* Way between two things seen from above, the first one turned by q at p: from outline to outline where both are slender, else from middle to middle. */
static double apart_on_floor(const thing *t, quat q, vec p, const thing *other)
{
    enum { LOOKS = 6 };
    if (!t->slender || !other->slender) {
        return hypot(other->at.p.x - p.x, other->at.p.y - p.y);
    }
    const vec own = quat_rotate(q, vec_of(t->footprint, 0, 0)),
              its = quat_rotate(other->at.q, vec_of(other->footprint, 0, 0));
    double least = 1;
    for (int i = -LOOKS; i <= LOOKS; i++) {
        for (int k = -LOOKS; k <= LOOKS; k++) {
            const vec off = vec_sub(vec_along(p, own, (double)i / LOOKS), vec_along(other->at.p, its, (double)k / LOOKS));
            least = fmin(least, hypot(off.x, off.y));
        }
    }
    return fmax(0, least - 2 * slender_half);
}

/* Height of what lies under it on the floor of a space: slender things lie side by side. */
static double support_in_space(const belief *b, int index, quat q, vec p, double radius)
{
    const thing *t = &b->things[index];
    double top = p.z;
    for (int i = 0; i < b->n_things; i++) {
        const thing *o = &b->things[i];
        double lo, hi;
        thing_z_extent(o, o->at, &lo, &hi);
        const double room = t->slender && o->slender ? 0 : radius + thing_radius(o, o->at.q) - 0.01;
        if (o->present && i != index && apart_on_floor(t, q, p, o) < fmax(room, 1e-6)) {
            top = fmax(top, fmin(hi, p.z + 0.3));
        }
    }
    return top;
}

/* So far from a space's middle along its x or y may the middle of the thing be. */
static double free_along(const thing *t, quat q, vec axis, double half)
{
    const double along = fabs(vec_dot(quat_rotate(q, vec_of(1, 0, 0)), axis)),
                 radius = t->slender ? along * t->footprint + slender_half : thing_radius(t, q);
    return fmax(0, half - radius - 0.008);
}

/* From above into a space that nothing covers, such as that of an open drawer; away from what lies there. */
static int spots_in_space(const belief *b, int index, int space, spot *out)
{
    const thing *t = &b->things[index];
    const pose in = space_now(b, space);
    const vec half = b->furniture.spaces[space].half;
    int n = 0;
    for (int k = 0; k < SPOT_TURNS; k++) {
        const quat q = turned(t->at, 2 * PI * k / SPOT_TURNS).q;
        const double radius = thing_radius(t, q),
                     free_x = free_along(t, q, quat_rotate(in.q, vec_of(1, 0, 0)), half.x),
                     free_y = free_along(t, q, quat_rotate(in.q, vec_of(0, 1, 0)), half.y);
        for (int c = 0; c < 49 && n < MAX_SPOTS; c++) {
            const vec p =
                pose_apply(in, vec_of(free_x * (c % 7 - 3) / 3, free_y * (c / 7 - 3) / 3, -half.z));
            const double support = support_in_space(b, index, q, p, radius);
            spot s = {standing_at(t, q, p.x, p.y, support + 0.012),
                      0.05,
                      30 * (support - p.z),
                      false,
                      {0, 0, 0},
                      {0, 0, 0}};
            for (int i = 0; i < b->n_things; i++) {
                if (i != index && b->things[i].present && space_holds(b, space, i)) {
                    s.cost += fmax(0, 0.5 - 5 * apart_on_floor(t, q, p, &b->things[i]));
                }
            }
            out[n++] = s;
        }
    }
    return n;
}

static int spots_inside(const belief *b, int index, int receptacle, spot *out)
{
    const thing *t = &b->things[index], *r = &b->things[receptacle];
    const site *cavity = thing_site(r, "cavity");
    if (!cavity) {
        return 0;
    }
    pose in = pose_mul(r->at, cavity->at);
    /* A bin on the floor: what is let go over it at the height of the worktop falls in. */
    const bool deep = in.p.z - cavity->half.z < b->table_z - 0.25;
    int n = 0;
    for (int k = 0; k < SPOT_TURNS; k++) {
        quat q = turned(t->at, 2 * PI * k / SPOT_TURNS).q;
        double radius = thing_radius(t, q);
        double free_x = fmax(0, cavity->half.x - radius - 0.008),
               free_y = fmax(0, cavity->half.y - radius - 0.008);
        for (int c = 0; c < 49 && n < MAX_SPOTS; c++) {
            vec p = pose_apply(
                in, vec_of(free_x * (c % 7 - 3) / 3, free_y * (c / 7 - 3) / 3, -cavity->half.z));
            double support = deep ? fmax(b->table_z, in.p.z + cavity->half.z)
                                  : support_height(b, index, p, radius, p.z, receptacle);
            if (!deep && support > p.z && lies_on_fragile(b, index, p, radius)) {
                continue;
            }
            /* what must not be pressed is let fall a little */
            const double above = thing_is_shard(t) ? 0.04 : 0.012;
            spot s = {
                standing_at(t, q, p.x, p.y, support + above), 0.05, 0, false, {0, 0, 0}, {0, 0, 0}};
            s.cost =
                deep ? 0 : 30 * (support - p.z); /* on the floor rather than on what lies there */
            if (thing_is_shard(t)) { /* it falls anyway: the fingers keep away from the rim, which would press it */
                s.cost += 4 * hypot(p.x - in.p.x, p.y - in.p.y);
            }
            if (deep && b->ground.n > 0) {       /* who can stand anywhere need not aim at a rim */
                s.cost = 6 * hypot(p.x - in.p.x, p.y - in.p.y);
            }
            out[n++] = s;
        }
    }
    return n;
}

/* Handles knock against neighbours: stay away from them, and leave the middle for last. */
static double neighbour_cost(const belief *b, int index, int receptacle, vec at)
{
    const thing *r = &b->things[receptacle];
    double cost = -2 * hypot(at.x - r->at.p.x, at.y - r->at.p.y);
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        double gap =
            hypot(t->at.p.x - at.x, t->at.p.y - at.y) - t->footprint - b->things[index].footprint;
        if (t->present && i != index && i != receptacle && gap < 0) {
            cost += 40 * -gap;
        }
    }
    return cost;
}

/* From a cell to where it is entered and left: the thing's site way_N of cell_N, in the world; zero: from above. */
static vec way_beside(const thing *t, const site *cell)
{
    char name[NAME_CAP] = "way_";
    if (strncmp(cell->name, "cell_", 5) != 0) {
        return vec_of(0, 0, 0);
    }
    strncat(name, cell->name + 5, NAME_CAP - 5);
    const site *way = thing_site(t, name);
    return way ? quat_rotate(t->at.q, vec_sub(way->at.p, cell->at.p)) : vec_of(0, 0, 0);
}

vec cell_way_out(const belief *b, int index)
{
    for (int r = 0; r < b->n_things; r++) {
        const thing *t = &b->things[r];
        for (int i = 0; i < t->n_sites && t->present && r != index; i++) {
            const vec way = way_beside(t, &t->sites[i]);
            if (vec_norm(way) > 0 &&
                vec_distance(pose_apply(t->at, t->sites[i].at.p), b->things[index].at.p) < 0.04) {
                return way;
            }
        }
    }
    return vec_of(0, 0, 0);
}

static int spots_named(const belief *b, int index, int receptacle, const char *prefix, spot *out)
{
    const thing *r = &b->things[receptacle];
    bool slots = strcmp(prefix, "slot_") == 0;
    int n = 0;
    for (int i = 0; i < r->n_sites && n < MAX_SPOTS; i++) {
        if (strncmp(r->sites[i].name, prefix, strlen(prefix)) != 0) {
            continue;
        }
        pose at = pose_mul(r->at, r->sites[i].at);
        bool taken = false;
        for (int k = 0; k < b->n_things; k++) {
            const thing *o = &b->things[k];
            double apart =
                slots ? vec_distance(o->at.p, at.p) : hypot(o->at.p.x - at.p.x, o->at.p.y - at.p.y);
            double lo, hi; /* what lies in a box below its opening does not take it */
            thing_z_extent(o, o->at, &lo, &hi);
            taken |= o->present && k != index && k != receptacle && apart < (slots ? 0.04 : 0.06) &&
                     (slots || lo + hi > 2 * at.p.z);
        }
        double crowd = slots ? 0.1 * i : neighbour_cost(b, index, receptacle, at.p);
        const int turns = slots                ? ring_turns
                          : r->sites[i].is_box ? 2
                                               : SPOT_TURNS; /* a lid fits two ways */
        for (int k = 0; !taken && k < turns && n < MAX_SPOTS; k++) {
            pose roll = {vec_of(0, 0, 0),
                         quat_about(vec_of(0, 0, 1),
                                    2 * PI * k / ring_turns)}; /* a plate stands at any roll */
            pose body = slots ? pose_mul(at, roll) : turned(at, 2 * PI * k / turns);
            /* a smaller plate sinks deeper between the rails */
            body.p.z +=
                0.004 -
                (slots ? 1.15 * fmax(0, r->sites[i].half.x - b->things[index].footprint) : 0);
            out[n++] = (spot){body, slots ? 0.16 : 0.12,         crowd,
                              true, way_beside(r, &r->sites[i]), {0, 0, 0}};
        }
    }
    return n;
}

/* Beside a sponge, which wants room for a hand. */
static bool is_by_wiper(const belief *b, int index, vec at)
{
    for (int i = 0; i < b->wet.n_wipers; i++) {
        const vec p = b->things[b->wet.wipers[i].thing].at.p;
        if (b->wet.wipers[i].thing != index &&
            hypot(p.x - at.x, p.y - at.y) < b->things[index].footprint + 0.13) {
            return true;
        }
    }
    return false;
}

/* A bag is not turned about: it takes half the table. */
static bool sweeps_table(const thing *t, quat q)
{
    const vec x = vec_of(1, 0, 0);
    return t->footprint > 0.15 && vec_dot(quat_rotate(t->at.q, x), quat_rotate(q, x)) < 0.6;
}

int spots_on_table(const belief *b, int index, vec pos, vec half, spot *out)
{
    const thing *t = &b->things[index];
    quat upright = thing_is_upright(t) ? t->at.q : quat_identity();
    int n = 0;
    for (int c = 0; c < 25; c++) {
        double free_x = fmax(0, half.x - t->footprint), free_y = fmax(0, half.y - t->footprint);
        vec p = vec_add(pos, vec_of(free_x * (c % 5 - 2) / 2, free_y * (c / 5 - 2) / 2, 0));
        if (support_height(b, index, p, t->footprint + 0.015, p.z, -1) > p.z + 0.001) {
            continue;
        }
        /* in the way of a sponge */
        const double puddle =
            wet_is_near(&b->wet, p, t->footprint + 0.06) || is_by_wiper(b, index, p) ? 3 : 0;
        for (int k = 0; k < SPOT_TURNS && n < MAX_SPOTS; k++) {
            quat q =
                quat_unit(quat_mul(quat_about(vec_of(0, 0, 1), 2 * PI * k / SPOT_TURNS), upright));
            if (sweeps_table(t, q)) {
                continue;
            }
            spot s = {standing_at(t, q, p.x, p.y, p.z + 0.003),
                      0.08,
                      puddle - 0.15 * hypot(c % 5 - 2, c / 5 - 2),
                      true,
                      {0, 0, 0},
                      {0, 0, 0}}; /* leave room for more */
            out[n++] = s;
        }
    }
    return n;
}

/* Where nobody said how far the table goes: not too near to where it may end. */
static int keep_on_table(const belief *b, spot *spots, int n)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        const vec p = pose_apply(pose_inverse(b->base), spots[i].release.p);
        if (p.x < 0.64 && fabs(p.y) < 0.36) {
            spots[kept++] = spots[i];
        }
    }
    return kept;
}

/* The same for what lies, as it lies: a region does not ask for more. */
static int spots_lying(const belief *b, int index, vec pos, vec half, spot *out, int n)
{
    const thing *t = &b->things[index];
    for (int k = 0; k < SPOT_TURNS; k++) {
        const quat q = turned(t->at, 2 * PI * k / SPOT_TURNS).q;
        const double r = thing_radius(t, q);
        for (int c = 0; c < 9 && n < MAX_SPOTS; c++) {
            const vec p = vec_add(pos, vec_of(fmax(0, half.x - r) * (c % 3 - 1),
                                              fmax(0, half.y - r) * (c / 3 - 1), 0));
            if (support_height(b, index, p, r + 0.015, p.z, -1) <= p.z + 0.001) {
                out[n++] = (spot){
                    standing_at(t, q, p.x, p.y, p.z + 0.004), 0.08, 1, true, {0, 0, 0}, {0, 0, 0}};
            }
        }
    }
    return n;
}

/* Where else in the goal its place is named; "": nowhere. */
static const char *place_of(const belief *b, int index)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (l->n_args > 1 && strcmp(l->predicate, "in_region") == 0 &&
            strcmp(l->args[0], b->things[index].id) == 0) {
            return l->args[1];
        }
    }
    return "";
}

static bool may_lie(const belief *b, int index)
{
    for (int i = 0; i < b->n_literals; i++) {
        if (strcmp(b->literals[i].predicate, "upright") == 0 &&
            strcmp(b->literals[i].args[0], b->things[index].id) == 0) {
            return false;
        }
    }
    return !thing_is_upright(&b->things[index]);
}

int list_spots(const belief *b, const literal *l, int index, int *receptacle, spot *out)
{
    const bool names_place = l->n_args > 1 && strcmp(l->predicate, "upright") != 0;
    const char *where = names_place ? l->args[1] : place_of(b, index);
    *receptacle = belief_find_thing(b, where);
    if (*receptacle >= 0 &&
        (strcmp(l->predicate, "inside") == 0 || strcmp(l->predicate, "on_top") == 0)) {
        return spots_inside(b, index, *receptacle, out);
    }
    if (*receptacle >= 0 && strcmp(l->predicate, "in_slot") == 0) {
        return spots_named(b, index, *receptacle, "slot_", out);
    }
    if (*receptacle >= 0 && strcmp(l->predicate, "in_cell") == 0) {
        return spots_named(b, index, *receptacle, "cell_", out);
    }
    const int space = strcmp(l->predicate, "inside") == 0 ? belief_find_space(b, where) : -1;
    if (space >= 0) {
        return space_is_behind_door(b, space) ? 0 : spots_in_space(b, index, space, out);
    }
    int region_index = belief_find_region(b, where);
    if (region_index >= 0) {
        const region at = stack_top(b, l, index, region_index);
        const int n = spots_on_table(b, index, at.pos, at.half, out);
        if (strcmp(l->predicate, "in_region") != 0 || thing_is_upright(&b->things[index]) ||
            (b->furniture.n_spaces == 0 && !may_lie(b, index))) {
            return n;
        }
        const int all = spots_lying(b, index, at.pos, at.half, out, n);
        for (int i = n; i < all; i++) { /* where no door is, only for want of anything better */
            out[i].cost += b->furniture.n_spaces > 0 ? 0 : 5;
        }
        return all;
    }
    vec here = b->things[index].at.p;
    here.z = b->table_z;
    const int n = spots_on_table(b, index, here, vec_of(0.25, 0.25, 0), out);
    return b->wet.n_patches > 0 ? keep_on_table(b, out, n)
                                : n; /* a cup that tipped may lie at the edge */
}

void sort_spots(spot *spots, int n)
{
    for (int i = 1; i < n; i++) {
        spot s = spots[i];
        int j = i;
        for (; j > 0 && spots[j - 1].cost > s.cost; j--) {
            spots[j] = spots[j - 1];
        }
        spots[j] = s;
    }
}

int list_stopovers(const belief *b, int index, double side, spot *out)
{
    const thing *t = &b->things[index];
    const vec middle = pose_apply(b->base, vec_of(0.48, 0, b->table_z - b->base.p.z));
    int n = spots_on_table(b, index, middle, vec_of(0.15, side, 0), out);
    for (int k = 0; k < SPOT_TURNS && !thing_is_upright(t); k++) {
        quat q = turned(t->at, 2 * PI * k / SPOT_TURNS).q;
        for (int c = 0; c < 9 && n < MAX_SPOTS; c++) {
            vec p = vec_add(middle, vec_of(0.1 * (c % 3 - 1), 0.18 * (c / 3 - 1), 0));
            if (support_height(b, index, p, thing_radius(t, q) + 0.015, p.z, -1) <= p.z + 0.001) {
                out[n++] = (spot){standing_at(t, q, p.x, p.y, p.z + 0.004),
                                  0.08,
                                  1,
                                  true,
                                  {0, 0, 0},
                                  {0, 0, 0}}; /* 1: upright is better */
            }
        }
    }
    return n;
}

int list_erected(const belief *b, int index, int attempt, spot *out)
{
    vec near = b->things[index].at.p;
    near.z = b->table_z;
    const double side = 0.10 + 0.03 * (attempt % 5);
    const int n = spots_on_table(b, index, near, vec_of(side, side, 0), out);
    return attempt > 1 ? spots_lying(b, index, near, vec_of(side, side, 0), out, n) : n;
}
