#include "run_fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <chore/files.h>

static void append(chore_shard *shard, const chore_plan *plan, int index, int attempt, chore_outcome outcome)
{
    chore_row row = fixture_row(plan, index, outcome);
    chore_error err = {0};
    row.attempt = attempt;
    assert_int_equal(chore_shard_append(shard, &row, &err), CHORE_OK);
}

static chore_shard *shard_of(const char *dir, const chore_plan *plan)
{
    chore_shard *shard = NULL;
    assert_int_equal(chore_shard_create(&shard, dir, plan->hash, NULL), CHORE_OK);
    return shard;
}

/* Two shards, written out of order, one episode twice. */
static const char *make_store(chore_plan *plan)
{
    const char *dir = fixture_dir();
    fixture_plan(plan, dir, 1);
    chore_shard *a = shard_of(dir, plan), *b = shard_of(dir, plan);
    append(a, plan, 5, 0, CHORE_OUTCOME_SUCCESS);
    append(b, plan, 0, 0, CHORE_OUTCOME_INFRA_ERROR);
    append(a, plan, 2, 0, CHORE_OUTCOME_TIMEOUT);
    append(a, plan, 0, 1, CHORE_OUTCOME_SUCCESS);
    append(b, plan, 1, 0, CHORE_OUTCOME_FAILED);
    chore_shard_close(a);
    chore_shard_close(b);
    return dir;
}

static void rows_come_back_sorted(void **state)
{
    (void)state;
    static const int index[] = {0, 0, 1, 2, 5}, attempt[] = {0, 1, 0, 0, 0};
    static const bool latest[] = {false, true, true, true, true};
    chore_plan plan;
    chore_rows rows;
    const char *dir = make_store(&plan);
    assert_int_equal(chore_store_read(&rows, dir, plan.hash, NULL), CHORE_OK);
    assert_int_equal(rows.n, 5);
    assert_int_equal(rows.torn, 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(rows.rows[i].index, index[i]);
        assert_int_equal(rows.rows[i].attempt, attempt[i]);
        assert_int_equal(rows.latest[i], latest[i]);
    }
    assert_int_equal(rows.rows[2].outcome, CHORE_OUTCOME_FAILED);
    chore_rows_release(&rows);
    chore_plan_release(&plan);
}

static void another_plan_is_refused(void **state)
{
    (void)state;
    chore_plan plan;
    chore_rows rows;
    chore_error err = {0};
    const char *dir = make_store(&plan);
    plan.hash.lo ^= 1;
    assert_int_equal(chore_store_read(&rows, dir, plan.hash, &err), CHORE_E_TAMPERED);
    assert_non_null(strstr(err.message, "another plan"));
    chore_plan_release(&plan);
}

/* Two bits of every byte of a shard, all bits of some. A flip in the last line end makes the line a torn one: not
 * acknowledged. */
static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    chore_plan plan;
    const char *dir = make_store(&plan);
    size_t len;
    char *text = fixture_read(dir, "shard-0001.jsonl", &len);
    for (size_t at = 0; at < len; at++) {
        for (int bit = 0; bit < 8; bit += at % 16 ? 7 : 1) {
            chore_rows rows;
            chore_error err = {0};
            text[at] = (char)(text[at] ^ (1 << bit));
            fixture_write(dir, "shard-0001.jsonl", text, len);
            chore_status status = chore_store_read(&rows, dir, plan.hash, &err);
            if (at == len - 1 && status == CHORE_OK) {
                assert_int_equal(rows.torn, 1);
                assert_int_equal(rows.n, 4);
                chore_rows_release(&rows);
            } else {
                assert_int_equal(status, CHORE_E_TAMPERED);
                assert_non_null(strstr(err.file, "shard-0001.jsonl"));
                assert_true(err.line >= 1 && err.line <= 3);
            }
            text[at] = (char)(text[at] ^ (1 << bit));
        }
    }
    free(text);
    chore_plan_release(&plan);
}

/* A writer that dies at any byte leaves all lines before intact. */
static void every_prefix_keeps_what_was_acknowledged(void **state)
{
    (void)state;
    chore_plan plan;
    const char *dir = make_store(&plan);
    size_t len;
    char *text = fixture_read(dir, "shard-0000.jsonl", &len);
    for (size_t cut = 0; cut <= len; cut++) {
        chore_rows rows;
        int lines = 0;
        for (size_t i = 0; i < cut; i++) {
            lines += text[i] == '\n';
        }
        fixture_write(dir, "shard-0000.jsonl", text, cut);
        assert_int_equal(chore_store_read(&rows, dir, plan.hash, NULL), CHORE_OK);
        assert_int_equal(rows.n,
                         2 + (lines > 1 ? lines - 1 : 0)); /* two of the other shard; the header is no row */
        assert_int_equal(rows.torn, cut > 0 && text[cut - 1] != '\n');
        chore_rows_release(&rows);
    }
    free(text);
    chore_plan_release(&plan);
}

