/* Boards: a frame with its story beside it and its time line below. */
#include <chore/board.h>

#include <math.h>
#include <stdio.h>

#include "palette_internal.h"
#include "typeset_internal.h"

enum { TITLE_LINES = 2, INSTRUCTION_LINES = 7, NEWS_LINES = 2, ITEM_LINES = 2 };

/* Where things are. The unit is what all distances are multiples of. */
typedef struct places {
    int unit;
    chore_rect frame, panel, strip;
} places;

static places place(int width, int height)
{
    const bool wide = 2 * width >= 3 * height;
    places p = {.unit = height / 36 > width / 54 ? width / 54 : height / 36};
    p.unit = p.unit < 6 ? 6 : p.unit;
    const int strip = 3 * p.unit;
    p.strip = (chore_rect){0, height - strip, width, strip};
    if (wide) {
        const int most = width * 3 / 4, fitting = (height - strip) * 4 / 3;
        p.frame = (chore_rect){0, 0, fitting < most ? fitting : most, height - strip};
        p.panel = (chore_rect){p.frame.width, 0, width - p.frame.width, height - strip};
    } else {
        p.frame = (chore_rect){0, 0, width, (height - strip) * 2 / 3};
        p.panel = (chore_rect){0, p.frame.height, width, height - strip - p.frame.height};
    }
    return p;
}

void chore_board_frame(int width, int height, int *frame_width, int *frame_height)
{
    const places p = place(width, height);
    *frame_width = p.frame.width;
    *frame_height = p.frame.height;
}

/* What is written on, and with. */
typedef struct brush {
    const chore_font *font;
    chore_image *image;
    int unit;
} brush;

/* Text from (x, y) on, at most `width` wide and `lines` lines long; size in tenths of the unit. Returns the height it took. */
static int write_text(const brush *b, int x, int y, int width, int lines, int size, bool bold, const uint8_t colour[3], const char *text)
{
    const chore_face face = {.font = b->font, .line_height = b->unit * size / 10, .bold = bold};
    chore_text set = {0};
    const int n = text != NULL ? chore_typeset_wrap(&face, text, width, lines, &set) : 0;
    chore_typeset_draw(&face, b->image, x, y, chore_text_get(&set), colour);
    chore_text_release(&set);
    return n * face.line_height;
}

static int width_of(const brush *b, int size, bool bold, const char *text)
{
    const chore_face face = {.font = b->font, .line_height = b->unit * size / 10, .bold = bold};
    chore_text folded = {0};
    chore_typeset_fold(&folded, text);
    const int width = chore_typeset_width(&face, chore_text_get(&folded), folded.len);
    chore_text_release(&folded);
    return width;
}

static void fill(const brush *b, int x, int y, int width, int height, const uint8_t colour[3])
{
    chore_image_fill(b->image, (chore_rect){x, y, width, height}, colour);
}

/* ---- the frame ---------------------------------------------------------------------------------------------------- */

/* What has just happened: a bar on top of the frame, and an edge all around. */
static void paint_news(const brush *b, const chore_board *board, chore_rect at)
{
    const int edge = b->unit / 3 + 2, inside = at.width - 2 * b->unit;
    const uint8_t *colour = board->accent == CHORE_ACCENT_NONE ? chore_soft_colour : chore_palette[board->accent].strip;
    const chore_face face = {.font = b->font, .line_height = b->unit * 17 / 10, .bold = true};
    chore_text set = {0};
    const int lines = chore_typeset_wrap(&face, board->news, inside, NEWS_LINES, &set);
    fill(b, at.x, at.y, at.width, b->unit * 7 / 10 + lines * face.line_height, colour);
    fill(b, at.x, at.y, edge, at.height, colour);
    fill(b, at.x + at.width - edge, at.y, edge, at.height, colour);
    fill(b, at.x, at.y + at.height - edge, at.width, edge, colour);
    chore_typeset_draw(&face, b->image, at.x + b->unit, at.y + b->unit * 4 / 10, chore_text_get(&set), chore_card_colour);
    chore_text_release(&set);
}

/* ---- the panel ---------------------------------------------------------------------------------------------------- */

static int paint_clock(const brush *b, const chore_board *board, int x, int y, int width)
{
    const int used = write_text(b, x, y, width, 1, 24, true, chore_ink_colour, board->time);
    if (board->time != NULL && board->pace != NULL) {
        const int beside = width_of(b, 24, true, board->time) + b->unit;
        write_text(b, x + beside, y + b->unit * 7 / 10, width - beside, 1, 15, false, chore_soft_colour, board->pace);
    }
    return used;
}

static int paint_progress(const brush *b, const chore_board *board, int x, int y, int width)
{
    const double share = fmin(1, fmax(0, board->progress));
    const int thick = b->unit * 6 / 10 + 2;
    char words[40];
    snprintf(words, sizeof words, "progress %.2f", share);
    fill(b, x, y, width, thick, chore_palette[CHORE_ACCENT_NONE].strip);
    fill(b, x, y, (int)lround(share * width), thick, chore_palette[CHORE_ACCENT_GOOD].strip);
    return thick + b->unit / 4 + write_text(b, x, y + thick + b->unit / 4, width, 1, 12, false, chore_soft_colour, words);
}

