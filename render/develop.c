/* One pass from GL's order to the reader's: turned over, mirrored, averaged, in the layout that was asked for. */
#include "develop_internal.h"

#include <string.h>

/* Where the drawn part lies in the finished picture, after flips, and the step from one of its pixels to the next in the
   source. */
typedef struct part {
    int x, y, width, height; /* in the finished picture */
    bool mirrored, upside_down;
} part;

static part part_of(const chore_shot *shot)
{
    const chore_view *v = &shot->view;
    return (part){.x = shot->flip_x ? v->width - v->x - v->drawn_width : v->x,
                  .y = shot->flip_y ? v->height - v->y - v->drawn_height : v->y,
                  .width = v->drawn_width,
                  .height = v->drawn_height,
                  .mirrored = shot->flip_x,
                  .upside_down = shot->flip_y};
}

/* The source's row and column (bottom row first) of a pixel of the part. */
static size_t source_row(const part *p, int y)
{
    return (size_t)(p->upside_down ? y : p->height - 1 - y);
}

static size_t source_column(const part *p, int x)
{
    return (size_t)(p->mirrored ? p->width - 1 - x : x);
}

static void take_plain(const part *p, const uint8_t *row, uint8_t *out)
{
    if (!p->mirrored) {
        memcpy(out, row, 3 * (size_t)p->width);
        return;
    }
    for (int x = 0; x < p->width; x++) {
        memcpy(out + 3 * x, row + 3 * source_column(p, x), 3);
    }
}

/* The mean of two by two, rounded to the nearest. */
static void take_mean(const part *p, const uint8_t *rows, uint8_t *out)
{
    const size_t stride = 6 * (size_t)p->width;
    for (int x = 0; x < p->width; x++) {
        const uint8_t *a = rows + 6 * source_column(p, x), *b = a + stride;
        for (int c = 0; c < 3; c++) {
            out[3 * x + c] = (uint8_t)((a[c] + a[c + 3] + b[c] + b[c + 3] + 2) / 4);
        }
    }
}

/* One finished row of colour into the reader's layout. */
static void put_row(const chore_shot *shot, const part *p, int y, const uint8_t *row)
{
    const size_t width = (size_t)shot->view.width, plane = width * (size_t)shot->view.height;
    const size_t first = (size_t)(p->y + y) * width + (size_t)p->x;
    const size_t pixel = shot->chw ? 1 : 3, channel = shot->chw ? plane : 1;
    for (size_t c = 0; c < 3; c++) {
        const size_t at = first * pixel + c * channel;
        for (size_t x = 0; x < (size_t)p->width; x++) {
            if (shot->f32) {
                ((float *)shot->colour)[at + x * pixel] = (float)row[3 * x + c] / 255.0f;
            } else {
                ((uint8_t *)shot->colour)[at + x * pixel] = row[3 * x + c];
            }
        }
    }
}

void chore_develop_colour(const chore_shot *shot, const uint8_t *rgb)
{
    const part p = part_of(shot);
    const size_t width = (size_t)shot->view.width, pixels = width * (size_t)shot->view.height;
    const size_t stride = 3 * (size_t)p.width;
    uint8_t row[3 * CHORE_SHOT_MAX];
    if (p.width < shot->view.width || p.height < shot->view.height) {
        memset(shot->colour, 0, 3 * pixels * (shot->f32 ? sizeof(float) : 1)); /* the bars; float 0 is all zero bits */
    }
    for (int y = 0; y < p.height; y++) {
        const size_t from = source_row(&p, y);
        const bool straight = !shot->chw && !shot->f32;
        uint8_t *to = straight ? (uint8_t *)shot->colour + 3 * ((size_t)(p.y + y) * width + (size_t)p.x) : row;
        if (shot->smooth) {
            take_mean(&p, rgb + 4 * stride * from, to);
        } else {
            take_plain(&p, rgb + stride * from, to);
        }
        if (!straight) {
            put_row(shot, &p, y, row);
        }
    }
}

void chore_develop_depth(const chore_shot *shot, const float *z)
{
    const part p = part_of(shot);
    const size_t width = (size_t)shot->view.width;
    if (p.width < shot->view.width || p.height < shot->view.height) {
        memset(shot->depth, 0, width * (size_t)shot->view.height * sizeof(float));
    }
    for (int y = 0; y < p.height; y++) {
        const float *row = z + source_row(&p, y) * (size_t)p.width;
        float *to = shot->depth + (size_t)(p.y + y) * width + (size_t)p.x;
        for (int x = 0; x < p.width; x++) {
            to[x] = row[source_column(&p, x)];
        }
    }
}
