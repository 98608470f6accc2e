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
static const double follows = 0.003, lags = 0.03; /* the cloth a shift; a tool its reference, m */
static const double spare = 0.04;                 /* behind the bar, for a shift, m */
static const double least_length = 0.3;           /* m */
static const double most_askew = 1.3;             /* so far it is turned in the air, rad */
static const double clearly_shorter = 0.85;       /* over other cloth it hangs down less */
enum { SIDES = 4, MAX_TRIES = 3, MAX_SHIFTS = 4, MAX_BACKINGS = 2, BOW_POINTS = 4 };

drape_rail drape_rail_of(const belief *b, int region_index, double axis_z, double radius)
{
    drape_rail r = {b->regions[region_index].pos, radius, b->regions[region_index].half.y};
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

/* Tool pose of a hand that leans away from its base, the fingers opening along y. */
static pose leaning(const hands *h, int hand, vec tip)
{
    vec from = h->hand[hand].base.p;
    vec away = vec_unit(vec_of(tip.x - from.x, tip.y - from.y, 0)), out = vec_of(0, 1, 0);
    pose a = hands_leaning(tip, out, 0, away, lean), b = hands_leaning(tip, out, 1, away, lean);
    quat now = h->hand[hand].at.q; /* of the two turns the nearer one */
    return quat_angle(now, a.q) < quat_angle(now, b.q) ? a : b;
}

/* ---- what to hold ------------------------------------------------------------------------------------------------ */

/* A line across the garment, parallel to a side, as it was cut: the points of the outline at its ends, left hand's first. */
typedef struct held_line {
    int vertex[HANDS];
    vec out;        /* world: from the right hand's end to the left one's, horizontal */
    double askew;   /* rad: the short part's way from the line, from the way to the rail */
    bool short_one; /* less hangs down than if it were held by the other sides */
} held_line;

static int outline_near(const cloth_view *c, int garment, flat p)
{
    const garment_view *g = &c->garments[garment];
    int best = -1;
    double least = HUGE_VAL;
    for (int i = 0; i < g->n_outline; i++) {
        flat q = cloth_rest(c, garment, g->outline[i]);
        double d = hypot(p.x - q.x, p.y - q.y);
        if (d < least) {
            least = d;
            best = g->outline[i];
        }
    }
    return best;
}

/* The line beside the lower or the upper hem along x or y of the rest frame. False: too short for a rail. */
static bool line_beside(const cloth_view *c, int garment, bool along_y, bool upper, held_line *out)
{
    flat a = {HUGE_VAL, HUGE_VAL}, b = {-HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < c->garments[garment].n; v++) {
        flat p = cloth_rest(c, garment, v);
        a = (flat){fmin(a.x, p.x), fmin(a.y, p.y)};
        b = (flat){fmax(b.x, p.x), fmax(b.y, p.y)};
    }
    double share = upper ? 1 - hem_share : hem_share, w = b.x - a.x, l = b.y - a.y,
           length = along_y ? l : w;
    flat cut = {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
    int one = outline_near(c, garment, along_y ? (flat){a.x, cut.y} : (flat){cut.x, a.y}),
        two = outline_near(c, garment, along_y ? (flat){b.x, cut.y} : (flat){cut.x, b.y});
    if (length < least_length || one < 0 || one == two) {
        return false;
    }
    vec p = cloth_at(c, garment, one), q = cloth_at(c, garment, two);
    bool first_left = p.y > q.y;
    out->vertex[LEFT_HAND] = first_left ? one : two;
    out->vertex[RIGHT_HAND] = first_left ? two : one;
    out->out = first_left ? vec_sub(p, q) : vec_sub(q, p);
    out->out.z = 0;
    out->out = vec_unit(out->out);
    vec hem = vec_sub(vec_scale(vec_add(p, q), 0.5), cloth_middle(c, garment));
    out->askew = atan2(fabs(hem.y), -hem.x);
    out->short_one = length < clearly_shorter * fmax(w, l);
    return true;
}

static bool is_better(const held_line *a, const held_line *b)
{
    return a->short_one == b->short_one ? a->askew < b->askew : b->short_one;
}

/* The lines that may be turned along the rail, best first: by which it hangs down far, which need little turn. Returns how many. */
static int find_lines(const cloth_view *c, int garment, held_line out[SIDES])
{
    int n = 0;
    for (int i = 0; i < SIDES; i++) {
        held_line one;
        if (!line_beside(c, garment, i & 1, i & 2, &one) || one.askew > most_askew) {
            continue;
        }
        int at = n++;
        for (; at > 0 && is_better(&one, &out[at - 1]); at--) {
            out[at] = out[at - 1];
        }
        out[at] = one;
    }
    return n;
}

static bool lies_flat(const cloth_view *c, int garment)
{
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v);
        if (p.z > c->table_z + 0.10 || p.z < c->table_z - 0.05) {
            return false;
        }
    }
    return true;
}

