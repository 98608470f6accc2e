/* Recorded actions for the `replay` policy: opens the trace of the matching episode in another run folder. */
#ifndef CHORE_RECORDED_H
#define CHORE_RECORDED_H
#include <chore/policy_extensions.h>
#include <chore/rig.h>
#include <chore/run_plan.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_recorded {
    char run_dir[CHORE_PATH_CAP];
    chore_trace *trace[CHORE_RIG_SLOTS];   /* of the episode in each slot; NULL before the first */
    char mode[CHORE_NAME_CAP];             /* action mode of the recordings */
    chore_ext_recorded_actions extension;
} chore_recorded;
/* `run_dir`: a run folder with traces; its first trace tells the mode. */
chore_status chore_recorded_open(chore_recorded *recorded, const char *run_dir, chore_error *err);
/* Turn the slot to the trace of this episode. CHORE_E_NOT_FOUND when the run has none, CHORE_E_USAGE when it is in another mode. */
chore_status chore_recorded_select(chore_recorded *recorded, int slot, const char *episode_name, chore_error *err);
void chore_recorded_close(chore_recorded *recorded);
/* For chore_policy_load; ctx: a chore_recorded. */
const void *chore_recorded_extension(void *ctx, const char *id);
/* String member of a trace's header; "" when absent. Copied to out. */
void chore_trace_header_text(const chore_trace *trace, const char *key, char *out, size_t cap);
/* The control rate of the recording; 0 when the header says none that could be. */
int chore_trace_control_hz(const chore_trace *trace);
/* Did a person take over in this recording (chorebench-view)? Then it is no policy's, whatever its outcome; *steps (nullable): how
   many control steps the person drove. */
bool chore_trace_is_intervened(const chore_trace *trace, uint64_t *steps);
#ifdef __cplusplus
}
#endif
#endif
