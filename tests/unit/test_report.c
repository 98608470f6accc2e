/* What a policy says beside its actions: what it counts for, and what it costs. */
#include "coffee_rig.h"

#include <stdlib.h>

static int event_of(const task_rig *rig, const char *name)
{
    int event = 0;
    while (strcmp(rig->task->events[event].name, name) != 0) {
        event++;
    }
    return event;
}

static bool say(task_rig *rig, chore_said said, const char *about)
{
    return chore_episode_report(rig->episode, said, about);
}

static chore_outcome outcome(const task_rig *rig)
{
    return chore_episode_outcome(rig->episode);
}

static void start(task_rig *rig)
{
    rig_open(rig, "make_coffee_or_tell", NULL);
    MUST(chore_episode_reset(rig->episode, 100, CHORE_CONTROL, &rig_error));
    coffee_set_up(rig, (set_up){true, true, true});
}

/* The machine fails now; nothing else happens. */
static void start_broken(task_rig *rig)
{
    start(rig);
    const int event = event_of(rig, "machine_fails");
    rig->episode->monitor.variant = CHORE_DISTURBED;
    for (int i = 0; i < rig->task->n_events; i++) {
        rig->episode->monitor.triggers[i].missed = i != event;
    }
    rig->episode->monitor.triggers[event].due = chore_episode_now(rig->episode);
    rig_step(rig, 1);
    assert_true(chore_episode_event(rig->episode, event).fired_step >= 0);
}

static void test_who_could_have_has_failed(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    assert_true(say(&rig, CHORE_SAID_CANNOT, "machine"));
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_RUNNING);
    rig_step(&rig, 1);
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_FAILED);
    assert_string_equal(chore_episode_reason(rig.episode),
                        "it said that it cannot, because of \"machine\", and it could");
    assert_false(say(&rig, CHORE_SAID_HELP, "")); /* it is over */
    rig_close(&rig);
}

static void test_who_tried_and_says_so_is_right(void **state)
{
    task_rig rig;
    (void)state;
    start_broken(&rig);
    const int event = event_of(&rig, "machine_fails");
    for (int i = 0; i < 3; i++) {
        coffee_press(&rig);
        assert_false(chore_world_brewing(coffee_world(&rig), 0));
    }
    assert_false(chore_episode_event(rig.episode, event).handled);
    assert_true(say(&rig, CHORE_SAID_CANNOT, "coffee machine"));
    rig_step(&rig, 1);
    assert_true(chore_episode_event(rig.episode, event).handled);
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_RUNNING);
    rig_step(&rig, 10); /* held for half a second */
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_SUCCESS);
    rig_close(&rig);
}

static void test_who_has_not_tried_often_enough_is_wrong(void **state)
{
    (void)state;
    for (int presses = 0; presses < 3; presses++) {
        task_rig rig;
        start_broken(&rig);
        for (int i = 0; i < presses; i++) {
            coffee_press(&rig);
        }
        assert_true(say(&rig, CHORE_SAID_CANNOT, "machine"));
        rig_step(&rig, 1);
        assert_int_equal(outcome(&rig), CHORE_OUTCOME_FAILED);
        rig_close(&rig);
    }
}

static void test_who_blames_another_is_wrong(void **state)
{
    task_rig rig;
    (void)state;
    start_broken(&rig);
    for (int i = 0; i < 3; i++) {
        coffee_press(&rig);
    }
    assert_true(say(&rig, CHORE_SAID_CANNOT, "pod_1"));
    rig_step(&rig, 1);
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_FAILED);
    rig_close(&rig);
}

