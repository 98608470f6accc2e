/* Forward kinematics and Jacobian of a serial chain, read off the model once. */
#include "arm_chain_internal.h"

static const chore_pose IDENTITY = {{0, 0, 0}, {1, 0, 0, 0}};

void chore_pose_compose(chore_pose *out, const chore_pose *a, const chore_pose *b)
{
    chore_pose result;
    mju_rotVecQuat(result.pos, b->pos, a->quat);
    mju_addTo3(result.pos, a->pos);
    mju_mulQuat(result.quat, a->quat, b->quat);
    *out = result;
}

void chore_pose_twist(double twist[6], const chore_pose *from, const chore_pose *to)
{
    double back[4], turn[4];
    mju_sub3(twist, to->pos, from->pos);
    mju_negQuat(back, from->quat);
    mju_mulQuat(turn, to->quat, back);
    mju_quat2Vel(twist + 3, turn, 1);
}

void chore_pose_move(chore_pose *out, const chore_pose *from, const double twist[6], double fraction)
{
    chore_pose result = *from;
    double axis[3] = {twist[3], twist[4], twist[5]}, turn[4];
    mju_addToScl3(result.pos, twist, fraction);
    double angle = mju_normalize3(axis);
    mju_axisAngle2Quat(turn, axis, angle * fraction);
    mju_mulQuat(result.quat, turn, from->quat);
    mju_normalize4(result.quat);
    *out = result;
}

static const char *name_of(const mjModel *model, int type, int id)
{
    const char *name = mj_id2name(model, type, id);
    return name ? name : "(unnamed)";
}

/* Bodies from just below the base down to the one that carries the tool, in that order. */
static int path_to_tool(int *path, int cap, const mjModel *model, const chore_arm *arm)
{
    int n = 0;
    for (int body = model->site_bodyid[arm->tool_site]; body != arm->base_body;
         body = model->body_parentid[body]) {
        if (body == 0 || n == cap) {
            return -1;
        }
        path[n++] = body;
    }
    for (int i = 0; i < n / 2; i++) {
        int swap = path[i];
        path[i] = path[n - 1 - i];
        path[n - 1 - i] = swap;
    }
    return n;
}

static chore_status add_joint(chore_arm_chain *chain, const mjModel *model, const chore_arm *arm, int id,
                              const chore_pose *before, chore_error *err)
{
    int type = model->jnt_type[id];
    if (chain->n >= arm->n_dof || arm->joint[chain->n] != id) {
        return chore_fail(
            err, CHORE_E_USAGE,
            "arm '%s': joint '%s' lies between base and tool, but is not number %d of the arm's joints",
            arm->name, name_of(model, mjOBJ_JOINT, id), chain->n + 1);
    }
    if (type != mjJNT_HINGE && type != mjJNT_SLIDE) {
        return chore_fail(err, CHORE_E_USAGE, "arm '%s': joint '%s' must be a hinge or a slide", arm->name,
                          name_of(model, mjOBJ_JOINT, id));
    }
    chore_chain_joint *joint = &chain->joint[chain->n];
    joint->before = *before;
    mju_copy3(joint->axis, model->jnt_axis + 3 * id);
    mju_copy3(joint->anchor, model->jnt_pos + 3 * id);
    joint->zero = model->qpos0[model->jnt_qposadr[id]];
    joint->slide = type == mjJNT_SLIDE;
    chain->lo[chain->n] = model->jnt_limited[id] ? model->jnt_range[2 * id] : -mjMAXVAL;
    chain->hi[chain->n] = model->jnt_limited[id] ? model->jnt_range[2 * id + 1] : mjMAXVAL;
    chain->n++;
    return CHORE_OK;
}

chore_status chore_arm_chain_extract(chore_arm_chain *chain, const mjModel *model, const chore_arm *arm,
                                     chore_error *err)
{
    *chain = (chore_arm_chain){0};
    int path[64];
    int n_path = path_to_tool(path, 64, model, arm);
    if (n_path < 0) {
        return chore_fail(err, CHORE_E_USAGE, "arm '%s': tool site '%s' is not below base body '%s'",
                          arm->name, name_of(model, mjOBJ_SITE, arm->tool_site),
                          name_of(model, mjOBJ_BODY, arm->base_body));
    }
    chore_pose before = IDENTITY;
    for (int i = 0; i < n_path; i++) {
        int body = path[i];
        chore_pose local;
        mju_copy3(local.pos, model->body_pos + 3 * body);
        mju_copy4(local.quat, model->body_quat + 4 * body);
        chore_pose_compose(&before, &before, &local);
        for (int j = 0; j < model->body_jntnum[body]; j++) {
            chore_status status = add_joint(chain, model, arm, model->body_jntadr[body] + j, &before, err);
            if (status != CHORE_OK) {
                return status;
            }
            before = IDENTITY;
        }
    }
    if (chain->n != arm->n_dof) {
        return chore_fail(err, CHORE_E_USAGE, "arm '%s': %d joints lie between base and tool, %d are listed",
                          arm->name, chain->n, arm->n_dof);
    }
    chore_pose site;
    mju_copy3(site.pos, model->site_pos + 3 * arm->tool_site);
    mju_copy4(site.quat, model->site_quat + 4 * arm->tool_site);
    chore_pose_compose(&chain->tool, &before, &site);
    return CHORE_OK;
}

/* Carry `frame` through a joint; its axis and anchor in the base frame come out. */
static void pass_joint(chore_pose *frame, const chore_chain_joint *joint, double q, double axis[3],
                       double anchor[3])
{
    double offset[3], turn[4];
    chore_pose_compose(frame, frame, &joint->before);
    mju_rotVecQuat(axis, joint->axis, frame->quat);
    mju_rotVecQuat(offset, joint->anchor, frame->quat);
    mju_add3(anchor, frame->pos, offset);
    if (joint->slide) {
        mju_addToScl3(frame->pos, axis, q - joint->zero);
        return;
    }
    mju_axisAngle2Quat(turn, joint->axis, q - joint->zero);
    mju_mulQuat(frame->quat, frame->quat, turn);
    mju_rotVecQuat(offset, joint->anchor, frame->quat);
    mju_sub3(frame->pos, anchor, offset);
}

void chore_arm_chain_pose(const chore_arm_chain *chain, const double *q, chore_pose *tool,
                          chore_jacobian *jacobian)
{
    double axis[CHORE_MAX_DOF][3], anchor[CHORE_MAX_DOF][3];
    chore_pose frame = IDENTITY;
    for (int i = 0; i < chain->n; i++) {
        pass_joint(&frame, &chain->joint[i], q[i], axis[i], anchor[i]);
    }
    chore_pose_compose(tool, &frame, &chain->tool);
    mju_normalize4(tool->quat);
    if (!jacobian) {
        return;
    }
    for (int i = 0; i < chain->n; i++) {
        double *linear = jacobian->col[i], *angular = jacobian->col[i] + 3, arm[3];
        if (chain->joint[i].slide) {
            mju_copy3(linear, axis[i]);
            mju_zero3(angular);
        } else {
            mju_sub3(arm, tool->pos, anchor[i]);
            mju_cross(linear, axis[i], arm);
            mju_copy3(angular, axis[i]);
        }
    }
}
