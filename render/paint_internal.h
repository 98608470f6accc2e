/* Paint: another colour for one that something was made in. */
#ifndef CHORE_PAINT_INTERNAL_H
#define CHORE_PAINT_INTERNAL_H
#include <chore/rng.h>
#include <stdbool.h>

/* How far a colour may go from what it was. */
typedef enum chorei_paint_leeway {
    CHOREI_PAINT_SHADE, /* a shade lighter or darker, hue within 4 degrees: what may be named by its colour */
    CHOREI_PAINT_ANY    /* any pale paint, any stain of wood; what is colourful or dark gets a shade only */
} chorei_paint_leeway;

/* rgb: 0 to 1 each, changed in place. Draws three numbers whatever the colour is. */
void chorei_paint(float rgb[3], chorei_paint_leeway leeway, chore_rng *rng);
/* The same for something whose colour is in its texture, of mean colour `mean`: `tint` is what it is multiplied with, 0 to 1 each, changed in place. */
void chorei_stain(float tint[3], const float mean[3], chorei_paint_leeway leeway, chore_rng *rng);
#endif
