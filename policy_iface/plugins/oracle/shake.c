#include "shake.h"

#include <stdlib.h>
#include <string.h>

#include "free_hand.h"

enum { PHASE_PINCH, PHASE_RAISE, PHASE_HANG, PHASE_LAY, PHASE_FREE, PHASE_HOME };
enum { TURNS = 6, CANDIDATES = 24, SPOTS = 12, SOME_SPOTS = 4, MAX_SLIPS = 4 };

static const double small = 0.36; /* from end to end, m */
static const double room = 0.16;  /* around the middle of where it is laid, m */
static const double pad_half = 0.020, pad_height = 0.036;
static const double clear = 0.05;                  /* of what hangs, over what it passes */
static const double taut = 0.97, round_off = 0.22; /* of the depth: see pile.c */
static const double laid = 0.006, pull = 0.02; /* of the tips at the end: over the table; beyond */
static const double calm = 0.15, longest_swing = 1.5;  /* m/s, s */
static const double came_along = 0.03, dragged = 0.06; /* of another's middle: up; aside, m */
static const double same_end = 0.06;                   /* m */

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

bool shake_is_for(const cloth_view *c, int garment)
{
    return size_of(c, garment) < small;
}

/* How far down it hangs from a vertex, its middle below; *above: share of it that stands higher than the vertex, and falls over. */
static double hang_from(const cloth_view *c, int garment, int vertex, double *above)
{
    int n = c->garments[garment].n, over = 0;
    flat from = cloth_rest(c, garment, vertex), middle = {0, 0};
    for (int v = 0; v < n; v++) {
        flat p = cloth_rest(c, garment, v);
        middle.x += p.x / n;
        middle.y += p.y / n;
    }
    double dx = middle.x - from.x, dy = middle.y - from.y, far = fmax(hypot(dx, dy), 1e-6),
           depth = 0;
    for (int v = 0; v < n; v++) {
        flat p = cloth_rest(c, garment, v);
        double down = ((p.x - from.x) * dx + (p.y - from.y) * dy) / far;
        depth = fmax(depth, down);
        over += down < -0.001;
    }
    *above = (double)over / n;
    return depth;
}

/* What the pads would take along: far parts of itself keep it from unfolding, other cloth comes up with it. */
static double taken_along(const cloth_view *c, int garment, int vertex, vec out)
{
    grip one = {.garment = garment, .vertex = vertex, .out = out};
    vec tip = pinch_tip(c, &one), left = vec_of(-out.y, out.x, 0);
    double half = pinch_half_open(&c->garments[garment]), cost = 0;
    for (int g = 0; g < c->n; g++) {
        double across = g == garment ? half : half + c->garments[g].radius;
        for (int v = 0; v < c->garments[g].n && c->garments[g].present; v++) {
            vec d = vec_sub(cloth_at(c, g, v), tip);
            if (fabs(vec_dot(d, left)) > pad_half || fabs(vec_dot(d, out)) > across ||
                d.z < -0.006 || d.z > pad_height) {
                continue;
            }
            cost += g != garment                                                    ? 0.3
                    : rest_distance(c, g, v, vertex) > 2.2 * c->garments[g].spacing ? 0.12
                                                                                    : 0;
        }
    }
    return cost;
}

typedef struct candidate {
    int vertex;
    vec out;
    double depth, cost;
} candidate;

static int by_cost(const void *a, const void *b)
{
    const candidate *p = a, *q = b;
    return p->cost < q->cost ? -1 : p->cost > q->cost ? 1 : p->vertex - q->vertex;
}

/* Ends that lie open, best first. */
static int find_candidates(const cloth_view *c, int garment, int last, candidate out[MAX_OUTLINE])
{
    const garment_view *g = &c->garments[garment];
    double size = size_of(c, garment);
    int n = 0;
    for (int i = 0; i < g->n_outline; i++) {
        candidate best = {.vertex = g->outline[i], .cost = HUGE_VAL};
        if (cloth_is_over_edge(c, garment, best.vertex) || !cloth_is_top(c, garment, best.vertex)) {
            continue;
        }
        double above;
        best.depth = hang_from(c, garment, best.vertex, &above);
        double cost = 3 * above - best.depth / size;
        cost += last >= 0 && rest_distance(c, garment, last, best.vertex) < same_end ? 0.5 : 0;
        for (int t = 0; t < TURNS; t++) {
            vec dir = vec_of(cos(PI * t / TURNS), sin(PI * t / TURNS), 0);
            double one = cost + taken_along(c, garment, best.vertex, dir);
            if (one < best.cost) {
                best.cost = one;
                best.out = dir;
            }
        }
        out[n++] = best;
    }
    qsort(out, (size_t)n, sizeof *out, by_cost);
    return n;
}

