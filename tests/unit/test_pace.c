#include <chore/pace.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS = 60, ASSUMED_HZ = 20, PERIOD_NS = 50000000, HOLD = -7 };

/* What a row says: which call, and which control step it is for. */
static float row_of(int64_t call, int64_t step)
{
    return (float)(call * 1000 + step);
}

typedef struct trial {
    chore_latency latency;
    int horizon, execute, rows; /* rows: of each answer */
    const uint64_t *wall_ns;    /* of each call; NULL: none */
    /* outcome */
    float ran[STEPS];
    int64_t called[STEPS];
    chore_pace_call calls[STEPS];
    float committed[STEPS][CHORE_LATENCY_MOST];
    int told[STEPS], n_calls;
    bool late[STEPS];
    chore_pace_sums sums;
} trial;

/* A policy whose row for step t of call c is row_of(c, t), as far as it was told when its rows will run. */
static void run(trial *t)
{
    const float hold = HOLD;
    const chore_pace_def def = {
        .latency = t->latency, .horizon = t->horizon, .execute = t->execute, .dim = 1, .control_hz = ASSUMED_HZ};
    chore_pace *pace = chore_pace_create(&def);
    chore_pace_begin(pace, &hold);
    for (int64_t step = 0; step < STEPS; step++) {
        if (chore_pace_due(pace, step)) {
            const int c = t->n_calls++;
            const float *committed = chore_pace_committed(pace, step, &t->told[c]);
            memcpy(t->committed[c], committed, (size_t)t->told[c] * sizeof *committed);
            t->late[c] = chore_pace_was_late(pace);
            t->called[c] = step;
            for (int i = 0; i < t->rows; i++) {
                chore_pace_room(pace)[i] = row_of(c, step + t->told[c] + i);
            }
            t->calls[c] = chore_pace_answer(pace, step, t->rows, t->wall_ns ? t->wall_ns[c] : 0);
            assert_false(chore_pace_due(pace, step) && t->latency.steps > 0);
        }
        t->ran[step] = *chore_pace_action(pace, step);
    }
    t->sums = chore_pace_total(pace);
    chore_pace_destroy(pace);
}

static void a_frozen_world_waits(void **state)
{
    (void)state;
    trial t = {.horizon = 4, .execute = 2, .rows = 4};
    run(&t);
    for (int s = 0; s < STEPS; s++) {
        assert_true(t.ran[s] == row_of(s / 2, s));
    }
    assert_int_equal(t.n_calls, STEPS / 2);
    assert_int_equal(t.told[0], 0);
    assert_true(t.sums.held == 0 && t.sums.waited == 0 && t.sums.late == 0);
}

static void fewer_rows_bring_the_next_call_forward(void **state)
{
    (void)state;
    trial t = {.horizon = 8, .execute = 6, .rows = 3};
    run(&t);
    assert_int_equal(t.called[1], 3);
    assert_true(t.ran[2] == row_of(0, 2) && t.ran[3] == row_of(1, 3));
}

static void no_delay_is_frozen(void **state)
{
    (void)state;
    trial a = {.horizon = 5, .execute = 3, .rows = 5}, b = a;
    b.latency.kind = CHORE_LATENCY_DELAY;
    run(&a);
    run(&b);
    assert_memory_equal(a.ran, b.ran, sizeof a.ran);
}

/* The evaluation loop of real-time chunking, written from its description: a round is s steps long; in its first d steps
   the old chunk runs, then the new one, which was made of what was seen when the round began. Before the first chunk
   there is nothing. */
static void delay_is_that_of_real_time_chunking(void **state)
{
    (void)state;
    for (int d = 1; d <= 5; d++) {
        for (int s = d; s <= 8; s++) {
            trial t = {.latency = {CHORE_LATENCY_DELAY, d}, .horizon = 8, .execute = s, .rows = 8};
            run(&t);
            for (int step = 0; step < STEPS; step++) {
                const int round = step / s, within = step % s;
                const int chunk = within < d ? round - 1 : round;
                assert_true(t.ran[step] == (chunk < 0 ? (float)HOLD : row_of(chunk, step)));
            }
            for (int c = 0; c < t.n_calls; c++) {
                assert_int_equal(t.told[c], d);
                assert_true(t.calls[c].observed == c * s && t.calls[c].answered == c * s + d &&
                            t.calls[c].in_force == c * s + d);
            }
            assert_true(t.sums.held == d);
        }
    }
}

