/* Bringing cloth to where a fold wants it: one point, a flap with one hand or two, or with one hand while the other holds what lies below. */
#ifndef ORACLE_FOLD_TURN_H
#define ORACLE_FOLD_TURN_H
#include "fold.h"

/* Of the vertex, to where f->wanted has it. */
haul fold_haul(const fold *f, int vertex, vec out, bool layers, double bow);
/* One point with the nearer hand, or else the other; `well`: not stretched out. False, here and below: no hand can; nothing was begun. */
bool fold_take(fold *f, const cloth_view *c, hands *h, const haul *l, bool well);
/* A flap to where f->wanted has it; what one hand cannot bring home goes half the way, and f->wanted with it. */
bool fold_turn(fold *f, const cloth_view *c, hands *h, const fold_flap *flap);
/* What could not be pinched, or not where it was tried first, is left alone the next time. */
void fold_note_lost(fold *f);
/* Has a part of the next step been done? */
bool fold_is_between(const fold_fit *fit);
#endif
