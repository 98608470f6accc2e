#include "shake.h"

#include <stdlib.h>
#include <string.h>

#include "free_hand.h"
#include "hanging.h"

enum { PHASE_PINCH, PHASE_RAISE, PHASE_HANG, PHASE_LAY, PHASE_FREE, PHASE_HOME };
enum {
    TURNS = 6,
    CANDIDATES = 24,
    SPOTS = 12,
    SOME_SPOTS = 4,
    ARC = 4,
    MAX_SLIPS = 4,
    MAX_JERKS = 6
};

static const double small = 0.36; /* from end to end, m */
static const double ball_height = 0.045; /* of its vertices; three layers of a sock are 36 mm, m */
static const double lying_cover = 0.60, lying_flatness = 0.75,
                    lying_turned = 0.2; /* of its area: a pull or two will do */
static const double room = 0.16;        /* around the middle of where it is laid, m */
static const double pad_half = 0.020, pad_height = 0.036;
static const double clear = 0.05;              /* of what hangs, over what it passes */
static const double taut = 0.97;               /* of the depth */
static const double laid = 0.008; /* of the tips at the end, over the table */
static const double pull = 0.12, before = 0.6; /* m; share of it that it starts before its place */
static const double calm = 0.15, longest_swing = 2.0; /* m/s, s */
static const double over_speed = 0.22;                /* m/s: as slow as it swings by itself */
static const double settle = 0.4;                     /* s */
static const double come_apart = 0.02; /* of the depth */
static const double unfolded = 0.85, jerk = 0.07, jerk_speed = 0.6; /* of the depth; m, m/s */
static const double came_along = 0.03, dragged = 0.06; /* of another's middle: up; aside, m */
static const double off_edge = 0.2;                    /* from the middle of the table, m */
static const double level = 0.015,
                    firm = 0.25;        /* of two vertices, m; what it is worth to hold both */
static const double creases = 2;        /* beats hanging far down */
static const double under_it = 0.04; /* m around its middle */
static const double worth_freeing = 2;  /* it comes before all else */
static const double off_crease = 5; /* per m: it hangs folded as it shall be only from there */
static const double touched = 0.4;      /* N, of both pads */
static const double longer = 1.08;      /* by its weight */
static const double least_depth = 0.08; /* m */
static const double same_end = 0.06;    /* m */

/* ---- where to take it ------------------------------------------------------------------------------------------ */

static double rest_distance(const cloth_view *c, int garment, int v, int w)
{
    flat p = cloth_rest(c, garment, v), q = cloth_rest(c, garment, w);
    return hypot(p.x - q.x, p.y - q.y);
}

/* From end to end. */
static double size_of(const cloth_view *c, int garment)
{
    const garment_view *g = &c->garments[garment];
    double size = 0;
    for (int i = 0; i < g->n_outline; i++) {
        for (int k = 0; k < i; k++) {
            size = fmax(size, rest_distance(c, garment, g->outline[i], g->outline[k]));
        }
    }
    return size;
}

bool shake_is_small(const cloth_view *c, int garment)
{
    return size_of(c, garment) < small;
}

bool shake_is_ball(const cloth_view *c, int garment)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int v = 0; v < c->garments[garment].n; v++) {
        double z = cloth_at(c, garment, v).z;
        low = fmin(low, z);
        high = fmax(high, z);
    }
    return high - low > ball_height;
}

bool shake_is_for(const cloth_view *c, int garment)
{
    spread_mesh mesh;
    if (!shake_is_small(c, garment) || !spread_draw(&mesh, c, garment)) {
        return false;
    }
    spread_look look = spread_see(&mesh, c, NULL);
    return look.cover < lying_cover || look.flatness < lying_flatness || look.turned > lying_turned;
}

/* What the pads would take along: far parts of itself keep it from unfolding, other cloth comes up with it. */
static double taken_along(const cloth_view *c, const grip *one)
{
    vec tip = pinch_tip(c, one), left = vec_of(-one->out.y, one->out.x, 0);
    double half = pinch_half_open(&c->garments[one->garment]), cost = 0;
    for (int g = 0; g < c->n; g++) {
        double across = g == one->garment ? half : half + c->garments[g].radius;
        for (int v = 0; v < c->garments[g].n && c->garments[g].present; v++) {
            vec d = vec_sub(cloth_at(c, g, v), tip);
            if (fabs(vec_dot(d, left)) > pad_half || fabs(vec_dot(d, one->out)) > across ||
                d.z < -0.006 || d.z > pad_height) {
                continue;
            }
            cost += g != one->garment                                                    ? 0.3
                    : rest_distance(c, g, v, one->vertex) > 2.2 * c->garments[g].spacing ? 0.12
                                                                                         : 0;
        }
    }
    return cost;
}

