/* skim: wipes with the sponge a centimetre above what is wet. A sponge that does not press takes up nothing. */
#include "puppet.h"

#define CLOSED_M 0.01f /* commanded widths below this hold something */
#define LOWEST_M \
    0.034f /* of the tool's point above the worktop: the sponge is held 21 mm above its face */

static void skim_change(chore_policy_instance *self, const chore_policy_batch *batch, float *action)
{
    (void)batch;
    if (action[self->dim - 1] < CLOSED_M && action[2] < LOWEST_M) {
        action[2] = LOWEST_M;
    }
}

static const puppet cheat = {"skim", 1, NULL, skim_change, NULL};
