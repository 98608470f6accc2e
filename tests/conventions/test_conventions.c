/* Policies that know a convention and nothing else, in real tasks: does the robot get to where they mean? What
   counts here is the robot's own senses. */
#include <chore/conventions.h>
#include <chore/rig.h>
#include <chore/sense.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

typedef struct stage {
    chore_rig *rig;
    chore_convention convention;
    chore_policy_host *policy;
    const chore_policy_request *request;
    float action[64];
} stage;

static void must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("%s:%d:%d: %s (%s)", err->file, err->line, err->column,
                 err->detail[0] ? err->detail : err->message, err->hint);
    }
}

static void open_stage(stage *s, const char *task, const char *convention, const char *plugin,
                       const char *config)
{
    char path[CHORE_PATH_CAP];
    chore_error err = {0};
    const char *build = getenv("CHORE_BUILD_DIR");
    memset(s, 0, sizeof *s);
    must(chore_convention_load(&s->convention, convention, &err), &err);
    must(chore_rig_create(&s->rig, task, NULL, NULL, 0, &err), &err);
    must(chore_rig_set_convention(s->rig, &s->convention, &err), &err);
    snprintf(path, sizeof path, "%s/tests/plugins/%s.so", build ? build : ".", plugin);
    const chore_policy_def def = {.policy = path, .config = config, .profile = CHORE_POLICY_INPROC};
    must(chore_policy_open(&s->policy, &def, &err), &err);
    must(chore_policy_negotiate(s->policy, chore_rig_offer(s->rig), &s->request, &err), &err);
    must(chore_rig_accept(s->rig, s->request, &err), &err);
    must(chore_episode_reset(chore_rig_episode(s->rig), 1, CHORE_CONTROL, &err), &err);
    must(chore_rig_set_mode(s->rig, chore_rig_mode(s->rig), &err), &err);
    const chore_policy_episode episode = {.struct_size = sizeof episode, .instruction = ""};
    must(chore_policy_reset(s->policy, 1, &episode, &err), &err);
}

static void close_stage(stage *s)
{
    chore_policy_unload(s->policy);
    chore_rig_destroy(s->rig);
}

static void play(stage *s, int steps)
{
    uint32_t valid = 0;
    int32_t slot_status = 0;
    chore_error err = {0};
    chore_policy_actions actions = {.struct_size = sizeof actions,
                                    .horizon = 1,
                                    .dim = chore_rig_action_dim(s->rig),
                                    .data = s->action,
                                    .valid = &valid,
                                    .status = &slot_status};
    assert_true(actions.dim <= 64);
    for (int i = 0; i < steps; i++) {
        must(chore_policy_act(s->policy, chore_rig_observe(s->rig), &actions, &err), &err);
        must(chore_episode_step(chore_rig_episode(s->rig),
                                chore_rig_native_action(s->rig, 0, s->action), &err),
             &err);
    }
}

static const float *sense(const stage *s, chore_obs_id id)
{
    static float out[4096];
    const chore_world *world = chore_episode_world(chore_rig_episode(s->rig));
    const chore_obs_spec spec = chore_world_obs_spec(world, id);
    assert_true(spec.rows * spec.dim <= 4096);
    chore_world_observe(world, id, out);
    return out;
}

static void near(const char *what, const float *found, const double *wanted, int n,
                 double tolerance)
{
    for (int i = 0; i < n; i++) {
        if (!(fabs((double)found[i] - wanted[i]) <= tolerance)) {
            fail_msg("%s: value %d is %g, expected %g within %g", what, i, (double)found[i],
                     wanted[i], tolerance);
        }
    }
}

/* A quaternion wxyz: half a turn about x, of either sign. */
static void points_down(const float *quat, double tolerance)
{
    near("down", (float[]){quat[0], fabsf(quat[1]), quat[2], quat[3]}, (double[]){0, 1, 0, 0}, 4,
         tolerance);
}

