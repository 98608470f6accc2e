/* Trace, writing side: steps and notes gather in memory and leave as compressed chunks. */
#include <chore/text.h>
#include <chore/trace.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "trace_internal.h"

enum {
    ZSTD_LEVEL = 3,
    NOTES_FLUSH_LEN = 64 * 1024, /* pending notes leave at this size, however few steps were made */
};

struct chore_trace_writer {
    char path[CHORE_PATH_CAP];
    int fd;
    int action_dim;
    uint64_t steps;
    uint64_t file_len, raw_len; /* bytes written, and what they unpack to */
    chore_hash chain;           /* of the prologue and every chunk so far */
    XXH3_state_t *content;      /* of every byte so far */
    ZSTD_CCtx *zstd;
    unsigned char *packed; /* chunk under construction */
    size_t packed_cap;
    unsigned char *rows; /* room for all actions of a chunk, then for all hashes */
    int n_rows;          /* pending steps */
    chore_text notes;    /* pending notes, encoded */
    chore_error failure; /* the first one; every later call fails with it */
};

static chore_status fail_for_good(chore_trace_writer *trace, chore_error *err, chore_status status,
                                  const char *what)
{
    chore_fail_at(&trace->failure, status, trace->path, 0, 0, "cannot write the trace: %s", what);
    if (err != NULL) {
        *err = trace->failure;
    }
    return status;
}

static chore_status check_intact(const chore_trace_writer *trace, chore_error *err)
{
    if (trace->failure.status != CHORE_OK && err != NULL) {
        *err = trace->failure;
    }
    return trace->failure.status;
}

static chore_status write_bytes(chore_trace_writer *trace, const unsigned char *bytes, size_t len,
                                chore_error *err)
{
    for (size_t done = 0; done < len;) {
        const ssize_t n = write(trace->fd, bytes + done, len - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail_for_good(trace, err, CHORE_E_IO, strerror(errno));
        }
        done += (size_t)n;
    }
    trace->file_len += len;
    trace->chain = chore_hash_chain(trace->chain, bytes, len);
    XXH3_128bits_update(trace->content, bytes, len);
    return CHORE_OK;
}

static chore_status reserve_packed(chore_trace_writer *trace, size_t raw_len, chore_error *err)
{
    const size_t need = TRACE_HEADER_LEN + ZSTD_compressBound(raw_len);
    if (need > trace->packed_cap) {
        unsigned char *packed = realloc(trace->packed, need);
        if (packed == NULL) {
            return fail_for_good(trace, err, CHORE_E_MEMORY, "out of memory");
        }
        trace->packed = packed;
        trace->packed_cap = need;
    }
    return CHORE_OK;
}

static chore_status write_chunk(chore_trace_writer *trace, uint32_t type, uint64_t steps, const void *raw,
                                size_t raw_len, chore_error *err)
{
    const bool too_large =
        raw_len > UINT32_MAX / 2 || trace->raw_len + raw_len > trace_raw_limit(trace->file_len);
    if (too_large) { /* the reader would refuse it */
        return fail_for_good(trace, err, CHORE_E_INTERNAL, "it holds too much");
    }
    const chore_status status = reserve_packed(trace, raw_len, err);
    if (status != CHORE_OK) {
        return status;
    }
    unsigned char *payload = trace->packed + TRACE_HEADER_LEN;
    const size_t packed_len =
        ZSTD_compress2(trace->zstd, payload, trace->packed_cap - TRACE_HEADER_LEN, raw, raw_len);
    if (ZSTD_isError(packed_len)) {
        return fail_for_good(trace, err, CHORE_E_MEMORY, ZSTD_getErrorName(packed_len));
    }
    const trace_chunk chunk = {
        .type = type,
        .steps = steps,
        .raw_len = (uint32_t)raw_len,
        .packed_len = (uint32_t)packed_len,
        .payload_crc = chore_crc32c(0, payload, packed_len),
    };
    trace_put_chunk(trace->packed, &chunk);
    trace->raw_len += raw_len;
    return write_bytes(trace, trace->packed, TRACE_HEADER_LEN + packed_len, err);
}

static size_t actions_len(const chore_trace_writer *trace, int n_steps)
{
    return (size_t)n_steps * (size_t)trace->action_dim * 4;
}

