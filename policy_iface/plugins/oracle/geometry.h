/* Vectors, unit quaternions (wxyz) and poses by value. Private to the oracle. */
#ifndef ORACLE_GEOMETRY_H
#define ORACLE_GEOMETRY_H
#include <math.h>

#define PI 3.14159265358979323846

typedef struct vec {
    double x, y, z;
} vec;
typedef struct quat {
    double w, x, y, z;
} quat;
typedef struct pose {
    vec p;
    quat q;
} pose;

static inline vec vec_of(double x, double y, double z)
{
    return (vec){x, y, z};
}
static inline vec vec_add(vec a, vec b)
{
    return vec_of(a.x + b.x, a.y + b.y, a.z + b.z);
}
static inline vec vec_sub(vec a, vec b)
{
    return vec_of(a.x - b.x, a.y - b.y, a.z - b.z);
}
static inline vec vec_scale(vec a, double s)
{
    return vec_of(a.x * s, a.y * s, a.z * s);
}
static inline vec vec_along(vec a, vec dir, double s)
{
    return vec_add(a, vec_scale(dir, s));
}
static inline double vec_dot(vec a, vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
static inline vec vec_cross(vec a, vec b)
{
    return vec_of(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}
static inline double vec_norm(vec a)
{
    return sqrt(vec_dot(a, a));
}
static inline double vec_distance(vec a, vec b)
{
    return vec_norm(vec_sub(a, b));
}
static inline vec vec_unit(vec a)
{
    double n = vec_norm(a);
    return n > 1e-12 ? vec_scale(a, 1 / n) : vec_of(0, 0, 1);
}

static inline quat quat_identity(void)
{
    return (quat){1, 0, 0, 0};
}
static inline quat quat_conjugate(quat q)
{
    return (quat){q.w, -q.x, -q.y, -q.z};
}
static inline quat quat_mul(quat a, quat b)
{
    return (quat){a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
                  a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
                  a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
                  a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w};
}
static inline quat quat_unit(quat q)
{
    double n = sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
    double s = n > 1e-12 ? (q.w < 0 ? -1 / n : 1 / n) : 0;
    return n > 1e-12 ? (quat){q.w * s, q.x * s, q.y * s, q.z * s} : quat_identity();
}
static inline quat quat_about(vec axis, double angle)
{
    vec u = vec_unit(axis);
    double s = sin(angle / 2);
    return (quat){cos(angle / 2), u.x * s, u.y * s, u.z * s};
}
static inline vec quat_rotate(quat q, vec v)
{
    vec u = vec_of(q.x, q.y, q.z);
    vec t = vec_scale(vec_cross(u, v), 2);
    return vec_add(vec_along(v, t, q.w), vec_cross(u, t));
}
/* Rotation vector (axis times angle, angle <= pi) that takes a to b, in the frame a and b are given in. */
static inline vec quat_difference(quat a, quat b)
{
    quat d = quat_unit(quat_mul(b, quat_conjugate(a)));
    vec v = vec_of(d.x, d.y, d.z);
    double s = vec_norm(v);
    return s < 1e-12 ? vec_of(0, 0, 0) : vec_scale(v, 2 * atan2(s, d.w) / s);
}
/* The turn that takes the world's axes to these three: orthogonal, right-handed, of length one. */
static inline quat quat_from_axes(vec x, vec y, vec z)
{
    const double w2 = 1 + x.x + y.y + z.z, x2 = 1 + x.x - y.y - z.z, y2 = 1 - x.x + y.y - z.z,
                 z2 = 1 - x.x - y.y + z.z;
    const double most = fmax(fmax(w2, x2), fmax(y2, z2)), s = 2 * sqrt(most);
    const quat q = w2 >= most   ? (quat){s / 4, (y.z - z.y) / s, (z.x - x.z) / s, (x.y - y.x) / s}
                   : x2 >= most ? (quat){(y.z - z.y) / s, s / 4, (y.x + x.y) / s, (z.x + x.z) / s}
                   : y2 >= most ? (quat){(z.x - x.z) / s, (y.x + x.y) / s, s / 4, (z.y + y.z) / s}
                                : (quat){(x.y - y.x) / s, (z.x + x.z) / s, (z.y + y.z) / s, s / 4};
    return quat_unit(q);
}
static inline quat quat_from_vector(vec r)
{
    double angle = vec_norm(r);
    return angle < 1e-12 ? quat_identity() : quat_about(r, angle);
}
static inline double quat_angle(quat a, quat b)
{
    return vec_norm(quat_difference(a, b));
}

static inline pose pose_mul(pose a, pose b)
{
    return (pose){vec_add(a.p, quat_rotate(a.q, b.p)), quat_unit(quat_mul(a.q, b.q))};
}
static inline pose pose_inverse(pose a)
{
    quat q = quat_conjugate(a.q);
    return (pose){quat_rotate(q, vec_scale(a.p, -1)), q};
}
static inline vec pose_apply(pose a, vec v)
{
    return vec_add(a.p, quat_rotate(a.q, v));
}
static inline vec pose_axis_z(pose a)
{
    return quat_rotate(a.q, vec_of(0, 0, 1));
}
static inline vec pose_axis_y(pose a)
{
    return quat_rotate(a.q, vec_of(0, 1, 0));
}
/* Turned the shortest way so that its z axis points straight down. */
static inline pose pose_downright(pose a)
{
    const vec z = pose_axis_z(a), axis = vec_cross(z, vec_of(0, 0, -1));
    const double sine = vec_norm(axis);
    return sine < 1e-6 ? a : (pose){a.p, quat_unit(quat_mul(quat_about(axis, atan2(sine, -z.z)), a.q))};
}
/* Moved along its own z axis. */
static inline pose pose_advance(pose a, double along_z)
{
    return (pose){vec_along(a.p, pose_axis_z(a), along_z), a.q};
}
#endif
