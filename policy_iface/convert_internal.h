/* Rotations in terms of quaternions w x y z: what convert.c is made of. */
#ifndef CHORE_CONVERT_INTERNAL_H
#define CHORE_CONVERT_INTERNAL_H
#include <chore/convert.h>

/* Of unit length; zeros for one that has no direction. */
void chore_quat_unit(const double in[4], double q[4]);
/* The sign with q[lead] >= 0; where that is 0, the first of the others that is not is positive. */
void chore_quat_half(const double q[4], int lead, double out[4]);
void chore_quat_of_vector(const double v[3], double q[4]);
/* As it is signed: up to 2 pi long. */
void chore_quat_to_vector(const double q[4], double v[3]);
/* R = Rz(yaw) Ry(pitch) Rx(roll); at pitch +-pi/2, where only their sum or difference counts, roll is 0. */
void chore_quat_of_rpy(const double rpy[3], double q[4]);
void chore_quat_to_rpy(const double q[4], double rpy[3]);
/* From two columns of any length, the second as far as it is square to the first. Zeros where they span no plane. */
void chore_quat_of_columns(const double columns[6], double q[4]);
void chore_quat_to_matrix(const double q[4], double m[9]);
#endif