static bool plan(drape *d, const cloth_view *c, hands *h)
{
    held_line lines[SIDES];
    int n = lies_flat(c, d->garment) ? find_lines(c, d->garment, lines) : 0;
    for (int i = 0; i < n; i++) {
        grip g[HANDS];
        for (int hand = 0; hand < HANDS; hand++) {
            g[hand] = (grip){.garment = d->garment,
                             .vertex = lines[i].vertex[hand],
                             .out = vec_scale(lines[i].out, hand == LEFT_HAND ? 1 : -1)};
        }
        if (pinch_start(&d->pinch, c, h, &g[LEFT_HAND], &g[RIGHT_HAND])) {
            return true;
        }
    }
    return false;
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

/* One hand at its end of the held line, which lies along the rail. */
static pose held_at(const drape *d, const hands *h, int hand, double x, double z)
{
    double y = d->middle + (hand == LEFT_HAND ? d->half : -d->half);
    return leaning(h, hand, vec_of(x, y, z));
}

static void both_to(const drape *d, hands *h, double x, double z, double speed, double wait)
{
    stroke s = {.speed = speed, .wait = wait};
    for (int hand = 0; hand < HANDS; hand++) {
        s.to[hand] = hands_to(held_at(d, h, hand, x, z), 0);
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
    d->before = HUGE_VAL;
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

/* Points that the hands pass: before the bar, over it, and down behind it on a bow round it. Returns how many. */
static int way_over(const drape *d, double x[], double z[])
{
    double high = d->behind + clear, way = way_to_bar(d);
    int n = 0;
    x[n] = -before, z[n++] = high;
    x[n] = d->beyond, z[n++] = high;
    for (int i = BOW_POINTS - 1; i >= 0; i--, n++) {
        z[n] = above_bar + (high - above_bar) * i / BOW_POINTS;
        x[n] = fmax(fmin(sqrt(fmax(way * way - z[n] * z[n], 0)), farthest), d->beyond);
    }
    return n;
}

static bool both_get_over(const drape *d, const hands *h)
{
    double x[BOW_POINTS + 3], z[BOW_POINTS + 3], margin;
    double top = d->rail.middle.z + d->rail.radius;
    int n = way_over(d, x, z);
    x[n] = x[n - 1] + spare, z[n] = z[n - 1];
    n++;
    for (int hand = 0; hand < HANDS; hand++) {
        pose way[BOW_POINTS + 3];
        for (int i = 0; i < n; i++) {
            way[i] = held_at(d, h, hand, d->rail.middle.x - x[i], top + z[i]);
        }
        if (!hands_reach(h, hand, way, n, &margin)) {
            return false;
        }
    }
    return true;
}

/* Where along the rail: as it was held, but within its ends, and nearer to its middle if an arm does not get there. */
static void choose_place(drape *d, const hands *h)
{
    enum { PIECES = 4 };
    vec left = pose_advance(h->hand[LEFT_HAND].at, HAND_TIP).p,
        right = pose_advance(h->hand[RIGHT_HAND].at, HAND_TIP).p;
    d->half = hypot(left.x - right.x, left.y - right.y) / 2;
    double room = fmax(0, d->rail.half - d->half),
           aside = (left.y + right.y) / 2 - d->rail.middle.y;
    aside = fmin(fmax(aside, -room), room);
    for (int i = PIECES; i >= 0; i--) {
        d->middle = d->rail.middle.y + aside * i / PIECES;
        if (both_get_over(d, h)) {
            return;
        }
    }
}

static void lift(drape *d, const cloth_view *c, hands *h)
{
    measure(d, c);
    choose_place(d, h);
    double high = d->rail.middle.z + d->rail.radius + d->behind + clear;
    double x = pose_advance(h->hand[0].at, HAND_TIP).p.x;
    both_to(d, h, fmin(x, -0.2), high, 0.3, 0.2);
    both_to(d, h, d->rail.middle.x + before, high, 0.3, 1.0);
    d->phase = PHASE_UP;
}

/* The cloth between hands and bar stays taut, and nothing slides on what hangs there already. */
static void go_over(drape *d, hands *h)
{
    double x[BOW_POINTS + 2], z[BOW_POINTS + 2], top = d->rail.middle.z + d->rail.radius;
    int n = way_over(d, x, z);
    for (int i = 1; i < n; i++) {
        both_to(d, h, d->rail.middle.x - x[i], top + z[i], i == 1 ? 0.25 : 0.2,
                i == 1       ? 0.8
                : i == n - 1 ? 0.5
                             : 0);
    }
    d->phase = PHASE_OVER;
}

static bool both_hold(const drape *d, const cloth_view *c, const hands *h)
{
    return pinch_holds(&d->pinch, c, h, LEFT_HAND) && pinch_holds(&d->pinch, c, h, RIGHT_HAND);
}

/* Still held, it lies over the bar: draw it back until its middle does. It cannot be pushed. False: it does,
 * or it does not follow, or an arm does not. */
static bool centre(drape *d, const cloth_view *c, hands *h)
{
    stroke s = {.speed = 0.1, .wait = 0.3};
    double most = 0, margin;
    if (!both_hold(d, c, h)) { /* drawn by one hand it only comes askew */
        return false;
    }
    for (int hand = 0; hand < HANDS; hand++) {
        double by = fmin(fmax(before_bar(d, c, hand), 0), longest_shift);
        vec tip = pose_advance(hands_end(h, hand, NULL), HAND_TIP).p;
        tip.x -= by;
        pose at = leaning(h, hand, tip);
        s.to[hand] = hands_to(at, 0);
        most = fmax(most, by);
        if (!hands_reach(h, hand, &at, 1, &margin) ||
            vec_distance(h->hand[hand].tool.p, h->hand[hand].at.p) > lags) {
            return false;
        }
    }
    if (most < centred || d->shifts++ >= MAX_SHIFTS || most > d->before - follows) {
        return false;
    }
    d->before = most;
    hands_add(h, s);
    return true;
}

static void let_go(drape *d, hands *h)
{
    hands_clear(h);
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

/* An arm is stuck where it stretched too far: on from where it is. */
static void stop_pushing(hands *h)
{
    for (int hand = 0; hand < HANDS; hand++) {
        h->hand[hand].at = h->hand[hand].tool;
    }
}

/* One hand has lost it: back over the table with the rest, to be taken anew. */
static void go_back(drape *d, const cloth_view *c, hands *h)
{
    both_to(d, h, back_x, c->table_z + d->behind + clear, 0.3, 0.5);
    both_to(d, h, back_x, c->table_z + above_bar, 0.2, 0.2);
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
        if (h->blocked && d->backings++ < MAX_BACKINGS) {
            stop_pushing(h);
            let_go(d, h);
            return SKILL_BUSY;
        }
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
