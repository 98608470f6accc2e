/* Trace, reading side: check every byte, then unpack. Nothing in the file is believed before its CRC was
   checked, and no length even then. */
#include <chore/files.h>
#include <chore/text.h>
#include <chore/trace.h>

#include <limits.h>
#include <stdlib.h>
#include <zstd.h>

#include "trace_internal.h"

struct chore_trace {
    int action_dim;
    uint64_t n_steps;
    float *actions;     /* [n_steps][action_dim] */
    chore_hash *hashes; /* [n_steps] */
    chore_trace_keyframe_ref *keyframes;
    chore_trace_note_ref *notes;
    int n_keyframes, n_notes, notes_cap;
    const char *header, *outcome;
    unsigned char *raw; /* all payloads, unpacked; the pointers above reach into it */
};

typedef struct placed_chunk {
    trace_chunk header;
    size_t file_at; /* offset of its header in the file */
    size_t raw_at;  /* offset of its unpacked payload in chore_trace.raw */
} placed_chunk;

typedef struct reader {
    chore_trace *trace;
    const char *path;
    const unsigned char *file;
    size_t file_len;
    bool partial; /* a missing tail is no error once there is a header */
    placed_chunk *chunks;
    int n_chunks, chunks_cap;
    size_t raw_len;
    chore_hash chain; /* of everything before the footer */
    chore_error *err;
} reader;

static chore_status fail_memory(const reader *r)
{
    return chore_fail_at(r->err, CHORE_E_MEMORY, r->path, 0, 0, "out of memory while reading a trace");
}

static chore_status fail_tampered(const reader *r, int chunk, size_t at, const char *what)
{
    chore_fail_at(r->err, CHORE_E_TAMPERED, r->path, 0, 0, "the trace was changed: chunk %d at byte %zu: %s",
                  chunk, at, what);
    chore_error_hint(r->err,
                     "somebody or a failing disk altered the file; only a new recording can be trusted");
    return CHORE_E_TAMPERED;
}

static chore_status fail_incomplete(const reader *r)
{
    chore_fail_at(r->err, CHORE_E_INCOMPLETE, r->path, 0, 0,
                  "the trace ends at byte %zu, in the middle of the episode", r->file_len);
    chore_error_hint(r->err, "its writer was stopped; run the episode again");
    return CHORE_E_INCOMPLETE;
}

/* ---- Pass 1: prologue, chunk headers, CRCs, the order of things ---------------------------------------- */

static chore_status check_prologue(const reader *r)
{
    unsigned char expected[TRACE_PROLOGUE_LEN];
    trace_put_prologue(expected, TRACE_VERSION);
    if (r->file_len < TRACE_PROLOGUE_LEN && memcmp(r->file, expected, r->file_len) == 0) {
        return fail_incomplete(r);
    }
    uint32_t version = 0;
    if (r->file_len >= TRACE_PROLOGUE_LEN) {
        version = trace_get_u32(r->file + 8);
        if (memcmp(r->file, expected, TRACE_PROLOGUE_LEN) == 0) {
            return CHORE_OK;
        }
        trace_put_prologue(expected, version); /* what should stand here if only the version differs */
    }
    int same = 0;
    for (int i = 0; i < TRACE_PROLOGUE_LEN && (size_t)i < r->file_len; i++) {
        same += r->file[i] == expected[i];
    }
    if (same == TRACE_PROLOGUE_LEN) {
        return chore_fail_at(r->err, CHORE_E_FILE, r->path, 0, 0,
                             "the trace has format %u, this program reads format %d", version, TRACE_VERSION);
    }
    if (same < 8) {
        return chore_fail_at(r->err, CHORE_E_FILE, r->path, 0, 0, "not a chorebench trace");
    }
    return fail_tampered(r, 0, 0, "the first 16 bytes are not those of a trace");
}

static bool type_is_known(uint32_t type)
{
    return type == TRACE_HEAD || type == TRACE_STEP || type == TRACE_KEYF || type == TRACE_NOTE ||
           type == TRACE_FOOT;
}

/* The file ends in the middle of something. */
static chore_status end_early(const reader *r)
{
    return r->partial && r->n_chunks > 0 ? CHORE_OK : fail_incomplete(r);
}

