/* How far a seek must simulate in a recording that was just opened: seconds where things are rigid, a fraction of one with cloth. */
#include <mujoco/mujoco.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <chore/rig.h>
#include <chore/trace.h>

#include <cmocka.h>

static uint64_t every(const char *task, int hz)
{
    chore_rig *rig;
    assert_int_equal(chore_rig_create(&rig, task, NULL, NULL, 0, NULL), CHORE_OK);
    const mjModel *model = chore_scene_model(chore_rig_scene(rig));
    const uint64_t steps = chore_trace_keyframe_every(model, hz ? hz : chore_task_control_hz(chore_rig_task(rig)));
    print_message("%s: %d degrees of freedom, a key frame every %d steps\n", task, (int)model->nv, (int)steps);
    chore_rig_destroy(rig);
    return steps;
}

static void rigid_scenes_need_few(void **state)
{
    (void)state;
    assert_int_equal(every("set_aside", 0), 100);
    assert_int_equal(every("clear_counter", 0), 100);
}

static void cloth_needs_more_by_what_it_costs(void **state)
{
    (void)state;
    const uint64_t towel = every("fold_towel", 0), shirts = every("fold_shirt", 0);
    assert_in_range(towel, shirts, 60);
    assert_in_range(shirts, 8, 20);
    assert_in_range(every("fold_shirt", 50), 2 * shirts, 3 * shirts); /* by simulated time, not by steps */
}

static void there_is_always_one(void **state)
{
    static mjModel heavy = {.nv = 1000000}, light = {.nv = 1};
    (void)state;
    assert_int_equal(chore_trace_keyframe_every(&heavy, 20), 1);
    assert_int_equal(chore_trace_keyframe_every(&light, 20), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rigid_scenes_need_few),
        cmocka_unit_test(cloth_needs_more_by_what_it_costs),
        cmocka_unit_test(there_is_always_one),
    };
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
