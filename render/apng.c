#include "apng_internal.h"

#include "image_internal.h"

#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 8 + 25, LONGEST_DELAY = 65535 }; /* signature and IHDR */

/* ---- chunks ------------------------------------------------------------------------------------------------------- */

static void put32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static uint32_t get32(const uint8_t *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* PNG's CRC-32, four bits at a time. */
static uint32_t crc_on(uint32_t crc, const uint8_t *bytes, size_t len)
{
    static const uint32_t steps[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                       0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ steps[crc & 15];
        crc = crc >> 4 ^ steps[crc & 15];
    }
    return crc;
}

static void put_part(FILE *file, const uint8_t *part, size_t len)
{
    if (len > 0) {
        fwrite(part, 1, len, file);
    }
}

/* A chunk of two parts, each perhaps empty. */
static void put_chunk(FILE *file, const char *type, const uint8_t *first, size_t n_first, const uint8_t *rest, size_t n_rest)
{
    uint8_t head[8], tail[4];
    put32(head, (uint32_t)(n_first + n_rest));
    memcpy(head + 4, type, 4);
    uint32_t crc = crc_on(0xffffffff, head + 4, 4);
    crc = crc_on(crc, first, n_first);
    crc = crc_on(crc, rest, n_rest);
    put32(tail, ~crc);
    fwrite(head, 1, sizeof head, file);
    put_part(file, first, n_first);
    put_part(file, rest, n_rest);
    fwrite(tail, 1, sizeof tail, file);
}

static void put_count(chore_apng *apng)
{
    uint8_t body[8];
    put32(body, apng->n_frames);
    put32(body + 4, 0); /* again and again */
    put_chunk(apng->file, "acTL", NULL, 0, body, sizeof body);
}

/* ---- frames ------------------------------------------------------------------------------------------------------- */

static bool row_differs(const chore_image *a, const chore_image *b, int y)
{
    return memcmp(chore_image_pixel(a, 0, y), chore_image_pixel(b, 0, y), 3 * (size_t)a->width) != 0;
}

static bool column_differs(const chore_image *a, const chore_image *b, int x, int top, int bottom)
{
    for (int y = top; y < bottom; y++) {
        if (memcmp(chore_image_pixel(a, x, y), chore_image_pixel(b, x, y), 3) != 0) {
            return true;
        }
    }
    return false;
}

/* The smallest rectangle outside of which nothing changed; one pixel where nothing did at all, since an empty frame is none. */
static chore_rect changed(const chore_image *a, const chore_image *b)
{
    int top = 0, bottom = a->height, left = 0, right = a->width;
    while (top < bottom && !row_differs(a, b, top)) {
        top++;
    }
    if (top == bottom) {
        return (chore_rect){0, 0, 1, 1};
    }
    while (!row_differs(a, b, bottom - 1)) {
        bottom--;
    }
    while (!column_differs(a, b, left, top, bottom)) {
        left++;
    }
    while (!column_differs(a, b, right - 1, top, bottom)) {
        right--;
    }
    return (chore_rect){left, top, right - left, bottom - top};
}

/* The rectangle as a PNG of its own; malloc'ed. */
static chore_status compress(const chore_image *image, chore_rect at, uint8_t **out, size_t *len, chore_error *err)
{
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)at.width,
                     .height = (png_uint_32)at.height,
                     .format = PNG_FORMAT_RGB,
                     .flags = PNG_IMAGE_FLAG_FAST};
    png_alloc_size_t most = PNG_IMAGE_PNG_SIZE_MAX(png);
    *out = malloc(most);
    if (*out == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a frame of a video");
    }
    if (!png_image_write_to_memory(&png, *out, &most, 0, chore_image_pixel(image, at.x, at.y), 3 * image->width, NULL)) {
        free(*out);
        *out = NULL;
        return chore_fail(err, CHORE_E_INTERNAL, "cannot make a frame of a video: %s", png.message);
    }
    *len = most;
    return CHORE_OK;
}

static void put_frame_head(chore_apng *apng, chore_rect at, int frames)
{
    uint8_t body[26];
    const int delay = frames < LONGEST_DELAY ? frames : LONGEST_DELAY;
    put32(body, apng->sequence++);
    put32(body + 4, (uint32_t)at.width);
    put32(body + 8, (uint32_t)at.height);
    put32(body + 12, (uint32_t)at.x);
    put32(body + 16, (uint32_t)at.y);
    put32(body + 20, (uint32_t)delay << 16 | (uint32_t)apng->fps); /* numerator, denominator: 16 bits each */
    body[24] = 0;                                                  /* stays */
    body[25] = 0;                                                  /* replaces what was there */
    put_chunk(apng->file, "fcTL", NULL, 0, body, sizeof body);
}

/* The first frame is the PNG's own picture, the others have chunks that count. */
static void put_frame_data(chore_apng *apng, const uint8_t *data, size_t len)
{
    uint8_t number[4];
    if (apng->n_frames == 0) {
        put_chunk(apng->file, "IDAT", NULL, 0, data, len);
        return;
    }
    put32(number, apng->sequence++);
    put_chunk(apng->file, "fdAT", number, sizeof number, data, len);
}

static void put_frame(chore_apng *apng, chore_rect at, int frames, const uint8_t *png, size_t len)
{
    if (apng->n_frames == 0) {
        fwrite(png, 1, HEAD_BYTES, apng->file); /* signature and IHDR, of which IHDR is as it must be */
        put_count(apng);                        /* written once more at the end, when it is known */
    }
    put_frame_head(apng, at, frames);
    for (size_t i = 8; i + 12 <= len; i += 12 + get32(png + i)) {
        if (memcmp(png + i + 4, "IDAT", 4) == 0) {
            put_frame_data(apng, png + i + 8, get32(png + i));
        }
    }
    apng->n_frames++;
}

/* ---- interface ---------------------------------------------------------------------------------------------------- */

void chore_apng_begin(chore_apng *out, FILE *file, int fps)
{
    *out = (chore_apng){.file = file, .fps = fps};
}

chore_status chore_apng_add(chore_apng *apng, const chore_image *image, int frames, chore_error *err)
{
    const bool first = apng->n_frames == 0;
    chore_status status = first ? chore_image_create(&apng->last, image->width, image->height, err) : CHORE_OK;
    if (status != CHORE_OK) {
        return status;
    }
    const chore_rect at = first ? (chore_rect){0, 0, image->width, image->height} : changed(&apng->last, image);
    uint8_t *png = NULL;
    size_t len = 0;
    status = compress(image, at, &png, &len, err);
    if (status == CHORE_OK) {
        put_frame(apng, at, frames, png, len);
        free(png);
        chore_image_paste(&apng->last, 0, 0, image);
        if (ferror(apng->file)) {
            status = chore_fail(err, CHORE_E_IO, "%s", strerror(errno));
        }
    }
    return status;
}

void chore_apng_end(chore_apng *apng)
{
    put_chunk(apng->file, "IEND", NULL, 0, NULL, 0);
    if (fseek(apng->file, HEAD_BYTES, SEEK_SET) == 0) {
        put_count(apng);
    }
}

void chore_apng_release(chore_apng *apng)
{
    chore_image_release(&apng->last);
}
