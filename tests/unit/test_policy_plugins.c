/* The plug-ins that come along, each through the host. */
#include "test_policy_fixture.h"
#include <chore/policy_extensions.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>   /* needs the headers above */

static fixture f;

static void act(chore_policy_host *host, const chore_policy_request *request, uint32_t n, uint64_t step)
{
    chore_error err = {0};
    fixture_batch(&f, request, n, NULL, step);
    if (chore_policy_act(host, &f.batch, &f.actions, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

static void noop_holds_the_first_posture(void **state)
{
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < 7; i++) {
        f.memory[JOINT_TARGET][0][i] = 0.1f * (float)i;
        f.memory[JOINT_TARGET][1][i] = -0.1f * (float)i;
    }
    f.memory[GRIPPER_WIDTH][0][0] = 0.06f;
    chore_policy_host *host = fixture_open("noop", "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    assert_string_equal(request->mode, "joint_pos");
    fixture_reset(host, 2, 1);
    act(host, request, 2, 0);
    f.memory[JOINT_TARGET][0][3] = 9; /* what happens later does not move it */
    f.memory[GRIPPER_WIDTH][0][0] = 0.01f;
    act(host, request, 2, 1);
    assert_true(f.data[3] == 0.1f * 3 && f.data[6] == 0.1f * 6 && f.data[7] == 0.06f);
    assert_true(f.data[8 + 6] == -0.1f * 6 && f.data[8 + 7] == 0);
    fixture_reset(host, 1, 1); /* a new episode does */
    act(host, request, 1, 0);
    assert_true(f.data[3] == 9 && f.data[7] == 0.01f);
    chore_policy_unload(host);
}

enum { STEPS = 100, DIM = 7 };

/* What seed 5 does, put into that slot. */
static void wander(uint32_t slot, float out[STEPS][DIM])
{
    fixture_init(&f);
    chore_policy_host *host = fixture_open("random", "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, FIXTURE_SLOTS, 5 - slot);
    for (uint64_t step = 0; step < STEPS; step++) {
        act(host, request, FIXTURE_SLOTS, step);
        memcpy(out[step], f.data + DIM * slot, sizeof out[step]);
    }
    chore_policy_unload(host);
}

static void random_follows_its_seed_within_bounds(void **state)
{
    static float first[STEPS][DIM], again[STEPS][DIM], mate[STEPS][DIM];
    (void)state;
    wander(0, first);
    wander(0, again);
    assert_memory_equal(first, again, sizeof first);
    wander(2, again); /* in another slot, among others */
    assert_memory_equal(first, again, sizeof first);
    fixture_init(&f);
    chore_policy_host *host = fixture_open("random", "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 6);
    double span = 0;
    for (uint64_t step = 0; step < STEPS; step++) {
        act(host, request, 1, step);
        memcpy(mate[step], f.data, sizeof mate[step]);
        for (int i = 0; i < DIM; i++) {
            const double limit = i < 3 ? 0.05 : 1.0, low = i == 6 ? 0 : -limit, high = i == 6 ? 0.08 : limit;
            assert_true((double)mate[step][i] >= low - 1e-9 && (double)mate[step][i] <= high + 1e-9);
            /* smooth: at most a tenth of the range from step to step */
            assert_true(step == 0 ||
                        fabs((double)(mate[step][i] - mate[step - 1][i])) <= 0.1001 * (high - low));
        }
        span = fmax(span, fabs((double)mate[step][0]));
    }
    assert_true(span > 0.02); /* it moves */
    assert_memory_not_equal(first, mate, sizeof first);
    chore_policy_unload(host);
}

static void random_refuses_a_configuration(void **state)
{
    (void)state;
    chore_policy_host *host = NULL;
    chore_error err = {0};
    assert_int_equal(fixture_load(&host, "random", "speed=2", NULL, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_string_equal(err.message, "policy \"random\" could not start: random takes no configuration");
}

/* ---- replay -------------------------------------------------------------------------------------------- */

typedef struct recording {
    uint32_t dim;
    uint64_t steps;
    float row[8];
} recording;

static const float *recorded_action(void *ctx, uint32_t slot, uint64_t step, uint32_t *dim)
{
    recording *r = ctx;
    for (uint32_t i = 0; i < 8; i++) {
        r->row[i] = (float)(100 * slot + 10 * step + i);
    }
    *dim = r->dim;
    return step < r->steps ? r->row : NULL;
}

static uint32_t recorded_report(void *ctx, uint32_t slot, uint64_t step, char about[CHORE_POLICY_ABOUT_CAP])
{
    (void)ctx;
    snprintf(about, CHORE_POLICY_ABOUT_CAP, "thing %d", (int)slot);
    return slot == 1 && step == 1 ? CHORE_REPORT_CANNOT : CHORE_REPORT_NONE;
}

static const void *hand_out(void *ctx, const char *id)
{
    return strcmp(id, CHORE_EXT_RECORDED_ACTIONS) == 0 ? ctx : NULL;
}

static void replay_sends_what_was_recorded(void **state)
{
    (void)state;
    recording tape = {.dim = 8, .steps = 2};
    chore_ext_recorded_actions extension = {sizeof extension, 0, &tape, "eef_pose", recorded_action, recorded_report};
    chore_policy_host *host = NULL;
    chore_error err = {0};
    fixture_init(&f);
    assert_int_equal(fixture_load(&host, "replay", "", hand_out, &extension, &err), CHORE_OK);
    const chore_policy_request *request = fixture_negotiate(&f, host);
    assert_string_equal(request->mode, "eef_pose");
    assert_int_equal(request->n_fields, 0);
    fixture_reset(host, 2, 1);
    act(host, request, 2, 1);
    assert_true(f.data[0] == 10 && f.data[7] == 17 && f.data[8] == 110);
    assert_int_equal(f.report[0], CHORE_REPORT_NONE);
    assert_int_equal(f.report[1], CHORE_REPORT_CANNOT);
    assert_string_equal(f.about[1], "thing 1");
    fixture_batch(&f, request, 1, NULL, 2);
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, &err), CHORE_E_POLICY);
    assert_string_equal(
        err.message, "policy \"replay\": act failed in slot 0 (ERROR, -2): the recording ends before step 2");
    tape.dim = 7;
    fixture_reset(host, 1, 1);
    fixture_batch(&f, request, 1, NULL, 0);
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, &err), CHORE_E_POLICY);
    assert_non_null(strstr(err.message, "the recorded actions have 7 values, the mode has 8"));
    extension.mode = "joint_torque";
    assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_non_null(
        strstr(err.message, "the actions were recorded in mode \"joint_torque\", which is not offered"));
    chore_policy_unload(host);
}

static void replay_needs_the_extension(void **state)
{
    (void)state;
    chore_policy_host *host = NULL;
    chore_error err = {0};
    assert_int_equal(fixture_load(&host, "replay", "", NULL, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_non_null(strstr(err.message, "replay needs recorded actions (chore.recorded_actions/1)"));
}

/* ---- skeleton and lift ---------------------------------------------------------------------------------- */

/* The base stands at (1, 0, 0.5), turned by 90 degrees; the nearer object 0.4 m before it: (1, 0.4, 0.6) in
   the world. */
static void set_scene(void)
{
    static const float base[7] = {1, 0, 0.5f, 0.70710678f, 0, 0, 0.70710678f};
    static const float objects[14] = {1, 0.4f, 0.6f, 1, 0, 0, 0, 5, 5, 0, 1, 0, 0, 0};
    fixture_init(&f);
    memcpy(f.memory[BASE_POSE][0], base, sizeof base);
    memcpy(f.memory[OBJECT_POSE][0], objects, sizeof objects);
    f.memory[EEF_POS][0][0] = 0.3f;
    f.memory[EEF_POS][0][2] = 0.4f;
    f.memory[GRIPPER_WIDTH][0][0] = 0.05f;
}

static void assert_near(double value, double wanted)
{
    assert_true(fabs(value - wanted) < 1e-5);
}

static void skeleton_glides_above_the_nearest_object(void **state)
{
    (void)state;
    set_scene();
    chore_policy_host *host = fixture_open("skeleton", "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 1);
    act(host, request, 1, 0);
    assert_near((double)f.data[0], 0.3); /* begins where the tool is */
    assert_near((double)f.data[2], 0.4);
    act(host, request, 1, 5); /* 0.25 s at 0.2 m/s: 5 cm along the way */
    assert_near(hypot((double)f.data[0] - 0.3, (double)f.data[2] - 0.4), 0.05);
    act(host, request, 1, 200);
    assert_near((double)f.data[0], 0.4); /* in the base's frame the object lies ahead */
    assert_near((double)f.data[1], 0.0);
    assert_near((double)f.data[2], 0.1 + 0.15);
    assert_near((double)f.data[3], 1.0);
    assert_near((double)f.data[7], 0.05);
    chore_policy_unload(host);
}

/* A base turned by a third about (1, 1, 1): its x, y, z axes are the world's y, z, x. */
static void skeleton_knows_its_base_however_it_is_turned(void **state)
{
    static const float base[7] = {0, 0, 0, 0.5f, 0.5f, 0.5f, 0.5f}, object[3] = {0.1f, 0.2f, 0.3f};
    (void)state;
    set_scene();
    memcpy(f.memory[BASE_POSE][0], base, sizeof base);
    memcpy(f.memory[OBJECT_POSE][0], object, sizeof object);
    chore_policy_host *host = fixture_open("skeleton", "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 1);
    act(host, request, 1, 0);
    act(host, request, 1, 200);
    assert_near((double)f.data[0], 0.2);
    assert_near((double)f.data[1], 0.3);
    assert_near((double)f.data[2], 0.1 + 0.15);
    chore_policy_unload(host);
}

static void skeleton_rises_where_nothing_is_privileged(void **state)
{
    (void)state;
    set_scene();
    f.offer.n_fields = OBJECT_POSE; /* the last one is not offered */
    f.offer.privileged_allowed = 0;
    chore_policy_host *host = fixture_open("skeleton", "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 1);
    act(host, request, 1, 0);
    act(host, request, 1, 200);
    assert_near((double)f.data[0], 0.3);
    assert_near((double)f.data[2], 0.5);
    chore_policy_unload(host);
}

static void lift_remembers_its_one_look(void **state)
{
    (void)state;
    set_scene();
    chore_policy_host *host = fixture_open(fixture_plugin("lift"), "");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 1);
    act(host, request, 1, 0);
    assert_near((double)f.data[0], 0.4);
    assert_near((double)f.data[1], 0.0);
    assert_near((double)f.data[2], 0.25);
    act(host, request, 1, 100);
    assert_near((double)f.data[2], 0.1);
    assert_near((double)f.data[7], 0.08);
    act(host, request, 1, 160);
    assert_near((double)f.data[2], 0.3);
    assert_near((double)f.data[7], 0.0);
    chore_policy_unload(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noop_holds_the_first_posture),
        cmocka_unit_test(random_follows_its_seed_within_bounds),
        cmocka_unit_test(random_refuses_a_configuration),
        cmocka_unit_test(replay_sends_what_was_recorded),
        cmocka_unit_test(replay_needs_the_extension),
        cmocka_unit_test(skeleton_glides_above_the_nearest_object),
        cmocka_unit_test(skeleton_knows_its_base_however_it_is_turned),
        cmocka_unit_test(skeleton_rises_where_nothing_is_privileged),
        cmocka_unit_test(lift_remembers_its_one_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