/* ---- where to lay it ------------------------------------------------------------------------------------------- */

/* Free places that one arm reaches all of, nearest first. */
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
        for (; k > 0 && hypot(out[k - 1].x - now.x, out[k - 1].y - now.y) >
                            hypot(at.x - now.x, at.y - now.y);
             k--) {
            out[k] = out[k - 1];
        }
        out[k] = at;
    }
    return n;
}

/* The fingertips' way: up, over the place, down until its end touches, laid. */
typedef struct lay_out {
    vec up, over, down, laid;
} lay_out;

static lay_out way_of(const shake *s, const cloth_view *c, vec tip)
{
    double under = tip.z;
    for (int g = 0; g < c->n; g++) {
        under = g == s->garment ? under : fmax(under, cloth_top(c, tip.x, tip.y, room, g, -1));
    }
    lay_out w = {.up = tip};
    w.up.z = under + s->depth + clear;
    w.down = vec_along(s->place, s->along, -s->depth / 2);
    w.down.z = c->table_z + taut * s->depth;
    w.over = w.down;
    w.over.z = w.up.z;
    w.laid = vec_along(s->place, s->along, s->depth / 2 + pull);
    w.laid.z = c->table_z + laid;
    return w;
}

static grip grip_for(const shake *s, const cloth_view *c, vec out)
{
    grip g = {.garment = s->garment, .vertex = s->vertex, .out = out};
    lay_out w = way_of(s, c, pinch_tip(c, &g));
    pose a = {w.down, quat_identity()}, b = {w.laid, quat_identity()};
    g.then[g.n_then++] = w.up;
    g.then[g.n_then++] = w.over;
    for (int i = 0; i <= 4; i++) {
        g.then[g.n_then++] = hands_bow(a, b, round_off * s->depth, i / 4.).p;
    }
    return g;
}

static bool try_place(shake *s, const cloth_view *c, hands *h, const candidate *one, vec place)
{
    for (int i = 0; i < 2 * HANDS; i++) {
        int near = place.y > 0 ? LEFT_HAND : RIGHT_HAND;
        s->hand = i < 2 ? near : !near;
        s->vertex = one->vertex;
        s->depth = one->depth;
        s->place = place;
        s->along = vec_scale(one->out, i % 2 ? -1 : 1);
        grip g = grip_for(s, c, one->out);
        bool left = s->hand == LEFT_HAND;
        if (pinch_start(&s->pinch, c, h, left ? &g : NULL, left ? NULL : &g)) {
            return true;
        }
    }
    return false;
}

bool shake_start(shake *s, const cloth_view *c, hands *h, int garment, int last)
{
    candidate found[MAX_OUTLINE];
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

static void go(const shake *s, hands *h, vec tip, double arc, double speed)
{
    pose at = pinch_pose(h, s->hand, tip, s->pinch.out[s->hand], s->pinch.branch[s->hand]);
    stroke one = hands_only(s->hand, hands_to(at, 0), speed);
    one.to[s->hand].arc = arc;
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

static void release(shake *s, hands *h)
{
    pinch_release(h, s->hand == LEFT_HAND, s->hand == RIGHT_HAND);
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
    go(s, h, way_of(s, c, tip_now(s, h)).up, 0, 0.35);
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
    go(s, h, over, 0, 0.45);
    s->waited = 0;
    s->phase = PHASE_HANG;
}

/* It hangs still: down and along. */
static void lay_down(shake *s, const cloth_view *c, hands *h)
{
    lay_out w = way_of(s, c, tip_now(s, h));
    go(s, h, w.down, 0, 0.3);
    go(s, h, w.laid, round_off * s->depth, 0.22);
    s->missed = !pinch_holds(&s->pinch, c, h, s->hand);
    s->phase = PHASE_LAY;
}

/* Up; what hangs on a finger is slipped off. */
static void get_free(shake *s, const cloth_view *c, hands *h)
{
    if (s->slips++ == 0) {
        pose up = hands_end(h, s->hand, NULL);
        up.p.z = fmax(up.p.z, c->table_z + 0.13);
        hands_add(h, hands_only(s->hand, hands_to(up, h->hand[s->hand].open), 0.3));
        return;
    }
    if (s->slips <= MAX_SLIPS && free_is_caught(c, h, s->hand, s->garment)) {
        free_slip_out(c, h, s->hand, s->slips - 2);
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
            release(s, h);
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
        if (c->garments[s->garment].speed < calm || s->waited > longest_swing) {
            lay_down(s, c, h);
        }
        return SKILL_BUSY;
    case PHASE_LAY: release(s, h); return SKILL_BUSY;
    case PHASE_FREE: get_free(s, c, h); return SKILL_BUSY;
    default: return s->missed ? SKILL_FAILED : SKILL_DONE;
    }
}
