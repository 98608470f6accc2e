/* Websocket frames (RFC 6455, the client's side): heads and masks of what goes out; what comes
   in, put together to messages. Knows no socket. */
#ifndef OPENPI_FRAMES_H
#define OPENPI_FRAMES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMES_HEAD_CAP = 14, FRAMES_CONTROL_CAP = 125, FRAMES_INPUT = 65536 };
enum {
    FRAMES_CONTINUED = 0,
    FRAMES_TEXT = 1,
    FRAMES_BINARY = 2,
    FRAMES_CLOSE = 8,
    FRAMES_PING = 9,
    FRAMES_PONG = 10
};

/* Codes of a close that we send. */
enum { FRAMES_NORMAL = 1000, FRAMES_PROTOCOL = 1002, FRAMES_TOO_BIG = 1009 };

/* The head of one whole message; its length. */
size_t frames_head(uint8_t out[FRAMES_HEAD_CAP], int opcode, uint64_t size, const uint8_t mask[4]);
void frames_mask(uint8_t *data, size_t size, const uint8_t mask[4]);

typedef enum frames_event {
    FRAMES_MORE,    /* nothing whole is there: receive */
    FRAMES_MESSAGE, /* a text or binary message */
    FRAMES_CONTROL, /* a ping, pong or close */
    FRAMES_FAULT    /* the other side breaks the protocol: `fault`, `code`; nothing more comes */
} frames_event;

/* What comes in. Zero it and set `limit`. */
typedef struct frames {
    uint64_t limit; /* of a message, in bytes */
    uint8_t input[FRAMES_INPUT];
    size_t input_at, input_size;
    bool in_payload, fin;
    int opcode;    /* of the frame that is being read */
    uint64_t left; /* of its payload */
    /* FRAMES_MESSAGE; valid until the next call, and a zero stands behind it */
    int message_opcode; /* 0: none is being put together */
    uint8_t *message;
    size_t message_size, message_cap;
    bool message_given;
    /* FRAMES_CONTROL */
    uint8_t control[FRAMES_CONTROL_CAP];
    size_t control_size;
    const char *fault;
    int code;
} frames;

/* Where to receive to: *room bytes, at least one after FRAMES_MORE. */
uint8_t *frames_room(frames *in, size_t *room);
void frames_received(frames *in, size_t size);
frames_event frames_next(frames *in);
void frames_free(frames *in);
#endif
