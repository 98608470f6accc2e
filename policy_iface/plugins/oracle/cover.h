/* Covers: a receptacle whose cell_N is drawn as a box has an opening there, and what stands on it closes it. */
#ifndef ORACLE_COVER_H
#define ORACLE_COVER_H
#include "belief.h"

/* The lid that must come off before this literal can be served: what it wants inside finds the receptacle closed. -1: none. */
int cover_first(const belief *b, const literal *l);
/* Does this literal ask for a lid while something is still wanted inside? Then that comes first. */
bool cover_waits(const belief *b, const literal *l);
#endif
