/* Cloth that comes up with what is carried is held back by the other hand, so that the two part. */
#ifndef ORACLE_CARRY_HOLD_H
#define ORACLE_CARRY_HOLD_H
#include "pinch.h"

/* The hand beside `carrying` goes to pinch what lies lowest of the garment, far from the carrying hand and clear of `other`, which that
   hand holds up. False: no place of it can be had. */
bool carry_hold_start(pinch *p, const cloth_view *c, hands *h, int garment, int other,
                      int carrying);
#endif
