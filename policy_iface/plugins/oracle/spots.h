/* Spots: where a thing may be released, for each predicate. */
#ifndef ORACLE_SPOTS_H
#define ORACLE_SPOTS_H
#include "belief.h"

#define MAX_SPOTS  400
#define SPOT_TURNS 8 /* about the vertical */

typedef struct spot {
    pose release; /* of the thing's body, world */
    double insert, cost;
    bool fixed_height; /* it may not be let go higher up */
    vec detour, come;  /* see job in plan.h */
} spot;

/* All functions that list spots of things[index] write at most MAX_SPOTS of them and return how many. */

/* Those that serve a literal, but for spaces behind doors (cells.h). *receptacle: the thing that it goes into, -1: none. */
int list_spots(const belief *b, const literal *l, int index, int *receptacle, spot *out);
/* Upright on the table in the box pos +- half, in the world, where nothing stands: each place SPOT_TURNS ways round, one after the other. */
int spots_on_table(const belief *b, int index, vec pos, vec half, spot *out);
/* On the table, so far to either side in metre, from where the thing can be taken better: upright, or lying another way round. */
int list_stopovers(const belief *b, int index, double side, spot *out);
/* Set up, or (after two failures) lying another way round, beside where it lies: what lies cannot go in through a door. */
int list_erected(const belief *b, int index, int attempt, spot *out);
/* Cheapest first. */
void sort_spots(spot *spots, int n);

/* Radius of the vertical cylinder that the thing fills in an orientation. */
double thing_radius(const thing *t, quat q);
/* The way out of the cell that the thing stands in; zero: up. */
vec cell_way_out(const belief *b, int index);
/* Behind a door, and it stays there: a drawer comes out. False for -1. */
bool space_is_behind_door(const belief *b, int space);
#endif
