/* How a garment would hang from one point of it. By its rest shape only. */
#ifndef ORACLE_HANGING_H
#define ORACLE_HANGING_H
#include "cloth_view.h"

/* How far down it reaches, its middle below, m; *above: share of it that stands higher than the point, and falls over. */
double hanging_depth(const cloth_view *c, int garment, flat from, double *above);
/* It hangs from there, its fingertips at height `tip`: how far down its lowest parts reach, as a share of what they should; the one that hangs
   least far. Of two halves each counts: one may hang down, the other one be doubled up. */
double hanging_unfolded(const cloth_view *c, int garment, flat from, double tip);
/* Share of it to which no straight way leads through the cloth: where the way has a bend, what hangs down creases, and it is laid down creased.
   From the toe of a sock that is a third of it, from its heel nothing. */
double hanging_bent(const cloth_view *c, int garment, flat from);
/* How far a point is from the crease of a garment that is folded in one step, m; 0 without such a way. Held on its crease both halves hang
   down beside one another: it comes down folded, or flat. */
double hanging_off_crease(const cloth_view *c, int garment, flat from);
/* Of such a garment, as it lies: the end that is doubled back toward the crease. Held at the crease it would stay so; hung from itself it comes out.
   -1: none. */
int hanging_doubled(const cloth_view *c, int garment);
#endif
