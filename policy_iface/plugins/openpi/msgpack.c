#include "msgpack.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------------------- */

void msgpack_clear(msgpack_writer *out)
{
    out->size = 0;
    out->failed = false;
}

void msgpack_free(msgpack_writer *out)
{
    free(out->data);
    *out = (msgpack_writer){0};
}

/* Room for `size` more bytes. */
static uint8_t *grow(msgpack_writer *out, size_t size)
{
    if (!out->failed && size > out->cap - out->size) {
        const size_t cap = 2 * out->cap > out->size + size ? 2 * out->cap : out->size + size;
        uint8_t *data = realloc(out->data, cap);
        out->failed = data == NULL;
        if (data != NULL) {
            out->data = data;
            out->cap = cap;
        }
    }
    if (out->failed) {
        return NULL;
    }
    uint8_t *at = out->data + out->size;
    out->size += size;
    return at;
}

/* A tag and a number behind it, most significant byte first. */
static void put_head(msgpack_writer *out, uint8_t tag, uint64_t value, size_t width)
{
    uint8_t *at = grow(out, 1 + width);
    if (at == NULL) {
        return;
    }
    *at++ = tag;
    for (size_t i = width; i-- > 0;) {
        *at++ = (uint8_t)(value >> (8 * i));
    }
}

void msgpack_put_map(msgpack_writer *out, uint32_t pairs)
{
    if (pairs < 16) {
        put_head(out, (uint8_t)(0x80 | pairs), 0, 0);
    } else {
        put_head(out, pairs <= 0xffff ? 0xde : 0xdf, pairs, pairs <= 0xffff ? 2 : 4);
    }
}

void msgpack_put_array(msgpack_writer *out, uint32_t items)
{
    if (items < 16) {
        put_head(out, (uint8_t)(0x90 | items), 0, 0);
    } else {
        put_head(out, items <= 0xffff ? 0xdc : 0xdd, items, items <= 0xffff ? 2 : 4);
    }
}

void msgpack_put_uint(msgpack_writer *out, uint64_t value)
{
    if (value < 0x80) {
        put_head(out, (uint8_t)value, 0, 0);
    } else if (value <= 0xff) {
        put_head(out, 0xcc, value, 1);
    } else if (value <= 0xffff) {
        put_head(out, 0xcd, value, 2);
    } else if (value <= 0xffffffff) {
        put_head(out, 0xce, value, 4);
    } else {
        put_head(out, 0xcf, value, 8);
    }
}

void msgpack_put_bool(msgpack_writer *out, bool value)
{
    put_head(out, value ? 0xc3 : 0xc2, 0, 0);
}

void msgpack_put_text(msgpack_writer *out, const char *utf8, size_t size)
{
    if (size > UINT32_MAX) {
        out->failed = true;
    } else if (size < 32) {
        put_head(out, (uint8_t)(0xa0 | size), 0, 0);
    } else if (size <= 0xff) {
        put_head(out, 0xd9, size, 1);
    } else {
        put_head(out, size <= 0xffff ? 0xda : 0xdb, size, size <= 0xffff ? 2 : 4);
    }
    uint8_t *at = grow(out, size);
    if (at != NULL) {
        memcpy(at, utf8, size);
    }
}

void msgpack_put_string(msgpack_writer *out, const char *utf8)
{
    msgpack_put_text(out, utf8, strlen(utf8));
}

uint8_t *msgpack_put_bytes(msgpack_writer *out, uint32_t size)
{
    if (size <= 0xff) {
        put_head(out, 0xc4, size, 1);
    } else {
        put_head(out, size <= 0xffff ? 0xc5 : 0xc6, size, size <= 0xffff ? 2 : 4);
    }
    return grow(out, size);
}

/* ---- reading --------------------------------------------------------------------------------- */

msgpack_reader msgpack_read(const uint8_t *data, size_t size)
{
    return (msgpack_reader){.data = data, .size = size};
}

static bool fail(msgpack_reader *in, const char *fault)
{
    if (in->fault == NULL) {
        in->fault = fault;
    }
    return false;
}

/* A number of `width` bytes, most significant first. */
static bool take(msgpack_reader *in, size_t width, uint64_t *value)
{
    if (width > in->size - in->at) {
        return fail(in, "the message ends within an item");
    }
    *value = 0;
    for (size_t i = 0; i < width; i++) {
        *value = *value << 8 | in->data[in->at++];
    }
    return true;
}

/* Contents of `size` bytes. */
static bool take_bytes(msgpack_reader *in, msgpack_kind kind, uint64_t size, msgpack_item *item)
{
    if (size > in->size - in->at) {
        return fail(in, "an item claims more bytes than the message has");
    }
    *item = (msgpack_item){.kind = kind, .size = (uint32_t)size, .data = in->data + in->at};
    in->at += (size_t)size;
    return true;
}

/* The head of an array or a map: each of its items takes one byte at least. */
static bool take_count(msgpack_reader *in, msgpack_kind kind, uint64_t count, msgpack_item *item)
{
    const uint64_t least = kind == MSGPACK_MAP ? 2 * count : count;
    if (least > in->size - in->at) {
        return fail(in, "an array or a map claims more items than the message has bytes");
    }
    *item = (msgpack_item){.kind = kind, .size = (uint32_t)count};
    return true;
}

