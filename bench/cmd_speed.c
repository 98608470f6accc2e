#include "speed_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/files.h>
#include <chore/rollout.h>
#include <chore/sense.h>
#include <chore/trace.h>
#include <jansson.h>

enum { MAX_ROUNDS = CHOREI_SPEED_ROUNDS };

static const char about[] =
    "Plays one recorded episode of each task again and again, in turn through the harness (controller, all state streams, goal, hash, trace)\n"
    "and as bare mj_step calls on the same model with the same controls, and prints steps per second, the ratio of the two times,\n"
    "and where the time goes: collision, constraint solver (with the implicit step of cloth), the rest of physics, the harness.\n"
    "\n"
    "Examples\n"
    "  chorebench speed\n"
    "  chorebench speed bus_table --rounds 9 --json\n"
    "  chorebench speed --policy-boundary\n"
    "  chorebench speed --policy-boundary --convention libero\n"
    "  chorebench speed --render\n";

typedef struct options {
    char *policy, *convention;
    int rounds, json, seed, boundary, batch, render;
} options;

/* A recorded episode: its actions, and the raw controls of every physics step. */
typedef struct recording {
    chore_rig *rig;
    chore_policy_host *policy;
    const chore_policy_request *request;
    float *actions;
    double *controls;
    uint64_t n_steps, substeps;
    int dim, n_controls;
    void *start; /* world snapshot of the initial state */
    size_t start_len;
    float *stream; /* room for the largest observation field */
} recording;

/* Where the time of a physics step goes, by MuJoCo's own timers: shares of the harness's time, 1 together. */
typedef struct phases {
    double collision, solver, other, harness;
} phases;

typedef struct measure {
    double harness_s, bare_s, ratio, reset_ms;
    phases share;
    int physics_hz;
    uint64_t control_steps, physics_steps;
} measure;

static double seconds_since(uint64_t start)
{
    return (double)(chore_now_ns() - start) * 1e-9;
}

void chorei_speed_tell(const char *task, int done, int of)
{
    if (!chore_cli_colours(STDERR_FILENO)) {
        return;
    }
    chorei_speed_told();
    if (of > 0) {
        fprintf(stderr, "%s: pair %d of %d", task, done + 1, of);
    } else {
        fprintf(stderr, "%s: playing the episode that is measured", task);
    }
}

