#include "pinch.h"

#include <string.h>

enum { PHASE_DOWN, PHASE_CLOSE, PHASE_LIFT, PHASE_CHECK, PHASE_OPEN, PHASE_END };

static const double over_height = 0.07; /* the way down to the cloth */
static const double tip_above = 0.0008; /* over what is below */
static const double deeper =
    0.005; /* than the underside of a layer over others: a hold at the very tip slips off */
static const double basket_depth = 0.05; /* its rim is lower than the table by more than this */
static const double pad_half = 0.018, pad_thick = 0.003, pad_height = 0.035;
static const double fine = 0.03;          /* spacing of vertices, m */
static const double opened = 0.024;       /* to let go, m */
static const double finger = 0.006;       /* thick, m */
static const double squeezed = 0.0035;    /* so much a vertex gives way between the pads, m */
static const double steep = 0.3;          /* lean of a hand that must mind it, rad */
static const double least_margin = 0.06;  /* to a joint's limit, rad */
static const double closed_width = 0.008; /* of the opening around a vertex that is held */
static const double squeeze_time = 0.55;  /* until the fingers press with all their force, s */

double pinch_half_open(const garment_view *g)
{
    return fmin(0.022, 0.55 * g->spacing);
}

static double pinch_width(const garment_view *g)
{
    return 2 * pinch_half_open(g);
}

vec pinch_out(const cloth_view *c, const grip *g)
{
    return vec_norm(g->out) > 0.5 ? g->out : cloth_outward(c, g->garment, g->vertex);
}

int pinch_other_layer(const cloth_view *c, int garment, int vertex)
{
    vec at = cloth_at(c, garment, vertex);
    const garment_view *of = &c->garments[garment];
    double least = 2 * pad_half - 0.006;
    int best = -1;
    for (int v = 0; v < of->n; v++) {
        vec p = cloth_at(c, garment, v);
        double d = hypot(p.x - at.x, p.y - at.y);
        if (d < least && fabs(p.z - at.z) > 0.35 * of->layer && fabs(p.z - at.z) < pad_height) {
            least = d;
            best = v;
        }
    }
    return best;
}

static int other_layer(const cloth_view *c, const grip *g)
{
    return g->all_layers ? pinch_other_layer(c, g->garment, g->vertex) : -1;
}

vec pinch_tip(const cloth_view *c, const grip *g)
{
    if (g->at_tip) {
        return g->tip;
    }
    vec p = cloth_at(c, g->garment, g->vertex);
    int other = other_layer(c, g);
    double under = p.z - c->garments[g->garment].radius - deeper;
    if (other >= 0) { /* in the middle of both: the pads reach over two layers */
        vec q = cloth_at(c, g->garment, other);
        p = vec_scale(vec_add(p, q), 0.5);
        p.z = fmax(c->table_z + tip_above, p.z - pad_height / 2);
        return p;
    }
    /* a vertex that lies a little high lies on the table all the same; far below it is in a basket */
    bool on_table = under < c->table_z + 0.008 && p.z > c->table_z - basket_depth;
    p.z = on_table ? c->table_z + tip_above : under;
    return p;
}

/* Upright the arm reaches from .33 to .76 m; leaning it gets as near as .12 and as far as .86. The less the better: one finger of a leaning
   hand is higher than the other, and slips over the cloth. */
static double lean_at(double distance)
{
    return distance < 0.33   ? -fmin(4 * (0.33 - distance), 0.85)
           : distance > 0.76 ? 0.5 * fmin((distance - 0.76) / 0.12, 1)
                             : 0;
}

pose pinch_pose(const hands *h, int hand, vec tip, vec out, int branch)
{
    vec away = vec_sub(tip, h->hand[hand].base.p);
    away.z = 0;
    return hands_leaning(tip, out, branch, vec_unit(away), lean_at(vec_norm(away)));
}

