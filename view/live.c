#include "live_internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chore/files.h>

enum { LOOK_MS = 20, PATIENCE_MS = 30000 };

/* "defs/set_aside.yaml" is called set_aside. */
static void bare_name(const char *path, char out[CHORE_NAME_CAP])
{
    const char *slash = strrchr(path, '/');
    chore_copy(out, CHORE_NAME_CAP, slash ? slash + 1 : path);
    char *dot = strchr(out, '.');
    if (dot) {
        *dot = 0;
    }
}

static void choose_dir(live *l)
{
    char task[CHORE_NAME_CAP], policy[CHORE_NAME_CAP], stamp[32];
    const time_t now = time(NULL);
    struct tm utc;
    if (l->out) {
        chore_copy(l->dir, sizeof l->dir, l->out);
        return;
    }
    bare_name(l->task, task);
    bare_name(l->policy, policy);
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
    snprintf(l->dir, sizeof l->dir, "runs/live-%s-%s-%s", task, policy, stamp);
}

/* What it prints at its end is for the person, not among what --tell tells. It ends when nobody watches any more, however that came. */
static void become_run(const char *program, char *const *argv)
{
    prctl(PR_SET_PDEATHSIG, SIGINT);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execv(program, argv);
    fprintf(stderr, "chorebench-view: cannot start %s: %s\n", program, strerror(errno));
    _exit(chore_status_exit_code(CHORE_E_NOT_FOUND));
}

static chore_status spawn(live *l, chore_error *err)
{
    char program[CHORE_PATH_CAP], seeds[64];
    const char *fixed[] = {"chorebench", "run", l->task, "--policy", l->policy, "--variant", l->variant, "--seeds", seeds,
                           "--out", l->dir, "-j", "1", "--film", "none", "--quiet", "--watched"};
    const int n_fixed = sizeof fixed / sizeof *fixed;
    const chore_status status = chore_path_join(program, chore_program_dir(), "chorebench", err);
    if (status != CHORE_OK) {
        return status;
    }
    snprintf(seeds, sizeof seeds, "%llu..%llu", (unsigned long long)l->seed, (unsigned long long)l->seed);
    const char **argv = calloc((size_t)(n_fixed + l->n_more) + 1, sizeof *argv);
    CHORE_ASSERT(argv);
    memcpy(argv, fixed, sizeof fixed);
    for (int i = 0; i < l->n_more; i++) {
        argv[n_fixed + i] = l->more[i];
    }
    fflush(NULL);
    l->pid = fork();
    if (l->pid == 0) {
        become_run(program, (char *const *)(uintptr_t)argv);
    }
    free(argv);
    if (l->pid < 0) {
        l->pid = 0;
        return chore_fail(err, CHORE_E_INTERNAL, "cannot start %s: %s", program, strerror(errno));
    }
    return CHORE_OK;
}

bool live_is_over(live *l)
{
    int how = 0;
    if (l->pid && waitpid(l->pid, &how, WNOHANG) == l->pid) {
        l->pid = 0;
        l->code = WIFEXITED(how) ? WEXITSTATUS(how) : chore_status_exit_code(CHORE_E_INTERNAL);
    }
    return l->pid == 0;
}

chore_status live_start(live *l, chore_error *err)
{
    char plan[CHORE_PATH_CAP];
    choose_dir(l);
    chore_status status = chore_path_join(plan, l->dir, "plan.json", err);
    if (status == CHORE_OK && chore_file_exists(plan)) {
        return chore_fail_at(err, CHORE_E_USAGE, l->dir, 0, 0, "this folder already holds a run");
    }
    if (status == CHORE_OK) {
        status = spawn(l, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    while (!chore_file_exists(plan)) {
        if (live_is_over(l)) {
            return CHORE_E_USAGE;
        }
        poll(NULL, 0, LOOK_MS);
    }
    return chore_playlist_open_begun(l->list, l->dir, err);
}

/* The first signal lets the episode end, the second one stops it. */
void live_stop(live *l)
{
    for (int waited = 0; !live_is_over(l); waited += LOOK_MS) {
        if (waited % (5 * LOOK_MS) == 0) {
            kill(l->pid, waited < PATIENCE_MS ? SIGINT : SIGKILL);
        }
        poll(NULL, 0, LOOK_MS);
    }
}
