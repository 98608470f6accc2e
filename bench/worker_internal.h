/* Worker process: its messages and its main function. */
#ifndef CHORE_WORKER_INTERNAL_H
#define CHORE_WORKER_INTERNAL_H
#include <chore/policy_host.h>
#include <chore/runner.h>

enum { CHOREI_FILM_ALWAYS = 1, CHOREI_FILM_IF_FAILED = 2 };

/* Shared between the runner and one worker. */
typedef struct chorei_pulse {
    volatile int stop;      /* set by the runner: give up the episode */
    volatile int filming;   /* a film is being drawn */
    volatile uint64_t drawing; /* odd while a graphics driver has the word, for the policy's pictures */
    volatile uint64_t turn; /* odd while the policy has the word; one that hangs leaves it so */
} chorei_pulse;

typedef struct chorei_order {
    int index, attempt, film;
} chorei_order; /* index < 0: end */

typedef struct chorei_reply {
    int index;           /* -1: ready (policy loaded and negotiated) */
    chore_status status; /* not OK: no row was written */
    chore_outcome outcome;
    bool success, filmed;
    int seats;           /* with ready: orders that it takes at a time */
    chore_error error;
} chorei_reply;

/* policy_log.c: add what the policy printed since the last time to policy.log in the run folder, under the episode's
   name. */
void chorei_policy_log(const char *dir, const char *episode, chore_policy_host *policy);

/* Serve orders from `fd` until it closes. Returns the process's exit code. */
int chorei_worker_main(const chore_run_def *def, int fd, chorei_pulse *pulse);
#endif
