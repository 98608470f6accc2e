/* Two arms at one table: composed from one arm's files, they move at the same time, meet as solid bodies do, and
   their state comes back. */
#include "laundry_rig.h"
#include "scene_data.h"

#include <chore/sense.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double TABLE = .75;
static chore_scene *scene;
static chore_world *world;
static double width; /* of both grippers while move_both moves them */

static int set_up(void **state)
{
    (void)state;
    chore_error err = {0};
    width = .02;
    scene = laundry_scene(NULL, 0);
    world = laundry_world(scene);
    return chore_world_set_mode(world, CHORE_MODE_EEF_POSE, &err) == CHORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    chore_world_destroy(world);
    chore_scene_destroy(scene);
    return 0;
}

static void step(const float *action)
{
    chore_error err = {0};
    if (chore_world_step(world, action, NULL, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

/* ---- how it is put together ---------------------------------------------------------------------------- */

static int id(const mjModel *m, int type, const char *name)
{
    int found = mj_name2id(m, type, name);
    if (found < 0) {
        fail_msg("the model has no '%s'", name);
    }
    return found;
}

static void both_arms_come_from_one_file(void **state)
{
    (void)state;
    const mjModel *m = chore_scene_model(scene);
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    static const char *const names[] = {"left", "right"};
    assert_string_equal(robot->name, "duo");
    assert_int_equal(robot->n_arms, 2);
    assert_int_equal(robot->n_cameras, 3);
    for (int a = 0; a < 2; a++) {
        const chore_arm *arm = &robot->arms[a];
        char name[2 * CHORE_NAME_CAP];
        assert_string_equal(arm->name, names[a]);
        snprintf(name, sizeof name, "%s_tool", names[a]);
        assert_int_equal(arm->tool_site, id(m, mjOBJ_SITE, name));
        snprintf(name, sizeof name, "%s_joint7", names[a]);
        assert_int_equal(arm->joint[6], id(m, mjOBJ_JOINT, name));
        assert_int_equal(arm->actuator[6], id(m, mjOBJ_ACTUATOR, name));
        for (int i = 0; i < 2; i++) {
            const double *half = m->geom_size + 3 * arm->pad_geom[i];
            assert_true(fabs(half[0] - .018) < 1e-9 && fabs(half[1] - .0015) < 1e-9 &&
                        fabs(half[2] - .0175) < 1e-9);
            assert_int_equal(m->geom_bodyid[arm->pad_geom[i]], m->jnt_bodyid[arm->finger_joint[i]]);
            assert_int_equal(m->geom_condim[arm->pad_geom[i]], 4);
        }
        assert_true(fabs(m->actuator_forcerange[2 * arm->gripper_actuator + 1] - 40) < 1e-9);
        assert_true(fabs(arm->gripper_width_m - .08) < 1e-9);
    }
    const double *y = m->body_pos + 1;
    assert_true(y[3 * robot->arms[LEFT].base_body] > .6 && y[3 * robot->arms[RIGHT].base_body] < -.6);
}

static void actions_and_senses_hold_both(void **state)
{
    (void)state;
    static const int dims[CHORE_MODE_COUNT] = {[CHORE_MODE_JOINT_POS] = 16,
                                               [CHORE_MODE_JOINT_DELTA] = 16,
                                               [CHORE_MODE_EEF_POSE] = 16,
                                               [CHORE_MODE_EEF_DELTA] = 14,
                                               [CHORE_MODE_EEF_DELTA_TARGET] = 14};
    chore_error err = {0};
    for (int mode = 0; mode < CHORE_MODE_COUNT; mode++) {
        chore_action_component parts[3 * CHORE_MAX_ARMS];
        float hold[ACTION], before[6], after[6];
        int n = chore_world_components(world, (chore_action_mode)mode, parts, 3 * CHORE_MAX_ARMS);
        assert_int_equal(chore_world_set_mode(world, (chore_action_mode)mode, &err), CHORE_OK);
        assert_int_equal(chore_world_action_dim(world), dims[mode]);
        for (int i = 0; i < n; i++) {
            assert_int_equal(
                strncmp(parts[i].name, i < n / 2 ? "act.left." : "act.right.", i < n / 2 ? 9 : 10), 0);
        }
        chore_world_observe(world, CHORE_OBS_EEF_POS, before);
        for (int k = 0; k < 10; k++) {
            chore_world_hold_action(world, hold);
            step(hold);
        }
        chore_world_observe(world, CHORE_OBS_EEF_POS, after);
        for (int k = 0; k < 6; k++) {
            assert_true(fabsf(after[k] - before[k]) < 1e-3f);
        }
    }
    assert_int_equal(chore_world_obs_spec(world, CHORE_OBS_JOINT_POS).rows, 2);
    assert_int_equal(chore_world_obs_spec(world, CHORE_OBS_JOINT_POS).dim, 7);
    assert_int_equal(chore_world_obs_spec(world, CHORE_OBS_TOUCH).rows, 2);
    float base[14], open[2];
    chore_world_observe(world, CHORE_OBS_BASE_POSE, base);
    assert_true(fabsf(base[1] - .66f) < 1e-5f && fabsf(base[8] + .66f) < 1e-5f);
    chore_world_observe(world, CHORE_OBS_GRIPPER_WIDTH, open);
    assert_true(fabsf(open[0] - .08f) < 1e-3f && fabsf(open[1] - .08f) < 1e-3f);
}

/* ---- moving -------------------------------------------------------------------------------------------- */

/* Part of an action: one tool at a place in the world, straight down, its fingers turned by `yaw`. */
static void aim(float *action, int arm, const double at[3], double yaw, double opening)
{
    static const double down[4] = {0, 1, 0, 0}, up[3] = {0, 0, 1};
    float base[14];
    double back = arm == LEFT ? M_PI / 2 : -M_PI / 2, turn[4], quat[4];
    chore_world_observe(world, CHORE_OBS_BASE_POSE, base);
    double dx = at[0] - (double)base[7 * arm], dy = at[1] - (double)base[7 * arm + 1];
    float *out = action + ARM_ACTION * arm;
    out[0] = (float)(cos(back) * dx - sin(back) * dy);
    out[1] = (float)(sin(back) * dx + cos(back) * dy);
    out[2] = (float)(at[2] - (double)base[7 * arm + 2]);
    mju_axisAngle2Quat(turn, up, yaw + back);
    mju_mulQuat(quat, turn, down);
    for (int i = 0; i < 4; i++) {
        out[3 + i] = (float)quat[i];
    }
    out[7] = (float)opening;
}

static const double *tool(int arm)
{
    return chore_world_data(world)->site_xpos + 3 * chore_scene_embodiment(scene)->arms[arm].tool_site;
}

/* Both tools along straight lines to `to` at the same time; the largest distance from these lines comes out. */
static double move_both(double to[2][3], double speed)
{
    double from[2][3], length = 0, off_line = 0;
    for (int a = 0; a < 2; a++) {
        mju_copy3(from[a], tool(a));
        length = fmax(length, mju_dist3(from[a], to[a]));
    }
    int n = (int)ceil(length / speed * 20);
    for (int k = 1; k <= n + 10; k++) {
        float action[ACTION];
        for (int a = 0; a < 2; a++) {
            double at[3], way[3], along[3], moved[3];
            mju_sub3(way, to[a], from[a]);
            mju_addScl3(at, from[a], way, fmin(1, (double)k / n));
            aim(action, a, at, 0, width);
            mju_copy3(along, way);
            mju_normalize3(along);
            mju_sub3(moved, tool(a), from[a]);
            mju_addToScl3(moved, along, -mju_dot3(moved, along));
            off_line = fmax(off_line, mju_norm3(moved));
        }
        step(action);
    }
    return off_line;
}

static void both_draw_straight_lines_at_once(void **state)
{
    (void)state;
    double ways[5][2][3] = {{{-.20, .25, TABLE + .10}, {.20, -.25, TABLE + .10}},
                            {{-.25, .30, TABLE + .03}, {.25, -.30, TABLE + .03}},
                            {{.25, .30, TABLE + .03}, {-.25, -.30, TABLE + .03}}, /* along the table's ends */
                            {{.10, .13, TABLE + .20}, {.10, -.13, TABLE + .20}},  /* together, as in a fold */
                            {{-.20, .10, TABLE + .04}, {-.20, -.10, TABLE + .04}}};
    for (int i = 0; i < 5; i++) {
        double off_line = move_both(ways[i], .25);
        print_message("line %d: %.2f mm off, %.2f and %.2f mm from the end\n", i, 1e3 * off_line,
                      1e3 * mju_dist3(tool(LEFT), ways[i][LEFT]),
                      1e3 * mju_dist3(tool(RIGHT), ways[i][RIGHT]));
        assert_true(i == 0 || off_line < .002); /* the first one also turns the hands */
        assert_true(mju_dist3(tool(LEFT), ways[i][LEFT]) < .002 &&
                    mju_dist3(tool(RIGHT), ways[i][RIGHT]) < .002);
    }
}

/* The blades squeeze with what duo.yaml says, and hold what they have pinched. */
static void each_hand_pinches_with_20_newton(void **state)
{
    (void)state;
    chore_object_def sponges[2] = {{"sponge_1", "sponge", "", ""}, {"sponge_2", "sponge", "", ""}};
    chore_world *before = world;
    chore_scene *scene_before = scene;
    chore_error err = {0};
    scene = laundry_scene(sponges, 2);
    world = laundry_world(scene);
    assert_int_equal(chore_world_set_mode(world, CHORE_MODE_EEF_POSE, &err), CHORE_OK);
    double at[2][3] = {{.1, .25, TABLE + .02}, {-.1, -.25, TABLE + .02}}, above[2][3],
           still[4] = {1, 0, 0, 0};
    for (int a = 0; a < 2; a++) {
        double floor[3] = {at[a][0], at[a][1], TABLE + .002};
        chore_world_put_body(world, chore_scene_object(scene, a)->body, floor, still);
        mju_copy3(above[a], at[a]);
        above[a][2] += .12;
    }
    width = .08;
    move_both(above, .25);
    move_both(at, .25);
    width = 0;
    move_both(at, .25);
    move_both(above, .25);
    float touch[4];
    chore_world_observe(world, CHORE_OBS_TOUCH, touch);
    for (int i = 0; i < 4; i++) {
        assert_true(touch[i] > 18 && touch[i] < 22);
    }
    for (int a = 0; a < 2; a++) {
        assert_true(chore_world_grasping(world, a, chore_scene_object(scene, a)->body));
        assert_true(chore_world_data(world)->xpos[3 * chore_scene_object(scene, a)->body + 2] > TABLE + .08);
    }
    chore_world_destroy(world);
    chore_scene_destroy(scene);
    world = before;
    scene = scene_before;
}

/* ---- meeting ------------------------------------------------------------------------------------------- */

static bool belongs_to(const mjModel *m, int body, int base)
{
    while (body > 0 && body != base) {
        body = m->body_parentid[body];
    }
    return body == base;
}

/* Deepest contact of the two arms; 0 when they do not touch. */
static double overlap(void)
{
    const mjModel *m = chore_world_model(world);
    const mjData *d = chore_world_data(world);
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    int left = robot->arms[LEFT].base_body, right = robot->arms[RIGHT].base_body;
    double deepest = 0;
    for (int i = 0; i < d->ncon; i++) {
        int a = m->geom_bodyid[d->contact[i].geom[0]], b = m->geom_bodyid[d->contact[i].geom[1]];
        if ((belongs_to(m, a, left) && belongs_to(m, b, right)) ||
            (belongs_to(m, a, right) && belongs_to(m, b, left))) {
            deepest = fmax(deepest, -d->contact[i].dist);
        }
    }
    return deepest;
}

static void the_arms_do_not_pass_through_each_other(void **state)
{
    (void)state;
    double apart[2][3] = {{0, .20, TABLE + .15}, {0, -.20, TABLE + .15}};
    double crossed[2][3] = {{0, -.15, TABLE + .15}, {0, .15, TABLE + .15}};
    double deepest = 0, nearest = 1;
    const mjModel *m = chore_world_model(world);
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    for (int a = 0; a < 2; a++) { /* the limits of the real machine, as published */
        for (int j = 0; j < 7; j++) {
            assert_true(fabs(m->actuator_forcerange[2 * robot->arms[a].actuator[j] + 1] - (j < 4 ? 87 : 12)) <
                        1e-9);
        }
    }
    move_both(apart, .25);
    assert_true(overlap() <= 0);
    for (int k = 1; k <= 80; k++) { /* at .15 m/s each; an impact goes in as deep as a physics step is long */
        float action[ACTION];
        for (int a = 0; a < 2; a++) {
            double at[3], way[3];
            mju_sub3(way, crossed[a], apart[a]);
            mju_addScl3(at, apart[a], way, fmin(1, k / 47.));
            aim(action, a, at, 0, .02);
        }
        step(action);
        deepest = fmax(deepest, overlap());
        nearest = fmin(nearest, tool(LEFT)[1] - tool(RIGHT)[1]);
    }
    print_message("pushed together: %.2f mm deep, %.2f mm in the end, tools %.1f mm apart at the nearest\n",
                  1e3 * deepest, 1e3 * overlap(), 1e3 * nearest);
    assert_true(deepest > 0 && deepest < .002);
    assert_true(overlap() > 0 && overlap() < .001);
    assert_true(nearest > .02);
    assert_true(chore_world_contact_force(world, robot->arms[LEFT].base_body, robot->arms[RIGHT].base_body) >
                5);
}

/* ---- state --------------------------------------------------------------------------------------------- */

/* Wild but repeatable: both arms swing about home, the grippers open and close. */
static void wild_action(float action[ACTION], int k)
{
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    for (int a = 0; a < 2; a++) {
        for (int j = 0; j < 7; j++) {
            double phase = .13 * k * (1 + .1 * j) + 2.1 * a + j;
            action[ARM_ACTION * a + j] = (float)(robot->arms[a].home[j] + .5 * sin(phase));
        }
        action[ARM_ACTION * a + 7] = k / 10 % 2 ? 0 : .08f;
    }
}

static void run(int from, int to, chore_hash *hashes)
{
    for (int k = from; k < to; k++) {
        float action[ACTION];
        wild_action(action, k);
        step(action);
        hashes[k] = chore_world_hash(world);
    }
}

static void states_come_back_bit_for_bit(void **state)
{
    (void)state;
    enum { STEPS = 60, SAVED = 25 };
    chore_hash first[STEPS], again[STEPS];
    chore_error err = {0};
    assert_int_equal(chore_world_set_mode(world, CHORE_MODE_JOINT_POS, &err), CHORE_OK);
    size_t len = chore_world_snapshot_bytes(world);
    void *snapshot = malloc(len);
    assert_non_null(snapshot);
    run(0, SAVED, first);
    chore_world_snapshot(world, snapshot);
    run(SAVED, STEPS, first);
    assert_int_equal(chore_world_restore(world, snapshot, len, &err), CHORE_OK);
    run(SAVED, STEPS, again);
    assert_memory_equal(first + SAVED, again + SAVED, (STEPS - SAVED) * sizeof first[0]);

    chore_world *used = world;
    world = laundry_world(scene); /* another world, from the start and from the snapshot */
    assert_int_equal(chore_world_set_mode(world, CHORE_MODE_JOINT_POS, &err), CHORE_OK);
    run(0, SAVED, again);
    assert_memory_equal(first, again, SAVED * sizeof first[0]);
    assert_int_equal(chore_world_restore(world, snapshot, len, &err), CHORE_OK);
    run(SAVED, STEPS, again);
    assert_memory_equal(first + SAVED, again + SAVED, (STEPS - SAVED) * sizeof first[0]);
    chore_world_destroy(used);
    free(snapshot);
}

/* ---- bad files ----------------------------------------------------------------------------------------- */

#define ARMS "name: odd\nversion: 1\nmjcf: odd.xml\narms:\n"

static void bad_robots_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } bad[] = {
        {ARMS " - {name: a, like: arm}\n", 5, "needs the key 'pos'"},
        {ARMS " - {name: a, like: duo, pos: [0 m, 0 m, 0 m]}\n", 5, "'duo' is not such a robot"},
        {ARMS " - {name: a, like: arm, pos: [0 m, 0 m, 0 m], finger: x.xml}\n", 5, "did you mean 'fingers'?"},
        {ARMS " - {name: a, like: arm, pos: [0 m, 0 m, 0 m], fingers: bare.xml}\n", 5, "no geom 'pad'"},
        {ARMS " - {name: a, like: arm, pos: [0 m, 0 m, 0 m], gripper_force: 0 N}\n", 5, "above zero"},
        {ARMS " - {name: a, like: arm, pos: [0 m, 0 m, 0 m], home: [0 rad]}\n", 5, "one value per joint"},
        {ARMS
         " - {name: a, like: arm, pos: [0 m, 0 m, 0 m]}\n - {name: a, like: arm, pos: [1 m, 0 m, 0 m]}\n",
         6, "attach this arm"},
        {ARMS " - {name: a, like: arm, pos: [0 m, 0 m, 0 m]}\ncameras: [a_wirst]\n", 6,
         "did you mean 'a_wrist'?"},
    };
    scene_data_write("scenes/assets/embodiments/odd/odd.xml", "<mujoco><worldbody/></mujoco>");
    scene_data_write("scenes/assets/embodiments/odd/bare.xml",
                     "<mujoco><worldbody><geom size=\".01\"/></worldbody></mujoco>");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        chore_scene *out = NULL;
        chore_error err = {0};
        chore_scene_def def = {.scene = "laundry_room", .embodiment = "odd"};
        scene_data_write("scenes/assets/embodiments/odd/odd.yaml", bad[i].text);
        chore_status status = chore_scene_build(&out, &def, &err);
        if (status != CHORE_E_FILE || err.line != bad[i].line || strstr(err.message, bad[i].part) == NULL) {
            fail_msg("expected line %d '%s', got status %d at %s:%d '%s'", bad[i].line, bad[i].part, status,
                     err.file, err.line, err.message);
        }
        assert_null(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_arms_come_from_one_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(actions_and_senses_hold_both, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_draw_straight_lines_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_hand_pinches_with_20_newton, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_arms_do_not_pass_through_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(states_come_back_bit_for_bit, set_up, tear_down),
        cmocka_unit_test(bad_robots_are_explained),
    };
    chore_error err = {0};
    if (chore_sim_init(&err) != CHORE_OK) {
        return 1;
    }
    scene_data_make();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
