/* The plug-in side that oracle and blind share: streams in, action out. */
#ifndef ORACLE_ACT_H
#define ORACLE_ACT_H
#include "laundry.h"
#include "mind.h"
#include "streams.h"

/* One arm or two: the streams tell at the first step. */
typedef union oracle_state {
    mind one;
    laundry two;
} oracle_state;

/* chore_easy_act_fn with an oracle_state as state. look: see mind.h. */
const char *oracle_act(void *state, const chore_easy_step *now, float *action, bool look);
#endif
