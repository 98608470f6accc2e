#include "garment_internal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct cut {
    garment_shape shape;
    double measures[GARMENT_MAX_MEASURES];
    double spacing;
    double area; /* of the silhouette, worked out by hand */
    int n_lo, n_hi;
    bool mirrored;
} cut;

/* Two cuffs of `sleeve` length between an armhole of .40 width and the cuff: a four-sided sleeve has, from its
   diagonals (shoulder to under the cuff, cuff to underarm), half the cross product as area. */
static double sleeve(const double *m, double slant)
{
    double armhole = 0.40 * m[0], reach = m[2] * cos(slant), fall = m[2] * sin(slant);
    double under[2] = {reach - m[3] * sin(slant), -fall - m[3] * cos(slant)};
    double other[2] = {-reach, -armhole + fall};
    return fabs(under[0] * other[1] - under[1] * other[0]) / 2;
}

static double shirt(const double *m, double slant)
{
    double body = m[0] * m[1], neck = 0.36 * m[0] * 0.12 * m[0], slope = 0.05 * m[0] * 0.64 * m[0] / 2;
    return body - neck - slope + 2 * sleeve(m, slant);
}

/* A waist part and two legs, each a trapezoid; 10 % of half the width lies between the legs at the crotch. */
static double trousers(const double *m)
{
    double half = m[0] / 2, waist = 1.04 * m[0] * m[2], thigh = 0.98 * half;
    return waist + (thigh + m[3]) * (m[1] - m[2]);
}

static double sock(const double *m)
{
    double ankle = 0.95 * m[0], leg = m[0] * m[1] - 0.05 * m[0] * ankle;
    return leg + (ankle * (m[2] - m[0]) * 0.925) - 0.02 * m[2] * 0.85 * ankle;
}

static int cuts(cut *out)
{
    const cut all[] = {
        {GARMENT_TSHIRT, {0.44, 0.64, 0.17, 0.16}, 0.04, 0, 200, 280, true},
        {GARMENT_TSHIRT, {0.32, 0.45, 0.12, 0.12}, 0.04, 0, 100, 180, true},
        {GARMENT_TSHIRT, {0.32, 0.45, 0.12, 0.12}, 0.03, 0, 180, 280, true},
        {GARMENT_LONG_SLEEVE, {0.44, 0.64, 0.52, 0.11}, 0.04, 0, 220, 340, true},
        {GARMENT_TROUSERS, {0.38, 0.96, 0.26, 0.17}, 0.04, 0, 200, 300, true},
        {GARMENT_SHORTS, {0.38, 0.44, 0.26, 0.20}, 0.04, 0, 90, 160, true},
        {GARMENT_TOWEL, {0.40, 0.60}, 0.04, 0, 176, 176, true},
        {GARMENT_SOCK, {0.095, 0.22, 0.23}, 0.025, 0, 50, 80, false},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const double *m = all[i].measures;
        out[i] = all[i];
        switch (all[i].shape) {
        case GARMENT_TSHIRT: out[i].area = shirt(m, 0.35); break;
        case GARMENT_LONG_SLEEVE: out[i].area = shirt(m, 0.85); break;
        case GARMENT_TROUSERS:
        case GARMENT_SHORTS: out[i].area = trousers(m); break;
        case GARMENT_TOWEL: out[i].area = m[0] * m[1]; break;
        case GARMENT_SOCK: out[i].area = sock(m); break;
        case GARMENT_SHAPES: break;
        }
    }
    return (int)(sizeof all / sizeof *all);
}

static garment_mesh make(const cut *c)
{
    garment_mesh mesh;
    chore_error err = {0};
    if (chore_garment_mesh_make(&mesh, c->shape, c->measures, c->spacing, &err) != CHORE_OK) {
        fail_msg("%s: %s", chore_garment_patterns[c->shape].name, err.message);
    }
    return mesh;
}

