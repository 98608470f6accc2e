/* A live rollout: `chorebench run` of one episode in a process of its own, with the policy contained as ever, into an ordinary run folder
   that the window watches. */
#ifndef CHORE_VIEW_LIVE_INTERNAL_H
#define CHORE_VIEW_LIVE_INTERNAL_H
#include <sys/types.h>

#include <chore/playlist.h>

typedef struct live {
    const char *task, *policy, *variant, *out; /* as `run` takes them; out NULL: a folder of its own below runs/ */
    uint64_t seed;
    char *const *more;      /* [n_more] further options of `run` */
    int n_more;
    char dir[CHORE_PATH_CAP];
    chore_playlist *list;   /* filled by live_start; the caller releases it */
    pid_t pid;              /* 0: none, or it has ended */
    int code;               /* it has ended with that exit code */
} live;

/* Start it and wait until its plan is there. CHORE_E_USAGE and others: it has ended before, and has said why on stderr itself: err is
   left without words, live.code is what to end with. */
chore_status live_start(live *l, chore_error *err);
/* It has come to its end. Does not wait. */
bool live_is_over(live *l);
/* Stop it if it goes on still; a run that was stopped can be resumed. */
void live_stop(live *l);
#endif
