/* Pictures from traces: the moments that tell an episode's story, and one picture of a whole run. They never touch a run. */
#ifndef CHORE_FILM_STRIP_H
#define CHORE_FILM_STRIP_H
#include <chore/run_folder.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Re-simulate the row's trace and draw it to `path` (PNG, folders are made). CHORE_E_RENDER where there is no GL; CHORE_E_DIVERGED when
   the trace does not replay. */
chore_status chore_film_episode(const char *run_dir, const chore_plan *plan, const chore_row *row, const char *path, chore_error *err);
/* Of every task of the run one episode, by three frames: how it begins, what comes between it and its end (an event if there was one), how it ends.
   Chosen is the first success with a disturbance, else the first success, else the first one done. Tasks of which nothing has a trace are left
   out; CHORE_E_NOT_FOUND when that is all of them. Errors as above. */
chore_status chore_film_grid(const chore_run_folder *run, const char *path, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
