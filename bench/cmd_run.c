#include "same_again_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/files.h>
#include <chore/provenance.h>
#include <chore/rig.h>
#include <chore/run_folder.h>
#include <chore/runner.h>

#include "plan_names_internal.h"

typedef struct options {
    char *policy, *policy_config, *profile, *allow, *convention, *track, *appearance, *seeds, *variant, *out, *film, *cache, *embodiment, *latency;
    int jobs, batch, rate, resume, json, quiet, no_cache, no_trace, watched, shuffle;
    double hang_s;
} options;

static const char about[] =
    "Runs every episode of a suite or of tasks with a policy: each seed, in both variants. The plan is frozen first; an episode counts as done\n"
    "when it is on the disk, so Ctrl-C, a crash or a power cut costs at most those in progress.\n"
    "\n"
    "Examples\n"
    "  chorebench run smoke --policy oracle\n"
    "  chorebench run bus_table --policy ./my_policy.so --seeds 0..99 -j 4 --out runs/mine\n"
    "  chorebench run set_aside --policy my_policy.py --track vision --allow gpu,read=model.pt\n"
    "  chorebench run --resume --out runs/mine\n"
    "\n"
    "Exit codes: 0 done, whatever the score · 2 usage or bad file · 3 episodes are missing, or nothing can be drawn here\n"
    "            4 the policy cannot be loaded · 74 storage · 130 interrupted: --resume goes on\n";

/* ---- the plan --------------------------------------------------------------------------------------------------------------- */

static chore_status parse_variants(const char *text, chore_variants *out, chore_error *err)
{
    static const char *const names[] = {"control", "disturbed", "both"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (chore_variants)(i + 1);
            return CHORE_OK;
        }
    }
    return chore_fail(err, CHORE_E_USAGE, "no variant '%s'; expected control, disturbed or both",
                      text);
}

static chore_status parse_film(const char *text, chore_film_choice *out, chore_error *err)
{
    static const char *const names[] = {"none", "auto", "failures", "all"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (chore_film_choice)i;
            return CHORE_OK;
        }
    }
    return chore_fail(err, CHORE_E_USAGE,
                      "no film choice '%s'; expected none, auto, failures or all", text);
}

/* Where the policy lives and what it may, as it is frozen in the plan: paths in it are absolute. */
static chore_status parse_boundary(chore_plan *plan, const options *o, chore_error *err)
{
    chore_policy_allow allow;
    char text[CHORE_POLICY_ALLOW_CAP];
    const bool elsewhere = chore_policy_is_address(o->policy);
    plan->profile = elsewhere ? CHORE_POLICY_REMOTE : CHORE_POLICY_HOST;
    chore_status status =
        o->profile ? chore_policy_profile_parse(o->profile, &plan->profile, err) : CHORE_OK;
    const bool remote = plan->profile == CHORE_POLICY_REMOTE;
    if (status == CHORE_OK && elsewhere && !remote) {
        status = chore_fail(err, CHORE_E_USAGE, "%s is where a policy listens: that is --profile remote, not %s", o->policy,
                            o->profile);
    } else if (status == CHORE_OK && remote && !elsewhere) {
        status = chore_fail(err, CHORE_E_USAGE,
                            "--profile remote wants to know where: --policy tcp:HOST:PORT or unix:PATH, not '%s'", o->policy);
    }
    if (status == CHORE_OK) {
        status = chore_policy_allow_parse(o->allow, &allow, err);
    }
    if (status == CHORE_OK && o->allow && plan->profile == CHORE_POLICY_INPROC) {
        status = chore_fail(err, CHORE_E_USAGE,
                            "--allow means nothing to profile inproc, where a policy may everything");
    }
    if (status == CHORE_OK && o->allow && remote) {
        status = chore_fail(err, CHORE_E_USAGE,
                            "--allow means nothing to profile remote: what the policy may is settled where it runs");
    }
    if (status == CHORE_OK) {
        chore_policy_allow_text(&allow, text);
        plan->allow = strdup(text);
    }
    return status;
}

