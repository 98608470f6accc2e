/* What the cloth is, in figures: the tables of scenes/garments.md come from here. Each test prints what it
   measures and fails beyond stated bounds. */
#include "cloth_rig.h"

#include <chore/clock.h>
#include <math.h>
#include <stdlib.h>

#define DEGREES (180 / mjPI)

/* ---- bending ------------------------------------------------------------------------------------------- */

/* Peirce's cantilever: a strip of length L over an edge whose chord hangs by the angle a below level has
   bending length L (cos(a / 2) / (8 tan a))^(1/3). */
static double bending_length(double overhang, double angle)
{
    return overhang * cbrt(cos(angle / 2) / (8 * tan(angle)));
}

/* A towel across the edge, so much of it beyond. */
static double hang_angle(double overhang)
{
    cloth c;
    cloth_open(&c, 1, "towel", "hand");
    const chore_garment *g = cloth_garment(&c, 0);
    chore_error err = {0};
    double pos[3] = {TABLE_EDGE + overhang - g->half_m[1], 0, TABLE_Z + g->radius_m + 0.001}, tip[3];
    chore_garment_lay_flat(c.world, g, pos, -mjPI / 2);
    cloth_must(chore_world_advance(c.world, 1, &err), &err);
    double seconds = cloth_settle(&c, 0, 40);
    cloth_vertex(&c, 0, chore_garment_keypoint(g, "top_left"), tip);
    double drop = TABLE_Z + g->radius_m - tip[2], out = tip[0] - TABLE_EDGE;
    print_message(
        "  %2.0f cm over the edge: the rim hangs %4.1f cm down and %4.1f cm out, %4.1f deg; rest after "
        "%.1f s; bending length %.1f mm\n",
        100 * overhang, 100 * drop, 100 * out, atan2(drop, out) * DEGREES, seconds,
        1000 * bending_length(overhang, atan2(drop, out)));
    assert_true(seconds >= 0);
    cloth_close(&c);
    return atan2(drop, out);
}

static void it_bends_like_cotton_jersey(void **state)
{
    (void)state;
    double bending = 7.5e3 * pow(4e-3, 3) / (12 * (1 - 0.04)); /* as garment_build.c sets it */
    double weight = 0.15 / (0.40 * 0.60) * 9.81;
    print_message("  by its parameters: bending length %.1f mm (jersey: 15 to 25 mm)\n",
                  1000 * cbrt(bending / weight));
    double four = hang_angle(0.04), eight = hang_angle(0.08), twenty = hang_angle(0.20);
    assert_true(bending_length(0.04, four) > 0.010 && bending_length(0.04, four) < 0.035);
    assert_true(bending_length(0.08, eight) > 0.010 && bending_length(0.08, eight) < 0.035);
    assert_true(twenty * DEGREES > 60 && twenty * DEGREES < 100);
}

/* ---- friction ------------------------------------------------------------------------------------------ */

/* Gravity leans until the flat shirt slides faster than 2 cm/s: the angle of the slope. */
static void it_slides_at_the_angle_of_friction(void **state)
{
    cloth c;
    (void)state;
    cloth_open(&c, 1, "tshirt", "adult");
    assert_true(cloth_place(&c, 0, CHORE_GARMENT_FLAT, 0, 1));
    const chore_garment *g = cloth_garment(&c, 0);
    mjModel *m = mj_copyModel(NULL, chore_world_model(c.world));
    m->opt.enableflags &= ~mjENBL_SLEEP;
    mjData *d = mj_makeData(m);
    double angle = 30;
    mju_copy(d->qpos, chore_world_data(c.world)->qpos, (int)m->nq);
    for (bool slides = false; !slides && angle < 60; angle += 1) {
        m->opt.gravity[0] = 9.81 * sin(angle / DEGREES);
        m->opt.gravity[2] = -9.81 * cos(angle / DEGREES);
        double mean = 0;
        for (int i = 0; i < 60; i++) {
            mj_step(m, d);
        }
        for (int v = 0; v < g->n_vertices; v++) {
            mean += d->qvel[g->dof_adr + 3 * v] / g->n_vertices;
        }
        slides = mean > 0.02;
    }
    print_message("  slides at %.0f deg (friction 1: 45 deg)\n", angle - 1);
    assert_true(angle - 1 > 40 && angle - 1 < 50);
    mj_deleteData(d);
    mj_deleteModel(m);
    cloth_close(&c);
}

