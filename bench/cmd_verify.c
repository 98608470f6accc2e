#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include <chore/cli.h>
#include <chore/files.h>
#include <chore/run_folder.h>
#include <chore/verify.h>

static const char about[] =
    "Checks a run: the chain of every shard, that each planned episode is there exactly once, and that every recorded episode,\n"
    "re-simulated from its actions, reaches the same state at every control step and the same verdict.\n"
    "\n"
    "Examples\n"
    "  chorebench verify runs/mine\n"
    "  chorebench verify runs/mine --fast            chain, coverage and checksums only: seconds\n"
    "  chorebench verify runs/mine --sample 20 -j 4\n"
    "\n"
    "Exit codes: 0 all of it holds · 3 episodes are missing, or a score has no trace to prove it · 6 diverged or tampered\n";

typedef struct options {
    int fast, json, jobs, sample;
} options;

/* untraced: results that nothing proves; a policy's failure without a score needs no proof and counts as checked. */
typedef struct tally {
    int checked, failed, untraced;
} tally;

static chore_status open_row_trace(const chore_run_folder *run, const chore_row *row,
                                   chore_trace **trace, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    chore_status status = chore_path_join(path, run->dir, row->trace, err);
    if (status == CHORE_OK) {
        status = chore_trace_open(trace, path, err);
    }
    if (status == CHORE_E_IO || status == CHORE_E_NOT_FOUND || status == CHORE_E_INCOMPLETE) {
        status = err->status = CHORE_E_TAMPERED; /* the row says that a whole trace is there */
    }
    if (status != CHORE_OK) {
        return status;
    }
    char *bytes;
    size_t len;
    status = chore_file_read(path, &bytes, &len, err);
    if (status == CHORE_OK && !chore_hash_equal(chore_hash_bytes(bytes, len, 0), row->trace_hash)) {
        status = chore_fail_at(err, CHORE_E_TAMPERED, path, 0, 0,
                               "the trace is not the one that the row names: its hash differs");
    }
    free(status == CHORE_E_IO ? NULL : bytes);
    if (status != CHORE_OK) {
        chore_trace_close(*trace);
        *trace = NULL;
    }
    return status;
}

static chore_status check_row(const chore_run_folder *run, const chore_row *row, chore_rig **rigs,
                              bool fast, chore_error *err)
{
    chore_trace *trace = NULL;
    const chore_planned *planned = &run->plan.episodes[row->index];
    const chore_plan_task *task = &run->plan.tasks[planned->task];
    if (row->seed != planned->seed || row->variant != planned->variant ||
        strcmp(row->task, task->name) != 0) {
        return chore_fail(err, CHORE_E_TAMPERED, "the row is not of the planned episode");
    }
    if (!row->trace[0]) {
        return row->success || row->progress > 0
                   ? chore_fail(
                         err, CHORE_E_TAMPERED,
                         "the row has a score, but its policy failed and nothing was recorded")
                   : CHORE_OK;
    }
    chore_status status = open_row_trace(run, row, &trace, err);
    if (status == CHORE_OK) {
        status = chore_verify_record(row, trace, err);
    }
    if (status == CHORE_OK && !fast) {
        if (!rigs[planned->task]) {
            status = chore_rig_create_at(&rigs[planned->task], run->plan.control_hz,
                                         task->path[0] ? task->path : task->name, run->plan.embodiment,
                                         NULL, run->plan.run_key, err);
        }
        if (status == CHORE_OK) {
            status = chore_verify_row(rigs[planned->task], row, trace, err);
        }
    }
    chore_trace_close(trace);
    return status;
}

/* Rows part, part + jobs, part + 2 jobs, ... Prints each failure. */
static tally check_part(const chore_run_folder *run, const options *o, int part,
                        chore_status *worst)
{
    tally t = {0};
    chore_rig **rigs = calloc((size_t)run->plan.n_tasks + 1, sizeof(chore_rig *));
    CHORE_ASSERT(rigs);
    int stride = o->sample > 0 && run->rows.n > o->sample ? run->rows.n / o->sample : 1;
    for (int i = part * stride; i < run->rows.n; i += o->jobs * stride) {
        const chore_row *row = &run->rows.rows[i];
        chore_error err = {0};
        char line[2048], name[CHORE_NAME_CAP * 2];
        if (!row->trace[0] && row->outcome != CHORE_OUTCOME_POLICY_ERROR) {
            t.untraced++;
            continue;
        }
        chore_status status = check_row(run, row, rigs, o->fast, &err);
        t.checked++;
        if (status != CHORE_OK) {
            t.failed++;
            *worst = status == CHORE_E_DIVERGED || status == CHORE_E_TAMPERED || *worst == CHORE_OK
                         ? status
                         : *worst;
            chore_plan_episode_name(&run->plan, row->index, name);
            chore_error_format(&err, line, sizeof line);
            fprintf(stderr, "%s: %s: %s\n", name, chore_status_text(status), line);
        }
    }
    for (int i = 0; i < run->plan.n_tasks; i++) {
        chore_rig_destroy(rigs[i]);
    }
    free(rigs);
    return t;
}

