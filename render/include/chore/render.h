/* Pixels from a world, offscreen. The GL part is a module (chore-render-egl.so) that is loaded when the first renderer is made, so
   that programs link no GL. Rendering never changes state. One thread per renderer; create it after fork. */
#ifndef CHORE_RENDER_H
#define CHORE_RENDER_H
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_renderer chore_renderer;

typedef struct chore_image { int width, height; uint8_t *rgb; } chore_image;   /* u8 RGB, row 0 on top; rgb malloc'ed */
void chore_image_release(chore_image *image);

typedef struct chore_render_def {
    const mjModel *model;       /* borrowed */
    int width, height;          /* of the largest frame, pixels */
    bool shadows;
    int samples;                /* MSAA; 0: none */
} chore_render_def;
chore_render_def chore_render_def_default(void);   /* 640 x 480, shadows on (1024 map), 4 samples */

/* CHORE_E_RENDER with the reason when there is no GL on this machine. */
chore_status chore_renderer_create(chore_renderer **out, const chore_render_def *def, chore_error *err);
void chore_renderer_destroy(chore_renderer *renderer);
const char *chore_renderer_name(const chore_renderer *renderer);   /* GL_RENDERER, GL_VERSION */

/* One frame of `data` through the named camera (NULL or unknown: CHORE_E_NOT_FOUND lists the names). image: width x height must be at most the
   renderer's; its memory is the caller's (chore_image with rgb of width*height*3). */
chore_status chore_renderer_frame(chore_renderer *renderer, const mjData *data, const char *camera, chore_image *image, chore_error *err);

/* Text in MuJoCo's font, drawn by the same renderer into an image: used for captions. Fills a rectangle with `background` first. */
chore_status chore_renderer_text(chore_renderer *renderer, chore_image *image, int x, int y, int width, int height,
                                 const char *text, const uint8_t colour[3], const uint8_t background[3], chore_error *err);

/* PNG through libpng; atomic (temporary file, rename). */
chore_status chore_png_write(const char *path, const chore_image *image, chore_error *err);
chore_status chore_png_read(chore_image *out, const char *path, chore_error *err);

/* ---- film strip ------------------------------------------------------------------------------------------------------- */
typedef struct chore_film chore_film;
/* A strip: a heading, then frames with captions, laid out in rows. */
chore_status chore_film_create(chore_film **out, chore_renderer *renderer, int columns, int frame_width, int frame_height, chore_error *err);
void chore_film_destroy(chore_film *film);
void chore_film_heading(chore_film *film, const char *line, const char *second_line);
/* Add a frame of `data`; caption: up to 3 lines; accent: 0 plain, 1 event (orange frame), 2 good (green), 3 bad (red). */
chore_status chore_film_add(chore_film *film, const mjData *data, const char *camera, const char *caption, int accent, chore_error *err);
chore_status chore_film_write(chore_film *film, const char *path, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
