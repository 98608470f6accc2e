/* One picture of an episode, or a video of it, which tell their story by themselves: what was asked for, the time, what of the goal holds, what has
   just happened. Drawn from a recording; a run is never touched. */
#ifndef CHORE_CLIP_H
#define CHORE_CLIP_H
#include <chore/look.h>
#include <signal.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_clip_def {
    chore_look look;  /* width and height of the whole picture, captions included; 0: 1280 x 720 */
    bool bare;        /* the camera's picture alone */
    double speed;     /* simulated seconds in a second of video, up to 64; 0: as the story needs it: as it is around events, faster between */
    int fps;          /* frames per second of video; 0: the control rate, within 10 to 30 */
    const volatile sig_atomic_t *stop; /* nullable: once it is not 0, the video is given up (CHORE_E_INTERRUPTED) and leaves nothing */
    void (*on_frame)(void *ctx, int done, int of); /* nullable: after each frame */
    void *ctx;
} chore_clip_def;

/* The state at at_s seconds as PNG (atomic, folders are made); at_s < 0: the last one. CHORE_E_USAGE: after the end; a size too small for captions.
   Otherwise as chore_film_strip. */
chore_status chore_clip_picture(chore_reel *reel, const chore_clip_def *def, double at_s, const char *path, chore_error *err);
/* What chore_video_open makes of the path. Errors of chore_clip_picture and chore/video.h. */
chore_status chore_clip_video(chore_reel *reel, const chore_clip_def *def, const char *path, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
