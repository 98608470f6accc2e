/* The world: one MuJoCo model and data with a robot in it. Step it with actions, sense it, snapshot it, hash
   it. A world is a function of (model, initial state, actions): nothing else reaches it. One thread per
   world. */
#ifndef CHORE_WORLD_H
#define CHORE_WORLD_H
#include <chore/breakage.h>
#include <chore/embodiment.h>
#include <chore/hash.h>
#include <chore/liquid.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct mjModel_ mjModel; /* MuJoCo's; include <mujoco/mujoco.h> to look inside */
typedef struct mjData_ mjData;
typedef struct chore_world chore_world;

#define CHORE_PHYSICS_HZ  300 /* default rate; every offered control rate divides it */
#define CHORE_MAX_OBJECTS 64
#define CHORE_MAX_SPEED   15.0 /* m/s of an object's origin: more than a fall from 10 m, or a robot, can give it */

/* A free body that is observed as an object. */
typedef struct chore_object_ref {
    char name[CHORE_NAME_CAP];
    int body; /* mjModel body id; its first joint is a free joint */
} chore_object_ref;

typedef struct chore_world_def {
    const mjModel *model;            /* borrowed, must outlive the world; never written */
    chore_embodiment embodiment;     /* copied; n_arms may be 0 */
    const chore_object_ref *objects; /* copied */
    int n_objects;
    int control_hz; /* must divide the physics rate 1/model->opt.timestep; default 20 */
    const chore_breakable *breakables; /* copied; a body is there once at most */
    int n_breakables;
    const double *softness; /* copied: chore_world_softness; NULL: all is hard */
    const chore_liquid *liquid; /* copied; NULL: no liquids, and no state of them */
} chore_world_def;
chore_world_def chore_world_def_default(void);

/* Check header and library version (exactly 4.0.0) and install the error and log handlers. Call once per
   process before anything else here. CHORE_E_SIM. */
chore_status chore_sim_init(chore_error *err);

/* Run fn(ctx) so that a MuJoCo error inside comes back as CHORE_E_SIM instead of ending the process. After an
   error treat what fn touched as broken: destroy it. Calls nest. */
chore_status chore_mj_try(void (*fn)(void *ctx), void *ctx, chore_error *err);

/* Create in the model's initial state (qpos0, arm at home). Allocates. CHORE_E_USAGE for a bad def. */
chore_status chore_world_create(chore_world **out, const chore_world_def *def, chore_error *err);
void chore_world_destroy(chore_world *world); /* NULL is fine */

const mjModel *chore_world_model(const chore_world *world);
const mjData *chore_world_data(const chore_world *world);
const chore_embodiment *chore_world_embodiment(const chore_world *world);
int chore_world_n_objects(const chore_world *world);
const chore_object_ref *chore_world_object(const chore_world *world, int index);

/* Parts: bodies with one joint, a hinge or a slide that no actuator moves: doors, drawers, flaps. In the model's order; the
   joint's mjModel id. */
int chore_world_n_parts(const chore_world *world);
int chore_world_part(const chore_world *world, int index);

/* Time is counted in integers. */
uint64_t chore_world_physics_steps(const chore_world *world); /* since reset */
uint64_t chore_world_control_steps(const chore_world *world);
int chore_world_physics_hz(const chore_world *world);
int chore_world_control_hz(const chore_world *world);
double chore_world_seconds(const chore_world *world); /* physics_steps / physics_hz, for display and limits */

/* ---- acting ---------------------------------------------------------------------------------- */

/* Choose the action mode; the controller's targets become the present joint positions. Default
   CHORE_MODE_JOINT_POS. */
chore_status chore_world_set_mode(chore_world *world, chore_action_mode mode, chore_error *err);
chore_action_mode chore_world_mode(const chore_world *world);
int chore_world_action_dim(const chore_world *world); /* floats per action in the present mode, all arms */

/* One control step: `action` [action_dim] in the present mode (layout: chore_action_component), then
   physics_hz / control_hz physics steps. Values are clamped to their bounds and to joint, velocity and reach
   limits; not finite is CHORE_E_POLICY and does nothing. `n_clamped` (nullable) gets the number of clamped
   values. CHORE_E_SIM when MuJoCo warned (BADQPOS, BADQVEL, BADQACC, full buffers) or raised an error, or an object moves
   faster than CHORE_MAX_SPEED: the world stays readable. Allocates never. */
chore_status chore_world_step(chore_world *world, const float *action, int *n_clamped, chore_error *err);

/* Physics steps with the controller holding its targets, no action (settling). Errors as chore_world_step. */
chore_status chore_world_advance(chore_world *world, int physics_steps, chore_error *err);

