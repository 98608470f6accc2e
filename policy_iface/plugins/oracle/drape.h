/* Draping a flat towel over a rail along y behind the table: both hands take it at two sides, nearer to the edge toward the rail, turn it
   along the rail, and lift it so high that the short part passes over the rail while the long part is caught by it; then they go down behind and
   let go. */
#ifndef ORACLE_DRAPE_H
#define ORACLE_DRAPE_H
#include "belief.h"
#include "fold_plan.h"
#include "pinch.h"
#include "skill.h"

typedef struct drape_rail {
    vec middle;          /* of the bar's axis, world; it lies along y */
    double radius, half; /* of its thickness; of its length */
} drape_rail;

typedef struct drape {
    int garment, phase, tries;
    drape_rail rail;
    pinch pinch;
    double behind;       /* how much hangs down behind the hands, m */
    double line;         /* of what is held from the middle of the garment, m */
    bool mirrored;       /* the middle is on the other side of the line left to right */
    double beyond;       /* how far behind the bar's axis the hands go down, m */
    double middle, half; /* of the held line, along y: where it hangs; between the hands */
    double before;       /* the middle in front of the bar at the last shift, m */
    int shifts, backings;
    double waited;
} drape;

/* The bar in the middle of a region; its axis half way up the region, `radius` thick. */
drape_rail drape_rail_of(const belief *b, int region, double axis_z, double radius);
/* Smaller of the shares of the vertices that hang 8 cm below the bar's top in front of and behind it. */
double drape_share(const cloth_view *c, int garment, const drape_rail *rail);

/* False: it hangs there already, does not lie flat enough, or is out of reach. */
bool drape_start(drape *d, const cloth_view *c, hands *h, int garment, const drape_rail *rail);
skill_state drape_step(drape *d, const cloth_view *c, hands *h, double dt);
#endif
