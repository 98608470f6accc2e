/* Where to take a folded garment so that it hangs down folded: at two ends of a side of its outline seen from above, through the layers
   that would fall open if they were not held. No motion here. */
#ifndef ORACLE_PILE_HOLD_H
#define ORACLE_PILE_HOLD_H
#include "pinch.h"

#define PACK_SIDES 4

/* How it lies: the smallest rectangle around it, seen from above. */
typedef struct pack_view {
    vec middle; /* of the rectangle; z: of the mean */
    vec along;  /* horizontal unit vector of half[0] */
    double half[2];
    double top, bottom; /* of its vertices, world */
} pack_view;

typedef struct pack_hold {
    vec out;      /* from its middle to the side that is held */
    double depth; /* from there to the other side: so far it hangs down */
    int n;        /* holds: 2, or 1 where the side is short */
    grip grip[2]; /* the second one lies to the left when one looks along `out` */
    double loose; /* what would fall open, in vertices; less is better */
} pack_hold;

pack_view pack_see(const cloth_view *c, int garment);
/* One for each side, best first. Number of them: a side without anything to hold is left out. */
int pack_holds(const cloth_view *c, int garment, pack_hold out[PACK_SIDES]);
/* What is folded in one step: has this hand both of its halves, or its crease? Held by one half only it falls open. */
bool pack_is_held(const cloth_view *c, const hands *h, int hand, int garment);
#endif
