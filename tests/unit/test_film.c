/* Text is folded, broken and drawn as it should be, and a film strip shows its frames, captions and accents. */
#include <chore/files.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "render_model.h"
#include "scratch.h"
#include "typeset_internal.h"

/* ---- typesetting, on a font of our own: every glyph a 6 x 20 block, 10 to the next ------------------ */

static chore_font blocks;
static const chore_face plain = {.font = &blocks, .line_height = 20};

static int make_blocks(void **state)
{
    (void)state;
    blocks = (chore_font){.width = 12, .height = 20};
    blocks.mask = calloc(CHORE_FONT_GLYPHS, 12 * 20);
    for (int glyph = 0; glyph < CHORE_FONT_GLYPHS; glyph++) {
        blocks.advance[glyph] = 10;
        for (int i = 0; glyph > 0 && i < 12 * 20; i++) {
            blocks.mask[glyph * 12 * 20 + i] = i % 12 < 6 ? 255 : 0;
        }
    }
    return 0;
}

static int free_blocks(void **state)
{
    (void)state;
    free(blocks.mask);
    return 0;
}

static void expect_fold(const char *utf8, const char *folded)
{
    chore_text out = {0};
    chore_typeset_fold(&out, utf8);
    assert_string_equal(chore_text_get(&out), folded);
    chore_text_release(&out);
}

static void test_fold(void **state)
{
    (void)state;
    expect_fold("bus_table", "bus_table");
    expect_fold("seed 7 \xC2\xB7 oracle", "seed 7 \177 oracle");
    expect_fold("caf\xC3\xA9 \xE2\x86\x92 3 \xE2\x89\xA4 4\xE2\x80\xA6", "cafe -> 3 <= 4...");
    expect_fold("\xE6\x9D\xAF", "?");     /* one character, three bytes */
    expect_fold("a\xC3", "a?");           /* cut off */
    expect_fold("\xFF\x80z\x01", "??z?"); /* no UTF-8, no text */
    expect_fold("\xF0\x9F\xA4\x96!", "?!");
}

static void expect_wrap(const char *text, int width, int max_lines, const char *wanted,
                        int wanted_lines)
{
    chore_text out = {0};
    assert_int_equal(chore_typeset_wrap(&plain, text, width, max_lines, &out), wanted_lines);
    assert_string_equal(chore_text_get(&out), wanted);
    chore_text_release(&out);
}

static void test_wrap(void **state)
{
    (void)state;
    expect_wrap("", 100, 3, "", 0);
    expect_wrap("mug in tote", 110, 3, "mug in tote", 1); /* 11 x 10: exactly */
    expect_wrap("mug in tote", 109, 3, "mug in\ntote", 2);
    expect_wrap("one\ntwo", 100, 3, "one\ntwo", 2);
    expect_wrap("one\n\nthree", 100, 3, "one\n\nthree", 3);
    expect_wrap("abcdefghij", 40, 3, "abcd\nefgh\nij", 3); /* no blank to break at */
    expect_wrap("one two three four", 80, 2, "one two\nthree...", 2);
    expect_wrap("one two three four", 180, 1, "one two three four", 1);
    expect_wrap("one\ntwo", 100, 1, "one...", 1);
    expect_wrap("one\n", 100, 1, "one", 1);     /* nothing is left over */
    expect_wrap("anything", 5, 2, "a\n...", 2); /* narrower than a letter: ends anyway */
}

static void test_width(void **state)
{
    (void)state;
    const chore_face half = {.font = &blocks, .line_height = 10},
                     odd = {.font = &blocks, .line_height = 15};
    assert_int_equal(chore_typeset_width(&plain, "abc", 3), 30);
    assert_int_equal(chore_typeset_width(&half, "abc", 3), 15);
    assert_int_equal(chore_typeset_width(&odd, "abc", 3), 23); /* 22.5 */
}

