/* A garment as it lay at one moment of an episode, and what a person said who saw the picture of it. Files:
   "kind", "size", "from" lines (see collect.c), then a line of x y z per vertex in tenths of a millimetre, world frame. */
#ifndef CHORE_TEST_JUDGED_H
#define CHORE_TEST_JUDGED_H
#include <chore/scene.h>

typedef struct judged_pose {
    char kind[CHORE_NAME_CAP], size[CHORE_NAME_CAP], from[200];
    int n;
    double pos[CHORE_MAX_GARMENT_VERTICES][3]; /* metres */
} judged_pose;

/* False: it cannot be written, or is no such file. */
bool judged_write(const char *path, const judged_pose *pose);
bool judged_read(const char *path, judged_pose *pose);
#endif
