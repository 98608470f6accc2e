/* Silhouettes of garments, cut into regular meshes. A garment is a quilt: rows and columns of four-cornered
   patches, some of them left out (beside the neck, below the sleeves, between the legs). All patches of a
   column have equally many cells across, all of a row equally many down: so neighbours share their vertices,
   and the outline is met exactly. */
#include "garment_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINES   6    /* of corners, in either direction */
#define MIN_ANGLE   0.26 /* 15 degrees: no triangle is sharper */
#define SLANT_SHORT 0.35 /* of the sleeves, below level; rad */
#define SLANT_LONG  0.85

const garment_pattern chore_garment_patterns[GARMENT_SHAPES] = {
    [GARMENT_TSHIRT] = {"tshirt", {"width", "length", "sleeve", "cuff", NULL}},
    [GARMENT_LONG_SLEEVE] = {"long_sleeve", {"width", "length", "sleeve", "cuff", NULL}},
    [GARMENT_TROUSERS] = {"trousers", {"width", "length", "rise", "leg", NULL}},
    [GARMENT_SHORTS] = {"shorts", {"width", "length", "rise", "leg", NULL}},
    [GARMENT_TOWEL] = {"towel", {"width", "length", NULL}},
    [GARMENT_SOCK] = {"sock", {"width", "length", "foot", NULL}},
};

typedef struct quilt {
    int rows, cols; /* of patches */
    bool left_out[MAX_LINES - 1][MAX_LINES - 1];
    double corner[MAX_LINES][MAX_LINES]
                 [2]; /* line of the row from the top, line of the column from the left */
    const char *name[MAX_LINES][MAX_LINES];         /* of a key point, or NULL */
    int down[MAX_LINES - 1], across[MAX_LINES - 1]; /* cells */
} quilt;

/* ---- patterns ------------------------------------------------------------------------------------------ */

static void put(quilt *q, int row, int col, double x, double y, const char *name)
{
    q->corner[row][col][0] = x;
    q->corner[row][col][1] = y;
    q->name[row][col] = name;
}

/* The same corner on both sides of x = 0. */
static void put_pair(quilt *q, int row, int col, double x, double y, const char *left, const char *right)
{
    put(q, row, col, -x, y, left);
    put(q, row, q->cols - col, x, y, right);
}

/* Columns: sleeve, side, neck, side, sleeve. Row lines: shoulders, neck, underarms, hem. */
static void draw_shirt(quilt *q, const double *measures, double slant)
{
    const double half = measures[0] / 2, length = measures[1], sleeve = measures[2], cuff = measures[3];
    const double neck = 0.36 * half, depth = 0.12 * measures[0], shoulder = length - 0.05 * measures[0];
    const double armhole = 0.40 * measures[0], part = depth / (armhole + length - shoulder);
    const double underarm = shoulder - armhole;
    const double top[2] = {half + sleeve * cos(slant), shoulder - sleeve * sin(slant)};
    const double bottom[2] = {top[0] - cuff * sin(slant), top[1] - cuff * cos(slant)};
    q->rows = 3;
    q->cols = 5;
    put_pair(q, 0, 0, top[0], top[1], "cuff_left", "cuff_right");
    put_pair(q, 0, 1, half, shoulder, "shoulder_left", "shoulder_right");
    put_pair(q, 0, 2, neck, length, "collar_left", "collar_right");
    put_pair(q, 1, 0, top[0] + part * (bottom[0] - top[0]), top[1] + part * (bottom[1] - top[1]), NULL, NULL);
    put_pair(q, 1, 1, half, shoulder - part * armhole, NULL, NULL);
    put_pair(q, 1, 2, neck, length - depth, "neck_left", "neck_right");
    put_pair(q, 2, 0, bottom[0], bottom[1], "cuff_under_left", "cuff_under_right");
    put_pair(q, 2, 1, half, underarm, "underarm_left", "underarm_right");
    put_pair(q, 2, 2, neck, underarm, NULL, NULL);
    put_pair(q, 3, 0, bottom[0], 0, NULL, NULL);
    put_pair(q, 3, 1, half, 0, "hem_left", "hem_right");
    put_pair(q, 3, 2, neck, 0, NULL, NULL);
    q->left_out[0][2] = q->left_out[2][0] = q->left_out[2][4] = true;
}

