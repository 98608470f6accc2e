/* Traces come back as they were written, and nothing that happens to the file goes unseen. */
#include <chore/rng.h>
#include <chore/text.h>
#include <chore/trace.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "scratch.h"
#include "trace_internal.h"

enum {
    DIM = 8,
    SMALL_CHUNKS = 7, /* of small_trace: head, key frame, steps, notes, key frame, steps, foot */
};

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

static float action_value(uint64_t step, int i)
{
    return (float)step * 0.125f - (float)i / 3.0f;
}

static chore_hash step_hash(uint64_t step)
{
    return chore_hash_bytes(&step, sizeof step, 0);
}

static chore_status write_steps(chore_trace_writer *trace, uint64_t from, uint64_t to, chore_error *err)
{
    chore_status status = CHORE_OK;
    for (uint64_t step = from; step < to && status == CHORE_OK; step++) {
        float action[DIM];
        for (int i = 0; i < DIM; i++) {
            action[i] = action_value(step, i);
        }
        status = chore_trace_step(trace, action, step_hash(step), err);
    }
    return status;
}

/* 4 + 4 notes, 2 key frames, n_steps steps; every call must pass on what the storage says. */
static chore_status write_trace(const char *to, uint64_t n_steps, chore_hash *content, chore_error *err)
{
    static const char snapshot[100] = "a snapshot";
    chore_trace_writer *trace = NULL;
    chore_status status = chore_trace_create(&trace, to, "{\"seed\": 7}", DIM, err);
    if (status != CHORE_OK) {
        return status;
    }
    status = chore_trace_keyframe(trace, snapshot, sizeof snapshot, err);
    for (int i = 0; i < 4 && status == CHORE_OK; i++) {
        status = chore_trace_note(trace, "{\"event\": \"early\"}", err);
    }
    status = status == CHORE_OK ? write_steps(trace, 0, n_steps / 2, err) : status;
    for (int i = 0; i < 4 && status == CHORE_OK; i++) {
        status = chore_trace_note(trace, "{\"event\": \"late\"}", err);
    }
    status = status == CHORE_OK ? chore_trace_keyframe(trace, snapshot, 10, err) : status;
    status = status == CHORE_OK ? write_steps(trace, n_steps / 2, n_steps, err) : status;
    const chore_status end = chore_trace_finish(trace, "{\"success\": true}", content, err);
    if (status != CHORE_OK) {
        assert_int_equal(end, status); /* a broken writer stays broken */
    }
    return end;
}

static void expect_trace(const char *of, uint64_t n_steps)
{
    chore_trace *trace = NULL;
    chore_error err;
    if (chore_trace_open(&trace, of, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    assert_string_equal(chore_trace_header(trace), "{\"seed\": 7}");
    assert_string_equal(chore_trace_outcome(trace), "{\"success\": true}");
    assert_int_equal(chore_trace_action_dim(trace), DIM);
    assert_true(chore_trace_n_steps(trace) == n_steps);
    for (uint64_t step = 0; step < n_steps; step++) {
        for (int i = 0; i < DIM; i++) {
            assert_true(chore_trace_action(trace, step)[i] == action_value(step, i));
        }
        assert_true(chore_hash_equal(chore_trace_hash(trace, step), step_hash(step)));
    }
    assert_int_equal(chore_trace_n_keyframes(trace), 2);
    const chore_trace_keyframe_ref first = chore_trace_keyframe_at(trace, 0), second = chore_trace_keyframe_at(trace, 1);
    assert_true(first.steps == 0 && first.len == 100 && second.steps == n_steps / 2 && second.len == 10);
    assert_memory_equal(first.snapshot, "a snapshot", 11);
    assert_memory_equal(second.snapshot, "a snapshot", 10);
    assert_int_equal(chore_trace_n_notes(trace), 8);
    for (int i = 0; i < 8; i++) {
        const chore_trace_note_ref note = chore_trace_note_at(trace, i);
        assert_string_equal(note.json, i < 4 ? "{\"event\": \"early\"}" : "{\"event\": \"late\"}");
        assert_true(note.steps == (i < 4 ? 0 : n_steps / 2));
    }
    chore_trace_close(trace);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 2, 255, 256, 257, 512, 513, 5000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        chore_hash content = {0, 0};
        chore_error err;
        if (write_trace(path, lengths[i], &content, &err) != CHORE_OK) {
            fail_msg("%s", err.message);
        }
        expect_trace(path, lengths[i]);
        char *bytes = NULL;
        size_t len = 0;
        assert_int_equal(chore_file_read(path, &bytes, &len, NULL), CHORE_OK);
        assert_true(chore_hash_equal(content, chore_hash_bytes(bytes, len, 0)));
        free(bytes);
    }
}

static void the_same_episode_gives_the_same_file(void **state)
{
    (void)state;
    chore_hash first, second;
    assert_int_equal(write_trace(path, 300, &first, NULL), CHORE_OK);
    assert_int_equal(write_trace(path, 300, &second, NULL), CHORE_OK);
    assert_true(chore_hash_equal(first, second));
    assert_int_equal(write_trace(path, 301, &second, NULL), CHORE_OK);
    assert_false(chore_hash_equal(first, second));
}

static void odd_values_and_no_actions_at_all(void **state)
{
    (void)state;
    chore_trace_writer *writer = NULL;
    const uint32_t bits[2] = {0x7fc12345u, 0x80000000u}; /* a NaN with a payload, minus zero */
    float action[2];
    memcpy(action, bits, sizeof bits);
    assert_int_equal(chore_trace_create(&writer, path, "{}", 2, NULL), CHORE_OK);
    assert_int_equal(chore_trace_step(writer, action, step_hash(0), NULL), CHORE_OK);
    assert_int_equal(chore_trace_keyframe(writer, NULL, 0, NULL), CHORE_OK);
    assert_int_equal(chore_trace_finish(writer, "", NULL, NULL), CHORE_OK);
    chore_trace *trace = NULL;
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_OK);
    assert_memory_equal(chore_trace_action(trace, 0), bits, sizeof bits);
    assert_int_equal(chore_trace_keyframe_at(trace, 0).len, 0);
    chore_trace_close(trace);

    assert_int_equal(chore_trace_create(&writer, path, "{}", 0, NULL), CHORE_OK);
    for (uint64_t i = 0; i < 300; i++) {
        assert_int_equal(chore_trace_step(writer, NULL, step_hash(i), NULL), CHORE_OK);
    }
    assert_int_equal(chore_trace_finish(writer, "{}", NULL, NULL), CHORE_OK);
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_OK);
    assert_true(chore_trace_n_steps(trace) == 300);
    assert_true(chore_hash_equal(chore_trace_hash(trace, 299), step_hash(299)));
    chore_trace_close(trace);
}