static void test_draw(void **state)
{
    (void)state;
    static const uint8_t white[3] = {255, 255, 255};
    chore_image image;
    assert_int_equal(chore_image_create(&image, 40, 44, NULL), CHORE_OK);
    chore_typeset_draw(&plain, &image, 5, 2, "a a\nb", white);
    for (int y = 0; y < image.height; y++) {
        for (int x = 0; x < image.width; x++) {
            const bool first = y >= 2 && y < 22 && ((x >= 5 && x < 11) || (x >= 25 && x < 31));
            const bool second = y >= 22 && y < 42 && x >= 5 && x < 11;
            assert_int_equal(chore_image_pixel(&image, x, y)[1], first || second ? 255 : 0);
        }
    }
    chore_image_release(&image);
}

static void test_draw_is_smooth_and_clipped(void **state)
{
    (void)state;
    static const uint8_t white[3] = {255, 255, 255};
    const chore_face quarter = {.font = &blocks, .line_height = 5};
    chore_image image;
    assert_int_equal(chore_image_create(&image, 8, 8, NULL), CHORE_OK);
    chore_typeset_draw(&quarter, &image, 0, 0, "a", white); /* 1.5 pixels wide */
    assert_int_equal(chore_image_pixel(&image, 0, 0)[0], 255);
    assert_in_range(chore_image_pixel(&image, 1, 0)[0], 120, 135);
    assert_int_equal(chore_image_pixel(&image, 2, 0)[0], 0);
    chore_typeset_draw(&plain, &image, -3, -10, "aaa\nbbb\nccc",
                       white); /* memory around it is the sanitizer's */
    chore_typeset_draw(&plain, &image, 100, 100, "aaa", white);
    assert_int_equal(chore_image_pixel(&image, 2, 7)[0], 255);
    assert_int_equal(chore_image_pixel(&image, 4, 7)[0], 0);
    chore_image_release(&image);
}

/* ---- film strips ------------------------------------------------------------------------------- */

static mjModel *model;
static mjData *data;
static chore_renderer *renderer;
static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];

