/* What the files of sim/ share about a world. Three kinds of memory: what the def says (constant), what a
   snapshot holds (`control` and mjData's state), and what is computed from these two. */
#ifndef CHORE_WORLD_INTERNAL_H
#define CHORE_WORLD_INTERNAL_H
#include "ik_internal.h"
#include <chore/world.h>

enum { MAX_PUSHES = 16, MAX_CONTACT_PAIRS = 256, BREAK_SLOTS = 16 };

/* The structs from here to chore_control_state go into snapshots byte for byte: 8-byte members only, so no
   padding. */

typedef struct chore_arm_control {
    double target[CHORE_MAX_DOF]; /* joint positions that the last control step led to */
    double rate[CHORE_MAX_DOF];   /* velocity of the reference at its end */
    double torque[CHORE_MAX_DOF]; /* of the actuators in the last physics step */
    double touch[2];              /* normal force on the pads in the last physics step */
    double finger_target;         /* opening of one finger; negative squeezes */
    double relax_width;           /* lower bound of the opening while relax_steps > 0 */
    int64_t relax_steps;
} chore_arm_control;

typedef struct chore_push {
    double force[6];
    int64_t body;
    int64_t steps_left; /* 0: free slot */
} chore_push;

typedef struct chore_contact_pair {
    int64_t body[2]; /* of the two geoms, in MuJoCo's order */
    double normal_force;
} chore_contact_pair;

typedef struct chore_control_state {
    uint64_t physics_steps, control_steps;
    int64_t mode;
    int64_t n_contact_pairs;
    chore_arm_control arms[CHORE_MAX_ARMS];
    chore_push pushes[MAX_PUSHES];
    chore_contact_pair contact_pairs[MAX_CONTACT_PAIRS]; /* of the last physics step; unused ones are zero */
} chore_control_state;

/* How a breakable body moved after a physics step, and what touched it in that step. */
typedef struct break_slot {
    double velocity[3], momentum[3]; /* of the centre of mass; about it, in the world */
    double hit, soft;                /* impulse, and impulse times softness */
} break_slot;

/* One per breakable body, in snapshots after chore_control_state. */
typedef struct break_state {
    int64_t broken; /* control step; 0: whole */
    int64_t n_seen; /* physics steps since it woke or was put down: the next slot, modulo the window */
    double strain;  /* the hardest so far */
    double press[CHORE_MAX_SHARDS], press_sum[CHORE_MAX_SHARDS]; /* by the robot: mean of the last control step; of this one, summed */
    break_slot slots[BREAK_SLOTS];
} break_state;

/* What a vessel holds and how its surface leans. */
typedef struct vessel_state {
    double fill, spilled;        /* m3 */
    double slope[2], rate[2];    /* of the surface, world x and y; 1/s */
    double speed[3];             /* of its middle a moment ago */
    double pouring, lip[3];      /* over the rim in this control step, and where */
} vessel_state;

typedef struct patch_state {
    double volume, pos[3]; /* m3; on the surface, world */
} patch_state;

typedef struct brewer_state {
    double left, tray;     /* m3: still to come; in the tray */
    int64_t pressed, jams; /* the button a control step ago; presses that it will ignore (brewer.c: or for good) */
} brewer_state;

/* In snapshots after those that break, where there are liquids. */
typedef struct liquid_state {
    vessel_state vessels[CHORE_MAX_VESSELS];
    double soaked[CHORE_MAX_WIPERS];
    patch_state patches[CHORE_MAX_PATCHES];
    brewer_state brewers[CHORE_MAX_BREWERS];
    int64_t pods_used; /* bit per pod */
} liquid_state;

/* Model facts of an arm, looked up once. */
typedef struct chore_arm_facts {
    chore_arm_chain chain;
    chore_ik_problem ik;
    int qpos[CHORE_MAX_DOF], dof[CHORE_MAX_DOF], ctrl[CHORE_MAX_DOF], force[CHORE_MAX_DOF]; /* addresses */
    double kp[CHORE_MAX_DOF], kv[CHORE_MAX_DOF]; /* of the position actuator */
    double max_force[CHORE_MAX_DOF];
    double drag[CHORE_MAX_DOF]; /* its kv and the joint's own damping, N.m.s/rad */
    int gripper_ctrl;           /* -1: none */
    int finger_qpos[2];
} chore_arm_facts;

