/* The world's life: what create refuses, time, events, failures, and that stepping allocates nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/arm_rig.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- create ---------------------------------------------------------------------------------- */

static void expect_refusal(const chore_world_def *def, const char *words)
{
    chore_world *world = NULL;
    chore_error err = {0};
    assert_int_equal(chore_world_create(&world, def, &err), CHORE_E_USAGE);
    assert_null(world);
    if (!strstr(err.message, words)) {
        fail_msg("'%s' does not say '%s'", err.message, words);
    }
}

static void expect_options_refused(const char *option, const char *flags, const char *words)
{
    mjModel *model = test_model_make((test_model_options){.option = option, .flags = flags});
    chore_world_def def = test_world_def(model, 20);
    expect_refusal(&def, words);
    mj_deleteModel(model);
}

static void bad_models_and_defs_are_refused(void **state)
{
    (void)state;
    expect_options_refused(NULL, "sleep='enable'", "autoreset");
    expect_options_refused("timestep='.0033333333333333335' integrator='RK4'", "autoreset='disable'", "RK4");
    expect_options_refused("timestep='.0037'", "autoreset='disable'", "timestep");
    mjModel *model = test_model_make((test_model_options){.n_boxes = 2});
    chore_world_def good = test_world_def(model, 20), def = good;
    def.control_hz = 35;
    expect_refusal(&def, "35 Hz");
    def = good;
    def.model = NULL;
    expect_refusal(&def, "model");
    def = good;
    def.embodiment.arms[0].joint[2] = def.embodiment.arms[0].joint[3];
    expect_refusal(&def, "joint3");
    def = good;
    def.embodiment.arms[0].n_dof = 6;
    expect_refusal(&def, "joint7");
    def = good;
    def.embodiment.arms[0].actuator[1] = def.embodiment.arms[0].actuator[0];
    expect_refusal(&def, "joint2");
    def = good;
    def.embodiment.arms[0].home[3] = 1;
    expect_refusal(&def, "joint4");
    def = good;
    def.embodiment.arms[0].base_body = 1000;
    expect_refusal(&def, "model id");
    def = good;
    def.embodiment.arms[0].base_body = good.objects[0].body;
    expect_refusal(&def, "not below");
    def = good;
    chore_object_ref wrong = {.name = "table", .body = mj_name2id(model, mjOBJ_BODY, "table")};
    def.objects = &wrong;
    def.n_objects = 1;
    expect_refusal(&def, "free joint");
    mj_deleteModel(model);
}

static void every_offered_rate_works(void **state)
{
    (void)state;
    static const int rates[] = {10, 15, 20, 25, 30, 50, 100, 300};
    mjModel *model = test_model_make((test_model_options){0});
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        chore_world_def def = test_world_def(model, rates[i]);
        chore_world *world;
        float action[8];
        assert_int_equal(chore_world_create(&world, &def, NULL), CHORE_OK);
        assert_int_equal(chore_world_set_mode(world, CHORE_MODE_EEF_POSE, NULL), CHORE_OK);
        chore_world_hold_action(world, action);
        float y = action[1];
        for (int k = 1; k <= rates[i]; k++) { /* 10 cm in a second */
            action[1] = y + .1f * (float)k / (float)rates[i];
            assert_int_equal(chore_world_step(world, action, NULL, NULL), CHORE_OK);
        }
        float pos[3];
        chore_world_observe(world, CHORE_OBS_EEF_POS, pos);
        assert_true(chore_world_physics_steps(world) == 300 && chore_world_seconds(world) == 1);
        assert_true(fabsf(pos[1] - action[1]) < 3e-3f);
        chore_world_destroy(world);
    }
    mj_deleteModel(model);
}

