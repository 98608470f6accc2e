#include "cloth_pose.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PI    3.14159265358979323846
#define WAVES 4

chore_scene *cloth_pose_wardrobe(void)
{
    static const char *const all[][2] = {
        {"tshirt", "adult"},      {"tshirt", "child"},   {"long_sleeve", "adult"},
        {"long_sleeve", "child"}, {"trousers", "adult"}, {"trousers", "child"},
        {"shorts", "adult"},      {"shorts", "child"},   {"towel", "hand"},
        {"towel", "tea"},         {"sock", "adult"},     {"sock", "child"}};
    enum { N = sizeof all / sizeof *all };
    chore_object_def defs[N];
    chore_scene *scene;
    chore_error err = {0};
    memset(defs, 0, sizeof defs);
    for (int i = 0; i < N; i++) {
        snprintf(defs[i].id, sizeof defs[i].id, "%s_%s", all[i][0], all[i][1]);
        chore_copy(defs[i].kind, sizeof defs[i].kind, all[i][0]);
        chore_copy(defs[i].size, sizeof defs[i].size, all[i][1]);
    }
    chore_scene_def def = {.scene = "laundry_room", .objects = defs, .n_objects = N};
    if (chore_scene_build(&scene, &def, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    return scene;
}

/* The lowest cloth touches the level. */
static void put_down(cloth_pose *pose)
{
    double lowest = HUGE_VAL;
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        lowest = fmin(lowest, pose->pos[v][2]);
    }
    cloth_pose_move(pose, 0, 0, pose->garment->radius_m - lowest);
}

void cloth_pose_flat(cloth_pose *pose, const chore_garment *garment)
{
    cloth_pose_fold(pose, garment, NULL, 0);
}

/* ---- folds --------------------------------------------------------------------------------------------- */

/* A point as far from the line as `d` comes, over a hinge of this radius, to lie that far from it. */
static double round_hinge(double d, double radius)
{
    double quarter = PI / 2 * radius;
    return d >= quarter ? d : quarter - radius * cos(d / radius);
}

/* order[v] counts layers as if all cloth were one sheet of paper; after each turn what was on top is inside. */
static void turn_over(cloth_pose *pose, int *order, const chore_fold_step *step, double radius)
{
    double along[2] = {step->b[0] - step->a[0], step->b[1] - step->a[1]},
           length = hypot(along[0], along[1]);
    double normal[2] = {-along[1] / length, along[0] / length};
    int top = 0;
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        top = order[v] > top ? order[v] : top;
    }
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        double *p = pose->pos[v];
        double left = (p[0] - step->a[0]) * normal[0] + (p[1] - step->a[1]) * normal[1];
        double now = -round_hinge(fabs(left), radius);
        order[v] = left > 0 ? 2 * top + 1 - order[v] : order[v];
        p[0] += (now - left) * normal[0];
        p[1] += (now - left) * normal[1];
    }
}

static bool lies_in(const cloth_pose *pose, const int *triangle, const double p[3])
{
    int left = 0, right = 0;
    for (int k = 0; k < 3; k++) {
        const double *a = pose->pos[triangle[k]], *b = pose->pos[triangle[(k + 1) % 3]];
        double side = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        left += side > 1e-9;
        right += side < -1e-9;
    }
    return left == 0 || right == 0;
}

/* How many layers lie below each vertex: from the lowest order upwards, on what is there already. */
static void stack_layers(cloth_pose *pose, const int *order)
{
    const chore_garment *g = pose->garment;
    int rank[CHORE_MAX_GARMENT_VERTICES], highest = 0;
    for (int v = 0; v < g->n_vertices; v++) {
        highest = order[v] > highest ? order[v] : highest;
    }
    for (int level = 0; level <= highest; level++) {
        for (int v = 0; v < g->n_vertices; v++) {
            if (order[v] != level) {
                continue;
            }
            rank[v] = 0;
            for (int t = 0; t < g->n_triangles && level > 0; t++) {
                const int *c = g->triangles[t];
                bool below =
                    order[c[0]] == order[c[1]] && order[c[1]] == order[c[2]] && order[c[0]] < level;
                if (below && lies_in(pose, c, pose->pos[v])) {
                    rank[v] = rank[c[0]] + 1 > rank[v] ? rank[c[0]] + 1 : rank[v];
                }
            }
            pose->pos[v][2] = g->radius_m + rank[v] * g->layer_m;
        }
    }
}

