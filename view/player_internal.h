/* What a player is made of. player.c: its thread and the spectator's; player_load.c: from a file to something that can be played. */
#ifndef CHORE_VIEW_PLAYER_INTERNAL_H
#define CHORE_VIEW_PLAYER_INTERNAL_H
#include <chore/player.h>

#include <pthread.h>
#include <stdatomic.h>

#include <chore/rig.h>

#include "reel_internal.h"
#include "shelf_internal.h"

#define CHOREI_PLAYER_LOOK_NS ((uint64_t)50 * 1000000) /* between two looks whether a recording has become longer; more where reading takes long */

struct chore_player {
    char path[CHORE_PATH_CAP], task[CHORE_PATH_CAP], cache[CHORE_PATH_CAP];
    uint64_t run_key;
    pthread_t thread;
    void (*on_news)(void *ctx);
    void *news_ctx;

    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wish;
    bool stop;
    chore_player_state state;
    chore_error err;
    uint64_t target, n_steps; /* of the recording so far */
    reel *offered;        /* newer than what the spectator has; NULL: none */
    reel *shown;          /* the spectator's */
    chore_moment *latest; /* the mailbox */
    bool fresh;           /* it was not taken yet */

    chore_moment moments[3]; /* one in the making, one in the mailbox, one on the screen */
    chore_moment *making;    /* the thread's */
    chore_moment *taken;     /* the spectator's */

    /* the thread's own, of which the first stays as it is once it is ready */
    chore_rig *rig;
    reel *reel;
    reel_cast cast;
    bool await;
    uint64_t looked_ns, look_every_ns;
    chore_player_action action;
    chore_episode *episode;
    uint64_t at; /* steps made by the episode */
    chore_hash hash;
    bool same;
    int64_t diverged;
    chore_episode *scout; /* goes ahead; NULL: has come to the end, or there is no memory for it */
    uint64_t scout_at;
    bool checked;
    shelf shelf; /* holds at least the start */
    _Atomic uint64_t known; /* steps that the scout has made, for others to read */
    double begun_cpu_ms;    /* of this thread, when it turned to the present wish */
    uint64_t last_shown_ns;
};

/* On the player's own thread. Fills in rig, reel, episode, moments and the action's layout. CHORE_E_INTERRUPTED: it is to stop while it waits for the
   recording to begin. */
chore_status chorei_player_load(chore_player *p, chore_error *err);
/* Wait for a wish, at most so long; with the lock. */
void chorei_player_wait(chore_player *p, uint64_t ns);
#endif
