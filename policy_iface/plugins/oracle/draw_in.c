#include "draw_in.h"

#include <stdlib.h>

#include "along.h"

static const double half_x = 0.45, half_y = 0.57; /* of the table's top, m */
static const double below = 0.01, share = 0.02;   /* of the vertices under the top: it hangs */
static const double shallow = 0.04, large_share = 0.05; /* a corner less deep may stay there */
static const double margin = 0.04;      /* of the garment from the edge, afterwards, m */
static const double long_margin = 0.10; /* the same of what is long: its ends lag behind */
static const double long_bow = 0.8;     /* of half the way: what is long is lifted, to slide less */
static const double inside = 0.04;      /* of a hold from the edge, m */
static const double apart = 0.14;       /* of two holds, m */
static const double far_reach = 0.78, near_reach = 0.2, across = -0.12; /* of an arm */
static const double second_hand = 1.15; /* times what one hand saves: worth the chance of a miss */
static const double far_apart = 0.3, spread_holds = 0.06; /* of the holds of a long garment, m */
static const double long_stay = 3;       /* s: let go at once it would spring back half the way */
static const double cost_of_lagging = 2; /* of the saving: what is far from both holds lags */
static const double sheet =
    1.15; /* way along the cloth of the straight one: between them it lies flat */
static const double cost_of_heaping = 0.3;
static const double laid_above = 0.004;    /* of the tips at the end, over where they took it, m */
static const double cost_of_turning = 1.5; /* share of the saving, for a metre beside the middle */
static const double one_layer = 0.5; /* of a long garment, where the other layer stays behind */
enum { MAX_HOLDS = 30, FEW_HOLDS = 12 };

static bool hangs(const cloth_view *c, vec p)
{
    return p.z < c->table_z - below;
}

bool draw_in_is_due(const cloth_view *c, int garment)
{
    int n = 0;
    double deepest = 0;
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v);
        n += hangs(c, p);
        deepest = fmax(deepest, c->table_z - p.z);
    }
    return n > (deepest > shallow ? share : large_share) * c->garments[garment].n;
}

/* ---- how it hangs ---------------------------------------------------------------------------------------------- */

typedef struct overhang {
    vec out;     /* horizontal unit vector, over the edge */
    double edge; /* of the table, along `out` */
    double by;   /* how far it must come in, m */
    bool is_long;
    const int *lost; /* not to be held again */
    int n_lost;
    along_map ways; /* of what is long: one leg does not draw in the other */
} overhang;

static overhang find_overhang(const cloth_view *c, int garment)
{
    double over[2] = {0, 0}, deepest = 0;
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v);
        if (hangs(c, p)) {
            over[0] += fabs(p.x) > half_x - inside ? copysign(1, p.x) : 0;
            over[1] += fabs(p.y) > half_y - inside ? copysign(1, p.y) : 0;
            deepest = fmax(deepest, c->table_z - p.z);
        }
    }
    overhang o = {.is_long = cloth_is_long(c, garment), .ways.garment = garment};
    o.by = deepest + (o.is_long ? long_margin : margin);
    bool front = fabs(over[0]) >= fabs(over[1]);
    o.out = front ? vec_of(copysign(1, over[0]), 0, 0) : vec_of(0, copysign(1, over[1]), 0);
    o.edge = front ? half_x : half_y;
    if (o.is_long) {
        along_find(&o.ways, c, garment);
    }
    return o;
}

/* ---- where to take it ------------------------------------------------------------------------------------------ */

/* How deep vertex u may hang still when v has come in: cloth does not stretch. */
static double left_hanging(const cloth_view *c, int garment, const overhang *o, int u, int v)
{
    vec p = cloth_at(c, garment, u), held = vec_along(cloth_at(c, garment, v), o->out, -o->by);
    double depth = c->table_z - p.z;
    vec rim = vec_along(p, o->out, o->edge - vec_dot(p, o->out));
    double free = along_way(&o->ways, c, v, u) - hypot(held.x - rim.x, held.y - rim.y);
    return fmin(fmax(free, 0), depth);
}

/* How much of the hanging is gone, in metres over all vertices, when these are drawn in. */
static double saving(const cloth_view *c, int garment, const overhang *o, const int vertex[HANDS])
{
    double saved = 0;
    for (int u = 0; u < c->garments[garment].n; u++) {
        double depth = c->table_z - cloth_at(c, garment, u).z, least = depth;
        for (int k = 0; k < HANDS && depth > below; k++) {
            least = vertex[k] >= 0 ? fmin(least, left_hanging(c, garment, o, u, vertex[k])) : least;
        }
        saved += depth > below ? depth - least : 0;
    }
    return saved;
}

/* How much flat cloth farther in than v is run over by it. */
static double heaping(const cloth_view *c, int garment, const overhang *o, int v)
{
    vec p = cloth_at(c, garment, v), to = vec_along(p, o->out, -o->by);
    double sum = 0;
    for (int u = 0; u < c->garments[garment].n; u++) {
        vec q = cloth_at(c, garment, u);
        double d = vec_distance(p, q);
        if (vec_dot(q, o->out) < vec_dot(p, o->out) &&
            along_way(&o->ways, c, v, u) < sheet * d + 0.01) {
            sum += fmax(d - vec_distance(to, q), 0);
        }
    }
    return sum;
}

