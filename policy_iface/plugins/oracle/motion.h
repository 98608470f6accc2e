/* The moving reference: a tool pose that runs to a target with bounded speed and acceleration. Its velocity is continuous, so
   that changing the target in mid-motion gives no jerk. */
#ifndef ORACLE_MOTION_H
#define ORACLE_MOTION_H
#include <stdbool.h>

#include "geometry.h"

typedef struct motion {
    pose at;
    vec velocity, spin;
} motion;

void motion_start(motion *m, pose at);
/* One control step of dt seconds toward the target; speed in m/s, turn in rad/s. */
void motion_step(motion *m, pose target, double speed, double turn, double dt);
/* Distance and angle left below the bounds. */
bool motion_near(const motion *m, pose target, double distance, double angle);
#endif
