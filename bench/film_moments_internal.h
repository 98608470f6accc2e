/* The moments of an episode that tell its story: found in the notes of its trace. */
#ifndef CHORE_FILM_MOMENTS_INTERNAL_H
#define CHORE_FILM_MOMENTS_INTERNAL_H
#include <chore/render.h>
#include <chore/rig.h>
#include <chore/run_plan.h>
#include <chore/run_row.h>
#include <chore/trace.h>

enum { FILM_MOMENTS = 256 };

/* A frame to draw. weight: what goes first when there are too many (higher stays). */
typedef struct film_moment {
    uint64_t steps;
    int weight;
    chore_accent accent;
    char caption[512];
} film_moment;

typedef struct film_moments {
    film_moment at[FILM_MOMENTS];
    int n;
    int hz; /* control steps in a second */
} film_moments;

/* Start, end, events, what came true or was lost. closely: also half a second after each event, and why it ended. `out` is large: not for
   the stack. */
void chore_film_find(film_moments *out, const chore_trace *trace, const chore_row *row, int hz, bool closely);
/* By time, at most `most` of them and at least `least`, in full rows of `columns` where the episode is long enough. */
void chore_film_choose(film_moments *m, uint64_t end, int most, int least, int columns);
/* What an episode was recorded with. Both are to be released, also after an error (then they may be NULL). */
chore_status chore_film_open(chore_rig **rig, chore_trace **trace, const char *run_dir, const chore_plan *plan, const chore_row *row,
                             chore_error *err);
/* The folders of a file to be written. */
chore_status chore_film_make_parent(const char *path, chore_error *err);
#endif
