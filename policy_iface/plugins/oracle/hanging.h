/* How a garment would hang from one point of it. By its rest shape only. */
#ifndef ORACLE_HANGING_H
#define ORACLE_HANGING_H
#include "cloth_view.h"

/* How far down it reaches, its middle below, m; *above: share of it that stands higher than the point, and falls over. */
double hanging_depth(const cloth_view *c, int garment, flat from, double *above);
/* Share of it to which no straight way leads through the cloth: where the way has a bend, what hangs down creases, and it is laid down creased.
   From the toe of a sock that is a third of it, from its heel nothing. */
double hanging_bent(const cloth_view *c, int garment, flat from);
#endif