static chore_status make_plan(chore_plan *plan, const options *o, const char **args,
                              chore_error *err)
{
    uint64_t lo = 0, hi = 9;
    chore_variants variants = CHORE_VARIANT_BOTH;
    if (!args || !args[0]) {
        return chore_fail(err, CHORE_E_USAGE,
                          "what shall run? Name a suite or tasks; chorebench list suites");
    }
    if (!o->policy) {
        return chore_fail(err, CHORE_E_USAGE,
                          "which policy? --policy NAME|PATH; chorebench list policies");
    }
    chore_copy(plan->embodiment, sizeof plan->embodiment, o->embodiment ? o->embodiment : "");
    chore_status status = o->variant ? parse_variants(o->variant, &variants, err) : CHORE_OK;
    if (status == CHORE_OK && o->latency) {
        status = chore_latency_parse(o->latency, plan->latencies, &plan->n_latencies, err);
    }
    if (status == CHORE_OK && o->track) {
        status = chore_track_parse(o->track, &plan->track, err);
    }
    if (status == CHORE_OK && o->appearance) {
        status = chore_appearance_parse(o->appearance, &plan->appearance, err);
    }
    if (status == CHORE_OK) {
        status = parse_boundary(plan, o, err);
    }
    if (status == CHORE_OK && o->convention) {
        status = chorei_plan_convention(plan, o->convention, err);
    }
    if (o->rate > 0) {
        plan->control_hz = o->rate;
    }
    if (status == CHORE_OK) {
        status = chorei_plan_names(plan, args, &lo, &hi, err);
    }
    if (status == CHORE_OK && o->seeds) {
        status = chore_cli_seeds(o->seeds, &lo, &hi, err);
    }
    if (status == CHORE_OK) {
        status = chorei_plan_policy(plan, o->policy, o->policy_config, err);
    }
    return status == CHORE_OK ? chore_plan_expand(plan, lo, hi, variants, err) : status;
}

/* ---- the folder -------------------------------------------------------------------------------------------------------------- */

static void default_out(const chore_plan *plan, char out[CHORE_PATH_CAP])
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
    snprintf(out, CHORE_PATH_CAP, "runs/%s-%s-%s",
             plan->suite[0] ? plan->suite : plan->tasks[0].name, plan->policy, stamp);
}

static chore_status write_build(const char *dir, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    char *json = chore_build_json();
    chore_status status = chore_path_join(path, dir, "build.json", err);
    if (status == CHORE_OK) {
        status = chore_file_write(path, json, strlen(json), err);
    }
    free(json);
    return status;
}

/* The command that goes on with the run, for a shell: a folder with blanks or quotes comes in quotes. */
static void resume_command(const char *dir, char *out, size_t cap)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@%";
    chore_text line = {0};
    chore_text_add(&line, "chorebench run --resume --out ");
    if (dir[strspn(dir, plain)] == 0) {
        chore_text_add(&line, "%s", dir);
    } else {
        chore_text_add(&line, "'");
        for (const char *c = dir; *c; c++) {
            chore_text_add_bytes(&line, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
        }
        chore_text_add(&line, "'");
    }
    chore_copy(out, cap, chore_text_get(&line));
    chore_text_release(&line);
}

static chore_status start_folder(const chore_plan *plan, const char *dir, chore_error *err)
{
    char path[CHORE_PATH_CAP], command[2 * CHORE_PATH_CAP];
    chore_status status = chore_path_join(path, dir, "plan.json", err);
    if (status == CHORE_OK && chore_file_exists(path)) {
        resume_command(dir, command, sizeof command);
        chore_fail_at(err, CHORE_E_USAGE, dir, 0, 0, "this folder already holds a run");
        chore_error_hint(err, "continue it with: %s, or name another folder", command);
        return CHORE_E_USAGE;
    }
    if (status == CHORE_OK) {
        status = chore_dir_make(dir, err);
    }
    if (status == CHORE_OK) {
        status = write_build(dir, err);
    }
    return status == CHORE_OK ? chore_plan_write(plan, path, err) : status;
}

static int default_jobs(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 64 ? 64 : (int)n;
}

