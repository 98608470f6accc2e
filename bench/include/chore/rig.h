/* A rig: one task with its compiled scene, its episode and the streams between it and a policy. Built once per task and worker, used for
   many episodes; with several slots, for as many at a time, each with a world of its own. */
#ifndef CHORE_RIG_H
#define CHORE_RIG_H
#include <chore/episode.h>
#include <chore/latency.h>
#include <chore/policy_host.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_rig chore_rig;
#define CHORE_RIG_SLOTS 64 /* at most */

/* Load the task (name or path), build its scene for the embodiment (NULL or "": the task's first). cache_dir (nullable) outlives the rig. */
chore_status chore_rig_create(chore_rig **out, const char *task, const char *embodiment, const char *cache_dir, uint64_t run_key,
                              chore_error *err);
void chore_rig_destroy(chore_rig *rig);
chore_episode *chore_rig_episode(chore_rig *rig);   /* of slot 0 */
/* So many slots (1 to CHORE_RIG_SLOTS, never fewer than before), each with an episode; from now on the offer says so. Allocates worlds. */
chore_status chore_rig_set_slots(chore_rig *rig, int n, chore_error *err);
chore_episode *chore_rig_slot(chore_rig *rig, int slot);
chore_task *chore_rig_task(chore_rig *rig);
chore_scene *chore_rig_scene(chore_rig *rig);

/* What a policy may ask for with this rig. Valid until the rig is destroyed. */
const chore_policy_offer *chore_rig_offer(chore_rig *rig);
/* From now on the offer says so: negotiate again. */
void chore_rig_set_latency(chore_rig *rig, chore_latency latency);
/* Take the request: sets the action mode and lays out the streams. */
chore_status chore_rig_accept(chore_rig *rig, const chore_policy_request *request, chore_error *err);
/* Fill the streams of these slots from their episodes' present states. The batch is valid until the next call. */
const chore_policy_batch *chore_rig_look(chore_rig *rig, int n, const uint32_t *slots);
const chore_policy_batch *chore_rig_observe(chore_rig *rig);   /* of slot 0 alone */
/* The mode alone, as it must be set again after each reset; without a slot: of slot 0. */
chore_status chore_rig_set_slot_mode(chore_rig *rig, int slot, const char *mode, chore_error *err);
chore_status chore_rig_set_mode(chore_rig *rig, const char *mode, chore_error *err);
/* True when the accepted request reads privileged streams. */
bool chore_rig_privileged(const chore_rig *rig);
const char *chore_rig_mode(const chore_rig *rig);
#ifdef __cplusplus
}
#endif
#endif
