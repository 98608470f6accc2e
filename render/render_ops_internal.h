/* The seam between the front end, which programs link, and a back end, which is a module and may use GL.
   A back end exports one symbol, CHORE_RENDER_OPS_SYMBOL, a chore_render_ops. The front end calls every
   function under chore_mj_try: a MuJoCo error inside may leave it at any call, so a back end keeps what
   it owns in its state, where destroy finds it. */
#ifndef CHORE_RENDER_OPS_INTERNAL_H
#define CHORE_RENDER_OPS_INTERNAL_H
#include <chore/shot.h>

#define CHORE_RENDER_OPS_VERSION 3
#define CHORE_RENDER_OPS_SYMBOL  "chore_render_ops_table"

#define CHORE_FONT_FIRST      32 /* glyph 0 is the blank */
#define CHORE_FONT_GLYPHS     96 /* ASCII 32 .. 126, then the middle dot in the place of 127 */
#define CHORE_FONT_MIDDLE_DOT 127

/* A font as masks. Row 0 is on top; all glyphs share one baseline. */
typedef struct chore_font {
    int width, height;              /* of one mask, pixels; height is the line height */
    int advance[CHORE_FONT_GLYPHS]; /* pixels to the next glyph */
    uint8_t *mask;                  /* u8 [CHORE_FONT_GLYPHS][height][width], 0 or 255; malloc'ed */
} chore_font;

typedef struct chore_render_ops {
    uint32_t version; /* CHORE_RENDER_OPS_VERSION */
    /* *state is set before anything is done that can fail; destroy is called on it in any case. */
    chore_status (*create)(void **state, const chore_render_def *def, chore_error *err);
    void (*destroy)(void *state);
    const char *(*name)(const void *state);
    /* rgb: u8 [height][width][3], row 0 on top; width, height and camera were checked. from: NULL, else the camera does not count. */
    chore_status (*frame)(void *state, const mjData *data, int camera, const chore_viewpoint *from, int width, int height,
                          uint8_t *rgb, chore_error *err);
    /* Fill glyphs 32 .. 126; the mask belongs to the caller also after an error. */
    chore_status (*font)(void *state, chore_font *font, chore_error *err);
    /* The pose for the shots that follow. */
    chore_status (*look)(void *state, const mjData *data, chore_error *err);
    /* The drawn part of the view, times `scale` on each side. rgb: u8 [height][width][3], z: f32 [height][width], metres
       along the view axis, 0: nothing there; both with the bottom row first; either may be NULL. */
    chore_status (*shoot)(void *state, int camera, const chore_view *view, int scale, bool shadows, uint8_t *rgb,
                          float *z, chore_error *err);
} chore_render_ops;

/* renderer.c: the font of a renderer, made at the first call; NULL with err filled when that fails. */
const chore_font *chore_renderer_font(chore_renderer *renderer, chore_error *err);

#endif
