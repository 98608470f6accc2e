/* The batch of a call: streams of the stage's recorded stretch, for the slots at their steps, in rooms of their own. */
#include "life_internal.h"
#include <math.h>
#include <string.h>

enum { EPISODE_APART = 5, NEW_INSTRUCTION_AT = 5, GAP = 64 };

/* Each episode begins elsewhere in the stretch. */
static uint32_t frame_of(const life *l, uint32_t episode, uint32_t step)
{
    const uint32_t n = chore_the_trial.order.stages[l->stage].n_frames;
    return (episode % LIFE_EPISODES * EPISODE_APART + step) % (n > 0 ? n : 1);
}

const unsigned char *chore_life_frame(const life *l, int field, uint32_t episode, uint32_t step)
{
    const size_t bytes = chore_trial_field_bytes(&l->offer->fields[field]);
    return chore_the_trial.order.stages[l->stage].frames[field] +
           frame_of(l, episode, step) * bytes;
}

static bool is_instruction(const life *l, int field)
{
    return strcmp(l->offer->fields[field].name, "instruction") == 0;
}

/* Counts anew in each episode: 1, and one more whenever the text differs from that of the step before. */
static uint64_t text_version(const life *l, int field, uint32_t episode, uint32_t step)
{
    const size_t bytes = chore_trial_field_bytes(&l->offer->fields[field]);
    uint64_t version = 1;
    for (uint32_t s = 1; s <= step; s++) {
        version += strncmp((const char *)chore_life_frame(l, field, episode, s - 1),
                           (const char *)chore_life_frame(l, field, episode, s), bytes) != 0;
    }
    return version +
           (l->instruction != NULL && is_instruction(l, field) && step >= NEW_INSTRUCTION_AT ? 1
                                                                                             : 0);
}

static void spoil(const chore_policy_field *field, unsigned char *share)
{
    for (uint64_t i = 0; i < chore_host_field_count(field); i++) {
        const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
        const double value = odd[i % 3];
        const float narrow = (float)value;
        if (field->dtype == CHORE_DTYPE_F32) {
            memcpy(share + i * sizeof narrow, &narrow, sizeof narrow);
        } else if (field->dtype == CHORE_DTYPE_F64) {
            memcpy(share + i * sizeof value, &value, sizeof value);
        }
    }
}

/* An image of another size than offered: rows and columns left out. */
static void shrink(const chore_policy_field *asked, const chore_policy_field *offered,
                   const unsigned char *from, unsigned char *to)
{
    const bool chw = offered->layout == CHORE_LAYOUT_CHW;
    const uint32_t channels = chw ? asked->shape[0] : asked->shape[2];
    const uint32_t h = asked->shape[chw ? 1 : 0], w = asked->shape[chw ? 2 : 1];
    const uint32_t from_h = offered->shape[chw ? 1 : 0], from_w = offered->shape[chw ? 2 : 1];
    const size_t size = chore_trial_field_bytes(asked) /
                        (chore_host_field_count(asked) > 0 ? chore_host_field_count(asked) : 1);
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            const uint32_t fy = y * from_h / h, fx = x * from_w / w;
            for (uint32_t c = 0; c < channels; c++) {
                const size_t a =
                    chw ? ((size_t)c * h + y) * w + x : ((size_t)y * w + x) * channels + c;
                const size_t b = chw ? ((size_t)c * from_h + fy) * from_w + fx
                                     : ((size_t)fy * from_w + fx) * channels + c;
                memcpy(to + a * size, from + b * size, size);
            }
        }
    }
}

static void put_share(const life *l, uint32_t f, uint32_t slot, unsigned char *to)
{
    const int field = l->source[f];
    const chore_policy_field *offered = &l->offer->fields[field], *asked = &l->request.fields[f];
    const uint32_t episode = l->episode[slot], step = l->step[slot];
    const unsigned char *from = chore_life_frame(l, field, episode, step);
    const size_t bytes = chore_trial_field_bytes(asked);
    if (bytes == chore_trial_field_bytes(offered)) {
        memcpy(to, from, bytes);
    } else if (asked->ndim == 3 && offered->ndim == 3) {
        shrink(asked, offered, from, to);
    }
    if (l->spoil && episode == 0) {
        spoil(asked, to);
    }
    if (l->instruction != NULL && is_instruction(l, field) && step >= NEW_INSTRUCTION_AT &&
        strlen(l->instruction) < bytes) {
        strcpy((char *)to, l->instruction);
    }
}