static unsigned char *hash_rows(const chore_trace_writer *trace)
{
    return trace->rows + actions_len(trace, TRACE_STEPS_PER_CHUNK);
}

static chore_status flush_steps(chore_trace_writer *trace, chore_error *err)
{
    if (trace->n_rows == 0) {
        return CHORE_OK;
    }
    const int n = trace->n_rows;
    const size_t actions = actions_len(trace, n), hashes = (size_t)n * TRACE_HASH_LEN;
    memmove(trace->rows + actions, hash_rows(trace), hashes); /* a short chunk has no gap */
    trace->n_rows = 0;
    return write_chunk(trace, TRACE_STEP, trace->steps - (uint64_t)n, trace->rows, actions + hashes, err);
}

/* Steps first: a note's number of steps then never runs ahead of what the file holds. */
static chore_status flush_pending(chore_trace_writer *trace, chore_error *err)
{
    chore_status status = flush_steps(trace, err);
    if (status == CHORE_OK && trace->notes.len > 0) {
        status = write_chunk(trace, TRACE_NOTE, trace->steps, trace->notes.data, trace->notes.len, err);
        chore_text_clear(&trace->notes);
    }
    return status;
}

static void writer_free(chore_trace_writer *trace)
{
    if (trace->fd >= 0) {
        close(trace->fd);
    }
    ZSTD_freeCCtx(trace->zstd);
    XXH3_freeState(trace->content);
    chore_text_release(&trace->notes);
    free(trace->packed);
    free(trace->rows);
    free(trace);
}

static chore_status write_beginning(chore_trace_writer *trace, const char *header_json, chore_error *err)
{
    unsigned char prologue[TRACE_PROLOGUE_LEN], dim[4];
    trace_put_prologue(prologue, TRACE_VERSION);
    chore_status status = write_bytes(trace, prologue, sizeof prologue, err);
    if (status == CHORE_OK) {
        chore_text head = {0};
        trace_put_u32(dim, (uint32_t)trace->action_dim);
        chore_text_add_bytes(&head, dim, sizeof dim);
        chore_text_add_bytes(&head, header_json, strlen(header_json) + 1);
        status = write_chunk(trace, TRACE_HEAD, 0, head.data, head.len, err);
        chore_text_release(&head);
    }
    return status;
}

