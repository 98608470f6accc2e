/* A video of the episode that is shown, made by `chorebench render` in a process of its own: the window goes on meanwhile. One at a time. */
#ifndef CHORE_VIEW_EXPORT_INTERNAL_H
#define CHORE_VIEW_EXPORT_INTERNAL_H
#include <stdio.h>
#include <sys/types.h>

#include <mujoco/mujoco.h>

#include <chore/playlist.h>

typedef struct view_export {
    pid_t child; /* 0: none */
    FILE *words; /* what it says */
    char file[CHORE_PATH_CAP];
} view_export;

/* Begin. camera: its name, or NULL for what `eye` says. .mp4 where there is ffmpeg, else .apng, in the present folder. What to tell a person comes in
   `said`. low: of low quality, for software. */
void view_export_begin(view_export *x, const chore_playlist_entry *entry, const char *camera, const mjvCamera *eye, bool low,
                       char *said, size_t cap);
/* True once it is done, with what to tell. */
bool view_export_poll(view_export *x, char *said, size_t cap);
/* Give it up; nothing half is left. */
void view_export_stop(view_export *x);
#endif
