/* How an episode can end. scored: counts in the denominator of a success rate. */
CHORE_OUTCOME(CHORE_OUTCOME_RUNNING,      "running",      0, "has not ended")
CHORE_OUTCOME(CHORE_OUTCOME_SUCCESS,      "success",      1, "the goal held for its time, new work included")
CHORE_OUTCOME(CHORE_OUTCOME_TIMEOUT,      "timeout",      1, "the horizon passed")
CHORE_OUTCOME(CHORE_OUTCOME_FAILED,       "failed",       1, "a failure condition came true")
CHORE_OUTCOME(CHORE_OUTCOME_POLICY_ERROR, "policy_error", 1, "the policy crashed, hung, or gave an action that is not finite")
CHORE_OUTCOME(CHORE_OUTCOME_SIM_ERROR,    "sim_error",    0, "MuJoCo warned or failed; queued again, counted, shown apart")
CHORE_OUTCOME(CHORE_OUTCOME_INFRA_ERROR,  "infra_error",  0, "the harness or the machine failed; queued again, counted, shown apart")
