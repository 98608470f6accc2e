/* The senses against MuJoCo's own numbers and against hand-made situations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/arm_rig.h"
#include <math.h>
#include <string.h>

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance)) {
        fail_msg("%.9g is not %.9g", a, b);
    }
}

static void table_has_the_promised_shapes(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(3, CHORE_MODE_EEF_POSE);
    static const struct {
        chore_obs_id id;
        const char *name;
        int rows, dim;
        bool privileged;
    } expected[] = {
        {CHORE_OBS_JOINT_POS, "proprio.joint_pos", 1, 7, false},
        {CHORE_OBS_JOINT_VEL, "proprio.joint_vel", 1, 7, false},
        {CHORE_OBS_JOINT_TARGET, "proprio.joint_target", 1, 7, false},
        {CHORE_OBS_JOINT_TORQUE, "proprio.joint_torque", 1, 7, false},
        {CHORE_OBS_EEF_POS, "proprio.eef_pos", 1, 3, false},
        {CHORE_OBS_EEF_QUAT, "proprio.eef_quat", 1, 4, false},
        {CHORE_OBS_EEF_VEL, "proprio.eef_vel", 1, 6, false},
        {CHORE_OBS_GRIPPER_WIDTH, "proprio.gripper_width", 1, 1, false},
        {CHORE_OBS_TOUCH, "proprio.touch", 1, 2, false},
        {CHORE_OBS_BASE_POSE, "proprio.base_pose", 1, 7, false},
        {CHORE_OBS_ODOMETRY, "proprio.odometry", 0, 3, false},
        {CHORE_OBS_ODOMETRY_VEL, "proprio.odometry_vel", 0, 3, false},
        {CHORE_OBS_LIFT, "proprio.lift", 0, 1, false},
        {CHORE_OBS_TIME, "time.elapsed", 1, 1, false},
        {CHORE_OBS_OBJECT_POSE, "privileged.object_pose", 3, 7, true},
        {CHORE_OBS_OBJECT_VEL, "privileged.object_vel", 3, 6, true},
        {CHORE_OBS_CLOTH_POS, "privileged.cloth_pos", 0, 3, true},
        {CHORE_OBS_PART_POS, "privileged.part_pos", 0, 1, true},
        {CHORE_OBS_FILL, "privileged.fill", 0, 1, true},
        {CHORE_OBS_PUDDLE, "privileged.puddle", 0, 4, true},
    };
    assert_int_equal(sizeof expected / sizeof expected[0], CHORE_OBS_COUNT);
    for (size_t i = 0; i < CHORE_OBS_COUNT; i++) {
        chore_obs_spec spec = chore_world_obs_spec(rig.world, expected[i].id);
        assert_string_equal(spec.name, expected[i].name);
        assert_int_equal(spec.rows, expected[i].rows);
        assert_int_equal(spec.dim, expected[i].dim);
        assert_int_equal(spec.privileged, expected[i].privileged);
        float out[64];
        int n = spec.rows * spec.dim;
        for (int k = 0; k <= n; k++) {
            out[k] = 12345;
        }
        chore_world_observe(rig.world, expected[i].id, out);
        assert_true(out[n] > 12344); /* not a float more than promised */
        for (int k = 0; k < n; k++) {
            assert_true(isfinite(out[k]) && out[k] < 12344);
        }
    }
    arm_rig_free(&rig);
}

static void tool_and_joints_match_mujoco(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(1, CHORE_MODE_EEF_POSE);
    float goal[8];
    arm_rig_down(goal, .5, .2, .2, .4, .3, 1, .03);
    for (int k = 0; k < 9; k++) { /* in mid motion */
        assert_int_equal(chore_world_step(rig.world, goal, NULL, NULL), CHORE_OK);
    }
    const mjData *d = chore_world_data(rig.world);
    int site = chore_world_embodiment(rig.world)->arms[0].tool_site;
    mjData *check = mj_copyData(NULL, rig.model, d);
    mj_forward(rig.model, check);
    float pos[3], quat[4], velocity[6], q[7], v[7], width;
    chore_world_observe(rig.world, CHORE_OBS_EEF_POS, pos);
    chore_world_observe(rig.world, CHORE_OBS_EEF_QUAT, quat);
    chore_world_observe(rig.world, CHORE_OBS_EEF_VEL, velocity);
    chore_world_observe(rig.world, CHORE_OBS_JOINT_POS, q);
    chore_world_observe(rig.world, CHORE_OBS_JOINT_VEL, v);
    chore_world_observe(rig.world, CHORE_OBS_GRIPPER_WIDTH, &width);
    double object_velocity[6], expected[4];
    mj_objectVelocity(rig.model, check, mjOBJ_SITE, site, object_velocity, 0); /* angular, then linear */
    mju_mat2Quat(expected, check->site_xmat + 9 * site);
    mju_scl(expected, expected, expected[0] < 0 ? -1 : 1, 4);
    for (int i = 0; i < 3; i++) {
        near((double)pos[i], check->site_xpos[3 * site + i], 1e-6);
        near((double)velocity[i], object_velocity[3 + i], 1e-6);
        near((double)velocity[3 + i], object_velocity[i], 1e-6);
    }
    assert_true(mju_norm(object_velocity, 6) > .1);
    for (int i = 0; i < 4; i++) {
        near((double)quat[i], expected[i], 1e-6);
    }
    for (int j = 0; j < 7; j++) {
        near((double)q[j], d->qpos[j], 1e-6);
        near((double)v[j], d->qvel[j], 1e-6);
    }
    near((double)width, d->qpos[7] + d->qpos[8], 1e-6);
    mj_deleteData(check);
    arm_rig_free(&rig);
}

