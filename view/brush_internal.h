/* Brush: rectangles, letters and pictures, gathered and put onto the window in one call of GL. mjr_rectangle and mjr_text set all of GL's
   state anew each time; a window has hundreds of them, and in software they cost more than the scene (the README tells how much). Needs the
   window's GL context to be current; may raise MuJoCo errors, as the stage does. */
#ifndef CHORE_VIEW_BRUSH_INTERNAL_H
#define CHORE_VIEW_BRUSH_INTERNAL_H
#include <stdbool.h>
#include <stdint.h>

#include <mujoco/mujoco.h>

enum { BRUSH_PICTURES = 8 };

typedef struct brush brush;
typedef struct brush_colour { float r, g, b, a; } brush_colour;
typedef void (*brush_gl)(void);

/* entry: GL's functions by name, as glfwGetProcAddress. NULL: one of them is not there. */
brush *brush_create(brush_gl (*entry)(const char *name));
void brush_destroy(brush *b); /* nullable */
/* Letters from now on as that context has them; it draws them once, off screen, unless they are the ones that are there already. */
void brush_take_font(brush *b, mjrContext *context);

/* In pixels of the window from its lower left corner, each over what came before. */
void brush_rect(brush *b, int x, int y, int width, int height, brush_colour colour);
/* ASCII; (x, y): where the lower left corner of the first letter is. */
void brush_text(brush *b, int x, int y, brush_colour colour, const char *text);
/* [height][width][3], row 0 at the bottom, kept under that number until there are other pixels. */
void brush_keep(brush *b, int number, const uint8_t *rgb, int width, int height);
void brush_picture(brush *b, int number, int x, int y, int width, int height);
/* Onto the window, of that size. */
void brush_flush(brush *b, int width, int height);
#endif