/* More notes than fit a chunk, each at its own step. */
static void many_notes_keep_their_order(void **state)
{
    (void)state;
    chore_trace_writer *writer = NULL;
    chore_text note = {0};
    assert_int_equal(chore_trace_create(&writer, path, "{}", DIM, NULL), CHORE_OK);
    for (int i = 0; i < 3000; i++) {
        chore_text_clear(&note);
        chore_text_add(&note, "{\"call\": %d, \"text\": \"%0*d\"}", i, i % 100 + 1, i);
        assert_int_equal(chore_trace_note(writer, chore_text_get(&note), NULL), CHORE_OK);
        assert_int_equal(write_steps(writer, (uint64_t)i / 10, ((uint64_t)i + 1) / 10, NULL), CHORE_OK);
    }
    assert_int_equal(chore_trace_finish(writer, "{}", NULL, NULL), CHORE_OK);
    chore_trace *trace = NULL;
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_OK);
    assert_int_equal(chore_trace_n_notes(trace), 3000);
    for (int i = 0; i < 3000; i++) {
        chore_text_clear(&note);
        chore_text_add(&note, "{\"call\": %d, \"text\": \"%0*d\"}", i, i % 100 + 1, i);
        assert_string_equal(chore_trace_note_at(trace, i).json, chore_text_get(&note));
        assert_true(chore_trace_note_at(trace, i).steps == (uint64_t)i / 10);
    }
    chore_trace_close(trace);
    chore_text_release(&note);
}

/* ---- What can happen to a file --------------------------------------------------------------------------------- */

/* Quicker than chore_file_write, which syncs. */
static void put_file(const unsigned char *bytes, size_t len)
{
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
        snprintf(place, sizeof place, "chunk %d at byte %zu:", chunk, at < TRACE_PROLOGUE_LEN ? 0 : find_chunk(bytes, len, chunk));
        for (size_t m = 0; m < sizeof masks; m++) {
            chore_error err = {0};
            bytes[at] ^= masks[m];
            const chore_status status = open_bytes(bytes, len, &err);
            bytes[at] ^= masks[m];
            if (status != CHORE_E_TAMPERED || strstr(err.message, place) == NULL) {
                fail_msg("byte %zu ^ %02x, expected '%s': %s: %s", at, masks[m], place, chore_status_text(status), err.message);
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
        assert_int_equal(open_bytes(changed, len - (next - at), NULL), foot ? CHORE_E_INCOMPLETE : CHORE_E_TAMPERED);
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
    trace_put_u32(bytes + at + 20, chore_crc32c(0, bytes + at + TRACE_HEADER_LEN, trace_get_u32(bytes + at + 16)));
    trace_put_u32(bytes + at + 24, chore_crc32c(0, bytes + at, 24));
}

/* In a process that may not take much memory. Exit code 0: every lie was refused without asking for what it claims. */
static int read_hostile_lengths(unsigned char *bytes, size_t len)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* those reserve terabytes themselves */
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
            const uint32_t offset = chore_rng_below(&rng, 16 + packed_len); /* kind, steps, raw length, content */
            const size_t hit = at + (offset < 16 ? offset : offset - 16 + TRACE_HEADER_LEN);
            changed[hit] = (unsigned char)(changed[hit] + 1 + chore_rng_below(&rng, 255));
        }
        repair_sums(changed, at);
        chore_error err = {0};
        const chore_status status = open_bytes(changed, len, &err);
        const bool unchanged = memcmp(changed, bytes, len) == 0;
        const bool foot_text = at == find_chunk(bytes, len, SMALL_CHUNKS - 1); /* nothing vouches for the last chunk but its CRC */
        if (status != CHORE_E_TAMPERED && status != CHORE_E_INCOMPLETE && !unchanged && !(foot_text && status == CHORE_OK)) {
            fail_msg("round %d: %s: %s", round, chore_status_text(status), err.message);
        }
    }
    free(changed);
    free(bytes);
}

