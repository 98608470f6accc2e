/* As test_near_misses.c, with a box that comes flat: states that look done and are not, each beside the same made right. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define DEGREE       0.017453292519943295
#define SETTLE_STEPS 60 /* control steps */
#define SEEDS        3

enum { LEFT, RIGHT, BACK, FRONT, LID, TONGUE, N };
static const char *const names[N] = {"left", "right", "back", "front", "lid", "tongue"};
static const double done[N] = {0, 0, 0, 2, 2, -3};

/* The panels at these angles, degrees; the box turned over by `roll` about its long side, lifted by that much. */
static void fold(task_rig *rig, const double at[N], double roll, double lift)
{
    chore_world *world = chore_episode_world(rig->episode);
    const chore_object *box = chore_scene_object(rig->scene, rig_object(rig, "box"));
    const double pos[3] = {.53, -.09, .75 + lift}, quat[4] = {cos(roll / 2), sin(roll / 2), 0, 0};
    for (int i = 0; i < N; i++) {
        chore_world_put_joint(world, box->parts[chore_object_find_part(box, names[i])].joint,
                              at[i] * DEGREE);
    }
    chore_world_put_body(world, box->body, pos, quat);
}

static void expect(const double at[N], double roll, double lift, bool wanted, const char *what)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        rig_open(&rig, "fold_box", NULL);
        MUST(chore_episode_reset(rig.episode, seed, CHORE_CONTROL, &rig_error));
        fold(&rig, at, roll, lift);
        rig_step(&rig, SETTLE_STEPS);
        const bool success = chore_episode_outcome(rig.episode) == CHORE_OUTCOME_SUCCESS;
        const double progress = chore_episode_progress(rig.episode);
        rig_close(&rig);
        if (success != wanted) {
            fail_msg("%s: %s, progress %.2f", what, success ? "done" : "not done", progress);
        }
        assert_true(wanted || progress < 1);
    }
}

static void with(double out[N], int panel, double at)
{
    memcpy(out, done, sizeof done);
    out[panel] = at;
}

static void folded_counts(void **state)
{
    (void)state;
    expect(done, 0, .001, true, "folded");
}

static void one_panel_wrong_does_not(void **state)
{
    static const struct {
        int panel;
        double at;
        const char *what;
    } wrong[] = {
        {LEFT, 30, "one end leans"},
        {FRONT, 30, "the front wall leans, before the tongue"},
        {LID, 30, "the lid stands ajar"},
        {LID, 68, "walls and tongue, but the lid is up"},
        {TONGUE, 75, "the tongue lies on the front wall's rim"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double at[N];
        with(at, wrong[i].panel, wrong[i].at);
        expect(at, 0, .001, false, wrong[i].what);
    }
}

/* The tongue hangs before the front wall, which leans in behind it. */
static void tongue_before_the_wall_does_not(void **state)
{
    (void)state;
    const double at[N] = {0, 0, 0, -8, 3, 10};
    expect(at, 0, .001, false, "the tongue hangs outside");
}

static void shut_and_turned_over_does_not(void **state)
{
    (void)state;
    expect(done, mjPI, .090, false, "upside down");
    expect(done, -mjPI / 2, .080, false, "on its back");
}

static void half_done_is_part_of_it(void **state)
{
    (void)state;
    task_rig rig;
    const double walls[N] = {0, 0, 0, 0, 70, -3}, ends[N] = {0, 0, 89, 62, 68, 15};
    rig_open(&rig, "fold_box", NULL);
    MUST(chore_episode_reset(rig.episode, 1, CHORE_CONTROL, &rig_error));
    rig_step(&rig, 5);
    assert_true(chore_episode_progress(rig.episode) <= 0);
    fold(&rig, ends, 0, .001);
    rig_step(&rig, SETTLE_STEPS);
    assert_true(fabs(chore_episode_progress(rig.episode) - .3) <
                1e-9); /* two walls of four: 3 of 5 parts */
    fold(&rig, walls, 0, .001);
    rig_step(&rig, SETTLE_STEPS);
    assert_true(fabs(chore_episode_progress(rig.episode) - .6) < 1e-9);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folded_counts),
        cmocka_unit_test(one_panel_wrong_does_not),
        cmocka_unit_test(tongue_before_the_wall_does_not),
        cmocka_unit_test(shut_and_turned_over_does_not),
        cmocka_unit_test(half_done_is_part_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