/* Plays the same controls with and without timers: the same state, and the parts fit into the whole. */
static void timers_change_nothing_but_time(void **state)
{
    (void)state;
    enum { STEPS = 60 };
    arm_rig plain = arm_rig_make(4, CHORE_MODE_JOINT_POS);
    arm_rig timed = arm_rig_make(4, CHORE_MODE_JOINT_POS);
    size_t nu = (size_t)chore_world_model(plain.world)->nu;
    double *ctrl = calloc(STEPS * nu, sizeof *ctrl);
    for (size_t i = 0; i < STEPS * nu; i++) {
        ctrl[i] = 0.01 * (double)(i % 7);
    }
    chore_step_times times = {0};
    chore_world_play_ctrl(plain.world, ctrl, STEPS);
    chore_world_play_ctrl_timed(timed.world, ctrl, STEPS, &times);
    assert_true(chore_hash_equal(chore_world_hash(plain.world), chore_world_hash(timed.world)));
    assert_true(times.collision_s > 0 && times.constraint_s > 0);
    assert_true(times.collision_s + times.constraint_s < times.total_s);
    free(ctrl);
    arm_rig_free(&plain);
    arm_rig_free(&timed);
}

static void world_without_a_robot_steps(void **state)
{
    (void)state;
    mjModel *model = test_model_make((test_model_options){.n_boxes = 2});
    chore_world_def def = test_world_def(model, 20);
    def.embodiment = (chore_embodiment){.version = 1};
    chore_world *world;
    assert_int_equal(chore_world_create(&world, &def, NULL), CHORE_OK);
    assert_int_equal(chore_world_action_dim(world), 0);
    assert_int_equal(chore_world_step(world, NULL, NULL, NULL), CHORE_OK);
    assert_int_equal(chore_world_physics_steps(world), 15);
    chore_world_destroy(world);
    mj_deleteModel(model);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void pose_of(const chore_world *world, int object, double pos[3])
{
    float poses[7 * CHORE_MAX_OBJECTS];
    chore_world_observe(world, CHORE_OBS_OBJECT_POSE, poses);
    for (int i = 0; i < 3; i++) {
        pos[i] = (double)poses[7 * object + i];
    }
}

static void a_body_put_somewhere_wakes_and_falls(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(2, CHORE_MODE_EEF_POSE);
    double before[3], after[3];
    assert_true(chore_world_all_objects_asleep(rig.world));
    chore_world_put_body(rig.world, chore_world_object(rig.world, 0)->body, (const double[3]){.4, .3, .3},
                         (const double[4]){2, 0, 0, 0});
    assert_false(chore_world_all_objects_asleep(rig.world));
    pose_of(rig.world, 0, before);
    assert_true(fabs(before[2] - .3) < 1e-6);
    assert_int_equal(chore_world_advance(rig.world, 400, NULL), CHORE_OK);
    pose_of(rig.world, 0, after);
    assert_true(fabs(after[2] - .02) < 2e-3);
    assert_true(chore_world_all_objects_asleep(rig.world));
    /* waking must not need a new pose */
    chore_world_put_body(rig.world, chore_world_object(rig.world, 0)->body,
                         chore_world_data(rig.world)->xpos + 3 * chore_world_object(rig.world, 0)->body,
                         (const double[4]){1, 0, 0, 0});
    assert_false(chore_world_all_objects_asleep(rig.world));
    arm_rig_free(&rig);
}

static void pushes_add_up_and_end(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(1, CHORE_MODE_EEF_POSE);
    int box = chore_world_object(rig.world, 0)->body;
    const double *applied = chore_world_data(rig.world)->xfrc_applied + 6 * box;
    float action[8];
    chore_world_hold_action(rig.world, action);
    chore_world_push_body(rig.world, box, (const double[6]){.3, 0, 0, 0, 0, 0}, 2);
    chore_world_push_body(rig.world, box, (const double[6]){0, .1, .6, 0, 0, 0}, 3);
    assert_true(applied[0] == .3 && applied[1] == .1);
    assert_false(chore_world_all_objects_asleep(rig.world));
    assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
    assert_true(applied[0] == .3);
    assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
    assert_true(applied[0] == 0 && applied[1] == .1);
    assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
    assert_true(applied[1] == 0 && applied[2] == 0);
    for (int i = 0; i < 40; i++) { /* more than there is room for: the shortest gives way */
        chore_world_push_body(rig.world, box, (const double[6]){0, 0, .001, 0, 0, 0}, 2 + i);
    }
    assert_true(applied[2] > .0155 && applied[2] < .0165);
    double pos[3];
    pose_of(rig.world, 0, pos);
    assert_true(pos[0] > .352);
    arm_rig_free(&rig);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void a_broken_state_is_a_status_until_restored(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(3, CHORE_MODE_EEF_POSE);
    size_t bytes = chore_world_snapshot_bytes(rig.world);
    void *snapshot = malloc(bytes);
    chore_world_snapshot(rig.world, snapshot);
    chore_error err = {0};
    float action[8], poses[21];
    chore_world_hold_action(rig.world, action);
    chore_world_put_body(rig.world, chore_world_object(rig.world, 1)->body,
                         (const double[3]){(double)NAN, 0, 1}, (const double[4]){1, 0, 0, 0});
    assert_int_equal(chore_world_step(rig.world, action, NULL, &err), CHORE_E_SIM);
    assert_non_null(strstr(err.message, "box_1"));
    assert_int_equal(chore_world_step(rig.world, action, NULL, &err), CHORE_E_SIM); /* and stays so */
    assert_int_equal(chore_world_advance(rig.world, 1, &err), CHORE_E_SIM);
    chore_world_observe(rig.world, CHORE_OBS_OBJECT_POSE, poses); /* readable */
    assert_int_equal(chore_world_restore(rig.world, snapshot, bytes, &err), CHORE_OK);
    assert_int_equal(chore_world_step(rig.world, action, NULL, &err), CHORE_OK);
    free(snapshot);
    arm_rig_free(&rig);
}

static void an_explosion_names_body_and_time(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(1, CHORE_MODE_EEF_POSE);
    chore_error err = {0};
    float action[8];
    chore_world_hold_action(rig.world, action);
    chore_world_push_body(rig.world, chore_world_object(rig.world, 0)->body,
                          (const double[6]){1e13, 0, 0, 0, 0, 0}, 5);
    assert_int_equal(chore_world_step(rig.world, action, NULL, &err), CHORE_E_SIM);
    assert_non_null(strstr(err.message, "box_0"));
    assert_non_null(strstr(err.message, " s"));
    arm_rig_free(&rig);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* A sanitizer brings its own allocator. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#ifndef SANITIZED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
static long allocations;

/* Every allocation of the process, MuJoCo's included, comes through here. */
#define EXPORTED __attribute__((visibility("default")))
EXPORTED void *malloc(size_t size);
EXPORTED void *calloc(size_t n, size_t size);
EXPORTED void *realloc(void *old, size_t size);
EXPORTED void *aligned_alloc(size_t alignment, size_t size);
EXPORTED int posix_memalign(void **out, size_t alignment, size_t size);

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    allocations++;
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

static void stepping_sensing_and_hashing_allocate_nothing(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(6, CHORE_MODE_EEF_POSE);
    float action[8], buffer[256];
    size_t bytes = chore_world_snapshot_bytes(rig.world);
    long at_start = allocations;
    mju_free(mju_malloc(64));
    assert_true(allocations > at_start); /* the counter sees MuJoCo */
    void *snapshot = malloc(bytes);
    chore_world_hold_action(rig.world, action);
    long before = allocations;
    for (int k = 0; k < 60; k++) {
        action[0] = .4f + .1f * sinf(.2f * (float)k);
        action[2] = .03f;
        assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
        for (int id = 0; id < CHORE_OBS_COUNT; id++) {
            chore_world_observe(rig.world, (chore_obs_id)id, buffer);
        }
        chore_world_hash(rig.world);
        chore_world_snapshot(rig.world, snapshot);
        chore_world_touching(rig.world, chore_world_object(rig.world, 0)->body, 1);
    }
    assert_int_equal(allocations, before);
    free(snapshot);
    arm_rig_free(&rig);
}
#endif

int main(void)
{
    assert_int_equal(chore_sim_init(NULL), CHORE_OK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_models_and_defs_are_refused),
        cmocka_unit_test(every_offered_rate_works),
        cmocka_unit_test(timers_change_nothing_but_time),
        cmocka_unit_test(world_without_a_robot_steps),
        cmocka_unit_test(a_body_put_somewhere_wakes_and_falls),
        cmocka_unit_test(pushes_add_up_and_end),
        cmocka_unit_test(a_broken_state_is_a_status_until_restored),
        cmocka_unit_test(an_explosion_names_body_and_time),
#ifndef SANITIZED
        cmocka_unit_test(stepping_sensing_and_hashing_allocate_nothing),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
