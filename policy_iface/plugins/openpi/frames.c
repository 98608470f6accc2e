#include "frames.h"

#include <stdlib.h>
#include <string.h>

/* ---- out ------------------------------------------------------------------------------------- */

size_t frames_head(uint8_t out[FRAMES_HEAD_CAP], int opcode, uint64_t size, const uint8_t mask[4])
{
    const size_t width = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
    size_t at = 0;
    out[at++] = (uint8_t)(0x80 | opcode);
    out[at++] = (uint8_t)(0x80 | (width == 0 ? (uint8_t)size : width == 2 ? 126 : 127));
    for (size_t i = width; i-- > 0;) {
        out[at++] = (uint8_t)(size >> (8 * i));
    }
    memcpy(out + at, mask, 4);
    return at + 4;
}

void frames_mask(uint8_t *data, size_t size, const uint8_t mask[4])
{
    for (size_t i = 0; i < size; i++) {
        data[i] ^= mask[i & 3];
    }
}

/* ---- in -------------------------------------------------------------------------------------- */

uint8_t *frames_room(frames *in, size_t *room)
{
    if (in->input_at > 0) {
        memmove(in->input, in->input + in->input_at, in->input_size - in->input_at);
        in->input_size -= in->input_at;
        in->input_at = 0;
    }
    *room = FRAMES_INPUT - in->input_size;
    return in->input + in->input_size;
}

void frames_received(frames *in, size_t size)
{
    in->input_size += size;
}

void frames_free(frames *in)
{
    free(in->message);
    in->message = NULL;
    in->message_cap = in->message_size = 0;
}

static frames_event fail(frames *in, int code, const char *fault)
{
    in->fault = fault;
    in->code = code;
    return FRAMES_FAULT;
}

/* What a frame may be at this place. */
static frames_event check_head(frames *in, uint8_t first, uint8_t second)
{
    const bool control = in->opcode >= 8;
    if ((first & 0x70) != 0) {
        return fail(in, FRAMES_PROTOCOL, "a frame uses an extension that was not agreed on");
    }
    if ((second & 0x80) != 0) {
        return fail(in, FRAMES_PROTOCOL, "a frame of the server is masked");
    }
    if (in->opcode > FRAMES_PONG || (in->opcode > FRAMES_BINARY && !control)) {
        return fail(in, FRAMES_PROTOCOL, "a frame of an unknown kind");
    }
    if (control && (!in->fin || in->left > FRAMES_CONTROL_CAP)) {
        return fail(in, FRAMES_PROTOCOL, "a control frame is in pieces or longer than 125 bytes");
    }
    if (in->opcode == FRAMES_CONTINUED && in->message_opcode == 0) {
        return fail(in, FRAMES_PROTOCOL, "a frame goes on with a message that did not begin");
    }
    if ((in->opcode == FRAMES_TEXT || in->opcode == FRAMES_BINARY) && in->message_opcode != 0) {
        return fail(in, FRAMES_PROTOCOL, "a message begins within another one");
    }
    if (!control && in->left > in->limit - in->message_size) {
        return fail(in, FRAMES_TOO_BIG, "a message is longer than the limit");
    }
    return FRAMES_MORE;
}

/* The head of a frame, when all of it is there. */
static frames_event read_head(frames *in)
{
    const uint8_t *at = in->input + in->input_at;
    const size_t have = in->input_size - in->input_at;
    if (have < 2) {
        return FRAMES_MORE;
    }
    const uint8_t small = at[1] & 0x7f;
    const size_t width = small < 126 ? 0 : small == 126 ? 2 : 8;
    if (have < 2 + width) {
        return FRAMES_MORE;
    }
    uint64_t size = width == 0 ? small : 0;
    for (size_t i = 0; i < width; i++) {
        size = size << 8 | at[2 + i];
    }
    if ((width == 2 && size < 126) || (width == 8 && size <= 0xffff) || size >> 63 != 0) {
        return fail(in, FRAMES_PROTOCOL,
                    "the length of a frame is written in a way that is not allowed");
    }
    in->fin = (at[0] & 0x80) != 0;
    in->opcode = at[0] & 0x0f;
    in->left = size;
    if (check_head(in, at[0], at[1]) == FRAMES_FAULT) {
        return FRAMES_FAULT;
    }
    in->input_at += 2 + width;
    in->in_payload = true;
    if (in->opcode >= 8) {
        in->control_size = 0;
    } else if (in->opcode != FRAMES_CONTINUED) {
        in->message_opcode = in->opcode;
    }
    return FRAMES_MORE;
}

/* Memory follows what has come, not what was announced. */
static bool keep(frames *in, const uint8_t *bytes, size_t size)
{
    if (in->message_size + size + 1 > in->message_cap) {
        const size_t cap = 2 * (in->message_size + size) + 1;
        uint8_t *message = realloc(in->message, cap);
        if (message == NULL) {
            return false;
        }
        in->message = message;
        in->message_cap = cap;
    }
    memcpy(in->message + in->message_size, bytes, size);
    in->message_size += size;
    in->message[in->message_size] = 0;
    return true;
}

static frames_event read_payload(frames *in)
{
    const uint8_t *at = in->input + in->input_at;
    const size_t have = in->input_size - in->input_at;
    const size_t size = have < in->left ? have : (size_t)in->left;
    if (in->opcode >= 8) {
        memcpy(in->control + in->control_size, at, size);
        in->control_size += size;
    } else if (!keep(in, at, size)) {
        return fail(in, FRAMES_TOO_BIG, "there is no memory for a message");
    }
    in->input_at += size;
    in->left -= size;
    if (in->left > 0) {
        return FRAMES_MORE;
    }
    in->in_payload = false;
    if (in->opcode >= 8) {
        return FRAMES_CONTROL;
    }
    in->message_given = in->fin;
    return in->fin ? FRAMES_MESSAGE : FRAMES_MORE;
}

frames_event frames_next(frames *in)
{
    if (in->message_given) {
        in->message_given = false;
        in->message_opcode = 0;
        in->message_size = 0;
    }
    while (in->fault == NULL) {
        const bool in_payload = in->in_payload;
        if (in_payload && in->left > 0 && in->input_at == in->input_size) {
            return FRAMES_MORE;
        }
        const frames_event event = in_payload ? read_payload(in) : read_head(in);
        if (event != FRAMES_MORE) {
            return event;
        }
        if (!in_payload && !in->in_payload) {
            return FRAMES_MORE; /* no whole head */
        }
    }
    return FRAMES_FAULT;
}
