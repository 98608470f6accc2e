/* MuJoCo's errors come back as statuses; the process lives on and nothing is written beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/test_model.h"
#include <chore/log.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void raise_error(void *ctx)
{
    mju_error("deliberate: %s", (const char *)ctx);
}

static void do_nothing(void *ctx)
{
    *(int *)ctx += 1;
}

static void error_becomes_a_status(void **state)
{
    (void)state;
    chore_error err = {0};
    char what[] = "too much";
    assert_int_equal(chore_mj_try(raise_error, what, &err), CHORE_E_SIM);
    assert_int_equal(err.status, CHORE_E_SIM);
    assert_string_equal(err.message, "MuJoCo: deliberate: too much");
    assert_int_equal(chore_mj_try(raise_error, what, NULL), CHORE_E_SIM);
    int calls = 0;
    assert_int_equal(chore_mj_try(do_nothing, &calls, &err), CHORE_OK);
    assert_int_equal(calls, 1);
}

static void try_inside(void *ctx)
{
    chore_error inner = {0};
    assert_int_equal(chore_mj_try(raise_error, "inner", &inner), CHORE_E_SIM);
    assert_string_equal(inner.message, "MuJoCo: deliberate: inner");
    raise_error(ctx);
}

static void tries_nest(void **state)
{
    (void)state;
    chore_error err = {0};
    char what[] = "outer";
    assert_int_equal(chore_mj_try(try_inside, what, &err), CHORE_E_SIM);
    assert_string_equal(err.message, "MuJoCo: deliberate: outer");
}

static void *raise_on_thread(void *ctx)
{
    for (int i = 0; i < 2000; i++) {
        chore_error err = {0};
        if (chore_mj_try(raise_error, ctx, &err) != CHORE_E_SIM || !strstr(err.message, ctx)) {
            return ctx;
        }
    }
    return NULL;
}

static void threads_keep_their_errors_apart(void **state)
{
    (void)state;
    static char names[3][8] = {"one", "two", "three"};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, raise_on_thread, names[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

static void load_broken(void *ctx)
{
    char message[200];
    *(mjSpec **)ctx = mj_parseXMLString("<mujoco><worldbody><geom type='cube'/></worldbody></mujoco>", NULL,
                                        message, sizeof message);
}

/* MuJoCo's own parser reports by return value and a handler of its own: the guard must not get in its way. */
static void parser_errors_stay_return_values(void **state)
{
    (void)state;
    mjSpec *spec = NULL;
    assert_int_equal(chore_mj_try(load_broken, &spec, NULL), CHORE_OK);
    assert_null(spec);
}

static void count_warning(void *ctx, chore_log_level level, const char *topic, const char *message)
{
    assert_int_equal(level, CHORE_LOG_WARN);
    assert_string_equal(topic, "mujoco");
    assert_non_null(strstr(message, "beware 7"));
    ++*(int *)ctx;
}

static void warnings_go_to_the_log_and_to_no_file(void **state)
{
    (void)state;
    int count = 0;
    chore_log_set_sink(count_warning, &count);
    mju_warning("beware %d", 7);
    chore_log_set_sink(NULL, NULL);
    assert_int_equal(count, 1);
    assert_int_not_equal(access("MUJOCO_LOG.TXT", F_OK), 0);
}

int main(void)
{
    char folder[] = "/tmp/test_mj_guard.XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(chore_sim_init(NULL), CHORE_OK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_becomes_a_status),
        cmocka_unit_test(tries_nest),
        cmocka_unit_test(threads_keep_their_errors_apart),
        cmocka_unit_test(parser_errors_stay_return_values),
        cmocka_unit_test(warnings_go_to_the_log_and_to_no_file),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
