/* From joint targets to ctrl, physics step by physics step.

   Between control ticks the reference moves from target to target at constant velocity; at a tick its
   velocity changes over `ramp_steps` physics steps, which costs a delay of (ramp_steps - 1) / 2 of them and
   never overshoots. The position actuator (force = kp (ctrl - q) - kv qvel) gets, besides the reference, the
   velocity and the acceleration it will need: ctrl = q + (drag v + M a) / kp. The integrators are implicit in
   velocity, so v is that at the end of the step; `discrete` is implicit in the actuator's stiffness too, the
   others take q from the start of the step. */
#include "world_internal.h"

typedef struct reference {
    double pos, vel, acc;
} reference;

/* Reference of a joint in physics step i of n that leads from `from` at `rate` to `to`. */
static reference joint_reference(const chore_world *world, double from, double to, double rate, int i, int n)
{
    double dt = world->model->opt.timestep, cruise = (to - from) / (n * dt);
    int ramp = world->ramp_steps < n ? world->ramp_steps : n;
    int done = i < ramp ? i : ramp, next = i + 1 < ramp ? i + 1 : ramp;
    double change = (cruise - rate) / ramp;
    reference at = {.vel = rate + change * next};
    at.acc = change * (next - done) / dt;
    /* sum of the velocities of the steps before this one, started with the delay that the last ramp left
     * behind */
    double travelled = i * rate + change * (done * (done + 1) / 2. + (double)(i - done) * ramp);
    at.pos = from - rate * dt * (world->ramp_steps - 1) / 2. + travelled * dt;
    if (world->model->opt.integrator == mjINT_DISCRETE) {
        at.pos += at.vel * dt;
    }
    return at;
}

/* force = M acc for the joints of one arm, the rest of the robot at rest. */
static void inertial_force(const chore_world *world, const chore_arm_facts *facts, const double *acc,
                           double *force)
{
    const mjModel *m = world->model;
    for (int i = 0; i < facts->chain.n; i++) {
        force[i] = 0;
    }
    for (int i = 0; i < facts->chain.n; i++) {
        int row = m->M_rowadr[facts->dof[i]], end = row + m->M_rownnz[facts->dof[i]];
        for (int k = row; k < end; k++) {
            for (int j = 0; j <= i; j++) {
                if (m->M_colind[k] != facts->dof[j]) {
                    continue;
                }
                force[i] += world->data->M[k] * acc[j];
                if (j < i) {
                    force[j] += world->data->M[k] * acc[i];
                }
            }
        }
    }
}

static void write_ctrl(const chore_world *world, int address, double value)
{
    const mjModel *m = world->model;
    if (m->actuator_ctrllimited[address]) {
        value = mju_clip(value, m->actuator_ctrlrange[2 * address], m->actuator_ctrlrange[2 * address + 1]);
    }
    world->data->ctrl[address] = value;
}

/* The torque limits, applied before MuJoCo does: a force that MuJoCo has to cut loses its implicit damping,
   and with kv this stiff the joint then chatters between both limits for ever. */
static void write_joint_ctrl(const chore_world *world, const chore_arm_facts *facts, int j, double value)
{
    double now =
        world->data->qpos[facts->qpos[j]] + facts->kv[j] * world->data->qvel[facts->dof[j]] / facts->kp[j];
    double most = .999 * facts->max_force[j] / facts->kp[j];
    write_ctrl(world, facts->ctrl[j], mju_clip(value, now - most, now + most));
}

/* One arm, or the carrier, in physics step i of n. */
static void write_limb(chore_world *world, const chore_arm_facts *facts, const chore_arm_control *control,
                       const chore_arm_goal *goal, int i, int n)
{
    reference at[CHORE_MAX_DOF];
    double acc[CHORE_MAX_DOF], force[CHORE_MAX_DOF];
    for (int j = 0; j < facts->chain.n; j++) {
        at[j] = joint_reference(world, control->target[j], goal->target[j], control->rate[j], i, n);
        acc[j] = at[j].acc;
    }
    inertial_force(world, facts, acc, force);
    for (int j = 0; j < facts->chain.n; j++) {
        write_joint_ctrl(world, facts, j,
                         at[j].pos + (facts->drag[j] * at[j].vel + force[j]) / facts->kp[j]);
    }
}

void chore_drive_write_ctrl(chore_world *world, const chore_robot_goal *goal, int i, int n)
{
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        const chore_arm_facts *facts = &world->arms[arm];
        const chore_arm_control *control = &world->control.arms[arm];
        write_limb(world, facts, control, &goal->arms[arm], i, n);
        if (facts->gripper_ctrl >= 0) {
            double from = control->finger_target, to = goal->arms[arm].finger_target;
            write_ctrl(world, facts->gripper_ctrl, from + (to - from) * (i + 1) / n);
        }
    }
    write_limb(world, &world->carrier, &world->carrier_control, &goal->carrier, i, n);
}

static void finish_limb(const chore_arm_facts *facts, chore_arm_control *control,
                        const chore_arm_goal *goal, double seconds)
{
    for (int j = 0; j < facts->chain.n; j++) {
        control->rate[j] = (goal->target[j] - control->target[j]) / seconds;
        control->target[j] = goal->target[j];
    }
}

void chore_drive_finish(chore_world *world, const chore_robot_goal *goal, int n)
{
    double seconds = n * world->model->opt.timestep;
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        chore_arm_control *control = &world->control.arms[arm];
        finish_limb(&world->arms[arm], control, &goal->arms[arm], seconds);
        control->finger_target = goal->arms[arm].finger_target;
        control->relax_steps -= control->relax_steps > 0;
    }
    finish_limb(&world->carrier, &world->carrier_control, &goal->carrier, seconds);
}

static void rest_limb(chore_world *world, const chore_arm_facts *facts, chore_arm_control *control)
{
    for (int j = 0; j < facts->chain.n; j++) {
        control->rate[j] = 0;
        write_joint_ctrl(world, facts, j, control->target[j]);
    }
}

void chore_drive_rest_ctrl(chore_world *world)
{
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        const chore_arm_facts *facts = &world->arms[arm];
        rest_limb(world, facts, &world->control.arms[arm]);
        if (facts->gripper_ctrl >= 0) {
            write_ctrl(world, facts->gripper_ctrl, world->control.arms[arm].finger_target);
        }
    }
    rest_limb(world, &world->carrier, &world->carrier_control);
}
