/* How the reference policy moves the arm, from its own recordings: within every limit, at each physics step, and without
   jerks. A rollout is recorded, simulated again with its raw controls kept, and those are played to plain MuJoCo, which is
   looked at after each physics step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/files.h>
#include <chore/rollout.h>
#include <chore/sense.h>
#include <chore/trace.h>
#include <mujoco/mujoco.h>

#include "scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bounds. What is commanded accelerates at 1.2 m/s2 at most; turning that round within a control step of 1/20 s would be
   a jerk of 48 m/s3. The tool may add to it what contacts and joint limits do, for one step in a hundred. */
#define COMMAND_ACC  1.25
#define COMMAND_JERK 50.0
#define ACC_99       1.5
#define ACC          4.0
#define JERK_99      40.0
#define JERK         80.0
#define PHYSICS_ACC  30.0
#define SPEED \
    1.02 /* of the joint's limit: the limit binds the reference, which the joint follows */

/* What a rollout may do to the tool, and what was commanded of it. */
typedef struct motion {
    double torque, speed; /* largest shares of a limit */
    double command_acc,
        command_jerk; /* of the commanded tool point, between control steps: m/s2, m/s3 */
    double acc, acc_99, jerk,
        jerk_99;        /* of the tool point, at control steps; _99: 99 of 100 steps stay below */
    double physics_acc; /* of the tool point, between physics steps */
} motion;

typedef struct bench {
    chore_rig *rig;
    chore_policy_host *policy;
    const chore_policy_request *request;
    char dir[CHORE_PATH_CAP], path[CHORE_PATH_CAP];
    chore_trace *trace;
    chore_row row;
    mjData *start; /* at the reset */
    double *ctrl;  /* [n_physics][nu] */
    size_t n_physics;
} bench;

static void must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

static void bench_record(bench *b, const char *task, uint64_t seed)
{
    chore_error err = {0};
    memset(b, 0, sizeof *b);
    scratch_make(b->dir);
    must(chore_path_join(b->path, b->dir, "it.trace", &err), &err);
    must(chore_sim_init(&err), &err);
    must(chore_rig_create(&b->rig, task, NULL, NULL, 0, &err), &err);
    must(chore_policy_load(&b->policy, "oracle", NULL, NULL, NULL, &err), &err);
    must(chore_policy_negotiate(b->policy, chore_rig_offer(b->rig), &b->request, &err), &err);
    must(chore_rig_accept(b->rig, b->request, &err), &err);
    const chore_rollout_def def = {.rig = b->rig,
                                   .policy = b->policy,
                                   .request = b->request,
                                   .seed = seed,
                                   .variant = CHORE_CONTROL,
                                   .trace_path = b->path};
    must(chore_rollout(&def, &b->row, &err), &err);
    must(chore_trace_open(&b->trace, b->path, &err), &err);
    assert_true(b->row.success);
    assert_true(chore_trace_n_steps(b->trace) > 40);
}

static void bench_close(bench *b)
{
    free(b->ctrl);
    mj_deleteData(b->start);
    chore_trace_close(b->trace);
    chore_policy_unload(b->policy);
    chore_rig_destroy(b->rig);
    assert_true(scratch_remove(b->dir));
}

/* Simulate the recording again and keep every ctrl. */
static void bench_replay(bench *b)
{
    chore_error err = {0};
    chore_episode *episode = chore_rig_episode(b->rig);
    chore_world *world = chore_episode_world(episode);
    const size_t n = chore_trace_n_steps(b->trace), hz = (size_t)chore_world_physics_hz(world),
                 per = hz / (size_t)chore_world_control_hz(world);
    must(chore_episode_reset(episode, b->row.seed, CHORE_CONTROL, &err), &err);
    must(chore_rig_set_mode(b->rig, b->row.mode, &err), &err);
    b->start = mj_copyData(NULL, chore_world_model(world), chore_world_data(world));
    b->ctrl = calloc(n * per * (size_t)chore_world_n_ctrl(world), sizeof *b->ctrl);
    assert_true(b->start && b->ctrl);
    chore_world_record_ctrl(world, b->ctrl, n * per);
    for (size_t i = 0; i < n; i++) {
        must(chore_episode_step(episode, chore_trace_action(b->trace, i), &err), &err);
    }
    b->n_physics = chore_world_recorded_ctrl(world);
    chore_world_record_ctrl(world, NULL, 0);
    assert_int_equal(b->n_physics, n * per);
    assert_true(chore_hash_equal(chore_episode_hash(episode), b->row.final_state_hash));
}

