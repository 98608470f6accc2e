/* Reading offers and batches: small helpers over policy.h, static inline, for plug-ins that are written
   against the ABI itself. */
#ifndef CHORE_POLICY_WALK_H
#define CHORE_POLICY_WALK_H
#include <chore/policy.h>
#include <string.h>
#ifdef __cplusplus
extern "C" {
#endif

/* The data of stream `field` for position k of a batch. NULL when the stream is optional and not there. */
static inline const void *chore_stream(const chore_policy_batch *batch, uint32_t field, uint32_t k)
{
    if (batch->stream[field] == NULL) {
        return NULL;
    }
    return (const char *)batch->stream[field] + (size_t)batch->slot[k] * (size_t)batch->stride[field];
}

/* The control step that row `row` of the answer for position k is for. */
static inline uint64_t chore_step_of_row(const chore_policy_batch *batch, uint32_t k, uint32_t row)
{
    return batch->step[k] + (batch->delay != NULL ? batch->delay[k] : 0) + row;
}

/* The shortest chunk that lasts until the next answer: one row in a world that waits. */
static inline uint32_t chore_rows_for_delay(const chore_policy_offer *offer)
{
    const uint32_t rows = offer->delay_steps < offer->max_horizon ? offer->delay_steps : offer->max_horizon;
    return rows > 1 ? rows : 1;
}

/* Values per slot of a field: 21 for shape {3, 7}. */
static inline uint32_t chore_field_count(const chore_policy_field *field)
{
    uint32_t count = 1, d;
    for (d = 0; d < field->ndim && d < 4; d++) {
        count *= field->shape[d];
    }
    return count;
}

/* The offered stream or mode of that name, or NULL. */
static inline const chore_policy_field *chore_offer_field(const chore_policy_offer *offer, const char *name)
{
    uint32_t i;
    for (i = 0; i < offer->n_fields; i++) {
        const chore_policy_field *field = CHORE_POLICY_AT(chore_policy_field, offer->fields, i);
        if (strcmp(field->name, name) == 0) {
            return field;
        }
    }
    return NULL;
}

static inline const chore_policy_mode *chore_offer_mode(const chore_policy_offer *offer, const char *name)
{
    uint32_t i;
    for (i = 0; i < offer->n_modes; i++) {
        const chore_policy_mode *mode = CHORE_POLICY_AT(chore_policy_mode, offer->modes, i);
        if (strcmp(mode->name, name) == 0) {
            return mode;
        }
    }
    return NULL;
}

#ifdef __cplusplus
}
#endif
#endif
