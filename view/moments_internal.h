/* Moments on their way from the thread that simulates to the one that draws: one in the making, one in the mailbox, one on the
   screen. Neither side waits for the other. */
#ifndef CHORE_VIEW_MOMENTS_INTERNAL_H
#define CHORE_VIEW_MOMENTS_INTERNAL_H
#include <pthread.h>

#include <chore/player.h>

typedef struct moments {
    pthread_mutex_t lock;
    chore_moment all[3];
    chore_moment *making, *latest, *taken;
    bool fresh; /* the latest was not taken yet */
} moments;

chore_status moments_open(moments *m, const mjModel *model, chore_error *err);
void moments_close(moments *m); /* what was opened, or zeroed */
/* Copy what an episode shows into the one in the making: all but what a comparison says of it. CHORE_E_SIM. */
chore_status moments_fill(moments *m, chore_episode *episode);
void moments_post(moments *m);
chore_moment *moments_take(moments *m);
#endif
