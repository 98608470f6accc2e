/* Flat bytes between two processes: see host_wire_internal.h. */
#include "host_wire_internal.h"
#include "host_internal.h"
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 4096u          /* of an offer or a request: far more than any robot has */
#define MAX_VALUES (1u << 20)     /* bounds of one field */

static size_t padded(size_t len)
{
    return (len + 7) / 8 * 8;
}

/* ---- numbers and texts --------------------------------------------------------------------------------- */

void chore_wire_put_bytes(chore_wire *w, const void *bytes, size_t len)
{
    if (w->bad || len > w->cap || padded(len) > w->cap - w->at) {
        w->bad = true;
        return;
    }
    if (len > 0) {
        memcpy(w->data + w->at, bytes, len);
        memset(w->data + w->at + len, 0, padded(len) - len);
    }
    w->at += padded(len);
}

void chore_wire_put_u64(chore_wire *w, uint64_t value)
{
    chore_wire_put_bytes(w, &value, sizeof value);
}

void chore_wire_put_u32(chore_wire *w, uint32_t value)
{
    chore_wire_put_u64(w, value);
}

void chore_wire_put_f64(chore_wire *w, double value)
{
    chore_wire_put_bytes(w, &value, sizeof value);
}

/* Length with terminator, 0 for NULL; then the bytes. */
void chore_wire_put_text(chore_wire *w, const char *text)
{
    const size_t len = text != NULL ? strlen(text) + 1 : 0;
    chore_wire_put_u64(w, len);
    chore_wire_put_bytes(w, text, len);
}

const void *chore_wire_get_bytes(chore_wire *w, size_t len)
{
    if (w->bad || w->at > w->cap || len > w->cap - w->at || padded(len) > w->cap - w->at) {
        w->bad = true;
        return NULL;
    }
    const void *bytes = w->data + w->at;
    w->at += padded(len);
    return bytes;
}

uint64_t chore_wire_get_u64(chore_wire *w)
{
    uint64_t value = 0;
    const void *bytes = chore_wire_get_bytes(w, sizeof value);
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof value);
    }
    return value;
}

uint32_t chore_wire_get_u32(chore_wire *w)
{
    const uint64_t value = chore_wire_get_u64(w);
    w->bad = w->bad || value > UINT32_MAX;
    return w->bad ? 0 : (uint32_t)value;
}

double chore_wire_get_f64(chore_wire *w)
{
    double value = 0;
    const void *bytes = chore_wire_get_bytes(w, sizeof value);
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof value);
    }
    return value;
}

const char *chore_wire_get_text(chore_wire *w)
{
    const uint64_t len = chore_wire_get_u64(w);
    if (len == 0 || w->bad) {
        return NULL;
    }
    const char *text = chore_wire_get_bytes(w, len);
    if (text == NULL || strnlen(text, len) != len - 1) {
        w->bad = true;
        return NULL;
    }
    return text;
}

/* ---- fields -------------------------------------------------------------------------------------------- */

static void put_bounds(chore_wire *w, const double *bounds, uint64_t n)
{
    chore_wire_put_u64(w, bounds != NULL ? n : 0);
    if (bounds != NULL) {
        chore_wire_put_bytes(w, bounds, (size_t)n * sizeof *bounds);
    }
}

static const double *get_bounds(chore_wire *w, uint64_t n)
{
    const uint64_t there = chore_wire_get_u64(w);
    if (there == 0 || w->bad) {
        return NULL;
    }
    if (there != n) { /* a reader walks as many as the shape says */
        w->bad = true;
        return NULL;
    }
    return chore_wire_get_bytes(w, (size_t)n * sizeof(double));
}

/* Values of a field, or 0 when they are too many to be meant. */
static uint64_t count_values(const chore_policy_field *field)
{
    uint64_t count = 1;
    for (uint32_t d = 0; d < field->ndim && d < 4; d++) {
        count *= field->shape[d];
        if (count == 0 || count > MAX_VALUES) {
            return 0;
        }
    }
    return count;
}

