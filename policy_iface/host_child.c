/* The plug-in table of a policy that lives in a process of its own: each function says its call to that process and
   waits for the answer. For host_call.c, which checks every answer, it is a plug-in like any other. */
#include "host_child_internal.h"
#include <chore/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CPU_EVERY = 8 }; /* calls from one look at the CPU time to the next: it is a system call */
static const double destroy_s = 2; /* a policy that takes longer to tidy up is ended */

static chore_host_child *child_of(chore_policy_instance *self)
{
    return (chore_host_child *)(void *)self;
}

/* ---- life ---------------------------------------------------------------------------------------------- */

static void take_info(chore_policy_host *host, chore_wire *in)
{
    const char *name = chore_wire_get_text(in), *version = chore_wire_get_text(in);
    const char *licence = chore_wire_get_text(in);
    pthread_mutex_lock(&host->child->output_lock); /* the watcher signs log lines with the name */
    chore_host_name(host, name);
    chore_host_clean_text(host->info.version, sizeof host->info.version, version);
    chore_host_clean_text(host->info.licence, sizeof host->info.licence, licence);
    if (host->child->profile == CHORE_POLICY_REMOTE) { /* these are of the plug-in that speaks for it */
        chore_copy(host->info.version, sizeof host->info.version, "not said");
        chore_copy(host->info.licence, sizeof host->info.licence, "not said");
    }
    host->info.abi_major = chore_wire_get_u32(in);
    host->info.abi_minor = chore_wire_get_u32(in);
    host->info.caps = chore_wire_get_u64(in);
    const uint32_t has = chore_wire_get_u32(in);
    pthread_mutex_unlock(&host->child->output_lock);
    host->plugin = chore_child_plugin;
    host->plugin.caps = host->info.caps;
    host->plugin.observe = has & 1 ? host->plugin.observe : NULL;
    host->plugin.feedback = has & 2 ? host->plugin.feedback : NULL;
    host->plugin.save = has & 4 ? host->plugin.save : NULL;
    host->plugin.load = has & 8 ? host->plugin.load : NULL;
    host->plugin.learn = has & 16 ? host->plugin.learn : NULL;
}

chore_status chore_child_open(chore_host_child *child, chore_error *err)
{
    chore_policy_host *host = child->host;
    int32_t answer;
    chore_wire in, out = chore_child_out(child);
    chore_wire_put_text(&out, host->info.path);
    if (!chore_child_call(child, CHORE_WORD_OPEN, &out, child->call_s, &answer, &in)) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, host->info.path, 0, 0, "while it was loaded, the policy's process %s",
                             child->epitaph);
    }
    if (answer != CHORE_POLICY_OK) { /* the words are the loader's */
        char words[sizeof child->words];
        const char *hint = chore_wire_get_text(&in);
        chore_copy(words, sizeof words, child->words);
        chore_fail_at(err, CHORE_E_POLICY_LOAD, host->info.path, 0, 0, "%s", words);
        if (hint != NULL) {
            chore_error_hint(err, "%s", hint);
        }
        return CHORE_E_POLICY_LOAD;
    }
    take_info(host, &in);
    return in.bad ? chore_fail_at(err, CHORE_E_POLICY_LOAD, host->info.path, 0, 0,
                                  "what it says of itself is garbled")
                  : CHORE_OK;
}

static chore_policy_instance *child_create(const chore_policy_host_table *table, const char *config, char *words,
                                           uint32_t cap)
{
    chore_policy_host *host = table->ctx;
    chore_host_child *child = host->child;
    int32_t answer;
    chore_wire out = chore_child_out(child);
    chore_wire_put_text(&out, config);
    const bool answered = chore_child_call(child, CHORE_WORD_CREATE, &out, child->call_s, &answer, NULL);
    if (answered && answer == CHORE_POLICY_OK) {
        return (chore_policy_instance *)(void *)child;
    }
    snprintf(words, cap, "%s%s", child->pid == 0 ? "its process " : "",
             child->pid == 0 ? child->epitaph : child->words);
    return NULL;
}

static void child_destroy(chore_policy_instance *self)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    const double limit_s = child->call_s > 0 && child->call_s < destroy_s ? child->call_s : destroy_s;
    (void)chore_child_call(child, CHORE_WORD_DESTROY, NULL, limit_s, &answer, NULL);
    chore_child_bury(child, "was unloaded");
}

/* ---- negotiation --------------------------------------------------------------------------------------- */

static void forget_request(chore_host_child *child)
{
    free(child->asked_memory);
    free(child->asked_bytes);
    child->asked_memory = child->asked_bytes = NULL;
}