/* The action that holds the present target in the present mode. action[action_dim]. */
void chore_world_hold_action(const chore_world *world, float *action);
/* Which values of an action in the present mode are changes, so that zero holds; the others are targets, which hold when
   they are repeated. relative[action_dim]. */
void chore_world_relative_values(const chore_world *world, bool *relative);

/* ---- what events may do (through bodies and forces) ------------------------------------------ */

/* These act at once: senses, contacts and hash afterwards belong to the changed state. Call them between
   steps. Should MuJoCo fail on what they ask for (a pose that is not finite), the next step says so. */

/* Put a free body at a world pose (metre; quaternion wxyz, any length) with zero velocity and wake it: how
   parked bodies come in. */
void chore_world_put_body(chore_world *world, int body, const double pos[3], const double quat[4]);
/* The same for cloth: put `n` bodies with consecutive ids from `first_body`, each a child of the world with
   three slide joints along x, y and z, at world positions pos[n][3]. */
void chore_world_put_vertices(chore_world *world, int first_body, int n, const double (*pos)[3]);
/* Lead one such body by hand, for scenes that are being set up: where it is and how it moves as the next
   physics step begins. Call it before every step; senses and hash follow with the step. */
void chore_world_lead_vertex(chore_world *world, int body, const double pos[3], const double velocity[3]);
/* Set a hinge (radian) or slide (metre) to where it shall stand, at rest. A crease (springyield) is bent to it for good. */
void chore_world_put_joint(chore_world *world, int joint, double angle);
/* Pull at cloth: world-frame forces[n][3] (newton) on `n` bodies with consecutive ids, until they are set again;
   NULL: let go. Part of the state. Not for bodies that are pushed, too. */
void chore_world_pull_vertices(chore_world *world, int first_body, int n, const double (*force)[3]);
/* Let the fingers of `arm` give way for n control steps: the gripper target opens by at least `width_m`
   beyond the present width whatever the action says, at the gripper's usual speed. */
void chore_world_relax_gripper(chore_world *world, int arm, double width_m, int control_steps);
/* Apply a world-frame force (newton) and torque (newton metre) at a body's centre of mass for n control
   steps. Pushes add up; of more than 16 at once the one with the fewest steps left ends early.
   chore_world_advance does not count as a control step: pushes last through it. */
void chore_world_push_body(chore_world *world, int body, const double force[6], int control_steps);

/* Measuring aid: copy the raw ctrl of every physics step to come into buffer[cap_steps][model->nu] (borrowed;
   NULL: off, the default), so that a bare mj_step loop can repeat them. Recording stops when the buffer is
   full. */
void chore_world_record_ctrl(chore_world *world, double *buffer, size_t cap_steps);
size_t chore_world_recorded_ctrl(const chore_world *world); /* physics steps recorded so far */
int chore_world_n_ctrl(const chore_world *world);                /* model->nu: doubles per physics step */
/* The other half: n_steps bare mj_step calls with recorded ctrl[n_steps][nu]; no controller, no checks, no clock. Afterwards the
   world is good for nothing but another restore. */
void chore_world_play_ctrl(chore_world *world, const double *ctrl, size_t n_steps);
/* The same with MuJoCo's timers on, which cost a little, and where the time went. They belong to the process:
   no other world may step meanwhile. */
typedef struct chore_step_times {
    double total_s, collision_s, constraint_s; /* the solver, with the implicit step of cloth */
} chore_step_times;
void chore_world_play_ctrl_timed(chore_world *world, const double *ctrl, size_t n_steps,
                                 chore_step_times *out);

/* ---- state ----------------------------------------------------------------------------------- */

/* Everything the future depends on: integration state, plasticity, warm start, sleep bookkeeping, controller
   targets, pushes. Fixed size for a given world def. */
size_t chore_world_snapshot_bytes(const chore_world *world);
void chore_world_snapshot(const chore_world *world, void *out);
/* Restore; afterwards the world continues bit for bit as the one that was saved. CHORE_E_FILE: not a snapshot
   of this model. The world's counters of time come back too. */
chore_status chore_world_restore(chore_world *world, const void *snapshot, size_t len, chore_error *err);
/* XXH3-128 over what a snapshot holds. Equal hash <=> equal future. */
chore_hash chore_world_hash(const chore_world *world);
/* Hash of the compiled model (sizes, options, all arrays): states of different models never mix. */
chore_hash chore_model_hash(const mjModel *model);

/* Start counting at zero (after settling): the counters of steps and MuJoCo's own time, nothing else. */
void chore_world_zero_clock(chore_world *world);
/* True when every free body sleeps; in a model without sleep: when each one's speed is below the sleep
 * tolerance. */
bool chore_world_all_objects_asleep(const chore_world *world);

#ifdef __cplusplus
}
#endif
#endif