static double triangle_area(const garment_mesh *mesh, int t)
{
    const int *v = mesh->triangles[t];
    const double *a = mesh->rest[v[0]], *b = mesh->rest[v[1]], *c = mesh->rest[v[2]];
    return ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
}

static void areas_and_counts_are_those_of_the_silhouette(void **state)
{
    cut all[16];
    (void)state;
    for (int i = 0, n = cuts(all); i < n; i++) {
        garment_mesh mesh = make(&all[i]);
        double sum = 0, loop = 0;
        for (int t = 0; t < mesh.n_triangles; t++) {
            double area = triangle_area(&mesh, t);
            assert_true(area > 0.1 * all[i].spacing * all[i].spacing);
            sum += area;
        }
        for (int k = 0; k < mesh.n_boundary; k++) {
            const double *a = mesh.rest[mesh.boundary[k]],
                         *b = mesh.rest[mesh.boundary[(k + 1) % mesh.n_boundary]];
            loop += (a[0] * b[1] - a[1] * b[0]) / 2;
        }
        if (fabs(sum - all[i].area) > 0.05 * all[i].area || mesh.n_vertices < all[i].n_lo ||
            mesh.n_vertices > all[i].n_hi) {
            fail_msg("%s: area %.4f, silhouette %.4f, %d vertices", chore_garment_patterns[all[i].shape].name,
                     sum, all[i].area, mesh.n_vertices);
        }
        assert_true(fabs(loop - sum) < 1e-9 && fabs(mesh.area - sum) < 1e-9);
        /* Euler: a sheet without holes */
        int edges = (3 * mesh.n_triangles + mesh.n_boundary) / 2;
        assert_int_equal(mesh.n_vertices - edges + mesh.n_triangles, 1);
        chore_garment_mesh_release(&mesh);
    }
}

static bool has_vertex_at(const garment_mesh *mesh, double x, double y)
{
    for (int v = 0; v < mesh->n_vertices; v++) {
        if (fabs(mesh->rest[v][0] - x) < 1e-9 && fabs(mesh->rest[v][1] - y) < 1e-9) {
            return true;
        }
    }
    return false;
}

static void left_and_right_are_alike(void **state)
{
    cut all[16];
    (void)state;
    for (int i = 0, n = cuts(all); i < n; i++) {
        garment_mesh mesh = make(&all[i]);
        for (int v = 0; v < mesh.n_vertices && all[i].mirrored; v++) {
            assert_true(has_vertex_at(&mesh, -mesh.rest[v][0], mesh.rest[v][1]));
        }
        chore_garment_mesh_release(&mesh);
    }
}

static bool on_boundary(const garment_mesh *mesh, int vertex)
{
    for (int k = 0; k < mesh->n_boundary; k++) {
        if (mesh->boundary[k] == vertex) {
            return true;
        }
    }
    return false;
}

static const double *key(const garment_mesh *mesh, const char *name)
{
    for (int k = 0; k < mesh->n_keypoints; k++) {
        if (strcmp(mesh->keypoints[k].name, name) == 0) {
            return mesh->rest[mesh->keypoints[k].vertex];
        }
    }
    fail_msg("no key point '%s'", name);
    return NULL;
}

