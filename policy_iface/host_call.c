/* Calls into an instance, in the promised order, and every answer checked. */
#include "host_internal.h"
#include <chore/clock.h>
#include <chore/log.h>
#include <chore/text.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers ------------------------------------------------------------------------------------------- */

static const char *status_name(int32_t status)
{
    switch (status) {
    case CHORE_POLICY_DISCARD: return "DISCARD";
    case CHORE_POLICY_ERROR: return "ERROR";
    case CHORE_POLICY_FATAL: return "FATAL";
    case CHORE_POLICY_UNSUPPORTED: return "UNSUPPORTED";
    case CHORE_POLICY_CANCELLED: return "CANCELLED";
    default: return "an unknown status";
    }
}

#define WORDS_CAP 384

static void read_last_error(chore_policy_host *host, char out[WORDS_CAP])
{
    fenv_t mine;
    chore_host_enter(&mine);
    const char *words = host->plugin.last_error(host->instance);
    chore_host_leave(&mine);
    chore_host_clean_text(out, WORDS_CAP, words);
    if (out[0] == '\0') {
        chore_copy(out, WORDS_CAP, "it gave no reason");
    }
}

/* A negative answer becomes `kind` with the plug-in's own words; a remark goes to the log. */
static chore_status judge(chore_policy_host *host, chore_status kind, const char *function, int32_t answer,
                          chore_error *err)
{
    char words[WORDS_CAP];
    const char *epitaph = chore_host_child_epitaph(host);
    if (epitaph != NULL) {
        host->stage = HOST_BROKEN;
        return chore_fail(err, CHORE_E_POLICY, "policy \"%s\": in %s its process %s", host->info.name, function,
                          epitaph);
    }
    if (answer == CHORE_POLICY_OK) {
        return CHORE_OK;
    }
    read_last_error(host, words);
    if (answer > 0) {
        chore_log(CHORE_LOG_WARN, host->info.name, "%s: %s", function, words);
        return CHORE_OK;
    }
    if (answer == CHORE_POLICY_FATAL) {
        host->stage = HOST_BROKEN;
    }
    return chore_fail(err, kind, "policy \"%s\": %s failed (%s, %" PRId32 "): %s", host->info.name, function,
                      status_name(answer), answer, words);
}

/* ---- order --------------------------------------------------------------------------------------------- */

static chore_status require_ready(const chore_policy_host *host, const char *function, chore_error *err)
{
    if (host->stage == HOST_BROKEN) {
        return chore_fail(err, CHORE_E_POLICY, "policy \"%s\": %s after it reported a fatal error",
                          host->info.name, function);
    }
    if (host->stage != HOST_READY) {
        return chore_fail(err, CHORE_E_USAGE,
                          "policy \"%s\": %s before a request was accepted (negotiate first)",
                          host->info.name, function);
    }
    return CHORE_OK;
}

static chore_status require_count(const chore_policy_host *host, const char *function, uint32_t n,
                                  chore_error *err)
{
    if (n < 1 || n > host->request.max_batch) {
        return chore_fail(err, CHORE_E_USAGE,
                          "policy \"%s\": %s with %" PRIu32 " slots, it takes 1 to %" PRIu32, host->info.name,
                          function, n, host->request.max_batch);
    }
    memset(host->named, 0, host->n_slots);
    return CHORE_OK;
}

/* Note that the call names `slot`; each may be named once. */
static chore_status name_slot(chore_policy_host *host, const char *function, uint32_t slot, bool must_be_open,
                              chore_error *err)
{
    if (slot >= host->n_slots) {
        return chore_fail(err, CHORE_E_USAGE, "policy \"%s\": %s of slot %" PRIu32 ", there are %" PRIu32,
                          host->info.name, function, slot, host->n_slots);
    }
    if (host->named[slot]) {
        return chore_fail(err, CHORE_E_USAGE, "policy \"%s\": %s names slot %" PRIu32 " twice",
                          host->info.name, function, slot);
    }
    if (must_be_open && !host->open[slot]) {
        return chore_fail(err, CHORE_E_USAGE, "policy \"%s\": %s of slot %" PRIu32 ", which was not reset",
                          host->info.name, function, slot);
    }
    host->named[slot] = 1;
    return CHORE_OK;
}

static chore_status require_batch(chore_policy_host *host, const char *function,
                                  const chore_policy_batch *batch, chore_error *err)
{
    chore_status status = require_ready(host, function, err);
    if (status == CHORE_OK) {
        status = require_count(host, function, batch->n, err);
    }
    for (uint32_t k = 0; k < batch->n && status == CHORE_OK; k++) {
        status = name_slot(host, function, batch->slot[k], true, err);
    }
    return status;
}

