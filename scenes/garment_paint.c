/* What cloth looks like: its colour, a print, a darker hem along the outline, a fine weave that lets one see
   how the sheet bends. Painted on the flat sheet. */
#include "scene_internal.h"

#include <math.h>

#define HEM_M     0.010 /* how wide the seam is drawn */
#define HEM_SHADE 0.80
#define WEAVE     0.05 /* of brightness, up and down */
#define STRIPE_M  0.035
#define BORDER_M  0.035 /* two bands at either end */
#define PATCH_M   0.055 /* radius of a disc on the chest */

static double to_segment(const double p[2], const double a[2], const double b[2])
{
    double ab[2] = {b[0] - a[0], b[1] - a[1]}, ap[2] = {p[0] - a[0], p[1] - a[1]};
    double part = (ab[0] * ap[0] + ab[1] * ap[1]) / (ab[0] * ab[0] + ab[1] * ab[1]);
    part = fmin(fmax(part, 0), 1);
    return hypot(ap[0] - part * ab[0], ap[1] - part * ab[1]);
}

static double to_outline(const garment_mesh *mesh, const double p[2])
{
    double nearest = HUGE_VAL;
    for (int i = 0; i < mesh->n_boundary; i++) {
        const double *a = mesh->rest[mesh->boundary[i]],
                     *b = mesh->rest[mesh->boundary[(i + 1) % mesh->n_boundary]];
        nearest = fmin(nearest, to_segment(p, a, b));
    }
    return nearest;
}

static bool is_inked(const garment_mesh *mesh, garment_print print, const double p[2])
{
    double end = mesh->half[1] - fabs(p[1]); /* distance from the nearer end */
    switch (print) {
    case PRINT_STRIPES: return fmod(mesh->half[1] - p[1], 2 * STRIPE_M) > STRIPE_M;
    case PRINT_BORDER:
        return (end > BORDER_M && end < 2 * BORDER_M) || (end > 2.5 * BORDER_M && end < 2.8 * BORDER_M);
    case PRINT_PATCH: return hypot(p[0], p[1] - 0.35 * mesh->half[1]) < PATCH_M;
    case PRINT_PLAIN: break;
    }
    return false;
}

/* The same noise everywhere: a multiplicative hash of the texel. */
static double weave(int row, int col)
{
    uint32_t h = (uint32_t)row * 0x9E3779B1u ^ (uint32_t)col * 0x85EBCA77u;
    h = (h ^ h >> 15) * 0x2C1B3C6Du;
    h ^= h >> 13;
    return 1 + WEAVE * ((h & 0xFFFF) / 32767.5 - 1);
}

void chore_garment_paint(const garment_mesh *mesh, const garment_look *look, unsigned char *rgb)
{
    for (int row = 0; row < GARMENT_TEXELS; row++) {
        for (int col = 0; col < GARMENT_TEXELS; col++) {
            double p[2] = {(2 * (col + 0.5) / GARMENT_TEXELS - 1) * mesh->half[0],
                           (1 - 2 * (row + 0.5) / GARMENT_TEXELS) * mesh->half[1]};
            const double *colour = is_inked(mesh, look->print, p) ? look->ink : look->cloth;
            double shade = weave(row, col) * (to_outline(mesh, p) < HEM_M ? HEM_SHADE : 1);
            for (int k = 0; k < 3; k++) {
                *rgb++ = (unsigned char)lround(255 * fmin(1, colour[k] * shade));
            }
        }
    }
}