/* The same with the fingers `open` wide, their lowest corner at the height of the tip. */
static pose pose_above(const hands *h, int hand, vec tip, vec out, int branch, double open)
{
    pose at = pinch_pose(h, hand, tip, out, branch);
    /* of pads that lean sideways the lower half takes hold */
    vec across = quat_rotate(at.q, vec_of(1, 0, 0));
    double uphill = fabs(across.z) > steep ? copysign(0.7 * pad_half, across.z) : 0;
    at.p = vec_add(at.p, vec_of(uphill * across.x, uphill * across.y, 0));
    double lowest = HUGE_VAL;
    for (int i = 0; i < 4; i++) {
        vec corner = vec_of(i & 1 ? pad_half : -pad_half, (i & 2 ? 1 : -1) * (open / 2 + pad_thick),
                            HAND_TIP);
        lowest = fmin(lowest, pose_apply(at, corner).z);
    }
    at.p.z += tip.z - lowest;
    return at;
}

static pose tool_for(const pinch *p, const cloth_view *c, const hands *h, int hand, double open)
{
    return pose_above(h, hand, pinch_tip(c, &p->grip[hand]), p->out[hand], p->branch[hand], open);
}

vec pinch_turned(vec out, double turn)
{
    return turn == 0 ? out : quat_rotate(quat_about(vec_of(0, 0, 1), turn), out);
}

static bool can_turn(const hands *h, int hand, vec tip, vec out, const vec *then, int n,
                     double turn, int *branch)
{
    for (*branch = 0; *branch < 2; ++*branch) {
        pose way[MAX_WAY + 2];
        double margin;
        way[0] = way[1] = pose_above(h, hand, tip, out, *branch, 0.044);
        way[1].p.z += LIFT_HEIGHT;
        pose end =
            n > 0 ? pinch_pose(h, hand, then[n - 1], pinch_turned(out, turn), *branch) : way[1];
        for (int i = 0; i < n; i++) {
            way[2 + i] = hands_bow(way[1], end, 0, (i + 1.) / n);
            way[2 + i].p = then[i];
            way[2 + i] = pose_advance(way[2 + i], -HAND_TIP);
        }
        if (hands_reach(h, hand, way, n + 2, &margin) && margin > least_margin) {
            return true;
        }
    }
    return false;
}

bool pinch_can_go(const hands *h, int hand, vec tip, vec out, const vec *then, int n, int *branch)
{
    return can_turn(h, hand, tip, out, then, n, 0, branch);
}

bool pinch_reachable(const cloth_view *c, const hands *h, int hand, const grip *g, int *branch)
{
    return can_turn(h, hand, pinch_tip(c, g), pinch_out(c, g), g->then, g->n_then, g->turn, branch);
}

/* A hand that leans a lot opens across its lean: one finger would be too high otherwise. */
static vec level_out(const hands *h, int hand, vec tip, vec out)
{
    vec away = vec_sub(tip, h->hand[hand].base.p);
    away.z = 0;
    double distance = vec_norm(away);
    away = vec_unit(away);
    return lean_at(distance) < -steep && fabs(vec_dot(out, away)) > 0.5 ? vec_of(-away.y, away.x, 0)
                                                                        : out;
}

/* False: the arm does not get there. */
static bool choose_turn(pinch *p, const cloth_view *c, const hands *h, int hand)
{
    const grip *g = &p->grip[hand];
    vec tip = pinch_tip(c, g), out = pinch_out(c, g);
    p->out[hand] = level_out(h, hand, tip, out);
    if (can_turn(h, hand, tip, p->out[hand], g->then, g->n_then, g->turn, &p->branch[hand])) {
        return true;
    }
    p->out[hand] = out;
    return pinch_reachable(c, h, hand, g, &p->branch[hand]);
}

