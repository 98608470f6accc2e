/* openpi: hands each observation to a policy server that speaks openpi's protocol, and plays the chunks of actions that it answers with.
   README.md says how. */
#include "answer.h"
#include "options.h"
#include "request.h"
#include "websocket.h"

#include <chore/policy_walk.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ERROR_CAP = 384, WHERE_CAP = 80, TRY_AGAIN_MS = 250 };

/* What an episode came to, for the log. */
typedef struct ledger {
    uint64_t requests;
    double total_ms, longest_ms, server_ms; /* server_ms: as it says itself */
} ledger;

struct chore_policy_instance {
    const chore_policy_host_table *host;
    options options;
    keymap map;
    char api_key[OPTIONS_TEXT_CAP], where[WHERE_CAP];
    websocket ws;
    msgpack_writer message;
    /* as negotiated */
    chore_policy_field streams[KEYMAP_STREAMS + 1]; /* the map's, then the instruction */
    chore_policy_field components[KEYMAP_COMPONENTS];
    uint32_t from[KEYMAP_COMPONENTS]; /* of each component: its place in a row of the answer */
    uint32_t n_streams, n_components, n_slots;
    unsigned char *open; /* [n_slots] was reset */
    ledger ledger;
    char error[ERROR_CAP];
};

static int32_t fail(chore_policy_instance *self, int32_t status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static int32_t fail(chore_policy_instance *self, int32_t status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(self->error, sizeof self->error, fmt, args);
    va_end(args);
    return status;
}

/* ---- life ---------------------------------------------------------------------------------------------- */

/* The first line of the key's file. */
static bool read_api_key(chore_policy_instance *self, char *why, size_t cap)
{
    const char *path = self->options.api_key_file;
    if (path[0] == '\0') {
        return true;
    }
    FILE *file = fopen(path, "rb");
    const bool read = file != NULL && fgets(self->api_key, sizeof self->api_key, file) != NULL;
    if (!read) {
        (void)snprintf(why, cap, "api_key_file=%.100s: %s%s", path, file == NULL ? strerror(errno) : "it is empty",
                       file == NULL && errno == EACCES ? " (--allow read=FILE lets it be read)" : "");
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    self->api_key[strcspn(self->api_key, "\r\n")] = '\0';
    return read;
}

static chore_policy_instance *openpi_create(const chore_policy_host_table *host, const char *config, char *err, uint32_t err_cap)
{
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    self->host = host;
    if (!options_parse(&self->options, config, err, err_cap) || !keymap_load(&self->map, self->options.map, err, err_cap) ||
        !read_api_key(self, err, err_cap)) {
        free(self);
        return NULL;
    }
    (void)snprintf(self->where, sizeof self->where, "%.60s:%.0f", self->options.host, self->options.port);
    self->ws.fd = -1;
    self->ws.limit = (uint64_t)(self->options.limit_mib * 1048576);
    return self;
}

static void openpi_destroy(chore_policy_instance *self)
{
    websocket_close(&self->ws, FRAMES_NORMAL);
    msgpack_free(&self->message);
    free(self->open);
    free(self);
}

/* ---- the connection ------------------------------------------------------------------------------------ */

/* What the server sends first. */
static int32_t read_metadata(chore_policy_instance *self, net_patience patience)
{
    char why[200];
    const net_result result = websocket_receive(&self->ws, patience);
    if (result != NET_OK) {
        return fail(self, result == NET_CANCELLED ? CHORE_POLICY_CANCELLED : CHORE_POLICY_ERROR,
                    "the server at %s opened the connection and sent no metadata: %s", self->where, self->ws.why);
    }
    if (self->ws.in.message_opcode != FRAMES_BINARY) {
        (void)snprintf(why, sizeof why, "its first message is a text, not a map of metadata");
    } else if (answer_is_map(self->ws.in.message, self->ws.in.message_size, why, sizeof why)) {
        return CHORE_POLICY_OK;
    }
    websocket_close(&self->ws, FRAMES_PROTOCOL);
    return fail(self, CHORE_POLICY_ERROR, "the server at %s is no policy server: %s", self->where, why);
}

static void rest(void)
{
    const struct timespec pause = {.tv_nsec = TRY_AGAIN_MS * 1000000L};
    (void)nanosleep(&pause, NULL);
}

/* A server that still starts refuses connections: it is asked again until the time is over. */
static int32_t connect_to_server(chore_policy_instance *self)
{
    const websocket_address to = {.host = self->options.host,
                                  .path = self->options.path,
                                  .api_key = self->api_key,
                                  .port = (uint16_t)self->options.port};
    const net_patience patience = net_for(self->host, self->options.connect_s);
    for (;;) {
        /* a single try has a second at least */
        const net_patience once = self->options.connect_s > 1 ? patience : net_for(self->host, 1);
        const net_result result = websocket_connect(&self->ws, &to, once);
        const bool refused = result == NET_FAILED && errno == ECONNREFUSED;
        if (result == NET_OK) {
            return read_metadata(self, once);
        }
        if (result == NET_CANCELLED) {
            return fail(self, CHORE_POLICY_CANCELLED, "ended while it connected to %s", self->where);
        }
        if (result == NET_FORBIDDEN) {
            return fail(self, CHORE_POLICY_ERROR, "it asks a server at %s and may not use the network: --allow net lets it",
                        self->where);
        }
        if (!refused || net_now_ms() + TRY_AGAIN_MS > patience.until_ms) {
            return fail(self, CHORE_POLICY_ERROR, "no connection to the policy server at %s: %s%s", self->where, self->ws.why,
                        refused ? " (does it run? connect=SECONDS waits for it)" : "");
        }
        rest();
    }
}

/* Connected, with all pings answered. A connection that was lost meanwhile is opened again, except where it holds the episode's state. */
static int32_t be_connected(chore_policy_instance *self, bool episode_goes_on)
{
    char lost[WEBSOCKET_WHY_CAP] = "";
    if (self->ws.fd >= 0 && websocket_idle(&self->ws, self->host) != NET_OK) {
        (void)snprintf(lost, sizeof lost, "%s", self->ws.why);
    }
    if (self->ws.fd >= 0) {
        return CHORE_POLICY_OK;
    }
    if (episode_goes_on && self->options.reconnect) {
        return fail(self, CHORE_POLICY_ERROR, "the connection to %s was lost in mid-episode, and with it the server's state: %s",
                    self->where, lost);
    }
    const int32_t status = connect_to_server(self);
    if (status == CHORE_POLICY_OK && lost[0] != '\0') {
        char words[WEBSOCKET_WHY_CAP + WHERE_CAP];
        (void)snprintf(words, sizeof words, "connected to %s again: %s", self->where, lost);
        self->host->log(self->host->ctx, CHORE_POLICY_LOG_INFO, words);
    }
    return status;
}

/* ---- negotiation --------------------------------------------------------------------------------------- */

/* The offered field with what is wanted of it. One that is not offered is asked for by its name all the same: the host's refusal says
   what was near. */
static void take(chore_policy_field *out, const chore_policy_field *offered, const char *name, const char *convert, uint32_t flags)
{
    memset(out, 0, sizeof *out);
    if (offered != NULL) {
        memcpy(out, offered, offered->struct_size < sizeof *out ? offered->struct_size : sizeof *out);
    }
    out->struct_size = sizeof *out;
    out->name = name;
    out->convert = convert;
    out->flags = flags;
    out->lo = out->hi = NULL;
}

static void take_streams(chore_policy_instance *self, const chore_policy_offer *offer)
{
    const keymap *map = &self->map;
    for (uint32_t i = 0; i < map->n_streams; i++) {
        const keymap_stream *s = &map->streams[i];
        take(&self->streams[i], chore_offer_field(offer, s->name), s->name, s->convert, s->optional ? CHORE_FLAG_OPTIONAL : 0);
    }
    self->n_streams = map->n_streams;
    if (self->options.prompt == PROMPT_INSTRUCTION) {
        take(&self->streams[self->n_streams++], chore_offer_field(offer, "instruction"), "instruction", "", 0);
    }
}

static int32_t take_components(chore_policy_instance *self, const chore_policy_offer *offer)
{
    const keymap *map = &self->map;
    const chore_policy_mode *mode = chore_offer_mode(offer, map->mode);
    self->n_components = 0;
    if (mode == NULL) {
        return fail(self, CHORE_POLICY_ERROR, "key map %.40s wants the action mode \"%s\", which is not offered", self->options.map,
                    map->mode);
    }
    for (uint32_t c = 0; c < mode->n_components; c++) {
        const chore_policy_field *offered = CHORE_POLICY_AT(chore_policy_field, mode->components, c);
        const keymap_component *found = NULL;
        for (uint32_t i = 0; i < map->n_components; i++) {
            found = strcmp(map->components[i].name, offered->name) == 0 ? &map->components[i] : found;
        }
        if (found == NULL || c == KEYMAP_COMPONENTS) {
            return fail(self, CHORE_POLICY_ERROR, "key map %.40s says nothing of the component \"%s\" of mode \"%s\" (embodiment %s)",
                        self->options.map, offered->name, map->mode, offer->embodiment);
        }
        take(&self->components[c], offered, found->name, found->convert, offered->flags);
        self->from[c] = found->from;
        if (chore_field_count(&self->components[c]) != found->n) {
            return fail(self, CHORE_POLICY_ERROR, "key map %.40s has %" PRIu32 " values for \"%s\", it takes %" PRIu32,
                        self->options.map, found->n, found->name, chore_field_count(&self->components[c]));
        }
    }
    self->n_components = mode->n_components;
    return CHORE_POLICY_OK;
}

static int32_t openpi_negotiate(chore_policy_instance *self, const chore_policy_offer *offer, chore_policy_request *request)
{
    const options *o = &self->options;
    take_streams(self, offer);
    int32_t status = take_components(self, offer);
    if (status == CHORE_POLICY_OK) {
        status = be_connected(self, false);
    }
    free(self->open);
    self->open = calloc(offer->max_batch, 1);
    self->n_slots = self->open != NULL ? offer->max_batch : 0;
    if (status != CHORE_POLICY_OK) {
        return status;
    }
    if (self->open == NULL) {
        return fail(self, CHORE_POLICY_ERROR, "out of memory");
    }
    request->fields = self->streams;
    request->n_fields = self->n_streams;
    request->components = self->components;
    request->n_components = self->n_components;
    request->mode = self->map.mode;
    request->rate_hz = o->rate_hz > 0 ? o->rate_hz : self->map.rate_hz > 0 ? self->map.rate_hz : offer->rates_hz[0];
    request->max_batch = offer->max_batch;
    request->execute = o->execute > 0 ? (uint32_t)o->execute : self->map.execute;
    request->horizon = offer->max_horizon; /* how long the server's chunks are, only its answers say */
    request->caps = CHORE_CAP_NEEDS_NET;
    return CHORE_POLICY_OK;
}

/* ---- episodes ------------------------------------------------------------------------------------------ */

static int32_t openpi_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    if (self->options.reconnect) {
        websocket_close(&self->ws, FRAMES_NORMAL);
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t slot = CHORE_POLICY_AT(chore_policy_episode, episodes, i)->slot;
        if (slot >= self->n_slots) {
            return fail(self, CHORE_POLICY_ERROR, "reset of a slot that was not negotiated");
        }
        self->open[slot] = 1;
    }
    self->ledger = (ledger){0};
    return be_connected(self, false);
}

/* A text instead of an answer: the traceback goes to stderr, which the host keeps in policy.log; its last line becomes the reason. */
static int32_t tell_error(chore_policy_instance *self)
{
    size_t size;
    const char *text = (const char *)self->ws.in.message;
    const char *line = answer_error_line(text, &size);
    (void)fprintf(stderr, "the server at %s answered with an error:\n%s\n", self->where, text);
    (void)fail(self, CHORE_POLICY_ERROR, "the server at %s answered with an error: %.*s", self->where, (int)(size < 240 ? size : 240),
               line);
    websocket_close(&self->ws, FRAMES_NORMAL);
    return CHORE_POLICY_ERROR;
}

/* One request and its answer, which lies in the websocket's message. */
static int32_t ask(chore_policy_instance *self)
{
    const net_patience patience = net_for(self->host, self->options.timeout_s);
    net_result result = websocket_send(&self->ws, self->message.data, self->message.size, patience);
    if (result == NET_OK) {
        result = websocket_receive(&self->ws, patience);
    }
    switch (result) {
    case NET_OK: return self->ws.in.message_opcode == FRAMES_TEXT ? tell_error(self) : CHORE_POLICY_OK;
    case NET_CANCELLED: return fail(self, CHORE_POLICY_CANCELLED, "ended while it waited for the server at %s", self->where);
    case NET_LATE:
        return fail(self, CHORE_POLICY_ERROR,
                    "the server at %s gave no answer within %g s; the connection is closed, so that a late one is taken for no other",
                    self->where, self->options.timeout_s);
    default:
        return fail(self, CHORE_POLICY_ERROR, "the server at %s did not answer: %s", self->where, self->ws.why);
    }
}

static void note_time(chore_policy_instance *self, double ms, const answer *given)
{
    ledger *l = &self->ledger;
    l->requests++;
    l->total_ms += ms;
    l->longest_ms = ms > l->longest_ms ? ms : l->longest_ms;
    l->server_ms += given->infer_ms > 0 ? given->infer_ms : 0;
}

/* Rows of the answer as rows of the action, in the order of the mode's components. */
static uint32_t copy_rows(const chore_policy_instance *self, const answer *given, uint32_t horizon, float *rows)
{
    const uint32_t n = given->actions.shape[0] < horizon ? given->actions.shape[0] : horizon;
    for (uint32_t row = 0; row < n; row++) {
        for (uint32_t c = 0; c < self->n_components; c++) {
            const uint32_t values = chore_field_count(&self->components[c]);
            const uint64_t from = (uint64_t)row * self->map.dim + self->from[c];
            for (uint32_t i = 0; i < values; i++) {
                *rows++ = (float)ndarray_value(&given->actions, from + i);
            }
        }
    }
    return n;
}

static int32_t act_one(chore_policy_instance *self, const chore_policy_batch *batch, uint32_t k, chore_policy_actions *actions)
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
    int32_t status = be_connected(self, true);
    if (status == CHORE_POLICY_OK && !request_write(&self->message, &streams, stream, prompt)) {
        status = fail(self, CHORE_POLICY_ERROR, "out of memory for a request");
    }
    const uint64_t begin = self->host->now_ns(self->host->ctx);
    if (status == CHORE_POLICY_OK) {
        status = ask(self);
    }
    if (status != CHORE_POLICY_OK) {
        return status;
    }
    if (!answer_read(&given, self->ws.in.message, self->ws.in.message_size, self->map.dim, why, sizeof why)) {
        return fail(self, CHORE_POLICY_ERROR, "the server at %s: %s", self->where, why);
    }
    note_time(self, (double)(self->host->now_ns(self->host->ctx) - begin) * 1e-6, &given);
    actions->valid[k] = copy_rows(self, &given, actions->horizon, actions->data + (size_t)k * actions->horizon * actions->dim);
    return CHORE_POLICY_OK;
}

static int32_t openpi_act(chore_policy_instance *self, const chore_policy_batch *batch, chore_policy_actions *actions)
{
    char first[ERROR_CAP] = "";
    for (uint32_t k = 0; k < batch->n; k++) {
        actions->status[k] = act_one(self, batch, k, actions);
        if (actions->status[k] != CHORE_POLICY_OK) {
            if (batch->slot[k] < self->n_slots) {
                self->open[batch->slot[k]] = 0;
            }
            if (first[0] == '\0') { /* of several the first is told */
                memcpy(first, self->error, sizeof first);
            }
        }
    }
    memcpy(self->error, first, sizeof first);
    return CHORE_POLICY_OK;
}

/* The episode is over: how long the server took. */
static int32_t openpi_feedback(chore_policy_instance *self, uint32_t n, const chore_policy_event *events)
{
    const ledger *l = &self->ledger;
    char words[160];
    if (n > 0 && events->kind == CHORE_FEEDBACK_OUTCOME && l->requests > 0) {
        (void)snprintf(words, sizeof words, "%" PRIu64 " requests, %.1f ms each and %.1f at most; of that the server's %.1f", l->requests,
                       l->total_ms / (double)l->requests, l->longest_ms, l->server_ms / (double)l->requests);
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
