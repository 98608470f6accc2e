/* blames: when it says that it cannot, it blames something else. */
#include "puppet.h"

static void blames_say(chore_policy_instance *self, const chore_policy_batch *batch,
                       chore_policy_actions *actions)
{
    (void)self, (void)batch;
    if (actions->report[0] == CHORE_REPORT_CANNOT) {
        chore_say(actions, 0, CHORE_REPORT_CANNOT, "mug pod");
    }
}

static const puppet cheat = {"blames", 1, NULL, NULL, blames_say};
