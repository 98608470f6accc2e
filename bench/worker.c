#include "plan_names_internal.h"
#include "same_again_internal.h"
#include "worker_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chore/conventions.h>
#include <chore/files.h>
#include <chore/film.h>
#include <chore/flight.h>
#include <chore/provenance.h>
#include <chore/recorded.h>

/* An episode under way. */
typedef struct seat {
    bool taken;
    chorei_order order;
    char trace[CHORE_NAME_CAP * 3]; /* relative to the run folder */
    chore_row row;
} seat;

typedef struct worker {
    const chore_run_def *def;
    int fd;
    chorei_pulse *pulse;
    chore_shard *shard;
    chore_policy_host *policy;
    const chore_policy_request *request;
    chore_rig **rigs;        /* [n_tasks], made when first needed */
    chore_convention *convention;   /* of the plan; NULL: none */
    int negotiated;          /* task whose offer the policy has answered; -1 */
    int latency;             /* and of which of the plan's latencies that offer was */
    chore_recorded recorded; /* what the replay policy plays */
    bool replays;
    chore_flight *flight; /* of what was negotiated; NULL: none yet */
    int n_seats, n_taken;
    seat seats[CHORE_RIG_SLOTS];
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
        chore_status status = chore_rig_create_at(&w->rigs[task], w->def->plan->control_hz,
                                                  t->path[0] ? t->path : t->name,
                                                  w->def->plan->embodiment, w->def->cache_dir,
                                                  w->def->plan->run_key, err);
        if (status != CHORE_OK) {
            return status;
        }
        status = chore_rig_set_slots(w->rigs[task], w->def->batch, err);
        if (status != CHORE_OK) {
            return status;
        }
        chore_rig_set_track(w->rigs[task], w->def->plan->track);
        chore_rig_set_appearance(w->rigs[task], w->def->plan->appearance);
        chore_rig_mark_drawing(w->rigs[task], &w->pulse->drawing);
        if (!chore_hash_equal(chore_task_hash(chore_rig_task(w->rigs[task])), t->hash)) {
            return chore_fail_at(
                err, CHORE_E_FILE, chore_task_path(chore_rig_task(w->rigs[task])), 0, 0,
                "task '%s' is not the one that was planned: its file has changed", t->name);
        }
        if (w->convention) {
            status = chore_rig_set_convention(w->rigs[task], w->convention, err);
            if (status != CHORE_OK) {
                return status;
            }
        }
    }
    *out = w->rigs[task];
    return CHORE_OK;
}

/* Several at a time only with a policy that promises that it makes no difference. */
static chore_status check_batch(const worker *w, chore_error *err)
{
    const char *name = chore_policy_host_info(w->policy)->name;
    if (w->def->batch == 1) {
        return CHORE_OK;
    }
    if (w->request->max_batch == 1) {
        chore_fail(err, CHORE_E_POLICY_LOAD,
                   "policy \"%s\" serves one episode at a time: it asked for max_batch 1", name);
    } else if (!(w->request->caps & CHORE_CAP_BATCH_INVARIANT)) {
        chore_fail(
            err, CHORE_E_POLICY_LOAD,
            "policy \"%s\" does not promise that its answers are independent of what else is in the batch "
            "(CHORE_CAP_BATCH_INVARIANT)",
            name);
    } else {
        return CHORE_OK;
    }
    chore_error_hint(err, "run it with --batch 1, and -j for several at a time");
    return CHORE_E_POLICY_LOAD;
}

/* The flight's end; nobody is on board, or their traces are to go. */
static void ground(worker *w)
{
    chore_flight_destroy(w->flight);
    w->flight = NULL;
    w->negotiated = -1;
}

/* A policy that asks for the mode of a convention in a run without one: say which it was made for. */
static void hint_convention(chore_error *err)
{
    char **names, mode[CHORE_NAME_CAP + 32];
    int n;
    if (chore_convention_list(&names, &n, NULL) != CHORE_OK) {
        return;
    }
    for (int i = 0; i < n; i++) {
        snprintf(mode, sizeof mode, "mode \"%.63s\" is not offered", names[i]);
        if (strstr(err->message, mode)) {
            chore_error_hint(err, "it seems to be written for the convention '%s': --convention %s", names[i], names[i]);
        }
    }
    chore_dir_list_free(names, n);
}

