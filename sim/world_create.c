/* Making a world: check the def against the model, look up what stepping needs, stand in the initial state.
 */
#include "breakage_internal.h"
#include "liquid_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double JOINT_MARGIN = .01; /* rad or m kept from each end of a joint's range */
static const double RAMP_PART = .3;     /* of a control step: see drive.c */

chore_world_def chore_world_def_default(void)
{
    return (chore_world_def){.control_hz = 20};
}

static const char *name_of(const mjModel *model, int type, int id)
{
    const char *name = mj_id2name(model, type, id);
    return name ? name : "(unnamed)";
}

/* ---- checks ---------------------------------------------------------------------------------- */

static chore_status check_options(const mjModel *m, chore_error *err)
{
    if (!(m->opt.disableflags & mjDSBL_AUTORESET)) {
        return chore_fail(err, CHORE_E_USAGE,
                          "the model must switch automatic reset off: <flag autoreset=\"disable\"/>");
    }
    if (m->opt.integrator == mjINT_RK4) {
        return chore_fail(err, CHORE_E_USAGE,
                          "integrator RK4 cannot be split into steps; use discrete or implicitfast");
    }
    if (m->opt.enableflags & mjENBL_IPC) {
        return chore_fail(err, CHORE_E_USAGE, "flag ipc keeps state that cannot be saved; leave it off");
    }
    if (m->nplugin > 0) {
        return chore_fail(err, CHORE_E_USAGE,
                          "models with MuJoCo plug-ins are not supported: their state is not ours");
    }
    return CHORE_OK;
}

static chore_status find_rates(chore_world *world, const chore_world_def *def, chore_error *err)
{
    double rate = 1 / def->model->opt.timestep;
    world->physics_hz = (int)lround(rate);
    if (world->physics_hz < 1 || fabs(rate - world->physics_hz) > 1e-4 * rate) {
        return chore_fail(err, CHORE_E_USAGE, "timestep %.9g s is not one over a whole number",
                          def->model->opt.timestep);
    }
    if (def->control_hz < 1 || world->physics_hz % def->control_hz != 0) {
        return chore_fail(err, CHORE_E_USAGE, "control rate %d Hz does not divide the physics rate %d Hz",
                          def->control_hz, world->physics_hz);
    }
    world->control_hz = def->control_hz;
    world->steps_per_action = world->physics_hz / def->control_hz;
    world->ramp_steps = (int)lround(RAMP_PART * world->steps_per_action);
    world->ramp_steps = world->ramp_steps < 1 ? 1 : world->ramp_steps;
    return CHORE_OK;
}

static chore_status check_objects(const chore_world_def *def, chore_error *err)
{
    const mjModel *m = def->model;
    if (def->n_objects < 0 || def->n_objects > CHORE_MAX_OBJECTS) {
        return chore_fail(err, CHORE_E_USAGE, "%d objects; at most %d are possible", def->n_objects,
                          CHORE_MAX_OBJECTS);
    }
    for (int i = 0; i < def->n_objects; i++) {
        int body = def->objects[i].body;
        if (body <= 0 || body >= m->nbody || m->body_jntnum[body] < 1 ||
            m->jnt_type[m->body_jntadr[body]] != mjJNT_FREE) {
            return chore_fail(err, CHORE_E_USAGE, "object '%s': body %d has no free joint",
                              def->objects[i].name, body);
        }
    }
    return CHORE_OK;
}

/* ---- arms ------------------------------------------------------------------------------------ */

static bool id_in(int id, mjtSize n)
{
    return id >= 0 && id < n;
}

static chore_status check_ids(const mjModel *m, const chore_arm *arm, chore_error *err)
{
    bool good = arm->n_dof >= 1 && arm->n_dof <= CHORE_MAX_DOF && id_in(arm->base_body, m->nbody) &&
                id_in(arm->tool_site, m->nsite);
    for (int j = 0; good && j < arm->n_dof; j++) {
        good = id_in(arm->joint[j], m->njnt) && id_in(arm->actuator[j], m->nactuator) &&
               arm->velocity_limit[j] > 0;
    }
    if (good && arm->gripper_actuator >= 0) {
        good = id_in(arm->gripper_actuator, m->nactuator) && arm->gripper_width_m > 0;
        for (int i = 0; good && i < 2; i++) {
            good = id_in(arm->finger_joint[i], m->njnt) && id_in(arm->pad_geom[i], m->ngeom);
        }
    }
    return good ? CHORE_OK
                : chore_fail(err, CHORE_E_USAGE, "arm '%s': a model id or a limit is missing", arm->name);
}

