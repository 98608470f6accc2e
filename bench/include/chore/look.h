/* How pictures of an episode are made: through which camera, how large, how fine. */
#ifndef CHORE_LOOK_H
#define CHORE_LOOK_H
#include <chore/appearance.h>
#include <chore/appearance_kind.h>
#include <chore/reel.h>
#include <chore/render.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_quality {
    CHORE_QUALITY_MEDIUM, /* shadows, smooth edges */
    CHORE_QUALITY_LOW,    /* neither: five times as fast where Mesa draws in software */
    CHORE_QUALITY_HIGH,   /* shadows with sharp edges, smoother edges */
    CHORE_QUALITY_COUNT
} chore_quality;
/* "low" "medium" "high". CHORE_E_USAGE names them and the nearest. */
chore_status chore_quality_parse(const char *text, chore_quality *out, chore_error *err);

typedef struct chore_look {
    const char *camera;    /* of the scene or the robot, or "free:X,Y,Z,DISTANCE,AZIMUTH,ELEVATION" (metres, degrees); NULL: the scene's first */
    int width, height;     /* of a frame, pixels; 0: as is usual for what is made */
    chore_quality quality;
    double from_s, to_s;   /* of the episode; to_s <= 0: to its end */
    chore_appearance_kind appearance; /* as the scene was made, or as the episode's seed has it */
} chore_look;

/* An eye on a reel: a renderer that looks so. Frames of width x height at most. CHORE_E_RENDER, CHORE_E_NOT_FOUND: there is no such camera,
   CHORE_E_USAGE. */
typedef struct chore_eye {
    chore_renderer *renderer;
    chore_appearance *appearance; /* NULL: canonical */
    const char *camera;
    bool free;
    chore_viewpoint viewpoint;
} chore_eye;
chore_status chore_eye_open(chore_eye *out, chore_reel *reel, const chore_look *look, int width, int height, chore_error *err);
void chore_eye_close(chore_eye *eye);
/* The episode as the reel stands. */
chore_status chore_eye_see(chore_eye *eye, chore_reel *reel, chore_image *image, chore_error *err);

/* The span of control steps that the look asks for. CHORE_E_USAGE: it begins after the episode's end, or is empty. */
chore_status chore_look_span(const chore_look *look, const chore_reel *reel, uint64_t *first, uint64_t *last, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
