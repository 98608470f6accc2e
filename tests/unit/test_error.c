#include <chore/base.h>
#include <chore/log.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void statuses_have_a_name_and_an_exit_code(void **state)
{
    (void)state;
    for (int i = 0; i < CHORE_STATUS_COUNT; i++) {
        assert_non_null(chore_status_text((chore_status)i));
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(chore_status_text((chore_status)i), chore_status_text((chore_status)j));
        }
        assert_int_equal(chore_status_exit_code((chore_status)i) == 0, i == CHORE_OK);
    }
    assert_int_equal(chore_status_exit_code(CHORE_E_CHECK), 1);
    assert_int_equal(chore_status_exit_code(CHORE_E_FILE), 2);
    assert_int_equal(chore_status_exit_code(CHORE_E_INCOMPLETE), 3);
    assert_int_equal(chore_status_exit_code(CHORE_E_POLICY_LOAD), 4);
    assert_int_equal(chore_status_exit_code(CHORE_E_TAMPERED), 6);
    assert_int_equal(chore_status_exit_code(CHORE_E_IO), 74);
    assert_int_equal(chore_status_exit_code(CHORE_E_INTERRUPTED), 130);
    assert_string_equal(chore_status_text(CHORE_STATUS_COUNT), "unknown status");
    assert_int_equal(chore_status_exit_code(CHORE_STATUS_COUNT), chore_status_exit_code(CHORE_E_INTERNAL));
}

static void an_error_says_where_what_and_what_to_do(void **state)
{
    (void)state;
    chore_error err;
    char line[256];
    assert_int_equal(chore_fail_at(&err, CHORE_E_FILE, "a.yaml", 3, 7, "no predicate '%s'", "insde"),
                     CHORE_E_FILE);
    assert_int_equal(err.status, CHORE_E_FILE);
    chore_error_hint(&err, "did you mean '%s'?", "inside");
    chore_error_format(&err, line, sizeof line);
    assert_string_equal(line, "a.yaml:3:7: no predicate 'insde' (did you mean 'inside'?)");
    chore_fail_at(&err, CHORE_E_FILE, "a.yaml", 3, 0, "x");
    chore_error_format(&err, line, sizeof line);
    assert_string_equal(line, "a.yaml:3: x");
    chore_fail_at(&err, CHORE_E_FILE, "a.yaml", 0, 0, "x");
    chore_error_format(&err, line, sizeof line);
    assert_string_equal(line, "a.yaml: x");
    chore_fail(&err, CHORE_E_SIM, "y");
    chore_error_format(&err, line, sizeof line);
    assert_string_equal(line, "y");
    chore_error_format(&err, line, 1);
    assert_string_equal(line, "");
    assert_int_equal(chore_fail(NULL, CHORE_E_SIM, "nobody listens"), CHORE_E_SIM);
    assert_int_equal(chore_fail_at(NULL, CHORE_E_SIM, "f", 1, 1, "nobody listens"), CHORE_E_SIM);
    chore_error_hint(NULL, "nobody listens");
}

static void an_error_can_be_wrapped_in_itself(void **state)
{
    (void)state;
    chore_error err;
    chore_fail_at(&err, CHORE_E_FILE, "mug.yaml", 1, 2, "inner");
    chore_fail_at(&err, CHORE_E_FILE, err.file, err.line, err.column, "object 'mug': %s", err.message);
    assert_string_equal(err.message, "object 'mug': inner");
    assert_string_equal(err.file, "mug.yaml");
    assert_int_equal(err.column, 2);
    chore_error_hint(&err, "one");
    chore_error_hint(&err, "%s, two", err.hint);
    assert_string_equal(err.hint, "one, two");
}

static void messages_are_one_clean_line(void **state)
{
    (void)state;
    chore_error err;
    chore_fail(&err, CHORE_E_FILE, "got '%s'", "a\nb\x1b[31m\tc\x7f");
    assert_string_equal(err.message, "got 'a b [31m c '");
    char huge[4096];
    memset(huge, 'x', sizeof huge);
    huge[sizeof huge - 1] = '\0';
    chore_fail(&err, CHORE_E_FILE, "%s", huge);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void a_broken_promise_ends_the_process(void **state)
{
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        CHORE_ASSERT(child != 0);
        _exit(0);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    assert_int_equal(WTERMSIG(how), SIGABRT);
}

typedef struct heard {
    int n;
    chore_log_level level;
    char topic[32], message[64];
} heard;

static void listen(void *ctx, chore_log_level level, const char *topic, const char *message)
{
    heard *last = ctx;
    last->n++;
    last->level = level;
    strncpy(last->topic, topic, sizeof last->topic - 1);
    strncpy(last->message, message, sizeof last->message - 1);
}

static void the_log_has_levels_and_a_sink(void **state)
{
    (void)state;
    heard last = {0};
    chore_log_set_sink(listen, &last);
    chore_log(CHORE_LOG_INFO, "world", "not by default");
    assert_int_equal(last.n, 0);
    chore_log(CHORE_LOG_WARN, "world", "contact %d", 7);
    assert_int_equal(last.n, 1);
    assert_int_equal(last.level, CHORE_LOG_WARN);
    assert_string_equal(last.topic, "world");
    assert_string_equal(last.message, "contact 7");
    chore_log_set_level(CHORE_LOG_DEBUG);
    chore_log(CHORE_LOG_DEBUG, "world", "now");
    assert_int_equal(last.n, 2);
    chore_log_set_level(CHORE_LOG_ERROR);
    chore_log(CHORE_LOG_WARN, "world", "no more");
    assert_int_equal(last.n, 2);
    chore_log_set_sink(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_have_a_name_and_an_exit_code),
        cmocka_unit_test(an_error_says_where_what_and_what_to_do),
        cmocka_unit_test(an_error_can_be_wrapped_in_itself),
        cmocka_unit_test(messages_are_one_clean_line),
        cmocka_unit_test(a_broken_promise_ends_the_process),
        cmocka_unit_test(the_log_has_levels_and_a_sink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
