#include "pinch.h"

#include <string.h>

enum { PHASE_DOWN, PHASE_CLOSE, PHASE_LIFT, PHASE_CHECK, PHASE_OPEN, PHASE_END };

static const double over_height = 0.07; /* the way down to the cloth */
static const double tip_above = 0.0008; /* over what is below */
static const double pad_half = 0.018, pad_thick = 0.003;
static const double least_margin = 0.06;  /* to a joint's limit, rad */
static const double closed_width = 0.008; /* of the opening around a vertex that is held */
static const double squeeze_time = 0.55;  /* until the fingers press with all their force, s */

/* Opening on each side: in between two rows of vertices. */
static double half_open(const garment_view *g)
{
    return fmin(0.022, 0.55 * g->spacing);
}

static double pinch_width(const garment_view *g)
{
    return 2 * half_open(g);
}

vec pinch_out(const cloth_view *c, const grip *g)
{
    return vec_norm(g->out) > 0.5 ? g->out : cloth_outward(c, g->garment, g->vertex);
}

vec pinch_tip(const cloth_view *c, const grip *g)
{
    vec p = cloth_at(c, g->garment, g->vertex);
    double under = p.z - c->garments[g->garment].radius;
    /* a vertex that lies a little high lies on the table all the same */
    p.z = g->all_layers || under < c->table_z + 0.008 ? c->table_z + tip_above : under;
    return p;
}

/* Tool pose with the fingers `open` wide around the grip; leaning fingers are as low as they may be. */
static pose tool_for(const cloth_view *c, const grip *g, quat turn, double open)
{
    vec tip = pinch_tip(c, g);
    pose at = {tip, turn};
    at.p = pose_advance(at, -HAND_TIP).p;
    double lowest = HUGE_VAL;
    for (int i = 0; i < 4; i++) {
        vec corner = vec_of(i & 1 ? pad_half : -pad_half, (i & 2 ? 1 : -1) * (open / 2 + pad_thick),
                            HAND_TIP);
        lowest = fmin(lowest, pose_apply(at, corner).z);
    }
    at.p.z += tip.z - lowest;
    return at;
}

static bool can_go(const cloth_view *c, const hands *h, int hand, const grip *g, quat turn)
{
    pose way[MAX_WAY + 2];
    double margin;
    int n = 0;
    way[n++] = tool_for(c, g, turn, pinch_width(&c->garments[g->garment]));
    way[n] = way[0];
    way[n++].p.z += LIFT_HEIGHT;
    for (int i = 0; i < g->n_then && i < MAX_WAY; i++) {
        way[n] = (pose){g->then[i], turn};
        way[n] = pose_advance(way[n], -HAND_TIP);
        n++;
    }
    return hands_reach(h, hand, way, n, &margin) && margin > least_margin;
}

bool pinch_reachable(const cloth_view *c, const hands *h, int hand, const grip *g, quat *turn)
{
    static const double leans[] = {0, -0.25, -0.5, 0.25};
    vec tip = pinch_tip(c, g), out = pinch_out(c, g), from = h->hand[hand].base.p;
    vec away = vec_unit(vec_of(tip.x - from.x, tip.y - from.y, 0));
    for (size_t i = 0; i < sizeof leans / sizeof leans[0]; i++) {
        for (int branch = 0; branch < 2; branch++) {
            *turn = hands_leaning(tip, out, branch, away, leans[i]).q;
            if (can_go(c, h, hand, g, *turn)) {
                return true;
            }
        }
    }
    return false;
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
        p->tool_at[k] = tool_for(c, &p->grip[k], p->turn[k], width);
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

static bool hands_apart(const pinch *p, const cloth_view *c)
{
    if (!p->wanted[0] || !p->wanted[1]) {
        return true;
    }
    return hands_gap(tool_for(c, &p->grip[0], p->turn[0], 0),
                     tool_for(c, &p->grip[1], p->turn[1], 0)) > 0.02;
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
        if (!pinch_reachable(c, h, k, grips[k], &p->turn[k])) {
            return false;
        }
    }
    if (!hands_apart(p, c)) {
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
            pose closed = tool_for(c, &p->grip[k], p->turn[k], closed_width), up;
            closed.p.x = p->tool_at[k].p.x;
            closed.p.y = p->tool_at[k].p.y;
            up = closed;
            up.p.z += LIFT_HEIGHT;
            squeeze.to[k] = hands_to(closed, 0);
            lift.to[k] = hands_to(up, 0);
            p->rest_z[k] = cloth_at(c, p->grip[k].garment, p->grip[k].vertex).z;
        }
    }
    hands_add(h, squeeze);
    hands_add(h, lift);
    p->phase = PHASE_LIFT;
}

int pinch_between(const cloth_view *c, const hands *h, int hand_index, int garment_index)
{
    const hand_state *one = &h->hand[hand_index];
    const garment_view *g = &c->garments[garment_index];
    pose to_tool = pose_inverse(one->tool);
    int n = 0;
    for (int v = 0; v < g->n; v++) {
        vec p = pose_apply(to_tool, cloth_at(c, garment_index, v));
        n += fabs(p.x) < pad_half + 0.5 * g->radius && fabs(p.y) < one->width / 2 + 0.006 &&
             p.z < HAND_TIP + 0.006 && p.z > HAND_TIP - 0.042;
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
        p->held[k] = pinch_holds(p, c, h, k);
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
            if (!pinch_reachable(c, h, k, &p->grip[k], &p->turn[k])) {
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

void pinch_release(hands *h, bool left, bool right)
{
    const bool which[HANDS] = {left, right};
    stroke open = {.speed = 1, .wait = 0.15}, back = {.speed = 0.12};
    for (int k = 0; k < HANDS; k++) {
        if (which[k]) {
            pose at = hands_end(h, k, NULL);
            double width = fmin(h->hand[k].width + 0.024, HAND_WIDE);
            open.to[k] = hands_to(at, width);
            back.to[k] = hands_to(pose_advance(at, -0.05), width);
        }
    }
    hands_add(h, open);
    hands_add(h, back);
}
