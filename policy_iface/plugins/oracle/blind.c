/* blind: the oracle's skills without its eyes. It plans every job from what it saw at the start and never looks again: what a policy
   scores that notices nothing. */
#include "act.h"

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    return oracle_act(state, now, action, false);
}

static const chore_easy_policy policy = {
    "blind", "1.0", "Apache-2.0", ORACLE_MODE, ORACLE_STREAMS, sizeof(oracle_state), 0, act};
CHORE_EASY_ENTRY(policy)
