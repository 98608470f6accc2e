#include "spread.h"

#include <string.h>

/* What counts as flat, as the judge of tasks/ has it, a little stricter. */
static const double flat_cover = 0.91, flat_cover_most = 1.09, flat_flatness = 0.915,
                    flat_turned = 0.02, flat_rise = 0.014;
static const double high_share = 0.95;
static const double table_half_x = 0.43, table_half_y = 0.55;
/* What is long lies with its middle near that of the table, or an end is right before an arm's base; longer than the table is deep, it
   lies along it. */
static const double off_middle = 0.06, askew = 0.34; /* m, sine */

/* ---- the sheet ----------------------------------------------------------------------------------------- */

static double twice_area(flat a, flat b, flat c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* By the parity of crossings of a ray. */
static bool inside_outline(const cloth_view *c, int garment_index, flat p)
{
    const garment_view *g = &c->garments[garment_index];
    bool in = false;
    for (int i = 0; i < g->n_outline; i++) {
        flat a = cloth_rest(c, garment_index, g->outline[i]),
             b = cloth_rest(c, garment_index, g->outline[(i + 1) % g->n_outline]);
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x)) {
            in = !in;
        }
    }
    return in;
}

/* Delaunay's condition among the points near by: 0 when another lies in the circle through the three. With a fourth one on it (a square
   cell) both ways to cut the cell are taken, by half each. */
static double delaunay(const flat *rest, const int *near, int n, int a, int b, int d)
{
    flat p = rest[a], q = rest[b], r = rest[d];
    double bx = q.x - p.x, by = q.y - p.y, cx = r.x - p.x, cy = r.y - p.y,
           twice = 2 * (bx * cy - by * cx), bb = bx * bx + by * by, cc = cx * cx + cy * cy;
    double ux = (cy * bb - by * cc) / twice, uy = (bx * cc - cx * bb) / twice,
           radius = hypot(ux, uy), weight = 1;
    for (int i = 0; i < n; i++) {
        int v = near[i];
        if (v == a || v == b || v == d) {
            continue;
        }
        double away = hypot(rest[v].x - p.x - ux, rest[v].y - p.y - uy) / radius;
        if (away < 1 - 1e-3) {
            return 0;
        }
        weight = away < 1 + 1e-3 ? 0.5 : weight;
    }
    return weight;
}

enum { MAX_NEAR = 64 };

static void add_triangles(spread_mesh *m, const cloth_view *c, const flat *rest, int a,
                          const int *near, int n, double spacing)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < n && m->n < SPREAD_TRIANGLES; k++) {
            int b = near[i], d = near[k];
            double area = twice_area(rest[a], rest[b], rest[d]);
            flat middle = {(rest[a].x + rest[b].x + rest[d].x) / 3,
                           (rest[a].y + rest[b].y + rest[d].y) / 3};
            if (b < a || d < a || area < 0.05 * spacing * spacing) {
                continue;
            }
            m->weight[m->n] = delaunay(rest, near, n, a, b, d);
            if (m->weight[m->n] > 0 && inside_outline(c, m->garment, middle)) {
                memcpy(m->tri[m->n++], (int[3]){a, b, d}, sizeof m->tri[0]);
            }
        }
    }
}

bool spread_draw(spread_mesh *m, const cloth_view *c, int garment_index)
{
    const garment_view *g = &c->garments[garment_index];
    const flat *rest = c->rest + g->first;
    memset(m, 0, sizeof *m);
    m->garment = garment_index;
    if (g->n > SPREAD_VERTICES) {
        return false;
    }
    for (int a = 0; a < g->n; a++) {
        int near[MAX_NEAR], n = 0;
        for (int v = 0; v < g->n && n < MAX_NEAR; v++) {
            if (v != a && hypot(rest[v].x - rest[a].x, rest[v].y - rest[a].y) < 2.2 * g->spacing) {
                near[n++] = v;
            }
        }
        add_triangles(m, c, rest, a, near, n, g->spacing);
    }
    double sum = 0;
    for (int t = 0; t < m->n; t++) {
        const int *v = m->tri[t];
        double area = m->weight[t] * twice_area(rest[v[0]], rest[v[1]], rest[v[2]]);
        for (int k = 0; k < 3; k++) {
            m->share[v[k]] += area;
        }
        sum += 3 * area;
    }
    for (int v = 0; v < g->n; v++) {
        m->share[v] /= sum;
    }
    return m->n > 0;
}

/* ---- measures ------------------------------------------------------------------------------------------- */

enum { CELLS = 200 };

typedef struct raster {
    flat lo;
    double cell;
    unsigned char on[CELLS][CELLS];
} raster;

