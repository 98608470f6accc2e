/* A hand that reaches blindly into a drawer full of cutlery, presses down, closes and lifts: it may come up with
   two things, or with nothing, but nothing is shot off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/rng.h>
#include <chore/scene.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { THINGS = 10, REACHES = 24 };
static const double FASTEST = 3;                  /* m/s: what falls into the drawer again has 1.5 */
static const double BOTTOM = .919, WORKTOP = .90; /* of the drawer, upper side; of the robot's base: world z */
/* Of the open drawer, and as far as hands and things go from there. */
static const double MIDDLE[2] = {.46, .305}, ROOM[2] = {.12, .06};

typedef struct drawer {
    chore_scene *scene;
    chore_world *world;
    chore_rng rng;
    double fastest;
} drawer;

static void must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

static void drawer_make(drawer *w)
{
    static const char *const kinds[] = {"fork", "knife", "spoon"};
    chore_object_def objects[THINGS] = {0};
    chore_error err = {0};
    const chore_scene_def def = {
        .scene = "kitchen_drawer", .embodiment = "arm", .objects = objects, .n_objects = THINGS};
    for (int i = 0; i < THINGS; i++) {
        snprintf(objects[i].id, sizeof objects[i].id, "thing_%d", i);
        snprintf(objects[i].kind, sizeof objects[i].kind, "%s", i < THINGS - 1 ? kinds[i % 3] : "bottle");
    }
    memset(w, 0, sizeof *w);
    w->rng = chore_rng_stream(1, chore_hash_bytes("", 0, 0), 0, "pinch");
    must(chore_sim_init(&err), &err);
    must(chore_scene_build(&w->scene, &def, &err), &err);
    const chore_world_def world = chore_scene_world_def(w->scene);
    must(chore_world_create(&w->world, &world, &err), &err);
    must(chore_world_set_mode(w->world, CHORE_MODE_EEF_POSE, &err), &err);
    assert_true(mj_isSparse(chore_scene_model(w->scene)));
}

static void somewhere(drawer *w, double height, double at[3])
{
    for (int axis = 0; axis < 2; axis++) {
        at[axis] = MIDDLE[axis] + chore_rng_range(&w->rng, -1, 1) * ROOM[axis];
    }
    at[2] = BOTTOM + height;
}

/* Anyhow into the open drawer, one after the other, and a third of a second for each to fall. */
static void fill(drawer *w)
{
    chore_error err = {0};
    chore_world_put_joint(w->world, chore_scene_find_joint(w->scene, "chest/drawer"), .26);
    for (int i = 0; i < THINGS; i++) {
        double pos[3];
        somewhere(w, .06, pos);
        const double angle = chore_rng_range(&w->rng, 0, 2 * mjPI);
        const double quat[4] = {cos(angle / 2), .05, .05, sin(angle / 2)};
        chore_world_put_body(w->world, chore_scene_object(w->scene, i)->body, pos, quat);
        must(chore_world_advance(w->world, 100, &err), &err);
    }
}

static void move(drawer *w, const double at[3], double yaw, double width, double seconds)
{
    chore_error err = {0};
    const float action[8] = {(float)at[0],         (float)at[1],         (float)(at[2] - WORKTOP), 0,
                             (float)cos(yaw / 2), (float)sin(yaw / 2), 0, (float)width};
    for (int k = 0; k < (int)(seconds * chore_world_control_hz(w->world)); k++) {
        must(chore_world_step(w->world, action, NULL, &err), &err);
        for (int i = 0; i < THINGS; i++) {
            const int joint = chore_world_model(w->world)->body_dofadr[chore_scene_object(w->scene, i)->body];
            w->fastest = fmax(w->fastest, mju_norm3(chore_world_data(w->world)->qvel + joint));
        }
    }
}

/* Down between them as deep as it goes, squeeze, lift, let go. */
static void reach(drawer *w)
{
    const double yaw = chore_rng_range(&w->rng, 0, mjPI), width = chore_rng_range(&w->rng, .02, .08);
    double at[3];
    somewhere(w, .2, at);
    move(w, at, yaw, width, 1);
    at[2] = BOTTOM + chore_rng_range(&w->rng, -.01, .015);
    move(w, at, yaw, width, 1);
    move(w, at, yaw, 0, .7);
    at[2] = BOTTOM + .15;
    move(w, at, yaw, 0, .7);
    somewhere(w, .15, at);
    move(w, at, yaw, 0, .5);
    move(w, at, yaw, .08, .4);
}

static void nothing_is_shot_off(void **state)
{
    (void)state;
    drawer w;
    drawer_make(&w);
    for (int i = 0; i < REACHES; i++) {
        if (i % 8 == 0) {
            fill(&w);
        }
        w.fastest = 0;
        reach(&w);
        print_message("reach %d: %.2f m/s\n", i, w.fastest);
        assert_true(w.fastest < FASTEST);
    }
    chore_world_destroy(w.world);
    chore_scene_destroy(w.scene);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_shot_off)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
