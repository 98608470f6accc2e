/* Two episodes seen together: which control step of the second belongs to a step of the first. Plain arithmetic; any thread. */
#ifndef CHORE_SYNC_H
#define CHORE_SYNC_H
#include <chore/timeline.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_sync_by {
    CHORE_SYNC_TIME,   /* the same simulated time */
    CHORE_SYNC_EVENT   /* the same time since the first event fired in each */
} chore_sync_by;

typedef struct chore_sync {
    chore_sync_by by;     /* TIME also where EVENT was asked for and one of them has no event */
    int hz[2];            /* control steps per second */
    uint64_t n_steps[2];
    uint64_t zero[2];     /* steps that belong together: the start, or the event */
} chore_sync;

chore_sync chore_sync_make(const chore_timeline *first, const chore_timeline *second, chore_sync_by by);
/* The second's step with so many steps of the first made; before its start it is 0, after its end its end. */
uint64_t chore_sync_second(const chore_sync *sync, uint64_t first);
/* The other way round, on the first's clock and without bounds: negative is before the first begins. */
int64_t chore_sync_first(const chore_sync *sync, uint64_t second);
/* Steps on the first's clock until both have ended. */
uint64_t chore_sync_span(const chore_sync *sync);
#ifdef __cplusplus
}
#endif
#endif
