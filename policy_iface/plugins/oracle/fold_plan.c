#include "fold_plan.h"

#include <string.h>

flat frame_turn(frame f, flat d)
{
    d.x = f.mirrored ? -d.x : d.x;
    return (flat){f.c * d.x - f.s * d.y, f.s * d.x + f.c * d.y};
}

flat frame_apply(frame f, flat p)
{
    flat turned = frame_turn(f, p);
    return (flat){turned.x + f.at.x, turned.y + f.at.y};
}

double fold_side(fold_line l, flat p)
{
    double dx = l.b.x - l.a.x, dy = l.b.y - l.a.y;
    return (dx * (p.y - l.a.y) - dy * (p.x - l.a.x)) / hypot(dx, dy);
}

/* Where a point stands along a -> b. */
static double fold_along(fold_line l, flat p)
{
    double dx = l.b.x - l.a.x, dy = l.b.y - l.a.y;
    return (dx * p.x + dy * p.y) / hypot(dx, dy);
}

flat fold_over(fold_line l, flat p)
{
    double side = fold_side(l, p), dx = l.b.x - l.a.x, dy = l.b.y - l.a.y, length = hypot(dx, dy);
    if (side <= 0) {
        return p;
    }
    return (flat){p.x + 2 * side * dy / length, p.y - 2 * side * dx / length};
}

flat fold_ideal(const fold_way *w, int steps, flat rest)
{
    for (int i = 0; i < steps && i < w->n_steps; i++) {
        rest = fold_over(w->steps[i], rest);
    }
    return rest;
}

static frame fit_some(const flat *from, const flat *to, int n, const bool *used)
{
    flat a = {0, 0}, b = {0, 0};
    double cosine = 0, sine = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (used[i]) {
            a.x += from[i].x, a.y += from[i].y, b.x += to[i].x, b.y += to[i].y;
            count++;
        }
    }
    double scale = 1. / (count > 0 ? count : 1);
    a.x *= scale, a.y *= scale, b.x *= scale, b.y *= scale;
    for (int i = 0; i < n; i++) {
        if (used[i]) {
            double fx = from[i].x - a.x, fy = from[i].y - a.y, tx = to[i].x - b.x,
                   ty = to[i].y - b.y;
            cosine += fx * tx + fy * ty;
            sine += fx * ty - fy * tx;
        }
    }
    double size = hypot(cosine, sine);
    frame f = {size > 1e-12 ? cosine / size : 1, size > 1e-12 ? sine / size : 0, {0, 0}, false};
    flat turned = frame_turn(f, a);
    f.at = (flat){b.x - turned.x, b.y - turned.y};
    return f;
}

static double miss(frame f, flat from, flat to)
{
    flat p = frame_apply(f, from);
    return hypot(p.x - to.x, p.y - to.y);
}

#define MAX_FIT 2048

static const double other_side = 0.8; /* of the error: so much better a mirror image must fit */

frame frame_fit(const flat *from, const flat *to, int n)
{
    bool used[MAX_FIT];
    n = n < MAX_FIT ? n : MAX_FIT;
    for (int i = 0; i < n; i++) {
        used[i] = true;
    }
    frame f = fit_some(from, to, n, used);
    for (int round = 0; round < 3; round++) {
        double sum = 0;
        int kept = 0;
        for (int i = 0; i < n; i++) {
            sum += miss(f, from[i], to[i]);
        }
        for (int i = 0; i < n; i++) {
            used[i] = miss(f, from[i], to[i]) <= fmax(1.5 * sum / n, 0.01);
            kept += used[i];
        }
        if (kept < n / 2) {
            break;
        }
        f = fit_some(from, to, n, used);
    }
    return f;
}

bool fold_is_ahead(const fold_fit *fit, int vertex)
{
    return fit->ahead[vertex / 8] >> vertex % 8 & 1;
}

/* Where a vertex should lie, in the rest frame. */
static flat ideal_of(const cloth_view *c, int garment_index, const fold_fit *fit, int vertex)
{
    const fold_way *w = &c->garments[garment_index].ways[fit->way];
    return fold_ideal(w, fit->steps + fold_is_ahead(fit, vertex),
                      cloth_rest(c, garment_index, vertex));
}

