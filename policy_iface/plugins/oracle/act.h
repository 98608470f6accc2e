/* The plug-in side that oracle and blind share: streams in, action out. */
#ifndef ORACLE_ACT_H
#define ORACLE_ACT_H
#include <chore/policy_easy.h>

#include "laundry.h"
#include "mind.h"

#define ORACLE_MODE "eef_pose"
/* In the order of the indices that act.c uses. */
#define ORACLE_STREAMS                                                                                                     \
    "privileged.objects privileged.goal privileged.object_pose? privileged.object_vel? proprio.base_pose proprio.eef_pos " \
    "proprio.eef_quat proprio.gripper_width proprio.touch proprio.joint_pos privileged.cloth_pos?"

/* One arm or two: the streams tell at the first step. */
typedef union oracle_state {
    mind one;
    laundry two;
} oracle_state;

/* chore_easy_act_fn with an oracle_state as state. look: see mind.h. */
const char *oracle_act(void *state, const chore_easy_step *now, float *action, bool look);
#endif