static void put_stream(const life *l, uint32_t f, uint32_t n, const uint32_t *slots,
                       uint32_t n_slots, const void **stream, uint64_t *stride,
                       const uint64_t **version)
{
    const chore_policy_field *asked = &l->request.fields[f];
    stream[f] = NULL;
    version[f] = NULL;
    stride[f] = 0;
    if (l->source[f] < 0) {
        return;
    }
    const size_t bytes = chore_trial_field_bytes(asked),
                 each = l->wide ? bytes + GAP * (1 + f % 3) : bytes;
    unsigned char *room = chore_room((n_slots - 1) * each + bytes, "stream \"%.70s\"", asked->name);
    uint64_t *versions =
        asked->kind == CHORE_FIELD_TEXT
            ? chore_room(n_slots * sizeof *versions, "the versions of \"%.60s\"", asked->name)
            : NULL;
    for (uint32_t k = 0; k < n; k++) {
        put_share(l, f, slots[k], room + slots[k] * each);
        if (versions != NULL) {
            versions[slots[k]] =
                text_version(l, l->source[f], l->episode[slots[k]], l->step[slots[k]]);
        }
    }
    chore_room_seal(room);
    chore_room_seal(versions);
    stream[f] = room;
    stride[f] = each;
    version[f] = versions;
}

/* The rows that run while the policy thinks: the middle of the bounds. */
static const float *put_committed(const life *l, uint32_t n)
{
    const uint32_t rows = l->shown.delay_steps;
    float *room = chore_room((size_t)n * rows * l->dim * sizeof *room, "batch.committed");
    for (uint32_t i = 0; i < n * rows; i++) {
        float *row = room + (size_t)i * l->dim;
        for (uint32_t c = 0; c < l->request.n_components; c++) {
            const chore_policy_field *part = &l->request.components[c];
            for (uint32_t v = 0; v < chore_host_field_count(part); v++) {
                *row++ = part->lo != NULL && part->hi != NULL
                             ? (float)(0.5 * (part->lo[v] + part->hi[v]))
                             : 0;
            }
        }
    }
    chore_room_seal(room);
    return room;
}

const chore_policy_batch *chore_life_batch(life *l, uint32_t n, const uint32_t *slots)
{
    const uint32_t n_fields = l->request.n_fields, delay = l->shown.delay_steps;
    const double hz = l->request.rate_hz > 0 ? l->request.rate_hz : 20;
    uint32_t *slot = chore_room(n * sizeof *slot, "batch.slot"),
             *flags = chore_room(n * sizeof *flags, "batch.flags");
    uint64_t *step = chore_room(n * sizeof *step, "batch.step");
    double *sim_time = chore_room(n * sizeof *sim_time, "batch.sim_time");
    const void **stream = chore_room(n_fields * sizeof *stream, "batch.stream");
    uint64_t *stride = chore_room(n_fields * sizeof *stride, "batch.stride");
    const uint64_t **version = chore_room(n_fields * sizeof *version, "batch.version");
    uint32_t *late = delay > 0 ? chore_room(n * sizeof *late, "batch.delay") : NULL;
    uint32_t n_slots = 1;
    for (uint32_t k = 0; k < n; k++) {
        slot[k] = slots[k];
        step[k] = l->step[slots[k]];
        sim_time[k] = l->step[slots[k]] / hz;
        flags[k] = l->step[slots[k]] == 0 ? CHORE_SLOT_FIRST : 0;
        n_slots = slots[k] + 1 > n_slots ? slots[k] + 1 : n_slots;
        if (late != NULL) {
            late[k] = delay;
        }
    }
    for (uint32_t f = 0; f < n_fields; f++) {
        put_stream(l, f, n, slots, n_slots, stream, stride, version);
    }
    const chore_policy_batch batch = {.struct_size = (uint32_t)sizeof batch + l->tail,
                                      .n = n,
                                      .n_fields = n_fields,
                                      .delay_max = delay,
                                      .slot = slot,
                                      .step = step,
                                      .sim_time = sim_time,
                                      .flags = flags,
                                      .stream = stream,
                                      .stride = stride,
                                      .version = version,
                                      .committed = delay > 0 ? put_committed(l, n) : NULL,
                                      .delay = late};
    const void *const arrays[] = {slot, flags, step, sim_time, stream, stride, version, late};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        chore_room_seal(arrays[i]);
    }
    unsigned char *room = chore_room(sizeof batch + l->tail, "the batch");
    memcpy(room, &batch, sizeof batch);
    memset(room + sizeof batch, 0xa5, l->tail);
    chore_room_seal(room);
    return (const void *)room;
}
