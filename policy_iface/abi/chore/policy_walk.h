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

/* Say `report` (CHORE_REPORT_) about `about` (may be NULL; cut to its room) for position k: "cannot", "coffee machine".
   Does nothing where the host is too old to listen. */
static inline void chore_say(chore_policy_actions *actions, uint32_t k, uint32_t report, const char *about)
{
    const size_t needed = offsetof(chore_policy_actions, about) + sizeof actions->about;
    char *to;
    size_t len;
    if (actions->struct_size < needed || actions->report == NULL || actions->about == NULL) {
        return;
    }
    to = actions->about + (size_t)k * CHORE_POLICY_ABOUT_CAP;
    len = about != NULL ? strlen(about) : 0;
    len = len < CHORE_POLICY_ABOUT_CAP ? len : CHORE_POLICY_ABOUT_CAP - 1;
    memset(to, 0, CHORE_POLICY_ABOUT_CAP);
    if (len > 0) {
        memcpy(to, about, len);
    }
    actions->report[k] = report;
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

/* Is `word` among the blank-separated words of `text`? */
static inline int chore_has_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    const char *at = text;
    while (at != NULL && (at = strstr(at, word)) != NULL) {
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
            return 1;
        }
        at += length;
    }
    return 0;
}

/* Fill the request's field for an offered picture at another size: `fit` is CHORE_FIT_, `words` what shall be done with
   it, of the offered field's convert: "chw f32 flip_x", or "". Both strings must live as long as the request. */
static inline void chore_ask_image(chore_policy_field *field, const chore_policy_field *offered, uint32_t width,
                                   uint32_t height, uint32_t fit, const char *words)
{
    const uint32_t channels = offered->shape[2];
    const size_t size = offered->struct_size < sizeof *field ? offered->struct_size : sizeof *field;
    memset(field, 0, sizeof *field);
    memcpy(field, offered, size);
    field->struct_size = (uint32_t)sizeof *field;
    field->flags = 0;
    field->convert = words;
    field->fit = height == offered->shape[0] && width == offered->shape[1] ? offered->fit : fit;
    field->shape[0] = height;
    field->shape[1] = width;
    if (chore_has_word(words, "chw")) {
        field->layout = CHORE_LAYOUT_CHW;
        field->shape[0] = channels;
        field->shape[1] = height;
        field->shape[2] = width;
    }
    if (chore_has_word(words, "f32")) {
        field->dtype = CHORE_DTYPE_F32;
        field->scale = 1;
    }
}

#ifdef __cplusplus
}
#endif
#endif
