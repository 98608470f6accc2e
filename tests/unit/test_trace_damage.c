/* Nothing that happens to a file goes unseen: changed bytes, missing tails, other files, lies under right
 * sums. */
#include <chore/rng.h>
#include <chore/trace.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "scratch.h"
#include "trace_internal.h"
#include "trace_sample.h"

enum { SMALL_CHUNKS = 7 }; /* of small_trace: head, key frame, steps, notes, key frame, steps, foot */

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    return chore_path_join(path, folder, "trace", NULL) == CHORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

/* Quicker than chore_file_write, which syncs; and some file systems sync a file that is emptied and written
 * again. */
static void put_file(const unsigned char *bytes, size_t len)
{
    (void)unlink(path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static chore_status open_bytes(const unsigned char *bytes, size_t len, chore_error *err)
{
    chore_trace *trace = NULL;
    put_file(bytes, len);
    const chore_status status = chore_trace_open(&trace, path, err);
    assert_true((status == CHORE_OK) == (trace != NULL));
    chore_trace_close(trace);
    return status;
}

static unsigned char *small_trace(size_t *len)
{
    char *bytes = NULL;
    assert_int_equal(write_trace(path, 12, NULL, NULL), CHORE_OK);
    assert_int_equal(chore_file_read(path, &bytes, len, NULL), CHORE_OK);
    return (unsigned char *)bytes;
}

/* Offset of chunk `number`; len when there are not so many. */
static size_t find_chunk(const unsigned char *bytes, size_t len, int number)
{
    size_t at = TRACE_PROLOGUE_LEN;
    for (int i = 0; i < number && at < len; i++) {
        at += TRACE_HEADER_LEN + trace_get_u32(bytes + at + 16);
    }
    return at;
}

static void every_changed_byte_is_seen(void **state)
{
    (void)state;
    static const unsigned char masks[] = {0x01, 0x20, 0x80, 0xff};
    size_t len;
    unsigned char *bytes = small_trace(&len);
    assert_int_equal(open_bytes(bytes, len, NULL), CHORE_OK);
    for (size_t at = 0; at < len; at++) {
        int chunk = 0;
        while (find_chunk(bytes, len, chunk + 1) <= at) {
            chunk++;
        }
        char place[64];
        snprintf(place, sizeof place, "chunk %d at byte %zu:", chunk,
                 at < TRACE_PROLOGUE_LEN ? 0 : find_chunk(bytes, len, chunk));
        for (size_t m = 0; m < sizeof masks; m++) {
            chore_error err = {0};
            bytes[at] ^= masks[m];
            const chore_status status = open_bytes(bytes, len, &err);
            bytes[at] ^= masks[m];
            if (status != CHORE_E_TAMPERED || strstr(err.message, place) == NULL) {
                fail_msg("byte %zu ^ %02x, expected '%s': %s: %s", at, masks[m], place,
                         chore_status_text(status), err.message);
            }
            assert_string_equal(err.file, path);
        }
    }
    free(bytes);
}

static void every_missing_tail_is_a_killed_writer(void **state)
{
    (void)state;
    size_t len;
    unsigned char *bytes = small_trace(&len);
    for (size_t keep = 0; keep < len; keep++) {
        chore_error err = {0};
        const chore_status status = open_bytes(bytes, keep, &err);
        if (status != CHORE_E_INCOMPLETE) {
            fail_msg("%zu of %zu bytes: %s: %s", keep, len, chore_status_text(status), err.message);
        }
    }
    free(bytes);
}

static void chunks_belong_together(void **state)
{
    (void)state;
    size_t len;
    unsigned char *bytes = small_trace(&len);
    unsigned char *changed = malloc(2 * len + 1);
    assert_non_null(changed);
    int n_chunks = 0;
    while (find_chunk(bytes, len, n_chunks) < len) {
        n_chunks++;
    }
    assert_int_equal(n_chunks, SMALL_CHUNKS);
    for (int i = 0; i < n_chunks; i++) {
        const size_t at = find_chunk(bytes, len, i), next = find_chunk(bytes, len, i + 1);
        const bool foot = i == n_chunks - 1;
        memcpy(changed, bytes, at); /* left out */
        memcpy(changed + at, bytes + next, len - next);
        assert_int_equal(open_bytes(changed, len - (next - at), NULL),
                         foot ? CHORE_E_INCOMPLETE : CHORE_E_TAMPERED);
        memcpy(changed, bytes, next); /* twice */
        memcpy(changed + next, bytes + at, len - at);
        assert_int_equal(open_bytes(changed, len + (next - at), NULL), CHORE_E_TAMPERED);
        if (!foot) { /* with the next one in its place */
            const size_t after = find_chunk(bytes, len, i + 2);
            memcpy(changed, bytes, len);
            memcpy(changed + at, bytes + next, after - next);
            memcpy(changed + at + (after - next), bytes + at, next - at);
            assert_int_equal(open_bytes(changed, len, NULL), CHORE_E_TAMPERED);
        }
    }
    memcpy(changed, bytes, len); /* one byte more */
    changed[len] = 0;
    assert_int_equal(open_bytes(changed, len + 1, NULL), CHORE_E_TAMPERED);
    free(changed);
    free(bytes);
}

static void other_files_are_no_traces(void **state)
{
    (void)state;
    chore_error err;
    static const unsigned char text[] = "%PDF-1.7 is something else entirely";
    assert_int_equal(open_bytes(text, sizeof text, &err), CHORE_E_FILE);
    assert_string_equal(err.message, "not a chorebench trace");
    assert_int_equal(open_bytes(text, 3, &err), CHORE_E_FILE);
    size_t len;
    unsigned char *bytes = small_trace(&len);
    trace_put_prologue(bytes, TRACE_VERSION + 1);
    assert_int_equal(open_bytes(bytes, len, &err), CHORE_E_FILE);
    assert_string_equal(err.message, "the trace has format 2, this program reads format 1");
    free(bytes);
    chore_trace *trace = NULL;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(chore_trace_open(&trace, path, &err), CHORE_E_NOT_FOUND);
    assert_int_equal(chore_trace_open(&trace, folder, &err), CHORE_E_IO);
    assert_null(trace);
}

/* Sums that fit again, so that what lies behind them is reached. */
static void repair_sums(unsigned char *bytes, size_t at)
{
    trace_put_u32(bytes + at + 20,
                  chore_crc32c(0, bytes + at + TRACE_HEADER_LEN, trace_get_u32(bytes + at + 16)));
    trace_put_u32(bytes + at + 24, chore_crc32c(0, bytes + at, 24));
}

/* Sanitizers reserve terabytes of addresses themselves, so that no limit can be set. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

/* In a process that may not take much memory. Exit code 0: every lie was refused without asking for what it
 * claims. */
static int read_hostile_lengths(unsigned char *bytes, size_t len)
{
#ifndef SANITIZED
    const struct rlimit limit = {(rlim_t)512 << 20, (rlim_t)512 << 20};
    if (setrlimit(RLIMIT_AS, &limit) != 0) {
        return 2;
    }
#endif
    static const uint32_t lengths[] = {0, 1, 3, 0x7fffffffu, 0x80000000u, 0xfffffff0u, 0xffffffffu};
    for (int number = 0; find_chunk(bytes, len, number) < len; number++) {
        const size_t at = find_chunk(bytes, len, number);
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            const uint32_t before = trace_get_u32(bytes + at + 12);
            trace_put_u32(bytes + at + 12, lengths[i]);
            repair_sums(bytes, at);
            if (open_bytes(bytes, len, NULL) != CHORE_E_TAMPERED) {
                return 3;
            }
            trace_put_u32(bytes + at + 12, before);
            repair_sums(bytes, at);
        }
        for (uint32_t packed = 0xffffffffu; packed > len; packed /= 2) {
            unsigned char header[TRACE_HEADER_LEN];
            memcpy(header, bytes + at, sizeof header);
            trace_put_u32(bytes + at + 16, packed);
            trace_put_u32(bytes + at + 24, chore_crc32c(0, bytes + at, 24));
            if (open_bytes(bytes, len, NULL) != CHORE_E_INCOMPLETE) {
                return 4;
            }
            memcpy(bytes + at, header, sizeof header);
        }
    }
    return open_bytes(bytes, len, NULL) == CHORE_OK ? 0 : 5;
}

static void hostile_lengths_cost_nothing(void **state)
{
    (void)state;
    size_t len;
    unsigned char *bytes = small_trace(&len);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(read_hostile_lengths(bytes, len));
    }
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
    free(bytes);
}

