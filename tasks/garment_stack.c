/* A garment together with other things: hung over a bar, piled on other garments. */
#include "garment_raster_internal.h"
#include "garment_state_internal.h"

#include <math.h>
#include <string.h>

/* ---- draped ---------------------------------------------------------------------------------------------------- */

/* Of the area, on either side. A tea towel of 44 cm has 28 % there when it hangs in perfect balance: a quarter would ask for 1.3 cm. */
#define HANGING_SHARE 0.15
#define HANGING_M     0.08 /* below the bar's upper side */
#define ASIDE_M       0.25 /* further than this from the bar it hangs on something else */
#define ON_BAR_SHARE  0.02
#define ON_BAR_M \
    0.03 /* below the bar's upper side: between two vertices the cloth bends over a thin bar */
#define BAR_END_M     0.05
#define FLOOR_CLEAR_M 0.01

typedef struct bar_view {
    double along[2], length, top;
} bar_view;

static bar_view view_of(const cloth_bar *bar)
{
    bar_view view = {.along = {bar->b[0] - bar->a[0], bar->b[1] - bar->a[1]}};
    view.length = hypot(view.along[0], view.along[1]);
    CHORE_ASSERT(view.length > 0);
    view.along[0] /= view.length;
    view.along[1] /= view.length;
    view.top = fmax(bar->a[2], bar->b[2]) + bar->radius;
    return view;
}

bool chore_cloth_is_draped(const chore_garment *garment, const double (*pos)[3],
                           const cloth_bar *bar, double floor)
{
    double share[CHORE_MAX_GARMENT_VERTICES], hanging[2] = {0, 0}, on = 0;
    bar_view view = view_of(bar);
    if (chore_cloth_lowest(garment, pos) < floor + FLOOR_CLEAR_M) {
        return false;
    }
    chore_cloth_shares(garment, share);
    for (int v = 0; v < garment->n_vertices; v++) {
        double from[2] = {pos[v][0] - bar->a[0], pos[v][1] - bar->a[1]};
        double t = from[0] * view.along[0] + from[1] * view.along[1];
        double aside = view.along[0] * from[1] - view.along[1] * from[0];
        if (t < -BAR_END_M || t > view.length + BAR_END_M) {
            continue;
        }
        if (pos[v][2] <= view.top - HANGING_M && fabs(aside) <= bar->radius + ASIDE_M) {
            hanging[aside > 0] += share[v];
        }
        if (fabs(aside) <= bar->radius + garment->spacing_m / 2 &&
            pos[v][2] >= view.top - ON_BAR_M &&
            pos[v][2] <= view.top + 2 * garment->radius_m + garment->layer_m) {
            on += share[v];
        }
    }
    return fmin(hanging[0], hanging[1]) >= HANGING_SHARE * garment->area_m2 &&
           on >= ON_BAR_SHARE * garment->area_m2;
}

/* ---- piled ----------------------------------------------------------------------------------------------------- */

#define OVERLAP_SHARE 0.6  /* of the smaller footprint */
#define ABOVE_SHARE   0.8  /* of the upper one's area above the middle of the lower one */
#define FLOATING_M    0.03 /* between the upper one's underside and the lower one's top */

static void lowest_first(const cloth_look *looks, int n, int *order)
{
    for (int i = 0; i < n; i++) {
        int k = i;
        for (; k > 0 && looks[order[k - 1]].centre[2] > looks[i].centre[2]; k--) {
            order[k] = order[k - 1];
        }
        order[k] = i;
    }
}

static int covered_by(cloth_raster *raster, const cloth_item *item)
{
    double xy[CHORE_MAX_GARMENT_VERTICES][2];
    for (int v = 0; v < item->garment->n_vertices; v++) {
        memcpy(xy[v], item->pos[v], sizeof xy[v]);
    }
    chore_raster_add(raster, item->garment, (const double(*)[2])xy);
    return chore_raster_covered(raster);
}

static bool footprints_overlap(const cloth_item *a, const cloth_look *of_a, const cloth_item *b,
                               const cloth_look *of_b)
{
    cloth_raster under_a, under_b;
    double lo[2], hi[2], cell = fmin(a->garment->spacing_m, b->garment->spacing_m) / 2;
    for (int k = 0; k < 2; k++) {
        lo[k] = fmin(of_a->lo[k], of_b->lo[k]);
        hi[k] = fmax(of_a->hi[k], of_b->hi[k]);
    }
    chore_raster_open(&under_a, lo, hi, cell);
    chore_raster_open(&under_b, lo, hi, cell);
    int covers_a = covered_by(&under_a, a), covers_b = covered_by(&under_b, b);
    int smaller = covers_a < covers_b ? covers_a : covers_b;
    return chore_raster_common(&under_a, &under_b) >= OVERLAP_SHARE * smaller;
}

/* Not under it, not wrapped in it, not above it in the air. */
static bool is_above(const cloth_item *upper, const cloth_look *of_upper,
                     const cloth_look *of_lower)
{
    double share[CHORE_MAX_GARMENT_VERTICES], above = 0;
    if (of_upper->lo[2] - of_lower->hi[2] > 2 * upper->garment->radius_m + FLOATING_M) {
        return false;
    }
    chore_cloth_shares(upper->garment, share);
    for (int v = 0; v < upper->garment->n_vertices; v++) {
        above += upper->pos[v][2] > of_lower->centre[2] ? share[v] : 0;
    }
    return above >= ABOVE_SHARE * upper->garment->area_m2;
}

bool chore_cloth_is_piled(const cloth_item *items, int n, double surface, int *order)
{
    cloth_look looks[CLOTH_MAX_PILE];
    int own[CLOTH_MAX_PILE], *sorted = order ? order : own;
    double below[2] = {0, 0}; /* sum of the middles so far: a leaning tower is no pile */
    CHORE_ASSERT(n <= CLOTH_MAX_PILE);
    for (int i = 0; i < n; i++) {
        chore_cloth_look(items[i].garment, items[i].pos, &looks[i]);
    }
    lowest_first(looks, n, sorted);
    for (int i = 0; i < n; i++) {
        const cloth_item *item = &items[sorted[i]];
        const cloth_look *look = &looks[sorted[i]];
        if (i == 0 && !chore_cloth_lies_on(item->garment, item->pos, surface)) {
            return false;
        }
        if (i > 0) {
            const cloth_look *lower = &looks[sorted[i - 1]];
            double off = hypot(look->centre[0] - below[0] / i, look->centre[1] - below[1] / i);
            if (off > item->garment->fold.pile_m || !is_above(item, look, lower) ||
                !footprints_overlap(item, look, &items[sorted[i - 1]], lower)) {
                return false;
            }
        }
        below[0] += look->centre[0];
        below[1] += look->centre[1];
    }
    return n > 0;
}
