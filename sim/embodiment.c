/* Action modes: their names and the layout of an action in each of them. */
#include "world_internal.h"
#include <stdio.h>
#include <string.h>

static const char *const MODE_NAMES[] = {
#define CHORE_ACTION_MODE(symbol, name, meaning) name,
#include <chore/action_modes.inl>
#undef CHORE_ACTION_MODE
};

const char *chore_action_mode_name(chore_action_mode mode)
{
    return mode >= 0 && mode < CHORE_MODE_COUNT ? MODE_NAMES[mode] : "(no mode)";
}

bool chore_action_mode_find(const char *name, chore_action_mode *out)
{
    for (int i = 0; i < CHORE_MODE_COUNT; i++) {
        if (strcmp(name, MODE_NAMES[i]) == 0) {
            *out = (chore_action_mode)i;
            return true;
        }
    }
    return false;
}

int chore_robot_n_roots(const chore_embodiment *robot)
{
    return robot->drives ? 1 : robot->n_arms;
}

int chore_robot_root(const chore_embodiment *robot, int index)
{
    return robot->drives ? robot->carrier.body : robot->arms[index].base_body;
}

/* Everything but the bounds. */
static chore_action_component named(const chore_arm *arm, const char *part, int dim, const char *repr,
                                    const char *frame)
{
    chore_action_component component = {.dim = dim, .repr = repr, .frame = frame};
    snprintf(component.name, sizeof component.name, "act.%.40s.%s", arm->name, part);
    return component;
}

static chore_action_component bounded(chore_action_component component, double bound)
{
    for (int i = 0; i < component.dim; i++) {
        component.lo[i] = -bound;
        component.hi[i] = bound;
    }
    return component;
}

static chore_action_component joints(const chore_world *world, int index, bool absolute)
{
    const chore_arm *arm = &world->embodiment.arms[index];
    const chore_ik_problem *ik = &world->arms[index].ik;
    chore_action_component component = named(arm, "joints", arm->n_dof, "rad", "");
    for (int i = 0; i < arm->n_dof; i++) {
        double step = arm->velocity_limit[i] / world->control_hz;
        component.lo[i] = absolute ? ik->lo[i] : -step;
        component.hi[i] = absolute ? ik->hi[i] : step;
    }
    return component;
}

static int arm_components(const chore_world *world, int index, chore_action_mode mode,
                          chore_action_component out[3])
{
    const chore_arm *arm = &world->embodiment.arms[index];
    int n = 0;
    switch (mode) {
    case CHORE_MODE_JOINT_POS:
    case CHORE_MODE_JOINT_DELTA: out[n++] = joints(world, index, mode == CHORE_MODE_JOINT_POS); break;
    case CHORE_MODE_EEF_POSE:
        out[n++] = bounded(named(arm, "pos", 3, "m", "base"), CHORE_EEF_REACH_M);
        out[n++] = bounded(named(arm, "quat", 4, "quat_wxyz", "base"), 1);
        break;
    case CHORE_MODE_EEF_DELTA:
    case CHORE_MODE_EEF_DELTA_TARGET:
        out[n++] = bounded(named(arm, "pos", 3, "m", "base"), CHORE_EEF_DELTA_M);
        out[n++] = bounded(named(arm, "rot", 3, "axis_angle", "base"), CHORE_EEF_DELTA_RAD);
        break;
    case CHORE_MODE_COUNT: return 0;
    }
    if (arm->gripper_actuator >= 0) {
        out[n] = named(arm, "gripper", 1, "width_m", "");
        out[n++].hi[0] = arm->gripper_width_m;
    }
    return n;
}

int chore_world_components(const chore_world *world, chore_action_mode mode, chore_action_component *out,
                           int cap)
{
    int total = 0;
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        chore_action_component parts[3];
        int n = arm_components(world, arm, mode, parts);
        for (int i = 0; i < n && total < cap; i++) {
            out[total++] = parts[i];
        }
    }
    if (world->embodiment.drives && total + 3 <= cap) {
        total += chore_carrier_components(world, mode, out + total);
    }
    return total;
}

int chore_world_action_dim(const chore_world *world)
{
    chore_action_component parts[CHORE_MAX_COMPONENTS];
    int n = chore_world_components(world, chore_world_mode(world), parts, CHORE_MAX_COMPONENTS), dim = 0;
    for (int i = 0; i < n; i++) {
        dim += parts[i].dim;
    }
    return dim;
}
