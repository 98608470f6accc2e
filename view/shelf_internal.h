/* A shelf: snapshots of an episode, one after every control step, or as sparsely as it takes to stay within its memory. */
#ifndef CHORE_VIEW_SHELF_INTERNAL_H
#define CHORE_VIEW_SHELF_INTERNAL_H
#include <chore/episode.h>

typedef struct shelf {
    void **kept;        /* [n]: snapshot after every * index steps; NULL: none yet */
    size_t n, bytes;    /* bytes: of one snapshot */
    uint64_t every;
} shelf;

/* For an episode with snapshots of that size. Allocates as it goes. */
void shelf_open(shelf *s, size_t bytes);
void shelf_close(shelf *s);
/* Room for so many steps: as an episode goes on, every other snapshot may have to go. */
void shelf_make_room(shelf *s, uint64_t n_steps);
/* Keep the episode as it is after `at` steps, if a snapshot belongs there and is not there yet. */
void shelf_keep(shelf *s, const chore_episode *episode, uint64_t at);
/* The last snapshot with at most so many steps; NULL: none. *steps: of it. */
const void *shelf_find(const shelf *s, uint64_t most, uint64_t *steps);
#endif
