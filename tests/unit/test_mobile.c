/* The robot that drives: what an action of it holds, how its base and lift move, that furniture stops it, that it rests, and that its state
   comes back. */
#include "scene_data.h"

#include <chore/scene.h>
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

enum {
    ACTION = 20,
    BASE = 16,
    RATE = 20
}; /* of joint_pos and eef_pose; where pos, heading, lift begin */
static chore_scene *scene;
static chore_world *world;

static void need(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("%s:%d: %s", err->file, err->line, err->message);
    }
}

static int set_up(void **state)
{
    (void)state;
    static const chore_object_def mug[] = {{"mug_1", "mug", "", ""}};
    chore_error err = {0};
    chore_scene_def def = {
        .scene = "kitchen_room", .embodiment = "mobile", .objects = mug, .n_objects = 1};
    need(chore_scene_build(&scene, &def, &err), &err);
    chore_world_def world_def = chore_scene_world_def(scene);
    need(chore_world_create(&world, &world_def, &err), &err);
    need(chore_world_set_mode(world, CHORE_MODE_EEF_POSE, &err), &err);
    return 0;
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
    need(chore_world_step(world, action, NULL, &err), &err);
}

typedef struct odometry {
    float pose[3], velocity[3], lift;
} odometry;

static odometry look(void)
{
    odometry o;
    chore_world_observe(world, CHORE_OBS_ODOMETRY, o.pose);
    chore_world_observe(world, CHORE_OBS_ODOMETRY_VEL, o.velocity);
    chore_world_observe(world, CHORE_OBS_LIFT, &o.lift);
    return o;
}

/* Largest values on the way. */
typedef struct ride {
    double speed, turning, acceleration,
        beyond; /* beyond: how far it got past the end, along the way */
    odometry end;
} ride;

static ride go(float x, float y, float heading, float lift, double seconds)
{
    float action[ACTION];
    const odometry start = look();
    const double far = hypot((double)(x - start.pose[0]), (double)(y - start.pose[1]));
    ride r = {0};
    double before[2] = {(double)start.velocity[0], (double)start.velocity[1]};
    chore_world_hold_action(world, action);
    action[BASE] = x, action[BASE + 1] = y, action[BASE + 2] = heading, action[BASE + 3] = lift;
    for (int k = 0; k < (int)(seconds * RATE); k++) {
        step(action);
        r.end = look();
        const double vx = (double)r.end.velocity[0], vy = (double)r.end.velocity[1];
        r.speed = fmax(r.speed, hypot(vx, vy));
        r.turning = fmax(r.turning, fabs((double)r.end.velocity[2]));
        r.acceleration = fmax(r.acceleration, hypot(vx - before[0], vy - before[1]) * RATE);
        before[0] = vx, before[1] = vy;
        if (far > 0) {
            const double dx = (double)(r.end.pose[0] - x), dy = (double)(r.end.pose[1] - y);
            r.beyond =
                fmax(r.beyond,
                     (dx * (double)(x - start.pose[0]) + dy * (double)(y - start.pose[1])) / far);
        }
    }
    return r;
}

static void assert_near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance)) {
        fail_msg("%g is not within %g of %g", value, tolerance, wanted);
    }
}

/* ---- how it is put together ---------------------------------------------------------------------------- */

static void all_of_it_hangs_on_the_carrier(void **state)
{
    (void)state;
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    const mjModel *m = chore_scene_model(scene);
    assert_true(robot->drives);
    assert_int_equal(robot->n_arms, 2);
    assert_int_equal(robot->n_cameras, 3);
    assert_int_equal(chore_robot_n_roots(robot), 1);
    assert_int_equal(chore_robot_root(robot, 0), robot->carrier.body);
    double mass = 0;
    for (int body = 0; body < m->nbody; body++) {
        if (m->body_rootid[body] == m->body_rootid[robot->carrier.body]) {
            mass += m->body_mass[body];
        }
    }
    assert_near(mass, 113, 1);
    for (int arm = 0; arm < 2; arm++) {
        assert_int_equal(m->body_rootid[robot->arms[arm].base_body],
                         m->body_rootid[robot->carrier.body]);
    }
}

