#include "pile.h"

#include <string.h>

enum {
    PHASE_LOOK,
    PHASE_DRAG,
    PHASE_PINCH,
    PHASE_RAISE,
    PHASE_LOWER,
    PHASE_RELEASE,
    PHASE_HOME,
    PHASE_END
};

static const double rest_speed = 0.03, longest_wait = 2.5;
static const double good_enough = 0.04; /* of the middle of the pile, m */
static const double edge_depth = 0.035, edge_width = 0.035;
static const double clear = 0.06; /* over the pile, beyond what may hang down */
static const double both_reach =
    0.16; /* a pack's middle within this of y = 0 is in both hands' reach */
static const double slack =
    0.2; /* each hand comes in by this share of half the pack: a trough is stiff along its length, a taut pack droops at its ends */
static const double hands_apart = 0.025;
static const double droop = 0.6; /* what hangs down between the hands, of half its depth */
static const double slip_way =
    0.09; /* of a hand along its pads, out of cloth that hangs on a finger */
enum { MAX_TRIES = 4, MAX_SLIPS = 2 };

/* ---- seeing ---------------------------------------------------------------------------------------------------- */

pile_pack pile_see(const cloth_view *c, int garment)
{
    pile_pack k = {.middle = cloth_middle(c, garment), .bottom = HUGE_VAL};
    int n = c->garments[garment].n;
    for (int v = 0; v < n; v++) {
        vec p = cloth_at(c, garment, v);
        k.half_x = fmax(k.half_x, fabs(p.x - k.middle.x));
        k.half_y = fmax(k.half_y, fabs(p.y - k.middle.y));
        k.bottom = fmin(k.bottom, p.z);
    }
    for (int hand = 0; hand < HANDS; hand++) {
        double side = hand == LEFT_HAND ? 1 : -1, far = -HUGE_VAL, lowest = HUGE_VAL;
        for (int v = 0; v < n; v++) {
            vec p = cloth_at(c, garment, v);
            if (fabs(p.x - k.middle.x) < edge_width) {
                far = fmax(far, side * p.y);
            }
        }
        for (int v = 0; v < n; v++) {
            vec p = cloth_at(c, garment, v);
            double into = far - side * p.y, cost = p.z + 0.5 * into;
            if (fabs(p.x - k.middle.x) < edge_width && into < edge_depth && cost < lowest) {
                lowest = cost;
                k.edge[hand] = v;
            }
        }
    }
    return k;
}

static bool is_in(const carry_goal *goal, vec m)
{
    return fabs(m.x - goal->floor.x) < goal->half.x && fabs(m.y - goal->floor.y) < goal->half.y &&
           m.z < goal->floor.z + 2 * goal->half.z;
}

vec pile_top(const cloth_view *c, int garment, const carry_goal *goal)
{
    vec sum = vec_of(0, 0, 0);
    int n = 0;
    for (int g = 0; g < c->n; g++) {
        vec m = cloth_middle(c, g);
        if (g != garment && c->garments[g].present && is_in(goal, m)) {
            sum = vec_add(sum, m);
            n++;
        }
    }
    vec own = cloth_middle(c, garment);
    vec top = n ? vec_scale(sum, 1. / n) : is_in(goal, own) ? own : goal->floor;
    top.z = n ? cloth_top(c, top.x, top.y, 0.09, -1, garment) : goal->floor.z;
    return top;
}

/* Too far from the middle of the pile, or beside it. */
static bool lies_well(const pile *p, const cloth_view *c, double *off)
{
    pile_pack k = pile_see(c, p->garment);
    vec top = pile_top(c, p->garment, &p->goal);
    *off = hypot(k.middle.x - top.x, k.middle.y - top.y);
    return *off < good_enough && k.middle.z > top.z; /* its edges may hang down */
}

/* ---- planning -------------------------------------------------------------------------------------------------- */