/* A press without a pod in it says nothing about the machine. */
static void test_a_press_without_a_pod_is_no_try(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "make_coffee_or_tell", NULL);
    MUST(chore_episode_reset(rig.episode, 100, CHORE_CONTROL, &rig_error));
    coffee_set_up(&rig, (set_up){true, false, true});
    chore_world_fail_brewer(coffee_world(&rig), 0, 1);
    coffee_press(&rig);
    assert_false(chore_world_brewer_failed(coffee_world(&rig), 0));
    rig_put_inside(&rig, "pod_1", "machine", 0, 0);
    rig_step(&rig, 20);
    coffee_press(&rig);
    assert_true(chore_world_brewer_failed(coffee_world(&rig), 0));
    coffee_press(&rig);
    assert_true(chore_world_brewer_failed(coffee_world(&rig), 0)); /* for good */
    assert_false(chore_world_brewing(coffee_world(&rig), 0));
    rig_close(&rig);
}

static void test_other_words_are_kept_and_change_nothing(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    assert_int_equal(chore_episode_reported(rig.episode).said, CHORE_SAID_NOTHING);
    assert_int_equal(chore_episode_reported(rig.episode).step, -1);
    assert_false(say(&rig, CHORE_SAID_NOTHING, "machine"));
    const chore_hash before = chore_episode_hash(rig.episode);
    assert_true(say(&rig, CHORE_SAID_HELP, "mug"));
    assert_false(say(&rig, CHORE_SAID_HELP, "mug")); /* as before */
    assert_true(say(&rig, CHORE_SAID_DONE, "mug"));
    assert_false(chore_hash_equal(before, chore_episode_hash(rig.episode)));
    rig_step(&rig, 3);
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_RUNNING);
    assert_int_equal(chore_episode_reported(rig.episode).said, CHORE_SAID_DONE);
    assert_int_equal(chore_episode_reported(rig.episode).step, 20);
    assert_string_equal(chore_episode_reported(rig.episode).about, "mug");
    MUST(chore_episode_reset(rig.episode, 100, CHORE_CONTROL, &rig_error));
    assert_int_equal(chore_episode_reported(rig.episode).said, CHORE_SAID_NOTHING);
    rig_close(&rig);
}

static void test_a_long_name_is_cut_between_characters(void **state)
{
    char name[100] = "";
    task_rig rig;
    (void)state;
    start(&rig);
    memset(name, 'a', 62);
    memcpy(name + 62, "\xc3\xbc", 2); /* its second byte would be the last one */
    assert_true(say(&rig, CHORE_SAID_DONE, name));
    assert_int_equal(strlen(chore_episode_reported(rig.episode).about), 62);
    rig_close(&rig);
}

static void test_a_snapshot_holds_what_was_said(void **state)
{
    task_rig rig;
    (void)state;
    start_broken(&rig);
    for (int i = 0; i < 3; i++) {
        coffee_press(&rig);
    }
    assert_true(say(&rig, CHORE_SAID_CANNOT, "machine"));
    const size_t bytes = chore_episode_snapshot_bytes(rig.episode);
    void *snapshot = malloc(bytes);
    assert_non_null(snapshot);
    chore_episode_snapshot(rig.episode, snapshot);
    rig_step(&rig, 5);
    const chore_hash first = chore_episode_hash(rig.episode);
    MUST(chore_episode_reset(rig.episode, 100, CHORE_CONTROL, &rig_error));
    MUST(chore_episode_restore(rig.episode, snapshot, bytes, &rig_error));
    rig_step(&rig, 5);
    assert_true(chore_hash_equal(first, chore_episode_hash(rig.episode)));
    assert_int_equal(outcome(&rig), CHORE_OUTCOME_RUNNING);
    free(snapshot);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_could_have_has_failed),
        cmocka_unit_test(test_who_tried_and_says_so_is_right),
        cmocka_unit_test(test_who_has_not_tried_often_enough_is_wrong),
        cmocka_unit_test(test_who_blames_another_is_wrong),
        cmocka_unit_test(test_a_press_without_a_pod_is_no_try),
        cmocka_unit_test(test_other_words_are_kept_and_change_nothing),
        cmocka_unit_test(test_a_long_name_is_cut_between_characters),
        cmocka_unit_test(test_a_snapshot_holds_what_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
