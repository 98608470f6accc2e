/* The colours of film strips and boards. */
#ifndef CHORE_PALETTE_INTERNAL_H
#define CHORE_PALETTE_INTERNAL_H
#include <chore/render.h>

static const uint8_t chore_sheet_colour[3] = {244, 243, 240};
static const uint8_t chore_card_colour[3] = {255, 255, 255};
static const uint8_t chore_ink_colour[3] = {28, 31, 36};
static const uint8_t chore_soft_colour[3] = {92, 97, 105};

/* On strips and edges; and, darker so that it can be read on white, in titles. */
static const struct {
    uint8_t strip[3], title[3];
} chore_palette[CHORE_ACCENT_COUNT] = {
    [CHORE_ACCENT_NONE] = {{214, 213, 208}, {28, 31, 36}},
    [CHORE_ACCENT_EVENT] = {{240, 138, 20}, {176, 84, 0}},
    [CHORE_ACCENT_GOOD] = {{46, 160, 84}, {20, 110, 52}},
    [CHORE_ACCENT_BAD] = {{212, 52, 48}, {172, 24, 24}},
};
#endif
