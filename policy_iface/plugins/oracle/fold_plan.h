/* Where folded cloth should lie: ideal positions by reflection, the frame that fits best to what is there, how far a fold has come, and
   which points to take for the next step. No motion here. */
#ifndef ORACLE_FOLD_PLAN_H
#define ORACLE_FOLD_PLAN_H
#include "fold_piece.h"

/* A turned and shifted rest frame: x' = c x - s y + at.x, y' = s x + c y + at.y; mirrored (x negated first) where the other side is up. */
typedef struct frame {
    double c, s;
    flat at;
    bool mirrored;
} frame;

flat frame_apply(frame f, flat p);
flat frame_turn(frame f, flat direction);
/* Mirror image behind a line; unchanged when it lies to the right of a -> b. */
flat fold_over(fold_line l, flat p);
/* Distance to the left of a -> b. */
double fold_side(fold_line l, flat p);
/* Ideal position of a vertex in the rest frame after `steps` of a way. */
flat fold_ideal(const fold_way *w, int steps, flat rest);
/* Turn and shift that bring from[n] nearest to to[n] (least squares, far outliers left out of a second round). */
frame frame_fit(const flat *from, const flat *to, int n);

/* How the garment lies, taken as `steps` of a way. */
typedef struct fold_fit {
    int way, steps;
    frame frame;  /* rest frame -> table */
    double error; /* root mean square distance of vertices from where they should be, m */
    unsigned char ahead[MAX_FOLD_VERTICES / 8]; /* vertices that the next step has turned already */
} fold_fit;

bool fold_is_ahead(const fold_fit *fit, int vertex);

fold_fit fold_fit_to(const cloth_view *c, int garment, int way, int steps);
/* The number of steps, and of pieces turned by the next one, that explains best what is seen. */
fold_fit fold_recognise(const cloth_view *c, int garment, int way);
/* Where a vertex should lie now, world. */
flat fold_wanted(const cloth_view *c, int garment, const fold_fit *fit, int vertex);
/* How far it lies from there, seen from above. */
double fold_error(const cloth_view *c, int garment, const fold_fit *fit, int vertex);
/* The key point that lies worst, of those not in `leave_out` (one bit each); -1: none. Only points with no cloth over them count. */
int fold_worst_keypoint(const cloth_view *c, int garment, const fold_fit *fit, unsigned leave_out,
                        double *error);

#define FOLD_ENDS 4

/* What is turned over next. */
typedef struct fold_flap {
    int end[FOLD_ENDS][2],
        middle;          /* of its far edge: the ends, less and less far out; the middle */
    vec out;             /* world: from the line toward the far edge */
    double depth, width; /* how far that edge is from the line, and how long, m */
    bool layers;         /* more than one at the corners: both must be taken */
    bool stacked;        /* more than one nearly everywhere */
    bool apart;          /* one of several pieces */
    fold_fit after;      /* when it lies turned over */
} fold_flap;
/* The uppermost piece that is not turned yet. False: nothing lies to the left of the line. */
bool fold_find_flap(const cloth_view *c, int garment, const fold_fit *fit, fold_flap *out);
/* The edge that leads when the garment goes in a direction (world). Only middle, out and layers are filled in. */
void fold_find_edge(const cloth_view *c, int garment, const fold_fit *fit, flat direction,
                    fold_flap *out);
/* Has an edge of an earlier flap come to lie along the next line? */
bool fold_has_edge_at(const cloth_view *c, int garment, const fold_fit *fit);
#endif
