/* How high things and their flaps stand: what a hand passes over. */
#ifndef ORACLE_HEIGHTS_H
#define ORACLE_HEIGHTS_H
#include "belief.h"

/* Tool height at which an empty hand passes over the things on the table and over flaps, world z. */
double height_of_travel(const belief *b);
/* The same for a straight way across, where higher things may stand, such as plates in a rack. */
double height_of_way(const belief *b, vec from, vec to, int skip);
/* Highest point of everything present but `skip` (-1: none), world z: nothing is hit above it. */
double height_of_all(const belief *b, int skip);
/* Of the lowest point of a thing in that pose. */
double height_of_foot(const thing *t, pose at);
#endif
