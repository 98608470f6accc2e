/* Pixels from a world, offscreen: frames, text, PNG files and film strips. The GL part is a module
   (chore-render-egl.so) that is loaded when the first renderer is made, so programs link no GL.
   Rendering never changes state: a frame is drawn from a copy of the mjData. */
#ifndef CHORE_RENDER_H
#define CHORE_RENDER_H
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif

/* ---- images ------------------------------------------------------------------------------------ */

#define CHORE_IMAGE_MAX 16384 /* pixels on a side */

typedef struct chore_image {
    int width, height; /* pixels */
    uint8_t *rgb;      /* u8 [height][width][3], row 0 on top; malloc'ed */
} chore_image;

/* A black image. CHORE_E_USAGE: a side is not in 1 .. CHORE_IMAGE_MAX. Any thread. */
chore_status chore_image_create(chore_image *out, int width, int height, chore_error *err);
void chore_image_release(chore_image *image); /* frees rgb and zeroes; NULL is fine */

/* ---- renderer ---------------------------------------------------------------------------------- */

/* Belongs to the thread that made it. Several may live at once, also for different models. A process
   that forks must not have made one before: the child then gets CHORE_E_RENDER. */
typedef struct chore_renderer chore_renderer;

typedef struct chore_render_def {
    const mjModel *model; /* borrowed, must outlive the renderer; never written */
    int width, height;    /* of the largest frame, pixels */
    bool shadows;
    int shadow_size;      /* of their map, pixels on a side: 256 to 8192; 0: 1024 */
    int lamps;            /* that each light with a shadow is drawn as, for soft edges: 0 to 6; 0, 1: one, hard. Frames only, not shots */
    bool rough;           /* round things with 16 sides instead of 28, boxes with whole sides: twice as fast in software */
    int samples;          /* per pixel against jagged edges; 0: off (fastest) */
} chore_render_def;
chore_render_def chore_render_def_default(void); /* 640 x 480, shadows, 4 samples, no model */

/* Load GL when needed and make a renderer. CHORE_E_RENDER: no GL here; the message says which step
   failed, the hint what to install. CHORE_E_USAGE: a bad def. Allocates. */
chore_status chore_renderer_create(chore_renderer **out, const chore_render_def *def,
                                   chore_error *err);
void chore_renderer_destroy(chore_renderer *renderer); /* NULL is fine */

/* What draws: GL_RENDERER and GL_VERSION, and how EGL was reached. Lives as long as the renderer. */
const char *chore_renderer_name(const chore_renderer *renderer);

/* Draw the pose in data->qpos through a camera of the model. Shown are geom groups 0 to 2 (3: collision
   shapes), no sites, no joints. image: memory of the caller, at most the renderer's width x height.
   CHORE_E_NOT_FOUND: camera is NULL or unknown, the message lists the names. CHORE_E_RENDER: GL failed;
   the renderer is of no more use. */
chore_status chore_renderer_frame(chore_renderer *renderer, const mjData *data, const char *camera,
                                  chore_image *image, chore_error *err);

/* From anywhere: looking at a point. Azimuth 90 looks along y, elevation -90 straight down, as MuJoCo's free camera. */
typedef struct chore_viewpoint {
    double at[3];                       /* metres, world */
    double distance_m;                  /* above 0 */
    double azimuth_deg, elevation_deg;
} chore_viewpoint;
/* The same from there; errors as above. */
chore_status chore_renderer_frame_from(chore_renderer *renderer, const mjData *data, const chore_viewpoint *from,
                                       chore_image *image, chore_error *err);

/* A box of text in MuJoCo's font, smoothed. Lines break at '\n' and where they would not fit; what does
   not fit in the box ends in "...". UTF-8 is folded to what the font has (ASCII and the middle dot). */
typedef struct chore_label {
    int x, y, width, height; /* pixels; the part outside the image is not drawn */
    int line_height;         /* pixels from line to line, 8 .. 100 */
    bool bold;
    const char *text;
    uint8_t colour[3], background[3]; /* rgb */
} chore_label;
chore_status chore_renderer_text(chore_renderer *renderer, chore_image *image,
                                 const chore_label *label, chore_error *err);

/* ---- PNG --------------------------------------------------------------------------------------- */

/* Equal pixels give equal bytes. Atomic: temporary file, rename. CHORE_E_IO, CHORE_E_USAGE (no image).
   Any thread. */
chore_status chore_png_write(const char *path, const chore_image *image, chore_error *err);
/* Any PNG, converted to 8-bit RGB on white. CHORE_E_FILE: not a PNG, damaged, or too large. */
chore_status chore_png_read(chore_image *out, const char *path, chore_error *err);

/* ---- film strip -------------------------------------------------------------------------------- */

/* An episode on one sheet: a heading, then frames with captions in rows. */
typedef struct chore_film chore_film;

typedef enum chore_accent {
    CHORE_ACCENT_NONE,
    CHORE_ACCENT_EVENT, /* orange: something happened to the robot */
    CHORE_ACCENT_GOOD,  /* green: work got done */
    CHORE_ACCENT_BAD,   /* red: something went wrong */
    CHORE_ACCENT_COUNT
} chore_accent;

/* renderer: borrowed, must outlive the film and be at least as large as a frame. Frames of 160 x 120 to
   1920 x 1440, 1 to 12 columns, or CHORE_E_USAGE. */
chore_status chore_film_create(chore_film **out, chore_renderer *renderer, int columns,
                               int frame_width, int frame_height, chore_error *err);
void chore_film_destroy(chore_film *film); /* NULL is fine */
/* Heading, wrapped to the sheet; either may be NULL. Copied. */
void chore_film_heading(chore_film *film, const char *line, const char *second_line);
/* How it ended: colours the bar on top of the sheet. */
void chore_film_outcome(chore_film *film, chore_accent accent);
/* Draw a frame of `data` and keep it. caption: its first line is set bold ("12.4 s"), up to two more
   lines follow, broken at '\n' or to fit. Copied. On error the film is as before. */
chore_status chore_film_add(chore_film *film, const mjData *data, const char *camera,
                            const char *caption, chore_accent accent, chore_error *err);
/* The same with a frame that another renderer has drawn, of the film's size (else CHORE_E_USAGE). Copied. */
chore_status chore_film_add_image(chore_film *film, const chore_image *image, const char *caption,
                                  chore_accent accent, chore_error *err);
int chore_film_frames(const chore_film *film);
/* Lay out the sheet and write it as PNG; the film stays and may grow. CHORE_E_USAGE: no frames. */
chore_status chore_film_write(chore_film *film, const char *path, chore_error *err);

#ifdef __cplusplus
}
#endif
#endif
