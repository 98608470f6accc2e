/* Taking over: from any moment of a recording on, a person drives the robot instead of what drove it, and may give back. A world
   and a thread of its own: the recording that is looked at stays as it is. It goes on in real time; what comes of it is recorded
   as an intervention. No window, no GL. */
#ifndef CHORE_TAKEOVER_H
#define CHORE_TAKEOVER_H
#include <chore/hand.h>
#include <chore/player.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_takeover chore_takeover;

typedef struct chore_takeover_def { /* copied */
    const char *trace, *task;       /* as of chore_player_def */
    uint64_t run_key;
    const char *cache_dir;          /* as of chore_player_def */
    const char *run;                /* folder of the run, whose policy goes on when the person gives back; NULL: none */
    uint64_t step;                  /* the moment at which it begins */
    const char *path;               /* of the new recording */
    void (*on_news)(void *ctx);     /* as of chore_player_def */
    void *news_ctx;
} chore_takeover_def;

typedef enum chore_takeover_state {
    CHORE_TAKEOVER_LOADING,
    CHORE_TAKEOVER_PERSON,    /* the hand drives */
    CHORE_TAKEOVER_POLICY,    /* given back to the run's policy, which goes on from here (guest.h) */
    CHORE_TAKEOVER_RECORDING, /* given back, and the policy cannot come: the recorded actions go on, then the robot stands still */
    CHORE_TAKEOVER_DONE,      /* the episode is over or was ended; the file is whole */
    CHORE_TAKEOVER_FAILED
} chore_takeover_state;

/* Starts to load; returns at once. FAILED when the recording's state at that step cannot be reached here bit by bit (what is recorded
   would not replay), when the episode is over there, and when the file cannot be written. */
chore_takeover *chore_takeover_open(const chore_takeover_def *def);
/* Waits for the thread; a recording that was not ended is ended now. NULL is fine. */
void chore_takeover_close(chore_takeover *takeover);

/* FAILED fills err (nullable). Any thread, as in what follows. */
chore_takeover_state chore_takeover_look_at(chore_takeover *takeover, chore_error *err);
/* What the person wants from now on. The latest counts. */
void chore_takeover_hand(chore_takeover *takeover, const chore_hand *hand);
/* Who drives from the next step on. */
void chore_takeover_pass(chore_takeover *takeover, bool to_person);
/* Why the policy did not come, or could not stay; "" where it did. */
void chore_takeover_why(chore_takeover *takeover, char *out, size_t cap);
/* Powers of two of real time, as of a playhead. */
void chore_takeover_speed(chore_takeover *takeover, int speed);
/* The action of the last step, in the recording's layout; false: none was made. */
bool chore_takeover_action(chore_takeover *takeover, float out[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF]);
/* Close the recording: DONE follows. */
void chore_takeover_end(chore_takeover *takeover);
/* As chore_player_take; `same` is true: it is its own recording. One thread. */
chore_moment *chore_takeover_take(chore_takeover *takeover);
#ifdef __cplusplus
}
#endif
#endif
