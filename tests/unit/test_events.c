/* Events: when they come, that control and disturbed are the same until then, what becomes of
   the job. */
#include "task_rig.h"

enum { DROP, SLIP }; /* of the fixture kitchen.yaml */

static const char *wanted(const task_rig *rig)
{
    return chore_scene_object(rig->scene, (int)rig->episode->monitor.job.roles[0])->id;
}

static void test_equal_until_fired(void **state)
{
    task_rig control, disturbed;
    (void)state;
    rig_open(&control, "kitchen", NULL);
    rig_open(&disturbed, "kitchen", NULL);
    for (uint64_t seed = 0; seed < 3; seed++) {
        MUST(chore_episode_reset(control.episode, seed, CHORE_CONTROL, &rig_error));
        MUST(chore_episode_reset(disturbed.episode, seed, CHORE_DISTURBED, &rig_error));
        int64_t step = 0, fired = -1;
        while (fired < 0) {
            rig_step(&control, 1);
            rig_step(&disturbed, 1);
            step++;
            fired = chore_episode_event(disturbed.episode, DROP).fired_step;
            bool equal = chore_hash_equal(chore_episode_hash(control.episode),
                                          chore_episode_hash(disturbed.episode));
            assert_int_equal(equal, fired < 0);
            assert_true(step < 100);
        }
        assert_int_equal(fired, step - 1); /* before the step in which it was first seen */
        assert_in_range(fired, 20, 60); /* window 1 s .. 2 s, and up to a second for a free spot */
        assert_null(strstr(chore_episode_objects_text(control.episode, &(uint64_t){0}),
                           "late_mug kind=mug size=small category=dish present=1"));
        assert_non_null(strstr(chore_episode_objects_text(disturbed.episode, &(uint64_t){0}),
                               " late_mug kind=mug size=small category=dish present=1"));
    }
    rig_close(&control);
    rig_close(&disturbed);
}

static void test_drop_is_new_work(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 3, CHORE_DISTURBED, &rig_error));
    while (chore_episode_event(rig.episode, DROP).fired_step < 0) {
        rig_step(&rig, 1);
    }
    assert_non_null(
        strstr(chore_episode_changes(rig.episode),
               "{\"event\":\"another_dish\",\"what\":\"fired\",\"object\":\"late_mug\"}"));
    assert_int_equal(chore_episode_n_literals(rig.episode), 3);
    assert_string_equal(chore_episode_literal(rig.episode, 2).text, "inside late_mug tote");
    assert_int_equal(chore_episode_literal(rig.episode, 2).event, DROP);
    rig_step(&rig, 60); /* it falls and comes to rest upright on the table */
    chore_view view = chore_episode_view(rig.episode);
    chore_value late[MAX_ARGS] = {{REFER_ITEM, rig_object(&rig, "late_mug"), 0},
                                  {REFER_NUMBER, 0, 0.1}};
    assert_true(chore_predicate_holds(PREDICATE_upright, &view, late));
    assert_false(chore_predicate_holds(PREDICATE_lifted, &view, late));
    assert_false(chore_episode_event(rig.episode, DROP).handled);

    rig_put_inside(&rig, wanted(&rig), "tote", 0, -0.13);
    rig_put_inside(&rig, "plate", "tote", 0, 0.09);
    rig_step(&rig, 40);
    assert_false(chore_episode_ended(rig.episode)); /* the old job is done, the new one is not */
    assert_true(chore_episode_first_success_step(rig.episode) > 0);
    assert_true(chore_episode_progress(rig.episode) < 0.9);
    rig_put_inside(&rig, "late_mug", "tote", 0.09, -0.03);
    rig_step(&rig, 60);
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_SUCCESS);
    chore_event_state event = chore_episode_event(rig.episode, DROP);
    assert_true(event.handled);
    assert_true(event.handled_step > event.fired_step + 100);
    assert_false(event.in_time); /* within 5 s was asked */
    assert_non_null(strstr(event.detail, "late_mug dropped at 0."));
    rig_close(&rig);
}

