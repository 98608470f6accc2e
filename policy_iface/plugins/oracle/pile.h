/* Piling what is folded: both hands take its lowest layers at two opposite edges, lift, lay it down in the middle of the pile; when it lies
   too far out for one of the hands, it is dragged toward the middle first. Tidying a pile is the same again. */
#ifndef ORACLE_PILE_H
#define ORACLE_PILE_H
#include "carry.h"
#include "duo_move.h"

/* How a folded garment lies. */
typedef struct pile_pack {
    vec middle; /* world; z of the mean */
    double half_x, half_y;
    int edge
        [HANDS];   /* lowest vertices near the edges toward the left (+y) and the right (-y) hand */
    double bottom; /* z of its lowest vertex */
} pile_pack;

typedef struct pile {
    int garment, phase, tries, slips;
    carry_goal goal;
    pinch pinch;
    duo_move drag;
    vec to; /* where its middle goes; z: of what it is laid on */
    double waited, off;
    double slack;     /* by which each hand comes in, m */
    pose from[HANDS]; /* of the hands when they hold it */
} pile;

pile_pack pile_see(const cloth_view *c, int garment);
/* Middle and height (of the highest vertices) of what is piled there without this garment; when nothing is, where it lies itself or else
   the free spot. */
vec pile_top(const cloth_view *c, int garment, const carry_goal *goal);

/* False: it lies well there already, or it cannot be reached. */
bool pile_start(pile *p, const cloth_view *c, hands *h, int garment, const carry_goal *goal);
skill_state pile_step(pile *p, const cloth_view *c, hands *h, double dt);
#endif