/* Both hands: over the cloth, then down to it. */
static void go_down(pinch *p, const cloth_view *c, hands *h)
{
    stroke across = {.speed = 0.5}, down = {.speed = 0.16, .exact = true};
    stroke rise = {.speed = 0.5};
    for (int k = 0; k < HANDS; k++) {
        if (!p->wanted[k] || p->held[k]) {
            continue;
        }
        double width = pinch_width(&c->garments[p->grip[k].garment]);
        p->tool_at[k] = tool_for(p, c, h, k, width);
        pose over = p->tool_at[k], up = h->hand[k].at;
        over.p.z += over_height;
        up.p.z = fmax(up.p.z, over.p.z);
        rise.to[k] = hands_to(up, fmax(width, h->hand[k].open));
        across.to[k] = hands_to(over, width);
        down.to[k] = hands_to(p->tool_at[k], width);
    }
    hands_add(h, rise);
    hands_add(h, across);
    hands_add(h, down);
    p->phase = PHASE_DOWN;
}

static bool hands_apart(const pinch *p, const cloth_view *c, const hands *h)
{
    if (!p->wanted[0] || !p->wanted[1]) {
        return true;
    }
    return hands_gap(tool_for(p, c, h, 0, 0), tool_for(p, c, h, 1, 0)) > 0.02;
}

bool pinch_start(pinch *p, const cloth_view *c, hands *h, const grip *left, const grip *right)
{
    const grip *grips[HANDS] = {left, right};
    memset(p, 0, sizeof *p);
    for (int k = 0; k < HANDS; k++) {
        p->wanted[k] = grips[k] != NULL;
        if (grips[k] == NULL) {
            continue;
        }
        p->grip[k] = *grips[k];
        if (!choose_turn(p, c, h, k)) {
            return false;
        }
    }
    if (!hands_apart(p, c, h)) {
        return false;
    }
    hands_clear(h);
    go_down(p, c, h);
    return true;
}

static void close_and_lift(pinch *p, const cloth_view *c, hands *h)
{
    stroke squeeze = {.speed = 1, .wait = squeeze_time}, lift = {.speed = 0.08, .wait = 0.1};
    for (int k = 0; k < HANDS; k++) {
        if (p->wanted[k] && !p->held[k]) {
            /* leaning fingers come level as they close */
            pose closed = tool_for(p, c, h, k, closed_width), up;
            closed.p.x = p->tool_at[k].p.x;
            closed.p.y = p->tool_at[k].p.y;
            up = closed;
            up.p.z += LIFT_HEIGHT;
            squeeze.to[k] = hands_to(closed, 0);
            lift.to[k] = hands_to(up, 0);
            p->layers[k] = other_layer(c, &p->grip[k]) >= 0 ? 2 : 1;
        }
    }
    hands_add(h, squeeze);
    hands_add(h, lift);
    p->phase = PHASE_LIFT;
}

bool pinch_is_between(const cloth_view *c, const hands *h, int hand_index, int garment, int vertex)
{
    const hand_state *one = &h->hand[hand_index];
    vec p = pose_apply(pose_inverse(one->tool), cloth_at(c, garment, vertex));
    return fabs(p.x) < pad_half + 0.5 * c->garments[garment].radius &&
           fabs(p.y) < one->width / 2 + 0.006 && p.z < HAND_TIP + 0.006 && p.z > HAND_TIP - 0.042;
}

int pinch_between(const cloth_view *c, const hands *h, int hand_index, int garment_index)
{
    int n = 0;
    for (int v = 0; v < c->garments[garment_index].n; v++) {
        n += pinch_is_between(c, h, hand_index, garment_index, v);
    }
    return n;
}

/* The width says little: the pads give way until they nearly meet. Empty, they feel nothing. */
bool pinch_holds(const pinch *p, const cloth_view *c, const hands *h, int hand_index)
{
    const hand_state *one = &h->hand[hand_index];
    return one->touch[0] > 1 && one->touch[1] > 1 &&
           pinch_between(c, h, hand_index, p->grip[hand_index].garment) > 0;
}

