/* One frame: its head, and room that grows. */
#include <chore/policy_frames.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(chore_frame *frame, size_t n)
{
    if (frame->failed || n > CHORE_FRAME_MAX ||
        frame->len + n > CHORE_FRAME_HEAD + CHORE_FRAME_MAX) {
        frame->failed = true;
        return false;
    }
    if (frame->len + n > frame->cap) {
        const size_t cap = 2 * (frame->len + n) + 1024;
        unsigned char *more = realloc(frame->data, cap);
        if (more == NULL) {
            frame->failed = true;
            return false;
        }
        frame->data = more;
        frame->cap = cap;
    }
    return true;
}

void chore_frame_put(chore_frame *frame, const void *bytes, size_t n)
{
    if (n > 0 && make_room(frame, n)) {
        if (bytes != NULL) {
            memcpy(frame->data + frame->len, bytes, n);
        } else {
            memset(frame->data + frame->len, 0, n);
        }
        frame->len += n;
    }
}

void chore_frame_begin(chore_frame *frame, char letter)
{
    const unsigned char head[CHORE_FRAME_HEAD] = {0, 0, 0, 0, (unsigned char)letter};
    frame->len = 0;
    frame->failed = false;
    chore_frame_put(frame, head, sizeof head);
}

void chore_frame_put_text(chore_frame *frame, const char *text)
{
    chore_frame_put(frame, text, strlen(text));
}

void chore_frame_align(chore_frame *frame)
{
    chore_frame_put(frame, NULL, (8 - frame->len % 8) % 8);
}

bool chore_frame_end(chore_frame *frame)
{
    if (!frame->failed) {
        const uint32_t len = (uint32_t)(frame->len - CHORE_FRAME_HEAD);
        memcpy(frame->data, &len, sizeof len);
    }
    return !frame->failed;
}

void chore_frame_release(chore_frame *frame)
{
    free(frame->data);
    *frame = (chore_frame){0};
}

bool chore_frame_head(const unsigned char head[CHORE_FRAME_HEAD], uint32_t *len, char *letter)
{
    memcpy(len, head, sizeof *len);
    *letter = (char)head[4];
    return *len <= CHORE_FRAME_MAX && *letter >= 'A' && *letter <= 'Z' && head[5] == 0 &&
           head[6] == 0 && head[7] == 0;
}
