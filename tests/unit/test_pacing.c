/* Which steps a video shows: all of the span's ends, every event, the speed asked for, and a story in half a minute. And the reel that goes there. */
#include <chore/reel.h>
#include <chore/trace.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pacing_internal.h"
#include "recording.h"
#include "scratch.h"
#include "words_internal.h"

enum { STEPS = 120, KEYS = 25, FORGED = 90 };

static char folder[CHORE_PATH_CAP], good[CHORE_PATH_CAP + 16], forged[CHORE_PATH_CAP + 16];
static chore_reel *reel;

/* ---- the reel ----------------------------------------------------------------------------------------------------- */

static chore_hash go(chore_reel *r, uint64_t step)
{
    assert_int_equal(chore_reel_go(r, step, NULL), CHORE_OK);
    return chore_episode_hash(chore_reel_episode(r));
}

static void test_any_order_gives_the_recorded_states(void **state)
{
    (void)state;
    static const uint64_t ways[] = {0, 1, 30, 29, 120, 0, 25, 24, 26, 75, 75, 50, 119, 3};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const chore_hash hash = go(reel, ways[i]);
        assert_true(ways[i] == 0 || chore_hash_equal(hash, chore_trace_hash(chore_reel_trace(reel), ways[i] - 1)));
    }
    assert_int_equal(chore_reel_steps(reel), STEPS);
    assert_int_equal(chore_reel_hz(reel), 20);
}

static void test_a_forged_step_is_found(void **state)
{
    (void)state;
    chore_error err;
    chore_reel *r;
    assert_int_equal(chore_reel_open(&r, forged, NULL, NULL, 0, NULL), CHORE_OK);
    (void)go(r, FORGED - 1);
    assert_int_equal(chore_reel_go(r, FORGED, &err), CHORE_E_DIVERGED);
    assert_non_null(strstr(err.message, "after control step 90"));
    assert_int_equal(chore_reel_go(r, STEPS, &err), CHORE_E_DIVERGED); /* a key frame past it does not hide it */
    (void)go(r, FORGED - 1);
    chore_reel_close(r);
}

static void test_what_it_says_of_itself(void **state)
{
    (void)state;
    const chore_row row = chore_reel_row(reel);
    assert_string_equal(row.task, "set_aside");
    assert_string_equal(row.policy, "swing");
    assert_int_equal(row.seed, 3);
    assert_int_equal(row.variant, CHORE_CONTROL);
    assert_int_equal(row.outcome, CHORE_OUTCOME_TIMEOUT);
    assert_false(row.success);
    assert_true(fabs(row.sim_time_s - STEPS / 20.0) < 1e-9);
}

static void test_no_such_recording(void **state)
{
    (void)state;
    chore_error err;
    chore_reel *r;
    assert_int_equal(chore_reel_open(&r, "/nowhere.trace", NULL, NULL, 0, &err), CHORE_E_NOT_FOUND);
    assert_null(r);
    assert_int_equal(chore_reel_open(&r, good, "bus_table", NULL, 0, &err), CHORE_E_DIVERGED); /* of another task */
    assert_null(r);
    chore_reel_close(NULL);
}

/* ---- pacing ------------------------------------------------------------------------------------------------------- */

static double seconds(const pacing *p, int fps)
{
    int frames = 0;
    for (int i = 0; i < p->n; i++) {
        assert_true(p->at[i].frames >= 1);
        assert_true(i == 0 || p->at[i].step >= p->at[i - 1].step);
        frames += p->at[i].frames;
    }
    return (double)frames / fps;
}

static bool shows(const pacing *p, uint64_t step)
{
    for (int i = 0; i < p->n; i++) {
        if (p->at[i].step == step) {
            return true;
        }
    }
    return false;
}

static void test_speeds(void **state)
{
    (void)state;
    static const double speeds[] = {0.1, 0.5, 1, 2.5, 8, 64};
    static const int rates[] = {10, 20, 30};
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
            pacing p;
            chorei_pacing_make(&p, reel, NULL, 20, 100, rates[k], speeds[i]);
            assert_int_equal(p.at[0].step, 20);
            assert_int_equal(p.at[p.n - 1].step, 100);
            /* the first frame stays 0.8 s and the last one 2 s; a step's frames may be one more or fewer */
            assert_true(fabs(seconds(&p, rates[k]) - (2.8 + 4 / speeds[i])) < 0.3 + 0.8 / speeds[i]);
            free(p.at);
        }
    }
}

