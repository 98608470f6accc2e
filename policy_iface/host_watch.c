/* A thread beside each policy process: it notices the end of the process, and catches what the policy prints, so that
   no full pipe holds it up and no flood of words costs more than the policy's own time. */
#include "host_child_internal.h"
#include <chore/log.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024, FLOOD_NAP_MS = 5 };

static void keep(chore_child_output *out, char c)
{
    if (out->len < CHILD_OUTPUT_CAP) {
        out->text[out->len++] = c;
    } else {
        out->dropped++;
    }
}

static void end_line(chore_host_child *child)
{
    static const chore_log_level levels[] = {CHORE_LOG_ERROR, CHORE_LOG_WARN, CHORE_LOG_INFO,
                                             CHORE_LOG_DEBUG};
    chore_child_output *out = &child->output;
    char clean[CHILD_LAST_CAP];
    out->line[out->line_len] = '\0';
    if (out->line_len >= 2 && out->line[0] == CHORE_LINE_LOG_MARK && out->line[1] >= '0' &&
        out->line[1] <= '3') {
        chore_host_clean_text(clean, sizeof clean, out->line + 2);
        chore_log(levels[out->line[1] - '0'], child->host->info.name, "%s", clean);
    } else if (out->line_len > 0) {
        chore_host_clean_text(out->last, sizeof out->last, out->line);
    }
    out->line_len = 0;
}

/* Under the lock. */
static void take_bytes(chore_host_child *child, const char *bytes, size_t n)
{
    chore_child_output *out = &child->output;
    for (size_t i = 0; i < n; i++) {
        const bool log = out->line_len > 0 ? out->line[0] == CHORE_LINE_LOG_MARK
                                           : bytes[i] == CHORE_LINE_LOG_MARK;
        if (!log) {
            keep(out, bytes[i]);
        }
        if (bytes[i] == '\n') {
            end_line(child);
        } else if (out->line_len < CHILD_LAST_CAP - 1) {
            out->line[out->line_len++] = bytes[i];
        }
    }
}

/* Number of bytes; below 0: none now, or never again (errno). Read under the lock, so that two threads keep their order. */
static ssize_t take_some(chore_host_child *child)
{
    char bytes[CHUNK];
    pthread_mutex_lock(&child->output_lock);
    const ssize_t n = read(child->output_fd, bytes, sizeof bytes);
    if (n > 0) {
        take_bytes(child, bytes, (size_t)n);
    }
    pthread_mutex_unlock(&child->output_lock);
    return n;
}

/* False when nothing more will come. */
static bool read_output(chore_host_child *child)
{
    const ssize_t n = take_some(child);
    if (n == CHUNK) { /* a flood: let it wait for us, not us for it */
        poll(NULL, 0, FLOOD_NAP_MS);
    }
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

static void *watch(void *arg)
{
    chore_host_child *child = arg;
    struct pollfd fds[2] = {{.fd = child->pidfd, .events = POLLIN}, {.fd = child->output_fd, .events = POLLIN}};
    while (!(fds[0].revents & POLLIN)) {
        if (poll(fds, 2, -1) > 0 && fds[1].revents != 0 && !read_output(child)) {
            fds[1].fd = -1;
        }
    }
    /* its last words; a descendant may still hold the pipe, so not for ever */
    for (int i = 0; i < 16 && fds[1].fd >= 0 && poll(&fds[1], 1, 0) > 0 && read_output(child); i++) {
    }
    pthread_mutex_lock(&child->output_lock);
    if (child->output.line_len > 0) {
        take_bytes(child, "\n", 1);
    }
    pthread_mutex_unlock(&child->output_lock);
    atomic_store(&child->gone, 1);
    chore_line_wake(&child->line->to_parent);
    return NULL;
}

chore_status chore_child_watch(chore_host_child *child, chore_error *err)
{
    const int failed = pthread_create(&child->watcher, NULL, watch, child);
    return failed == 0 ? CHORE_OK
                       : chore_fail(err, CHORE_E_INTERNAL, "cannot start the policy's watcher: %s",
                                    strerror(failed));
}

void chore_child_unwatch(chore_host_child *child)
{
    pthread_join(child->watcher, NULL);
}

size_t chore_policy_output(chore_policy_host *host, char *out, size_t cap)
{
    chore_host_child *child = host->child;
    if (child == NULL) {
        return 0;
    }
    /* what was printed before the last answer belongs to it, though the watcher may not have come to it yet */
    for (int i = 0; child->pid != 0 && i < CHILD_OUTPUT_CAP / CHUNK && take_some(child) == CHUNK; i++) {
    }
    pthread_mutex_lock(&child->output_lock);
    const size_t n = child->output.len < cap ? child->output.len : cap;
    memcpy(out, child->output.text, n);
    child->output.len = child->output.dropped = 0;
    pthread_mutex_unlock(&child->output_lock);
    return n;
}
