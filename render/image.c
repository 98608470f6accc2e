/* Images: memory and its limits. */
#include "image_internal.h"

#include <stdlib.h>
#include <string.h>

chore_status chore_image_create(chore_image *out, int width, int height, chore_error *err)
{
    *out = (chore_image){0};
    if (width < 1 || height < 1 || width > CHORE_IMAGE_MAX || height > CHORE_IMAGE_MAX) {
        return chore_fail(err, CHORE_E_USAGE,
                          "an image of %d x %d pixels: expected 1 to %d on each side", width,
                          height, CHORE_IMAGE_MAX);
    }
    uint8_t *rgb = calloc((size_t)width * (size_t)height, 3);
    if (rgb == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for an image of %d x %d pixels", width,
                          height);
    }
    *out = (chore_image){.width = width, .height = height, .rgb = rgb};
    return CHORE_OK;
}

void chore_image_release(chore_image *image)
{
    if (image != NULL) {
        free(image->rgb);
        *image = (chore_image){0};
    }
}

chore_rect chore_rect_clip(chore_rect rect, const chore_image *image)
{
    const int right = rect.x + rect.width, bottom = rect.y + rect.height;
    chore_rect in = {.x = rect.x > 0 ? rect.x : 0, .y = rect.y > 0 ? rect.y : 0};
    in.width = (right < image->width ? right : image->width) - in.x;
    in.height = (bottom < image->height ? bottom : image->height) - in.y;
    if (in.width <= 0 || in.height <= 0) {
        in = (chore_rect){0};
    }
    return in;
}

void chore_image_fill(chore_image *image, chore_rect rect, const uint8_t colour[3])
{
    const chore_rect in = chore_rect_clip(rect, image);
    for (int y = in.y; y < in.y + in.height; y++) {
        for (int x = in.x; x < in.x + in.width; x++) {
            memcpy(chore_image_pixel(image, x, y), colour, 3);
        }
    }
}

void chore_image_paste(chore_image *image, int x, int y, const chore_image *part)
{
    const chore_rect whole = {.x = x, .y = y, .width = part->width, .height = part->height};
    const chore_rect in = chore_rect_clip(whole, image);
    for (int row = in.y; row < in.y + in.height; row++) {
        memcpy(chore_image_pixel(image, in.x, row), chore_image_pixel(part, in.x - x, row - y),
               3 * (size_t)in.width);
    }
}
