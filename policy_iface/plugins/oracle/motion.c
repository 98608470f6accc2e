#include "motion.h"

static const double acceleration = 1.2;       /* m/s^2 */
static const double angular_acceleration = 6; /* rad/s^2 */

void motion_start(motion *m, pose at)
{
    m->at = at;
    m->velocity = m->spin = vec_of(0, 0, 0);
}

/* Velocity that brings `left` to zero under the bounds, at most one acceleration step away from `now`. */
static vec steer(vec left, vec now, double speed, double accel, double dt)
{
    double distance = vec_norm(left);
    double wanted = fmin(speed, fmin(sqrt(2 * 0.7 * accel * distance), 0.4 * distance / dt));
    vec change =
        vec_sub(distance > 1e-9 ? vec_scale(left, wanted / distance) : vec_of(0, 0, 0), now);
    double size = vec_norm(change);
    return size > accel * dt ? vec_along(now, change, accel * dt / size) : vec_add(now, change);
}

void motion_step(motion *m, pose target, double speed, double turn, double dt)
{
    vec left = vec_sub(target.p, m->at.p), turn_left = quat_difference(m->at.q, target.q);
    /* Both arrive together: the one that needs less time goes slower. */
    double t = fmax(vec_norm(left) / speed, vec_norm(turn_left) / turn);
    if (t > 1e-6) {
        speed = fmax(0.25 * speed, fmin(speed, vec_norm(left) / t));
        turn = fmax(0.25 * turn, fmin(turn, vec_norm(turn_left) / t));
    }
    m->velocity = steer(left, m->velocity, speed, acceleration, dt);
    m->spin = steer(turn_left, m->spin, turn, angular_acceleration, dt);
    m->at.p = vec_along(m->at.p, m->velocity, dt);
    m->at.q = quat_unit(quat_mul(quat_from_vector(vec_scale(m->spin, dt)), m->at.q));
}

bool motion_near(const motion *m, pose target, double distance, double angle)
{
    return vec_distance(m->at.p, target.p) < distance && quat_angle(m->at.q, target.q) < angle;
}