/* Root mean square. */
static double error_of(frame f, const flat *from, const flat *to, int n)
{
    double sum = 0;
    for (int v = 0; v < n; v++) {
        double d = miss(f, from[v], to[v]);
        sum += d * d;
    }
    return sqrt(sum / n);
}

static void fit_frame(const cloth_view *c, int garment_index, fold_fit *fit)
{
    const garment_view *g = &c->garments[garment_index];
    flat from[MAX_FIT] = {{0, 0}}, to[MAX_FIT] = {{0, 0}};
    int n = g->n < MAX_FIT ? g->n : MAX_FIT;
    for (int v = 0; v < n; v++) {
        vec at = cloth_at(c, garment_index, v);
        from[v] = ideal_of(c, garment_index, fit, v);
        to[v] = (flat){at.x, at.y};
    }
    fit->frame = frame_fit(from, to, n);
    fit->error = error_of(fit->frame, from, to, n);
    for (int v = 0; v < n; v++) {
        from[v].x = -from[v].x;
    }
    frame other = frame_fit(from, to, n);
    double error = error_of(other, from, to, n);
    if (error < other_side * fit->error) { /* the other side up */
        fit->frame = other;
        fit->frame.mirrored = true;
        fit->error = error;
    }
}

fold_fit fold_fit_to(const cloth_view *c, int garment_index, int way, int steps)
{
    fold_fit fit = {.way = way, .steps = steps};
    fit_frame(c, garment_index, &fit);
    return fit;
}

/* How far each vertex lies to the left of the line of a step. */
static void find_sides(const cloth_view *c, int garment_index, int way, int steps, double *side)
{
    const garment_view *g = &c->garments[garment_index];
    const fold_way *w = &g->ways[way];
    for (int v = 0; v < g->n; v++) {
        side[v] = fold_side(w->steps[steps], fold_ideal(w, steps, cloth_rest(c, garment_index, v)));
    }
}

static void find_pieces(const cloth_view *c, int garment_index, int way, int steps,
                        fold_pieces *out)
{
    double side[MAX_FOLD_VERTICES];
    find_sides(c, garment_index, way, steps, side);
    fold_find_pieces(c, garment_index, side, out);
}

static void turn_piece(const cloth_view *c, int garment_index, const fold_pieces *p, int piece,
                       fold_fit *fit)
{
    for (int v = 0; v < c->garments[garment_index].n; v++) {
        if (p->of[v] == piece) {
            fit->ahead[v / 8] |= (unsigned char)(1u << v % 8);
        }
    }
}

/* The better of `best` and what a step that is not quite done explains. */
static fold_fit recognise_between(const cloth_view *c, int garment_index, fold_fit best, int way,
                                  int steps)
{
    fold_pieces p;
    find_pieces(c, garment_index, way, steps, &p);
    for (unsigned turned = 1; turned + 1 < 1u << p.n; turned++) {
        fold_fit fit = {.way = way, .steps = steps};
        for (int i = 0; i < p.n; i++) {
            if (turned >> i & 1) {
                turn_piece(c, garment_index, &p, i, &fit);
            }
        }
        fit_frame(c, garment_index, &fit);
        best = fit.error < best.error ? fit : best;
    }
    return best;
}

fold_fit fold_recognise(const cloth_view *c, int garment_index, int way)
{
    fold_fit best = fold_fit_to(c, garment_index, way, 0);
    int n = c->garments[garment_index].ways[way].n_steps;
    for (int k = 1; k <= n; k++) {
        fold_fit fit = fold_fit_to(c, garment_index, way, k);
        best = fit.error < best.error ? fit : best;
    }
    for (int k = 0; k < n && c->garments[garment_index].n <= MAX_FOLD_VERTICES; k++) {
        best = recognise_between(c, garment_index, best, way, k);
    }
    return best;
}

flat fold_wanted(const cloth_view *c, int garment_index, const fold_fit *fit, int vertex)
{
    return frame_apply(fit->frame, ideal_of(c, garment_index, fit, vertex));
}

double fold_error(const cloth_view *c, int garment_index, const fold_fit *fit, int vertex)
{
    flat wanted = fold_wanted(c, garment_index, fit, vertex);
    vec at = cloth_at(c, garment_index, vertex);
    return hypot(at.x - wanted.x, at.y - wanted.y);
}

