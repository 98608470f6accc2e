/* An animated PNG holds the frames that were put in, each for its time; what goes wrong leaves no file. */
#include <chore/text.h>
#include <chore/video.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { WIDTH = 24, HEIGHT = 16 };

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP + 32];

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    snprintf(path, sizeof path, "%s/a.apng", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove(folder) ? 0 : 1;
}

static int n_files(void)
{
    char **names;
    int n;
    assert_int_equal(chore_dir_list(folder, &names, &n, NULL), CHORE_OK);
    chore_dir_list_free(names, n);
    return n;
}

/* A square on grey. */
static chore_image square(int x, int y, uint8_t red)
{
    chore_image image;
    assert_int_equal(chore_image_create(&image, WIDTH, HEIGHT, NULL), CHORE_OK);
    memset(image.rgb, 90, 3 * WIDTH * HEIGHT);
    for (int i = 0; i < 9; i++) {
        image.rgb[3 * ((y + i / 3) * WIDTH + x + i % 3)] = red;
    }
    return image;
}

static uint32_t get32(const uint8_t *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* ---- a reader of our own: each frame's data as a PNG for libpng --------------------------------------------------- */

typedef struct film_reader {
    uint8_t *bytes;
    size_t len, at;
    uint32_t stated;            /* frames, in acTL */
    uint32_t x, y, w, h;        /* of the last fcTL */
    unsigned delay, per_second; /* likewise */
} film_reader;

static uint32_t crc_of(const uint8_t *bytes, size_t len)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}

static void put_chunk(FILE *file, const char *kind, const uint8_t *body, uint32_t len)
{
    uint8_t *all = malloc(len + 12);
    assert_non_null(all);
    const uint32_t parts[2] = {len, 0};
    for (int i = 0; i < 4; i++) {
        all[i] = (uint8_t)(parts[0] >> (24 - 8 * i));
    }
    memcpy(all + 4, kind, 4);
    memcpy(all + 8, body, len);
    const uint32_t crc = crc_of(all + 4, len + 4);
    for (int i = 0; i < 4; i++) {
        all[len + 8 + i] = (uint8_t)(crc >> (24 - 8 * i));
    }
    assert_int_equal(fwrite(all, 1, len + 12, file), len + 12);
    free(all);
}

/* The data of one chunk as a picture of w x h. */
static chore_image picture_of(const film_reader *r, const uint8_t *data, uint32_t len)
{
    char name[CHORE_PATH_CAP + 32];
    uint8_t head[13] = {0, 0, (uint8_t)(r->w >> 8), (uint8_t)r->w, 0, 0, (uint8_t)(r->h >> 8), (uint8_t)r->h, 8, 2};
    chore_image out;
    snprintf(name, sizeof name, "%s/part.png", folder);
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    fwrite("\x89PNG\r\n\x1a\n", 1, 8, file);
    put_chunk(file, "IHDR", head, sizeof head);
    put_chunk(file, "IDAT", data, len);
    put_chunk(file, "IEND", head, 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chore_png_read(&out, name, NULL), CHORE_OK);
    assert_int_equal(remove(name), 0);
    return out;
}

/* Paint the next frame onto the canvas; false: there is none. Every CRC is checked. */
static bool next_frame(film_reader *r, chore_image *canvas)
{
    while (r->at < r->len) {
        const uint8_t *chunk = r->bytes + r->at, *body = chunk + 8;
        const uint32_t len = get32(chunk);
        assert_int_equal(get32(body + len), crc_of(chunk + 4, len + 4));
        r->at += len + 12;
        if (memcmp(chunk + 4, "acTL", 4) == 0) {
            r->stated = get32(body);
        } else if (memcmp(chunk + 4, "fcTL", 4) == 0) {
            r->w = get32(body + 4), r->h = get32(body + 8), r->x = get32(body + 12), r->y = get32(body + 16);
            r->delay = (unsigned)body[20] << 8 | body[21], r->per_second = (unsigned)body[22] << 8 | body[23];
        } else if (memcmp(chunk + 4, "IDAT", 4) == 0 || memcmp(chunk + 4, "fdAT", 4) == 0) {
            const uint32_t skip = chunk[4] == 'f' ? 4 : 0;
            chore_image part = picture_of(r, body + skip, len - skip);
            for (uint32_t y = 0; y < r->h; y++) {
                memcpy(canvas->rgb + 3 * ((r->y + y) * WIDTH + r->x), part.rgb + 3 * (size_t)(y * r->w), 3 * (size_t)r->w);
            }
            chore_image_release(&part);
            return true;
        }
    }
    return false;
}

static film_reader open_reader(void)
{
    film_reader r = {.at = 8};
    char *bytes;
    assert_int_equal(chore_file_read(path, &bytes, &r.len, NULL), CHORE_OK);
    r.bytes = (uint8_t *)bytes;
    assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
    return r;
}

static chore_video *begin(int fps)
{
    chore_video *video;
    const chore_video_def def = {.path = path, .width = WIDTH, .height = HEIGHT, .fps = fps};
    assert_int_equal(chore_video_open(&video, &def, NULL), CHORE_OK);
    return video;
}

