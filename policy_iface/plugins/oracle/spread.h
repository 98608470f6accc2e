/* How flat does a garment lie, where should each of its points go, and which points to take to get there? No motion here. */
#ifndef ORACLE_SPREAD_H
#define ORACLE_SPREAD_H
#include "fold_plan.h"
#include "hands.h"

#define SPREAD_VERTICES  1024
#define SPREAD_TRIANGLES 4096
#define SPREAD_MOVES     24

/* The sheet itself, drawn anew from the rest frame: the text does not tell triangles. */
typedef struct spread_mesh {
    int garment, n;
    int tri[SPREAD_TRIANGLES][3];
    double weight[SPREAD_TRIANGLES]; /* below 1: others cover the same place, all together once */
    double share[SPREAD_VERTICES];   /* of the area, by vertex; they add up to 1 */
} spread_mesh;

/* One look. The measures are those by which a garment is judged flat; they need no more than a few per cent. */
typedef struct spread_look {
    double cover,
        flatness;  /* shares of the area at rest: covered, and seen from above layer by layer */
    double turned; /* share that lies the other way up than most */
    double rise;   /* of 95 % of the area over a single layer, m */
    bool flat;
    bool mirrored;      /* the target shows the other side than the rest frame does */
    frame frame;        /* rest frame (x negated when mirrored) -> table: where it shall lie */
    double error;       /* mean distance from there, m */
    double shape_error; /* the same from the nearest such place, on the table or not */
} spread_look;

typedef enum spread_kind {
    SPREAD_DRAG, /* take one point or two and bring them home */
    SPREAD_FLIP, /* lift a point beside an edge that lies folded under, swing it out and lay it down inward */
    SPREAD_HANG /* take two points, lift and stretch: what hangs down unfolds; lay it down along x */
} spread_kind;

typedef struct spread_move {
    spread_kind kind;
    int vertex[HANDS]; /* left and right hand's; -1: idle */
    double merit;      /* m of mean error that it should save (hang: a share of that scale) */
} spread_move;

/* False: more vertices than fit. */
bool spread_draw(spread_mesh *m, const cloth_view *c, int garment);
/* `last` (may be NULL): the look before, whose side up and place are kept unless others are clearly nearer. */
spread_look spread_see(const spread_mesh *m, const cloth_view *c, const spread_look *last);
/* Not flat yet by the judge's measures, but enough to be folded: what is left is mended with the folds. */
bool spread_will_do(const spread_look *l);
/* Its points lie well, but part of it is turned over: a leg, about its length. Hanging free it turns back. */
bool spread_is_twisted(const spread_look *l);
/* When nothing helps any more: its corners can be mended one by one as it is folded. */
bool spread_may_be_folded(const spread_look *l);
/* A corner that lies folded under, though most is flat: how far the worst one is from its place, of the garment's size. No later fold
   brings it out. */
double spread_tucked(const spread_mesh *m, const cloth_view *c, const spread_look *l);
/* Where a vertex shall lie, world. */
flat spread_wanted(const spread_mesh *m, const cloth_view *c, const spread_look *l, int vertex);
/* Too crumpled for pulling at it point by point? */
bool spread_is_heap(const spread_look *l);
/* Moves of one kind, best first. `barred[v]`: not to be taken again. Returns how many. */
int spread_plan(const spread_mesh *m, const cloth_view *c, const spread_look *l, const hands *h,
                spread_kind kind, const bool *barred, spread_move out[SPREAD_MOVES]);
/* Held at two vertices, the line between them level and taut. */
typedef struct spread_hanging {
    double span, depth; /* of the line, and how far down the cloth reaches, m */
    double above;       /* share of the cloth that stands above the line and falls over */
    double beside;      /* share that is beside its ends rather than below */
} spread_hanging;
spread_hanging spread_hung(const spread_mesh *m, const cloth_view *c, int a, int b);
#endif
