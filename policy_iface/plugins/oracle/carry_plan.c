#include "carry.h"

#include <stdlib.h>
#include <string.h>

static const double inner_radius = 0.36; /* the hand keeps this far from the arm's own axis */
static const double wall = 0.022, beside_wall = 0.035, over_wall = 0.06; /* of a basket, m */
/* Of the hand, m: from the tips to its bar; half extents of the bar and of the open fingers, along the opening and across. */
static const double finger = 0.07, bar = 0.10, bar_thick = 0.045, open_fingers = 0.06,
                    pad_wide = 0.03;
static const double least_margin = 0.02; /* of a joint, rad */

bool carry_into(const belief *b, int thing_index, carry_goal *out)
{
    const thing *t = &b->things[thing_index];
    const site *cavity = thing_site(t, "cavity");
    if (!cavity) {
        return false;
    }
    pose at = pose_mul(t->at, cavity->at);
    vec along = quat_rotate(at.q, vec_of(1, 0, 0));
    along.z = 0;
    *out =
        (carry_goal){.floor = at.p, .along = vec_unit(along), .half = cavity->half, .walls = true};
    out->floor.z -= cavity->half.z;
    out->rim = at.p.z + cavity->half.z;
    return true;
}

carry_goal carry_onto(const belief *b, int region_index)
{
    const region *r = &b->regions[region_index];
    return (carry_goal){
        .floor = r->pos, .along = vec_of(1, 0, 0), .half = r->half, .rim = r->pos.z};
}

static bool is_inside(const carry_goal *g, vec p, double slack)
{
    vec d = vec_sub(p, g->floor);
    double x = d.x * g->along.x + d.y * g->along.y, y = d.y * g->along.x - d.x * g->along.y;
    return fabs(x) < g->half.x + slack && fabs(y) < g->half.y + slack && d.z > -0.02 &&
           d.z < 2 * g->half.z + 0.01;
}

carry_goal carry_strip(const cloth_view *c, const carry_goal *goal)
{
    carry_goal s = {.along = {1, 0, 0}, .half = {0.15, 0.08, 0.2}, .rim = c->table_z};
    s.floor = vec_of(fmin(fmax(goal->floor.x, -0.15), 0.15), goal->floor.y > 0 ? 0.03 : -0.03,
                     c->table_z);
    return s;
}

double carry_share(const cloth_view *c, int garment, const carry_goal *goal, double slack)
{
    int n = 0;
    for (int v = 0; v < c->garments[garment].n; v++) {
        n += is_inside(goal, cloth_at(c, garment, v), slack);
    }
    return (double)n / c->garments[garment].n;
}

double carry_hang(const cloth_view *c, int garment, int vertex)
{
    flat from = cloth_rest(c, garment, vertex);
    double far = 0;
    for (int v = 0; v < c->garments[garment].n; v++) {
        flat p = cloth_rest(c, garment, v);
        far = fmax(far, hypot(p.x - from.x, p.y - from.y));
    }
    return far;
}

/* ---- the way ------------------------------------------------------------------------------------------------- */

static double wrapped(double angle)
{
    return atan2(sin(angle), cos(angle));
}

/* Direction of a point from the base, measured from where the arm looks: -pi .. pi, behind it at the ends. */
static double bearing(pose base, vec p)
{
    vec ahead = quat_rotate(base.q, vec_of(1, 0, 0));
    return wrapped(atan2(p.y - base.p.y, p.x - base.p.x) - atan2(ahead.y, ahead.x));
}

static pose turned_about(pose base, pose from, double turn, double radius, double z)
{
    vec d = vec_sub(from.p, base.p);
    double angle = atan2(d.y, d.x) + turn;
    quat spin = quat_about(vec_of(0, 0, 1), turn);
    return (pose){vec_of(base.p.x + radius * cos(angle), base.p.y + radius * sin(angle), z),
                  quat_unit(quat_mul(spin, from.q))};
}

bool carry_find_way(const hands *h, int hand, pose from, double z, vec to, carry_way *out)
{
    enum { ARC = 5 };
    pose base = h->hand[hand].base;
    double turn = bearing(base, to) - bearing(base, from.p);
    double start = hypot(from.p.x - base.p.x, from.p.y - base.p.y),
           end = hypot(to.x - base.p.x, to.y - base.p.y);
    memset(out, 0, sizeof *out);
    out->at[out->n++] = from;
    pose up = from;
    up.p.z = fmax(z, from.p.z);
    out->at[out->n++] = up;
    int pieces = 1 + (int)(fabs(turn) / 0.6);
    pieces = pieces > ARC ? ARC : pieces;
    for (int i = 1; i <= pieces; i++) {
        double s = (double)i / pieces, radius = start + s * (end - start);
        radius = i < pieces ? fmax(radius, inner_radius) : radius;
        out->at[out->n++] = turned_about(base, up, s * turn, radius, up.p.z);
    }
    pose down = out->at[out->n - 1];
    down.p = to;
    down = pose_advance(down, -HAND_TIP);
    out->at[out->n++] = down;
    return hands_reach(h, hand, out->at, out->n, &out->margin) && out->margin > least_margin;
}

