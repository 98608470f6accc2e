/* PNG files come back as they were written; what is no PNG is refused; nothing half-written stays behind. */
#include <chore/render.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <png.h>

#include "scratch.h"

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    return chore_path_join(path, folder, "a.png", NULL) == CHORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

/* Every pixel is another one, so that a swapped row, column or channel shows. */
static chore_image make_picture(int width, int height)
{
    chore_image image;
    assert_int_equal(chore_image_create(&image, width, height, NULL), CHORE_OK);
    for (int i = 0; i < width * height; i++) {
        image.rgb[3 * i] = (uint8_t)(i % width * 5);
        image.rgb[3 * i + 1] = (uint8_t)(i / width * 7);
        image.rgb[3 * i + 2] = (uint8_t)(i * 31 >> 3);
    }
    return image;
}

static int files_in_folder(void)
{
    char **names;
    int n;
    assert_int_equal(chore_dir_list(folder, &names, &n, NULL), CHORE_OK);
    chore_dir_list_free(names, n);
    return n;
}

static void test_round_trip(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {33, 17}, {400, 300}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        chore_image out = make_picture(sizes[i][0], sizes[i][1]), in;
        assert_int_equal(chore_png_write(path, &out, NULL), CHORE_OK);
        assert_int_equal(chore_png_read(&in, path, NULL), CHORE_OK);
        assert_int_equal(in.width, out.width);
        assert_int_equal(in.height, out.height);
        assert_memory_equal(in.rgb, out.rgb, 3 * (size_t)out.width * (size_t)out.height);
        chore_image_release(&in);
        chore_image_release(&out);
    }
    assert_int_equal(files_in_folder(), 1);
}

static void test_equal_pixels_give_equal_bytes(void **state)
{
    (void)state;
    chore_image image = make_picture(120, 80);
    char *bytes[2];
    size_t len[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(chore_png_write(path, &image, NULL), CHORE_OK);
        assert_int_equal(chore_file_read(path, &bytes[i], &len[i], NULL), CHORE_OK);
    }
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(bytes[0], bytes[1], len[0]);
    assert_null(memmem(bytes[0], len[0], "tIME", 4));
    free(bytes[0]);
    free(bytes[1]);
    chore_image_release(&image);
}

static void test_bad_images_are_refused(void **state)
{
    (void)state;
    chore_error err;
    chore_image image;
    assert_int_equal(chore_image_create(&image, 0, 5, &err), CHORE_E_USAGE);
    assert_int_equal(chore_image_create(&image, 5, CHORE_IMAGE_MAX + 1, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "16385"));
    assert_null(image.rgb);
    image = (chore_image){.width = 4, .height = 4};
    assert_int_equal(chore_png_write(path, &image, &err), CHORE_E_USAGE);
    image = make_picture(4, 4);
    image.width = -1;
    assert_int_equal(chore_png_write(path, &image, &err), CHORE_E_USAGE);
    chore_image_release(&image);
    assert_int_equal(files_in_folder(), 0);
}

static void test_no_folder(void **state)
{
    (void)state;
    chore_error err;
    char nowhere[CHORE_PATH_CAP];
    chore_image image = make_picture(4, 4);
    assert_int_equal(chore_path_join(nowhere, folder, "none/a.png", NULL), CHORE_OK);
    assert_int_not_equal(chore_png_write(nowhere, &image, &err), CHORE_OK);
    assert_non_null(strstr(err.message, "none/a.png"));
    chore_image_release(&image);
}

/* A limit on file size stands for the full disk; the old file must survive. */
static void test_no_space(void **state)
{
    (void)state;
    chore_image old = make_picture(2, 2), large = make_picture(200, 200), in;
    assert_int_equal(chore_png_write(path, &old, NULL), CHORE_OK);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit limit = {.rlim_cur = 512, .rlim_max = 512};
        signal(SIGXFSZ, SIG_IGN);
        const bool limited = setrlimit(RLIMIT_FSIZE, &limit) == 0;
        _exit(limited && chore_png_write(path, &large, NULL) == CHORE_E_IO ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(chore_png_read(&in, path, NULL), CHORE_OK);
    assert_int_equal(in.width, 2);
    chore_image_release(&in);
    chore_image_release(&old);
    chore_image_release(&large);
}

static void test_damaged_files_are_refused(void **state)
{
    (void)state;
    chore_error err;
    chore_image image = make_picture(60, 40), in;
    char *bytes;
    size_t len;
    assert_int_equal(chore_png_write(path, &image, NULL), CHORE_OK);
    assert_int_equal(chore_file_read(path, &bytes, &len, NULL), CHORE_OK);
    const size_t cuts[] = {0, 5, 20, len / 2, len - 20};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        assert_int_equal(chore_file_write(path, bytes, cuts[i], NULL), CHORE_OK);
        assert_int_equal(chore_png_read(&in, path, &err), CHORE_E_FILE);
        assert_null(in.rgb);
        assert_non_null(strstr(err.message, "a.png"));
    }
    bytes[len / 2] ^= 0x40;
    assert_int_equal(chore_file_write(path, bytes, len, NULL), CHORE_OK);
    assert_int_equal(chore_png_read(&in, path, &err), CHORE_E_FILE);
    assert_int_equal(chore_file_write(path, "no picture", 10, NULL), CHORE_OK);
    assert_int_equal(chore_png_read(&in, path, &err), CHORE_E_FILE);
    assert_int_equal(remove(path), 0);
    assert_int_equal(chore_png_read(&in, path, &err), CHORE_E_NOT_FOUND);
    free(bytes);
    chore_image_release(&image);
}

static void test_other_formats_become_rgb_on_white(void **state)
{
    (void)state;
    const uint8_t rgba[2 * 4] = {200, 10, 10, 255, 0, 0, 0, 0};
    const uint8_t grey[2] = {7, 250};
    png_image png = {
        .version = PNG_IMAGE_VERSION, .width = 2, .height = 1, .format = PNG_FORMAT_RGBA};
    chore_image in;
    assert_true(png_image_write_to_file(&png, path, 0, rgba, 0, NULL));
    assert_int_equal(chore_png_read(&in, path, NULL), CHORE_OK);
    assert_memory_equal(in.rgb, ((const uint8_t[]){200, 10, 10, 255, 255, 255}), 6);
    chore_image_release(&in);
    png = (png_image){
        .version = PNG_IMAGE_VERSION, .width = 2, .height = 1, .format = PNG_FORMAT_GRAY};
    assert_true(png_image_write_to_file(&png, path, 0, grey, 0, NULL));
    assert_int_equal(chore_png_read(&in, path, NULL), CHORE_OK);
    assert_memory_equal(in.rgb, ((const uint8_t[]){7, 7, 7, 250, 250, 250}), 6);
    chore_image_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_equal_pixels_give_equal_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_images_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_space, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_formats_become_rgb_on_white, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
