/* Calls: the order is kept, every answer is checked, one slot's failure is its own. */
#include "test_policy_fixture.h"
#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>   /* needs the headers above */

static fixture f;

/* Loaded, negotiated, slots 0 and 1 reset, the batch points at both. */
static chore_policy_host *ready(const char *mood)
{
    fixture_init(&f);
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), mood);
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 2, 7);
    fixture_batch(&f, request, 2, NULL, 0);
    return host;
}

static void act_fails(chore_policy_host *host, chore_status status, const char *message)
{
    chore_error err = {0};
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, &err), status);
    assert_string_equal(err.message, message);
}

static void a_good_answer_passes_unchanged(void **state)
{
    (void)state;
    chore_policy_host *host = ready("ok");
    const uint32_t slots[] = {1, 0};
    fixture_batch(&f, &(chore_policy_request){.n_components = 3, .components = f.eef_delta, .horizon = 3}, 2,
                  slots, 4);
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    assert_int_equal(f.valid[0], 3);
    assert_true(f.data[0] == 1.0f && f.data[7] == 1.1f && f.data[21] == 0.0f);
    const chore_policy_timing timing = chore_policy_host_timing(host);
    assert_int_equal(timing.calls, 1);
    assert_true(timing.p50_ms > 0 && timing.p50_ms <= timing.p99_ms && timing.p99_ms <= timing.max_ms);
    chore_policy_host_timing_reset(host);
    assert_int_equal(chore_policy_host_timing(host).calls, 0);
    chore_policy_unload(host);
}