/* ---- what to pinch --------------------------------------------------------------------------------------------- */

typedef struct candidate {
    int vertex;
    double cost;
} candidate;

static int by_cost(const void *a, const void *b)
{
    const candidate *p = a, *q = b;
    return p->cost < q->cost ? -1 : p->cost > q->cost ? 1 : p->vertex - q->vertex;
}

/* Nearness to places that were of no use before. */
static double shyness(const cloth_view *c, int garment, int vertex, const int *misses, int n_misses)
{
    double cost = 0;
    vec p = cloth_at(c, garment, vertex);
    for (int i = 0; i < n_misses; i++) {
        double d = vec_distance(p, cloth_at(c, garment, misses[i]));
        cost += 0.1 * fmax(0, 1 - d / 0.05);
    }
    return cost;
}

/* Nearness to other cloth at the same height, which would be taken too. */
static double crowding(const cloth_view *c, int garment, int vertex)
{
    vec p = cloth_at(c, garment, vertex);
    double near = 1;
    for (int k = 0; k < c->n; k++) {
        for (int v = 0; v < c->garments[k].n && k != garment && c->garments[k].present; v++) {
            vec q = cloth_at(c, k, v);
            if (q.z > p.z - c->garments[garment].layer) {
                near = fmin(near, hypot(p.x - q.x, p.y - q.y));
            }
        }
    }
    return fmax(0, 0.06 - near);
}

/* Not beside one that was chosen already. */
static bool is_apart(const cloth_view *c, int garment, int vertex, const int *chosen, int n)
{
    vec p = cloth_at(c, garment, vertex);
    for (int i = 0; i < n; i++) {
        if (vec_distance(p, cloth_at(c, garment, chosen[i])) < 0.03) {
            return false;
        }
    }
    return true;
}

/* Fingers that come down there meet a wall of the basket, and push it over. */
static bool is_at_wall(const carry_goal *g, vec p)
{
    vec d = vec_sub(p, g->floor);
    double x = fabs(d.x * g->along.x + d.y * g->along.y) - g->half.x,
           y = fabs(d.y * g->along.x - d.x * g->along.y) - g->half.y, out = fmax(x, y);
    return g->walls && p.z < g->rim + over_wall && out > -beside_wall && out < wall + beside_wall;
}

static bool is_between(const carry_goal *g, vec p, double slack)
{
    vec d = vec_sub(p, g->floor);
    return fabs(d.x * g->along.x + d.y * g->along.y) < g->half.x + slack &&
           fabs(d.y * g->along.x - d.x * g->along.y) < g->half.y + slack;
}

bool carry_hand_fits(const carry_goal *vessel, vec tip, vec out)
{
    if (!vessel->walls || tip.z > vessel->rim + 0.02) {
        return true;
    }
    bool deep = tip.z + finger < vessel->rim, inside = is_between(vessel, tip, 0);
    double along = deep ? bar : open_fingers, across = deep ? bar_thick : pad_wide;
    vec left = vec_of(-out.y, out.x, 0);
    for (int i = 0; i < 4; i++) {
        vec corner =
            vec_along(vec_along(tip, out, i & 1 ? along : -along), left, i & 2 ? across : -across);
        if (is_between(vessel, corner, inside ? 0 : wall) != inside) {
            return false;
        }
    }
    return true;
}

int carry_candidates(const cloth_view *c, int garment, const carry_goal *goal,
                     const carry_goal *vessel, const int *misses, int n_misses, int *out, int most)
{
    const garment_view *g = &c->garments[garment];
    candidate *list = calloc((size_t)g->n, sizeof *list);
    if (!list) {
        return 0;
    }
    bool rest_only = goal && carry_share(c, garment, goal, 0) > 0.4;
    vec middle = vec_of(0, 0, 0);
    int n = 0, outside = 0;
    for (int v = 0; v < g->n; v++) {
        vec p = cloth_at(c, garment, v);
        if (!rest_only || !is_inside(goal, p, 0)) {
            middle = vec_add(middle, p);
            outside++;
        }
    }
    middle = vec_scale(middle, 1. / (outside ? outside : 1));
    for (int v = 0; v < g->n; v++) {
        vec p = cloth_at(c, garment, v);
        if (!cloth_is_top(c, garment, v) || (vessel && is_at_wall(vessel, p))) {
            continue;
        }
        double cost = hypot(p.x - middle.x, p.y - middle.y) + 0.3 * (middle.z - p.z) +
                      shyness(c, garment, v, misses, n_misses) + 4 * crowding(c, garment, v);
        list[n++] = (candidate){v, cost};
    }
    qsort(list, (size_t)n, sizeof *list, by_cost);
    int taken = 0;
    for (int i = 0; i < n && taken < most; i++) {
        if (is_apart(c, garment, list[i].vertex, out, taken)) {
            out[taken++] = list[i].vertex;
        }
    }
    free(list);
    return taken;
}
