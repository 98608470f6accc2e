/* What triangles cover, on a grid of whole numbers: the same everywhere and whatever order they come in. */
#ifndef CHORE_GARMENT_RASTER_INTERNAL_H
#define CHORE_GARMENT_RASTER_INTERNAL_H
#include <chore/scene.h>

#define RASTER_SIDE 192

/* layers[row][col]: triangles over the middle of the cell; 255 at most. */
typedef struct cloth_raster {
    double lo[2], cell; /* metres */
    int cols, rows;     /* in use */
    unsigned char layers[RASTER_SIDE][RASTER_SIDE];
} cloth_raster;

/* An empty grid over lo..hi, of cells as wide as `cell`, wider when it would not fit. */
void chore_raster_open(cloth_raster *raster, const double lo[2], const double hi[2], double cell);
/* Add a garment's triangles, its vertices being at xy; parts outside of the grid are cut off. */
void chore_raster_add(cloth_raster *raster, const chore_garment *garment, const double (*xy)[2]);
/* Every cell within `reach` cells of a covered one counts as covered, too (by one layer). */
void chore_raster_grow(cloth_raster *raster, int reach);
int chore_raster_covered(const cloth_raster *raster);
/* Cells that both cover; the two grids must be opened alike. */
int chore_raster_common(const cloth_raster *a, const cloth_raster *b);
/* The most layers that lie on one another on a fiftieth of what is covered or more. */
int chore_raster_depth(const cloth_raster *raster);

#endif
