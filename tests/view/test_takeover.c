/* A person takes over: the robot goes where the hand wants in every action mode, and what comes of it replays and is marked. */
#include <math.h>
#include <mujoco/mujoco.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/files.h>
#include <chore/intervention.h>
#include <chore/recorded.h>
#include <chore/run_plan.h>
#include <chore/takeover.h>
#include <chore/verify.h>

#include <cmocka.h>

#include "../unit/scratch.h"
#include "recording.h"

enum { STEPS = 60, KEY_EVERY = 25 };

static char folder[CHORE_PATH_CAP], good[CHORE_PATH_CAP], bad[CHORE_PATH_CAP], mine[CHORE_PATH_CAP];
static chore_rig *rig;

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* ---- the hand ----------------------------------------------------------------------------------------------------- */

static void tool_at(const chore_world *world, int arm, double pos[3], double turn[4])
{
    const mjData *d = chore_world_data(world);
    const int site = chore_world_embodiment(world)->arms[arm].tool_site;
    mju_copy3(pos, d->site_xpos + 3 * site);
    mju_mat2Quat(turn, d->site_xmat + 9 * site);
}

static void hold_for(chore_episode *episode, chore_hand_memory *memory, const chore_hand *hand, int steps)
{
    float action[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    for (int i = 0; i < steps; i++) {
        chore_hand_action(memory, chore_episode_world(episode), hand, action);
        assert_int_equal(chore_episode_step(episode, action, NULL), CHORE_OK);
    }
}

/* 10 cm up and to the left, then still; then a quarter of a turn about the upright. */
static void it_goes_where_the_hand_wants(void **state)
{
    (void)state;
    for (int mode = 0; mode < CHORE_MODE_COUNT; mode++) {
        chore_episode *episode = chore_rig_episode(rig);
        chore_world *world = chore_episode_world(episode);
        chore_hand_memory memory = {0};
        chore_hand hand = {.move = {0, 0.1, 0.1}};
        double begin[3], end[3], was[4], is[4], twist[3];
        assert_int_equal(chore_episode_reset(episode, 3, CHORE_CONTROL, NULL), CHORE_OK);
        assert_int_equal(chore_world_set_mode(world, (chore_action_mode)mode, NULL), CHORE_OK);
        tool_at(world, 0, begin, was);
        hold_for(episode, &memory, &hand, 20);
        hold_for(episode, &memory, &(chore_hand){0}, 10);
        tool_at(world, 0, end, is);
        mju_subQuat(twist, is, was);
        const double far[3] = {end[0] - begin[0], end[1] - begin[1] - 0.1, end[2] - begin[2] - 0.1};
        if (mju_norm3(far) > 0.02 || mju_norm3(twist) > 0.05) {
            fail_msg("%s: it is %.3f m and %.3f rad away from where it should be", chore_action_mode_name((chore_action_mode)mode),
                     mju_norm3(far), mju_norm3(twist));
        }
        hold_for(episode, &memory, &(chore_hand){.turn = {0, 0, 0.8}}, 20);
        hold_for(episode, &memory, &(chore_hand){0}, 10);
        tool_at(world, 0, begin, was);
        mju_subQuat(twist, was, is);
        assert_float_equal(mju_norm3(twist), 0.8, 0.12);
        chore_hand_release(&memory);
    }
}

static void the_gripper_follows(void **state)
{
    (void)state;
    for (int mode = 0; mode < CHORE_MODE_COUNT; mode++) {
        chore_episode *episode = chore_rig_episode(rig);
        chore_hand_memory memory = {0};
        const chore_arm *arm = &chore_world_embodiment(chore_episode_world(episode))->arms[0];
        assert_int_equal(chore_episode_reset(episode, 3, CHORE_CONTROL, NULL), CHORE_OK);
        assert_int_equal(chore_world_set_mode(chore_episode_world(episode), (chore_action_mode)mode, NULL), CHORE_OK);
        const mjModel *m = chore_world_model(chore_episode_world(episode));
        const double *finger = chore_world_data(chore_episode_world(episode))->qpos + m->jnt_qposadr[arm->finger_joint[0]];
        hold_for(episode, &memory, &(chore_hand){.grip = 0.1}, 30);
        assert_float_equal(*finger, arm->gripper_width_m / 2, 0.004);
        hold_for(episode, &memory, &(chore_hand){.grip = -0.1}, 30);
        assert_float_equal(*finger, 0, 0.004);
        chore_hand_release(&memory);
    }
}

/* ---- the recording ------------------------------------------------------------------------------------------------ */

static chore_takeover_state settled(chore_takeover *t, chore_error *err)
{
    while (chore_takeover_look_at(t, err) == CHORE_TAKEOVER_LOADING) {
        nap();
    }
    return chore_takeover_look_at(t, err);
}

static const chore_moment *moment_from(chore_takeover *t, uint64_t step)
{
    for (;;) {
        const chore_moment *moment = chore_takeover_take(t);
        if (moment && moment->step >= step) {
            return moment;
        }
        nap();
    }
}

static chore_takeover *taken(const char *of, uint64_t step)
{
    return chore_takeover_open(&(chore_takeover_def){.trace = of, .step = step, .path = mine});
}

/* Driven, given back, taken again, ended: one recording that replays bit by bit and says what it is. */
static void what_comes_of_it_replays_and_is_marked(void **state)
{
    chore_error err = {0};
    chore_trace *trace, *from;
    char policy[CHORE_NAME_CAP];
    (void)state;
    chore_takeover *t = taken(good, 30);
    assert_int_equal(settled(t, &err), CHORE_TAKEOVER_PERSON);
    chore_takeover_hand(t, &(chore_hand){.move = {0, 0, 0.1}});
    chore_takeover_speed(t, 3);
    const uint64_t given = moment_from(t, 36)->step;
    chore_takeover_pass(t, false);
    moment_from(t, given + 4);
    assert_int_equal(chore_takeover_look_at(t, &err), CHORE_TAKEOVER_RECORDING);
    chore_takeover_pass(t, true);
    moment_from(t, STEPS + 10); /* beyond the recording's end */
    chore_takeover_pass(t, false);
    moment_from(t, STEPS + 14);
    chore_takeover_end(t);
    while (chore_takeover_look_at(t, &err) != CHORE_TAKEOVER_DONE) {
        nap();
    }
    chore_takeover_close(t);

    assert_int_equal(chore_trace_open(&trace, mine, &err), CHORE_OK);
    assert_int_equal(chore_trace_open(&from, good, &err), CHORE_OK);
    const uint64_t n = chore_trace_n_steps(trace);
    uint64_t by_person;
    assert_true(chore_trace_is_intervened(trace, &by_person));
    assert_true(n >= STEPS + 14 && by_person >= 6 && by_person < n - 30);
    assert_false(chore_trace_is_intervened(from, NULL));
    chore_timeline line;
    chore_timeline_read(&line, trace);
    const chore_lane *lane = NULL;
    for (int i = 0; i < line.n_lanes; i++) {
        lane = strcmp(line.lanes[i].text, CHORE_LANE_PERSON) == 0 ? &line.lanes[i] : lane;
    }
    assert_non_null(lane);
    assert_int_equal(chore_lane_holds(lane, 29), 0);
    assert_int_equal(chore_lane_holds(lane, 30), 1);
    assert_int_equal(lane->n_flips, 4); /* taken, given, taken, given */
    chore_timeline_release(&line);
    chore_trace_header_text(trace, "policy", policy, sizeof policy);
    assert_string_equal(policy, "swing + a person");
    assert_true(chore_hash_equal(chore_trace_hash(trace, 29), chore_trace_hash(from, 29)));
    assert_false(chore_hash_equal(chore_trace_hash(trace, 36), chore_trace_hash(from, 36)));
    if (chore_replay(rig, trace, NULL, NULL, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    chore_trace_close(trace);
    chore_trace_close(from);
}

/* Ended by itself or by us, whole, and the same when it is replayed at its rate. */
static chore_outcome replays(const char *path, int hz)
{
    chore_error err = {0};
    chore_trace *trace;
    chore_rig *own;
    assert_int_equal(chore_trace_open(&trace, path, &err), CHORE_OK);
    assert_int_equal(chore_rig_create_at(&own, hz, "set_aside", NULL, NULL, 0, &err), CHORE_OK);
    if (chore_replay(own, trace, NULL, NULL, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    const chore_outcome outcome = chore_episode_outcome(chore_rig_episode(own));
    chore_rig_destroy(own);
    chore_trace_close(trace);
    return outcome;
}

static void drive_a_little(const char *of, uint64_t step)
{
    chore_error err = {0};
    remove(mine);
    chore_takeover *t = taken(of, step);
    if (settled(t, &err) != CHORE_TAKEOVER_PERSON) {
        fail_msg("%s", err.message);
    }
    chore_takeover_hand(t, &(chore_hand){.move = {0, 0, 0.1}});
    moment_from(t, step + 4);
    chore_takeover_pass(t, false);
    moment_from(t, step + 8);
    chore_takeover_close(t);
}

/* A run may have another control rate than the task's own. */
static void it_goes_on_at_the_recordings_rate(void **state)
{
    chore_rig *slow;
    char path[CHORE_PATH_CAP];
    (void)state;
    snprintf(path, sizeof path, "%.900s/slow.trace", folder);
    assert_int_equal(chore_rig_create_at(&slow, 10, "set_aside", NULL, NULL, 0, NULL), CHORE_OK);
    recording_make(slow, path, 30, 25, 0);
    chore_rig_destroy(slow);
    drive_a_little(path, 20);
    replays(mine, 10);
}

/* What the policy has said is part of the state; it stays said, and the recorded actions go on with their words. */
static void it_remembers_what_was_said(void **state)
{
    char path[CHORE_PATH_CAP];
    (void)state;
    snprintf(path, sizeof path, "%.900s/said.trace", folder);
    recording_make_of(rig, path, &(recording_def){.steps = 40, .key_every = 25, .says_at = 10});
    drive_a_little(path, 20);
    replays(mine, 0);
    recording_make_of(rig, path, &(recording_def){.steps = 40, .key_every = 25, .says_at = 39});
    drive_a_little(path, 33); /* and is given back before it is said */
    replays(mine, 0);
}

/* A recording that is still being written ends somewhere in mid-air. */
static void it_needs_no_end_of_the_recording(void **state)
{
    static char bytes[1 << 20];
    char path[CHORE_PATH_CAP];
    (void)state;
    snprintf(path, sizeof path, "%.900s/growing.trace", folder);
    FILE *from = fopen(good, "rb"), *to = fopen(path, "wb");
    assert_non_null(from);
    assert_non_null(to);
    const size_t n = fread(bytes, 1, sizeof bytes, from);
    assert_true(n > 100 && n < sizeof bytes);
    assert_int_equal(fwrite(bytes, 1, n - 20, to), n - 20);
    fclose(from);
    fclose(to);
    drive_a_little(path, 27);
    replays(mine, 0);
}

static void plan_of(const char *policy, const char *policy_path, const char *config)
{
    char path[CHORE_PATH_CAP];
    chore_plan plan = {.n_tasks = 1, .profile = CHORE_POLICY_INPROC};
    plan.tasks = calloc(1, sizeof *plan.tasks);
    plan.policy_config = strdup(config);
    chore_copy(plan.policy, sizeof plan.policy, policy);
    chore_copy(plan.policy_path, sizeof plan.policy_path, policy_path);
    chore_copy(plan.tasks[0].name, sizeof plan.tasks[0].name, "set_aside");
    snprintf(path, sizeof path, "%.900s/plan.json", folder);
    remove(path);
    assert_int_equal(chore_plan_expand(&plan, 3, 3, CHORE_VARIANT_CONTROL, NULL), CHORE_OK);
    assert_int_equal(chore_plan_write(&plan, path, NULL), CHORE_OK);
    chore_plan_release(&plan);
}

/* Given back, the run's policy goes on, and all of it replays; one that acts in another mode cannot come. */
static void the_policy_of_the_run_goes_on(void **state)
{
    static const struct {
        const char *policy;
        chore_takeover_state then;
    } cases[] = {{"noop", CHORE_TAKEOVER_POLICY}, {"random", CHORE_TAKEOVER_RECORDING}};
    (void)state;
    for (int i = 0; i < 2; i++) {
        chore_error err = {0};
        chore_trace *trace;
        char why[256];
        plan_of(cases[i].policy, "", "");
        remove(mine);
        chore_takeover *t = chore_takeover_open(&(chore_takeover_def){.trace = good, .run = folder, .step = 30, .path = mine});
        assert_int_equal(settled(t, &err), CHORE_TAKEOVER_PERSON);
        chore_takeover_speed(t, 3);
        chore_takeover_hand(t, &(chore_hand){.move = {0, 0, 0.1}});
        const uint64_t given = moment_from(t, 34)->step;
        chore_takeover_pass(t, false);
        moment_from(t, given + 6);
        const double height = moment_from(t, given + 8)->data->qpos[1]; /* a joint that the hand has moved */
        assert_float_equal(moment_from(t, given + 16)->data->qpos[1], height, i ? 10 : 0.02); /* noop: as the hand left it */
        chore_takeover_why(t, why, sizeof why);
        if (chore_takeover_look_at(t, &err) != cases[i].then) {
            fail_msg("%s: %s", cases[i].policy, why);
        }
        assert_true(cases[i].then == CHORE_TAKEOVER_POLICY ? !why[0] : strstr(why, "eef_delta") != NULL);
        chore_takeover_close(t);
        assert_int_equal(chore_trace_open(&trace, mine, &err), CHORE_OK);
        if (chore_replay(rig, trace, NULL, NULL, &err) != CHORE_OK) {
            fail_msg("%s: %s", cases[i].policy, err.message);
        }
        chore_trace_close(trace);
    }
}

/* What the guest says counts: here something that is not so, which fails the episode. */
static void the_guest_is_heard(void **state)
{
    chore_error err = {0};
    const char *build = getenv("CHORE_BUILD_DIR");
    char path[CHORE_PATH_CAP], plugin[CHORE_PATH_CAP], why[256];
    (void)state;
    snprintf(path, sizeof path, "%.900s/eef.trace", folder);
    snprintf(plugin, sizeof plugin, "%.900s/tests/plugins/moody.so", build ? build : ".");
    recording_make_of(rig, path, &(recording_def){.steps = 40, .key_every = 25, .mode = "eef_delta"});
    plan_of("moody", plugin, "reports");
    remove(mine);
    chore_takeover *t = chore_takeover_open(&(chore_takeover_def){.trace = path, .run = folder, .step = 20, .path = mine});
    assert_int_equal(settled(t, &err), CHORE_TAKEOVER_PERSON);
    chore_takeover_pass(t, false);
    while (chore_takeover_look_at(t, &err) != CHORE_TAKEOVER_DONE) {
        chore_takeover_why(t, why, sizeof why);
        assert_string_equal(why, "");
        nap();
    }
    chore_takeover_close(t);
    assert_int_equal(replays(mine, 0), CHORE_OUTCOME_FAILED);
}

/* Who takes over in an intervention adds to it. */
static void it_can_be_taken_over_once_more(void **state)
{
    chore_error err = {0};
    chore_trace *trace;
    char policy[CHORE_NAME_CAP], again[CHORE_PATH_CAP];
    uint64_t before, after;
    (void)state;
    snprintf(again, sizeof again, "%.900s/again.trace", folder);
    assert_int_equal(chore_trace_open(&trace, mine, &err), CHORE_OK);
    assert_true(chore_trace_is_intervened(trace, &before));
    const uint64_t end = chore_trace_n_steps(trace);
    chore_trace_close(trace);
    chore_takeover *t = chore_takeover_open(&(chore_takeover_def){.trace = mine, .step = end, .path = again});
    assert_int_equal(settled(t, &err), CHORE_TAKEOVER_PERSON);
    moment_from(t, end + 3);
    chore_takeover_close(t);
    assert_int_equal(chore_trace_open(&trace, again, &err), CHORE_OK);
    assert_true(chore_trace_is_intervened(trace, &after));
    assert_int_equal(after - before, chore_trace_n_steps(trace) - end);
    chore_trace_header_text(trace, "policy", policy, sizeof policy);
    assert_string_equal(policy, "swing + a person");
    chore_trace_close(trace);
}

static void it_refuses_what_would_not_replay(void **state)
{
    chore_error err = {0};
    (void)state;
    remove(mine);
    chore_takeover *t = taken(bad, 50);
    assert_int_equal(settled(t, &err), CHORE_TAKEOVER_FAILED);
    assert_int_equal(err.status, CHORE_E_DIVERGED);
    chore_takeover_close(t);
    assert_false(chore_file_exists(mine));
    t = chore_takeover_open(&(chore_takeover_def){.trace = good, .step = 5, .path = "/no/such/folder/x.trace"});
    assert_int_equal(settled(t, &err), CHORE_TAKEOVER_FAILED);
    assert_int_equal(err.status, CHORE_E_IO);
    chore_takeover_close(t);
}

/* Closed in mid-drive the recording is whole, closed while it loads there is none. */
static void closing_is_clean_at_any_moment(void **state)
{
    chore_error err = {0};
    chore_trace *trace;
    (void)state;
    remove(mine);
    chore_takeover_close(taken(good, 0));
    remove(mine);
    chore_takeover *t = taken(good, 0);
    assert_int_equal(settled(t, &err), CHORE_TAKEOVER_PERSON);
    moment_from(t, 2);
    chore_takeover_close(t);
    assert_int_equal(chore_trace_open(&trace, mine, &err), CHORE_OK);
    assert_true(chore_trace_n_steps(trace) >= 2);
    chore_trace_close(trace);
    chore_takeover_close(NULL);
}

/* No run counts it. */
static void no_row_takes_it_for_the_policys(void **state)
{
    chore_error err = {0};
    chore_trace *trace;
    chore_row row = {0};
    (void)state;
    assert_int_equal(chore_trace_open(&trace, mine, &err), CHORE_OK);
    chore_copy(row.task, sizeof row.task, "set_aside");
    chore_copy(row.policy, sizeof row.policy, "swing");
    chore_copy(row.mode, sizeof row.mode, "joint_pos");
    row.seed = 3;
    assert_int_equal(chore_verify_record(&row, trace, &err), CHORE_E_TAMPERED);
    assert_non_null(strstr(err.message, "person"));
    chore_trace_close(trace);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(folder);
    snprintf(good, sizeof good, "%.900s/good.trace", folder);
    snprintf(bad, sizeof bad, "%.900s/bad.trace", folder);
    snprintf(mine, sizeof mine, "%.900s/mine.trace", folder);
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    CHORE_ASSERT(chore_rig_create(&rig, "set_aside", NULL, NULL, 0, NULL) == CHORE_OK);
    recording_make(rig, good, STEPS, KEY_EVERY, 0);
    recording_make(rig, bad, STEPS, KEY_EVERY, 41);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    chore_rig_destroy(rig);
    return scratch_remove(folder) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_where_the_hand_wants),      cmocka_unit_test(the_gripper_follows),
        cmocka_unit_test(what_comes_of_it_replays_and_is_marked), cmocka_unit_test(it_can_be_taken_over_once_more),
        cmocka_unit_test(it_goes_on_at_the_recordings_rate), cmocka_unit_test(it_remembers_what_was_said),
        cmocka_unit_test(it_needs_no_end_of_the_recording),  cmocka_unit_test(the_guest_is_heard),
        cmocka_unit_test(the_policy_of_the_run_goes_on),     cmocka_unit_test(it_refuses_what_would_not_replay),
        cmocka_unit_test(closing_is_clean_at_any_moment),    cmocka_unit_test(no_row_takes_it_for_the_policys),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
