/* The coffee machine: what it takes to make it brew, what stops it, where the coffee goes; the event that it ignores its button. */
#include "coffee_rig.h"

#include <mujoco/mujoco.h>

#define ML 1e-6

static int vessel_of(const task_rig *rig)
{
    return chore_scene_object(rig->scene, rig_object(rig, "mug_1"))->vessel - 1;
}

static void start(task_rig *rig, set_up how)
{
    rig_open(rig, "make_coffee", NULL);
    MUST(chore_episode_reset(rig->episode, 100, CHORE_CONTROL, &rig_error));
    coffee_set_up(rig, how);
}

static double cupful(const task_rig *rig)
{
    return chore_world_fill(coffee_world(rig), vessel_of(rig));
}

static void test_it_fills_the_cup(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, (set_up){true, true, true});
    rig_step(&rig, 20);
    assert_true(cupful(&rig) < 1e-12); /* nobody has pressed */
    coffee_press(&rig);
    assert_true(chore_world_brewing(coffee_world(&rig), 0));
    rig_step(&rig, 400);
    assert_false(chore_world_brewing(coffee_world(&rig), 0));
    assert_true(fabs(cupful(&rig) - 180 * ML) < 1e-12);
    coffee_press(&rig); /* the pod is used up */
    assert_false(chore_world_brewing(coffee_world(&rig), 0));
    rig_close(&rig);
}

static bool brews(set_up how)
{
    task_rig rig;
    start(&rig, how);
    coffee_press(&rig);
    const bool does = chore_world_brewing(coffee_world(&rig), 0);
    rig_close(&rig);
    return does;
}

static void test_what_it_needs(void **state)
{
    (void)state;
    assert_true(brews((set_up){true, true, true}));
    assert_true(brews((set_up){false, true, true}));
    assert_false(brews((set_up){true, false, true}));
    assert_false(brews((set_up){true, true, false}));
}

static double puddles(const task_rig *rig)
{
    double sum = 0, at[3];
    for (int i = 0; i < CHORE_MAX_PATCHES; i++) {
        sum += chore_world_patch(coffee_world(rig), i, at);
    }
    return sum;
}

static void test_without_a_cup_the_tray_gets_it(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, (set_up){false, true, true});
    coffee_press(&rig);
    rig_step(&rig, 400);
    assert_true(cupful(&rig) < 1e-12);
    assert_true(puddles(&rig) < 1e-12);
    rig_close(&rig);
}

static void test_an_open_lid_stops_it(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, (set_up){true, true, true});
    coffee_press(&rig);
    rig_step(&rig, 60);
    coffee_lid(&rig, "open");
    rig_step(&rig, 2);
    const double so_far = cupful(&rig);
    assert_true(so_far > 10 * ML && so_far < 100 * ML);
    rig_step(&rig, 100);
    assert_true(cupful(&rig) - so_far < 1e-12);
    rig_close(&rig);
}

static void test_it_ignores_a_press(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, (set_up){true, true, true});
    chore_world_jam_brewer(coffee_world(&rig), 0, 1);
    coffee_press(&rig);
    assert_false(chore_world_brewing(coffee_world(&rig), 0));
    coffee_press(&rig);
    assert_true(chore_world_brewing(coffee_world(&rig), 0));
    rig_close(&rig);
}

static void test_the_event(void **state)
{
    task_rig rig;
    int event = 0;
    (void)state;
    start(&rig, (set_up){true, true, true});
    while (strcmp(rig.task->events[event].name, "does_not_start") != 0) {
        event++;
    }
    rig.episode->monitor.variant = CHORE_DISTURBED;
    for (int i = 0; i < rig.task->n_events; i++) {
        rig.episode->monitor.triggers[i].missed = i != event;
    }
    rig.episode->monitor.triggers[event].due = chore_episode_now(rig.episode);
    rig_step(&rig, 1);
    assert_true(chore_episode_event(rig.episode, event).fired_step >= 0);
    coffee_press(&rig);
    assert_false(chore_world_brewing(coffee_world(&rig), 0));
    coffee_press(&rig);
    assert_true(chore_world_brewing(coffee_world(&rig), 0));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_fills_the_cup),
        cmocka_unit_test(test_what_it_needs),
        cmocka_unit_test(test_without_a_cup_the_tray_gets_it),
        cmocka_unit_test(test_an_open_lid_stops_it),
        cmocka_unit_test(test_it_ignores_a_press),
        cmocka_unit_test(test_the_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
