/* bulldoze: brings the receptacles to the things: pushes what stands at the left and at the right over the table. */
#include "path.h"

static const path_point points[] = {
    {.40, .00, .42, .3},  {.34, .66, .42, .4},  {.34, .66, .10, .3},
    {.34, -.05, .10, .2}, {.34, -.05, .42, .3}, {.34, -.62, .42, .4},
    {.34, -.62, .12, .3}, {.40, -.05, .12, .2}, {.40, -.05, .42, .3},
};
PATH_ENTRY("bulldoze", points)
