/* SHA-1 (FIPS 180-4) of short messages: the websocket handshake proves with it that the other
   side is no cache. Nothing here rests on its strength. */
#ifndef OPENPI_SHA1_H
#define OPENPI_SHA1_H
#include <stddef.h>
#include <stdint.h>

enum { SHA1_BYTES = 20, SHA1_LONGEST = 119 }; /* two blocks, less the padding */

/* size <= SHA1_LONGEST */
void sha1(const void *data, size_t size, uint8_t out[SHA1_BYTES]);
#endif
