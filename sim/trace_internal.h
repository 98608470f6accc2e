/* The bytes of a trace, shared by its writer and its reader. Layout and reasons: trace_format.md. */
#ifndef CHORE_TRACE_INTERNAL_H
#define CHORE_TRACE_INTERNAL_H
#include <chore/hash.h>

#include <string.h>

#define TRACE_MAGIC "chortrac" /* 8 bytes, no terminator in the file */

enum {
    TRACE_VERSION = 1,
    TRACE_PROLOGUE_LEN = 16,
    TRACE_HEADER_LEN = 28, /* of a chunk */
    TRACE_HASH_LEN = 16,
    TRACE_NOTE_HEADER_LEN = 12, /* u64 steps, u32 length */
    TRACE_STEPS_PER_CHUNK = 256,
    TRACE_ACTION_DIM_MAX = 4096,
    TRACE_ALIGN = 16, /* of a payload in the reader's memory */
};

#define TRACE_TYPE(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
#define TRACE_HEAD TRACE_TYPE('H', 'E', 'A', 'D')
#define TRACE_STEP TRACE_TYPE('S', 'T', 'E', 'P')
#define TRACE_KEYF TRACE_TYPE('K', 'E', 'Y', 'F')
#define TRACE_NOTE TRACE_TYPE('N', 'O', 'T', 'E')
#define TRACE_FOOT TRACE_TYPE('F', 'O', 'O', 'T')

typedef struct trace_chunk {
    uint32_t type;
    uint64_t steps; /* in all chunks before this one */
    uint32_t raw_len, packed_len;
    uint32_t payload_crc;
} trace_chunk;

/* What payloads may unpack to in all, so that a small hostile file cannot ask for a lot of memory. */
static inline uint64_t trace_raw_limit(uint64_t file_len)
{
    return ((uint64_t)64 << 20) + 256 * file_len;
}

static inline void trace_put_u32(unsigned char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
}

static inline void trace_put_u64(unsigned char *out, uint64_t value)
{
    trace_put_u32(out, (uint32_t)value);
    trace_put_u32(out + 4, (uint32_t)(value >> 32));
}

static inline void trace_put_hash(unsigned char *out, chore_hash hash)
{
    trace_put_u64(out, hash.lo);
    trace_put_u64(out + 8, hash.hi);
}

static inline void trace_put_float(unsigned char *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    trace_put_u32(out, bits);
}

static inline uint32_t trace_get_u32(const unsigned char *in)
{
    return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

static inline uint64_t trace_get_u64(const unsigned char *in)
{
    return trace_get_u32(in) | (uint64_t)trace_get_u32(in + 4) << 32;
}

static inline chore_hash trace_get_hash(const unsigned char *in)
{
    return (chore_hash){.lo = trace_get_u64(in), .hi = trace_get_u64(in + 8)};
}

static inline float trace_get_float(const unsigned char *in)
{
    const uint32_t bits = trace_get_u32(in);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline void trace_put_prologue(unsigned char out[TRACE_PROLOGUE_LEN], uint32_t version)
{
    memcpy(out, TRACE_MAGIC, 8);
    trace_put_u32(out + 8, version);
    trace_put_u32(out + 12, chore_crc32c(0, out, 12));
}

static inline void trace_put_chunk(unsigned char out[TRACE_HEADER_LEN], const trace_chunk *chunk)
{
    trace_put_u32(out, chunk->type);
    trace_put_u64(out + 4, chunk->steps);
    trace_put_u32(out + 12, chunk->raw_len);
    trace_put_u32(out + 16, chunk->packed_len);
    trace_put_u32(out + 20, chunk->payload_crc);
    trace_put_u32(out + 24, chore_crc32c(0, out, 24));
}

/* False when the header's own CRC does not fit. */
static inline bool trace_get_chunk(const unsigned char in[TRACE_HEADER_LEN], trace_chunk *chunk)
{
    *chunk = (trace_chunk){
        .type = trace_get_u32(in),
        .steps = trace_get_u64(in + 4),
        .raw_len = trace_get_u32(in + 12),
        .packed_len = trace_get_u32(in + 16),
        .payload_crc = trace_get_u32(in + 20),
    };
    return trace_get_u32(in + 24) == chore_crc32c(0, in, 24);
}
#endif
