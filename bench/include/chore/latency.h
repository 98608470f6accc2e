/* Latency in simulated time: how many control steps pass between what a policy saw and its answer being in force.
   bench/latency.md says what it means and what it costs. */
#ifndef CHORE_LATENCY_H
#define CHORE_LATENCY_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_latency_kind {
    CHORE_LATENCY_FROZEN, /* the world waits */
    CHORE_LATENCY_DELAY,  /* `steps` control steps, whatever the policy really took; deterministic */
    CHORE_LATENCY_LIVE    /* as many as its wall time makes; `steps`: the most it is told to expect */
} chore_latency_kind;

#define CHORE_LATENCY_MOST       64 /* control steps: the chunk that is offered is as long */
#define CHORE_LATENCY_LIVE_STEPS 8  /* `live` without a number: 0.4 s at 20 Hz */
#define CHORE_LATENCY_CAP        16 /* bytes of the text form */
#define CHORE_LATENCY_GROUPS     16 /* in one run */

typedef struct chore_latency {
    chore_latency_kind kind;
    int steps;
} chore_latency;

/* "frozen", "delay=4", "live=8". */
void chore_latency_text(chore_latency latency, char out[CHORE_LATENCY_CAP]);
/* A list with commas: "frozen", "delay=0,1,2,4,8", "frozen,delay=4,live". A number alone goes on with the word before
   it. CHORE_E_USAGE names the word that is wrong, and the nearest; twice the same is one. */
chore_status chore_latency_parse(const char *text, chore_latency out[CHORE_LATENCY_GROUPS], int *n, chore_error *err);
/* One of them. */
chore_status chore_latency_parse_one(const char *text, chore_latency *out, chore_error *err);
bool chore_latency_equal(chore_latency a, chore_latency b);
#ifdef __cplusplus
}
#endif
#endif
