/* Verification: a recorded episode is re-simulated from its actions and must reach the same hash at every control step and the same verdict. */
#ifndef CHORE_VERIFY_H
#define CHORE_VERIFY_H
#include <chore/rig.h>
#include <chore/run_row.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Called after each replayed control step (step 0: the initial state); return false to stop early. */
typedef bool (*chore_replay_fn)(void *ctx, chore_episode *episode, uint64_t steps);

/* Re-simulate a trace on a rig of its task. CHORE_E_DIVERGED names the first control step whose hash differs. The rig's episode then holds the last
   state. `watch` is nullable. */
chore_status chore_replay(chore_rig *rig, const chore_trace *trace, chore_replay_fn watch, void *ctx, chore_error *err);

/* Is the trace the recording of this row: same task, seed, variant, policy, mode, start, outcome? Without a simulation. CHORE_E_TAMPERED names the first
   field that differs. */
chore_status chore_verify_record(const chore_row *row, const chore_trace *trace, chore_error *err);

/* chore_verify_record, replay, then compare the verdict with the row field by field: CHORE_E_DIVERGED names the first field that differs. */
chore_status chore_verify_row(chore_rig *rig, const chore_row *row, const chore_trace *trace, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