/* Columns: leg, between the legs, leg. Row lines: waist, crotch, hems. */
static void draw_trousers(quilt *q, const double *measures)
{
    const double half = measures[0] / 2, length = measures[1], rise = measures[2], leg = measures[3];
    const double crotch = 0.10 * half, hip = 1.08 * half, hem = 1.10 * half;
    q->rows = 2;
    q->cols = 3;
    put_pair(q, 0, 0, half, length, "waist_left", "waist_right");
    put_pair(q, 0, 1, crotch, length, NULL, NULL);
    put_pair(q, 1, 0, hip, length - rise, "hip_left", "hip_right");
    put_pair(q, 1, 1, crotch, length - rise, "crotch_left", "crotch_right");
    put_pair(q, 2, 0, hem, 0, "hem_outer_left", "hem_outer_right");
    put_pair(q, 2, 1, hem - leg, 0, "hem_inner_left", "hem_inner_right");
    q->left_out[1][1] = true;
}

static void draw_towel(quilt *q, const double *measures)
{
    q->rows = q->cols = 1;
    put_pair(q, 0, 0, measures[0] / 2, measures[1], "top_left", "top_right");
    put_pair(q, 1, 0, measures[0] / 2, 0, "bottom_left", "bottom_right");
}

/* Seen from the side, the toe to the right. Columns: leg and heel, foot. Row lines: cuff, ankle, sole. */
static void draw_sock(quilt *q, const double *measures)
{
    const double width = measures[0], length = measures[1], foot = measures[2], ankle = 0.95 * width;
    q->rows = q->cols = 2;
    put(q, 0, 0, 0, length, "cuff_back");
    put(q, 0, 1, width, length, "cuff_front");
    put(q, 0, 2, foot, length, NULL);
    put(q, 1, 0, 0, ankle, NULL);
    put(q, 1, 1, width, ankle, "ankle");
    put(q, 1, 2, foot, 0.85 * ankle, "toe_top");
    put(q, 2, 0, 0.1 * width, 0, "heel");
    put(q, 2, 1, width, 0, NULL);
    put(q, 2, 2, 0.96 * foot, 0, "toe_under");
    q->left_out[0][1] = true;
}

static void draw(quilt *q, garment_shape shape, const double *measures)
{
    memset(q, 0, sizeof *q);
    switch (shape) {
    case GARMENT_TSHIRT: draw_shirt(q, measures, SLANT_SHORT); break;
    case GARMENT_LONG_SLEEVE: draw_shirt(q, measures, SLANT_LONG); break;
    case GARMENT_TROUSERS:
    case GARMENT_SHORTS: draw_trousers(q, measures); break;
    case GARMENT_TOWEL: draw_towel(q, measures); break;
    case GARMENT_SOCK: draw_sock(q, measures); break;
    case GARMENT_SHAPES: break;
    }
}

/* ---- cells --------------------------------------------------------------------------------------------- */

static double distance(const double a[2], const double b[2])
{
    return hypot(a[0] - b[0], a[1] - b[1]);
}

/* Mean length of the edges that the patches of a row (or column) have in its direction. */
static double mean_edge(const quilt *q, bool of_row, int index)
{
    double sum = 0;
    int n = 0, others = of_row ? q->cols : q->rows;
    for (int k = 0; k < others; k++) {
        int r = of_row ? index : k, c = of_row ? k : index;
        if (q->left_out[r][c]) {
            continue;
        }
        int next_r = of_row ? r + 1 : r, next_c = of_row ? c : c + 1, side_r = of_row ? r : r + 1,
            side_c = of_row ? c + 1 : c;
        sum += distance(q->corner[r][c], q->corner[next_r][next_c]) +
               distance(q->corner[side_r][side_c], q->corner[r + 1][c + 1]);
        n += 2;
    }
    return sum / n;
}

