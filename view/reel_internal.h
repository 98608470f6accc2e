/* A reel: as much of a recording as was on the disk when it was read, and its timeline. It never changes; when the writer has
   come further, there is a new one. Two threads may hold it. */
#ifndef CHORE_VIEW_REEL_INTERNAL_H
#define CHORE_VIEW_REEL_INTERNAL_H
#include <chore/episode.h>
#include <chore/timeline.h>

typedef struct reel {
    chore_trace *trace;
    chore_timeline timeline;
    bool whole;         /* its end is there, nothing more will come */
    int64_t file_len;   /* bytes, when it was read */
    int holders;        /* under the lock of whoever shares it */
} reel;

/* What the notes leave out and is the same for all reels of an episode: the goal's literals before the first step, the names
   of its events. */
typedef struct reel_cast {
    struct {
        char text[CHORE_NAME_CAP * 3];
        bool holds;
    } *literals;        /* [n_literals], malloc'ed */
    int n_literals, n_events;
    char (*events)[CHORE_NAME_CAP]; /* [n_events], malloc'ed */
} reel_cast;

/* With one holder. CHORE_E_INCOMPLETE: its beginning is not there yet. */
chore_status reel_open(reel **out, const char *path, chore_error *err);
/* One holder less; the last one's leaving frees it. NULL is fine. */
void reel_drop(reel *r);
/* Has the file another length than when it was read? */
bool reel_is_behind(const reel *r, const char *path);
/* `later` goes on where `earlier` ends. */
bool reel_continues(const reel *later, const reel *earlier);

/* Of an episode that has just been reset. */
void reel_cast_read(reel_cast *out, const chore_episode *episode);
void reel_cast_release(reel_cast *cast);
/* Complete the timeline. */
void reel_introduce(reel *r, const reel_cast *cast);
#endif