void chorei_speed_told(void)
{
    if (chore_cli_colours(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
}

/* ---- recording -------------------------------------------------------------------------------------------------------------- */

static chore_status record_actions(recording *r, uint64_t seed, chore_error *err)
{
    char path[] = "/tmp/chorebench-speed-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        return chore_fail_at(err, CHORE_E_IO, path, 0, 0, "cannot make a temporary file");
    }
    close(fd);
    chore_row row;
    chore_trace *trace = NULL;
    const chore_rollout_def def = {.rig = r->rig,
                                   .policy = r->policy,
                                   .request = r->request,
                                   .seed = seed,
                                   .trace_path = path};
    chore_status status = chore_rollout(&def, &row, err);
    if (status == CHORE_OK) {
        status = chore_trace_open(&trace, path, err);
    }
    if (status == CHORE_OK) {
        r->n_steps = chore_trace_n_steps(trace);
        r->dim = chore_trace_action_dim(trace);
        r->actions = malloc((size_t)r->n_steps * (size_t)r->dim * sizeof(float) + 1);
        CHORE_ASSERT(r->actions);
        for (uint64_t i = 0; i < r->n_steps; i++) {
            memcpy(r->actions + i * (uint64_t)r->dim, chore_trace_action(trace, i),
                   (size_t)r->dim * sizeof(float));
        }
        if (r->n_steps == 0) {
            status =
                chore_fail(err, CHORE_E_POLICY,
                           "the policy ended the episode before its first step: %s", row.reason);
        }
    }
    chore_trace_close(trace);
    unlink(path);
    return status;
}

static chore_status rewind_episode(recording *r, uint64_t seed, chore_error *err)
{
    chore_status status = chore_episode_reset(chore_rig_episode(r->rig), seed, CHORE_CONTROL, err);
    return status == CHORE_OK ? chore_rig_set_mode(r->rig, chore_rig_mode(r->rig), err) : status;
}

/* Play the actions once more and note the controls that the controller made of them. */
static chore_status record_controls(recording *r, uint64_t seed, chore_error *err)
{
    chore_world *world = chore_episode_world(chore_rig_episode(r->rig));
    chore_status status = rewind_episode(r, seed, err);
    if (status != CHORE_OK) {
        return status;
    }
    r->n_controls = chore_world_n_ctrl(world);
    r->substeps = (uint64_t)(chore_world_physics_hz(world) / chore_world_control_hz(world));
    size_t n = (size_t)r->n_steps * (size_t)r->substeps;
    r->controls = calloc(n * (size_t)r->n_controls + 1, sizeof(double));
    r->start_len = chore_world_snapshot_bytes(world);
    r->start = calloc(1, r->start_len);
    CHORE_ASSERT(r->controls && r->start);
    chore_world_snapshot(world, r->start);
    chore_world_record_ctrl(world, r->controls, n);
    for (uint64_t i = 0; i < r->n_steps; i++) {
        (void)chore_episode_step(chore_rig_episode(r->rig), r->actions + i * (uint64_t)r->dim,
                                 NULL);
    }
    chore_world_record_ctrl(world, NULL, 0);
    size_t largest = 0;
    for (int i = 0; i < CHORE_OBS_COUNT; i++) {
        chore_obs_spec spec = chore_world_obs_spec(world, (chore_obs_id)i);
        largest =
            (size_t)(spec.rows * spec.dim) > largest ? (size_t)(spec.rows * spec.dim) : largest;
    }
    r->stream = calloc(largest + 1, sizeof(float));
    CHORE_ASSERT(r->stream);
    return CHORE_OK;
}

/* ---- measuring ---------------------------------------------------------------------------------------------------------------- */

/* What a run does in a control step, without the policy's own thinking. */
static chore_status play_harness(recording *r, uint64_t seed, double *wall_s, double *reset_s,
                                 chore_error *err)
{
    chore_episode *episode = chore_rig_episode(r->rig);
    chore_world *world = chore_episode_world(episode);
    char path[] = "/tmp/chorebench-speed-XXXXXX";
    int fd = mkstemp(path);
    chore_trace_writer *trace = NULL;
    uint64_t start = chore_now_ns(), version;
    chore_status status = rewind_episode(r, seed, err);
    *reset_s = seconds_since(start);
    if (status == CHORE_OK) {
        status = chore_trace_create(&trace, path, "{}", r->dim, err);
    }
    start = chore_now_ns();
    for (uint64_t i = 0; i < r->n_steps && status == CHORE_OK; i++) {
        for (int f = 0; f < CHORE_OBS_COUNT; f++) {
            chore_world_observe(world, (chore_obs_id)f, r->stream);
        }
        (void)chore_episode_goal_text(episode, &version);
        (void)chore_episode_step(episode, r->actions + i * (uint64_t)r->dim, NULL);
        status = chore_trace_step(trace, r->actions + i * (uint64_t)r->dim,
                                  chore_episode_hash(episode), err);
    }
    *wall_s = seconds_since(start);
    if (trace) {
        chore_trace_abandon(trace);
    }
    close(fd);
    unlink(path);
    return status;
}

static chore_status play_bare(recording *r, chore_world *world, double *wall_s, chore_error *err)
{
    chore_status status = chore_world_restore(world, r->start, r->start_len, err);
    if (status != CHORE_OK) {
        return status;
    }
    uint64_t start = chore_now_ns();
    chore_world_play_ctrl(world, r->controls, (size_t)(r->n_steps * r->substeps));
    *wall_s = seconds_since(start);
    return CHORE_OK;
}

/* One more bare round, timed from inside. */
static chore_status play_timed(recording *r, chore_world *world, phases *out, double ratio,
                               chore_error *err)
{
    chore_step_times spent;
    chore_status status = chore_world_restore(world, r->start, r->start_len, err);
    if (status != CHORE_OK) {
        return status;
    }
    chore_world_play_ctrl_timed(world, r->controls, (size_t)(r->n_steps * r->substeps), &spent);
    out->collision = spent.collision_s / spent.total_s / ratio;
    out->solver = spent.constraint_s / spent.total_s / ratio;
    out->other = 1 / ratio - out->collision - out->solver;
    out->harness = 1 - 1 / ratio;
    return CHORE_OK;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double chorei_median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static chore_status measure_rounds(recording *r, const char *task, const options *o, measure *out, chore_error *err)
{
    double harness[MAX_ROUNDS], bare[MAX_ROUNDS], ratio[MAX_ROUNDS], reset[MAX_ROUNDS];
    chore_world *plain = NULL;
    chore_world_def def = chore_scene_world_def(chore_rig_scene(r->rig));
    def.control_hz = chore_task_control_hz(chore_rig_task(r->rig));
    chore_status status = chore_world_create(&plain, &def, err);
    for (int i = 0; i < o->rounds && status == CHORE_OK;
         i++) { /* pairs, so that a change of the machine's speed hits both */
        chorei_speed_tell(task, i, o->rounds);
        status = play_harness(r, (uint64_t)o->seed, &harness[i], &reset[i], err);
        if (status == CHORE_OK) {
            status = play_bare(r, plain, &bare[i], err);
            ratio[i] = harness[i] / bare[i];
        }
    }
    phases share = {0};
    if (status == CHORE_OK) {
        status = play_timed(r, plain, &share, chorei_median(ratio, o->rounds), err);
    }
    chore_world_destroy(plain);
    if (status == CHORE_OK) {
        *out = (measure){.share = share,
                         .harness_s = chorei_median(harness, o->rounds),
                         .bare_s = chorei_median(bare, o->rounds),
                         .ratio = chorei_median(ratio, o->rounds),
                         .reset_ms = 1e3 * chorei_median(reset, o->rounds),
                         .control_steps = r->n_steps,
                         .physics_steps = r->n_steps * r->substeps};
    }
    return status;
}

static chore_status open_policy(recording *r, const char *policy, chore_error *err)
{
    chore_status status = chore_policy_load(&r->policy, policy, "", NULL, NULL, err);
    if (status == CHORE_OK) {
        status = chore_policy_negotiate(r->policy, chore_rig_offer(r->rig), &r->request, err);
    }
    return status == CHORE_OK ? chore_rig_accept(r->rig, r->request, err) : status;
}

static chore_status measure_task(const char *task, const options *o, const char *cache,
                                 measure *out, chore_error *err)
{
    recording r = {0};
    chorei_speed_tell(task, 0, 0);
    chore_status status = chore_rig_create(&r.rig, task, NULL, cache, 0, err);
    if (status == CHORE_OK) {
        status = open_policy(&r, o->policy ? o->policy : "oracle", err);
    }
    if (status == CHORE_OK) {
        status = record_actions(&r, (uint64_t)o->seed, err);
    }
    if (status == CHORE_OK) {
        status = record_controls(&r, (uint64_t)o->seed, err);
    }
    if (status == CHORE_OK) {
        status = measure_rounds(&r, task, o, out, err);
        out->physics_hz = chore_scene_physics_hz(chore_rig_scene(r.rig));
    }
    chorei_speed_told();
    chore_policy_unload(r.policy);
    chore_rig_destroy(r.rig);
    free(r.actions);
    free(r.controls);
    free(r.start);
    free(r.stream);
    return status;
}

/* ---- command ------------------------------------------------------------------------------------------------------------------ */

static json_t *measure_json(const char *task, const measure *m)
{
    return json_pack(
        "{s:s, s:f, s:f, s:f, s:f, s:f, s:I, s:I, s:{s:f, s:f, s:f, s:f}}", "task", task,
        "control_steps_per_s", (double)m->control_steps / m->harness_s, "physics_steps_per_s",
        (double)m->physics_steps / m->harness_s, "overhead_ratio", m->ratio, "times_real_time",
        (double)m->physics_steps / m->physics_hz / m->harness_s, "reset_ms", m->reset_ms,
        "control_steps", (json_int_t)m->control_steps, "physics_steps",
        (json_int_t)m->physics_steps, "share", "collision", m->share.collision, "solver",
        m->share.solver, "other_physics", m->share.other, "harness", m->share.harness);
}

static int measure_all(const char **tasks, const options *o)
{
    char cache[] = "/tmp/chorebench-speed-cache-XXXXXX";
    const char *cache_dir = mkdtemp(cache);
    json_t *list = json_array();
    chore_error err = {0};
    if (!o->json) {
        printf("%-20s %12s %12s %8s %10s %8s  %s\n", "task", "control/s", "physics/s", "x real",
               "reset ms", "ratio", "collision / solver / other physics / harness");
    }
    for (int i = 0; tasks[i]; i++) {
        measure m = {0};
        if (measure_task(tasks[i], o, cache_dir, &m, &err) != CHORE_OK) {
            json_decref(list);
            return chore_cli_fail("speed", &err);
        }
        json_t *json = measure_json(tasks[i], &m);
        if (!o->json) {
            printf("%-20s %12.0f %12.0f %8.1f %10.2f %8.3f  %.0f / %.0f / %.0f / %.0f %%\n",
                   tasks[i], (double)m.control_steps / m.harness_s,
                   (double)m.physics_steps / m.harness_s,
                   json_number_value(json_object_get(json, "times_real_time")), m.reset_ms, m.ratio,
                   100 * m.share.collision, 100 * m.share.solver, 100 * m.share.other,
                   100 * m.share.harness);
            fflush(stdout);
        }
        json_array_append_new(list, json);
    }
    if (o->json) {
        json_t *root =
            json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "policy",
                      o->policy ? o->policy : "oracle", "rounds", o->rounds, "tasks", list);
        char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        puts(text);
        free(text);
        json_decref(root);
    } else {
        json_decref(list);
        printf("one core; ratio: harness loop over bare mj_step, median of %d pairs\n", o->rounds);
    }
    return 0;
}

int chore_cmd_speed(int argc, const char **argv)
{
    options o = {.rounds = 5, .batch = 16};
    const struct poptOption table[] = {
        {"policy", 'p', POPT_ARG_STRING, &o.policy, 0,
         "whose episode is recorded (default: oracle)", "NAME|PATH"},
        {"seed", 0, POPT_ARG_INT, &o.seed, 0, "seed of the recorded episode", "N"},
        {"rounds", 0, POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &o.rounds, 0,
         "pairs of measurements", "N"},
        {"policy-boundary", 0, POPT_ARG_NONE, &o.boundary, 0,
         "what it costs that the policy has a process of its own (default task: set_aside)", NULL},
        {"render", 0, POPT_ARG_NONE, &o.render, 0,
         "pictures for policies: frames per second and core (default tasks: one per kind of scene)", NULL},
        {"batch", 0, POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &o.batch, 0,
         "with --policy-boundary: episodes at once in its second half; 1: without", "N"},
        {"convention", 0, POPT_ARG_STRING, &o.convention, 0,
         "with --policy-boundary: what the conversions of this one cost per step", "NAME|PATH"},
        {"json", 0, POPT_ARG_NONE, &o.json, 0, "print JSON", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code;
    if (chore_cli_parse(&context, "speed", argc, argv, table, "[OPTIONS] [TASK...]", about, &args,
                        &code) != 0) {
        return code;
    }
    if (o.rounds < 1 || o.rounds > MAX_ROUNDS) {
        code = chore_cli_usage("speed", "--rounds %d: expected 1 to %d", o.rounds, MAX_ROUNDS);
    } else if (o.render) {
        code = chorei_speed_render(args, (uint64_t)o.seed, o.rounds, o.json);
    } else if (o.batch < 1 || o.batch > CHORE_RIG_SLOTS) {
        code = chore_cli_usage("speed", "--batch %d: expected 1 to %d", o.batch, CHORE_RIG_SLOTS);
    } else if (o.convention && !o.boundary) {
        code = chore_cli_usage("speed", "--convention goes with --policy-boundary");
    } else if (o.convention) {
        code = chorei_speed_convention(args, o.convention, o.rounds, o.json);
    } else if (o.boundary) {
        code = chorei_speed_boundary(args, o.policy ? o.policy : "oracle", (uint64_t)o.seed, o.rounds, o.batch, o.json);
    } else if (args && args[0]) {
        code = measure_all(args, &o);
    } else {
        char **names;
        int n;
        chore_error err = {0};
        code = chore_task_list(&names, &n, &err) == CHORE_OK ? 0 : chore_cli_fail("speed", &err);
        if (code == 0) {
            const char **all = calloc((size_t)n + 1, sizeof *all);
            CHORE_ASSERT(all);
            for (int i = 0; i < n; i++) {
                all[i] = names[i];
            }
            code = measure_all(all, &o);
            free(all);
            chore_dir_list_free(names, n);
        }
    }
    poptFreeContext(context);
    free(o.policy);
    free(o.convention);
    return code;
}
