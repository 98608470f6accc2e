/* What is written and drawn over the picture: who and what, time and speed, whether the state is the recorded one; below, the
   timeline. Reads a few structures and draws; keeps nothing. */
#ifndef CHORE_VIEW_HUD_INTERNAL_H
#define CHORE_VIEW_HUD_INTERNAL_H
#include <chore/ledger.h>
#include <chore/player.h>
#include <chore/playhead.h>
#include <chore/playlist.h>

#include "ink_internal.h"

typedef struct hud {
    const ink *pen;
    const chore_playlist_entry *entry;
    int index, n_entries, n_done;
    const chore_timeline *timeline;  /* NULL: still loading */
    const chore_moment *moment;      /* NULL: nothing was simulated yet */
    const chore_playhead *head;
    const chore_ledger *ledger;
    int64_t driven_from;             /* the step from which on a person drives, and it is no longer the recording that is seen; -1 */
    const char *policy, *camera, *picked, *toast; /* "": nothing to say */
} hud;

/* Text on top, timeline below. */
void hud_draw(const hud *h);
/* Below the text: what is free on the left and on the right, and how wide the panel on the right is. */
int hud_left_end(const hud *h);
int hud_right_end(const ink *pen);
int hud_right_width(const ink *pen);
/* All keys. */
void hud_draw_keys(const ink *pen);

/* Where the timeline lies, pixels from the window's top left corner. */
typedef struct lanes {
    int x, y, width, height; /* of the panel */
    int left, right;         /* where the first and the last step are */
    int top, row, n_rows;    /* of the rows: events, stages (if there are), then literals */
    int n_hidden;            /* literals that have no room */
    bool stages, calls;
} lanes;
lanes lanes_place(const ink *pen, const chore_timeline *timeline);
void lanes_draw(const lanes *at, const hud *h);
int lanes_x(const lanes *at, const chore_timeline *timeline, uint64_t step);
/* The step under a point; -1: it is not on the timeline. `anywhere`: a drag goes on outside of it. */
int64_t lanes_step(const lanes *at, const chore_timeline *timeline, double x, double y, bool anywhere);
#endif
