/* Shots show what geometry says, at every size and fit: pixels where points project to, depth as far as things are, the
   same bytes twice, and every layout the same picture. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <chore/hash.h>
#include <chore/shot.h>

#include "render_model.h"

enum { SIDE = 512, NATIVE_WIDTH = 640, NATIVE_HEIGHT = 480 };
static const double fovy = 45 * 3.14159265358979323846 / 180;

static mjModel *model;
static mjData *data;
static chore_renderer *renderer;
static uint8_t colour[3 * SIDE * SIDE];
static float depth[SIDE * SIDE], floats[3 * SIDE * SIDE];

static int set_up(void **state)
{
    (void)state;
    chore_error err;
    const chore_render_def def = {.model = model, .width = SIDE, .height = SIDE, .shadows = true};
    data = mj_makeData(model);
    mj_forward(model, data);
    if (chore_renderer_create(&renderer, &def, &err) != CHORE_OK ||
        chore_renderer_look(renderer, data, &err) != CHORE_OK) {
        print_message("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    chore_renderer_destroy(renderer);
    mj_deleteData(data);
    return 0;
}

static chore_shot shot_of(const char *camera, int width, int height, chore_shot_fit fit)
{
    return (chore_shot){.camera = mj_name2id(model, mjOBJ_CAMERA, camera),
                        .view = chore_view_make(NATIVE_WIDTH, NATIVE_HEIGHT, fovy, width, height, fit),
                        .colour = colour,
                        .depth = depth};
}

static void shoot(const chore_shot *shot)
{
    chore_error err;
    if (chore_renderer_shoot(renderer, shot, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

/* Where a point of the world shows, and how far along the view axis it is. */
static double project(const chore_shot *shot, const double point[3], double pixel[2])
{
    double local[3], away[3];
    mju_sub3(away, point, data->cam_xpos + 3 * shot->camera);
    mju_mulMatTVec3(local, data->cam_xmat + 9 * shot->camera, away); /* MuJoCo: x right, y up, looking along -z */
    pixel[0] = shot->view.cx - shot->view.fx * local[0] / local[2];
    pixel[1] = shot->view.cy + shot->view.fy * local[1] / local[2];
    return -local[2];
}

static bool is_red(const chore_shot *shot, int x, int y)
{
    const uint8_t *rgb = colour + 3 * (y * shot->view.width + x);
    return rgb[0] > 20 && rgb[0] > 2 * rgb[1] && rgb[0] > 2 * rgb[2]; /* its dim sides, too */
}

typedef struct extent {
    double left, right, top, bottom; /* pixels */
} extent;

static extent red_seen(const chore_shot *shot)
{
    extent e = {1e9, -1e9, 1e9, -1e9};
    for (int y = 0; y < shot->view.height; y++) {
        for (int x = 0; x < shot->view.width; x++) {
            if (is_red(shot, x, y)) {
                e.left = fmin(e.left, x), e.right = fmax(e.right, x + 1);
                e.top = fmin(e.top, y), e.bottom = fmax(e.bottom, y + 1);
            }
        }
    }
    return e;
}

/* Of the red box: half an edge is .1 m, its centre is (.3, 0, .1). */
static extent red_expected(const chore_shot *shot)
{
    extent e = {1e9, -1e9, 1e9, -1e9};
    for (int i = 0; i < 8; i++) {
        const double corner[3] = {.3 + (i & 1 ? .1 : -.1), i & 2 ? .1 : -.1, i & 4 ? .2 : 0};
        double at[2];
        project(shot, corner, at);
        e.left = fmin(e.left, at[0]), e.right = fmax(e.right, at[0]);
        e.top = fmin(e.top, at[1]), e.bottom = fmax(e.bottom, at[1]);
    }
    return e;
}

/* Every camera, fit and aspect ratio: the box's outline lies where its corners project to. */
static void test_pixels_lie_where_points_project_to(void **state)
{
    (void)state;
    static const char *const cameras[] = {"top", "front"};
    static const int sizes[][2] = {{224, 224}, {320, 240}, {400, 100}, {100, 300}, {64, 64}};
    for (size_t c = 0; c < 2; c++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (int fit = 0; fit < CHORE_SHOT_FITS; fit++) {
                const chore_shot shot = shot_of(cameras[c], sizes[s][0], sizes[s][1], (chore_shot_fit)fit);
                shoot(&shot);
                extent want = red_expected(&shot), got = red_seen(&shot);
                want.left = fmax(want.left, shot.view.x);
                want.right = fmin(want.right, shot.view.x + shot.view.drawn_width);
                want.top = fmax(want.top, shot.view.y);
                want.bottom = fmin(want.bottom, shot.view.y + shot.view.drawn_height);
                if (want.left >= want.right || want.top >= want.bottom) {
                    assert_true(got.right < 0); /* cropped away */
                    continue;
                }
                const double off = fmax(fmax(fabs(want.left - got.left), fabs(want.right - got.right)),
                                        fmax(fabs(want.top - got.top), fabs(want.bottom - got.bottom)));
                if (off > 1.01) {
                    fail_msg("%s %d x %d, fit %d: off by %.2f pixels (x %.1f to %.1f, seen %.0f to %.0f; y %.1f to %.1f, "
                             "seen %.0f to %.0f)",
                             cameras[c], sizes[s][0], sizes[s][1], fit, off, want.left, want.right, got.left, got.right,
                             want.top, want.bottom, got.top, got.bottom);
                }
            }
        }
    }
}

