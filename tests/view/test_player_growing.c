/* A recording that is still being written: played as far as it goes, further as it grows, checked when it is whole. */
#include <mujoco/mujoco.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <chore/player.h>

#include <cmocka.h>

#include "../unit/scratch.h"
#include "recording.h"

enum { STEPS = 70, KEY_EVERY = 8 };

static char folder[CHORE_PATH_CAP], good[CHORE_PATH_CAP], growing[CHORE_PATH_CAP];
static char *bytes;
static size_t len;

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void put(size_t from, size_t to)
{
    FILE *file = fopen(growing, from ? "ab" : "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes + from, 1, to - from, file), to - from);
    assert_int_equal(fclose(file), 0);
}

static chore_player_state settled(chore_player *player)
{
    while (chore_player_look_at(player, NULL) == CHORE_PLAYER_LOADING) {
        nap();
    }
    return chore_player_look_at(player, NULL);
}

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

static uint64_t await_more_than(chore_player *player, uint64_t steps)
{
    while (chore_player_timeline(player)->n_steps <= steps) {
        (void)chore_player_take(player);
        nap();
    }
    return chore_player_timeline(player)->n_steps;
}

static void plays_on_as_it_grows(void **state)
{
    (void)state;
    put(0, len / 3);
    chore_player *player = chore_player_open(&(chore_player_def){.trace = growing});
    assert_int_equal(settled(player), CHORE_PLAYER_READY);
    const uint64_t first = chore_player_timeline(player)->n_steps;
    assert_true(first > 0 && first < STEPS);
    const chore_moment *moment = at(player, first);
    assert_true(moment->same);
    assert_true(moment->growing);
    assert_null(chore_trace_outcome(chore_player_trace(player)));
    put(len / 3, 2 * len / 3);
    const uint64_t second = await_more_than(player, first);
    assert_true(second < STEPS);
    assert_int_equal(chore_trace_n_steps(chore_player_trace(player)), second);
    assert_true(at(player, second)->same);
    assert_true(at(player, 3)->same); /* scrubbing back meanwhile */
    put(2 * len / 3, len);
    assert_int_equal(await_more_than(player, second), STEPS);
    assert_non_null(chore_trace_outcome(chore_player_trace(player)));
    moment = at(player, STEPS);
    assert_true(moment->same);
    while (!moment->checked) { /* once it is whole, all of it is gone through */
        const chore_moment *next = chore_player_take(player);
        moment = next ? next : moment;
        nap();
    }
    assert_false(moment->growing);
    assert_int_equal(moment->diverged, -1);
    chore_player_close(player);
}

/* Its writer was killed: what is there can be seen. */
static void what_a_killed_writer_left_can_be_seen(void **state)
{
    (void)state;
    put(0, len - 1);
    chore_player *player = chore_player_open(&(chore_player_def){.trace = growing});
    assert_int_equal(settled(player), CHORE_PLAYER_READY);
    assert_int_equal(chore_player_timeline(player)->n_steps, STEPS); /* all but the end */
    assert_true(at(player, STEPS)->growing);
    chore_player_close(player);
}

static void waits_for_the_beginning(void **state)
{
    (void)state;
    assert_int_equal(remove(growing), 0);
    chore_player *player = chore_player_open(&(chore_player_def){.trace = growing, .await = true});
    for (int i = 0; i < 100; i++) {
        nap();
    }
    assert_int_equal(chore_player_look_at(player, NULL), CHORE_PLAYER_LOADING);
    put(0, 10); /* not even the header */
    for (int i = 0; i < 100; i++) {
        nap();
    }
    assert_int_equal(chore_player_look_at(player, NULL), CHORE_PLAYER_LOADING);
    put(10, len);
    assert_int_equal(settled(player), CHORE_PLAYER_READY);
    assert_false(at(player, 5)->growing);
    chore_player_close(player);
    assert_int_equal(remove(growing), 0);
    chore_player_close(chore_player_open(&(chore_player_def){.trace = growing, .await = true})); /* for ever */
    player = chore_player_open(&(chore_player_def){.trace = growing});
    assert_int_equal(settled(player), CHORE_PLAYER_FAILED);
    chore_player_close(player);
}

/* Another recording in the place of the first one is not its continuation. */
static void another_recording_is_left_alone(void **state)
{
    (void)state;
    put(0, len / 2);
    chore_player *player = chore_player_open(&(chore_player_def){.trace = growing});
    assert_int_equal(settled(player), CHORE_PLAYER_READY);
    const uint64_t n = chore_player_timeline(player)->n_steps;
    put(0, len / 3);
    for (int i = 0; i < 200; i++) {
        (void)chore_player_take(player);
        nap();
    }
    assert_int_equal(chore_player_timeline(player)->n_steps, n);
    assert_true(at(player, n)->same);
    chore_player_close(player);
}

static int setup(void **state)
{
    chore_rig *rig;
    (void)state;
    scratch_make(folder);
    snprintf(good, sizeof good, "%.900s/good.trace", folder);
    snprintf(growing, sizeof growing, "%.900s/growing.trace", folder);
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    CHORE_ASSERT(chore_rig_create(&rig, "set_aside", NULL, NULL, 0, NULL) == CHORE_OK);
    recording_make(rig, good, STEPS, KEY_EVERY, 0);
    chore_rig_destroy(rig);
    return chore_file_read(good, &bytes, &len, NULL) == CHORE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    free(bytes);
    return scratch_remove(folder) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plays_on_as_it_grows),
        cmocka_unit_test(what_a_killed_writer_left_can_be_seen),
        cmocka_unit_test(waits_for_the_beginning),
        cmocka_unit_test(another_recording_is_left_alone),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
