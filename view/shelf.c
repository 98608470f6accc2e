#include "shelf_internal.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)256 << 20)

void shelf_open(shelf *s, size_t bytes)
{
    *s = (shelf){.bytes = bytes, .every = 1};
}

void shelf_close(shelf *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->kept[i]);
    }
    free(s->kept);
    *s = (shelf){0};
}

static void thin_out(shelf *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (i % 2) {
            free(s->kept[i]);
        } else {
            s->kept[i / 2] = s->kept[i];
        }
    }
    s->n = (s->n + 1) / 2;
    s->every *= 2;
}

void shelf_make_room(shelf *s, uint64_t n_steps)
{
    while (n_steps / s->every * s->bytes > MOST_BYTES) {
        thin_out(s);
    }
    const size_t n = (size_t)(n_steps / s->every) + 1;
    if (n > s->n) {
        s->kept = realloc(s->kept, n * sizeof *s->kept);
        CHORE_ASSERT(s->kept);
        memset(s->kept + s->n, 0, (n - s->n) * sizeof *s->kept);
        s->n = n;
    }
}

void shelf_keep(shelf *s, const chore_episode *episode, uint64_t at)
{
    const size_t index = (size_t)(at / s->every);
    if (at % s->every == 0 && index < s->n && !s->kept[index]) {
        s->kept[index] = malloc(s->bytes);
        if (s->kept[index]) {
            chore_episode_snapshot(episode, s->kept[index]);
        }
    }
}

const void *shelf_find(const shelf *s, uint64_t most, uint64_t *steps)
{
    for (uint64_t i = most / s->every + 1; i-- > 0;) {
        if (i < s->n && s->kept[i]) {
            *steps = i * s->every;
            return s->kept[i];
        }
    }
    return NULL;
}
