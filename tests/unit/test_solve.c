/* What becomes of steps in which MuJoCo's solver goes astray, and of objects that nothing can have made that fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "../support/arm_rig.h"
#include <chore/rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BOXES = 12, TRIALS = 400 }; /* with 81 degrees of freedom MuJoCo calls the matrices sparse */

#define SPARSE "timestep='.0033333333333333335' integrator='implicitfast' cone='elliptic' impratio='10'"

typedef struct bench {
    mjModel *model;
    chore_world *world;
    unsigned char *start; /* a snapshot */
    size_t bytes;
} bench;

static bench bench_make(const char *option)
{
    bench b = {.model = test_model_make((test_model_options){.n_boxes = BOXES, .option = option})};
    const chore_world_def def = test_world_def(b.model, 20);
    assert_int_equal(chore_sim_init(NULL), CHORE_OK);
    assert_int_equal(chore_world_create(&b.world, &def, NULL), CHORE_OK);
    chore_world_put_joint(b.world, mj_name2id(b.model, mjOBJ_JOINT, "finger_left"), .02);
    chore_world_put_joint(b.world, mj_name2id(b.model, mjOBJ_JOINT, "finger_right"), .02);
    b.bytes = chore_world_snapshot_bytes(b.world);
    b.start = malloc(b.bytes);
    assert_non_null(b.start);
    chore_world_snapshot(b.world, b.start);
    return b;
}

static void bench_free(bench *b)
{
    free(b->start);
    chore_world_destroy(b->world);
    mj_deleteModel(b->model);
}

/* Two boxes in the left finger and one in the right one, anyhow: within 3 cm, in any attitude. */
static void put_boxes(const bench *b, chore_rng *rng)
{
    static const char *const pads[] = {"pad_left", "pad_right", "pad_left"};
    for (int i = 0; i < 3; i++) {
        double pos[3], quat[4];
        mju_copy3(pos, chore_world_data(b->world)->geom_xpos + 3 * mj_name2id(b->model, mjOBJ_GEOM, pads[i]));
        for (int k = 0; k < 4; k++) {
            quat[k] = chore_rng_range(rng, -1, 1);
            pos[k % 3] += k < 3 ? chore_rng_range(rng, -.03, .03) : 0;
        }
        chore_world_put_body(b->world, chore_world_object(b->world, i)->body, pos, quat);
    }
}

/* One physics step from the start, with boxes between the fingers. */
static void step_from_start(const bench *b, chore_rng *rng)
{
    chore_error err = {0};
    assert_int_equal(chore_world_restore(b->world, b->start, b->bytes, &err), CHORE_OK);
    put_boxes(b, rng);
    if (chore_world_advance(b->world, 1, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

static double largest_difference(const double *a, const double *b, int n)
{
    double largest = 0;
    for (int i = 0; i < n; i++) {
        largest = fmax(largest, fabs(a[i] - b[i]));
    }
    return largest;
}

/* The sparse solver comes to what the dense one finds. */
static void fingers_that_touch_different_things_shoot_nothing_off(void **state)
{
    (void)state;
    bench sparse = bench_make(SPARSE), dense = bench_make(SPARSE " jacobian='dense'");
    chore_rng rng = chore_rng_stream(1, chore_hash_bytes("", 0, 0), 0, "boxes"), same = rng;
    double worst = 0;
    assert_true(mj_isSparse(sparse.model) && !mj_isSparse(dense.model));
    for (int trial = 0; trial < TRIALS; trial++) {
        step_from_start(&sparse, &rng);
        step_from_start(&dense, &same);
        worst = fmax(worst, largest_difference(chore_world_data(sparse.world)->qvel,
                                               chore_world_data(dense.world)->qvel, (int)sparse.model->nv));
    }
    print_message("speeds after a step differ by at most %.1e m/s or rad/s\n", worst);
    assert_true(worst < .02);
    bench_free(&sparse);
    bench_free(&dense);
}

/* A step that was taken back leaves nothing behind that a snapshot would not hold. */
static void taken_back_steps_replay(void **state)
{
    (void)state;
    bench one = bench_make(SPARSE), other = bench_make(SPARSE);
    chore_rng rng = chore_rng_stream(1, chore_hash_bytes("", 0, 0), 0, "boxes"), same = rng;
    unsigned char *between = malloc(one.bytes);
    assert_non_null(between);
    for (int trial = 0; trial < TRIALS / 20; trial++) {
        step_from_start(&one, &rng);
        step_from_start(&other, &same);
        for (int step = 0; step < 20; step++) {
            chore_world_snapshot(other.world, between);
            assert_int_equal(chore_world_restore(other.world, between, other.bytes, NULL), CHORE_OK);
            assert_int_equal(chore_world_advance(one.world, 1, NULL), CHORE_OK);
            assert_int_equal(chore_world_advance(other.world, 1, NULL), CHORE_OK);
            assert_true(chore_hash_equal(chore_world_hash(one.world), chore_world_hash(other.world)));
        }
    }
    free(between);
    bench_free(&one);
    bench_free(&other);
}

/* A push that throws a box harder than anything in a household can: the world says so and goes no further. */
static void what_is_too_fast_ends_the_world(void **state)
{
    (void)state;
    bench b = bench_make(SPARSE);
    chore_error err = {0};
    const int body = chore_world_object(b.world, 3)->body;
    chore_world_push_body(b.world, body, (const double[6]){0, 0, 10, 0, 0, 0}, 1); /* 50 g: 200 m/s2 for .05 s */
    assert_int_equal(chore_world_advance(b.world, 1, &err), CHORE_OK);
    float action[8];
    assert_int_equal(chore_world_set_mode(b.world, CHORE_MODE_EEF_POSE, NULL), CHORE_OK);
    chore_world_hold_action(b.world, action);
    assert_int_equal(chore_world_step(b.world, action, NULL, &err), CHORE_OK);
    chore_world_push_body(b.world, body, (const double[6]){0, 0, 20, 0, 0, 0}, 1);
    assert_int_equal(chore_world_step(b.world, action, NULL, &err), CHORE_E_SIM);
    assert_non_null(strstr(err.message, "'box_3' moves at more than 15 m/s"));
    assert_int_equal(chore_world_step(b.world, action, NULL, &err), CHORE_E_SIM);
    bench_free(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fingers_that_touch_different_things_shoot_nothing_off),
        cmocka_unit_test(taken_back_steps_replay),
        cmocka_unit_test(what_is_too_fast_ends_the_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
