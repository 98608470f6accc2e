/* What hangs on things by hinges and slides: flaps, lids, drawers. Read from the lines `part` and the stream privileged.part_pos. */
#ifndef ORACLE_PARTS_H
#define ORACLE_PARTS_H
#include <stdbool.h>

#include "geometry.h"

#define MAX_PARTS 48
#define PART_NAME 64

typedef struct thing_part {
    char owner[PART_NAME], name[PART_NAME];
    int thing; /* -1: of a fixture */
    bool slides;
    vec pos, axis;    /* as drawn, in the frame of the thing; of a fixture in the world */
    double lo, hi;    /* range of the joint; both 0: unlimited */
    vec centre, half; /* the box around it, as drawn */
    int layer;        /* of what closes the thing, the lowest is 0; -1: it closes nothing */
    /* of boxes that come flat, else -1, 0, -1: the part that it hangs on, its rank among the walls, what it is tucked in behind */
    int row, on, wall, behind;
    double at;        /* where the joint is: rad or m */
} thing_part;

typedef struct thing_parts {
    int n;
    thing_part list[MAX_PARTS];
} thing_parts;

/* One line "part ..."; false: not of the documented form. */
bool parts_read_line(thing_parts *p, const char *line);
/* One line "panel ..."; false: not of the documented form. */
bool parts_read_panel(thing_parts *p, const char *line);
/* Where the frame that it was drawn in has gone to, in the thing's frame; of p in the list of all. */
pose part_moved(const thing_part *p);

/* A flap, seen along its hinge: everything in the world. u: from the hinge to its edge; n: out of the side that is the upper one when it is
   shut. At angle 0 it is shut, u = inward; at 90 degrees it is upright, u = up. */
typedef struct flap_view {
    vec hinge, axis, inward, up; /* hinge: the point of the axis in the middle of the flap */
    double length, width;        /* from hinge to edge; along the hinge */
    double thick, angle;
} flap_view;
flap_view part_view(const thing_part *p, pose owner);
vec flap_along(const flap_view *f, double angle);
vec flap_normal(const flap_view *f, double angle);
#endif
