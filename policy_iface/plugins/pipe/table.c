/* The calls of the ABI as frames to the program, and its answers back. */
#include "pipe.h"
#include "program.h"
#include <chore/policy_walk.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct chore_policy_instance {
    program program;
    pipe_command command;
    chore_frame frame;
    chore_frames_request *request;
    uint32_t dim, n_slots;
    uint64_t *sent; /* [n_fields][n_slots] versions of texts */
    unsigned char *open; /* [n_slots] was reset since the last negotiate */
    char *config;   /* command.config is lent for create only */
    char who[160];  /* the program's name in messages */
    bool spoke;     /* it has answered once: what is wrong now is not its start */
    char error[1024];
};

/* ---- one question --------------------------------------------------------------------------------------- */

/* A program that has ended must not end us, too, when we write to it; the process's signals are not ours to change. */
typedef struct held {
    sigset_t before;
    bool pending;
} held;

static void hold_signal(held *h)
{
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    h->pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &h->before);
}

static void release_signal(const held *h, bool written_in_vain)
{
    static const struct timespec now = {0};
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    while (written_in_vain && !h->pending && sigtimedwait(&pipe, NULL, &now) == -1 &&
           errno == EINTR) {}
    pthread_sigmask(SIG_SETMASK, &h->before, NULL);
}

/* Sends what is in the frame. Returns the answer's letter; CHORE_FRAME_ERROR and 0 have left their reason in `error`. */
static char ask(chore_policy_instance *self, const unsigned char **bytes, size_t *len)
{
    char letter = 0;
    held h;
    self->error[0] = '\0';
    if (!chore_frame_end(&self->frame)) {
        snprintf(self->error, sizeof self->error,
                 "out of memory, or more than %u bytes for %s", CHORE_FRAME_MAX, self->program.who);
        return 0;
    }
    hold_signal(&h);
    letter = program_ask(&self->program, &self->frame, bytes, len, self->error, sizeof self->error);
    release_signal(&h, letter == 0);
    if (letter == CHORE_FRAME_ERROR) {
        snprintf(self->error, sizeof self->error, "%.*s", (int)(*len < 900 ? *len : 900),
                 (const char *)*bytes);
    } else if (letter == 0 && !self->spoke && self->command.hint[0] != '\0') {
        const size_t at = strlen(self->error);
        snprintf(self->error + at, sizeof self->error - at, "; %s", self->command.hint);
    }
    self->spoke |= letter != 0;
    return letter;
}

/* What became of a question that wants `letter` for an answer. */
static int32_t verdict(chore_policy_instance *self, char got, char wanted)
{
    if (got == wanted) {
        return CHORE_POLICY_OK;
    }
    if (got == 0) {
        return CHORE_POLICY_FATAL; /* it will not come back by itself */
    }
    if (got != CHORE_FRAME_ERROR) {
        snprintf(self->error, sizeof self->error,
                 "%s answers with a frame '%c' where '%c' was due", self->program.who, got, wanted);
        return CHORE_POLICY_FATAL;
    }
    return CHORE_POLICY_ERROR;
}

static int32_t ask_json(chore_policy_instance *self, char letter, json_t *json)
{
    const unsigned char *bytes;
    size_t len;
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (text == NULL) {
        snprintf(self->error, sizeof self->error, "out of memory, or text that is not UTF-8");
        return CHORE_POLICY_ERROR;
    }
    chore_frame_begin(&self->frame, letter);
    chore_frame_put_text(&self->frame, text);
    free(text);
    return verdict(self, ask(self, &bytes, &len), CHORE_FRAME_DONE);
}

/* ---- the table ------------------------------------------------------------------------------------------ */

static void destroy(chore_policy_instance *self)
{
    held h;
    hold_signal(&h);
    program_stop(&self->program);
    release_signal(&h, true);
    chore_frame_release(&self->frame);
    chore_frames_request_free(self->request);
    free(self->sent);
    free(self->open);
    free(self->config);
    free(self);
}

