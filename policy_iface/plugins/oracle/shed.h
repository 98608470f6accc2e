/* Cloth that fell on an arm, and rode up with it when the hand went home, is out of reach: the arm lets it slide off onto the table. */
#ifndef ORACLE_SHED_H
#define ORACLE_SHED_H
#include "cloth_view.h"
#include "hands.h"

/* The hand whose arm the garment lies on, higher than over any rail; -1: on none. Not to be asked while a hand holds it. */
int shed_arm(const cloth_view *c, const hands *h, int garment);
/* That arm goes low over the table and far out, where the forearm slopes, draws back from under the cloth and swings to both sides, the
   other way first at every second try; then home. */
void shed_add(const cloth_view *c, hands *h, int hand, int tries);
#endif
