/* flick: strikes everything to the right at a metre a second. It may arrive; it does not stand. */
#include "path.h"

#define LANE(x)                                              \
    {x, .30, .25, .5}, {x, .30, .07, .3}, {x, -.30, .07, 1}, \
    {                                                        \
        x, -.30, .25, .3                                     \
    }

static const path_point points[] = {LANE(.33), LANE(.43), LANE(.53), LANE(.63), {.4, 0, .4, .3}};
PATH_ENTRY("flick", points)
