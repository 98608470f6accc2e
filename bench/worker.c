#include "worker_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/film.h>
#include <chore/provenance.h>
#include <chore/recorded.h>
#include <chore/rollout.h>

typedef struct worker {
    const chore_run_def *def;
    chorei_pulse *pulse;
    chore_shard *shard;
    chore_policy_host *policy;
    const chore_policy_request *request;
    chore_rig **rigs;        /* [n_tasks], made when first needed */
    int negotiated;          /* task whose offer the policy has answered; -1 */
    int latency;             /* and of which of the plan's latencies that offer was */
    chore_recorded recorded; /* what the replay policy plays */
    bool replays;
} worker;

/* The policy has the word, or gives it back. Only one that shares our process can hold up the worker itself: the others
   are timed by their host. */
static void pass_the_word(worker *w)
{
    w->pulse->turn += w->def->plan->profile == CHORE_POLICY_INPROC;
}

static bool send_reply(int fd, const chorei_reply *reply)
{
    ssize_t n;
    do {
        n = send(fd, reply, sizeof *reply, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *reply;
}

static chore_status worker_rig(worker *w, int task, chore_rig **out, chore_error *err)
{
    const chore_plan_task *t = &w->def->plan->tasks[task];
    if (!w->rigs[task]) {
        chore_status status = chore_rig_create(&w->rigs[task], t->path[0] ? t->path : t->name,
                                               w->def->plan->embodiment, w->def->cache_dir,
                                               w->def->plan->run_key, err);
        if (status != CHORE_OK) {
            return status;
        }
        if (!chore_hash_equal(chore_task_hash(chore_rig_task(w->rigs[task])), t->hash)) {
            return chore_fail_at(
                err, CHORE_E_FILE, chore_task_path(chore_rig_task(w->rigs[task])), 0, 0,
                "task '%s' is not the one that was planned: its file has changed", t->name);
        }
    }
    *out = w->rigs[task];
    return CHORE_OK;
}

static chore_status worker_negotiate(worker *w, const chore_planned *e, chore_error *err)
{
    chore_rig *rig = NULL;
    chore_status status = worker_rig(w, e->task, &rig, err);
    if (status == CHORE_OK &&
        (w->negotiated != e->task || w->latency != e->latency || chore_policy_gone(w->policy))) {
        w->negotiated = -1;
        w->latency = e->latency;
        chore_rig_set_latency(rig, w->def->plan->latencies[e->latency]);
        pass_the_word(w);
        status = chore_policy_negotiate(w->policy, chore_rig_offer(rig), &w->request, err);
        pass_the_word(w);
        if (status == CHORE_OK) {
            status = chore_rig_accept(rig, w->request, err);
        }
        w->negotiated = status == CHORE_OK ? e->task : -1;
    }
    return status;
}

static chore_status open_policy(worker *w, chore_error *err)
{
    const chore_plan *plan = w->def->plan;
    chore_policy_allow allow;
    chore_status status = chore_policy_allow_parse(plan->allow, &allow, err);
    const chore_policy_def def = {.policy = plan->policy_path[0] ? plan->policy_path : plan->policy,
                                  .config = plan->policy_config,
                                  .extension = chore_recorded_extension,
                                  .ctx = &w->recorded,
                                  .profile = plan->profile,
                                  .allow = &allow,
                                  .call_s = w->def->hang_s};
    if (status == CHORE_OK) {
        pass_the_word(w);
        status = chore_policy_open(&w->policy, &def, err);
        pass_the_word(w);
    }
    if (status == CHORE_OK) {
        status = worker_negotiate(w, &plan->episodes[0], err);
    }
    if (status == CHORE_E_POLICY) { /* it came to an end before the first episode */
        status = CHORE_E_POLICY_LOAD;
        err->status = status;
    }
    return status;
}

static chore_status worker_open(worker *w, chore_error *err)
{
    const chore_plan *plan = w->def->plan;
    chore_status status = CHORE_OK;
    w->replays = strcmp(plan->policy, "replay") == 0;
    if (w->replays) {
        status = chore_recorded_open(&w->recorded, plan->policy_config, err);
    }
    if (status == CHORE_OK) {
        status = open_policy(w, err);
    }
    if (status == CHORE_OK) { /* before the first row, whoever makes it: each worker writes the same */
        char path[CHORE_PATH_CAP];
        chore_rig *rig = w->rigs[plan->episodes[0].task];
        char *json = chore_policy_json(chore_policy_host_info(w->policy), w->request,
                                       plan->policy_config, chore_rig_privileged(rig),
                                       chore_policy_host_boundary(w->policy), plan->allow);
        status = chore_path_join(path, w->def->dir, "policy.json", err);
        if (status == CHORE_OK) {
            status = chore_file_write(path, json, strlen(json), err);
        }
        free(json);
    }
    if (status == CHORE_OK) {
        status = chore_shard_create(&w->shard, w->def->dir, plan->hash, err);
    }
    return status;
}

/* A row for an attempt that came to no end of its own. */
static void bare_row(worker *w, int task, chore_outcome outcome, const chore_error *why,
                     chore_row *row)
{
    const chore_plan_task *t = &w->def->plan->tasks[task];
    row->outcome = outcome;
    row->success = false;
    chore_copy(row->task, sizeof row->task, t->name);
    row->task_version = t->version;
    row->task_hash = t->hash;
    chore_copy(row->reason, sizeof row->reason, why->message);
    chore_copy(row->policy, sizeof row->policy, chore_policy_host_info(w->policy)->name);
}

/* What of the boundary was in force stands in policy.json; the row says where it falls short. */
static void describe_boundary(const worker *w, chore_row *row)
{
    const chore_policy_boundary *boundary = chore_policy_host_boundary(w->policy);
    snprintf(row->boundary, sizeof row->boundary, "%s%s%.160s",
             chore_policy_profile_name(boundary->profile), boundary->missing[0] ? " without " : "",
             boundary->missing);
}

static void draw_film(worker *w, const char *name, chore_row *row, int wish, chorei_reply *reply)
{
    bool wanted = (wish & CHOREI_FILM_ALWAYS) || ((wish & CHOREI_FILM_IF_FAILED) && !row->success);
    if (!wanted || !row->trace[0]) {
        return;
    }
    char path[CHORE_PATH_CAP];
    snprintf(row->film, sizeof row->film, "films/%s.png", name);
    chore_status status = chore_path_join(path, w->def->dir, row->film, &reply->error);
    if (status == CHORE_OK) {
        status = chore_film_episode(w->def->dir, w->def->plan, row, path, &reply->error);
    }
    reply->filmed = status == CHORE_OK;
    if (status != CHORE_OK) {
        row->film[0] = 0; /* a run without any GL works too; the runner says so once */
    }
}

static chore_status roll(worker *w, const chorei_order *order, const char *name, chore_row *row,
                         chore_error *err)
{
    const chore_planned *planned = &w->def->plan->episodes[order->index];
    char relative[CHORE_NAME_CAP * 3], path[CHORE_PATH_CAP];
    char again[24] = ""; /* each attempt keeps its trace: the row of each names it */
    if (order->attempt) {
        snprintf(again, sizeof again, "-again%d", order->attempt);
    }
    snprintf(relative, sizeof relative, "traces/%s%s.trace", name, again);
    chore_status status = worker_negotiate(w, planned, err);
    if (status == CHORE_OK) {
        status = chore_path_join(path, w->def->dir, relative, err);
    }
    if (status == CHORE_OK && w->replays) {
        status = chore_recorded_select(&w->recorded, name, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    const chore_rollout_def rollout = {.rig = w->rigs[planned->task],
                                       .policy = w->policy,
                                       .request = w->request,
                                       .seed = planned->seed,
                                       .variant = planned->variant,
                                       .latency = w->def->plan->latencies[planned->latency],
                                       .trace_path = w->def->traces ? path : NULL,
                                       .stop = &w->pulse->stop,
                                       .turn = w->def->plan->profile == CHORE_POLICY_INPROC
                                                   ? &w->pulse->turn
                                                   : NULL};
    status = chore_rollout(&rollout, row, err);
    chore_copy(row->trace, sizeof row->trace, status == CHORE_OK && w->def->traces ? relative : "");
    return status;
}

static void serve(worker *w, const chorei_order *order, chorei_reply *reply)
{
    const chore_planned *planned = &w->def->plan->episodes[order->index];
    char name[CHORE_NAME_CAP * 2];
    chore_row row = {0};
    chore_error err = {0};
    chore_plan_episode_name(w->def->plan, order->index, name);
    chore_status status = roll(w, order, name, &row, &err);
    row.index = order->index;
    row.attempt = order->attempt;
    row.seed = planned->seed;
    row.variant = planned->variant;
    chore_latency_text(w->def->plan->latencies[planned->latency], row.latency);
    if (status != CHORE_OK && status != CHORE_E_IO && status != CHORE_E_INTERRUPTED &&
        status != CHORE_E_POLICY_LOAD && status != CHORE_E_FILE) {
        /* a policy whose process does not come back loses this episode, too; the next one tries again */
        bare_row(w, planned->task,
                 status == CHORE_E_POLICY ? CHORE_OUTCOME_POLICY_ERROR : CHORE_OUTCOME_INFRA_ERROR,
                 &err, &row);
        status = CHORE_OK;
    }
    describe_boundary(w, &row);
    chorei_policy_log(w->def->dir, name, w->policy);
    if (status == CHORE_OK) {
        draw_film(w, name, &row, order->film, reply);
        status = chore_shard_append(w->shard, &row, &err);
    }
    reply->index = order->index;
    reply->status = status;
    reply->outcome = row.outcome;
    reply->success = row.success;
    if (status != CHORE_OK) {
        reply->error = err;
    }
}

static void worker_close(worker *w)
{
    chore_policy_unload(w->policy);
    chore_recorded_close(&w->recorded);
    for (int i = 0; i < w->def->plan->n_tasks; i++) {
        chore_rig_destroy(w->rigs[i]);
    }
    free(w->rigs);
    chore_shard_close(w->shard);
}

int chorei_worker_main(const chore_run_def *def, int fd, chorei_pulse *pulse)
{
    worker w = {.def = def, .pulse = pulse, .negotiated = -1};
    w.rigs = calloc((size_t)def->plan->n_tasks, sizeof(chore_rig *));
    CHORE_ASSERT(w.rigs);
    chorei_reply reply;
    memset(&reply, 0, sizeof reply);
    reply.index = -1;
    reply.status = worker_open(&w, &reply.error);
    bool going = send_reply(fd, &reply) && reply.status == CHORE_OK;
    while (going) {
        chorei_order order;
        ssize_t n = recv(fd, &order, sizeof order, 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n != (ssize_t)sizeof order || order.index < 0) {
            break;
        }
        memset(&reply, 0, sizeof reply);
        serve(&w, &order, &reply);
        going = send_reply(fd, &reply);
    }
    worker_close(&w);
    return 0;
}
