/* What keys do: the table of keys.inl. */
#ifndef CHORE_VIEW_KEYS_INTERNAL_H
#define CHORE_VIEW_KEYS_INTERNAL_H
#include <stdio.h>

typedef enum view_action {
    CHORE_VIEW_NOTHING,
    CHORE_VIEW_PLAY,
    CHORE_VIEW_STEP,       /* argument: control steps */
    CHORE_VIEW_SECOND,     /* seconds */
    CHORE_VIEW_GO_START,
    CHORE_VIEW_GO_END,
    CHORE_VIEW_SPEED,      /* powers of two */
    CHORE_VIEW_LOOP,
    CHORE_VIEW_EVENT,      /* direction, as in the next two */
    CHORE_VIEW_FAILURE,
    CHORE_VIEW_EPISODE,
    CHORE_VIEW_DIVERGENCE,
    CHORE_VIEW_CAMERA,     /* direction */
    CHORE_VIEW_FREE,
    CHORE_VIEW_ALIGN,
    CHORE_VIEW_FLAG,       /* mjtVisFlag */
    CHORE_VIEW_EFFECT,     /* mjtRndFlag */
    CHORE_VIEW_FRAMES,
    CHORE_VIEW_LABELS,
    CHORE_VIEW_GROUP_KEY,  /* geom group */
    CHORE_VIEW_SEES,
    CHORE_VIEW_BARS,
    CHORE_VIEW_HUD,
    CHORE_VIEW_HELP,
    CHORE_VIEW_FULLSCREEN,
    CHORE_VIEW_SCREENSHOT,
    CHORE_VIEW_QUIT
} view_action;

typedef struct view_key {
    const char *group;       /* title of a group of keys, and nothing else; or NULL */
    view_action action;
    int argument, key, mods; /* GLFW's */
    const char *label, *what; /* "": a second key for the one above, not listed */
} view_key;

extern const view_key view_keys[];
extern const int view_n_keys;

/* The entry of a key with exactly these modifiers (caps and num lock do not count); NULL: it does nothing. */
const view_key *view_key_find(int key, int mods);
/* The list as text, one key a line: what README.md shows. */
void view_keys_print(FILE *out);
#endif
