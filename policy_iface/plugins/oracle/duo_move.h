/* Take cloth at one or two points, bring the points to other places, let go, clear off. */
#ifndef ORACLE_DUO_MOVE_H
#define ORACLE_DUO_MOVE_H
#include "pinch.h"
#include "skill.h"

/* What one hand does. */
typedef struct haul {
    grip grip; /* `then` is filled in here */
    flat to;   /* where the vertex goes, world */
    double
        bow; /* height of the arc as a share of half the way: .85 folds, 0 drags low over the table */
    double stay; /* before letting go, s: until what lags behind has come after */
    double to_z; /* of the fingertips at the end, world; 0: on what lies there now */
} haul;

typedef enum duo_phase { DUO_PINCH, DUO_CARRY, DUO_GIVE_UP, DUO_RELEASED, DUO_HOME } duo_phase;

typedef struct duo_move {
    pinch pinch;
    bool on[HANDS];
    haul haul[HANDS];
    duo_phase phase;
    bool go_home; /* afterwards; false: the hands stay a hand's breadth over the release */
    bool failed;
    int slips; /* tries to get free of cloth that hangs on an open finger */
    int eases; /* of two hands that hold it taut */
    pose let_go_at[HANDS];
} duo_move;

/* Either may be NULL. False: out of reach, or the hands would meet; nothing was begun. `wanted`: see duo_move_step. */
bool duo_move_start(duo_move *m, const cloth_view *c, hands *h, const haul *left,
                    const haul *right);
/* One control step, before hands_step. `wanted` (may be NULL): where each vertex of the garment goes, for when a neighbour had to be
   pinched instead. */
skill_state duo_move_step(duo_move *m, const cloth_view *c, hands *h, const flat *wanted);
#endif
