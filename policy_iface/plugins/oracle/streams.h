/* What the oracle asks of the harness: streams by name, arms of an action. Any policy over its skills can use it (tests/proofs/grasps). */
#ifndef ORACLE_STREAMS_H
#define ORACLE_STREAMS_H
#include <chore/policy_easy.h>

#include "geometry.h"
#include "sight.h"

#define ORACLE_MODE "eef_pose"
enum { STREAMS_ARM_FLOATS = 8 }; /* of an action: pos, quat, gripper */
/* In the order that streams.c reads them. */
#define ORACLE_STREAMS                                                                                                     \
    "privileged.objects privileged.goal privileged.object_pose? privileged.object_vel? proprio.base_pose proprio.eef_pos " \
    "proprio.eef_quat proprio.gripper_width proprio.touch proprio.joint_pos privileged.cloth_pos? privileged.part_pos? " \
    "privileged.puddle? privileged.fill? proprio.odometry? proprio.lift?"

/* Of a policy that asked for ORACLE_STREAMS. */
sight streams_see(const chore_easy_step *now);
/* Tool pose in the base frame of this arm, and finger width, into an action of ORACLE_MODE. */
void streams_put_arm(float *action, int arm, pose tool, double width);
#endif
