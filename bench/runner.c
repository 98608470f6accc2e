#include <chore/runner.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chore/clock.h>
#include <chore/files.h>

#include "runner_internal.h"

static const double stop_now_s =
    2; /* from the second signal to the end of workers that do not listen */

static volatile sig_atomic_t interrupts, dump_wanted;
static void on_interrupt(int sig)
{
    (void)sig;
    interrupts++;
}
static void on_dump(int sig)
{
    (void)sig;
    dump_wanted = 1;
}

chore_run_def chore_run_def_default(void)
{
    return (chore_run_def){
        .jobs = 1, .batch = 1, .film = CHORE_FILM_AUTO, .hang_s = 60, .traces = true};
}

static void set_signal(int sig, void (*handler)(int), struct sigaction *before)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, before);
}

void chorei_stop_with(chorei_runner *r, chore_status status, const chore_error *why)
{
    if (r->status == CHORE_OK) {
        r->status = status;
        if (r->err && why) {
            *r->err = *why;
        }
    }
}

/* ---- workers ---------------------------------------------------------------------------------------------------------------- */

static void run_child(chorei_runner *r, int number, int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    set_signal(SIGINT, SIG_IGN, NULL);
    set_signal(SIGTERM, SIG_IGN,
               NULL); /* one sent to the whole group must not look like a policy's crash */
    for (int i = 0; i < r->def->jobs; i++) {
        if (i != number && r->slots[i].pid) {
            close(r->slots[i].fd);
        }
    }
    _exit(chorei_worker_main(r->def, fd, &r->pulse[number]));
}

static void start_worker(chorei_runner *r, int number)
{
    int pair[2];
    chore_error error = {0};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        chorei_stop_with(
            r,
            chore_fail(&error, CHORE_E_INTERNAL, "cannot make a socket pair: %s", strerror(errno)),
            &error);
        return;
    }
    r->pulse[number] = (chorei_pulse){0}; /* the worker before may have died within the policy, or within a driver */
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        run_child(r, number, pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        chorei_stop_with(
            r, chore_fail(&error, CHORE_E_INTERNAL, "cannot start a worker: %s", strerror(errno)),
            &error);
        return;
    }
    r->slots[number] = (chorei_slot){.pid = pid, .fd = pair[0], .turn_ns = chore_now_ns()};
}

/* ---- loop ------------------------------------------------------------------------------------------------------------------ */

static void read_worker(chorei_runner *r, int number)
{
    chorei_reply reply;
    ssize_t n = recv(r->slots[number].fd, &reply, sizeof reply, 0);
    if (n == (ssize_t)sizeof reply) {
        chorei_take_reply(r, &r->slots[number], &reply);
    } else if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
        chorei_bury(r, number, false);
    }
}

static void watch_pulse(chorei_runner *r, int number)
{
    chorei_slot *s = &r->slots[number];
    uint64_t now = chore_now_ns(), turn = r->pulse[number].turn;
    uint64_t drawing = r->pulse[number].drawing;
    double limit_s = turn % 2 ? r->def->hang_s : r->def->hang_s + CHOREI_STUCK_S;
    if (drawing != s->drawing || drawing % 2 == 0) {
        s->drawing = drawing;
        s->drawing_ns = now;
    }
    if (turn != s->turn) {
        s->turn = turn;
        s->turn_ns = now;
    } else if ((s->n_orders || !s->ready) && ((double)(now - s->turn_ns) * 1e-9 > limit_s ||
                                               (double)(now - s->drawing_ns) * 1e-9 > r->def->hang_s)) {
        kill(s->pid, SIGKILL);
        chorei_bury(r, number, true);
    }
}

static void show_running(chorei_runner *r)
{
    char names[64][CHORE_NAME_CAP * 2];
    const char *list[64];
    int n = 0;
    for (int i = 0; i < r->def->jobs; i++) {
        for (int k = 0; k < r->slots[i].n_orders && n < 64; k++) {
            chore_plan_episode_name(r->def->plan, r->slots[i].orders[k].index, names[n]);
            list[n] = names[n];
            n++;
        }
    }
    if (dump_wanted) {
        dump_wanted = 0;
        chore_progress_dump(r->progress, list, n);
    }
    chore_progress_tick(r->progress, list, n);
}

static void wait_for_workers(chorei_runner *r)
{
    struct pollfd fds[256];
    int who[256], n = 0;
    for (int i = 0; i < r->def->jobs; i++) {
        if (r->slots[i].pid) {
            fds[n] = (struct pollfd){.fd = r->slots[i].fd, .events = POLLIN};
            who[n++] = i;
        }
    }
    if (poll(fds, (nfds_t)n, 100) > 0) {
        for (int k = 0; k < n; k++) {
            if (fds[k].revents) {
                read_worker(r, who[k]);
            }
        }
    }
    for (int k = 0; k < n; k++) {
        if (r->slots[who[k]].pid) {
            watch_pulse(r, who[k]);
        }
    }
    show_running(r);
}