static void what_is_committed_is_what_runs(void **state)
{
    (void)state;
    for (int d = 1; d <= 6; d++) {
        for (int rows = 1; rows <= 8; rows++) {
            trial t = {.latency = {CHORE_LATENCY_DELAY, d}, .horizon = 8, .execute = 2, .rows = rows};
            run(&t);
            for (int c = 0; c < t.n_calls; c++) {
                for (int i = 0; i < d && t.called[c] + i < STEPS; i++) {
                    assert_true(t.committed[c][i] == t.ran[t.called[c] + i]);
                }
            }
        }
    }
}

/* One row, four steps to think: asked every fourth step, and the last row is held in between. */
static void a_slow_policy_of_single_rows_is_held(void **state)
{
    (void)state;
    trial t = {.latency = {CHORE_LATENCY_DELAY, 4}, .horizon = 1, .execute = 1, .rows = 1};
    run(&t);
    for (int step = 0; step < STEPS; step++) {
        assert_true(t.ran[step] == (step < 4 ? (float)HOLD : row_of(step / 4 - 1, step / 4 * 4)));
    }
    assert_true(t.sums.calls == STEPS / 4 && t.sums.held == 4 + (STEPS / 4 - 1) * 3);
}

/* Further rows of a chunk are better than none. */
static void rows_beyond_execute_run_while_the_next_answer_is_late(void **state)
{
    (void)state;
    trial t = {.latency = {CHORE_LATENCY_DELAY, 4}, .horizon = 8, .execute = 1, .rows = 8};
    run(&t);
    assert_true(t.sums.held == 4 && t.sums.calls == STEPS / 4);
    assert_true(t.ran[6] == row_of(0, 6));
}

static void to_hold_a_change_is_not_to_repeat_it(void **state)
{
    (void)state;
    const bool relative[2] = {true, false};
    const float hold[2] = {0, 5};
    const chore_pace_def def = {.latency = {CHORE_LATENCY_DELAY, 3},
                                .horizon = 1,
                                .execute = 1,
                                .dim = 2,
                                .control_hz = ASSUMED_HZ,
                                .relative = relative};
    chore_pace *pace = chore_pace_create(&def);
    chore_pace_begin(pace, hold);
    assert_true(chore_pace_due(pace, 0));
    chore_pace_room(pace)[0] = 1, chore_pace_room(pace)[1] = 2;
    chore_pace_answer(pace, 0, 1, 0);
    static const float want[5][2] = {{0, 5}, {0, 5}, {0, 5}, {1, 2}, {0, 2}};
    for (int step = 0; step < 5; step++) {
        chore_pace_due(pace, step);
        assert_memory_equal(chore_pace_action(pace, step), want[step], sizeof want[step]);
    }
    chore_pace_destroy(pace);
}

/* ---- live ------------------------------------------------------------------------------------------------------- */

static void live_and_quick_is_a_delay_of_one(void **state)
{
    (void)state;
    uint64_t wall[STEPS];
    for (int i = 0; i < STEPS; i++) {
        wall[i] = i % 3 == 0 ? 8000 : PERIOD_NS; /* a whole period is still one step */
    }
    trial a = {.latency = {CHORE_LATENCY_LIVE, 8}, .horizon = 4, .execute = 3, .rows = 4, .wall_ns = wall};
    trial b = {.latency = {CHORE_LATENCY_DELAY, 1}, .horizon = 4, .execute = 3, .rows = 4};
    run(&a);
    run(&b);
    assert_memory_equal(a.ran, b.ran, sizeof a.ran);
    assert_true(a.sums.held == 1 && a.sums.late == 0);
}

/* Told 1, took 3: the rows for the steps that have passed are lost, the rest runs; then it is told 3. */
static void live_loses_the_rows_whose_time_has_passed(void **state)
{
    (void)state;
    uint64_t wall[STEPS];
    for (int i = 0; i < STEPS; i++) {
        wall[i] = 2 * PERIOD_NS + 1;
    }
    trial t = {.latency = {CHORE_LATENCY_LIVE, 8}, .horizon = 6, .execute = 6, .rows = 6, .wall_ns = wall};
    run(&t);
    assert_true(t.told[0] == 1 && t.calls[0].answered == 3 && t.calls[0].in_force == 3);
    assert_true(t.ran[2] == (float)HOLD && t.ran[3] == row_of(0, 3) && t.ran[6] == row_of(0, 6));
    assert_true(t.told[1] == 3 && t.called[1] == 4 && t.calls[1].in_force == 7 && t.ran[7] == row_of(1, 7));
    assert_true(t.sums.held == 3 && t.sums.late == 0);
}

