/* What the oracle knows: objects, regions and goal literals, read from the privileged text and vector streams.
   Formats: tasks/README.md. */
#ifndef ORACLE_BELIEF_H
#define ORACLE_BELIEF_H
#include <stdbool.h>
#include <stdint.h>

#include "furniture.h"
#include "geometry.h"
#include "ground.h"
#include "parts.h"
#include "vain.h"
#include "wet.h"

#define MAX_THINGS   64
#define MAX_SITES    32
#define MAX_GRASPS   8
#define MAX_REGIONS  32
#define MAX_LITERALS 64
#define MAX_ARGS     4
#define NAME_CAP     64

typedef struct site {
    char name[NAME_CAP];
    bool is_box;
    pose at;
    vec half;
} site; /* object frame */
typedef enum symmetry { SYMMETRY_NONE, SYMMETRY_FLIP, SYMMETRY_RING } symmetry;
typedef struct grasp {
    char name[NAME_CAP];
    int site;
    symmetry symmetry;
    double width;
} grasp;

typedef struct thing {
    char id[NAME_CAP], kind[NAME_CAP], category[NAME_CAP];
    bool present;
    bool slender; /* a box, its site hull_1, rather than a cylinder */
    double footprint, height, mass;
    int n_sites, n_grasps;
    site sites[MAX_SITES];
    grasp grasps[MAX_GRASPS];
    pose at; /* world */
    vec velocity, spin;
} thing;

typedef struct region {
    char name[NAME_CAP];
    vec pos, half;
} region; /* pos: centre of the bottom face */
typedef struct literal {
    bool holds;
    bool waits; /* for something else that is wanted of the same thing */
    int event;
    char predicate[NAME_CAP];
    int n_args;
    char args[MAX_ARGS][NAME_CAP];
} literal;

typedef struct belief {
    int n_things, n_regions, n_literals;
    int n_asked; /* of the literals: by the goal; the others follow from these */
    thing things[MAX_THINGS];
    region regions[MAX_REGIONS];
    literal literals[MAX_LITERALS];
    thing_parts parts;
    ground ground; /* fixtures; only told to robots that drive */
    wet wet;
    furniture furniture;
    vain vain; /* what failed before */
    uint64_t objects_key,
        goal_key;           /* of the texts last read, so that an unchanged text costs nothing */
    pose base;              /* robot base, world */
    pose tool;              /* measured, world */
    double joints[7];       /* measured, rad */
    double width, touch[2]; /* gripper: opening in metre, normal forces in newton */
    double table_z;         /* height of the surface the robot works on */
} belief;

/* Each returns false when a line is not of the documented form. */
bool belief_read_objects(belief *b, const char *text);
bool belief_read_goal(belief *b, const char *text);
/* pos [parts.n]; NULL: nothing hangs on anything. */
void belief_read_parts(belief *b, const float *part_pos);
/* pose [n_things][7], vel [n_things][6], world frame. */
void belief_read_motion(belief *b, const float *object_pose, const float *object_vel);
/* joint_pos [7]; base_pose [7] world; eef_pos [3] and eef_quat [4] in the base frame. */
void belief_read_robot(belief *b, const float *joint_pos, const float *base_pose,
                       const float *eef_pos, const float *eef_quat, const float *width,
                       const float *touch);

int belief_find_thing(const belief *b, const char *id);    /* -1: none */
int belief_find_region(const belief *b, const char *name); /* -1: none */
/* Must nothing lie on this thing when all is done? */
bool belief_goes_on_top(const belief *b, int index);
/* Is its origin in the cavity of that receptacle, or just above it? */
bool belief_lies_in(const belief *b, int index, int receptacle);
/* What is in a bag goes where the bag goes. */
bool belief_goes_along(const belief *b, int index, int bag);
const site *thing_site(const thing *t, const char *name); /* NULL: none */
bool thing_is_container(const thing *t);                  /* has a cavity */
bool thing_is_shard(const thing *t);
bool thing_is_upright(const thing *t); /* as it lies, its own z up */
bool thing_stands(const thing *t);     /* upright or upside down */
/* Lowest and highest world z of the object's bounding cylinder or box in a given pose of its body. */
void thing_z_extent(const thing *t, pose at, double *lo, double *hi);
#endif