/* Both hands, from the edges over the pile and down; `open`: the way the fingers open. */
static bool start_lift(pile *p, const cloth_view *c, hands *h, vec open)
{
    pile_pack k = pile_see(c, p->garment);
    vec by = vec_sub(p->to, k.middle);
    grip g[HANDS];
    for (int hand = 0; hand < HANDS; hand++) {
        g[hand] = (grip){.garment = p->garment, .vertex = k.edge[hand]};
        g[hand].out = vec_scale(open, hand == LEFT_HAND ? 1 : -1);
        vec tip = pinch_tip(c, &g[hand]);
        by.z = fmax(p->to.z + k.half_x * droop + clear - tip.z, 0.08);
        g[hand].then[0] = vec_add(tip, vec_of(0, 0, by.z));
        g[hand].then[1] = vec_add(tip, by);
        g[hand].then[2] = vec_add(tip, vec_of(by.x, by.y, fmax(0, p->to.z - c->table_z)));
        g[hand].n_then = 3;
    }
    return pinch_start(&p->pinch, c, h, &g[LEFT_HAND], &g[RIGHT_HAND]);
}

/* One hand drags it by the edge that is nearer to the middle of the table. */
static bool start_drag(pile *p, const cloth_view *c, hands *h)
{
    pile_pack k = pile_see(c, p->garment);
    int hand = k.middle.y > 0 ? LEFT_HAND : RIGHT_HAND;
    double side = hand == LEFT_HAND ? 1 : -1;
    if (fabs(k.middle.y) < both_reach) {
        return false;
    }
    haul l = {.grip = {.garment = p->garment, .vertex = k.edge[!hand]}};
    l.grip.out = vec_of(0, -side, 0);
    vec at = cloth_at(c, p->garment, l.grip.vertex);
    l.to = (flat){at.x, at.y - side * (fabs(k.middle.y) - 0.7 * both_reach)};
    return duo_move_start(&p->drag, c, h, hand == LEFT_HAND ? &l : NULL,
                          hand == RIGHT_HAND ? &l : NULL);
}

static bool plan(pile *p, const cloth_view *c, hands *h)
{
    p->to = pile_top(c, p->garment, &p->goal);
    if (start_lift(p, c, h, vec_of(0, 1, 0)) || start_lift(p, c, h, vec_of(1, 0, 0))) {
        p->phase = PHASE_PINCH;
        return true;
    }
    if (start_drag(p, c, h)) {
        p->phase = PHASE_DRAG;
        return true;
    }
    return false;
}

bool pile_start(pile *p, const cloth_view *c, hands *h, int garment, const carry_goal *goal)
{
    memset(p, 0, sizeof *p);
    p->garment = garment;
    p->goal = *goal;
    p->tries = 1;
    return !lies_well(p, c, &p->off) && plan(p, c, h);
}

/* ---- doing ----------------------------------------------------------------------------------------------------- */

static void look(pile *p, const cloth_view *c, hands *h)
{
    bool well = lies_well(p, c, &p->off);
    if (well || p->tries++ >= MAX_TRIES || !plan(p, c, h)) {
        p->phase = PHASE_END;
        hands_add_home(h, true, true);
    }
}

/* Both hands by the same way; each `closer` to the other. */
static void move_both(pile *p, hands *h, vec by, double closer, double speed)
{
    stroke s = {.speed = speed, .wait = 0.1};
    closer = fmax(0, fmin(closer, (hands_gap(p->from[0], p->from[1]) - hands_apart) / 2));
    for (int hand = 0; hand < HANDS; hand++) {
        pose at = p->from[hand];
        at.p = vec_add(at.p, by);
        at.p.y += hand == LEFT_HAND ? -closer : closer;
        s.to[hand] = hands_to(at, 0);
    }
    hands_add(h, s);
}

static void raise_it(pile *p, const cloth_view *c, hands *h)
{
    pile_pack k = pile_see(c, p->garment);
    double tip = fmin(h->hand[0].at.p.z, h->hand[1].at.p.z) - HAND_TIP;
    p->slack = slack * k.half_y;
    double up = fmax(p->to.z + droop * k.half_x + clear - tip, 0.06);
    p->from[0] = h->hand[0].at;
    p->from[1] = h->hand[1].at;
    move_both(p, h, vec_of(0, 0, up), p->slack, 0.20);
    p->phase = PHASE_RAISE;
}