static int set_up(void **state)
{
    (void)state;
    chore_error err;
    const chore_render_def def = render_model_def(model);
    scratch_make(folder);
    if (chore_path_join(path, folder, "film.png", &err) != CHORE_OK ||
        chore_renderer_create(&renderer, &def, &err) != CHORE_OK) {
        print_message("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    chore_renderer_destroy(renderer);
    return scratch_remove(folder) ? 0 : -1;
}

static int count_colour(const chore_image *image, uint8_t r, uint8_t g, uint8_t b)
{
    int n = 0;
    for (int i = 0; i < image->width * image->height; i++) {
        const uint8_t *p = image->rgb + 3 * i;
        n += p[0] == r && p[1] == g && p[2] == b;
    }
    return n;
}

static chore_image write_and_read(chore_film *film)
{
    chore_error err;
    chore_image sheet = {0};
    if (chore_film_write(film, path, &err) != CHORE_OK ||
        chore_png_read(&sheet, path, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    return sheet;
}

static void test_label(void **state)
{
    (void)state;
    chore_error err;
    chore_image image;
    chore_label label = {.x = 10,
                         .y = 5,
                         .width = 100,
                         .height = 40,
                         .line_height = 20,
                         .text = "Hg \xC2\xB7 1",
                         .colour = {255, 255, 0},
                         .background = {0, 0, 80}};
    assert_int_equal(chore_image_create(&image, 120, 50, NULL), CHORE_OK);
    assert_int_equal(chore_renderer_text(renderer, &image, &label, &err), CHORE_OK);
    assert_int_equal(count_colour(&image, 0, 0, 0), 120 * 50 - 100 * 40);
    int ink = 0, lowest = 0, highest = 50;
    for (int i = 0; i < 120 * 50; i++) {
        if (image.rgb[3 * i] > 128) {
            ink++;
            lowest = i / 120 > lowest ? i / 120 : lowest;
            highest = i / 120 < highest ? i / 120 : highest;
        }
    }
    assert_in_range(ink, 30, 300); /* letters, and not a block */
    assert_in_range(highest, 5,
                    5 + 8); /* the H; the g goes below the line, and both are within it */
    assert_in_range(lowest, 5 + 14, 5 + 19);
    label.line_height = 4;
    assert_int_equal(chore_renderer_text(renderer, &image, &label, &err), CHORE_E_USAGE);
    chore_image_release(&image);
}

static void test_sheet(void **state)
{
    (void)state;
    chore_film *film;
    assert_int_equal(chore_film_create(&film, renderer, 2, 160, 120, NULL), CHORE_OK);
    chore_film_heading(film, "bus_table \xC2\xB7 seed 7", "Put the dishes into the tote.");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(
            chore_film_add(film, data, "top", "1.0 s\nmug_1 inside tote", (chore_accent)i, NULL),
            CHORE_OK);
    }
    assert_int_equal(chore_film_frames(film), 3);
    chore_image sheet = write_and_read(film);
    assert_int_equal(sheet.width, 2 * 28 + 2 * 160 + 16);
    assert_true(sheet.height > 2 * 120 + 2 * 40);
    assert_in_range(count_colour(&sheet, 240, 138, 20), 160 * 6,
                    160 * 6 + 6 * (160 + 260)); /* event */
    assert_in_range(count_colour(&sheet, 46, 160, 84), 160 * 6,
                    160 * 6 + 6 * (160 + 260));             /* good */
    assert_int_equal(count_colour(&sheet, 212, 52, 48), 0); /* bad: none */

    chore_film_outcome(film, CHORE_ACCENT_BAD);
    chore_image again = write_and_read(film);
    assert_int_equal(count_colour(&again, 212, 52, 48),
                     sheet.width * 10); /* the bar, nothing else */
    chore_image_release(&again);
    chore_image_release(&sheet);
    chore_film_destroy(film);
}

static void test_sheets_repeat(void **state)
{
    (void)state;
    char *bytes[2];
    size_t len[2];
    for (int i = 0; i < 2; i++) {
        chore_film *film;
        assert_int_equal(chore_film_create(&film, renderer, 3, 160, 120, NULL), CHORE_OK);
        chore_film_heading(film, "one", NULL);
        assert_int_equal(chore_film_add(film, data, "front", "0.0 s", CHORE_ACCENT_NONE, NULL),
                         CHORE_OK);
        assert_int_equal(chore_film_write(film, path, NULL), CHORE_OK);
        assert_int_equal(chore_file_read(path, &bytes[i], &len[i], NULL), CHORE_OK);
        chore_film_destroy(film);
    }
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(bytes[0], bytes[1], len[0]);
    free(bytes[0]);
    free(bytes[1]);
}

/* What another renderer has drawn looks the same in the sheet. */
static void test_frames_from_elsewhere(void **state)
{
    (void)state;
    char *bytes[2];
    size_t len[2];
    chore_image frame, wrong;
    chore_error err;
    assert_int_equal(chore_image_create(&frame, 160, 120, NULL), CHORE_OK);
    assert_int_equal(chore_image_create(&wrong, 160, 121, NULL), CHORE_OK);
    assert_int_equal(chore_renderer_frame(renderer, data, "front", &frame, NULL), CHORE_OK);
    for (int i = 0; i < 2; i++) {
        chore_film *film;
        assert_int_equal(chore_film_create(&film, renderer, 3, 160, 120, NULL), CHORE_OK);
        assert_int_equal(chore_film_add_image(film, &wrong, "x", CHORE_ACCENT_NONE, &err),
                         CHORE_E_USAGE);
        assert_int_equal(
            i ? chore_film_add_image(film, &frame, "0.0 s", CHORE_ACCENT_GOOD, NULL)
              : chore_film_add(film, data, "front", "0.0 s", CHORE_ACCENT_GOOD, NULL),
            CHORE_OK);
        assert_int_equal(chore_film_frames(film), 1);
        assert_int_equal(chore_film_write(film, path, NULL), CHORE_OK);
        assert_int_equal(chore_file_read(path, &bytes[i], &len[i], NULL), CHORE_OK);
        chore_film_destroy(film);
    }
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(bytes[0], bytes[1], len[0]);
    free(bytes[0]);
    free(bytes[1]);
    chore_image_release(&frame);
    chore_image_release(&wrong);
}

static void test_odd_captions(void **state)
{
    (void)state;
    static const char *const captions[] = {
        NULL,
        "",
        "\n",
        "\n\n\n",
        "only a title",
        "\nonly a body",
        "a title that is far too long for a frame of one hundred and sixty pixels\nand a body that is too long as well, "
        "so long that two lines cannot hold it however it is broken",
        "\xFF\xFE\n\xE6\x9D\xAF\xE6\x9D\xAF",
        "Pneumonoultramicroscopicsilicovolcanoconiosis\nPneumonoultramicroscopic",
    };
    chore_film *film;
    assert_int_equal(chore_film_create(&film, renderer, 4, 160, 120, NULL), CHORE_OK);
    for (size_t i = 0; i < sizeof captions / sizeof *captions; i++) {
        assert_int_equal(chore_film_add(film, data, "top", captions[i], (chore_accent)99, NULL),
                         CHORE_OK);
    }
    chore_image sheet = write_and_read(film);
    for (int y = 0; y < sheet.height; y++) { /* nothing runs over the right edge of a card */
        const uint8_t *p = chore_image_pixel(&sheet, sheet.width - 28 + 4, y);
        assert_true(y < 10 || (p[0] == 244 && p[1] == 243 && p[2] == 240));
    }
    chore_image_release(&sheet);
    chore_film_destroy(film);
}

static void test_bad_films(void **state)
{
    (void)state;
    chore_error err;
    chore_film *film;
    assert_int_equal(chore_film_create(&film, renderer, 0, 160, 120, &err), CHORE_E_USAGE);
    assert_int_equal(chore_film_create(&film, renderer, 3, 40, 120, &err), CHORE_E_USAGE);
    assert_null(film);
    assert_int_equal(chore_film_create(&film, renderer, 3, 160, 120, NULL), CHORE_OK);
    assert_int_equal(chore_film_write(film, path, &err), CHORE_E_USAGE);
    assert_int_equal(chore_film_add(film, data, "nowhere", "", CHORE_ACCENT_NONE, &err),
                     CHORE_E_NOT_FOUND);
    assert_int_equal(chore_film_frames(film), 0);
    chore_film_destroy(film);
    assert_int_equal(chore_film_create(&film, renderer, 3, 320, 240, NULL),
                     CHORE_OK); /* larger than the renderer */
    assert_int_equal(chore_film_add(film, data, "top", "", CHORE_ACCENT_NONE, &err), CHORE_E_USAGE);
    chore_film_destroy(film);
}

int main(void)
{
    const struct CMUnitTest typesetting[] = {
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_draw),
        cmocka_unit_test(test_draw_is_smooth_and_clipped),
    };
    const struct CMUnitTest films[] = {
        cmocka_unit_test_setup_teardown(test_label, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sheet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sheets_repeat, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_frames_from_elsewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_odd_captions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_films, set_up, tear_down),
    };
    if (chore_sim_init(NULL) != CHORE_OK || (model = render_model_load()) == NULL) {
        return 1;
    }
    data = mj_makeData(model);
    int failed = cmocka_run_group_tests(typesetting, make_blocks, free_blocks);
    const bool have_gl = render_model_have_gl(model);
    if (have_gl) {
        failed += cmocka_run_group_tests(films, NULL, NULL);
    }
    mj_deleteData(data);
    mj_deleteModel(model);
    return failed > 0 ? 1 : have_gl ? 0 : SKIPPED;
}
