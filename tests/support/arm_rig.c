#include "arm_rig.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fprintf(stderr, "arm rig: %s\n", err->message);
        abort();
    }
}

arm_rig arm_rig_make(int n_boxes, chore_action_mode mode)
{
    arm_rig rig = {0};
    chore_error err = {0};
    need(chore_sim_init(&err), &err);
    rig.model = test_model_make((test_model_options){.n_boxes = n_boxes});
    chore_world_def def = test_world_def(rig.model, 20);
    need(chore_world_create(&rig.world, &def, &err), &err);
    need(chore_world_advance(rig.world, 300, &err), &err);
    need(chore_world_set_mode(rig.world, mode, &err), &err);
    return rig;
}

void arm_rig_free(arm_rig *rig)
{
    chore_world_destroy(rig->world);
    mj_deleteModel(rig->model);
}

void arm_rig_down(float action[8], double x, double y, double z, double yaw, double tilt, double tilt_axis,
                  double width)
{
    static const double down[4] = {0, 1, 0, 0};
    double up[3] = {0, 0, 1}, flat[3] = {cos(tilt_axis), sin(tilt_axis), 0}, turn[4], lean[4], quat[4];
    mju_axisAngle2Quat(turn, up, yaw);
    mju_axisAngle2Quat(lean, flat, tilt);
    mju_mulQuat(quat, turn, down);
    mju_mulQuat(quat, lean, quat);
    action[0] = (float)x;
    action[1] = (float)y;
    action[2] = (float)z;
    for (int i = 0; i < 4; i++) {
        action[3 + i] = (float)quat[i];
    }
    action[7] = (float)width;
}

typedef struct place {
    double pos[3], quat[4];
} place;

static place place_of(const float *pos, const float *quat)
{
    place p;
    for (int i = 0; i < 3; i++) {
        p.pos[i] = (double)pos[i];
    }
    for (int i = 0; i < 4; i++) {
        p.quat[i] = (double)quat[i];
    }
    mju_normalize4(p.quat);
    return p;
}

static place tool_of(const chore_world *world)
{
    float pos[3], quat[4];
    chore_world_observe(world, CHORE_OBS_EEF_POS, pos);
    chore_world_observe(world, CHORE_OBS_EEF_QUAT, quat);
    return place_of(pos, quat);
}

static void turn_between(double turn[3], const double from[4], const double to[4])
{
    double back[4], quat[4];
    mju_negQuat(back, from);
    mju_mulQuat(quat, to, back);
    mju_quat2Vel(turn, quat, 1);
}

/* Pose at `part` of the way; the turn is about one fixed axis. */
static void way_point(float action[8], const place *from, const double way[3], const double turn[3],
                      double part)
{
    double axis[3], quat[4];
    mju_copy3(axis, turn);
    double angle = mju_normalize3(axis);
    mju_axisAngle2Quat(quat, axis, angle * part);
    mju_mulQuat(quat, quat, from->quat);
    for (int i = 0; i < 3; i++) {
        action[i] = (float)(from->pos[i] + part * way[i]);
    }
    for (int i = 0; i < 4; i++) {
        action[3 + i] = (float)quat[i];
    }
}

arm_track arm_rig_move(chore_world *world, const float goal[8], double speed)
{
    arm_track track = {0};
    chore_error err = {0};
    place from = tool_of(world), to = place_of(goal, goal + 3);
    double way[3], turn[3], along[3];
    mju_sub3(way, to.pos, from.pos);
    turn_between(turn, from.quat, to.quat);
    mju_copy3(along, way);
    double length = mju_normalize3(along), hz = chore_world_control_hz(world);
    int n = (int)ceil(fmax(length / speed, mju_norm3(turn) / (4 * speed)) * hz);
    for (int k = 1; k <= n + (int)(hz / 2); k++) {
        float action[8];
        double part = fmin(1, (double)k / n), moved[3], off[3];
        memcpy(action, goal, sizeof action);
        way_point(action, &from, way, turn, part);
        need(chore_world_step(world, action, NULL, &err), &err);
        place now = tool_of(world);
        mju_sub3(moved, now.pos, from.pos);
        double forward = mju_dot3(moved, along);
        mju_addScl3(off, moved, along, -forward);
        track.lag = fmax(track.lag, part * length - forward);
        track.overshoot = fmax(track.overshoot, forward - length);
        track.off_line = fmax(track.off_line, mju_norm3(off));
        track.end = mju_dist3(now.pos, to.pos);
        turn_between(moved, now.quat, to.quat);
        track.end_turn = mju_norm3(moved);
    }
    return track;
}
