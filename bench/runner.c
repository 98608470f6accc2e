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
#include <chore/progress.h>

#include "worker_internal.h"

enum { MAX_ATTEMPTS = 2, MAX_AUTO_FILMS = 24, MAX_RESTARTS_WITHOUT_ROW = 3 };
static const double stop_now_s =
    2; /* from the second signal to the end of workers that do not listen */
static const double stuck_s =
    600; /* without a sign from a worker while not its policy but we have the word */

typedef struct slot {
    pid_t pid; /* 0: none */
    int fd;
    bool ready;
    chorei_order order;     /* in flight; index -1: idle */
    uint64_t turn, turn_ns; /* last pulse seen and when */
} slot;

typedef struct runner {
    const chore_run_def *def;
    slot *slots;
    chorei_pulse *pulse; /* [jobs] shared with the workers */
    int *queue;          /* episode indices still to do */
    int *attempts;       /* [n_episodes] made so far */
    int n_queue, next;
    int running, films, restarts;
    bool told_no_film;
    chore_shard *own; /* rows for workers that died; made when first needed */
    chore_progress *progress;
    chore_status status; /* not OK: stop */
    chore_error *err;
} runner;

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
    return (chore_run_def){.jobs = 1, .film = CHORE_FILM_AUTO, .hang_s = 60, .traces = true};
}

static void set_signal(int sig, void (*handler)(int), struct sigaction *before)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, before);
}

static void stop_with(runner *r, chore_status status, const chore_error *why)
{
    if (r->status == CHORE_OK) {
        r->status = status;
        if (r->err && why) {
            *r->err = *why;
        }
    }
}

/* ---- workers ---------------------------------------------------------------------------------------------------------------- */

static void run_child(runner *r, int number, int fd)
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

static void start_worker(runner *r, int number)
{
    int pair[2];
    chore_error error = {0};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        stop_with(
            r,
            chore_fail(&error, CHORE_E_INTERNAL, "cannot make a socket pair: %s", strerror(errno)),
            &error);
        return;
    }
    r->pulse[number].turn = 0; /* the worker before may have died within the policy */
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        run_child(r, number, pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        stop_with(
            r, chore_fail(&error, CHORE_E_INTERNAL, "cannot start a worker: %s", strerror(errno)),
            &error);
        return;
    }
    r->slots[number] =
        (slot){.pid = pid, .fd = pair[0], .order = {.index = -1}, .turn_ns = chore_now_ns()};
}

static int film_wish(runner *r, int index)
{
    const chore_planned *e = &r->def->plan->episodes[index];
    switch (r->def->film) {
    case CHORE_FILM_ALL: return CHOREI_FILM_ALWAYS;
    case CHORE_FILM_FAILURES: return CHOREI_FILM_IF_FAILED;
    case CHORE_FILM_AUTO:
        if (r->films >= MAX_AUTO_FILMS) {
            return 0;
        }
        return e->seed == r->def->plan->episodes[0].seed ? CHOREI_FILM_ALWAYS
                                                         : CHOREI_FILM_IF_FAILED;
    default: return 0;
    }
}

static void give_order(runner *r, slot *s, int number)
{
    if (!s->ready || s->order.index >= 0 || r->next == r->n_queue || interrupts ||
        r->status != CHORE_OK) {
        return;
    }
    int index = r->queue[r->next++];
    s->order = (chorei_order){
        .index = index, .attempt = r->attempts[index]++, .film = film_wish(r, index)};
    s->turn = r->pulse[number].turn;
    s->turn_ns = chore_now_ns();
    r->running++;
    (void)send(s->fd, &s->order, sizeof s->order,
               MSG_NOSIGNAL); /* a dead worker shows up as end of file */
}

static void requeue(runner *r, int index)
{
    r->queue[r->n_queue++] = index;
    chore_progress_repeat(r->progress);
}

/* An attempt is over: count it, or queue the episode again. */
static void settle(runner *r, int index, chore_outcome outcome, bool success)
{
    bool scored = outcome != CHORE_OUTCOME_SIM_ERROR && outcome != CHORE_OUTCOME_INFRA_ERROR;
    if (!scored && r->attempts[index] < MAX_ATTEMPTS) {
        requeue(r, index);
    } else {
        chore_progress_done(r->progress, scored, success);
    }
}