/* A position actuator acts on one joint with gear 1: force = kp (ctrl - q) - kv qvel, with one ctrl value. */
static bool is_position_actuator(const mjModel *m, int id, int joint)
{
    return m->actuator_trntype[id] == mjTRN_JOINT && m->actuator_trnid[2 * id] == joint &&
           m->actuator_dyntype[id] == mjDYN_NONE && m->actuator_gaintype[id] == mjGAIN_FIXED &&
           m->actuator_biastype[id] == mjBIAS_AFFINE && m->actuator_ctrlnum[id] == 1 &&
           m->actuator_gear[6 * m->actuator_outadr[id]] == 1 && m->actuator_gainprm[mjNGAIN * id] > 0 &&
           m->actuator_biasprm[mjNBIAS * id + 1] == -m->actuator_gainprm[mjNGAIN * id];
}

static double force_limit(const mjModel *m, int id)
{
    const double *range = m->actuator_forcerange + 2 * id;
    return m->actuator_forcelimited[id] ? fmin(-range[0], range[1]) : mjMAXVAL;
}

/* Addresses and gains of joint j of a limb. */
static chore_status find_actuator(const mjModel *m, chore_arm_facts *facts, int j, const char *limb, int joint,
                                  int id, chore_error *err)
{
    if (!is_position_actuator(m, id, joint)) {
        return chore_fail(err, CHORE_E_USAGE,
                          "'%s': actuator '%s' is not a position actuator of joint '%s' (gear 1)", limb,
                          name_of(m, mjOBJ_ACTUATOR, id), name_of(m, mjOBJ_JOINT, joint));
    }
    facts->qpos[j] = m->jnt_qposadr[joint];
    facts->dof[j] = m->jnt_dofadr[joint];
    facts->ctrl[j] = m->actuator_ctrladr[id];
    facts->force[j] = m->actuator_outadr[id];
    facts->kp[j] = m->actuator_gainprm[mjNGAIN * id];
    facts->kv[j] = -m->actuator_biasprm[mjNBIAS * id + 2];
    facts->drag[j] = facts->kv[j] + m->dof_damping[facts->dof[j]];
    facts->max_force[j] = force_limit(m, id);
    return CHORE_OK;
}

static chore_status find_carrier(chore_world *world, chore_error *err)
{
    const mjModel *m = world->model;
    const chore_carrier *carrier = &world->embodiment.carrier;
    bool good = id_in(carrier->body, m->nbody) && carrier->start_time > 0;
    for (int j = 0; j < CHORE_CARRIER_DOF; j++) {
        good = good && id_in(carrier->joint[j], m->njnt) && id_in(carrier->actuator[j], m->nactuator) &&
               carrier->velocity_limit[j] > 0;
    }
    if (!good) {
        return chore_fail(err, CHORE_E_USAGE, "carrier '%s': a model id or a limit is missing",
                          carrier->name);
    }
    world->carrier.gripper_ctrl = -1;
    world->carrier.chain.n = CHORE_CARRIER_DOF;
    for (int j = 0; j < CHORE_CARRIER_DOF; j++) {
        chore_status status = find_actuator(m, &world->carrier, j, carrier->name, carrier->joint[j],
                                            carrier->actuator[j], err);
        if (status != CHORE_OK) {
            return status;
        }
    }
    return CHORE_OK;
}

