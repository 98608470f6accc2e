/* Can the arm take a tool pose? Inverse kinematics on the arm's public link lengths, used only to choose between grasps. */
#ifndef ORACLE_REACH_H
#define ORACLE_REACH_H
#include <stdbool.h>

#include "geometry.h"

#define DOF 7
extern const double reach_home[DOF];
/* Solve from the posture q (in and out) for a tool pose in the base frame. True when position is met within 2 mm and 1
   degree inside the joint limits; *margin gets the smallest distance to a joint limit in rad. */
bool reach_solve(pose tool_in_base, double q[DOF], double *margin);
/* Where the joints bring the tool, in the base frame. */
pose reach_tool(const double q[DOF]);
/* Follow a straight way from where q has the tool to `to`, turning evenly: true when the arm can go all along it. q ends there; *margin (in and
   out) falls to the smallest distance to a joint limit on the way. */
bool reach_follow(pose to, double q[DOF], double *margin);

/* A ball of the elbow, the forearm or the wrist, in the base frame. */
typedef struct reach_ball {
    vec at;
    double radius;
} reach_ball;
enum { REACH_BALLS = 14 };
void reach_forearm(const double q[DOF], reach_ball out[REACH_BALLS]);
#endif
