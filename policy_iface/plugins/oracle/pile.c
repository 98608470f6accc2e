#include "pile.h"

#include <string.h>

enum {
    PHASE_LOOK,
    PHASE_DRAG,
    PHASE_PINCH,
    PHASE_RAISE,
    PHASE_LAY,
    PHASE_RELEASE,
    PHASE_HOME,
    PHASE_END
};

static const double rest_speed = 0.03, longest_wait = 2.5;
static const double good_share = 0.19, good_most = 0.05; /* off the pile: of the root of its area */
static const double firm_share = 1.1;                    /* of a vertex's radius */
static const double clear = 0.05;                        /* of what hangs down, over the pile */
static const double both_reach = 0.16;
static const double round_off = 0.22; /* of the depth: the bow that a swinging pack's side goes */
static const double taut = 0.97;      /* of the depth: it hangs no longer than that */
static const double bearing = 0.10; /* between two middles: the higher one lies on the lower one */
static const double slip_way = 0.09;
static const double opened = 0.020; /* to let go */
static const double goes_beyond =
    0.010; /* measured: so far past its place it slides as it is laid down */
static const double right_there = 0.03, laid_above = 0.002;
static const double open_share =
    0.04; /* of the root of its area: so much more of mean error and it has come open */
static const double stands_up = 0.010, pressed = 0.5; /* over the pack's own height; share of it */
static const double oblong = 1.35, straight = 0.12;   /* long over wide; rad */
enum { MAX_TRIES = 4, MAX_SLIPS = 2, MAX_PATS = 3 };

/* ---- seeing ---------------------------------------------------------------------------------------------------- */

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

/* Which way it is long, 0 to half a turn; false: no way in particular. */
static bool long_way(const cloth_view *c, int garment, double *angle)
{
    pack_view k = pack_see(c, garment);
    bool first = k.half[0] > k.half[1];
    vec along = first ? k.along : vec_of(-k.along.y, k.along.x, 0);
    *angle = atan2(along.y, along.x);
    return fmax(k.half[0], k.half[1]) > oblong * fmin(k.half[0], k.half[1]);
}

double pile_turn(const cloth_view *c, int garment, const carry_goal *goal)
{
    int below = -1;
    double now, then;
    for (int g = 0; g < c->n; g++) {
        bool larger = below < 0 || c->garments[g].area > c->garments[below].area;
        if (g != garment && c->garments[g].present && is_in(goal, cloth_middle(c, g)) && larger) {
            below = g;
        }
    }
    if (below < 0 || !long_way(c, garment, &now) || !long_way(c, below, &then)) {
        return 0;
    }
    double turn = remainder(then - now, PI);
    return fabs(turn) < straight ? 0 : turn;
}

/* Not too far from the middle of the pile, and over all others that belong to it. */
static bool lies_well(const pile *p, const cloth_view *c, double *off)
{
    vec m = cloth_middle(c, p->garment), top = pile_top(c, p->garment, &p->goal);
    bool over_all = true;
    for (int g = 0; g < c->n; g++) {
        vec other = cloth_middle(c, g);
        over_all &=
            g == p->garment || !c->garments[g].present || !is_in(&p->goal, other) || m.z > other.z;
    }
    *off = hypot(m.x - top.x, m.y - top.y);
    return over_all && *off < fmin(good_share * sqrt(c->garments[p->garment].area), good_most);
}

/* ---- planning -------------------------------------------------------------------------------------------------- */

/* The fingertips go by the same way with each hand: their way from the grip. */
typedef struct swing {
    vec up, over, down, laid; /* hanging; over the pile; its lower edge on the pile; laid down */
} swing;

/* Where what is now at `tip` comes to be, over the pile. */
static vec turned_over(const pile *p, vec tip)
{
    vec arm = pinch_turned(vec_of(tip.x - p->from.x, tip.y - p->from.y, 0), p->turn);
    return vec_of(p->to.x + arm.x, p->to.y + arm.y, tip.z);
}

static swing swing_of(const pile *p, const cloth_view *c, vec tip)
{
    const pack_hold *k = &p->hold;
    double hang = taut * k->depth, above = fmax(0, tip.z - fmax(c->table_z, p->from.z));
    vec out = pinch_turned(k->out, p->turn);
    swing s;
    s.up = vec_along(tip, k->out, -k->depth);
    s.up.z = fmax(c->table_z, p->from.z) + hang;
    s.over = vec_along(turned_over(p, s.up), out, -goes_beyond);
    s.down = s.over;
    s.over.z = fmax(s.up.z, p->to.z + hang + clear);
    s.down.z = p->to.z + hang;
    s.laid = vec_along(turned_over(p, tip), out, -goes_beyond);
    /* let go in the air a bunch of cloth stays between the fingers: down to what lies right there */
    s.laid.z = cloth_top(c, s.laid.x, s.laid.y, right_there, -1, p->garment) + above + laid_above;
    return s;
}

