/* An arm that is wound up, its joints near their ends: brought home joint by joint, the tool going where that takes it. */
#ifndef ORACLE_UNWIND_H
#define ORACLE_UNWIND_H
#include "belief.h"
#include "motion.h"
#include "reach.h"
#include "skill.h"

typedef struct unwind {
    double from[DOF], to[DOF];
    double share, rate; /* of the way, per second */
    bool folded;        /* upper arm and elbow first: that lifts the hand */
} unwind;

/* Do the joints stand far from where they would for this tool pose (world)? */
bool unwind_is_wanted(const belief *b, pose rest);
/* False: something would be in the way. */
bool unwind_start(unwind *u, const belief *b, pose rest);
skill_state unwind_step(unwind *u, const belief *b, motion *m, double dt);
#endif
