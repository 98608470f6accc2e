/* Piling what is folded. One side of it is held where its layers would fall open, swung up until it hangs down below the hands, brought
   over the pile and laid down the same way, its lower edge first. When it lies too far out for one of the hands, it is dragged toward the
   middle first. Tidying a pile is the same again. */
#ifndef ORACLE_PILE_H
#define ORACLE_PILE_H
#include "carry.h"
#include "duo_move.h"
#include "fold_plan.h"
#include "pile_hold.h"

typedef struct pile {
    int garment, phase, tries, slips, pats;
    int missed; /* pinches that went wrong */
    carry_goal goal;
    pack_hold hold;
    bool on[HANDS]; /* hands that take part */
    pinch pinch;
    duo_move drag;
    fold_fit folded;            /* how it lay when it was taken up first */
    vec from, to;               /* its middle, now and then; z: of what it lies on */
    double turn;                /* about the vertical, on the way, rad */
    double waited, off, height; /* height: of the pack before it was lifted */
    pose let_go_at[HANDS];
} pile;

/* Middle and height (of the highest vertices) of what is piled there without this garment; when nothing is, where it lies itself or else
   the free spot. */
vec pile_top(const cloth_view *c, int garment, const carry_goal *goal);

/* By how much to turn it about the vertical so that it lies along the largest of what is piled there: over a narrow one its ends would droop.
   0: nothing is there, or either is about as long as wide. */
double pile_turn(const cloth_view *c, int garment, const carry_goal *goal);

/* False: it lies well there already, or it cannot be reached. */
bool pile_start(pile *p, const cloth_view *c, hands *h, int garment, const carry_goal *goal);
/* Between two tries: nothing is held, the hands are away. */
bool pile_pauses(const pile *p);
skill_state pile_step(pile *p, const cloth_view *c, hands *h, double dt);
#endif