static void add_ways(const pile *p, const cloth_view *c, grip *g)
{
    vec tip = pinch_tip(c, g);
    swing s = swing_of(p, c, tip);
    pose a = {tip, quat_identity()}, b = {s.up, quat_identity()}, d = {s.down, quat_identity()},
         e = {s.laid, quat_identity()};
    double arc = round_off * p->hold.depth;
    g->turn = p->turn;
    g->n_then = 0;
    for (int i = 1; i <= 3; i++) {
        g->then[g->n_then++] = hands_bow(a, b, arc, i / 3.).p;
    }
    vec high = s.up;
    high.z = s.over.z;
    g->then[g->n_then++] = high;
    g->then[g->n_then++] = s.over;
    for (int i = 0; i <= 3; i++) {
        g->then[g->n_then++] = hands_bow(d, e, arc, i / 3.).p;
    }
}

static bool start_hold(pile *p, const cloth_view *c, hands *h, const pack_hold *hold)
{
    grip g[2] = {hold->grip[0], hold->grip[1]};
    p->hold = *hold;
    if (hold->n == 1) { /* from one point it hangs with its middle right below */
        vec left = vec_of(-hold->out.y, hold->out.x, 0);
        double aside = vec_dot(left, vec_sub(pinch_tip(c, &g[0]), p->from));
        p->from = vec_along(p->from, left, aside);
    }
    for (int i = 0; i < hold->n; i++) {
        add_ways(p, c, &g[i]);
    }
    if (hold->n == 1) {
        int near = cloth_at(c, p->garment, g[0].vertex).y > 0 ? LEFT_HAND : RIGHT_HAND;
        for (int i = 0; i < HANDS; i++) {
            int hand = i == 0 ? near : !near;
            if (pinch_start(&p->pinch, c, h, hand == LEFT_HAND ? g : NULL,
                            hand == RIGHT_HAND ? g : NULL)) {
                p->on[hand] = true;
                p->on[!hand] = false;
                return true;
            }
        }
        return false;
    }
    p->on[0] = p->on[1] = true;
    bool swap = cloth_at(c, p->garment, g[0].vertex).y < cloth_at(c, p->garment, g[1].vertex).y;
    return pinch_start(&p->pinch, c, h, &g[swap], &g[!swap]);
}

/* One hand drags it by the side that is nearer to the middle of the table. */
static bool start_drag(pile *p, const cloth_view *c, hands *h)
{
    vec m = cloth_middle(c, p->garment);
    int hand = m.y > 0 ? LEFT_HAND : RIGHT_HAND;
    double side = hand == LEFT_HAND ? 1 : -1;
    if (fabs(m.y) < both_reach) {
        return false;
    }
    pack_view k = pack_see(c, p->garment);
    int v = cloth_nearest_outline(c, p->garment, vec_of(m.x, m.y - side * k.half[1], m.z));
    haul l = {.grip = {.garment = p->garment, .vertex = v}};
    l.grip.out = vec_of(0, -side, 0);
    vec at = cloth_at(c, p->garment, v);
    l.to = (flat){at.x, at.y - side * (fabs(m.y) - 0.7 * both_reach)};
    return duo_move_start(&p->drag, c, h, hand == LEFT_HAND ? &l : NULL,
                          hand == RIGHT_HAND ? &l : NULL);
}

static bool plan(pile *p, const cloth_view *c, hands *h)
{
    pack_hold holds[PACK_SIDES];
    int n = pack_holds(c, p->garment, holds);
    pack_view k = pack_see(c, p->garment);
    p->from = cloth_middle(c, p->garment);
    p->from.z = k.bottom - c->garments[p->garment].radius;
    p->height = k.top - p->from.z;
    p->to = pile_top(c, p->garment, &p->goal);
    const double along = pile_turn(c, p->garment, &p->goal), turns[] = {along, along / 2, 0};
    for (int t = along == 0 ? 2 : 0; t < 3; t++) {
        p->turn = turns[t];
        for (int i = 0; i < n; i++) {
            /* the next best side when a pinch went wrong */
            if (start_hold(p, c, h, &holds[(i + p->missed) % n])) {
                p->phase = PHASE_PINCH;
                return true;
            }
        }
    }
    if (start_drag(p, c, h)) {
        p->phase = PHASE_DRAG;
        return true;
    }
    return false;
}

