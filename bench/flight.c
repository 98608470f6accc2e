#include <chore/flight.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/clock.h>
#include <chore/rng.h>

#include "rollout_internal.h"

typedef struct seat {
    bool taken;
    chorei_rollout rollout;
} seat;

struct chore_flight {
    chore_flight_def def;
    seat seats[CHORE_RIG_SLOTS];
    int n_taken;
    /* of one call, by position */
    uint32_t slot[CHORE_RIG_SLOTS], flags[CHORE_RIG_SLOTS], delay[CHORE_RIG_SLOTS],
        valid[CHORE_RIG_SLOTS];
    int32_t status[CHORE_RIG_SLOTS];
    uint32_t report[CHORE_RIG_SLOTS];
    char about[CHORE_RIG_SLOTS][CHORE_POLICY_ABOUT_CAP];
    size_t dim;
    float *rows, *committed; /* [n_slots][horizon][dim]; [n_slots][latency.steps][dim] */
};

chore_flight *chore_flight_create(const chore_flight_def *def)
{
    chore_flight *f = calloc(1, sizeof *f);
    CHORE_ASSERT(f && def->n_slots >= 1 && def->n_slots <= CHORE_RIG_SLOTS);
    f->def = *def;
    f->dim = chore_rig_action_dim(def->rig);
    const size_t slots = (size_t)def->n_slots, row = f->dim;
    f->rows = calloc(slots * def->request->horizon * row + 1, sizeof *f->rows);
    f->committed = calloc(slots * (size_t)def->latency.steps * row + 1, sizeof *f->committed);
    CHORE_ASSERT(f->rows && f->committed);
    return f;
}

static void vacate(chore_flight *f, int slot)
{
    chorei_rollout_drop(&f->seats[slot].rollout);
    f->seats[slot].taken = false;
    f->n_taken--;
}

void chore_flight_destroy(chore_flight *f)
{
    if (f) {
        for (int i = 0; i < f->def.n_slots; i++) {
            if (f->seats[i].taken) {
                vacate(f, i);
            }
        }
        free(f->rows);
        free(f->committed);
        free(f);
    }
}

bool chore_flight_is_free(const chore_flight *f, int slot)
{
    return !f->seats[slot].taken;
}

bool chore_flight_has_ended(const chore_flight *f, int slot)
{
    return f->seats[slot].taken && chore_episode_ended(f->seats[slot].rollout.episode);
}

static bool is_running(const chore_flight *f, int slot)
{
    return f->seats[slot].taken && !chore_episode_ended(f->seats[slot].rollout.episode);
}

static int64_t step_of(const chorei_rollout *r)
{
    return (int64_t)chore_world_control_steps(chore_episode_world(r->episode));
}

/* ---- the policy's failures ---------------------------------------------------------------------------------------- */

/* Called before and after each call of the policy: a watcher tells from it whose silence it hears. */
static void pass_the_word(const chore_flight *f)
{
    if (f->def.turn) {
        ++*f->def.turn;
    }
}

/* The policy failed: this episode's end, with its mates named, since it may have been their doing. */
static void fail_episode(chore_flight *f, int slot, const char *why)
{
    char reason[sizeof f->seats[slot].rollout.row->reason];
    const int mates = f->n_taken - 1;
    if (mates > 0) {
        char tail[48];
        snprintf(tail, sizeof tail, " (with %d other%s in its batch)", mates,
                 mates == 1 ? "" : "s");
        snprintf(reason, sizeof reason, "%.*s%s", (int)(sizeof reason - 1 - strlen(tail)), why,
                 tail);
    } else {
        chore_copy(reason, sizeof reason, why);
    }
    chore_episode_abort(f->seats[slot].rollout.episode, CHORE_OUTCOME_POLICY_ERROR, reason);
}

/* After a failure: where the policy's process has ended, so have all episodes that it served. */
static void fail_all_when_gone(chore_flight *f, const char *why)
{
    if (!chore_policy_gone(f->def.policy)) {
        return;
    }
    for (int i = 0; i < f->def.n_slots; i++) {
        if (is_running(f, i)) {
            fail_episode(f, i, why);
        }
    }
}

/* ---- begin ---------------------------------------------------------------------------------------------------------- */

static void reset_policy(chore_flight *f, int slot)
{
    const chorei_rollout *r = &f->seats[slot].rollout;
    chore_error inner = {0};
    /* The policy's own randomness: reproducible, but nothing from which the episode's start could be worked out. */
    chore_rng rng =
        chore_rng_stream(0, chore_task_hash(chore_rig_task(f->def.rig)), r->seed, "policy");
    const chore_policy_episode episode = {.struct_size = sizeof episode,
                                          .slot = (uint32_t)slot,
                                          .id = chore_rng_u64(&rng),
                                          .seed = chore_rng_u64(&rng),
                                          .instruction = chore_episode_instruction(r->episode)};
    pass_the_word(f);
    const chore_status status = chore_policy_reset(f->def.policy, 1, &episode, &inner);
    pass_the_word(f);
    if (status != CHORE_OK) {
        fail_episode(f, slot, inner.message);
        fail_all_when_gone(f, inner.message);
    }
}