static void objects_are_seen_in_the_world_frame(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(2, CHORE_MODE_EEF_POSE);
    int body = chore_world_object(rig.world, 1)->body;
    float action[8], pose[14], velocity[12];
    chore_world_put_body(rig.world, body, (const double[3]){.4, .3, 1}, (const double[4]){-.6, 0, 0, .8});
    chore_world_push_body(rig.world, body, (const double[6]){0, 0, 0, .0001, 0, 0},
                          1); /* spins about the world's x */
    chore_world_observe(rig.world, CHORE_OBS_OBJECT_POSE, pose);
    near((double)pose[7], .4, 1e-6);
    near((double)pose[9], 1, 1e-6);
    near((double)pose[10], .6, 1e-6); /* w is never negative */
    near((double)pose[13], -.8, 1e-6);
    chore_world_hold_action(rig.world, action);
    assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
    chore_world_observe(rig.world, CHORE_OBS_OBJECT_VEL, velocity);
    near((double)velocity[6 + 2], -9.81 * .05, 1e-3); /* falling for one control step */
    assert_true(velocity[6 + 3] > .1f);
    near((double)velocity[6 + 4], 0, .1 * (double)velocity[6 + 3]);
    near((double)velocity[6 + 5], 0, .1 * (double)velocity[6 + 3]);
    arm_rig_free(&rig);
}

static void time_counts_physics_steps(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(0, CHORE_MODE_EEF_POSE);
    float action[8], time;
    chore_world_hold_action(rig.world, action);
    chore_world_zero_clock(rig.world);
    for (int k = 0; k < 40; k++) {
        assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
    }
    chore_world_observe(rig.world, CHORE_OBS_TIME, &time);
    assert_true(time == 2);
    assert_int_equal(chore_world_physics_steps(rig.world), 600);
    assert_int_equal(chore_world_control_steps(rig.world), 40);
    arm_rig_free(&rig);
}

/* ---- touching -------------------------------------------------------------------------------- */

static void sleeping_and_waking_bodies_touch_alike(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(3, CHORE_MODE_EEF_POSE);
    int table = mj_name2id(rig.model, mjOBJ_BODY, "table");
    int one = chore_world_object(rig.world, 0)->body, two = chore_world_object(rig.world, 1)->body;
    assert_true(chore_world_all_objects_asleep(rig.world));
    assert_true(chore_world_touching(rig.world, one, table)); /* asleep: by distance */
    assert_true(chore_world_touching(rig.world, table, one));
    assert_false(chore_world_touching(rig.world, one, two));
    assert_false(chore_world_touching(rig.world, one, 0)); /* the floor is far below */
    assert_true(chore_world_contact_force(rig.world, one, table) == 0);

    chore_world_put_body(rig.world, two, (const double[3]){.35, -.4, .0601},
                         (const double[4]){1, 0, 0, 0}); /* stacked */
    assert_false(chore_world_all_objects_asleep(rig.world));
    assert_int_equal(chore_world_advance(rig.world, 6, NULL), CHORE_OK);
    assert_true(chore_world_touching(rig.world, one, two)); /* awake: by contact */
    assert_true(chore_world_touching(rig.world, one, table));
    assert_false(chore_world_touching(rig.world, two, table));
    assert_int_equal(chore_world_advance(rig.world, 60, NULL), CHORE_OK);
    assert_int_equal(chore_world_advance(rig.world, 300, NULL), CHORE_OK);
    assert_true(chore_world_all_objects_asleep(rig.world));
    assert_true(chore_world_touching(rig.world, one, two)); /* asleep again */
    assert_false(chore_world_touching(rig.world, two, table));
    arm_rig_free(&rig);
}

static void contact_force_is_the_weight(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(1, CHORE_MODE_EEF_POSE);
    int table = mj_name2id(rig.model, mjOBJ_BODY, "table"), box = chore_world_object(rig.world, 0)->body;
    chore_world_push_body(rig.world, box, (const double[6]){0, 0, -1, 0, 0, 0},
                          20); /* awake, and a newton heavier */
    float action[8];
    chore_world_hold_action(rig.world, action);
    for (int k = 0; k < 18; k++) {
        assert_int_equal(chore_world_step(rig.world, action, NULL, NULL), CHORE_OK);
    }
    near(chore_world_contact_force(rig.world, box, table), .05 * 9.81 + 1, .02);
    near(chore_world_contact_force(rig.world, table, box), .05 * 9.81 + 1, .02);
    arm_rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_has_the_promised_shapes),
        cmocka_unit_test(tool_and_joints_match_mujoco),
        cmocka_unit_test(objects_are_seen_in_the_world_frame),
        cmocka_unit_test(time_counts_physics_steps),
        cmocka_unit_test(sleeping_and_waking_bodies_touch_alike),
        cmocka_unit_test(contact_force_is_the_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
