/* The world's life: steps, time, and what events do to it. Between calls the position and velocity stages are
   always current: each physics step is mj_step2 (solve.c) and then the mj_step1 of the next one, the same calls
   in the same order as a loop of mj_step, so that senses and contacts belong to the state and cost nothing extra. */
#include "breakage_internal.h"
#include "liquid_internal.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const mjModel *chore_world_model(const chore_world *world) { return world->model; }
const mjData *chore_world_data(const chore_world *world) { return world->data; }
const chore_embodiment *chore_world_embodiment(const chore_world *world) { return &world->embodiment; }
int chore_world_n_objects(const chore_world *world) { return world->n_objects; }
uint64_t chore_world_physics_steps(const chore_world *world) { return world->control.physics_steps; }
uint64_t chore_world_control_steps(const chore_world *world) { return world->control.control_steps; }
int chore_world_physics_hz(const chore_world *world) { return world->physics_hz; }
int chore_world_control_hz(const chore_world *world) { return world->control_hz; }
chore_action_mode chore_world_mode(const chore_world *world) { return (chore_action_mode)world->control.mode; }
size_t chore_world_recorded_ctrl(const chore_world *world) { return world->ctrl_record_len; }
/* clang-format on */

int chore_world_n_parts(const chore_world *world)
{
    return world->n_parts;
}

int chore_world_part(const chore_world *world, int index)
{
    CHORE_ASSERT(index >= 0 && index < world->n_parts);
    return world->part_joint[index];
}

const chore_object_ref *chore_world_object(const chore_world *world, int index)
{
    CHORE_ASSERT(index >= 0 && index < world->n_objects);
    return &world->objects[index];
}

double chore_world_seconds(const chore_world *world)
{
    return (double)world->control.physics_steps / world->physics_hz;
}

void chore_world_zero_clock(chore_world *world)
{
    world->control.physics_steps = 0;
    world->control.control_steps = 0;
    world->data->time = 0;
}

void chore_world_record_ctrl(chore_world *world, double *buffer, size_t cap_steps)
{
    world->ctrl_record = buffer;
    world->ctrl_record_cap = buffer ? cap_steps : 0;
    world->ctrl_record_len = 0;
}

int chore_world_n_ctrl(const chore_world *world)
{
    return (int)world->model->nu;
}

void chore_world_play_ctrl(chore_world *world, const double *ctrl, size_t n_steps)
{
    size_t nu = (size_t)world->model->nu;
    for (size_t i = 0; i < n_steps; i++) {
        memcpy(world->data->ctrl, ctrl + i * nu, nu * sizeof(double));
        mj_step(world->model, world->data);
    }
}

void chore_arm_measure(const chore_world *world, int arm, double q[CHORE_MAX_DOF])
{
    for (int j = 0; j < world->arms[arm].chain.n; j++) {
        q[j] = world->data->qpos[world->arms[arm].qpos[j]];
    }
}

double chore_gripper_width(const chore_world *world, int arm)
{
    const chore_arm_facts *facts = &world->arms[arm];
    return facts->gripper_ctrl < 0
               ? 0
               : world->data->qpos[facts->finger_qpos[0]] + world->data->qpos[facts->finger_qpos[1]];
}

/* ---- failures -------------------------------------------------------------------------------- */

void chore_world_fail(chore_world *world, const chore_error *err)
{
    world->failed = true;
    if (err) {
        world->failure = *err;
    } else {
        chore_fail(&world->failure, CHORE_E_SIM, "the simulation failed");
    }
}

