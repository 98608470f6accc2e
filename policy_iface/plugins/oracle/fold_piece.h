/* What a step turns over may hang together beyond its line only, as two legs do. Layers of such pieces are turned one after the other, the
   uppermost first: that comes to the same as turning all at once, and each hold is of one layer. */
#ifndef ORACLE_FOLD_PIECE_H
#define ORACLE_FOLD_PIECE_H
#include "cloth_view.h"

#define MAX_FOLD_VERTICES 1024
#define MAX_PIECES        4

typedef struct fold_pieces {
    int n;                             /* 1: it hangs together */
    signed char of[MAX_FOLD_VERTICES]; /* the piece of a vertex; -1: it is not turned */
} fold_pieces;

/* side[v]: how far each vertex lies to the left of the line, in the fold so far. */
void fold_find_pieces(const cloth_view *c, int garment, const double *side, fold_pieces *out);
#endif
