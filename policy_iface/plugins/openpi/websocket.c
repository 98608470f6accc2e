#include "websocket.h"
#include "handshake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const double goodbye_s = 0.2; /* for a close frame: courtesy, nothing waits for it */
static const double idle_s = 1;      /* for all pings that have piled up */

static bool draw(uint8_t *out, size_t size)
{
    return getrandom(out, size, 0) == (ssize_t)size;
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void drop(websocket *ws)
{
    if (ws->fd >= 0) {
        close(ws->fd);
    }
    ws->fd = -1;
}

static net_result send_frame(websocket *ws, int opcode, uint8_t *data, size_t size,
                             net_patience patience)
{
    uint8_t mask[4], head[FRAMES_HEAD_CAP];
    if (!draw(mask, sizeof mask)) {
        return NET_FAILED;
    }
    struct iovec parts[2] = {{head, frames_head(head, opcode, size, mask)}, {data, size}};
    frames_mask(data, size, mask);
    return net_send(ws->fd, parts, size > 0 ? 2 : 1, patience);
}

static void say_goodbye(websocket *ws, int code, const chore_policy_host_table *host)
{
    uint8_t data[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    (void)send_frame(ws, FRAMES_CLOSE, data, sizeof data, net_for(host, goodbye_s));
}

static int32_t never(void *ctx)
{
    (void)ctx;
    return 0;
}

void websocket_close(websocket *ws, int code)
{
    const chore_policy_host_table nobody = {.struct_size = sizeof nobody, .cancelled = never};
    if (ws->fd >= 0 && code != 0) {
        say_goodbye(ws, code, &nobody);
    }
    drop(ws);
    frames_free(&ws->in);
}

/* What a result means in words, unless they have been found already. */
static net_result give_up(websocket *ws, net_result result, const char *while_doing)
{
    const char *words = "";
    switch (result) {
    case NET_OK: return NET_OK;
    case NET_LATE: words = "the time is over"; break;
    case NET_CANCELLED: words = "the host asked for an end"; break;
    case NET_CLOSED: words = "the connection was lost"; break;
    case NET_FORBIDDEN: words = "it may not use the network"; break;
    case NET_REFUSED:
    case NET_FAILED: words = strerror(errno); break;
    }
    if (ws->why[0] == '\0') {
        (void)snprintf(ws->why, sizeof ws->why, "%s: %s", while_doing, words);
    }
    drop(ws);
    return result;
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* What comes behind the head of the answer is the first frames. */
static net_result read_answer(websocket *ws, const char *key, net_patience patience)
{
    char head[HANDSHAKE_CAP + 1];
    size_t size = 0, end = 0, got, room;
    while (end == 0) {
        if (size == HANDSHAKE_CAP) {
            (void)snprintf(ws->why, sizeof ws->why, "its answer is longer than %d bytes",
                           HANDSHAKE_CAP);
            return NET_FAILED;
        }
        const net_result result =
            net_receive(ws->fd, head + size, HANDSHAKE_CAP - size, &got, patience);
        if (result != NET_OK) {
            return result;
        }
        size += got;
        end = handshake_head_size(head, size);
    }
    uint8_t *input = frames_room(&ws->in, &room);
    memcpy(input, head + end, size - end); /* HANDSHAKE_CAP < FRAMES_INPUT */
    frames_received(&ws->in, size - end);
    head[end] = '\0';
    return handshake_accepted(head, key, ws->why, sizeof ws->why) ? NET_OK : NET_FAILED;
}

static net_result shake_hands(websocket *ws, const websocket_address *to, net_patience patience)
{
    char request[HANDSHAKE_CAP], key[HANDSHAKE_KEY_CAP];
    uint8_t random[16];
    if (!draw(random, sizeof random)) {
        return NET_FAILED;
    }
    handshake_key(key, random);
    const size_t size =
        handshake_request(request, sizeof request, to->host, to->port, to->path, key, to->api_key);
    if (size == 0) {
        (void)snprintf(ws->why, sizeof ws->why,
                       "host, path and api key are longer than %d bytes together", HANDSHAKE_CAP);
        return NET_FAILED;
    }
    struct iovec part = {request, size};
    const net_result result = net_send(ws->fd, &part, 1, patience);
    return result == NET_OK ? read_answer(ws, key, patience) : result;
}

net_result websocket_connect(websocket *ws, const websocket_address *to, net_patience patience)
{
    websocket_close(ws, 0);
    ws->why[0] = '\0';
    ws->close_code = 0;
    memset(&ws->in, 0, sizeof ws->in);
    ws->in.limit = ws->limit;
    net_result result = net_connect(&ws->fd, to->host, to->port, patience, ws->why, sizeof ws->why);
    if (result == NET_OK) {
        ws->why[0] = '\0';
        result = shake_hands(ws, to, patience);
    } else {
        ws->fd = -1;
    }
    return give_up(ws, result, "in the handshake");
}

/* ---- messages -------------------------------------------------------------------------------- */

net_result websocket_send(websocket *ws, uint8_t *data, size_t size, net_patience patience)
{
    ws->why[0] = '\0';
    return give_up(ws, send_frame(ws, FRAMES_BINARY, data, size, patience), "sending the request");
}

/* The other side's close: code and reason, and ours in answer. */
static net_result read_close(websocket *ws, net_patience patience)
{
    const frames *in = &ws->in;
    ws->close_code = in->control_size >= 2 ? in->control[0] << 8 | in->control[1] : 0;
    if (ws->close_code != 0) {
        (void)snprintf(ws->why, sizeof ws->why, "the server closed the connection (%d%s%.*s)",
                       ws->close_code, in->control_size > 2 ? ": " : "", (int)in->control_size - 2,
                       (const char *)in->control + 2);
    } else {
        (void)snprintf(ws->why, sizeof ws->why, "the server closed the connection");
    }
    say_goodbye(ws, FRAMES_NORMAL, patience.host);
    return NET_CLOSED;
}

/* One event other than a message. */
static net_result serve(websocket *ws, frames_event event, net_patience patience)
{
    frames *in = &ws->in;
    if (event == FRAMES_FAULT) {
        (void)snprintf(ws->why, sizeof ws->why, "the server breaks the protocol: %s", in->fault);
        say_goodbye(ws, in->code, patience.host);
        return NET_FAILED;
    }
    if (event == FRAMES_CONTROL) {
        if (in->opcode == FRAMES_CLOSE) {
            return read_close(ws, patience);
        }
        return in->opcode == FRAMES_PING
                   ? send_frame(ws, FRAMES_PONG, in->control, in->control_size, patience)
                   : NET_OK;
    }
    size_t room, got = 0;
    uint8_t *input = frames_room(in, &room);
    const net_result result = net_receive(ws->fd, input, room, &got, patience);
    frames_received(in, got);
    return result;
}

net_result websocket_receive(websocket *ws, net_patience patience)
{
    net_result result = NET_OK;
    ws->why[0] = '\0';
    while (result == NET_OK) {
        const frames_event event = frames_next(&ws->in);
        if (event == FRAMES_MESSAGE) {
            return NET_OK;
        }
        result = net_now_ms() > patience.until_ms ? NET_LATE : serve(ws, event, patience);
    }
    return give_up(ws, result, "waiting for the server");
}

net_result websocket_idle(websocket *ws, const chore_policy_host_table *host)
{
    const net_patience patience = net_for(host, idle_s);
    net_result result = NET_OK;
    ws->why[0] = '\0';
    while (result == NET_OK) {
        const frames_event event = frames_next(&ws->in);
        if (event == FRAMES_MESSAGE) {
            (void)snprintf(ws->why, sizeof ws->why,
                           "the server sent a message that nobody asked for");
            say_goodbye(ws, FRAMES_PROTOCOL, host);
            result = NET_FAILED;
        } else if (event == FRAMES_MORE && !net_is_readable(ws->fd)) {
            return NET_OK;
        } else {
            result = net_now_ms() > patience.until_ms ? NET_LATE : serve(ws, event, patience);
        }
    }
    return give_up(ws, result, "between two requests");
}