chore_policy_instance *pipe_create_over(const chore_policy_host_table *host, int fd, const char *who,
                                        const char *config, char *err, uint32_t err_cap)
{
    chore_policy_instance *self = calloc(1, sizeof *self);
    char *copy = strdup(config);
    if (self != NULL && copy != NULL) {
        self->command.config = self->config = copy;
        strcpy(self->command.hint, "does a policy for chorebench listen there?");
        (void)snprintf(self->who, sizeof self->who, "%s", who);
        const int failed = program_connect(&self->program, host, fd, self->who);
        if (failed == 0) {
            return self;
        }
        (void)snprintf(err, err_cap, "its connection cannot be used: %s", strerror(failed));
    } else {
        (void)snprintf(err, err_cap, "out of memory");
    }
    free(copy);
    free(self);
    return NULL;
}

chore_policy_instance *pipe_create(const chore_policy_host_table *host, const char *config,
                                   pipe_read_config read, char *err, uint32_t err_cap)
{
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    self->program = (program){.to = -1, .from = -1, .prints = -1};
    if (!read(&self->command, config, err, err_cap)) {
        free(self);
        return NULL;
    }
    self->config = strdup(self->command.config);
    if (self->config == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        free(self);
        return NULL;
    }
    self->command.config = self->config;
    const int failed = program_start(&self->program, host, self->command.argv, self->command.extra);
    if (failed == 0) {
        return self;
    }
    const bool forbidden = failed == EPERM || failed == EACCES;
    (void)snprintf(
        err, err_cap, "%s cannot be started: %s%s", self->command.argv[0], strerror(failed),
        forbidden
            ? "; a policy that is a program wants --allow processes, and read=PATH for what it reads"
            : "");
    free(self->config);
    free(self);
    return NULL;
}

static bool take_request(chore_policy_instance *self, const chore_policy_offer *offer,
                         const unsigned char *bytes, size_t len)
{
    char why[300];
    const chore_policy_request *request;
    chore_frames_request_free(self->request);
    self->request = NULL;
    free(self->open);
    self->open = NULL;
    if (!chore_frames_request_read(&self->request, (const char *)bytes, len, offer, why,
                                   sizeof why)) {
        snprintf(self->error, sizeof self->error, "its request is not understood: %s", why);
        return false;
    }
    request = chore_frames_request_get(self->request);
    self->dim = 0;
    for (uint32_t i = 0; i < request->n_components; i++) {
        self->dim += chore_field_count(&request->components[i]);
    }
    free(self->sent);
    self->n_slots = offer->max_batch;
    self->sent = calloc((size_t)request->n_fields * self->n_slots + 1, sizeof *self->sent);
    self->open = calloc((size_t)self->n_slots + 1, 1);
    if (self->sent == NULL || self->open == NULL) {
        snprintf(self->error, sizeof self->error, "out of memory");
    }
    return self->sent != NULL && self->open != NULL;
}

/* What comes out of order is refused here: the program is told nothing that it was not promised. */
static int32_t refuse(chore_policy_instance *self, const char *why)
{
    snprintf(self->error, sizeof self->error, "%s", why);
    return CHORE_POLICY_ERROR;
}

static bool all_open(const chore_policy_instance *self, const chore_policy_batch *batch)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        if (self->open == NULL || batch->slot[k] >= self->n_slots || !self->open[batch->slot[k]]) {
            return false;
        }
    }
    return true;
}

static int32_t negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                         chore_policy_request *request)
{
    const unsigned char *bytes;
    size_t len;
    char *text = chore_frames_offer(offer, self->command.config);
    if (text == NULL) {
        snprintf(self->error, sizeof self->error,
                 "out of memory, or a configuration that is not UTF-8");
        return CHORE_POLICY_ERROR;
    }
    chore_frame_begin(&self->frame, CHORE_FRAME_OFFER);
    chore_frame_put_text(&self->frame, text);
    free(text);
    const int32_t status = verdict(self, ask(self, &bytes, &len), CHORE_FRAME_REQUEST);
    if (status != CHORE_POLICY_OK) {
        return status;
    }
    if (!take_request(self, offer, bytes, len)) {
        return CHORE_POLICY_ERROR;
    }
    const uint32_t size =
        request->struct_size < sizeof *request ? request->struct_size : (uint32_t)sizeof *request;
    memcpy(request, chore_frames_request_get(self->request), size);
    request->struct_size = size;
    return CHORE_POLICY_OK;
}