/* The floor is z = 0: the ray through each pixel's centre meets it at a known depth. */
static void test_depth_is_as_far_as_the_floor(void **state)
{
    (void)state;
    const chore_shot shot = shot_of("front", 224, 224, CHORE_SHOT_CENTRE_CROP);
    const double *eye = data->cam_xpos + 3 * shot.camera, *axes = data->cam_xmat + 9 * shot.camera;
    shoot(&shot);
    double worst = 0;
    int floors = 0, boxes = 0;
    for (int y = 0; y < 224; y++) {
        for (int x = 0; x < 224; x++) {
            const double local[3] = {(x + .5 - shot.view.cx) / shot.view.fx, -(y + .5 - shot.view.cy) / shot.view.fy, -1};
            double ray[3];
            mju_mulMatVec3(ray, axes, local);
            const double z = -eye[2] / ray[2], seen = (double)depth[y * 224 + x];
            const double hit[2] = {eye[0] + z * ray[0], eye[1] + z * ray[1]};
            const bool by_a_box = fabs(fabs(hit[0]) - .3) < .12 && fabs(hit[1]) < .12; /* a box's foot is as near as the floor */
            if (by_a_box) {
                continue;
            }
            if (ray[2] < 0 && fabs(hit[0]) < 2.9 && fabs(hit[1]) < 2.9 && seen > z - .01) {
                worst = fmax(worst, fabs(seen - z));
                floors++;
            } else if (ray[2] < 0 && seen < z - .01) {
                boxes++; /* something stands before it */
            } else if (ray[2] > 0) {
                assert_true(depth[y * 224 + x] == 0); /* the sky */
            }
        }
    }
    print_message("depth: %d pixels of floor, off by at most %.3f mm; %d of boxes\n", floors, 1e3 * worst, boxes);
    assert_true(floors > 30000);
    assert_true(boxes > 500);
    assert_true(worst < .001);
}

/* Straight down on the boxes: their tops are .2 m above the floor, 1.8 m below the camera. */
static void test_depth_of_a_box(void **state)
{
    (void)state;
    const chore_shot shot = shot_of("top", 240, 180, CHORE_SHOT_STRETCH);
    const double on_top[3] = {.3, 0, .2};
    double at[2];
    assert_true(fabs(project(&shot, on_top, at) - 1.8) < 1e-12);
    shoot(&shot);
    assert_true(fabs((double)depth[(int)at[1] * 240 + (int)at[0]] - 1.8) < .001);
    assert_true(fabs((double)depth[0] - 2) < .001);
}

static void test_bars_are_black_and_infinitely_far(void **state)
{
    (void)state;
    const chore_shot shot = shot_of("top", 200, 200, CHORE_SHOT_LETTERBOX);
    assert_int_equal(shot.view.drawn_height, 150);
    assert_int_equal(shot.view.y, 25);
    memset(colour, 99, sizeof colour);
    memset(depth, 99, sizeof depth);
    shoot(&shot);
    for (int y = 0; y < 200; y++) {
        const bool bar = y < 25 || y >= 175;
        const uint8_t *rgb = colour + 3 * (200 * y + 100);
        assert_int_equal(rgb[0] + rgb[1] + rgb[2] == 0, bar);
        assert_int_equal(depth[200 * y + 100] == 0, bar);
    }
}

/* The same picture in every layout, and mirrored. */
static void test_layouts_and_flips(void **state)
{
    (void)state;
    enum { W = 120, H = 80 };
    static uint8_t plain[3 * W * H];
    static float z[W * H];
    chore_shot shot = shot_of("front", W, H, CHORE_SHOT_LETTERBOX);
    shot.colour = plain;
    shot.depth = z;
    shoot(&shot);
    for (int i = 0; i < 32; i++) {
        shot.chw = i & 1, shot.f32 = i & 2, shot.flip_x = i & 4, shot.flip_y = i & 8, shot.smooth = i & 16;
        shot.colour = shot.f32 ? (void *)floats : (void *)colour;
        shot.depth = depth;
        shoot(&shot);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                const int from = (shot.flip_y ? H - 1 - y : y) * W + (shot.flip_x ? W - 1 - x : x);
                assert_true(depth[y * W + x] == z[from]);
                for (int c = 0; c < 3 && !shot.smooth; c++) {
                    const int to = shot.chw ? c * W * H + y * W + x : 3 * (y * W + x) + c;
                    const uint8_t want = plain[3 * from + c];
                    assert_true(shot.f32 ? floats[to] == (float)want / 255.0f : colour[to] == want);
                }
            }
        }
    }
}

