/* Moving a door or a drawer of a fixture: opened by its bar between the fingers, which follow its line or its circle; shut by the closed
   fingers, which push the bar from outside; a door that drops (its hinge is level) is led back up by its bar, too. One call per control step. */
#ifndef ORACLE_DOOR_H
#define ORACLE_DOOR_H
#include "belief.h"
#include "motion.h"
#include "skill.h"

#define DOOR_POINTS 48

typedef enum door_phase {
    DOOR_OVER,
    DOOR_DOWN,
    DOOR_GRIP,
    DOOR_MOVE,
    DOOR_LET_GO,
    DOOR_AWAY
} door_phase;

typedef struct door {
    int part;
    bool opening, grips, look; /* grips: the bar is held between the fingers */
    door_phase phase;
    pose before;               /* from where the hand goes down to the bar */
    int n, at;                 /* points of the way, and the one that is next */
    pose way[DOOR_POINTS];     /* tool, world */
    double stand[DOOR_POINTS]; /* where the joint then is */
    pose away;
    int ticks;
} door;

/* Does it let a hand in? Is it shut as `closed` wants it? */
bool door_lets_in(const thing_part *p);
bool door_is_shut(const thing_part *p);

/* Plan the way. `attempt`: other holds come first. False: the arm cannot go it, or there is no handle. */
bool door_start(door *d, const belief *b, int part, bool opening, int attempt, bool look);
skill_state door_step(door *d, const belief *b, motion *m, double *width, double dt);
#endif
