/* Traces come back as they were written, and storage that fails is said so. */
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
#include "trace_sample.h"

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
    const chore_trace_keyframe_ref first = chore_trace_keyframe_at(trace, 0),
                                   second = chore_trace_keyframe_at(trace, 1);
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

/* ---- Storage ------------------------------------------------------------------------------------------- */

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

/* The storage ends after each possible number of bytes. Exit code 0: every one was reported, and what is left
   is never taken for a whole trace. */
static int write_under_every_limit(size_t whole)
{
    signal(SIGXFSZ, SIG_IGN);
    for (size_t limit = whole; limit-- > 0;) {
        const struct rlimit bytes = {limit, limit};
        chore_error err = {0};
        if (setrlimit(RLIMIT_FSIZE, &bytes) != 0) {
            return 2;
        }
        if (write_trace(path, 600, NULL, &err) != CHORE_E_IO ||
            strstr(err.message, "File too large") == NULL) {
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

/* Space that comes back does not mend a trace with a hole in it. */
static void a_broken_writer_stays_broken(void **state)
{
    (void)state;
    chore_trace_writer *writer = NULL;
    chore_error first = {0}, later = {0};
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(chore_trace_create(&writer, path, "{}", DIM, NULL), CHORE_OK);
    const struct rlimit full = {300, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    const chore_status status = write_steps(writer, 0, 256, &first);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, CHORE_E_IO);
    assert_int_equal(write_steps(writer, 256, 257, &later), CHORE_E_IO);
    assert_string_equal(later.message, first.message);
    assert_int_equal(chore_trace_note(writer, "{}", NULL), CHORE_E_IO);
    assert_int_equal(chore_trace_keyframe(writer, "x", 1, NULL), CHORE_E_IO);
    assert_int_equal(chore_trace_finish(writer, "{}", NULL, &later), CHORE_E_IO);
    assert_string_equal(later.message, first.message);
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
        TRACE_TEST(a_full_disk_is_an_error),
        TRACE_TEST(storage_may_end_anywhere),
        TRACE_TEST(a_broken_writer_stays_broken),
        TRACE_TEST(an_abandoned_trace_is_gone),
        TRACE_TEST(a_killed_writer_leaves_an_incomplete_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
