/* What "folded", "flat", "piled", "draped" mean: pure geometry of a garment and the world positions of its
   vertices, pos[garment->n_vertices][3]. Nothing here asks whether the garment is released or at rest: the
   predicates do. README.md, "Cloth states", says what each measure closes out. */
#ifndef CHORE_GARMENT_STATE_INTERNAL_H
#define CHORE_GARMENT_STATE_INTERNAL_H
#include <chore/scene.h>

/* ---- garment_state.c: one look at it, cheap (a few microseconds) ---------------------------------------- */

typedef struct cloth_look {
    double centre[3];    /* weighted by area */
    double lo[3], hi[3]; /* box around the vertices' centres */
    double height_m;     /* of 95 % of its area above its lowest underside, upper sides counted */
    double
        flatness; /* its area seen from above, layers counted singly, of its area at rest: at most 1 */
    double turned; /* share of its area that lies the other way up than most of it: at most .5 */
} cloth_look;

void chore_cloth_look(const chore_garment *garment, const double (*pos)[3], cloth_look *out);

/* The part of its area at rest that hangs on each vertex, m^2: share[n_vertices]. */
void chore_cloth_shares(const chore_garment *garment, double *share);
/* What it covers seen from above, of its area lying flat. */
double chore_cloth_cover(const chore_garment *garment, const double (*pos)[3]);
/* One layer, nothing folded away, hardly a wrinkle. */
bool chore_cloth_is_flat(const chore_garment *garment, const double (*pos)[3]);
/* Nothing of it is folded away any more, but it may be wrinkled. A flat one is unfolded too. */
bool chore_cloth_is_unfolded(const chore_garment *garment, const double (*pos)[3]);
/* Does it lie on a level surface (its upper side at height `surface`)? Nothing of it is 1 cm below the surface,
   and at least a tenth of its area no higher than one layer: a garment held up by a corner fails. Of the floor:
   chore_cloth_lowest() says whether any of it is there. */
bool chore_cloth_lies_on(const chore_garment *garment, const double (*pos)[3], double surface);
/* Underside of its lowest vertex. */
double chore_cloth_lowest(const chore_garment *garment, const double (*pos)[3]);
/* Share of its area inside a box: centre, rotation (row-major, columns are the box's axes), half extents. */
double chore_cloth_share_inside(const chore_garment *garment, const double (*pos)[3],
                                const double centre[3], const double mat[9], const double half[3]);

/* ---- garment_fold.c: compared with the ideal folds ------------------------------------------------------ */

typedef struct cloth_fold {
    int way;        /* index into garment->folds; -1: it looks like no fold at all */
    unsigned steps; /* bit s: step s of the way is done */
    int n_done;
    bool mirrored;       /* it lies the other way up than the rest frame's */
    double key_error_m;  /* of the worst key point */
    double mean_error_m; /* of all cloth, root mean square */
    double height_m, height_limit_m;
    double area_ratio, cover, outside, flatness; /* as in chore_fold_tolerances */
    bool holds; /* all within the tolerances (times the slack asked for) */
} cloth_fold;

/* Where each vertex should lie after these steps of a way, in the rest frame. */
void chore_cloth_ideal(const chore_garment *garment, int way, unsigned steps, double (*out)[2]);
/* The way that it comes nearest to when all steps must be done. `slack` widens all tolerances: 1 for folded. */
void chore_cloth_match_folded(const chore_garment *garment, const double (*pos)[3], double slack,
                              cloth_fold *out);
/* The way and the set of steps (of any size, in the way's order) that holds with the largest share of the
   way's steps; when none holds way is -1. */
void chore_cloth_match_partly(const chore_garment *garment, const double (*pos)[3], double slack,
                              cloth_fold *out);
bool chore_cloth_is_folded(const chore_garment *garment, const double (*pos)[3]);
/* At least half of the steps of some way are done, somewhat less exactly. A folded one is half folded too. */
bool chore_cloth_is_half_folded(const chore_garment *garment, const double (*pos)[3]);
/* Share of the steps done of the way that has got furthest, 0 to 1; 1 exactly when it is folded. */
double chore_cloth_fold_progress(const chore_garment *garment, const double (*pos)[3]);

/* ---- garment_stack.c: with other things ------------------------------------------------------------------ */

/* A bar or a broad rail: its upper side is `radius` above the axis a -> b, its width twice that. */
typedef struct cloth_bar {
    double a[3], b[3], radius;
} cloth_bar;

/* At least 15 % of its area hangs 8 cm and more below the bar's upper side on either side, some lies on
   it, nothing is at the floor (upper side at height `floor`). */
bool chore_cloth_is_draped(const chore_garment *garment, const double (*pos)[3],
                           const cloth_bar *bar, double floor);

typedef struct cloth_item {
    const chore_garment *garment;
    const double (*pos)[3];
} cloth_item;

#define CLOTH_MAX_PILE CHORE_MAX_GARMENTS
/* One pile: in the order of their heights each lies on the one below, middle over middle within the tolerance
   of the upper one, and the lowest on the surface. order[n]: indices from the bottom, NULL: not wanted. Not
   asked: whether each of them is folded. */
bool chore_cloth_is_piled(const cloth_item *items, int n, double surface, int *order);

#endif
