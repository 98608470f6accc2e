#include "carry.h"
#include "carry_hold.h"

#include <string.h>

enum {
    PHASE_LOOK,
    PHASE_PINCH,
    PHASE_IN,
    PHASE_CLOSE,
    PHASE_OUT,
    PHASE_RAISE,
    PHASE_HOLD,
    PHASE_ACROSS,
    PHASE_LOWER,
    PHASE_RELEASE,
    PHASE_END
};

static const double rest_speed = 0.03, longest_wait = 2.5; /* m/s, s */
static const double clear = 0.04;                          /* between what hangs and the rim */
static const double in_enough = 0.97;                      /* of the vertices */
static const double swings = 0.35, longest_swing = 1.5;    /* before it is lowered, m/s, s */
static const double swing_speed = 0.55, thin_speed = 0.33; /* m/s; by a single vertex */
static const double grip_share =
    0.9; /* of a vertex' radius: fingers closer than this hold its edge only */
static const double least_depth = 0.006; /* of a hold: by the very tips it creeps out */
static const double pad_half = 0.018, pad_height = 0.035; /* of a finger's pad, m */
static const double longest_way = 8;                      /* s */
static const double nearly_in = 0.93;                     /* after a second try */
static const double edge = 0.005;                         /* inside by this much */
enum { MAX_TRIES = 14, MAX_POOR = 3, MAX_TANGLES = 5, MAX_HOLDS = 3, CANDIDATES = 24, TURNS = 4 };

/* ---- planning ------------------------------------------------------------------------------------------------- */

/* Fingertips where the hand lets go. */
static vec release_at(const cloth_view *c, const carry_goal *aim, int garment)
{
    vec to = aim->floor;
    double top = cloth_top(c, to.x, to.y, 0.08, -1, garment);
    to.z = fmax(aim->floor.z, top > c->table_z || !aim->walls ? fmin(top, aim->floor.z + 0.25) : 0);
    to.z += aim->walls ? 0.13 : 0.05;
    return to;
}

/* The way for a pinch of this vertex as high as it takes, or as high as the arm gets. */
static bool find_way(const carry *k, const cloth_view *c, const hands *h, pose from, double hang,
                     carry_way *out)
{
    vec to = release_at(c, &k->aim, k->garment);
    double rim = fmax(k->aim.rim, k->aim.walls ? c->table_z : 0);
    double least = fmax(rim, to.z) + 0.10;
    double want = fmax(rim + hang + clear, least);
    for (double z = want; z > least - 1e-9; z -= 0.06) {
        if (carry_find_way(h, k->hand, from, z + HAND_TIP, to, out)) {
            return true;
        }
    }
    return false;
}

/* Into the dryer: the whole way in, then it is pulled out to where way.at[0] begins. */
static bool try_reach_in(carry *k, const cloth_view *c, hands *h, int vertex)
{
    vec tip = cloth_at(c, k->garment, vertex);
    if (!carry_find_way_in(h, k->hand, &k->mouth, tip, &k->in)) {
        return false;
    }
    pose before = k->in.at[k->in.n - 2];
    if (!find_way(k, c, h, before, carry_hang(c, k->garment, vertex), &k->way)) {
        return false;
    }
    double width = fmin(0.044, 1.1 * c->garments[k->garment].spacing);
    hands_clear(h);
    for (int i = 0; i < k->in.n; i++) {
        bool last = i == k->in.n - 1;
        hands_add(h, hands_only(k->hand, hands_to(k->in.at[i], width), last ? 0.16 : 0.5));
    }
    memset(&k->pinch, 0, sizeof k->pinch);
    k->pinch.grip[k->hand] = (grip){.garment = k->garment, .vertex = vertex};
    k->through = true;
    return true;
}

