/* What must be brought elsewhere before an errand can begin: cloth that lies on what is wanted and would come along, what was piled on what
   must be folded again, and what hangs askew over a rail. No motion here. */
#ifndef ORACLE_MAKE_WAY_H
#define ORACLE_MAKE_WAY_H
#include "errand.h"

/* `out`: the carry (of what was piled: the piling, at a free place) that comes first. False: there is none, or no room for it. */
bool make_way(const belief *b, const cloth_view *c, const errand *e, errand *out);
/* Over a rail, not on the table? */
bool make_way_hangs(const cloth_view *c, int garment);
#endif
