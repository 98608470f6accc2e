/* Video files, frame by frame. No codec is linked: .mp4, .mov, .mkv, .webm and .gif are made by a child process `ffmpeg` from the PATH; .apng (an
   animated PNG, lossless; browsers show it) is written here and needs no program. The file appears under its name when it is whole. One thread. */
#ifndef CHORE_VIDEO_H
#define CHORE_VIDEO_H
#include <chore/render.h>
#include <signal.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_video chore_video;

typedef struct chore_video_def {
    const char *path;  /* its ending says what it becomes; a file that is there is replaced */
    int width, height; /* of every frame, pixels; even where ffmpeg makes it */
    int fps;           /* 1 to 240 */
    const volatile sig_atomic_t *stop; /* nullable, borrowed: once it is not 0, what waits for ffmpeg returns CHORE_E_INTERRUPTED */
} chore_video_def;

/* Is there a program ffmpeg in the PATH? */
bool chore_video_has_ffmpeg(void);
/* Is the ending of the path one of ours? CHORE_E_USAGE lists them. */
chore_status chore_video_check(const chore_video_def *def, chore_error *err);
/* CHORE_E_RENDER: there is no ffmpeg, and the hint says what does without. CHORE_E_IO: not writable. CHORE_E_USAGE. Allocates, starts the child. */
chore_status chore_video_open(chore_video **out, const chore_video_def *def, chore_error *err);
/* Add a frame that is shown for `frames` frames, at least 1. CHORE_E_IO: no space, or ffmpeg has ended, with its own words; CHORE_E_INTERRUPTED. The
   video can then only be abandoned. */
chore_status chore_video_add(chore_video *video, const chore_image *image, int frames, chore_error *err);
/* Complete the file and free the video, also on error, when nothing is left at path. CHORE_E_IO; CHORE_E_INTERRUPTED; CHORE_E_USAGE: it has no frame. */
chore_status chore_video_finish(chore_video *video, chore_error *err);
/* Stop, leave nothing and free. NULL is fine. */
void chore_video_abandon(chore_video *video);
#ifdef __cplusplus
}
#endif
#endif
