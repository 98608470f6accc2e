/* The player shows the recorded state at every step it is asked for, however it gets there, and says where it differs. */
#include <mujoco/mujoco.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <chore/player.h>

#include <cmocka.h>

#include "../unit/scratch.h"
#include "recording.h"

enum { STEPS = 70, KEY_EVERY = 32, FORGED = 41 };

static char folder[CHORE_PATH_CAP], good[CHORE_PATH_CAP], bad[CHORE_PATH_CAP];
static chore_trace *trace;

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static chore_player *opened(const char *path)
{
    chore_player *player = chore_player_open(&(chore_player_def){.trace = path});
    chore_error err = {0};
    while (chore_player_look_at(player, &err) == CHORE_PLAYER_LOADING) {
        nap();
    }
    if (chore_player_look_at(player, &err) == CHORE_PLAYER_FAILED) {
        fail_msg("%s", err.message);
    }
    return player;
}

/* The moment at which the player has arrived at the step, which is another than where it was. */
static const chore_moment *at(chore_player *player, uint64_t step)
{
    chore_player_go(player, step);
    for (;;) {
        const chore_moment *moment = chore_player_take(player);
        if (moment && moment->arrived && moment->step == step) {
            return moment;
        }
        nap();
    }
}

static void shows_what_was_recorded(void **state)
{
    static const int ways[] = {1, 0, 1, 2, 40, 39, 38, 70, 5, 33, 32, 31, 64, 0, 69, 70};
    chore_player *player = opened(good);
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const uint64_t step = (uint64_t)ways[i];
        const chore_moment *moment = at(player, step);
        assert_true(moment->same);
        assert_int_equal(moment->diverged, -1);
        if (moment->step > 0) {
            assert_true(chore_hash_equal(moment->hash, chore_trace_hash(trace, moment->step - 1)));
        }
    }
    chore_player_close(player);
}

/* Walked to and jumped to: the same picture, bit for bit, contacts included. */
static void a_jump_is_a_walk(void **state)
{
    chore_player *player = opened(good);
    double qpos[400];
    int ncon = 0;
    (void)state;
    const int nq = (int)chore_player_model(player)->nq;
    assert_true(nq <= 400);
    for (uint64_t step = 1; step <= 45; step++) {
        const chore_moment *moment = at(player, step);
        memcpy(qpos, moment->data->qpos, (size_t)nq * sizeof *qpos);
        ncon = moment->data->ncon;
    }
    at(player, STEPS);
    const chore_moment *moment = at(player, 45);
    assert_memory_equal(qpos, moment->data->qpos, (size_t)nq * sizeof *qpos);
    assert_int_equal(ncon, moment->data->ncon);
    chore_player_close(player);
}

static void the_first_step_that_differs_is_named(void **state)
{
    chore_player *player = opened(bad);
    (void)state;
    assert_true(at(player, FORGED - 1)->same);
    const chore_moment *moment = at(player, FORGED);
    assert_false(moment->same);
    assert_int_equal(moment->diverged, FORGED);
    assert_int_equal(at(player, STEPS)->diverged, FORGED);
    moment = at(player, 10); /* it goes on showing */
    assert_true(moment->same);
    assert_int_equal(moment->diverged, FORGED);
    chore_player_close(player);
}

/* Left alone, it goes through all of the recording and says what it found. */
static void all_steps_get_checked(void **state)
{
    static const struct {
        const char *path;
        int diverged;
    } cases[] = {{good, -1}, {bad, FORGED}};
    (void)state;
    for (int i = 0; i < 2; i++) {
        chore_player *player = opened(cases[i].path);
        const chore_moment *moment = NULL;
        while (!moment || !moment->checked) {
            moment = chore_player_take(player);
            nap();
        }
        assert_int_equal(moment->step, 0);
        assert_int_equal(moment->diverged, cases[i].diverged);
        assert_true(at(player, 30)->same);
        chore_player_close(player);
    }
}

/* A wish beyond the end is one for the end; a wish that is overtaken by another does not hold it up. */
static void the_latest_wish_counts(void **state)
{
    chore_player *player = opened(good);
    (void)state;
    for (uint64_t step = 0; step <= STEPS; step += 7) {
        chore_player_go(player, STEPS - step);
    }
    assert_int_equal(at(player, 3)->step, 3);
    chore_player_go(player, 1000000);
    assert_int_equal(at(player, STEPS)->step, STEPS);
    chore_player_close(player);
}

static void closing_is_clean_at_any_moment(void **state)
{
    (void)state;
    chore_player_close(chore_player_open(&(chore_player_def){.trace = good})); /* while it loads */
    chore_player *player = opened(good);
    chore_player_go(player, STEPS);
    chore_player_close(player);
    chore_player_close(NULL);
}

static void what_cannot_be_opened_says_so(void **state)
{
    (void)state;
    chore_player *player = chore_player_open(&(chore_player_def){.trace = "no/such.trace"});
    chore_error err = {0};
    while (chore_player_look_at(player, &err) == CHORE_PLAYER_LOADING) {
        nap();
    }
    assert_int_equal(chore_player_look_at(player, &err), CHORE_PLAYER_FAILED);
    assert_int_equal(err.status, CHORE_E_NOT_FOUND);
    chore_player_go(player, 5); /* is no crime */
    assert_null(chore_player_take(player));
    chore_player_close(player);
}

/* Every literal of the goal has its lane, and the lanes say what the states say. */
static void lanes_agree_with_the_states(void **state)
{
    chore_player *player = opened(good);
    (void)state;
    const chore_timeline *t = chore_player_timeline(player);
    assert_int_equal(t->n_steps, STEPS);
    for (uint64_t step = 1; step <= STEPS; step += 23) {
        const chore_moment *moment = at(player, step);
        int met = 0;
        assert_int_equal(t->n_lanes, moment->literals_total);
        for (int i = 0; i < t->n_lanes; i++) {
            met += chore_lane_holds(&t->lanes[i], step) == 1;
        }
        assert_int_equal(met, moment->literals_met);
    }
    chore_player_close(player);
}

static int setup(void **state)
{
    chore_rig *rig;
    (void)state;
    scratch_make(folder);
    snprintf(good, sizeof good, "%.900s/good.trace", folder);
    snprintf(bad, sizeof bad, "%.900s/bad.trace", folder);
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    CHORE_ASSERT(chore_rig_create(&rig, "set_aside", NULL, NULL, 0, NULL) == CHORE_OK);
    recording_make(rig, good, STEPS, KEY_EVERY, 0);
    recording_make(rig, bad, STEPS, KEY_EVERY, FORGED);
    chore_rig_destroy(rig);
    return chore_trace_open(&trace, good, NULL) == CHORE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    chore_trace_close(trace);
    return scratch_remove(folder) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_was_recorded),
        cmocka_unit_test(a_jump_is_a_walk),
        cmocka_unit_test(the_first_step_that_differs_is_named),
        cmocka_unit_test(all_steps_get_checked),
        cmocka_unit_test(the_latest_wish_counts),
        cmocka_unit_test(closing_is_clean_at_any_moment),
        cmocka_unit_test(what_cannot_be_opened_says_so),
        cmocka_unit_test(lanes_agree_with_the_states),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
