/* Text on images. Lines are put together at the font's own, large size and scaled down by averaging:
   that smooths the edges and keeps the distances between letters exact. */
#include "typeset_internal.h"

#include <stdlib.h>
#include <string.h>

#define BOLD_PART 28 /* bold strokes are wider by this part of the font's height */

/* ---- folding ----------------------------------------------------------------------------------- */

#define DOT "\177"

static const struct {
    uint32_t code;
    const char *text;
} folds[] = {
    {0x09, " "},    {0xA0, " "},   {0xB0, " deg"},  {0xB1, "+/-"},  {0xB2, "2"},
    {0xB5, "u"},    {0xB7, DOT},   {0x2010, "-"},   {0x2011, "-"},  {0x2012, "-"},
    {0x2013, "-"},  {0x2014, "-"}, {0x2018, "'"},   {0x2019, "'"},  {0x201C, "\""},
    {0x201D, "\""}, {0x2022, DOT}, {0x2026, "..."}, {0x2190, "<-"}, {0x2192, "->"},
    {0x2212, "-"},  {0x2248, "~"}, {0x2260, "!="},  {0x2264, "<="}, {0x2265, ">="},
};

/* U+00C0 to U+00FF without their accents */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

/* The code point at *text, which moves on; a byte that is no UTF-8 gives U+FFFD. */
static uint32_t next_code(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    int more = 0;
    uint32_t code = s[0];
    if (code >= 0xC2 && code <= 0xDF) {
        more = 1;
        code &= 0x1F;
    } else if (code >= 0xE0 && code <= 0xEF) {
        more = 2;
        code &= 0x0F;
    } else if (code >= 0xF0 && code <= 0xF4) {
        more = 3;
        code &= 0x07;
    } else if (code >= 0x80) {
        code = 0xFFFD;
    }
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            *text += 1;
            return 0xFFFD;
        }
        code = code << 6 | (s[i] & 0x3Fu);
    }
    *text += 1 + more;
    return code;
}

static void fold_code(chore_text *out, uint32_t code)
{
    if ((code >= 0x20 && code < 0x7F) || code == '\n') {
        chore_text_add(out, "%c", (int)code);
        return;
    }
    if (code >= 0xC0 && code <= 0xFF) {
        chore_text_add(out, "%c", latin[code - 0xC0]);
        return;
    }
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        if (folds[i].code == code) {
            chore_text_add(out, "%s", folds[i].text);
            return;
        }
    }
    chore_text_add(out, "?");
}

void chore_typeset_fold(chore_text *out, const char *utf8)
{
    while (*utf8 != '\0') {
        fold_code(out, next_code(&utf8));
    }
}

/* ---- measuring and breaking -------------------------------------------------------------------- */

static int bold_extra(const chore_face *face)
{
    return face->bold ? face->font->height / BOLD_PART : 0;
}

static int glyph_of(char code)
{
    const int glyph = (unsigned char)code - CHORE_FONT_FIRST;
    return glyph >= 0 && glyph < CHORE_FONT_GLYPHS ? glyph : '?' - CHORE_FONT_FIRST;
}

/* In pixels of the font. */
static int natural_width(const chore_face *face, const char *codes, size_t len)
{
    int width = 0;
    for (size_t i = 0; i < len; i++) {
        width += face->font->advance[glyph_of(codes[i])] + bold_extra(face);
    }
    return width;
}

int chore_typeset_width(const chore_face *face, const char *codes, size_t len)
{
    const int height = face->font->height;
    return (natural_width(face, codes, len) * face->line_height + height - 1) / height;
}

/* How much of the paragraph `codes` (no '\n') fits on one line; at least one code. */
static size_t fitting_length(const chore_face *face, const char *codes, size_t len, int width)
{
    size_t fits = 0;
    while (fits < len && chore_typeset_width(face, codes, fits + 1) <= width) {
        fits++;
    }
    if (fits == len) {
        return len;
    }
    size_t blank = fits;
    while (blank > 0 && codes[blank] != ' ') {
        blank--;
    }
    if (blank > 0) {
        return blank;
    }
    return fits > 0 ? fits : 1;
}

/* The last line, when more follows: shortened until the dots fit. */
static void add_shortened(const chore_face *face, const char *codes, size_t len, int width,
                          chore_text *out)
{
    const int dots = chore_typeset_width(face, "...", 3);
    while (len > 0 &&
           (codes[len - 1] == ' ' || chore_typeset_width(face, codes, len) + dots > width)) {
        len--;
    }
    chore_text_add_bytes(out, codes, len);
    chore_text_add(out, "...");
}

static size_t skip_blanks(const char *codes)
{
    return strspn(codes, " ");
}

