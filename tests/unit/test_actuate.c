/* Acting: inverse kinematics over the work area, tracking, limits, clamping, the gripper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/arm_rig.h"
#include <math.h>
#include <string.h>

static const chore_action_mode EEF = CHORE_MODE_EEF_POSE;

/* ---- tool space ------------------------------------------------------------------------------ */

static void check_move(const arm_rig *rig, const void *home, size_t len, const float goal[8])
{
    assert_int_equal(chore_world_restore(rig->world, home, len, NULL), CHORE_OK);
    arm_track track = arm_rig_move(rig->world, goal, .25);
    if (track.end > 2e-4 || track.end_turn > 2e-3 || track.off_line > 2e-3 || track.overshoot > 5e-4 ||
        track.lag > 6e-3) {
        fail_msg(
            "to %.2f %.2f %.2f (%.2f %.2f %.2f %.2f): end %.2f mm %.4f rad, off line %.2f mm, overshoot %.2f mm, lag %.2f mm",
            (double)goal[0], (double)goal[1], (double)goal[2], (double)goal[3], (double)goal[4],
            (double)goal[5], (double)goal[6], 1e3 * track.end, track.end_turn, 1e3 * track.off_line,
            1e3 * track.overshoot, 1e3 * track.lag);
    }
}

/* Every place a household task uses: tool down at any place of the table, turned either way, leaning
   sideways. Lag is larger than on the easy lines below where a joint at its velocity limit makes the tool
   wait. */
static void tool_reaches_the_work_area_on_straight_lines(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, EEF);
    unsigned char home[32768];
    size_t len = chore_world_snapshot_bytes(rig.world);
    assert_true(len <= sizeof home);
    chore_world_snapshot(rig.world, home);
    for (double x = .3; x < .71; x += .1) {
        for (double y = -.45; y < .46; y += .225) {
            for (double z = .02; z < .51; z += .16) {
                float goal[8];
                /* shoulder to wrist with the tool straight down; .72 m is the stretched arm */
                if (hypot(hypot(x, y) - .088, z - .1) > .68) {
                    continue;
                }
                double heading = atan2(y, x);
                arm_rig_down(goal, x, y, z, heading, 0, 0, .08);
                check_move(&rig, home, len, goal);
                arm_rig_down(goal, x, y, z, heading + .8, 0, 0, .08);
                check_move(&rig, home, len, goal);
                arm_rig_down(goal, x, y, z, heading - .8, 0, 0, .08);
                check_move(&rig, home, len, goal);
                arm_rig_down(goal, x, y, z < .1 ? .12 : z, heading, .6, heading, .08);
                check_move(&rig, home, len, goal);
            }
        }
    }
    arm_rig_free(&rig);
}

static void tracking_error_is_small_at_working_speed(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, EEF);
    float goal[8];
    arm_rig_down(goal, .55, -.2, .15, 0, 0, 0, .08);
    arm_rig_move(rig.world, goal, .25);
    arm_rig_down(goal, .45, .25, .35, 0, 0, 0, .08);
    arm_track track = arm_rig_move(rig.world, goal, .25);
    assert_true(track.lag < 2e-3);
    assert_true(track.off_line < 2e-4);
    assert_true(track.overshoot < 2e-4);
    assert_true(track.end < 2e-5);
    arm_rig_free(&rig);
}

/* The arm may slide along the edge of what it can reach for a while, but it must not shake: hardly any
   reversals, slow. */
static void unreachable_targets_are_approached_without_oscillation(void **state)
{
    (void)state;
    static const float places[][3] = {
        {.9f, 0, .1f}, {.7f, .7f, 0}, {.1f, 0, .05f}, {0, 0, .9f}, {-.6f, .1f, .2f}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        arm_rig rig = arm_rig_make(0, EEF);
        float goal[8], before[7], now[7], direction[7] = {0}, fastest = 0;
        int reversals = 0;
        arm_rig_down(goal, 0, 0, 0, 0, 0, 0, .08);
        memcpy(goal, places[i], sizeof places[i]);
        for (int k = 0; k < 400; k++) {
            chore_world_observe(rig.world, CHORE_OBS_JOINT_TARGET, before);
            assert_int_equal(chore_world_step(rig.world, goal, NULL, NULL), CHORE_OK);
            chore_world_observe(rig.world, CHORE_OBS_JOINT_TARGET, now);
            for (int j = 0; k >= 200 && j < 7; j++) {
                float step = now[j] - before[j];
                fastest = fmaxf(fastest, fabsf(step));
                if (fabsf(step) > 1e-4f) {
                    reversals += step * direction[j] < 0;
                    direction[j] = step;
                }
            }
        }
        if (reversals > 8 || fastest > .02f) {
            fail_msg("target %zu: %d reversals, %.4f rad in one control step", i, reversals, (double)fastest);
        }
        arm_rig_free(&rig);
    }
}

