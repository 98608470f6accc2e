/* One trial from start to end: a process with the order and a blank report, its time, and what its end says. */
#include "trial_internal.h"
#include <chore/clock.h>
#include <chore/files.h>
#include <chore/text.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double default_limit_s = 10;

struct trial_bench {
    char program[CHORE_PATH_CAP];
    int order; /* descriptor */
    double limit_s;
    trial_report *report;
};

static const char *const calls[TRIAL_CALL_COUNT] = {
#define TRIAL_CALL(name, words) words,
#include "trial_calls.inl"
#undef TRIAL_CALL
};

/* ---- memory ----------------------------------------------------------------------------------------------- */

static int memory_of(const char *name, size_t bytes, void **mapped)
{
    const int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, (off_t)bytes) == 0) {
        *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (*mapped != MAP_FAILED) {
            return fd;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

chore_status chore_trial_bench_make(trial_bench **out, const chore_check_def *def, const char *path,
                                    chore_error *err)
{
    trial_bench *bench = calloc(1, sizeof *bench);
    CHORE_ASSERT(bench != NULL);
    *out = bench;
    bench->order = -1;
    bench->limit_s = def->limit_s > 0 ? def->limit_s : default_limit_s;
    chore_status status =
        chore_path_join(bench->program, chore_program_dir(), "chore-policy-check", err);
    if (status != CHORE_OK) {
        return status;
    }
    if (access(bench->program, X_OK) != 0) {
        return chore_fail_at(err, CHORE_E_INTERNAL, bench->program, 0, 0,
                             "the program that tries policies is not here");
    }
    void *memory = NULL;
    const size_t room = chore_trial_order_room(def);
    bench->order = memory_of("chore-order", room, &memory);
    if (bench->order < 0) {
        return chore_fail(err, CHORE_E_INTERNAL, "cannot make shared memory for the check: %s",
                          strerror(errno));
    }
    chore_wire w = {.data = memory, .cap = room};
    chore_trial_put_order(&w, def, path);
    munmap(memory, room);
    return w.bad ? chore_fail(err, CHORE_E_INTERNAL,
                              "the offers are larger than the check has room for")
                 : CHORE_OK;
}

void chore_trial_bench_free(trial_bench *bench)
{
    if (bench != NULL) {
        if (bench->order >= 0) {
            close(bench->order);
        }
        free(bench->report);
        free(bench);
    }
}

/* ---- the process ------------------------------------------------------------------------------------------ */

typedef struct ends {
    int report, out, err;
} ends;

/* As for chore-policy-host: nothing of ours is open, the environment is clean, and the group is its own. Fresh memory
   of the heap holds rubbish, another one in every run. */
static int spawn(const trial_bench *bench, trial_place place, const ends *to, pid_t *pid)
{
    static const char *const kept[] = {"LD_LIBRARY_PATH", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES",
                                       "ASAN_OPTIONS",    "UBSAN_OPTIONS",   "TSAN_OPTIONS"};
    char room[6][CHORE_PATH_CAP], rubbish[64], words[4][16];
    char *env[16] = {(char[]){"PATH=/usr/bin:/bin"}, (char[]){"HOME=/nonexistent"},
                     (char[]){"LANG=C.UTF-8"}, (char[]){"TZ=UTC"}, rubbish};
    int n = 5;
    snprintf(rubbish, sizeof rubbish, "GLIBC_TUNABLES=glibc.malloc.perturb=%d",
             place.run ? 0x5c : 0x93);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *value = getenv(kept[i]);
        if (value != NULL &&
            snprintf(room[i], CHORE_PATH_CAP, "%s=%s", kept[i], value) < CHORE_PATH_CAP) {
            env[n++] = room[i];
        }
    }
    const int numbers[] = {(int)place.rule, place.stage, (int)place.variant, place.run};
    char *argv[] = {
        (char *)(uintptr_t)bench->program, words[0], words[1], words[2], words[3], NULL};
    for (int i = 0; i < 4; i++) {
        snprintf(words[i], sizeof words[i], "%d", numbers[i]);
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, bench->order,
                                     103); /* through higher numbers, so that none is overwritten */
    posix_spawn_file_actions_adddup2(&actions, to->report, 104);
    posix_spawn_file_actions_adddup2(&actions, to->out, 101);
    posix_spawn_file_actions_adddup2(&actions, to->err, 102);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, 101, 1);
    posix_spawn_file_actions_adddup2(&actions, 102, 2);
    posix_spawn_file_actions_adddup2(&actions, 103, TRIAL_FD_ORDER);
    posix_spawn_file_actions_adddup2(&actions, 104, TRIAL_FD_REPORT);
    posix_spawn_file_actions_addclosefrom_np(&actions, TRIAL_FD_END);
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
    const int failed = posix_spawn(pid, bench->program, &actions, &attributes, argv, env);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static double cpu_seconds(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return 0;
    }
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

/* Its end, or ours for it when its time is over (true): one call into the policy has computed for limit_s, or for that long
   not computed at all. So a verdict does not depend on what else the machine is busy with. All that it started goes with
   it. */
static bool wait_for(pid_t pid, double limit_s, const trial_report *shared, int *ended)
{
    static const double idle_share = 0.01, patience = 30;
    const int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    const volatile uint32_t *calls_so_far = &shared->n_calls;
    struct pollfd wait = {.fd = pidfd, .events = POLLIN};
    const double begin = 1e-9 * (double)chore_now_ns();
    double since = begin, cpu_then = 0;
    uint32_t call = 0;
    bool late = pidfd < 0;
    while (!late && poll(&wait, 1, 50) <= 0) {
        const double now = 1e-9 * (double)chore_now_ns(), cpu = cpu_seconds(pid);
        if (*calls_so_far != call) {
            call = *calls_so_far;
            since = now;
            cpu_then = cpu;
        }
        const bool idle = cpu - cpu_then < idle_share * (now - since);
        late = now - begin > patience * limit_s || cpu - cpu_then > limit_s ||
               (idle && now - since > limit_s);
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, ended, 0) < 0 && errno == EINTR) {}
    if (pidfd >= 0) {
        close(pidfd);
    }
    return late;
}