/* Kind, place and size; what the content means is pass 2's business. */
static chore_status check_claim(const reader *r, const trace_chunk *chunk, size_t at)
{
    const int number = r->n_chunks;
    if (!type_is_known(chunk->type) || (chunk->type == TRACE_HEAD) != (number == 0)) {
        return fail_tampered(r, number, at, "a chunk of this kind does not belong here");
    }
    if (r->raw_len + (uint64_t)chunk->raw_len > trace_raw_limit(r->file_len)) {
        return fail_tampered(r, number, at, "it claims to unpack to an impossible size");
    }
    return CHORE_OK;
}

static chore_status check_content(const reader *r, const trace_chunk *chunk, size_t at)
{
    return chore_crc32c(0, r->file + at + TRACE_HEADER_LEN, chunk->packed_len) == chunk->payload_crc
               ? CHORE_OK
               : fail_tampered(r, r->n_chunks, at, "the content does not fit its checksum");
}

static chore_status remember_chunk(reader *r, const trace_chunk *chunk, size_t at)
{
    if (r->n_chunks == r->chunks_cap) {
        if (r->chunks_cap > INT_MAX / 4) {
            return fail_memory(r);
        }
        const int cap = 2 * r->chunks_cap + 64;
        placed_chunk *chunks = realloc(r->chunks, (size_t)cap * sizeof *chunks);
        if (chunks == NULL) {
            return fail_memory(r);
        }
        r->chunks = chunks;
        r->chunks_cap = cap;
    }
    r->chunks[r->n_chunks++] = (placed_chunk){.header = *chunk, .file_at = at, .raw_at = r->raw_len};
    r->raw_len += ((size_t)chunk->raw_len + TRACE_ALIGN - 1) / TRACE_ALIGN * TRACE_ALIGN;
    return CHORE_OK;
}

static chore_status scan_chunks(reader *r)
{
    size_t at = TRACE_PROLOGUE_LEN;
    r->chain = chore_hash_chain((chore_hash){0, 0}, r->file, TRACE_PROLOGUE_LEN);
    for (;;) {
        trace_chunk chunk;
        if (r->file_len - at < TRACE_HEADER_LEN) {
            return end_early(r);
        }
        if (!trace_get_chunk(r->file + at, &chunk)) {
            return fail_tampered(r, r->n_chunks, at, "its header does not fit its checksum");
        }
        chore_status status = check_claim(r, &chunk, at);
        if (status == CHORE_OK && r->file_len - at - TRACE_HEADER_LEN < chunk.packed_len) {
            return end_early(r);
        }
        if (status == CHORE_OK) {
            status = check_content(r, &chunk, at);
        }
        if (status == CHORE_OK) {
            status = remember_chunk(r, &chunk, at);
        }
        if (status != CHORE_OK) {
            return status;
        }
        const size_t len = TRACE_HEADER_LEN + (size_t)chunk.packed_len;
        if (chunk.type == TRACE_FOOT) {
            return at + len == r->file_len
                       ? CHORE_OK
                       : fail_tampered(r, r->n_chunks, at + len, "something follows the end");
        }
        r->chain = chore_hash_chain(r->chain, r->file + at, len);
        at += len;
    }
}

/* ---- Pass 2: unpack and hand out ----------------------------------------------------------------------- */

static chore_status unpack_chunks(reader *r)
{
    r->trace->raw = malloc(r->raw_len + 1);
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    chore_status status = r->trace->raw != NULL && zstd != NULL ? CHORE_OK : fail_memory(r);
    for (int i = 0; i < r->n_chunks && status == CHORE_OK; i++) {
        const placed_chunk *chunk = &r->chunks[i];
        const size_t n =
            ZSTD_decompressDCtx(zstd, r->trace->raw + chunk->raw_at, chunk->header.raw_len,
                                r->file + chunk->file_at + TRACE_HEADER_LEN, chunk->header.packed_len);
        if (n != chunk->header.raw_len) {
            status = fail_tampered(r, i, chunk->file_at, "it does not unpack");
        }
    }
    ZSTD_freeDCtx(zstd);
    return status;
}

/* `len` bytes that must be one text and its terminator; NULL when they are not. */
static const char *get_text(const unsigned char *bytes, size_t len)
{
    return len > 0 && memchr(bytes, '\0', len) == bytes + len - 1 ? (const char *)bytes : NULL;
}

static chore_status read_head(reader *r, int number)
{
    const placed_chunk *chunk = &r->chunks[number];
    const unsigned char *raw = r->trace->raw + chunk->raw_at;
    const size_t len = chunk->header.raw_len;
    r->trace->header = len > 4 ? get_text(raw + 4, len - 4) : NULL;
    if (r->trace->header == NULL || trace_get_u32(raw) > TRACE_ACTION_DIM_MAX) {
        return fail_tampered(r, number, chunk->file_at, "the header is malformed");
    }
    r->trace->action_dim = (int)trace_get_u32(raw);
    return CHORE_OK;
}

