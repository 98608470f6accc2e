/* The ledger: when the policy was asked, and how long its answers took, as a recording tells it. Pure data; any thread that
   owns it. */
#ifndef CHORE_LEDGER_H
#define CHORE_LEDGER_H
#include <chore/latency.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_ledger_call {
    int64_t observed, answered; /* control steps */
    int64_t in_force;           /* from when it ran; -1: too late for all of its rows */
    int rows;                   /* of the answer */
    double wall_ms;             /* < 0: not recorded, because it decided nothing */
} chore_ledger_call;

typedef struct chore_ledger {
    char latency[CHORE_LATENCY_CAP]; /* "frozen": the world waited, and there are no calls */
    chore_ledger_call *calls;        /* [n], in the order of `observed`; malloc'ed */
    int n, n_late;
    double mean_steps;               /* from observation to the answer in force, of those that came in time */
    int64_t most_steps;
} chore_ledger;

/* Read the notes of a recording. Allocates; notes that are no objects are passed over. */
void chore_ledger_read(chore_ledger *out, const chore_trace *trace);
void chore_ledger_release(chore_ledger *ledger);
/* The call whose answer runs when `step` steps are made; NULL: none yet. */
const chore_ledger_call *chore_ledger_running(const chore_ledger *ledger, int64_t step);
/* The call that is being thought about then; NULL: none. */
const chore_ledger_call *chore_ledger_pending(const chore_ledger *ledger, int64_t step);
#ifdef __cplusplus
}
#endif
#endif
