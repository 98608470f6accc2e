/* Bars: what the robot was told in the last control step, each value within its range, and what its actuators make of it; above
   them, how long the policy took to say so. Reads and draws; keeps nothing. */
#ifndef CHORE_VIEW_BARS_INTERNAL_H
#define CHORE_VIEW_BARS_INTERNAL_H
#include <chore/ledger.h>
#include <chore/player.h>
#include <chore/playlist.h>

#include "ink_internal.h"

typedef enum bars_kind { BARS_ACTION, BARS_ACTUATORS, BARS_OFF, BARS_KINDS } bars_kind;

typedef struct bars {
    const ink *pen;
    bars_kind kind;
    const chore_player_action *action;  /* its layout */
    const float *values;                /* [action->dim] of the step that led here; NULL: none did */
    const mjModel *model;
    const chore_moment *moment;
    const chore_ledger *ledger;
    const chore_playlist_entry *entry;
} bars;

/* A panel with its right edge at that of the window, from y down to `bottom` at most. */
void bars_draw(const bars *b, int width, int y, int bottom);
#endif