static chore_status find_arm(chore_world *world, int index, chore_error *err)
{
    const mjModel *m = world->model;
    const chore_arm *arm = &world->embodiment.arms[index];
    chore_arm_facts *facts = &world->arms[index];
    chore_status status = check_ids(m, arm, err);
    if (status == CHORE_OK) {
        status = chore_arm_chain_extract(&facts->chain, m, arm, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    for (int j = 0; j < arm->n_dof; j++) {
        status = find_actuator(m, facts, j, arm->name, arm->joint[j], arm->actuator[j], err);
        if (status != CHORE_OK) {
            return status;
        }
        if (!(arm->home[j] >= facts->chain.lo[j] && arm->home[j] <= facts->chain.hi[j])) {
            return chore_fail(err, CHORE_E_USAGE, "arm '%s': home of joint '%s' (%g) is outside its range",
                              arm->name, name_of(m, mjOBJ_JOINT, arm->joint[j]), arm->home[j]);
        }
    }
    chore_ik_prepare(&facts->ik, &facts->chain, arm->home, JOINT_MARGIN);
    facts->gripper_ctrl = -1;
    if (arm->gripper_actuator >= 0) {
        facts->gripper_ctrl = m->actuator_ctrladr[arm->gripper_actuator];
        facts->finger_qpos[0] = m->jnt_qposadr[arm->finger_joint[0]];
        facts->finger_qpos[1] = m->jnt_qposadr[arm->finger_joint[1]];
    }
    return CHORE_OK;
}

/* ---- the world ------------------------------------------------------------------------------- */

/* Children come after their parents and siblings' subtrees do not interleave: a subtree is a range of bodies.
 */
static void find_subtrees(int *end, const mjModel *m)
{
    for (int body = 0; body < m->nbody; body++) {
        end[body] = body + 1;
    }
    for (int body = (int)m->nbody - 1; body > 0; body--) {
        int parent = m->body_parentid[body];
        end[parent] = end[body] > end[parent] ? end[body] : end[parent];
    }
}

static bool is_moved(const mjModel *m, int joint)
{
    for (int id = 0; id < m->nactuator; id++) {
        if (m->actuator_trntype[id] == mjTRN_JOINT && m->actuator_trnid[2 * id] == joint) {
            return true;
        }
    }
    return false;
}

/* Fingers are moved through tendons, too. */
static bool is_of_robot(const chore_world *world, int body)
{
    for (int i = 0; i < chore_robot_n_roots(&world->embodiment); i++) {
        const int base = chore_robot_root(&world->embodiment, i);
        if (body >= base && body < world->subtree_end[base]) {
            return true;
        }
    }
    return false;
}

static void find_parts(chore_world *world)
{
    const mjModel *m = world->model;
    for (int joint = 0; joint < m->njnt; joint++) {
        const int body = m->jnt_bodyid[joint];
        if ((m->jnt_type[joint] == mjJNT_HINGE || m->jnt_type[joint] == mjJNT_SLIDE) &&
            m->body_jntnum[body] == 1 && !is_moved(m, joint) && !is_of_robot(world, body)) {
            world->part_joint[world->n_parts++] = joint;
        }
    }
}

static void make_data(void *ctx)
{
    chore_world *world = ctx;
    world->data = mj_makeData(world->model);
}

static void stand_at_home(void *ctx)
{
    chore_world *world = ctx;
    mjData *d = world->data;
    for (int i = 0; i < world->embodiment.n_arms; i++) {
        const chore_arm *arm = &world->embodiment.arms[i];
        const chore_arm_facts *facts = &world->arms[i];
        chore_arm_control *control = &world->control.arms[i];
        for (int j = 0; j < arm->n_dof; j++) {
            d->qpos[facts->qpos[j]] = control->target[j] =
                fmin(fmax(arm->home[j], facts->ik.lo[j]), facts->ik.hi[j]);
        }
        if (facts->gripper_ctrl >= 0) {
            control->finger_target = arm->gripper_width_m / 2;
            d->qpos[facts->finger_qpos[0]] = d->qpos[facts->finger_qpos[1]] = control->finger_target;
        }
    }
    for (int j = 0; j < world->carrier.chain.n; j++) {
        d->qpos[world->carrier.qpos[j]] = world->carrier_control.target[j] = world->embodiment.carrier.home[j];
    }
    chore_drive_rest_ctrl(world);
    mj_step1(world->model, d);
}

static chore_status allocate_liquid(chore_world *world, const chore_world_def *def, chore_error *err)
{
    const mjModel *m = world->model;
    if (!def->liquid) {
        return CHORE_OK;
    }
    world->liquid = calloc(1, sizeof *world->liquid);
    world->wet = calloc(1, sizeof *world->wet);
    world->mocap_body = calloc((size_t)m->nmocap + 1, sizeof *world->mocap_body);
    if (!world->liquid || !world->wet || !world->mocap_body) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a world's liquids");
    }
    *world->liquid = *def->liquid;
    for (int body = 0; body < m->nbody; body++) {
        if (m->body_mocapid[body] >= 0) {
            world->mocap_body[m->body_mocapid[body]] = body;
        }
    }
    chore_liquid_reset(world);
    return CHORE_OK;
}

static chore_status allocate(chore_world *world, const chore_world_def *def, chore_error *err)
{
    const mjModel *m = world->model;
    size_t n_objects = (size_t)def->n_objects, n_breakables = (size_t)def->n_breakables;
    world->n_breakables = def->n_breakables;
    world->break_window = chore_breakage_window(world->physics_hz);
    world->breakables = calloc(n_breakables + 1, sizeof *world->breakables);
    world->breaks = calloc(n_breakables + 1, sizeof *world->breaks);
    world->softness = def->softness ? calloc((size_t)m->nbody, sizeof *world->softness) : NULL;
    world->n_objects = def->n_objects;
    world->objects = calloc(n_objects + 1, sizeof *world->objects);
    world->subtree_end = calloc((size_t)m->nbody, sizeof *world->subtree_end);
    world->part_joint = calloc((size_t)m->njnt + 1, sizeof *world->part_joint);
    world->n_state =
        (size_t)mj_stateSize(m, mjSTATE_INTEGRATION) + (size_t)m->nv; /* and qacc_smooth, see state.c */
    world->n_sleep = chore_world_sleep_ints(m);
    chore_status status = allocate_liquid(world, def, err);
    if (status != CHORE_OK) {
        return status;
    }
    world->image = calloc(1, chore_world_snapshot_bytes(world));
    if (!world->objects || !world->subtree_end || !world->part_joint || !world->image ||
        !world->breakables || !world->breaks || (def->softness && !world->softness)) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a world of %d bodies", (int)m->nbody);
    }
    if (n_objects > 0) {
        memcpy(world->objects, def->objects, n_objects * sizeof *world->objects);
    }
    find_subtrees(world->subtree_end, m);
    find_parts(world);
    if (n_breakables > 0) {
        memcpy(world->breakables, def->breakables, n_breakables * sizeof *world->breakables);
    }
    if (def->softness) {
        memcpy(world->softness, def->softness, (size_t)m->nbody * sizeof *world->softness);
    }
    status = chore_mj_try(make_data, world, err);
    if (status == CHORE_OK && !world->data) {
        status = chore_fail(err, CHORE_E_MEMORY, "MuJoCo could not allocate its data");
    }
    return status;
}

