#include "fold_mend.h"

static const double outward = 0.5; /* cosine */
static const double beside = 0.13; /* along the cloth, m */

static bool is_among(const int *list, int n, int vertex)
{
    for (int i = 0; i < n; i++) {
        if (list[i] == vertex) {
            return true;
        }
    }
    return false;
}

double fold_length(const cloth_view *c, int garment_index)
{
    const garment_view *g = &c->garments[garment_index];
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (int v = 0; v < g->n; v++) {
        lo = fmin(lo, cloth_rest(c, garment_index, v).y);
        hi = fmax(hi, cloth_rest(c, garment_index, v).y);
    }
    return hi - lo;
}

double fold_hidden_error(const cloth_view *c, int garment, const fold_fit *fit)
{
    const garment_view *g = &c->garments[garment];
    double worst = 0;
    for (int k = 0; k < g->n_keypoints; k++) {
        int v = g->keypoints[k].vertex;
        worst = cloth_is_top(c, garment, v) ? worst : fmax(worst, fold_error(c, garment, fit, v));
    }
    return worst;
}

int fold_worst_rim(const cloth_view *c, int garment, const fold_fit *fit, double least,
                   const int *done, int n)
{
    const garment_view *g = &c->garments[garment];
    vec middle = cloth_middle(c, garment);
    double worst = least;
    int best = -1;
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        vec at = cloth_at(c, garment, v);
        flat to = fold_wanted(c, garment, fit, v);
        double dx = to.x - at.x, dy = to.y - at.y, d = hypot(dx, dy), px = at.x - middle.x,
               py = at.y - middle.y;
        if (d > worst && dx * px + dy * py > outward * d * hypot(px, py) &&
            cloth_is_top(c, garment, v) && !is_among(done, n, v)) {
            worst = d;
            best = v;
        }
    }
    return best;
}

/* The nearest of the outline that lies on top. */
static int open_beside(const cloth_view *c, int garment, int vertex, const int *done, int n)
{
    const garment_view *g = &c->garments[garment];
    flat here = cloth_rest(c, garment, vertex);
    double least = beside;
    int best = -1;
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        flat p = cloth_rest(c, garment, v);
        double d = hypot(p.x - here.x, p.y - here.y);
        if (d < least && cloth_is_top(c, garment, v) && !is_among(done, n, v)) {
            least = d;
            best = v;
        }
    }
    return best;
}

int fold_beside_hidden(const cloth_view *c, int garment, const fold_fit *fit, double least,
                       const int *done, int n)
{
    const garment_view *g = &c->garments[garment];
    double worst = least;
    int best = -1;
    for (int k = 0; k < g->n_keypoints; k++) {
        int v = g->keypoints[k].vertex;
        double error = fold_error(c, garment, fit, v);
        int open = error > worst && !cloth_is_top(c, garment, v)
                       ? open_beside(c, garment, v, done, n)
                       : -1;
        if (open >= 0) {
            worst = error;
            best = open;
        }
    }
    return best;
}