struct chore_world {
    const mjModel *model;
    mjData *data; /* between calls the position and velocity stages are current (mj_step1 has run) */
    chore_embodiment embodiment;
    chore_arm_facts arms[CHORE_MAX_ARMS];
    chore_arm_facts carrier; /* as of an arm without tool and gripper: chain.n, addresses, gains; n = 0: there is none */
    int n_objects;
    chore_object_ref *objects;
    int *subtree_end; /* [nbody] bodies b .. subtree_end[b]-1 are b and its descendants */
    int n_parts;
    int *part_joint; /* [njnt], the first n_parts of them */
    int physics_hz, control_hz;
    int steps_per_action;
    int ramp_steps; /* physics steps over which the reference changes its velocity */
    chore_hash model_hash;
    size_t n_state; /* doubles of mjSTATE_INTEGRATION and qacc_smooth */
    size_t n_sleep; /* ints of sleep bookkeeping */

    chore_control_state control;
    chore_arm_control carrier_control; /* in snapshots of a robot that drives */
    int n_breakables, break_window; /* window: physics steps */
    chore_breakable *breakables;
    double *softness;    /* [nbody]; NULL: 1 everywhere */
    break_state *breaks; /* [n_breakables]; part of snapshots */
    chore_liquid *liquid; /* NULL: none here */
    liquid_state *wet;    /* part of snapshots, if there is any */
    int *mocap_body;        /* [nmocap] bodies of the mocap ids */

    bool failed; /* MuJoCo complained; only a restore helps */
    chore_error failure;
    unsigned char *image; /* scratch for hashing and for steps taken back, snapshot_bytes long */
    double *ctrl_record;  /* borrowed; NULL: off */
    size_t ctrl_record_cap, ctrl_record_len;
};

/* What one control step shall do to an arm. */
typedef struct chore_arm_goal {
    double target[CHORE_MAX_DOF]; /* joint positions at its end */
    double finger_target;
} chore_arm_goal;

typedef struct chore_robot_goal {
    chore_arm_goal arms[CHORE_MAX_ARMS], carrier;
} chore_robot_goal;

/* actuate.c: decode `action` (all values finite) into a goal. Returns the number of clamped values. */
int chore_actuate_decode(const chore_world *world, const float *action, chore_robot_goal *robot);
/* Values of one component within its bounds; returns how many were clamped. */
int chore_actuate_take(const chore_action_component *component, const float *from, double *to);

/* carrier.c: of a robot that drives. */
int chore_carrier_components(const chore_world *world, chore_action_mode mode, chore_action_component out[3]);
int chore_carrier_decode(const chore_world *world, const chore_action_component parts[3], const float *action,
                         chore_arm_goal *goal);
void chore_carrier_hold(const chore_world *world, float action[CHORE_CARRIER_DOF]); /* the action that stays */
/* Measured, heading within (-pi, pi]. */
void chore_carrier_odometry(const chore_world *world, double pose[3], double velocity[3], double *lift);

/* The commanded width that leads to this finger target; `most`: fully open. */
double chore_actuate_width(double finger, double most);

/* drive.c: ctrl for physics step i (0-based) of n on the way from control.target to goal.target; then take
   the goal over. */
void chore_drive_write_ctrl(chore_world *world, const chore_robot_goal *goal, int i, int n);
void chore_drive_finish(chore_world *world, const chore_robot_goal *goal, int n);
void chore_drive_rest_ctrl(chore_world *world); /* ctrl that holds the targets, reference at rest */

/* contacts.c: put what the last physics step's solver found into `control`. */
void chore_contacts_record(chore_world *world);

/* state.c: ints of sleep bookkeeping that a snapshot of this model holds; to and from such ints. */
size_t chore_world_sleep_ints(const mjModel *model);
void chore_world_save_sleep(const chore_world *world, int *to);
void chore_world_load_sleep(chore_world *world, const int *from);

/* solve.c: mj_step2, and once more in another way where its solver went astray. Uses world->image. */
void chore_world_finish_step(chore_world *world);
/* An object that moves faster than CHORE_MAX_SPEED; -1: none. */
int chore_world_too_fast(const chore_world *world);

/* world.c: bring positions, velocities and contacts up to date after a change from outside; failures are
   kept. */
void chore_world_refresh(chore_world *world);
void chore_world_fail(chore_world *world, const chore_error *err);
chore_status chore_world_check_warnings(const chore_world *world, chore_error *err);

/* Joint positions of an arm as measured. */
void chore_arm_measure(const chore_world *world, int arm, double q[CHORE_MAX_DOF]);
double chore_gripper_width(const chore_world *world, int arm);
#endif
