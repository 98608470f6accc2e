/* One control step: see, choose what to do next (choose.h) if nothing is in hand, else go on with it. */
#ifndef ORACLE_MIND_H
#define ORACLE_MIND_H
#include "brew.h"
#include "access.h"
#include "lid.h"
#include "nudge.h"
#include "roam.h"
#include "press.h"
#include "sight.h"
#include "unwind.h"
#include "wipe.h"
#include "work.h"

#define HOME_STEPS 120 /* control steps for the way home, at most */

typedef struct mind {
    belief belief;
    motion motion;
    work work;
    bool look; /* false: plans from what it saw at the start and never looks again */
    bool started, working;
    bool on_flap;  /* the work in hand is `flap`, not `work` */
    bool on_nudge; /* … `nudge` */
    flap flap;
    bool on_press; /* it is `press` */
    press press;
    brew brew;
    bool on_wipe; /* it is `wipe` */
    wipe wipe;
    int wipe_attempts, wiped_in_vain; /* in vain: since the last carry */
    bool on_door; /* or `door` */
    door door;
    int door_attempts[MAX_PARTS];
    roam roam;              /* of a robot that drives */
    roam_way way, best_way; /* of the job in hand; of the one that is being chosen */
    bool on_the_way;        /* to where the next job begins; nothing is held */
    bool brought;           /* it stands where it puts down what it holds */
    bool on_unwind; /* nothing is in hand, the arm is brought home */
    bool freed;     /* that was tried since the last job, for it could not follow */
    unwind unwind;
    nudge nudge;
    int attempts[MAX_THINGS], flap_attempts[MAX_PARTS], nudges[MAX_THINGS];
    int waited[MAX_THINGS]; /* looks at what only has to come to rest */
    int shards;    /* that there are */
    int rest;      /* control steps in which it may go home before it plans: a hand that leans is wound up */
    int wait;      /* control steps until the next try to plan */
    int fruitless; /* tries in a row that found nothing to do, though something does not hold */
    double width;  /* commanded */
    pose home;
} mind;

void mind_reset(mind *m, bool look);
/* One control step of dt seconds: tool pose in the base frame and finger width to command. False: a text stream is malformed. */
bool mind_step(mind *m, const sight *s, double dt, pose *tool_in_base, double *width);
/* The hand is where it rests. */
bool mind_is_home(const mind *m);
/* The work in hand is `work`. */
bool mind_is_carrying(const mind *m);
/* What has been tried in vain so often that it must be broken, and the job cannot be done; NULL: nothing. */
const char *mind_blames(const mind *m);
/* What the base of a robot that drives is to do (roam_command). */
void mind_drive(const mind *m, float action[4]);
#endif
