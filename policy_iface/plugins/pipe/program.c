#include "program.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
enum { PIPE_BYTES = 1 << 20, LOOK_UP_MS = 100, CHUNK = 64 * 1024, PATIENCE_MS = 1000 };

/* ---- birth ---------------------------------------------------------------------------------------------- */

static size_t name_len(const char *variable)
{
    return strcspn(variable, "=") + 1;
}

/* The environment with `extra` in place of what has the same names. */
static char **mixed_environment(char *const extra[])
{
    size_t n = 0, m = 0;
    while (environ[n] != NULL) {
        n++;
    }
    while (extra[m] != NULL) {
        m++;
    }
    char **out = calloc(n + m + 1, sizeof *out);
    if (out == NULL) {
        return NULL;
    }
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        bool replaced = false;
        for (size_t j = 0; j < m; j++) {
            replaced |= strncmp(environ[i], extra[j], name_len(extra[j])) == 0;
        }
        if (!replaced) {
            out[k++] = environ[i];
        }
    }
    memcpy(out + k, extra, m * sizeof *out);
    return out;
}

static int spawn(program *p, char *const argv[], char *const extra[], int stdin_fd, int stdout_fd,
                 int stderr_fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    char **environment = mixed_environment(extra);
    if (environment == NULL) {
        return ENOMEM;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, stdin_fd, 0);
    posix_spawn_file_actions_adddup2(&actions, stdout_fd, 1);
    posix_spawn_file_actions_adddup2(&actions, stderr_fd, 2);
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const int failed = posix_spawn(&p->pid, argv[0], &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    p->pid = failed != 0 ? 0 : p->pid;
    return failed;
}

static void shut(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

/* A pipe whose ends are no lower than 3, so that none is overwritten on its way to become a standard stream. */
static bool make_pipe(int ends[2])
{
    int low[2];
    ends[0] = ends[1] = -1;
    if (pipe2(low, O_CLOEXEC) != 0) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        close(low[i]);
    }
    (void)fcntl(ends[0], F_SETPIPE_SZ,
                PIPE_BYTES); /* pictures in one go; a smaller pipe works, too */
    return ends[0] >= 0 && ends[1] >= 0;
}

int program_start(program *p, const chore_policy_host_table *host, char *const argv[],
                  char *const extra[])
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    *p = (program){.host = host, .who = "the program", .to = -1, .from = -1, .prints = -1};
    int failed = make_pipe(in) && make_pipe(out) && make_pipe(err) ? 0 : errno;
    if (failed == 0) {
        failed = spawn(p, argv, extra, in[0], out[1], err[1]);
    }
    shut(&in[0]);
    shut(&out[1]);
    shut(&err[1]);
    if (failed != 0) {
        shut(&in[1]);
        shut(&out[0]);
        shut(&err[0]);
        return failed;
    }
    p->to = in[1];
    p->from = out[0];
    p->prints = err[0];
    fcntl(p->to, F_SETFL, O_NONBLOCK);
    fcntl(p->from, F_SETFL, O_NONBLOCK);
    fcntl(p->prints, F_SETFL, O_NONBLOCK);
    return 0;
}

int program_connect(program *p, const chore_policy_host_table *host, int fd, const char *who)
{
    *p = (program){.host = host, .who = who, .prints = -1};
    p->to = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    p->from = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (p->to >= 0 && p->from >= 0) {
        return 0;
    }
    const int failed = errno;
    shut(&p->to);
    shut(&p->from);
    return failed;
}

/* ---- what it prints ------------------------------------------------------------------------------------- */

static void keep_words(program *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n' && p->line_len > 0) {
            memcpy(p->last, p->line, p->line_len);
            p->last[p->line_len] = '\0';
        }
        if (bytes[i] == '\n') {
            p->line_len = 0;
        } else if (p->line_len < PROGRAM_WORDS - 1) {
            p->line[p->line_len++] = bytes[i];
        }
    }
}

/* On to our own stderr, which the harness keeps; what read says. */
static ssize_t pass_some(program *p)
{
    char bytes[4096];
    const ssize_t n = read(p->prints, bytes, sizeof bytes);
    if (n > 0) {
        keep_words(p, bytes, (size_t)n);
        for (ssize_t done = 0, m; done < n; done += m) {
            m = write(STDERR_FILENO, bytes + done, (size_t)(n - done));
            if (m < 0) {
                break; /* nobody listens */
            }
        }
    }
    return n;
}

