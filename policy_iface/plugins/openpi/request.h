/* An observation as the server's request. */
#ifndef OPENPI_REQUEST_H
#define OPENPI_REQUEST_H
#include "keymap.h"

/* What is known of the streams of a run: `fields` in the order of map->streams. */
typedef struct request_streams {
    const keymap *map;
    const chore_policy_field *
        fields; /* [map->n_streams] as negotiated; `shape` is all zero where an optional one is not offered */
} request_streams;

/* The message for one slot: `stream[i]` its data of map->streams[i], NULL where it is not there;
   `prompt` or NULL for none. False: there is no memory for it. */
bool request_write(msgpack_writer *out, const request_streams *streams, const void *const *stream,
                   const char *prompt);
#endif
