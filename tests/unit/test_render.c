/* Frames show what is there, drawing changes nothing, and a machine without GL gets a message. */
#include <chore/files.h>
#include <chore/text.h>
#include <chore/world.h>

#include <pthread.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "render_model.h"

static mjModel *model;
static chore_world *world;
static chore_renderer *renderer;
static chore_image frame;

static int set_up(void **state)
{
    (void)state;
    chore_error err;
    chore_world_def def = chore_world_def_default();
    const chore_render_def render = render_model_def(model);
    def.model = model;
    if (chore_world_create(&world, &def, &err) != CHORE_OK ||
        chore_renderer_create(&renderer, &render, &err) != CHORE_OK ||
        chore_image_create(&frame, render.width, render.height, &err) != CHORE_OK) {
        print_message("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    chore_image_release(&frame);
    chore_renderer_destroy(renderer);
    chore_world_destroy(world);
    return 0;
}

static void draw(const char *camera)
{
    chore_error err;
    if (chore_renderer_frame(renderer, chore_world_data(world), camera, &frame, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

static const uint8_t *pixel(int x, int y)
{
    return frame.rgb + 3 * (y * frame.width + x);
}

/* 0 red, 1 green, 2 blue, when that channel leads by far; -1: grey */
static int hue(const uint8_t rgb[3])
{
    for (int c = 0; c < 3; c++) {
        if (rgb[c] > rgb[(c + 1) % 3] + 60 && rgb[c] > rgb[(c + 2) % 3] + 60) {
            return c;
        }
    }
    return -1;
}

static int count_hue(int wanted)
{
    int n = 0;
    for (int i = 0; i < frame.width * frame.height; i++) {
        n += hue(frame.rgb + 3 * i) == wanted;
    }
    return n;
}

/* ---- frames ------------------------------------------------------------------------------------ */

static void test_boxes_are_where_they_should_be(void **state)
{
    (void)state;
    draw("top"); /* x to the right, y up, 0.0138 m a pixel at the floor */
    assert_int_equal(hue(pixel(80 + 23, 60)), 0);
    assert_int_equal(hue(pixel(80 - 23, 60)), 2);
    assert_int_equal(hue(pixel(80, 60)), -1);
}

/* From where the camera `top` is, without it; and from the other side. */
static void test_from_anywhere(void **state)
{
    (void)state;
    chore_error err;
    const mjData *data = chore_world_data(world);
    chore_viewpoint above = {.at = {0, 0, 0}, .distance_m = 2, .azimuth_deg = 90, .elevation_deg = -90};
    assert_int_equal(chore_renderer_frame_from(renderer, data, &above, &frame, &err), CHORE_OK);
    assert_int_equal(hue(pixel(80 + 23, 60)), 0);
    assert_int_equal(hue(pixel(80 - 23, 60)), 2);
    above.azimuth_deg = -90;
    assert_int_equal(chore_renderer_frame_from(renderer, data, &above, &frame, &err), CHORE_OK);
    assert_int_equal(hue(pixel(80 - 23, 60)), 0);
    assert_int_equal(hue(pixel(80 + 23, 60)), 2);
    chore_image none = {0};
    assert_int_equal(chore_renderer_frame_from(renderer, data, &above, &none, &err), CHORE_E_USAGE);
}

static void test_row_0_is_on_top(void **state)
{
    (void)state;
    draw(
        "front"); /* looks up the y axis: the boxes are nearer than the horizon, so low in the picture */
    int high = 0, low = 0;
    for (int i = 0; i < frame.width * frame.height; i++) {
        const int coloured = hue(frame.rgb + 3 * i) >= 0;
        *(i / frame.width < frame.height / 2 ? &high : &low) += coloured;
    }
    assert_true(low > 100);
    draw("top");
    double pos[3] = {0.3, 0.4, 0.1}, upright[4] = {1, 0, 0, 0};
    chore_world_put_body(world, mj_name2id(model, mjOBJ_BODY, "red"), pos, upright);
    draw("top");
    assert_int_equal(hue(pixel(80 + 23, 60 - 30)), 0);
}

static void test_collision_shapes_and_sites_stay_hidden(void **state)
{
    (void)state;
    draw("top");
    assert_int_equal(count_hue(1), 0);
}

static void test_smaller_frames_fit(void **state)
{
    (void)state;
    chore_image small;
    assert_int_equal(chore_image_create(&small, 40, 30, NULL), CHORE_OK);
    assert_int_equal(chore_renderer_frame(renderer, chore_world_data(world), "top", &small, NULL),
                     CHORE_OK);
    assert_int_equal(hue(small.rgb + 3 * (15 * 40 + 26)), 0);
    chore_image_release(&small);
}

static void test_bad_requests(void **state)
{
    (void)state;
    chore_error err;
    const mjData *data = chore_world_data(world);
    assert_int_equal(chore_renderer_frame(renderer, data, "frnt", &frame, &err), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "top, front, under"));
    assert_non_null(strstr(err.hint, "front"));
    assert_int_equal(chore_renderer_frame(renderer, data, NULL, &frame, &err), CHORE_E_NOT_FOUND);
    chore_image large;
    assert_int_equal(chore_image_create(&large, 161, 120, NULL), CHORE_OK);
    assert_int_equal(chore_renderer_frame(renderer, data, "top", &large, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "160 x 120"));
    chore_image_release(&large);

    chore_renderer *none;
    chore_render_def def = chore_render_def_default();
    assert_int_equal(chore_renderer_create(&none, &def, &err), CHORE_E_USAGE); /* no model */
    def.model = model;
    def.width = 0;
    assert_int_equal(chore_renderer_create(&none, &def, &err), CHORE_E_USAGE);
    def = render_model_def(model);
    def.samples = -1;
    assert_int_equal(chore_renderer_create(&none, &def, &err), CHORE_E_USAGE);
    assert_null(none);
    draw("top"); /* and the renderer still works */
}

/* ---- state ------------------------------------------------------------------------------------- */

static void test_drawing_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(chore_world_advance(world, 20, NULL), CHORE_OK);
    const mjData *data = chore_world_data(world);
    const size_t len = chore_world_snapshot_bytes(world);
    uint8_t *before = malloc(len), *after = malloc(len);
    assert_true(before != NULL && after != NULL);
    const chore_hash hash = chore_world_hash(world), model_hash = chore_model_hash(model);
    chore_world_snapshot(world, before);
    void *buffer = malloc(data->nbuffer);
    assert_non_null(buffer);
    memcpy(buffer, data->buffer, data->nbuffer);
    for (int i = 0; i < 3; i++) {
        draw(i % 2 == 0 ? "top" : "front");
    }
    chore_world_snapshot(world, after);
    assert_memory_equal(before, after, len);
    assert_true(chore_hash_equal(hash, chore_world_hash(world)));
    assert_true(chore_hash_equal(model_hash, chore_model_hash(model)));
    assert_memory_equal(buffer, data->buffer, data->nbuffer); /* not only the state: all of it */
    free(buffer);
    free(before);
    free(after);
}

static void test_frames_repeat(void **state)
{
    (void)state;
    const size_t len = 3 * (size_t)frame.width * (size_t)frame.height;
    draw("front");
    uint8_t *first = malloc(len);
    assert_non_null(first);
    memcpy(first, frame.rgb, len);
    draw("under");
    draw("front");
    assert_memory_equal(first, frame.rgb, len);
    free(first);
}

/* Also when nothing was derived from qpos yet, as after a restore. */
static void test_a_frame_shows_qpos(void **state)
{
    (void)state;
    mjData *data = mj_makeData(model);
    const int adr = model->jnt_qposadr[model->body_jntadr[mj_name2id(model, mjOBJ_BODY, "red")]];
    mj_forward(model, data);
    data->qpos[adr + 1] = -0.4;
    assert_int_equal(chore_renderer_frame(renderer, data, "top", &frame, NULL), CHORE_OK);
    assert_int_equal(hue(pixel(80 + 23, 60 + 30)), 0);
    assert_int_equal(hue(pixel(80 + 23, 60)), -1);
    mj_deleteData(data);
}

static void test_shadows_can_be_had_or_not(void **state)
{
    (void)state;
    const size_t len = 3 * (size_t)frame.width * (size_t)frame.height;
    chore_render_def def = render_model_def(model);
    def.shadows = false;
    chore_renderer *plain;
    chore_image other;
    assert_int_equal(chore_image_create(&other, def.width, def.height, NULL), CHORE_OK);
    assert_int_equal(chore_renderer_create(&plain, &def, NULL), CHORE_OK);
    draw("front");
    assert_int_equal(chore_renderer_frame(plain, chore_world_data(world), "front", &other, NULL),
                     CHORE_OK);
    int darker = 0, brighter = 0;
    for (size_t i = 0; i < len; i++) {
        darker += frame.rgb[i] + 10 < other.rgb[i];
        brighter += frame.rgb[i] > other.rgb[i] + 10;
    }
    assert_true(darker > 100);
    assert_int_equal(brighter, 0);
    chore_renderer_destroy(plain);
    draw("top"); /* the first renderer's context comes back by itself */
    assert_int_equal(hue(pixel(80 + 23, 60)), 0);
    chore_image_release(&other);
}

/* The same light as before, but not at the edges of shadows: there it comes in steps. */
static void test_lamps_make_shadows_soft(void **state)
{
    (void)state;
    const size_t len = 3 * (size_t)frame.width * (size_t)frame.height;
    chore_render_def def = render_model_def(model);
    chore_renderer *soft;
    chore_image other;
    chore_error err;
    double sum = 0, soft_sum = 0;
    int differ = 0;
    def.lamps = 4;
    assert_int_equal(chore_image_create(&other, def.width, def.height, NULL), CHORE_OK);
    assert_int_equal(chore_renderer_create(&soft, &def, NULL), CHORE_OK);
    draw("front");
    assert_int_equal(chore_renderer_frame(soft, chore_world_data(world), "front", &other, NULL), CHORE_OK);
    for (size_t i = 0; i < len; i++) {
        differ += abs(frame.rgb[i] - other.rgb[i]) > 10;
        sum += frame.rgb[i], soft_sum += other.rgb[i];
    }
    assert_in_range(differ, 20, (int)len / 10);
    assert_true(fabs(soft_sum / sum - 1) < 0.01);
    chore_renderer_destroy(soft);
    def.lamps = 7;
    assert_int_equal(chore_renderer_create(&soft, &def, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "0 to 6"));
    chore_image_release(&other);
}

/* ---- life -------------------------------------------------------------------------------------- */

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL) {
        if (fscanf(file, "%*s %ld", &pages) != 1) {
            pages = 0;
        }
        fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int open_files(void)
{
    char **names;
    int n;
    assert_int_equal(chore_dir_list("/proc/self/fd", &names, &n, NULL), CHORE_OK);
    chore_dir_list_free(names, n);
    return n;
}

static void test_twenty_lives(void **state)
{
    (void)state;
    const size_t len = 3 * (size_t)frame.width * (size_t)frame.height;
    uint8_t *first = malloc(len);
    assert_non_null(first);
    long memory = 0;
    int files = 0;
    for (int life = 0; life < 20; life++) {
        mjModel *other = render_model_load();
        mjData *data = mj_makeData(other);
        const chore_render_def def = render_model_def(other);
        chore_renderer *short_lived;
        assert_int_equal(chore_renderer_create(&short_lived, &def, NULL), CHORE_OK);
        assert_int_equal(chore_renderer_frame(short_lived, data, "top", &frame, NULL), CHORE_OK);
        if (life == 0) {
            memcpy(first, frame.rgb, len);
        }
        assert_memory_equal(first, frame.rgb, len); /* nothing is left of the life before */
        chore_renderer_destroy(short_lived);
        mj_deleteData(data);
        mj_deleteModel(other);
        if (life == 4) { /* drivers fill their caches first */
            memory = resident_kib();
            files = open_files();
        }
    }
    free(first);
    assert_int_equal(open_files(), files);
    const long growth = resident_kib() - memory;
    print_message("15 renderers: %ld KiB more\n", growth);
#if !defined(__SANITIZE_ADDRESS__) /* keeps freed memory for a while */
    assert_true(
        growth <
        15 * 1024); /* a lost GL context is more; what is ours and small, the sanitizer finds */
#endif
}

/* MuJoCo draws at most mjMAXTEXTURE textures, and ends the process with more, if one lets it. */
static void test_a_mujoco_error_is_a_message(void **state)
{
    (void)state;
    chore_text xml = {0};
    chore_text_add(&xml, "<mujoco><asset>");
    for (int i = 0; i <= mjMAXTEXTURE; i++) {
        chore_text_add(&xml, "<texture name='t%d' type='2d' builtin='flat' width='1' height='1'/>",
                       i);
    }
    chore_text_add(&xml, "</asset><worldbody><geom size='.1'/></worldbody></mujoco>");
    mjSpec *spec = mj_parseXMLString(chore_text_get(&xml), NULL, NULL, 0);
    mjModel *crowded = spec != NULL ? mj_compile(spec, NULL) : NULL;
    assert_non_null(crowded);
    chore_error err;
    chore_renderer *none;
    const chore_render_def def = render_model_def(crowded);
    assert_int_equal(chore_renderer_create(&none, &def, &err), CHORE_E_RENDER);
    assert_null(none);
    print_message("    %s\n", err.message);
    assert_non_null(strstr(err.message, "texture"));
    mj_deleteModel(crowded);
    mj_deleteSpec(spec);
    chore_text_release(&xml);
    draw("top"); /* the other renderer is none the worse */
    assert_int_equal(hue(pixel(80 + 23, 60)), 0);
}

static void *use_elsewhere(void *ctx)
{
    chore_status *status = ctx;
    chore_image image;
    if (chore_image_create(&image, 40, 30, NULL) == CHORE_OK) {
        *status = chore_renderer_frame(renderer, chore_world_data(world), "top", &image, NULL);
        chore_image_release(&image);
    }
    return NULL;
}

static void test_another_thread_is_refused(void **state)
{
    (void)state;
    chore_status status = CHORE_OK;
    pthread_t thread;
    draw("top");
    assert_int_equal(pthread_create(&thread, NULL, use_elsewhere, &status), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(status, CHORE_E_RENDER);
}

/* ---- machines without GL ----------------------------------------------------------------------- */

/* In a child of its own: make a renderer with one variable set; 0 when it fails with CHORE_E_RENDER and
   says `message` and, if given, `hint`. */
static int create_fails(const char *variable, const char *value, const char *message,
                        const char *hint)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        chore_error err;
        chore_renderer *none;
        const chore_render_def def = render_model_def(model);
        if (variable != NULL) {
            setenv(variable, value, 1);
        }
        const chore_status status = chore_renderer_create(&none, &def, &err);
        if (status == CHORE_OK) {
            _exit(1);
        }
        printf("    %s (%s)\n", err.message, err.hint);
        fflush(stdout);
        _exit(status == CHORE_E_RENDER && none == NULL && strstr(err.message, message) != NULL &&
                      (hint == NULL || strstr(err.hint, hint) != NULL)
                  ? 0
                  : 2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A build without EGL has no module; what the module says cannot be tested then. */
static void skip_without_module(void)
{
    char module[CHORE_PATH_CAP];
    if (chore_path_join(module, chore_plugin_dir(), "chore-render-egl.so", NULL) != CHORE_OK ||
        !chore_file_exists(module)) {
        print_message("SKIPPED: built without EGL\n");
        skip();
    }
}

/* Before GL is touched in this process: a child must not inherit it. */
static void test_without_the_module(void **state)
{
    (void)state;
    assert_int_equal(
        create_fails("CHOREBENCH_PLUGINS", "/dev", "chore-render-egl.so", "CHORE_WITH_EGL"), 0);
}

static void test_without_a_driver(void **state)
{
    (void)state;
    skip_without_module();
    assert_int_equal(create_fails("__EGL_VENDOR_LIBRARY_FILENAMES", "/dev/null", "cannot render",
                                  "apt-get install"),
                     0);
}

static void test_without_the_device(void **state)
{
    (void)state;
    skip_without_module();
    assert_int_equal(create_fails("CHORE_EGL_DEVICE", "31", "'31'", "CHORE_EGL_DEVICE"), 0);
    assert_int_equal(create_fails("CHORE_EGL_DEVICE", "gpu", "'gpu'", "CHORE_EGL_DEVICE"), 0);
}

static void test_a_child_is_refused(void **state)
{
    (void)state;
    assert_int_equal(create_fails(NULL, NULL, "fork", "after fork"), 0);
}

int main(void)
{
    const struct CMUnitTest without_gl[] = {
        cmocka_unit_test(test_without_the_module),
        cmocka_unit_test(test_without_a_driver),
        cmocka_unit_test(test_without_the_device),
    };
    const struct CMUnitTest with_gl[] = {
        cmocka_unit_test_setup_teardown(test_boxes_are_where_they_should_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_row_0_is_on_top, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_collision_shapes_and_sites_stay_hidden, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_smaller_frames_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_requests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drawing_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_frames_repeat, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_frame_shows_qpos, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shadows_can_be_had_or_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lamps_make_shadows_soft, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_twenty_lives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_mujoco_error_is_a_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_another_thread_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_child_is_refused, set_up, tear_down),
    };
    if (chore_sim_init(NULL) != CHORE_OK || (model = render_model_load()) == NULL) {
        return 1;
    }
    int failed = cmocka_run_group_tests(without_gl, NULL, NULL);
    const bool have_gl = render_model_have_gl(model);
    if (have_gl) {
        failed += cmocka_run_group_tests(with_gl, NULL, NULL);
    }
    mj_deleteModel(model);
    return failed > 0 ? 1 : have_gl ? 0 : SKIPPED;
}
