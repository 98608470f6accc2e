/* The process of a policy: its birth, with nothing of ours in its hands, and its end. */
#include "host_child_internal.h"
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
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double start_s = 20; /* for the child's own code, which takes milliseconds */
static const double connect_s = 10; /* a policy elsewhere may still be starting */
enum { MAX_ARGS = 96 };

/* ---- what it is born with ------------------------------------------------------------------------------ */

typedef struct ends {
    int control, socket, output; /* the child's */
    int peer;                    /* the connection of profile remote; else below 0 */
} ends;

static chore_status out_of(chore_error *err, const char *what)
{
    return chore_fail(err, CHORE_E_INTERNAL, "cannot make %s for a policy's process: %s", what, strerror(errno));
}

static chore_status make_line(chore_host_child *child, ends *theirs, chore_error *err)
{
    theirs->control = memfd_create("chore-line", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (theirs->control < 0 || ftruncate(theirs->control, CHORE_LINE_BYTES) != 0 ||
        fcntl(theirs->control, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return out_of(err, "shared memory");
    }
    void *at = mmap(NULL, CHORE_LINE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, theirs->control, 0);
    if (at == MAP_FAILED) {
        return out_of(err, "shared memory");
    }
    child->line = at;
    child->line->version = CHORE_LINE_VERSION;
    child->line->harness = child->profile == CHORE_POLICY_JAIL ? 0 : (uint32_t)getpid();
    child->sent = 0;
    return CHORE_OK;
}

static chore_status make_ends(chore_host_child *child, ends *theirs, chore_error *err)
{
    int sockets[2], pipes[2];
    chore_status status = make_line(child, theirs, err);
    if (status != CHORE_OK) {
        return status;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return out_of(err, "a socket pair");
    }
    child->socket = sockets[0];
    theirs->socket = sockets[1];
    setsockopt(child->socket, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)); /* see who_is_it */
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        return out_of(err, "a pipe");
    }
    child->output_fd = pipes[0];
    theirs->output = pipes[1];
    fcntl(child->output_fd, F_SETFL, O_NONBLOCK);
    if (child->profile != CHORE_POLICY_REMOTE) {
        return CHORE_OK;
    }
    const double patience_s = child->call_s > 0 && child->call_s < connect_s ? child->call_s : connect_s;
    return chore_child_connect(child->address, chore_now_ns() + (uint64_t)(patience_s * 1e9), &theirs->peer, err);
}

static void close_all(int *fds, int n)
{
    for (int i = 0; i < n; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
        fds[i] = -1;
    }
}

/* What the environment keeps: where libraries lie and how many threads to use are the user's to say. */
static void make_environment(char *out[], char room[][CHORE_PATH_CAP])
{
    static const char *const kept[] = {"LD_LIBRARY_PATH", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES",
                                       "ASAN_OPTIONS",    "UBSAN_OPTIONS",   "TSAN_OPTIONS"};
    static const char *const fixed[] = {"PATH=/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8", "TZ=UTC"};
    int n = 0;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        chore_copy(room[n], CHORE_PATH_CAP, fixed[i]);
        out[n] = room[n];
        n++;
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *value = getenv(kept[i]);
        if (value != NULL && snprintf(room[n], CHORE_PATH_CAP, "%s=%s", kept[i], value) < CHORE_PATH_CAP) {
            out[n] = room[n];
            n++;
        }
    }
    out[n] = NULL;
}

/* ---- jail ---------------------------------------------------------------------------------------------- */

typedef struct arguments {
    char *list[MAX_ARGS];
    int n;
} arguments;

static void add(arguments *args, const char *word)
{
    CHORE_ASSERT(args->n < MAX_ARGS - 1);
    args->list[args->n++] = (char *)(uintptr_t)word; /* posix_spawn does not write to them */
}

static void bind_path(arguments *args, const char *how, const char *path)
{
    add(args, how);
    add(args, path);
    add(args, path);
}

static chore_status find_bwrap(char out[CHORE_PATH_CAP], chore_error *err)
{
    const char *path = getenv("PATH");
    char folders[4 * CHORE_PATH_CAP];
    chore_copy(folders, sizeof folders, path != NULL ? path : "/usr/bin:/bin");
    for (char *rest = folders, *folder; (folder = strsep(&rest, ":")) != NULL;) {
        if (folder[0] == '/' && chore_path_join(out, folder, "bwrap", NULL) == CHORE_OK &&
            access(out, X_OK) == 0) {
            return CHORE_OK;
        }
    }
    chore_fail(err, CHORE_E_POLICY_LOAD, "profile jail needs bubblewrap, and there is no bwrap on the PATH");
    chore_error_hint(err, "Debian and Ubuntu: apt-get install bubblewrap; or use --profile host");
    return CHORE_E_POLICY_LOAD;
}

