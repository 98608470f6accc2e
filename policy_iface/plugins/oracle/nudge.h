/* What stands too close to a wall or to its neighbours to be taken is brought a few centimetres away from there with the closed fingertips, which
   press on it from above and take it along: it slides, or rolls under them. One call per control step. */
#ifndef ORACLE_NUDGE_H
#define ORACLE_NUDGE_H
#include "belief.h"
#include "motion.h"
#include "skill.h"

#define NUDGE_POINTS 5

typedef struct nudge {
    int thing;
    int at;                 /* the point of the way that is next */
    pose way[NUDGE_POINTS]; /* tool, world */
    int ticks;
} nudge;

/* Plan the way: to the nearest place from where the hand could take the thing, else to where there is most room. `attempt`: other ways
   come first. The thing is moved in `b` for a moment. False: there is no way. */
bool nudge_start(nudge *n, belief *b, int thing, int attempt);
skill_state nudge_step(nudge *n, const belief *b, motion *m, double *width, double dt);
#endif