static size_t row_len(const chore_trace *trace)
{
    return (size_t)trace->action_dim * 4 + TRACE_HASH_LEN;
}

/* Room for all that the chunks claim to hold, which pass 1 has bounded. */
static chore_status allocate_steps(reader *r)
{
    chore_trace *trace = r->trace;
    size_t n_steps = 0, n_keyframes = 0;
    for (int i = 0; i < r->n_chunks; i++) {
        n_steps += r->chunks[i].header.type == TRACE_STEP ? r->chunks[i].header.raw_len / row_len(trace) : 0;
        n_keyframes += r->chunks[i].header.type == TRACE_KEYF;
    }
    trace->actions = malloc(n_steps * (size_t)trace->action_dim * sizeof *trace->actions + 1);
    trace->hashes = malloc(n_steps * sizeof *trace->hashes + 1);
    trace->keyframes = malloc(n_keyframes * sizeof *trace->keyframes + 1);
    return trace->actions != NULL && trace->hashes != NULL && trace->keyframes != NULL ? CHORE_OK
                                                                                       : fail_memory(r);
}

static chore_status read_steps(reader *r, int number)
{
    chore_trace *trace = r->trace;
    const placed_chunk *chunk = &r->chunks[number];
    const size_t n = chunk->header.raw_len / row_len(trace), n_floats = n * (size_t)trace->action_dim;
    if (n == 0 || chunk->header.raw_len % row_len(trace) != 0) {
        return fail_tampered(r, number, chunk->file_at, "it holds no whole number of steps");
    }
    const unsigned char *raw = trace->raw + chunk->raw_at;
    float *actions = trace->actions + trace->n_steps * (size_t)trace->action_dim;
    for (size_t i = 0; i < n_floats; i++) {
        actions[i] = trace_get_float(raw + 4 * i);
    }
    for (size_t i = 0; i < n; i++) {
        trace->hashes[trace->n_steps + i] = trace_get_hash(raw + 4 * n_floats + TRACE_HASH_LEN * i);
    }
    trace->n_steps += n;
    return CHORE_OK;
}

static chore_status add_note(reader *r, uint64_t steps, const char *json)
{
    chore_trace *trace = r->trace;
    if (trace->n_notes == trace->notes_cap) {
        if (trace->notes_cap > INT_MAX / 4) {
            return fail_memory(r);
        }
        const int cap = 2 * trace->notes_cap + 64;
        chore_trace_note_ref *notes = realloc(trace->notes, (size_t)cap * sizeof *notes);
        if (notes == NULL) {
            return fail_memory(r);
        }
        trace->notes = notes;
        trace->notes_cap = cap;
    }
    trace->notes[trace->n_notes++] = (chore_trace_note_ref){.steps = steps, .json = json};
    return CHORE_OK;
}

static chore_status read_notes(reader *r, int number)
{
    const placed_chunk *chunk = &r->chunks[number];
    const unsigned char *raw = r->trace->raw + chunk->raw_at;
    size_t left = chunk->header.raw_len;
    chore_status status = CHORE_OK;
    while (left > 0 && status == CHORE_OK) {
        const char *json = NULL;
        uint64_t steps = 0, last = r->trace->n_notes > 0 ? r->trace->notes[r->trace->n_notes - 1].steps : 0;
        size_t len = 0;
        if (left > TRACE_NOTE_HEADER_LEN) {
            steps = trace_get_u64(raw);
            len = (size_t)trace_get_u32(raw + 8) + 1;
            raw += TRACE_NOTE_HEADER_LEN;
            left -= TRACE_NOTE_HEADER_LEN;
            json = len <= left ? get_text(raw, len) : NULL;
        }
        if (json == NULL || steps < last || steps > r->trace->n_steps) {
            return fail_tampered(r, number, chunk->file_at, "a note is malformed");
        }
        status = add_note(r, steps, json);
        raw += len;
        left -= len;
    }
    return status;
}

static chore_status read_keyframe(reader *r, int number)
{
    const placed_chunk *chunk = &r->chunks[number];
    r->trace->keyframes[r->trace->n_keyframes++] = (chore_trace_keyframe_ref){
        .steps = r->trace->n_steps, .snapshot = r->trace->raw + chunk->raw_at, .len = chunk->header.raw_len};
    return CHORE_OK;
}

