#include "runner_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chore/clock.h>

enum { MAX_RESTARTS_WITHOUT_ROW = 3 };

/* Did the worker that died still write its row? Then the row counts. */
static bool row_was_written(const chorei_runner *r, const chorei_order *order, chore_row *out)
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

/* In the middle of a picture: then it is the graphics driver that crashed or hangs, not the policy. */
static bool is_drawing(const chorei_pulse *pulse)
{
    return pulse->drawing % 2 || pulse->filming;
}

static void describe_death(int wait_status, bool hung, bool in_policy, bool drawing, double hang_s, char *out,
                           size_t cap)
{
    if (drawing && hung) {
        snprintf(out, cap, "the graphics driver drew nothing for %.0f s and was stopped", hang_s);
    } else if (drawing && WIFSIGNALED(wait_status)) {
        snprintf(out, cap, "the graphics driver crashed with signal %d (%s)", WTERMSIG(wait_status),
                 strsignal(WTERMSIG(wait_status)));
    } else if (drawing) {
        snprintf(out, cap, "the graphics driver ended its process with exit code %d", WEXITSTATUS(wait_status));
    } else if (hung && !in_policy) {
        snprintf(out, cap, "the worker stood still outside the policy for %.0f s and was stopped",
                 hang_s + CHOREI_STUCK_S);
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
static void write_death_row(chorei_runner *r, const chorei_order *order, chore_outcome outcome,
                            const char *reason)
{
    const chore_planned *e = &r->def->plan->episodes[order->index];
    const chore_plan_task *t = &r->def->plan->tasks[e->task];
    chore_error error = {0};
    chore_row row;
    memset(&row, 0, sizeof row);
    if (row_was_written(r, order, &row)) {
        chorei_settle(r, order->index, row.outcome, row.success);
        return;
    }
    row.index = order->index;
    row.attempt = order->attempt;
    chore_copy(row.task, sizeof row.task, t->name);
    chore_copy(row.policy, sizeof row.policy, r->def->plan->policy);
    chore_copy(row.boundary, sizeof row.boundary, chore_policy_profile_name(r->def->plan->profile));
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
        chorei_stop_with(r, status, &error);
        return;
    }
    chorei_settle(r, order->index, row.outcome, false);
}

/* Who dies with others may have died of them. */
static void name_mates(char *reason, size_t cap, int mates)
{
    const size_t len = strlen(reason);
    if (mates > 0) {
        snprintf(reason + len, cap - len, " (with %d other%s in its batch)", mates,
                 mates == 1 ? "" : "s");
    }
}

void chorei_bury(chorei_runner *r, int number, bool hung)
{
    chorei_slot *s = &r->slots[number];
    int wait_status = 0;
    char reason[256];
    while (waitpid(s->pid, &wait_status, 0) < 0 && errno == EINTR) {}
    close(s->fd);
    const chorei_slot dead = *s;
    *s = (chorei_slot){0};
    bool in_policy = r->pulse[number].turn % 2, drawing = is_drawing(&r->pulse[number]);
    describe_death(wait_status, hung, in_policy, drawing, r->def->hang_s, reason, sizeof reason);
    name_mates(reason, sizeof reason, dead.n_orders - 1);
    for (int i = 0; i < dead.n_orders; i++) {
        /* a crash is the policy's wherever it shows: it shares the process, and may have harmed it before */
        chore_outcome outcome =
            drawing || (hung && !in_policy) ? CHORE_OUTCOME_INFRA_ERROR : CHORE_OUTCOME_POLICY_ERROR;
        r->running--;
        write_death_row(r, &dead.orders[i], outcome, reason);
    }
    if (dead.n_orders == 0 && !dead.ready && r->status == CHORE_OK) {
        chore_error error = {0};
        if (drawing) {
            chorei_stop_with(r,
                             chore_fail(&error, CHORE_E_RENDER, "the policy's pictures cannot be drawn: %s", reason),
                             &error);
        } else if (++r->restarts >= MAX_RESTARTS_WITHOUT_ROW || !r->own) {
            chorei_stop_with(r,
                             chore_fail(&error, CHORE_E_POLICY_LOAD,
                                        "while policy '%s' was loaded, %s", r->def->plan->policy,
                                        reason),
                             &error);
        }
    }
}