/* A copy that outlives the inbox: the request must live until the next negotiation. */
static bool keep_request(chore_host_child *child, const chore_wire *in)
{
    const size_t len = in->cap - in->at;
    child->asked_bytes = malloc(len + 8);
    if (child->asked_bytes == NULL) {
        return false;
    }
    memcpy(child->asked_bytes, in->data + in->at, len);
    chore_wire copy = {.data = child->asked_bytes, .cap = len};
    chore_wire_get_request(&copy, &child->asked, &child->asked_memory);
    return !copy.bad;
}

static int32_t child_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                               chore_policy_request *request)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    chore_wire in, out = chore_child_out(child);
    forget_request(child);
    chore_child_forget_memory(child);
    chore_wire_put_offer(&out, offer);
    if (!chore_child_call(child, CHORE_WORD_NEGOTIATE, &out, child->call_s, &answer, &in) || answer < 0) {
        return answer;
    }
    if (!keep_request(child, &in)) {
        chore_child_bury(child, "garbled its request and was stopped");
        return CHORE_POLICY_FATAL;
    }
    child->n_slots = offer->max_batch;
    child->delay_max = offer->delay_steps;
    *request = child->asked;
    return answer;
}

/* ---- episodes ------------------------------------------------------------------------------------------ */

static int32_t child_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    if (!chore_child_prepare(child)) {
        return CHORE_POLICY_FATAL;
    }
    chore_child_new_episode(child);
    chore_wire out = chore_child_out(child);
    chore_wire_put_u32(&out, n);
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_episode *episode = CHORE_POLICY_AT(chore_policy_episode, episodes, i);
        chore_wire_put_u32(&out, episode->slot);
        chore_wire_put_u64(&out, episode->id);
        chore_wire_put_u64(&out, episode->seed);
        chore_wire_put_text(&out, episode->instruction);
        chore_child_forget_slot(child, episode->slot);
    }
    (void)chore_child_call(child, CHORE_WORD_RESET, &out, child->call_s, &answer, NULL);
    return answer;
}

/* Between two calls, so that no policy computes its way through the other episodes' time. */
static bool within_cpu(chore_host_child *child)
{
    char why[96];
    if (child->pid == 0 || child->allow.cpu_s <= 0 || child->until_cpu-- > 0) {
        return child->pid != 0;
    }
    child->until_cpu = CPU_EVERY - 1;
    if (chore_child_cpu_s(child) <= child->allow.cpu_s) {
        return true;
    }
    snprintf(why, sizeof why, "used up the episode's %g s of CPU time and was stopped", child->allow.cpu_s);
    chore_child_bury(child, why);
    return false;
}

static int32_t child_act(chore_policy_instance *self, const chore_policy_batch *batch,
                         chore_policy_actions *actions)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    if (!within_cpu(child) || !chore_child_prepare(child)) {
        return CHORE_POLICY_FATAL;
    }
    chore_child_put_batch(child, batch);
    chore_child_put_actions(child, batch->n, actions);
    if (chore_child_call(child, CHORE_WORD_ACT, NULL, child->call_s, &answer, NULL)) {
        chore_child_get_actions(child, batch->n, actions);
    }
    return answer;
}

static int32_t child_observe(chore_policy_instance *self, const chore_policy_batch *batch)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    if (!within_cpu(child) || !chore_child_prepare(child)) {
        return CHORE_POLICY_FATAL;
    }
    chore_child_put_batch(child, batch);
    (void)chore_child_call(child, CHORE_WORD_OBSERVE, NULL, child->call_s, &answer, NULL);
    return answer;
}

static int32_t child_feedback(chore_policy_instance *self, uint32_t n, const chore_policy_event *events)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    chore_wire out = chore_child_out(child);
    if (child->pid == 0) {
        return CHORE_POLICY_FATAL;
    }
    chore_wire_put_u32(&out, n);
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_event *event = CHORE_POLICY_AT(chore_policy_event, events, i);
        const uint32_t words[] = {event->kind, event->slot, event->n, event->success};
        const uint64_t values = event->actions != NULL ? (uint64_t)event->n * child->host->dim : 0;
        chore_wire_put_bytes(&out, words, sizeof words);
        chore_wire_put_u64(&out, event->id);
        chore_wire_put_u64(&out, event->step);
        chore_wire_put_f64(&out, event->value);
        chore_wire_put_u64(&out, values);
        chore_wire_put_bytes(&out, event->actions, (size_t)values * sizeof(float));
        chore_wire_put_text(&out, event->text);
    }
    (void)chore_child_call(child, CHORE_WORD_FEEDBACK, &out, child->call_s, &answer, NULL);
    return answer;
}

static const char *child_last_error(chore_policy_instance *self)
{
    return child_of(self)->words;
}

/* ---- state --------------------------------------------------------------------------------------------- */

