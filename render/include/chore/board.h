/* A board: a frame of an episode together with what a person must know to understand it, in one picture. The words are the caller's. */
#ifndef CHORE_BOARD_H
#define CHORE_BOARD_H
#include <chore/render.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_board_item { /* one thing that is wanted */
    const char *text;
    bool done;
    bool extra; /* came in as new work */
} chore_board_item;

typedef struct chore_board_mark { /* something on the time line */
    double at;                    /* 0 to 1 of the whole */
    chore_accent accent;
    const char *text; /* beside it, where there is room; NULL: none */
} chore_board_mark;

/* Texts are UTF-8 and may be NULL; all is borrowed for the call. */
typedef struct chore_board {
    const char *title;       /* small, on top: which episode */
    const char *instruction; /* large */
    const char *time;        /* "12.4 s" */
    const char *pace;        /* beside it: "8x" */
    double progress;         /* 0 to 1 */
    const chore_board_item *items;
    int n_items;
    const char *news; /* what has just happened: a bar over the frame, which gets an edge of its colour */
    chore_accent accent;
    double at; /* 0 to 1: how much of the time line has passed */
    chore_accent outcome; /* colour of what has passed; NONE: none yet */
    const chore_board_mark *marks;
    int n_marks;
} chore_board;

#define CHORE_BOARD_MIN_WIDTH  320
#define CHORE_BOARD_MIN_HEIGHT 240

/* The frame's part of a board of that size, pixels: 4 to 3 where the board is wide, else the board's width. Sizes of at least the minimum. */
void chore_board_frame(int width, int height, int *frame_width, int *frame_height);
/* Paint all of `out`; `frame` has the size of chore_board_frame (else CHORE_E_USAGE). The renderer lends its font. CHORE_E_RENDER. */
chore_status chore_board_paint(chore_renderer *renderer, const chore_board *board, const chore_image *frame, chore_image *out, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