/* ---- heaps --------------------------------------------------------------------------------------------- */

/* What a drop leaves: how small, how high, how still, and whether cloth went through cloth or table. */
static void heaps(const char *kind, const char *size, double yaw, int n)
{
    double footprint = 0, height = 0, flat = 0, worst = 1;
    int crossed = 0, made = 0;
    for (int seed = 0; seed < n; seed++) {
        cloth c;
        cloth_open(&c, 1, kind, size);
        if (cloth_place(&c, 0, CHORE_GARMENT_CRUMPLED, yaw, (uint64_t)seed)) {
            flat = cloth_garment(&c, 0)->area_m2;
            footprint += cloth_footprint(&c, 0);
            height += cloth_highest(&c, 0) - TABLE_Z;
            worst = fmin(worst, cloth_lowest(&c, 0) - TABLE_Z);
            crossed += cloth_crossings(&c, 0, 0) > 0;
            made++;
            assert_true(chore_garment_is_asleep(c.world, cloth_garment(&c, 0)));
        }
        cloth_close(&c);
    }
    assert_true(made >= n - 1);
    print_message(
        "  %-11s %-5s %2d of %d heaps: cover %2.0f %% of flat, %4.1f cm high, lowest vertex %4.1f mm above "
        "the top; %d with crossings\n",
        kind, size, made, n, 100 * footprint / made / flat, 100 * height / made, 1000 * worst, crossed);
    assert_int_equal(crossed, 0);
    assert_true(footprint / made / flat < 0.90);
    assert_true(worst > -0.002);
}

static void dropped_it_makes_a_heap(void **state)
{
    (void)state;
    heaps("tshirt", "adult", 0, 6);
    heaps("towel", "hand", 0, 6);
    heaps("trousers", "adult", 0, 3);
    heaps("long_sleeve", "adult", mjPI / 2, 3);
    heaps("shorts", "child", 0, 3);
    heaps("sock", "adult", 0, 6);
}

static void one_drops_on_the_other(void **state)
{
    cloth c;
    (void)state;
    cloth_open(&c, 2, "tshirt", "adult");
    assert_true(cloth_place(&c, 0, CHORE_GARMENT_FLAT, 0, 1));
    assert_true(cloth_place(&c, 1, CHORE_GARMENT_CRUMPLED, 0.3, 2));
    print_message(
        "  a shirt crumpled onto a flat one: %d + %d edges go through the other, %d through itself; lowest "
        "vertices %.1f and %.1f mm above the top\n",
        cloth_crossings(&c, 0, 1), cloth_crossings(&c, 1, 0), cloth_crossings(&c, 1, 1),
        1000 * (cloth_lowest(&c, 0) - TABLE_Z), 1000 * (cloth_lowest(&c, 1) - TABLE_Z));
    assert_true(cloth_lowest(&c, 0) > TABLE_Z - 0.002 && cloth_lowest(&c, 1) > TABLE_Z - 0.002);
    cloth_close(&c);
}

/* ---- rest and energy ----------------------------------------------------------------------------------- */

static void compare(const chore_garment *g, const double *qpos, const double *before, double *mean,
                    double *most)
{
    *mean = *most = 0;
    for (int v = 0; v < g->n_vertices; v++) {
        double moved = mju_dist3(qpos + g->qpos_adr + 3 * v, before + g->qpos_adr + 3 * v);
        *mean += moved / g->n_vertices;
        *most = fmax(*most, moved);
    }
}

/* Sleep is what keeps a heap as it is: one that is never let sleep goes on sinking, and a tent in it may
   fold over. */
