/* The floor as whoever drives sees it: boxes that stand in the way, where the robot fits, how it gets from one place to another. */
#ifndef ORACLE_GROUND_H
#define ORACLE_GROUND_H
#include <stdbool.h>

#include "geometry.h"

#define MAX_BLOCKS  384
#define GROUND_SIDE 80 /* of a map, in squares */
#define GROUND_WAY  48
#define GROUND_ARMS_Z \
    0.93 /* metre: with its arms drawn in, nothing of the robot and of what it holds reaches out lower than this */

typedef struct block {
    vec pos, half; /* world */
} block;
typedef struct ground {
    int n;
    block list[MAX_BLOCKS];
} ground;

/* A line "block ..." of the text; false: malformed. What does not fit any more is left out. */
bool ground_read_line(ground *g, const char *line);
void ground_add(ground *g, vec pos, vec half);
/* Height of the highest surface under a point that is no higher than `at.z`; 0: the floor. */
double ground_surface(const ground *g, vec at);
/* Smallest distance between a point and all boxes that are higher than `surface`; no more than 1. */
double ground_distance(const ground *g, vec at, double surface);
/* Leave only what a hand may meet that works so far around a point, over a surface of that height. */
void ground_narrow(ground *g, vec around, double radius, double surface);
/* May the middle of the base be here, its arms over a worktop whose height is `feet`? Chassis and shoulders are clear of everything. */
bool ground_fits(const ground *g, double x, double y, double heading, double feet);
/* May it be here whatever its heading, its arms drawn in? */
bool ground_turns(const ground *g, double x, double y);
/* Where it can get to from a place where it may turn, without a way yet: squares of 10 cm around it. */
typedef struct ground_map {
    vec origin;
    bool open[GROUND_SIDE * GROUND_SIDE];
} ground_map;
void ground_explore(const ground *g, vec from, ground_map *map);
bool ground_is_open(const ground_map *map, double x, double y);
/* A way from one place where it may turn to another, over such places only; z is nothing. Returns the number of points after `from`, the last is
   `to`; 0: there is none. */
int ground_way(const ground *g, vec from, vec to, vec way[GROUND_WAY]);
#endif