static chore_status negotiate(worker *w, const chore_planned *e, chore_rig *rig, chore_error *err)
{
    const chore_latency latency = w->def->plan->latencies[e->latency];
    chore_rig_set_latency(rig, latency);
    pass_the_word(w);
    chore_status status = chore_policy_negotiate(w->policy, chore_rig_offer(rig), &w->request, err);
    pass_the_word(w);
    if (status == CHORE_E_POLICY_LOAD && !w->convention) {
        hint_convention(err);
    }
    if (status == CHORE_OK) {
        status = check_batch(w, err);
    }
    if (status == CHORE_OK) {
        status = chore_rig_accept(rig, w->request, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    w->negotiated = e->task;
    w->latency = e->latency;
    w->n_seats =
        (int)w->request->max_batch < w->def->batch ? (int)w->request->max_batch : w->def->batch;
    const chore_flight_def def = {
        .rig = rig,
        .policy = w->policy,
        .request = w->request,
        .latency = latency,
        .n_slots = w->n_seats,
        .watched = w->def->watched,
        .stop = &w->pulse->stop,
        .turn = w->def->plan->profile == CHORE_POLICY_INPROC ? &w->pulse->turn : NULL};
    w->flight = chore_flight_create(&def);
    return CHORE_OK;
}

/* Be ready for an episode like this one. Nobody of another kind is under way. */
static chore_status worker_negotiate(worker *w, const chore_planned *e, chore_error *err)
{
    chore_rig *rig = NULL;
    chore_status status = worker_rig(w, e->task, &rig, err);
    if (status == CHORE_OK &&
        (w->negotiated != e->task || w->latency != e->latency || chore_policy_gone(w->policy))) {
        ground(w);
        status = negotiate(w, e, rig, err);
    }
    return status;
}

/* The convention as it was planned. */
static chore_status open_convention(worker *w, chore_error *err)
{
    const chore_plan *plan = w->def->plan;
    if (!plan->convention[0]) {
        return CHORE_OK;
    }
    w->convention = calloc(1, sizeof *w->convention);
    CHORE_ASSERT(w->convention);
    chore_status status =
        chore_convention_load(w->convention, plan->convention_path[0] ? plan->convention_path : plan->convention, err);
    if (status == CHORE_OK && !chore_hash_equal(w->convention->hash, plan->convention_hash)) {
        status = chore_fail_at(err, CHORE_E_FILE, w->convention->path, 0, 0,
                               "convention '%s' is not the one that was planned: its file has changed", plan->convention);
    }
    return status;
}

static chore_status open_policy(worker *w, chore_error *err)
{
    const chore_plan *plan = w->def->plan;
    chore_policy_allow allow;
    chore_status status = chore_policy_allow_parse(plan->allow, &allow, err);
    if (status == CHORE_OK) {
        status = open_convention(w, err);
    }
    if (status == CHORE_OK) {
        status = chorei_same_script(plan, err);
    }
    const bool remote = plan->profile == CHORE_POLICY_REMOTE; /* there a plug-in of ours speaks for it */
    const chore_policy_def def = {.policy = remote ? "remote" : plan->policy_path[0] ? plan->policy_path : plan->policy,
                                  .address = remote ? plan->policy_path : NULL,
                                  .called = remote || chorei_is_python(plan->policy) ? plan->policy : NULL,
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
    if (status ==
        CHORE_OK) { /* before the first row, whoever makes it: each worker writes the same */
        char path[CHORE_PATH_CAP];
        chore_rig *rig = w->rigs[plan->episodes[0].task];
        const chore_translated translated = {.convention = w->convention,
                                             .rate_hz = chore_task_control_hz(chore_rig_task(rig)),
                                             .translation = chore_rig_translation(rig)};
        char *json = chore_policy_json(chore_policy_host_info(w->policy), w->request,
                                       plan->policy_config, chore_rig_privileged(rig),
                                       chore_policy_host_boundary(w->policy), plan->allow, &translated);
        status = chorei_same_policy(w->def->dir, json, err);
        if (status == CHORE_OK) {
            status = chore_path_join(path, w->def->dir, "policy.json", err);
        }
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
        w->pulse->filming = 1;
        status = chore_film_episode(w->def->dir, w->def->plan, row, path, &reply->error);
        w->pulse->filming = 0;
    }
    reply->filmed = status == CHORE_OK;
    if (status != CHORE_OK) {
        row->film[0] = 0; /* a run without any GL works too; the runner says so once */
    }
}

/* ---- one episode ---------------------------------------------------------------------------------------------------- */

static chore_status begin(worker *w, int slot, chore_error *err)
{
    seat *s = &w->seats[slot];
    const chore_planned *planned = &w->def->plan->episodes[s->order.index];
    char path[CHORE_PATH_CAP], name[CHORE_NAME_CAP * 2];
    char again[24] = ""; /* each attempt keeps its trace: the row of each names it */
    if (s->order.attempt) {
        snprintf(again, sizeof again, "-again%d", s->order.attempt);
    }
    chore_plan_episode_name(w->def->plan, s->order.index, name);
    snprintf(s->trace, sizeof s->trace, "traces/%s%s.trace", name, again);
    chore_status status = worker_negotiate(w, planned, err);
    if (status == CHORE_OK) {
        status = chore_path_join(path, w->def->dir, s->trace, err);
    }
    if (status == CHORE_OK && w->replays) {
        status = chore_recorded_select(&w->recorded, slot, name, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    return chore_flight_begin(w->flight, slot, planned->seed, planned->variant,
                              w->def->traces ? path : NULL, &s->row, err);
}

/* The episode is over, or could not be: its row, its film, the runner's word. The seat is free. */
static bool report(worker *w, int slot, chore_status status, chore_error *err)
{
    seat *s = &w->seats[slot];
    const chore_planned *planned = &w->def->plan->episodes[s->order.index];
    chore_row *row = &s->row;
    char name[CHORE_NAME_CAP * 2];
    chorei_reply reply;
    chore_plan_episode_name(w->def->plan, s->order.index, name);
    memset(&reply, 0, sizeof reply);
    row->index = s->order.index;
    row->attempt = s->order.attempt;
    row->seed = planned->seed;
    row->variant = planned->variant;
    row->track = w->def->plan->track;
    row->appearance = w->def->plan->appearance;
    chore_latency_text(w->def->plan->latencies[planned->latency], row->latency);
    chore_copy(row->trace, sizeof row->trace, status == CHORE_OK && w->def->traces ? s->trace : "");
    if (status != CHORE_OK && status != CHORE_E_IO && status != CHORE_E_INTERRUPTED &&
        status != CHORE_E_POLICY_LOAD && status != CHORE_E_FILE) {
        /* a policy whose process does not come back loses this episode, too; the next one tries again */
        bare_row(w, planned->task,
                 status == CHORE_E_POLICY ? CHORE_OUTCOME_POLICY_ERROR : CHORE_OUTCOME_INFRA_ERROR,
                 err, row);
        status = CHORE_OK;
    }
    describe_boundary(w, row);
    chorei_policy_log(w->def->dir, name, w->policy);
    if (status == CHORE_OK) {
        draw_film(w, name, row, s->order.film, &reply);
        status = chore_shard_append(w->shard, row, err);
    }
    reply.index = s->order.index;
    reply.status = status;
    reply.outcome = row->outcome;
    reply.success = row->success;
    if (status != CHORE_OK) {
        reply.error = *err;
    }
    s->taken = false;
    w->n_taken--;
    return send_reply(w->fd, &reply);
}

static bool take_order(worker *w, const chorei_order *order)
{
    int slot = 0;
    chore_error err = {0};
    while (w->seats[slot].taken) {
        slot++;
    }
    seat *s = &w->seats[slot];
    memset(s, 0, sizeof *s);
    s->taken = true;
    s->order = *order;
    w->n_taken++;
    const chore_status status = begin(w, slot, &err);
    return status == CHORE_OK || report(w, slot, status, &err);
}

/* Every episode that has ended. */
static bool land(worker *w)
{
    bool going = true;
    for (int i = 0; i < w->n_seats && going; i++) {
        if (w->seats[i].taken && chore_flight_has_ended(w->flight, i)) {
            chore_error err = {0};
            const chore_status status = chore_flight_land(w->flight, i, &err);
            going = report(w, i, status, &err);
        }
    }
    return going;
}

static bool step(worker *w)
{
    chore_error err = {0};
    const chore_status status = chore_flight_step(w->flight, &err);
    bool going = true;
    if (status == CHORE_OK) {
        return true;
    }
    for (int i = 0; i < w->n_seats && going; i++) {
        going = !w->seats[i].taken || report(w, i, status, &err);
    }
    ground(w);
    return going;
}

/* ---- the process ---------------------------------------------------------------------------------------------------- */

static void worker_close(worker *w)
{
    chore_flight_destroy(w->flight);
    chore_policy_unload(w->policy);
    chore_recorded_close(&w->recorded);
    for (int i = 0; i < w->def->plan->n_tasks; i++) {
        chore_rig_destroy(w->rigs[i]);
    }
    free(w->rigs);
    free(w->convention);
    chore_shard_close(w->shard);
    free(w);
}

/* What comes next: an order when there is room and one has come (or must come, with nobody on board), else a step. */
static bool go_on(worker *w)
{
    const bool doomed = w->n_taken > 0 &&
                        chore_policy_gone(w->policy); /* the others go first, then it starts anew */
    if (w->n_taken < w->n_seats && !doomed) {
        chorei_order order;
        ssize_t n;
        do {
            n = recv(w->fd, &order, sizeof order, w->n_taken ? MSG_DONTWAIT : 0);
        } while (n < 0 && errno == EINTR);
        if (n == (ssize_t)sizeof order && order.index >= 0) {
            return take_order(w, &order) && land(w);
        }
        if (w->n_taken == 0 || (n < 0 && errno != EAGAIN)) {
            return false;
        }
    }
    return step(w) && land(w);
}

int chorei_worker_main(const chore_run_def *def, int fd, chorei_pulse *pulse)
{
    worker *w = calloc(1, sizeof *w);
    CHORE_ASSERT(w);
    w->def = def;
    w->fd = fd;
    w->pulse = pulse;
    w->negotiated = -1;
    w->rigs = calloc((size_t)def->plan->n_tasks, sizeof(chore_rig *));
    CHORE_ASSERT(w->rigs);
    chorei_reply reply;
    memset(&reply, 0, sizeof reply);
    reply.index = -1;
    reply.status = worker_open(w, &reply.error);
    reply.seats = w->n_seats;
    bool going = send_reply(fd, &reply) && reply.status == CHORE_OK;
    while (going) {
        going = go_on(w);
    }
    worker_close(w);
    return 0;
}