static int32_t reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    if (self->open == NULL) {
        return refuse(self, "reset before negotiate");
    }
    const uint32_t n_fields = chore_frames_request_get(self->request)->n_fields;
    json_t *list = json_array();
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_episode *e = CHORE_POLICY_AT(chore_policy_episode, episodes, i);
        if (e->slot < self->n_slots) {
            self->open[e->slot] = 1;
        }
        char id[24],
            seed[24]; /* as text: many a JSON library keeps no more than 53 bits of a number */
        snprintf(id, sizeof id, "%" PRIu64, e->id);
        snprintf(seed, sizeof seed, "%" PRIu64, e->seed);
        json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s}", "slot", (int)e->slot, "id",
                                              id, "seed", seed, "instruction", e->instruction));
        for (uint32_t f = 0; f < n_fields && e->slot < self->n_slots; f++) {
            self->sent[(size_t)f * self->n_slots + e->slot] = 0;
        }
    }
    return ask_json(self, CHORE_FRAME_EPISODE, json_pack("{s:o}", "episodes", list));
}

static void put_batch(chore_policy_instance *self, char letter, const chore_policy_batch *batch)
{
    chore_frame_begin(&self->frame, letter);
    chore_frames_put_batch(&self->frame, batch, chore_frames_request_get(self->request), self->dim,
                           self->sent, self->n_slots);
}

static int32_t act(chore_policy_instance *self, const chore_policy_batch *batch,
                   chore_policy_actions *actions)
{
    const unsigned char *bytes;
    size_t len;
    char why[400];
    if (!all_open(self, batch)) {
        return refuse(self, "act before reset");
    }
    put_batch(self, CHORE_FRAME_ACT, batch);
    const char letter = ask(self, &bytes, &len);
    if (letter != CHORE_FRAME_TEXT && letter != CHORE_FRAME_ACT) {
        return verdict(self, letter, CHORE_FRAME_ACT);
    }
    const bool good =
        chore_frames_get_actions(letter, bytes, len, batch->n, actions, why, sizeof why);
    snprintf(self->error, sizeof self->error, "%s", why);
    return good ? CHORE_POLICY_OK : CHORE_POLICY_ERROR;
}

static int32_t observe(chore_policy_instance *self, const chore_policy_batch *batch)
{
    const unsigned char *bytes;
    size_t len;
    if (!all_open(self, batch)) {
        return refuse(self, "observe before reset");
    }
    put_batch(self, CHORE_FRAME_SEE, batch);
    return verdict(self, ask(self, &bytes, &len), CHORE_FRAME_DONE);
}

