/* The window: GLFW, its events, the loop, screenshots. */
#ifndef CHORE_VIEW_WINDOW_INTERNAL_H
#define CHORE_VIEW_WINDOW_INTERNAL_H
#include <chore/playlist.h>

#include "live_internal.h"

/* Seek to random steps for so long (longer where there were few frames), draw as often as it goes, count. */
typedef struct window_bench {
    double seconds;        /* in; what follows comes out */
    uint64_t frames;
    double wall_s, cpu_s;  /* cpu: of the thread that draws */
    int seeks;             /* that have arrived */
} window_bench;

typedef struct window_def {
    chore_playlist *list;    /* recordings that come of it are added */
    chore_playlist *second;  /* to be seen beside it; NULL: none */
    bool ghost, by_event;    /* the second as a ghost; the two by their first event */
    int width, height;       /* pixels, as far as the screen allows */
    double at_s;             /* begin there, simulated seconds */
    live *live;              /* to be started once there is a window; fills the list; nullable */
    bool play;               /* begin playing */
    bool tell;               /* a line of JSON on stdout whenever what is shown changes */
    const char *shot;        /* write a picture of the beginning to this file and close; NULL: stay */
    window_bench *bench;     /* nullable */
    const char *cache_dir;   /* as of chore_player_def */
    int quality;             /* 0: for software, 1: shadows and smooth edges, -1: by what draws */
} window_def;

/* Open, show, return when it was closed. CHORE_E_RENDER: no display, no OpenGL; the hint tells what to do. What the player
   says of the first episode when it cannot be shown and a shot was asked for. */
chore_status view_window_run(const window_def *def, chore_error *err);
/* Ask the window to close; from a signal handler, too. */
void view_window_stop(void);
#endif
