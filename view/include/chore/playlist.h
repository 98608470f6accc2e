/* The playlist: what a person asked to see, as a list of recorded episodes. */
#ifndef CHORE_PLAYLIST_H
#define CHORE_PLAYLIST_H
#include <chore/run_folder.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_playlist_entry {
    char name[CHORE_NAME_CAP * 3];  /* "set_aside-disturbed-00000" */
    char trace[CHORE_PATH_CAP];     /* file, perhaps without its end; empty: nothing was recorded, or it has not been begun yet */
    char run[CHORE_PATH_CAP];       /* its folder; empty: a trace alone */
    char task[CHORE_PATH_CAP];      /* name or file; empty: the one that the recording names */
    uint64_t run_key;
    bool known, success;            /* is there a result; what it says */
    bool unfinished;                /* there is a recording, and no result: it is being run, or its run was stopped */
    char outcome[CHORE_NAME_CAP];   /* "timeout"; empty: not known */
    int64_t policy_calls;           /* 0: not known; how long one took on the wall clock: */
    double policy_p50_ms, policy_p99_ms;
} chore_playlist_entry;

typedef struct chore_playlist {
    chore_playlist_entry *entries;  /* [n], malloc'ed */
    int n, first;                   /* first: the one to begin with */
    int n_done;                     /* with a result */
    char dir[CHORE_PATH_CAP];       /* the run folder; empty: a trace alone */
    uint64_t stamp;                 /* of what was read last */
} chore_playlist;

/* `what`: a run folder, a trace, or the episode of a run as "RUN EPISODE" given apart (`episode`, nullable; a name or a
   number). A run begins with its first failure that was recorded, else with its first recording. CHORE_E_NOT_FOUND (with the nearest name),
   CHORE_E_USAGE, and what reading a run folder says. Allocates. */
chore_status chore_playlist_open(chore_playlist *out, const char *what, const char *episode, chore_error *err);
/* A run that has just begun: with its first episode, whose recording may still have to come. */
chore_status chore_playlist_open_begun(chore_playlist *out, const char *run, chore_error *err);
/* One more at the end: a recording that came of the entry `like` (the same task and run key). Returns its index. Allocates: pointers to
   entries end. */
int chore_playlist_add(chore_playlist *list, const char *trace, int like);
void chore_playlist_release(chore_playlist *list);
/* A run may be going on: take in the results and recordings that have come. Reads little where nothing has. True: something has. */
bool chore_playlist_refresh(chore_playlist *list);
/* The next entry with a recording from `from` in the direction (+1, -1); `failures`: that did not succeed. -1: none. */
int chore_playlist_seek(const chore_playlist *list, int from, int direction, bool failures);

/* What the words of a command line name: RUN [EPISODE] or TRACE, and perhaps a second of these to see beside it, or another
   EPISODE of the same run. A second run without an episode gives the one with the first's name. second->n is 0 when there is none.
   CHORE_E_USAGE: too many words, or none. Otherwise as chore_playlist_open; on error neither is to be released. */
chore_status chore_playlist_open_words(chore_playlist *first, chore_playlist *second, char *const *words, int n, chore_error *err);
/* The recorded episode of that name; -1: none. */
int chore_playlist_find(const chore_playlist *list, const char *name);
/* The same task and seed in the other variant: the control of a disturbed episode and the other way round; -1: not recorded. */
int chore_playlist_twin(const chore_playlist *list, int index);
#ifdef __cplusplus
}
#endif
#endif
