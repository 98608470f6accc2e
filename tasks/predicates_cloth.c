/* Predicates about cloth alone. What folded, flat, draped, piled are as geometry: garment_state_internal.h. */
#include "garment_state_internal.h"
#include "predicates_internal.h"

#include <math.h>
#include <string.h>

static const double ASIDE_VERTICES = 0.95; /* above the region */
static const double OVERLAP_SPACING =
    0.5; /* vertices closer than this many spacings, seen from above */

typedef bool cloth_state(const chore_garment *garment, const double (*pos)[3]);

static bool is(const chore_view *view, const chore_value *args, cloth_state *state)
{
    const chore_garment *garment = chore_item_garment(view, args[0].index);
    return state(garment, chore_garment_points(view, garment));
}

bool chorei_predicate_folded(const chore_view *view, const chore_value *args)
{
    return is(view, args, chore_cloth_is_folded);
}

bool chorei_predicate_half_folded(const chore_view *view, const chore_value *args)
{
    return is(view, args, chore_cloth_is_half_folded);
}

bool chorei_predicate_unfolded(const chore_view *view, const chore_value *args)
{
    return is(view, args, chore_cloth_is_unfolded);
}

bool chorei_predicate_flat(const chore_view *view, const chore_value *args)
{
    return is(view, args, chore_cloth_is_flat);
}

bool chorei_predicate_draped(const chore_view *view, const chore_value *args)
{
    const chore_garment *garment = chore_item_garment(view, args[0].index);
    cloth_bar bar;
    return chore_fixture_bar(view->model, args[1].index, bar.a, bar.b, &bar.radius) &&
           chore_cloth_is_draped(garment, chore_garment_points(view, garment), &bar,
                                 chore_floor_height(view->model));
}

/* ---- several garments ------------------------------------------------------------------------ */

static bool above_region(const chore_region *region, const double point[3])
{
    return fabs(point[0] - region->pos[0]) <= region->half[0] &&
           fabs(point[1] - region->pos[1]) <= region->half[1];
}

/* Garment of a present item, NULL for what is rigid or parked. */
static const chore_garment *present_garment(const chore_view *view, int item)
{
    return view->present >> item & 1 ? chore_item_garment(view, item) : NULL;
}

/* All garments whose middle is in the region must be one pile, this one among them. */
bool chorei_predicate_piled(const chore_view *view, const chore_value *args)
{
    const chore_region *region = chore_scene_region(view->scene, args[1].index);
    cloth_item pile[CLOTH_MAX_PILE];
    bool belongs = false;
    int n = 0;
    for (int i = 0; i < view->n_items; i++) {
        const chore_garment *garment = present_garment(view, i);
        double centre[3];
        if (!garment) {
            continue;
        }
        chore_item_centre(view, i, centre);
        if (chore_in_region(region, centre)) {
            pile[n++] = (cloth_item){garment, chore_garment_points(view, garment)};
            belongs = belongs || i == args[0].index;
        }
    }
    return belongs && chore_cloth_is_piled(pile, n, region->pos[2], NULL);
}

static bool has_trait(const chore_view *view, int item, chore_value trait)
{
    const chore_item_words mine = chore_item_words_of(view->scene, view->items[item]),
                           wanted = chore_item_words_of(view->scene, view->items[trait.index]);
    return trait.refer == REFER_KIND ? strcmp(mine.kind, wanted.kind) == 0
                                     : strcmp(mine.colour, wanted.colour) == 0;
}

bool chorei_predicate_sorted(const chore_view *view, const chore_value *args)
{
    chore_value other[MAX_ARGS] = {args[0], args[1], {REFER_NOTHING, 0, 0}};
    if (!has_trait(view, args[0].index, args[2]) || !chorei_predicate_inside(view, args)) {
        return false;
    }
    for (int i = 0; i < view->n_items; i++) {
        other[0].index = i;
        if (present_garment(view, i) && !has_trait(view, i, args[2]) &&
            chorei_predicate_inside(view, other)) {
            return false;
        }
    }
    return true;
}

/* Seen from above: one lies on the other, or so close beside it that nobody could tell. */
static bool overlap(const chore_view *view, const chore_garment *a, const chore_garment *b)
{
    const double(*at)[3] = chore_garment_points(view, a), (*bt)[3] = chore_garment_points(view, b);
    const double reach = OVERLAP_SPACING * fmin(a->spacing_m, b->spacing_m);
    for (int v = 0; v < a->n_vertices; v++) {
        for (int w = 0; w < b->n_vertices; w++) {
            const double dx = at[v][0] - bt[w][0], dy = at[v][1] - bt[w][1];
            if (dx * dx + dy * dy < reach * reach) {
                return true;
            }
        }
    }
    return false;
}

bool chorei_predicate_aside(const chore_view *view, const chore_value *args)
{
    const chore_garment *garment = chore_item_garment(view, args[0].index);
    const chore_region *region = chore_scene_region(view->scene, args[1].index);
    const double(*at)[3] = chore_garment_points(view, garment);
    int n = 0;
    for (int v = 0; v < garment->n_vertices; v++) {
        n += above_region(region, at[v]);
    }
    if (n < ASIDE_VERTICES * garment->n_vertices ||
        !chore_cloth_lies_on(garment, at, region->pos[2])) {
        return false;
    }
    for (int i = 0; i < view->n_items; i++) {
        const chore_garment *other = present_garment(view, i);
        if (other && other != garment && overlap(view, garment, other)) {
            return false;
        }
    }
    return true;
}
