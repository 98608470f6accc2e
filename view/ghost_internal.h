/* A ghost: what stands or lies elsewhere in a second world, drawn transparent into the picture of the first. */
#ifndef CHORE_VIEW_GHOST_INTERNAL_H
#define CHORE_VIEW_GHOST_INTERNAL_H
#include "ink_internal.h"
#include "stage_internal.h"

#define GHOST_COLOUR ((ink_colour){0.40f, 0.68f, 1.0f, 0.42f})

/* To be called between stage_set and stage_draw of the first. Both worlds are of the same model; `second` has been set to its
   moment, too (its data is brought up to date). What has the same place in both is left out. Returns how many geoms were added. */
int ghost_add(stage *first, const chore_moment *at, stage *second, const chore_moment *there);
#endif
