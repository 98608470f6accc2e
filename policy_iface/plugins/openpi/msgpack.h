/* MessagePack, as much as the protocol needs: a writer into a buffer that grows, and a reader
   that allocates nothing and believes nothing. Texts and bytes that are read point into the
   message. */
#ifndef OPENPI_MSGPACK_H
#define OPENPI_MSGPACK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- writing --------------------------------------------------------------------------------- */

/* Zero it to begin. When memory runs out `failed` is set, and nothing is written from then on. */
typedef struct msgpack_writer {
    uint8_t *data;
    size_t size, cap;
    bool failed;
} msgpack_writer;

void msgpack_clear(msgpack_writer *out); /* begins anew and keeps the memory */
void msgpack_free(msgpack_writer *out);

/* Each writes the shortest form, as Python's packer does. */
void msgpack_put_map(msgpack_writer *out, uint32_t pairs);
void msgpack_put_array(msgpack_writer *out, uint32_t items);
void msgpack_put_uint(msgpack_writer *out, uint64_t value);
void msgpack_put_bool(msgpack_writer *out, bool value);
void msgpack_put_text(msgpack_writer *out, const char *utf8, size_t size);
void msgpack_put_string(msgpack_writer *out, const char *utf8); /* terminated */
/* The head of `size` bytes, and where to write them: NULL when memory ran out. */
uint8_t *msgpack_put_bytes(msgpack_writer *out, uint32_t size);

/* ---- reading --------------------------------------------------------------------------------- */

typedef enum msgpack_kind {
    MSGPACK_NIL,
    MSGPACK_BOOL,
    MSGPACK_INT,
    MSGPACK_FLOAT,
    MSGPACK_TEXT,
    MSGPACK_BYTES,
    MSGPACK_ARRAY,
    MSGPACK_MAP,
    MSGPACK_EXTENSION
} msgpack_kind;

/* One item. Of an array or a map only the head: its items follow. */
typedef struct msgpack_item {
    msgpack_kind kind;
    uint32_t size; /* bytes of a text, bytes or extension; items of an array, pairs of a map */
    const uint8_t *data; /* of a text, bytes or extension */
    bool truth;
    bool negative; /* of an integer: it is whole - 2^64, otherwise whole */
    uint64_t whole;
    double number; /* of a float or an integer */
} msgpack_item;

typedef struct msgpack_reader {
    const uint8_t *data;
    size_t size, at;
    const char *fault; /* NULL, or what is wrong at byte `at`; every call fails from then on */
} msgpack_reader;

enum { MSGPACK_DEEPEST = 32 }; /* maps and arrays within each other */

msgpack_reader msgpack_read(const uint8_t *data, size_t size);
/* The next item. A count that the rest of the message cannot hold is a fault here already,
   before anybody makes room for it. */
bool msgpack_next(msgpack_reader *in, msgpack_item *item);
/* The next item with all that is in it. */
bool msgpack_skip(msgpack_reader *in);
/* All was read, and well; bytes behind the end are a fault. */
bool msgpack_done(msgpack_reader *in);
const char *msgpack_kind_name(msgpack_kind kind);
/* A text or bytes with just these contents. */
bool msgpack_is(const msgpack_item *item, msgpack_kind kind, const char *contents);
#endif