static void put_field(chore_wire *w, const chore_policy_field *theirs)
{
    chore_policy_field field = {0};
    memcpy(&field, theirs, theirs->struct_size < sizeof field ? theirs->struct_size : sizeof field);
    const uint64_t n = count_values(&field);
    if (n == 0 && (field.lo != NULL || field.hi != NULL)) {
        w->bad = true;
        return;
    }
    const uint32_t words[] = {field.kind, field.dtype, field.layout, field.fit, field.ndim, field.flags};
    chore_wire_put_bytes(w, words, sizeof words);
    chore_wire_put_bytes(w, field.shape, sizeof field.shape);
    chore_wire_put_text(w, field.name);
    chore_wire_put_text(w, field.repr);
    chore_wire_put_text(w, field.frame);
    chore_wire_put_text(w, field.convert);
    chore_wire_put_f64(w, field.scale);
    put_bounds(w, field.lo, n);
    put_bounds(w, field.hi, n);
}

static void get_field(chore_wire *w, chore_policy_field *out)
{
    uint32_t words[6] = {0};
    const void *bytes = chore_wire_get_bytes(w, sizeof words);
    *out = (chore_policy_field){.struct_size = sizeof *out};
    if (bytes == NULL) {
        return;
    }
    memcpy(words, bytes, sizeof words);
    out->kind = words[0];
    out->dtype = words[1];
    out->layout = words[2];
    out->fit = words[3];
    out->ndim = words[4];
    out->flags = words[5];
    bytes = chore_wire_get_bytes(w, sizeof out->shape);
    if (bytes != NULL) {
        memcpy(out->shape, bytes, sizeof out->shape);
    }
    out->name = chore_wire_get_text(w);
    out->repr = chore_wire_get_text(w);
    out->frame = chore_wire_get_text(w);
    out->convert = chore_wire_get_text(w);
    out->scale = chore_wire_get_f64(w);
    const uint64_t n = count_values(out);
    out->lo = get_bounds(w, n);
    out->hi = get_bounds(w, n);
}

static void put_fields(chore_wire *w, const chore_policy_field *fields, uint32_t n)
{
    chore_wire_put_u32(w, n);
    w->bad = w->bad || n > MAX_FIELDS;
    for (uint32_t i = 0; i < n && !w->bad; i++) {
        put_field(w, CHORE_POLICY_AT(chore_policy_field, fields, i));
    }
}

/* Reads n fields into an array at *room, which moves on; without room it only counts. */
static const chore_policy_field *get_fields(chore_wire *w, uint32_t *n, chore_policy_field **room)
{
    *n = chore_wire_get_u32(w);
    if (*n > MAX_FIELDS) {
        w->bad = true;
        *n = 0;
    }
    const chore_policy_field *first = *room;
    for (uint32_t i = 0; i < *n && !w->bad; i++) {
        chore_policy_field field;
        get_field(w, &field);
        if (*room != NULL) {
            *(*room)++ = field;
        }
    }
    return first;
}

/* ---- offer --------------------------------------------------------------------------------------------- */

void chore_wire_put_offer(chore_wire *w, const chore_policy_offer *offer)
{
    const uint32_t words[] = {offer->max_batch,          offer->max_horizon, offer->delay_steps,
                              offer->privileged_allowed, offer->learning,    offer->n_rates};
    chore_wire_put_bytes(w, words, sizeof words);
    chore_wire_put_u64(w, offer->feedback_kinds);
    chore_wire_put_f64(w, offer->physics_hz);
    chore_wire_put_text(w, offer->embodiment);
    chore_wire_put_bytes(w, offer->rates_hz, offer->n_rates * sizeof(double));
    put_fields(w, offer->fields, offer->n_fields);
    chore_wire_put_u32(w, offer->n_modes);
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        const chore_policy_mode *mode = CHORE_POLICY_AT(chore_policy_mode, offer->modes, i);
        chore_wire_put_text(w, mode->name);
        put_fields(w, mode->components, mode->n_components);
    }
}

typedef struct offer_rooms {
    chore_policy_field *fields; /* streams, then the components of all modes */
    chore_policy_mode *modes;
    size_t n_fields;
} offer_rooms;

