/* A hand: what a person wants a robot to do now, and the action that does it, whatever the action mode of the episode is. The
   robot moves by its actuators only: what the hand wants passes every limit that a policy's action passes. */
#ifndef CHORE_HAND_H
#define CHORE_HAND_H
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_hand {
    int limb;          /* an arm; n_arms: what carries them, where the robot drives */
    double move[3];    /* an arm's tool: m/s in the world's frame. The carrier: forward, left, up as it stands, m/s */
    double turn[3];    /* rad/s about the axes of the same frame; of the carrier only about its upright */
    double grip;       /* m/s by which the gripper of that arm opens; below 0: closes. The others keep what they were told */
} chore_hand;

/* What is remembered from step to step: the targets of what is not being moved. */
typedef struct chore_hand_memory {
    bool begun;
    float action[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    double *jacobian; /* [6][nv], malloc'ed; NULL: not needed yet */
} chore_hand_memory;
void chore_hand_release(chore_hand_memory *memory);

/* Limbs of the robot: its arms and, where it drives, its carrier. The name of one; "" beyond. */
int chore_hand_limbs(const chore_embodiment *robot);
const char *chore_hand_limb_name(const chore_embodiment *robot, int limb);

/* The action of the next control step in the world's mode: action[chore_world_action_dim]. Memory begins zeroed. */
void chore_hand_action(chore_hand_memory *memory, const chore_world *world, const chore_hand *hand, float *action);
#ifdef __cplusplus
}
#endif
#endif