/* ---- its end ---------------------------------------------------------------------------------------------- */

static size_t read_begin(int fd, char *out, size_t cap)
{
    char raw[256];
    const ssize_t n = pread(fd, raw, sizeof raw - 1, 0);
    raw[n > 0 ? n : 0] = '\0';
    chore_host_clean_text(out, cap, raw);
    const off_t size = lseek(fd, 0, SEEK_END);
    return size > 0 ? (size_t)size : 0;
}

/* The last line that it wrote to stderr: an assertion's words, a sanitizer's. */
static void read_last_words(int fd, char *out, size_t cap)
{
    char raw[512];
    const off_t size = lseek(fd, 0, SEEK_END),
                from = size > (off_t)sizeof raw - 1 ? size - (off_t)sizeof raw + 1 : 0;
    const ssize_t n = pread(fd, raw, sizeof raw - 1, from);
    size_t len = n > 0 ? (size_t)n : 0;
    while (len > 0 && raw[len - 1] == '\n') {
        len--;
    }
    raw[len] = '\0';
    const char *line = strrchr(raw, '\n');
    chore_host_clean_text(out, cap, line != NULL ? line + 1 : raw);
}

/* "in create", "in act, step 12" */
static void tell_place(const trial_report *report, char out[64])
{
    const uint32_t call = report->call < TRIAL_CALL_COUNT ? report->call : TRIAL_NONE;
    const bool stepped =
        call == TRIAL_ACT || call == TRIAL_OBSERVE || call == TRIAL_FEEDBACK || call == TRIAL_SAVE;
    if (stepped) {
        snprintf(out, 64, "%s, step %" PRIu32, calls[call], report->step);
    } else {
        snprintf(out, 64, "%s", calls[call]);
    }
}