static void delta_modes_move_by_the_delta(void **state)
{
    (void)state;
    static const chore_action_mode modes[] = {CHORE_MODE_EEF_DELTA, CHORE_MODE_EEF_DELTA_TARGET};
    for (int i = 0; i < 2; i++) {
        arm_rig rig = arm_rig_make(0, modes[i]);
        float before[3], after[3], action[7] = {.01f, -.005f, -.01f, 0, 0, 0, .08f};
        assert_int_equal(chore_world_action_dim(rig.world), 7);
        chore_world_observe(rig.world, CHORE_OBS_EEF_POS, before);
        for (int k = 0; k < 10; k++) {
            assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
        }
        float rest[7] = {0, 0, 0, 0, 0, 0, .08f};
        for (int k = 0; k < 10; k++) {
            assert_int_equal(chore_world_step(rig.world, rest, NULL, NULL), CHORE_OK);
        }
        chore_world_observe(rig.world, CHORE_OBS_EEF_POS, after);
        /* from the last target: all of it; from the present pose: less the lag of each step, but most of it
         */
        for (int axis = 0; axis < 3; axis++) {
            double part = (double)(after[axis] - before[axis]) / (10 * (double)action[axis]);
            if (part > 1.005 || part < (modes[i] == CHORE_MODE_EEF_DELTA ? .75 : .995)) {
                fail_msg("mode %s moved %.3f of what was asked along axis %d",
                         chore_action_mode_name(modes[i]), part, axis);
            }
        }
        arm_rig_free(&rig);
    }
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void velocity_torque_and_range_limits_hold(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, CHORE_MODE_JOINT_POS);
    const chore_arm *arm = &chore_world_embodiment(rig.world)->arms[0];
    chore_action_component parts[3];
    assert_int_equal(chore_world_components(rig.world, CHORE_MODE_JOINT_POS, parts, 3), 2);
    float action[8], before[7], after[7], torque[7];
    chore_world_hold_action(rig.world, action);
    action[0] = 2.8f; /* all joints at once, as fast as they may, the first nearly to its end */
    action[4] = -2.8f;
    action[6] = -1.5f;
    for (int k = 0; k < 60; k++) {
        chore_world_observe(rig.world, CHORE_OBS_JOINT_TARGET, before);
        assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
        chore_world_observe(rig.world, CHORE_OBS_JOINT_TARGET, after);
        chore_world_observe(rig.world, CHORE_OBS_JOINT_TORQUE, torque);
        for (int j = 0; j < 7; j++) {
            assert_true(fabs((double)(after[j] - before[j])) <= arm->velocity_limit[j] / 20 + 1e-6);
            assert_true(after[j] >= (float)parts[0].lo[j] && after[j] <= (float)parts[0].hi[j]);
            assert_true(fabsf(torque[j]) <= (j < 4 ? 87.f : 12.f));
        }
    }
    chore_world_observe(rig.world, CHORE_OBS_JOINT_POS, after);
    assert_true(fabsf(after[0] - 2.8f) < 2e-3f);
    arm_rig_free(&rig);
}