/* ---- series -------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The k-th difference of points [n][3], as lengths per dt^k; largest, and the one that 99 of 100 stay below. */
static void differences(const double *points, size_t n, int k, double dt, double *largest,
                        double *most)
{
    double *d = malloc(n * 3 * sizeof *d), *length = calloc(n, sizeof *length);
    assert_true(d && length && n > 8);
    memcpy(d, points, n * 3 * sizeof *d);
    for (int pass = 0; pass < k; pass++, n--) {
        for (size_t i = 0; i + 1 < n; i++) {
            mju_sub3(d + 3 * i, d + 3 * (i + 1), d + 3 * i);
            mju_scl3(d + 3 * i, d + 3 * i, 1 / dt);
        }
    }
    for (size_t i = 0; i < n; i++) {
        length[i] = mju_norm3(d + 3 * i);
    }
    qsort(length, n, sizeof *length, compare);
    *largest = length[n - 1];
    *most = length[n - 1 - n / 100];
    free(d);
    free(length);
}

/* Play the controls to plain MuJoCo; `tool` gets the tool point after each physics step. */
static void watch_limits(const bench *b, motion *out, double *tool)
{
    const chore_world *world = chore_episode_world(chore_rig_episode(b->rig));
    const mjModel *m = chore_world_model(world);
    const chore_arm *arm = &chore_world_embodiment(world)->arms[0];
    mjData *d = mj_copyData(NULL, m, b->start);
    for (size_t i = 0; i < b->n_physics; i++) {
        mju_copy(d->ctrl, b->ctrl + i * (size_t)m->nu, (int)m->nu);
        mj_step(m, d);
        mju_copy3(tool + 3 * i, d->site_xpos + 3 * arm->tool_site);
        for (int j = 0; j < arm->n_dof; j++) {
            const double limit = m->actuator_forcerange[2 * arm->actuator[j] + 1];
            out->torque = fmax(out->torque, fabs(d->actuator_force[arm->actuator[j]]) / limit);
            out->speed = fmax(out->speed,
                              fabs(d->qvel[m->jnt_dofadr[arm->joint[j]]]) / arm->velocity_limit[j]);
        }
    }
    const mjData *end = chore_world_data(world);
    assert_memory_equal(d->qpos, end->qpos, (size_t)m->nq * sizeof *d->qpos);
    mj_deleteData(d);
}

static motion bench_measure(const bench *b)
{
    motion out = {0};
    double unused;
    const chore_world *world = chore_episode_world(chore_rig_episode(b->rig));
    const size_t n = chore_trace_n_steps(b->trace), per = b->n_physics / n;
    const double dt = 1.0 / chore_world_control_hz(world);
    double *tool = calloc(3 * b->n_physics, sizeof *tool), *at = calloc(3 * n, sizeof *at),
           *command = calloc(3 * n, sizeof *command);
    assert_true(tool && at && command);
    watch_limits(b, &out, tool);
    for (size_t i = 0; i < n; i++) {
        mju_copy3(at + 3 * i, tool + 3 * ((i + 1) * per - 1));
        for (int k = 0; k < 3; k++) {
            command[3 * i + (size_t)k] = (double)chore_trace_action(b->trace, i)[k];
        }
    }
    differences(command, n, 2, dt, &out.command_acc, &unused);
    differences(command, n, 3, dt, &out.command_jerk, &unused);
    differences(at, n, 2, dt, &out.acc, &out.acc_99);
    differences(at, n, 3, dt, &out.jerk, &out.jerk_99);
    differences(tool, b->n_physics, 2, dt / (double)per, &out.physics_acc, &unused);
    free(tool);
    free(at);
    free(command);
    return out;
}

static void moves_well(const char *task, uint64_t seed)
{
    bench b;
    bench_record(&b, task, seed);
    bench_replay(&b);
    const motion got = bench_measure(&b);
    print_message(
        "%-9s %d: torque %.2f, speed %.2f of the limits; commanded %.2f m/s2 %5.1f m/s3; tool %.2f (99 %%: %.2f) m/s2, "
        "%5.1f (%5.1f) m/s3, physics steps %.1f m/s2\n",
        task, (int)seed, got.torque, got.speed, got.command_acc, got.command_jerk, got.acc,
        got.acc_99, got.jerk, got.jerk_99, got.physics_acc);
    assert_true(got.torque <= 1);
    assert_true(got.speed < SPEED);
    assert_true(got.command_acc < COMMAND_ACC && got.command_jerk < COMMAND_JERK);
    assert_true(got.acc_99 < ACC_99 && got.acc < ACC);
    assert_true(got.jerk_99 < JERK_99 && got.jerk < JERK);
    assert_true(got.physics_acc < PHYSICS_ACC);
    bench_close(&b);
}

static void the_reference_moves_within_limits_and_smoothly(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2; seed++) {
        moves_well("set_aside", seed);
        moves_well("load_rack", seed);
        moves_well("bus_table", seed);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_moves_within_limits_and_smoothly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