static bool can_reach(const hands *h, int hand, vec p)
{
    vec base = h->hand[hand].base.p;
    double d = hypot(p.x - base.x, p.y - base.y);
    return d < far_reach && d > near_reach && p.y * (base.y > 0 ? 1 : -1) > across;
}

typedef struct hold {
    int vertex;
    double merit;
} hold;

static int by_merit(const void *a, const void *b)
{
    const hold *p = a, *q = b;
    return p->merit > q->merit ? -1 : p->merit < q->merit ? 1 : p->vertex - q->vertex;
}

static bool is_beside(const cloth_view *c, int garment, int u, int v)
{
    return vec_distance(cloth_at(c, garment, u), cloth_at(c, garment, v)) < spread_holds;
}

/* Near one that is taken already? */
static bool is_near(const cloth_view *c, int garment, const hold *taken, int n, int v)
{
    for (int i = 0; i < n; i++) {
        if (is_beside(c, garment, taken[i].vertex, v)) {
            return true;
        }
    }
    return false;
}

static bool is_lost(const cloth_view *c, int garment, const overhang *o, int v)
{
    for (int i = 0; i < o->n_lost; i++) {
        if (is_beside(c, garment, o->lost[i], v)) {
            return true;
        }
    }
    return false;
}

/* The best points for a hand: uppermost ones, or such as lie on the table under others. A long garment is taken by both hands far
   from its middle, where one hand would turn it. */
static int find_holds(const cloth_view *c, const hands *h, int hand, int garment, const overhang *o,
                      bool one_of_two, hold *out)
{
    hold all[MAX_CLOTH_VERTICES];
    int n = 0;
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v), to = vec_along(p, o->out, -o->by);
        bool low = p.z < c->table_z + c->garments[garment].layer / 2;
        if (vec_dot(p, o->out) < o->edge - inside && (low || cloth_is_top(c, garment, v)) &&
            can_reach(h, hand, p) && can_reach(h, hand, to) && !is_lost(c, garment, o, v)) {
            vec beside = vec_sub(p, cloth_middle(c, garment));
            beside = vec_along(beside, o->out, -vec_dot(beside, o->out));
            double whole = !one_of_two || pinch_other_layer(c, garment, v) >= 0 ? 1 : one_layer;
            double turning = one_of_two ? 0 : cost_of_turning * hypot(beside.x, beside.y),
                   merit = whole * (1 - turning) * saving(c, garment, o, (int[HANDS]){v, -1}) -
                           cost_of_heaping * heaping(c, garment, o, v);
            all[n++] = (hold){v, merit};
        }
    }
    qsort(all, (size_t)n, sizeof *all, by_merit);
    const int most = one_of_two ? MAX_HOLDS : FEW_HOLDS;
    int taken = 0;
    for (int i = 0; i < n && taken < most && (one_of_two || all[i].merit > 0); i++) {
        if (!one_of_two || !is_near(c, garment, out, taken, all[i].vertex)) {
            out[taken++] = all[i];
        }
    }
    return taken;
}

static haul haul_of(const cloth_view *c, int garment, const overhang *o, int vertex)
{
    vec p = vec_along(cloth_at(c, garment, vertex), o->out, -o->by);
    bool is_long = cloth_is_long(c, garment);
    haul l = {.to = {p.x, p.y}, .bow = is_long ? long_bow : 0, .stay = is_long ? long_stay : 0};
    l.grip = (grip){.garment = garment,
                    .vertex = vertex,
                    .out = vec_scale(o->out, -1),
                    .all_layers = !cloth_is_top(c, garment, vertex) ||
                                  (is_long && pinch_other_layer(c, garment, vertex) >= 0)};
    l.to_z = pinch_tip(c, &l.grip).z + laid_above;
    return l;
}

static bool start_at(duo_move *m, const cloth_view *c, hands *h, int garment, const overhang *o,
                     const int vertex[HANDS])
{
    haul hauls[HANDS];
    for (int k = 0; k < HANDS; k++) {
        if (vertex[k] >= 0) {
            hauls[k] = haul_of(c, garment, o, vertex[k]);
        }
    }
    return duo_move_start(m, c, h, vertex[0] >= 0 ? &hauls[0] : NULL,
                          vertex[1] >= 0 ? &hauls[1] : NULL);
}

static bool start_two(duo_move *m, const cloth_view *c, hands *h, int garment, const overhang *o,
                      hold found[HANDS][MAX_HOLDS], const int n[HANDS])
{
    for (int i = 0; i < n[0]; i++) {
        for (int k = 0; k < n[1]; k++) {
            int both[HANDS] = {found[0][i].vertex, found[1][k].vertex};
            vec p = cloth_at(c, garment, both[0]), q = cloth_at(c, garment, both[1]);
            double one = fmax(found[0][i].merit, found[1][k].merit),
                   merit = saving(c, garment, o, both) -
                           cost_of_heaping * fmin(heaping(c, garment, o, both[0]),
                                                  heaping(c, garment, o, both[1]));
            if (merit > second_hand * one && hypot(p.x - q.x, p.y - q.y) > apart &&
                start_at(m, c, h, garment, o, both)) {
                return true;
            }
        }
    }
    return false;
}