/* The next try: not quite where the last one missed. */
static void aim_again(pinch *p, const cloth_view *c, int hand_index)
{
    grip *g = &p->grip[hand_index];
    const garment_view *of = &c->garments[g->garment];
    int i = cloth_outline_index(of, g->vertex), n = of->n_outline;
    if (p->tries > 1 && i >= 0) { /* a neighbour on the outline */
        g->vertex = of->outline[(i + (p->tries % 2 ? 1 : n - 1)) % n];
    }
}

static void check(pinch *p, const cloth_view *c, hands *h)
{
    bool all = true;
    stroke open = {.speed = 0.3};
    for (int k = 0; k < HANDS; k++) {
        if (!p->wanted[k] || p->held[k]) {
            continue;
        }
        p->held[k] =
            pinch_holds(p, c, h, k) && pinch_between(c, h, k, p->grip[k].garment) >= p->layers[k];
        if (p->held[k]) {
            p->first_tries += p->tries == 0;
            continue;
        }
        all = false;
        pose up = h->hand[k].at;
        up.p.z += 0.05;
        open.to[k] = hands_to(up, pinch_width(&c->garments[p->grip[k].garment]) + 0.01);
    }
    p->tries++;
    if (all) {
        p->phase = PHASE_END;
        return;
    }
    hands_add(h, open);
    p->phase = PHASE_OPEN;
}

/* Again, when there is a try left and the arms get there. */
static void try_again(pinch *p, const cloth_view *c, hands *h)
{
    if (p->tries >= PINCH_TRIES) {
        p->phase = PHASE_END;
        return;
    }
    for (int k = 0; k < HANDS; k++) {
        if (p->wanted[k] && !p->held[k]) {
            aim_again(p, c, k);
            if (!choose_turn(p, c, h, k)) {
                p->phase = PHASE_END;
                return;
            }
        }
    }
    go_down(p, c, h);
}

pinch_state pinch_step(pinch *p, const cloth_view *c, hands *h)
{
    if (hands_busy(h)) {
        return PINCH_BUSY;
    }
    if (h->blocked && p->phase != PHASE_END) {
        p->phase = PHASE_OPEN;
        p->tries++;
        h->blocked = false;
    }
    switch (p->phase) {
    case PHASE_DOWN: close_and_lift(p, c, h); return PINCH_BUSY;
    case PHASE_LIFT: check(p, c, h); break;
    case PHASE_OPEN: try_again(p, c, h); break;
    default: break;
    }
    if (p->phase != PHASE_END) {
        return PINCH_BUSY;
    }
    bool all = true;
    for (int k = 0; k < HANDS; k++) {
        all &= !p->wanted[k] || p->held[k];
    }
    return all ? PINCH_HELD : PINCH_FAILED;
}

/* Of cloth as fine as a sock's the next rows of vertices lie right behind the fingers: opened wide these stretch it over them. */
double pinch_opening(const garment_view *g, double width, double by)
{
    if (g->spacing < fine) {
        double room = 2 * (g->spacing - finger) - 4 * g->radius;
        width = fmax(width, 2 * g->radius - squeezed);
        by = fmin(by, squeezed + fmax(room, 0) / 2);
    }
    return fmin(width + by, HAND_WIDE);
}

/* `of` NULL: whatever it is. */
static void release(hands *h, bool left, bool right, const garment_view *of)
{
    const bool which[HANDS] = {left, right};
    stroke open = {.speed = 1, .wait = 0.15}, back = {.speed = 0.12};
    for (int k = 0; k < HANDS; k++) {
        if (which[k]) {
            pose at = hands_end(h, k, NULL);
            double now = h->hand[k].width,
                   width = of ? pinch_opening(of, now, opened) : fmin(now + opened, HAND_WIDE);
            open.to[k] = hands_to(at, width);
            back.to[k] = hands_to(pose_advance(at, -0.05), width);
        }
    }
    hands_add(h, open);
    hands_add(h, back);
}

void pinch_let_go(const cloth_view *c, int garment, hands *h, bool left, bool right)
{
    release(h, left, right, &c->garments[garment]);
}

void pinch_release(hands *h, bool left, bool right)
{
    release(h, left, right, NULL);
}
