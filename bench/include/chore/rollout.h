/* A rollout: one episode with one policy, recorded in a trace and judged into a row. */
#ifndef CHORE_ROLLOUT_H
#define CHORE_ROLLOUT_H
#include <chore/rig.h>
#include <chore/run_row.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_rollout_def {
    chore_rig *rig;
    chore_policy_host *policy;       /* negotiated and accepted */
    const chore_policy_request *request;
    uint64_t seed;
    chore_variant variant;
    chore_latency latency;           /* the one that the policy was offered (chore_rig_set_latency) */
    const char *trace_path;          /* NULL: no trace */
    const volatile int *stop;        /* nonzero: give up now (CHORE_E_INTERRUPTED); nullable */
    volatile uint64_t *turn;         /* +1 when the policy is called and when it returns: odd while it has the word; nullable */
} chore_rollout_def;

/* Run to the end. Fills everything of the row that the rollout knows (not index, attempt, film, trace's relative name). Returns CHORE_OK also for
   episodes that ended as policy_error or sim_error (the row says so); CHORE_E_PLACEMENT, CHORE_E_IO and others when there is no row. */
chore_status chore_rollout(const chore_rollout_def *def, chore_row *row, chore_error *err);

/* Copy the episode's verdict (outcome, stages, events, hashes, counts) into a row: used by rollouts and by verify. */
void chore_row_judge(chore_row *row, const chore_episode *episode);
#ifdef __cplusplus
}
#endif
#endif
