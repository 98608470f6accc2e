/* From an action to joint targets at the end of a control step, whatever the mode; every limit is applied
   here. */
#include "world_internal.h"
#include <math.h>
#include <string.h>

static const double TOOL_SPEED = 1;      /* m/s */
static const double TOOL_TURN_SPEED = 3; /* rad/s */
static const double WINDUP = .2;         /* how far a target may run away from a blocked joint, rad */
static const double WINDUP_SPARE = .05;  /* beyond one control step's way, for slow control rates */
static const double FINGER_SPEED = .1;   /* m/s */
static const double SQUEEZE_BELOW = .01; /* commanded widths below this ramp into a squeeze */
static const double FINGER_LEAD =
    .005; /* opening starts at most this far below the finger: no unwinding first */

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* Values of one component within its bounds as floats, since that is what the policy was offered. */
int chore_actuate_take(const chore_action_component *component, const float *from, double *to)
{
    int clamped = 0;
    for (int i = 0; i < component->dim; i++) {
        float lo = (float)component->lo[i], hi = (float)component->hi[i];
        float inside = from[i] < lo ? lo : from[i] > hi ? hi : from[i];
        clamped += inside < from[i] || inside > from[i];
        to[i] = (double)inside;
    }
    return clamped;
}

/* Unit quaternion of four floats of any length, in the half space of `like`; false when they are zero. */
static bool take_quat(const float *from, double quat[4])
{
    double q[4] = {(double)from[0], (double)from[1], (double)from[2], (double)from[3]};
    double norm = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    if (!(norm > 1e-6)) {
        return false;
    }
    mju_scl(quat, q, 1 / norm, 4);
    return true;
}

/* ---- tool space ------------------------------------------------------------------------------ */

/* Joint targets for the tool on its way to `goal`: along a straight line from where the present target has
   it, no faster than tool and joints may move. */
static void follow_tool(const chore_world *world, int arm, const chore_pose *goal, double *q)
{
    const chore_arm *limits = &world->embodiment.arms[arm];
    const chore_ik_problem *ik = &world->arms[arm].ik;
    const double *start = world->control.arms[arm].target;
    double seconds = 1. / world->control_hz, twist[6];
    chore_pose from, next;
    chore_arm_chain_pose(ik->chain, start, &from, NULL);
    chore_pose_twist(twist, &from, goal);
    double way = mju_norm3(twist), turn = mju_norm3(twist + 3), fraction = 1;
    fraction = fmin(fraction, way > 0 ? TOOL_SPEED * seconds / way : 1);
    fraction = fmin(fraction, turn > 0 ? TOOL_TURN_SPEED * seconds / turn : 1);
    /* when a joint is too slow for this step, take a shorter one on the same line rather than leave the line
     */
    for (int attempt = 0; attempt < 3; attempt++) {
        chore_pose_move(&next, &from, twist, fraction);
        chore_ik_solve(ik, start, &next, seconds, q);
        double slack = 1;
        for (int j = 0; j < ik->chain->n; j++) {
            double step = fabs(q[j] - start[j]), most = limits->velocity_limit[j] * seconds;
            slack = fmin(slack, step > most ? most / step : 1);
        }
        if (slack >= 1) {
            return;
        }
        fraction *= .95 * slack;
    }
}

static void measured_tool(const chore_world *world, int arm, chore_pose *tool)
{
    double q[CHORE_MAX_DOF];
    chore_arm_measure(world, arm, q);
    chore_arm_chain_pose(&world->arms[arm].chain, q, tool, NULL);
}

static int decode_pose(const chore_world *world, int arm, const chore_action_component *parts,
                       const float *action, double *q)
{
    chore_pose goal, now;
    chore_arm_chain_pose(&world->arms[arm].chain, world->control.arms[arm].target, &now, NULL);
    int clamped = chore_actuate_take(&parts[0], action, goal.pos);
    if (!take_quat(action + 3, goal.quat)) {
        mju_copy4(goal.quat, now.quat);
        clamped++;
    }
    follow_tool(world, arm, &goal, q);
    return clamped;
}

static int decode_delta(const chore_world *world, int arm, const chore_action_component *parts,
                        const float *action, bool from_target, double *q)
{
    chore_pose reference, goal;
    double twist[6];
    if (from_target) {
        chore_arm_chain_pose(&world->arms[arm].chain, world->control.arms[arm].target, &reference, NULL);
    } else {
        measured_tool(world, arm, &reference);
    }
    int clamped = chore_actuate_take(&parts[0], action, twist) + chore_actuate_take(&parts[1], action + 3, twist + 3);
    chore_pose_move(&goal, &reference, twist, 1);
    follow_tool(world, arm, &goal, q);
    return clamped;
}

/* ---- joint space ----------------------------------------------------------------------------- */

