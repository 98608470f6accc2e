/* Which points to take. */
#include <string.h>

#include "spread.h"

static const double worth_it = 0.012;      /* of a point's way, m */
static const double least_saving = 0.0002; /* of the mean error, m */
static const double hang_error = 0.07, hang_cover = 0.72;
static const double least_span = 0.16, most_span = 1.0; /* of two hands that hang a garment, m */
static const double deepest = 0.84;                     /* that the table holds in front of them */
static const double far_reach = 0.78, near_reach = 0.2,
                    across = -0.12; /* of an arm, from its base */

/* What a hand can get at. */
typedef struct open_point {
    int vertex;
    double merit;
} open_point;

enum { MAX_OPEN = 16 };

typedef struct open_points {
    int n;
    open_point at[MAX_OPEN];
} open_points;

static void keep(open_points *o, open_point p)
{
    int i = o->n;
    if (i == MAX_OPEN) {
        if (o->at[--i].merit >= p.merit) {
            return;
        }
    } else {
        o->n++;
    }
    for (; i > 0 && o->at[i - 1].merit < p.merit; i--) {
        o->at[i] = o->at[i - 1];
    }
    o->at[i] = p;
}

static void propose(spread_move out[SPREAD_MOVES], int *n, spread_move move)
{
    int i = *n;
    if (i == SPREAD_MOVES) {
        if (out[--i].merit >= move.merit) {
            return;
        }
    } else {
        ++*n;
    }
    for (; i > 0 && out[i - 1].merit < move.merit; i--) {
        out[i] = out[i - 1];
    }
    out[i] = move;
}

/* Roughly; whoever moves asks the arms. */
static bool within_reach(const hands *h, int hand, double x, double y)
{
    vec base = h->hand[hand].base.p;
    double d = hypot(x - base.x, y - base.y);
    return d < far_reach && d > near_reach && y * (base.y > 0 ? 1 : -1) > across;
}

/* ---- dragging ------------------------------------------------------------------------------------------- */

/* Cloth does not stretch: whoever is farther from a pulled point than along the cloth comes along. */
static vec pulled(vec p, vec to, double along)
{
    double d = vec_distance(p, to);
    return d <= along ? p : vec_along(to, vec_sub(p, to), along / d);
}

/* Of the mean error, when these points are brought home. */
static double saving(const spread_mesh *m, const cloth_view *c, const spread_look *l,
                     const int vertex[HANDS])
{
    double saved = 0;
    for (int u = 0; u < c->garments[m->garment].n; u++) {
        vec p = cloth_at(c, m->garment, u), q = p;
        flat to = spread_wanted(m, c, l, u), rest = cloth_rest(c, m->garment, u);
        for (int k = 0; k < HANDS; k++) {
            if (vertex[k] >= 0) {
                flat end = spread_wanted(m, c, l, vertex[k]),
                     from = cloth_rest(c, m->garment, vertex[k]);
                q = pulled(q, vec_of(end.x, end.y, c->table_z),
                           hypot(rest.x - from.x, rest.y - from.y));
            }
        }
        saved += m->share[u] * (hypot(p.x - to.x, p.y - to.y) - hypot(q.x - to.x, q.y - to.y));
    }
    return saved;
}

static void find_drags(const spread_mesh *m, const cloth_view *c, const spread_look *l,
                       const hands *h, const bool *barred, open_points found[HANDS])
{
    const garment_view *g = &c->garments[m->garment];
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        vec p = cloth_at(c, m->garment, v);
        flat to = spread_wanted(m, c, l, v);
        if (barred[v] || cloth_is_over_edge(c, m->garment, v) ||
            hypot(to.x - p.x, to.y - p.y) < worth_it || !cloth_is_top(c, m->garment, v)) {
            continue;
        }
        double merit = saving(m, c, l, (int[HANDS]){v, -1});
        for (int k = 0; k < HANDS; k++) {
            if (merit > least_saving && within_reach(h, k, p.x, p.y) &&
                within_reach(h, k, to.x, to.y)) {
                keep(&found[k], (open_point){v, merit});
            }
        }
    }
}

