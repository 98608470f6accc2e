/* The cameras of real scenes: what is offered, and that pictures, depth, poses and the objects' true places agree. With KEEP=DIR the
   pictures are kept for people to look at. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mujoco/mujoco.h>

#include <chore/camera.h>
#include <chore/policy_walk.h>
#include <chore/render.h>
#include <chore/rig.h>
#include <chore/shot.h>
#include <chore/sense.h>

enum { SIDE = 224, MOST = 16 };

static chore_rig *rig;
static chore_policy_field asked[MOST];
static int n_asked;
static const chore_policy_batch *seen;

static void open_task(const char *task, uint64_t seed)
{
    chore_error err;
    if (chore_rig_create(&rig, task, NULL, NULL, 0, &err) != CHORE_OK ||
        chore_episode_reset(chore_rig_episode(rig), seed, CHORE_CONTROL, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    n_asked = 0;
}

static int close_task(void **state)
{
    (void)state;
    chore_rig_destroy(rig);
    rig = NULL;
    return 0;
}

static const chore_policy_field *offered(const char *name)
{
    return chore_offer_field(chore_rig_offer(rig), name);
}

/* Ask for a stream; pictures at SIDE x SIDE. Returns its number. */
static int ask(const char *name, uint32_t fit, const char *words)
{
    const chore_policy_field *field = offered(name);
    assert_non_null(field);
    if (field->kind == CHORE_FIELD_RGB || field->kind == CHORE_FIELD_DEPTH) {
        chore_ask_image(&asked[n_asked], field, SIDE, SIDE, fit, words);
    } else {
        asked[n_asked] = *field;
        asked[n_asked].convert = "";
    }
    return n_asked++;
}

static chore_status accept(chore_error *err)
{
    const chore_policy_request request = {
        .struct_size = sizeof request, .n_fields = (uint32_t)n_asked, .fields = asked, .mode = "joint_delta", .max_batch = 1};
    return chore_rig_accept(rig, &request, err);
}

static void look(void)
{
    chore_error err;
    const chore_status status = accept(&err);
    if (status == CHORE_E_RENDER) {
        print_message("skipped: %s\n", err.message);
        skip();
    }
    if (status != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    seen = chore_rig_observe(rig);
    assert_int_equal(chore_rig_failure(rig, &err), CHORE_OK);
}

static void keep(const char *name, int stream)
{
    const char *dir = getenv("KEEP");
    char path[512];
    chore_error err;
    chore_image image = {SIDE, SIDE, NULL};
    if (dir != NULL) {
        memcpy(&image.rgb, &seen->stream[stream], sizeof image.rgb);
        snprintf(path, sizeof path, "%s/%s.png", dir, name);
        assert_int_equal(chore_png_write(path, &image, &err), CHORE_OK);
    }
}

static const mjModel *model(void)
{
    return chore_world_model(chore_episode_world(chore_rig_episode(rig)));
}
static const mjData *data(void)
{
    return chore_world_data(chore_episode_world(chore_rig_episode(rig)));
}

/* ---- what is offered -------------------------------------------------------------------------------------------- */

static void the_offer_lists_each_camera(void **state)
{
    (void)state;
    open_task("set_aside", 0);
    static const char *const cameras[] = {"wrist", "front", "top", "side"};
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "cam.%s", cameras[i]);
        const chore_policy_field *colour = offered(name);
        assert_non_null(colour);
        assert_int_equal(colour->kind, CHORE_FIELD_RGB);
        assert_int_equal(colour->shape[0], 480);
        assert_int_equal(colour->shape[1], 640);
        assert_int_equal(colour->flags, CHORE_FLAG_RESIZABLE);
        snprintf(name, sizeof name, "cam.%s.depth", cameras[i]);
        const chore_policy_field *depth = offered(name);
        assert_non_null(depth);
        assert_int_equal(depth->dtype, CHORE_DTYPE_F32);
        assert_string_equal(depth->repr, "m");
    }
}

