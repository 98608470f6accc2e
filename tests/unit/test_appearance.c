/* Looks by lot: what they may change and how far, that the same lot is the same look, and that nothing physical is touched. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mujoco/mujoco.h>

#include <chore/appearance.h>
#include <chore/rig.h>
#include <chore/world.h>

#include "paint_internal.h"

enum { LOTS = 40 };

static chore_rig *rig;
static const mjModel *model;
static chore_appearance *looks;

static void open_task(const char *task)
{
    chore_error err;
    if (chore_rig_create(&rig, task, NULL, NULL, 0, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    model = chore_scene_model(chore_rig_scene(rig));
    looks = chore_appearance_create(model);
}

static int close_task(void **state)
{
    (void)state;
    chore_appearance_destroy(looks);
    chore_rig_destroy(rig);
    looks = NULL;
    rig = NULL;
    return 0;
}

static uint64_t lot_of(uint64_t seed)
{
    return chore_appearance_lot(0, (chore_hash){1, 2}, seed);
}

/* Is any of the looks another one? */
static bool differs(const mjModel *a, const mjModel *b)
{
    bool differ = false;
#define X(type, name, n, each) differ |= memcmp(a->name, b->name, (size_t)a->n * each * sizeof(type)) != 0;
#include "looks.inl"
#undef X
    return differ;
}

static void canonical_is_the_model_itself(void **state)
{
    (void)state;
    open_task("set_aside");
    const mjModel *worn = chore_appearance_model(looks);
    assert_false(differs(worn, model));
    chore_appearance_wear(looks, lot_of(3));
    assert_true(differs(worn, model));
    chore_appearance_wear(looks, 0);
    assert_false(differs(worn, model));
}

static void a_lot_is_one_look(void **state)
{
    (void)state;
    open_task("set_aside");
    chore_appearance *other = chore_appearance_create(model);
    chore_appearance_wear(looks, lot_of(5)); /* by another way there */
    chore_appearance_wear(looks, lot_of(4));
    chore_appearance_wear(other, lot_of(4));
    assert_false(differs(chore_appearance_model(looks), chore_appearance_model(other)));
    chore_appearance_wear(other, lot_of(5));
    assert_true(differs(chore_appearance_model(looks), chore_appearance_model(other)));
    chore_appearance_destroy(other);
    assert_true(lot_of(4) == lot_of(4) && lot_of(4) != lot_of(5) && lot_of(4) != 0);
    assert_true(chore_appearance_lot(1, (chore_hash){1, 2}, 4) != lot_of(4));
    assert_true(chore_appearance_lot(0, (chore_hash){1, 3}, 4) != lot_of(4));
}

/* Two models that differ in their looks only have the same physics: XXH3 of the whole binary with the looks put back. */
static void physics_is_not_touched(void **state)
{
    (void)state;
    open_task("fold_shirt");
    const chore_hash before = chore_model_hash(model);
    chore_appearance_wear(looks, lot_of(1));
    assert_true(chore_hash_equal(chore_model_hash(model), before)); /* the scene's own model is never written */
    mjModel worn = *chore_appearance_model(looks);
#define X(type, name, n, each) worn.name = model->name;
#include "looks.inl"
#undef X
    assert_memory_equal(&worn, model, sizeof worn); /* everything else is shared, pointer by pointer */
}

static double turned(const mjtNum a[4], const mjtNum b[4])
{
    return 2 * acos(fmin(1, fabs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3])));
}

static void cameras_stay_where_they_could_be(void **state)
{
    (void)state;
    open_task("set_aside");
    const mjModel *worn = chore_appearance_model(looks);
    const int wrist = mj_name2id(model, mjOBJ_CAMERA, "wrist"), front = mj_name2id(model, mjOBJ_CAMERA, "front");
    assert_true(wrist >= 0 && front >= 0);
    double most[2] = {0, 0}, most_turned[2] = {0, 0};
    for (uint64_t i = 0; i < LOTS; i++) {
        chore_appearance_wear(looks, lot_of(i));
        for (int k = 0; k < 2; k++) {
            const int id = k == 0 ? wrist : front;
            most[k] = fmax(most[k], mju_dist3(worn->cam_pos + 3 * id, model->cam_pos + 3 * id));
            most_turned[k] = fmax(most_turned[k], turned(worn->cam_quat + 4 * id, model->cam_quat + 4 * id));
        }
    }
    const double diagonal = sqrt(3), degree = mjPI / 180;
    assert_true(most[0] > 0.001 && most[0] <= 0.003 * diagonal);
    assert_true(most[1] > 0.010 && most[1] <= 0.020 * diagonal);
    assert_true(most_turned[0] > 0.2 * degree && most_turned[0] <= 0.5 * degree * diagonal + 1e-6);
    assert_true(most_turned[1] > 0.6 * degree && most_turned[1] <= 1.5 * degree * diagonal + 1e-6);
}

static double hue(const float rgb[3])
{
    const double r = rgb[0], g = rgb[1], b = rgb[2], most = fmax(r, fmax(g, b)), span = most - fmin(r, fmin(g, b));
    const double h = span == 0 ? 0 : most == r ? (g - b) / span : most == g ? 2 + (b - r) / span : 4 + (r - g) / span;
    return h < 0 ? h + 6 : h; /* sixths of a turn */
}