static void test_frames_come_back(void **state)
{
    (void)state;
    static const struct {
        int x, y, frames;
    } shown[] = {{0, 0, 1}, {5, 5, 7}, {5, 5, 2}, {21, 13, 1}, {0, 0, 100000}};
    enum { SHOWN = sizeof shown / sizeof *shown };
    chore_video *video = begin(20);
    for (int i = 0; i < SHOWN; i++) {
        chore_image image = square(shown[i].x, shown[i].y, 255);
        assert_int_equal(chore_video_add(video, &image, shown[i].frames, NULL), CHORE_OK);
        chore_image_release(&image);
        assert_false(chore_file_exists(path)); /* not under its name before it is whole */
    }
    assert_int_equal(chore_video_finish(video, NULL), CHORE_OK);
    assert_int_equal(n_files(), 1);

    film_reader r = open_reader();
    chore_image canvas;
    assert_int_equal(chore_image_create(&canvas, WIDTH, HEIGHT, NULL), CHORE_OK);
    for (int i = 0; i < SHOWN; i++) {
        chore_image wanted = square(shown[i].x, shown[i].y, 255);
        assert_true(next_frame(&r, &canvas));
        assert_memory_equal(canvas.rgb, wanted.rgb, 3 * WIDTH * HEIGHT);
        assert_int_equal(r.delay, shown[i].frames < 65535 ? shown[i].frames : 65535);
        assert_int_equal(r.per_second, 20);
        chore_image_release(&wanted);
    }
    assert_false(next_frame(&r, &canvas));
    assert_int_equal(r.stated, SHOWN);
    chore_image_release(&canvas);
    free(r.bytes);
}

static void test_any_picture_reader_shows_the_first(void **state)
{
    (void)state;
    chore_video *video = begin(10);
    chore_image image = square(3, 4, 200), read;
    assert_int_equal(chore_video_add(video, &image, 1, NULL), CHORE_OK);
    assert_int_equal(chore_video_finish(video, NULL), CHORE_OK);
    assert_int_equal(chore_png_read(&read, path, NULL), CHORE_OK);
    assert_memory_equal(read.rgb, image.rgb, 3 * WIDTH * HEIGHT);
    chore_image_release(&read);
    chore_image_release(&image);
}

static void test_nothing_is_left(void **state)
{
    (void)state;
    chore_error err;
    chore_image image = square(0, 0, 1), other;
    chore_video *video = begin(10);
    assert_int_equal(chore_video_add(video, &image, 1, NULL), CHORE_OK);
    chore_video_abandon(video);
    assert_int_equal(chore_video_finish(begin(10), &err), CHORE_E_USAGE);
    assert_int_equal(chore_image_create(&other, WIDTH + 1, HEIGHT, NULL), CHORE_OK);
    video = begin(10);
    assert_int_equal(chore_video_add(video, &other, 1, &err), CHORE_E_USAGE);
    chore_video_abandon(video);
    chore_video_abandon(NULL);
    assert_int_equal(n_files(), 0);
    chore_image_release(&other);
    chore_image_release(&image);
}

static void expect(chore_status status, const char *name, int width, int fps)
{
    chore_error err;
    const chore_video_def def = {.path = name, .width = width, .height = HEIGHT, .fps = fps};
    assert_int_equal(chore_video_check(&def, &err), status);
}

static void test_what_is_asked_for(void **state)
{
    (void)state;
    chore_error err;
    chore_video *video;
    static const char *const names[] = {"a.mp4", "a.mov", "a.mkv", "a.webm", "a.gif", "b/a.apng"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        expect(CHORE_OK, names[i], WIDTH, 30);
    }
    expect(CHORE_E_USAGE, "a.avi", WIDTH, 30);
    expect(CHORE_E_USAGE, ".mp4", WIDTH, 30);
    expect(CHORE_E_USAGE, "mp4", WIDTH, 30);
    expect(CHORE_E_USAGE, "", WIDTH, 30);
    expect(CHORE_E_USAGE, "a.mp4", WIDTH + 1, 30); /* odd */
    expect(CHORE_OK, "a.apng", WIDTH + 1, 30);
    expect(CHORE_OK, "a.gif", WIDTH + 1, 30);
    expect(CHORE_E_USAGE, "a.apng", 0, 30);
    expect(CHORE_E_USAGE, "a.apng", CHORE_IMAGE_MAX + 1, 30);
    expect(CHORE_E_USAGE, "a.apng", WIDTH, 0);
    expect(CHORE_E_USAGE, "a.apng", WIDTH, 241);

    const chore_video_def nowhere = {.path = "/nowhere/at/all/a.apng", .width = WIDTH, .height = HEIGHT, .fps = 1};
    assert_int_equal(chore_video_open(&video, &nowhere, &err), CHORE_E_IO);
    assert_null(video);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_frames_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_picture_reader_shows_the_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up, tear_down),
        cmocka_unit_test(test_what_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