static void fill(raster *r, flat a, flat b, flat c)
{
    if (twice_area(a, b, c) < 0) {
        flat swap = b;
        b = c;
        c = swap;
    }
    int x0 = (int)fmax((fmin(a.x, fmin(b.x, c.x)) - r->lo.x) / r->cell, 0),
        y0 = (int)fmax((fmin(a.y, fmin(b.y, c.y)) - r->lo.y) / r->cell, 0),
        x1 = (int)fmin((fmax(a.x, fmax(b.x, c.x)) - r->lo.x) / r->cell, CELLS - 1),
        y1 = (int)fmin((fmax(a.y, fmax(b.y, c.y)) - r->lo.y) / r->cell, CELLS - 1);
    for (int i = y0; i <= y1; i++) {
        for (int k = x0; k <= x1; k++) {
            flat p = {r->lo.x + (k + 0.5) * r->cell, r->lo.y + (i + 0.5) * r->cell};
            if (twice_area(a, b, p) >= 0 && twice_area(b, c, p) >= 0 && twice_area(c, a, p) >= 0) {
                r->on[i][k] = 1;
            }
        }
    }
}

static double covered(const spread_mesh *m, const cloth_view *c, const flat *at)
{
    static const double cell = 0.01;
    const garment_view *g = &c->garments[m->garment];
    raster r = {.lo = {HUGE_VAL, HUGE_VAL}, .cell = cell};
    int n = 0;
    for (int v = 0; v < g->n; v++) {
        r.lo.x = fmin(r.lo.x, at[v].x);
        r.lo.y = fmin(r.lo.y, at[v].y);
    }
    for (int t = 0; t < m->n; t++) {
        fill(&r, at[m->tri[t][0]], at[m->tri[t][1]], at[m->tri[t][2]]);
    }
    for (int i = 0; i < CELLS * CELLS; i++) {
        n += r.on[i / CELLS][i % CELLS];
    }
    return n * cell * cell / g->area;
}

/* Height over the lowest vertex that all but the highest 5 % stay below. */
static double rise_of_most(const spread_mesh *m, const cloth_view *c)
{
    const garment_view *g = &c->garments[m->garment];
    double low = HUGE_VAL, high = 0;
    for (int v = 0; v < g->n; v++) {
        low = fmin(low, cloth_at(c, m->garment, v).z);
        high = fmax(high, cloth_at(c, m->garment, v).z);
    }
    double lo = low, hi = high;
    for (int i = 0; i < 24; i++) {
        double middle = (lo + hi) / 2, below = 0;
        for (int v = 0; v < g->n; v++) {
            below += cloth_at(c, m->garment, v).z <= middle ? m->share[v] : 0;
        }
        *(below < high_share ? &lo : &hi) = middle;
    }
    return hi - low;
}

static void measure(const spread_mesh *m, const cloth_view *c, const flat *at, spread_look *l)
{
    const flat *rest = c->rest + c->garments[m->garment].first;
    double seen = 0, up = 0, down = 0;
    for (int t = 0; t < m->n; t++) {
        const int *v = m->tri[t];
        double whole = twice_area(rest[v[0]], rest[v[1]], rest[v[2]]),
               now = twice_area(at[v[0]], at[v[1]], at[v[2]]);
        seen += m->weight[t] * fmin(fabs(now), whole);
        *(now > 0 ? &up : &down) += m->weight[t] * whole;
    }
    l->flatness = seen / (up + down);
    l->turned = fmin(up, down) / (up + down);
    l->cover = covered(m, c, at);
    l->rise = rise_of_most(m, c);
    l->flat = l->cover >= flat_cover && l->cover <= flat_cover_most &&
              l->flatness >= flat_flatness && l->turned <= flat_turned && l->rise <= flat_rise;
}

bool spread_will_do(const spread_look *l)
{
    double rise = l->flatness > 0.93 && l->cover > 0.93 ? 0.09 : 0.03; /* a wrinkle or two */
    return l->cover > 0.91 && l->flatness > 0.92 && l->turned < 0.035 && l->rise < rise &&
           l->shape_error < 0.012 && l->error < 0.03;
}

bool spread_is_twisted(const spread_look *l)
{
    return l->turned > 0.08 && l->error < 0.045 && l->cover > 0.72;
}

bool spread_may_be_folded(const spread_look *l)
{
    return l->error < 0.03 && l->cover > 0.86;
}

/* ---- where it shall lie ----------------------------------------------------------------------------------- */

static flat rest_of(const cloth_view *c, int garment_index, int vertex, bool mirrored)
{
    flat p = cloth_rest(c, garment_index, vertex);
    p.x = mirrored ? -p.x : p.x;
    return p;
}

flat spread_wanted(const spread_mesh *m, const cloth_view *c, const spread_look *l, int vertex)
{
    return frame_apply(l->frame, rest_of(c, m->garment, vertex, l->mirrored));
}