/* The target of a blocked joint stays near the joint: letting go does not fling the arm. */
static void targets_do_not_wind_up_against_an_obstacle(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, EEF);
    float goal[8], q[7], target[7];
    arm_rig_down(goal, .5, 0, -.3, 0, 0, 0, 0); /* far below the table top */
    for (int k = 0; k < 100; k++) {
        assert_int_equal(chore_world_step(rig.world, goal, NULL, NULL), CHORE_OK);
        chore_world_observe(rig.world, CHORE_OBS_JOINT_POS, q);
        chore_world_observe(rig.world, CHORE_OBS_JOINT_TARGET, target);
        for (int j = 0; j < 7; j++) {
            assert_true(fabsf(q[j] - target[j]) < .35f);
        }
    }
    arm_rig_free(&rig);
}

static void clamped_values_are_counted(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, EEF);
    float action[8];
    int clamped = -1;
    chore_world_hold_action(rig.world, action);
    assert_int_equal(chore_world_step(rig.world, action, &clamped, NULL), CHORE_OK);
    assert_int_equal(clamped, 0);
    action[0] = 5;   /* beyond reach */
    action[7] = .2f; /* wider than the gripper */
    assert_int_equal(chore_world_step(rig.world, action, &clamped, NULL), CHORE_OK);
    assert_int_equal(clamped, 2);
    chore_world_hold_action(rig.world, action);
    memset(action + 3, 0, 4 * sizeof *action); /* no orientation at all: keep the last one */
    assert_int_equal(chore_world_step(rig.world, action, &clamped, NULL), CHORE_OK);
    assert_int_equal(clamped, 1);
    chore_world_hold_action(rig.world, action);
    for (int i = 3; i < 7; i++) {
        action[i] *= 7; /* any length is fine */
    }
    assert_int_equal(chore_world_step(rig.world, action, &clamped, NULL), CHORE_OK);
    assert_int_equal(clamped, 0);
    arm_rig_free(&rig);
}

static void bounds_offered_as_floats_are_not_clamped(void **state)
{
    (void)state;
    for (int mode = 0; mode < CHORE_MODE_COUNT; mode++) {
        arm_rig rig = arm_rig_make(0, (chore_action_mode)mode);
        chore_action_component parts[3];
        int n = chore_world_components(rig.world, (chore_action_mode)mode, parts, 3), clamped = -1, at = 0;
        float action[8];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < parts[i].dim; k++) {
                action[at++] = (float)parts[i].hi[k];
            }
        }
        assert_int_equal(at, chore_world_action_dim(rig.world));
        assert_int_equal(chore_world_step(rig.world, action, &clamped, NULL), CHORE_OK);
        assert_int_equal(clamped, 0);
        arm_rig_free(&rig);
    }
}

static void not_finite_is_named_and_changes_nothing(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, EEF);
    chore_error err = {0};
    float action[8];
    chore_world_hold_action(rig.world, action);
    chore_hash before = chore_world_hash(rig.world);
    action[5] = NAN;
    assert_int_equal(chore_world_step(rig.world, action, NULL, &err), CHORE_E_POLICY);
    assert_non_null(strstr(err.message, "act.arm.quat[2]"));
    action[5] = 0;
    action[7] = INFINITY;
    assert_int_equal(chore_world_step(rig.world, action, NULL, &err), CHORE_E_POLICY);
    assert_non_null(strstr(err.message, "act.arm.gripper[0]"));
    assert_true(chore_hash_equal(before, chore_world_hash(rig.world)));
    arm_rig_free(&rig);
}

static void holding_holds_in_every_mode(void **state)
{
    (void)state;
    for (int mode = 0; mode < CHORE_MODE_COUNT; mode++) {
        arm_rig rig = arm_rig_make(0, (chore_action_mode)mode);
        float before[3], after[3], action[8];
        chore_world_observe(rig.world, CHORE_OBS_EEF_POS, before);
        for (int k = 0; k < 60; k++) {
            chore_world_hold_action(rig.world, action);
            assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
        }
        chore_world_observe(rig.world, CHORE_OBS_EEF_POS, after);
        for (int i = 0; i < 3; i++) {
            assert_true(fabsf(after[i] - before[i]) < 1e-4f);
        }
        arm_rig_free(&rig);
    }
}

/* ---- gripper --------------------------------------------------------------------------------- */

static void hold_width(const arm_rig *rig, float action[8], double width, int steps)
{
    action[7] = (float)width;
    for (int k = 0; k < steps; k++) {
        assert_int_equal(chore_world_step(rig->world, action, NULL, NULL), CHORE_OK);
    }
}