static chore_status fill(chore_world *world, const chore_world_def *def, chore_error *err)
{
    chore_status status = check_options(def->model, err);
    if (status == CHORE_OK) {
        status = find_rates(world, def, err);
    }
    if (status == CHORE_OK) {
        status = check_objects(def, err);
    }
    if (status == CHORE_OK) {
        status = chore_breakage_check(def, err);
    }
    if (status == CHORE_OK) {
        status = chore_liquid_check(def, err);
    }
    world->embodiment = def->embodiment;
    if (status == CHORE_OK && (def->embodiment.n_arms < 0 || def->embodiment.n_arms > CHORE_MAX_ARMS)) {
        status = chore_fail(err, CHORE_E_USAGE, "%d arms; at most %d are possible", def->embodiment.n_arms,
                            CHORE_MAX_ARMS);
    }
    for (int i = 0; status == CHORE_OK && i < def->embodiment.n_arms; i++) {
        status = find_arm(world, i, err);
    }
    if (status == CHORE_OK && def->embodiment.drives) {
        status = find_carrier(world, err);
    }
    if (status == CHORE_OK) {
        status = allocate(world, def, err);
    }
    if (status == CHORE_OK) {
        world->model_hash = chore_model_hash(def->model);
        status = chore_mj_try(stand_at_home, world, err);
    }
    return status == CHORE_OK ? chore_world_check_warnings(world, err) : status;
}

chore_status chore_world_create(chore_world **out, const chore_world_def *def, chore_error *err)
{
    *out = NULL;
    if (!def->model) {
        return chore_fail(err, CHORE_E_USAGE, "a world needs a model");
    }
    chore_world *world = calloc(1, sizeof *world);
    if (!world) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a world");
    }
    world->model = def->model;
    chore_status status = fill(world, def, err);
    if (status != CHORE_OK) {
        chore_world_destroy(world);
        return status;
    }
    *out = world;
    return CHORE_OK;
}

void chore_world_destroy(chore_world *world)
{
    if (!world) {
        return;
    }
    mj_deleteData(world->data);
    free(world->objects);
    free(world->subtree_end);
    free(world->part_joint);
    free(world->breakables);
    free(world->breaks);
    free(world->softness);
    free(world->liquid);
    free(world->wet);
    free(world->mocap_body);
    free(world->image);
    free(world);
}
