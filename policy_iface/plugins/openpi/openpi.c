/* openpi: hands each observation to a policy server that speaks openpi's protocol, and plays the
   chunks of actions that it answers with. README.md says how. */
#include "answer.h"
#include "request.h"
#include "server.h"

#include <chore/policy_walk.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What an episode came to, for the log. */
typedef struct ledger {
    uint64_t requests;
    double total_ms, longest_ms, server_ms; /* server_ms: as it says itself */
} ledger;

struct chore_policy_instance {
    const chore_policy_host_table *host;
    options options;
    keymap map;
    server server;
    msgpack_writer message;
    /* as negotiated */
    chore_policy_field streams[KEYMAP_STREAMS + 1]; /* the map's, then the instruction */
    chore_policy_field components[KEYMAP_COMPONENTS];
    const keymap_component *in_row[KEYMAP_COMPONENTS]; /* where each stands in the answer */
    uint32_t n_streams, n_components, n_slots;
    unsigned char *open; /* [n_slots] was reset */
    ledger ledger;
    char error[SERVER_WHY_CAP];
};

static int32_t fail(chore_policy_instance *self, int32_t status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int32_t fail(chore_policy_instance *self, int32_t status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(self->error, sizeof self->error, fmt, args);
    va_end(args);
    return status;
}

/* What the server's part came to. */
static int32_t told(chore_policy_instance *self, int32_t status)
{
    return status == CHORE_POLICY_OK ? status : fail(self, status, "%s", self->server.why);
}

/* ---- life ------------------------------------------------------------------------------------ */

static chore_policy_instance *openpi_create(const chore_policy_host_table *host, const char *config,
                                            char *err, uint32_t err_cap)
{
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    self->host = host;
    if (!options_parse(&self->options, config, err, err_cap) ||
        !keymap_load(&self->map, self->options.map, err, err_cap) ||
        !server_init(&self->server, host, &self->options, err, err_cap)) {
        free(self);
        return NULL;
    }
    return self;
}

static void openpi_destroy(chore_policy_instance *self)
{
    server_leave(&self->server);
    msgpack_free(&self->message);
    free(self->open);
    free(self);
}

/* ---- negotiation ----------------------------------------------------------------------------- */

/* The offered field with what is wanted of it. One that is not offered is asked for by its name
   all the same: the host's refusal says what was near. */
static void take(chore_policy_field *out, const chore_policy_field *offered, const char *name,
                 const char *convert, uint32_t values, uint32_t flags)
{
    memset(out, 0, sizeof *out);
    if (offered != NULL) {
        memcpy(out, offered,
               offered->struct_size < sizeof *out ? offered->struct_size : sizeof *out);
    }
    out->struct_size = sizeof *out;
    out->name = name;
    out->convert = convert;
    out->flags = flags;
    out->lo = out->hi = NULL;
    /* what is asked for is the field as it is when it was turned into that */
    if (offered != NULL && convert[0] != '\0' && offered->kind == CHORE_FIELD_VECTOR) {
        out->repr = convert;
        out->shape[out->ndim > 0 && out->ndim <= 4 ? out->ndim - 1 : 0] = values;
    }
}

/* An image in the size and with the words that the server wants. */
static void take_image(chore_policy_field *out, const keymap_stream *stream)
{
    if (out->ndim != 3 || out->kind != CHORE_FIELD_RGB) {
        return; /* not offered, or no image: the host will say so */
    }
    const uint32_t channels = out->shape[2];
    out->fit =
        out->shape[0] == stream->height && out->shape[1] == stream->width ? out->fit : stream->fit;
    out->shape[0] = stream->height;
    out->shape[1] = stream->width;
    if (strstr(stream->convert, "chw") != NULL) {
        out->layout = CHORE_LAYOUT_CHW;
        out->shape[0] = channels;
        out->shape[1] = stream->height;
        out->shape[2] = stream->width;
    }
}

static void take_streams(chore_policy_instance *self, const chore_policy_offer *offer)
{
    const keymap *map = &self->map;
    for (uint32_t i = 0; i < map->n_streams; i++) {
        const keymap_stream *s = &map->streams[i];
        take(&self->streams[i], chore_offer_field(offer, s->name), s->name, s->convert, s->values,
             s->optional ? CHORE_FLAG_OPTIONAL : 0);
    }
    for (uint32_t i = 0; i < map->n_keys; i++) {
        const uint32_t first = map->keys[i].first;
        if (map->keys[i].kind == KEYMAP_IMAGE) {
            take_image(&self->streams[first], &map->streams[first]);
        }
    }
    self->n_streams = map->n_streams;
    if (self->options.prompt == PROMPT_INSTRUCTION) {
        take(&self->streams[self->n_streams++], chore_offer_field(offer, "instruction"),
             "instruction", "", 0, 0);
    }
}

static const keymap_component *find_component(const keymap *map, const char *name)
{
    for (uint32_t i = 0; i < map->n_components; i++) {
        if (strcmp(map->components[i].name, name) == 0) {
            return &map->components[i];
        }
    }
    return NULL;
}

/* The map's component for the mode's component c. */
static int32_t take_component(chore_policy_instance *self, const chore_policy_offer *offer,
                              const chore_policy_field *offered, uint32_t c)
{
    const keymap_component *found = find_component(&self->map, offered->name);
    if (found == NULL || c == KEYMAP_COMPONENTS) {
        return fail(
            self, CHORE_POLICY_ERROR,
            "key map %.40s says nothing of the component \"%s\" of mode \"%s\" (embodiment %s)",
            self->options.map, offered->name, self->map.mode, offer->embodiment);
    }
    take(&self->components[c], offered, found->name, found->convert, found->n, offered->flags);
    self->in_row[c] = found;
    if (chore_field_count(&self->components[c]) != found->n) {
        return fail(self, CHORE_POLICY_ERROR,
                    "key map %.40s has %" PRIu32 " values for \"%s\", it takes %" PRIu32,
                    self->options.map, found->n, found->name,
                    chore_field_count(&self->components[c]));
    }
    return CHORE_POLICY_OK;
}

/* All of the mode's components, and none besides: what the server says goes somewhere. */
static int32_t take_components(chore_policy_instance *self, const chore_policy_offer *offer)
{
    const keymap *map = &self->map;
    const chore_policy_mode *mode = chore_offer_mode(offer, map->mode);
    if (mode == NULL) {
        return fail(self, CHORE_POLICY_ERROR,
                    "mode \"%s\" is not offered, and key map %.40s wants it", map->mode,
                    self->options.map);
    }
    int32_t status = CHORE_POLICY_OK;
    for (uint32_t c = 0; c < mode->n_components && status == CHORE_POLICY_OK; c++) {
        status = take_component(self, offer,
                                CHORE_POLICY_AT(chore_policy_field, mode->components, c), c);
    }
    self->n_components = mode->n_components;
    if (status == CHORE_POLICY_OK && map->n_components > mode->n_components) {
        status = fail(self, CHORE_POLICY_ERROR,
                      "key map %.40s has %" PRIu32 " components, mode \"%s\" has %" PRIu32,
                      self->options.map, map->n_components, map->mode, mode->n_components);
    }
    return status;
}

static bool is_offered(const chore_policy_offer *offer, double rate)
{
    bool offered = false;
    for (uint32_t i = 0; i < offer->n_rates; i++) {
        offered = offered || offer->rates_hz[i] == rate;
    }
    return offered;
}

/* None of them was reset. */
static int32_t make_slots(chore_policy_instance *self, uint32_t n)
{
    free(self->open);
    self->open = calloc(n, 1);
    self->n_slots = self->open != NULL ? n : 0;
    return self->open != NULL ? CHORE_POLICY_OK : fail(self, CHORE_POLICY_ERROR, "out of memory");
}

/* What the server will not get, as a remark. */
static int32_t remark(chore_policy_instance *self)
{
    size_t size = 0;
    self->error[0] = '\0';
    for (uint32_t i = 0; i < self->map.n_streams; i++) {
        if (self->streams[i].kind == 0 && self->map.streams[i].optional &&
            size < sizeof self->error - KEYMAP_NAME_CAP) {
            size += (size_t)snprintf(
                self->error + size, sizeof self->error - size, "%s%s",
                size > 0 ? ", " : "not offered, not sent: ", self->map.streams[i].name);
        }
    }
    return size > 0 ? CHORE_POLICY_WARN : CHORE_POLICY_OK;
}

static int32_t openpi_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                                chore_policy_request *request)
{
    const options *o = &self->options;
    const double usual = offer->n_rates > 0 ? offer->rates_hz[0] : 0;
    const double rate = o->rate_hz > 0          ? o->rate_hz
                        : self->map.rate_hz > 0 ? self->map.rate_hz
                                                : usual;
    self->n_slots = 0;
    take_streams(self, offer);
    int32_t status = take_components(self, offer);
    if (status == CHORE_POLICY_OK && o->rate_hz == 0 && !is_offered(offer, rate)) {
        status = fail(self, CHORE_POLICY_ERROR,
                      "key map %.40s is for %g Hz, this task runs at %g: rate=%g takes that on",
                      o->map, rate, usual, usual);
    }
    if (status == CHORE_POLICY_OK) {
        status = told(self, server_be_there(&self->server, false));
    }
    if (status == CHORE_POLICY_OK) {
        status = make_slots(self, offer->max_batch);
    }
    if (status != CHORE_POLICY_OK) {
        return status;
    }
    request->fields = self->streams;
    request->n_fields = self->n_streams;
    request->components = self->components;
    request->n_components = self->n_components;
    request->mode = self->map.mode;
    request->rate_hz = rate;
    /* a connection for each episode, and there is one */
    request->max_batch = o->reset == RESET_RECONNECT ? 1 : offer->max_batch;
    request->execute = o->execute > 0 ? (uint32_t)o->execute : self->map.execute;
    request->horizon = offer->max_horizon; /* how long chunks are, only the answers say */
    request->caps = CHORE_CAP_NEEDS_NET;
    return remark(self);
}

