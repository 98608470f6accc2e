/* What happens to bags: one tips by a torque alone and comes to lie, it comes back from a snapshot, it leaves no trace before, and
   a bag that lies already does not tip again. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

enum { TIP };

static const double *pose_of(const task_rig *rig, const char *id)
{
    const chore_object *object = chore_scene_object(rig->scene, rig_object(rig, id));
    return chore_world_data(chore_episode_world(rig->episode))->qpos + object->qpos_adr;
}

static double up(const task_rig *rig)
{
    const chore_object *bag = chore_scene_object(rig->scene, rig_object(rig, "bag"));
    return chore_world_data(chore_episode_world(rig->episode))->xmat[9 * bag->body + 8];
}

static void start(task_rig *rig, uint64_t seed)
{
    rig_open(rig, "unpack_groceries", NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_DISTURBED, &rig_error));
    for (int i = 0; i < rig->task->n_events; i++) { /* no clock but the one that a test sets */
        rig->episode->monitor.triggers[i].missed = 1;
    }
}

/* It acts before the next step. */
static void set_due(task_rig *rig)
{
    trigger_state *trigger = &rig->episode->monitor.triggers[TIP];
    trigger->missed = 0;
    trigger->due = chore_episode_now(rig->episode);
    trigger->object = rig_item(rig, "bag");
    rig_step(rig, 1);
}

static void test_a_bag_tips(void **state)
{
    (void)state;
    bool left = false, right = false, spilt = false;
    for (uint64_t seed = 100; seed < 106; seed++) {
        task_rig rig;
        start(&rig, seed);
        assert_true(up(&rig) > 0.99);
        set_due(&rig);
        assert_true(chore_episode_event(rig.episode, TIP).fired_step >= 0);
        rig_step(&rig, 80);
        assert_true(fabs(up(&rig)) < 0.1); /* it lies */
        const double *bag = pose_of(&rig, "bag");
        double mouth[3];
        const double z[3] = {0, 0, 1};
        mju_rotVecQuat(mouth, z, bag + 3);
        *(mouth[1] > 0 ? &left : &right) = true;
        for (int i = 1; i < rig.task->n_objects; i++) {
            if (chore_episode_is_present(rig.episode, i)) {
                double off[3];
                mju_sub3(off, pose_of(&rig, rig.task->objects[i].id), bag);
                spilt |= mju_dot3(off, mouth) > 0.165;
            }
        }
        rig_close(&rig);
    }
    assert_true(left && right); /* the seed says to which side */
    assert_true(spilt);
}

static void test_comes_back_from_a_snapshot(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, 100);
    set_due(&rig);
    rig_step(&rig, 5);
    rig_check_replay(&rig, 30);
    rig_close(&rig);
}

static void test_what_lies_does_not_tip(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig, 100);
    const chore_object *bag = chore_scene_object(rig.scene, rig_object(&rig, "bag"));
    const double pos[3] = {0.5, 0, 0.86}, lying[4] = {0.70710678, 0.70710678, 0, 0};
    chore_world_put_body(chore_episode_world(rig.episode), bag->body, pos, lying);
    rig_step(&rig, 20);
    set_due(&rig);
    assert_int_equal(chore_episode_event(rig.episode, TIP).fired_step, -1);
    rig_close(&rig);
}

static bool equal_until_fired(uint64_t seed)
{
    task_rig control, disturbed;
    rig_open(&control, "unpack_groceries", NULL);
    rig_open(&disturbed, "unpack_groceries", NULL);
    MUST(chore_episode_reset(control.episode, seed, CHORE_CONTROL, &rig_error));
    MUST(chore_episode_reset(disturbed.episode, seed, CHORE_DISTURBED, &rig_error));
    bool fired = false;
    for (int step = 0; step < 40 && !fired; step++) {
        rig_step(&control, 1);
        rig_step(&disturbed, 1);
        fired = chore_episode_event(disturbed.episode, TIP).fired_step >= 0;
        assert_int_equal(chore_hash_equal(chore_episode_hash(control.episode),
                                          chore_episode_hash(disturbed.episode)),
                         !fired);
    }
    rig_close(&control);
    rig_close(&disturbed);
    return fired;
}

/* The arm stands still: it tips where the seed wants the first rise. */
static void test_equal_until_fired(void **state)
{
    (void)state;
    int n = 0;
    for (uint64_t seed = 100; seed < 108; seed++) {
        n += equal_until_fired(seed);
    }
    assert_true(n > 0 && n < 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bag_tips),
        cmocka_unit_test(test_comes_back_from_a_snapshot),
        cmocka_unit_test(test_what_lies_does_not_tip),
        cmocka_unit_test(test_equal_until_fired),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