chore_status chore_flight_begin(chore_flight *f, int slot, uint64_t seed, chore_variant variant,
                                const char *trace_path, chore_row *row, chore_error *err)
{
    seat *s = &f->seats[slot];
    CHORE_ASSERT(slot < f->def.n_slots && !s->taken);
    const uint64_t started = chore_now_ns();
    if (f->n_taken == 0) {
        chore_policy_host_timing_reset(f->def.policy);
    }
    s->taken = true;
    f->n_taken++;
    s->rollout = (chorei_rollout){.rig = f->def.rig,
                                  .slot = slot,
                                  .policy = chore_policy_host_info(f->def.policy)->name,
                                  .seed = seed,
                                  .variant = variant,
                                  .latency = f->def.latency,
                                  .watched = f->def.watched,
                                  .row = row};
    const chore_status status = chorei_rollout_begin(&s->rollout, f->def.request, trace_path, err);
    if (status != CHORE_OK) {
        vacate(f, slot);
        return status;
    }
    reset_policy(f, slot);
    s->rollout.worked_ns = chore_now_ns() - started;
    return CHORE_OK;
}

/* ---- a step --------------------------------------------------------------------------------------------------------- */

/* What the policy sees of the n slots of the call, with what will run while it thinks. */
static chore_policy_batch look(chore_flight *f, int n, bool act)
{
    chore_policy_batch seen = *chore_rig_look(f->def.rig, n, f->slot);
    const size_t share = (size_t)f->def.latency.steps * f->dim;
    int longest = 0;
    if (!act) {
        return seen;
    }
    for (int k = 0; k < n; k++) {
        const chorei_rollout *r = &f->seats[f->slot[k]].rollout;
        int told = 0;
        const float *committed = chore_pace_committed(r->pace, step_of(r), &told);
        memset(f->committed + k * share, 0, share * sizeof *f->committed);
        memcpy(f->committed + k * share, committed, (size_t)told * f->dim * sizeof *committed);
        f->delay[k] = (uint32_t)told;
        f->flags[k] = seen.flags[k] | (chore_pace_was_late(r->pace) ? CHORE_SLOT_LATE : 0);
        longest = told > longest ? told : longest;
    }
    seen.flags = f->flags;
    if (f->def.latency.steps > 0) {
        seen.delay_max = (uint32_t)f->def.latency.steps;
        seen.committed = f->committed;
        seen.delay = f->delay;
    }
    if (f->def.latency.kind == CHORE_LATENCY_LIVE) {
        const uint64_t hz = (uint64_t)chore_task_control_hz(chore_rig_task(f->def.rig));
        seen.deadline_ns = chore_now_ns() + (uint64_t)longest * 1000000000u / hz;
    }
    return seen;
}

/* Each slot's rows to its pace; who has none has failed. */
static chore_status distribute(chore_flight *f, int n, uint64_t wall_ns, const chore_error *why,
                               chore_error *err)
{
    const size_t share = f->def.request->horizon * f->dim;
    chore_status status = CHORE_OK;
    for (int k = 0; k < n; k++) {
        chorei_rollout *r = &f->seats[f->slot[k]].rollout;
        r->calls++;
        r->worked_ns += wall_ns / (uint64_t)n;
        if (f->status[k] < 0) {
            fail_episode(f, (int)f->slot[k], why->message);
        } else if (status == CHORE_OK) {
            memcpy(chore_pace_room(r->pace), f->rows + k * share,
                   (size_t)f->valid[k] * f->dim * sizeof *f->rows);
            status = chorei_rollout_answered(r, (int)f->valid[k], wall_ns, (chore_said)f->report[k],
                                             f->about[k], err);
        }
    }
    return status;
}

/* Ask for the n slots in f->slot. `err`: of the storage, or that nothing can be drawn. */
static chore_status ask(chore_flight *f, int n, chore_error *err)
{
    chore_error inner = {0};
    chore_policy_actions actions = {.struct_size = sizeof actions,
                                    .horizon = f->def.request->horizon,
                                    .dim = (uint32_t)f->dim,
                                    .data = f->rows,
                                    .valid = f->valid,
                                    .status = f->status,
                                    .report = f->report,
                                    .about = f->about[0]};
    for (int k = 0; k < n; k++) {
        f->status[k] = CHORE_POLICY_ERROR; /* should the call not even be made */
    }
    const chore_policy_batch seen = look(f, n, true);
    if (chore_rig_failure(f->def.rig, err) != CHORE_OK) {
        return err->status;
    }
    pass_the_word(f);
    const uint64_t asked = chore_now_ns();
    (void)chore_policy_act(f->def.policy, &seen, &actions, &inner);
    const uint64_t wall_ns = chore_now_ns() - asked;
    pass_the_word(f);
    const chore_status status = distribute(f, n, wall_ns, &inner, err);
    fail_all_when_gone(f, inner.message);
    return status;
}