/* LIBERO's world has the foot of the arm at (-0.66, 0, 0.912). */
static void libero_reaches_a_point(void **state)
{
    static const struct {
        const char *config;
        double pos[3];
    } cases[] = {{"-0.10 -0.10 1.10", {.56, -.10, .188}}, {"-0.25 0.15 1.20", {.41, .15, .288}}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stage s;
        open_stage(&s, "set_aside", "libero", "libero_reach", cases[i].config);
        assert_int_equal(chore_rig_action_dim(s.rig), 7);
        assert_string_equal(chore_rig_mode(s.rig), "eef_delta");
        play(&s, 100);
        near("hand", sense(&s, CHORE_OBS_EEF_POS), cases[i].pos, 3, .003);
        points_down(sense(&s, CHORE_OBS_EEF_QUAT), .01);
        near("gripper", sense(&s, CHORE_OBS_GRIPPER_WIDTH), (double[]){0}, 1, .001);
        assert_int_equal(chore_rig_clamped(s.rig, 0), 0);
        assert_int_equal(chore_episode_clamped(chore_rig_episode(s.rig)), 0);
        close_stage(&s);
    }
}

/* Metres that robosuite's controller moves in control steps `from` to `to` - 1, from rest, while each action
   sets a goal 5 cm ahead of where the hand is: the closed solution of x'' = 150 (goal - x) - 2 sqrt(150) x',
   step by step. */
static double robosuite_way(int from, int to)
{
    const double w = sqrt(150), seconds = .05, k = w * seconds, rest = exp(-k), goal = .05;
    double speed = 0, way = 0;
    for (int i = 0; i < to; i++) {
        way += i < from ? 0 : goal - (goal + (w * goal - speed) * seconds) * rest;
        speed = (speed + k * (w * goal - speed)) * rest;
    }
    return way;
}

static void libero_is_as_fast_as_there(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, "set_aside", "libero", "libero_reach", "-0.10 -0.10 1.10");
    const float one[7] = {0, 1, 0, 0, 0, 0, -1}, seven[7] = {0, -7, 0, 0, 0, 0, -1};
    float at[3] = {0};
    chore_error err = {0};
    for (int i = 0; i < 40; i++) {
        at[i / 20] = i % 20 == 0 ? sense(&s, CHORE_OBS_EEF_POS)[1] : at[i / 20];
        must(chore_episode_step(chore_rig_episode(s.rig), chore_rig_native_action(s.rig, 0, one),
                                &err),
             &err);
    }
    at[2] = sense(&s, CHORE_OBS_EEF_POS)[1];
    near("a second from rest", (float[]){at[1] - at[0]}, (double[]){robosuite_way(0, 20)}, 1, .01);
    near("a second in motion", (float[]){at[2] - at[1]}, (double[]){robosuite_way(20, 40)}, 1,
         .003);
    near("clamped", chore_rig_native_action(s.rig, 0, seven) + 1, (double[]){-.05 * .3009}, 1,
         1e-6);
    assert_int_equal(chore_rig_clamped(s.rig, 0), 1);
    close_stage(&s);
}

static const double POSTURE[7] = {.3, -.5, .1, -2.0, -.1, 1.6, .9};

static void droid_takes_a_posture(void **state)
{
    static const char *const names[] = {"droid", "droid_velocity"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        open_stage(&s, "set_aside", names[i], i == 0 ? "droid_joints" : "droid_velocities",
                   "0.25 0.3 -0.5 0.1 -2.0 -0.1 1.6 0.9");
        assert_int_equal(chore_rig_action_dim(s.rig), 8);
        play(&s, 80);
        near(names[i], sense(&s, CHORE_OBS_JOINT_POS), POSTURE, 7, .005);
        near(names[i], sense(&s, CHORE_OBS_GRIPPER_WIDTH), (double[]){.06}, 1, .001);
        close_stage(&s);
    }
}

static void aloha_bends_both_arms(void **state)
{
    (void)state;
    stage s;
    float before[14];
    double wanted[14];
    open_stage(&s, "fold_towel", "aloha", "aloha_joints", "");
    assert_int_equal(chore_rig_action_dim(s.rig), 14);
    memcpy(before, sense(&s, CHORE_OBS_JOINT_POS), sizeof before);
    for (int i = 0; i < 14; i++) {
        wanted[i] = (double)before[i] + (i % 7 == 2 ? 0
                                         : i < 7    ? .2
                                                    : -.1); /* the third joint is not ALOHA's */
    }
    play(&s, 30);
    near("joints", sense(&s, CHORE_OBS_JOINT_POS), wanted, 14, .01);
    near("grippers", sense(&s, CHORE_OBS_GRIPPER_WIDTH), (double[]){.08, 0}, 2, .002);
    close_stage(&s);
}

