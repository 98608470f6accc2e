/* Doing a job: the phases from rising to retreating, each with its guard. One call per control step. */
#ifndef ORACLE_WORK_H
#define ORACLE_WORK_H
#include "motion.h"
#include "plan.h"

typedef enum phase {
    PHASE_RISE,
    PHASE_OVER_PICK,
    PHASE_LEAN, /* over it, for what shall go in from the front */
    PHASE_BEFORE_PICK,
    PHASE_APPROACH,
    PHASE_CLOSE,
    PHASE_LIFT,
    PHASE_VIA, /* before an opening: beside first */
    PHASE_OVER_PLACE,
    PHASE_BEFORE_PLACE, /* an opening */
    PHASE_ENTER,        /* and in */
    PHASE_LOWER,
    PHASE_SETTLE,
    PHASE_OPEN,
    PHASE_RETREAT,
    PHASE_DONE,
    PHASE_FAILED
} phase;

typedef struct work {
    job job;
    phase phase;
    int ticks;          /* control steps in this phase */
    bool look;          /* false: open loop, nothing is checked */
    bool holding;       /* the thing is between the fingers, as far as known */
    pose thing_in_tool; /* measured after the lift */
    vec pick_start;     /* where the thing stood when the job was planned */
    vec rise_to;
    double planned_over; /* the height of all else then */
    double planned_room; /* around the hand where it is put down (plan_room), then */
    double closed_width;
    bool pulled, beside; /* the ways across, before lifting and before the release, are done */
    int jammed;  /* control steps in which the hand could not turn on */
    vec turn_back; /* the other way round, away from there; 0: as it comes */
    int felt;    /* control steps for which both pads have felt it */
    double grip; /* width commanded to hold a shard gently */
    double still_width; /* width one step ago */
} work;

/* Move the reference; it slows down when the tool lags behind, so that a blocked arm builds up no force. */
void work_go(const belief *b, motion *m, pose target, double speed, double turn, double dt);
void work_start(work *w, const job *j, const belief *b, const motion *m, bool look);
/* Lifted, but not on its way across yet: a robot that drives may drive now. Meanwhile, once per control step: the fingers hold on; the phase becomes
   PHASE_FAILED when the thing is lost. */
bool work_may_drive(const work *w);
void work_hold(work *w, const belief *b, double *width);
/* Something is held and on its way, not yet in an opening: bring it where this job puts it instead. */
bool work_may_divert(const work *w);
void work_divert(work *w, const job *to);
/* One control step: moves the reference and sets the finger width. */
void work_step(work *w, const belief *b, motion *m, double *width, double dt);
#endif