int chore_typeset_wrap(const chore_face *face, const char *utf8, int width, int max_lines,
                       chore_text *out)
{
    chore_text folded = {0};
    chore_typeset_fold(&folded, utf8);
    const char *rest = chore_text_get(&folded);
    int lines = 0;
    while (*rest != '\0' && lines < max_lines) {
        const size_t paragraph = strcspn(rest, "\n");
        const size_t len = fitting_length(face, rest, paragraph, width);
        const char *next = rest + len;
        next += skip_blanks(next);
        next += *next == '\n';
        chore_text_add(out, "%s", lines > 0 ? "\n" : "");
        if (++lines == max_lines && next[strspn(next, " \n")] != '\0') {
            add_shortened(face, rest, paragraph, width, out);
        } else {
            chore_text_add_bytes(out, rest, len);
        }
        rest = next;
    }
    chore_text_release(&folded);
    return lines;
}

/* ---- drawing ----------------------------------------------------------------------------------- */

/* A line of text as a mask of the font's size. */
typedef struct ink {
    int width, height;
    uint8_t *mask; /* u8 [height][width], 0 or 255 */
} ink;

static void stamp_glyph(ink *line, const chore_font *font, int glyph, int x, int extra)
{
    const uint8_t *mask = font->mask + (size_t)glyph * (size_t)font->width * (size_t)font->height;
    for (int row = 0; row < font->height; row++) {
        for (int column = 0; column < font->width; column++) {
            if (mask[row * font->width + column] != 0) {
                memset(line->mask + (size_t)row * (size_t)line->width + x + column, 255,
                       (size_t)extra + 1);
            }
        }
    }
}

static ink make_ink(const chore_face *face, const char *codes, size_t len)
{
    const chore_font *font = face->font;
    const int extra = bold_extra(face);
    ink line = {.width = natural_width(face, codes, len) + font->width + extra,
                .height = font->height};
    line.mask = calloc((size_t)line.width, (size_t)line.height);
    CHORE_ASSERT(line.mask != NULL);
    for (size_t i = 0, x = 0; i < len; i++) {
        const int glyph = glyph_of(codes[i]);
        stamp_glyph(&line, font, glyph, (int)x, extra);
        x += (size_t)(font->advance[glyph] + extra);
    }
    return line;
}

/* Average of the mask over the square that the pixel (x, y) of the scaled line covers; 0 .. 255. */
static int coverage(const ink *line, int x, int y, int line_height)
{
    const int left = x * line->height / line_height, top = y * line->height / line_height;
    int right = (x + 1) * line->height / line_height;
    int bottom = (y + 1) * line->height / line_height;
    right = right > left ? right : left + 1;
    bottom = bottom > top ? bottom : top + 1;
    int sum = 0;
    for (int row = top; row < bottom && row < line->height; row++) {
        for (int column = left; column < right && column < line->width; column++) {
            sum += line->mask[(size_t)row * (size_t)line->width + (size_t)column];
        }
    }
    return sum / ((right - left) * (bottom - top));
}

static void draw_ink(const ink *line, chore_image *image, int x, int y, int line_height,
                     const uint8_t colour[3])
{
    const int width = (line->width * line_height + line->height - 1) / line->height;
    const chore_rect whole = {.x = x, .y = y, .width = width, .height = line_height};
    const chore_rect in = chore_rect_clip(whole, image);
    for (int row = in.y; row < in.y + in.height; row++) {
        for (int column = in.x; column < in.x + in.width; column++) {
            const int alpha = coverage(line, column - x, row - y, line_height);
            uint8_t *pixel = chore_image_pixel(image, column, row);
            for (int c = 0; c < 3; c++) {
                pixel[c] = (uint8_t)((pixel[c] * (255 - alpha) + colour[c] * alpha + 127) / 255);
            }
        }
    }
}

void chore_typeset_draw(const chore_face *face, chore_image *image, int x, int y, const char *lines,
                        const uint8_t colour[3])
{
    while (*lines != '\0') {
        const size_t len = strcspn(lines, "\n");
        ink line = make_ink(face, lines, len);
        draw_ink(&line, image, x, y, face->line_height, colour);
        free(line.mask);
        y += face->line_height;
        lines += len + (lines[len] == '\n');
    }
}

chore_status chore_renderer_text(chore_renderer *renderer, chore_image *image,
                                 const chore_label *label, chore_error *err)
{
    if (label->text == NULL || label->line_height < 8 || label->line_height > 100) {
        return chore_fail(err, CHORE_E_USAGE,
                          "a label needs text and a line height of 8 to 100 pixels, not %d",
                          label->line_height);
    }
    const chore_font *font = chore_renderer_font(renderer, err);
    if (font == NULL) {
        return err != NULL ? err->status : CHORE_E_RENDER;
    }
    const chore_face face = {.font = font, .line_height = label->line_height, .bold = label->bold};
    const chore_rect box = {
        .x = label->x, .y = label->y, .width = label->width, .height = label->height};
    chore_text lines = {0};
    chore_typeset_wrap(&face, label->text, label->width, label->height / label->line_height,
                       &lines);
    chore_image_fill(image, box, label->background);
    chore_typeset_draw(&face, image, label->x, label->y, chore_text_get(&lines), label->colour);
    chore_text_release(&lines);
    return CHORE_OK;
}
