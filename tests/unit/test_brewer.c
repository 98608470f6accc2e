/* The coffee machine: what it takes to make it brew, what stops it, where the coffee goes; the event that it ignores its button. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define ML 1e-6

typedef struct set_up {
    bool cup, pod, shut;
} set_up;

static chore_world *world_of(const task_rig *rig)
{
    return chore_episode_world(rig->episode);
}

static const chore_object *machine_of(const task_rig *rig)
{
    return chore_scene_object(rig->scene, rig_object(rig, "machine"));
}

static int vessel_of(const task_rig *rig)
{
    return chore_scene_object(rig->scene, rig_object(rig, "mug_1"))->vessel - 1;
}

static void set_lid(task_rig *rig, const char *stance)
{
    const int i = chore_object_find_stance(machine_of(rig), stance);
    assert_true(i >= 0);
    chore_object_take_stance(world_of(rig), machine_of(rig), i);
}

static void start(task_rig *rig, set_up how)
{
    rig_open(rig, "make_coffee", NULL);
    MUST(chore_episode_reset(rig->episode, 100, CHORE_CONTROL, &rig_error));
    const chore_view view = chore_episode_view(rig->episode);
    double pos[3], mat[9];
    chore_site_pose(&view, rig_item(rig, "machine"), chore_object_site(machine_of(rig), "cell_1"),
                    pos, mat);
    if (how.cup) {
        rig_put(rig, "mug_1", pos[0], pos[1], pos[2] + .001, 0, 2.2);
    }
    if (how.pod) {
        rig_put_inside(rig, "pod_1", "machine", 0, 0);
    }
    set_lid(rig, how.shut ? "shut" : "open");
    rig_step(rig, 20);
}

static void press(task_rig *rig)
{
    const chore_object *machine = machine_of(rig);
    const double force[6] = {0, 0, -6};
    for (int i = 0; i < machine->n_parts; i++) {
        if (strcmp(machine->parts[i].name, "button") == 0) {
            chore_world_push_body(world_of(rig), machine->parts[i].body, force, 6);
        }
    }
    rig_step(rig, 16);
}

static double cupful(const task_rig *rig)
{
    return chore_world_fill(world_of(rig), vessel_of(rig));
}

static void test_it_fills_the_cup(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, (set_up){true, true, true});
    rig_step(&rig, 20);
    assert_true(cupful(&rig) < 1e-12); /* nobody has pressed */
    press(&rig);
    assert_true(chore_world_brewing(world_of(&rig), 0));
    rig_step(&rig, 400);
    assert_false(chore_world_brewing(world_of(&rig), 0));
    assert_true(fabs(cupful(&rig) - 180 * ML) < 1e-12);
    press(&rig); /* the pod is used up */
    assert_false(chore_world_brewing(world_of(&rig), 0));
    rig_close(&rig);
}

static bool brews(set_up how)
{
    task_rig rig;
    start(&rig, how);
    press(&rig);
    const bool does = chore_world_brewing(world_of(&rig), 0);
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
        sum += chore_world_patch(world_of(rig), i, at);
    }
    return sum;
}

static void test_without_a_cup_the_tray_gets_it(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, (set_up){false, true, true});
    press(&rig);
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
    press(&rig);
    rig_step(&rig, 60);
    set_lid(&rig, "open");
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
    chore_world_jam_brewer(world_of(&rig), 0, 1);
    press(&rig);
    assert_false(chore_world_brewing(world_of(&rig), 0));
    press(&rig);
    assert_true(chore_world_brewing(world_of(&rig), 0));
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
    press(&rig);
    assert_false(chore_world_brewing(world_of(&rig), 0));
    press(&rig);
    assert_true(chore_world_brewing(world_of(&rig), 0));
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