static void count_cells(quilt *q, double spacing)
{
    for (int r = 0; r < q->rows; r++) {
        q->down[r] = (int)fmin(fmax(1, round(mean_edge(q, true, r) / spacing)), GARMENT_MAX_VERTICES);
    }
    for (int c = 0; c < q->cols; c++) {
        q->across[c] = (int)fmin(fmax(1, round(mean_edge(q, false, c) / spacing)), GARMENT_MAX_VERTICES);
    }
}

/* The lattice of all cells; -1 where there is no vertex. */
typedef struct lattice {
    int rows, cols; /* of cells */
    int *vertex;    /* [rows + 1][cols + 1] */
    char *cell;     /* [rows][cols]: is there cloth? */
} lattice;

static int *at(const lattice *l, int row, int col)
{
    return &l->vertex[row * (l->cols + 1) + col];
}

static void place_patch(const quilt *q, const lattice *l, int r, int c, int row0, int col0,
                        garment_mesh *mesh)
{
    int down = q->down[r], across = q->across[c];
    for (int i = 0; i <= down; i++) {
        for (int j = 0; j <= across; j++) {
            int *vertex = at(l, row0 + i, col0 + j);
            double v = (double)i / down, u = (double)j / across;
            if (*vertex >= 0) {
                continue; /* a neighbour's, too */
            }
            *vertex = mesh->n_vertices++;
            for (int k = 0; k < 2; k++) {
                mesh->rest[*vertex][k] =
                    (1 - v) * ((1 - u) * q->corner[r][c][k] + u * q->corner[r][c + 1][k]) +
                    v * ((1 - u) * q->corner[r + 1][c][k] + u * q->corner[r + 1][c + 1][k]);
            }
        }
    }
    for (int i = 0; i < down; i++) {
        memset(&l->cell[(row0 + i) * l->cols + col0], 1, (size_t)across);
    }
}

static void name_corners(const quilt *q, const lattice *l, garment_mesh *mesh)
{
    for (int r = 0, row = 0; r <= q->rows; row += r < q->rows ? q->down[r] : 0, r++) {
        for (int c = 0, col = 0; c <= q->cols; col += c < q->cols ? q->across[c] : 0, c++) {
            if (q->name[r][c] != NULL) {
                chore_keypoint *key = &mesh->keypoints[mesh->n_keypoints++];
                chore_copy(key->name, sizeof key->name, q->name[r][c]);
                key->vertex = *at(l, row, col);
            }
        }
    }
}

static void place_vertices(const quilt *q, const lattice *l, garment_mesh *mesh)
{
    for (int r = 0, row = 0; r < q->rows; row += q->down[r], r++) {
        for (int c = 0, col = 0; c < q->cols; col += q->across[c], c++) {
            if (!q->left_out[r][c]) {
                place_patch(q, l, r, c, row, col, mesh);
            }
        }
    }
    name_corners(q, l, mesh);
}

static void add_triangle(garment_mesh *mesh, int a, int b, int c)
{
    int *triangle = mesh->triangles[mesh->n_triangles++];
    triangle[0] = a;
    triangle[1] = b;
    triangle[2] = c;
}