/* The lowest stays where it is, and what has others of the pile on it: those are moved. */
static bool bears_others(const cloth_view *c, int garment, const carry_goal *goal)
{
    vec own = cloth_middle(c, garment);
    for (int g = 0; g < c->n && is_in(goal, own); g++) {
        vec m = cloth_middle(c, g);
        if (g != garment && c->garments[g].present && is_in(goal, m) && m.z > own.z &&
            hypot(m.x - own.x, m.y - own.y) < bearing) {
            return true;
        }
    }
    return false;
}

bool pile_start(pile *p, const cloth_view *c, hands *h, int garment, const carry_goal *goal)
{
    memset(p, 0, sizeof *p);
    p->garment = garment;
    p->goal = *goal;
    p->tries = 1;
    const garment_view *g = &c->garments[garment];
    for (int way = 0; way < g->n_ways; way++) {
        fold_fit fit = fold_fit_to(c, garment, way, g->ways[way].n_steps);
        p->folded = way == 0 || fit.error < p->folded.error ? fit : p->folded;
    }
    return !bears_others(c, garment, goal) && plan(p, c, h);
}

/* ---- doing ----------------------------------------------------------------------------------------------------- */

/* No pack any more: folded again first, or each further try makes it worse. */
static bool has_come_open(const pile *p, const cloth_view *c)
{
    if (p->folded.steps == 0) {
        return false;
    }
    double now = fold_fit_to(c, p->garment, p->folded.way, p->folded.steps).error;
    return now > p->folded.error + open_share * sqrt(c->garments[p->garment].area);
}

static void look(pile *p, const cloth_view *c, hands *h)
{
    bool well = lies_well(p, c, &p->off);
    if (well || has_come_open(p, c) || p->tries++ >= MAX_TRIES || !plan(p, c, h)) {
        p->phase = PHASE_END;
        hands_add_home(h, true, true);
    }
}

/* Each hand's fingertips to its own place, turned; both in step. */
static void go(const pile *p, hands *h, const vec tip[HANDS], double turn, double arc, double speed)
{
    stroke s = {.speed = speed};
    for (int k = 0; k < HANDS; k++) {
        vec out = pinch_turned(p->pinch.out[k], turn);
        s.to[k] = hands_to(pinch_pose(h, k, tip[k], out, p->pinch.branch[k]), 0);
        s.to[k].arc = arc;
        s.to[k].on = p->on[k];
    }
    hands_add(h, s);
}

static vec tip_now(const hands *h, int hand)
{
    vec tip = pose_advance(h->hand[hand].at, HAND_TIP).p;
    tip.z -= LIFT_HEIGHT; /* where it was pinched */
    return tip;
}

static void raise_it(pile *p, const cloth_view *c, hands *h)
{
    vec up[HANDS];
    for (int k = 0; k < HANDS; k++) {
        up[k] = swing_of(p, c, tip_now(h, k)).up;
    }
    go(p, h, up, 0, round_off * p->hold.depth, 0.3);
    for (int k = 0; k < HANDS; k++) {
        up[k].z = fmax(up[k].z, p->to.z + taut * p->hold.depth + clear);
        p->let_go_at[k] = h->hand[k].at;
    }
    go(p, h, up, 0, 0, 0.4);
    p->phase = PHASE_RAISE;
}

/* It hangs: over the pile, its lower edge onto it, and down. Nowhere else when a hand has lost it. */
static void lay_down(pile *p, const cloth_view *c, hands *h)
{
    vec over[HANDS], down[HANDS], laid[HANDS];
    bool held = true;
    for (int k = 0; k < HANDS; k++) {
        held &= !p->on[k] || pinch_holds(&p->pinch, c, h, k);
    }
    if (!held) {
        p->to = p->from;
        p->turn = 0;
    }
    for (int k = 0; k < HANDS; k++) {
        vec tip = pose_advance(p->let_go_at[k], HAND_TIP).p;
        tip.z -= LIFT_HEIGHT;
        swing s = swing_of(p, c, tip);
        over[k] = s.over;
        down[k] = s.down;
        laid[k] = s.laid;
    }
    go(p, h, over, p->turn, 0, 0.5);
    go(p, h, down, p->turn, 0, 0.3);
    go(p, h, laid, p->turn, round_off * p->hold.depth, 0.25);
    p->phase = PHASE_LAY;
}

/* A bunch of layers fills a narrow opening, and would be taken up again. */
static void release(const pile *p, const cloth_view *c, hands *h)
{
    const garment_view *g = &c->garments[p->garment];
    stroke open = {.speed = 1, .wait = 0.2}, back = {.speed = 0.10};
    for (int k = 0; k < HANDS; k++) {
        if (p->on[k]) {
            pose at = hands_end(h, k, NULL);
            double width = pinch_opening(g, h->hand[k].width, opened);
            open.to[k] = hands_to(at, width);
            back.to[k] = hands_to(pose_advance(at, -0.05), width);
        }
    }
    hands_add(h, open);
    hands_add(h, back);
}