int fold_worst_keypoint(const cloth_view *c, int garment_index, const fold_fit *fit,
                        unsigned leave_out, double *error)
{
    const garment_view *g = &c->garments[garment_index];
    int worst = -1;
    *error = 0;
    for (int k = 0; k < g->n_keypoints; k++) {
        int v = g->keypoints[k].vertex;
        double e = fold_error(c, garment_index, fit, v);
        if (!(leave_out >> k & 1) && e > *error && cloth_outline_index(g, v) >= 0 &&
            cloth_is_top(c, garment_index, v)) {
            *error = e;
            worst = k;
        }
    }
    return worst;
}

/* ---- what is turned over ------------------------------------------------------------------------------- */

/* Do other parts of the garment, of this piece if pieces are told apart, lie on the same spot as this vertex? */
static bool is_layered(const cloth_view *c, int garment_index, const fold_fit *fit,
                       const fold_pieces *pieces, int vertex)
{
    const garment_view *g = &c->garments[garment_index];
    flat rest = cloth_rest(c, garment_index, vertex),
         here = ideal_of(c, garment_index, fit, vertex);
    for (int v = 0; v < g->n; v++) {
        flat other = cloth_rest(c, garment_index, v), p = ideal_of(c, garment_index, fit, v);
        if (hypot(p.x - here.x, p.y - here.y) < 0.6 * g->spacing &&
            hypot(other.x - rest.x, other.y - rest.y) > 1.6 * g->spacing &&
            (!pieces || pieces->of[v] == pieces->of[vertex])) {
            return true;
        }
    }
    return false;
}

/* What is turned over next, while it is looked for. */
typedef struct flap_search {
    fold_line line;
    double depth;
    bool in[MAX_FOLD_VERTICES];
    flat at[MAX_FOLD_VERTICES]; /* in the fold so far */
} flap_search;

/* Of the flap: the vertex of the outline (or any) near the far edge that lies nearest to s along the line. */
static int near_edge(const garment_view *g, const flap_search *s, double wanted, bool any)
{
    double least = HUGE_VAL;
    int best = 0, n = any ? g->n : g->n_outline;
    for (int i = 0; i < n; i++) {
        int v = any ? i : g->outline[i];
        /* a deeper point is worth some way */
        double off = fabs(fold_along(s->line, s->at[v]) - wanted) +
                     2 * fmax(s->depth - fold_side(s->line, s->at[v]), 0);
        if (s->in[v] && off < least) {
            least = off;
            best = v;
        }
    }
    return best;
}

/* The ends of the far edge, deeper points first; they lie `lo` and `hi` along the line. */
static void find_ends(const garment_view *g, const flap_search *s, fold_flap *out, double *lo,
                      double *hi)
{
    *lo = HUGE_VAL;
    *hi = -HUGE_VAL;
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        double side = fold_side(s->line, s->at[v]), along = fold_along(s->line, s->at[v]),
               slack = 0.5 * (s->depth - side);
        if (!s->in[v] || side <= 0.6 * s->depth) {
            continue;
        }
        if (along + slack < *lo) {
            *lo = along + slack;
            out->end[0][0] = v;
        }
        if (along - slack > *hi) {
            *hi = along - slack;
            out->end[0][1] = v;
        }
    }
}

/* The piece that is not turned yet and lies over the others. */
static int top_piece(const cloth_view *c, int garment_index, const fold_fit *fit,
                     const fold_pieces *p)
{
    int best = 0;
    double highest = -HUGE_VAL;
    for (int i = 0; i < p->n; i++) {
        double sum = 0;
        int n = 0;
        for (int v = 0; v < c->garments[garment_index].n; v++) {
            if (p->of[v] == i && !fold_is_ahead(fit, v)) {
                sum += cloth_at(c, garment_index, v).z;
                n++;
            }
        }
        if (n > 0 && sum / n > highest) {
            highest = sum / n;
            best = i;
        }
    }
    return best;
}

/* Afterwards: the piece is turned; when it was the last one the step is done. */
static fold_fit turned(const cloth_view *c, int garment_index, const fold_fit *fit,
                       const fold_pieces *p, int piece)
{
    fold_fit after = *fit;
    bool all = true;
    turn_piece(c, garment_index, p, piece, &after);
    for (int v = 0; v < c->garments[garment_index].n; v++) {
        all &= p->of[v] < 0 || fold_is_ahead(&after, v);
    }
    if (all) {
        after.steps++;
        memset(after.ahead, 0, sizeof after.ahead);
    }
    return after;
}

