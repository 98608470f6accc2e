/* What is written beside a frame: the words of a board, from the recording and the episode as it stands. */
#ifndef CHORE_STORY_INTERNAL_H
#define CHORE_STORY_INTERNAL_H
#include <chore/board.h>

#include "film_moments_internal.h"
#include "words_internal.h"

enum { STORY_ITEMS = 64, STORY_MARKS = 64 };

/* Large: not for the stack. */
typedef struct story {
    chore_reel *reel;
    chore_row row;
    film_moments moments; /* by time: what there is to tell of */
    chore_board board;    /* of the step told last; its texts are those below */
    char title[CHORE_NAME_CAP * 3], time[32], pace[32], news[600], words[STORY_ITEMS][WORDS], labels[STORY_MARKS][WORDS];
    chore_board_item items[STORY_ITEMS];
    chore_board_mark marks[STORY_MARKS];
} story;

void chorei_story_begin(story *out, chore_reel *reel);
/* The board for the reel as it stands after `step` steps. news: index of the moment that is spoken of; -1: none. speed: 1 is not worth telling. */
const chore_board *chorei_story_tell(story *s, uint64_t step, int news, double speed);
/* Of the moments that are worth telling, the last one within `within` steps before `step`; -1: none. */
int chorei_story_news(const story *s, uint64_t step, uint64_t within);
#endif