/* Wait for an idle worker, whose policy may not want to let go: its rows are safe. */
static void await_end(const chorei_runner *r, pid_t pid, uint64_t since)
{
    double limit_s = interrupts > 1 ? stop_now_s : r->def->hang_s;
    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if ((double)(chore_now_ns() - since) * 1e-9 > limit_s) {
            kill(pid, SIGKILL);
        }
        poll(NULL, 0, 5);
    }
}

static void end_workers(chorei_runner *r)
{
    for (int i = 0; i < r->def->jobs; i++) {
        if (r->slots[i].pid) {
            if (r->slots[i].n_orders || !r->slots[i].ready) {
                kill(r->slots[i].pid, SIGKILL);
            }
            close(r->slots[i].fd); /* an idle worker ends by itself */
        }
    }
    uint64_t since = chore_now_ns();
    for (int i = 0; i < r->def->jobs; i++) {
        if (r->slots[i].pid) {
            await_end(r, r->slots[i].pid, since);
        }
    }
    chore_shard_close(r->own);
}

static void loop(chorei_runner *r)
{
    int told = 0;
    uint64_t told_ns = 0;
    while (!chorei_queue_is_empty(r) || r->running) {
        int seen = interrupts;
        if (seen > told) {
            told = seen;
            told_ns = chore_now_ns();
            chore_progress_say(
                r->progress,
                seen == 1 ? "stopping: running episodes end first; Ctrl-C again stops them now"
                          : "stopping now");
            for (int i = 0; i < r->def->jobs && seen > 1; i++) {
                r->pulse[i].stop = 1;
            }
        }
        bool deaf = seen > 1 && (double)(chore_now_ns() - told_ns) * 1e-9 > stop_now_s;
        if (seen > 2 || deaf || ((seen || r->status != CHORE_OK) && !r->running)) {
            break;
        }
        for (int i = 0; i < r->def->jobs; i++) {
            if (!r->slots[i].pid && !chorei_queue_is_empty(r) && !seen && r->status == CHORE_OK) {
                start_worker(r, i);
            }
            if (r->slots[i].pid && !interrupts) {
                chorei_give_orders(r, i);
            }
        }
        wait_for_workers(r);
    }
}

static chore_status make_folders(const chore_run_def *def, chore_error *err)
{
    static const char *const folders[] = {"traces", "films"};
    for (int i = 0; i < 2; i++) {
        char path[CHORE_PATH_CAP];
        chore_status status = chore_path_join(path, def->dir, folders[i], err);
        if (status == CHORE_OK) {
            status = chore_dir_make(path, err);
        }
        if (status != CHORE_OK) {
            return status;
        }
    }
    return CHORE_OK;
}

chore_status chore_run(const chore_run_def *def, const chore_rows *rows, chore_error *err)
{
    chorei_runner r = {.def = def, .err = err};
    chore_status status = make_folders(def, err);
    if (status != CHORE_OK) {
        return status;
    }
    CHORE_ASSERT(def->jobs >= 1 && def->jobs <= 256 && def->batch >= 1 &&
                 def->batch <= CHORE_RIG_SLOTS);
    chorei_queue_make(&r, rows);
    r.slots = calloc((size_t)def->jobs, sizeof *r.slots);
    r.pulse = mmap(NULL, (size_t)def->jobs * sizeof *r.pulse, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHORE_ASSERT(r.slots && r.pulse != MAP_FAILED);
    struct sigaction before_int, before_term, before_usr1;
    interrupts = 0;
    set_signal(SIGINT, on_interrupt, &before_int);
    set_signal(SIGTERM, on_interrupt, &before_term);
    set_signal(SIGUSR1, on_dump, &before_usr1);
    r.progress =
        chore_progress_start(def->plan->n_episodes, def->plan->n_episodes - r.n_queue, def->quiet);
    loop(&r);
    end_workers(&r);
    chore_progress_end(r.progress);
    sigaction(SIGINT, &before_int, NULL);
    sigaction(SIGTERM, &before_term, NULL);
    sigaction(SIGUSR1, &before_usr1, NULL);
    munmap(r.pulse, (size_t)def->jobs * sizeof *r.pulse);
    free(r.slots);
    free(r.queue);
    free(r.attempts);
    if (r.status == CHORE_OK && interrupts) {
        return chore_fail(err, CHORE_E_INTERRUPTED, "interrupted");
    }
    return r.status;
}
