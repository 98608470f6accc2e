/* Own forward kinematics of one arm, from its base body to its tool site: no mjData, no memory, about a
   microsecond. */
#ifndef CHORE_ARM_CHAIN_INTERNAL_H
#define CHORE_ARM_CHAIN_INTERNAL_H
#include <chore/embodiment.h>
#include <mujoco/mujoco.h>

typedef struct chore_pose {
    double pos[3];
    double quat[4];
} chore_pose;

/* A joint and the fixed way to it. */
typedef struct chore_chain_joint {
    chore_pose before; /* its body's frame in the frame that the joint before it leaves behind */
    double axis[3];    /* in its body's frame */
    double anchor[3];
    double zero; /* joint position at which the body stands as modelled */
    bool slide;
} chore_chain_joint;

typedef struct chore_arm_chain {
    int n;
    chore_chain_joint joint[CHORE_MAX_DOF];
    chore_pose tool;                             /* tool site in the last frame */
    double lo[CHORE_MAX_DOF], hi[CHORE_MAX_DOF]; /* joint ranges; +-infinity where there is none */
} chore_arm_chain;

/* Columns: one per joint; rows: linear then angular velocity of the tool in the base frame. */
typedef struct chore_jacobian {
    double col[CHORE_MAX_DOF][6];
} chore_jacobian;

/* CHORE_E_USAGE when the arm is not one serial chain of hinge and slide joints from base_body to tool_site.
 */
chore_status chore_arm_chain_extract(chore_arm_chain *chain, const mjModel *model, const chore_arm *arm,
                                     chore_error *err);

/* Tool pose in the base frame for the joint positions q[n]; `jacobian` is nullable. */
void chore_arm_chain_pose(const chore_arm_chain *chain, const double *q, chore_pose *tool,
                          chore_jacobian *jacobian);

/* Small pose algebra, all in one frame. */
void chore_pose_compose(chore_pose *out, const chore_pose *a,
                        const chore_pose *b); /* a, then b in a's frame */
void chore_pose_twist(double twist[6], const chore_pose *from,
                      const chore_pose *to); /* metre, then rotation vector */
void chore_pose_move(chore_pose *out, const chore_pose *from, const double twist[6], double fraction);
#endif
