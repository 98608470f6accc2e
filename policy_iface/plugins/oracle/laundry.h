/* The mind for two arms and cloth: the first goal literal that does not hold and that a skill serves, its skill, a look, again. */
#ifndef ORACLE_LAUNDRY_H
#define ORACLE_LAUNDRY_H
#include "belief.h"
#include "errand.h"
#include "flatten.h"
#include "fold.h"
#include "pile.h"
#include "shake.h"
#include "sight.h"
#include "touch_up.h"

/* How often a literal was served in vain, and whether the skill itself gave up last. */
typedef struct attempt {
    uint64_t key;
    int n;
    bool gave_up;
} attempt;

typedef struct laundry {
    belief belief;
    cloth_view cloth;
    hands hands;
    bool
        look; /* false: goal and texts at the start only; the cloth in its hands it always follows */
    bool started, working;
    bool upset; /* work was broken off once */
    bool
        making_way; /* another garment, or this one, is carried elsewhere before the errand begins */
    errand errand;  /* being run */
    errand_kind
        doing; /* the skill at work: a garment is spread out before it is folded or draped */
    int n_attempts;
    attempt attempts[MAX_LITERALS];
    int shaken[MAX_GARMENTS], end[MAX_GARMENTS]; /* how often, and by which vertex the last time */
    bool pulled[MAX_GARMENTS];                   /* flat, in vain, since it was shaken */
    bool touched[MAX_GARMENTS];                  /* mended where it lies, since it was laid there */
    bool readied[MAX_GARMENTS];                  /* for what is laid on it, likewise */
    bool opened[MAX_GARMENTS];    /* opened and folded, in vain, since it was shaken */
    bool stuck[MAX_GARMENTS];     /* no fold could begin as it lies */
    bool unspread[MAX_GARMENTS];  /* spreading it failed the last time */
    double spent;                 /* on what is being done, s */
    int sheds;                                   /* how often an arm has gone to let cloth slide off it */
    double idle;                                 /* seconds until the next look for work */
    union {
        fold fold;
        flatten flatten;
        carry carry;
        pile pile;
        drape drape;
        shake shake;
        touch_up touch_up;
    } skill;
} laundry;

void laundry_reset(laundry *l, bool look);
/* One control step of dt seconds: tool poses in their arms' base frames and finger widths to command. False: a text is malformed. */
bool laundry_step(laundry *l, const sight *s, double dt, pose tool_in_base[HANDS],
                  double width[HANDS]);
#endif
