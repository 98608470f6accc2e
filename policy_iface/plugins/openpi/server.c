#include "server.h"
#include "answer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TRY_AGAIN_MS = 250, TRACEBACK_CAP = 8192 };

static int32_t fail(server *self, int32_t status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int32_t fail(server *self, int32_t status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(self->why, sizeof self->why, fmt, args);
    va_end(args);
    return status;
}

/* The first line of the key's file. */
static bool read_api_key(server *self, char *why, size_t cap)
{
    const char *path = self->options->api_key_file;
    if (path[0] == '\0') {
        return true;
    }
    FILE *file = fopen(path, "rb");
    const bool read = file != NULL && fgets(self->api_key, sizeof self->api_key, file) != NULL;
    if (!read) {
        (void)snprintf(why, cap, "api_key_file=%.100s: %s%s", path,
                       file == NULL ? strerror(errno) : "it is empty",
                       file == NULL && errno == EACCES ? " (--allow read=FILE lets it be read)"
                                                       : "");
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    self->api_key[strcspn(self->api_key, "\r\n")] = '\0';
    return read;
}

bool server_init(server *self, const chore_policy_host_table *host, const options *o, char *why,
                 size_t cap)
{
    *self = (server){.host = host, .options = o};
    (void)snprintf(self->where, sizeof self->where, "%.60s:%.0f", o->host, o->port);
    self->ws.fd = -1;
    self->ws.limit = (uint64_t)(o->limit_mib * 1048576);
    return read_api_key(self, why, cap);
}

void server_leave(server *self)
{
    websocket_close(&self->ws, FRAMES_NORMAL);
}

/* ---- the connection -------------------------------------------------------------------------- */

/* What the server sends first. */
static int32_t read_metadata(server *self, net_patience patience)
{
    char why[200];
    const net_result result = websocket_receive(&self->ws, patience);
    if (result != NET_OK) {
        return fail(self, result == NET_CANCELLED ? CHORE_POLICY_CANCELLED : CHORE_POLICY_ERROR,
                    "the server at %s opened the connection and sent no metadata: %s", self->where,
                    self->ws.why);
    }
    if (self->ws.in.message_opcode != FRAMES_BINARY) {
        (void)snprintf(why, sizeof why, "its first message is a text, not a map of metadata");
    } else if (answer_is_map(self->ws.in.message, self->ws.in.message_size, why, sizeof why)) {
        return CHORE_POLICY_OK;
    }
    websocket_close(&self->ws, FRAMES_PROTOCOL);
    return fail(self, CHORE_POLICY_ERROR, "the server at %s is no policy server: %s", self->where,
                why);
}

static void rest(void)
{
    const struct timespec pause = {.tv_nsec = TRY_AGAIN_MS * 1000000L};
    (void)nanosleep(&pause, NULL);
}

/* A server that still starts refuses connections: it is asked again until the time is over. */
static int32_t connect_to_server(server *self)
{
    const websocket_address to = {.host = self->options->host,
                                  .path = self->options->path,
                                  .api_key = self->api_key,
                                  .port = (uint16_t)self->options->port};
    const net_patience patience = net_for(self->host, self->options->connect_s);
    for (;;) {
        /* a single try has a second at least */
        const net_patience once = self->options->connect_s > 1 ? patience : net_for(self->host, 1);
        const net_result result = websocket_connect(&self->ws, &to, once);
        if (result == NET_OK) {
            return read_metadata(self, once);
        }
        if (result == NET_CANCELLED || self->host->cancelled(self->host->ctx)) {
            return fail(self, CHORE_POLICY_CANCELLED, "ended while it connected to %s",
                        self->where);
        }
        if (result == NET_FORBIDDEN) {
            return fail(self, CHORE_POLICY_ERROR,
                        "it asks a server at %s and may not use the network: --allow net lets it",
                        self->where);
        }
        if (result != NET_REFUSED || net_now_ms() + TRY_AGAIN_MS > patience.until_ms) {
            return fail(self, CHORE_POLICY_ERROR, "no connection to the policy server at %s: %s%s",
                        self->where, self->ws.why,
                        result == NET_REFUSED ? " (does it run? connect=SECONDS waits for it)"
                                              : "");
        }
        rest();
    }
}

int32_t server_be_there(server *self, bool episode_goes_on)
{
    char lost[WEBSOCKET_WHY_CAP] = "";
    if (self->ws.fd >= 0 && websocket_idle(&self->ws, self->host) != NET_OK) {
        (void)snprintf(lost, sizeof lost, "%s", self->ws.why);
    }
    if (self->ws.fd >= 0) {
        return CHORE_POLICY_OK;
    }
    if (episode_goes_on && self->options->reset == RESET_RECONNECT) {
        return fail(
            self, CHORE_POLICY_ERROR,
            "the connection to %s was lost in mid-episode, and with it the server's state: %s",
            self->where, lost);
    }
    const int32_t status = connect_to_server(self);
    if (status == CHORE_POLICY_OK && lost[0] != '\0') {
        char words[WEBSOCKET_WHY_CAP + SERVER_WHERE_CAP];
        (void)snprintf(words, sizeof words, "connected to %s again: %s", self->where, lost);
        self->host->log(self->host->ctx, CHORE_POLICY_LOG_INFO, words);
    }
    return status;
}

/* ---- requests -------------------------------------------------------------------------------- */

/* A text instead of an answer: the traceback goes to stderr, which the host keeps in policy.log;
   its last line becomes the reason. */
static int32_t tell_error(server *self)
{
    size_t size;
    const char *text = (const char *)self->ws.in.message;
    const char *line = answer_error_line(text, &size);
    const size_t length = strlen(text), most = length < TRACEBACK_CAP ? length : TRACEBACK_CAP;
    (void)fprintf(stderr, "the server at %s answered with an error:\n%s\n", self->where,
                  text + length - most);
    (void)fail(self, CHORE_POLICY_ERROR, "the server at %s answered with an error: %.*s",
               self->where, (int)(size < 240 ? size : 240), line);
    websocket_close(&self->ws, FRAMES_NORMAL);
    return CHORE_POLICY_ERROR;
}

int32_t server_ask(server *self, msgpack_writer *request)
{
    const net_patience patience = net_for(self->host, self->options->timeout_s);
    net_result result = websocket_send(&self->ws, request->data, request->size, patience);
    if (result == NET_OK) {
        result = websocket_receive(&self->ws, patience);
    }
    switch (result) {
    case NET_OK:
        return self->ws.in.message_opcode == FRAMES_TEXT ? tell_error(self) : CHORE_POLICY_OK;
    case NET_CANCELLED:
        return fail(self, CHORE_POLICY_CANCELLED, "ended while it waited for the server at %s",
                    self->where);
    case NET_LATE:
        return fail(
            self, CHORE_POLICY_ERROR,
            "the server at %s gave no answer within %g s; the connection is closed, so that a late one is taken for no other",
            self->where, self->options->timeout_s);
    default:
        return fail(self, CHORE_POLICY_ERROR, "the server at %s did not answer: %s", self->where,
                    self->ws.why);
    }
}

const uint8_t *server_answer(const server *self)
{
    return self->ws.in.message;
}

size_t server_answer_size(const server *self)
{
    return self->ws.in.message_size;
}
