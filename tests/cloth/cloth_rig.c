#include "cloth_rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL 0.005
#define SIDE 600 /* cells: 3 m around the table */

void cloth_must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

void cloth_open_in(cloth *c, const char *scene, int n, const char *kind, const char *size)
{
    chore_object_def things[2];
    char path[CHORE_PATH_CAP];
    chore_error err = {0};
    memset(things, 0, sizeof things);
    for (int i = 0; i < n; i++) {
        snprintf(things[i].id, sizeof things[i].id, "g%d", i);
        chore_copy(things[i].kind, sizeof things[i].kind, kind);
        chore_copy(things[i].size, sizeof things[i].size, size);
    }
    cloth_must(chore_sim_init(&err), &err);
    snprintf(path, sizeof path, "%s/tests/cloth/%s", getenv("CHORE_SOURCE_DIR"), scene);
    chore_scene_def def = {.scene = path, .objects = things, .n_objects = n};
    cloth_must(chore_scene_build(&c->scene, &def, &err), &err);
    chore_world_def world = chore_scene_world_def(c->scene);
    cloth_must(chore_world_create(&c->world, &world, &err), &err);
}

void cloth_open(cloth *c, int n, const char *kind, const char *size)
{
    cloth_open_in(c, "bench_cg.yaml", n, kind, size);
}

void cloth_close(cloth *c)
{
    chore_world_destroy(c->world);
    chore_scene_destroy(c->scene);
}

const chore_garment *cloth_garment(const cloth *c, int index)
{
    return chore_scene_garment(c->scene, index);
}

bool cloth_place(cloth *c, int garment, chore_garment_start start, double yaw, uint64_t seed)
{
    chore_error err = {0};
    chore_rng rng = chore_rng_stream(11, (chore_hash){3, 4}, seed, "cloth");
    chore_garment_placement placement = {
        garment, chore_scene_find_region(c->scene, "table_top"), {yaw, yaw}, start};
    chore_status status = chore_scene_place_garments(c->scene, c->world, &placement, 1, &rng, &err);
    if (status == CHORE_E_PLACEMENT) {
        print_message("  seed %d: %s\n", (int)seed, err.message);
        return false;
    }
    cloth_must(status, &err);
    return true;
}

void cloth_advance(cloth *c, double seconds)
{
    chore_error err = {0};
    cloth_must(chore_world_advance(c->world, (int)lround(seconds * chore_world_physics_hz(c->world)), &err),
               &err);
}

double cloth_settle(cloth *c, int index, double limit_s)
{
    for (double t = 0; t < limit_s; t += 0.1) {
        if (chore_garment_is_asleep(c->world, cloth_garment(c, index))) {
            return t;
        }
        cloth_advance(c, 0.1);
    }
    return -1;
}

void cloth_vertex(const cloth *c, int index, int vertex, double out[3])
{
    chore_garment_vertex(c->world, cloth_garment(c, index), vertex, out);
}

/* Beside the table cloth may hang down. */
double cloth_lowest(const cloth *c, int index)
{
    double lowest = HUGE_VAL, at[3];
    for (int v = 0; v < cloth_garment(c, index)->n_vertices; v++) {
        cloth_vertex(c, index, v, at);
        if (at[0] > TABLE_EDGE - 0.89 && at[0] < TABLE_EDGE - 0.01 && fabs(at[1]) < 0.56) {
            lowest = fmin(lowest, at[2]);
        }
    }
    return lowest;
}

double cloth_highest(const cloth *c, int index)
{
    double highest = -HUGE_VAL, at[3];
    for (int v = 0; v < cloth_garment(c, index)->n_vertices; v++) {
        cloth_vertex(c, index, v, at);
        highest = fmax(highest, at[2]);
    }
    return highest;
}

double cloth_kinetic(const cloth *c, int index)
{
    const mjModel *m = chore_world_model(c->world);
    const chore_garment *g = cloth_garment(c, index);
    double sum = 0;
    for (int v = 0; v < g->n_vertices; v++) {
        const double *speed = chore_world_data(c->world)->qvel + g->dof_adr + 3 * v;
        sum += m->body_mass[g->first_body + v] * mju_dot3(speed, speed) / 2;
    }
    return sum;
}

/* ---- from above ---------------------------------------------------------------------------------------- */

static double turn(const double *a, const double *b, double x, double y)
{
    return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
}

static void fill_triangle(unsigned char *cells, double p[3][3])
{
    double lo[2], hi[2];
    for (int k = 0; k < 2; k++) {
        lo[k] = fmin(p[0][k], fmin(p[1][k], p[2][k]));
        hi[k] = fmax(p[0][k], fmax(p[1][k], p[2][k]));
    }
    for (int i = (int)floor(lo[1] / CELL); i <= (int)(hi[1] / CELL); i++) {
        for (int j = (int)floor(lo[0] / CELL); j <= (int)(hi[0] / CELL); j++) {
            double x = (j + 0.5) * CELL, y = (i + 0.5) * CELL;
            double a = turn(p[0], p[1], x, y), b = turn(p[1], p[2], x, y), d = turn(p[2], p[0], x, y);
            int row = i + SIDE / 2, col = j + SIDE / 2;
            if (((a >= 0 && b >= 0 && d >= 0) || (a <= 0 && b <= 0 && d <= 0)) && row >= 0 && row < SIDE &&
                col >= 0 && col < SIDE) {
                cells[row * SIDE + col] = 1;
            }
        }
    }
}

double cloth_footprint(const cloth *c, int index)
{
    const chore_garment *g = cloth_garment(c, index);
    unsigned char *cells = calloc(SIDE * SIDE, 1);
    int n = 0;
    assert_non_null(cells);
    for (int t = 0; t < g->n_triangles; t++) {
        double p[3][3];
        for (int k = 0; k < 3; k++) {
            cloth_vertex(c, index, g->triangles[t][k], p[k]);
        }
        fill_triangle(cells, p);
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        n += cells[i];
    }
    free(cells);
    return n * CELL * CELL;
}

int cloth_crossings(const cloth *c, int a, int b)
{
    return chore_garment_crossings(c->world, cloth_garment(c, a), cloth_garment(c, b));
}
