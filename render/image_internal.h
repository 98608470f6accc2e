/* Drawing on images, shared by the parts of render/. */
#ifndef CHORE_IMAGE_INTERNAL_H
#define CHORE_IMAGE_INTERNAL_H
#include <chore/render.h>

typedef struct chore_rect {
    int x, y, width, height; /* pixels, (x, y) the top left corner */
} chore_rect;

static inline uint8_t *chore_image_pixel(const chore_image *image, int x, int y)
{
    return image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
}

/* The part of rect that lies in the image; width and height 0 when none does. */
chore_rect chore_rect_clip(chore_rect rect, const chore_image *image);
void chore_image_fill(chore_image *image, chore_rect rect, const uint8_t colour[3]);
void chore_image_paste(chore_image *image, int x, int y, const chore_image *part);

#endif
