/* The hand as a handful of balls, and how far they stay from everything that the oracle knows of. */
#ifndef ORACLE_HAND_H
#define ORACLE_HAND_H
#include "belief.h"

/* Smallest distance (metre, negative: inside) between the hand at tool pose `tool` (world) with the fingers `width` apart and the
   table, objects, receptacle walls and solids of fixtures; things `skip_a` and `skip_b` (-1: none) do not count. Stops looking below `enough`. */
double hand_clearance(const belief *b, pose tool, double width, int skip_a, int skip_b);
/* The same, but the solids of one part of a fixture do not count: that of the door whose handle it is at. */
double hand_clearance_but(const belief *b, pose tool, double width, int skip_part);
/* Smallest distance between a point and everything present but the skipped things, the table left out. */
double point_clearance(const belief *b, vec point, int skip_a, int skip_b);
#endif