static void the_base_comes_after_the_arms(void **state)
{
    (void)state;
    static const int dims[CHORE_MODE_COUNT] = {[CHORE_MODE_JOINT_POS] = 20,
                                               [CHORE_MODE_JOINT_DELTA] = 20,
                                               [CHORE_MODE_EEF_POSE] = 20,
                                               [CHORE_MODE_EEF_DELTA] = 18,
                                               [CHORE_MODE_EEF_DELTA_TARGET] = 18};
    chore_error err = {0};
    for (int mode = 0; mode < CHORE_MODE_COUNT; mode++) {
        chore_action_component parts[CHORE_MAX_COMPONENTS];
        float hold[ACTION];
        const int n =
            chore_world_components(world, (chore_action_mode)mode, parts, CHORE_MAX_COMPONENTS);
        const bool absolute = mode == CHORE_MODE_JOINT_POS || mode == CHORE_MODE_EEF_POSE;
        need(chore_world_set_mode(world, (chore_action_mode)mode, &err), &err);
        assert_int_equal(chore_world_action_dim(world), dims[mode]);
        assert_string_equal(parts[n - 3].name, "act.base.pos");
        assert_string_equal(parts[n - 3].frame, absolute ? "odom" : "base");
        assert_string_equal(parts[n - 2].name, "act.base.heading");
        assert_string_equal(parts[n - 1].name, "act.base.lift");
        assert_near(parts[n - 3].hi[0], absolute ? 5 : .025, 1e-9);
        assert_near(parts[n - 2].hi[0], absolute ? mjPI : .05, 1e-9);
        assert_near(parts[n - 1].hi[0], absolute ? .45 : .005, 1e-9);
        const odometry before = look();
        for (int k = 0; k < 10; k++) {
            chore_world_hold_action(world, hold);
            step(hold);
        }
        const odometry after = look();
        for (int k = 0; k < 3; k++) {
            assert_near((double)after.pose[k], (double)before.pose[k], 5e-4);
        }
        assert_near((double)after.lift, (double)before.lift, 1e-3);
    }
}

/* ---- how it moves -------------------------------------------------------------------------------------- */

/* The robot looks at the worktop: behind it there is room. */
static void it_arrives_and_keeps_its_limits(void **state)
{
    (void)state;
    ride r = go(-.4f, .6f, 0, .25f, 4);
    assert_near(r.speed, .5, .015);
    assert_near(r.acceleration, .5 / .8, .1);
    assert_true(r.beyond < .002);
    assert_near((double)r.end.pose[0], -.4, .001);
    assert_near((double)r.end.pose[1], .6, .001);
    r = go(-.4f, .6f, 3, .25f, 5);
    assert_near(r.turning, 1, .03);
    assert_near((double)r.end.pose[2], 3, .002);
    r = go(-.4f, .6f, -3, .05f, 3); /* the shorter way: over pi, not back over 0 */
    assert_true(r.turning < .6);
    assert_near((double)r.end.pose[2], -3, .002);
    assert_near((double)r.end.lift, .05, .002);
}

static void steps_are_velocities_as_the_base_sees_them(void **state)
{
    (void)state;
    chore_error err = {0};
    float action[ACTION];
    go(-.2f, 0, 1.5707963f, .25f, 3); /* now it looks along y of the odometry frame */
    need(chore_world_set_mode(world, CHORE_MODE_EEF_DELTA, &err), &err);
    for (int k = 0; k < 30; k++) {
        chore_world_hold_action(world, action);
        action[ACTION - 2 - 4] = .02f; /* forward at .4 m/s */
        step(action);
    }
    const odometry o = look();
    assert_near((double)o.velocity[1], .4, .01);
    assert_near((double)o.velocity[0], 0, .01);
    assert_near((double)o.pose[1], .4 * (1.5 - .32), .03);
}

static void it_rests_where_it_stands(void **state)
{
    (void)state;
    const ride r = go(-.1f, .1f, .3f, .30f, 3);
    const ride later = go(-.1f, .1f, .3f, .30f, 20);
    for (int k = 0; k < 2; k++) {
        assert_near((double)later.end.pose[k], (double)r.end.pose[k], 3e-4); /* 1 mm in a minute */
    }
    assert_near((double)later.end.pose[2], (double)r.end.pose[2], 3e-4);
    assert_near((double)later.end.lift, (double)r.end.lift, 3e-4);
}

/* Its front edge is .28 m before its middle; the fronts of the counter are 1.061 m ahead of where it starts. */
static void furniture_stops_it(void **state)
{
    (void)state;
    const int counter = chore_scene_find_fixture(scene, "counter");
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    const ride r = go(1.5f, 0, 0, .40f, 5);
    assert_true((double)r.end.pose[0] < 1.061 - .28 + .002);
    assert_true((double)r.end.pose[0] > .70);
    const double force = chore_world_contact_force(world, robot->carrier.body, counter);
    assert_true(force > 50 && force < 450);
    const ride back = go(.2f, 0, 0, .40f, 4); /* nothing is wound up */
    assert_near((double)back.end.pose[0], .2, .002);
    assert_true(chore_world_contact_force(world, robot->carrier.body, counter) <= 0);
}

static void legs_of_the_table_stop_it(void **state)
{
    (void)state;
    go(0, 0, 0, .40f, 1);
    const ride r =
        go(-1.9f, .52f, 0, .40f, 7); /* backwards against the leg at (2.58, -.32) of the world */
    const double world_x = 1.35 - (double)r.end.pose[0];
    assert_true(world_x < 2.58 - .034 - .28 + .02);
}

/* ---- the rest ------------------------------------------------------------------------------------------ */

