/* What the files of the runner share: runner.c has the processes and the loop, runner_queue.c who does what next,
   runner_death.c what is left of a worker that ended. */
#ifndef CHORE_RUNNER_INTERNAL_H
#define CHORE_RUNNER_INTERNAL_H
#include <sys/types.h>

#include <chore/progress.h>
#include <chore/rig.h>

#include "worker_internal.h"

enum { CHOREI_STUCK_S = 600 }; /* without a sign from a worker while not its policy but we have the word */

/* A worker's process. */
typedef struct chorei_slot {
    pid_t pid; /* 0: none */
    int fd;
    bool ready;
    int seats;                            /* orders that it takes at a time */
    chorei_order orders[CHORE_RIG_SLOTS]; /* in flight */
    int n_orders;
    uint64_t turn, turn_ns; /* last pulse seen and when */
    uint64_t drawing, drawing_ns;
} chorei_slot;

typedef struct chorei_runner {
    const chore_run_def *def;
    chorei_slot *slots;  /* [jobs] */
    chorei_pulse *pulse; /* [jobs] shared with the workers */
    int *queue;          /* episode indices still to do; -1: taken out of turn */
    int *attempts;       /* [n_episodes] made so far */
    int n_queue, next;
    int running, films, restarts;
    bool told_no_film;
    chore_shard *own; /* rows for workers that died; made when first needed */
    chore_progress *progress;
    chore_status status; /* not OK: stop */
    chore_error *err;
} chorei_runner;

/* runner.c: the first failure counts. */
void chorei_stop_with(chorei_runner *r, chore_status status, const chore_error *why);

/* runner_queue.c */
void chorei_queue_make(chorei_runner *r, const chore_rows *rows); /* what the rows do not hold yet, perhaps shuffled */
bool chorei_queue_is_empty(chorei_runner *r);
/* As many orders as the worker has room for, and as there are for it: a batch is of one task and latency. */
void chorei_give_orders(chorei_runner *r, int number);
void chorei_take_reply(chorei_runner *r, chorei_slot *s, const chorei_reply *reply);
/* An attempt is over: count it, or queue the episode again. */
void chorei_settle(chorei_runner *r, int index, chore_outcome outcome, bool success);

/* runner_death.c: a worker's process has ended, or was killed since it hung; its episodes get their rows. */
void chorei_bury(chorei_runner *r, int number, bool hung);
#endif
