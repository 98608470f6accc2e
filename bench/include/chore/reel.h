/* A reel: a recorded episode that can be brought to any of its control steps, for pictures. What lies between is simulated again from
   the recorded actions, beginning at the nearest key frame of the recording. Every state on the way must have the recording's hash. One thread. */
#ifndef CHORE_REEL_H
#define CHORE_REEL_H
#include <chore/rig.h>
#include <chore/run_folder.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_reel chore_reel;

/* task, embodiment: name or path; NULL or empty: what the recording names. Allocates a rig. CHORE_E_DIVERGED: task or start is not that of the recording;
   and what chore_trace_open and chore_rig_create return. */
chore_status chore_reel_open(chore_reel **out, const char *trace_path, const char *task, const char *embodiment, uint64_t run_key, chore_error *err);
/* The recording of a run's episode. CHORE_E_NOT_FOUND: it was made without one. */
chore_status chore_reel_open_row(chore_reel **out, const char *run_dir, const chore_plan *plan, const chore_row *row, chore_error *err);
void chore_reel_close(chore_reel *reel); /* NULL is fine */

/* To the state after `step` control steps, 0 to chore_reel_steps. Forward is cheap, back costs up to a key frame's distance. CHORE_E_DIVERGED
   names the first step that differs. */
chore_status chore_reel_go(chore_reel *reel, uint64_t step, chore_error *err);
chore_episode *chore_reel_episode(chore_reel *reel);
chore_scene *chore_reel_scene(chore_reel *reel);
const chore_trace *chore_reel_trace(const chore_reel *reel);
/* The lot of its seeded looks, whether or not the run was shown them. */
uint64_t chore_reel_lot(const chore_reel *reel);
uint64_t chore_reel_steps(const chore_reel *reel);
int chore_reel_hz(const chore_reel *reel); /* control steps per second */

/* What the recording says of itself: task, policy, variant, seed, outcome, success, progress, reason, steps, sim_time_s; nothing else is filled in. */
chore_row chore_reel_row(const chore_reel *reel);
#ifdef __cplusplus
}
#endif
#endif
