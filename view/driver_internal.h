/* The driver: a person who has taken over, as the window sees it. Keys that are down and a gamepad's sticks become what the hand
   wants; directions are those of the picture. */
#ifndef CHORE_VIEW_DRIVER_INTERNAL_H
#define CHORE_VIEW_DRIVER_INTERNAL_H
#include <chore/takeover.h>

#include "ink_internal.h"
#include "stage_internal.h"

/* A gamepad as it is now; all zero: there is none, or it rests. */
typedef struct driver_pad {
    double right, away, up, yaw, pitch, roll, grip; /* -1 .. 1; grip: above 0 opens */
    bool slow, limb, pass, end;                     /* buttons that are down */
} driver_pad;

typedef struct driver {
    chore_takeover *takeover;    /* NULL: nobody drives */
    chore_takeover_state state;
    const chore_embodiment *robot;
    char path[CHORE_PATH_CAP];   /* of what is being recorded */
    unsigned held;               /* view_drive */
    driver_pad pad;
    int limb;
} driver;

/* From this moment of the recording on. The new one is named after the episode, in the present folder. */
void driver_begin(driver *d, const chore_takeover_def *def, const char *episode, const chore_embodiment *robot);
void driver_close(driver *d);
void driver_hold(driver *d, int drive, bool down);
/* Give back, or take again. */
void driver_pass(driver *d);
/* Tell the takeover what the hand wants, as the stage shows it now. */
void driver_steer(driver *d, const stage *on);
/* One line over the picture, its lower edge at `above`. */
void driver_draw(const driver *d, const ink *pen, int above);
const char *driver_word(const driver *d); /* "nobody", "loading", "person", "recording", "done", "failed" */
#endif
