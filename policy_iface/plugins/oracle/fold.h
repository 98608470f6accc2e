/* Folding a garment on the table along one of its ways: look how far it has come, repair what lies wrong, fold the next step, look again. */
#ifndef ORACLE_FOLD_H
#define ORACLE_FOLD_H
#include "duo_move.h"
#include "fold_choice.h"

#define FOLD_LOST 8
#define FOLD_TIDY 5
#define FOLD_LIFTS 3

typedef struct fold {
    int garment, way, until; /* until: steps wanted of the way */
    int phase;
    fold_fit fit;
    duo_move move;
    flat wanted[MAX_FOLD_VERTICES]; /* world, when the present move is done */
    unsigned left_out;              /* key points that a repair did not help */
    int repairing;                  /* key point, -1: folding */
    int n_tidied, tidied[FOLD_TIDY];
    int n_lifted, lifted[FOLD_LIFTS];
    int n_lost, lost[FOLD_LOST]; /* vertices that could not be held */
    int failures, repairs, shifts, draws;
    double waited, error;
    bool drawn;   /* in, just now */
    bool opening; /* the last step is being undone */
    bool afresh;  /* since it was drawn in askew */
    int openings, turns; /* turns: of the present one */
    fold_fit packet; /* as it lay before that */
    bool
        again; /* to be set by the caller after the start: all was folded once, and it is not good */
    bool small; /* to be set likewise: no edge of it is lifted, it is opened and folded anew: that makes a ball of it */
    bool
        spread; /* to be set by the caller after the start: just before it was spread out as well as may be */
    int pinches, first_tries; /* for the record */
} fold;

/* steps -1: all of them. False: the garment has no way that can be done from here. */
bool fold_start(fold *f, const cloth_view *c, const hands *h, int garment, int steps);
/* Between two moves: nothing is held. */
bool fold_pauses(const fold *f);
skill_state fold_step(fold *f, const cloth_view *c, hands *h, double dt);
#endif
