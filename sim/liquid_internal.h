/* What liquid.c and puddle.c offer to one another and to the files of sim/. */
#ifndef CHORE_LIQUID_INTERNAL_H
#define CHORE_LIQUID_INTERNAL_H
#include "world_internal.h"

chore_status chore_liquid_check(const chore_world_def *def, chore_error *err);
/* At the start: vessels hold what the def says. */
void chore_liquid_reset(chore_world *world);
/* After mj_step2 of physics step `i` of `n`. */
void chore_liquid_step(chore_world *world, int i, int n);
/* The body was moved from outside: how it moved before means nothing any more. */
void chore_liquid_forget(chore_world *world, int body);

/* The vessel whose mouth is below the point gets it. False: there is none. */
bool chore_liquid_catch(chore_world *world, const double from[3], double volume);

/* brewer.c: once per control step of length dt. */
void chore_brew(chore_world *world, double dt);

/* puddle.c. Add liquid on the surface below a point, where it spreads. */
void chore_puddle_add(chore_world *world, const double from[3], double volume);
/* Pressed wipers take up what lies under them, over a time of dt. */
void chore_puddle_wipe(chore_world *world, double dt);
/* Put the bodies that show patches where they belong. */
void chore_puddle_show(chore_world *world);
#endif