/* Namespaces of its own and an almost empty root: the same system folders that Landlock allows, read-only. */
static void jail_arguments(const chore_host_child *child, const char *bwrap, const char *program,
                           arguments *args)
{
    static const char *const system[] = {"/usr", "/lib",      "/lib64",           "/lib32",
                                         "/bin", "/nix/store", "/etc/ld.so.cache", "/etc/localtime"};
    add(args, bwrap);
    add(args, "--unshare-all");
    if (child->allow.net) {
        add(args, "--share-net");
        bind_path(args, "--ro-bind-try", "/etc/resolv.conf");
        bind_path(args, "--ro-bind-try", "/etc/hosts");
        bind_path(args, "--ro-bind-try", "/etc/ssl");
    }
    add(args, "--die-with-parent");
    add(args, "--new-session");
    add(args, "--cap-drop");
    add(args, "ALL");
    for (size_t i = 0; i < sizeof system / sizeof *system; i++) {
        bind_path(args, "--ro-bind-try", system[i]);
    }
    add(args, "--proc");
    add(args, "/proc");
    bind_path(args, "--ro-bind-try", "/sys/devices/system/cpu");
    add(args, child->allow.gpu ? "--dev-bind" : "--dev");
    add(args, "/dev");
    if (child->allow.gpu) {
        add(args, "/dev");
        bind_path(args, "--ro-bind-try", "/sys");
    }
    add(args, "--tmpfs");
    add(args, "/tmp");
    bind_path(args, "--ro-bind", program);
    bind_path(args, "--ro-bind", child->host->info.path);
    for (int i = 0; i < child->allow.n_read; i++) {
        bind_path(args, "--ro-bind", child->allow.read[i]);
    }
    for (int i = 0; i < child->allow.n_write; i++) {
        bind_path(args, "--bind", child->allow.write[i]);
    }
    add(args, "--chdir");
    add(args, "/");
    add(args, "--");
    add(args, program);
}

/* ---- birth --------------------------------------------------------------------------------------------- */

/* Three standard streams, the line's two descriptors, a process group of its own (no session: that would take it out of
   the scheduling group in which the user's `nice` counts); nothing else is open. The descriptors
   go through higher numbers first, so that none is overwritten before it has moved. */
static int spawn(chore_host_child *child, const ends *theirs, char *const argv[])
{
    char room[16][CHORE_PATH_CAP], *env[16];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    make_environment(env, room);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, theirs->socket, 103);
    posix_spawn_file_actions_adddup2(&actions, theirs->control, 104);
    posix_spawn_file_actions_adddup2(&actions, theirs->output, 101);
    if (theirs->peer >= 0) {
        posix_spawn_file_actions_adddup2(&actions, theirs->peer, 105);
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, 101, 1);
    posix_spawn_file_actions_adddup2(&actions, 101, 2);
    posix_spawn_file_actions_adddup2(&actions, 103, CHORE_LINE_FD_SOCKET);
    posix_spawn_file_actions_adddup2(&actions, 104, CHORE_LINE_FD_CONTROL);
    if (theirs->peer >= 0) {
        posix_spawn_file_actions_adddup2(&actions, 105, CHORE_LINE_FD_PEER);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, theirs->peer >= 0 ? CHORE_LINE_FD_END : CHORE_LINE_FD_PEER);
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const int failed = posix_spawn(&child->pid, argv[0], &actions, &attributes, argv, env);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static chore_status launch(chore_host_child *child, const ends *theirs, chore_error *err)
{
    char program[CHORE_PATH_CAP], bwrap[CHORE_PATH_CAP];
    arguments args = {0};
    chore_status status = chore_path_join(program, chore_program_dir(), "chore-policy-host", err);
    if (status == CHORE_OK && access(program, X_OK) != 0) {
        status = chore_fail_at(err, CHORE_E_POLICY_LOAD, program, 0, 0,
                               "the program that holds policies is not here");
    }
    if (status == CHORE_OK && child->profile == CHORE_POLICY_JAIL) {
        status = find_bwrap(bwrap, err);
        if (status == CHORE_OK) {
            jail_arguments(child, bwrap, program, &args);
        }
    } else {
        add(&args, program);
    }
    if (status != CHORE_OK) {
        return status;
    }
    const int failed = spawn(child, theirs, args.list);
    if (failed != 0) {
        child->pid = 0;
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, args.list[0], 0, 0, "cannot be started: %s",
                             strerror(failed));
    }
    child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
    status = child->pidfd >= 0 ? chore_child_watch(child, err)
                               : chore_fail(err, CHORE_E_POLICY_LOAD,
                                            "this kernel cannot watch processes (pidfd_open: %s), which profile "
                                            "%s needs",
                                            strerror(errno), chore_policy_profile_name(child->profile));
    if (status != CHORE_OK) { /* without its watcher it does not live */
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
        child->pid = 0;
    }
    return status;
}