static void things_sleep_while_it_drives(void **state)
{
    (void)state;
    chore_error err = {0};
    const chore_hash task = {0};
    chore_rng rng = chore_rng_stream(1, task, 7, "placement");
    const chore_placement on_table = {.object = 0,
                                      .region = chore_scene_find_region(scene, "table_near")};
    need(chore_scene_place(scene, world, &on_table, 1, &rng, &err), &err);
    need(chore_world_set_mode(world, CHORE_MODE_EEF_POSE, &err), &err);
    const mjModel *m = chore_scene_model(scene);
    const int tree = m->body_treeid[chore_scene_object(scene, 0)->body];
    go(-.3f, -.3f, 1, .1f, 2);
    assert_true(chore_world_data(world)->tree_asleep[tree] >= 0);
}

static void run(int from, int to, chore_hash *hashes)
{
    for (int k = from; k < to; k++) {
        float action[ACTION];
        chore_world_hold_action(world, action);
        action[BASE] = (float)(.5 * sin(.1 * k)), action[BASE + 1] = (float)(.3 * cos(.07 * k));
        action[BASE + 2] = (float)sin(.05 * k), action[BASE + 3] = (float)(.2 + .1 * sin(.2 * k));
        step(action);
        hashes[k] = chore_world_hash(world);
    }
}

static void states_come_back_bit_for_bit(void **state)
{
    (void)state;
    enum { STEPS = 50, SAVED = 20 };
    chore_hash first[STEPS], again[STEPS];
    chore_error err = {0};
    const size_t len = chore_world_snapshot_bytes(world);
    void *snapshot = malloc(len);
    assert_non_null(snapshot);
    run(0, SAVED, first);
    chore_world_snapshot(world, snapshot);
    run(SAVED, STEPS, first);
    need(chore_world_restore(world, snapshot, len, &err), &err);
    run(SAVED, STEPS, again);
    assert_memory_equal(first + SAVED, again + SAVED, (STEPS - SAVED) * sizeof first[0]);
    free(snapshot);
}

#define HEAD \
    "name: odd\nversion: 1\nmjcf: odd.xml\narms:\n - {name: a, like: arm, on: board, pos: [0 m, 0 m, 0 m]}\n"
#define CARRIER(joints, limits, ramp)                                                   \
    HEAD "carrier: {name: base, body: board, joints: [" joints                          \
         "], actuators: [x, y, t, z], velocity_limits: [" limits "], start_time: " ramp \
         ", home: [0 m, 0 m, 0 rad, 0 m]}\n"
#define LIMITS "1 m/s, 1 m/s, 1 rad/s, 1 m/s"

static void bad_carriers_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } bad[] = {
        {"name: odd\nversion: 1\nmjcf: odd.xml\narms:\n - {name: a, like: arm, on: bord, pos: [0 m, 0 m, 0 m]}\n",
         5, "no body 'bord'"},
        {CARRIER("x, t, y, z", LIMITS, "1 s"), 6, "a carrier has slides along x and y"},
        {CARRIER("x, y, t", LIMITS, "1 s"), 6, "expected 4 names, not 3"},
        {CARRIER("x, y, t, z", "1 m/s, 1 m/s, 1 m/s, 1 m/s", "1 s"), 6, "an angular speed"},
        {CARRIER("x, y, t, z", LIMITS, "0 s"), 6, "above zero"},
        {CARRIER("x, y, t, q", LIMITS, "1 s"), 6, "unknown joint 'q'"},
    };
    scene_data_write(
        "scenes/assets/embodiments/odd/odd.xml",
        "<mujoco><worldbody><body name=\"board\"><inertial pos=\"0 0 0\" mass=\"9\" diaginertia=\"1 1 1\"/>"
        "<joint name=\"x\" type=\"slide\" axis=\"1 0 0\"/><joint name=\"y\" type=\"slide\" axis=\"0 1 0\"/>"
        "<joint name=\"t\" axis=\"0 0 1\"/><joint name=\"z\" type=\"slide\" axis=\"0 0 1\"/></body></worldbody>"
        "<actuator><position name=\"x\" joint=\"x\" kp=\"9\"/><position name=\"y\" joint=\"y\" kp=\"9\"/>"
        "<position name=\"t\" joint=\"t\" kp=\"9\"/><position name=\"z\" joint=\"z\" kp=\"9\"/></actuator></mujoco>");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        chore_scene *out = NULL;
        chore_error err = {0};
        chore_scene_def def = {.scene = "kitchen_room", .embodiment = "odd"};
        scene_data_write("scenes/assets/embodiments/odd/odd.yaml", bad[i].text);
        chore_status status = chore_scene_build(&out, &def, &err);
        if (status != CHORE_E_FILE || err.line != bad[i].line ||
            strstr(err.message, bad[i].part) == NULL) {
            fail_msg("expected line %d '%s', got status %d at %s:%d '%s'", bad[i].line, bad[i].part,
                     status, err.file, err.line, err.message);
        }
        assert_null(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_of_it_hangs_on_the_carrier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_base_comes_after_the_arms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_arrives_and_keeps_its_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(steps_are_velocities_as_the_base_sees_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(it_rests_where_it_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(furniture_stops_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(legs_of_the_table_stop_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(things_sleep_while_it_drives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(states_come_back_bit_for_bit, set_up, tear_down),
        cmocka_unit_test(bad_carriers_are_explained),
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
