/* Lids: which flap comes next, and what a shut one is in the way of. No motion here. */
#ifndef ORACLE_LID_H
#define ORACLE_LID_H
#include "flap.h"

typedef struct lid_move {
    int part;
    bool opening;
} lid_move;

/* Does this thing lie under a lid that is not open? */
bool lid_is_over(const belief *b, int index);
/* Is the way of this thing, out of where it lies or into where it goes, under a lid that is not open? */
bool lid_bars(const belief *b, const literal *l);
/* Should others be packed before it, for nothing may lie on it? */
bool lid_is_early(const belief *b, const literal *l);
/* The flap to be opened so that something barred can be carried. False: nothing is barred. */
bool lid_to_clear(const belief *b, lid_move *out);
/* The next flap for a literal `closed` or `open` that does not hold, once nothing is left to be carried into or out of that thing. */
bool lid_to_serve(const belief *b, lid_move *out);
/* For who does not look: what its literals say now, by the flaps alone. */
void lid_assume(belief *b, int box);
#endif
