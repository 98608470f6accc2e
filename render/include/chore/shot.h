/* Shots: what a machine sees through a camera. Colour and depth at any size, drawn at that size (nothing is drawn large
   and shrunk), in the layout that its reader wants. */
#ifndef CHORE_SHOT_H
#define CHORE_SHOT_H
#include <chore/render.h>
#ifdef __cplusplus
extern "C" {
#endif

#define CHORE_SHOT_MAX  4096 /* pixels on a side of a shot */
#define CHORE_SHOT_NEAR 0.02 /* metres: what is closer, such as the camera's own lens and housing, is not drawn */
#define CHORE_SHOT_FAR  20.0 /* metres: what is farther has depth 0; it must all be within 60 m */

/* How a picture of another aspect ratio shows the native one. */
typedef enum chore_shot_fit {
    CHORE_SHOT_STRETCH,     /* all of it, squeezed */
    CHORE_SHOT_LETTERBOX,   /* all of it, between black bars */
    CHORE_SHOT_CENTRE_CROP, /* its largest centred part of that aspect ratio */
    CHORE_SHOT_FITS
} chore_shot_fit;

/* A picture's geometry. A point at (X, Y, Z) in the camera's frame (metre; x right, y down, z forward) shows at
   column cx + fx X/Z and row cy + fy Y/Z, where pixel i spans i to i + 1 and row 0 is on top. */
typedef struct chore_view {
    int width, height;                         /* of the picture, pixels */
    int x, y, drawn_width, drawn_height;       /* the part that the camera fills; the rest is black */
    double fx, fy, cx, cy;                     /* pixels */
} chore_view;

/* The view of a camera with square pixels whose native picture has that size and vertical field of view (radian). Sizes
   are 1 or more. A pure function. */
chore_view chore_view_make(int native_width, int native_height, double fovy, int width, int height, chore_shot_fit fit);

typedef struct chore_shot {
    int camera;      /* mjModel id of a perspective camera */
    chore_view view; /* each side at most the renderer's */
    bool shadows;    /* only from a renderer that was made with shadows */
    bool smooth;     /* four samples per pixel; colour only */
    bool flip_x, flip_y;
    bool chw, f32;   /* of the colour: channels first; float32, 0 to 1 */
    void *colour;    /* u8 or f32 [height][width][3], with chw [3][height][width]; NULL: none is wanted */
    float *depth;    /* f32 [height][width], metres along the view axis; 0: nothing within CHORE_SHOT_FAR; NULL: none is wanted */
} chore_shot;

/* Take over the pose in data->qpos for the shots that follow; the data are not touched. CHORE_E_RENDER. */
chore_status chore_renderer_look(chore_renderer *renderer, const mjData *data, chore_error *err);
/* Draw what was looked at last. Shown is what chore_renderer_frame shows. The renderer needs twice the picture's size on
   each side for `smooth`, and `samples` 0 for depth. Equal poses give equal bytes on one driver. CHORE_E_USAGE: the shot
   does not fit the renderer. CHORE_E_RENDER: GL failed; the renderer is of no more use. Does not allocate but for the first shot of a size. */
chore_status chore_renderer_shoot(chore_renderer *renderer, const chore_shot *shot, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
