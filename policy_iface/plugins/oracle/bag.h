/* Bags that have tipped over. */
#ifndef ORACLE_BAG_H
#define ORACLE_BAG_H
#include "belief.h"

/* Does it lie, though the goal wants it upright? It is set up before anything else is done. */
bool bag_is_down(const belief *b, int index);
/* Has it anything to do with such a bag: the thing lies in it, or shall go into it? */
bool bag_bars(const belief *b, const literal *l);
/* Is the thing in the bag that it shall go into, and the bag stands? Or is it the bag, and stands where it shall? The literal will
   hold as soon as all is at rest and the hand away. */
bool bag_settles(const belief *b, const literal *l);
#endif
