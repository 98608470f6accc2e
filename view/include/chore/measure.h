/* How quick the player is: opening an episode, seeking in it. Without a window. */
#ifndef CHORE_MEASURE_H
#define CHORE_MEASURE_H
#include <chore/player.h>
#include <chore/playlist.h>
#ifdef __cplusplus
extern "C" {
#endif
enum { CHORE_MEASURE_SEEKS = 500 }; /* at most */

typedef struct chore_measure_seeks {
    int n;
    double p50_ms, p95_ms, worst_ms;             /* from the wish to the moment, on the clock */
    double cpu_p50_ms, cpu_p95_ms, cpu_worst_ms; /* what of it the player computed: what it would be on a free core */
} chore_measure_seeks;

typedef struct chore_measure {
    uint64_t steps;
    double seconds;                 /* simulated */
    double open_ms, open_cpu_ms;    /* from the call to the first moment; of the whole process */
    chore_measure_seeks fresh;      /* just opened: from the recording's own key frames */
    chore_measure_seeks known;      /* with what the player kept since */
    double known_share;             /* of the recording that it had gone through by then: 1, or what `wait_s` allowed */
} chore_measure;

/* Open the episode, seek to `n_seeks` random steps (always the same ones; fewer when most_s seconds have gone by), let the player go
   ahead for at most wait_s seconds, seek once more. CHORE_E_INTERRUPTED when *stop becomes nonzero (nullable). Errors of the player
   else. */
chore_status chore_measure_player(chore_measure *out, const chore_player_def *def, int n_seeks, double most_s, double wait_s,
                                  const volatile int *stop, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