/* ---- episodes -------------------------------------------------------------------------------- */

static int32_t openpi_reset(chore_policy_instance *self, uint32_t n,
                            const chore_policy_episode *episodes)
{
    if (self->options.reset == RESET_RECONNECT) {
        server_leave(&self->server);
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t slot = CHORE_POLICY_AT(chore_policy_episode, episodes, i)->slot;
        if (slot >= self->n_slots) {
            return fail(self, CHORE_POLICY_ERROR, "reset of a slot that was not negotiated");
        }
        self->open[slot] = 1;
    }
    self->ledger = (ledger){0};
    return told(self, server_be_there(&self->server, false));
}

static void note_time(chore_policy_instance *self, double ms, const answer *given)
{
    ledger *l = &self->ledger;
    l->requests++;
    l->total_ms += ms;
    l->longest_ms = ms > l->longest_ms ? ms : l->longest_ms;
    l->server_ms += given->infer_ms > 0 ? given->infer_ms : 0;
}

/* Rows of the answer, from `skipped` on, as rows of the action: values in the order of the
   mode's components. */
static uint32_t copy_rows(const chore_policy_instance *self, const ndarray_view *given,
                          uint32_t skipped, uint32_t horizon, float *to)
{
    const uint32_t left = given->shape[0] - skipped, n = left < horizon ? left : horizon;
    for (uint32_t row = 0; row < n; row++) {
        for (uint32_t c = 0; c < self->n_components; c++) {
            const keymap_component *in_row = self->in_row[c];
            const uint64_t from = (uint64_t)(skipped + row) * self->map.dim + in_row->from;
            for (uint32_t i = 0; i < in_row->n; i++) {
                const double value = ndarray_value(given, from + i);
                *to++ = (float)(!in_row->binary ? value : value > in_row->threshold ? 1 : 0);
            }
        }
    }
    return n;
}

