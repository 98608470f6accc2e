/* From pixels as GL hands them out to a picture as its reader wants it. */
#ifndef CHORE_DEVELOP_INTERNAL_H
#define CHORE_DEVELOP_INTERNAL_H
#include <chore/shot.h>

/* rgb: u8 [k drawn_height][k drawn_width][3], bottom row first, k = 2 with `smooth`, else 1. Fills shot->colour, bars
   included. */
void chore_develop_colour(const chore_shot *shot, const uint8_t *rgb);
/* z: f32 [drawn_height][drawn_width], bottom row first, metres. Fills shot->depth. */
void chore_develop_depth(const chore_shot *shot, const float *z);
#endif