/* The slots of the present call begin or end to be usable. */
static void set_named(chore_policy_host *host, unsigned char open)
{
    for (uint32_t slot = 0; slot < host->n_slots; slot++) {
        if (host->named[slot]) {
            host->open[slot] = open;
        }
    }
}

/* ---- negotiation --------------------------------------------------------------------------------------- */

static chore_status accept_request(chore_policy_host *host, const chore_policy_offer *offer,
                                   const chore_policy_request *asked, chore_error *err)
{
    chore_status status = chore_host_copy_request(&host->request, &host->request_memory, asked, err);
    if (status != CHORE_OK) {
        return status;
    }
    host->open = calloc(offer->max_batch, 1);
    host->named = calloc(offer->max_batch, 1);
    if (host->open == NULL || host->named == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for %" PRIu32 " slots", offer->max_batch);
    }
    host->n_slots = offer->max_batch;
    host->feedback_kinds = offer->feedback_kinds;
    host->dim = 0;
    for (uint32_t i = 0; i < host->request.n_components; i++) {
        host->dim += (uint32_t)chore_host_field_count(&host->request.components[i]);
    }
    host->stage = HOST_READY;
    return CHORE_OK;
}

static void forget_request(chore_policy_host *host)
{
    free(host->request_memory);
    free(host->open);
    free(host->named);
    host->request_memory = NULL;
    host->open = host->named = NULL;
    host->n_slots = 0;
    host->stage = HOST_CREATED;
}

chore_status chore_policy_negotiate(chore_policy_host *host, const chore_policy_offer *offer,
                                    const chore_policy_request **request, chore_error *err)
{
    if (host->stage == HOST_BROKEN && host->child == NULL) {
        return require_ready(host, "negotiate", err);
    }
    const bool lost = host->child != NULL && (host->stage == HOST_BROKEN || chore_policy_gone(host));
    forget_request(host);
    if (lost) {
        const chore_status revived = chore_host_child_revive(host, err);
        if (revived != CHORE_OK) {
            host->stage = HOST_BROKEN;
            return revived;
        }
    }
    chore_policy_request asked = {.struct_size = sizeof asked};
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t answer = host->plugin.negotiate(host->instance, offer, &asked);
    chore_host_leave(&mine);
    /* one that could, and had to be started again, costs an episode and not the run */
    chore_status status = judge(host, lost ? CHORE_E_POLICY : CHORE_E_POLICY_LOAD, "negotiate", answer, err);
    if (status == CHORE_OK) {
        status = chore_host_compare(host, offer, &asked, err);
    }
    if (status == CHORE_OK) {
        status = accept_request(host, offer, &asked, err);
    }
    if (status == CHORE_OK && request != NULL) {
        *request = &host->request;
    }
    return status;
}

/* ---- episodes ------------------------------------------------------------------------------------------ */

