/* Pace: which action runs at which control step of one episode, when a policy answers in chunks and its answers take
   time. A pure function of what it is told: steps, counts of rows, and in `live` nanoseconds. One thread.

   A chunk's row i is for the step base + i, where base is the step of the call plus the delay that the call was told.
   The chunk is in force from the step at which the answer is there, but not before base; rows for steps that have
   passed by then are lost. Until then the chunk before runs on. Where no row is left the last action is held: targets
   stay, relative values are zero.

   The next call comes when `execute` rows (fewer when the answer had fewer) will have run by the time its answer is in
   force, and never before the answer before it is in force. */
#ifndef CHORE_PACE_H
#define CHORE_PACE_H
#include <chore/latency.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_pace chore_pace;

typedef struct chore_pace_def {
    chore_latency latency;
    int horizon, execute; /* rows: of the request */
    int dim;              /* floats of an action */
    int control_hz;
    const bool *relative; /* [dim] copied: zero holds such a value; NULL: none */
} chore_pace_def;

/* What became of one call. */
typedef struct chore_pace_call {
    int64_t observed; /* control step */
    int64_t answered; /* when the answer was there */
    int64_t in_force; /* from when it ran; -1: it came too late for all of its rows */
    int rows;         /* of the answer */
} chore_pace_call;

/* Sums over an episode. */
typedef struct chore_pace_sums {
    int64_t calls, late; /* late: answers of which no row ran, because all were for steps that had passed */
    int64_t waited;      /* control steps from observations to answers, all calls together */
    int64_t held;        /* control steps at which no row was there */
} chore_pace_sums;

chore_pace *chore_pace_create(const chore_pace_def *def);
void chore_pace_destroy(chore_pace *pace); /* NULL is fine */

/* A new episode. hold[dim]: the action that keeps the posture it begins in. */
void chore_pace_begin(chore_pace *pace, const float *hold);
/* Is a call due before the action of this step? Steps come in order, from 0. */
bool chore_pace_due(chore_pace *pace, int64_t step);
/* Rows that run from `step` on while the call of that step thinks, as far as the policy is told: [*n][dim], in
   memory of the pace until the next answer. *n = 0 in a frozen world. */
const float *chore_pace_committed(chore_pace *pace, int64_t step, int *n);
/* True when the answer before this call came too late to be used. */
bool chore_pace_was_late(const chore_pace *pace);
/* Where the answer goes: [horizon][dim]. Then say so: `rows` of it are valid (1 to horizon), it took wall_ns. */
float *chore_pace_room(chore_pace *pace);
chore_pace_call chore_pace_answer(chore_pace *pace, int64_t step, int rows, uint64_t wall_ns);
/* The action of this step: [dim], until the next call. Once per step, after chore_pace_due. */
const float *chore_pace_action(chore_pace *pace, int64_t step);
chore_pace_sums chore_pace_total(const chore_pace *pace);
#ifdef __cplusplus
}
#endif
#endif