/* An integer of `width` bytes, whose sign is its uppermost bit when it `is_signed`. */
static bool take_int(msgpack_reader *in, size_t width, bool is_signed, msgpack_item *item)
{
    uint64_t value;
    if (!take(in, width, &value)) {
        return false;
    }
    const bool negative = is_signed && (value >> (8 * width - 1)) != 0;
    if (negative && width < 8) {
        value |= ~(uint64_t)0 << (8 * width);
    }
    *item = (msgpack_item){.kind = MSGPACK_INT, .negative = negative, .whole = value};
    item->number = negative ? -(double)(~value + 1) : (double)value;
    return true;
}

static bool take_float(msgpack_reader *in, size_t width, msgpack_item *item)
{
    uint64_t bits;
    if (!take(in, width, &bits)) {
        return false;
    }
    *item = (msgpack_item){.kind = MSGPACK_FLOAT};
    if (width == 4) {
        const uint32_t half = (uint32_t)bits;
        float value;
        memcpy(&value, &half, sizeof value);
        item->number = (double)value;
    } else {
        memcpy(&item->number, &bits, sizeof item->number);
    }
    return true;
}

/* A kind whose size stands in the `width` bytes behind the tag. */
static bool take_sized(msgpack_reader *in, msgpack_kind kind, size_t width, msgpack_item *item)
{
    uint64_t size, type;
    if (!take(in, width, &size) || (kind == MSGPACK_EXTENSION && !take(in, 1, &type))) {
        return false;
    }
    const bool holds_items = kind == MSGPACK_ARRAY || kind == MSGPACK_MAP;
    return holds_items ? take_count(in, kind, size, item) : take_bytes(in, kind, size, item);
}

static bool take_fixed_extension(msgpack_reader *in, size_t size, msgpack_item *item)
{
    uint64_t type;
    return take(in, 1, &type) && take_bytes(in, MSGPACK_EXTENSION, size, item);
}

/* What begins with a byte from 0xc0 to 0xdf. */
static bool take_tagged(msgpack_reader *in, uint8_t tag, msgpack_item *item)
{
    *item = (msgpack_item){.kind = MSGPACK_NIL};
    switch (tag) {
    case 0xc0: return true;
    case 0xc2:
    case 0xc3:
        item->kind = MSGPACK_BOOL;
        item->truth = tag == 0xc3;
        return true;
    case 0xc4:
    case 0xc5:
    case 0xc6: return take_sized(in, MSGPACK_BYTES, (size_t)1 << (tag - 0xc4), item);
    case 0xc7:
    case 0xc8:
    case 0xc9: return take_sized(in, MSGPACK_EXTENSION, (size_t)1 << (tag - 0xc7), item);
    case 0xca:
    case 0xcb: return take_float(in, tag == 0xca ? 4 : 8, item);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf: return take_int(in, (size_t)1 << (tag - 0xcc), false, item);
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3: return take_int(in, (size_t)1 << (tag - 0xd0), true, item);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8: return take_fixed_extension(in, (size_t)1 << (tag - 0xd4), item);
    case 0xd9:
    case 0xda:
    case 0xdb: return take_sized(in, MSGPACK_TEXT, (size_t)1 << (tag - 0xd9), item);
    case 0xdc:
    case 0xdd: return take_sized(in, MSGPACK_ARRAY, tag == 0xdc ? 2 : 4, item);
    case 0xde:
    case 0xdf: return take_sized(in, MSGPACK_MAP, tag == 0xde ? 2 : 4, item);
    default: return fail(in, "0xc1 begins no item");
    }
}

bool msgpack_next(msgpack_reader *in, msgpack_item *item)
{
    uint64_t byte;
    if (in->fault != NULL || !take(in, 1, &byte)) {
        return false;
    }
    const uint8_t tag = (uint8_t)byte;
    if (tag < 0x80 || tag >= 0xe0) { /* the byte is the number */
        in->at--;
        return take_int(in, 1, true, item);
    }
    if (tag < 0x90) {
        return take_count(in, MSGPACK_MAP, tag & 0x0f, item);
    }
    if (tag < 0xa0) {
        return take_count(in, MSGPACK_ARRAY, tag & 0x0f, item);
    }
    return tag < 0xc0 ? take_bytes(in, MSGPACK_TEXT, tag & 0x1f, item) : take_tagged(in, tag, item);
}

bool msgpack_skip(msgpack_reader *in)
{
    uint64_t left[MSGPACK_DEEPEST + 1] = {1}; /* items still to come, at each depth */
    int depth = 0;
    while (depth >= 0) {
        if (left[depth] == 0) {
            depth--;
            continue;
        }
        left[depth]--;
        msgpack_item item;
        if (!msgpack_next(in, &item)) {
            return false;
        }
        if (item.kind == MSGPACK_ARRAY || item.kind == MSGPACK_MAP) {
            if (depth == MSGPACK_DEEPEST) {
                return fail(in, "arrays and maps lie too deep within each other");
            }
            left[++depth] = item.kind == MSGPACK_MAP ? 2 * (uint64_t)item.size : item.size;
        }
    }
    return true;
}

bool msgpack_done(msgpack_reader *in)
{
    return in->fault == NULL &&
           (in->at == in->size || fail(in, "there are bytes behind the end of the message"));
}

const char *msgpack_kind_name(msgpack_kind kind)
{
    static const char *const names[] = {"nil",   "a boolean", "an integer", "a float",     "a text",
                                        "bytes", "an array",  "a map",      "an extension"};
    return names[kind];
}

bool msgpack_is(const msgpack_item *item, msgpack_kind kind, const char *contents)
{
    return item->kind == kind && item->size == strlen(contents) &&
           memcmp(item->data, contents, item->size) == 0;
}
