#include "drape.h"

#include <string.h>

enum { PHASE_LOOK, PHASE_PINCH, PHASE_UP, PHASE_OVER, PHASE_RELEASE, PHASE_END };

static const double rest_speed = 0.03, longest_wait = 4;
static const double enough = 0.26; /* hangs on either side: a quarter is asked for */
static const double over_bar =
    0.155;                         /* of cloth between the hands and the middle of the bar's top */
static const double beyond = 0.10; /* the fingertips go this far behind the bar's axis */
static const double before = 0.14; /* and wait this far in front of it */
static const double clear = 0.05;  /* what hangs passes over the bar at this height */
static const double lean = 0.9;    /* of the hands, away from their bases, rad */
static const double hang_below = 0.08;
enum { MAX_TRIES = 3 };

drape_rail drape_rail_of(const belief *b, int region_index, double axis_z, double radius)
{
    drape_rail r = {b->regions[region_index].pos, radius};
    r.middle.z = axis_z;
    return r;
}

double drape_share(const cloth_view *c, int garment, const drape_rail *rail)
{
    int n = c->garments[garment].n, side[2] = {0, 0};
    for (int v = 0; v < n; v++) {
        vec p = cloth_at(c, garment, v);
        if (p.z < rail->middle.z + rail->radius - hang_below && fabs(p.x - rail->middle.x) < 0.2) {
            side[p.x > rail->middle.x]++;
        }
    }
    return (double)(side[0] < side[1] ? side[0] : side[1]) / n;
}

/* The vertex of the outline at x that is farthest toward the hand's own side. */
static int side_vertex(const cloth_view *c, int garment, int hand, double x)
{
    const garment_view *g = &c->garments[garment];
    int best = -1;
    double far = -HUGE_VAL;
    for (int i = 0; i < g->n_outline; i++) {
        vec p = cloth_at(c, garment, g->outline[i]);
        double out = (hand == LEFT_HAND ? p.y : -p.y) - 3 * fabs(p.x - x);
        if (out > far) {
            far = out;
            best = g->outline[i];
        }
    }
    return best;
}

/* Tool pose of a hand that leans away from its base, the fingers opening along y. */
static pose leaning(const hands *h, int hand, vec tip)
{
    vec from = h->hand[hand].base.p;
    vec away = vec_unit(vec_of(tip.x - from.x, tip.y - from.y, 0)), out = vec_of(0, 1, 0);
    pose a = hands_leaning(tip, out, 0, away, lean), b = hands_leaning(tip, out, 1, away, lean);
    quat now = h->hand[hand].at.q; /* of the two turns the nearer one */
    return quat_angle(now, a.q) < quat_angle(now, b.q) ? a : b;
}

/* Length of the garment along x, where it reaches from lo to hi: of its two sides the one that lies so. */
static double length_along(const cloth_view *c, int garment, double lo, double hi)
{
    flat a = {HUGE_VAL, HUGE_VAL}, b = {-HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < c->garments[garment].n; v++) {
        flat p = cloth_rest(c, garment, v);
        a = (flat){fmin(a.x, p.x), fmin(a.y, p.y)};
        b = (flat){fmax(b.x, p.x), fmax(b.y, p.y)};
    }
    double w = b.x - a.x, l = b.y - a.y;
    return fabs(hi - lo - w) < fabs(hi - lo - l) ? w : l;
}

static bool plan(drape *d, const cloth_view *c, hands *h)
{
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (int v = 0; v < c->garments[d->garment].n; v++) {
        vec p = cloth_at(c, d->garment, v);
        lo = fmin(lo, p.x);
        hi = fmax(hi, p.x);
        if (p.z > c->table_z + 0.10 || p.z < c->table_z - 0.05) {
            return false;
        }
    }
    grip g[HANDS];
    d->behind = length_along(c, d->garment, lo, hi) / 2 - over_bar;
    for (int hand = 0; hand < HANDS; hand++) {
        g[hand] = (grip){.garment = d->garment, .out = vec_of(0, hand == LEFT_HAND ? 1 : -1, 0)};
        g[hand].vertex = side_vertex(c, d->garment, hand, (lo + hi) / 2 - over_bar);
        if (g[hand].vertex < 0) {
            return false;
        }
    }
    return d->behind > 0.05 && pinch_start(&d->pinch, c, h, &g[LEFT_HAND], &g[RIGHT_HAND]);
}

