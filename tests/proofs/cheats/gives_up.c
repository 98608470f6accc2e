/* gives_up: says at once that it cannot, of everything there is, and then works as ever. */
#include "puppet.h"

static void gives_up_say(chore_policy_instance *self, const chore_policy_batch *batch,
                         chore_policy_actions *actions)
{
    (void)self;
    if (batch->step[0] == 0) {
        chore_say(actions, 0, CHORE_REPORT_CANNOT, "machine mug pod sponge can plate");
    }
}

static const puppet cheat = {"gives_up", 1, NULL, NULL, gives_up_say};