/* Targets hold when repeated, changes when they are zero; a gripper's width is a target in every mode. */
static void which_values_are_changes(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, EEF);
    for (int m = 0; m < CHORE_MODE_COUNT; m++) {
        bool relative[16];
        const bool absolute = m == CHORE_MODE_JOINT_POS || m == CHORE_MODE_EEF_POSE;
        assert_int_equal(chore_world_set_mode(rig.world, (chore_action_mode)m, NULL), CHORE_OK);
        const int dim = chore_world_action_dim(rig.world);
        chore_world_relative_values(rig.world, relative);
        for (int i = 0; i < dim; i++) {
            assert_int_equal(relative[i], !absolute && i < dim - 1);
        }
    }
    arm_rig_free(&rig);
}

static void gripper_opens_closes_squeezes_and_relaxes(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(1, EEF);
    const chore_object_ref *box = chore_world_object(rig.world, 0);
    float action[8], width, touch[2], pose[7];
    chore_world_observe(rig.world, CHORE_OBS_OBJECT_POSE, pose);
    arm_rig_down(action, (double)pose[0], (double)pose[1], .15, 0, 0, 0, .08);
    arm_rig_move(rig.world, action, .25);
    arm_rig_down(action, (double)pose[0], (double)pose[1], .02, 0, 0, 0, .08);
    arm_rig_move(rig.world, action, .25);
    assert_false(chore_world_grasping(rig.world, 0, box->body));

    hold_width(&rig, action, 0, 30); /* 4 cm box: the fingers stop at it and squeeze */
    chore_world_observe(rig.world, CHORE_OBS_GRIPPER_WIDTH, &width);
    chore_world_observe(rig.world, CHORE_OBS_TOUCH, touch);
    assert_true(fabsf(width - .04f) < 1e-3f);
    assert_true(touch[0] > 25 && touch[1] > 25); /* 60 N through a tendon that halves it */
    assert_true(chore_world_grasping(rig.world, 0, box->body));
    assert_true(chore_world_touching(rig.world, box->body, mj_name2id(rig.model, mjOBJ_BODY, "finger_left")));

    arm_rig_down(action, (double)pose[0], (double)pose[1], .2, 0, 0, 0, 0);
    arm_rig_move(rig.world, action, .25);
    chore_world_observe(rig.world, CHORE_OBS_OBJECT_POSE, pose);
    assert_true(fabsf(pose[2] - .2f) < 3e-3f);

    chore_world_relax_gripper(rig.world, 0, .01, 4);
    hold_width(&rig, action, 0, 4); /* the action still says: squeeze */
    chore_world_observe(rig.world, CHORE_OBS_GRIPPER_WIDTH, &width);
    assert_true(width > .045f);
    hold_width(&rig, action, 0, 20);
    chore_world_observe(rig.world, CHORE_OBS_OBJECT_POSE, pose);
    assert_true(pose[2] < .1f); /* it fell */
    assert_false(chore_world_grasping(rig.world, 0, box->body));

    hold_width(&rig, action, .05, 40);
    chore_world_observe(rig.world, CHORE_OBS_GRIPPER_WIDTH, &width);
    assert_true(fabsf(width - .05f) < 1e-3f);
    arm_rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tool_reaches_the_work_area_on_straight_lines),
        cmocka_unit_test(tracking_error_is_small_at_working_speed),
        cmocka_unit_test(unreachable_targets_are_approached_without_oscillation),
        cmocka_unit_test(delta_modes_move_by_the_delta),
        cmocka_unit_test(velocity_torque_and_range_limits_hold),
        cmocka_unit_test(targets_do_not_wind_up_against_an_obstacle),
        cmocka_unit_test(clamped_values_are_counted),
        cmocka_unit_test(bounds_offered_as_floats_are_not_clamped),
        cmocka_unit_test(not_finite_is_named_and_changes_nothing),
        cmocka_unit_test(holding_holds_in_every_mode),
        cmocka_unit_test(which_values_are_changes),
        cmocka_unit_test(gripper_opens_closes_squeezes_and_relaxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