/* Held in the air: its middle over that of the pile, then down onto it. */
static void lay_down(pile *p, const cloth_view *c, hands *h)
{
    double rise = h->hand[0].at.p.z - p->from[0].p.z;
    vec now = vec_scale(vec_add(h->hand[0].at.p, h->hand[1].at.p), 0.5);
    vec across = vec_of(p->to.x - now.x, p->to.y - now.y, rise);
    pile_pack k = pile_see(c, p->garment);
    across.x += 0.5 * (now.x - k.middle.x); /* it may hang off to one side */
    move_both(p, h, across, p->slack, 0.30);
    double lowest = fmin(p->from[0].p.z, p->from[1].p.z) - HAND_TIP;
    across.z = p->to.z + (p->to.z > c->table_z + 0.001 ? 0.022 : 0.006) - lowest;
    move_both(p, h, across, 0, 0.12);
    p->phase = PHASE_LOWER;
}

static void let_go(pile *p, hands *h)
{
    for (int hand = 0; hand < HANDS; hand++) {
        p->from[hand] = h->hand[hand].at;
    }
    p->slips = 0;
    pinch_release(h, true, true);
    p->phase = PHASE_RELEASE;
}

/* Cloth that hangs on an open finger would be taken along: that hand goes down again and out along its pads. */
static bool slip_off(pile *p, const cloth_view *c, hands *h)
{
    bool caught = false;
    for (int hand = 0; hand < HANDS && p->slips < MAX_SLIPS; hand++) {
        const hand_state *one = &h->hand[hand];
        if (one->touch[0] + one->touch[1] < 0.4 && pinch_between(c, h, hand, p->garment) == 0) {
            continue;
        }
        caught = true;
        pose at = p->from[hand];
        vec along =
            vec_scale(quat_rotate(at.q, vec_of(1, 0, 0)), p->slips % 2 ? -slip_way : slip_way);
        hands_add(h, hands_only(hand, hands_to(at, one->open), 0.15));
        at.p = vec_add(at.p, along);
        hands_add(h, hands_only(hand, hands_to(at, one->open), 0.12));
        at.p.z += 0.09;
        hands_add(h, hands_only(hand, hands_to(at, one->open), 0.2));
    }
    p->slips += caught;
    return caught;
}

static void leave(pile *p, const cloth_view *c, hands *h)
{
    if (!slip_off(p, c, h)) {
        hands_add_home(h, true, true);
        p->phase = PHASE_HOME;
    }
}

static skill_state step_pinch(pile *p, const cloth_view *c, hands *h)
{
    pinch_state s = pinch_step(&p->pinch, c, h);
    if (s == PINCH_HELD) {
        raise_it(p, c, h);
    } else if (s == PINCH_FAILED) {
        let_go(p, h);
    }
    return SKILL_BUSY;
}

skill_state pile_step(pile *p, const cloth_view *c, hands *h, double dt)
{
    if (p->phase == PHASE_PINCH) {
        return step_pinch(p, c, h);
    }
    if (p->phase == PHASE_DRAG) {
        if (duo_move_step(&p->drag, c, h, NULL) != SKILL_BUSY) {
            p->phase = PHASE_LOOK;
            p->waited = 0;
        }
        return SKILL_BUSY;
    }
    if (hands_busy(h)) {
        return SKILL_BUSY;
    }
    switch (p->phase) {
    case PHASE_LOOK:
        p->waited += dt;
        if ((p->waited > 0.3 && c->garments[p->garment].speed < rest_speed) ||
            p->waited > longest_wait) {
            look(p, c, h);
        }
        return SKILL_BUSY;
    case PHASE_RAISE: lay_down(p, c, h); return SKILL_BUSY;
    case PHASE_LOWER: let_go(p, h); return SKILL_BUSY;
    case PHASE_RELEASE: leave(p, c, h); return SKILL_BUSY;
    case PHASE_HOME:
        p->phase = PHASE_LOOK;
        p->waited = 0;
        return SKILL_BUSY;
    default: return lies_well(p, c, &p->off) ? SKILL_DONE : SKILL_FAILED;
    }
}
