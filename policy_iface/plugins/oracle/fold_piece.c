#include "fold_piece.h"

static const double near_line =
    1.2; /* of the spacing: a strip of that width makes nothing one piece */
static const double adjacent = 1.6; /* of the spacing */
static const double as_deep = 0.8;  /* of the deepest piece: less is no flap of its own */

/* Is a point of the rest frame on the cloth? */
static bool is_inside(const cloth_view *c, int garment_index, flat p)
{
    const garment_view *g = &c->garments[garment_index];
    bool inside = false;
    for (int i = 0, k = g->n_outline - 1; i < g->n_outline; k = i++) {
        flat a = cloth_rest(c, garment_index, g->outline[i]),
             b = cloth_rest(c, garment_index, g->outline[k]);
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x)) {
            inside = !inside;
        }
    }
    return inside;
}

/* Neighbours in the cloth, not just across a gap. */
static bool are_joined(const cloth_view *c, int garment_index, int v, int w)
{
    const garment_view *g = &c->garments[garment_index];
    flat p = cloth_rest(c, garment_index, v), q = cloth_rest(c, garment_index, w);
    if (hypot(p.x - q.x, p.y - q.y) > adjacent * g->spacing) {
        return false;
    }
    int i = cloth_outline_index(g, v), k = cloth_outline_index(g, w), n = g->n_outline;
    bool along_edge = i >= 0 && k >= 0 && ((i + 1) % n == k || (k + 1) % n == i);
    return along_edge || is_inside(c, garment_index, (flat){(p.x + q.x) / 2, (p.y + q.y) / 2});
}

/* Everything joined to `first` that lies well behind the line. */
static void mark_piece(const cloth_view *c, int garment_index, const double *side, int first,
                       fold_pieces *out)
{
    const garment_view *g = &c->garments[garment_index];
    int waiting[MAX_FOLD_VERTICES], n = 0;
    waiting[n++] = first;
    out->of[first] = (signed char)out->n;
    while (n > 0) {
        int v = waiting[--n];
        for (int w = 0; w < g->n; w++) {
            if (out->of[w] < 0 && side[w] > near_line * g->spacing &&
                are_joined(c, garment_index, v, w)) {
                out->of[w] = (signed char)out->n;
                waiting[n++] = w;
            }
        }
    }
    out->n++;
}

/* The strip along the line belongs to what is nearest. */
static void add_strip(const cloth_view *c, int garment_index, const double *side, fold_pieces *out)
{
    const garment_view *g = &c->garments[garment_index];
    const fold_pieces deep = *out;
    for (int v = 0; v < g->n; v++) {
        flat p = cloth_rest(c, garment_index, v);
        double least = HUGE_VAL;
        for (int w = 0; w < g->n && side[v] > 0 && deep.of[v] < 0; w++) {
            flat q = cloth_rest(c, garment_index, w);
            double d = hypot(p.x - q.x, p.y - q.y);
            if (deep.of[w] >= 0 && d < least) {
                least = d;
                out->of[v] = deep.of[w];
            }
        }
    }
}

static bool are_flaps(const cloth_view *c, int garment_index, const double *side,
                      const fold_pieces *p)
{
    double depth[MAX_PIECES] = {0}, deepest = 0, shallowest = HUGE_VAL;
    for (int v = 0; v < c->garments[garment_index].n; v++) {
        if (p->of[v] >= 0) {
            depth[p->of[v]] = fmax(depth[p->of[v]], side[v]);
        }
    }
    for (int i = 0; i < p->n; i++) {
        deepest = fmax(deepest, depth[i]);
        shallowest = fmin(shallowest, depth[i]);
    }
    return shallowest > as_deep * deepest;
}

void fold_find_pieces(const cloth_view *c, int garment_index, const double *side, fold_pieces *out)
{
    const garment_view *g = &c->garments[garment_index];
    out->n = 0;
    for (int v = 0; v < g->n; v++) {
        out->of[v] = -1;
    }
    for (int v = 0; v < g->n && out->n < MAX_PIECES; v++) {
        if (out->of[v] < 0 && side[v] > near_line * g->spacing) {
            mark_piece(c, garment_index, side, v, out);
        }
    }
    add_strip(c, garment_index, side, out);
    if (out->n == 0 || (out->n > 1 && !are_flaps(c, garment_index, side, out))) {
        for (int v = 0; v < g->n; v++) {
            out->of[v] = side[v] > 0 ? 0 : -1;
        }
        out->n = 1;
    }
}
