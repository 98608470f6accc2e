/* Which literal and which kind of work next. */
#ifndef ORACLE_CHOOSE_H
#define ORACLE_CHOOSE_H
#include "mind.h"

/* Starts what is to be done next, if there is anything, and says so in `working`, on_flap and their like; else sets `wait`. What is in the way of a
   carry first, then what is wet, then what is to be carried, then lids, then doors. What could not be wiped waits for something to be
   carried out of the way. */
void choose_next(mind *m);
#endif
