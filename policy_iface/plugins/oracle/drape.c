#include "drape.h"

#include <string.h>

enum { PHASE_LOOK, PHASE_PINCH, PHASE_UP, PHASE_OVER, PHASE_RELEASE, PHASE_END };

static const double rest_speed = 0.03, longest_wait = 4;
static const double enough = 0.18;    /* hangs on either side: 15 % of the area are asked for */
static const double hem_share = 0.22; /* of the length: how far from the hem it is held */
static const double nearest = 0.04, crossing = 0.14,
                    farthest = 0.27;  /* the fingertips behind the bar's axis */
static const double above_bar = 0.03; /* where they let go */
/* So much less cloth comes to lie between hands and bar than from hand to bar; less of a short towel, since
 * less hangs and pulls: measured. */
static const double sag_most = 0.055, sag_share = 0.62, sag_less = 0.053;
static const double on_bar = 0.03; /* over or under the bar's top, m */
static const double back_x = -0.1; /* over the middle of the table, m */
static const double before = 0.14; /* and wait this far in front of it */
static const double clear = 0.05;  /* what hangs passes over the bar at this height */
static const double lean = 0.9;    /* of the hands, away from their bases, rad */
static const double hang_below = 0.08;
static const double centred = 0.012, longest_shift = 0.06; /* of the middle from the bar, m */
static const double least_length = 0.3;                    /* m */
enum { MAX_TRIES = 3, MAX_SHIFTS = 4, BOW_POINTS = 4 };

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
    double length = length_along(c, d->garment, lo, hi), line = (0.5 - hem_share) * length;
    for (int hand = 0; hand < HANDS; hand++) {
        g[hand] = (grip){.garment = d->garment, .out = vec_of(0, hand == LEFT_HAND ? 1 : -1, 0)};
        g[hand].vertex = side_vertex(c, d->garment, hand, (lo + hi) / 2 - line);
        if (g[hand].vertex < 0) {
            return false;
        }
    }
    return length > least_length && pinch_start(&d->pinch, c, h, &g[LEFT_HAND], &g[RIGHT_HAND]);
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

/* How far a point of the garment, as it was cut, is from the held line, toward its middle. */
static double from_held(const drape *d, const cloth_view *c, flat p)
{
    fold_line held = {cloth_rest(c, d->garment, d->pinch.grip[LEFT_HAND].vertex),
                      cloth_rest(c, d->garment, d->pinch.grip[RIGHT_HAND].vertex)};
    return (d->mirrored ? -1 : 1) * fold_side(held, p);
}

/* From the hands to the bar, so that the middle comes to lie on it. */
static double way_to_bar(const drape *d)
{
    return d->line + fmin(fmax(sag_share * d->line - sag_less, 0), sag_most);
}

/* What is held: so much must come to lie between hands and bar, so much hangs down behind the hands. */
static void measure(drape *d, const cloth_view *c)
{
    double sum = 0, least = 0, most = 0;
    int n = c->garments[d->garment].n;
    d->mirrored = false;
    for (int v = 0; v < n; v++) {
        double side = from_held(d, c, cloth_rest(c, d->garment, v));
        least = fmin(least, side);
        most = fmax(most, side);
        sum += side;
    }
    d->mirrored = sum < 0;
    d->line = fabs(sum / n);
    d->behind = d->mirrored ? most : -least;
    d->shifts = 0;
    double high = d->behind + clear, way = way_to_bar(d); /* while the hem passes over the bar */
    d->beyond = fmin(fmax(sqrt(fmax(way * way - high * high, 0)), nearest), crossing);
}

/* How far the middle of the garment is in front of the bar, on the side of this hand. */
static double before_bar(const drape *d, const cloth_view *c, int hand)
{
    const garment_view *g = &c->garments[d->garment];
    double top = d->rail.middle.z + d->rail.radius, sum = 0;
    int n = 0;
    for (int v = 0; v < g->n; v++) {
        vec p = cloth_at(c, d->garment, v);
        bool side = (p.y > d->rail.middle.y) == (hand == LEFT_HAND);
        if (side && fabs(p.x - d->rail.middle.x) < d->rail.radius && p.z > top - on_bar &&
            p.z < top + 2 * on_bar) {
            sum += from_held(d, c, cloth_rest(c, d->garment, v));
            n++;
        }
    }
    return n ? d->line - sum / n : 0;
}

static void lift(drape *d, const cloth_view *c, hands *h)
{
    measure(d, c);
    double high = d->rail.middle.z + d->rail.radius + d->behind + clear;
    double x = pose_advance(h->hand[0].at, HAND_TIP).p.x;
    both_to(h, fmin(x, -0.2), high, 0.3, 0.2);
    both_to(h, d->rail.middle.x + before, high, 0.3, 1.0);
    d->phase = PHASE_UP;
}

/* Over the bar, then down behind it on a bow round it: the cloth between hands and bar stays taut, and
   nothing slides on what hangs there already. */
static void go_over(drape *d, hands *h)
{
    double top = d->rail.middle.z + d->rail.radius, high = d->behind + clear, way = way_to_bar(d);
    both_to(h, d->rail.middle.x - d->beyond, top + high, 0.25, 0.8);
    for (int i = BOW_POINTS - 1; i >= 0; i--) {
        double z = above_bar + (high - above_bar) * i / BOW_POINTS;
        double x = fmin(sqrt(fmax(way * way - z * z, 0)), farthest);
        both_to(h, d->rail.middle.x - fmax(x, d->beyond), top + z, 0.2, i ? 0 : 0.5);
    }
    d->phase = PHASE_OVER;
}

static bool both_hold(const drape *d, const cloth_view *c, const hands *h)
{
    return pinch_holds(&d->pinch, c, h, LEFT_HAND) && pinch_holds(&d->pinch, c, h, RIGHT_HAND);
}

/* Still held, it lies over the bar: draw it back until its middle does. It cannot be pushed. False: it does,
 * or it does not follow. */
static bool centre(drape *d, const cloth_view *c, hands *h)
{
    stroke s = {.speed = 0.1, .wait = 0.3};
    double most = 0;
    if (!both_hold(d, c, h)) { /* drawn by one hand it only comes askew */
        return false;
    }
    for (int hand = 0; hand < HANDS; hand++) {
        double by = fmin(fmax(before_bar(d, c, hand), 0), longest_shift);
        vec tip = pose_advance(hands_end(h, hand, NULL), HAND_TIP).p;
        tip.x -= by;
        s.to[hand] = hands_to(leaning(h, hand, tip), 0);
        most = fmax(most, by);
    }
    if (most < centred || d->shifts++ >= MAX_SHIFTS) {
        return false;
    }
    hands_add(h, s);
    return true;
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

/* One hand has lost it: back over the table with the rest, to be taken anew. */
static void go_back(drape *d, const cloth_view *c, hands *h)
{
    both_to(h, back_x, c->table_z + d->behind + clear, 0.3, 0.5);
    both_to(h, back_x, c->table_z + above_bar, 0.2, 0.2);
    let_go(d, h);
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
            lift(d, c, h);
        } else if (s == PINCH_FAILED) {
            let_go(d, h);
        }
        return SKILL_BUSY;
    }
    if (hands_busy(h)) {
        return SKILL_BUSY;
    }
    switch (d->phase) {
    case PHASE_UP:
        if (both_hold(d, c, h)) {
            go_over(d, h);
        } else {
            go_back(d, c, h);
        }
        return SKILL_BUSY;
    case PHASE_OVER:
        if (!centre(d, c, h)) {
            let_go(d, h);
        }
        return SKILL_BUSY;
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