/* One row for the next step, but three steps to think: nothing of the first answer is left, and the policy hears of it. */
static void live_drops_an_answer_that_is_too_late(void **state)
{
    (void)state;
    uint64_t wall[STEPS];
    for (int i = 0; i < STEPS; i++) {
        wall[i] = 2 * PERIOD_NS + 1;
    }
    trial t = {.latency = {CHORE_LATENCY_LIVE, 8}, .horizon = 1, .execute = 1, .rows = 1, .wall_ns = wall};
    run(&t);
    assert_true(t.calls[0].in_force == -1 && t.called[1] == 3 && t.late[1]);
    assert_true(t.told[1] == 3 && t.calls[1].in_force == 6 && !t.late[2]); /* now it is told, and it fits */
    assert_true(t.ran[5] == (float)HOLD && t.ran[6] == row_of(1, 6));
    assert_int_equal(t.sums.late, 1);
}

static void live_forgets_a_slow_call_after_some_quick_ones(void **state)
{
    (void)state;
    uint64_t wall[STEPS] = {5 * (uint64_t)PERIOD_NS};
    for (int i = 1; i < STEPS; i++) {
        wall[i] = 1000;
    }
    trial t = {.latency = {CHORE_LATENCY_LIVE, 4}, .horizon = 8, .execute = 8, .rows = 8, .wall_ns = wall};
    run(&t);
    assert_true(t.calls[0].answered == 5 && t.told[1] == 4); /* no more than it may be told */
    assert_true(t.told[4] == 4 && t.told[5] == 1);
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

static void a_list_of_latencies(void **state)
{
    (void)state;
    chore_latency list[CHORE_LATENCY_GROUPS];
    char text[CHORE_LATENCY_CAP];
    int n;
    static const char *const want[] = {"frozen", "delay=0", "delay=4", "delay=64", "live=8", "live=3"};
    assert_int_equal(chore_latency_parse("frozen,delay=0,4,64,4,live,live=3", list, &n, NULL), CHORE_OK);
    assert_int_equal(n, 6); /* 4 was there twice */
    for (int i = 0; i < n; i++) {
        chore_latency again;
        chore_latency_text(list[i], text);
        assert_string_equal(text, want[i]);
        assert_int_equal(chore_latency_parse_one(text, &again, NULL), CHORE_OK);
        assert_true(chore_latency_equal(again, list[i]));
    }
}

static void bad_lists(void **state)
{
    (void)state;
    static const char *const bad[] = {"",         "delay",    "delay=",        "delay=65", "delay=-1", "live=0", "live=65",
                                      "frozen=1", "delay=1,", "frozen,4",      "5",        "delay=1 2", "delay=1x",
                                      "1,2",      "delays=3", "delay=1,froze", ",delay=1"};
    chore_latency list[CHORE_LATENCY_GROUPS];
    chore_error err;
    int n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (chore_error){0};
        assert_int_equal(chore_latency_parse(bad[i], list, &n, &err), CHORE_E_USAGE);
        assert_true(err.message[0] != '\0');
    }
    assert_int_equal(chore_latency_parse("dely=3", list, &n, &err), CHORE_E_USAGE);
    assert_string_equal(err.message, "no latency 'dely'; did you mean 'delay'?");
    assert_int_equal(chore_latency_parse("delay=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", list, &n, &err), CHORE_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frozen_world_waits),
        cmocka_unit_test(fewer_rows_bring_the_next_call_forward),
        cmocka_unit_test(no_delay_is_frozen),
        cmocka_unit_test(delay_is_that_of_real_time_chunking),
        cmocka_unit_test(what_is_committed_is_what_runs),
        cmocka_unit_test(a_slow_policy_of_single_rows_is_held),
        cmocka_unit_test(rows_beyond_execute_run_while_the_next_answer_is_late),
        cmocka_unit_test(to_hold_a_change_is_not_to_repeat_it),
        cmocka_unit_test(live_and_quick_is_a_delay_of_one),
        cmocka_unit_test(live_loses_the_rows_whose_time_has_passed),
        cmocka_unit_test(live_drops_an_answer_that_is_too_late),
        cmocka_unit_test(live_forgets_a_slow_call_after_some_quick_ones),
        cmocka_unit_test(a_list_of_latencies),
        cmocka_unit_test(bad_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
