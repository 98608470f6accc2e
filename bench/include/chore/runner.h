/* The runner: a frozen plan, worker processes, a store. Each worker loads the policy, so that a crash of it costs one episode, or
   those of one batch. */
#ifndef CHORE_RUNNER_H
#define CHORE_RUNNER_H
#include <chore/run_store.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_film_choice { CHORE_FILM_NONE, CHORE_FILM_AUTO, CHORE_FILM_FAILURES, CHORE_FILM_ALL } chore_film_choice;

typedef struct chore_run_def {
    const chore_plan *plan;
    const char *dir;             /* run folder: plan.json is in it */
    int jobs;                    /* worker processes */
    int batch;                   /* episodes that each worker's policy serves at once: 1 (default) to CHORE_RIG_SLOTS */
    const char *cache_dir;       /* initial states; NULL: none */
    chore_film_choice film;      /* AUTO: the first seed of each task and variant, and failures, at most 24 */
    uint64_t shuffle;            /* nonzero: another order of work; results do not depend on it */
    double hang_s;               /* a policy that gives no answer for so long is stopped; default 60 */
    bool quiet;                  /* no progress line */
    bool traces;                 /* default true */
    bool watched;                /* traces are readable to the last step while they are written (chore_trace_flush) */
} chore_run_def;
chore_run_def chore_run_def_default(void);

/* Run what the rows do not hold yet. SIGINT and SIGTERM: running episodes end, then CHORE_E_INTERRUPTED; a second one stops them.
   CHORE_E_POLICY_LOAD when the policy cannot be loaded or is refused, CHORE_E_IO when the store cannot be written. */
chore_status chore_run(const chore_run_def *def, const chore_rows *rows, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
