#include "ndarray.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "values are copied as they lie in memory");

static const struct {
    const char *name;
    size_t bytes;
} dtypes[NDARRAY_DTYPES] = {{"|u1", 1}, {"<f4", 4}, {"<f8", 8}};

const char *ndarray_dtype_name(ndarray_dtype dtype)
{
    return dtypes[dtype].name;
}

size_t ndarray_item_bytes(ndarray_dtype dtype)
{
    return dtypes[dtype].bytes;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_key(msgpack_writer *out, const char *key)
{
    const uint32_t size = (uint32_t)strlen(key);
    uint8_t *at = msgpack_put_bytes(out, size);
    if (at != NULL) {
        memcpy(at, key, size);
    }
}

uint8_t *ndarray_put(msgpack_writer *out, ndarray_dtype dtype, uint32_t items)
{
    msgpack_put_map(out, 4);
    put_key(out, "__ndarray__");
    msgpack_put_bool(out, true);
    put_key(out, "data");
    return msgpack_put_bytes(out, items * (uint32_t)dtypes[dtype].bytes);
}

void ndarray_put_shape(msgpack_writer *out, ndarray_dtype dtype, uint32_t ndim,
                       const uint32_t *shape)
{
    put_key(out, "dtype");
    msgpack_put_string(out, dtypes[dtype].name);
    put_key(out, "shape");
    msgpack_put_array(out, ndim);
    for (uint32_t i = 0; i < ndim; i++) {
        msgpack_put_uint(out, shape[i]);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The four parts as they were found; a key may come once. */
typedef struct parts {
    bool marked, has_data, has_dtype, has_shape, twice;
    msgpack_item data, dtype;
} parts;

static void note(parts *p, bool *has)
{
    p->twice = p->twice || *has;
    *has = true;
}

static bool get_shape(msgpack_reader *in, ndarray_view *out)
{
    msgpack_item item;
    out->items = 1;
    if (!msgpack_next(in, &item) || item.kind != MSGPACK_ARRAY || item.size > NDARRAY_DIMS) {
        return false;
    }
    out->ndim = item.size;
    for (uint32_t i = 0; i < out->ndim; i++) {
        if (!msgpack_next(in, &item) || item.kind != MSGPACK_INT || item.negative ||
            item.whole > UINT32_MAX) {
            return false;
        }
        out->shape[i] = (uint32_t)item.whole;
        if (out->shape[i] != 0 && out->items > UINT32_MAX / out->shape[i]) {
            return false;
        }
        out->items *= out->shape[i];
    }
    return true;
}

/* One key and its value. False: what stands there is not an array's. */
static bool get_part(msgpack_reader *in, parts *p, ndarray_view *out)
{
    msgpack_item key, value;
    if (!msgpack_next(in, &key)) {
        return false;
    }
    if (msgpack_is(&key, MSGPACK_BYTES, "__ndarray__")) {
        note(p, &p->marked);
        return msgpack_next(in, &value) && value.kind == MSGPACK_BOOL && value.truth;
    }
    if (msgpack_is(&key, MSGPACK_BYTES, "data")) {
        note(p, &p->has_data);
        return msgpack_next(in, &p->data) && p->data.kind == MSGPACK_BYTES;
    }
    if (msgpack_is(&key, MSGPACK_BYTES, "dtype")) {
        note(p, &p->has_dtype);
        return msgpack_next(in, &p->dtype) && p->dtype.kind == MSGPACK_TEXT;
    }
    if (msgpack_is(&key, MSGPACK_BYTES, "shape")) {
        note(p, &p->has_shape);
        return get_shape(in, out);
    }
    return (key.kind == MSGPACK_TEXT || key.kind == MSGPACK_BYTES) && msgpack_skip(in);
}

static bool find_dtype(const msgpack_item *name, ndarray_dtype *out)
{
    for (int i = 0; i < NDARRAY_DTYPES; i++) {
        if (msgpack_is(name, MSGPACK_TEXT, dtypes[i].name)) {
            *out = (ndarray_dtype)i;
            return true;
        }
    }
    return false;
}

static const char no_array[] = "it is not an array as openpi packs it "
                               "(keys of bytes: __ndarray__, data, dtype, shape)";

bool ndarray_get(msgpack_reader *in, ndarray_view *out, char *why, size_t cap)
{
    msgpack_item head;
    parts p = {0};
    *out = (ndarray_view){0};
    if (!msgpack_next(in, &head)) {
        (void)snprintf(why, cap, "%s", in->fault);
        return false;
    }
    if (head.kind != MSGPACK_MAP) {
        (void)snprintf(why, cap, "it is %s, not an array of numpy", msgpack_kind_name(head.kind));
        return false;
    }
    bool good = true;
    for (uint32_t i = 0; i < head.size && good; i++) {
        good = get_part(in, &p, out);
    }
    if (!good || p.twice || !p.marked || !p.has_data || !p.has_dtype || !p.has_shape) {
        (void)snprintf(why, cap, "%s", in->fault != NULL ? in->fault : no_array);
        return false;
    }
    if (!find_dtype(&p.dtype, &out->dtype)) {
        (void)snprintf(why, cap, "its dtype is \"%.*s\", expected <f4 or <f8",
                       (int)(p.dtype.size < 16 ? p.dtype.size : 16), (const char *)p.dtype.data);
        return false;
    }
    if (out->items * dtypes[out->dtype].bytes != p.data.size) {
        (void)snprintf(why, cap, "its shape wants %" PRIu64 " bytes, it has %" PRIu32,
                       out->items * (uint64_t)dtypes[out->dtype].bytes, p.data.size);
        return false;
    }
    out->data = p.data.data;
    return true;
}

double ndarray_value(const ndarray_view *array, uint64_t index)
{
    const uint8_t *at = array->data + index * dtypes[array->dtype].bytes;
    float single;
    double value;
    switch (array->dtype) {
    case NDARRAY_F32: memcpy(&single, at, sizeof single); return (double)single;
    case NDARRAY_F64: memcpy(&value, at, sizeof value); return value;
    default: return *at;
    }
}
