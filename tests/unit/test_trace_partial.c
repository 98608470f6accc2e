/* Traces whose writer is at work or was stopped: every beginning of one is readable as far as it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <chore/files.h>
#include <chore/trace.h>

#include <cmocka.h>

#include "scratch.h"
#include "trace_sample.h"

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];

static void put(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static chore_trace *read_partial(void)
{
    chore_trace *trace = NULL;
    chore_error err;
    if (chore_trace_open_partial(&trace, path, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    return trace;
}

static void check_steps(const chore_trace *trace)
{
    for (uint64_t step = 0; step < chore_trace_n_steps(trace); step++) {
        assert_true(chore_hash_equal(chore_trace_hash(trace, step), step_hash(step)));
        for (int i = 0; i < DIM; i++) {
            assert_true(chore_trace_action(trace, step)[i] == action_value(step, i));
        }
    }
}

static void every_beginning_can_be_read(void **state)
{
    char *bytes;
    size_t len, headless = 0;
    uint64_t steps = 0;
    (void)state;
    assert_int_equal(write_trace(path, 70, NULL, NULL), CHORE_OK);
    assert_int_equal(chore_file_read(path, &bytes, &len, NULL), CHORE_OK);
    for (size_t n = 0; n <= len; n++) {
        chore_trace *trace = NULL;
        chore_error err = {0};
        put(bytes, n);
        const chore_status status = chore_trace_open_partial(&trace, path, &err);
        if (status == CHORE_E_INCOMPLETE) { /* until the header is there */
            assert_int_equal(n, headless++);
            continue;
        }
        assert_int_equal(status, CHORE_OK);
        assert_string_equal(chore_trace_header(trace), "{\"seed\": 7}");
        assert_true(chore_trace_n_steps(trace) >= steps);
        assert_int_equal(chore_trace_outcome(trace) != NULL, n == len);
        if (chore_trace_n_steps(trace) > steps || n == len) {
            steps = chore_trace_n_steps(trace);
            check_steps(trace);
        }
        chore_trace_close(trace);
    }
    assert_int_equal(steps, 70);
    assert_true(headless > 16 && headless < 200);
    free(bytes);
}

/* A missing end is forgiven, a changed byte is not. */
static void damage_is_still_found(void **state)
{
    char *bytes;
    size_t len;
    (void)state;
    assert_int_equal(write_trace(path, 300, NULL, NULL), CHORE_OK);
    assert_int_equal(chore_file_read(path, &bytes, &len, NULL), CHORE_OK);
    for (size_t at = 0; at < len; at += 7) {
        chore_trace *trace = NULL;
        bytes[at] ^= 0x10;
        put(bytes, len);
        const chore_status status = chore_trace_open_partial(&trace, path, NULL);
        assert_true(status == CHORE_E_TAMPERED || status == CHORE_E_FILE || status == CHORE_E_INCOMPLETE);
        bytes[at] ^= 0x10;
    }
    free(bytes);
}

/* What was flushed can be read at once; the trace holds the same in the end. */
static void what_was_flushed_is_there(void **state)
{
    chore_trace_writer *writer;
    (void)state;
    assert_int_equal(chore_trace_create(&writer, path, "{\"seed\": 7}", DIM, NULL), CHORE_OK);
    for (uint64_t step = 0; step < 20; step++) {
        assert_int_equal(write_steps(writer, step, step + 1, NULL), CHORE_OK);
        if (step == 4) {
            assert_int_equal(chore_trace_note(writer, "{\"event\": \"now\"}", NULL), CHORE_OK);
        }
        assert_int_equal(chore_trace_flush(writer, NULL), CHORE_OK);
        assert_int_equal(chore_trace_flush(writer, NULL), CHORE_OK); /* nothing more to write */
        chore_trace *trace = read_partial();
        assert_int_equal(chore_trace_n_steps(trace), step + 1);
        assert_int_equal(chore_trace_n_notes(trace), step >= 4);
        assert_null(chore_trace_outcome(trace));
        check_steps(trace);
        chore_trace_close(trace);
    }
    assert_int_equal(chore_trace_finish(writer, "{}", NULL, NULL), CHORE_OK);
    chore_trace *trace;
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_OK);
    assert_int_equal(chore_trace_n_steps(trace), 20);
    assert_int_equal(chore_trace_note_at(trace, 0).steps, 5);
    check_steps(trace);
    chore_trace_close(trace);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(folder);
    snprintf(path, sizeof path, "%.900s/some.trace", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_beginning_can_be_read),
        cmocka_unit_test(damage_is_still_found),
        cmocka_unit_test(what_was_flushed_is_there),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