void cloth_pose_fold(cloth_pose *pose, const chore_garment *garment, const chore_fold_step *steps,
                     int n)
{
    int order[CHORE_MAX_GARMENT_VERTICES] = {0};
    pose->garment = garment;
    for (int v = 0; v < garment->n_vertices; v++) {
        pose->pos[v][0] = garment->rest[v][0];
        pose->pos[v][1] = garment->rest[v][1];
    }
    for (int s = 0; s < n; s++) {
        turn_over(pose, order, &steps[s], garment->layer_m / 2);
    }
    stack_layers(pose, order);
}

void cloth_pose_fold_way(cloth_pose *pose, const chore_garment *garment, int way, unsigned steps)
{
    chore_fold_step chosen[CHORE_MAX_FOLD_STEPS];
    int n = 0;
    for (int s = 0; s < garment->folds[way].n_steps; s++) {
        if (steps & 1u << s) {
            chosen[n++] = garment->folds[way].steps[s];
        }
    }
    cloth_pose_fold(pose, garment, chosen, n);
}

/* ---- what is no fold ------------------------------------------------------------------------------------- */

void cloth_pose_roll(cloth_pose *pose, const chore_garment *garment)
{
    pose->garment = garment;
    for (int v = 0; v < garment->n_vertices; v++) {
        double along = garment->rest[v][0] + garment->half_m[0],
               pitch = garment->layer_m / (2 * PI), inner = 0.02;
        /* length of the spiral r = inner + pitch * angle, solved for the angle */
        double angle = (sqrt(inner * inner + 2 * pitch * along) - inner) / pitch,
               r = inner + pitch * angle;
        pose->pos[v][0] = r * cos(angle);
        pose->pos[v][1] = garment->rest[v][1];
        pose->pos[v][2] = r * sin(angle);
    }
    put_down(pose);
}

void cloth_pose_ball(cloth_pose *pose, const chore_garment *garment)
{
    double radius = 0.25 * sqrt(garment->area_m2);
    pose->garment = garment;
    for (int v = 0; v < garment->n_vertices; v++) {
        double a = garment->rest[v][0] / radius, b = garment->rest[v][1] / radius;
        double r = radius * (0.75 + 0.25 * sin(3 * a + 2 * b));
        pose->pos[v][0] = r * cos(b) * sin(a);
        pose->pos[v][1] = r * sin(b);
        pose->pos[v][2] = r * cos(b) * cos(a);
    }
    put_down(pose);
}

typedef struct waves {
    double direction[WAVES][2], phase[WAVES];
} waves;

static waves make_waves(double length, uint64_t seed)
{
    chore_rng rng = chore_rng_stream(0, (chore_hash){0}, seed, "cloth_pose");
    waves w;
    for (int i = 0; i < WAVES; i++) {
        double angle = chore_rng_range(&rng, 0, 2 * PI),
               k = 2 * PI / length * chore_rng_range(&rng, 0.7, 1.4);
        w.direction[i][0] = k * cos(angle);
        w.direction[i][1] = k * sin(angle);
        w.phase[i] = chore_rng_range(&rng, 0, 2 * PI);
    }
    return w;
}

static double wave_at(const waves *w, const double rest[2])
{
    double sum = 0;
    for (int i = 0; i < WAVES; i++) {
        sum += sin(w->direction[i][0] * rest[0] + w->direction[i][1] * rest[1] + w->phase[i]);
    }
    return sum / sqrt(WAVES);
}

