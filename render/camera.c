/* Cameras of a model. */
#include <chore/camera.h>

#include <mujoco/mujoco.h>

enum { WIDTH = 640, HEIGHT = 480 }; /* of cameras that state no resolution */

bool chore_camera_find(const mjModel *model, const char *name, chore_camera *out)
{
    const int id = mj_name2id(model, mjOBJ_CAMERA, name);
    if (id < 0 || model->cam_projection[id] != mjPROJ_PERSPECTIVE || model->cam_sensorsize[2 * id] > 0 ||
        model->cam_mode[id] != mjCAMLIGHT_FIXED) {
        return false;
    }
    const int *stated = model->cam_resolution + 2 * id;
    const bool plain = stated[0] <= 1 && stated[1] <= 1; /* MuJoCo's way to say none */
    *out = (chore_camera){.id = id,
                          .width = plain ? WIDTH : stated[0],
                          .height = plain ? HEIGHT : stated[1],
                          .fovy = model->cam_fovy[id] * mjPI / 180};
    return true;
}

/* What one joint adds to the pose of its body. */
static void turn_joint(const mjModel *m, const mjData *d, int joint, double pos[3], double quat[4])
{
    const double *q = d->qpos + m->jnt_qposadr[joint], *home = m->qpos0 + m->jnt_qposadr[joint];
    const double *axis = m->jnt_axis + 3 * joint, *offset = m->jnt_pos + 3 * joint;
    double anchor[3], arm[3], turn[4], turned[4];
    mju_rotVecQuat(arm, offset, quat);
    mju_add3(anchor, pos, arm);
    switch (m->jnt_type[joint]) {
    case mjJNT_SLIDE:
        mju_rotVecQuat(arm, axis, quat);
        mju_addToScl3(pos, arm, q[0] - home[0]);
        return;
    case mjJNT_HINGE: mju_axisAngle2Quat(turn, axis, q[0] - home[0]); break;
    default: mju_copy4(turn, q), mju_normalize4(turn); break; /* a ball; free joints are dealt with before */
    }
    mju_mulQuat(turned, quat, turn);
    mju_copy4(quat, turned);
    mju_rotVecQuat(arm, offset, quat);
    mju_sub3(pos, anchor, arm);
}

/* data->xpos may be a physics step old, so the way is gone from the world down once more. */
static void body_pose(const mjModel *m, const mjData *d, int body, double pos[3], double quat[4])
{
    const int first = m->body_jntadr[body];
    if (body == 0) {
        mju_zero3(pos);
        mju_unit4(quat);
    } else if (m->body_jntnum[body] > 0 && m->jnt_type[first] == mjJNT_FREE) {
        const double *q = d->qpos + m->jnt_qposadr[first];
        mju_copy3(pos, q);
        mju_copy4(quat, q + 3);
        mju_normalize4(quat);
    } else {
        double at[3], turned[4], parent[4];
        body_pose(m, d, m->body_parentid[body], pos, parent);
        mju_rotVecQuat(at, m->body_pos + 3 * body, parent);
        mju_addTo3(pos, at);
        mju_mulQuat(turned, parent, m->body_quat + 4 * body);
        mju_copy4(quat, turned);
        for (int j = 0; j < m->body_jntnum[body]; j++) {
            turn_joint(m, d, first + j, pos, quat);
        }
    }
}

void chore_camera_pose(const mjModel *m, const mjData *d, int id, double pos[3], double quat[4])
{
    static const double over[4] = {0, 1, 0, 0}; /* MuJoCo's cameras have y up and look along -z */
    double at[3], body[4], camera[4];
    body_pose(m, d, m->cam_bodyid[id], pos, body);
    mju_rotVecQuat(at, m->cam_pos + 3 * id, body);
    mju_addTo3(pos, at);
    mju_mulQuat(camera, body, m->cam_quat + 4 * id);
    mju_mulQuat(quat, camera, over);
    mju_normalize4(quat);
    if (quat[0] < 0) {
        mju_scl(quat, quat, -1, 4);
    }
}