/* What a warning's number stands for. */
static void describe_place(const mjModel *m, int warning, int info, char *out, size_t cap)
{
    int body = -1;
    if (warning == mjWARN_BADCTRL && info >= 0 && info < m->nactuator) {
        const char *actuator = mj_id2name(m, mjOBJ_ACTUATOR, info);
        snprintf(out, cap, "actuator %d '%s'", info, actuator ? actuator : "");
        return;
    }
    if (warning == mjWARN_BADQPOS) {
        for (int joint = 0; joint < m->njnt && m->jnt_qposadr[joint] <= info; joint++) {
            body = m->jnt_bodyid[joint];
        }
    } else if (warning != mjWARN_CONTACTFULL && warning != mjWARN_CNSTRFULL && info >= 0 && info < m->nv) {
        body = m->dof_bodyid[info];
    }
    const char *name = body >= 0 ? mj_id2name(m, mjOBJ_BODY, body) : NULL;
    if (body >= 0) {
        snprintf(out, cap, "body %d '%s'", body, name ? name : "");
    } else {
        snprintf(out, cap, "%d", info);
    }
}

chore_status chore_world_check_warnings(const chore_world *world, chore_error *err)
{
    static const char *const WHAT[mjNWARNING] = {"the inertia matrix is near singular",
                                                 "too many contacts for the arena",
                                                 "too many constraints for the arena",
                                                 "a position is not finite or huge",
                                                 "a velocity is not finite or huge",
                                                 "an acceleration is not finite or huge",
                                                 "a control is not finite"};
    for (int i = 0; i < mjNWARNING; i++) {
        if (world->data->warning[i].number > 0) {
            char place[CHORE_NAME_CAP + 32];
            describe_place(world->model, i, world->data->warning[i].lastinfo, place, sizeof place);
            return chore_fail(err, CHORE_E_SIM, "MuJoCo: %s (%s) after %.3f s", WHAT[i], place,
                              chore_world_seconds(world));
        }
    }
    return CHORE_OK;
}

static chore_status check_speeds(const chore_world *world, chore_error *err)
{
    const int i = chore_world_too_fast(world);
    return i < 0 ? CHORE_OK
                 : chore_fail(err, CHORE_E_SIM,
                              "'%s' moves at more than %g m/s after %.3f s: nothing in a household does, so a "
                              "contact went wrong",
                              world->objects[i].name, CHORE_MAX_SPEED, chore_world_seconds(world));
}

static chore_status refuse_failed(const chore_world *world, chore_error *err)
{
    if (err) {
        *err = world->failure;
    }
    return world->failure.status;
}

/* ---- stepping -------------------------------------------------------------------------------- */

typedef struct step_job {
    chore_world *world;
    const chore_robot_goal *goals; /* NULL: hold */
    int n;                       /* physics steps */
    bool bad;                    /* a warning came up */
} step_job;

static void record_ctrl(chore_world *world)
{
    if (world->ctrl_record_len < world->ctrl_record_cap) {
        size_t nu = (size_t)world->model->nu;
        memcpy(world->ctrl_record + nu * world->ctrl_record_len++, world->data->ctrl, nu * sizeof(double));
    }
}

static bool warned(const mjData *d)
{
    int n = 0;
    for (int i = 0; i < mjNWARNING; i++) {
        n += d->warning[i].number;
    }
    return n > 0;
}

/* Sum of the active pushes as xfrc_applied; a body whose last push ended gets zero. */
static void apply_pushes(chore_world *world)
{
    const chore_push *pushes = world->control.pushes;
    for (int i = 0; i < MAX_PUSHES; i++) {
        mju_zero(world->data->xfrc_applied + 6 * pushes[i].body, pushes[i].body > 0 ? 6 : 0);
    }
    for (int i = 0; i < MAX_PUSHES; i++) {
        if (pushes[i].steps_left > 0) {
            mju_addTo(world->data->xfrc_applied + 6 * pushes[i].body, pushes[i].force, 6);
        }
    }
}

static void age_pushes(chore_world *world)
{
    bool any = false;
    for (int i = 0; i < MAX_PUSHES; i++) {
        chore_push *push = &world->control.pushes[i];
        any = any || push->body > 0;
        push->steps_left -= push->steps_left > 0;
    }
    if (!any) {
        return;
    }
    apply_pushes(world);
    for (int i = 0; i < MAX_PUSHES; i++) {
        if (world->control.pushes[i].steps_left == 0) {
            world->control.pushes[i] = (chore_push){0};
        }
    }
}

