/* Predicates of liquids: what is in a vessel, what ran over its rim, what lies about. */
#include "predicates_internal.h"

#include <math.h>

static const double DRY_M3 = 5e-7;  /* a film that dries by itself: half a millilitre */
static const double LEVEL_M = 0.02; /* of the region's floor */

static int vessel_of(const chore_view *view, chore_value value)
{
    return chore_item_object(view, value.index)->vessel - 1;
}

bool chorei_predicate_filled(const chore_view *view, const chore_value *args)
{
    return chore_world_fill(view->world, vessel_of(view, args[0])) >= args[1].number;
}

bool chorei_predicate_spilled(const chore_view *view, const chore_value *args)
{
    return chore_world_spilled(view->world, vessel_of(view, args[0])) > args[1].number;
}

bool chorei_predicate_dry(const chore_view *view, const chore_value *args)
{
    const chore_region *region = chore_scene_region(view->scene, args[0].index);
    const chore_liquid *liquid = chore_world_liquid(view->world);
    double sum = 0;
    for (int i = 0; liquid && i < liquid->n_patches; i++) {
        double at[3];
        const double volume = chore_world_patch(view->world, i, at);
        if (fabs(at[0] - region->pos[0]) <= region->half[0] &&
            fabs(at[1] - region->pos[1]) <= region->half[1] &&
            fabs(at[2] - region->pos[2]) <= LEVEL_M) {
            sum += volume;
        }
    }
    return sum < DRY_M3;
}