/* ---- Storage --------------------------------------------------------------------------------------------------- */

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    chore_error err;
    assert_int_equal(write_trace("/dev/full", 10, NULL, &err), CHORE_E_IO);
    assert_non_null(strstr(err.message, "No space left on device"));
    assert_string_equal(err.file, "/dev/full");
    assert_true(chore_file_exists("/dev/full"));
    assert_int_equal(write_trace(folder, 10, NULL, &err), CHORE_E_IO);
    char deep[CHORE_PATH_CAP];
    assert_int_equal(chore_path_join(deep, folder, "no/such/folder", NULL), CHORE_OK);
    assert_int_equal(write_trace(deep, 10, NULL, &err), CHORE_E_IO);
    assert_non_null(strstr(err.message, "No such file or directory"));
}

/* The storage ends after each possible number of bytes. Exit code 0: every one was reported, and what is left is never
   taken for a whole trace. */
static int write_under_every_limit(size_t whole)
{
    signal(SIGXFSZ, SIG_IGN);
    for (size_t limit = whole; limit-- > 0;) {
        const struct rlimit bytes = {limit, limit};
        chore_error err = {0};
        if (setrlimit(RLIMIT_FSIZE, &bytes) != 0) {
            return 2;
        }
        if (write_trace(path, 600, NULL, &err) != CHORE_E_IO || strstr(err.message, "File too large") == NULL) {
            return 3;
        }
        chore_trace *trace = NULL;
        const chore_status status = chore_trace_open(&trace, path, NULL);
        if (status != CHORE_E_INCOMPLETE && status != CHORE_E_NOT_FOUND) {
            return 4;
        }
        limit -= limit > 400 ? limit % 37 : 0; /* every place at the beginning, some later */
    }
    return 0;
}

static void storage_may_end_anywhere(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t len;
    assert_int_equal(write_trace(path, 600, NULL, NULL), CHORE_OK);
    assert_int_equal(chore_file_read(path, &bytes, &len, NULL), CHORE_OK);
    free(bytes);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(write_under_every_limit(len));
    }
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
}

static void an_abandoned_trace_is_gone(void **state)
{
    (void)state;
    chore_trace_writer *writer = NULL;
    assert_int_equal(chore_trace_create(&writer, path, "{}", DIM, NULL), CHORE_OK);
    assert_int_equal(write_steps(writer, 0, 300, NULL), CHORE_OK);
    assert_int_equal(chore_trace_note(writer, "{}", NULL), CHORE_OK);
    assert_true(chore_file_exists(path));
    chore_trace_abandon(writer);
    assert_false(chore_file_exists(path));
    chore_trace_abandon(NULL);
    chore_trace_close(NULL);
}

/* kill -9 in the middle of an episode. */
static void a_killed_writer_leaves_an_incomplete_trace(void **state)
{
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        chore_trace_writer *writer = NULL;
        if (chore_trace_create(&writer, path, "{}", DIM, NULL) == CHORE_OK &&
            write_steps(writer, 0, 1000, NULL) == CHORE_OK) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    chore_trace *trace = NULL;
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_E_INCOMPLETE);
    assert_null(trace);
}

#define TRACE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRACE_TEST(what_is_written_is_read),
        TRACE_TEST(the_same_episode_gives_the_same_file),
        TRACE_TEST(odd_values_and_no_actions_at_all),
        TRACE_TEST(many_notes_keep_their_order),
        TRACE_TEST(every_changed_byte_is_seen),
        TRACE_TEST(every_missing_tail_is_a_killed_writer),
        TRACE_TEST(chunks_belong_together),
        TRACE_TEST(other_files_are_no_traces),
        TRACE_TEST(hostile_lengths_cost_nothing),
        TRACE_TEST(hostile_content_is_refused),
        TRACE_TEST(a_full_disk_is_an_error),
        TRACE_TEST(storage_may_end_anywhere),
        TRACE_TEST(an_abandoned_trace_is_gone),
        TRACE_TEST(a_killed_writer_leaves_an_incomplete_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
