/* Rectangles and text on the window, in pixels from its top left corner. They are seen when the brush is flushed. */
#ifndef CHORE_VIEW_INK_INTERNAL_H
#define CHORE_VIEW_INK_INTERNAL_H
#include <mujoco/mujoco.h>

#include "brush_internal.h"

typedef brush_colour ink_colour;

#define INK_TEXT  ((ink_colour){0.93f, 0.93f, 0.93f, 1})
#define INK_DIM   ((ink_colour){0.62f, 0.64f, 0.68f, 1})
#define INK_PANEL ((ink_colour){0.07f, 0.08f, 0.10f, 0.78f})
#define INK_GOOD  ((ink_colour){0.33f, 0.76f, 0.47f, 1})
#define INK_BAD   ((ink_colour){0.95f, 0.33f, 0.29f, 1})
#define INK_EVENT ((ink_colour){0.98f, 0.62f, 0.20f, 1})
#define INK_STAGE ((ink_colour){0.42f, 0.65f, 0.97f, 1})
#define INK_OFF   ((ink_colour){0.30f, 0.32f, 0.36f, 1})

typedef struct ink {
    brush *brush;              /* borrowed */
    const mjrContext *context; /* borrowed: how wide its letters are */
    int width, height;         /* of the window, pixels */
    int line;                  /* from line to line, pixels */
} ink;

void ink_rect(const ink *pen, int x, int y, int width, int height, ink_colour colour);
int ink_width(const ink *pen, const char *text);
/* Top left at (x, y); what is not ASCII becomes '?'; what is wider than max_width (0: any) ends in "...". Returns the width drawn. */
int ink_text(const ink *pen, int x, int y, int max_width, ink_colour colour, const char *text);
/* Broken at blanks into at most max_lines lines; returns how many. `draw` false: only counts. */
int ink_lines(const ink *pen, int x, int y, int width, int max_lines, ink_colour colour, const char *text, int draw);
#endif
