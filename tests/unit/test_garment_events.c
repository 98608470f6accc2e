/* What happens to garments: each event fires, acts through physics, comes back from a snapshot, and leaves no trace before. */
#include "garment_rig.h"
#include <garment_state_internal.h>

#define TABLE 0.75

enum { SOCK_COMES, FOLD_OPENS, PILE_FALLS, OVER_THE_EDGE, OTHER_ORDER };

static chore_event_state event_of(const task_rig *rig, int event)
{
    return chore_episode_event(rig->episode, event);
}

static bool holds(const task_rig *rig, int predicate, const char *id)
{
    chore_view view = chore_episode_view(rig->episode);
    const chore_value args[MAX_ARGS] = {{REFER_ITEM, rig_item(rig, id), 0}};
    return chore_predicate_holds(predicate, &view, args);
}

static void start(task_rig *rig)
{
    rig_open(rig, "laundry_events", NULL);
    MUST(chore_episode_reset(rig->episode, 1, CHORE_DISTURBED, &rig_error));
    for (int i = 0; i < rig->task->n_events; i++) { /* no clock but the one that a test sets */
        rig->episode->monitor.triggers[i].missed = 1;
    }
}

/* It acts before the next step. */
static void fire(task_rig *rig, int event, const char *item)
{
    trigger_state *trigger = &rig->episode->monitor.triggers[event];
    trigger->missed = 0;
    trigger->due = chore_episode_now(rig->episode);
    if (item) {
        trigger->object = rig_item(rig, item);
    }
    rig_step(rig, 1);
    assert_int_equal(event_of(rig, event).fired_step, trigger->due);
}

static void test_equal_until_fired(void **state)
{
    (void)state;
    rig_check_matched("laundry_events", 2, SOCK_COMES);
}

static void test_drop_over(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    assert_false(chore_episode_is_present(rig.episode, rig_item(&rig, "sock")));
    fire(&rig, SOCK_COMES, "sock");
    assert_true(chore_episode_is_present(rig.episode, rig_item(&rig, "sock")));
    rig_check_replay(&rig, 10);
    rig_settle(&rig, 100);
    chore_view view = chore_episode_view(rig.episode);
    assert_true(chore_garments_touch(&view, rig_garment(&rig, "sock"), rig_garment(&rig, "shirt")));
    assert_string_equal(chore_episode_literal(rig.episode, 2).text, "inside sock basket");
    assert_non_null(strstr(event_of(&rig, SOCK_COMES).detail, "sock dropped at "));
    assert_int_equal(event_of(&rig, SOCK_COMES).noticed_step, -1);
    rig_close(&rig);
}

/* Free fall from 10 cm would be 1.4 m/s, and cloth passes through cloth that it hits as hard. */
static void test_let_down(void **state)
{
    task_rig rig;
    double fastest = 0;
    (void)state;
    start(&rig);
    fire(&rig, SOCK_COMES, "sock");
    const chore_garment *sock = rig_garment(&rig, "sock");
    for (int i = 0; i < 40; i++) {
        const double *velocity = chore_world_data(chore_episode_world(rig.episode))->qvel + sock->dof_adr;
        double down = 0;
        for (int v = 0; v < sock->n_vertices; v++) {
            down -= velocity[3 * v + 2] / sock->n_vertices;
        }
        fastest = fmax(fastest, down);
        rig_step(&rig, 1);
    }
    assert_true(fastest > 0.4 && fastest < 0.85);
    chore_view view = chore_episode_view(rig.episode);
    assert_true(chore_garments_touch(&view, rig_garment(&rig, "sock"), rig_garment(&rig, "shirt")));
    assert_int_equal(rig.episode->monitor.pulls[SOCK_COMES].items, 0); /* let go of */
    rig_close(&rig);
}

static void test_unfold(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    rig_lay_folded(&rig, "shirt", ~0U, 0, 0, TABLE);
    rig_settle(&rig, 60);
    assert_true(holds(&rig, PREDICATE_folded, "shirt"));
    const chore_garment *shirt = rig_garment(&rig, "shirt");
    chore_view view = chore_episode_view(rig.episode);
    const double covered = chore_cloth_cover(shirt, chore_garment_points(&view, shirt));
    fire(&rig, FOLD_OPENS, "shirt");
    rig_step(&rig, 2);
    rig_check_replay(&rig, 15);
    rig_settle(&rig, 100);
    assert_false(holds(&rig, PREDICATE_folded, "shirt"));
    view = chore_episode_view(rig.episode);
    assert_true(chore_cloth_cover(shirt, chore_garment_points(&view, shirt)) > 1.3 * covered);
    assert_false(holds(&rig, PREDICATE_unfolded, "shirt")); /* one step was undone, no more */
    assert_false(chore_episode_ended(rig.episode));
    assert_false(event_of(&rig, FOLD_OPENS).handled);
    rig_close(&rig);
}

/* Nothing is folded: it waits for the next rise. */
static void test_unfold_needs_a_fold(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    rig.episode->monitor.triggers[FOLD_OPENS].missed = 0;
    rig.episode->monitor.triggers[FOLD_OPENS].due = 0;
    rig.episode->monitor.triggers[FOLD_OPENS].object = rig_item(&rig, "shirt");
    rig_step(&rig, 2);
    assert_int_equal(event_of(&rig, FOLD_OPENS).fired_step, -1);
    assert_int_equal(rig.episode->monitor.triggers[FOLD_OPENS].due, -1);
    rig_close(&rig);
}

