/* A fold led by hand, with the solver and the rate of the laundry room: it comes to rest, stays there, nothing
   goes through anything, no energy appears, and every step of it can be repeated and resumed. */
#include "cloth_rig.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FOLD_SECONDS 2.0
#define FLATTEN      0.85 /* height of the arc by that of a half circle */
#define RELEASE_M    0.03 /* above where it shall lie */

#define MAX_LED 48

static const char *const pairs[2][2] = {{"hem_left", "shoulder_left"},
                                        {"hem_right", "shoulder_right"}};

/* The vertices of the hem, led side by side: one alone stretches the cloth by a hand's breadth. */
typedef struct lead {
    int n, vertices[MAX_LED];
    double from[MAX_LED][3], way[3];
} lead;

static void plan(const cloth *c, lead *l)
{
    const chore_garment *g = cloth_garment(c, 0);
    double hem[3], shoulder[3];
    l->n = 0;
    for (int v = 0; v < g->n_vertices; v++) {
        if (g->rest[v][1] < -g->half_m[1] + g->spacing_m / 2) {
            assert_true(l->n < MAX_LED);
            cloth_vertex(c, 0, v, l->from[l->n]);
            l->vertices[l->n++] = v;
        }
    }
    assert_true(l->n > 5);
    cloth_vertex(c, 0, chore_garment_keypoint(g, "hem_left"), hem);
    cloth_vertex(c, 0, chore_garment_keypoint(g, "shoulder_left"), shoulder);
    mju_sub3(l->way, shoulder, hem);
}

/* Where a led vertex is when `t` of the arc (0 to 1) is done, and how fast it moves. */
static void on_arc(const lead *l, int i, double t, double pos[3], double velocity[3])
{
    double angle = mjPI * t, rate = mjPI / FOLD_SECONDS;
    double height = FLATTEN * mju_norm3(l->way) / 2;
    for (int k = 0; k < 2; k++) {
        pos[k] = l->from[i][k] + l->way[k] * (1 - cos(angle)) / 2;
        velocity[k] = l->way[k] * sin(angle) / 2 * rate;
    }
    pos[2] = l->from[i][2] + height * sin(angle) + RELEASE_M * t;
    velocity[2] = height * cos(angle) * rate + RELEASE_M / FOLD_SECONDS;
}

/* A part of the fold, both parts as shares of its time. */
static void fold(cloth *c, const lead *l, double from, double to)
{
    const int steps = (int)lround(FOLD_SECONDS * chore_world_physics_hz(c->world));
    chore_error err = {0};
    for (int i = (int)lround(from * steps); i < (int)lround(to * steps); i++) {
        for (int k = 0; k < l->n; k++) {
            double pos[3], velocity[3];
            on_arc(l, k, (double)i / steps, pos, velocity);
            chore_world_lead_vertex(c->world, cloth_garment(c, 0)->first_body + l->vertices[k], pos,
                                    velocity);
        }
        cloth_must(chore_world_advance(c->world, 1, &err), &err);
    }
}

static void open_flat(cloth *c, lead *l)
{
    cloth_open_in(c, "bench_cg.yaml", 1, "tshirt", "adult");
    assert_true(cloth_place(c, 0, CHORE_GARMENT_FLAT, mjPI / 2, 1));
    plan(c, l);
}

static void positions(const cloth *c, double *out)
{
    for (int v = 0; v < cloth_garment(c, 0)->n_vertices; v++) {
        cloth_vertex(c, 0, v, out + 3 * v);
    }
}

static void a_fold_comes_to_rest_and_stays(void **state)
{
    cloth c;
    lead l;
    double before[3 * 512], after[3 * 512], most = 0;
    (void)state;
    open_flat(&c, &l);
    const int n = cloth_garment(&c, 0)->n_vertices;
    assert_true(n >= 200 && n <= 512);
    fold(&c, &l, 0, 1);
    double seconds = cloth_settle(&c, 0, 8);
    assert_true(seconds >= 0);
    positions(&c, before);
    cloth_advance(&c, 60);
    positions(&c, after);
    for (int v = 0; v < n; v++) {
        most = fmax(most, mju_dist3(before + 3 * v, after + 3 * v));
    }
    double off = 0;
    for (int i = 0; i < 2; i++) {
        int hem = chore_garment_keypoint(cloth_garment(&c, 0), pairs[i][0]);
        int shoulder = chore_garment_keypoint(cloth_garment(&c, 0), pairs[i][1]);
        off = fmax(off, mju_dist3(before + 3 * hem, before + 3 * shoulder));
    }
    print_message(
        "  rests after %.1f s, %.1f cm high, the hem %.0f mm from the shoulders, %d crossings; moves "
        "%.3f mm in a minute\n",
        seconds, 100 * (cloth_highest(&c, 0) - TABLE_Z), 1000 * off, cloth_crossings(&c, 0, 0),
        1000 * most);
    assert_true(off < 0.08); /* it is folded: flat, the hem is .6 m away */
    assert_int_equal(cloth_crossings(&c, 0, 0), 0);
    assert_true(cloth_lowest(&c, 0) > TABLE_Z);
    assert_true(chore_garment_is_asleep(c.world, cloth_garment(&c, 0)));
    assert_true(most < 1e-3);
    cloth_close(&c);
}

