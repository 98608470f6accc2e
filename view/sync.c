#include <chore/sync.h>

#include <math.h>

static const chore_mark *first_event(const chore_timeline *timeline)
{
    for (int i = 0; i < timeline->n_marks; i++) {
        if (timeline->marks[i].kind == CHORE_MARK_FIRED) {
            return &timeline->marks[i];
        }
    }
    return NULL;
}

chore_sync chore_sync_make(const chore_timeline *first, const chore_timeline *second, chore_sync_by by)
{
    chore_sync sync = {.by = CHORE_SYNC_TIME,
                       .hz = {first->hz, second->hz},
                       .n_steps = {first->n_steps, second->n_steps}};
    const chore_mark *a = first_event(first), *b = first_event(second);
    if (by == CHORE_SYNC_EVENT && a && b) {
        sync.by = by;
        sync.zero[0] = a->step;
        sync.zero[1] = b->step;
    }
    return sync;
}

/* From the clock of `from` to the other's, to the nearest step. */
static int64_t carry(const chore_sync *sync, int from, uint64_t step)
{
    const int to = 1 - from;
    const double since = (double)step - (double)sync->zero[from];
    return (int64_t)sync->zero[to] + (int64_t)floor(since * sync->hz[to] / sync->hz[from] + 0.5);
}

uint64_t chore_sync_second(const chore_sync *sync, uint64_t first)
{
    const int64_t step = carry(sync, 0, first);
    return step < 0 ? 0 : (uint64_t)step < sync->n_steps[1] ? (uint64_t)step : sync->n_steps[1];
}

int64_t chore_sync_first(const chore_sync *sync, uint64_t second)
{
    return carry(sync, 1, second);
}

uint64_t chore_sync_span(const chore_sync *sync)
{
    const int64_t end = chore_sync_first(sync, sync->n_steps[1]);
    return end > 0 && (uint64_t)end > sync->n_steps[0] ? (uint64_t)end : sync->n_steps[0];
}