/* A job that is done before the event's instant does not get away without it; a slip that has
   nothing to slip is let go. */
static void test_done_too_early(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 3, CHORE_DISTURBED, &rig_error));
    rig.episode->monitor.triggers[DROP].due = 300; /* as if the window were late */
    rig_put_inside(&rig, wanted(&rig), "tote", 0, -0.13);
    rig_put_inside(&rig, "plate", "tote", 0, 0.09);
    rig_step(&rig, 60);
    assert_in_range(chore_episode_event(rig.episode, DROP).fired_step,
                    chore_episode_first_success_step(rig.episode), 59);
    assert_false(chore_episode_ended(rig.episode));
    rig_put_inside(&rig, "late_mug", "tote", 0.09, -0.03);
    rig_step(&rig, 60);
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_SUCCESS);
    assert_int_equal(chore_episode_event(rig.episode, SLIP).fired_step, -1);
    rig_close(&rig);
}

static void test_slip(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    uint64_t seed = 0;
    do { /* a start with the mug on the table */
        MUST(chore_episode_reset(rig.episode, seed++, CHORE_DISTURBED, &rig_error));
    } while (strcmp(wanted(&rig), "mug") != 0);
    rig.episode->monitor.triggers[DROP].due = 390;
    chore_view view = chore_episode_view(rig.episode);
    const int arm_object = rig_object(&rig, "mug");
    const chore_site *rim =
        chore_object_site(chore_scene_object(rig.scene, arm_object), "grasp_rim");
    /* the wall that the fingers pinch is off the mug's axis: bring the rim site to the tool, as
       a robot would the tool to it */
    const chore_arm *arm = &chore_world_embodiment(chore_episode_world(rig.episode))->arms[0];
    for (int i = 0; i < 60 && chore_item_grasping_arm(&view, arm_object) < 0; i++) {
        const double *tool = view.data->site_xpos + 3 * arm->tool_site,
                     *mat = view.data->site_xmat + 9 * arm->tool_site;
        const double yaw = atan2(mat[4], mat[1]); /* the fingers open along the mug's radius */
        const double c = cos(yaw), s = sin(yaw);
        rig_put(&rig, "mug", tool[0] - c * rim->pos[0] + s * rim->pos[1],
                tool[1] - s * rim->pos[0] - c * rim->pos[1], tool[2] - rim->pos[2], 0, yaw);
        rig_step_gripper(&rig, 0);
        view = chore_episode_view(rig.episode);
    }
    assert_true(chore_item_grasping_arm(&view, arm_object) >= 0);
    while (chore_episode_event(rig.episode, SLIP).fired_step < 0) {
        rig_step_gripper(&rig, 0);
        assert_true(chore_world_control_steps(chore_episode_world(rig.episode)) < 120);
    }
    assert_non_null(strstr(chore_episode_event(rig.episode, SLIP).detail, "mug slipped at "));
    bool has_work = false;
    for (int i = 0; i < chore_episode_n_literals(rig.episode); i++) {
        chore_literal literal = chore_episode_literal(rig.episode, i);
        has_work =
            has_work || (literal.event == SLIP && strcmp(literal.text, "inside mug tote") == 0);
    }
    assert_true(has_work);
    for (int i = 0; i < 40; i++) { /* the fingers close again, but the mug has gone */
        rig_step_gripper(&rig, 0);
    }
    view = chore_episode_view(rig.episode);
    assert_true(chore_item_released(&view, arm_object));
    assert_int_equal(chore_episode_event(rig.episode, SLIP).noticed_step, -1);
    assert_false(chore_episode_event(rig.episode, SLIP).handled);
    rig_put_inside(&rig, "mug", "tote", 0, 0);
    rig_step(&rig, 40);
    assert_true(chore_episode_event(rig.episode, SLIP).handled);
    assert_true(chore_episode_event(rig.episode, SLIP).in_time);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_until_fired),
        cmocka_unit_test(test_drop_is_new_work),
        cmocka_unit_test(test_done_too_early),
        cmocka_unit_test(test_slip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
