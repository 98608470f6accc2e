#include "bag.h"

#include <string.h>

bool bag_is_down(const belief *b, int index)
{
    const thing *t = &b->things[index];
    if (!t->present || !thing_is_container(t) || pose_axis_z(t->at).z > 0.7) {
        return false;
    }
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && strcmp(l->predicate, "upright") == 0 && strcmp(l->args[0], t->id) == 0) {
            return true;
        }
    }
    return false;
}

bool bag_bars(const belief *b, const literal *l)
{
    const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
    const int into = l->n_args > 1 ? belief_find_thing(b, l->args[1]) : -1;
    for (int r = 0; r < b->n_things && t >= 0; r++) {
        if ((r == into || belief_lies_in(b, t, r)) && bag_is_down(b, r)) {
            return true;
        }
    }
    return false;
}

static bool stands(const belief *b, int index)
{
    return pose_axis_z(b->things[index].at).z > 0.99;
}

static bool is_over(const belief *b, int index, const region *r)
{
    const vec at = b->things[index].at.p;
    return fabs(at.x - r->pos.x) < r->half.x && fabs(at.y - r->pos.y) < r->half.y &&
           fabs(at.z - r->pos.z) < 0.008;
}

bool bag_settles(const belief *b, const literal *l)
{
    const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
    const int into = l->n_args > 1 ? belief_find_thing(b, l->args[1]) : -1;
    const int where = l->n_args > 1 ? belief_find_region(b, l->args[1]) : -1;
    if (t >= 0 && into >= 0 && strcmp(l->predicate, "inside") == 0) {
        return belief_goes_along(b, t, into) && stands(b, into);
    }
    if (t < 0 || !thing_is_container(&b->things[t]) || !stands(b, t)) {
        return false;
    }
    return strcmp(l->predicate, "upright") == 0 ||
           (where >= 0 && is_over(b, t, &b->regions[where]));
}