/* Two hands cost little more time than one. */
static void plan_drags(const spread_mesh *m, const cloth_view *c, const spread_look *l,
                       const hands *h, const bool *barred, spread_move *out, int *n)
{
    open_points found[HANDS];
    memset(found, 0, sizeof found);
    find_drags(m, c, l, h, barred, found);
    for (int k = 0; k < HANDS; k++) {
        for (int i = 0; i < found[k].n; i++) {
            spread_move one = {SPREAD_DRAG, {-1, -1}, found[k].at[i].merit};
            one.vertex[k] = found[k].at[i].vertex;
            propose(out, n, one);
        }
    }
    for (int i = 0; i < found[0].n; i++) {
        for (int k = 0; k < found[1].n; k++) {
            spread_move both = {SPREAD_DRAG, {found[0].at[i].vertex, found[1].at[k].vertex}, 0};
            flat a = spread_wanted(m, c, l, both.vertex[0]),
                 b = spread_wanted(m, c, l, both.vertex[1]);
            if (hypot(a.x - b.x, a.y - b.y) < 0.2) {
                continue;
            }
            both.merit = saving(m, c, l, both.vertex);
            /* the second hand must be worth the chance that its pinch fails */
            if (both.merit > 1.15 * fmax(found[0].at[i].merit, found[1].at[k].merit)) {
                propose(out, n, both);
            }
        }
    }
}

/* ---- flipping ------------------------------------------------------------------------------------------- */

/* How far points of the outline near by that lie under cloth are from where they belong, m. */
static double hidden_near(const spread_mesh *m, const cloth_view *c, const spread_look *l,
                          const bool *hidden, int vertex)
{
    static const double near_by = 0.13;
    const garment_view *g = &c->garments[m->garment];
    flat here = cloth_rest(c, m->garment, vertex);
    double sum = 0;
    for (int i = 0; i < g->n_outline; i++) {
        int u = g->outline[i];
        flat rest = cloth_rest(c, m->garment, u), to = spread_wanted(m, c, l, u);
        vec at = cloth_at(c, m->garment, u);
        double along = hypot(rest.x - here.x, rest.y - here.y);
        sum += hidden[i] ? fmax(1 - along / near_by, 0) * hypot(to.x - at.x, to.y - at.y) : 0;
    }
    return sum;
}

static void plan_flips(const spread_mesh *m, const cloth_view *c, const spread_look *l,
                       const hands *h, const bool *barred, spread_move *out, int *n)
{
    const garment_view *g = &c->garments[m->garment];
    bool hidden[MAX_OUTLINE];
    for (int i = 0; i < g->n_outline; i++) {
        hidden[i] = !cloth_is_top(c, m->garment, g->outline[i]);
    }
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        vec at = cloth_at(c, m->garment, v);
        flat to = spread_wanted(m, c, l, v);
        double merit = hidden[i] || barred[v] || cloth_is_over_edge(c, m->garment, v)
                           ? 0
                           : hidden_near(m, c, l, hidden, v);
        for (int k = 0; k < HANDS; k++) {
            if (merit > worth_it && within_reach(h, k, at.x, at.y) &&
                within_reach(h, k, to.x, to.y)) {
                spread_move one = {SPREAD_FLIP, {-1, -1}, merit};
                one.vertex[k] = v;
                propose(out, n, one);
            }
        }
    }
}

/* ---- hanging --------------------------------------------------------------------------------------------- */

spread_hanging spread_hung(const spread_mesh *m, const cloth_view *c, int a, int b)
{
    static const double on_line = 0.001; /* m */
    flat p = cloth_rest(c, m->garment, a), q = cloth_rest(c, m->garment, b);
    double span = fmax(hypot(q.x - p.x, q.y - p.y), 1e-9), deep[2] = {0, 0}, share[2] = {0, 0},
           beside[2] = {0, 0};
    for (int v = 0; v < c->garments[m->garment].n; v++) {
        flat u = cloth_rest(c, m->garment, v);
        double side = ((q.x - p.x) * (u.y - p.y) - (q.y - p.y) * (u.x - p.x)) / span,
               along = ((q.x - p.x) * (u.x - p.x) + (q.y - p.y) * (u.y - p.y)) / span;
        int which = side < 0;
        deep[which] = fmax(deep[which], fabs(side));
        share[which] += fabs(side) > on_line ? m->share[v] : 0;
        double out = fmax(-along, along - span);
        beside[which] += out > on_line ? m->share[v] * fmax(1 - fabs(side) / out, 0) : 0;
    }
    int below = share[1] > share[0];
    return (spread_hanging){span, deep[below], share[!below], beside[below]};
}

/* Legs hang from a waist, or a waist from its legs; held along one leg, the other one would dangle. */
static bool hangs_straight(const spread_mesh *m, const cloth_view *c, int a, int b)
{
    static const double level = 0.35, few = 0.1; /* slope, share */
    flat p = cloth_rest(c, m->garment, a), q = cloth_rest(c, m->garment, b);
    return fabs(q.y - p.y) < level * fabs(q.x - p.x) && spread_hung(m, c, a, b).above < few;
}

