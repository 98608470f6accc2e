/* Through a door: from where a thing stands to where it may stand behind a door, the hand leaning; what stands in the way of that is moved first. */
#ifndef ORACLE_THROUGH_H
#define ORACLE_THROUGH_H
#include "pairs.h"

/* The next job for an upright thing that is wanted in a space behind a door: right in; else to a place on the worktop from where it can be taken
   leaning; else another thing, which hinders, is set aside (these are jobs with `stopover`, of no space). `there` as in plan_carry. */
bool through_plan(const belief *b, const belief *there, const wish *w, job *out);
#endif