void cloth_pose_heap(cloth_pose *pose, const chore_garment *garment, uint64_t seed)
{
    double size = sqrt(garment->area_m2);
    cloth_pose_flat(pose, garment);
    cloth_pose_stretch(pose, 0.6, 0.6);
    cloth_pose_waver(pose, 0.07 * size, 0.4 * size, seed);
    cloth_pose_wrinkle(pose, 0.06 * size, 0.3 * size, seed + 1);
}

void cloth_pose_hang(cloth_pose *pose, const chore_garment *garment, int vertex)
{
    const double *held = garment->rest[vertex];
    pose->garment = garment;
    for (int v = 0; v < garment->n_vertices; v++) {
        double away[2] = {garment->rest[v][0] - held[0], garment->rest[v][1] - held[1]};
        double down = hypot(away[0], away[1]);
        pose->pos[v][0] = 0.3 * away[0];
        pose->pos[v][1] = 0.3 * away[1];
        pose->pos[v][2] = -0.9 * down;
    }
    put_down(pose);
    cloth_pose_move(pose, 0, 0, 0.5);
}

void cloth_pose_drape(cloth_pose *pose, const chore_garment *garment, double top, double radius,
                      double shift)
{
    double r = radius + garment->radius_m, quarter = PI / 2 * r;
    pose->garment = garment;
    for (int v = 0; v < garment->n_vertices; v++) {
        double along = garment->rest[v][1] + shift, side = along < 0 ? -1 : 1,
               past = fabs(along) - quarter;
        double angle = fabs(along) / r;
        pose->pos[v][0] = side * r * (past > 0 ? 1 : sin(angle));
        pose->pos[v][1] = garment->rest[v][0];
        pose->pos[v][2] = top - radius + (past > 0 ? -past : r * cos(angle));
    }
}

/* ---- changes --------------------------------------------------------------------------------------------- */

void cloth_pose_move(cloth_pose *pose, double x, double y, double z)
{
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        pose->pos[v][0] += x;
        pose->pos[v][1] += y;
        pose->pos[v][2] += z;
    }
}

void cloth_pose_turn(cloth_pose *pose, double yaw)
{
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        double x = pose->pos[v][0], y = pose->pos[v][1];
        pose->pos[v][0] = cos(yaw) * x - sin(yaw) * y;
        pose->pos[v][1] = sin(yaw) * x + cos(yaw) * y;
    }
}

void cloth_pose_flip(cloth_pose *pose)
{
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        pose->pos[v][1] = -pose->pos[v][1];
        pose->pos[v][2] = -pose->pos[v][2];
    }
    put_down(pose);
}

void cloth_pose_stretch(cloth_pose *pose, double along_x, double along_y)
{
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        pose->pos[v][0] *= along_x;
        pose->pos[v][1] *= along_y;
    }
}

void cloth_pose_pull(cloth_pose *pose, int vertex, double around, double x, double y)
{
    const double(*rest)[2] = pose->garment->rest;
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        double d = hypot(rest[v][0] - rest[vertex][0], rest[v][1] - rest[vertex][1]) / around;
        double part = d < 1 ? (1 + cos(PI * d)) / 2 : 0;
        pose->pos[v][0] += part * x;
        pose->pos[v][1] += part * y;
    }
}

void cloth_pose_waver(cloth_pose *pose, double amplitude, double length, uint64_t seed)
{
    waves x = make_waves(length, 2 * seed), y = make_waves(length, 2 * seed + 1);
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        pose->pos[v][0] += amplitude * wave_at(&x, pose->garment->rest[v]);
        pose->pos[v][1] += amplitude * wave_at(&y, pose->garment->rest[v]);
    }
}

void cloth_pose_wrinkle(cloth_pose *pose, double amplitude, double length, uint64_t seed)
{
    waves z = make_waves(length, seed);
    for (int v = 0; v < pose->garment->n_vertices; v++) {
        pose->pos[v][2] += amplitude * wave_at(&z, pose->garment->rest[v]);
    }
    put_down(pose);
}