static void lines_cannot_be_moved_or_removed(void **state)
{
    (void)state;
    chore_plan plan;
    const char *dir = make_store(&plan);
    size_t len;
    char *text = fixture_read(dir, "shard-0000.jsonl", &len), *lines[5] = {text};
    for (int i = 1; i < 5; i++) {
        lines[i] = strchr(lines[i - 1], '\n') + 1;
    }
    assert_ptr_equal(lines[4], text + len);
    static const int orders[][4] = {{0, 2, 1, 3}, {0, 2, 3, -1}, {1, 2, 3, -1}, {0, 1, 1, 2}, {0, 1, 3, 2}};
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        chore_text changed = {0};
        chore_rows rows;
        for (int i = 0; i < 4 && orders[o][i] >= 0; i++) {
            int line = orders[o][i];
            chore_text_add_bytes(&changed, lines[line], (size_t)(lines[line + 1] - lines[line]));
        }
        fixture_write(dir, "shard-0000.jsonl", changed.data, changed.len);
        assert_int_equal(chore_store_read(&rows, dir, plan.hash, NULL), CHORE_E_TAMPERED);
        chore_text_release(&changed);
    }
    free(text);
    chore_plan_release(&plan);
}

/* A full disk: the append fails, the shard takes no more, what was there stays readable. */
static void no_space(void **state)
{
    (void)state;
    chore_plan plan;
    chore_rows rows;
    const char *dir = fixture_dir();
    fixture_plan(&plan, dir, 1);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {2500, 2500};
        chore_error err = {0};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
            _exit(9);
        }
        chore_shard *shard = shard_of(dir, &plan);
        chore_status status = CHORE_OK;
        int rows_written = 0;
        for (int i = 0; i < 8 && status == CHORE_OK; i++) {
            chore_row row = fixture_row(&plan, i, CHORE_OUTCOME_SUCCESS);
            status = chore_shard_append(shard, &row, &err);
            rows_written += status == CHORE_OK;
        }
        chore_row row = fixture_row(&plan, 7, CHORE_OUTCOME_SUCCESS);
        bool closed = chore_shard_append(shard, &row, NULL) == CHORE_E_IO;
        _exit(status == CHORE_E_IO && closed && strstr(err.file, "shard-0000") ? rows_written : 9);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) >= 1 && WEXITSTATUS(how) <= 3);
    assert_int_equal(chore_store_read(&rows, dir, plan.hash, NULL), CHORE_OK);
    assert_int_equal(rows.n, WEXITSTATUS(how));
    assert_int_equal(rows.torn, 1);
    chore_rows_release(&rows);
    chore_plan_release(&plan);
}

/* Kill -9 at random moments: whatever the writer said was durable is there. */
static void killed_writers_lose_nothing(void **state)
{
    (void)state;
    chore_plan plan;
    const char *dir = fixture_dir();
    fixture_plan(&plan, dir, 49);
    int acknowledged = 0;
    for (int round = 0; round < 20; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            chore_shard *shard = shard_of(dir, &plan);
            for (int i = 0;; i = (i + 1) % plan.n_episodes) {
                append(shard, &plan, i, round, CHORE_OUTCOME_SUCCESS);
                if (write(ends[1], "x", 1) != 1) {
                    _exit(1);
                }
            }
        }
        close(ends[1]);
        char byte;
        for (int seen = 0; seen <= round % 7; seen++) {
            assert_int_equal(read(ends[0], &byte, 1), 1);
            acknowledged++;
        }
        usleep((useconds_t)(round * 137));
        kill(child, SIGKILL);
        while (read(ends[0], &byte, 1) == 1) {
            acknowledged++;
        }
        close(ends[0]);
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
    chore_rows rows;
    chore_error err = {0};
    chore_status status = chore_store_read(&rows, dir, plan.hash, &err);
    if (status != CHORE_OK) {
        fail_msg("%s:%d: %s", err.file, err.line, err.message);
    }
    assert_true(rows.n >= acknowledged && rows.n <= acknowledged + 20);
    chore_rows_release(&rows);
    chore_plan_release(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_sorted),
        cmocka_unit_test(another_plan_is_refused),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(every_prefix_keeps_what_was_acknowledged),
        cmocka_unit_test(lines_cannot_be_moved_or_removed),
        cmocka_unit_test(no_space),
        cmocka_unit_test(killed_writers_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