/* How far along the edge the garment is from the nearer hold: mean square, of half its length. 1/12 with the holds a quarter from its ends; at its
   middle the ends lag behind, at its ends the middle. Of all of it, though only a part may hang: it shall come along as it lies. */
static double lagging(const cloth_view *c, int garment, const overhang *o, const int vertex[HANDS])
{
    vec along = vec_of(-o->out.y, o->out.x, 0);
    double low = 1e9, high = -1e9, sum = 0, held[HANDS];
    for (int k = 0; k < HANDS; k++) {
        held[k] = vec_dot(cloth_at(c, garment, vertex[k]), along);
    }
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v);
        double at = vec_dot(p, along), d = fmin(fabs(at - held[0]), fabs(at - held[1]));
        low = fmin(low, at);
        high = fmax(high, at);
        sum += d * d;
    }
    return sum / c->garments[garment].n / fmax((high - low) * (high - low) / 4, 1e-6);
}

/* Both hands at a long garment: the pair of holds that saves most, so far apart that neither its middle nor its ends lag. */
static bool start_far(duo_move *m, const cloth_view *c, hands *h, int garment, const overhang *o)
{
    hold found[HANDS][MAX_HOLDS];
    double merit[MAX_HOLDS][MAX_HOLDS], heap[HANDS][MAX_HOLDS];
    int n[HANDS];
    for (int k = 0; k < HANDS; k++) {
        n[k] = find_holds(c, h, k, garment, o, true, found[k]);
        for (int i = 0; i < n[k]; i++) {
            heap[k][i] = heaping(c, garment, o, found[k][i].vertex);
        }
    }
    for (int i = 0; i < n[0]; i++) {
        for (int k = 0; k < n[1]; k++) {
            int both[HANDS] = {found[0][i].vertex, found[1][k].vertex};
            vec p = cloth_at(c, garment, both[0]), q = cloth_at(c, garment, both[1]);
            double d = hypot(p.x - q.x, p.y - q.y);
            double lag = cost_of_lagging * lagging(c, garment, o, both);
            double cost = cost_of_heaping * (heap[0][i] + heap[1][k]);
            merit[i][k] = d > far_apart ? fmax(1 - lag, 0) * saving(c, garment, o, both) - cost : 0;
        }
    }
    for (;;) {
        int best[HANDS] = {-1, -1};
        for (int i = 0; i < n[0]; i++) {
            for (int k = 0; k < n[1]; k++) {
                if (merit[i][k] > 0 && (best[0] < 0 || merit[i][k] > merit[best[0]][best[1]])) {
                    best[0] = i;
                    best[1] = k;
                }
            }
        }
        if (best[0] < 0) {
            return false;
        }
        if (start_at(m, c, h, garment, o,
                     (int[HANDS]){found[0][best[0]].vertex, found[1][best[1]].vertex})) {
            return true;
        }
        merit[best[0]][best[1]] = 0;
    }
}

/* The best of what one hand or two can do. */
static bool start_best(duo_move *m, const cloth_view *c, hands *h, int garment, const overhang *o)
{
    hold found[HANDS][MAX_HOLDS];
    int n[HANDS];
    for (int k = 0; k < HANDS; k++) {
        n[k] = find_holds(c, h, k, garment, o, false, found[k]);
    }
    if (start_two(m, c, h, garment, o, found, n)) {
        return true;
    }
    for (int i = 0; i < MAX_HOLDS; i++) {
        bool left_first = i < n[0] && (i >= n[1] || found[0][i].merit >= found[1][i].merit);
        for (int turn = 0; turn < HANDS; turn++) {
            int k = (turn == 0) == left_first ? LEFT_HAND : RIGHT_HAND, one[HANDS] = {-1, -1};
            if (i < n[k]) {
                one[k] = found[k][i].vertex;
                if (start_at(m, c, h, garment, o, one)) {
                    return true;
                }
            }
        }
    }
    return false;
}

bool draw_in_start(duo_move *m, const cloth_view *c, hands *h, int garment, const int *lost, int n_lost, flat *wanted)
{
    if (!draw_in_is_due(c, garment)) {
        return false;
    }
    overhang o = find_overhang(c, garment);
    o.lost = lost;
    o.n_lost = n_lost;
    for (int part = 0; part < 3; part++) { /* all of it, or as much as the arms can */
        if ((o.is_long && start_far(m, c, h, garment, &o)) ||
            start_best(m, c, h, garment, &o)) {
            for (int v = 0; v < c->garments[garment].n; v++) {
                vec p = vec_along(cloth_at(c, garment, v), o.out, -o.by);
                wanted[v] = (flat){p.x, p.y};
            }
            return true;
        }
        o.by *= 0.75;
    }
    return false;
}