/* False when there is no more. */
static bool pass_on(program *p)
{
    const ssize_t n = pass_some(p);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* What was printed before an answer belongs to it: on with it before the answer goes on. */
static void pass_all(program *p)
{
    for (int i = 0; i < 64 && p->prints >= 0 && pass_some(p) > 0; i++) {}
}

/* ---- its end -------------------------------------------------------------------------------------------- */

static bool wait_for_end(program *p, int patience_ms, int *status)
{
    const struct timespec nap = {.tv_nsec = 1000000};
    pid_t got;
    while ((got = waitpid(p->pid, status, WNOHANG)) == 0 && patience_ms-- > 0) {
        nanosleep(&nap, NULL);
    }
    return got == p->pid;
}

/* It has closed its output, or does not read: so how did it end, and what did it say last? */
static void note_end(program *p)
{
    int status = 0;
    char how[64] = "closed the connection";
    if (p->pid > 0) {
        strcpy(how, "closed its output");
    }
    if (p->pid > 0 && wait_for_end(p, 200, &status)) {
        p->pid = 0;
        if (WIFEXITED(status)) {
            snprintf(how, sizeof how, "ended with exit code %d", WEXITSTATUS(status));
        } else {
            snprintf(how, sizeof how, "was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
        }
    }
    for (int i = 0; i < 64 && pass_on(p); i++) {}
    keep_words(p, "\n", 1);
    snprintf(p->end, sizeof p->end, "%s %s%s%s%s", p->who, how,
             p->last[0] ? "; its last words: \"" : "", p->last, p->last[0] ? "\"" : "");
    shut(&p->to);
    shut(&p->from);
}

void program_stop(program *p)
{
    static const unsigned char quit[CHORE_FRAME_HEAD] = {0, 0, 0, 0, CHORE_FRAME_QUIT};
    int status;
    if (p->to >= 0) {
        (void)!write(p->to, quit, sizeof quit); /* SIGPIPE is held back by whoever calls */
    }
    shut(&p->to);
    if (p->pid > 0 && !wait_for_end(p, PATIENCE_MS, &status)) {
        (void)kill(p->pid, SIGKILL); /* where that is forbidden, the harness ends the whole group */
        (void)wait_for_end(p, PATIENCE_MS / 10, &status);
    }
    if (p->prints >= 0) {
        for (int i = 0; i < 64 && pass_on(p); i++) {}
    }
    shut(&p->from);
    shut(&p->prints);
    free(p->data);
    p->data = NULL;
    p->pid = 0;
}

/* ---- talking -------------------------------------------------------------------------------------------- */

static bool gone(program *p)
{
    note_end(p);
    return false;
}

/* Wait until it reads or writes, and let it print meanwhile. False when the harness wants no more of it. */
static bool wait_for(program *p, bool to_write)
{
    struct pollfd fds[3] = {{.fd = to_write ? -1 : p->from, .events = POLLIN},
                            {.fd = p->prints, .events = POLLIN},
                            {.fd = to_write ? p->to : -1, .events = POLLOUT}};
    while (poll(fds, 3, LOOK_UP_MS) <= 0) {
        if (p->host->cancelled(p->host->ctx)) {
            snprintf(p->end, sizeof p->end, "%s was given no more time", p->who);
            return false;
        }
    }
    if (fds[1].revents != 0 && !pass_on(p)) {
        shut(&p->prints);
    }
    return true;
}

static bool send_all(program *p, const unsigned char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(p->to, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            if (!wait_for(p, true)) {
                return false;
            }
        } else if (n >= 0 || errno != EINTR) {
            return gone(p);
        }
    }
    return true;
}

/* More bytes behind those that are there. */
static bool read_some(program *p)
{
    if (p->cap - p->len < CHUNK) {
        unsigned char *more = realloc(p->data, 2 * p->cap + CHUNK);
        if (more == NULL) {
            return false;
        }
        p->data = more;
        p->cap = 2 * p->cap + CHUNK;
    }
    for (;;) {
        if (!wait_for(p, false)) {
            return false;
        }
        const ssize_t n = read(p->from, p->data + p->len, p->cap - p->len);
        if (n > 0) {
            p->len += (size_t)n;
            return true;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            return gone(p);
        }
    }
}

static void say_no_frame(const program *p, char *why, size_t cap)
{
    if (p->pid > 0) {
        snprintf(
            why, cap,
            "what the program wrote to its stdout is no frame: \"%.16s\" (print to stderr instead)",
            (const char *)p->data);
    } else {
        snprintf(why, cap, "what %s sends is no frame: \"%.*s\"", p->who,
                 (int)(p->len < 16 ? p->len : 16), (const char *)p->data);
    }
}

static char receive(program *p, const unsigned char **bytes, size_t *len, char *why, size_t cap)
{
    uint32_t size = 0;
    char letter = 0;
    while (p->len < CHORE_FRAME_HEAD || p->len < CHORE_FRAME_HEAD + (size_t)size) {
        if (!read_some(p)) {
            snprintf(why, cap, "%s", p->end[0] != '\0' ? p->end : "out of memory");
            return 0;
        }
        if (p->len >= CHORE_FRAME_HEAD && !chore_frame_head(p->data, &size, &letter)) {
            say_no_frame(p, why, cap);
            return 0;
        }
    }
    if (p->len > CHORE_FRAME_HEAD + (size_t)size) {
        snprintf(
            why, cap,
            "%s answers more than it was asked: after a frame of %u bytes come %zu more", p->who,
            size, p->len - CHORE_FRAME_HEAD - size);
        return 0;
    }
    pass_all(p);
    *bytes = p->data + CHORE_FRAME_HEAD;
    *len = size;
    return letter;
}

char program_ask(program *p, const chore_frame *frame, const unsigned char **bytes, size_t *len,
                 char *why, size_t cap)
{
    p->len = 0;
    if (p->end[0] != '\0' || !send_all(p, frame->data, frame->len)) {
        snprintf(why, cap, "%s", p->end);
        return 0;
    }
    return receive(p, bytes, len, why, cap);
}
