/* Boxes that come flat: which panel comes next, and the way of the closed fingers that moves it. A wall is turned up by a finger hooked under
   its edge (under the lid's, if the lid hangs on it), the tongue is bent in from above, the lid is pushed shut from outside. flap_step goes the way. */
#ifndef ORACLE_ERECT_H
#define ORACLE_ERECT_H
#include "flap.h"

/* Row of the part that is to be moved next for a literal that does not hold; -1: none. */
int erect_next(const belief *b);
/* Plan the way. `attempt`: other places along the edge come first. False: the arm cannot go it. */
bool erect_start(flap *f, const belief *b, int part, int attempt, bool look);
/* What a policy that does not look takes for granted afterwards. */
void erect_assume(belief *b, int part);
#endif
