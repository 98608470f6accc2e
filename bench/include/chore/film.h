/* Sheets of pictures from recordings: the moments that tell an episode's story, an episode at even distances, one picture of a whole run. They never
   touch a run. Files are PNG, atomic; their folders are made. All: CHORE_E_RENDER where there is no GL; CHORE_E_DIVERGED when a trace does not replay;
   what chore_eye_open and chore_look_span return. */
#ifndef CHORE_FILM_STRIP_H
#define CHORE_FILM_STRIP_H
#include <chore/look.h>
#include <chore/run_folder.h>
#ifdef __cplusplus
extern "C" {
#endif
/* The film strip: start, end, events with what comes right before and after them, what came true or was lost. Frames 400 x 300 unless the look says. */
chore_status chore_film_strip(chore_reel *reel, const chore_look *look, const char *path, chore_error *err);
/* The same of a run's episode, as usual. */
chore_status chore_film_episode(const char *run_dir, const chore_plan *plan, const chore_row *row, const char *path, chore_error *err);
/* A frame every every_s seconds (<= 0: about 24 of them). At most 400 frames (CHORE_E_USAGE). */
chore_status chore_film_sheet(chore_reel *reel, const chore_look *look, double every_s, const char *path, chore_error *err);
/* Of every task of the run one episode, by three frames: how it begins, what comes between it and its end (an event if there was one), how it ends.
   Chosen is the first success with a disturbance, else the first success, else the first one done. Tasks of which nothing has a trace are left
   out; CHORE_E_NOT_FOUND when that is all of them. The look's span does not count. */
chore_status chore_film_grid(const chore_run_folder *run, const chore_look *look, const char *path, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
