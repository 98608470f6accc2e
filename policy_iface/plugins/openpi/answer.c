#include "answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is written of foreign keys: as much as fits. */
static void list_key(char *list, size_t cap, const msgpack_item *key)
{
    const size_t at = strlen(list);
    (void)snprintf(list + at, cap - at, "%s%.*s", at > 0 ? ", " : "",
                   (int)(key->size < 40 ? key->size : 40), (const char *)key->data);
}

static void shape_text(const ndarray_view *a, char out[64])
{
    size_t at = (size_t)snprintf(out, 64, "[");
    for (uint32_t i = 0; i < a->ndim; i++) {
        at += (size_t)snprintf(out + at, 64 - at, "%s%" PRIu32, i > 0 ? " " : "", a->shape[i]);
    }
    (void)snprintf(out + at, 64 - at, "]");
}

static bool check_actions(const ndarray_view *a, uint32_t dim, char *why, size_t cap)
{
    char shape[64];
    shape_text(a, shape);
    if (a->dtype == NDARRAY_U8) {
        (void)snprintf(why, cap, "actions: its dtype is |u1, expected <f4 or <f8");
        return false;
    }
    if (a->ndim != 2 || a->shape[0] < 1 || a->shape[1] != dim) {
        (void)snprintf(why, cap, "actions has the shape %s, expected [rows %" PRIu32 "]", shape,
                       dim);
        return false;
    }
    for (uint64_t i = 0; i < a->items; i++) {
        const double value = ndarray_value(a, i);
        if (!isfinite((float)value)) {
            (void)snprintf(why, cap, "actions[%" PRIu64 "][%" PRIu64 "] is %g", i / dim, i % dim,
                           value);
            return false;
        }
    }
    return true;
}

/* The number infer_ms of a map of timings that begins here and was read before; -1: there is
   none. */
static double find_infer_ms(msgpack_reader in)
{
    msgpack_item head, key, value;
    if (!msgpack_next(&in, &head) || head.kind != MSGPACK_MAP) {
        return -1;
    }
    for (uint32_t i = 0; i < head.size; i++) {
        msgpack_reader name = in;
        if (!msgpack_skip(&in) || !msgpack_next(&name, &key)) {
            return -1;
        }
        if (msgpack_is(&key, MSGPACK_TEXT, "infer_ms")) {
            const bool found = msgpack_next(&in, &value) &&
                               (value.kind == MSGPACK_FLOAT || value.kind == MSGPACK_INT);
            return found ? value.number : -1;
        }
        if (!msgpack_skip(&in)) {
            return -1;
        }
    }
    return -1;
}

/* One key of the answer and its value. */
static bool read_pair(msgpack_reader *in, answer *out, bool *found, char *keys, size_t keys_cap,
                      char *why, size_t cap)
{
    msgpack_item key;
    if (!msgpack_next(in, &key)) {
        return false;
    }
    if (key.kind != MSGPACK_TEXT && key.kind != MSGPACK_BYTES) {
        (void)snprintf(why, cap, "a key of the answer is %s", msgpack_kind_name(key.kind));
        return false;
    }
    if (msgpack_is(&key, MSGPACK_TEXT, "actions")) {
        if (*found) {
            (void)snprintf(why, cap, "the answer has actions twice");
            return false;
        }
        *found = true;
        char what[160];
        if (!ndarray_get(in, &out->actions, what, sizeof what)) {
            (void)snprintf(why, cap, "actions: %s", what);
            return false;
        }
        return true;
    }
    list_key(keys, keys_cap, &key);
    const msgpack_reader value = *in;
    if (!msgpack_skip(in)) {
        return false;
    }
    if (msgpack_is(&key, MSGPACK_TEXT, "server_timing")) {
        out->infer_ms = find_infer_ms(value);
    }
    return true;
}

static bool explain_fault(const msgpack_reader *in, char *why, size_t cap)
{
    if (in->fault != NULL) {
        (void)snprintf(why, cap, "the answer is not MessagePack: at byte %zu of %zu %s", in->at,
                       in->size, in->fault);
    }
    return false;
}

bool answer_read(answer *out, const uint8_t *data, size_t size, uint32_t dim, char *why, size_t cap)
{
    msgpack_reader in = msgpack_read(data, size);
    msgpack_item head;
    bool found = false;
    char keys[160] = "";
    *out = (answer){.infer_ms = -1};
    if (!msgpack_next(&in, &head)) {
        return explain_fault(&in, why, cap);
    }
    if (head.kind != MSGPACK_MAP) {
        (void)snprintf(why, cap, "the answer is %s, not a map", msgpack_kind_name(head.kind));
        return false;
    }
    for (uint32_t i = 0; i < head.size; i++) {
        if (!read_pair(&in, out, &found, keys, sizeof keys, why, cap)) {
            return explain_fault(&in, why, cap);
        }
    }
    if (!msgpack_done(&in)) {
        return explain_fault(&in, why, cap);
    }
    if (!found) {
        (void)snprintf(why, cap, "the answer has no actions; it has: %s",
                       keys[0] != '\0' ? keys : "nothing");
        return false;
    }
    return check_actions(&out->actions, dim, why, cap);
}

bool answer_is_map(const uint8_t *data, size_t size, char *why, size_t cap)
{
    msgpack_reader in = msgpack_read(data, size), all = in;
    msgpack_item head;
    if (!msgpack_skip(&all) || !msgpack_done(&all)) {
        (void)snprintf(why, cap, "its first message is not MessagePack: at byte %zu of %zu %s",
                       all.at, all.size, all.fault);
        return false;
    }
    if (!msgpack_next(&in, &head) || head.kind != MSGPACK_MAP) {
        (void)snprintf(why, cap, "its first message is %s, not a map of metadata",
                       msgpack_kind_name(head.kind));
        return false;
    }
    return true;
}

const char *answer_error_line(const char *traceback, size_t *size)
{
    const char *last = traceback;
    *size = 0;
    for (const char *at = traceback; *at != '\0';) {
        const size_t line = strcspn(at, "\r\n");
        const size_t blanks = strspn(at, " \t");
        if (blanks < line) {
            last = at + blanks;
            *size = line - blanks;
        }
        at += line;
        at += strspn(at, "\r\n");
    }
    return last;
}
