/* Lanes and marks from notes; the playhead's arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <chore/playhead.h>
#include <chore/timeline.h>

#include <cmocka.h>

#include "../unit/scratch.h"

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];

static void step(chore_trace_writer *trace, int n)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(chore_trace_step(trace, NULL, (chore_hash){0, 0}, NULL), CHORE_OK);
    }
}

static chore_timeline read_timeline(void)
{
    static const char *const notes[] = {
        "{\"literals\":[{\"text\":\"upright mug\",\"holds\":false,\"event\":-1}]}",
        "{\"literals\":[{\"text\":\"upright mug\",\"holds\":true,\"event\":-1}],\"stages\":[\"carried\"]}",
        "{\"events\":[{\"event\":\"another\",\"what\":\"fired\",\"object\":\"can\"}]}",
        "{\"literals\":[{\"text\":\"upright can\",\"holds\":true,\"event\":0}],"
        "\"events\":[{\"event\":\"another\",\"what\":\"handled\",\"object\":\"can\"}]}",
        "{\"call\":{\"observed\":45,\"answered\":50}}",
        "no object at all",
    };
    chore_trace_writer *writer;
    chore_trace *trace;
    chore_timeline t;
    assert_int_equal(chore_trace_create(&writer, path, "{\"control_hz\":20}", 0, NULL), CHORE_OK);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) { /* with 10, 20 ... 60 steps made */
        step(writer, 10);
        assert_int_equal(chore_trace_note(writer, notes[i], NULL), CHORE_OK);
    }
    assert_int_equal(chore_trace_finish(writer, "{}", NULL, NULL), CHORE_OK);
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_OK);
    chore_timeline_read(&t, trace);
    chore_trace_close(trace);
    return t;
}

static void lanes_come_from_changes(void **state)
{
    (void)state;
    chore_timeline t = read_timeline();
    chore_timeline_start(&t, "in_region mug side", false); /* it never changes, so no note has it */
    assert_int_equal(t.n_steps, 60);
    assert_int_equal(t.n_lanes, 3);
    const chore_lane *mug = &t.lanes[0], *can = &t.lanes[1], *never = &t.lanes[2];
    assert_int_equal(chore_lane_holds(mug, 0), 1);
    assert_int_equal(chore_lane_holds(mug, 9), 1);
    assert_int_equal(chore_lane_holds(mug, 10), 0);
    assert_int_equal(chore_lane_holds(mug, 19), 0);
    assert_int_equal(chore_lane_holds(mug, 20), 1);
    assert_int_equal(chore_lane_holds(can, 39), -1);
    assert_int_equal(chore_lane_holds(can, 40), 1);
    assert_int_equal(chore_lane_holds(never, 60), 0);
    chore_timeline_release(&t);
}

/* New work begins with its event, false until its first change. */
static void new_work_begins_with_its_event(void **state)
{
    (void)state;
    chore_timeline t = read_timeline();
    chore_timeline_name_event(&t, 0, "anoth"); /* not a whole name */
    assert_int_equal(chore_lane_holds(&t.lanes[1], 35), -1);
    chore_timeline_name_event(&t, 0, "another");
    assert_int_equal(chore_lane_holds(&t.lanes[1], 29), -1);
    assert_int_equal(chore_lane_holds(&t.lanes[1], 30), 0);
    assert_int_equal(chore_lane_holds(&t.lanes[1], 40), 1);
    chore_timeline_release(&t);
}

static void marks_are_found_both_ways(void **state)
{
    (void)state;
    chore_timeline t = read_timeline();
    const chore_mark *mark = chore_timeline_seek(&t, 0, +1, CHORE_MARK_EVENTS);
    assert_int_equal(mark->step, 30);
    assert_string_equal(mark->text, "another: can");
    assert_int_equal(chore_timeline_seek(&t, 30, +1, CHORE_MARK_EVENTS)->step, 40);
    assert_null(chore_timeline_seek(&t, 40, +1, CHORE_MARK_EVENTS));
    assert_int_equal(chore_timeline_seek(&t, 60, -1, CHORE_MARK_EVENTS)->step, 40);
    assert_int_equal(chore_timeline_seek(&t, 40, -1, CHORE_MARK_EVENTS)->step, 30);
    assert_null(chore_timeline_seek(&t, 30, -1, CHORE_MARK_EVENTS));
    assert_int_equal(chore_timeline_seek(&t, 0, +1, CHORE_MARK_STAGE)->step, 20);
    assert_int_equal(chore_timeline_seek(&t, 0, +1, CHORE_MARK_CALL)->step, 45);
    chore_timeline_release(&t);
}