static void run_steps(void *ctx)
{
    step_job *job = ctx;
    chore_world *world = job->world;
    for (int i = 0; i < job->n; i++) {
        if (job->goals) {
            chore_drive_write_ctrl(world, job->goals, i, job->n);
        } else {
            chore_drive_rest_ctrl(world);
        }
        record_ctrl(world);
        chore_world_finish_step(world);
        world->control.physics_steps++;
        chore_breakage_step(world, i, job->n);
        chore_liquid_step(world, i, job->n);
        if (i == job->n - 1) {
            chore_contacts_record(world);
            if (job->goals) {
                chore_drive_finish(world, job->goals, job->n);
                age_pushes(world);
            }
        }
        job->bad = warned(world->data) || chore_world_too_fast(world) >= 0;
        if (job->bad) {
            return;
        }
        mj_step1(world->model, world->data);
    }
    job->bad = warned(world->data);
}

static chore_status run(step_job *job, chore_error *err)
{
    chore_world *world = job->world;
    chore_error failure;
    chore_status status = chore_mj_try(run_steps, job, &failure);
    if (status == CHORE_OK && job->bad) {
        status = chore_world_check_warnings(world, &failure);
        status = status == CHORE_OK ? check_speeds(world, &failure) : status;
    }
    if (status != CHORE_OK) {
        chore_world_fail(world, &failure);
        return refuse_failed(world, err);
    }
    return CHORE_OK;
}

/* Names the first value that is not a number. */
static chore_status check_finite(const chore_world *world, const float *action, chore_error *err)
{
    chore_action_component parts[CHORE_MAX_COMPONENTS];
    int n = chore_world_components(world, chore_world_mode(world), parts, CHORE_MAX_COMPONENTS);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < parts[i].dim; k++, action++) {
            if (!isfinite(*action)) {
                return chore_fail(err, CHORE_E_POLICY, "action value %s[%d] is %s in control step %llu",
                                  parts[i].name, k, isnan(*action) ? "not a number" : "infinite",
                                  (unsigned long long)world->control.control_steps);
            }
        }
    }
    return CHORE_OK;
}

chore_status chore_world_step(chore_world *world, const float *action, int *n_clamped, chore_error *err)
{
    if (world->failed) {
        return refuse_failed(world, err);
    }
    chore_status status = check_finite(world, action, err);
    if (status != CHORE_OK) {
        return status;
    }
    chore_robot_goal goals = {0};
    int clamped = chore_actuate_decode(world, action, &goals);
    if (n_clamped) {
        *n_clamped = clamped;
    }
    world->control.control_steps++;
    return run(&(step_job){.world = world, .goals = &goals, .n = world->steps_per_action}, err);
}

chore_status chore_world_advance(chore_world *world, int physics_steps, chore_error *err)
{
    if (world->failed) {
        return refuse_failed(world, err);
    }
    return run(&(step_job){.world = world, .n = physics_steps}, err);
}

/* ---- modes ----------------------------------------------------------------------------------- */

chore_status chore_world_set_mode(chore_world *world, chore_action_mode mode, chore_error *err)
{
    if (mode < 0 || mode >= CHORE_MODE_COUNT) {
        return chore_fail(err, CHORE_E_USAGE, "there is no action mode %d", (int)mode);
    }
    world->control.mode = mode;
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        const chore_ik_problem *ik = &world->arms[arm].ik;
        chore_arm_control *control = &world->control.arms[arm];
        chore_arm_measure(world, arm, control->target);
        for (int j = 0; j < ik->chain->n; j++) {
            control->target[j] = fmin(fmax(control->target[j], ik->lo[j]), ik->hi[j]);
            control->rate[j] = 0;
        }
    }
    for (int j = 0; j < world->carrier.chain.n; j++) {
        world->carrier_control.target[j] = world->data->qpos[world->carrier.qpos[j]];
        world->carrier_control.rate[j] = 0;
    }
    return CHORE_OK;
}