static void let_go(pile *p, const cloth_view *c, hands *h)
{
    for (int hand = 0; hand < HANDS; hand++) {
        p->let_go_at[hand] = h->hand[hand].at;
    }
    p->slips = p->pats = 0;
    release(p, c, h);
    p->phase = PHASE_RELEASE;
}

/* Cloth that hangs on an open finger would be taken along: that hand goes down again and out along its pads. */
static bool slip_off(pile *p, const cloth_view *c, hands *h)
{
    bool caught = false;
    for (int hand = 0; hand < HANDS && p->slips < MAX_SLIPS; hand++) {
        const hand_state *one = &h->hand[hand];
        if (!p->on[hand] ||
            (one->touch[0] + one->touch[1] < 0.4 && pinch_between(c, h, hand, p->garment) == 0)) {
            continue;
        }
        caught = true;
        pose at = p->let_go_at[hand];
        double width = p->slips % 2 ? fmin(one->open + opened, HAND_WIDE) : one->open;
        vec along =
            vec_scale(quat_rotate(at.q, vec_of(1, 0, 0)), p->slips % 2 ? -slip_way : slip_way);
        hands_add(h, hands_only(hand, hands_to(at, width), 0.15));
        at.p = vec_add(at.p, along);
        hands_add(h, hands_only(hand, hands_to(at, width), 0.12));
        at.p.z += 0.09;
        hands_add(h, hands_only(hand, hands_to(at, width), 0.2));
    }
    p->slips += caught;
    return caught;
}

/* What stands up where it was held is pressed down with closed fingers. */
static bool pat(pile *p, const cloth_view *c, hands *h)
{
    vec top = cloth_at(c, p->garment, 0);
    for (int v = 1; v < c->garments[p->garment].n; v++) {
        vec at = cloth_at(c, p->garment, v);
        top = at.z > top.z ? at : top;
    }
    if (p->pats >= MAX_PATS || top.z - p->to.z < p->height + stands_up) {
        return false;
    }
    int k = p->on[LEFT_HAND] ? LEFT_HAND : RIGHT_HAND;
    if (p->on[0] && p->on[1]) {
        k = top.y > 0 ? LEFT_HAND : RIGHT_HAND;
    }
    vec low = vec_of(top.x, top.y, p->to.z + pressed * p->height), high = top;
    high.z += 0.05;
    pose over = pinch_pose(h, k, high, p->pinch.out[k], p->pinch.branch[k]),
         down = pinch_pose(h, k, low, p->pinch.out[k], p->pinch.branch[k]);
    hands_add(h, hands_only(k, hands_to(over, 0), 0.3));
    hands_add(h, hands_only(k, hands_to(down, 0), 0.12));
    hands_add(h, hands_only(k, hands_to(over, 0), 0.2));
    p->pats++;
    return true;
}

static void leave(pile *p, const cloth_view *c, hands *h)
{
    if (!slip_off(p, c, h) && !pat(p, c, h)) {
        hands_add_home(h, true, true);
        p->phase = PHASE_HOME;
    }
}

/* A vertex that lies well between the pads keeps them apart by more than its radius: less of it is at their rim, and slips out on the way. */
static bool holds_firmly(const pile *p, const cloth_view *c, const hands *h)
{
    double least = firm_share * c->garments[p->garment].radius;
    bool firm = true;
    for (int hand = 0; hand < HANDS; hand++) {
        firm &= !p->on[hand] ||
                (h->hand[hand].width > least && pack_is_held(c, h, hand, p->garment));
    }
    return firm;
}

static skill_state step_pinch(pile *p, const cloth_view *c, hands *h)
{
    pinch_state s = pinch_step(&p->pinch, c, h);
    if (s == PINCH_HELD && holds_firmly(p, c, h)) {
        raise_it(p, c, h);
    } else if (s != PINCH_BUSY) {
        p->missed++;
        let_go(p, c, h);
    }
    return SKILL_BUSY;
}

bool pile_pauses(const pile *p)
{
    return p->phase == PHASE_LOOK;
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
    case PHASE_LAY: let_go(p, c, h); return SKILL_BUSY;
    case PHASE_RELEASE: leave(p, c, h); return SKILL_BUSY;
    case PHASE_HOME:
        p->phase = PHASE_LOOK;
        p->waited = 0;
        return SKILL_BUSY;
    default: return lies_well(p, c, &p->off) ? SKILL_DONE : SKILL_FAILED;
    }
}
