/* The film strip of an episode: the moments that tell its story, as one picture. Drawn from the trace; never touches a run. */
#ifndef CHORE_FILM_STRIP_H
#define CHORE_FILM_STRIP_H
#include <chore/run_plan.h>
#include <chore/run_row.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Re-simulate the row's trace and draw it to `path` (PNG, folders are made). CHORE_E_RENDER where there is no GL; CHORE_E_DIVERGED when
   the trace does not replay. */
chore_status chore_film_episode(const char *run_dir, const chore_plan *plan, const chore_row *row, const char *path, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
