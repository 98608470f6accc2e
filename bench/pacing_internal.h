/* Which steps of an episode a video shows, and for how long: a pure function of the recording. */
#ifndef CHORE_PACING_INTERNAL_H
#define CHORE_PACING_INTERNAL_H
#include "film_moments_internal.h"

typedef struct pacing_frame {
    uint64_t step;
    int frames;   /* of video that it is shown for */
    int news;     /* moment that is told of meanwhile; -1: none */
    double speed; /* simulated seconds per second of video */
} pacing_frame;

typedef struct pacing {
    pacing_frame *at; /* malloc'ed */
    int n, cap;
} pacing;

/* From step first to last (both shown) at fps. moments (nullable): what is told of, by time. speed 0: the story's: as it is around events, which stand
   still for a moment; in between as fast as it takes to tell all in half a minute or so. Any other speed holds throughout. */
void chorei_pacing_make(pacing *out, const chore_reel *reel, const film_moments *moments, uint64_t first, uint64_t last, int fps, double speed);
#endif