/* Random lies under right sums: whatever is claimed, the reader neither crashes nor believes it. */
static void hostile_content_is_refused(void **state)
{
    (void)state;
    size_t len;
    unsigned char *bytes = small_trace(&len);
    unsigned char *changed = malloc(len);
    assert_non_null(changed);
    chore_rng rng = chore_rng_stream(1, (chore_hash){0, 0}, 0, "fuzz");
    for (int round = 0; round < 4000; round++) {
        const size_t at = find_chunk(bytes, len, (int)chore_rng_below(&rng, SMALL_CHUNKS));
        const uint32_t packed_len = trace_get_u32(bytes + at + 16);
        memcpy(changed, bytes, len);
        for (uint32_t n = chore_rng_below(&rng, 3) + 1; n > 0; n--) {
            const uint32_t offset =
                chore_rng_below(&rng, 16 + packed_len); /* kind, steps, raw length, content */
            const size_t hit = at + (offset < 16 ? offset : offset - 16 + TRACE_HEADER_LEN);
            changed[hit] = (unsigned char)(changed[hit] + 1 + chore_rng_below(&rng, 255));
        }
        repair_sums(changed, at);
        chore_error err = {0};
        const chore_status status = open_bytes(changed, len, &err);
        const bool unchanged = memcmp(changed, bytes, len) == 0;
        const bool foot_text =
            at ==
            find_chunk(bytes, len, SMALL_CHUNKS - 1); /* nothing vouches for the last chunk but its CRC */
        if (status != CHORE_E_TAMPERED && status != CHORE_E_INCOMPLETE && !unchanged &&
            !(foot_text && status == CHORE_OK)) {
            fail_msg("round %d: %s: %s", round, chore_status_text(status), err.message);
        }
    }
    free(changed);
    free(bytes);
}

#define TRACE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRACE_TEST(every_changed_byte_is_seen),   TRACE_TEST(every_missing_tail_is_a_killed_writer),
        TRACE_TEST(chunks_belong_together),       TRACE_TEST(other_files_are_no_traces),
        TRACE_TEST(hostile_lengths_cost_nothing), TRACE_TEST(hostile_content_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
