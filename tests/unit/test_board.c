/* Boards: nothing overlaps or leaves its place at any size, and what is told is seen. */
#include <chore/board.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "render_model.h"

static mjModel *model;
static chore_renderer *renderer;
static const uint8_t frame_colour[3] = {250, 0, 250}; /* that nothing else has */

static chore_image paint(const chore_board *board, int width, int height)
{
    chore_image frame, out;
    int w, h;
    chore_board_frame(width, height, &w, &h);
    assert_int_equal(chore_image_create(&frame, w, h, NULL), CHORE_OK);
    assert_int_equal(chore_image_create(&out, width, height, NULL), CHORE_OK);
    for (int i = 0; i < w * h; i++) {
        memcpy(frame.rgb + 3 * i, frame_colour, 3);
    }
    assert_int_equal(chore_board_paint(renderer, board, &frame, &out, NULL), CHORE_OK);
    chore_image_release(&frame);
    return out;
}

static int count(const chore_image *image, const uint8_t colour[3])
{
    int n = 0;
    for (int i = 0; i < image->width * image->height; i++) {
        n += memcmp(image->rgb + 3 * i, colour, 3) == 0;
    }
    return n;
}

static void test_the_frame_is_whole_at_any_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{320, 240}, {640, 480}, {1280, 720}, {1920, 1080}, {480, 640}, {1000, 250}, {3840, 2160}, {333, 777}};
    static const chore_board_item items[] = {{"one", true, false}, {"two", false, true}};
    const chore_board board = {.title = "t", .instruction = "Do a very long thing, and then another one that is longer still.",
                               .time = "1.0 s", .pace = "8x", .progress = 0.5, .items = items, .n_items = 2, .at = 0.5};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int w, h;
        chore_image out = paint(&board, sizes[i][0], sizes[i][1]);
        chore_board_frame(sizes[i][0], sizes[i][1], &w, &h);
        assert_int_equal(count(&out, frame_colour), w * h);
        assert_true(w >= 240 && h >= 140);
        chore_image_release(&out);
    }
}

static void test_what_is_told_is_seen(void **state)
{
    (void)state;
    static const uint8_t orange[3] = {240, 138, 20}, green[3] = {46, 160, 84}, red[3] = {212, 52, 48};
    static const chore_board_item items[] = {{"one", true, false}, {"two", false, true}};
    static const chore_board_mark mark = {0.25, CHORE_ACCENT_EVENT, "slip"};
    chore_board board = {.time = "1 s"};
    chore_image out = paint(&board, 1280, 720);
    assert_int_equal(count(&out, orange) + count(&out, green) + count(&out, red), 0);
    chore_image_release(&out);

    board.marks = &mark, board.n_marks = 1;
    out = paint(&board, 1280, 720);
    const int marked = count(&out, orange);
    assert_true(marked > 50);
    chore_image_release(&out);

    board.items = items, board.n_items = 2;
    out = paint(&board, 1280, 720);
    const int listed = count(&out, orange);
    assert_true(listed > marked);      /* new work */
    assert_true(count(&out, green) > 200); /* done */
    chore_image_release(&out);

    board.news = "EVENT: the mug slipped out of the gripper";
    board.accent = CHORE_ACCENT_EVENT;
    out = paint(&board, 1280, 720);
    assert_true(count(&out, orange) > listed + 20000); /* a bar and an edge */
    chore_image_release(&out);

    board.at = 1, board.outcome = CHORE_ACCENT_BAD;
    out = paint(&board, 1280, 720);
    assert_true(count(&out, red) > 10000);
    chore_image_release(&out);
}

/* More is wanted than there is room for; numbers that make no sense. */
static void test_too_much(void **state)
{
    (void)state;
    static chore_board_item items[200];
    static chore_board_mark marks[200];
    for (int i = 0; i < 200; i++) {
        items[i] = (chore_board_item){"something that is wanted and takes more than a line to say so, and then some", i % 2, i % 3 == 0};
        marks[i] = (chore_board_mark){i / 100.0 - 0.5, (chore_accent)(i % CHORE_ACCENT_COUNT), i % 5 ? "what happened" : NULL};
    }
    const chore_board board = {.title = "t", .instruction = "i", .time = "1 s", .progress = 7, .items = items, .n_items = 200, .news = "n", .accent = CHORE_ACCENT_NONE,
                               .at = -3, .marks = marks, .n_marks = 200};
    for (int width = 320; width < 1400; width += 170) {
        chore_image out = paint(&board, width, 400);
        chore_image_release(&out);
    }
}

static void test_bad_sizes(void **state)
{
    (void)state;
    chore_error err;
    chore_image frame, out;
    const chore_board board = {.time = "1 s"};
    assert_int_equal(chore_image_create(&frame, 100, 100, NULL), CHORE_OK);
    assert_int_equal(chore_image_create(&out, 640, 480, NULL), CHORE_OK);
    assert_int_equal(chore_board_paint(renderer, &board, &frame, &out, &err), CHORE_E_USAGE);
    chore_image_release(&out);
    assert_int_equal(chore_image_create(&out, 100, 100, NULL), CHORE_OK);
    assert_int_equal(chore_board_paint(renderer, &board, &frame, &out, &err), CHORE_E_USAGE);
    chore_image_release(&out);
    chore_image_release(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_frame_is_whole_at_any_size),
        cmocka_unit_test(test_what_is_told_is_seen),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_bad_sizes),
    };
    chore_render_def def = chore_render_def_default();
    if (chore_sim_init(NULL) != CHORE_OK || (model = render_model_load()) == NULL) {
        return 1;
    }
    const bool have_gl = render_model_have_gl(model);
    int failed = 0;
    def.model = model;
    if (have_gl && chore_renderer_create(&renderer, &def, NULL) == CHORE_OK) {
        failed = cmocka_run_group_tests(tests, NULL, NULL);
        chore_renderer_destroy(renderer);
    }
    mj_deleteModel(model);
    return failed > 0 ? 1 : have_gl ? 0 : SKIPPED;
}
