/* hasty: says that the machine is broken as soon as the goal asks for that, untried. */
#include "puppet.h"

static void hasty_say(chore_policy_instance *self, const chore_policy_batch *batch,
                      chore_policy_actions *actions)
{
    const uint32_t field = puppet_field(self, "privileged.goal");
    if (field < PUPPET_FIELDS_CAP && batch->stream[field] &&
        strstr(batch->stream[field], " reported ")) {
        chore_say(actions, 0, CHORE_REPORT_CANNOT, "machine");
    }
}

static const puppet cheat = {"hasty", 1, NULL, NULL, hasty_say};
