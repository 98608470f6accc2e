/* A rig: one task with its compiled scene, its episode and the streams between it and a policy. Built once per task and worker, used for
   many episodes; with several slots, for as many at a time, each with a world of its own. */
#ifndef CHORE_RIG_H
#define CHORE_RIG_H
#include <chore/appearance_kind.h>
#include <chore/convention.h>
#include <chore/episode.h>
#include <chore/latency.h>
#include <chore/policy_host.h>
#include <chore/track.h>
#include <chore/translate.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_rig chore_rig;
#define CHORE_RIG_SLOTS 64 /* at most */

/* Load the task (name or path), build its scene for the embodiment (NULL or "": the task's first). cache_dir (nullable) outlives the rig. */
chore_status chore_rig_create(chore_rig **out, const char *task, const char *embodiment, const char *cache_dir, uint64_t run_key,
                              chore_error *err);
/* The same at another control rate than the task's own; 0: its own. CHORE_E_USAGE when that does not divide the physics. */
chore_status chore_rig_create_at(chore_rig **out, int control_hz, const char *task, const char *embodiment, const char *cache_dir,
                                 uint64_t run_key, chore_error *err);
void chore_rig_destroy(chore_rig *rig);
chore_episode *chore_rig_episode(chore_rig *rig);   /* of slot 0 */
/* So many slots (1 to CHORE_RIG_SLOTS, never fewer than before), each with an episode; from now on the offer says so. Allocates worlds. */
chore_status chore_rig_set_slots(chore_rig *rig, int n, chore_error *err);
chore_episode *chore_rig_slot(chore_rig *rig, int slot);
chore_task *chore_rig_task(chore_rig *rig);
chore_scene *chore_rig_scene(chore_rig *rig);

/* What may be looked at; a new rig is on the state track. The offer changes, and a convention is gone with it: negotiate anew. */
void chore_rig_set_track(chore_rig *rig, chore_track track);
chore_track chore_rig_track(const chore_rig *rig);
/* How the world looks on pictures, from the next episode on; a new rig is canonical. Nothing else depends on it. */
void chore_rig_set_appearance(chore_rig *rig, chore_appearance_kind appearance);
chore_appearance_kind chore_rig_appearance(const chore_rig *rig);
/* Put them on for the episode of this seed in the slot; returns its lot, 0: canonical. */
uint64_t chore_rig_wear(chore_rig *rig, int slot, uint64_t seed);
/* Offer the streams and the mode of a convention, too, before all others; NULL: none, as at first. The request must be taken anew. CHORE_E_USAGE
   when it does not fit the robot. */
chore_status chore_rig_set_convention(chore_rig *rig, const chore_convention *convention, chore_error *err);
/* What a policy may ask for with this rig. Valid until the rig is destroyed or gets another convention. */
const chore_policy_offer *chore_rig_offer(chore_rig *rig);
/* From now on the offer says so: negotiate again. */
void chore_rig_set_latency(chore_rig *rig, chore_latency latency);
/* Take the request: sets the action mode, lays out the streams, and where pictures are wanted makes a renderer. CHORE_E_RENDER: there is no GL here.
   CHORE_E_POLICY_LOAD: what was asked for of one camera does not go together; more streams than are offered. */
chore_status chore_rig_accept(chore_rig *rig, const chore_policy_request *request, chore_error *err);
/* Fill the streams of these slots from their episodes' present states; pictures are drawn now. The batch is valid until the next call. */
const chore_policy_batch *chore_rig_look(chore_rig *rig, int n, const uint32_t *slots);
const chore_policy_batch *chore_rig_observe(chore_rig *rig);   /* of slot 0 alone */
/* CHORE_E_RENDER when what was looked at last lacks its pictures: it must not be shown to the policy. */
chore_status chore_rig_failure(const chore_rig *rig, chore_error *err);
/* +1 when a driver begins to draw and when it is done, so that whoever finds a dead or silent worker knows what it died of: odd while it draws.
   Nullable, borrowed. */
void chore_rig_mark_drawing(chore_rig *rig, volatile uint64_t *mark);

/* The pictures of a slot that were handed out since the last forgetting: how many, and the XXH3-128 chain of their bytes, in order. Equal for
   equal episodes as long as `renderer` is the same one on the same machine. */
typedef struct chore_rig_seen {
    int64_t frames;
    chore_hash hash;
    const char *renderer; /* "" without pictures; valid until the next accept */
} chore_rig_seen;
chore_rig_seen chore_rig_seen_so_far(const chore_rig *rig, int slot);
void chore_rig_forget_seen(chore_rig *rig, int slot);

/* What the accepted request wants of one camera, colour or depth or both. */
typedef struct chore_rig_picture {
    const char *camera; /* its name; lives as long as the rig */
    int width, height;  /* pixels */
    const char *fit;    /* "native", "stretch", "letterbox", "centre_crop" */
    bool flip_x, flip_y, shadows, smooth;
} chore_rig_picture;
/* Writes at most `cap`, returns how many there are. */
int chore_rig_pictures(const chore_rig *rig, chore_rig_picture *out, int cap);

/* Floats of an action as the policy of the accepted request writes it. */
uint32_t chore_rig_action_dim(const chore_rig *rig);
/* The same action as the world of the slot takes it now: the pointer itself when nothing is converted, else memory of the rig that is valid until the
   next call. */
const float *chore_rig_native_action(chore_rig *rig, int slot, const float *action);
/* The same the other way round: the action that holds the robot where it is, as the policy would write it, and which of its values are steps (0 holds).
   [chore_rig_action_dim]. */
void chore_rig_hold_action(chore_rig *rig, int slot, float *out);
void chore_rig_relative_values(const chore_rig *rig, int slot, bool *out);
/* Values that were outside of a convention's bounds since the slot's mode was set; what the world clamps is not among them. */
int64_t chore_rig_clamped(const chore_rig *rig, int slot);
/* What is converted for the accepted request, for the record. */
const chore_translation *chore_rig_translation(const chore_rig *rig);
/* The native mode of the accepted request. It must be set again after each reset; without a slot: of slot 0. */
const char *chore_rig_mode(const chore_rig *rig);
chore_status chore_rig_set_slot_mode(chore_rig *rig, int slot, const char *mode, chore_error *err);
chore_status chore_rig_set_mode(chore_rig *rig, const char *mode, chore_error *err);
/* True when the accepted request reads privileged streams. */
bool chore_rig_privileged(const chore_rig *rig);
#ifdef __cplusplus
}
#endif
#endif
