/* Cloth that hangs over the table's edge would be pulled off by whatever is done with it next: first it is drawn in, as it lies. */
#ifndef ORACLE_DRAW_IN_H
#define ORACLE_DRAW_IN_H
#include "duo_move.h"

/* Does a part of the garment hang down over an edge, more than a hem? */
bool draw_in_is_due(const cloth_view *c, int garment);
/* A move that takes one or two points well inside and pulls them straight in; `wanted` (a place per vertex): for duo_move_step. What is near
   one of lost[n_lost], vertices that could not be held, is left. False: it does not hang, or no hand gets to it. */
bool draw_in_start(duo_move *m, const cloth_view *c, hands *h, int garment, const int *lost, int n_lost, flat *wanted);
#endif
