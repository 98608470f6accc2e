/* Text on images: folding, breaking into lines, drawing. Works on any chore_font. */
#ifndef CHORE_TYPESET_INTERNAL_H
#define CHORE_TYPESET_INTERNAL_H
#include "image_internal.h"
#include "render_ops_internal.h"

#include <chore/text.h>

/* How text is set: the font scaled to a line height in pixels. */
typedef struct chore_face {
    const chore_font *font;
    int line_height;
    bool bold;
} chore_face;

/* UTF-8 to the font's codes (32 .. 127) and '\n'. What it does not know becomes '?'. Appends. */
void chore_typeset_fold(chore_text *out, const char *utf8);

/* Pixels that `len` folded codes take on a line. */
int chore_typeset_width(const chore_face *face, const char *codes, size_t len);

/* Break UTF-8 into at most max_lines lines of at most `width` pixels, at '\n', at blanks, or inside a
   word that is longer than a line; text that is left over ends the last line in "...". Appends folded
   lines, separated by '\n'; returns their number (0 for no text). */
int chore_typeset_wrap(const chore_face *face, const char *utf8, int width, int max_lines,
                       chore_text *out);

/* Draw folded lines, top left at (x, y), clipped to the image. */
void chore_typeset_draw(const chore_face *face, chore_image *image, int x, int y, const char *lines,
                        const uint8_t colour[3]);

#endif