static void test_topple(void **state)
{
    task_rig rig;
    double before[3], after[3], low_before[3], low_after[3];
    (void)state;
    start(&rig);
    rig_lay_folded(&rig, "towel", ~0U, 0.06, 0, TABLE);
    rig_lay_folded(&rig, "shirt", ~0U, 0.06, 0, TABLE + 0.13);
    rig_settle(&rig, 60);
    chore_view view = chore_episode_view(rig.episode);
    chore_item_centre(&view, rig_item(&rig, "shirt"), before);
    chore_item_centre(&view, rig_item(&rig, "towel"), low_before);
    fire(&rig, PILE_FALLS, NULL);
    assert_int_equal(rig.episode->monitor.events[PILE_FALLS].object, rig_item(&rig, "shirt"));
    rig_check_replay(&rig, 12);
    rig_settle(&rig, 60);
    chore_item_centre(&view, rig_item(&rig, "shirt"), after);
    chore_item_centre(&view, rig_item(&rig, "towel"), low_after);
    assert_true(hypot(after[0] - before[0], after[1] - before[1]) > 0.08);
    assert_true(hypot(low_after[0] - low_before[0], low_after[1] - low_before[1]) < 0.08);
    assert_false(event_of(&rig, PILE_FALLS).handled);
    rig_close(&rig);
}

/* Pushed while a hand is at it, a pile would only be held up: it waits for the arm, though not for ever. */
static void test_topple_waits(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    trigger_state *trigger = &rig.episode->monitor.triggers[PILE_FALLS];
    const chore_arm *arm = &chore_world_embodiment(chore_episode_world(rig.episode))->arms[0];
    trigger->due = chore_episode_now(rig.episode);
    assert_false(chore_event_topple_waits(rig.episode, PILE_FALLS)); /* the arms are at home */
    chore_world_put_joint(rig.episode->world, arm->joint[1], 0.9);   /* over the table's middle */
    chore_world_put_joint(rig.episode->world, arm->joint[3], -1.2);
    assert_true(chore_event_topple_waits(rig.episode, PILE_FALLS));
    trigger->due = chore_episode_now(rig.episode) - 400;
    assert_false(chore_event_topple_waits(rig.episode, PILE_FALLS));
    rig_close(&rig);
}

static void test_slide(void **state)
{
    task_rig rig;
    int n_below = 0;
    (void)state;
    start(&rig);
    fire(&rig, OVER_THE_EDGE, NULL);
    rig_check_replay(&rig, 10);
    rig_settle(&rig, 120);
    const chore_garment *shirt = rig_garment(&rig, "shirt");
    chore_view view = chore_episode_view(rig.episode);
    for (int v = 0; v < shirt->n_vertices; v++) {
        n_below += chore_garment_points(&view, shirt)[v][2] < TABLE - 0.02;
    }
    assert_in_range(n_below, shirt->n_vertices / 6, 4 * shirt->n_vertices / 5);
    assert_true(chore_item_lowest(&view, rig_item(&rig, "shirt")) >
                0.1); /* it hangs, it did not fall */
    assert_true(event_of(&rig, OVER_THE_EDGE).handled);
    rig_close(&rig);
}

static void test_new_order(void **state)
{
    task_rig rig;
    uint64_t version, later;
    (void)state;
    start(&rig);
    assert_string_equal(chore_episode_instruction(rig.episode), "Fold the red T-shirt.");
    assert_non_null(strstr(chore_episode_goal_text(rig.episode, &version), "folded shirt"));
    fire(&rig, OTHER_ORDER, NULL);
    assert_string_equal(chore_episode_instruction(rig.episode),
                        "Leave it, put the red T-shirt into the basket.");
    assert_string_equal(chore_episode_goal_text(rig.episode, &later),
                        "literal 0 -1 inside shirt basket\n");
    assert_true(later > version);
    rig_check_replay(&rig, 3);
    assert_string_equal(chore_episode_instruction(rig.episode),
                        "Leave it, put the red T-shirt into the basket.");
    rig_lay_folded(&rig, "shirt", ~0U, 0, 0, TABLE); /* the old job does not count any more */
    rig_settle(&rig, 60);
    rig_step(&rig, 20);
    assert_false(chore_episode_ended(rig.episode));
    assert_string_equal(event_of(&rig, OTHER_ORDER).detail, "the order changed");
    MUST(chore_episode_reset(rig.episode, 1, CHORE_CONTROL, &rig_error));
    assert_string_equal(chore_episode_instruction(rig.episode), "Fold the red T-shirt.");
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_until_fired),
        cmocka_unit_test(test_drop_over),
        cmocka_unit_test(test_let_down),
        cmocka_unit_test(test_unfold),
        cmocka_unit_test(test_unfold_needs_a_fold),
        cmocka_unit_test(test_topple),
        cmocka_unit_test(test_topple_waits),
        cmocka_unit_test(test_slide),
        cmocka_unit_test(test_new_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
