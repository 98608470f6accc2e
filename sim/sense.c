/* The senses: one row function per line of obs_fields.inl. */
#include "world_internal.h"
#include <chore/sense.h>
#include <math.h>
#include <string.h>

static void put(float *out, const double *values, int n)
{
    for (int i = 0; i < n; i++) {
        out[i] = (float)values[i];
    }
}

static void put_pose(float *out, const double pos[3], const double quat[4])
{
    double q[4];
    mju_copy4(q, quat);
    mju_normalize4(q);
    put(out, pos, 3);
    mju_scl(q, q, q[0] < 0 ? -1 : 1, 4);
    put(out + 3, q, 4);
}

static void tool_pose(const chore_world *world, int arm, chore_pose *tool, chore_jacobian *jacobian)
{
    double q[CHORE_MAX_DOF];
    chore_arm_measure(world, arm, q);
    chore_arm_chain_pose(&world->arms[arm].chain, q, tool, jacobian);
}

/* ---- one function per field: row `i` (arm, object or vertex) into out[dim] ------------------- */

static void sense_JOINT_POS(const chore_world *world, int i, float *out)
{
    double q[CHORE_MAX_DOF];
    chore_arm_measure(world, i, q);
    put(out, q, world->arms[i].chain.n);
}

static void sense_JOINT_VEL(const chore_world *world, int i, float *out)
{
    for (int j = 0; j < world->arms[i].chain.n; j++) {
        out[j] = (float)world->data->qvel[world->arms[i].dof[j]];
    }
}

static void sense_JOINT_TARGET(const chore_world *world, int i, float *out)
{
    put(out, world->control.arms[i].target, world->arms[i].chain.n);
}

static void sense_JOINT_TORQUE(const chore_world *world, int i, float *out)
{
    put(out, world->control.arms[i].torque, world->arms[i].chain.n);
}

static void sense_EEF_POS(const chore_world *world, int i, float *out)
{
    chore_pose tool;
    tool_pose(world, i, &tool, NULL);
    put(out, tool.pos, 3);
}

static void sense_EEF_QUAT(const chore_world *world, int i, float *out)
{
    chore_pose tool;
    float both[7];
    tool_pose(world, i, &tool, NULL);
    put_pose(both, tool.pos, tool.quat);
    memcpy(out, both + 3, 4 * sizeof *out);
}

static void sense_EEF_VEL(const chore_world *world, int i, float *out)
{
    chore_pose tool;
    chore_jacobian jacobian;
    double twist[6] = {0};
    tool_pose(world, i, &tool, &jacobian);
    for (int j = 0; j < world->arms[i].chain.n; j++) {
        mju_addToScl(twist, jacobian.col[j], world->data->qvel[world->arms[i].dof[j]], 6);
    }
    put(out, twist, 6);
}

static void sense_GRIPPER_WIDTH(const chore_world *world, int i, float *out)
{
    out[0] = (float)chore_gripper_width(world, i);
}

static void sense_TOUCH(const chore_world *world, int i, float *out)
{
    put(out, world->control.arms[i].touch, 2);
}

static void sense_BASE_POSE(const chore_world *world, int i, float *out)
{
    int body = world->embodiment.arms[i].base_body;
    put_pose(out, world->data->xpos + 3 * body, world->data->xquat + 4 * body);
}

static void sense_ODOMETRY(const chore_world *world, int i, float *out)
{
    double pose[3], velocity[3], lift;
    (void)i;
    chore_carrier_odometry(world, pose, velocity, &lift);
    put(out, pose, 3);
}

static void sense_ODOMETRY_VEL(const chore_world *world, int i, float *out)
{
    double pose[3], velocity[3], lift;
    (void)i;
    chore_carrier_odometry(world, pose, velocity, &lift);
    put(out, velocity, 3);
}

static void sense_LIFT(const chore_world *world, int i, float *out)
{
    double pose[3], velocity[3], lift;
    (void)i;
    chore_carrier_odometry(world, pose, velocity, &lift);
    out[0] = (float)lift;
}

static void sense_TIME(const chore_world *world, int i, float *out)
{
    (void)i;
    out[0] = (float)chore_world_seconds(world);
}