static int decode_joints(const chore_world *world, int arm, const chore_action_component *part,
                         const float *action, bool absolute, double *q)
{
    int clamped = chore_actuate_take(part, action, q);
    for (int j = 0; !absolute && j < part->dim; j++) {
        q[j] += world->control.arms[arm].target[j];
    }
    return clamped;
}

/* The last word on any target: velocity, range, and not too far from where the joint is. */
static void limit_joints(const chore_world *world, int arm, double *q)
{
    const chore_arm *limits = &world->embodiment.arms[arm];
    const chore_ik_problem *ik = &world->arms[arm].ik;
    const double *start = world->control.arms[arm].target;
    double now[CHORE_MAX_DOF];
    chore_arm_measure(world, arm, now);
    for (int j = 0; j < limits->n_dof; j++) {
        double step = limits->velocity_limit[j] / world->control_hz;
        double windup = fmax(WINDUP, step + WINDUP_SPARE);
        q[j] = clamp(q[j], now[j] - windup, now[j] + windup);
        q[j] = clamp(q[j], ik->lo[j], ik->hi[j]);
        q[j] = clamp(q[j], start[j] - step, start[j] + step);
    }
}

/* ---- gripper --------------------------------------------------------------------------------- */

/* Opening of one finger for a commanded width: half of it, and below a centimetre down to as far beyond
   closed as the fingers can open, so that the actuator's force limit decides how hard they squeeze. */
static double finger_opening(double width, double most)
{
    if (width >= SQUEEZE_BELOW) {
        return width / 2;
    }
    double closed = -most / 2;
    return closed + (SQUEEZE_BELOW / 2 - closed) * width / SQUEEZE_BELOW;
}

double chore_actuate_width(double finger, double most)
{
    double knee = SQUEEZE_BELOW / 2, closed = -most / 2;
    return finger >= knee ? 2 * finger : SQUEEZE_BELOW * (finger - closed) / (knee - closed);
}

static double next_finger_target(const chore_world *world, int arm, double width)
{
    const chore_arm_control *control = &world->control.arms[arm];
    double wanted = finger_opening(width, world->embodiment.arms[arm].gripper_width_m);
    double start = control->finger_target, step = FINGER_SPEED / world->control_hz;
    if (control->relax_steps > 0) {
        wanted = fmax(wanted, control->relax_width / 2);
    }
    if (wanted > start) {
        start = fmin(wanted, fmax(start, chore_gripper_width(world, arm) / 2 - FINGER_LEAD));
    }
    return clamp(wanted, start - step, start + step);
}

int chore_actuate_decode(const chore_world *world, const float *action, chore_robot_goal *robot)
{
    chore_arm_goal *goals = robot->arms;
    chore_action_component parts[CHORE_MAX_COMPONENTS];
    chore_action_mode mode = chore_world_mode(world);
    int clamped = 0, part = 0;
    chore_world_components(world, mode, parts, CHORE_MAX_COMPONENTS);
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        double *q = goals[arm].target, width = 0;
        switch (mode) {
        case CHORE_MODE_JOINT_POS:
        case CHORE_MODE_JOINT_DELTA:
            clamped += decode_joints(world, arm, &parts[part], action, mode == CHORE_MODE_JOINT_POS, q);
            action += parts[part++].dim;
            break;
        case CHORE_MODE_EEF_POSE:
            clamped += decode_pose(world, arm, &parts[part], action, q);
            action += 7;
            part += 2;
            break;
        case CHORE_MODE_EEF_DELTA:
        case CHORE_MODE_EEF_DELTA_TARGET:
            clamped += decode_delta(world, arm, &parts[part], action, mode == CHORE_MODE_EEF_DELTA_TARGET, q);
            action += 6;
            part += 2;
            break;
        case CHORE_MODE_COUNT: break;
        }
        limit_joints(world, arm, q);
        goals[arm].finger_target = 0;
        if (world->arms[arm].gripper_ctrl >= 0) {
            clamped += chore_actuate_take(&parts[part++], action++, &width);
            goals[arm].finger_target = next_finger_target(world, arm, width);
        }
    }
    if (world->embodiment.drives) {
        clamped += chore_carrier_decode(world, &parts[part], action, &robot->carrier);
    }
    return clamped;
}

void chore_world_relative_values(const chore_world *world, bool *relative)
{
    chore_action_component parts[CHORE_MAX_COMPONENTS];
    const chore_action_mode mode = chore_world_mode(world);
    const bool absolute = mode == CHORE_MODE_JOINT_POS || mode == CHORE_MODE_EEF_POSE;
    const int n = chore_world_components(world, mode, parts, CHORE_MAX_COMPONENTS);
    for (int i = 0, at = 0; i < n; i++) {
        const bool width = strcmp(parts[i].repr, "width_m") == 0; /* a gripper's is absolute in every mode */
        for (int k = 0; k < parts[i].dim; k++) {
            relative[at++] = !absolute && !width;
        }
    }
}
