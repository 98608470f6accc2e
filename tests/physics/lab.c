#include "lab.h"

#include <mujoco/mujoco.h>

#include <math.h>
#include <string.h>

void lab_must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

void lab_open(lab *l, const char *kind, const char *size, bool robot)
{
    chore_object_def object = {.id = "it"};
    chore_error err = {0};
    chore_copy(object.kind, sizeof object.kind, kind);
    chore_copy(object.size, sizeof object.size, size);
    memset(l, 0, sizeof *l);
    chore_scene_def def = {.scene = "dining_table", .embodiment = robot ? "arm" : NULL, .objects = &object, .n_objects = 1};
    lab_must(chore_sim_init(&err), &err);
    lab_must(chore_scene_build(&l->scene, &def, &err), &err);
    chore_world_def world = chore_scene_world_def(l->scene);
    lab_must(chore_world_create(&l->world, &world, &err), &err);
    if (robot) {
        lab_must(chore_world_set_mode(l->world, CHORE_MODE_EEF_POSE, &err), &err);
        assert_int_equal(chore_world_action_dim(l->world), 8);
        chore_world_hold_action(l->world, l->command);
    }
}

void lab_close(lab *l)
{
    chore_world_destroy(l->world);
    chore_scene_destroy(l->scene);
}

const chore_object *lab_object(const lab *l)
{
    return chore_scene_object(l->scene, 0);
}

void lab_put(lab *l, double x, double y, double lift, double tilt, double yaw)
{
    const double across[3] = {1, 0, 0}, up[3] = {0, 0, 1}, pos[3] = {x, y, LAB_TABLE_Z + lift};
    double lean[4], turn[4], quat[4];
    mju_axisAngle2Quat(lean, across, tilt);
    mju_axisAngle2Quat(turn, up, yaw);
    mju_mulQuat(quat, turn, lean);
    chore_world_put_body(l->world, lab_object(l)->body, pos, quat);
}

double lab_settle(lab *l, double limit_s)
{
    chore_error err = {0};
    const int period = chore_world_physics_hz(l->world) / chore_world_control_hz(l->world);
    const double start = chore_world_seconds(l->world);
    while (chore_world_seconds(l->world) - start < limit_s) {
        lab_must(chore_world_advance(l->world, period, &err), &err);
        if (chore_world_all_objects_asleep(l->world)) {
            return chore_world_seconds(l->world) - start;
        }
    }
    return -1;
}

lab_pose lab_object_pose(const lab *l)
{
    lab_pose pose;
    const double *q = chore_world_data(l->world)->qpos + lab_object(l)->qpos_adr;
    mju_copy3(pose.pos, q);
    mju_copy4(pose.quat, q + 3);
    return pose;
}

lab_pose lab_tool_pose(const lab *l)
{
    lab_pose pose;
    const mjData *d = chore_world_data(l->world);
    const int site = chore_world_embodiment(l->world)->arms[0].tool_site;
    mju_copy3(pose.pos, d->site_xpos + 3 * site);
    mju_mat2Quat(pose.quat, d->site_xmat + 9 * site);
    return pose;
}

lab_pose lab_pose_in(const lab_pose *frame, const lab_pose *pose)
{
    lab_pose back, out;
    mju_negPose(back.pos, back.quat, frame->pos, frame->quat);
    mju_mulPose(out.pos, out.quat, back.pos, back.quat, pose->pos, pose->quat);
    return out;
}

/* Half a turn about the pose's z when that is nearer to quat. */
static void turn_nearer(lab_pose *pose, const double quat[4])
{
    const double half_turn[4] = {0, 0, 0, 1};
    double other[4];
    mju_mulQuat(other, pose->quat, half_turn);
    if (fabs(mju_dot(other, quat, 4)) > fabs(mju_dot(pose->quat, quat, 4))) {
        mju_copy4(pose->quat, other);
    }
}

lab_pose lab_grasp_pose(const lab *l, const char *grasp, double turn)
{
    const chore_object *object = lab_object(l);
    const double up[3] = {0, 0, 1}, origin[3] = {0, 0, 0};
    lab_pose at = lab_object_pose(l), turned, out;
    for (int i = 0; i < object->n_grasps; i++) {
        if (strcmp(object->grasps[i].name, grasp) == 0) {
            const chore_site *site = &object->sites[object->grasps[i].site];
            double quat[4];
            mju_axisAngle2Quat(quat, up, turn);
            mju_mulPose(turned.pos, turned.quat, origin, quat, site->pos, site->quat);
            mju_mulPose(out.pos, out.quat, at.pos, at.quat, turned.pos, turned.quat);
            turn_nearer(&out, lab_tool_pose(l).quat);
            return out;
        }
    }
    fail_msg("%s has no grasp %s", object->kind, grasp);
    return at;
}

/* The robot stands at the table's rear edge and is not turned. */
static void command_pose(float command[8], const double pos[3], const double quat[4])
{
    command[0] = (float)pos[0];
    command[1] = (float)pos[1];
    command[2] = (float)(pos[2] - LAB_TABLE_Z);
    for (int i = 0; i < 4; i++) {
        command[3 + i] = (float)quat[i];
    }
}

void lab_move(lab *l, const lab_pose *to, double width, double seconds, lab_watch_fn watch,
              void *ctx)
{
    const int n = (int)ceil(seconds * chore_world_control_hz(l->world));
    const float first_width = l->command[7];
    double from[3], start[4], turn[3], back[4], rel[4];
    chore_error err = {0};
    for (int i = 0; i < 4; i++) {
        start[i] = (double)l->command[3 + i];
        from[i % 3] = (double)l->command[i % 3];
    }
    from[2] += LAB_TABLE_Z;
    mju_normalize4(start);
    mju_negQuat(back, start);
    mju_mulQuat(rel, to->quat, back);
    mju_quat2Vel(turn, rel, 1);
    double angle = mju_normalize3(turn);
    for (int k = 1; k <= n; k++) {
        const double part = (double)k / n;
        double pos[3], quat[4];
        mju_axisAngle2Quat(quat, turn, angle * part);
        mju_mulQuat(quat, quat, start);
        for (int i = 0; i < 3; i++) {
            pos[i] = from[i] + part * (to->pos[i] - from[i]);
        }
        command_pose(l->command, pos, quat);
        l->command[7] = first_width + (float)part * ((float)width - first_width);
        lab_must(chore_world_step(l->world, l->command, NULL, &err), &err);
        if (watch != NULL) {
            watch(l, ctx);
        }
    }
}

double lab_robot_penetration(const lab *l)
{
    const mjModel *m = chore_world_model(l->world);
    const mjData *d = chore_world_data(l->world);
    const int base = chore_world_embodiment(l->world)->arms[0].base_body,
              root = m->body_rootid[base];
    double deepest = 0;
    for (int i = 0; i < d->ncon; i++) {
        const int a = m->body_rootid[m->geom_bodyid[d->contact[i].geom[0]]],
                  b = m->body_rootid[m->geom_bodyid[d->contact[i].geom[1]]];
        if ((a == root) != (b == root)) {
            deepest = fmax(deepest, -d->contact[i].dist);
        }
    }
    return deepest;
}
