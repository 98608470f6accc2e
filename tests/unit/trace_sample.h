/* A trace to test with: 8 notes, 2 key frames and as many steps as one likes, all of known content. */
#ifndef CHORE_TEST_TRACE_SAMPLE_H
#define CHORE_TEST_TRACE_SAMPLE_H
#include <chore/trace.h>

enum { DIM = 8 };

static inline float action_value(uint64_t step, int i)
{
    return (float)step * 0.125f - (float)i / 3.0f;
}

static inline chore_hash step_hash(uint64_t step)
{
    return chore_hash_bytes(&step, sizeof step, 0);
}

static inline chore_status write_steps(chore_trace_writer *trace, uint64_t from, uint64_t to,
                                       chore_error *err)
{
    chore_status status = CHORE_OK;
    for (uint64_t step = from; step < to && status == CHORE_OK; step++) {
        float action[DIM];
        for (int i = 0; i < DIM; i++) {
            action[i] = action_value(step, i);
        }
        status = chore_trace_step(trace, action, step_hash(step), err);
    }
    return status;
}

/* 4 + 4 notes, 2 key frames, n_steps steps; every call must pass on what the storage says. */
static inline chore_status write_trace(const char *to, uint64_t n_steps, chore_hash *content,
                                       chore_error *err)
{
    static const char snapshot[100] = "a snapshot";
    chore_trace_writer *trace = NULL;
    chore_status status = chore_trace_create(&trace, to, "{\"seed\": 7}", DIM, err);
    if (status != CHORE_OK) {
        return status;
    }
    status = chore_trace_keyframe(trace, snapshot, sizeof snapshot, err);
    for (int i = 0; i < 4 && status == CHORE_OK; i++) {
        status = chore_trace_note(trace, "{\"event\": \"early\"}", err);
    }
    status = status == CHORE_OK ? write_steps(trace, 0, n_steps / 2, err) : status;
    for (int i = 0; i < 4 && status == CHORE_OK; i++) {
        status = chore_trace_note(trace, "{\"event\": \"late\"}", err);
    }
    status = status == CHORE_OK ? chore_trace_keyframe(trace, snapshot, 10, err) : status;
    status = status == CHORE_OK ? write_steps(trace, n_steps / 2, n_steps, err) : status;
    const chore_status end = chore_trace_finish(trace, "{\"success\": true}", content, err);
    if (status != CHORE_OK) {
        assert_int_equal(end, status); /* a broken writer stays broken */
    }
    return end;
}
#endif