static double hang_merit(const spread_mesh *m, const cloth_view *c, int a, int b, double size)
{
    spread_hanging s = spread_hung(m, c, a, b);
    if (s.span < least_span || s.span > most_span || s.depth > deepest) {
        return 0;
    }
    return fmax(1 - 3 * s.above - 2 * s.beside, 0) * (0.3 + s.span / size);
}

static double size_of(const spread_mesh *m, const cloth_view *c)
{
    const garment_view *g = &c->garments[m->garment];
    double size = 0;
    for (int i = 0; i < g->n_outline; i++) {
        for (int k = 0; k < i; k++) {
            flat p = cloth_rest(c, m->garment, g->outline[i]),
                 q = cloth_rest(c, m->garment, g->outline[k]);
            size = fmax(size, hypot(p.x - q.x, p.y - q.y));
        }
    }
    return size;
}

/* Is there a move in the list already that takes nearly the same two points? */
static bool is_like_one(const spread_mesh *m, const cloth_view *c, const spread_move *out, int n,
                        int a, int b)
{
    static const double alike = 0.07;
    flat p = cloth_rest(c, m->garment, a), q = cloth_rest(c, m->garment, b);
    for (int i = 0; i < n; i++) {
        flat x = cloth_rest(c, m->garment, out[i].vertex[0]),
             y = cloth_rest(c, m->garment, out[i].vertex[1]);
        if (hypot(p.x - x.x, p.y - x.y) < alike && hypot(q.x - y.x, q.y - y.y) < alike) {
            return true;
        }
    }
    return false;
}

/* merits[i][k]: of the outline's i-th point in the left hand and its k-th in the right one. */
static int pick_hangs(const spread_mesh *m, const cloth_view *c,
                      const float merits[MAX_OUTLINE][MAX_OUTLINE], spread_move *out)
{
    const garment_view *g = &c->garments[m->garment];
    int n = 0;
    for (; n < SPREAD_MOVES; n++) {
        spread_move best = {SPREAD_HANG, {-1, -1}, 0};
        for (int i = 0; i < g->n_outline; i++) {
            for (int k = 0; k < g->n_outline; k++) {
                if ((double)merits[i][k] > best.merit &&
                    !is_like_one(m, c, out, n, g->outline[i], g->outline[k])) {
                    best = (spread_move){
                        SPREAD_HANG, {g->outline[i], g->outline[k]}, (double)merits[i][k]};
                }
            }
        }
        if (best.merit <= 0) {
            break;
        }
        out[n] = best;
    }
    return n;
}

static int plan_hangs(const spread_mesh *m, const cloth_view *c, const hands *h, const bool *barred,
                      spread_move *out)
{
    const garment_view *g = &c->garments[m->garment];
    double size = size_of(m, c);
    bool is_long = cloth_is_long(c, m->garment);
    bool open[MAX_OUTLINE][HANDS];
    float merits[MAX_OUTLINE][MAX_OUTLINE];
    memset(merits, 0, sizeof merits);
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        vec p = cloth_at(c, m->garment, v);
        bool top =
            !barred[v] && !cloth_is_over_edge(c, m->garment, v) && cloth_is_top(c, m->garment, v);
        for (int k = 0; k < HANDS; k++) {
            open[i][k] = top && within_reach(h, k, p.x, p.y);
        }
    }
    for (int i = 0; i < g->n_outline; i++) {
        for (int k = 0; k < g->n_outline; k++) {
            vec a = cloth_at(c, m->garment, g->outline[i]),
                b = cloth_at(c, m->garment, g->outline[k]);
            /* the hands need room beside one another, and shall not cross */
            if (open[i][LEFT_HAND] && open[k][RIGHT_HAND] && hypot(a.x - b.x, a.y - b.y) > 0.15 &&
                a.y > b.y - 0.05 &&
                (!is_long || hangs_straight(m, c, g->outline[i], g->outline[k]))) {
                merits[i][k] = (float)hang_merit(m, c, g->outline[i], g->outline[k], size);
            }
        }
    }
    return pick_hangs(m, c, (const float(*)[MAX_OUTLINE])merits, out);
}

bool spread_is_heap(const spread_look *l)
{
    return l->shape_error > hang_error || l->cover < hang_cover;
}

int spread_plan(const spread_mesh *m, const cloth_view *c, const spread_look *l, const hands *h,
                spread_kind kind, const bool *barred, spread_move out[SPREAD_MOVES])
{
    int n = 0;
    if (kind == SPREAD_FLIP) {
        plan_flips(m, c, l, h, barred, out, &n);
    } else if (kind == SPREAD_HANG) {
        n = plan_hangs(m, c, h, barred, out);
    } else {
        plan_drags(m, c, l, h, barred, out, &n);
    }
    return n;
}
