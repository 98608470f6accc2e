#include "along.h"

static const double inward = -0.3; /* sine of the turn at such a corner; the outline is counter-clockwise */
static const double beside = 0.25;   /* of a spacing: a way so near the outline runs along an edge */

static double cross(flat o, flat a, flat b)
{
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

static flat outline_at(const cloth_view *c, int garment, int i)
{
    const garment_view *g = &c->garments[garment];
    return cloth_rest(c, garment, g->outline[(i + g->n_outline) % g->n_outline]);
}

static double distance(flat p, flat a, flat b)
{
    const double dx = b.x - a.x, dy = b.y - a.y, along = (p.x - a.x) * dx + (p.y - a.y) * dy,
                 t = fmin(fmax(along / fmax(dx * dx + dy * dy, 1e-12), 0), 1);
    return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

enum { SAMPLES = 3 };

/* Does the straight way leave the garment? It crosses an edge of the outline, or one of some points of it is outside. */
static bool leaves(const cloth_view *c, int garment, flat p, flat q)
{
    static const double share[SAMPLES] = {0.31, 0.5, 0.69};
    const garment_view *g = &c->garments[garment];
    bool in[SAMPLES] = {false};
    double near[SAMPLES] = {HUGE_VAL, HUGE_VAL, HUGE_VAL};
    for (int i = 0; i < g->n_outline; i++) {
        const flat a = outline_at(c, garment, i), b = outline_at(c, garment, i + 1);
        if (cross(p, q, a) * cross(p, q, b) < 0 && cross(a, b, p) * cross(a, b, q) < 0) {
            return true;
        }
        for (int k = 0; k < SAMPLES; k++) {
            const flat at = {p.x + share[k] * (q.x - p.x), p.y + share[k] * (q.y - p.y)};
            if ((a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)) {
                in[k] = !in[k];
            }
            near[k] = fmin(near[k], distance(at, a, b));
        }
    }
    bool out = false;
    for (int k = 0; k < SAMPLES; k++) {
        out |= !in[k] && near[k] > beside * g->spacing;
    }
    return out;
}

static double straight_way(const cloth_view *c, int garment, int a, int b)
{
    flat p = cloth_rest(c, garment, a), q = cloth_rest(c, garment, b);
    return hypot(p.x - q.x, p.y - q.y);
}

static bool is_straight(const cloth_view *c, int garment, int a, int b)
{
    return !leaves(c, garment, cloth_rest(c, garment, a), cloth_rest(c, garment, b));
}

static void find_corners(along_map *a, const cloth_view *c)
{
    const garment_view *g = &c->garments[a->garment];
    for (int i = 0; i < g->n_outline && a->n < ALONG_CORNERS; i++) {
        flat p = outline_at(c, a->garment, i - 1), q = outline_at(c, a->garment, i), r = outline_at(c, a->garment, i + 1);
        double sides = hypot(q.x - p.x, q.y - p.y) * hypot(r.x - q.x, r.y - q.y);
        if (cross(p, q, r) < inward * sides) {
            a->corner[a->n++] = g->outline[i];
        }
    }
}

/* Straight from a corner, or by way of others. */
void along_find(along_map *a, const cloth_view *c, int garment)
{
    const int n = c->garments[garment].n;
    a->garment = garment;
    a->n = 0;
    if (n > MAX_FOLD_VERTICES) {
        return;
    }
    find_corners(a, c);
    for (int i = 0; i < a->n; i++) {
        for (int v = 0; v < n; v++) {
            a->from[i][v] = is_straight(c, garment, a->corner[i], v) ? straight_way(c, garment, a->corner[i], v) : HUGE_VAL;
        }
    }
    for (int round = 1; round < a->n; round++) {
        for (int i = 0; i < a->n; i++) {
            for (int k = 0; k < a->n; k++) {
                for (int v = 0; v < n; v++) {
                    a->from[i][v] = fmin(a->from[i][v], a->from[i][a->corner[k]] + a->from[k][v]);
                }
            }
        }
    }
}

double along_way(const along_map *a, const cloth_view *c, int p, int q)
{
    double round = HUGE_VAL;
    if (a->n == 0 || is_straight(c, a->garment, p, q)) {
        return straight_way(c, a->garment, p, q);
    }
    for (int i = 0; i < a->n; i++) {
        round = fmin(round, a->from[i][p] + a->from[i][q]);
    }
    return round;
}
