/* oracle: reads the privileged stream, looks for the first goal literal that does not hold, does the job that makes it hold, looks again.
   Recovery comes by construction: whatever goes wrong shows up as a literal that does not hold. */
#include "act.h"

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    return oracle_act(state, now, action, true);
}

static const chore_easy_policy policy = {
    "oracle", "1.0", "Apache-2.0", ORACLE_MODE, ORACLE_STREAMS, sizeof(oracle_state), 0, act};
CHORE_EASY_ENTRY(policy)
