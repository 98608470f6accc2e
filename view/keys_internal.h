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
    CHORE_VIEW_BESIDE,
    CHORE_VIEW_GHOST,
    CHORE_VIEW_PARTING,
    CHORE_VIEW_SYNC,
    CHORE_VIEW_TAKE_OVER,  /* and give back */
    CHORE_VIEW_TAKE_END,
    CHORE_VIEW_DRIVE,      /* view_drive: only while a person drives, and for as long as the key is down */
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
    CHORE_VIEW_VIDEO,
    CHORE_VIEW_QUIT
} view_action;

/* What is held down while a person drives; bits of a mask. Directions are the picture's. */
typedef enum view_drive {
    DRIVE_AWAY = 1 << 0,
    DRIVE_NEARER = 1 << 1,
    DRIVE_LEFT = 1 << 2,
    DRIVE_RIGHT = 1 << 3,
    DRIVE_UP = 1 << 4,
    DRIVE_DOWN = 1 << 5,
    DRIVE_YAW_LEFT = 1 << 6,
    DRIVE_YAW_RIGHT = 1 << 7,
    DRIVE_PITCH_AWAY = 1 << 8,
    DRIVE_PITCH_NEARER = 1 << 9,
    DRIVE_ROLL_LEFT = 1 << 10,
    DRIVE_ROLL_RIGHT = 1 << 11,
    DRIVE_CLOSE = 1 << 12,
    DRIVE_OPEN = 1 << 13,
    DRIVE_SLOW = 1 << 14,
    DRIVE_LIMB = 1 << 15 /* the next limb: once, when it goes down */
} view_drive;

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
/* The same for keys that act while a person drives. */
const view_key *view_key_find_drive(int key);
/* The list as text, one key a line: what README.md shows. */
void view_keys_print(FILE *out);
#endif
