/* What the predicates about broken dishes, and about how hard things are pressed, mean. */
#include "predicates_internal.h"

bool chorei_predicate_broken(const chore_view *view, const chore_value *args)
{
    const chore_object *object = chore_item_object(view, args[0].index);
    return object->breakable >= 0 && chore_world_is_broken(view->world, object->breakable);
}

/* Item of an object of the scene. */
static int item_of(const chore_view *view, int object)
{
    for (int i = 0; i < view->n_items; i++) {
        if (view->items[i].object == object) {
            return i;
        }
    }
    return -1;
}

bool chorei_predicate_shards_in(const chore_view *view, const chore_value *args)
{
    const chore_object *dish = chore_item_object(view, args[0].index);
    if (!chorei_predicate_broken(view, args)) {
        return false;
    }
    for (int k = 0; k < dish->n_shards; k++) {
        const chore_value inside[MAX_ARGS] = {{REFER_ITEM, item_of(view, dish->first_shard + k), 0},
                                              args[1]};
        if (!chore_predicate_holds(PREDICATE_inside, view, inside)) {
            return false;
        }
    }
    return true;
}

/* In none of the receptacles that are there. */
static bool lies_about(const chore_view *view, int shard)
{
    for (int i = 0; i < view->n_items; i++) {
        const chore_object *receptacle = chore_item_object(view, i);
        const chore_value args[MAX_ARGS] = {{REFER_ITEM, shard, 0}, {REFER_ITEM, i, 0}};
        if (receptacle && chore_object_site(receptacle, "cavity") &&
            chore_predicate_holds(PREDICATE_inside, view, args)) {
            return false;
        }
    }
    return true;
}

bool chorei_predicate_amid_shards(const chore_view *view, const chore_value *args)
{
    double centre[3], at[3];
    chore_item_centre(view, args[0].index, centre);
    for (int i = 0; i < view->n_items; i++) {
        const chore_object *shard = chore_item_object(view, i);
        if (i == args[0].index || !(view->present >> i & 1) || !shard || shard->shard_of < 0) {
            continue;
        }
        chore_item_centre(view, i, at);
        if (mju_dist3(centre, at) <= args[1].number && chore_item_asleep(view, i) &&
            lies_about(view, i)) {
            return true;
        }
    }
    return false;
}

bool chorei_predicate_pressed(const chore_view *view, const chore_value *args)
{
    const chore_object *shard = chore_item_object(view, args[0].index);
    return chore_world_shard_press(view->world, shard->body) > args[1].number;
}