static void the_vision_track_offers_nothing_privileged(void **state)
{
    (void)state;
    open_task("fold_shirt", 0);
    const chore_policy_offer *offer = chore_rig_offer(rig);
    const uint32_t all = offer->n_fields;
    uint32_t privileged = 0;
    for (uint32_t i = 0; i < all; i++) {
        privileged += (offer->fields[i].flags & CHORE_FLAG_PRIVILEGED) != 0;
    }
    chore_rig_set_track(rig, CHORE_TRACK_VISION);
    offer = chore_rig_offer(rig);
    assert_true(privileged >= 4);
    assert_int_equal(offer->n_fields, all - privileged);
    assert_int_equal(offer->privileged_allowed, 0);
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        assert_int_equal(offer->fields[i].flags & CHORE_FLAG_PRIVILEGED, 0);
        assert_null(strstr(offer->fields[i].name, "privileged"));
    }
    assert_non_null(offered("cam.head"));
    assert_non_null(offered("instruction"));
    assert_non_null(offered("proprio.joint_pos"));
}

static void what_does_not_go_together_is_refused(void **state)
{
    (void)state;
    chore_error err;
    open_task("set_aside", 0);
    ask("cam.wrist", CHORE_FIT_CENTRE_CROP, "");
    ask("cam.wrist.depth", CHORE_FIT_LETTERBOX, "");
    assert_int_equal(accept(&err), CHORE_E_POLICY_LOAD);
    assert_non_null(strstr(err.message, "\"cam.wrist\" and \"cam.wrist.depth\" are drawn together"));
    n_asked = 0;
    ask("cam.wrist", CHORE_FIT_CENTRE_CROP, "flip_x");
    ask("cam.wrist.depth", CHORE_FIT_CENTRE_CROP, "");
    assert_int_equal(accept(&err), CHORE_E_POLICY_LOAD);
    n_asked = 0; /* layouts may differ */
    ask("cam.wrist", CHORE_FIT_CENTRE_CROP, "flip_x chw f32");
    ask("cam.wrist.depth", CHORE_FIT_CENTRE_CROP, "flip_x");
    const chore_status status = accept(&err);
    assert_true(status == CHORE_OK || status == CHORE_E_RENDER);
}

/* ---- where things are ------------------------------------------------------------------------------------------- */

/* After some moving about: the pose that a policy is told is the one that MuJoCo draws from. */
static void poses_are_those_that_are_drawn(void **state)
{
    (void)state;
    static const char *const tasks[] = {"set_aside", "fold_towel", "carry_dishes"};
    for (size_t t = 0; t < 3; t++) {
        open_task(tasks[t], 0);
        chore_episode *episode = chore_rig_episode(rig);
        chore_error err;
        float action[64] = {0};
        assert_int_equal(accept(&err), CHORE_OK); /* nothing to draw: poses need no GL */
        for (int step = 0; step < 20; step++) {
            for (int i = 0; i < chore_world_action_dim(chore_episode_world(episode)); i++) {
                action[i] = .02f * (float)sin(.3 * step + i);
            }
            assert_int_equal(chore_episode_step(episode, action, &err), CHORE_OK);
        }
        mjData *fresh = mj_makeData(model());
        mju_copy(fresh->qpos, data()->qpos, (int)model()->nq);
        mj_kinematics(model(), fresh);
        mj_comPos(model(), fresh);
        mj_camlight(model(), fresh);
        int moved = 0;
        for (int id = 0; id < model()->ncam; id++) {
            double pos[3], quat[4], axes[9];
            chore_camera_pose(model(), data(), id, pos, quat);
            mju_quat2Mat(axes, quat);
            for (int i = 0; i < 3; i++) {
                assert_true(fabs(pos[i] - fresh->cam_xpos[3 * id + i]) < 1e-9);
                assert_true(fabs(axes[3 * i] - fresh->cam_xmat[9 * id + 3 * i]) < 1e-9);         /* right */
                assert_true(fabs(axes[3 * i + 1] + fresh->cam_xmat[9 * id + 3 * i + 1]) < 1e-9); /* down */
                assert_true(fabs(axes[3 * i + 2] + fresh->cam_xmat[9 * id + 3 * i + 2]) < 1e-9); /* forward */
            }
            moved += model()->cam_bodyid[id] != 0;
        }
        assert_true(moved >= 1);
        mj_deleteData(fresh);
        close_task(NULL);
    }
}

