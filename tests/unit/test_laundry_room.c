/* The laundry room: nothing stands in something else, every place holds what is put there, doors move. */
#include "laundry_rig.h"

#include <chore/sense.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static chore_scene *scene;
static chore_world *world;

static int set_up(void **state)
{
    (void)state;
    scene = laundry_scene(NULL, 0);
    world = laundry_world(scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    chore_world_destroy(world);
    chore_scene_destroy(scene);
    return 0;
}

static void a_door_swings_and_stays(void **state)
{
    (void)state;
    const mjModel *m = chore_scene_model(scene);
    const mjData *d = chore_world_data(world);
    chore_error err = {0};
    int door = chore_scene_find_joint(scene, "dryer/door");
    assert_true(door >= 0);
    assert_int_equal(chore_scene_find_joint(scene, "dryer/lid"), -1);
    assert_int_equal(chore_scene_find_joint(scene, "drier/door"), -1);
    assert_int_equal(chore_scene_find_joint(scene, "left_joint1"), -1);
    const double *angle = d->qpos + m->jnt_qposadr[door];
    assert_true(fabs(*angle) < 1e-9);
    const double pull[6] = {0, 12, 0, 0, 0, 0}; /* out of the front */
    chore_world_push_body(world, m->jnt_bodyid[door], pull, 12);
    laundry_wait(world, 40);
    double left_at = *angle;
    assert_true(left_at > .5 && left_at < 2.6);
    assert_int_equal(chore_world_advance(world, 600, &err), CHORE_OK);
    assert_true(fabs(*angle - left_at) < 1e-3);
}

static void place(const chore_scene *room, chore_world *here, const char *const *regions, int n)
{
    chore_placement spots[CHORE_MAX_OBJECTS] = {{0}};
    for (int i = 0; i < n; i++) {
        spots[i].object = i;
        spots[i].region = chore_scene_find_region(room, regions[i]);
        assert_true(spots[i].region >= 0);
    }
    chore_rng rng = chore_rng_stream(1, (chore_hash){0}, 5, "place");
    chore_error err = {0};
    if (chore_scene_place(room, here, spots, n, &rng, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

/* Placement fails when something stands in the way, slips or topples. */
static void every_place_holds_what_is_put_there(void **state)
{
    (void)state;
    static const char *const regions[] = {"basket_left", "basket_right", "table_left", "table_right",
                                          "pile_spot",   "aside_spot",   "shelf_low",  "shelf_high"};
    enum { N = sizeof regions / sizeof *regions };
    chore_object_def objects[N] = {{"basket_1", "laundry_basket", "", "cream"},
                                   {"basket_2", "laundry_basket", "", "blue"}};
    for (int i = 2; i < N; i++) {
        snprintf(objects[i].id, sizeof objects[i].id, "box_%d", i);
        chore_copy(objects[i].kind, sizeof objects[i].kind, "sponge");
    }
    chore_scene *room = laundry_scene(objects, N);
    chore_world *here = laundry_world(room);
    place(room, here, regions, N);
    const double on_stool = chore_world_data(here)->xpos[3 * chore_scene_object(room, 0)->body + 2];
    assert_true(fabs(on_stool - .40) < 2e-3);
    assert_true(chore_world_touching(here, chore_scene_object(room, 0)->body,
                                     chore_scene_find_fixture(room, "stool_left")));
    assert_true(chore_world_touching(here, chore_scene_object(room, 7)->body,
                                     chore_scene_find_fixture(room, "shelf")));
    chore_world_destroy(here);
    chore_scene_destroy(room);
}

static void nothing_stands_in_something_else(void **state)
{
    (void)state;
    assert_int_equal(chore_world_data(world)->ncon, 0);
    for (int door = 0; door < 14; door++) { /* the door swings clear of everything, arms at home */
        const mjModel *m = chore_world_model(world);
        mjData *d = mj_copyData(NULL, m, chore_world_data(world));
        d->qpos[m->jnt_qposadr[chore_scene_find_joint(scene, "dryer/door")]] = .2 * door;
        mj_forward(m, d);
        int ncon = d->ncon;
        mj_deleteData(d);
        assert_int_equal(ncon, 0);
    }
}

static bool in_drum(const chore_scene *room, const double at[3])
{
    const chore_region *drum = chore_scene_region(room, chore_scene_find_region(room, "dryer_inside"));
    return fabs(at[0] - drum->pos[0]) < drum->half[0] && fabs(at[1] - drum->pos[1]) < drum->half[1] &&
           at[2] > drum->pos[2] && at[2] < drum->pos[2] + 2 * drum->half[2];
}

static void the_drum_holds_what_is_in_it(void **state)
{
    (void)state;
    enum { N = 6 };
    chore_object_def objects[N] = {{{0}, {0}, {0}, {0}}};
    for (int i = 0; i < N; i++) {
        snprintf(objects[i].id, sizeof objects[i].id, "thing_%d", i);
        chore_copy(objects[i].kind, sizeof objects[i].kind, i % 2 ? "can" : "sponge");
    }
    chore_scene *room = laundry_scene(objects, N);
    chore_world *here = laundry_world(room);
    for (int i = 0; i < N; i++) {
        double at[3] = {.08 + .12 * (i % 3), -1.39, i < 3 ? .95 : 1.10}, upright[4] = {1, 0, 0, 0};
        chore_world_put_body(here, chore_scene_object(room, i)->body, at, upright);
        double toward[6] = {0, i % 2 ? .3 : -.3, 0, 0, 0, 0}; /* to the door and to the back */
        chore_world_push_body(here, chore_scene_object(room, i)->body, toward, 4);
    }
    laundry_wait(here, 60);
    for (int i = 0; i < N; i++) {
        const double *at = chore_world_data(here)->xpos + 3 * chore_scene_object(room, i)->body;
        if (!in_drum(room, at)) {
            fail_msg("thing %d is at (%.3f, %.3f, %.3f)", i, at[0], at[1], at[2]);
        }
    }
    chore_world_destroy(here);
    chore_scene_destroy(room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_stands_in_something_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_door_swings_and_stays, set_up, tear_down),
        cmocka_unit_test(every_place_holds_what_is_put_there),
        cmocka_unit_test(the_drum_holds_what_is_in_it),
    };
    chore_error err = {0};
    if (chore_sim_init(&err) != CHORE_OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
