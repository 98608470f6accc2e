/* The moments of an episode that tell its story: found in the notes of its trace. */
#ifndef CHORE_FILM_MOMENTS_INTERNAL_H
#define CHORE_FILM_MOMENTS_INTERNAL_H
#include <chore/render.h>
#include <chore/reel.h>

enum { FILM_MOMENTS = 256 };

/* A frame to draw. weight: what goes first when there are too many (higher stays). */
typedef struct film_moment {
    uint64_t steps;
    int weight;
    chore_accent accent;
    bool fires; /* an event happens */
    char event[CHORE_NAME_CAP]; /* its name */
    bool settles; /* news only of that something has lasted: shares the frame of what comes right before it */
    char caption[512];
} film_moment;

typedef struct film_moments {
    film_moment at[FILM_MOMENTS];
    int n;
    int hz; /* control steps in a second */
    const chore_scene *scene;
} film_moments;

/* Start, end, events, stages, what came true or was lost. closely: also half a second before and after each event, and why it ended. `out` is
   large: not for the stack. */
void chore_film_find(film_moments *out, chore_reel *reel, const chore_row *row, bool closely);
/* What to write under a frame of the moment, once the reel stands at it: "EVENT: the red T-shirt was dropped in". */
void chore_film_caption(chore_reel *reel, const film_moment *moment, char *out, size_t cap);
/* Only what lies in the span, whose ends get frames of their own. */
void chore_film_span(film_moments *m, uint64_t first, uint64_t last);
/* By time, at most `most` of them and at least `least`, in full rows of `columns` where the episode is long enough. */
void chore_film_choose(film_moments *m, uint64_t end, int most, int least, int columns);
/* The folders of a file to be written. */
chore_status chore_film_make_parent(const char *path, chore_error *err);
#endif
