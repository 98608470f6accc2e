/* shove: sweeps everything on the table against tote or rack, lane by lane. Beside is not inside. */
#include "path.h"

#define LANE(x)                                                \
    {x, -.30, .25, .4}, {x, -.30, .03, .3}, {x, .26, .03, .2}, \
    {                                                          \
        x, .26, .25, .3                                        \
    }

static const path_point points[] = {LANE(.33), LANE(.43), LANE(.53), LANE(.63), {.4, 0, .4, .3}};
PATH_ENTRY("shove", points)