/* Diagonals alternate, so that the sheet bends alike both ways, and mirror at the middle column. */
static void cut_cells(const lattice *l, garment_mesh *mesh)
{
    for (int i = 0; i < l->rows; i++) {
        for (int j = 0; j < l->cols; j++) {
            if (!l->cell[i * l->cols + j]) {
                continue;
            }
            bool right = 2 * j >= l->cols;
            int from_side = right ? l->cols - 1 - j : j;
            int nw = *at(l, i, j), ne = *at(l, i, j + 1), sw = *at(l, i + 1, j), se = *at(l, i + 1, j + 1);
            if (((i + from_side) % 2 == 0) != right) {
                add_triangle(mesh, nw, sw, se);
                add_triangle(mesh, nw, se, ne);
            } else {
                add_triangle(mesh, nw, sw, ne);
                add_triangle(mesh, ne, sw, se);
            }
        }
    }
}

/* ---- the mesh ------------------------------------------------------------------------------------------ */

static double signed_area(const garment_mesh *mesh, const int t[3])
{
    const double *a = mesh->rest[t[0]], *b = mesh->rest[t[1]], *c = mesh->rest[t[2]];
    return ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
}

/* The sharpest angle of a triangle is opposite its shortest side. */
static double sharpest_angle(const garment_mesh *mesh, const int t[3])
{
    double side[3];
    for (int k = 0; k < 3; k++) {
        side[k] = distance(mesh->rest[t[k]], mesh->rest[t[(k + 1) % 3]]);
    }
    double shortest = fmin(side[0], fmin(side[1], side[2]));
    double product = side[0] * side[1] * side[2] / shortest;
    return asin(fmin(1, 2 * fabs(signed_area(mesh, t)) / product));
}

/* An edge is on the boundary when no triangle runs along it the other way. next[v]: the vertex after v, or
   -1. */
static void find_boundary_edges(const garment_mesh *mesh, int *next)
{
    for (int v = 0; v < mesh->n_vertices; v++) {
        next[v] = -1;
    }
    for (int t = 0; t < mesh->n_triangles; t++) {
        for (int k = 0; k < 3; k++) {
            int a = mesh->triangles[t][k], b = mesh->triangles[t][(k + 1) % 3];
            bool inner = false;
            for (int s = 0; s < mesh->n_triangles && !inner; s++) {
                const int *o = mesh->triangles[s];
                inner = (o[0] == b && o[1] == a) || (o[1] == b && o[2] == a) || (o[2] == b && o[0] == a);
            }
            if (!inner) {
                next[a] = b;
            }
        }
    }
}

static void walk_boundary(garment_mesh *mesh, int *next)
{
    int start = 0, v;
    find_boundary_edges(mesh, next);
    while (next[start] < 0) {
        start++;
    }
    v = start;
    do {
        mesh->boundary[mesh->n_boundary++] = v;
        v = next[v];
    } while (v >= 0 && v != start && mesh->n_boundary < mesh->n_vertices);
    CHORE_ASSERT(v == start); /* the patches of a quilt hang together */
}

/* On which side of the line from a to b is p? */
static double side_of(const double a[2], const double b[2], const double p[2])
{
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
}

/* Does the outline cross itself, as legs do that are too wide for the waist? */
static bool outline_crosses(const garment_mesh *mesh)
{
    int n = mesh->n_boundary;
    for (int i = 0; i < n; i++) {
        for (int k = i + 2; k < n - (i == 0); k++) { /* not its neighbours */
            const double *a = mesh->rest[mesh->boundary[i]], *b = mesh->rest[mesh->boundary[(i + 1) % n]],
                         *c = mesh->rest[mesh->boundary[k]], *d = mesh->rest[mesh->boundary[(k + 1) % n]];
            if (side_of(a, b, c) * side_of(a, b, d) < 0 && side_of(c, d, a) * side_of(c, d, b) < 0) {
                return true;
            }
        }
    }
    return false;
}

/* Middle of the bounding rectangle to the origin. */
static void centre(garment_mesh *mesh)
{
    double lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < mesh->n_vertices; v++) {
        for (int k = 0; k < 2; k++) {
            lo[k] = fmin(lo[k], mesh->rest[v][k]);
            hi[k] = fmax(hi[k], mesh->rest[v][k]);
        }
    }
    for (int k = 0; k < 2; k++) {
        mesh->half[k] = (hi[k] - lo[k]) / 2;
        for (int v = 0; v < mesh->n_vertices; v++) {
            mesh->rest[v][k] -= (lo[k] + hi[k]) / 2;
        }
    }
}