/* Kinetic, of height, of bending and stretching, from letting go on; nobody adds any. */
static void no_energy_appears_after_letting_go(void **state)
{
    cloth c;
    lead l;
    double first = 0, last = 0, rise = -HUGE_VAL;
    (void)state;
    open_flat(&c, &l);
    fold(&c, &l, 0, 0.5); /* the top of the arc */
    mjModel *m = mj_copyModel(NULL, chore_world_model(c.world));
    m->opt.enableflags = (m->opt.enableflags & ~mjENBL_SLEEP) | mjENBL_ENERGY;
    mjData *d = mj_makeData(m);
    mju_copy(d->qpos, chore_world_data(c.world)->qpos, (int)m->nq);
    mju_copy(d->qvel, chore_world_data(c.world)->qvel, (int)m->nv);
    for (int i = 0; i < 4 * chore_world_physics_hz(c.world); i++) {
        mj_step(m, d);
        last = d->energy[0] + d->energy[1];
        first = i == 0 ? last : first;
        rise = fmax(rise, last - first);
    }
    print_message("  loses %.4f J in 4 s, never above the start by more than %.5f J\n",
                  first - last, rise);
    assert_true(first - last > 0.05); /* it did fall */
    assert_true(rise < 1e-6);
    mj_deleteData(d);
    mj_deleteModel(m);
    cloth_close(&c);
}

static chore_hash hash_of_a_fold(void)
{
    cloth c;
    lead l;
    open_flat(&c, &l);
    fold(&c, &l, 0, 1);
    cloth_advance(&c, 1);
    chore_hash hash = chore_world_hash(c.world);
    cloth_close(&c);
    return hash;
}

static void it_folds_the_same_way_twice(void **state)
{
    (void)state;
    chore_hash a = hash_of_a_fold(), b = hash_of_a_fold();
    assert_memory_equal(&a, &b, sizeof a);
}

/* Save, go on; come back in another world, go on: the same bits. */
static void check_resume(cloth *c, cloth *other, const lead *l, double part)
{
    size_t bytes = chore_world_snapshot_bytes(c->world);
    void *saved = calloc(1, bytes);
    chore_error err = {0};
    chore_hash hash[2];
    assert_non_null(saved);
    chore_world_snapshot(c->world, saved);
    cloth_must(chore_world_restore(other->world, saved, bytes, &err), &err);
    cloth *worlds[2] = {c, other};
    for (int i = 0; i < 2; i++) {
        fold(worlds[i], l, part, 1);
        cloth_advance(worlds[i], 0.5);
        hash[i] = chore_world_hash(worlds[i]->world);
    }
    assert_memory_equal(&hash[0], &hash[1], sizeof hash[0]);
    free(saved);
}

static void it_resumes_awake_and_asleep(void **state)
{
    cloth c, other;
    lead l;
    (void)state;
    open_flat(&c, &l);
    cloth_open_in(&other, "bench_cg.yaml", 1, "tshirt", "adult");
    assert_true(chore_garment_is_asleep(c.world, cloth_garment(&c, 0)));
    check_resume(&c, &other, &l, 1); /* asleep, and nobody touches it */
    check_resume(&c, &other, &l, 0.5);
    assert_true(cloth_settle(&c, 0, 8) >= 0);
    check_resume(&c, &other, &l, 1);   /* asleep in folds */
    check_resume(&c, &other, &l, 0.9); /* asleep, then led */
    cloth_close(&other);
    cloth_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fold_comes_to_rest_and_stays),
        cmocka_unit_test(no_energy_appears_after_letting_go),
        cmocka_unit_test(it_folds_the_same_way_twice),
        cmocka_unit_test(it_resumes_awake_and_asleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