double spread_tucked(const spread_mesh *m, const cloth_view *c, const spread_look *l)
{
    const garment_view *g = &c->garments[m->garment];
    double worst = 0, lo = HUGE_VAL, hi = -HUGE_VAL;
    for (int v = 0; v < g->n; v++) {
        lo = fmin(lo, cloth_rest(c, m->garment, v).y);
        hi = fmax(hi, cloth_rest(c, m->garment, v).y);
    }
    for (int k = 0; k < g->n_keypoints; k++) {
        int v = g->keypoints[k].vertex;
        vec at = cloth_at(c, m->garment, v);
        flat to = spread_wanted(m, c, l, v);
        if (!cloth_is_top(c, m->garment, v)) {
            worst = fmax(worst, hypot(to.x - at.x, to.y - at.y));
        }
    }
    return worst / (hi - lo);
}

static double error_of(const spread_mesh *m, const cloth_view *c, const flat *at,
                       const spread_look *l)
{
    double sum = 0;
    for (int v = 0; v < c->garments[m->garment].n; v++) {
        flat to = spread_wanted(m, c, l, v);
        sum += m->share[v] * hypot(to.x - at[v].x, to.y - at[v].y);
    }
    return sum;
}

/* Turned about its middle until it lies along the table nearly enough. */
static void turn_along_table(const spread_mesh *m, const cloth_view *c, spread_look *l)
{
    flat middle = {0, 0}, here, there;
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (int v = 0; v < c->garments[m->garment].n; v++) {
        flat p = rest_of(c, m->garment, v, l->mirrored);
        lo = fmin(lo, p.y);
        hi = fmax(hi, p.y);
        middle.x += m->share[v] * p.x;
        middle.y += m->share[v] * p.y;
    }
    if (hi - lo < 2 * table_half_x || !cloth_is_long(c, m->garment) || fabs(l->frame.s) < askew) {
        return;
    }
    here = frame_apply(l->frame, middle);
    l->frame.s = copysign(askew, l->frame.s);
    l->frame.c = copysign(sqrt(1 - askew * askew), l->frame.c);
    there = frame_apply(l->frame, middle);
    l->frame.at.x += here.x - there.x;
    l->frame.at.y += here.y - there.y;
}

/* Shifted so that all of it lies on the table. */
static void keep_on_table(const spread_mesh *m, const cloth_view *c, spread_look *l)
{
    flat lo = {HUGE_VAL, HUGE_VAL}, hi = {-HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < c->garments[m->garment].n; v++) {
        flat p = spread_wanted(m, c, l, v);
        lo = (flat){fmin(lo.x, p.x), fmin(lo.y, p.y)};
        hi = (flat){fmax(hi.x, p.x), fmax(hi.y, p.y)};
    }
    double half_x = (hi.x - lo.x) / 2, half_y = (hi.y - lo.y) / 2, x = (lo.x + hi.x) / 2,
           y = (lo.y + hi.y) / 2, free_x = fmax(table_half_x - half_x, 0),
           free_y = fmax(table_half_y - half_y, 0);
    free_y = cloth_is_long(c, m->garment) ? fmin(free_y, off_middle) : free_y;
    l->frame.at.x += fmin(fmax(x, -free_x), free_x) - x;
    l->frame.at.y += fmin(fmax(y, -free_y), free_y) - y;
}

static void aim(const spread_mesh *m, const cloth_view *c, const flat *at, spread_look *l)
{
    flat from[SPREAD_VERTICES];
    int n = c->garments[m->garment].n;
    for (int v = 0; v < n; v++) {
        from[v] = rest_of(c, m->garment, v, l->mirrored);
    }
    l->frame = frame_fit(from, at, n);
    l->shape_error = error_of(m, c, at, l);
    turn_along_table(m, c, l);
    keep_on_table(m, c, l);
    l->error = error_of(m, c, at, l);
}

spread_look spread_see(const spread_mesh *m, const cloth_view *c, const spread_look *last)
{
    static const double clearly = 0.01; /* nearer, m */
    spread_look out;
    flat at[SPREAD_VERTICES];
    memset(&out, 0, sizeof out);
    for (int v = 0; v < c->garments[m->garment].n; v++) {
        vec p = cloth_at(c, m->garment, v);
        at[v] = (flat){p.x, p.y};
    }
    measure(m, c, at, &out);
    spread_look other = out;
    other.mirrored = true;
    aim(m, c, at, &out);
    aim(m, c, at, &other);
    double favour = last ? (last->mirrored ? clearly : -clearly) : 0;
    if (other.shape_error < out.shape_error + favour) {
        out = other;
    }
    if (last && last->mirrored == out.mirrored) {
        spread_look kept = out;
        kept.frame = last->frame;
        kept.error = error_of(m, c, at, &kept);
        if (kept.error < out.error + clearly / 2) {
            out = kept;
        }
    }
    return out;
}
