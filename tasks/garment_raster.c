/* What triangles cover, on a grid of whole numbers. */
#include "garment_raster_internal.h"

#include <math.h>
#include <string.h>

#define PARTS 256 /* of a cell: places are rounded to these */

void chore_raster_open(cloth_raster *raster, const double lo[2], const double hi[2], double cell)
{
    double extent[2] = {hi[0] - lo[0], hi[1] - lo[1]};
    raster->cell = fmax(cell, fmax(extent[0], extent[1]) / (RASTER_SIDE - 2));
    raster->cols = (int)ceil(extent[0] / raster->cell) + 1;
    raster->rows = (int)ceil(extent[1] / raster->cell) + 1;
    memcpy(raster->lo, lo, sizeof raster->lo);
    for (int r = 0; r < raster->rows; r++) {
        memset(raster->layers[r], 0, (size_t)raster->cols);
    }
}

typedef struct whole {
    int64_t x, y;
} whole;

static whole place(const cloth_raster *raster, const double p[2])
{
    /* far outside is as good as outside; it keeps the products below small */
    const double far = 4.0 * RASTER_SIDE;
    double x = fmin(fmax((p[0] - raster->lo[0]) / raster->cell, -far), far);
    double y = fmin(fmax((p[1] - raster->lo[1]) / raster->cell, -far), far);
    return (whole){llround(x * PARTS), llround(y * PARTS)};
}

/* Twice the area of a, b, p: above zero when p is to the left. */
static int64_t left_of(whole a, whole b, whole p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/* A cell's middle on an edge belongs to one of the two triangles beside it. */
static int64_t bias(whole a, whole b)
{
    bool owns = b.y < a.y || (b.y == a.y && b.x > a.x);
    return owns ? 0 : -1;
}

static int clamp_cell(int64_t parts, int n)
{
    int64_t cell = parts < 0 ? -1 : parts / PARTS;
    return cell < 0 ? 0 : cell >= n ? n - 1 : (int)cell;
}

static int64_t least(int64_t a, int64_t b, int64_t c)
{
    int64_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static void fill(cloth_raster *raster, whole a, whole b, whole c)
{
    int col0 = clamp_cell(least(a.x, b.x, c.x), raster->cols),
        col1 = clamp_cell(-least(-a.x, -b.x, -c.x), raster->cols);
    int row0 = clamp_cell(least(a.y, b.y, c.y), raster->rows),
        row1 = clamp_cell(-least(-a.y, -b.y, -c.y), raster->rows);
    for (int r = row0; r <= row1; r++) {
        whole middle = {(int64_t)col0 * PARTS + PARTS / 2, (int64_t)r * PARTS + PARTS / 2};
        int64_t ab = left_of(a, b, middle) + bias(a, b), bc = left_of(b, c, middle) + bias(b, c),
                ca = left_of(c, a, middle) + bias(c, a);
        for (int col = col0; col <= col1; col++) {
            if ((ab | bc | ca) >= 0 && raster->layers[r][col] < 255) {
                raster->layers[r][col]++;
            }
            ab -= (b.y - a.y) * PARTS;
            bc -= (c.y - b.y) * PARTS;
            ca -= (a.y - c.y) * PARTS;
        }
    }
}

void chore_raster_add(cloth_raster *raster, const chore_garment *garment, const double (*xy)[2])
{
    whole at[CHORE_MAX_GARMENT_VERTICES];
    for (int v = 0; v < garment->n_vertices; v++) {
        at[v] = place(raster, xy[v]);
    }
    for (int t = 0; t < garment->n_triangles; t++) {
        const int *corner = garment->triangles[t];
        whole a = at[corner[0]], b = at[corner[1]], c = at[corner[2]];
        if (left_of(a, b, c) > 0) {
            fill(raster, a, b, c);
        } else if (left_of(a, b, c) < 0) {
            fill(raster, a, c, b);
        }
    }
}

/* One direction at a time: `step` from one cell of the line to the next. */
static void grow_line(unsigned char *line, int n, int step, int reach)
{
    unsigned char was[RASTER_SIDE];
    int last = -RASTER_SIDE; /* covered cell */
    for (int i = 0; i < n; i++) {
        was[i] = line[i * step];
    }
    for (int i = 0; i < n; i++) {
        last = was[i] ? i : last;
        line[i * step] = was[i] || i - last <= reach;
    }
    last = 2 * RASTER_SIDE;
    for (int i = n - 1; i >= 0; i--) {
        last = was[i] ? i : last;
        line[i * step] |= last - i <= reach;
    }
}

void chore_raster_grow(cloth_raster *raster, int reach)
{
    for (int r = 0; r < raster->rows; r++) {
        grow_line(raster->layers[r], raster->cols, 1, reach);
    }
    for (int c = 0; c < raster->cols; c++) {
        grow_line(&raster->layers[0][c], raster->rows, RASTER_SIDE, reach);
    }
}

int chore_raster_covered(const cloth_raster *raster)
{
    return chore_raster_common(raster, raster);
}

int chore_raster_common(const cloth_raster *a, const cloth_raster *b)
{
    int n = 0;
    for (int r = 0; r < a->rows; r++) {
        for (int c = 0; c < a->cols; c++) {
            n += a->layers[r][c] && b->layers[r][c];
        }
    }
    return n;
}

int chore_raster_depth(const cloth_raster *raster)
{
    int cells[256] = {0}, covered = chore_raster_covered(raster), deep = 0, depth = 255;
    for (int r = 0; r < raster->rows; r++) {
        for (int c = 0; c < raster->cols; c++) {
            cells[raster->layers[r][c]]++;
        }
    }
    for (; depth > 1; depth--) {
        deep += cells[depth];
        if (50 * deep >= covered) {
            break;
        }
    }
    return depth;
}