static void wrong_answers_are_named(void **state)
{
    static const struct {
        const char *mood, *message;
    } cases[] = {
        {"nan", "policy \"moody\": the action is not finite: slot 1, row 1, act.arm.gripper[0] is nan"},
        {"inf", "policy \"moody\": the action is not finite: slot 1, row 0, act.arm.pos[0] is -inf"},
        {"valid_0", "policy \"moody\": act says 0 valid rows in slot 1, 1 to 3 are possible"},
        {"valid_99", "policy \"moody\": act says 99 valid rows in slot 1, 1 to 3 are possible"},
        {"mumbles", "policy \"moody\": act reports 4 in slot 1, 0 to 3 mean something"},
        {"slot_fails", "policy \"moody\": act failed in slot 1 (ERROR, -2): cannot reach"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_policy_host *host = ready(cases[i].mood);
        act_fails(host, CHORE_E_POLICY, cases[i].message);
        assert_int_equal(f.status[0], CHORE_POLICY_OK); /* its mate goes on */
        assert_int_equal(f.status[1], CHORE_POLICY_ERROR);
        act_fails(host, CHORE_E_USAGE, "policy \"moody\": act of slot 1, which was not reset");
        chore_policy_unload(host);
    }
}

static void what_it_reports_arrives_with_its_action(void **state)
{
    (void)state;
    chore_policy_host *host = ready("reports");
    f.report[0] = 77; /* of a call before */
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    assert_int_equal(f.report[0], CHORE_REPORT_NONE);
    assert_string_equal(f.about[0], "");
    assert_int_equal(f.report[1], CHORE_REPORT_CANNOT);
    assert_string_equal(f.about[1], "coffee machine");
    f.actions.report = NULL; /* nobody listens */
    f.actions.about = NULL;
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    chore_policy_unload(host);
    host = ready("rambles");
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    assert_memory_equal(f.about[0], "M?ller xx", 9);
    assert_int_equal(strlen(f.about[0]), CHORE_POLICY_ABOUT_CAP - 1);
    chore_policy_unload(host);
}

static void a_row_that_was_never_written_is_found(void **state)
{
    (void)state;
    chore_policy_host *host = ready("lazy");
    act_fails(host, CHORE_E_POLICY,
              "policy \"moody\": the action is not finite: slot 0, row 1, act.arm.pos[0] is nan");
    assert_int_equal(f.status[1], CHORE_POLICY_ERROR);
    chore_policy_unload(host);
    host = ready("writes_one_row"); /* rows beyond the count do not matter */
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    assert_int_equal(f.valid[1], 1);
    chore_policy_unload(host);
}

static void negative_answers_carry_its_words(void **state)
{
    (void)state;
    chore_policy_host *host = ready("act_discard");
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act failed (DISCARD, -1): not now");
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act failed (DISCARD, -1): not now"); /* still open */
    assert_int_equal(f.status[0], CHORE_POLICY_DISCARD);
    chore_policy_unload(host);
    host = ready("act_error");
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act failed (ERROR, -2): lost the server [31m");
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act of slot 0, which was not reset");
    chore_policy_unload(host);
    host = ready("act_latin"); /* a row of results is JSON, which knows UTF-8 only */
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act failed (ERROR, -2): Stra?e, stra\xc3\x9f" "e, ???");
    chore_policy_unload(host);
    host = ready("act_odd");
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act failed (an unknown status, -42): ?");
    chore_policy_unload(host);
    host = ready("warns"); /* done, with a remark */
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    chore_policy_unload(host);
}

static void it_learns_where_it_claims_to(void **state)
{
    char report[64];
    chore_error err = {0};
    (void)state;
    chore_policy_host *host = ready("learns");
    assert_int_equal(chore_policy_learn(host, 30000000, report, sizeof report, &err), CHORE_OK);
    assert_string_equal(report, "learned for 30 ms");
    chore_policy_unload(host);
    host = ready("unteachable");
    assert_int_equal(chore_policy_learn(host, 1, report, sizeof report, &err), CHORE_E_POLICY);
    assert_string_equal(err.message, "policy \"moody\": learn failed (ERROR, -2): no gradient");
    assert_string_equal(report, "");
    chore_policy_unload(host);
    host = ready("ok");
    assert_int_equal(chore_policy_learn(host, 1, report, sizeof report, &err), CHORE_E_USAGE);
    assert_string_equal(err.message, "policy \"moody\": learn is not supported");
    chore_policy_unload(host);
}

static void after_a_fatal_error_nothing_is_called(void **state)
{
    (void)state;
    chore_policy_host *host = ready("act_fatal");
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act failed (FATAL, -3): it gave no reason");
    act_fails(host, CHORE_E_POLICY, "policy \"moody\": act after it reported a fatal error");
    chore_error err = {0};
    if (fixture_profile() == CHORE_POLICY_INPROC) {
        assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_E_POLICY);
    } else { /* a process can be had anew */
        fixture_negotiate(&f, host);
        assert_int_equal(chore_policy_host_boundary(host)->starts, 2);
    }
    chore_policy_unload(host);
}

static void the_order_of_calls_is_kept(void **state)
{
    (void)state;
    chore_policy_host *host = ready("ok");
    chore_policy_host *early = fixture_open(fixture_plugin("moody"), "ok");
    act_fails(early, CHORE_E_USAGE, "policy \"moody\": act before a request was accepted (negotiate first)");
    chore_error err = {0};
    const chore_policy_episode episode = {.struct_size = sizeof episode, .slot = 9, .instruction = ""};
    assert_int_equal(chore_policy_reset(early, 1, &episode, &err), CHORE_E_USAGE);
    assert_int_equal(chore_policy_reset(host, 1, &episode, &err), CHORE_E_USAGE);
    assert_string_equal(err.message, "policy \"moody\": reset of slot 9, there are 3");
    f.slot[1] = 0;
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act names slot 0 twice");
    f.slot[1] = 2;
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act of slot 2, which was not reset");
    f.batch.n = 0;
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act with 0 slots, it takes 1 to 3");
    f.batch.n = 1;
    f.actions.dim = 8;
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act with room for 3 x 8, negotiated 3 x 7");
    f.actions.dim = 7;
    fixture_negotiate(&f, host); /* once more: the slots are closed again */
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act of slot 0, which was not reset");
    chore_policy_unload(early);
    chore_policy_unload(host);
}

static void reset_and_observe_may_fail(void **state)
{
    (void)state;
    chore_error err = {0};
    chore_policy_host *host = ready("observe_fails");
    assert_int_equal(chore_policy_observe(host, &f.batch, &err), CHORE_E_POLICY);
    assert_string_equal(err.message, "policy \"moody\": observe failed (ERROR, -2): saw too much");
    chore_policy_unload(host);
    host = fixture_open(fixture_plugin("moody"), "reset_fails");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    const chore_policy_episode episode = {.struct_size = sizeof episode, .instruction = "fold"};
    assert_int_equal(chore_policy_reset(host, 1, &episode, &err), CHORE_E_POLICY);
    assert_string_equal(err.message,
                        "policy \"moody\": reset failed (ERROR, -2): no weights for this instruction");
    fixture_batch(&f, request, 1, NULL, 0);
    act_fails(host, CHORE_E_USAGE, "policy \"moody\": act of slot 0, which was not reset");
    chore_policy_unload(host);
}

static void feedback_is_only_what_was_offered(void **state)
{
    (void)state;
    chore_policy_host *host = ready("ok");
    chore_policy_event event = {
        .struct_size = sizeof event, .kind = CHORE_FEEDBACK_OUTCOME, .success = 1, .value = 1};
    assert_int_equal(chore_policy_feedback(host, 1, &event, NULL), CHORE_OK);
    chore_error err = {0};
    event.kind = CHORE_FEEDBACK_STEP_REWARD;
    assert_int_equal(chore_policy_feedback(host, 1, &event, &err), CHORE_E_USAGE);
    assert_string_equal(err.message, "policy \"moody\": feedback of kind 1 for slot 0 was not offered");
    chore_policy_unload(host);
}

static int64_t keep_word(void *ctx, void *buf, uint64_t n)
{
    assert_int_equal(n, sizeof(uint64_t));
    memcpy(ctx, buf, n);
    return (int64_t)n;
}

static void state_is_saved_or_refused_politely(void **state)
{
    (void)state;
    uint64_t word = 0;
    chore_error err = {0};
    chore_policy_host *host = ready("saves");
    assert_int_equal(chore_policy_save(host, CHORE_SCOPE_EPISODE, 2, keep_word, &word, &err), CHORE_OK);
    assert_int_equal(word, 102);
    assert_int_equal(chore_policy_restore(host, CHORE_SCOPE_PERSISTENT, 0, keep_word, &word, &err),
                     CHORE_E_USAGE);
    assert_string_equal(err.message, "policy \"moody\": load of persistent state is not supported");
    chore_policy_unload(host);
    host = ready("ok");
    assert_int_equal(chore_policy_save(host, CHORE_SCOPE_EPISODE, 0, keep_word, &word, &err), CHORE_E_USAGE);
    assert_string_equal(err.message, "policy \"moody\": save of an episode's state is not supported");
    assert_int_equal(chore_policy_save(host, 3, 0, keep_word, &word, &err), CHORE_E_USAGE);
    chore_policy_unload(host);
}

static void rounding_is_ours_again_after_a_call(void **state)
{
    (void)state;
    chore_policy_host *host = ready("rounds_up");
    assert_int_equal(fegetround(), FE_TONEAREST);
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, NULL), CHORE_OK);
    assert_int_equal(fegetround(), FE_TONEAREST);
    chore_policy_unload(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_answer_passes_unchanged),
        cmocka_unit_test(wrong_answers_are_named),
        cmocka_unit_test(a_row_that_was_never_written_is_found),
        cmocka_unit_test(what_it_reports_arrives_with_its_action),
        cmocka_unit_test(it_learns_where_it_claims_to),
        cmocka_unit_test(negative_answers_carry_its_words),
        cmocka_unit_test(after_a_fatal_error_nothing_is_called),
        cmocka_unit_test(the_order_of_calls_is_kept),
        cmocka_unit_test(reset_and_observe_may_fail),
        cmocka_unit_test(feedback_is_only_what_was_offered),
        cmocka_unit_test(state_is_saved_or_refused_politely),
        cmocka_unit_test(rounding_is_ours_again_after_a_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
