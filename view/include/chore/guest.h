/* A guest: the policy of a run, asked to go on from a state that it has not brought about, as when a person gives back. It is
   opened as the run had it: the same file, words of configuration, boundary, track and convention. The world waits for its answers. One
   thread. */
#ifndef CHORE_GUEST_H
#define CHORE_GUEST_H
#include <chore/rig.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_guest chore_guest;

/* Open the policy of the run folder and negotiate with it for the rig, which then offers and converts for it. Sets the action mode of
   the rig's episode anew: restore a snapshot after it. CHORE_E_POLICY_LOAD, CHORE_E_RENDER and others: it cannot come; CHORE_E_USAGE
   when it acts in another mode than the episode's. */
chore_status chore_guest_open(chore_guest **out, const char *run_dir, chore_rig *rig, chore_error *err);
void chore_guest_close(chore_guest *guest); /* NULL is fine */
/* It has the robot from the present state of the rig's episode on: for the first time, when it is told of an episode that begins here
   with step 0, or once more. Either way its next call says CHORE_SLOT_INTERVENED. CHORE_E_POLICY. */
chore_status chore_guest_begin(chore_guest *guest, chore_error *err);
/* The action of the next step, as the world takes it; valid until the next call. CHORE_E_POLICY, CHORE_E_RENDER. */
chore_status chore_guest_action(chore_guest *guest, const float **action, chore_error *err);
/* What it said with its last answer, once: to be passed on (chore_episode_report) before the step. False: nothing.
   about: CHORE_ABOUT_CAP bytes. */
bool chore_guest_said(chore_guest *guest, chore_said *said, char about[CHORE_ABOUT_CAP]);
#ifdef __cplusplus
}
#endif
#endif