bool fold_find_flap(const cloth_view *c, int garment_index, const fold_fit *fit, fold_flap *out)
{
    const garment_view *g = &c->garments[garment_index];
    const fold_way *w = &g->ways[fit->way];
    fold_pieces pieces;
    flap_search s = {.line = w->steps[fit->steps]};
    find_pieces(c, garment_index, fit->way, fit->steps, &pieces);
    int piece = top_piece(c, garment_index, fit, &pieces), n = 0, layered = 0;
    double lo, hi;
    for (int v = 0; v < g->n; v++) {
        s.in[v] = pieces.of[v] == piece;
        s.at[v] = fold_ideal(w, fit->steps, cloth_rest(c, garment_index, v));
        s.depth = s.in[v] ? fmax(s.depth, fold_side(s.line, s.at[v])) : s.depth;
        n += s.in[v];
        layered += s.in[v] && is_layered(c, garment_index, fit, &pieces, v);
    }
    if (s.depth < 0.5 * g->spacing) {
        return false;
    }
    memset(out, 0, sizeof *out);
    find_ends(g, &s, out, &lo, &hi);
    out->depth = s.depth;
    out->width = fmax(hi - lo, 0);
    out->middle = near_edge(g, &s, (lo + hi) / 2, true);
    for (int i = 1; i < FOLD_ENDS; i++) {
        double in = 0.06 * i * out->width;
        out->end[i][0] = near_edge(g, &s, lo + in, false);
        out->end[i][1] = near_edge(g, &s, hi - in, false);
    }
    fold_line l = s.line;
    double length = hypot(l.b.x - l.a.x, l.b.y - l.a.y);
    flat away = frame_turn(fit->frame, (flat){-(l.b.y - l.a.y) / length, (l.b.x - l.a.x) / length});
    out->out = vec_unit(vec_of(away.x, away.y, 0));
    out->layers = is_layered(c, garment_index, fit, &pieces, out->end[0][0]) ||
                  is_layered(c, garment_index, fit, &pieces, out->end[0][1]);
    out->stacked = 2 * layered > n;
    out->apart = pieces.n > 1;
    out->after = turned(c, garment_index, fit, &pieces, piece);
    return true;
}

bool fold_has_edge_at(const cloth_view *c, int garment_index, const fold_fit *fit)
{
    const garment_view *g = &c->garments[garment_index];
    const fold_way *w = &g->ways[fit->way];
    int n = 0;
    for (int i = 0; i < g->n_outline; i++) {
        flat rest = cloth_rest(c, garment_index, g->outline[i]),
             p = fold_ideal(w, fit->steps, rest);
        n += hypot(p.x - rest.x, p.y - rest.y) > g->spacing &&
             fabs(fold_side(w->steps[fit->steps], p)) < 0.5 * g->spacing;
    }
    return n >= 4;
}

void fold_find_edge(const cloth_view *c, int garment_index, const fold_fit *fit, flat direction,
                    fold_flap *out)
{
    const garment_view *g = &c->garments[garment_index];
    double length = hypot(direction.x, direction.y), far = -HUGE_VAL, lo = HUGE_VAL, hi = -HUGE_VAL;
    flat d = {direction.x / length, direction.y / length};
    memset(out, 0, sizeof *out);
    for (int v = 0; v < g->n; v++) {
        flat p = fold_wanted(c, garment_index, fit, v);
        far = fmax(far, d.x * p.x + d.y * p.y);
        lo = fmin(lo, d.x * p.y - d.y * p.x);
        hi = fmax(hi, d.x * p.y - d.y * p.x);
    }
    double least = HUGE_VAL;
    for (int v = 0; v < g->n; v++) {
        flat p = fold_wanted(c, garment_index, fit, v);
        double off =
            fabs(d.x * p.y - d.y * p.x - (lo + hi) / 2) + 3 * (far - d.x * p.x - d.y * p.y);
        if (off < least) {
            least = off;
            out->middle = v;
        }
    }
    out->out = vec_of(d.x, d.y, 0);
    out->layers = is_layered(c, garment_index, fit, NULL, out->middle);
}
