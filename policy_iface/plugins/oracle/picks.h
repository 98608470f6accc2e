/* Picks: the grasps that a thing offers to this hand and this arm, as it lies. */
#ifndef ORACLE_PICKS_H
#define ORACLE_PICKS_H
#include "belief.h"

#define MAX_PICKS 256
static const double pick_approach = 0.08; /* straight way to a grasp in metre */

typedef struct pick {
    pose tool_in_thing;
    double cost, open_width; /* of the fingers, metre */
} pick;

/* All grasps of things[index] that the hand and the arm can take, cheapest first, at most MAX_PICKS: how many. None that failed before
   while it lay like this (vain.h), unless there are no others. Tilted ones only where the
   straight ones may not do: for a thing that lies, and after a failure (`attempt`). `relaxed`: so much closer to things may the hand go,
   in metre. `from_front`: those alone that come in through an opening in front. */
int list_picks(const belief *b, int index, int attempt, double relaxed, bool from_front, pick *out);
/* Posture cost of a tool pose in the world, or a negative number when the arm cannot take it. */
double posture_cost(const belief *b, pose tool);
#endif