/* Everything that a step needs, so that a step allocates nothing. */
static chore_status writer_allocate(chore_trace_writer *trace, chore_error *err)
{
    const size_t rows_len =
        actions_len(trace, TRACE_STEPS_PER_CHUNK) + TRACE_STEPS_PER_CHUNK * TRACE_HASH_LEN;
    trace->rows = malloc(rows_len);
    trace->zstd = ZSTD_createCCtx();
    trace->content = XXH3_createState();
    if (trace->rows == NULL || trace->zstd == NULL || trace->content == NULL) {
        return fail_for_good(trace, err, CHORE_E_MEMORY, "out of memory");
    }
    ZSTD_CCtx_setParameter(trace->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    XXH3_128bits_reset(trace->content);
    return reserve_packed(trace, rows_len, err);
}

chore_status chore_trace_create(chore_trace_writer **out, const char *path, const char *header_json,
                                int action_dim, chore_error *err)
{
    CHORE_ASSERT(action_dim >= 0 && action_dim <= TRACE_ACTION_DIM_MAX);
    chore_trace_writer *trace = calloc(1, sizeof *trace);
    if (trace == NULL) {
        return chore_fail_at(err, CHORE_E_MEMORY, path, 0, 0, "cannot write the trace: out of memory");
    }
    trace->fd = -1;
    trace->action_dim = action_dim;
    chore_status status;
    if (!chore_copy(trace->path, sizeof trace->path, path)) {
        status = fail_for_good(trace, err, CHORE_E_IO, strerror(ENAMETOOLONG));
    } else {
        status = writer_allocate(trace, err);
    }
    if (status == CHORE_OK) {
        do {
            trace->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        } while (trace->fd < 0 && errno == EINTR);
        status = trace->fd < 0 ? fail_for_good(trace, err, CHORE_E_IO, strerror(errno))
                               : write_beginning(trace, header_json, err);
    }
    if (status != CHORE_OK) {
        chore_trace_abandon(trace);
        return status;
    }
    *out = trace;
    return CHORE_OK;
}

chore_status chore_trace_step(chore_trace_writer *trace, const float *action, chore_hash after,
                              chore_error *err)
{
    const chore_status status = check_intact(trace, err);
    if (status != CHORE_OK) {
        return status;
    }
    unsigned char *row = trace->rows + actions_len(trace, trace->n_rows);
    for (int i = 0; i < trace->action_dim; i++) {
        trace_put_float(row + 4 * i, action[i]);
    }
    trace_put_hash(hash_rows(trace) + trace->n_rows * TRACE_HASH_LEN, after);
    trace->n_rows++;
    trace->steps++;
    return trace->n_rows == TRACE_STEPS_PER_CHUNK ? flush_pending(trace, err) : CHORE_OK;
}

chore_status chore_trace_keyframe(chore_trace_writer *trace, const void *snapshot, size_t len,
                                  chore_error *err)
{
    chore_status status = check_intact(trace, err);
    if (status == CHORE_OK) {
        status = flush_pending(trace, err);
    }
    if (status == CHORE_OK) {
        status = write_chunk(trace, TRACE_KEYF, trace->steps, snapshot, len, err);
    }
    return status;
}

chore_status chore_trace_note(chore_trace_writer *trace, const char *json, chore_error *err)
{
    const chore_status status = check_intact(trace, err);
    if (status != CHORE_OK) {
        return status;
    }
    const size_t len = strlen(json);
    if (len > UINT32_MAX / 2) {
        return fail_for_good(trace, err, CHORE_E_INTERNAL, "a note is too long");
    }
    unsigned char header[TRACE_NOTE_HEADER_LEN];
    trace_put_u64(header, trace->steps);
    trace_put_u32(header + 8, (uint32_t)len);
    chore_text_add_bytes(&trace->notes, header, sizeof header);
    chore_text_add_bytes(&trace->notes, json, len + 1);
    return trace->notes.len >= NOTES_FLUSH_LEN ? flush_pending(trace, err) : CHORE_OK;
}

chore_status chore_trace_flush(chore_trace_writer *trace, chore_error *err)
{
    const chore_status status = check_intact(trace, err);
    return status == CHORE_OK ? flush_pending(trace, err) : status;
}

static chore_status write_footer(chore_trace_writer *trace, const char *outcome_json, chore_error *err)
{
    unsigned char chain[TRACE_HASH_LEN];
    trace_put_hash(chain, trace->chain);
    chore_text foot = {0};
    chore_text_add_bytes(&foot, chain, sizeof chain);
    chore_text_add_bytes(&foot, outcome_json, strlen(outcome_json) + 1);
    const chore_status status = write_chunk(trace, TRACE_FOOT, trace->steps, foot.data, foot.len, err);
    chore_text_release(&foot);
    return status;
}

/* A full disk may show only here. Devices and pipes cannot be synced (EINVAL), which is no failure. */
static chore_status sync_and_close(chore_trace_writer *trace, chore_error *err)
{
    int why = fsync(trace->fd) != 0 && errno != EINVAL ? errno : 0;
    if (close(trace->fd) != 0 && why == 0) {
        why = errno;
    }
    trace->fd = -1;
    return why == 0 ? CHORE_OK : fail_for_good(trace, err, CHORE_E_IO, strerror(why));
}

chore_status chore_trace_finish(chore_trace_writer *trace, const char *outcome_json, chore_hash *content,
                                chore_error *err)
{
    chore_status status = check_intact(trace, err);
    if (status == CHORE_OK) {
        status = flush_pending(trace, err);
    }
    if (status == CHORE_OK) {
        status = write_footer(trace, outcome_json, err);
    }
    if (status == CHORE_OK) {
        status = sync_and_close(trace, err);
    }
    if (status == CHORE_OK && content != NULL) {
        const XXH128_hash_t hash = XXH3_128bits_digest(trace->content);
        *content = (chore_hash){.lo = hash.low64, .hi = hash.high64};
    }
    writer_free(trace);
    return status;
}

void chore_trace_abandon(chore_trace_writer *trace)
{
    if (trace == NULL) {
        return;
    }
    struct stat info;
    if (trace->fd >= 0 && fstat(trace->fd, &info) == 0 && S_ISREG(info.st_mode)) { /* never a device */
        unlink(trace->path);
    }
    writer_free(trace);
}
