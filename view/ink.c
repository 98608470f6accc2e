#include "ink_internal.h"

#include <string.h>

#include <chore/text.h>

enum { MOST = 400 }; /* bytes of a line */

void ink_rect(const ink *pen, int x, int y, int width, int height, ink_colour colour)
{
    if (width > 0 && height > 0) {
        brush_rect(pen->brush, x, pen->height - y - height, width, height, colour);
    }
}

static int code_width(const ink *pen, unsigned char code)
{
    return pen->context->charWidth[code < 127 && code >= 32 ? code : '?'];
}

int ink_width(const ink *pen, const char *text)
{
    int width = 0;
    for (; *text; text++) {
        width += code_width(pen, (unsigned char)*text);
    }
    return width;
}

/* As many bytes of the text as `width` has room for. */
static size_t room(const ink *pen, const char *text, size_t len, int width)
{
    size_t n = 0;
    for (int used = 0; n < len; n++) {
        used += code_width(pen, (unsigned char)text[n]);
        if (used > width) {
            break;
        }
    }
    return n;
}

/* Each UTF-8 character that the font has not becomes one '?'. */
static void fold(char *text)
{
    char *to = text;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c < 0x80) {
            *to++ = *c < 32 || *c == 127 ? ' ' : (char)*c;
        } else if (*c >= 0xC0) {
            *to++ = '?';
        }
    }
    *to = 0;
}

int ink_text(const ink *pen, int x, int y, int max_width, ink_colour colour, const char *text)
{
    char line[MOST];
    chore_copy(line, sizeof line, text);
    fold(line);
    if (max_width > 0 && ink_width(pen, line) > max_width) {
        const int dots = ink_width(pen, "...");
        const size_t n = max_width > dots ? room(pen, line, strlen(line), max_width - dots) : 0;
        chore_copy(line + n, sizeof line - n, "...");
    }
    /* The font's characters stand on their lower edge; a third of the room of a line is between lines. */
    const int below = (pen->line - pen->context->charHeight) / 2;
    brush_text(pen->brush, x, pen->height - y - pen->line + below, colour, line);
    return ink_width(pen, line);
}

int ink_lines(const ink *pen, int x, int y, int width, int max_lines, ink_colour colour, const char *text, int draw)
{
    int n = 0;
    while (*text && n < max_lines) {
        char line[MOST];
        size_t len = strlen(text), fits = room(pen, text, len, width);
        if (fits < len && n + 1 < max_lines) {
            size_t blank = fits;
            while (blank > 0 && text[blank] != ' ') {
                blank--;
            }
            len = blank > 0 ? blank : fits > 0 ? fits : 1;
        }
        len = len < sizeof line ? len : sizeof line - 1;
        memcpy(line, text, len);
        line[len] = 0;
        if (draw) {
            ink_text(pen, x, y + n * pen->line, width, colour, line);
        }
        text += len;
        text += strspn(text, " ");
        n++;
    }
    return n;
}
