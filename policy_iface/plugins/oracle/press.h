/* Pressing a button with the closed fingers, straight down. One call per control step. */
#ifndef ORACLE_PRESS_H
#define ORACLE_PRESS_H
#include "belief.h"
#include "motion.h"
#include "skill.h"

typedef struct press {
    int part, at, ticks;
    bool look;
    pose way[4]; /* of the tool, world: over it, before it, down, up again */
} press;

/* Plan the way. False: the arm cannot go it. */
bool press_start(press *p, const belief *b, int part, bool look);
skill_state press_step(press *p, const belief *b, motion *m, double *width, double dt);
#endif
