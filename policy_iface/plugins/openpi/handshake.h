/* How a websocket begins: a request by HTTP, and the answer that shows that the other side
   understood it (RFC 6455, section 4). */
#ifndef OPENPI_HANDSHAKE_H
#define OPENPI_HANDSHAKE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HANDSHAKE_KEY_CAP = 25, HANDSHAKE_CAP = 8192 };

/* 16 random bytes as the key of a request. */
void handshake_key(char out[HANDSHAKE_KEY_CAP], const uint8_t random[16]);
/* The request; its length, 0 when it does not fit. `api_key` may be "". */
size_t handshake_request(char *out, size_t cap, const char *host, unsigned port, const char *path,
                         const char *key, const char *api_key);
/* Length of the answer's head in what came so far: 0 when its end has not come. */
size_t handshake_head_size(const char *data, size_t size);
/* Does the head (terminated) accept the request with this key? *why (cap bytes) says what is
   wrong. */
bool handshake_accepted(const char *head, const char *key, char *why, size_t cap);
#endif