static void key_points_lie_on_the_outline(void **state)
{
    cut all[16];
    (void)state;
    for (int i = 0, n = cuts(all); i < n; i++) {
        garment_mesh mesh = make(&all[i]);
        assert_true(mesh.n_keypoints >= 4);
        for (int k = 0; k < mesh.n_keypoints; k++) {
            assert_true(on_boundary(&mesh, mesh.keypoints[k].vertex));
            for (int j = 0; j < k; j++) {
                assert_true(mesh.keypoints[j].vertex != mesh.keypoints[k].vertex);
            }
        }
        chore_garment_mesh_release(&mesh);
    }
    cut shirt_cut = {GARMENT_TSHIRT, {0.44, 0.64, 0.17, 0.16}, 0.04, 0, 0, 0, true};
    garment_mesh mesh = make(&shirt_cut);
    assert_true(fabs(key(&mesh, "hem_right")[0] - key(&mesh, "hem_left")[0] - 0.44) < 1e-9);
    assert_true(fabs(key(&mesh, "collar_left")[1] - key(&mesh, "hem_left")[1] - 0.64) < 1e-9);
    double reach[2] = {key(&mesh, "cuff_left")[0] - key(&mesh, "shoulder_left")[0],
                       key(&mesh, "cuff_left")[1] - key(&mesh, "shoulder_left")[1]};
    assert_true(reach[0] < 0 && fabs(hypot(reach[0], reach[1]) - 0.17) < 1e-9);
    chore_garment_mesh_release(&mesh);
}

static void the_same_measures_give_the_same_bytes(void **state)
{
    cut all[16];
    (void)state;
    for (int i = 0, n = cuts(all); i < n; i++) {
        garment_mesh a = make(&all[i]), b = make(&all[i]);
        assert_int_equal(a.n_vertices, b.n_vertices);
        assert_memory_equal(a.rest, b.rest, (size_t)a.n_vertices * sizeof *a.rest);
        assert_memory_equal(a.triangles, b.triangles, (size_t)a.n_triangles * sizeof *a.triangles);
        assert_memory_equal(a.boundary, b.boundary, (size_t)a.n_boundary * sizeof *a.boundary);
        chore_garment_mesh_release(&a);
        chore_garment_mesh_release(&b);
    }
}

static void shares_sum_to_the_area(void **state)
{
    cut all[16];
    double share[GARMENT_MAX_VERTICES];
    (void)state;
    for (int i = 0, n = cuts(all); i < n; i++) {
        garment_mesh mesh = make(&all[i]);
        double sum = 0;
        chore_garment_mesh_shares(&mesh, share);
        for (int v = 0; v < mesh.n_vertices; v++) {
            assert_true(share[v] > 0);
            sum += share[v];
        }
        assert_true(fabs(sum - mesh.area) < 1e-9);
        chore_garment_mesh_release(&mesh);
    }
}

static void impossible_measures_are_refused(void **state)
{
    static const cut bad[] = {
        {GARMENT_TSHIRT, {0.44, 0.10, 0.17, 0.16}, 0.04, 0, 0, 0, true},   /* shorter than its armholes */
        {GARMENT_TSHIRT, {0.44, 0.64, 0.02, 0.40}, 0.04, 0, 0, 0, true},   /* the cuff crosses the body */
        {GARMENT_TROUSERS, {0.38, 0.20, 0.26, 0.17}, 0.04, 0, 0, 0, true}, /* shorter than its rise */
        {GARMENT_TROUSERS, {0.38, 0.96, 0.26, 0.45}, 0.04, 0, 0, 0, true}, /* the legs overlap */
        {GARMENT_SOCK, {0.20, 0.22, 0.15}, 0.025, 0, 0, 0, false}, /* a foot shorter than the leg is wide */
        {GARMENT_TOWEL, {3, 4}, 0.04, 0, 0, 0, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        garment_mesh mesh;
        chore_error err = {0};
        if (chore_garment_mesh_make(&mesh, bad[i].shape, bad[i].measures, bad[i].spacing, &err) !=
            CHORE_E_USAGE) {
            fail_msg("case %zu was taken", i);
        }
        assert_true(err.message[0] != '\0' && mesh.rest == NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_and_counts_are_those_of_the_silhouette),
        cmocka_unit_test(left_and_right_are_alike),
        cmocka_unit_test(key_points_lie_on_the_outline),
        cmocka_unit_test(the_same_measures_give_the_same_bytes),
        cmocka_unit_test(shares_sum_to_the_area),
        cmocka_unit_test(impossible_measures_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