typedef struct candidate {
    grip grip;
    flat from; /* rest frame */
    double depth, cost;
} candidate;

static int by_cost(const void *a, const void *b)
{
    const candidate *p = a, *q = b;
    return p->cost < q->cost ? -1 : p->cost > q->cost ? 1 : p->grip.vertex - q->grip.vertex;
}

static void rate(const cloth_view *c, flat from, int last, candidate *one)
{
    const grip *g = &one->grip;
    double above, size = size_of(c, g->garment);
    one->from = from;
    one->depth = hanging_depth(c, g->garment, from, &above);
    one->cost = 3 * above - one->depth / size + creases * hanging_bent(c, g->garment, from) +
                taken_along(c, g);
    one->cost += off_crease * hanging_off_crease(c, g->garment, from);
    one->cost += last >= 0 && rest_distance(c, g->garment, last, g->vertex) < same_end ? 0.5 : 0;
}

/* By one vertex; it may turn between the pads. */
static candidate take_one(const cloth_view *c, int garment, int vertex, int last)
{
    candidate best = {.cost = HUGE_VAL};
    for (int t = 0; t < TURNS; t++) {
        candidate one = {.grip = {.garment = garment, .vertex = vertex}};
        one.grip.out = vec_of(cos(PI * t / TURNS), sin(PI * t / TURNS), 0);
        rate(c, cloth_rest(c, garment, vertex), last, &one);
        best = one.cost < best.cost ? one : best;
    }
    return best;
}

/* By two neighbours of the outline side by side: it cannot turn. False: they do not lie so. */
static bool take_two(const cloth_view *c, int garment, int v, int w, int last, candidate *out)
{
    const garment_view *g = &c->garments[garment];
    vec p = cloth_at(c, garment, v), q = cloth_at(c, garment, w), d = vec_sub(q, p);
    double apart = hypot(d.x, d.y);
    if (apart < 0.5 * g->spacing || apart > 2 * pad_half - 0.006 || fabs(d.z) > level) {
        return false;
    }
    grip a = {.garment = garment, .vertex = v, .out = vec_of(-d.y / apart, d.x / apart, 0)}, b = a;
    b.vertex = w;
    flat r = cloth_rest(c, garment, v), t = cloth_rest(c, garment, w);
    *out = (candidate){.grip = a};
    out->grip.at_tip = true;
    out->grip.tip = vec_scale(vec_add(p, q), 0.5);
    out->grip.tip.z = fmin(pinch_tip(c, &a).z, pinch_tip(c, &b).z);
    rate(c, (flat){(r.x + t.x) / 2, (r.y + t.y) / 2}, last, out);
    out->cost -= firm;
    return true;
}

static bool lies_open(const cloth_view *c, int garment, int vertex)
{
    return !cloth_is_over_edge(c, garment, vertex) && cloth_is_top(c, garment, vertex);
}

/* Ends that lie open, best first. */
static int find_candidates(const cloth_view *c, int garment, int last,
                           candidate out[2 * MAX_OUTLINE])
{
    const garment_view *g = &c->garments[garment];
    vec middle = cloth_middle(c, garment);
    bool on_cloth = !cloth_is_clear(c, middle, under_it, garment); /* what droops over a pile is not doubled */
    int n = 0, doubled = on_cloth ? -1 : hanging_doubled(c, garment);
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i], w = g->outline[(i + 1) % g->n_outline];
        if (!lies_open(c, garment, v)) {
            continue;
        }
        out[n++] = take_one(c, garment, v, last);
        n += lies_open(c, garment, w) && take_two(c, garment, v, w, last, &out[n]);
    }
    for (int i = 0; i < n && doubled >= 0; i++) {
        bool frees = rest_distance(c, garment, out[i].grip.vertex, doubled) < same_end;
        out[i].cost -= frees ? worth_freeing : 0;
    }
    qsort(out, (size_t)n, sizeof *out, by_cost);
    return n;
}

/* ---- where to lay it ------------------------------------------------------------------------------------------- */

/* Near, and not close to an edge, where the next pull may bring it over. */
static double spot_cost(vec now, vec at)
{
    return hypot(at.x - now.x, at.y - now.y) + 2 * fmax(fabs(at.x) - off_edge, 0);
}

/* Free places that one arm reaches all of, best first. */
static int find_spots(const cloth_view *c, int garment, vec out[SPOTS])
{
    vec now = cloth_middle(c, garment);
    int n = 0;
    for (int i = 0; i < SPOTS; i++) {
        vec at = vec_of(-0.28 + 0.10 * (i / 2), i % 2 ? -0.26 : 0.26, c->table_z);
        if (!cloth_is_clear(c, at, room, garment)) {
            continue;
        }
        int k = n++;
        for (; k > 0 && spot_cost(now, out[k - 1]) > spot_cost(now, at); k--) {
            out[k] = out[k - 1];
        }
        out[k] = at;
    }
    return n;
}

