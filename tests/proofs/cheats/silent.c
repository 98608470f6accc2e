/* silent: never says that it cannot; it only asks for help. */
#include "puppet.h"

static void silent_say(chore_policy_instance *self, const chore_policy_batch *batch,
                       chore_policy_actions *actions)
{
    (void)self, (void)batch;
    if (actions->report[0] == CHORE_REPORT_CANNOT) {
        chore_say(actions, 0, CHORE_REPORT_HELP, "machine");
    }
}

static const puppet cheat = {"silent", 1, NULL, NULL, silent_say};
