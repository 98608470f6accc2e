/* A websocket to a policy server, the client's side: one message after the other, pings answered
   in between. */
#ifndef OPENPI_WEBSOCKET_H
#define OPENPI_WEBSOCKET_H
#include "frames.h"
#include "net.h"

enum { WEBSOCKET_WHY_CAP = 256 };

typedef struct websocket_address {
    const char *host, *path, *api_key; /* api_key: "" for none */
    uint16_t port;
} websocket_address;

/* Zero it, then fd = -1 and set `limit`. */
typedef struct websocket {
    int fd;         /* -1: not connected */
    uint64_t limit; /* longest message that is taken, in bytes */
    frames in;
    int close_code; /* NET_CLOSED: the code of the other side's close, or 0 when it just went away */
    char why[WEBSOCKET_WHY_CAP]; /* when a call did not return NET_OK: in words */
} websocket;

/* On failure nothing is connected. */
net_result websocket_connect(websocket *ws, const websocket_address *to, net_patience patience);
/* One binary message. `data` is masked where it lies. On failure the connection is closed: what
   comes of it later would be taken for the answer to another request. */
net_result websocket_send(websocket *ws, uint8_t *data, size_t size, net_patience patience);
/* The next message, in ws->in.message with its message_opcode; answers pings meanwhile. On
   failure the connection is closed. */
net_result websocket_receive(websocket *ws, net_patience patience);
/* Answers the pings that have come, without waiting. NET_CLOSED: the other side has ended the
   connection, and it is closed. A message is a fault here, because nobody asked. */
net_result websocket_idle(websocket *ws, const chore_policy_host_table *host);
/* Ends it: with a close frame when `code` is not 0. */
void websocket_close(websocket *ws, int code);
#endif