static chore_status show(chore_flight *f, int n, chore_error *err)
{
    chore_error inner = {0};
    const chore_policy_batch seen = look(f, n, false);
    if (chore_rig_failure(f->def.rig, err) != CHORE_OK) {
        return err->status;
    }
    pass_the_word(f);
    const chore_status status = chore_policy_observe(f->def.policy, &seen, &inner);
    pass_the_word(f);
    for (int k = 0; k < n && status != CHORE_OK; k++) {
        fail_episode(f, (int)f->slot[k], inner.message);
    }
    fail_all_when_gone(f, inner.message);
    return CHORE_OK;
}

/* Call for all running slots that are due, or are not, in as many calls as the policy's limit makes. */
static chore_status call_for(chore_flight *f, bool due,
                             chore_status (*call)(chore_flight *, int, chore_error *),
                             chore_error *err)
{
    const int most = (int)f->def.request->max_batch;
    bool wanted[CHORE_RIG_SLOTS] = {
        false}; /* decided before the first call, since calls change it */
    chore_status status = CHORE_OK;
    int n = 0;
    for (int i = 0; i < f->def.n_slots; i++) {
        const chorei_rollout *r = &f->seats[i].rollout;
        wanted[i] = is_running(f, i) && chore_pace_due(r->pace, step_of(r)) == due;
    }
    for (int i = 0; i < f->def.n_slots && status == CHORE_OK; i++) {
        if (wanted[i] && is_running(f, i)) {
            f->slot[n++] = (uint32_t)i;
        }
        if (n == most) {
            status = call(f, n, err);
            n = 0;
        }
    }
    return n > 0 && status == CHORE_OK ? call(f, n, err) : status;
}

chore_status chore_flight_step(chore_flight *f, chore_error *err)
{
    if (f->def.stop && *f->def.stop) {
        return chore_fail(err, CHORE_E_INTERRUPTED, "stopped");
    }
    chore_status status = CHORE_OK;
    if (f->def.request->caps & CHORE_CAP_NEEDS_EVERY_OBS) {
        status = call_for(f, false, show, err);
    }
    if (status == CHORE_OK) {
        status = call_for(f, true, ask, err);
    }
    for (int i = 0; i < f->def.n_slots && status == CHORE_OK; i++) {
        if (is_running(f, i)) {
            chorei_rollout *r = &f->seats[i].rollout;
            const uint64_t from = chore_now_ns();
            status = chorei_rollout_step(r, err);
            r->worked_ns += chore_now_ns() - from;
        }
    }
    return status;
}

/* ---- end ------------------------------------------------------------------------------------------------------------ */

static void tell_outcome(const chore_flight *f, int slot)
{
    const chore_row *row = f->seats[slot].rollout.row;
    const chore_policy_event event = {.struct_size = sizeof event,
                                      .kind = CHORE_FEEDBACK_OUTCOME,
                                      .slot = (uint32_t)slot,
                                      .step = (uint64_t)row->steps,
                                      .value = row->progress,
                                      .text = row->reason,
                                      .success = row->success};
    if (row->outcome != CHORE_OUTCOME_POLICY_ERROR) {
        pass_the_word(f);
        (void)chore_policy_feedback(f->def.policy, 1, &event,
                                    NULL); /* the episode is over: nothing to spoil */
        pass_the_word(f);
    }
}

chore_status chore_flight_land(chore_flight *f, int slot, chore_error *err)
{
    CHORE_ASSERT(chore_flight_has_ended(f, slot));
    chorei_rollout *r = &f->seats[slot].rollout;
    const uint64_t from = chore_now_ns();
    const chore_status status = chorei_rollout_finish(r, err);
    tell_outcome(f, slot);
    const chore_policy_timing timing = chore_policy_host_timing(f->def.policy);
    r->row->policy_p50_ms = timing.p50_ms;
    r->row->policy_p99_ms = timing.p99_ms;
    r->row->wall_s = (double)(r->worked_ns + chore_now_ns() - from) * 1e-9;
    chore_utc_stamp(r->row->ended);
    vacate(f, slot);
    return status;
}

/* ---- a flight of one -------------------------------------------------------------------------------------------------- */

chore_status chore_rollout(const chore_rollout_def *def, chore_row *row, chore_error *err)
{
    const chore_flight_def alone = {.rig = def->rig,
                                    .policy = def->policy,
                                    .request = def->request,
                                    .latency = def->latency,
                                    .n_slots = 1,
                                    .stop = def->stop,
                                    .turn = def->turn};
    chore_flight *flight = chore_flight_create(&alone);
    chore_status status =
        chore_flight_begin(flight, 0, def->seed, def->variant, def->trace_path, row, err);
    while (status == CHORE_OK && !chore_flight_has_ended(flight, 0)) {
        status = chore_flight_step(flight, err);
    }
    if (status == CHORE_OK) {
        status = chore_flight_land(flight, 0, err);
    }
    chore_flight_destroy(flight);
    return status;
}
