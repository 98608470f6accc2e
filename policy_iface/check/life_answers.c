/* What a policy answered in one life and in another: the first difference, in words. */
#include "life_internal.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void chore_life_forget_answers(life *l)
{
    l->n_answers = l->n_floats = 0;
}

life chore_life_take_answers(life *l)
{
    life out = {.request = l->request, .dim = l->dim, .answers = l->answers, .floats = l->floats};
    out.n_answers = l->n_answers, out.n_floats = l->n_floats;
    l->answers = NULL, l->floats = NULL;
    l->n_answers = l->answers_cap = l->n_floats = l->floats_cap = 0;
    return out;
}

/* "act.arm.pos[2]" */
static void value_name(const life *l, uint32_t index, char out[96])
{
    for (uint32_t i = 0, first = 0; i < l->request.n_components; i++) {
        const uint32_t count = (uint32_t)chore_host_field_count(&l->request.components[i]);
        if (index < first + count) {
            snprintf(out, 96, "%.80s[%" PRIu32 "]", l->request.components[i].name, index - first);
            return;
        }
        first += count;
    }
    snprintf(out, 96, "value %" PRIu32, index);
}

static const life_answer *next_of(const life *l, uint32_t episode, size_t *at)
{
    while (*at < l->n_answers) {
        const life_answer *a = &l->answers[(*at)++];
        if (a->episode == episode) {
            return a;
        }
    }
    return NULL;
}

static void compare_answers(const life *la, const life_answer *a, const life *lb,
                            const life_answer *b, const char *when)
{
    char name[96];
    if (a->status != b->status || a->valid != b->valid || a->step != b->step) {
        say_fail("%s: at step %" PRIu32 " it answered status %" PRId32 " with %" PRIu32
                 " rows, and then at step %" PRIu32 " status %" PRId32 " with %" PRIu32 " rows",
                 when, a->step, a->status, a->valid, b->step, b->status, b->valid);
    }
    if (a->report != b->report || memcmp(a->about, b->about, sizeof a->about) != 0) {
        say_fail("%s: at step %" PRIu32 " it reported %" PRIu32 " about \"%.63s\", and then %" PRIu32 " about \"%.63s\"",
                 when, a->step, a->report, a->about, b->report, b->about);
    }
    for (uint32_t i = 0; i < a->rows_dim && a->status >= 0; i++) {
        const float x = la->floats[a->at + i], y = lb->floats[b->at + i];
        if (memcmp(&x, &y, sizeof x) != 0) {
            value_name(la, la->dim > 0 ? i % la->dim : 0, name);
            say_fail("%s: at step %" PRIu32 ", row %" PRIu32 ", %s is %.9g and then %.9g", when,
                     a->step, la->dim > 0 ? i / la->dim : 0, name, (double)x, (double)y);
        }
    }
}

void chore_life_compare(const life *a, const life *b, uint32_t episode, const char *when)
{
    size_t i = 0, j = 0;
    for (;;) {
        const life_answer *x = next_of(a, episode, &i), *y = next_of(b, episode, &j);
        if (x == NULL && y == NULL) {
            return;
        }
        if (x == NULL || y == NULL) {
            say_fail("%s: one episode went on and the other did not", when);
        }
        compare_answers(a, x, b, y, when);
    }
}
