/* A robot: its arms as MuJoCo ids and limits, its action modes and their layout. Filled by scenes, used by
   the world. */
#ifndef CHORE_EMBODIMENT_H
#define CHORE_EMBODIMENT_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif

#define CHORE_MAX_ARMS    2
#define CHORE_MAX_DOF     8 /* joints of one arm, gripper not counted */
#define CHORE_MAX_CAMERAS 8
#define CHORE_CARRIER_DOF 4                          /* x, y, heading, lift */
#define CHORE_MAX_COMPONENTS (3 * CHORE_MAX_ARMS + 3) /* of an action */

#define CHORE_EEF_REACH_M   .9  /* eef_pose positions lie in this half cube around the arm's base */
#define CHORE_EEF_DELTA_M   .05 /* eef_delta: largest step along each axis */
#define CHORE_EEF_DELTA_RAD .2  /* eef_delta: largest rotation vector component */

typedef struct chore_arm {
    char name[CHORE_NAME_CAP];
    int base_body; /* mjModel ids from here on */
    int n_dof;
    int joint[CHORE_MAX_DOF];             /* hinge or slide joints from base to tool, in order */
    int actuator[CHORE_MAX_DOF];          /* position actuators, ctrl = joint position in rad or m */
    double velocity_limit[CHORE_MAX_DOF]; /* rad/s or m/s */
    double home[CHORE_MAX_DOF];           /* posture at reset and null-space preference */
    int tool_site;                        /* z: approach direction, y: finger opening direction */
    int gripper_actuator;   /* position actuator; ctrl 0 .. +width/2 per finger, below 0 squeezes; -1: none */
    int finger_joint[2];    /* slide joints, 0 = closed */
    int pad_geom[2];        /* contact pads, left and right */
    double gripper_width_m; /* fully open */
} chore_arm;

/* What carries the arms about: a base that drives on the floor in any direction, and a lift on it. Its joints are in this order:
   slides along x and y of the frame in which the robot stands at the start (the odometry frame), a hinge about z, a slide up. */
typedef struct chore_carrier {
    char name[CHORE_NAME_CAP];
    int body; /* all of the robot hangs on it; mjModel ids from here on */
    int joint[CHORE_CARRIER_DOF];
    int actuator[CHORE_CARRIER_DOF];          /* position actuators, ctrl = joint position in m or rad */
    double velocity_limit[CHORE_CARRIER_DOF]; /* m/s, m/s, rad/s, m/s; x and y together keep the smaller one of theirs */
    double start_time;                        /* seconds from standing to full speed, and from there to standing */
    double home[CHORE_CARRIER_DOF];
} chore_carrier;

typedef struct chore_embodiment {
    char name[CHORE_NAME_CAP];
    int version;
    int n_arms;
    chore_arm arms[CHORE_MAX_ARMS];
    bool drives; /* it has a carrier, on which all arms stand */
    chore_carrier carrier;
    int n_cameras;
    char cameras[CHORE_MAX_CAMERAS][CHORE_NAME_CAP];
} chore_embodiment;

typedef enum chore_action_mode {
#define CHORE_ACTION_MODE(symbol, name, meaning) symbol,
#include <chore/action_modes.inl>
#undef CHORE_ACTION_MODE
    CHORE_MODE_COUNT
} chore_action_mode;

/* The bodies on which all of the robot hangs: its carrier, or the base of each arm. */
int chore_robot_n_roots(const chore_embodiment *robot);
int chore_robot_root(const chore_embodiment *robot, int index);

const char *chore_action_mode_name(chore_action_mode mode);
bool chore_action_mode_find(const char *name, chore_action_mode *out);

/* One slice of an action. */
typedef struct chore_action_component {
    char name[CHORE_NAME_CAP]; /* "act.arm.pos", "act.arm.quat", "act.arm.rot", "act.arm.joints",
                                  "act.arm.gripper"; "act.base.pos", "act.base.heading", "act.base.lift" */
    int dim;
    const char *repr;                            /* "m" "quat_wxyz" "axis_angle" "rad" "width_m" */
    const char *frame;                           /* "base", "odom" or "" */
    double lo[CHORE_MAX_DOF], hi[CHORE_MAX_DOF]; /* bounds per value */
} chore_action_component;

/* Components of `mode` for this world's robot in action order, at most `cap` of them (CHORE_MAX_COMPONENTS
   always suffice). Returns how many were written. An arm without gripper has no gripper component. Joint
   bounds are the model's ranges less a small margin, for joint_delta the velocity limit of one control step.
   A quaternion need not have unit length: it is normalised, not clamped. Any thread while nobody steps the
   world.

   After the arms comes the carrier, if there is one. In joint_pos and eef_pose: where the base shall stand in the odometry
   frame (the heading is taken the shorter way round), and the lift. In the other modes: steps relative to the last target, `pos` as the
   base sees it (x forward, y left); their bounds are what the velocity limits allow in one control step, so that they are velocities. */
typedef struct chore_world chore_world;
int chore_world_components(const chore_world *world, chore_action_mode mode, chore_action_component *out,
                           int cap);

#ifdef __cplusplus
}
#endif
#endif