/* ---- after the run ------------------------------------------------------------------------------------------------------------ */

static int n_films(const chore_rows *rows)
{
    int n = 0;
    for (int i = 0; i < rows->n; i++) {
        n += rows->rows[i].film[0] != 0;
    }
    return n;
}

static void say_where(const chore_run_folder *run)
{
    fprintf(stderr, "\nreport  %s/report.html\n", run->dir);
    if (n_films(&run->rows)) {
        fprintf(stderr, "films   %s/films/ (%d)\n", run->dir, n_films(&run->rows));
    }
    char log[CHORE_PATH_CAP];
    if (chore_path_join(log, run->dir, "policy.log", NULL) == CHORE_OK && chore_file_exists(log)) {
        fprintf(stderr, "output  %s (what the policy printed)\n", log);
    }
    fprintf(stderr, "next    chorebench verify %s\n", run->dir);
}

/* A run that never began because its policy cannot be loaded leaves nothing behind, so that the next try may have the folder. */
static void remove_empty_run(const char *dir)
{
    static const char *const leftovers[] = {
        "plan.json", "build.json", "policy.json", "policy.log", "shard-0000.jsonl", "traces", "films", ""};
    for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers; i++) {
        char path[CHORE_PATH_CAP];
        if (chore_path_join(path, dir, leftovers[i], NULL) == CHORE_OK) {
            (void)remove(path); /* a folder goes only when it is empty */
        }
    }
}

/* Summary, report and table from what the store holds; the exit code of the run. */
static int conclude(const options *o, const char *dir, chore_status ran, chore_error *err)
{
    chore_run_folder run;
    chore_summary summary;
    chore_status status = chore_run_folder_open(&run, dir, ran == CHORE_OK ? err : NULL);
    if (status != CHORE_OK) {
        return chore_cli_fail("run", err);
    }
    const bool refused = ran == CHORE_E_POLICY_LOAD || ran == CHORE_E_USAGE || ran == CHORE_E_RENDER;
    if (refused && run.rows.n == 0 && !o->resume) {
        chore_run_folder_close(&run);
        remove_empty_run(dir);
        return chore_cli_fail("run", err);
    }
    chore_error late = {0};
    status = chore_summary_make(&summary, &run.plan, &run.rows, &late);
    if (status == CHORE_OK) {
        status = chore_run_folder_derive(&run, &summary, &late);
        if (o->json) {
            char *json = chore_summary_json(&summary, &run.plan);
            puts(json);
            free(json);
        } else if (run.rows.n) {
            chore_text table = {0};
            chore_summary_table(&summary, chore_cli_colours(STDOUT_FILENO),
                                chore_cli_columns(STDOUT_FILENO), &table);
            fputs(chore_text_get(&table), stdout);
            chore_text_release(&table);
        }
        fflush(stdout);
    }
    int code = chore_status_exit_code(ran);
    char command[2 * CHORE_PATH_CAP];
    resume_command(dir, command, sizeof command);
    if (ran == CHORE_E_INTERRUPTED) {
        fprintf(stderr, "\n%d of %d episodes are done. Continue with:\n  %s\n", summary.done,
                summary.planned, command);
    } else if (ran != CHORE_OK) {
        code = chore_cli_fail("run", err);
        if (run.rows.n) {
            fprintf(stderr, "nothing that was finished is lost; continue with: %s\n", command);
        }
    } else if (status != CHORE_OK) {
        code = chore_cli_fail("run", &late);
    } else {
        say_where(&run);
        code = summary.missing ? chore_status_exit_code(CHORE_E_INCOMPLETE) : 0;
    }
    chore_summary_release(&summary);
    chore_run_folder_close(&run);
    return code;
}