static bool try_pinch(carry *k, const cloth_view *c, hands *h, int vertex)
{
    k->through = carry_is_behind(&k->mouth, cloth_at(c, k->garment, vertex));
    if (k->through) {
        return try_reach_in(k, c, h, vertex);
    }
    for (int i = 0; i < TURNS; i++) {
        double angle = PI * i / TURNS;
        grip g = {.garment = k->garment, .vertex = vertex, .out = {cos(angle), sin(angle), 0}};
        bool left = k->hand == LEFT_HAND;
        if (!carry_hand_fits(&k->goal, cloth_at(c, k->garment, vertex), g.out) ||
            !pinch_start(&k->pinch, c, h, left ? &g : NULL, left ? NULL : &g)) {
            continue;
        }
        carry_way way;
        pose from = k->pinch.tool_at[k->hand];
        from.p.z += LIFT_HEIGHT;
        if (find_way(k, c, h, from, carry_hang(c, k->garment, vertex), &way)) {
            return true;
        }
        hands_clear(h);
    }
    return false;
}

/* `from`: see carry_candidates. */
static bool plan_for(carry *k, const cloth_view *c, hands *h, const carry_goal *aim,
                     const carry_goal *from)
{
    int found[CANDIDATES];
    k->aim = *aim;
    int n =
        carry_candidates(c, k->garment, from, &k->goal, k->misses, k->n_misses, found, CANDIDATES);
    int near = hypot(aim->floor.x - h->hand[LEFT_HAND].base.p.x,
                     aim->floor.y - h->hand[LEFT_HAND].base.p.y) <
                       hypot(aim->floor.x - h->hand[RIGHT_HAND].base.p.x,
                             aim->floor.y - h->hand[RIGHT_HAND].base.p.y)
                   ? LEFT_HAND
                   : RIGHT_HAND;
    for (int pass = 0; pass < 2; pass++) { /* what lies on the lip of an opening comes last */
        for (int i = 0; i < n; i++) {
            bool on_lip = carry_is_on_lip(&k->mouth, cloth_at(c, k->garment, found[i]));
            for (int other = 0; other < HANDS && on_lip == pass; other++) {
                k->hand = other ? !near : near;
                if (try_pinch(k, c, h, found[i])) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void note_places(carry *k, const cloth_view *c)
{
    for (int g = 0; g < c->n; g++) {
        k->before[g] = cloth_middle(c, g);
        k->was_there[g] = c->garments[g].present;
    }
}

static bool plan_pinch(carry *k, const cloth_view *c, hands *h)
{
    note_places(k, c);
    carry_goal between = carry_strip(c, &k->goal);
    /* what hangs over a basket's rim may be out of reach: then once more by the part that is in */
    return plan_for(k, c, h, &k->goal, &k->goal) || plan_for(k, c, h, &between, &k->goal) ||
           plan_for(k, c, h, &k->goal, NULL);
}

/* ---- doing ---------------------------------------------------------------------------------------------------- */

static void miss(carry *k, int vertex)
{
    if (k->n_misses < CARRY_MISSES) {
        k->misses[k->n_misses++] = vertex;
    }
}

static bool another_dangles(const carry *k, const cloth_view *c)
{
    bool any = false;
    for (int g = 0; g < c->n; g++) {
        any |= g != k->garment && carry_dangles(&k->mouth, c, g);
    }
    return any;
}

/* At rest: is it there? What next? */
static void look(carry *k, const cloth_view *c, hands *h)
{
    k->share = carry_share(c, k->garment, &k->goal, -edge);
    if (k->share >= (k->tries > 1 ? nearly_in : in_enough)) {
        hands_add_home(h, true, true);
        k->phase = PHASE_END;
        return;
    }
    if (k->tries++ >= MAX_TRIES || another_dangles(k, c) || !plan_pinch(k, c, h)) {
        hands_add_home(h, true, true);
        k->phase = PHASE_END;
        return;
    }
    k->phase = k->through ? PHASE_IN : PHASE_PINCH;
    k->raised = false;
}

/* Open, and back the way it came, so that the arm unwinds. */
static void let_go(carry *k, hands *h)
{
    pinch_release(h, k->hand == LEFT_HAND, k->hand == RIGHT_HAND);
    for (int i = k->at - 1; i > 0; i--) {
        hands_add(h, hands_only(k->hand, hands_to(k->way.at[i], HAND_WIDE), 0.7));
    }
    for (int i = k->through ? k->in.n - 3 : -1; i >= 0; i--) {
        hands_add(h, hands_only(k->hand, hands_to(k->in.at[i], HAND_WIDE), 0.7));
    }
    k->phase = PHASE_RELEASE;
}

/* How far from the ends of the fingers the deepest vertex is held. */
static double depth_of(const carry *k, const cloth_view *c, const hands *h)
{
    pose to_tool = pose_inverse(h->hand[k->hand].tool);
    double depth = 0;
    for (int v = 0; v < c->garments[k->garment].n; v++) {
        vec p = pose_apply(to_tool, cloth_at(c, k->garment, v));
        if (fabs(p.x) < pad_half && fabs(p.y) < h->hand[k->hand].width / 2 + 0.006 &&
            p.z > HAND_TIP - pad_height) {
            depth = fmax(depth, HAND_TIP - p.z);
        }
    }
    return depth;
}

static void raise_it(carry *k, const cloth_view *c, hands *h)
{
    int vertex = k->pinch.grip[k->hand].vertex;
    k->pinches++;
    k->first_tries += k->pinch.tries == 1;
    const garment_view *g = &c->garments[k->garment];
    bool thin = g->spacing > 0.03 && h->hand[k->hand].width < grip_share * g->radius,
         poor = !k->through && (thin || depth_of(k, c, h) < least_depth);
    k->at = 1;
    if ((poor && k->poor++ < MAX_POOR) ||
        (!k->through &&
         !find_way(k, c, h, h->hand[k->hand].at, carry_hang(c, k->garment, vertex), &k->way))) {
        miss(k, vertex);
        k->at = 0;
        let_go(k, h);
        return;
    }
    hands_add(h, hands_only(k->hand, hands_to(k->way.at[1], 0), 0.30));
    k->phase = PHASE_RAISE;
}

/* The garment that came along; -1: none. What moves behind the mouth but stays there falls back by itself. */
static int tangled_with(const carry *k, const cloth_view *c)
{
    for (int g = 0; g < c->n; g++) {
        vec moved = vec_sub(cloth_middle(c, g), k->before[g]);
        if (k->through && carry_is_behind(&k->mouth, cloth_middle(c, g))) {
            continue;
        }
        if (g != k->garment && !(k->mates >> g & 1) && c->garments[g].present && k->was_there[g] &&
            (moved.z > 0.03 || hypot(moved.x, moved.y) > 0.15)) {
            return g;
        }
    }
    return -1;
}

static bool tangled(const carry *k, const cloth_view *c)
{
    return tangled_with(k, c) >= 0 && k->tangles < MAX_TANGLES;
}

void carry_put_back(const carry *k, hands *h)
{
    if (k->phase < PHASE_RAISE || k->phase > PHASE_LOWER) {
        return;
    }
    for (int i = k->at > 0 ? k->at - 1 : 0; i >= 0; i--) {
        hands_add(h, hands_only(k->hand, hands_to(k->way.at[i], 0), 0.4));
    }
    if (k->through) {
        hands_add(h, hands_only(k->hand, hands_to(k->in.at[k->in.n - 1], 0), 0.3));
    }
}

static void take_back(carry *k, hands *h)
{
    k->tangles++;
    miss(k, k->pinch.grip[k->hand].vertex);
    carry_put_back(k, h);
    k->at = 0;
    k->phase = PHASE_LOWER;
}

/* What came along is held back on the table by the other hand, while this one goes on. False: no place of it can be had. */
static bool start_hold(carry *k, const cloth_view *c, hands *h)
{
    int other = tangled_with(k, c);
    if (k->through || k->holds >= MAX_HOLDS || other < 0 ||
        !carry_hold_start(&k->hold, c, h, other, k->garment, k->hand)) {
        return false;
    }
    k->holds++;
    k->helped = true;
    k->phase = PHASE_HOLD;
    return true;
}

/* From what came along, if anything did. As long as the other hand holds that back the two are drawn apart; back with it when that did not
   help, or nothing of it can be held. */
static bool part(carry *k, const cloth_view *c, hands *h)
{
    bool apart = k->holding && k->at < k->way.n - 2 && pinch_holds(&k->hold, c, h, !k->hand);
    if (apart || !tangled(k, c)) {
        return false;
    }
    hands_clear(h);
    if (k->holding || !start_hold(k, c, h)) {
        take_back(k, h);
    }
    return true;
}

static void step_hold(carry *k, const cloth_view *c, hands *h)
{
    pinch_state s = pinch_step(&k->hold, c, h);
    if (s == PINCH_HELD) {
        note_places(k, c); /* from here on it must not follow */
        k->holding = true;
        k->phase = PHASE_ACROSS;
        k->waited = 0;
    } else if (s == PINCH_FAILED) {
        take_back(k, h);
    }
}

static void close_inside(carry *k, hands *h)
{
    stroke squeeze = hands_only(k->hand, hands_to(k->in.at[k->in.n - 1], 0), 1);
    squeeze.wait = 0.55;
    hands_add(h, squeeze);
    k->phase = PHASE_CLOSE;
}

static void pull_out(carry *k, hands *h)
{
    hands_add(h, hands_only(k->hand, hands_to(k->in.at[k->in.n - 2], 0), 0.20));
    k->pinch.tries = 1;
    k->phase = PHASE_OUT;
}

/* Has one that goes to the same place come along? */
static bool has_mate(const carry *k, const cloth_view *c, int g)
{
    vec moved = vec_sub(cloth_middle(c, g), k->before[g]);
    return (k->mates >> g & 1) && c->garments[g].present && k->was_there[g] &&
           (moved.z > 0.03 || hypot(moved.x, moved.y) > 0.10);
}

/* Mates hang lower: higher with all of it, if the arm gets there. True: it goes up now. */
static bool raise_mates(carry *k, const cloth_view *c, hands *h)
{
    double tip = pose_advance(h->hand[k->hand].at, HAND_TIP).p.z, low = tip;
    bool any = false;
    for (int g = 0; g < c->n; g++) {
        bool mate = has_mate(k, c, g);
        any |= mate;
        for (int v = 0; v < c->garments[g].n && (mate || g == k->garment); v++) {
            low = fmin(low, cloth_at(c, g, v).z);
        }
    }
    carry_way way;
    if (!any || k->raised || !find_way(k, c, h, h->hand[k->hand].at, tip - low, &way)) {
        return false;
    }
    k->raised = true;
    k->way = way;
    hands_add(h, hands_only(k->hand, hands_to(way.at[1], 0), 0.2));
    return true;
}

/* Lifted: on, when it is still held and alone. */
static void swing(carry *k, const cloth_view *c, hands *h)
{
    int vertex = k->pinch.grip[k->hand].vertex;
    if (!pinch_holds(&k->pinch, c, h, k->hand)) {
        miss(k, vertex);
        k->at = 0;
        let_go(k, h);
        return;
    }
    k->at = 1;
    if (raise_mates(k, c, h)) {
        return;
    }
    if (part(k, c, h)) {
        return;
    }
    k->phase = PHASE_ACROSS;
    k->waited = 0;
}

/* The next piece of the way; over the goal let it hang still, then down. */
static void go_on(carry *k, const cloth_view *c, hands *h, double dt)
{
    bool over = k->at == k->way.n - 2;
    if (!pinch_holds(&k->pinch, c, h, k->hand) || h->blocked) {
        miss(k, k->pinch.grip[k->hand].vertex);
        k->at++;
        let_go(k, h);
        return;
    }
    k->waited += dt;
    if (over && c->garments[k->garment].speed > swings && k->waited < longest_swing) {
        return;
    }
    if (part(k, c, h)) {
        return;
    }
    k->waited = 0;
    k->at++;
    double speed = over                                                         ? 0.25
                   : k->holding || pinch_between(c, h, k->hand, k->garment) < 2 ? thin_speed
                                                                                : swing_speed;
    hands_add(h, hands_only(k->hand, hands_to(k->way.at[k->at], 0), speed));
    k->phase = over ? PHASE_LOWER : PHASE_ACROSS;
}

static void go_back(carry *k, hands *h)
{
    if (k->helped) {
        pinch_release(h, k->hand != LEFT_HAND, k->hand != RIGHT_HAND);
    }
    hands_add_home(h, k->helped || k->hand == LEFT_HAND, k->helped || k->hand == RIGHT_HAND);
    k->holding = k->helped = false;
    k->phase = PHASE_LOOK;
    k->waited = 0;
}

/* On the way: what slips out of the fingers falls down where it is, and the arm may hang in a posture it does not get out of. */
static void watch(carry *k, const cloth_view *c, hands *h, double dt)
{
    k->busy = k->phase == k->busy_in ? k->busy + dt : 0;
    k->busy_in = k->phase;
    bool lost = (k->phase == PHASE_RAISE || k->phase == PHASE_ACROSS) &&
                pinch_between(c, h, k->hand, k->garment) == 0;
    if (lost || (k->phase == PHASE_ACROSS && k->busy > longest_way)) {
        miss(k, k->pinch.grip[k->hand].vertex);
        hands_clear(h);
        let_go(k, h);
    } else if (k->phase == PHASE_ACROSS && !k->through) {
        part(k, c, h); /* before it is drawn any farther */
    }
}

bool carry_start(carry *k, const cloth_view *c, hands *h, int garment, const carry_goal *goal,
                 const carry_mouth *mouth)
{
    memset(k, 0, sizeof *k);
    k->garment = garment;
    k->goal = *goal;
    if (mouth) {
        k->mouth = *mouth;
    }
    if (carry_share(c, garment, goal, -edge) >= in_enough || !plan_pinch(k, c, h)) {
        return false;
    }
    k->tries = 1;
    k->phase = k->through ? PHASE_IN : PHASE_PINCH;
    return true;
}

skill_state carry_step(carry *k, const cloth_view *c, hands *h, double dt)
{
    if (k->phase == PHASE_PINCH) {
        pinch_state s = pinch_step(&k->pinch, c, h);
        if (s == PINCH_HELD) {
            raise_it(k, c, h);
        } else if (s == PINCH_FAILED) {
            miss(k, k->pinch.grip[k->hand].vertex);
            go_back(k, h);
        }
        return SKILL_BUSY;
    }
    if (k->phase == PHASE_HOLD) {
        step_hold(k, c, h);
        return SKILL_BUSY;
    }
    if (hands_busy(h)) {
        watch(k, c, h, dt);
        return SKILL_BUSY;
    }
    switch (k->phase) {
    case PHASE_LOOK:
        k->waited += dt;
        if ((k->waited > 0.3 && c->garments[k->garment].speed < rest_speed) ||
            k->waited > longest_wait) {
            look(k, c, h);
        }
        return SKILL_BUSY;
    case PHASE_IN: close_inside(k, h); return SKILL_BUSY;
    case PHASE_CLOSE: pull_out(k, h); return SKILL_BUSY;
    case PHASE_OUT: raise_it(k, c, h); return SKILL_BUSY;
    case PHASE_RAISE: swing(k, c, h); return SKILL_BUSY;
    case PHASE_ACROSS: go_on(k, c, h, dt); return SKILL_BUSY;
    case PHASE_LOWER: let_go(k, h); return SKILL_BUSY;
    case PHASE_RELEASE: go_back(k, h); return SKILL_BUSY;
    default: return k->share >= nearly_in ? SKILL_DONE : SKILL_FAILED;
    }
}
