/* Reaching for cloth through a round opening: leaning in, the fingers to the left and right of a vertex. */
#include "carry.h"

#include <string.h>

static const double lip = 0.04;       /* the front is this thick */
static const double before_it = 0.10; /* the fingertips wait this far in front of the opening */
static const double beyond = 0.012;   /* the fingertips go this far past the vertex */
static const double fingers_half = 0.02;
static const double turn_radius = 0.38;

carry_mouth carry_mouth_of(const belief *b, int region_index, vec out)
{
    const region *r = &b->regions[region_index];
    carry_mouth m = {.on = true, .out = out};
    m.middle = vec_of(r->pos.x, r->pos.y, r->pos.z + r->half.z);
    m.middle = vec_along(m.middle, out, fabs(r->half.x * out.x) + fabs(r->half.y * out.y));
    return m;
}

bool carry_is_behind(const carry_mouth *m, vec p)
{
    vec d = vec_sub(p, m->middle);
    return m->on && vec_dot(d, m->out) < 0.12 && d.z > -0.4 && vec_norm(d) < 0.5;
}

bool carry_is_on_lip(const carry_mouth *m, vec p)
{
    double depth = -vec_dot(vec_sub(p, m->middle), m->out);
    return carry_is_behind(m, p) && depth > -lip && depth < lip + fingers_half;
}

bool carry_dangles(const carry_mouth *m, const cloth_view *c, int garment)
{
    static const double below = 0.4, least = 0.05, most = 0.95; /* m; shares of the vertices */
    const garment_view *g = &c->garments[garment];
    int in = 0;
    for (int v = 0; v < g->n && m->on; v++) {
        vec d = vec_sub(cloth_at(c, garment, v), m->middle);
        in += vec_dot(d, m->out) < 0 && d.z > -below;
    }
    return g->present && in > least * g->n && in < most * g->n;
}

/* Tool pose with the fingertips at `tip`, pointing along `into`, the fingers side by side. */
static pose pointing(vec tip, vec into, vec side, int branch)
{
    vec flat_into = vec_unit(vec_of(into.x, into.y, 0));
    double lean = acos(fmin(1, fmax(-1, -into.z)));
    return hands_leaning(tip, side, branch, flat_into, lean);
}

static pose turned(pose base, pose from, double angle, double radius, double z)
{
    vec ahead = quat_rotate(base.q, vec_of(1, 0, 0)), d = vec_sub(from.p, base.p);
    double at = atan2(ahead.y, ahead.x) + angle;
    double turn = at - atan2(d.y, d.x);
    return (pose){vec_of(base.p.x + radius * cos(at), base.p.y + radius * sin(at), z),
                  quat_unit(quat_mul(quat_about(vec_of(0, 0, 1), turn), from.q))};
}

static double bearing(pose base, vec p)
{
    vec ahead = quat_rotate(base.q, vec_of(1, 0, 0));
    double a = atan2(p.y - base.p.y, p.x - base.p.x) - atan2(ahead.y, ahead.x);
    return atan2(sin(a), cos(a));
}

static bool way_in(const hands *h, int hand, const carry_mouth *m, vec tip, double height,
                   int branch, carry_way *out)
{
    vec through = m->middle, side = vec_cross(m->out, vec_of(0, 0, 1));
    through = vec_along(through, side, 0.4 * vec_dot(vec_sub(tip, m->middle), side));
    through =
        vec_along(through, m->out, fmax(lip, vec_dot(vec_sub(tip, m->middle), m->out) + 0.06));
    through.z = m->middle.z + height;
    vec into = vec_unit(vec_sub(tip, through));
    pose deep = pointing(vec_along(tip, into, beyond), into, side, branch);
    pose before = deep, base = h->hand[hand].base;
    before.p = vec_along(deep.p, into, -(vec_distance(tip, through) + before_it + beyond));
    pose home = h->hand[hand].home;
    double to = bearing(base, before.p);
    memset(out, 0, sizeof *out);
    out->at[out->n++] = home;
    for (int i = 1; i <= 4; i++) {
        out->at[out->n++] = turned(base, home, to * i / 4, turn_radius, home.p.z);
    }
    out->at[out->n++] = before;
    out->at[out->n++] = deep;
    return hands_reach(h, hand, out->at, out->n, &out->margin) && out->margin > 0.01;
}

bool carry_find_way_in(const hands *h, int hand, const carry_mouth *m, vec tip, carry_way *out)
{
    static const double heights[] = {-0.05, 0, -0.09, 0.05};
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        for (int branch = 0; branch < 2; branch++) {
            if (way_in(h, hand, m, tip, heights[i], branch, out)) {
                return true;
            }
        }
    }
    return false;
}