static void tell_fault(const trial_fault *fault, const char *place, char *out, size_t cap)
{
    const char *verb = fault->write > 0 ? "writes" : fault->write == 0 ? "reads" : "touches";
    char name[sizeof fault->name];
    chore_copy(name, sizeof name, fault->name);
    if (fault->kind == FAULT_LATE) {
        snprintf(out, cap,
                 "%s: it %s %s, at byte %" PRId64 ", which it was given for an earlier call", place,
                 verb, name, fault->offset);
    } else if (fault->kind == FAULT_READ_ONLY) {
        snprintf(out, cap, "%s: it %s into %s, at byte %" PRId64 " of %" PRIu64, place, verb, name,
                 fault->offset, fault->size);
    } else {
        const int64_t beyond =
            fault->offset < 0 ? -fault->offset : fault->offset - (int64_t)fault->size;
        char far[48] = "right";
        if (beyond > 0) {
            snprintf(far, sizeof far, "%" PRId64 " byte%s", beyond, beyond == 1 ? "" : "s");
        }
        snprintf(out, cap, "%s: it %s outside of %s, which has %" PRIu64 " bytes: %s %s it", place,
                 verb, name, fault->size, far, fault->offset < 0 ? "before" : "behind");
    }
}

static void tell_end(const trial_report *report, bool late, int ended, double limit_s, int err_fd,
                     char *out, size_t cap)
{
    char last[160] = "";
    char place[64];
    size_t len;
    tell_place(report, place);
    read_last_words(err_fd, last, sizeof last);
    if (late) {
        len = (size_t)snprintf(out, cap, "%s: no answer for %g s", place, limit_s);
    } else if (report->fault.kind != FAULT_NONE) {
        tell_fault(&report->fault, place, out, cap);
        return;
    } else if (WIFSIGNALED(ended)) {
        const char *name = sigabbrev_np(WTERMSIG(ended));
        len =
            (size_t)snprintf(out, cap, "%s: it crashed by SIG%s", place, name != NULL ? name : "?");
    } else {
        len = (size_t)snprintf(out, cap, "%s: it ended the process with exit code %d", place,
                               WEXITSTATUS(ended));
    }
    if (last[0] != '\0' && len < cap) {
        snprintf(out + len, cap - len, "; its last words: \"%s\"", last);
    }
}

static void close_ends(const ends *to)
{
    close(to->report);
    close(to->out);
    close(to->err);
}

chore_status chore_trial_run(trial_bench *bench, trial_place place, trial_outcome *out,
                             chore_error *err)
{
    void *shared = NULL;
    pid_t pid;
    int ended = 0;
    const ends to = {.report = memory_of("chore-report", sizeof(trial_report), &shared),
                     .out = memfd_create("chore-out", MFD_CLOEXEC),
                     .err = memfd_create("chore-err", MFD_CLOEXEC)};
    memset(out, 0, sizeof *out);
    if (to.report < 0 || to.out < 0 || to.err < 0) {
        return chore_fail(err, CHORE_E_INTERNAL, "cannot make shared memory for the check: %s",
                          strerror(errno));
    }
    const uint64_t begin = chore_now_ns();
    const int failed = spawn(bench, place, &to, &pid);
    if (failed != 0) {
        close_ends(&to);
        munmap(shared, sizeof(trial_report));
        return chore_fail_at(err, CHORE_E_INTERNAL, bench->program, 0, 0, "cannot be started: %s",
                             strerror(failed));
    }
    const bool late = wait_for(pid, bench->limit_s, shared, &ended);
    out->result.took_ms = 1e-6 * (double)(chore_now_ns() - begin);
    bench->report = bench->report != NULL ? bench->report : malloc(sizeof *bench->report);
    CHORE_ASSERT(bench->report != NULL);
    memcpy(bench->report, shared, sizeof *bench->report);
    munmap(shared, sizeof(trial_report));
    trial_report *report = out->report = bench->report;
    report->what[sizeof report->what - 1] = report->fault.name[sizeof report->fault.name - 1] =
        '\0';
    if (report->said >= 1 && report->said <= 3 && !late) {
        out->result.verdict = (chore_verdict)(report->said - 1);
        chore_host_clean_text(out->result.what, sizeof out->result.what, report->what);
    } else {
        out->result.verdict = CHORE_VERDICT_FAIL;
        tell_end(report, late, ended, bench->limit_s, to.err, out->result.what,
                 sizeof out->result.what);
    }
    out->printed = read_begin(to.out, out->begins, sizeof out->begins);
    close_ends(&to);
    return CHORE_OK;
}
