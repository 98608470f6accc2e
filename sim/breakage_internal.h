/* What breakage.c offers to the files of sim/. */
#ifndef CHORE_BREAKAGE_INTERNAL_H
#define CHORE_BREAKAGE_INTERNAL_H
#include "world_internal.h"

/* Physics steps over which a change of motion counts as one blow; at most BREAK_SLOTS. */
int chore_breakage_window(int physics_hz);
chore_status chore_breakage_check(const chore_world_def *def, chore_error *err);
/* After mj_step2 of physics step `i` of `n`: look at all of them, break those that were hit too hard. The next mj_step1 sees the shards. */
void chore_breakage_step(chore_world *world, int i, int n);
/* The body was moved from outside: how it moved before means nothing any more. */
void chore_breakage_forget(chore_world *world, int body);
#endif
