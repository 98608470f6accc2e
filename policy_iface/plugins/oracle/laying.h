/* A garment held at two points: lift it clear of the table, let it hang, lay it down along x, the hem first. */
#ifndef ORACLE_LAYING_H
#define ORACLE_LAYING_H
#include "pinch.h"
#include "spread.h"

#define TIP_LAID 0.012 /* of the fingertips over the table when cloth is laid down, m */

/* Way of one hand's tip: stretched, hanging, laid. The cloth creeps through the fingers by a millimetre or two a second: no time is lost. */
typedef struct lay_way {
    int n;
    vec tip[8];
    double speed[8];
} lay_way;

typedef struct laying {
    lay_way way[HANDS];
    int branch[HANDS];
    vec out; /* the way the fingers open */
    double height;
} laying;

/* The highest way that both arms can go on from `now`; `hung`: how the garment hangs from them. False: none. */
bool laying_find(laying *l, const cloth_view *c, const hands *h, spread_hanging hung,
                 const pose now[HANDS]);
void laying_add(const laying *l, const cloth_view *c, hands *h);
#endif
