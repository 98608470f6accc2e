#include "pile_hold.h"

#include <string.h>

#include "fold_plan.h"

enum { TURNS = 30 };                   /* of the rectangle that are tried, within a quarter turn */
static const double short_side = 0.19; /* one hand holds it, m */
static const double pad_half = 0.021, pad_height = 0.036; /* and half a vertex */
static const double finger_half = 0.002, struck = 0.6;
static const double column_half = 0.026; /* along the side: at least one vertex of each layer */
static const double rim = 0.045;         /* what is taken lies within this of the side */
static const double from_end = 0.09;     /* of the side's length: so far in it is held */
static const double at_rim = 0.014, no_crease = 1;
static const double over_table = 0.0008;
static const double deeper = 0.005; /* than the top of other cloth: a hold at the very tip slips off */
static const double hinged = 0.6; /* a free edge higher than that, of the depth, falls open */

/* ---- seeing ---------------------------------------------------------------------------------------------------- */

typedef struct extent {
    double lo, hi;
} extent;

static extent extent_of(const cloth_view *c, int garment, vec dir)
{
    extent e = {HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < c->garments[garment].n; v++) {
        double s = vec_dot(dir, cloth_at(c, garment, v));
        e.lo = fmin(e.lo, s);
        e.hi = fmax(e.hi, s);
    }
    return e;
}

static vec across(vec along)
{
    return vec_of(-along.y, along.x, 0);
}

pack_view pack_see(const cloth_view *c, int garment)
{
    pack_view k;
    double least = HUGE_VAL;
    memset(&k, 0, sizeof k);
    for (int i = 0; i < TURNS; i++) {
        double angle = i * PI / 2 / TURNS;
        vec u = vec_of(cos(angle), sin(angle), 0), w = across(u);
        extent a = extent_of(c, garment, u), b = extent_of(c, garment, w);
        double size = (a.hi - a.lo) * (b.hi - b.lo);
        if (size < least) {
            least = size;
            k.along = u;
            k.half[0] = (a.hi - a.lo) / 2;
            k.half[1] = (b.hi - b.lo) / 2;
            k.middle = vec_add(vec_scale(u, (a.hi + a.lo) / 2), vec_scale(w, (b.hi + b.lo) / 2));
        }
    }
    extent z = extent_of(c, garment, vec_of(0, 0, 1));
    k.bottom = z.lo;
    k.top = z.hi;
    k.middle.z = cloth_middle(c, garment).z;
    return k;
}

/* ---- holding --------------------------------------------------------------------------------------------------- */

/* A place on a side: everything that is right behind it. */
typedef struct column {
    const cloth_view *cloth;
    int garment;
    vec out, left;
    double far, place, depth;
} column;

/* How deep a vertex lies behind the side; negative: not in the column. */
static double depth_in(const column *k, int v)
{
    vec p = cloth_at(k->cloth, k->garment, v);
    double depth = k->far - vec_dot(k->out, p);
    return fabs(vec_dot(k->left, p) - k->place) < column_half ? depth : -1;
}

static bool is_clamped(const column *k, const grip *g, int v)
{
    vec d = vec_sub(cloth_at(k->cloth, k->garment, v), pinch_tip(k->cloth, g));
    return fabs(vec_dot(d, k->left)) < pad_half &&
           fabs(vec_dot(d, k->out)) < pinch_half_open(&k->cloth->garments[k->garment]) &&
           d.z > -0.004 && d.z < pad_height;
}

/* A finger that comes down on a vertex pushes it away, and the layer with it. */
static bool is_struck(const column *k, const grip *g, int v)
{
    const garment_view *of = &k->cloth->garments[k->garment];
    vec d = vec_sub(cloth_at(k->cloth, k->garment, v), pinch_tip(k->cloth, g));
    double beside = fabs(fabs(vec_dot(d, k->out)) - pinch_half_open(of));
    return fabs(vec_dot(d, k->left)) < pad_half && beside < of->radius + finger_half;
}

/* Free edges high up that the grip does not take fall open, and so does all else when there is a crease at this side that is not taken;
   near an edge of a pad things slip out. */
