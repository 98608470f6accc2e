/* What the two arms can do of a way of folding, and where the cloth would have to lie for it. */
#ifndef ORACLE_FOLD_CHOICE_H
#define ORACLE_FOLD_CHOICE_H
#include "fold_plan.h"
#include "hands.h"

#define FOLD_WIDE 0.20 /* a far edge longer than that is for two hands, m */
#define FOLD_ARC  0.85 /* height of a fold's arc, of half its way: rounder drags, flatter crumples */

/* Shares of a way that a hand goes at once, the best first: all of it, or past the middle, where the other one takes over. */
#define FOLD_SHARES 4
double fold_share(int i);

/* How well the arms can do the next step, did the cloth lie as it should: 1 as it is meant, less with one hand on a wide flap, or where cloth
   springs back or rolls in; 0 not at all. */
double fold_rate_step(const cloth_view *c, const hands *h, int garment, const fold_fit *before);
/* The way that the cloth lies nearest to and the arms do best. */
int fold_choose_way(const cloth_view *c, const hands *h, int garment);
/* A shift along the line between the arms after which the next step goes clearly better. False: there is none. */
bool fold_better_place(const cloth_view *c, const hands *h, int garment, const fold_fit *fit,
                       vec *by);
#endif
