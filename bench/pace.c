#include <chore/pace.h>

#include <stdlib.h>
#include <string.h>

enum {
    LOOK_BACK = 4
}; /* live: the delay that a policy is told is the longest of its last so many calls */

typedef struct chunk {
    float *rows; /* [horizon][dim] */
    int n;       /* rows that may run */
    int64_t base, in_force;
} chunk;

struct chore_pace {
    chore_pace_def def;
    bool *relative;
    chunk now, next;         /* next.n = 0: no answer is on its way */
    float *last, *committed; /* [dim]; [latency.steps][dim] */
    int64_t next_call;
    int told;            /* the delay that the next call is told */
    int took[LOOK_BACK]; /* live: of the last calls */
    bool was_late;
    chore_pace_sums sums;
};

chore_pace *chore_pace_create(const chore_pace_def *def)
{
    chore_pace *p = calloc(1, sizeof *p);
    CHORE_ASSERT(p && def->horizon >= 1 && def->dim >= 0 && def->control_hz > 0);
    const size_t dim = (size_t)def->dim, chunk_floats = (size_t)def->horizon * dim;
    p->def = *def;
    p->def.relative = NULL;
    p->relative = calloc(dim + 1, sizeof *p->relative);
    p->now.rows = calloc(chunk_floats + 1, sizeof(float));
    p->next.rows = calloc(chunk_floats + 1, sizeof(float));
    p->last = calloc(dim + 1, sizeof(float));
    p->committed = calloc((size_t)def->latency.steps * dim + 1, sizeof(float));
    CHORE_ASSERT(p->relative && p->now.rows && p->next.rows && p->last && p->committed);
    if (def->relative) {
        memcpy(p->relative, def->relative, dim * sizeof *p->relative);
    }
    return p;
}

void chore_pace_destroy(chore_pace *p)
{
    if (p) {
        free(p->relative);
        free(p->now.rows);
        free(p->next.rows);
        free(p->last);
        free(p->committed);
        free(p);
    }
}

void chore_pace_begin(chore_pace *p, const float *hold)
{
    memcpy(p->last, hold, (size_t)p->def.dim * sizeof *hold);
    p->now.n = p->next.n = 0;
    p->now.base = p->next_call = 0;
    p->was_late = false;
    p->sums = (chore_pace_sums){0};
    memset(p->took, 0, sizeof p->took);
    p->told = p->def.latency.kind == CHORE_LATENCY_LIVE ? 1 : p->def.latency.steps;
}

/* The answer that is on its way takes over when its time has come. */
static void arrive(chore_pace *p, int64_t step)
{
    if (p->next.n > 0 && step >= p->next.in_force) {
        const chunk before = p->now;
        p->now = p->next;
        p->next = before;
        p->next.n = 0;
    }
}

bool chore_pace_due(chore_pace *p, int64_t step)
{
    arrive(p, step);
    return p->next.n == 0 && step >= p->next_call;
}

/* The row of the present chunk for that step; NULL: it has none. */
static const float *row_for(const chore_pace *p, int64_t step)
{
    const int64_t i = step - p->now.base;
    return i >= 0 && i < p->now.n ? p->now.rows + (size_t)i * (size_t)p->def.dim : NULL;
}

/* out: what keeps up `row`. They may be the same. */
static void hold(const chore_pace *p, const float *row, float *out)
{
    for (int i = 0; i < p->def.dim; i++) {
        out[i] = p->relative[i] ? 0 : row[i];
    }
}

const float *chore_pace_committed(chore_pace *p, int64_t step, int *n)
{
    const float *before = p->last;
    *n = p->told;
    for (int i = 0; i < p->told; i++) {
        float *out = p->committed + (size_t)i * (size_t)p->def.dim;
        const float *row = row_for(p, step + i);
        if (row) {
            memcpy(out, row, (size_t)p->def.dim * sizeof *out);
        } else {
            hold(p, before, out);
        }
        before = out;
    }
    return p->committed;
}

bool chore_pace_was_late(const chore_pace *p)
{
    return p->was_late;
}

float *chore_pace_room(chore_pace *p)
{
    return p->next.rows;
}

/* Control steps that the call took, and in live what the next one is told. */
static int64_t note_time(chore_pace *p, uint64_t wall_ns)
{
    if (p->def.latency.kind != CHORE_LATENCY_LIVE) {
        return p->def.latency.steps;
    }
    const uint64_t hz = (uint64_t)p->def.control_hz, second = 1000000000u;
    const uint64_t whole = wall_ns / second * hz,
                   rest = (wall_ns % second * hz + second - 1) / second;
    const int64_t took =
        whole + rest > 0 ? (int64_t)(whole + rest) : 1; /* the world does not wait for anybody */
    const int most = p->def.latency.steps;
    p->took[p->sums.calls % LOOK_BACK] = took < most ? (int)took : most;
    p->told = 1;
    for (int i = 0; i < LOOK_BACK; i++) {
        p->told = p->took[i] > p->told ? p->took[i] : p->told;
    }
    return took;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

chore_pace_call chore_pace_answer(chore_pace *p, int64_t step, int rows, uint64_t wall_ns)
{
    const int64_t base = step + p->told;
    const int64_t answered = step + note_time(p, wall_ns), in_force = later(base, answered);
    const int run = rows < p->def.execute ? rows : p->def.execute;
    p->was_late = in_force >= base + rows;
    if (!p->was_late) {
        p->next.n = rows;
        p->next.base = base;
        p->next.in_force = in_force;
    }
    p->next_call = later(base + run - p->told, in_force);
    p->sums.calls++;
    p->sums.late += p->was_late;
    p->sums.waited += answered - step;
    return (chore_pace_call){.observed = step,
                             .answered = answered,
                             .in_force = p->was_late ? -1 : in_force,
                             .rows = rows};
}

const float *chore_pace_action(chore_pace *p, int64_t step)
{
    arrive(p, step);
    const float *row = row_for(p, step);
    if (row) {
        memcpy(p->last, row, (size_t)p->def.dim * sizeof *row);
    } else {
        hold(p, p->last, p->last);
        p->sums.held++;
    }
    return p->last;
}

chore_pace_sums chore_pace_total(const chore_pace *p)
{
    return p->sums;
}
