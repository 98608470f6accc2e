/* Grasps that failed: the same is not tried again while the thing lies as it lay then. */
#ifndef ORACLE_VAIN_H
#define ORACLE_VAIN_H
#include <stdbool.h>

#include "geometry.h"

#define MAX_VAIN 24

typedef struct vain_grasp {
    int thing;
    pose lay, tool_in_thing;
} vain_grasp;

/* The last MAX_VAIN of them. */
typedef struct vain {
    int n; /* ever noted */
    vain_grasp list[MAX_VAIN];
} vain;

void vain_note(vain *v, int thing, pose lay, pose tool_in_thing);
/* Has this grasp, or nearly this one, failed since the thing lies like this? */
bool vain_knows(const vain *v, int thing, pose lay, pose tool_in_thing);
#endif
