/* What an episode takes where nobody is in the way: of each of its pieces the quickest of several rounds. A machine that does
   other work spoils some pieces of each round, hardly the same one of all. What comes at the same piece in every round (a
   plan, a reset, a look at a clock) is in it. */
#include "speed_internal.h"

#include <stdlib.h>
#include <string.h>

void chorei_pieces_begin(chorei_pieces *pieces, int rounds)
{
    *pieces = (chorei_pieces){.rounds = rounds};
}

void chorei_pieces_add(chorei_pieces *pieces, int piece, int round, double wall_s)
{
    if (round < 0) { /* it warms up */
        return;
    }
    CHORE_ASSERT(round < pieces->rounds && piece >= 0);
    if (piece >= pieces->cap) {
        const int cap = 2 * piece + 256;
        double *more = calloc((size_t)cap * (size_t)pieces->rounds, sizeof *more);
        CHORE_ASSERT(more);
        if (pieces->n > 0) {
            memcpy(more, pieces->wall_s, (size_t)pieces->n * (size_t)pieces->rounds * sizeof *more);
        }
        free(pieces->wall_s);
        pieces->wall_s = more;
        pieces->cap = cap;
    }
    pieces->n = piece >= pieces->n ? piece + 1 : pieces->n;
    pieces->wall_s[(size_t)piece * (size_t)pieces->rounds + (size_t)round] = wall_s;
}

static double least_of(const chorei_pieces *pieces, int piece)
{
    const double *all = pieces->wall_s + (size_t)piece * (size_t)pieces->rounds;
    double least = all[0];
    for (int k = 1; k < pieces->rounds; k++) {
        least = all[k] < least ? all[k] : least;
    }
    return least;
}

double chorei_pieces_least(const chorei_pieces *pieces)
{
    double sum = 0;
    for (int i = 0; i < pieces->n; i++) {
        sum += least_of(pieces, i);
    }
    return sum;
}

double chorei_pieces_more(const chorei_pieces *pieces, const chorei_pieces *than)
{
    CHORE_ASSERT(pieces->n == than->n && pieces->n > 0);
    double *more = calloc((size_t)pieces->n, sizeof *more);
    CHORE_ASSERT(more);
    for (int i = 0; i < pieces->n; i++) {
        more[i] = least_of(pieces, i) - least_of(than, i);
    }
    const double typical = chorei_median(more, pieces->n);
    free(more);
    return typical;
}

void chorei_pieces_end(chorei_pieces *pieces)
{
    free(pieces->wall_s);
    *pieces = (chorei_pieces){0};
}