static int32_t act_one(chore_policy_instance *self, const chore_policy_batch *batch, uint32_t k,
                       chore_policy_actions *actions)
{
    const void *stream[KEYMAP_STREAMS + 1];
    const options *o = &self->options;
    const request_streams streams = {.map = &self->map, .fields = self->streams};
    char why[240];
    answer given;
    if (batch->slot[k] >= self->n_slots || !self->open[batch->slot[k]]) {
        return fail(self, CHORE_POLICY_ERROR, "the slot was not reset");
    }
    for (uint32_t i = 0; i < self->n_streams; i++) {
        stream[i] = chore_stream(batch, i, k);
    }
    const char *prompt = o->prompt == PROMPT_NONE   ? NULL
                         : o->prompt == PROMPT_TEXT ? o->prompt_text
                                                    : (const char *)stream[self->map.n_streams];
    int32_t status = told(self, server_be_there(&self->server, true));
    if (status == CHORE_POLICY_OK && !request_write(&self->message, &streams, stream, prompt)) {
        status = fail(self, CHORE_POLICY_ERROR, "out of memory for a request");
    }
    const uint64_t begin = self->host->now_ns(self->host->ctx);
    if (status == CHORE_POLICY_OK) {
        status = told(self, server_ask(&self->server, &self->message));
    }
    if (status != CHORE_POLICY_OK) {
        return status;
    }
    if (!answer_read(&given, server_answer(&self->server), server_answer_size(&self->server),
                     self->map.dim, why, sizeof why)) {
        return fail(self, CHORE_POLICY_ERROR, "the server at %s: %s", self->server.where, why);
    }
    note_time(self, (double)(self->host->now_ns(self->host->ctx) - begin) * 1e-6, &given);
    /* the server's row 0 is for the observation, ours for the step at which the answer counts */
    const uint32_t skipped = batch->delay != NULL ? batch->delay[k] : 0;
    if (skipped >= given.actions.shape[0]) {
        return fail(self, CHORE_POLICY_ERROR,
                    "the server's chunk of %" PRIu32
                    " rows is over before it begins: answers take %" PRIu32 " steps",
                    given.actions.shape[0], skipped);
    }
    actions->valid[k] = copy_rows(self, &given.actions, skipped, actions->horizon,
                                  actions->data + (size_t)k * actions->horizon * actions->dim);
    return CHORE_POLICY_OK;
}