static int run_folder(const options *o, const char *dir, const chore_plan *plan,
                      const chore_rows *rows)
{
    char cache[CHORE_PATH_CAP];
    chore_error err = {0};
    chore_run_def def = chore_run_def_default();
    def.plan = plan;
    def.dir = dir;
    def.jobs = o->jobs;
    def.batch = o->batch;
    def.shuffle = (uint64_t)o->shuffle;
    def.hang_s = o->hang_s;
    def.quiet = o->quiet;
    def.traces = !o->no_trace;
    def.watched = o->watched;
    if (o->film && parse_film(o->film, &def.film, &err) != CHORE_OK) {
        return chore_cli_fail("run", &err);
    }
    def.cache_dir = o->no_cache ? NULL : o->cache ? o->cache : chore_cli_cache_dir(cache) ? cache : NULL;
    chore_status ran = chore_run(&def, rows, &err);
    return conclude(o, dir, ran, &err);
}

static int run_new(const options *o, const char **args)
{
    chore_plan plan = {0};
    chore_error err = {0};
    chore_film_choice film;
    char dir[CHORE_PATH_CAP];
    chore_status status = o->film ? parse_film(o->film, &film, &err) : CHORE_OK;
    if (status == CHORE_OK) {
        status = make_plan(&plan, o, args, &err);
    }
    if (status == CHORE_OK) {
        default_out(&plan, dir);
        chore_copy(dir, sizeof dir, o->out ? o->out : dir);
        status = start_folder(&plan, dir, &err);
    }
    int lock = -1;
    if (status == CHORE_OK) {
        status = chore_run_folder_lock(dir, &lock, &err);
    }
    int code;
    if (status != CHORE_OK) {
        code = chore_cli_fail("run", &err);
    } else {
        chore_run_folder fresh;
        status =
            chore_run_folder_open(&fresh, dir, &err); /* the plan as frozen, its hash included */
        code = status == CHORE_OK ? run_folder(o, dir, &fresh.plan, &fresh.rows)
                                  : chore_cli_fail("run", &err);
        if (status == CHORE_OK) {
            chore_run_folder_close(&fresh);
        }
    }
    chore_plan_release(&plan);
    if (lock >= 0) {
        close(lock);
    }
    return code;
}

static int run_resumed(const options *o, const char **args)
{
    chore_run_folder run;
    chore_error err = {0};
    if (!o->out) {
        return chore_cli_usage("run", "--resume needs --out DIR: the run to continue");
    }
    if (args && args[0]) {
        return chore_cli_usage("run", "--resume goes on with the frozen plan; it takes no tasks");
    }
    int lock, code;
    if (chore_run_folder_lock(o->out, &lock, &err) != CHORE_OK) {
        return chore_cli_fail("run", &err);
    }
    if (chore_run_folder_open(&run, o->out, &err) == CHORE_OK) {
        code = chorei_same_build(o->out, &err) == CHORE_OK ? run_folder(o, o->out, &run.plan, &run.rows)
                                                           : chore_cli_fail("run", &err);
        chore_run_folder_close(&run);
    } else {
        code = chore_cli_fail("run", &err);
    }
    if (lock >= 0) {
        close(lock);
    }
    return code;
}