static double rate_grip(const column *k, const grip *g)
{
    const garment_view *of = &k->cloth->garments[k->garment];
    double loose = 0;
    int held = 0;
    bool crease = false, has_crease = false;
    for (int v = 0; v < of->n; v++) {
        double depth = depth_in(k, v);
        bool clamped = is_clamped(k, g, v), free = cloth_outline_index(of, v) >= 0;
        vec d = vec_sub(cloth_at(k->cloth, k->garment, v), g->tip);
        held += clamped;
        loose += is_struck(k, g, v) ? struck : 0;
        has_crease |= !free && depth >= 0 && depth < at_rim;
        if (clamped) {
            double out = fabs(vec_dot(d, k->out)) / pinch_half_open(of),
                   up = fabs(d.z / pad_height - 0.5) * 2;
            loose += 0.3 * fmax(out * out, up * up);
            crease |= !free && depth >= 0 && depth < at_rim;
        } else if (free && depth >= 0 && depth < hinged * k->depth) {
            loose += 1;
        }
    }
    return held == 0 ? HUGE_VAL : loose + (has_crease && !crease ? no_crease : 0) - 0.3 * held;
}

/* Height of the tips at which none of what lies below is taken along. */
static double clear_of_others(const column *k, const grip *g)
{
    double half_open = pinch_half_open(&k->cloth->garments[k->garment]), z = -HUGE_VAL;
    for (int other = 0; other < k->cloth->n; other++) {
        const garment_view *of = &k->cloth->garments[other];
        for (int v = 0; v < of->n && other != k->garment && of->present; v++) {
            vec p = cloth_at(k->cloth, other, v), d = vec_sub(p, g->tip);
            if (fabs(vec_dot(d, k->left)) < pad_half && fabs(vec_dot(d, k->out)) < half_open &&
                d.z < pad_height / 2) {
                z = fmax(z, p.z + of->radius - deeper);
            }
        }
    }
    return z;
}

/* In the middle of two vertices, or over one. */
static double best_grip(const column *k, grip *out)
{
    int n = k->cloth->garments[k->garment].n;
    double best = HUGE_VAL;
    for (int v = 0; v < n; v++) {
        double depth = depth_in(k, v);
        for (int w = v; w < n && depth >= 0 && depth < rim; w++) {
            double other = depth_in(k, w);
            if (other < 0 || other > rim) {
                continue;
            }
            grip g = {.garment = k->garment, .vertex = v, .out = k->out, .at_tip = true};
            g.tip = vec_scale(
                vec_add(cloth_at(k->cloth, k->garment, v), cloth_at(k->cloth, k->garment, w)), 0.5);
            g.tip.z = fmax(g.tip.z - pad_height / 2, k->cloth->table_z + over_table);
            g.tip.z = fmax(g.tip.z, clear_of_others(k, &g));
            double aside = fabs(vec_dot(k->left, g.tip) - k->place),
                   cost = rate_grip(k, &g) + 4 * aside;
            if (cost < best) {
                best = cost;
                *out = g;
            }
        }
    }
    return best;
}

static bool hold_side(const cloth_view *c, int garment, vec out, pack_hold *h)
{
    vec left = across(out);
    extent deep = extent_of(c, garment, out), side = extent_of(c, garment, left);
    double length = side.hi - side.lo;
    column k = {c, garment, out, left, deep.hi, 0, deep.hi - deep.lo};
    *h = (pack_hold){.out = out, .depth = k.depth, .n = length > short_side ? 2 : 1};
    for (int i = 0; i < h->n; i++) {
        double share = h->n == 1 ? 0.5 : i == 0 ? from_end : 1 - from_end;
        k.place = side.lo + share * length;
        h->loose += best_grip(&k, &h->grip[i]) / h->n;
    }
    h->loose +=
        3 * k.depth; /* what hangs far down swings, and the longer side is the stiffer one */
    return h->loose < HUGE_VAL;
}

bool pack_is_held(const cloth_view *c, const hands *h, int hand, int garment)
{
    static const double on_crease = 0.012; /* m */
    const garment_view *g = &c->garments[garment];
    const fold_way *w = &g->ways[0];
    bool half[2] = {false, false};
    for (int v = 0; v < g->n && g->n_ways == 1 && w->n_steps == 1; v++) {
        double side = fold_side(w->steps[0], cloth_rest(c, garment, v));
        bool held = pinch_is_between(c, h, hand, garment, v);
        half[0] |= held && side > -on_crease;
        half[1] |= held && side < on_crease;
    }
    return g->n_ways != 1 || w->n_steps != 1 || (half[0] && half[1]);
}

int pack_holds(const cloth_view *c, int garment, pack_hold out[PACK_SIDES])
{
    pack_view pack = pack_see(c, garment);
    int n = 0;
    for (int side = 0; side < PACK_SIDES; side++) {
        vec dir = side % 2 ? across(pack.along) : pack.along;
        pack_hold h;
        if (!hold_side(c, garment, vec_scale(dir, side < 2 ? 1 : -1), &h)) {
            continue;
        }
        int k = n++;
        for (; k > 0 && out[k - 1].loose > h.loose; k--) {
            out[k] = out[k - 1];
        }
        out[k] = h;
    }
    return n;
}
