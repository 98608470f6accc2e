/* The player: a recorded episode, simulated again in a thread of its own, at whatever control step is asked for. It knows
   no window and no GL.

   A seek restores the nearest snapshot before the step (the recording's key frames, and those that the player keeps on its
   way) and simulates the recorded actions from there, so the state is exact; its hash is compared with the recording's at
   every step. After a step that differs it goes on and says so. While nothing is asked of it, it goes ahead through the whole
   recording in a second world: so it comes to know the first step that differs, and snapshots make later seeks short.

   A recording whose writer is still at work, or was stopped, is played as far as it goes, and further as it grows. */
#ifndef CHORE_PLAYER_H
#define CHORE_PLAYER_H
#include <chore/episode.h>
#include <chore/timeline.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_player chore_player;

typedef struct chore_player_def { /* copied */
    const char *trace;       /* file */
    const char *task;        /* name or file; NULL: the one that the recording names */
    uint64_t run_key;        /* of the run's plan; 0 where there is none */
    const char *cache_dir;   /* settled initial states; NULL: settle it anew */
    bool await;              /* the file may not be there yet: wait for it */
    void (*on_news)(void *ctx); /* called by the player's thread when there is a moment to take or the state changed; nullable */
    void *news_ctx;
} chore_player_def;

/* How an action of the recording is laid out. */
typedef struct chore_player_action {
    char mode[CHORE_NAME_CAP]; /* "eef_pose" */
    int n, dim;                /* components; floats of all of them */
    chore_action_component components[CHORE_MAX_COMPONENTS];
} chore_player_action;

typedef enum chore_player_state { CHORE_PLAYER_LOADING, CHORE_PLAYER_READY, CHORE_PLAYER_FAILED } chore_player_state;

/* A state to look at. It belongs to whoever took it, until the next take. */
typedef struct chore_moment {
    uint64_t step;              /* control steps made */
    mjData *data;               /* what mjv draws from; contacts and forces are those of the last step */
    chore_hash hash;            /* of the episode after these steps */
    bool same;                  /* it is the recording's */
    bool arrived;               /* it is the step that was asked for, not one on the way */
    int64_t diverged;           /* the first step known to differ from the recording; -1: none so far */
    double cpu_ms;              /* that the player computed for it since it was asked for; 0 where it was not asked anew */
    bool checked;               /* every step of the recording has been simulated and compared */
    bool growing;               /* its end is not there yet: more may come */
    double seconds, progress;   /* simulated time; 0 .. 1 */
    int literals_met, literals_total;
    chore_outcome outcome;
    char instruction[512];
} chore_moment;

/* Start to load; returns at once. Errors come by chore_player_look_at. */
chore_player *chore_player_open(const chore_player_def *def);
/* Stops the thread at the next control step, waits for it, frees all, moments too. NULL is fine. */
void chore_player_close(chore_player *player);

/* FAILED fills err (nullable). Once READY, those below are there. Model and scene stay as they are; trace and timeline are replaced by
   longer ones as the recording grows, and only within chore_player_take: they are for the thread that takes, until it takes again. */
chore_player_state chore_player_look_at(chore_player *player, chore_error *err);
const mjModel *chore_player_model(const chore_player *player);
const chore_scene *chore_player_scene(const chore_player *player);
const chore_trace *chore_player_trace(const chore_player *player);
const chore_timeline *chore_player_timeline(const chore_player *player);
const chore_player_action *chore_player_action_layout(const chore_player *player);

/* Ask for a step (clamped to the end). The latest wish counts. Any thread. */
void chore_player_go(chore_player *player, uint64_t step);
/* How much of the recording it has gone through ahead of anybody: 0 to 1. Any thread. */
double chore_player_known(const chore_player *player);
/* The newest moment if there is one that was not taken yet, else NULL. Never waits for the simulation. One thread. */
chore_moment *chore_player_take(chore_player *player);
#ifdef __cplusplus
}
#endif
#endif
