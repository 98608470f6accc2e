/* Driving: standing places from which an arm reaches what it is to take or to put down, and the way between them. The robot works with its right arm
   and keeps the left one drawn in. */
#ifndef ORACLE_ROAM_H
#define ORACLE_ROAM_H
#include "motion.h"
#include "plan.h"
#include "sight.h"
#include "skill.h"

/* Where the middle of the base stands in the world, and how high the feet of the arms are: level with the surface they work on. */
typedef struct stand {
    double x, y, heading, feet;
} stand;
typedef struct roam_way {
    stand pick, place;
} roam_way;

typedef enum roam_stage { ROAM_TUCK, ROAM_LEAVE, ROAM_GO, ROAM_DOCK } roam_stage;
typedef struct roam {
    bool drives;
    pose odom;       /* the frame of odometry in the world */
    stand now, goal; /* measured; commanded */
    double surface;  /* that it works on: the feet of the last standing place */
    int come_for;    /* 1 + the thing for which it has come here and not tried yet; 0: none */
    stand to;        /* of this leg */
    bool holding;    /* something, on this leg */
    roam_stage stage;
    int ticks;
    vec way[1 + GROUND_WAY];
    int n_way, at;
    pose carry; /* of the tool in its base while driving */
} roam;

/* First control step; base_pose: of the right arm. */
void roam_start(roam *r, const sight *s, const belief *b);
/* Every control step: where it is. Sets b->table_z. */
void roam_see(roam *r, belief *b);
/* roam_plan.c: the best job for a literal (plan.h), with the places to stand. */
bool roam_plan(const roam *r, const belief *b, int literal_index, int attempt, job *out,
               roam_way *way);
bool roam_is_at(const roam *r, const stand *place);
/* Set out; holding: the tool keeps its inclination. False: no way from here. */
bool roam_set_out(roam *r, const belief *b, stand to, bool holding);
/* One control step; the reference follows the base. */
skill_state roam_step(roam *r, const belief *b, motion *m, double dt);
/* What the base is to do: x, y, heading in the odometry frame, lift. */
void roam_command(const roam *r, float action[4]);

/* The robot's measures: the right arm's base on it. */
pose roam_arm_base(const stand *s);
/* Everything a base must not run into: fixtures, and what stands on the floor. */
const ground *roam_ground(const belief *b, int carried);
/* A place behind `from`, straight back, where it can turn; false: none within reach that is clear all the way. */
bool roam_back_off(const ground *g, const stand *from, stand *out);
/* Tool in its base, drawn in, for driving; joints [7] in and out: those that hold it so. */
pose roam_drawn_in(const pose *tool_in_base, double joints[7]);
extern const pose roam_left_drawn_in;
#endif
