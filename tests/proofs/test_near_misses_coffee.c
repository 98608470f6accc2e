/* As test_near_misses.c, with liquids: states that look done and are not, each beside the same made right. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define TOP .90 /* of the worktop, m */

static void begin(task_rig *rig, uint64_t seed)
{
    rig_open(rig, "wipe_spill", NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_CONTROL, &rig_error));
    rig_put(rig, "mug_1", 0.46, 0.20, TOP + .001, 0, 0); /* out of the way */
    rig_step(rig, 5);
}

/* Press the sponge on every wet patch with this force. */
static void wipe(task_rig *rig, double newton)
{
    chore_world *world = chore_episode_world(rig->episode);
    const int body = chore_scene_object(rig->scene, rig_object(rig, "sponge_1"))->body;
    const double force[6] = {0, 0, -newton};
    for (int i = 0; i < CHORE_MAX_PATCHES; i++) {
        double at[3];
        if (chore_world_patch(world, i, at) > 0) {
            rig_put(rig, "sponge_1", at[0], at[1], TOP + .0005, 0, 0);
            chore_world_push_body(world, body, force, 30);
            rig_step(rig, 30);
        }
    }
}

static void put_back(task_rig *rig)
{
    const chore_region *spot =
        chore_scene_region(rig->scene, chore_scene_find_region(rig->scene, "sponge_spot"));
    rig_put(rig, "sponge_1", spot->pos[0], spot->pos[1], TOP + .001, 0, .3);
}

static void expect(task_rig *rig, bool done, const char *what)
{
    rig_step(rig, 60);
    if ((chore_episode_outcome(rig->episode) == CHORE_OUTCOME_SUCCESS) != done) {
        fail_msg("%s: outcome %s", what, chore_outcome_name(chore_episode_outcome(rig->episode)));
    }
    rig_close(rig);
}

static void test_wipe_spill(void **state)
{
    task_rig rig;
    double at[3];
    int wet = 0;
    (void)state;
    begin(&rig, 100);
    wipe(&rig, 6);
    put_back(&rig);
    expect(&rig, true, "wiped, the sponge in its place");
    begin(&rig, 100);
    wipe(&rig, 6);
    expect(&rig, false, "wiped, the sponge left lying");
    begin(&rig, 100);
    wipe(&rig, .3);
    put_back(&rig);
    expect(&rig, false, "dabbed with less than a newton");
    begin(&rig, 100);
    while (!(chore_world_patch(chore_episode_world(rig.episode), wet, at) > 0)) {
        wet++;
    }
    rig_put(&rig, "sponge_1", at[0], at[1], TOP + .001, 0, 0);
    expect(&rig, false, "the sponge lies on the puddle");
    begin(&rig, 100);
    rig_put(&rig, "mug_1", at[0], at[1], TOP + .001, 0, 0);
    put_back(&rig);
    expect(&rig, false, "a mug hides it");
    begin(&rig, 100);
    wipe(&rig, 6);
    put_back(&rig);
    rig_put(&rig, "mug_1", .46, .1, TOP + .06, 1.9, 0);
    expect(&rig, false, "the other mug has run out meanwhile");
}

/* ---- make_coffee ------------------------------------------------------------------------------------------- */

/* The mug that the seed chose, so full, at a place, rolled about x. */
static void serve(task_rig *rig, double ml, double x, double y, double roll)
{
    rig_open(rig, "make_coffee", NULL);
    MUST(chore_episode_reset(rig->episode, 100, CHORE_CONTROL, &rig_error));
    const char *mug =
        chore_episode_is_present(rig->episode, rig_item(rig, "mug_1")) ? "mug_1" : "mug_2";
    const double over[3] = {x, y, TOP + .3};
    rig_put(rig, mug, x, y, TOP + .001, 0, 0);
    chore_world_spill(chore_episode_world(rig->episode), over, ml * 1e-6);
    if (roll > 0) {
        rig_put(rig, mug, x, y, TOP + .06, roll, 0);
    }
}

static void test_make_coffee(void **state)
{
    task_rig rig;
    (void)state;
    serve(&rig, 170, .60, -.26, 0);
    expect(&rig, true, "a full mug, served");
    serve(&rig, 0, .60, -.26, 0);
    expect(&rig, false, "an empty one");
    serve(&rig, 120, .60, -.26, 0);
    expect(&rig, false, "one that is not full");
    serve(&rig, 170, .45, -.10, 0);
    expect(&rig, false, "a full one elsewhere");
    serve(&rig, 170, .60, -.26, 1.9);
    expect(&rig, false, "one that was full and lies");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_wipe_spill),
                                       cmocka_unit_test(test_make_coffee)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