static int32_t move_state(chore_policy_instance *self, chore_line_word word, uint32_t scope, uint32_t slot,
                          chore_policy_io io, void *ctx)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    chore_wire out = chore_child_out(child);
    if (child->pid == 0) {
        return CHORE_POLICY_FATAL;
    }
    chore_wire_put_u32(&out, scope);
    chore_wire_put_u32(&out, slot);
    child->io = io;
    child->io_ctx = ctx;
    (void)chore_child_call(child, word, &out, child->call_s, &answer, NULL);
    child->io = NULL;
    return answer;
}

/* Its time is its own: the limit of a call is for those that an episode waits for. */
static int32_t child_learn(chore_policy_instance *self, uint64_t budget_ns, char *report, uint32_t report_cap)
{
    chore_host_child *child = child_of(self);
    int32_t answer;
    chore_wire in, out = chore_child_out(child);
    if (child->pid == 0) {
        return CHORE_POLICY_FATAL;
    }
    const double limit_s = child->call_s > 0 ? child->call_s + (double)budget_ns * 1e-9 : 0;
    chore_wire_put_u64(&out, budget_ns);
    if (chore_child_call(child, CHORE_WORD_LEARN, &out, limit_s, &answer, &in) && answer >= 0) {
        const char *said = chore_wire_get_text(&in);
        chore_host_clean_text(report, report_cap, said);
    }
    return answer;
}

static int32_t child_save(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                          void *ctx)
{
    return move_state(self, CHORE_WORD_SAVE, scope, slot, io, ctx);
}

static int32_t child_load(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                          void *ctx)
{
    return move_state(self, CHORE_WORD_LOAD, scope, slot, io, ctx);
}

const chore_plugin chore_child_plugin = {
    .struct_size = sizeof chore_child_plugin,
    .abi_major = CHORE_POLICY_ABI_MAJOR,
    .abi_minor = CHORE_POLICY_ABI_MINOR,
    .create = child_create,
    .destroy = child_destroy,
    .negotiate = child_negotiate,
    .reset = child_reset,
    .act = child_act,
    .last_error = child_last_error,
    .observe = child_observe,
    .feedback = child_feedback,
    .learn = child_learn,
    .save = child_save,
    .load = child_load,
};

/* ---- for the caller ------------------------------------------------------------------------------------ */

bool chore_policy_gone(const chore_policy_host *host)
{
    return host->child != NULL && (host->child->pid == 0 || host->stage == HOST_BROKEN);
}

chore_status chore_host_child_revive(chore_policy_host *host, chore_error *err)
{
    chore_host_child *child = host->child;
    char words[256] = "";
    chore_child_bury(child, "was started again"); /* a broken one may still be there */
    chore_status status = chore_child_start(child, err);
    if (status == CHORE_OK) {
        status = chore_child_open(child, err);
    }
    if (status == CHORE_OK) {
        host->instance = host->plugin.create(&host->table, host->config, words, (uint32_t)sizeof words);
        if (host->instance == NULL) {
            host->instance = (chore_policy_instance *)(void *)child; /* what destroy wants */
            status = chore_fail(err, CHORE_E_POLICY, "policy \"%s\" could not start again: %s", host->info.name,
                                words);
        }
    }
    if (status != CHORE_OK && err != NULL) {
        err->status = CHORE_E_POLICY;
    }
    host->stage = HOST_CREATED;
    return status == CHORE_OK ? CHORE_OK : CHORE_E_POLICY;
}

chore_status chore_host_child_make(chore_policy_host *host, const chore_policy_def *def, chore_error *err)
{
    chore_host_child *child = calloc(1, sizeof *child);
    if (child == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a policy host");
    }
    child->host = host;
    child->profile = def->profile;
    child->allow = def->allow != NULL ? *def->allow : chore_policy_allow_default();
    child->call_s = def->call_s;
    child->address = def->address != NULL ? strdup(def->address) : NULL;
    child->inbox = malloc(CHORE_LINE_PAYLOAD);
    pthread_mutex_init(&child->output_lock, NULL);
    host->child = child;
    if (child->inbox == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a policy host");
    }
    if (child->profile == CHORE_POLICY_REMOTE && child->address == NULL) {
        return chore_fail(err, CHORE_E_POLICY_LOAD, "profile remote wants an address: tcp:HOST:PORT or unix:PATH");
    }
    const chore_status status = chore_child_start(child, err);
    return status == CHORE_OK ? chore_child_open(child, err) : status;
}

void chore_host_child_free(chore_policy_host *host)
{
    chore_host_child *child = host->child;
    if (child != NULL) {
        chore_child_bury(child, "was unloaded");
        forget_request(child);
        pthread_mutex_destroy(&child->output_lock);
        free(child->inbox);
        free(child->address);
        free(child);
        host->child = NULL;
    }
}

const char *chore_host_child_epitaph(const chore_policy_host *host)
{
    return host->child != NULL && host->child->pid == 0 ? host->child->epitaph : NULL;
}
