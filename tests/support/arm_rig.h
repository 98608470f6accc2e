/* What the tests of sim/ do with the arm of test_model: make a world, move the tool along a line. */
#ifndef CHORE_ARM_RIG_H
#define CHORE_ARM_RIG_H
#include "test_model.h"
#include <chore/sense.h>

typedef struct arm_rig {
    mjModel *model;
    chore_world *world;
} arm_rig;

/* World with n boxes, settled for a second, in the given mode at 20 Hz; a failure ends the test. */
arm_rig arm_rig_make(int n_boxes, chore_action_mode mode);
void arm_rig_free(arm_rig *rig);

/* Action for a tool pose, tool straight down turned by `yaw` about z, then tilted by `tilt` about the
   horizontal axis at `tilt_axis`. */
void arm_rig_down(float action[8], double x, double y, double z, double yaw, double tilt, double tilt_axis,
                  double width);

/* Largest distances in metres (and radians) during and after a straight move to `goal` at `speed` m/s. */
typedef struct arm_track {
    double lag;           /* behind the commanded point, along the line */
    double off_line;      /* across the line */
    double overshoot;     /* beyond the end, along the line */
    double end, end_turn; /* left over half a second after the last new command */
} arm_track;
arm_track arm_rig_move(chore_world *world, const float goal[8], double speed);
#endif