static int paint_item(const brush *b, const chore_board_item *item, int x, int y, int width)
{
    const int box = b->unit * 9 / 10, rim = box / 6 > 1 ? box / 6 : 1, line = b->unit * 14 / 10;
    const uint8_t *rim_colour = item->done    ? chore_palette[CHORE_ACCENT_GOOD].strip
                                : item->extra ? chore_palette[CHORE_ACCENT_EVENT].strip
                                              : chore_soft_colour;
    const int down = (line - box) / 2, beside = box + b->unit * 6 / 10;
    fill(b, x, y + down, box, box, rim_colour);
    if (!item->done) {
        fill(b, x + rim, y + down + rim, box - 2 * rim, box - 2 * rim, chore_card_colour);
    }
    const uint8_t *ink = item->done    ? chore_palette[CHORE_ACCENT_GOOD].title
                         : item->extra ? chore_palette[CHORE_ACCENT_EVENT].title
                                       : chore_ink_colour;
    return write_text(b, x + beside, y, width - beside, ITEM_LINES, 14, false, ink, item->text);
}

static void paint_items(const brush *b, const chore_board *board, int x, int y, int width, int below)
{
    const int least = b->unit * 28 / 10; /* an item of two lines */
    for (int i = 0; i < board->n_items; i++) {
        const bool last = i == board->n_items - 1;
        if (y + least + (last ? 0 : b->unit * 13 / 10) > below) {
            char more[40];
            snprintf(more, sizeof more, "and %d more", board->n_items - i);
            write_text(b, x, y, width, 1, 13, false, chore_soft_colour, more);
            return;
        }
        y += paint_item(b, &board->items[i], x, y, width) + b->unit / 5;
    }
}

static void paint_panel(const brush *b, const chore_board *board, chore_rect at)
{
    const int x = at.x + b->unit, width = at.width - 2 * b->unit, below = at.y + at.height - b->unit / 2;
    const bool low = at.height < 20 * b->unit; /* under the frame: two columns */
    int y = at.y + b->unit * 8 / 10;
    fill(b, at.x, at.y, at.width, at.height, chore_sheet_colour);
    const int half = low ? width / 2 - b->unit / 2 : width;
    y += write_text(b, x, y, half, low ? 1 : TITLE_LINES, 12, false, chore_soft_colour, board->title) + b->unit / 2;
    y += write_text(b, x, y, half, low ? 3 : INSTRUCTION_LINES, 16, true, chore_ink_colour, board->instruction) + b->unit;
    const int right = low ? x + half + b->unit : x;
    y = low ? at.y + b->unit * 8 / 10 : y;
    y += paint_clock(b, board, right, y, half) + b->unit / 2;
    y += paint_progress(b, board, right, y, half) + b->unit * 8 / 10;
    paint_items(b, board, right, y, half, below);
}

/* ---- the time line ------------------------------------------------------------------------------------------------ */

/* A label right of its mark, or left of it at the end; none where it would run into the one before. */
static int paint_label(const brush *b, const chore_board_mark *mark, int x, int y, int free_from, chore_rect bar)
{
    const int width = width_of(b, 11, false, mark->text), gap = b->unit / 4;
    int from = x - gap / 2;
    from = from + width > bar.x + bar.width ? bar.x + bar.width - width : from;
    if (from < free_from) {
        return free_from;
    }
    write_text(b, from, y, width + gap, 1, 11, false, chore_palette[mark->accent].title, mark->text);
    return from + width + b->unit / 2;
}

static void paint_strip(const brush *b, const chore_board *board, chore_rect at)
{
    const int thick = b->unit * 8 / 10, wide = b->unit / 5 + 2;
    const chore_rect bar = {at.x + b->unit, at.y + b->unit * 5 / 10, at.width - 2 * b->unit, thick};
    const int passed = (int)lround(fmin(1, fmax(0, board->at)) * bar.width);
    int free_from = bar.x;
    fill(b, at.x, at.y, at.width, at.height, chore_card_colour);
    fill(b, bar.x, bar.y, bar.width, thick, chore_palette[CHORE_ACCENT_NONE].strip);
    fill(b, bar.x, bar.y, passed, thick, board->outcome == CHORE_ACCENT_NONE ? chore_soft_colour : chore_palette[board->outcome].strip);
    for (int i = 0; i < board->n_marks; i++) {
        const chore_board_mark *mark = &board->marks[i];
        const int x = bar.x + (int)lround(fmin(1, fmax(0, mark->at)) * bar.width);
        fill(b, x - wide / 2, bar.y - b->unit / 5, wide, thick + 2 * (b->unit / 5), chore_palette[mark->accent].strip);
        if (mark->text != NULL && *mark->text != '\0') {
            free_from = paint_label(b, mark, x, bar.y + thick + b->unit / 4, free_from, bar);
        }
    }
    fill(b, bar.x + passed - wide, bar.y - b->unit / 3, 2 * wide, thick + 2 * (b->unit / 3), chore_ink_colour);
}

chore_status chore_board_paint(chore_renderer *renderer, const chore_board *board, const chore_image *frame, chore_image *out, chore_error *err)
{
    const chore_font *font = chore_renderer_font(renderer, err);
    const places p = place(out->width, out->height);
    if (font == NULL) {
        return err != NULL ? err->status : CHORE_E_RENDER;
    }
    if (out->width < CHORE_BOARD_MIN_WIDTH || out->height < CHORE_BOARD_MIN_HEIGHT || frame->width != p.frame.width ||
        frame->height != p.frame.height) {
        return chore_fail(err, CHORE_E_USAGE, "a frame of %d x %d pixels on a board of %d x %d", frame->width, frame->height, out->width,
                          out->height);
    }
    const brush b = {font, out, p.unit};
    chore_image_paste(out, p.frame.x, p.frame.y, frame);
    paint_panel(&b, board, p.panel);
    paint_strip(&b, board, p.strip);
    if (board->news != NULL && *board->news != '\0') {
        paint_news(&b, board, p.frame);
    }
    return CHORE_OK;
}
