/* One look at a garment: flat, unfolded, lying on something. */
#include "garment_raster_internal.h"
#include "garment_state_internal.h"

#include <math.h>
#include <string.h>

/* ---- what flat and unfolded are -------------------------------------------------------------------------- */

#define FLAT_COVER      0.90 /* of its area */
#define STRETCHED_COVER 1.10
#define FLAT_FLATNESS   0.90
#define FLAT_HIDDEN     0.03 /* turned over or under other cloth: less than a turned-up corner */
#define FLAT_RISE_M     0.02 /* above one layer */
#define UNFOLDED_COVER  0.75
#define UNFOLDED_HIDDEN 0.06 /* less than one short sleeve: 8 % of a T-shirt */
#define UNFOLDED_RISE_M 0.06 /* and no more than this part of its size: */
#define UNFOLDED_RISE   0.15
#define HIGH_SHARE      0.95 /* of the area counts for the height */
#define SURFACE_SLACK_M 0.01
#define LYING_SHARE     0.10

/* ---- the look ---------------------------------------------------------------------------------------------- */

static double twice_area(const double a[2], const double b[2], const double c[2])
{
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

void chore_cloth_shares(const chore_garment *garment, double *share)
{
    memset(share, 0, (size_t)garment->n_vertices * sizeof *share);
    for (int t = 0; t < garment->n_triangles; t++) {
        const int *v = garment->triangles[t];
        double part = twice_area(garment->rest[v[0]], garment->rest[v[1]], garment->rest[v[2]]) / 6;
        for (int k = 0; k < 3; k++) {
            share[v[k]] += part;
        }
    }
}

static void box_around(const chore_garment *garment, const double (*pos)[3], cloth_look *out)
{
    for (int k = 0; k < 3; k++) {
        out->lo[k] = HUGE_VAL;
        out->hi[k] = -HUGE_VAL;
    }
    for (int v = 0; v < garment->n_vertices; v++) {
        for (int k = 0; k < 3; k++) {
            out->lo[k] = fmin(out->lo[k], pos[v][k]);
            out->hi[k] = fmax(out->hi[k], pos[v][k]);
        }
    }
}

#define BINS 256

/* HIGH_SHARE of the area lies no higher, to a 256th of the whole height. */
static double height_of_most(const chore_garment *garment, const double (*pos)[3],
                             const double *share, const cloth_look *look)
{
    double bins[BINS] = {0}, sum = 0, bin = (look->hi[2] - look->lo[2]) / (BINS - 1);
    int top = 0;
    if (bin <= 0) {
        return 0;
    }
    for (int v = 0; v < garment->n_vertices; v++) {
        bins[(int)((pos[v][2] - look->lo[2]) / bin)] += share[v];
    }
    for (; top < BINS - 1; top++) {
        sum += bins[top];
        if (sum >= HIGH_SHARE * garment->area_m2) {
            break;
        }
    }
    return fmin((top + 1) * bin, look->hi[2] - look->lo[2]);
}

static void seen_from_above(const chore_garment *garment, const double (*pos)[3], cloth_look *out)
{
    double seen = 0, up = 0, down = 0;
    for (int t = 0; t < garment->n_triangles; t++) {
        const int *v = garment->triangles[t];
        double rest = twice_area(garment->rest[v[0]], garment->rest[v[1]], garment->rest[v[2]]);
        double now = twice_area(pos[v[0]], pos[v[1]], pos[v[2]]);
        seen += fmin(fabs(now), rest);
        up += now > 0 ? rest : 0;
        down += now > 0 ? 0 : rest;
    }
    out->flatness = seen / (up + down);
    out->turned = fmin(up, down) / (up + down);
}

void chore_cloth_look(const chore_garment *garment, const double (*pos)[3], cloth_look *out)
{
    double share[CHORE_MAX_GARMENT_VERTICES];
    memset(out, 0, sizeof *out);
    chore_cloth_shares(garment, share);
    box_around(garment, pos, out);
    for (int v = 0; v < garment->n_vertices; v++) {
        for (int k = 0; k < 3; k++) {
            out->centre[k] += share[v] / garment->area_m2 * pos[v][k];
        }
    }
    out->height_m = 2 * garment->radius_m + height_of_most(garment, pos, share, out);
    seen_from_above(garment, pos, out);
}

/* ---- states of one sheet ------------------------------------------------------------------------------------ */

double chore_cloth_cover(const chore_garment *garment, const double (*pos)[3])
{
    cloth_raster raster;
    double xy[CHORE_MAX_GARMENT_VERTICES][2], lo[2] = {HUGE_VAL, HUGE_VAL},
                                              hi[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < garment->n_vertices; v++) {
        for (int k = 0; k < 2; k++) {
            xy[v][k] = pos[v][k];
            lo[k] = fmin(lo[k], xy[v][k]);
            hi[k] = fmax(hi[k], xy[v][k]);
        }
    }
    chore_raster_open(&raster, lo, hi, garment->spacing_m / 4);
    chore_raster_add(&raster, garment, (const double(*)[2])xy);
    return chore_raster_covered(&raster) * raster.cell * raster.cell / garment->area_m2;
}

/* `hidden`: cloth folded once is turned over, folded twice it is not, but lies double. */
static bool spreads(const chore_garment *garment, const double (*pos)[3], double flatness,
                    double hidden, double rise, double least, double most)
{
    cloth_look look;
    chore_cloth_look(garment, pos, &look);
    if (look.flatness < fmax(flatness, least - 0.1) || look.turned > hidden ||
        look.height_m > 2 * garment->radius_m + rise) {
        return false; /* little of most garments is seen from above: no need to count cells */
    }
    double cover = chore_cloth_cover(garment, pos);
    return cover >= least && cover <= most && look.flatness - cover <= hidden;
}

bool chore_cloth_is_flat(const chore_garment *garment, const double (*pos)[3])
{
    return spreads(garment, pos, FLAT_FLATNESS, FLAT_HIDDEN, FLAT_RISE_M, FLAT_COVER,
                   STRETCHED_COVER);
}

bool chore_cloth_is_unfolded(const chore_garment *garment, const double (*pos)[3])
{
    double rise = fmin(UNFOLDED_RISE_M, UNFOLDED_RISE * sqrt(garment->area_m2));
    return spreads(garment, pos, 0, UNFOLDED_HIDDEN, rise, UNFOLDED_COVER, STRETCHED_COVER);
}

double chore_cloth_lowest(const chore_garment *garment, const double (*pos)[3])
{
    double lowest = HUGE_VAL;
    for (int v = 0; v < garment->n_vertices; v++) {
        lowest = fmin(lowest, pos[v][2]);
    }
    return lowest - garment->radius_m;
}

bool chore_cloth_lies_on(const chore_garment *garment, const double (*pos)[3], double surface)
{
    double share[CHORE_MAX_GARMENT_VERTICES], low = 0;
    double limit = surface + garment->radius_m + fmax(SURFACE_SLACK_M, garment->layer_m / 2);
    if (chore_cloth_lowest(garment, pos) < surface - SURFACE_SLACK_M) {
        return false;
    }
    chore_cloth_shares(garment, share);
    for (int v = 0; v < garment->n_vertices; v++) {
        low += pos[v][2] <= limit ? share[v] : 0;
    }
    return low >= LYING_SHARE * garment->area_m2;
}

double chore_cloth_share_inside(const chore_garment *garment, const double (*pos)[3],
                                const double centre[3], const double mat[9], const double half[3])
{
    double share[CHORE_MAX_GARMENT_VERTICES], sum = 0;
    chore_cloth_shares(garment, share);
    for (int v = 0; v < garment->n_vertices; v++) {
        bool in = true;
        for (int k = 0; k < 3; k++) {
            double along = 0;
            for (int i = 0; i < 3; i++) {
                along += mat[3 * i + k] * (pos[v][i] - centre[i]);
            }
            in = in && fabs(along) <= half[k];
        }
        sum += in ? share[v] : 0;
    }
    return sum / garment->area_m2;
}