static void a_heap_that_may_not_sleep_keeps_its_shape(void **state)
{
    cloth c;
    double mean[2], most[2];
    (void)state;
    cloth_open(&c, 1, "tshirt", "child");
    assert_true(cloth_place(&c, 0, CHORE_GARMENT_CRUMPLED, 0, 5));
    mjModel *m = mj_copyModel(NULL, chore_world_model(c.world));
    m->opt.enableflags &= ~mjENBL_SLEEP;
    mjData *d = mj_makeData(m);
    double *before = malloc((size_t)m->nq * sizeof *before);
    assert_non_null(before);
    mju_copy(d->qpos, chore_world_data(c.world)->qpos, (int)m->nq);
    for (int part = 0; part < 2; part++) {
        mju_copy(before, d->qpos, (int)m->nq);
        for (int i = 0; i < 10 * chore_world_physics_hz(c.world); i++) {
            mj_step(m, d);
        }
        compare(cloth_garment(&c, 0), d->qpos, before, &mean[part], &most[part]);
    }
    print_message(
        "  kept awake, a vertex moves %.1f mm in 10 s and %.1f mm in the next 10 s, the one that moves most "
        "%.1f and %.1f mm\n",
        1000 * mean[0], 1000 * mean[1], 1000 * most[0], 1000 * most[1]);
    assert_true(mean[0] < 0.015 && mean[1] < 0.015);
    free(before);
    mj_deleteData(d);
    mj_deleteModel(m);
    cloth_close(&c);
}

static void falling_gains_no_energy(void **state)
{
    cloth c;
    (void)state;
    cloth_open(&c, 1, "tshirt", "child");
    const chore_garment *g = cloth_garment(&c, 0);
    double pos[3] = {0.6, 0, TABLE_Z + 0.3}, drop = 0.3 + TABLE_Z, most = 0;
    chore_garment_lay_flat(c.world, g, pos, 0.4);
    for (int i = 0; i < 60; i++) {
        cloth_advance(&c, 0.05);
        most = fmax(most, cloth_kinetic(&c, 0));
    }
    print_message("  kinetic energy at most %.2f of what the height gives\n",
                  most / (g->mass_kg * 9.81 * drop));
    assert_true(most < g->mass_kg * 9.81 * drop);
    cloth_close(&c);
}

/* ---- speed --------------------------------------------------------------------------------------------- */

static double steps_per_second(cloth *c, double seconds)
{
    uint64_t start = chore_now_ns();
    cloth_advance(c, seconds);
    return seconds * chore_world_physics_hz(c->world) / (1e-9 * (double)(chore_now_ns() - start));
}

static void speed_with(const char *scene, int n)
{
    cloth c;
    double pos[3] = {0.35, 0, TABLE_Z + 0.25};
    cloth_open_in(&c, scene, n, "tshirt", "adult");
    double parked = steps_per_second(&c, 1);
    assert_true(cloth_place(&c, 0, CHORE_GARMENT_CRUMPLED, 0, 1));
    double asleep = steps_per_second(&c, 1);
    chore_garment_lay_flat(c.world, cloth_garment(&c, n - 1), pos, 0.2);
    double awake = steps_per_second(&c, 1);
    print_message(
        "  %s, %d adult shirt%s (%d vertices each): parked %.0f st/s, one a heap and asleep %.0f, falling "
        "%s %.0f (%.2f x real time)\n",
        scene, n, n > 1 ? "s" : "", cloth_garment(&c, 0)->n_vertices, parked, asleep,
        n > 1 ? "on the heap" : "flat", awake, awake / chore_world_physics_hz(c.world));
    cloth_close(&c);
}

/* Only printed: it depends on the machine. */
static void speed(void **state)
{
    (void)state;
    speed_with("bench.yaml", 1);
    speed_with("bench_cg.yaml", 1);
    speed_with("bench.yaml", 2);
    speed_with("bench_cg.yaml", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_bends_like_cotton_jersey),
        cmocka_unit_test(it_slides_at_the_angle_of_friction),
        cmocka_unit_test(falling_gains_no_energy),
        cmocka_unit_test(a_heap_that_may_not_sleep_keeps_its_shape),
        cmocka_unit_test(one_drops_on_the_other),
        cmocka_unit_test(dropped_it_makes_a_heap),
        cmocka_unit_test(speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
