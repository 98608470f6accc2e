/* Cells: where a thing may stand in a space behind a door, into which the hand comes from the front. */
#ifndef ORACLE_CELLS_H
#define ORACLE_CELLS_H
#include "spots.h"

#define MAX_CELLS  54
#define CELL_TURNS 12

typedef struct cell {
    vec at;   /* on the space's floor, world */
    vec come; /* from there level out of the opening, as far as the hand goes back, world */
    double cost;
} cell;

/* Of things[index] in that space, whatever stands there: deep and at a side first. At most MAX_CELLS: how many. */
int list_cells(const belief *b, int index, int space, cell *out);
/* Upright in a cell, CELL_TURNS ways round: how many. */
int spots_in_cell(const belief *b, int index, const cell *c, spot *out);
#endif