static void the_playhead_keeps_time(void **state)
{
    chore_playhead head = {.n_steps = 100, .hz = 20};
    char text[8];
    (void)state;
    chore_playhead_advance(&head, 1, 0);
    assert_int_equal(chore_playhead_step(&head), 0); /* it does not play */
    chore_playhead_toggle(&head);
    chore_playhead_advance(&head, 0.1, 0);
    assert_int_equal(chore_playhead_step(&head), 2);
    chore_playhead_advance(&head, 3, 2); /* the simulation is behind: not further than a quarter of a second */
    assert_int_equal(chore_playhead_step(&head), 8);
    chore_playhead_faster(&head, -20);
    chore_playhead_speed_text(&head, text);
    assert_string_equal(text, "1/16x");
    chore_playhead_faster(&head, 20);
    chore_playhead_speed_text(&head, text);
    assert_string_equal(text, "64x");
    chore_playhead_advance(&head, 0.05, 8); /* 64 steps */
    assert_int_equal(chore_playhead_step(&head), 72);
    chore_playhead_advance(&head, 1, 72);
    assert_int_equal(chore_playhead_step(&head), 100);
    assert_false(head.playing);
}

static void the_playhead_knows_both_ends(void **state)
{
    chore_playhead head = {.n_steps = 100, .hz = 20};
    (void)state;
    chore_playhead_move(&head, -5);
    assert_int_equal(chore_playhead_step(&head), 0);
    chore_playhead_move(&head, 1000);
    assert_int_equal(chore_playhead_step(&head), 100);
    chore_playhead_toggle(&head); /* at the end it begins anew */
    assert_int_equal(chore_playhead_step(&head), 0);
    head.loop = true;
    chore_playhead_go(&head, 100);
    chore_playhead_advance(&head, 0.05, 99); /* the end has not been seen yet */
    assert_int_equal(chore_playhead_step(&head), 100);
    chore_playhead_advance(&head, 0.05, 100);
    assert_int_equal(chore_playhead_step(&head), 0);
    assert_true(head.playing);
}

static void the_playhead_follows_what_grows(void **state)
{
    chore_playhead head = {.n_steps = 100, .hz = 20, .open_end = true};
    (void)state;
    chore_playhead_go_end(&head);
    head.n_steps = 130;
    chore_playhead_advance(&head, 0.01, 100);
    assert_int_equal(chore_playhead_step(&head), 130); /* whatever the simulation is at */
    chore_playhead_toggle(&head);                      /* it stops */
    head.n_steps = 150;
    chore_playhead_advance(&head, 0.01, 130);
    assert_int_equal(chore_playhead_step(&head), 130);
    assert_false(head.playing);
    chore_playhead_toggle(&head); /* plays on from here, and waits at the end */
    chore_playhead_advance(&head, 0.05, 130);
    assert_int_equal(chore_playhead_step(&head), 131);
    chore_playhead_advance(&head, 100, 150);
    chore_playhead_advance(&head, 100, 150);
    assert_int_equal(chore_playhead_step(&head), 150);
    assert_true(head.playing);
    chore_playhead_go_end(&head);
    chore_playhead_move(&head, -10);
    assert_false(head.follow);
    chore_playhead_go_end(&head);
    head.open_end = false; /* it has come to its end */
    chore_playhead_advance(&head, 0.01, 150);
    assert_false(head.follow);
    assert_int_equal(chore_playhead_step(&head), 150);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(folder);
    snprintf(path, sizeof path, "%.900s/a.trace", folder);
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
        cmocka_unit_test(lanes_come_from_changes),
        cmocka_unit_test(new_work_begins_with_its_event),
        cmocka_unit_test(marks_are_found_both_ways),
        cmocka_unit_test(the_playhead_keeps_time),
        cmocka_unit_test(the_playhead_knows_both_ends),
        cmocka_unit_test(the_playhead_follows_what_grows),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