bool drape_start(drape *d, const cloth_view *c, hands *h, int garment, const drape_rail *rail)
{
    memset(d, 0, sizeof *d);
    d->garment = garment;
    d->rail = *rail;
    d->tries = 1;
    d->phase = PHASE_PINCH;
    return drape_share(c, garment, rail) < enough && plan(d, c, h);
}

/* Both hands to these x and z, keeping their y. */
static void both_to(hands *h, double x, double z, double speed, double wait)
{
    stroke s = {.speed = speed, .wait = wait};
    for (int hand = 0; hand < HANDS; hand++) {
        vec tip = pose_advance(hands_end(h, hand, NULL), HAND_TIP).p;
        s.to[hand] = hands_to(leaning(h, hand, vec_of(x, tip.y, z)), 0);
    }
    hands_add(h, s);
}

static void lift(drape *d, hands *h)
{
    double high = d->rail.middle.z + d->rail.radius + d->behind + clear;
    double x = pose_advance(h->hand[0].at, HAND_TIP).p.x;
    both_to(h, fmin(x, -0.2), high, 0.3, 0.2);
    both_to(h, d->rail.middle.x + before, high, 0.3, 1.0);
    d->phase = PHASE_UP;
}

static void go_over(drape *d, hands *h)
{
    double high = d->rail.middle.z + d->rail.radius + d->behind + clear;
    both_to(h, d->rail.middle.x - beyond, high, 0.25, 0.8);
    both_to(h, d->rail.middle.x - beyond, d->rail.middle.z + d->rail.radius + 0.03, 0.2, 0.5);
    d->phase = PHASE_OVER;
}

static void let_go(drape *d, hands *h)
{
    pinch_release(h, true, true);
    stroke up = {.speed = 0.4};
    for (int hand = 0; hand < HANDS; hand++) {
        pose at = hands_end(h, hand, NULL);
        at.p.z = d->rail.middle.z + 0.35;
        up.to[hand] = hands_to(at, HAND_WIDE);
    }
    hands_add(h, up);
    hands_add_home(h, true, true);
    d->phase = PHASE_RELEASE;
}

static void look(drape *d, const cloth_view *c, hands *h)
{
    d->phase = PHASE_END;
    if (drape_share(c, d->garment, &d->rail) < enough && d->tries++ < MAX_TRIES && plan(d, c, h)) {
        d->phase = PHASE_PINCH;
    }
}

skill_state drape_step(drape *d, const cloth_view *c, hands *h, double dt)
{
    if (d->phase == PHASE_PINCH) {
        pinch_state s = pinch_step(&d->pinch, c, h);
        if (s == PINCH_HELD) {
            lift(d, h);
        } else if (s == PINCH_FAILED) {
            let_go(d, h);
        }
        return SKILL_BUSY;
    }
    if (hands_busy(h)) {
        return SKILL_BUSY;
    }
    switch (d->phase) {
    case PHASE_UP: go_over(d, h); return SKILL_BUSY;
    case PHASE_OVER: let_go(d, h); return SKILL_BUSY;
    case PHASE_RELEASE:
        d->phase = PHASE_LOOK;
        d->waited = 0;
        return SKILL_BUSY;
    case PHASE_LOOK:
        d->waited += dt;
        if ((d->waited > 0.5 && c->garments[d->garment].speed < rest_speed) ||
            d->waited > longest_wait) {
            look(d, c, h);
        }
        return SKILL_BUSY;
    default: return drape_share(c, d->garment, &d->rail) >= enough ? SKILL_DONE : SKILL_FAILED;
    }
}
