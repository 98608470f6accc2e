/* Spreading a garment on the table until it lies flat, however it lies there: hang what is a heap from two points and lay it down,
   then pull home what is out of place. After each move a new look. */
#ifndef ORACLE_FLATTEN_H
#define ORACLE_FLATTEN_H
#include "duo_move.h"
#include "spread.h"

typedef struct flatten {
    spread_mesh mesh;
    spread_look look;
    spread_move doing;
    duo_move drag;
    pinch hang;
    int phase;
    bool barred[SPREAD_VERTICES]; /* tried at this look, in vain */
    bool seen;                    /* `look` holds one */
    flat wanted[SPREAD_VERTICES];
    double best;                /* least badness so far */
    int in_vain;                /* moves since it fell */
    int slow;                   /* the latest moves that brought little, one after the other */
    int moves, hangs, failures; /* for the record, and as a limit */
    bool
        briefly; /* to be set likewise: a few pulls, no flips; for what one hand can also shake out */
    bool roughly; /* to be set by the caller after the start: spread_will_do is enough */
    bool gripped_again, brought_in, risen;
    bool draws_fail; /* what hangs over the edge could not be taken the last time */
    int slips;     /* tries to get free of the cloth */
    double height; /* of the last hanging */
    double waited;
    double spent; /* seconds in the phase `spent_in` */
    int spent_in;
} flatten;

/* False: no such garment on the table, or it is too large for the skill. One that lies flat already is DONE at once. */
bool flatten_start(flatten *f, const cloth_view *c, hands *h, int garment);
/* Is something between the fingers, or about to be? */
bool flatten_holds(const flatten *f);
/* One control step of dt seconds, before hands_step. */
skill_state flatten_step(flatten *f, const cloth_view *c, hands *h, double dt);
#endif
