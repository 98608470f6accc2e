/* Wiping: take a sponge, press it down on what is wet, from place to place until nothing of it is left that the hand gets at, and put the
   sponge where it belongs. One call per control step. */
#ifndef ORACLE_WIPE_H
#define ORACLE_WIPE_H
#include "skill.h"
#include "work.h"

typedef enum wipe_stage {
    WIPE_TAKE,
    WIPE_OVER,
    WIPE_DOWN,
    WIPE_PRESS,
    WIPE_UP,
    WIPE_BACK
} wipe_stage;

typedef struct wipe {
    work work; /* taking it, and putting it back */
    wipe_stage stage;
    int wiper;  /* in belief.wet */
    int region; /* that shall be dry */
    bool look;
    pose sponge, spot; /* where the sponge shall be pressed next; where it belongs */
    double deep;       /* commanded below the surface */
    double left;       /* ml under it when it was looked at last */
    bool given_up[MAX_PATCHES];
    bool among;        /* though something lies in it */
    int ticks, n_left; /* n_left: patches that it could not get at */
} wipe;

/* A literal that asks for wiping and does not hold; -1: none. */
int wipe_wanted(const belief *b);
/* Does the thing stand so near to a sponge that a hand might not get at that? */
bool wipe_is_beside(const belief *b, int index);
/* Plan to take a sponge for this literal. `attempt`: other grasps. False: there is none, or it cannot be taken. */
bool wipe_start(wipe *w, const belief *b, int index, int attempt, const motion *m, bool look);
/* Something that has fallen over lies in a puddle and is wanted elsewhere, or upright: that comes first. */
bool wipe_waits(const belief *b);
/* SKILL_FAILED, too, when wet places were out of reach: w->n_left says how many. */
skill_state wipe_step(wipe *w, belief *b, motion *m, double *width, double dt);
#endif