/* The part of a holding action before the gripper. Returns its length. */
static int hold_joints_or_tool(const chore_world *world, int arm, double values[CHORE_MAX_DOF])
{
    const chore_arm_facts *facts = &world->arms[arm];
    const double *target = world->control.arms[arm].target;
    chore_pose tool;
    mju_zero(values, CHORE_MAX_DOF);
    switch (chore_world_mode(world)) {
    case CHORE_MODE_JOINT_POS:
        mju_copy(values, target, facts->chain.n);
        return facts->chain.n;
    case CHORE_MODE_JOINT_DELTA: return facts->chain.n;
    case CHORE_MODE_EEF_POSE:
        chore_arm_chain_pose(&facts->chain, target, &tool, NULL);
        mju_copy3(values, tool.pos);
        mju_copy4(values + 3, tool.quat);
        return 7;
    case CHORE_MODE_EEF_DELTA:
    case CHORE_MODE_EEF_DELTA_TARGET: return 6;
    case CHORE_MODE_COUNT: break;
    }
    return 0;
}

void chore_world_hold_action(const chore_world *world, float *action)
{
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        double values[CHORE_MAX_DOF], most = world->embodiment.arms[arm].gripper_width_m;
        int n = hold_joints_or_tool(world, arm, values);
        for (int i = 0; i < n; i++) {
            *action++ = (float)values[i];
        }
        if (world->arms[arm].gripper_ctrl >= 0) {
            *action++ = (float)chore_actuate_width(world->control.arms[arm].finger_target, most);
        }
    }
    if (world->embodiment.drives) {
        chore_carrier_hold(world, action);
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static void refresh(void *ctx)
{
    const chore_world *world = ctx;
    mj_step1(world->model, world->data);
}

void chore_world_refresh(chore_world *world)
{
    chore_error failure;
    chore_status status = chore_mj_try(refresh, world, &failure);
    if (status == CHORE_OK) {
        status = chore_world_check_warnings(world, &failure);
    }
    if (status != CHORE_OK) {
        chore_world_fail(world, &failure);
    }
}

void chore_world_put_body(chore_world *world, int body, const double pos[3], const double quat[4])
{
    const mjModel *m = world->model;
    CHORE_ASSERT(body > 0 && body < m->nbody && m->body_jntnum[body] == 1 &&
                 m->jnt_type[m->body_jntadr[body]] == mjJNT_FREE);
    chore_breakage_forget(world, body);
    chore_liquid_forget(world, body);
    int joint = m->body_jntadr[body];
    double *pose = world->data->qpos + m->jnt_qposadr[joint];
    double *velocity = world->data->qvel + m->jnt_dofadr[joint];
    mju_copy3(pose, pos);
    mju_copy4(pose + 3, quat);
    mju_normalize4(pose + 3);
    mju_zero(world->data->qacc_warmstart + m->jnt_dofadr[joint], 6);
    /* minus zero wakes the body even when its pose is the one it has: MuJoCo compares bytes with zero */
    mju_fill(velocity, -0., 6);
    chore_world_refresh(world);
    mju_zero(velocity, 6);
}

void chore_world_put_vertices(chore_world *world, int first_body, int n, const double (*pos)[3])
{
    const mjModel *m = world->model;
    mjData *d = world->data;
    CHORE_ASSERT(first_body > 0 && n >= 0 && first_body + n <= m->nbody);
    for (int i = 0; i < n; i++) {
        int body = first_body + i, joint = m->body_jntadr[body];
        CHORE_ASSERT(m->body_parentid[body] == 0 && m->body_jntnum[body] == 3 &&
                     m->jnt_type[joint] == mjJNT_SLIDE);
        mju_sub3(d->qpos + m->jnt_qposadr[joint], pos[i], m->body_pos + 3 * body);
        mju_zero3(d->qacc_warmstart + m->jnt_dofadr[joint]);
        mju_fill(d->qvel + m->jnt_dofadr[joint], -0., 3); /* see chore_world_put_body */
    }
    chore_world_refresh(world);
    for (int i = 0; i < n; i++) {
        mju_zero3(d->qvel + m->jnt_dofadr[m->body_jntadr[first_body + i]]);
    }
}

void chore_world_lead_vertex(chore_world *world, int body, const double pos[3],
                             const double velocity[3])
{
    const mjModel *m = world->model;
    mjData *d = world->data;
    int joint = m->body_jntadr[body];
    CHORE_ASSERT(m->body_parentid[body] == 0 && m->body_jntnum[body] == 3 &&
                 m->jnt_type[joint] == mjJNT_SLIDE);
    mju_sub3(d->qpos + m->jnt_qposadr[joint], pos, m->body_pos + 3 * body);
    mju_copy3(d->qvel + m->jnt_dofadr[joint], velocity);
}

void chore_world_put_joint(chore_world *world, int joint, double angle)
{
    const mjModel *m = world->model;
    mjData *d = world->data;
    CHORE_ASSERT(joint >= 0 && joint < m->njnt && m->jnt_type[joint] != mjJNT_FREE &&
                 m->jnt_type[joint] != mjJNT_BALL);
    d->qpos[m->jnt_qposadr[joint]] = angle;
    d->qacc_warmstart[m->jnt_dofadr[joint]] = 0;
    if (m->jnt_plasticadr[joint] >= 0) {
        d->plastic[m->jnt_plasticadr[joint]] = angle;
    }
    d->qvel[m->jnt_dofadr[joint]] = -0.; /* see chore_world_put_body */
    chore_world_refresh(world);
    d->qvel[m->jnt_dofadr[joint]] = 0;
}

void chore_world_pull_vertices(chore_world *world, int first_body, int n, const double (*force)[3])
{
    CHORE_ASSERT(first_body > 0 && n >= 0 && first_body + n <= world->model->nbody);
    for (int i = 0; i < n; i++) {
        double *to = world->data->xfrc_applied + 6 * (first_body + i);
        mju_zero(to, 6);
        if (force) {
            mju_copy3(to, force[i]);
        }
    }
    chore_world_refresh(world);
}

void chore_world_relax_gripper(chore_world *world, int arm, double width_m, int control_steps)
{
    CHORE_ASSERT(arm >= 0 && arm < world->embodiment.n_arms);
    double most = world->embodiment.arms[arm].gripper_width_m;
    world->control.arms[arm].relax_width = fmin(chore_gripper_width(world, arm) + width_m, most);
    world->control.arms[arm].relax_steps = control_steps;
}

void chore_world_push_body(chore_world *world, int body, const double force[6], int control_steps)
{
    CHORE_ASSERT(body > 0 && body < world->model->nbody);
    if (control_steps <= 0) {
        return;
    }
    chore_push *slot = &world->control.pushes[0];
    for (int i = 1; i < MAX_PUSHES && slot->steps_left > 0; i++) {
        chore_push *other = &world->control.pushes[i];
        slot = other->steps_left < slot->steps_left ? other : slot;
    }
    if (slot->steps_left > 0) {
        /* all are taken: the one with the least left gives way */
        mju_zero(world->data->xfrc_applied + 6 * slot->body, 6);
    }
    *slot = (chore_push){.body = body, .steps_left = control_steps};
    mju_copy(slot->force, force, 6);
    apply_pushes(world);
    chore_world_refresh(world);
}

bool chore_world_all_objects_asleep(const chore_world *world)
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    for (int joint = 0; joint < m->njnt; joint++) {
        if (m->jnt_type[joint] != mjJNT_FREE) {
            continue;
        }
        if (m->opt.enableflags & mjENBL_SLEEP) {
            if (d->tree_asleep[m->body_treeid[m->jnt_bodyid[joint]]] < 0) {
                return false;
            }
        } else if (mju_norm(d->qvel + m->jnt_dofadr[joint], 6) > m->opt.sleep_tolerance) {
            return false;
        }
    }
    return true;
}
