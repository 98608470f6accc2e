/* The policy server: being connected to it, and one request after the other. Each function
   returns a status of the ABI; `why` has the words. */
#ifndef OPENPI_SERVER_H
#define OPENPI_SERVER_H
#include "msgpack.h"
#include "options.h"
#include "websocket.h"

enum { SERVER_WHY_CAP = 384, SERVER_WHERE_CAP = 80 };

typedef struct server {
    const chore_policy_host_table *host;
    const options *options;
    char where[SERVER_WHERE_CAP]; /* "host:port" */
    char api_key[OPTIONS_TEXT_CAP];
    websocket ws;
    char why[SERVER_WHY_CAP];
} server;

/* Connects to nobody yet. `host` and `options` are kept. False: `why` (cap bytes) says why the
   api key cannot be read. */
bool server_init(server *self, const chore_policy_host_table *host, const options *options,
                 char *why, size_t cap);
void server_leave(server *self);
/* Connected, metadata read, all pings answered. A connection that was lost meanwhile is opened
   again; not in mid-episode where each episode has one of its own, because the server's state
   went with it. */
int32_t server_be_there(server *self, bool episode_goes_on);
/* A request, which is masked where it lies, and its answer. When there is none the connection is
   closed. */
int32_t server_ask(server *self, msgpack_writer *request);
/* The last answer; valid until the next call. */
const uint8_t *server_answer(const server *self);
size_t server_answer_size(const server *self);
#endif
