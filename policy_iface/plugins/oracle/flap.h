/* Moving one flap of a box with the closed fingers: pushed shut from outside along its arc, or lifted open by a finger hooked under its
   edge. One call per control step. */
#ifndef ORACLE_FLAP_H
#define ORACLE_FLAP_H
#include "belief.h"
#include "motion.h"
#include "skill.h"

#define FLAP_POINTS 32

typedef struct flap {
    int part;
    bool opening;
    int n, at;             /* points of the way, and the one that is next */
    int first;             /* from here on it is close to the box */
    pose way[FLAP_POINTS]; /* tool, world */
    int ticks;
    bool look;
} flap;

/* How far from shut a flap may be and count as shut, and from where on it is out of the way: rad. */
#define FLAP_SHUT 0.17
#define FLAP_OPEN 1.45
bool part_is_shut(const thing_part *p);
bool part_is_open(const thing_part *p);

/* Plan the way. `attempt`: other places of the flap and other postures come first. False: the arm cannot go it. */
bool flap_start(flap *f, const belief *b, int part, bool opening, int attempt, bool look);
/* Can the arm go all of the way, from where it is now, over what is lower than travel_z? *margin: the smallest distance to a joint limit, rad. */
bool flap_can_go(const belief *b, const flap *f, double travel_z, double *margin);
skill_state flap_step(flap *f, const belief *b, motion *m, double *width, double dt);
#endif