static chore_status read_foot(reader *r, int number)
{
    const placed_chunk *chunk = &r->chunks[number];
    const unsigned char *raw = r->trace->raw + chunk->raw_at;
    const size_t len = chunk->header.raw_len;
    r->trace->outcome = len > TRACE_HASH_LEN ? get_text(raw + TRACE_HASH_LEN, len - TRACE_HASH_LEN) : NULL;
    if (r->trace->outcome == NULL) {
        return fail_tampered(r, number, chunk->file_at, "the footer is malformed");
    }
    if (!chore_hash_equal(trace_get_hash(raw), r->chain)) {
        return fail_tampered(r, number, chunk->file_at,
                             "the footer belongs to other chunks than those before it");
    }
    return CHORE_OK;
}

static chore_status read_chunk(reader *r, int number)
{
    const placed_chunk *chunk = &r->chunks[number];
    if (chunk->header.steps != r->trace->n_steps) {
        return fail_tampered(r, number, chunk->file_at, "steps are missing or repeated before it");
    }
    switch (chunk->header.type) {
    case TRACE_HEAD: return read_head(r, number);
    case TRACE_STEP: return read_steps(r, number);
    case TRACE_KEYF: return read_keyframe(r, number);
    case TRACE_NOTE: return read_notes(r, number);
    default: return read_foot(r, number);
    }
}

static chore_status read_trace(reader *r)
{
    chore_status status = check_prologue(r);
    if (status == CHORE_OK) {
        status = scan_chunks(r);
    }
    if (status == CHORE_OK) {
        status = unpack_chunks(r);
    }
    for (int i = 0; i < r->n_chunks && status == CHORE_OK; i++) {
        status = read_chunk(r, i);
        if (i == 0 && status == CHORE_OK) {
            status = allocate_steps(r); /* the header says how long a step is */
        }
    }
    return status;
}

static chore_status open_trace(chore_trace **out, const char *path, bool partial, chore_error *err)
{
    char *file = NULL;
    reader r = {.path = path, .partial = partial, .err = err};
    chore_status status = chore_file_read(path, &file, &r.file_len, err);
    if (status != CHORE_OK) {
        return status;
    }
    r.file = (const unsigned char *)file;
    r.trace = calloc(1, sizeof *r.trace);
    status = r.trace != NULL ? read_trace(&r) : fail_memory(&r);
    free(r.chunks);
    free(file);
    if (status != CHORE_OK) {
        chore_trace_close(r.trace);
        return status;
    }
    *out = r.trace;
    return CHORE_OK;
}

chore_status chore_trace_open(chore_trace **out, const char *path, chore_error *err)
{
    return open_trace(out, path, false, err);
}

chore_status chore_trace_open_partial(chore_trace **out, const char *path, chore_error *err)
{
    return open_trace(out, path, true, err);
}

void chore_trace_close(chore_trace *trace)
{
    if (trace == NULL) {
        return;
    }
    free(trace->actions);
    free(trace->hashes);
    free(trace->keyframes);
    free(trace->notes);
    free(trace->raw);
    free(trace);
}

/* ---- What a trace says --------------------------------------------------------------------------------- */

const char *chore_trace_header(const chore_trace *trace)
{
    return trace->header;
}

const char *chore_trace_outcome(const chore_trace *trace)
{
    return trace->outcome;
}

uint64_t chore_trace_n_steps(const chore_trace *trace)
{
    return trace->n_steps;
}

int chore_trace_action_dim(const chore_trace *trace)
{
    return trace->action_dim;
}

const float *chore_trace_action(const chore_trace *trace, uint64_t step)
{
    CHORE_ASSERT(step < trace->n_steps);
    return trace->actions + step * (size_t)trace->action_dim;
}

chore_hash chore_trace_hash(const chore_trace *trace, uint64_t step)
{
    CHORE_ASSERT(step < trace->n_steps);
    return trace->hashes[step];
}

int chore_trace_n_keyframes(const chore_trace *trace)
{
    return trace->n_keyframes;
}

chore_trace_keyframe_ref chore_trace_keyframe_at(const chore_trace *trace, int index)
{
    CHORE_ASSERT(index >= 0 && index < trace->n_keyframes);
    return trace->keyframes[index];
}

int chore_trace_n_notes(const chore_trace *trace)
{
    return trace->n_notes;
}

chore_trace_note_ref chore_trace_note_at(const chore_trace *trace, int index)
{
    CHORE_ASSERT(index >= 0 && index < trace->n_notes);
    return trace->notes[index];
}