/* Rays against the scene's shapes: what MuJoCo says is hit, and how far along the view axis. */
static void depth_is_as_far_as_rays_go(void **state)
{
    (void)state;
    static const char *const tasks[] = {"set_aside", "clear_counter"}, *const cameras[] = {"wrist", "front"};
    const mjtByte shown[mjNGROUP] = {1, 1, 1, 0, 0, 0};
    for (int t = 0; t < 2; t++) {
        open_task(tasks[t], 0);
        for (int c = 0; c < 2; c++) {
            char name[64];
            snprintf(name, sizeof name, "cam.%s.depth", cameras[c]);
            ask(name, CHORE_FIT_CENTRE_CROP, "");
            snprintf(name, sizeof name, "cam.%s.intrinsics", cameras[c]);
            ask(name, 0, "");
            snprintf(name, sizeof name, "cam.%s.pose", cameras[c]);
            ask(name, 0, "");
        }
        look();
        mjData *fresh = mj_makeData(model());
        mju_copy(fresh->qpos, data()->qpos, (int)model()->nq);
        mj_kinematics(model(), fresh);
        for (int c = 0; c < 2; c++) {
            const float *z = seen->stream[3 * c], *k = seen->stream[3 * c + 1], *pose = seen->stream[3 * c + 2];
            const double eye[3] = {(double)pose[0], (double)pose[1], (double)pose[2]};
            const double turn[4] = {(double)pose[3], (double)pose[4], (double)pose[5], (double)pose[6]};
            int rays = 0, close = 0;
            for (int y = 3; y < SIDE; y += 7) {
                for (int x = 3; x < SIDE; x += 7) {
                    const double local[3] = {(x + .5 - (double)k[2]) / (double)k[0], (y + .5 - (double)k[3]) / (double)k[1], 1};
                    double ray[3], from[3];
                    mju_rotVecQuat(ray, local, turn);
                    mju_addScl3(from, eye, ray, CHORE_SHOT_NEAR);
                    const double beyond = mj_ray(model(), fresh, from, ray, shown, 1, -1, NULL, NULL);
                    const double far = beyond < 0 ? 0 : beyond + CHORE_SHOT_NEAR;
                    rays++;
                    close += fabs(far - (double)z[y * SIDE + x]) < .001;
                }
            }
            print_message("%s, %s: %d of %d depths within 1 mm of the ray's\n", tasks[t], cameras[c], close, rays);
            assert_true(close > .95 * rays); /* the others graze an edge, or a curve that is drawn with corners */
        }
        mj_deleteData(fresh);
        close_task(NULL);
    }
}

static void pictures_of(const char *task, const char *const *cameras)
{
    open_task(task, 1);
    int first = n_asked;
    for (int i = 0; cameras[i] != NULL; i++) {
        char name[64];
        snprintf(name, sizeof name, "cam.%s", cameras[i]);
        ask(name, CHORE_FIT_CENTRE_CROP, i == 1 ? "shadows smooth" : "");
    }
    look();
    for (int i = 0; cameras[i] != NULL; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s-%s", task, cameras[i]);
        keep(name, first + i);
    }
    close_task(NULL);
}

/* Nothing to be right or wrong here but that they are drawn: for people. */
static void pictures_of_every_robot(void **state)
{
    (void)state;
    static const char *const arm[] = {"wrist", "front", "top", NULL}, *const duo[] = {"head", "front", "left_wrist", NULL};
    pictures_of("set_aside", arm);
    pictures_of("clear_counter", arm);
    pictures_of("fold_shirt", duo);
    pictures_of("carry_dishes", duo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_offer_lists_each_camera, close_task),
        cmocka_unit_test_teardown(the_vision_track_offers_nothing_privileged, close_task),
        cmocka_unit_test_teardown(what_does_not_go_together_is_refused, close_task),
        cmocka_unit_test_teardown(poses_are_those_that_are_drawn, close_task),
        cmocka_unit_test_teardown(depth_is_as_far_as_rays_go, close_task),
        cmocka_unit_test_teardown(pictures_of_every_robot, close_task),
    };
    chore_error err;
    if (chore_sim_init(&err) != CHORE_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