static int32_t openpi_act(chore_policy_instance *self, const chore_policy_batch *batch,
                          chore_policy_actions *actions)
{
    char first[SERVER_WHY_CAP] = "";
    for (uint32_t k = 0; k < batch->n; k++) {
        actions->status[k] = act_one(self, batch, k, actions);
        if (actions->status[k] == CHORE_POLICY_OK) {
            continue;
        }
        if (batch->slot[k] < self->n_slots) {
            self->open[batch->slot[k]] = 0;
        }
        if (first[0] == '\0') { /* of several the first is told */
            memcpy(first, self->error, sizeof first);
        }
    }
    memcpy(self->error, first, sizeof first);
    return CHORE_POLICY_OK;
}

/* The episode is over: how long the server took. */
static int32_t openpi_feedback(chore_policy_instance *self, uint32_t n,
                               const chore_policy_event *events)
{
    const ledger *l = &self->ledger;
    char words[160];
    if (n > 0 && events->kind == CHORE_FEEDBACK_OUTCOME && l->requests > 0) {
        (void)snprintf(words, sizeof words,
                       "%" PRIu64
                       " requests, %.1f ms each and %.1f at most; of that the server's %.1f",
                       l->requests, l->total_ms / (double)l->requests, l->longest_ms,
                       l->server_ms / (double)l->requests);
        self->host->log(self->host->ctx, CHORE_POLICY_LOG_INFO, words);
    }
    return CHORE_POLICY_OK;
}

static const char *openpi_last_error(chore_policy_instance *self)
{
    return self->error;
}

const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static const chore_plugin plugin = {
        .struct_size = sizeof plugin,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .caps = CHORE_CAP_NEEDS_NET | CHORE_CAP_MULTI_INSTANCE,
        .name = "openpi",
        .version = "1.0",
        .licence = "Apache-2.0",
        .create = openpi_create,
        .destroy = openpi_destroy,
        .negotiate = openpi_negotiate,
        .reset = openpi_reset,
        .act = openpi_act,
        .last_error = openpi_last_error,
        .feedback = openpi_feedback,
    };
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