/* The fingertips' way: up, over the place, down until its end touches, and round that end, drawing it along all the while: of two halves that
   hang side by side the one ahead would stay where it touches first, and come to lie doubled. */
typedef struct lay_out {
    vec up, over, down, round[ARC];
} lay_out;

static lay_out way_of(const shake *s, const cloth_view *c, vec tip)
{
    double under = tip.z;
    for (int g = 0; g < c->n; g++) {
        under = g == s->garment ? under : fmax(under, cloth_top(c, tip.x, tip.y, room, g, -1));
    }
    lay_out w = {.up = tip};
    w.up.z = under + s->depth + clear;
    w.down = vec_along(s->place, s->along, -s->depth / 2 - before * pull);
    w.down.z = c->table_z + taut * s->depth;
    w.over = w.down;
    w.over.z = w.up.z;
    for (int i = 0; i < ARC; i++) {
        double angle = PI / 2 * (1 - (i + 1.) / ARC), far = s->depth * cos(angle);
        w.round[i] = vec_along(w.down, s->along, far + pull * (i + 1.) / ARC);
        w.round[i].z = c->table_z + fmax(s->depth * sin(angle), laid);
    }
    return w;
}

static grip grip_for(const shake *s, const cloth_view *c, grip g)
{
    lay_out w = way_of(s, c, pinch_tip(c, &g));
    g.then[g.n_then++] = w.up;
    g.then[g.n_then++] = w.over;
    g.then[g.n_then] = w.over;
    g.then[g.n_then++].z += jerk;
    g.then[g.n_then++] = w.down;
    for (int i = 0; i < ARC; i++) {
        g.then[g.n_then++] = w.round[i];
    }
    return g;
}

static bool try_place(shake *s, const cloth_view *c, hands *h, const candidate *one, vec place)
{
    for (int i = 0; i < 2 * HANDS; i++) {
        int near = place.y > 0 ? LEFT_HAND : RIGHT_HAND;
        s->hand = i < 2 ? near : !near;
        s->vertex = one->grip.vertex;
        s->depth = one->depth;
        s->held = one->from;
        s->place = place;
        s->along = vec_scale(one->grip.out, i % 2 ? -1 : 1);
        grip g = grip_for(s, c, one->grip);
        bool left = s->hand == LEFT_HAND;
        if (pinch_start(&s->pinch, c, h, left ? &g : NULL, left ? NULL : &g)) {
            return true;
        }
    }
    return false;
}

bool shake_start(shake *s, const cloth_view *c, hands *h, int garment, int last)
{
    candidate found[2 * MAX_OUTLINE];
    vec spots[SPOTS];
    memset(s, 0, sizeof *s);
    s->garment = garment;
    for (int g = 0; g < c->n; g++) {
        s->before[g] = cloth_middle(c, g);
    }
    int n = find_candidates(c, garment, last, found), places = find_spots(c, garment, spots);
    for (int i = 0; i < n && i < CANDIDATES; i++) {
        for (int k = 0; k < places && k < SOME_SPOTS; k++) {
            if (try_place(s, c, h, &found[i], spots[k])) {
                return true;
            }
        }
    }
    return false;
}

/* ---- doing ----------------------------------------------------------------------------------------------------- */

static void go(const shake *s, hands *h, vec tip, double speed, double wait)
{
    pose at = pinch_pose(h, s->hand, tip, s->pinch.out[s->hand], s->pinch.branch[s->hand]);
    stroke one = hands_only(s->hand, hands_to(at, 0), speed);
    one.wait = wait;
    hands_add(h, one);
}

static vec tip_now(const shake *s, const hands *h)
{
    return pose_advance(h->hand[s->hand].at, HAND_TIP).p;
}

/* Did other cloth come up with it, or is it dragged along? */
static bool is_tangled(const shake *s, const cloth_view *c)
{
    for (int g = 0; g < c->n; g++) {
        vec moved = vec_sub(cloth_middle(c, g), s->before[g]);
        if (g != s->garment && c->garments[g].present &&
            (moved.z > came_along || hypot(moved.x, moved.y) > dragged)) {
            return true;
        }
    }
    return false;
}

static void release(shake *s, const cloth_view *c, hands *h)
{
    pinch_let_go(c, s->garment, h, s->hand == LEFT_HAND, s->hand == RIGHT_HAND);
    s->phase = PHASE_FREE;
}

/* Down again where it was. */
static void put_back(shake *s, hands *h)
{
    pose at = h->hand[s->hand].at, low = s->pinch.tool_at[s->hand];
    at.p.x = low.p.x;
    at.p.y = low.p.y;
    hands_add(h, hands_only(s->hand, hands_to(at, 0), 0.3));
    at.p.z = low.p.z + 0.004;
    hands_add(h, hands_only(s->hand, hands_to(at, 0), 0.3));
    s->missed = true;
    s->phase = PHASE_LAY;
}

