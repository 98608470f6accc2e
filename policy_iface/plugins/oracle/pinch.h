/* Pinching cloth: fingers straight down over a vertex of the outline, one on each side of it; close, lift a little, look whether it
   came along; try again beside it. Both hands at once, or one. */
#ifndef ORACLE_PINCH_H
#define ORACLE_PINCH_H
#include "cloth_view.h"
#include "hands.h"

#define PINCH_TRIES 3
#define MAX_WAY     12
#define LIFT_HEIGHT 0.02

/* What one hand shall pinch. */
typedef struct grip {
    int garment, vertex;
    vec out; /* horizontal unit vector: the way the fingers open. Zero: out of the cloth at the vertex */
    bool all_layers; /* down to the table: all that lies there, not the top layer only */
    bool at_tip;     /* the fingertips go to `tip`, whatever the cloth is like there by now */
    vec tip;
    int n_then; /* where the tip goes afterwards, so that the wrist is turned to get there */
    vec then[MAX_WAY];
    double turn; /* about the vertical, by the end of that way, rad */
} grip;

typedef enum pinch_state { PINCH_BUSY, PINCH_HELD, PINCH_FAILED } pinch_state;

typedef struct pinch {
    bool wanted[HANDS], held[HANDS];
    grip grip[HANDS];
    int branch[HANDS]; /* turn of the wrist: which finger is where */
    vec out[HANDS];
    int phase, tries, first_tries; /* tries: of this pinch, all hands; first_tries: held at once */
    pose tool_at[HANDS];           /* where the fingers close */
    int layers[HANDS];             /* that were between the fingers before they closed */
} pinch;

/* hand -1 in `b`'s place: give NULL. False: an arm does not get there, or the two would touch; nothing was begun. */
bool pinch_start(pinch *p, const cloth_view *c, hands *h, const grip *left, const grip *right);
/* One control step, after which hands_step is called by the caller. Held hands are LIFT_HEIGHT up with their fingers closed; hands that
   failed are open and lifted. PINCH_FAILED: not all that were wanted hold. */
pinch_state pinch_step(pinch *p, const cloth_view *c, hands *h);
/* Does the hand still hold something? For use while carrying. */
bool pinch_holds(const pinch *p, const cloth_view *c, const hands *h, int hand);

/* Each finger comes down this far from the tip's place: between two rows of vertices. */
double pinch_half_open(const garment_view *g);
/* The vertex of another layer that lies nearest under or over this one; -1: there is none that the pads could cover, too. */
int pinch_other_layer(const cloth_view *c, int garment, int vertex);
/* Tip of the fingers for a grip, as the cloth lies now. */
vec pinch_tip(const cloth_view *c, const grip *g);
/* The way the fingers open for a grip, as the cloth lies now. */
vec pinch_out(const cloth_view *c, const grip *g);
/* Can this hand pinch there and go on to where the grip says? *branch: with this turn of the wrist. */
bool pinch_reachable(const cloth_view *c, const hands *h, int hand, const grip *g, int *branch);
/* The same with the fingertips at `tip`, wherever the cloth is now. */
bool pinch_can_go(const hands *h, int hand, vec tip, vec out, const vec *then, int n, int *branch);
/* A horizontal direction, turned about the vertical. */
vec pinch_turned(vec out, double turn);
/* Tool pose with the tips there: upright, leaning toward its base over what is near and away from it over what is far. */
pose pinch_pose(const hands *h, int hand, vec tip, vec out, int branch);
/* Is a vertex between the fingers of a hand? How many of a garment are? */
bool pinch_is_between(const cloth_view *c, const hands *h, int hand, int garment, int vertex);
int pinch_between(const cloth_view *c, const hands *h, int hand, int garment);

/* How wide fingers that are `width` apart with cloth between them open to let go of it, m: by `by`, but of fine cloth so that they are clear of
   what they held, and the rows of vertices behind them are not stretched over them, and do not come up with them. */
double pinch_opening(const garment_view *g, double width, double by);

/* As pinch_release, so wide. */
void pinch_let_go(const cloth_view *c, int garment, hands *h, bool left, bool right);
/* Let go: open a little, back off, rise. The fingers stay `open` wide. */
void pinch_release(hands *h, bool left, bool right);
#endif
