#include <chore/run_store.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/files.h>

/* A line is  {"seq":N,"prev":"<hash of the line before>",<row...>,"crc":"<crc32c of all before it>"}\n  . */
static const char crc_key[] = ",\"crc\":\"";
enum { CRC_TAIL = sizeof crc_key - 1 + 8 + 2 }; /* ,"crc":"xxxxxxxx"} */

struct chore_shard {
    int fd;
    uint64_t seq;
    chore_hash prev;
    bool broken;
    char path[CHORE_PATH_CAP];
};

static chore_status write_line(chore_shard *shard, const char *fields, chore_error *err)
{
    char prev[CHORE_HASH_HEX_CAP];
    chore_text line = {0};
    chore_hash_hex(shard->prev, prev);
    chore_text_add(&line, "{\"seq\":%llu,\"prev\":\"%s\",%s", (unsigned long long)shard->seq, prev,
                   fields);
    chore_text_add(&line, "%s%08x\"}\n", crc_key, chore_crc32c(0, line.data, line.len));
    size_t done = 0;
    while (done < line.len) {
        ssize_t n = write(shard->fd, line.data + done, line.len - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    chore_status status = CHORE_OK;
    if (done < line.len || fdatasync(shard->fd) != 0) {
        shard->broken = true;
        status = chore_fail_at(err, CHORE_E_IO, shard->path, 0, 0, "cannot append a row: %s",
                               strerror(errno));
        chore_error_hint(err, "free some space, then continue the run with --resume");
    } else {
        shard->prev = chore_hash_bytes(line.data, line.len - 1, 0);
        shard->seq++;
    }
    chore_text_release(&line);
    return status;
}

chore_status chore_shard_create(chore_shard **out, const char *run_dir, chore_hash plan_hash,
                                chore_error *err)
{
    chore_shard *shard = calloc(1, sizeof *shard);
    CHORE_ASSERT(shard);
    shard->fd = -1;
    for (int i = 0; i < 10000 && shard->fd < 0; i++) {
        snprintf(shard->path, sizeof shard->path, "%.990s/shard-%04d.jsonl", run_dir, i);
        shard->fd = open(shard->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
        if (shard->fd < 0 && errno != EEXIST) {
            break;
        }
    }
    if (shard->fd < 0) {
        chore_status status = chore_fail_at(err, CHORE_E_IO, shard->path, 0, 0,
                                            "cannot create a shard: %s", strerror(errno));
        free(shard);
        return status;
    }
    char header[128], hex[CHORE_HASH_HEX_CAP];
    chore_hash_hex(plan_hash, hex);
    snprintf(header, sizeof header, "\"schema\":1,\"plan\":\"%s\"", hex);
    chore_status status = write_line(shard, header, err);
    if (status != CHORE_OK) {
        chore_shard_close(shard);
        return status;
    }
    *out = shard;
    return CHORE_OK;
}

chore_status chore_shard_append(chore_shard *shard, const chore_row *row, chore_error *err)
{
    if (shard->broken) {
        return chore_fail_at(err, CHORE_E_IO, shard->path, 0, 0,
                             "the shard could not be written before; start another");
    }
    char *json = chore_row_to_json(row);
    json[strlen(json) - 1] = 0; /* the closing brace comes after the crc */
    chore_status status = write_line(shard, json + 1, err);
    free(json);
    return status;
}

void chore_shard_close(chore_shard *shard)
{
    if (shard) {
        close(shard->fd);
        free(shard);
    }
}

/* ---- reading --------------------------------------------------------------------------------------------------------------- */

typedef struct scan {
    const char *path;
    uint64_t seq;
    chore_hash prev, plan_hash;
    chore_rows *rows;
    int cap;
} scan;

static chore_status scan_bad(const scan *s, chore_error *err, int column, const char *what)
{
    return chore_fail_at(err, CHORE_E_TAMPERED, s->path, (int)s->seq + 1, column, "%s", what);
}

static void keep_row(scan *s, const chore_row *row)
{
    if (s->rows->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 64;
        s->rows->rows = realloc(s->rows->rows, (size_t)s->cap * sizeof *row);
        CHORE_ASSERT(s->rows->rows);
    }
    s->rows->rows[s->rows->n++] = *row;
}

/* What one more byte does to the difference of two CRCs: the CRC is linear, so it does not matter which byte. */
static uint32_t crc_carry(uint32_t difference)
{
    return chore_crc32c(difference, "", 1) ^ chore_crc32c(0, "", 1);
}

/* Column of the one byte whose change explains the CRC; 0 when no single byte does. Every change of the last byte shows as a difference of
   its own, and a change further left as the same one carried on to the end. */
static int changed_column(size_t len, uint32_t difference)
{
    uint32_t bit[8];
    for (int k = 0; k < 8; k++) {
        const unsigned char byte = (unsigned char)(1 << k), zero = 0;
        bit[k] = chore_crc32c(0, &byte, 1) ^ chore_crc32c(0, &zero, 1);
    }
    for (size_t at = len; at > 0; at--) {
        for (unsigned mask = 1; mask < 256; mask++) {
            uint32_t sum = 0;
            for (int k = 0; k < 8; k++) {
                sum ^= mask >> k & 1 ? bit[k] : 0;
            }
            if (sum == difference) {
                return (int)at;
            }
        }
        for (int k = 0; k < 8; k++) {
            bit[k] = crc_carry(bit[k]);
        }
    }
    return 0;
}

/* Where the damage is in a line (of len bytes) whose crc does not fit: in the crc itself, or found by it. */
static int bad_column(const char *line, size_t len, uint32_t crc)
{
    char expected[9];
    int differ = 0, first = 0;
    snprintf(expected, sizeof expected, "%08x", crc);
    const char *stated = line + len - 10;
    for (int i = 7; i >= 0; i--) {
        differ += stated[i] != expected[i];
        first = stated[i] != expected[i] ? i : first;
    }
    if (differ == 1) {
        return (int)(stated - line) + first + 1;
    }
    return changed_column(len - CRC_TAIL, crc ^ (uint32_t)strtoul(stated, NULL, 16));
}

/* 0: the key is there; n: only its n-th byte is wrong; -1: there is none. */
static int key_damage(const char *at)
{
    int differ = 0, where = 0;
    for (int i = 0; i < (int)sizeof crc_key - 1; i++) {
        differ += at[i] != crc_key[i];
        where = at[i] != crc_key[i] ? i + 1 : where;
    }
    return differ > 1 ? -1 : where;
}

static chore_status scan_line(scan *s, char *line, size_t len, chore_error *err)
{
    char expected[9], prev[CHORE_HASH_HEX_CAP], want[96];
    chore_hash hash = chore_hash_bytes(line, len, 0);
    int in_key = len > CRC_TAIL ? key_damage(line + len - CRC_TAIL) : -1;
    if (in_key != 0) {
        return scan_bad(s, err, (int)len - (in_key > 0 ? CRC_TAIL - in_key : 0),
                        "the line does not end with its crc");
    }
    if (memcmp(line + len - 2, "\"}", 2) != 0) {
        return scan_bad(s, err, (int)len - (line[len - 2] != '"'),
                        "the line does not end as a row does");
    }
    uint32_t crc = chore_crc32c(0, line, len - CRC_TAIL);
    snprintf(expected, sizeof expected, "%08x", crc);
    if (memcmp(line + len - 10, expected, 8) != 0) {
        return scan_bad(s, err, bad_column(line, len, crc),
                        "the line's crc does not fit its content");
    }
    chore_hash_hex(s->prev, prev);
    int n = snprintf(want, sizeof want, "{\"seq\":%llu,\"prev\":\"%s\",",
                     (unsigned long long)s->seq, prev);
    if (strncmp(line, want, (size_t)n) != 0) {
        return scan_bad(
            s, err, 1,
            "the chain is broken: a line before this one was changed, removed or put in another place");
    }
    if (s->seq == 0) {
        char header[64], hex[CHORE_HASH_HEX_CAP];
        chore_hash_hex(s->plan_hash, hex);
        snprintf(header, sizeof header, "\"plan\":\"%s\"", hex);
        if (!strstr(line, header)) {
            return scan_bad(s, err, 1, "the shard belongs to another plan");
        }
    } else {
        chore_row row;
        chore_error inner = {0};
        if (chore_row_from_json(&row, line, &inner) != CHORE_OK) {
            return scan_bad(s, err, inner.column, inner.message);
        }
        keep_row(s, &row);
    }
    s->prev = hash;
    s->seq++;
    return CHORE_OK;
}

/* Bytes without a line end: a writer that died leaves the beginning of a line there, never a whole one with something else behind it. */
static chore_status scan_tail(scan *s, char *tail, size_t len, chore_error *err)
{
    if (len > CRC_TAIL + 1 && memcmp(tail + len - 1 - CRC_TAIL, crc_key, sizeof crc_key - 1) == 0) {
        return scan_bad(s, err, (int)len, "the line's end was changed");
    }
    s->rows->torn++; /* was being written when the writer died: never acknowledged */
    return CHORE_OK;
}

static chore_status scan_shard(scan *s, chore_error *err)
{
    char *text;
    size_t len;
    chore_status status = chore_file_read(s->path, &text, &len, err);
    if (status != CHORE_OK) {
        return status;
    }
    for (char *at = text; at < text + len && status == CHORE_OK;) {
        char *end = memchr(at, '\n', len - (size_t)(at - text));
        if (!end) {
            status = scan_tail(s, at, len - (size_t)(at - text), err);
            break;
        }
        *end = 0;
        if (strlen(at) != (size_t)(end - at)) {
            status = scan_bad(s, err, (int)strlen(at) + 1, "the line holds a zero byte");
            break;
        }
        status = scan_line(s, at, (size_t)(end - at), err);
        at = end + 1;
    }
    free(text);
    return status;
}

static int by_episode(const void *a, const void *b)
{
    const chore_row *x = a, *y = b;
    return x->index != y->index ? (x->index < y->index ? -1 : 1)
                                : (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

static bool is_shard(const char *name)
{
    size_t len = strlen(name);
    return strncmp(name, "shard-", 6) == 0 && len > 6 && strcmp(name + len - 6, ".jsonl") == 0;
}

chore_status chore_store_read(chore_rows *out, const char *run_dir, chore_hash plan_hash,
                              chore_error *err)
{
    memset(out, 0, sizeof *out);
    char **names, path[CHORE_PATH_CAP];
    int n, cap = 0;
    chore_status status = chore_dir_list(run_dir, &names, &n, err);
    if (status != CHORE_OK) {
        return status;
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        if (is_shard(names[i]) &&
            (status = chore_path_join(path, run_dir, names[i], err)) == CHORE_OK) {
            scan s = {.path = path, .plan_hash = plan_hash, .rows = out, .cap = cap};
            status = scan_shard(&s, err);
            cap = s.cap;
        }
    }
    chore_dir_list_free(names, n);
    if (status != CHORE_OK) {
        chore_rows_release(out);
        return status;
    }
    if (out->n) { /* qsort takes no NULL */
        qsort(out->rows, (size_t)out->n, sizeof *out->rows, by_episode);
    }
    out->latest = calloc((size_t)out->n + 1, sizeof *out->latest);
    CHORE_ASSERT(out->latest);
    for (int i = 0; i < out->n && status == CHORE_OK; i++) {
        const chore_row *row = &out->rows[i], *next = i + 1 < out->n ? row + 1 : NULL;
        out->latest[i] = !next || next->index != row->index;
        if (!out->latest[i] && next->attempt == row->attempt) {
            status = chore_fail_at(
                err, CHORE_E_TAMPERED, run_dir, 0, 0,
                "episode %d (%s, %s, seed %llu), attempt %d: there are two rows of it", row->index,
                row->task, chore_variant_name(row->variant), (unsigned long long)row->seed,
                row->attempt);
        }
    }
    if (status != CHORE_OK) {
        chore_rows_release(out);
    }
    return status;
}

void chore_rows_release(chore_rows *rows)
{
    free(rows->rows);
    free(rows->latest);
    memset(rows, 0, sizeof *rows);
}
