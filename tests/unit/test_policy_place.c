/* Profile host: on which cores the policy's process may run, and what it starts. */
#include "test_policy_fixture.h"
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

enum { WARM_UP = 16, MANY = 20000 }; /* on a busy machine calls take long, and long ones leave the policy where it is */

static fixture f;
static chore_policy_host *host;
static const chore_policy_request *request;
static int cores; /* ours */

static int count_cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static void begin(const char *config, const char *allow)
{
    chore_policy_allow allowed;
    chore_error err = {0};
    if (cores < 2) {
        skip();
    }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* their threads are made behind the back of chore-policy-host: it binds nothing there */
#endif
    fixture_init(&f);
    assert_int_equal(chore_policy_allow_parse(allow, &allowed, NULL), CHORE_OK);
    const chore_policy_def def = {.policy = fixture_plugin("cores"),
                                  .config = config,
                                  .profile = CHORE_POLICY_HOST,
                                  .allow = &allowed,
                                  .call_s = 30};
    if (chore_policy_open(&host, &def, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 7);
}

static void end(void)
{
    chore_policy_unload(host);
    assert_int_equal(count_cores(), cores); /* the harness itself is where it was */
}

/* Cores that the policy found in a call. */
static int call(void)
{
    chore_error err = {0};
    fixture_batch(&f, request, 1, NULL, 1);
    if (chore_policy_act(host, &f.batch, &f.actions, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    return (int)f.data[0];
}

static bool call_until(int wanted)
{
    for (int i = 0; i < MANY; i++) {
        if (call() == wanted) {
            return true;
        }
    }
    return false;
}

static void it_sleeps_where_it_is_called_from(void **state)
{
    (void)state;
    begin("", "");
    for (int i = 0; i < WARM_UP; i++) {
        assert_int_equal(call(), cores); /* pools are made by what is found here */
    }
    assert_true(call_until(1));
    fixture_reset(host, 1, 8); /* sets it free, */
    assert_true(call_until(1)); /* for a while */
    end();
}

static void its_threads_may_run_everywhere(void **state)
{
    (void)state;
    begin("thread", "");
    assert_true(call_until(1));
    assert_int_equal((int)f.data[1], cores);
    for (int i = 0; i < 500; i++) { /* and with company it is not bound again */
        assert_int_equal(call(), cores);
    }
    end();
}

static void a_core_of_its_own_choice_is_kept(void **state)
{
    (void)state;
    begin("own", "");
    assert_true(call_until(1));
    assert_int_equal((int)f.data[1], 1);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(call(), 1); /* it fails when it finds itself elsewhere */
    }
    end();
}

static void who_may_start_programs_is_free(void **state)
{
    (void)state;
    begin("", "processes");
    for (int i = 0; i < 500; i++) {
        assert_int_equal(call(), cores);
    }
    end();
}

/* At its first call and at every 24th: the other calls are the many. */
static void who_plans_now_and_then_is_bound(void **state)
{
    (void)state;
    begin("plans", "");
    assert_true(call_until(1));
    end();
}

/* Nobody else needs the core: then it is as good as another, and its caches are warm. */
static void who_computes_long_undisturbed_is_bound(void **state)
{
    (void)state;
    begin("computes", "");
    assert_true(call_until(1));
    end();
}

/* It waits for something, or for its turn. */
static void who_always_thinks_long_is_free(void **state)
{
    (void)state;
    begin("thinks", "");
    for (int i = 0; i < 100; i++) {
        assert_int_equal(call(), cores);
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_sleeps_where_it_is_called_from),
        cmocka_unit_test(its_threads_may_run_everywhere),
        cmocka_unit_test(a_core_of_its_own_choice_is_kept),
        cmocka_unit_test(who_may_start_programs_is_free),
        cmocka_unit_test(who_plans_now_and_then_is_bound),
        cmocka_unit_test(who_computes_long_undisturbed_is_bound),
        cmocka_unit_test(who_always_thinks_long_is_free),
    };
    cores = count_cores();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