chore_status chore_policy_reset(chore_policy_host *host, uint32_t n, const chore_policy_episode *episodes,
                                chore_error *err)
{
    chore_status status = require_ready(host, "reset", err);
    if (status == CHORE_OK) {
        status = require_count(host, "reset", n, err);
    }
    for (uint32_t i = 0; i < n && status == CHORE_OK; i++) {
        status =
            name_slot(host, "reset", CHORE_POLICY_AT(chore_policy_episode, episodes, i)->slot, false, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    set_named(host, 0);
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t answer = host->plugin.reset(host->instance, n, episodes);
    chore_host_leave(&mine);
    status = judge(host, CHORE_E_POLICY, "reset", answer, err);
    if (status == CHORE_OK) {
        set_named(host, 1);
    }
    return status;
}

/* Fills rows with NaN, so that a row counted as valid but never written is found like any other NaN. */
static void preset_actions(const chore_policy_batch *batch, chore_policy_actions *actions)
{
    const size_t values = (size_t)batch->n * actions->horizon * actions->dim;
    for (size_t i = 0; i < values; i++) {
        actions->data[i] = NAN;
    }
    for (uint32_t k = 0; k < batch->n; k++) {
        actions->valid[k] = 0;
        actions->status[k] = CHORE_POLICY_OK;
    }
    if (actions->report != NULL && actions->about != NULL) {
        memset(actions->report, 0, batch->n * sizeof *actions->report);
        memset(actions->about, 0, (size_t)batch->n * CHORE_POLICY_ABOUT_CAP);
    }
}

/* Say which value of which component the action's value `index` is: "act.arm.pos[2]". */
static void value_name(const chore_policy_host *host, uint32_t index, char out[CHORE_NAME_CAP + 16])
{
    uint32_t first = 0;
    for (uint32_t i = 0; i < host->request.n_components; i++) {
        const uint32_t count = (uint32_t)chore_host_field_count(&host->request.components[i]);
        if (index < first + count) {
            snprintf(out, CHORE_NAME_CAP + 16, "%s[%" PRIu32 "]", host->request.components[i].name,
                     index - first);
            return;
        }
        first += count;
    }
    snprintf(out, CHORE_NAME_CAP + 16, "value %" PRIu32, index);
}

/* What it says beside its action: one of the words, and a name of one printable line. */
static chore_status check_report(const chore_policy_host *host, uint32_t slot, uint32_t k,
                                 chore_policy_actions *actions, chore_error *err)
{
    char words[CHORE_POLICY_ABOUT_CAP + 1] = "";
    if (actions->report == NULL || actions->about == NULL) {
        return CHORE_OK;
    }
    if (actions->report[k] > CHORE_REPORT_HELP) {
        return chore_fail(err, CHORE_E_POLICY,
                          "policy \"%s\": act reports %" PRIu32 " in slot %" PRIu32 ", 0 to %u mean something",
                          host->info.name, actions->report[k], slot, CHORE_REPORT_HELP);
    }
    char *about = actions->about + (size_t)k * CHORE_POLICY_ABOUT_CAP;
    memcpy(words, about, CHORE_POLICY_ABOUT_CAP); /* it may lack its end */
    memset(about, 0, CHORE_POLICY_ABOUT_CAP);
    chore_host_clean_text(about, CHORE_POLICY_ABOUT_CAP, words);
    return CHORE_OK;
}

/* One slot's answer. */
static chore_status check_slot(chore_policy_host *host, uint32_t slot, uint32_t k,
                               chore_policy_actions *actions, chore_error *err)
{
    if (actions->status[k] < 0) {
        char words[WORDS_CAP];
        read_last_error(host, words);
        return chore_fail(err, CHORE_E_POLICY,
                          "policy \"%s\": act failed in slot %" PRIu32 " (%s, %" PRId32 "): %s",
                          host->info.name, slot, status_name(actions->status[k]), actions->status[k], words);
    }
    const uint32_t valid = actions->valid[k];
    if (valid < 1 || valid > actions->horizon) {
        return chore_fail(err, CHORE_E_POLICY,
                          "policy \"%s\": act says %" PRIu32 " valid rows in slot %" PRIu32 ", 1 to %" PRIu32
                          " are possible",
                          host->info.name, valid, slot, actions->horizon);
    }
    const float *rows = actions->data + (size_t)k * actions->horizon * actions->dim;
    for (size_t i = 0; i < (size_t)valid * actions->dim; i++) {
        if (!isfinite(rows[i])) {
            char name[CHORE_NAME_CAP + 16];
            value_name(host, (uint32_t)(i % actions->dim), name);
            return chore_fail(err, CHORE_E_POLICY,
                              "policy \"%s\": the action is not finite: slot %" PRIu32 ", row %zu, %s is %g",
                              host->info.name, slot, i / actions->dim, name, (double)rows[i]);
        }
    }
    return check_report(host, slot, k, actions, err);
}

/* Every slot is judged on its own; the first failure is the one that is told. */
static chore_status check_actions(chore_policy_host *host, const chore_policy_batch *batch,
                                  chore_policy_actions *actions, chore_error *err)
{
    chore_status first = CHORE_OK;
    for (uint32_t k = 0; k < batch->n; k++) {
        const chore_status status =
            check_slot(host, batch->slot[k], k, actions, first == CHORE_OK ? err : NULL);
        if (status == CHORE_OK) {
            continue;
        }
        host->open[batch->slot[k]] = 0;
        actions->status[k] = actions->status[k] < 0 ? actions->status[k] : CHORE_POLICY_ERROR;
        first = status;
    }
    return first;
}

chore_status chore_policy_act(chore_policy_host *host, const chore_policy_batch *batch,
                              chore_policy_actions *actions, chore_error *err)
{
    chore_status status = require_batch(host, "act", batch, err);
    if (status != CHORE_OK) {
        return status;
    }
    if (actions->horizon != host->request.horizon || actions->dim != host->dim) {
        return chore_fail(err, CHORE_E_USAGE,
                          "policy \"%s\": act with room for %" PRIu32 " x %" PRIu32 ", negotiated %" PRIu32
                          " x %" PRIu32,
                          host->info.name, actions->horizon, actions->dim, host->request.horizon, host->dim);
    }
    preset_actions(batch, actions);
    fenv_t mine;
    chore_host_enter(&mine);
    const uint64_t begin = chore_now_ns();
    const int32_t answer = host->plugin.act(host->instance, batch, actions);
    const uint64_t end = chore_now_ns();
    chore_host_leave(&mine);
    chore_host_timing_add(&host->act_time, end - begin);
    status = judge(host, CHORE_E_POLICY, "act", answer, err);
    if (status == CHORE_OK) {
        return check_actions(host, batch, actions, err);
    }
    for (uint32_t k = 0; k < batch->n; k++) {
        actions->status[k] = answer;
    }
    if (answer != CHORE_POLICY_DISCARD) {
        set_named(host, 0);
    }
    return status;
}

chore_status chore_policy_observe(chore_policy_host *host, const chore_policy_batch *batch, chore_error *err)
{
    chore_status status = require_batch(host, "observe", batch, err);
    if (status != CHORE_OK || host->plugin.observe == NULL) {
        return status;
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t answer = host->plugin.observe(host->instance, batch);
    chore_host_leave(&mine);
    status = judge(host, CHORE_E_POLICY, "observe", answer, err);
    if (status != CHORE_OK && answer != CHORE_POLICY_DISCARD) {
        set_named(host, 0);
    }
    return status;
}

chore_status chore_policy_feedback(chore_policy_host *host, uint32_t n, const chore_policy_event *events,
                                   chore_error *err)
{
    chore_status status = require_ready(host, "feedback", err);
    if (status != CHORE_OK || host->plugin.feedback == NULL) {
        return status;
    }
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_event *event = CHORE_POLICY_AT(chore_policy_event, events, i);
        if (event->kind >= 64 || (host->feedback_kinds & CHORE_FEEDBACK_BIT(event->kind)) == 0 ||
            event->slot >= host->n_slots) {
            return chore_fail(err, CHORE_E_USAGE,
                              "policy \"%s\": feedback of kind %" PRIu32 " for slot %" PRIu32
                              " was not offered",
                              host->info.name, event->kind, event->slot);
        }
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t answer = host->plugin.feedback(host->instance, n, events);
    chore_host_leave(&mine);
    return judge(host, CHORE_E_POLICY, "feedback", answer, err);
}

/* ---- learning ------------------------------------------------------------------------------------------ */

chore_status chore_policy_learn(chore_policy_host *host, uint64_t budget_ns, char *report, size_t cap,
                                chore_error *err)
{
    chore_status status = require_ready(host, "learn", err);
    char words[WORDS_CAP] = "";
    report[0] = '\0';
    if (status != CHORE_OK) {
        return status;
    }
    if (host->plugin.learn == NULL || (host->request.caps & CHORE_CAP_LEARNS) == 0) {
        return chore_fail(err, CHORE_E_USAGE, "policy \"%s\": learn is not supported", host->info.name);
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t answer = host->plugin.learn(host->instance, budget_ns, words, (uint32_t)sizeof words);
    chore_host_leave(&mine);
    words[sizeof words - 1] = '\0';
    status = judge(host, CHORE_E_POLICY, "learn", answer, err);
    if (status == CHORE_OK) {
        chore_host_clean_text(report, cap, words);
    }
    return status;
}

/* ---- state --------------------------------------------------------------------------------------------- */

typedef int32_t (*state_fn)(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                            void *ctx);

static chore_status move_state(chore_policy_host *host, const char *function, state_fn call, uint32_t scope,
                               uint32_t slot, chore_policy_io io, void *ctx, chore_error *err)
{
    chore_status status = require_ready(host, function, err);
    if (status != CHORE_OK) {
        return status;
    }
    const bool episode = scope == CHORE_SCOPE_EPISODE;
    if (!episode && scope != CHORE_SCOPE_PERSISTENT) {
        return chore_fail(err, CHORE_E_USAGE, "policy \"%s\": %s with an unknown scope, %" PRIu32,
                          host->info.name, function, scope);
    }
    if (call == NULL || (episode && (host->request.caps & CHORE_CAP_SAVES_EPISODE) == 0)) {
        return chore_fail(err, CHORE_E_USAGE, "policy \"%s\": %s of %s state is not supported",
                          host->info.name, function, episode ? "an episode's" : "persistent");
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t answer = call(host->instance, scope, slot, io, ctx);
    chore_host_leave(&mine);
    return judge(host, CHORE_E_POLICY, function, answer, err);
}

chore_status chore_policy_save(chore_policy_host *host, uint32_t scope, uint32_t slot, chore_policy_io io,
                               void *ctx, chore_error *err)
{
    return move_state(host, "save", host->plugin.save, scope, slot, io, ctx, err);
}

chore_status chore_policy_restore(chore_policy_host *host, uint32_t scope, uint32_t slot, chore_policy_io io,
                                  void *ctx, chore_error *err)
{
    return move_state(host, "load", host->plugin.load, scope, slot, io, ctx, err);
}