/* A smooth picture has colours in between, but is the same picture: its mean hardly moves. */
static void test_smooth(void **state)
{
    (void)state;
    chore_shot shot = shot_of("front", 250, 250, CHORE_SHOT_CENTRE_CROP);
    double mean[2] = {0, 0};
    int between[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        shot.smooth = i == 1;
        shoot(&shot);
        for (int k = 0; k < 250 * 250; k++) {
            const int lead = colour[3 * k] - colour[3 * k + 1];
            mean[i] += lead / 62500.;
            between[i] += lead > 25 && lead < 75;
        }
    }
    print_message("smooth: %d pixels in between, %d without; mean %.2f and %.2f\n", between[1], between[0], mean[1], mean[0]);
    assert_true(between[1] > between[0] + 30);
    assert_true(fabs(mean[0] - mean[1]) < .5);
}

static void test_shadows_are_off_unless_asked_for(void **state)
{
    (void)state;
    chore_shot shot = shot_of("top", 160, 120, CHORE_SHOT_STRETCH);
    int dark[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        shot.shadows = i == 1;
        shoot(&shot);
        for (int k = 0; k < 160 * 120; k++) {
            const int sum = colour[3 * k] + colour[3 * k + 1] + colour[3 * k + 2];
            const bool grey = abs(colour[3 * k] - colour[3 * k + 1]) < 8 && abs(colour[3 * k] - colour[3 * k + 2]) < 8;
            dark[i] += grey && sum > 0 && sum < 3 * 110;
        }
    }
    print_message("shadows: %d dark pixels of floor with, %d without\n", dark[1], dark[0]);
    assert_int_equal(dark[0], 0);
    assert_true(dark[1] > 50);
}

static void test_the_same_twice(void **state)
{
    (void)state;
    chore_shot shot = shot_of("front", 224, 224, CHORE_SHOT_CENTRE_CROP);
    chore_hash first = {0, 0};
    for (int i = 0; i < 3; i++) {
        chore_error err;
        if (i == 2) { /* another renderer, and other pictures in between */
            tear_down(NULL);
            assert_int_equal(set_up(NULL), 0);
        }
        assert_int_equal(chore_renderer_look(renderer, data, &err), CHORE_OK);
        shoot(&shot);
        chore_hash now = chore_hash_bytes(colour, 3 * 224 * 224, 0);
        now = chore_hash_bytes(depth, sizeof(float) * 224 * 224, now.lo);
        first = i == 0 ? now : first;
        assert_true(chore_hash_equal(first, now));
    }
}

static void test_refusals(void **state)
{
    (void)state;
    chore_error err;
    chore_renderer *plain;
    const chore_render_def def = {.model = model, .width = 64, .height = 64, .samples = 4};
    chore_shot shot = shot_of("front", SIDE, SIDE, CHORE_SHOT_STRETCH);
    shot.smooth = true;
    assert_int_equal(chore_renderer_shoot(renderer, &shot, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "a smooth shot of 512 x 512"));
    shot.camera = model->ncam;
    assert_int_equal(chore_renderer_shoot(renderer, &shot, &err), CHORE_E_USAGE);
    assert_int_equal(chore_renderer_create(&plain, &def, &err), CHORE_OK);
    shot = shot_of("front", 64, 64, CHORE_SHOT_STRETCH);
    assert_int_equal(chore_renderer_shoot(plain, &shot, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "before anything was looked at"));
    assert_int_equal(chore_renderer_look(plain, data, &err), CHORE_OK);
    assert_int_equal(chore_renderer_shoot(plain, &shot, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "mixes samples"));
    shot.depth = NULL;
    assert_int_equal(chore_renderer_shoot(plain, &shot, &err), CHORE_OK);
    shot.shadows = true;
    assert_int_equal(chore_renderer_shoot(plain, &shot, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "shadows"));
    chore_renderer_destroy(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pixels_lie_where_points_project_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth_is_as_far_as_the_floor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth_of_a_box, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bars_are_black_and_infinitely_far, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_layouts_and_flips, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_smooth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shadows_are_off_unless_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
    };
    chore_error err;
    if (chore_sim_init(&err) != CHORE_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    model = render_model_load();
    if (model == NULL || !render_model_have_gl(model)) {
        mj_deleteModel(model);
        return model == NULL ? 1 : SKIPPED;
    }
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mj_deleteModel(model);
    return failed;
}