/* An hour of nothing and two events in it. */
static void test_a_story(void **state)
{
    (void)state;
    static film_moments moments;
    moments = (film_moments){.n = 4, .hz = 20};
    moments.at[1] = (film_moment){.steps = 41, .fires = true};
    moments.at[2] = (film_moment){.steps = 50, .accent = CHORE_ACCENT_GOOD};
    moments.at[3] = (film_moment){.steps = 90, .fires = true};
    pacing p;
    chorei_pacing_make(&p, reel, &moments, 0, 120, 20, 0);
    for (int i = 1; i < 4; i++) {
        assert_true(shows(&p, moments.at[i].steps));
    }
    for (int i = 0; i < p.n; i++) {
        const pacing_frame *f = &p.at[i];
        assert_true(f->step < 41 ? f->news == -1 : f->step < 50 ? f->news == 1 : f->news == -1 || f->news >= 2);
        assert_true(f->step != 41 || f->frames == 24); /* it stands still for 1.2 s */
    }
    free(p.at);

    chorei_pacing_make(&p, reel, &moments, 0, 20 * 3600, 20, 0);
    assert_true(shows(&p, 41) && shows(&p, 90) && shows(&p, 20 * 3600));
    assert_true(seconds(&p, 20) < 90); /* 64 times as fast is as fast as it gets: 56 s for the hour */
    free(p.at);

    chorei_pacing_make(&p, reel, &moments, 0, 20 * 100, 20, 0);
    assert_true(seconds(&p, 20) > 25 && seconds(&p, 20) < 40);
    free(p.at);
}

static void test_no_time_at_all(void **state)
{
    (void)state;
    pacing p;
    chorei_pacing_make(&p, reel, NULL, 7, 7, 20, 1);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.at[0].step, 7);
    free(p.at);
}

/* ---- moments and words -------------------------------------------------------------------------------------------- */

static void test_a_span_has_its_ends(void **state)
{
    (void)state;
    static film_moments moments;
    moments = (film_moments){.n = 3, .hz = 20};
    moments.at[1] = (film_moment){.steps = 60, .weight = 9, .fires = true};
    moments.at[2] = (film_moment){.steps = 400, .weight = 10};
    chore_film_span(&moments, 40, 80);
    chore_film_choose(&moments, 80, 16, 0, 1);
    assert_int_equal(moments.n, 3);
    assert_int_equal(moments.at[0].steps, 40);
    assert_int_equal(moments.at[1].steps, 60);
    assert_int_equal(moments.at[2].steps, 80);
}

static void expect_words(const char *literal, const char *wanted)
{
    char out[WORDS];
    chorei_words_literal(chore_reel_scene(reel), literal, out, sizeof out);
    assert_string_equal(out, wanted);
}

static void test_words(void **state)
{
    (void)state;
    char out[WORDS];
    expect_words("upright bowl_1 0.26", "bowl upright");             /* the only one */
    expect_words("in_region can_2 side_right", "orange can in side right"); /* the only one of its colour */
    expect_words("not on_floor nothing_here", "nothing here not on floor");
    expect_words("lonely", " lonely");
    expect_words("", " ");
    chore_event_state event = {.name = "another_dish", .fired_step = 3, .detail = "can_2 dropped at 0.1 0.2"};
    chorei_words_effect(chore_reel_scene(reel), &event, out, sizeof out);
    assert_string_equal(out, "the orange can was dropped in");
    chore_copy(event.detail, sizeof event.detail, "the order changed");
    chorei_words_effect(chore_reel_scene(reel), &event, out, sizeof out);
    assert_string_equal(out, "another dish");
}

static int set_up(void **state)
{
    (void)state;
    chore_rig *rig;
    scratch_make(folder);
    snprintf(good, sizeof good, "%s/good.trace", folder);
    snprintf(forged, sizeof forged, "%s/forged.trace", folder);
    if (chore_sim_init(NULL) != CHORE_OK || chore_rig_create(&rig, "set_aside", NULL, NULL, 0, NULL) != CHORE_OK) {
        return 1;
    }
    recording_make(rig, good, STEPS, KEYS, 0);
    recording_make(rig, forged, STEPS, KEYS, FORGED);
    chore_rig_destroy(rig);
    return chore_reel_open(&reel, good, NULL, "", 0, NULL) == CHORE_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    chore_reel_close(reel);
    return scratch_remove(folder) ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order_gives_the_recorded_states),
        cmocka_unit_test(test_a_forged_step_is_found),
        cmocka_unit_test(test_what_it_says_of_itself),
        cmocka_unit_test(test_no_such_recording),
        cmocka_unit_test(test_speeds),
        cmocka_unit_test(test_a_story),
        cmocka_unit_test(test_no_time_at_all),
        cmocka_unit_test(test_a_span_has_its_ends),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
