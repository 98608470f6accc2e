/* Stacks: what is wanted inside a region where its like stands already goes on top of that. */
#ifndef ORACLE_STACK_H
#define ORACLE_STACK_H
#include "belief.h"

/* The region itself, or the top of the stack in it when `l` wants the thing inside and one of its kind stands there. */
region stack_top(const belief *b, const literal *l, int thing_index, int region_index);
#endif
