/* The playhead: which control step a person wants to see, as time goes by. Plain arithmetic; what is simulated for it is the
   player's affair. */
#ifndef CHORE_PLAYHEAD_H
#define CHORE_PLAYHEAD_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_PLAYHEAD_SLOWEST (-4) /* 1/16 of real time */
#define CHORE_PLAYHEAD_FASTEST 6    /* 64 times real time */

typedef struct chore_playhead {
    uint64_t n_steps;   /* of the recording: it ends there */
    int hz;             /* control steps per second */
    double at;          /* steps; the whole part is what to show */
    int speed;          /* power of two */
    bool playing, loop;
    bool open_end;      /* more may come: at the end it waits instead of stopping */
    bool follow;        /* it is at the end and goes along with it, until it is moved */
} chore_playhead;

uint64_t chore_playhead_step(const chore_playhead *head);
/* `seconds` of the spectator's time have passed. It waits for a simulation that is behind: at most a quarter of a second's
   worth beyond `shown`, the step on the screen. At the end it stops, or begins anew in a loop. */
void chore_playhead_advance(chore_playhead *head, double seconds, uint64_t shown);
void chore_playhead_go(chore_playhead *head, uint64_t step);    /* clamped to the end; goes on playing if it did */
void chore_playhead_go_end(chore_playhead *head);               /* and stays with it, where more may come */
void chore_playhead_move(chore_playhead *head, int64_t steps);  /* by that many, and stop */
void chore_playhead_toggle(chore_playhead *head);               /* at the end it plays from the start */
void chore_playhead_faster(chore_playhead *head, int by);       /* powers of two, clamped */
void chore_playhead_speed_text(const chore_playhead *head, char out[8]); /* "1/16x" ... "64x" */
#ifdef __cplusplus
}
#endif
#endif
