#include "pacing_internal.h"

#include <math.h>
#include <stdlib.h>

#define BEFORE_S 1.0  /* at the speed of life from so long before an event */
#define AFTER_S  2.5  /* to so long after it */
#define HOLD_S   1.2  /* an event stands still */
#define FIRST_S  0.8  /* so do the first and the last frame, */
#define LAST_S   2.0
#define NEWS_S   2.0  /* so long is something news, of video; events twice that */
#define WHOLE_S  30.0 /* what the story takes, */
#define LEAST_S  10.0 /* but so much at least for what is between the events */
#define FASTEST  64.0

/* What a video is cut from, and where it is. */
typedef struct cutter {
    const film_moments *moments;
    double hz;
    int fps;
    uint64_t first, last;
    double fast; /* between events */
    int next;    /* moment that was not told of yet */
    int news, news_left;
} cutter;

static bool is_event(const film_moments *moments, int i)
{
    return moments->at[i].fires;
}

static bool is_slow(const cutter *c, double step)
{
    for (int i = 0; c->moments && i < c->moments->n; i++) {
        const double away_s = (step - (double)c->moments->at[i].steps) / c->hz;
        if (is_event(c->moments, i) && away_s >= -BEFORE_S && away_s < AFTER_S) {
            return true;
        }
    }
    return false;
}

/* How fast it must be between the events for the whole to take WHOLE_S. */
static double pace_between(const cutter *c)
{
    double slow = 0, fast = 0;
    for (uint64_t step = c->first; step < c->last; step++) {
        *(is_slow(c, (double)step) ? &slow : &fast) += 1 / c->hz;
    }
    const double pace = fast / fmax(LEAST_S, WHOLE_S - slow);
    return fmin(FASTEST, fmax(1, pace));
}

static void add(pacing *out, pacing_frame frame)
{
    if (out->n == out->cap) {
        out->cap = out->cap > 0 ? 2 * out->cap : 256;
        out->at = realloc(out->at, (size_t)out->cap * sizeof *out->at);
        CHORE_ASSERT(out->at);
    }
    out->at[out->n++] = frame;
}

static int frames_of(const cutter *c, double seconds)
{
    return (int)fmax(1, round(seconds * c->fps));
}

/* One frame. Returns the step shown: one that something happens at is never skipped over. */
static uint64_t shoot(cutter *c, pacing *out, uint64_t step, double speed, bool story)
{
    const film_moments *m = c->moments;
    int frames = 1;
    while (m && c->next < m->n && m->at[c->next].steps < c->first) {
        c->next++;
    }
    if (m && c->next < m->n && m->at[c->next].steps <= step) {
        const bool event = is_event(m, c->next);
        step = m->at[c->next].steps;
        c->news = step > 0 ? c->next : -1;
        c->news_left = frames_of(c, event ? 2 * NEWS_S : NEWS_S);
        frames = story && event ? frames_of(c, HOLD_S) : 1;
        c->next++;
    }
    if (out->n == 0 || step == c->last) {
        frames = frames_of(c, step == c->last ? LAST_S : FIRST_S);
    }
    add(out, (pacing_frame){step, frames, c->news_left > 0 ? c->news : -1, speed});
    c->news_left -= frames;
    return step;
}

void chorei_pacing_make(pacing *out, const chore_reel *reel, const film_moments *moments, uint64_t first, uint64_t last, int fps, double speed)
{
    cutter c = {.moments = moments, .hz = chore_reel_hz(reel), .fps = fps, .first = first, .last = last, .news = -1};
    const bool story = speed <= 0;
    c.fast = story ? pace_between(&c) : speed;
    double at = (double)first;
    *out = (pacing){.n = 0};
    for (;;) {
        const double pace = story && is_slow(&c, at) ? 1 : c.fast;
        const uint64_t shown = shoot(&c, out, (uint64_t)fmin(at + 1e-9, (double)last), pace, story);
        if (shown >= last) {
            return;
        }
        at = fmax((double)shown, fmin(at, (double)shown + 1)) + pace * c.hz / fps;
        at = at > (double)last && shown < last ? (double)last : at;
    }
}
