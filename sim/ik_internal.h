/* Inverse kinematics of one control step: from joint targets to joint targets near by. */
#ifndef CHORE_IK_INTERNAL_H
#define CHORE_IK_INTERNAL_H
#include "arm_chain_internal.h"

typedef struct chore_ik_problem {
    const chore_arm_chain *chain;
    double lo[CHORE_MAX_DOF], hi[CHORE_MAX_DOF]; /* ranges less a margin */
    double home[CHORE_MAX_DOF];                  /* where the null space pulls to */
    double agility;                              /* manipulability at home: the yardstick for singularity */
} chore_ik_problem;

void chore_ik_prepare(chore_ik_problem *ik, const chore_arm_chain *chain, const double *home, double margin);

/* Joint positions near `start` whose tool pose is `goal`, or the nearest to it that can be had. `seconds`:
   length of the control step, which scales the pull of the null space. Deterministic, smooth in its inputs,
   no memory. Returns the remaining error: metres, with a radian counted as CHORE_IK_METRE_PER_RADIAN. */
double chore_ik_solve(const chore_ik_problem *ik, const double *start, const chore_pose *goal, double seconds,
                      double *out);

#define CHORE_IK_METRE_PER_RADIAN .05
#endif