/* Straight up; over its place only when it came alone. */
static void raise_it(shake *s, const cloth_view *c, hands *h)
{
    go(s, h, way_of(s, c, tip_now(s, h)).up, 0.35, 0);
    s->phase = PHASE_RAISE;
}

static void swing_over(shake *s, const cloth_view *c, hands *h)
{
    if (is_tangled(s, c) || !pinch_holds(&s->pinch, c, h, s->hand)) {
        put_back(s, h);
        return;
    }
    vec over = way_of(s, c, tip_now(s, h)).over;
    over.z = fmax(tip_now(s, h).z, c->table_z + s->depth + clear);
    go(s, h, over, over_speed, 0);
    s->waited = 0;
    s->phase = PHASE_HANG;
}

/* How far down it hangs from the fingertips. */
static double hangs(const shake *s, const cloth_view *c, const hands *h)
{
    double low = HUGE_VAL;
    for (int v = 0; v < c->garments[s->garment].n; v++) {
        low = fmin(low, cloth_at(c, s->garment, v).z);
    }
    return tip_now(s, h).z - low;
}

/* A jerk upward and back: what clings together comes apart. False: it hangs all the way down, or that was of no use. */
static bool start_jerk(shake *s, const cloth_view *c, hands *h)
{
    double now = hanging_unfolded(c, s->garment, s->held, tip_now(s, h).z);
    bool useless = s->jerks > 1 && now < s->hung + come_apart;
    s->hung = now;
    if (now > unfolded || useless || s->jerks++ >= MAX_JERKS) {
        return false;
    }
    vec tip = tip_now(s, h), high = tip;
    high.z += jerk;
    go(s, h, high, jerk_speed, 0);
    go(s, h, tip, jerk_speed, 0);
    s->waited = 0;
    return true;
}

/* It hangs still: down and along. */
static void lay_down(shake *s, const cloth_view *c, hands *h)
{
    s->depth = fmin(longer * s->depth, fmax(hangs(s, c, h), least_depth));
    lay_out w = way_of(s, c, tip_now(s, h));
    go(s, h, w.down, 0.3, settle); /* there the table calms what still swings */
    for (int i = 0; i < ARC; i++) {
        go(s, h, w.round[i], i < ARC - 1 ? 0.3 : 0.2, 0);
    }
    s->missed = !pinch_holds(&s->pinch, c, h, s->hand);
    s->phase = PHASE_LAY;
}

static void rise(const shake *s, const cloth_view *c, hands *h)
{
    double width;
    pose up = hands_end(h, s->hand, &width);
    up.p.z = fmax(up.p.z, c->table_z + 0.13);
    hands_add(h, hands_only(s->hand, hands_to(up, width), 0.3));
}

static bool is_caught(const shake *s, const cloth_view *c, const hands *h)
{
    const hand_state *one = &h->hand[s->hand];
    return one->touch[0] + one->touch[1] > touched || free_is_caught(c, h, s->hand, s->garment);
}

/* Up; what hangs on a finger is slipped off. */
static void get_free(shake *s, const cloth_view *c, hands *h)
{
    if (s->slips++ == 0) {
        rise(s, c, h);
        return;
    }
    if (s->slips <= MAX_SLIPS && is_caught(s, c, h)) {
        free_slip_out(c, h, s->hand, s->slips - 2);
        rise(s, c, h);
        return;
    }
    hands_add_home(h, s->hand == LEFT_HAND, s->hand == RIGHT_HAND);
    s->phase = PHASE_HOME;
}

skill_state shake_step(shake *s, const cloth_view *c, hands *h, double dt)
{
    if (s->phase == PHASE_PINCH) {
        pinch_state p = pinch_step(&s->pinch, c, h);
        if (p == PINCH_HELD) {
            raise_it(s, c, h);
        } else if (p == PINCH_FAILED) {
            s->missed = true;
            release(s, c, h);
        }
        return SKILL_BUSY;
    }
    if (hands_busy(h)) {
        return SKILL_BUSY;
    }
    switch (s->phase) {
    case PHASE_RAISE: swing_over(s, c, h); return SKILL_BUSY;
    case PHASE_HANG:
        s->waited += dt;
        if ((c->garments[s->garment].speed < calm || s->waited > longest_swing) &&
            !start_jerk(s, c, h)) {
            lay_down(s, c, h);
        }
        return SKILL_BUSY;
    case PHASE_LAY: release(s, c, h); return SKILL_BUSY;
    case PHASE_FREE: get_free(s, c, h); return SKILL_BUSY;
    default: return s->missed ? SKILL_FAILED : SKILL_DONE;
    }
}
