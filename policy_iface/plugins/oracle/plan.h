/* From a goal literal to a job: which grasp, and which pose to release the object in. */
#ifndef ORACLE_PLAN_H
#define ORACLE_PLAN_H
#include "belief.h"

typedef struct job {
    int thing;          /* what is carried */
    int receptacle;     /* where it goes, -1: the table */
    int literal;        /* which literal it serves */
    pose tool_in_thing; /* the grasp */
    double open_width;  /* of the fingers before and after */
    double approach;    /* straight way to the grasp in metre */
    pose release;       /* of the thing's body, world */
    double insert;      /* straight way down to the release in metre */
    vec detour;         /* the way down is beside the release, so far; then across. Zero: straight down */
    vec pull;           /* once it is held, across so far before it is lifted */
    vec come;           /* from there to where the hand comes from, level: out of the opening of a fixture; 0: from above */
    int space;          /* of a fixture, where it goes; -1: none */
    double travel_z;    /* tool height while carrying, world */
    double cost;
    bool stopover; /* only to where the thing can be taken better */
} job;

/* Can the oracle do something for this predicate? */
bool plan_serves(const literal *l);
/* The best job for a literal. `attempt`: how often it failed before: other grasps come to the front, and limits are relaxed a little.
   False when there is none from here. */
bool plan_job(const belief *b, int literal_index, int attempt, job *out);
/* The same for a robot that takes the thing from where it stands in `b` and puts it down from where it stands in `there`: two views of one
   world, that differ in base, table_z, tool and joints. */
bool plan_carry(const belief *b, const belief *there, int literal_index, int attempt, job *out);
/* On the way from a pick at `from` to `over`, before an opening: beside first, then straight towards it, clear of the open door. */
vec plan_via(const job *j, vec over, vec from);
/* Where to put down what is held, near `near` (world): its way into where it should go is shut. */
bool plan_put_down(const belief *b, const job *now, pose thing_in_tool, vec near, job *out);
/* Something has come to where what is held should be put down: another place that serves the same literal. */
bool plan_elsewhere(const belief *b, const job *now, pose thing_in_tool, job *out);
/* Room around the hand where a job puts its thing down, metre; below 0: it would run into something. */
double plan_room(const belief *b, const job *j, pose thing_in_tool);
/* Into a basin: has something come to lie where it shall be let go? Then another place in it, for what is held. */
bool plan_place_is_taken(const belief *b, const job *now);
bool plan_other_place(const belief *b, const job *now, pose thing_in_tool, job *out);
/* Is there any grasp of this thing, as it lies, that hand and arm can take? */
bool plan_could_take(const belief *b, int index, int attempt);
#endif