typedef struct part_result {
    tally tally;
    chore_status worst;
} part_result;

/* The parts in processes of their own; their tallies come back through a pipe. */
static tally check_rows(const chore_run_folder *run, const options *o, chore_status *worst)
{
    int fds[2];
    tally total = {0};
    CHORE_ASSERT(pipe(fds) == 0);
    fflush(NULL);
    int started = 0;
    for (int part = 0; part < o->jobs; part++) {
        pid_t pid = fork();
        if (pid == 0) {
            part_result r;
            memset(&r, 0, sizeof r);
            close(fds[0]);
            r.worst = CHORE_OK;
            r.tally = check_part(run, o, part, &r.worst);
            _exit(write(fds[1], &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
        }
        started += pid > 0;
    }
    close(fds[1]);
    part_result r;
    int heard = 0;
    while (read(fds[0], &r, sizeof r) == (ssize_t)sizeof r) {
        heard++;
        total.checked += r.tally.checked;
        total.failed += r.tally.failed;
        total.untraced += r.tally.untraced;
        if (r.worst != CHORE_OK && *worst != CHORE_E_TAMPERED && *worst != CHORE_E_DIVERGED) {
            *worst = r.worst;
        }
    }
    close(fds[0]);
    while (wait(NULL) > 0) {}
    if (heard < o->jobs || started < o->jobs) {
        *worst = *worst == CHORE_OK ? CHORE_E_INTERNAL : *worst;
        fprintf(stderr, "chorebench verify: a worker ended before it was done\n");
    }
    return total;
}

static int missing_episodes(const chore_run_folder *run)
{
    int missing = 0;
    for (int i = 0; i < run->plan.n_episodes; i++) {
        missing += chore_run_folder_row(run, i) == NULL;
    }
    return missing;
}

static int report(const chore_run_folder *run, const options *o, tally t, int missing,
                  chore_status worst)
{
    const char *level = worst != CHORE_OK       ? "T0"
                        : missing || t.untraced ? "T0"
                        : o->fast               ? "T1"
                        : o->sample             ? "T1"
                                                : "T2";
    if (o->json) {
        json_t *json =
            json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:s, s:b}", "run", run->dir, "planned",
                      run->plan.n_episodes, "checked", t.checked, "failed", t.failed, "missing",
                      missing, "untraced", t.untraced, "level", level, "replayed", !o->fast);
        char *text = json_dumps(json, JSON_INDENT(1));
        puts(text);
        free(text);
        json_decref(json);
    } else {
        printf("%d of %d episodes: %d %s, %d failed, %d missing, %d without a trace: level %s\n",
               t.checked, run->plan.n_episodes, t.checked - t.failed,
               o->fast ? "intact" : "replayed to the same states and verdicts", t.failed, missing,
               t.untraced, level);
    }
    return worst != CHORE_OK       ? chore_status_exit_code(worst)
           : missing || t.untraced ? chore_status_exit_code(CHORE_E_INCOMPLETE)
                                   : 0;
}

static int verify(const char *dir, const options *o)
{
    chore_run_folder run;
    chore_error err = {0};
    chore_status worst = CHORE_OK;
    if (chore_run_folder_open(&run, dir, &err) != CHORE_OK) {
        return chore_cli_fail("verify", &err);
    }
    if (run.rows.torn) {
        fprintf(stderr, "%d line%s without an end, left by a writer that was killed: ignored\n",
                run.rows.torn, run.rows.torn > 1 ? "s" : "");
    }
    tally t = check_rows(&run, o, &worst);
    int code = report(&run, o, t, missing_episodes(&run), worst);
    chore_run_folder_close(&run);
    return code;
}

int chore_cmd_verify(int argc, const char **argv)
{
    options o = {.jobs = (int)sysconf(_SC_NPROCESSORS_ONLN)};
    o.jobs = o.jobs < 1 ? 1 : o.jobs > 64 ? 64 : o.jobs;
    const struct poptOption table[] = {
        {"fast", 0, POPT_ARG_NONE, &o.fast, 0, "chain, coverage and checksums only", NULL},
        {"sample", 0, POPT_ARG_INT, &o.sample, 0, "re-simulate about N episodes, evenly spread",
         "N"},
        {"jobs", 'j', POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &o.jobs, 0, "processes", "N"},
        {"json", 0, POPT_ARG_NONE, &o.json, 0, "print the verdict as JSON", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code;
    if (chore_cli_parse(&context, "verify", argc, argv, table, "[OPTIONS] RUN", about, &args,
                        &code) != 0) {
        return code;
    }
    if (!args || !args[0] || args[1]) {
        code = chore_cli_usage("verify", "expected one run folder");
    } else if (o.jobs < 1 || o.jobs > 256) {
        code = chore_cli_usage("verify", "-j %d: expected 1 to 256", o.jobs);
    } else {
        code = verify(args[0], &o);
    }
    poptFreeContext(context);
    return code;
}
