/* Doors and drawers of fixtures: which one comes next, and what a shut one is in the way of. No motion here. */
#ifndef ORACLE_ACCESS_H
#define ORACLE_ACCESS_H
#include "door.h"

typedef struct access_move {
    int part;
    bool opening;
} access_move;

int belief_find_space(const belief *b, const char *name); /* "<fixture>/<space>"; -1: none */
int belief_find_part(const belief *b, const char *name);  /* "<fixture>/<joint>"; -1: none */
/* Where the space is now, and is the thing's origin in it? */
pose space_now(const belief *b, int space);
bool space_holds(const belief *b, int space, int thing);
/* Does what shuts the space stand open? */
bool space_is_open(const belief *b, int space);
/* Is it let into the table, open at the top? */
bool space_is_basin(const belief *b, int space);
/* Is there a space behind a door? There the arm leans much. */
bool access_has_door(const belief *b);
/* Does the thing lie in a drawer or behind a door, and the goal wants it elsewhere? */
bool access_goes_out(const belief *b, int t);
/* Out of a space through its door: the axis of the space's frame, level. */
vec access_way_out(const belief *b, int space);
/* Is the way of this literal's thing, out of where it lies or into where it goes, through something that is not open? */
bool access_bars(const belief *b, const literal *l);
/* Something that is wanted elsewhere stands where the part would go: that is carried away first. */
bool access_is_blocked(const belief *b, int part);
/* What must be opened so that something barred can be carried. False: nothing is barred. */
bool access_to_clear(const belief *b, access_move *out);
/* The next one for a literal `closed` or `open` that does not hold, once nothing is left to be carried through it. */
bool access_to_serve(const belief *b, access_move *out);
/* For who does not look: what the literals about this part say now. */
void access_assume(belief *b, int part);
#endif