static json_t *executed(const chore_policy_instance *self, const chore_policy_event *event)
{
    json_t *rows = json_array();
    for (uint32_t i = 0; event->actions != NULL && i < event->n; i++) {
        json_t *row = json_array();
        for (uint32_t j = 0; j < self->dim; j++) {
            json_array_append_new(row,
                                  json_real((double)event->actions[(size_t)i * self->dim + j]));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

static int32_t feedback(chore_policy_instance *self, uint32_t n, const chore_policy_event *events)
{
    static const char *const kinds[] = {"", "step_reward", "outcome", "intervention",
                                        "instruction"};
    json_t *list = json_array();
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_event *e = CHORE_POLICY_AT(chore_policy_event, events, i);
        char id[24];
        snprintf(id, sizeof id, "%" PRIu64, e->id);
        json_array_append_new(list,
                              json_pack("{s:s, s:i, s:s, s:I, s:f, s:s, s:b, s:o}", "kind",
                                        e->kind < 5 ? kinds[e->kind] : "", "slot", (int)e->slot,
                                        "id", id, "step", (json_int_t)e->step, "value", e->value,
                                        "text", e->text != NULL ? e->text : "", "success",
                                        (int)e->success, "actions", executed(self, e)));
    }
    return ask_json(self, CHORE_FRAME_EVENT, json_pack("{s:o}", "events", list));
}

/* ---- what it keeps ---- */

static bool claims(const chore_policy_instance *self, uint64_t cap)
{
    return self->request != NULL && (chore_frames_request_get(self->request)->caps & cap) != 0;
}

static int32_t learn(chore_policy_instance *self, uint64_t budget_ns, char *report, uint32_t report_cap)
{
    const unsigned char *bytes;
    size_t len;
    (void)snprintf(report, report_cap, "%s", "");
    if (!claims(self, CHORE_CAP_LEARNS)) {
        (void)refuse(self, "the program does not learn");
        return CHORE_POLICY_UNSUPPORTED;
    }
    chore_frame_begin(&self->frame, CHORE_FRAME_LEARN);
    chore_frame_put(&self->frame, &budget_ns, sizeof budget_ns);
    const int32_t status = verdict(self, ask(self, &bytes, &len), CHORE_FRAME_DONE);
    if (status == CHORE_POLICY_OK) {
        (void)snprintf(report, report_cap, "%.*s", (int)(len < 1000 ? len : 1000), (const char *)bytes);
    }
    return status;
}

/* The frame of a save or load of that scope, up to what follows. */
static bool begin_state(chore_policy_instance *self, char letter, uint32_t scope, uint32_t slot)
{
    const uint32_t head[2] = {scope, slot};
    if (!claims(self, scope == CHORE_SCOPE_EPISODE ? CHORE_CAP_SAVES_EPISODE : CHORE_CAP_LEARNS)) {
        (void)refuse(self, "the program keeps nothing of that scope");
        return false;
    }
    chore_frame_begin(&self->frame, letter);
    chore_frame_put(&self->frame, head, sizeof head);
    return true;
}

static int32_t save(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx)
{
    const unsigned char *bytes;
    size_t len;
    if (!begin_state(self, CHORE_FRAME_SAVE, scope, slot)) {
        return CHORE_POLICY_UNSUPPORTED;
    }
    const int32_t status = verdict(self, ask(self, &bytes, &len), CHORE_FRAME_STATE);
    for (size_t at = 0; status == CHORE_POLICY_OK && at < len;) {
        const int64_t moved = io(ctx, (void *)(uintptr_t)(bytes + at), len - at);
        if (moved <= 0 || (uint64_t)moved > len - at) {
            return refuse(self, "what it saves cannot be written");
        }
        at += (size_t)moved;
    }
    return status;
}

static int32_t load(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx)
{
    unsigned char part[4096];
    const unsigned char *bytes;
    size_t len;
    int64_t moved;
    if (!begin_state(self, CHORE_FRAME_LOAD, scope, slot)) {
        return CHORE_POLICY_UNSUPPORTED;
    }
    while ((moved = io(ctx, part, sizeof part)) > 0 && (uint64_t)moved <= sizeof part) {
        chore_frame_put(&self->frame, part, (size_t)moved);
    }
    if (moved != 0) {
        return refuse(self, "what was saved cannot be read");
    }
    return verdict(self, ask(self, &bytes, &len), CHORE_FRAME_DONE);
}

static const char *last_error(chore_policy_instance *self)
{
    return self->error;
}

void pipe_describe(chore_plugin *plugin, const char *name)
{
    *plugin = (chore_plugin){
        .struct_size = sizeof *plugin,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | CHORE_CAP_MULTI_INSTANCE |
                CHORE_CAP_NEEDS_EVERY_OBS | CHORE_CAP_PREFIX | CHORE_CAP_LEARNS |
                CHORE_CAP_SAVES_EPISODE | CHORE_CAP_NEEDS_NET | CHORE_CAP_NEEDS_GPU,
        .name = name,
        .version = "1.0",
        .licence = "Apache-2.0",
        .destroy = destroy,
        .negotiate = negotiate,
        .reset = reset,
        .act = act,
        .last_error = last_error,
        .observe = observe,
        .feedback = feedback,
        .learn = learn,
        .save = save,
        .load = load,
    };
}