static void sense_OBJECT_POSE(const chore_world *world, int i, float *out)
{
    const mjModel *m = world->model;
    const double *pose = world->data->qpos + m->jnt_qposadr[m->body_jntadr[world->objects[i].body]];
    put_pose(out, pose, pose + 3);
}

static void sense_OBJECT_VEL(const chore_world *world, int i, float *out)
{
    const mjModel *m = world->model;
    int joint = m->body_jntadr[world->objects[i].body];
    const double *pose = world->data->qpos + m->jnt_qposadr[joint];
    const double *velocity = world->data->qvel + m->jnt_dofadr[joint];
    double spin[3];
    mju_rotVecQuat(spin, velocity + 3, pose + 3); /* MuJoCo keeps a free joint's spin in the body's frame */
    put(out, velocity, 3);
    put(out + 3, spin, 3);
}

static void sense_CLOTH_POS(const chore_world *world, int i, float *out)
{
    put(out, world->data->flexvert_xpos + 3 * i, 3);
}

static void sense_PART_POS(const chore_world *world, int i, float *out)
{
    out[0] = (float)world->data->qpos[world->model->jnt_qposadr[world->part_joint[i]]];
}

static void sense_FILL(const chore_world *world, int i, float *out)
{
    out[0] = (float)(chore_world_fill(world, i) * 1e6);
}

static void sense_PUDDLE(const chore_world *world, int i, float *out)
{
    double pos[3];
    const double volume = chore_world_patch(world, i, pos);
    put(out, pos, 3);
    out[3] = (float)(volume * 1e6);
}

/* ---- the table ------------------------------------------------------------------------------- */

typedef enum row_kind { ARM, CARRIER, OBJECT, VERTEX, PART, VESSEL, PATCH, WORLD } row_kind;

typedef struct field {
    const char *name, *repr, *frame, *meaning;
    row_kind per;
    int dim;
    bool privileged;
    void (*sense)(const chore_world *world, int row, float *out);
} field;

static const field FIELDS[] = {
#define CHORE_OBS(symbol, name, per, dim, repr, frame, privileged, meaning) \
    {name, repr, frame, meaning, per, dim, privileged, sense_##symbol},
#include <chore/obs_fields.inl>
#undef CHORE_OBS
};

static int most_joints(const chore_world *world)
{
    int most = 0;
    for (int arm = 0; arm < world->embodiment.n_arms; arm++) {
        most = world->embodiment.arms[arm].n_dof > most ? world->embodiment.arms[arm].n_dof : most;
    }
    return most;
}

static int rows_of(const chore_world *world, row_kind per)
{
    switch (per) {
    case ARM: return world->embodiment.n_arms;
    case CARRIER: return world->embodiment.drives;
    case OBJECT: return world->n_objects;
    case VERTEX: return (int)world->model->nflexvert;
    case PART: return world->n_parts;
    case VESSEL: return world->liquid ? world->liquid->n_vessels : 0;
    case PATCH: return world->liquid ? world->liquid->n_patches : 0;
    case WORLD: break;
    }
    return 1;
}

chore_obs_spec chore_world_obs_spec(const chore_world *world, chore_obs_id id)
{
    CHORE_ASSERT(id >= 0 && id < CHORE_OBS_COUNT);
    const field *f = &FIELDS[id];
    return (chore_obs_spec){.name = f->name,
                            .repr = f->repr,
                            .frame = f->frame,
                            .meaning = f->meaning,
                            .privileged = f->privileged,
                            .rows = rows_of(world, f->per),
                            .dim = f->dim ? f->dim : most_joints(world)};
}

void chore_world_observe(const chore_world *world, chore_obs_id id, float *out)
{
    chore_obs_spec spec = chore_world_obs_spec(world, id);
    memset(out, 0,
           sizeof *out * (size_t)spec.rows * (size_t)spec.dim); /* an arm with fewer joints leaves zeros */
    for (int row = 0; row < spec.rows; row++) {
        FIELDS[id].sense(world, row, out + (size_t)row * (size_t)spec.dim);
    }
}