/* "The blue mug" stays blue, in a room of whatever colour. */
static void what_is_colourful_keeps_its_colour(void **state)
{
    (void)state;
    static const float blue[3] = {0.16f, 0.33f, 0.75f}, wall[3] = {0.86f, 0.855f, 0.835f};
    double far_wall = 0;
    for (uint64_t i = 0; i < LOTS; i++) {
        for (int leeway = CHOREI_PAINT_SHADE; leeway <= CHOREI_PAINT_ANY; leeway++) {
            chore_rng rng = chore_rng_stream(i, (chore_hash){0}, 0, "test");
            float rgb[3] = {blue[0], blue[1], blue[2]};
            chorei_paint(rgb, (chorei_paint_leeway)leeway, &rng);
            assert_true(fabs(hue(rgb) - hue(blue)) * 60 < 4.01);
            assert_true(rgb[0] >= 0 && rgb[2] <= 1 && rgb[2] > 0.6f);
        }
        chore_rng rng = chore_rng_stream(i, (chore_hash){0}, 0, "test");
        float rgb[3] = {wall[0], wall[1], wall[2]};
        chorei_paint(rgb, CHOREI_PAINT_ANY, &rng);
        far_wall = fmax(far_wall, fabs((double)rgb[0] - (double)rgb[2]));
    }
    assert_true(far_wall > 0.1); /* and a wall may have a colour */
}

static bool has_colour(const float rgb[3])
{
    return fmaxf(rgb[0], fmaxf(rgb[1], rgb[2])) - fminf(rgb[0], fminf(rgb[1], rgb[2])) > 0.15f;
}

/* What can be moved has a shade of its own colour. */
static void things_keep_their_colours_in_a_scene(void **state)
{
    (void)state;
    open_task("set_aside");
    const mjModel *worn = chore_appearance_model(looks);
    int coloured = 0;
    for (uint64_t lot = 0; lot < 8; lot++) {
        chore_appearance_wear(looks, lot_of(lot));
        for (int i = 0; i < model->ngeom; i++) {
            const int body = model->geom_bodyid[i], mat = model->geom_matid[i];
            const bool movable = model->body_dofnum[body] == 6 && model->jnt_type[model->body_jntadr[body]] == mjJNT_FREE;
            if (!movable || mat < 0 || model->mat_texid[mjNTEXROLE * mat + mjTEXROLE_RGB] >= 0 || !has_colour(model->mat_rgba + 4 * mat)) {
                continue;
            }
            const double apart = fabs(hue(model->mat_rgba + 4 * mat) - hue(worn->mat_rgba + 4 * mat)) * 60;
            assert_true(fmin(apart, 360 - apart) < 4.01);
            assert_true(worn->mat_rgba[4 * mat + 3] == model->mat_rgba[4 * mat + 3]);
            coloured++;
        }
    }
    assert_true(coloured > 8);
}

/* The picture's pose stream tells where the camera is, not where it was drawn to be. */
static void a_policy_is_told_where_its_cameras_are(void **state)
{
    (void)state;
    open_task("set_aside");
    chore_error err;
    chore_policy_field pose = {0};
    for (uint32_t i = 0; i < chore_rig_offer(rig)->n_fields; i++) {
        const chore_policy_field *f = CHORE_POLICY_AT(chore_policy_field, chore_rig_offer(rig)->fields, i);
        if (strcmp(f->name, "cam.front.pose") == 0) {
            pose = *f;
        }
    }
    assert_non_null(pose.name);
    pose.convert = "";
    const chore_policy_request request = {
        .struct_size = sizeof request, .n_fields = 1, .fields = &pose, .mode = "joint_delta", .max_batch = 1};
    float at[2][7];
    for (int kind = CHORE_APPEARANCE_CANONICAL; kind <= CHORE_APPEARANCE_SEEDED; kind++) {
        chore_rig_set_appearance(rig, (chore_appearance_kind)kind);
        assert_int_equal(chore_rig_accept(rig, &request, &err), CHORE_OK);
        assert_int_equal(chore_episode_reset(chore_rig_episode(rig), 0, CHORE_CONTROL, &err), CHORE_OK);
        assert_true((chore_rig_wear(rig, 0, 0) != 0) == (kind == CHORE_APPEARANCE_SEEDED));
        memcpy(at[kind], chore_rig_observe(rig)->stream[0], sizeof at[kind]);
    }
    double apart = 0;
    for (int i = 0; i < 3; i++) {
        apart = fmax(apart, fabs((double)at[1][i] - (double)at[0][i]));
    }
    assert_true(apart > 1e-4 && apart <= 0.02 + 1e-6);
}

static int setup(void **state)
{
    (void)state;
    return chore_sim_init(NULL) == CHORE_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(canonical_is_the_model_itself, close_task),
        cmocka_unit_test_teardown(a_lot_is_one_look, close_task),
        cmocka_unit_test_teardown(physics_is_not_touched, close_task),
        cmocka_unit_test_teardown(cameras_stay_where_they_could_be, close_task),
        cmocka_unit_test(what_is_colourful_keeps_its_colour),
        cmocka_unit_test_teardown(things_keep_their_colours_in_a_scene, close_task),
        cmocka_unit_test_teardown(a_policy_is_told_where_its_cameras_are, close_task),
    };
    return cmocka_run_group_tests_name("appearance", tests, setup, NULL);
}
