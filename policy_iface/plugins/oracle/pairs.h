/* What plans are made of: pairs of a pick and a spot (plan.c), for those that list them. */
#ifndef ORACLE_PAIRS_H
#define ORACLE_PAIRS_H
#include "picks.h"
#include "plan.h"
#include "spots.h"

/* What is to be planned for: */
typedef struct wish {
    int literal, thing;
    int receptacle; /* that it goes into, -1: none */
    int attempt;
} wish;
/* The cheapest pair of a pick and a spot that is clear, in reach, and whose whole way the arm can go, taken in `from` and put down in `there`
   (plan_carry). Sorts the spots. False: there is none. */
bool plan_pair(const belief *from, const belief *there, const wish *w, const pick *picks,
               int n_picks, spot *spots, int n_spots, job *out);
/* Of picks that lean the first few that the arm can go to, from where it is: how many are left. */
int plan_keep_free(const belief *b, int index, pick *picks, int n_picks);
/* How much closer to things the hand may go after so many failures, in metre. */
double plan_relaxation(const thing *t, int attempt);
/* The fixture's space that a literal wants something in; -1: none. */
int plan_space(const belief *b, int literal_index);
#endif
