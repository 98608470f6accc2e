/* Cloth through cloth: edges that pierce triangles. */
#include "scene_internal.h"

#include <math.h>

/* Möller and Trumbore (Fast, minimum storage ray-triangle intersection, 1997), for a segment. */
static bool pierces(const double from[3], const double to[3], double p[3][3])
{
    double d[3], e1[3], e2[3], h[3], s[3], q[3];
    mju_sub3(d, to, from);
    mju_sub3(e1, p[1], p[0]);
    mju_sub3(e2, p[2], p[0]);
    mju_cross(h, d, e2);
    double det = mju_dot3(e1, h);
    if (fabs(det) < 1e-14) {
        return false;
    }
    mju_sub3(s, from, p[0]);
    double u = mju_dot3(s, h) / det;
    mju_cross(q, s, e1);
    double v = mju_dot3(d, q) / det, t = mju_dot3(e2, q) / det;
    return u > 0 && v > 0 && u + v < 1 && t > 0 && t < 1;
}

typedef struct extent {
    double lo[3], hi[3];
} extent;

static extent extent_of(const double (*points)[3], int n)
{
    extent box = {{HUGE_VAL, HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL, -HUGE_VAL}};
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < 3; k++) {
            box.lo[k] = fmin(box.lo[k], points[i][k]);
            box.hi[k] = fmax(box.hi[k], points[i][k]);
        }
    }
    return box;
}

static bool are_apart(const double from[3], const double to[3], const extent *box)
{
    for (int k = 0; k < 3; k++) {
        if (fmax(from[k], to[k]) < box->lo[k] || fmin(from[k], to[k]) > box->hi[k]) {
            return true;
        }
    }
    return false;
}

static bool has_corner(const int triangle[3], int vertex)
{
    return triangle[0] == vertex || triangle[1] == vertex || triangle[2] == vertex;
}

int chore_garment_crossings(const chore_world *world, const chore_garment *edges_of,
                            const chore_garment *through)
{
    double ends[GARMENT_MAX_VERTICES][3], corners[GARMENT_MAX_VERTICES][3];
    for (int v = 0; v < edges_of->n_vertices; v++) {
        chore_garment_vertex(world, edges_of, v, ends[v]);
    }
    for (int v = 0; v < through->n_vertices; v++) {
        chore_garment_vertex(world, through, v, corners[v]);
    }
    const extent all = extent_of((const double(*)[3])ends, edges_of->n_vertices);
    int n = 0;
    for (int t = 0; t < through->n_triangles; t++) {
        const int *tri = through->triangles[t];
        double p[3][3];
        for (int k = 0; k < 3; k++) {
            mju_copy3(p[k], corners[tri[k]]);
        }
        const extent box = extent_of((const double(*)[3])p, 3);
        if (are_apart(all.lo, all.hi, &box)) {
            continue;
        }
        for (int s = 0; s < 3 * edges_of->n_triangles; s++) {
            const int *own = edges_of->triangles[s / 3], from = own[s % 3], to = own[(s + 1) % 3];
            if (edges_of == through && (has_corner(tri, from) || has_corner(tri, to))) {
                continue;
            }
            n += !are_apart(ends[from], ends[to], &box) && pierces(ends[from], ends[to], p);
        }
    }
    return n;
}
