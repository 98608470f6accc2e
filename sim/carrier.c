/* The carrier of a robot that drives: its part of an action, from there to joint targets, and its odometry.

   A base of this kind takes velocities or a place to go to, and its controller ramps them: so here a target runs to where the action wants it
   with bounded speed and acceleration, and comes to rest there without overshooting. x and y are one motion in the plane. */
#include "world_internal.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { X, Y, HEADING, LIFT };

static const double WINDUP[CHORE_CARRIER_DOF] = {.05, .05, .1,
                                                 .03}; /* m, m, rad, m: as WINDUP in actuate.c */
static const double MARGIN = .002;                     /* m, from each end of the lift */

static bool is_absolute(chore_action_mode mode)
{
    return mode == CHORE_MODE_JOINT_POS || mode == CHORE_MODE_EEF_POSE;
}

static double wrapped(double angle)
{
    return angle - 2 * mjPI * ceil((angle - mjPI) / (2 * mjPI));
}

static double planar_speed(const chore_carrier *carrier)
{
    return fmin(carrier->velocity_limit[X], carrier->velocity_limit[Y]);
}

static chore_action_component component(const chore_world *world, const char *part, int joint,
                                        int dim, bool absolute, const char *repr, const char *frame)
{
    const chore_carrier *carrier = &world->embodiment.carrier;
    const mjModel *m = world->model;
    chore_action_component out = {.dim = dim, .repr = repr, .frame = frame};
    snprintf(out.name, sizeof out.name, "act.%.40s.%s", carrier->name, part);
    for (int i = 0; i < dim; i++) {
        const int j = joint + i;
        const double step =
            (j < HEADING ? planar_speed(carrier) : carrier->velocity_limit[j]) / world->control_hz;
        const double *range = m->jnt_range + 2 * carrier->joint[j];
        const bool limited = m->jnt_limited[carrier->joint[j]];
        out.lo[i] = !absolute ? -step : limited ? range[0] : -mjPI;
        out.hi[i] = !absolute ? step : limited ? range[1] : mjPI;
    }
    return out;
}

int chore_carrier_components(const chore_world *world, chore_action_mode mode,
                             chore_action_component out[3])
{
    const bool absolute = is_absolute(mode);
    const char *frame = absolute ? "odom" : "base";
    out[0] = component(world, "pos", X, 2, absolute, "m", frame);
    out[1] = component(world, "heading", HEADING, 1, absolute, "rad", frame);
    out[2] = component(world, "lift", LIFT, 1, absolute, "m", "");
    return 3;
}

/* The velocity for the next control step of a motion that has `left` to go, no more than one step's acceleration away from `rate`. It comes
   to rest there when `stops`; otherwise `left` is what a velocity makes of one step. n = 2: in the plane. */
static void ramp(const double *left, const double *rate, int n, double most, double start_time,
                 double dt, bool stops, double *velocity)
{
    const double acceleration = most / start_time, distance = mju_norm(left, n);
    double speed = fmin(most, distance / dt);
    if (stops) { /* the discrete form of sqrt(2 a s): what is left after each step can still be braked */
        speed = fmin(speed, acceleration * dt *
                                (sqrt(.25 + 2 * distance / (acceleration * dt * dt)) - .5));
    }
    mju_scl(velocity, left, distance > 0 ? speed / distance : 0, n);
    mju_subFrom(velocity, rate, n);
    const double change = mju_norm(velocity, n), allowed = acceleration * dt;
    mju_scl(velocity, velocity, change > allowed ? allowed / change : 1, n);
    mju_addTo(velocity, rate, n);
}

/* Where the target stands at the end of this control step on its way to `wanted`. */
static void follow(const chore_world *world, const double wanted[CHORE_CARRIER_DOF], double *q)
{
    const bool stops = is_absolute(chore_world_mode(world));
    const chore_carrier *carrier = &world->embodiment.carrier;
    const chore_arm_control *control = &world->carrier_control;
    const double dt = 1. / world->control_hz;
    double left[CHORE_CARRIER_DOF], velocity[CHORE_CARRIER_DOF];
    mju_sub(left, wanted, control->target, CHORE_CARRIER_DOF);
    ramp(left, control->rate, 2, planar_speed(carrier), carrier->start_time, dt, stops, velocity);
    for (int j = HEADING; j <= LIFT; j++) {
        ramp(left + j, control->rate + j, 1, carrier->velocity_limit[j], carrier->start_time, dt,
             stops, velocity + j);
    }
    mju_addScl(q, control->target, velocity, dt, CHORE_CARRIER_DOF);
    for (int j = 0; j < CHORE_CARRIER_DOF; j++) {
        const double now = world->data->qpos[world->carrier.qpos[j]];
        q[j] = fmin(fmax(q[j], now - WINDUP[j]),
                    now + WINDUP[j]); /* against something: it waits there */
    }
}

int chore_carrier_decode(const chore_world *world, const chore_action_component parts[3],
                         const float *action, chore_arm_goal *goal)
{
    const double *target = world->carrier_control.target;
    double wanted[CHORE_CARRIER_DOF];
    int clamped = 0;
    for (int i = 0, at = 0; i < 3; at += parts[i++].dim) {
        clamped += chore_actuate_take(&parts[i], action + at, wanted + at);
    }
    if (is_absolute(chore_world_mode(world))) {
        wanted[HEADING] = target[HEADING] + wrapped(wanted[HEADING] - target[HEADING]);
    } else {
        const double c = cos(target[HEADING]), s = sin(target[HEADING]), x = wanted[X],
                     y = wanted[Y];
        wanted[X] = c * x - s * y;
        wanted[Y] = s * x + c * y;
        mju_addTo(wanted, target, CHORE_CARRIER_DOF);
    }
    for (int j = 0; j < CHORE_CARRIER_DOF; j++) {
        const int joint = world->embodiment.carrier.joint[j];
        const double *range = world->model->jnt_range + 2 * joint;
        if (world->model->jnt_limited[joint]) {
            wanted[j] = fmin(fmax(wanted[j], range[0] + MARGIN), range[1] - MARGIN);
        }
    }
    follow(world, wanted, goal->target);
    return clamped;
}

void chore_carrier_hold(const chore_world *world, float action[CHORE_CARRIER_DOF])
{
    const double *target = world->carrier_control.target;
    memset(action, 0, CHORE_CARRIER_DOF * sizeof *action);
    for (int j = 0; j < CHORE_CARRIER_DOF && is_absolute(chore_world_mode(world)); j++) {
        action[j] = (float)(j == HEADING ? wrapped(target[j]) : target[j]);
    }
}

void chore_carrier_odometry(const chore_world *world, double pose[3], double velocity[3],
                            double *lift)
{
    for (int j = 0; j < 3; j++) {
        const double q = world->data->qpos[world->carrier.qpos[j]];
        pose[j] = j == HEADING ? wrapped(q) : q;
        velocity[j] = world->data->qvel[world->carrier.dof[j]];
    }
    *lift = world->data->qpos[world->carrier.qpos[LIFT]];
}
