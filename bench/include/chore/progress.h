/* The progress line on stderr: on a terminal one line that rewrites itself, elsewhere a line at each tenth or minute. */
#ifndef CHORE_PROGRESS_H
#define CHORE_PROGRESS_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_progress chore_progress;
chore_progress *chore_progress_start(int total, int already_done, bool quiet);
/* One more episode ended. scored: counts in the rate. */
void chore_progress_done(chore_progress *progress, bool scored, bool success);
void chore_progress_repeat(chore_progress *progress);                 /* an episode was queued again */
/* Call often (every 100 ms): redraws when due. `running`: names of what runs now, for SIGUSR1 dumps. */
void chore_progress_tick(chore_progress *progress, const char *const *running, int n_running);
void chore_progress_dump(chore_progress *progress, const char *const *running, int n_running);
/* Print a line above the progress line. */
void chore_progress_say(chore_progress *progress, const char *fmt, ...) CHORE_PRINTF(2, 3);
void chore_progress_end(chore_progress *progress);
#ifdef __cplusplus
}
#endif
#endif
