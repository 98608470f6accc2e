/* An intervention: a recording that goes the way of another one up to a step, and its own from there. It replays like any
   recording, says in its head where a person took over and from whom, and is under the name "POLICY + a person", so that no
   run takes it for the policy's. Belongs to one thread at a time. */
#ifndef CHORE_INTERVENTION_H
#define CHORE_INTERVENTION_H
#include <chore/episode.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_intervention chore_intervention;

/* Begin the file with the first `step` steps of `of` (its actions, hashes, notes and key frames). Errors of chore_trace_create. */
chore_status chore_intervention_begin(chore_intervention **out, const char *path, const chore_trace *of, uint64_t step,
                                      chore_error *err);
/* The episode has made one more step with this action. */
chore_status chore_intervention_step(chore_intervention *iv, const float *action, const chore_episode *episode, chore_error *err);
/* Who acts from here on: "person", "policy" or "recording". */
chore_status chore_intervention_pass(chore_intervention *iv, const char *who, chore_error *err);
/* The policy has just said something (chore_episode_report) before the next step. */
chore_status chore_intervention_said(chore_intervention *iv, const chore_episode *episode, chore_error *err);
/* Write the verdict and close; frees it, also on error. */
chore_status chore_intervention_finish(chore_intervention *iv, const chore_episode *episode, chore_error *err);
/* Close and remove the file. NULL is fine. */
void chore_intervention_drop(chore_intervention *iv);
#ifdef __cplusplus
}
#endif
#endif