static void robocasa_drives_and_reaches(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, "carry_dishes", "robocasa", "robocasa_move",
               "-0.15 0.1 0.3 0.60 -0.30 1.10 0.05");
    assert_int_equal(chore_rig_action_dim(s.rig), 12);
    float left[7];
    memcpy(left, sense(&s, CHORE_OBS_JOINT_POS), sizeof left);
    const double lift =
        (double)sense(&s, CHORE_OBS_LIFT)[0] + .05; /* in ten steps; it starts slowly */
    play(&s, 160);
    near("base", sense(&s, CHORE_OBS_ODOMETRY), (double[]){-.15, .1, .3}, 3, .01);
    near("lift", sense(&s, CHORE_OBS_LIFT), &lift, 1, .025);
    const double now = (double)sense(&s, CHORE_OBS_LIFT)[0];
    near("hand", sense(&s, CHORE_OBS_EEF_POS) + 3,
         (double[]){.60 - .14, -.30 + .26, 1.10 - .60 - now}, 3, .005);
    points_down(sense(&s, CHORE_OBS_EEF_QUAT) + 4, .02);
    near("gripper", sense(&s, CHORE_OBS_GRIPPER_WIDTH) + 1, (double[]){0}, 1, .002);
    double held[7];
    for (int i = 0; i < 7; i++) {
        held[i] = (double)left[i];
    }
    near("left arm", sense(&s, CHORE_OBS_JOINT_POS), held, 7, .02); /* nobody spoke of it */
    close_stage(&s);
}

static const chore_policy_field *find(const chore_policy_field *fields, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    fail_msg("nothing is called %s", name);
    return NULL;
}

/* Without any convention: a request that has one stream and one part of its action in another dress. */
static void a_request_may_name_conversions(void **state)
{
    (void)state;
    chore_rig *rig = NULL;
    chore_error err = {0};
    must(chore_rig_create(&rig, "set_aside", NULL, NULL, 0, &err), &err);
    const chore_policy_offer *offer = chore_rig_offer(rig);
    chore_policy_field streams[2], components[3];
    streams[0] = streams[1] = *find(offer->fields, offer->n_fields, "proprio.eef_quat");
    streams[0].convert = "rotmat";
    streams[0].shape[0] = 9;
    chore_policy_request request = {.struct_size = sizeof request, .n_fields = 2, .fields = streams, .components = components, .mode = "eef_pose"};
    for (uint32_t m = 0; m < offer->n_modes; m++) {
        if (strcmp(offer->modes[m].name, "eef_pose") == 0) {
            request.n_components = offer->modes[m].n_components;
            memcpy(components, offer->modes[m].components, sizeof components);
        }
    }
    assert_int_equal(request.n_components, 3);
    components[1].convert = "rot6d_cols";
    must(chore_rig_accept(rig, &request, &err), &err);
    must(chore_episode_reset(chore_rig_episode(rig), 1, CHORE_CONTROL, &err), &err);
    must(chore_rig_set_mode(rig, chore_rig_mode(rig), &err), &err);

    const chore_policy_batch *seen = chore_rig_observe(rig);
    const float *matrix = seen->stream[0], *quat = seen->stream[1];
    near("m22", matrix + 8, (double[]){1 - 2 * ((double)quat[1] * (double)quat[1] + (double)quat[2] * (double)quat[2])}, 1, 1e-6);

    /* hold, as the policy would write it; on its way back it is what the world calls hold */
    float written[10], native[8];
    assert_int_equal(chore_rig_action_dim(rig), 10);
    chore_rig_hold_action(rig, 0, written);
    chore_world_hold_action(chore_episode_world(chore_rig_episode(rig)), native);
    const float *back = chore_rig_native_action(rig, 0, written);
    for (int i = 0; i < 8; i++) {
        near("hold", back + i, (double[]){(double)native[i]}, 1, 1e-5);
    }
    near("first column", written + 3, (double[]){(double)matrix[0], (double)matrix[3], (double)matrix[6]}, 3, 1e-3);
    chore_rig_destroy(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libero_reaches_a_point),
        cmocka_unit_test(libero_is_as_fast_as_there),
        cmocka_unit_test(droid_takes_a_posture),
        cmocka_unit_test(aloha_bends_both_arms),
        cmocka_unit_test(robocasa_drives_and_reaches),
        cmocka_unit_test(a_request_may_name_conversions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
