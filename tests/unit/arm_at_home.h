/* An arm of a table's two, for tests of the oracle's plans. Include it after cmocka. */
#ifndef ARM_AT_HOME_H
#define ARM_AT_HOME_H
#include <string.h>

#include "hands.h"
#include "reach.h"

/* At home, its base at (0, y) on the table: where the tool is follows from the joints, as the oracle's own kinematics has it. */
static inline void arm_stand(hand_state *one, double y, double yaw, double table)
{
    const pose over = {vec_of(0.307, 0, 0.48), {0, 1, 0, 0}};
    double margin = PI;
    memcpy(one->joints, reach_home, sizeof one->joints);
    assert_true(reach_solve(over, one->joints, &margin));
    one->base = (pose){vec_of(0, y, table), quat_about(vec_of(0, 0, 1), yaw)};
    one->tool = one->at = one->home = pose_mul(one->base, over);
}
/* Both, one on each side of the table. */
static inline void arms_stand(hands *both, double table)
{
    arm_stand(&both->hand[LEFT_HAND], 0.66, -PI / 2, table);
    arm_stand(&both->hand[RIGHT_HAND], -0.66, PI / 2, table);
}
#endif
