/* What is all but folded is mended where it lies, on a pile or on the table: corners that slipped are drawn home. Laid out, folded and piled
   again it would cost ten times as long. */
#ifndef ORACLE_TOUCH_UP_H
#define ORACLE_TOUCH_UP_H
#include "duo_move.h"
#include "fold_plan.h"

enum { MAX_LIFTS = 2 };

typedef struct touch_up {
    int garment, phase, moves;
    fold_fit fit;
    duo_move move;
    flat wanted[MAX_FOLD_VERTICES]; /* world */
    unsigned left_out;              /* key points that were drawn home once */
    int lifted[MAX_LIFTS], n_lifted; /* vertices beside a corner that is rolled in */
    double waited, error; /* s; of the key points together, before the last move, m */
} touch_up;

/* Does it lie no farther from its fold, in the mean, than this share of the root of its area? */
bool touch_up_is_near(const cloth_view *c, int garment, double share);
/* Is it folded but for a corner that can be had? */
bool touch_up_may_help(const cloth_view *c, int garment);
/* Folded by so little that the load of what is laid on it may undo it, and can that be had? */
bool touch_up_is_wanted_below(const cloth_view *c, int garment);
/* False: it has more vertices than fit. */
bool touch_up_start(touch_up *t, const cloth_view *c, int garment);
/* Between two moves: nothing is held. */
bool touch_up_pauses(const touch_up *t);
/* SKILL_DONE: nothing is left to mend, or it was tried; whether it counts the judge knows. */
skill_state touch_up_step(touch_up *t, const cloth_view *c, hands *h, double dt);
#endif