static void take_reply(runner *r, slot *s, const chorei_reply *reply)
{
    if (reply->index < 0) {
        s->ready = reply->status == CHORE_OK;
        if (!s->ready) {
            stop_with(r, reply->status, &reply->error);
        }
        return;
    }
    s->order.index = -1;
    r->running--;
    r->restarts = 0;
    if (reply->status == CHORE_E_INTERRUPTED) {
        return;
    }
    if (reply->status != CHORE_OK) {
        stop_with(r, reply->status, &reply->error);
        return;
    }
    r->films += reply->filmed;
    if (!reply->filmed && reply->error.status == CHORE_E_RENDER && !r->told_no_film) {
        r->told_no_film = true;
        chore_progress_say(r->progress, "no film strips: %s", reply->error.message);
    }
    settle(r, reply->index, reply->outcome, reply->success);
}

/* Did the worker that died still write its row? Then the row counts. */
static bool row_was_written(const runner *r, const chorei_order *order, chore_row *out)
{
    chore_rows rows;
    bool found = false;
    if (chore_store_read(&rows, r->def->dir, r->def->plan->hash, NULL) == CHORE_OK) {
        for (int i = 0; i < rows.n && !found; i++) {
            found = rows.rows[i].index == order->index && rows.rows[i].attempt == order->attempt;
            *out = found ? rows.rows[i] : *out;
        }
        chore_rows_release(&rows);
    }
    return found;
}

static void describe_death(int wait_status, bool hung, bool in_policy, double hang_s, char *out,
                           size_t cap)
{
    if (hung && !in_policy) {
        snprintf(out, cap, "the worker stood still outside the policy for %.0f s and was stopped",
                 hang_s + stuck_s);
    } else if (hung) {
        snprintf(out, cap, "the policy gave no answer for %.0f s and was stopped", hang_s);
    } else if (WIFSIGNALED(wait_status)) {
        snprintf(out, cap, "the policy's process was ended by signal %d (%s)",
                 WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
    } else {
        snprintf(out, cap, "the policy's process ended with exit code %d",
                 WEXITSTATUS(wait_status));
    }
}

/* A worker ended with its episode in flight: the row comes by the runner's own hand. */
static void write_death_row(runner *r, const chorei_order *order, chore_outcome outcome,
                            const char *reason)
{
    const chore_planned *e = &r->def->plan->episodes[order->index];
    const chore_plan_task *t = &r->def->plan->tasks[e->task];
    chore_error error = {0};
    chore_row row;
    memset(&row, 0, sizeof row);
    if (row_was_written(r, order, &row)) {
        settle(r, order->index, row.outcome, row.success);
        return;
    }
    row.index = order->index;
    row.attempt = order->attempt;
    chore_copy(row.task, sizeof row.task, t->name);
    chore_copy(row.policy, sizeof row.policy, r->def->plan->policy);
    chore_copy(row.boundary, sizeof row.boundary,
               chore_policy_profile_name(r->def->plan->profile));
    row.task_version = t->version;
    row.task_hash = t->hash;
    row.variant = e->variant;
    row.seed = e->seed;
    chore_latency_text(r->def->plan->latencies[e->latency], row.latency);
    row.outcome = outcome;
    row.first_success_s = -1;
    chore_copy(row.reason, sizeof row.reason, reason);
    chore_utc_stamp(row.started);
    chore_utc_stamp(row.ended);
    chore_status status =
        r->own ? CHORE_OK : chore_shard_create(&r->own, r->def->dir, r->def->plan->hash, &error);
    if (status == CHORE_OK) {
        status = chore_shard_append(r->own, &row, &error);
    }
    if (status != CHORE_OK) {
        stop_with(r, status, &error);
        return;
    }
    settle(r, order->index, row.outcome, false);
}

static void bury(runner *r, int number, bool hung)
{
    slot *s = &r->slots[number];
    int wait_status = 0;
    char reason[256];
    while (waitpid(s->pid, &wait_status, 0) < 0 && errno == EINTR) {}
    close(s->fd);
    slot dead = *s;
    *s = (slot){.order = {.index = -1}};
    bool in_policy = r->pulse[number].turn % 2;
    describe_death(wait_status, hung, in_policy, r->def->hang_s, reason, sizeof reason);
    if (dead.order.index >= 0) {
        /* a crash is the policy's wherever it shows: it shares the process, and may have harmed it before */
        chore_outcome outcome =
            hung && !in_policy ? CHORE_OUTCOME_INFRA_ERROR : CHORE_OUTCOME_POLICY_ERROR;
        r->running--;
        write_death_row(r, &dead.order, outcome, reason);
    } else if (!dead.ready && r->status == CHORE_OK) {
        chore_error error = {0};
        if (++r->restarts >= MAX_RESTARTS_WITHOUT_ROW || !r->own) {
            stop_with(r,
                      chore_fail(&error, CHORE_E_POLICY_LOAD, "while policy '%s' was loaded, %s",
                                 r->def->plan->policy, reason),
                      &error);
        }
    }
}

/* ---- loop ------------------------------------------------------------------------------------------------------------------ */

static void read_worker(runner *r, int number)
{
    chorei_reply reply;
    ssize_t n = recv(r->slots[number].fd, &reply, sizeof reply, 0);
    if (n == (ssize_t)sizeof reply) {
        take_reply(r, &r->slots[number], &reply);
    } else if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
        bury(r, number, false);
    }
}

