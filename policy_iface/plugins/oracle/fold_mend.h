/* What to mend of a folded packet. */
#ifndef ORACLE_FOLD_MEND_H
#define ORACLE_FOLD_MEND_H
#include "fold_plan.h"

/* Of the garment as it was cut, m. */
double fold_length(const cloth_view *c, int garment);
/* How far off the worst of the key points is that lie under cloth, m. */
double fold_hidden_error(const cloth_view *c, int garment, const fold_fit *fit);
/* The vertex of the rim that lies farthest inside of its place, more than `least`: a crease that came along with the flap. Only what lies on
   top counts, and what a pull outward brings home: that opens nothing. `done[n]`: not these. -1: none. */
int fold_worst_rim(const cloth_view *c, int garment, const fold_fit *fit, double least,
                   const int *done, int n);
/* Of the key points that lie under cloth more than `least` off their place, the worst first: the vertex of the outline beside one that can be
   taken, so that the edge hangs free when it is lifted. `done[n]`: not these. -1: none. */
int fold_beside_hidden(const cloth_view *c, int garment, const fold_fit *fit, double least,
                       const int *done, int n);
#endif
