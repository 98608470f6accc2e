/* A session: the episode that is open, where its playhead is, how it is looked at. It is told what was pressed and how much
   time went by; it draws. It knows no window but what it is given of it. */
#ifndef CHORE_VIEW_SESSION_INTERNAL_H
#define CHORE_VIEW_SESSION_INTERNAL_H
#include <stdio.h>

#include "bars_internal.h"
#include "driver_internal.h"
#include "export_internal.h"
#include "hud_internal.h"
#include "insets_internal.h"
#include "keys_internal.h"
#include "pair_internal.h"
#include "stage_internal.h"

typedef struct session_def {
    chore_playlist *list;      /* kept up to date while its run goes on; recordings that come of it are added */
    chore_playlist *second;    /* to be seen beside it, and kept up to date; nullable */
    bool ghost, by_event;      /* how the second is seen at first */
    double at_s;               /* begin there */
    bool play;
    int quality;               /* 0: for software */
    const char *cache_dir;     /* as of chore_player_def */
    void (*on_news)(void *);   /* from the player's thread: wake up */
    void *news_ctx;
    brush *brush;              /* the window's */
} session_def;

typedef enum session_grip { GRIP_NONE, GRIP_TIMELINE, GRIP_CAMERA } session_grip;

typedef struct session {
    session_def def;
    int index;                 /* in the playlist */
    chore_player *player;
    chore_player_state state;
    chore_error err;           /* why it FAILED */
    chore_playhead head;
    uint64_t asked;            /* of the player */
    uint64_t asked_ns, hurried_until_ns;
    chore_moment *moment;
    pair pair;                 /* what is seen beside it */
    chore_timeline axis;       /* the player's, as long as the longer of the two; borrows its arrays */
    stage stage;
    bool staged;               /* the stage is open */
    ink pen;
    bool beside;               /* a second episode is wanted beside whatever is open */
    chore_ledger ledger;
    driver driver;             /* while a person drives: where the moments come from */
    driver_pad pad;            /* the gamepad as it was last */
    chore_moment *watched;     /* the player's, meanwhile */
    insets insets;
    bars_kind bars;
    bool show_hud, show_help, show_insets;
    bool quit, screenshot, fullscreen; /* wishes to the window, which clears the last two */
    char policy[CHORE_NAME_CAP], picked[CHORE_NAME_CAP], toast[CHORE_PATH_CAP];
    double refresh_s;          /* until the next look at the run folder */
    double toast_s;            /* left to show it */
    view_export video;         /* in the making */
    session_grip grip;         /* of the mouse button that is down */
    bool dirty;                /* something to draw */
} session;

void session_begin(session *s, const session_def *def);
void session_end(session *s);
void session_act(session *s, view_action action, int argument);
/* Is a person driving? Then keys are held (session_hold) as well as struck. */
bool session_is_driven(const session *s);
void session_hold(session *s, int drive, bool down);
void session_pad(session *s, const driver_pad *pad); /* what the gamepad says now */
/* So much of the spectator's time went by. */
void session_tick(session *s, double seconds);
void session_resize(session *s, int width, int height);
bool session_has_settled(const session *s); /* what is drawn is what was asked for */
bool session_shows_insets(const session *s); /* what the policy sees */
bool session_draw(session *s); /* false: there is nothing yet, what was shown stays */
void session_toast(session *s, const char *text);

/* The mouse; x, y in pixels from the top left. button: 0 left, 1 right, 2 middle. */
void session_press(session *s, int button, double x, double y, bool twice, bool ctrl);
void session_release(session *s);
void session_drag(session *s, int button, double x, double y, double dx, double dy, bool shift);
void session_wheel(session *s, double dy);

/* session_pair.c: what is beside it. */
void session_pair_enter(session *s);             /* another episode was opened: who comes beside it */
void session_pair_look_again(session *s);        /* its run has something new */
void session_pair_measure(session *s);           /* a timeline has changed: the axis and the playhead's range */
void session_pair_tick(session *s);
void session_pair_act(session *s, view_action action);
uint64_t session_pair_shown(const session *s);   /* the step that both have reached */
/* at: the picture of the first; bottom: where the timeline begins, pixels from the top. */
void session_pair_draw(session *s, mjrRect at, int bottom);
/* session_drive.c: a person takes over. */
bool session_drive_act(session *s, view_action action, int argument); /* true: that was for whoever drives */
void session_drive_tick(session *s);
void session_drive_leave(session *s); /* nobody drives any more; the moment is the player's again */
void session_enter(session *s, int index); /* another entry of the list */

/* What is shown, as one line of JSON without its end. */
void session_tell(const session *s, chore_text *out);
#endif