/* The number of the process at the other end, as we see it: in a jail it knows itself by another. Asked for before any
   code of the policy runs. 0: not to be had, and its CPU time then is not known. */
static pid_t who_is_it(const chore_host_child *child)
{
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct ucred who;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    if (recvmsg(child->socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) {
        return 0;
    }
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (head == NULL || head->cmsg_type != SCM_CREDENTIALS) {
        return 0;
    }
    memcpy(&who, CMSG_DATA(head), sizeof who);
    return who.pid;
}

static void put_paths(chore_wire *out, int n, const char paths[][CHORE_PATH_CAP])
{
    chore_wire_put_u32(out, (uint32_t)n);
    for (int i = 0; i < n; i++) {
        chore_wire_put_text(out, paths[i]);
    }
}

/* What stands between us and the policy. Of one elsewhere we hold the connection and the clock, and nothing else: what confines
   the process that speaks with it is no limit of the policy's. */
static void describe(const chore_host_child *child, const char *held, const char *missing)
{
    static const char *const not_ours = "clean_environment(remote) captured_output(remote) cpu(remote) memory(remote) files(remote) "
                                        "processes(remote) network(remote) landlock(remote) seccomp(remote)";
    chore_policy_boundary *boundary = &child->host->boundary;
    const bool remote = child->profile == CHORE_POLICY_REMOTE;
    char limit[64] = "";
    size_t len = 0;
    if (child->call_s > 0) {
        len += (size_t)snprintf(limit, sizeof limit, " call=%gs", child->call_s);
    }
    if (child->allow.cpu_s > 0 && child->guest > 0 && !remote) {
        snprintf(limit + len, sizeof limit - len, " cpu=%gs/episode", child->allow.cpu_s);
    }
    if (remote) {
        snprintf(boundary->in_force, sizeof boundary->in_force, "connection=%s%s", child->address, limit);
    } else {
        snprintf(boundary->in_force, sizeof boundary->in_force,
                 "%sown_process read_only_observations closed_descriptors clean_environment captured_output%s %s",
                 child->profile == CHORE_POLICY_JAIL ? "bubblewrap " : "", limit, held);
    }
    chore_copy(boundary->missing, sizeof boundary->missing, remote ? not_ours : missing);
}

/* Tell it what it may, and keep what it says is in force. */
static chore_status confine(chore_host_child *child, chore_error *err)
{
    const chore_policy_allow *allow = &child->allow;
    const bool jailed = child->profile == CHORE_POLICY_JAIL;
    int32_t answer;
    chore_wire in, out = chore_child_out(child);
    chore_wire_put_u32(&out, (uint32_t)allow->net | (uint32_t)allow->processes << 1 | (uint32_t)allow->gpu << 2 |
                                 (uint32_t)allow->files << 3 | (uint32_t)jailed << 4);
    chore_wire_put_u64(&out, allow->memory_bytes);
    chore_wire_put_u32(&out, jailed ? 0 : (uint32_t)getpid());
    chore_wire_put_text(&out, child->host->info.path);
    put_paths(&out, allow->n_read, allow->read);
    put_paths(&out, allow->n_write, allow->write);
    chore_wire_put_text(&out, child->address);
    if (!chore_child_call(child, CHORE_WORD_START, &out, start_s, &answer, &in)) {
        char said[CHILD_LAST_CAP + 16] = "";
        if (child->output.last[0] != '\0') {
            snprintf(said, sizeof said, ": %s", child->output.last);
        }
        return chore_fail(err, CHORE_E_POLICY_LOAD, "the %s for policies could not be made: it %s",
                          jailed ? "jail" : "process", child->epitaph);
    }
    const char *held = chore_wire_get_text(&in), *missing = chore_wire_get_text(&in);
    if (answer != CHORE_POLICY_OK || in.bad || held == NULL) {
        return chore_fail(err, CHORE_E_POLICY_LOAD, "the process for policies could not be made: %s",
                          child->words);
    }
    child->guest = who_is_it(child);
    describe(child, held, missing != NULL ? missing : "");
    return CHORE_OK;
}

static void hint_inproc(const chore_host_child *child, chore_error *err)
{
    if (err != NULL && err->hint[0] == '\0' && child->profile != CHORE_POLICY_REMOTE) {
        chore_error_hint(err, "profile inproc needs nothing of the system, and is not comparable");
    }
}

chore_status chore_child_start(chore_host_child *child, chore_error *err)
{
    const uint64_t begin = chore_now_ns();
    ends theirs = {-1, -1, -1, -1};
    if (child->line != NULL) {
        munmap(child->line, CHORE_LINE_BYTES);
        child->line = NULL;
    }
    child->socket = child->output_fd = child->pidfd = -1;
    child->epitaph[0] = child->words[0] = '\0';
    child->output.line_len = 0;
    child->output.last[0] = '\0';
    child->recorded = NULL;
    atomic_store(&child->gone, 0);
    chore_child_place_begin(child);
    chore_status status = make_ends(child, &theirs, err);
    if (status == CHORE_OK) {
        status = launch(child, &theirs, err);
    }
    close_all((int[]){theirs.control, theirs.socket, theirs.output, theirs.peer}, 4);
    if (status != CHORE_OK) {
        close_all((int[]){child->socket, child->output_fd, child->pidfd}, 3);
        hint_inproc(child, err);
        return status;
    }
    status = confine(child, err);
    if (status != CHORE_OK) {
        chore_child_bury(child, "was not fit for a policy");
        hint_inproc(child, err);
        return status;
    }
    child->host->boundary.starts++;
    child->host->boundary.start_ms = (double)(chore_now_ns() - begin) * 1e-6;
    return CHORE_OK;
}

/* ---- end ----------------------------------------------------------------------------------------------- */

/* Death by signal, and by what bubblewrap makes of it. */
static void describe_signal(int sig, char *out, size_t cap)
{
    const char *name = sigabbrev_np(sig);
    switch (sig) {
    case SIGKILL:
        snprintf(out, cap, "was killed by SIGKILL, which the system sends when memory runs out");
        return;
    case SIGSYS: snprintf(out, cap, "was stopped at a forbidden system call (SIGSYS)"); return;
    default: snprintf(out, cap, "crashed by SIG%s", name != NULL ? name : "?"); return;
    }
}

static void describe_end(const chore_host_child *child, int wait_status, char *out, size_t cap)
{
    if (WIFSIGNALED(wait_status)) {
        describe_signal(WTERMSIG(wait_status), out, cap);
    } else if (child->profile == CHORE_POLICY_JAIL && WEXITSTATUS(wait_status) > 128) {
        describe_signal(WEXITSTATUS(wait_status) - 128, out, cap);
    } else {
        snprintf(out, cap, "ended itself with exit code %d", WEXITSTATUS(wait_status));
    }
}

void chore_child_bury(chore_host_child *child, const char *why)
{
    int wait_status = 0;
    char own[160];
    if (child->pid == 0) {
        return;
    }
    if (atomic_load(&child->gone) == 0) {
        kill(child->pid, SIGKILL); /* it is our child and not yet waited for: the number is still its own */
    }
    chore_child_unwatch(child);
    kill(-child->pid, SIGKILL); /* whatever it started is in its group: it can make no other */
    while (waitpid(child->pid, &wait_status, 0) < 0 && errno == EINTR) {
    }
    describe_end(child, wait_status, own, sizeof own);
    const char *last = child->output.last;
    snprintf(child->epitaph, sizeof child->epitaph, "%s%s%s%s", why != NULL ? why : own,
             why == NULL && last[0] != '\0' ? "; its last words: \"" : "", why == NULL ? last : "",
             why == NULL && last[0] != '\0' ? "\"" : "");
    child->pid = 0;
    close_all((int[]){child->socket, child->output_fd, child->pidfd}, 3);
    chore_child_forget_memory(child);
}

static double cpu_seconds(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (pid <= 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return 0;
    }
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

void chore_child_new_episode(chore_host_child *child)
{
    child->cpu_from = cpu_seconds(child->guest);
    child->until_cpu = 0;
    child->place.cpu_s = 0;
    child->place.waited_ns = 0;
}

double chore_policy_cpu_s(const chore_policy_host *host)
{
    return host->child != NULL && host->child->pid != 0 ? cpu_seconds(host->child->guest) : 0;
}

double chore_child_cpu_s(const chore_host_child *child)
{
    return cpu_seconds(child->guest) - child->cpu_from;
}