static bool has_good_triangles(const garment_mesh *mesh)
{
    for (int t = 0; t < mesh->n_triangles; t++) {
        const int *triangle = mesh->triangles[t];
        if (signed_area(mesh, triangle) <= 0 || sharpest_angle(mesh, triangle) < MIN_ANGLE) {
            return false;
        }
    }
    return true;
}

static chore_status build_mesh(garment_mesh *mesh, const quilt *q, garment_shape shape, lattice *l, int *next,
                               chore_error *err)
{
    for (int i = 0; i < (l->rows + 1) * (l->cols + 1); i++) {
        l->vertex[i] = -1;
    }
    place_vertices(q, l, mesh);
    cut_cells(l, mesh);
    centre(mesh);
    walk_boundary(mesh, next);
    if (!has_good_triangles(mesh) || outline_crosses(mesh)) {
        return chore_fail(
            err, CHORE_E_USAGE,
            "these measures make no %s that can be meshed: part of it is too thin or crosses another",
            chore_garment_patterns[shape].name);
    }
    for (int t = 0; t < mesh->n_triangles; t++) {
        mesh->area += signed_area(mesh, mesh->triangles[t]);
    }
    return CHORE_OK;
}

chore_status chore_garment_mesh_make(garment_mesh *mesh, garment_shape shape, const double *measures,
                                     double spacing, chore_error *err)
{
    quilt q;
    lattice l = {0, 0, NULL, NULL};
    memset(mesh, 0, sizeof *mesh);
    draw(&q, shape, measures);
    count_cells(&q, spacing);
    for (int r = 0; r < q.rows; r++) {
        l.rows += q.down[r];
    }
    for (int c = 0; c < q.cols; c++) {
        l.cols += q.across[c];
    }
    if (l.rows >= GARMENT_MAX_VERTICES || (l.rows + 1) * (l.cols + 1) > 2 * GARMENT_MAX_VERTICES) {
        return chore_fail(err, CHORE_E_USAGE, "a %s of %d by %d cells: choose a wider spacing than %.3g m",
                          chore_garment_patterns[shape].name, l.cols, l.rows, spacing);
    }
    size_t points = (size_t)(l.rows + 1) * (size_t)(l.cols + 1);
    l.vertex = calloc(points, sizeof *l.vertex);
    l.cell = calloc(points, 1);
    int *next = calloc(points, sizeof *next);
    mesh->rest = calloc(points, sizeof *mesh->rest);
    mesh->triangles = calloc(2 * points, sizeof *mesh->triangles);
    mesh->boundary = calloc(points, sizeof *mesh->boundary);
    bool enough = l.vertex && l.cell && next && mesh->rest && mesh->triangles && mesh->boundary;
    chore_status status = enough ? build_mesh(mesh, &q, shape, &l, next, err)
                                 : chore_fail(err, CHORE_E_MEMORY, "no memory for a garment");
    free(next);
    free(l.cell);
    free(l.vertex);
    if (status != CHORE_OK) {
        chore_garment_mesh_release(mesh);
    }
    return status;
}

void chore_garment_mesh_release(garment_mesh *mesh)
{
    free(mesh->rest);
    free(mesh->triangles);
    free(mesh->boundary);
    memset(mesh, 0, sizeof *mesh);
}

void chore_garment_mesh_shares(const garment_mesh *mesh, double *share)
{
    memset(share, 0, (size_t)mesh->n_vertices * sizeof *share);
    for (int t = 0; t < mesh->n_triangles; t++) {
        for (int k = 0; k < 3; k++) {
            share[mesh->triangles[t][k]] += signed_area(mesh, mesh->triangles[t]) / 3;
        }
    }
}