/* The same walk twice: without rooms it counts, with them it fills. */
static void walk_offer(chore_wire *w, chore_policy_offer *out, offer_rooms *rooms)
{
    uint32_t words[6] = {0};
    const void *bytes = chore_wire_get_bytes(w, sizeof words);
    if (bytes != NULL) {
        memcpy(words, bytes, sizeof words);
    }
    *out = (chore_policy_offer){.struct_size = sizeof *out,
                                .n_rates = words[5],
                                .max_batch = words[0],
                                .max_horizon = words[1],
                                .delay_steps = words[2],
                                .privileged_allowed = words[3],
                                .learning = words[4]};
    out->feedback_kinds = chore_wire_get_u64(w);
    out->physics_hz = chore_wire_get_f64(w);
    out->embodiment = chore_wire_get_text(w);
    out->rates_hz = chore_wire_get_bytes(w, (size_t)words[5] * sizeof(double));
    out->fields = get_fields(w, &out->n_fields, &rooms->fields);
    rooms->n_fields = out->n_fields;
    out->n_modes = chore_wire_get_u32(w);
    w->bad = w->bad || out->n_modes > MAX_FIELDS;
    for (uint32_t i = 0; i < out->n_modes && !w->bad; i++) {
        chore_policy_mode mode = {.struct_size = sizeof mode, .name = chore_wire_get_text(w)};
        mode.components = get_fields(w, &mode.n_components, &rooms->fields);
        rooms->n_fields += mode.n_components;
        if (rooms->modes != NULL) {
            rooms->modes[i] = mode;
        }
    }
    out->modes = rooms->modes;
}

void chore_wire_get_offer(chore_wire *w, chore_policy_offer *out, void **memory)
{
    const size_t begin = w->at;
    offer_rooms rooms = {0};
    *memory = NULL;
    walk_offer(w, out, &rooms);
    if (w->bad) {
        return;
    }
    char *room = calloc(1, rooms.n_fields * sizeof(chore_policy_field) + out->n_modes * sizeof(chore_policy_mode) + 1);
    w->bad = room == NULL;
    if (room != NULL) {
        *memory = room;
        rooms.modes = (void *)(room + rooms.n_fields * sizeof(chore_policy_field));
        rooms.fields = (void *)room;
        w->at = begin;
        walk_offer(w, out, &rooms);
    }
}

/* ---- request ------------------------------------------------------------------------------------------- */

static bool can_be_walked(const chore_policy_field *fields, uint32_t n)
{
    return n <= MAX_FIELDS &&
           (n == 0 || (fields != NULL &&
                       fields->struct_size >= offsetof(chore_policy_field, scale) + sizeof fields->scale));
}

static void put_asked(chore_wire *w, const chore_policy_field *fields, uint32_t n)
{
    const bool fine = can_be_walked(fields, n);
    chore_wire_put_u32(w, fine);
    put_fields(w, fields, fine ? n : 0);
}

void chore_wire_put_request(chore_wire *w, const chore_policy_request *request)
{
    const uint32_t words[] = {request->max_batch, request->horizon, request->execute, 0};
    chore_wire_put_bytes(w, words, sizeof words);
    chore_wire_put_u64(w, request->caps);
    chore_wire_put_f64(w, request->rate_hz);
    chore_wire_put_text(w, request->mode);
    put_asked(w, request->fields, request->n_fields);
    put_asked(w, request->components, request->n_components);
}

/* Fields that could not be walked come as one that is counted and not there: the comparison refuses that. */
static const chore_policy_field *get_asked(chore_wire *w, uint32_t *n, chore_policy_field **room)
{
    const bool fine = chore_wire_get_u32(w) != 0;
    const chore_policy_field *fields = get_fields(w, n, room);
    if (!fine) {
        *n = 1;
    }
    return fine ? fields : NULL;
}

static void walk_request(chore_wire *w, chore_policy_request *out, chore_policy_field **room)
{
    uint32_t words[4] = {0};
    const void *bytes = chore_wire_get_bytes(w, sizeof words);
    if (bytes != NULL) {
        memcpy(words, bytes, sizeof words);
    }
    *out = (chore_policy_request){.struct_size = sizeof *out,
                                  .max_batch = words[0],
                                  .horizon = words[1],
                                  .execute = words[2]};
    out->caps = chore_wire_get_u64(w);
    out->rate_hz = chore_wire_get_f64(w);
    out->mode = chore_wire_get_text(w);
    out->fields = get_asked(w, &out->n_fields, room);
    out->components = get_asked(w, &out->n_components, room);
}

void chore_wire_get_request(chore_wire *w, chore_policy_request *out, void **memory)
{
    const size_t begin = w->at;
    chore_policy_field *none = NULL;
    *memory = NULL;
    walk_request(w, out, &none);
    if (w->bad) {
        return;
    }
    chore_policy_field *room = calloc((size_t)out->n_fields + out->n_components + 1, sizeof *room);
    *memory = room;
    w->bad = room == NULL;
    if (room != NULL) {
        w->at = begin;
        walk_request(w, out, &room);
    }
}