int chore_cmd_run(int argc, const char **argv)
{
    options o = {.jobs = default_jobs(), .batch = 1, .hang_s = 60};
    const struct poptOption table[] = {
        {"policy", 'p', POPT_ARG_STRING, &o.policy, 0,
         "the policy: a plug-in's name, the path of a .so, FILE.py[:NAME], tcp:HOST:PORT or unix:PATH", "NAME|PATH"},
        {"policy-config", 0, POPT_ARG_STRING, &o.policy_config, 0,
         "text handed to the policy at creation", "TEXT"},
        {"profile", 0, POPT_ARG_STRING, &o.profile, 0,
         "where the policy lives: host (default): a confined process, jail: bubblewrap, inproc, remote: where it listens", "NAME"},
        {"allow", 0, POPT_ARG_STRING, &o.allow, 0,
         "what it may there: net,processes,gpu,files,memory=GIB,cpu=S,read=PATH,write=PATH", "LIST"},
        {"convention", 0, POPT_ARG_STRING, &o.convention, 0,
         "serve the policy in names and layouts that it knows: libero, droid, ... (chorebench list conventions) or a file", "NAME|PATH"},
        {"rate", 0, POPT_ARG_INT, &o.rate, 0,
         "control rate (default: the convention's, else each task's own)", "HZ"},
        {"track", 0, POPT_ARG_STRING, &o.track, 0,
         "what it may look at: state (default): everything, vision: cameras, itself and the instruction", "NAME"},
        {"appearance", 0, POPT_ARG_STRING, &o.appearance, 0,
         "how its pictures look: canonical (default), or seeded: other paint, light and camera places with each seed", "NAME"},
        {"seeds", 's', POPT_ARG_STRING, &o.seeds, 0,
         "seeds, both ends included (default: the suite's, else 0..9)", "A..B"},
        {"variant", 'v', POPT_ARG_STRING, &o.variant, 0, "control, disturbed or both (default)",
         "NAME"},
        {"latency", 0, POPT_ARG_STRING, &o.latency, 0,
         "what an answer takes: frozen (default), delay=STEPS, live or live=STEPS; several: delay=0,1,2,4,8", "LIST"},
        {"jobs", 'j', POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &o.jobs, 0, "worker processes",
         "N"},
        {"batch", 0, POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &o.batch, 0,
         "episodes that each worker's policy serves at once", "N"},
        {"out", 'o', POPT_ARG_STRING, &o.out, 0, "run folder (default: runs/NAME-POLICY-TIME)",
         "DIR"},
        {"resume", 0, POPT_ARG_NONE, &o.resume, 0, "go on with the run in --out", NULL},
        {"film", 0, POPT_ARG_STRING, &o.film, 0,
         "film strips: none, failures, all, auto (default): of the first seed and of failures, 24 at most", "WHICH"},
        {"embodiment", 0, POPT_ARG_STRING, &o.embodiment, 0, "robot (default: each task's first)",
         "NAME"},
        {"json", 0, POPT_ARG_NONE, &o.json, 0, "print the summary as JSON", NULL},
        {"quiet", 'q', POPT_ARG_NONE, &o.quiet, 0, "no progress line", NULL},
        {"cache", 0, POPT_ARG_STRING, &o.cache, 0,
         "folder of settled initial states (default: the user's cache)", "DIR"},
        {"no-cache", 0, POPT_ARG_NONE, &o.no_cache, 0, "settle every initial state anew", NULL},
        {"no-trace", 0, POPT_ARG_NONE, &o.no_trace, 0,
         "write no traces: the run cannot be verified", NULL},
        {"watched", 0, POPT_ARG_NONE, &o.watched, 0,
         "write every step at once, for chorebench-view: traces of the same content, and larger", NULL},
        {"shuffle", 0, POPT_ARG_INT, &o.shuffle, 0,
         "another order of work (results do not depend on it)", "N"},
        {"hang", 0, POPT_ARG_DOUBLE | POPT_ARGFLAG_SHOW_DEFAULT, &o.hang_s, 0,
         "seconds after which a silent policy is stopped", "S"},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code;
    if (chore_cli_parse(&context, "run", argc, argv, table, "[OPTIONS] SUITE|TASK...", about, &args,
                        &code) != 0) {
        return code;
    }
    if (o.jobs < 1 || o.jobs > 256) {
        code = chore_cli_usage("run", "-j %d: expected 1 to 256", o.jobs);
    } else if (o.batch < 1 || o.batch > CHORE_RIG_SLOTS) {
        code = chore_cli_usage("run", "--batch %d: expected 1 to %d", o.batch, CHORE_RIG_SLOTS);
    } else if (o.rate < 0 || o.rate > CHORE_RATE_MOST) {
        code = chore_cli_usage("run", "--rate %d: expected 1 to %d Hz", o.rate, CHORE_RATE_MOST);
    } else if (!(o.hang_s >= 0.1)) {
        code = chore_cli_usage("run", "--hang: expected at least 0.1 seconds");
    } else {
        code = o.resume ? run_resumed(&o, args) : run_new(&o, args);
    }
    poptFreeContext(context);
    char *texts[] = {o.policy, o.policy_config, o.profile, o.allow, o.convention, o.track, o.appearance, o.seeds, o.variant,
                     o.out,    o.film,          o.cache, o.embodiment, o.latency};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        free(texts[i]);
    }
    return code;
}