static void watch_pulse(runner *r, int number)
{
    slot *s = &r->slots[number];
    uint64_t now = chore_now_ns(), turn = r->pulse[number].turn;
    double limit_s = turn % 2 ? r->def->hang_s : r->def->hang_s + stuck_s;
    if (turn != s->turn) {
        s->turn = turn;
        s->turn_ns = now;
    } else if ((s->order.index >= 0 || !s->ready) && (double)(now - s->turn_ns) * 1e-9 > limit_s) {
        kill(s->pid, SIGKILL);
        bury(r, number, true);
    }
}

static void show_running(runner *r)
{
    char names[64][CHORE_NAME_CAP * 2];
    const char *list[64];
    int n = 0;
    for (int i = 0; i < r->def->jobs && n < 64; i++) {
        if (r->slots[i].pid && r->slots[i].order.index >= 0) {
            chore_plan_episode_name(r->def->plan, r->slots[i].order.index, names[n]);
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

static void wait_for_workers(runner *r)
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
static void await_end(const runner *r, pid_t pid, uint64_t since)
{
    double limit_s = interrupts > 1 ? stop_now_s : r->def->hang_s;
    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if ((double)(chore_now_ns() - since) * 1e-9 > limit_s) {
            kill(pid, SIGKILL);
        }
        poll(NULL, 0, 5);
    }
}

static void end_workers(runner *r)
{
    for (int i = 0; i < r->def->jobs; i++) {
        if (r->slots[i].pid) {
            if (r->slots[i].order.index >= 0 || !r->slots[i].ready) {
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

static void loop(runner *r)
{
    int told = 0;
    uint64_t told_ns = 0;
    while (r->next < r->n_queue || r->running) {
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
            if (!r->slots[i].pid && r->next < r->n_queue && !seen && r->status == CHORE_OK) {
                start_worker(r, i);
            }
            if (r->slots[i].pid) {
                give_order(r, &r->slots[i], i);
            }
        }
        wait_for_workers(r);
    }
}

static void make_queue(runner *r, const chore_rows *rows)
{
    const chore_plan *plan = r->def->plan;
    bool *done = calloc((size_t)plan->n_episodes, sizeof *done);
    r->queue = calloc((size_t)plan->n_episodes * (MAX_ATTEMPTS + 1), sizeof *r->queue);
    r->attempts = calloc((size_t)plan->n_episodes, sizeof *r->attempts);
    CHORE_ASSERT(done && r->queue && r->attempts);
    for (int i = 0; rows && i < rows->n; i++) {
        const chore_row *row = &rows->rows[i];
        done[row->index] |=
            row->outcome != CHORE_OUTCOME_SIM_ERROR && row->outcome != CHORE_OUTCOME_INFRA_ERROR;
        r->attempts[row->index] = row->attempt + 1;
    }
    for (int i = 0; i < plan->n_episodes; i++) {
        if (!done[i]) {
            r->queue[r->n_queue++] = i;
        }
    }
    chore_rng rng = chore_rng_stream(r->def->shuffle, plan->hash, 0, "order");
    for (int i = r->n_queue - 1; r->def->shuffle && i > 0; i--) {
        int k = (int)chore_rng_below(&rng, (uint32_t)i + 1), swap = r->queue[i];
        r->queue[i] = r->queue[k];
        r->queue[k] = swap;
    }
    free(done);
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
    runner r = {.def = def, .err = err};
    chore_status status = make_folders(def, err);
    if (status != CHORE_OK) {
        return status;
    }
    CHORE_ASSERT(def->jobs >= 1 && def->jobs <= 256);
    make_queue(&r, rows);
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
