/* A flight: up to CHORE_RIG_SLOTS episodes at once with one policy, each in a slot of one rig, in a world of its own. In
   each control step the policy is asked once for all episodes that are due, in as few calls as its request allows. What an
   episode comes to does not depend on its mates, as far as the policy keeps CHORE_CAP_BATCH_INVARIANT. One thread. */
#ifndef CHORE_FLIGHT_H
#define CHORE_FLIGHT_H
#include <chore/rollout.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_flight chore_flight;

typedef struct chore_flight_def {
    chore_rig *rig;                  /* with as many slots (chore_rig_set_slots) */
    chore_policy_host *policy;       /* negotiated and accepted */
    const chore_policy_request *request;
    chore_latency latency;           /* the one that the policy was offered (chore_rig_set_latency) */
    int n_slots;
    bool watched;                    /* every step is in the trace's file at once, for somebody who reads along */
    const volatile int *stop;        /* nonzero: give up now (CHORE_E_INTERRUPTED); nullable */
    volatile uint64_t *turn;         /* +1 when the policy is called and when it returns: odd while it has the word; nullable */
} chore_flight_def;

chore_flight *chore_flight_create(const chore_flight_def *def);
/* Episodes that have not landed are dropped, and their traces with them. NULL is fine. */
void chore_flight_destroy(chore_flight *flight);

/* Begin an episode in a free slot. `row` is the caller's until it has landed. A policy that fails at the reset ends the
   episode as policy_error; CHORE_E_PLACEMENT, CHORE_E_IO and others: there is no episode, the slot stays free. */
chore_status chore_flight_begin(chore_flight *flight, int slot, uint64_t seed, chore_variant variant, const char *trace_path,
                                chore_row *row, chore_error *err);
bool chore_flight_is_free(const chore_flight *flight, int slot);
/* Ended, and waiting to be landed. */
bool chore_flight_has_ended(const chore_flight *flight, int slot);
/* One control step of every episode that runs. Errors of policy and simulation end episodes and are none here;
   CHORE_E_INTERRUPTED and CHORE_E_IO are: destroy the flight. When the policy's process ends, all episodes end with it. */
chore_status chore_flight_step(chore_flight *flight, chore_error *err);
/* Judge an episode that has ended, close its trace, tell the policy; fills everything of the row that the flight knows (not
   index, attempt, film, trace's relative name); its times of calls are those of the flight since it was last empty. The slot is
   free again. */
chore_status chore_flight_land(chore_flight *flight, int slot, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
