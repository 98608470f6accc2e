/* What a policy said beside its actions (chore_episode_report), in a recording: a note {"report": {"word", "about"}} in front of the step
   that it was said before. A replay says it again. */
#ifndef CHORE_SPOKEN_H
#define CHORE_SPOKEN_H
#include <chore/episode.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Note what the episode's policy has just said. */
chore_status chore_spoken_note(chore_trace_writer *trace, const chore_episode *episode, chore_error *err);
/* The first report of the recording before that step; false: there is none. about: CHORE_ABOUT_CAP bytes. */
bool chore_spoken_at(const chore_trace *trace, uint64_t step, chore_said *said, char about[CHORE_ABOUT_CAP]);
/* Say again, before that step, what was said before it. */
void chore_spoken_again(const chore_trace *trace, uint64_t step, chore_episode *episode);
#ifdef __cplusplus
}
#endif
#endif
