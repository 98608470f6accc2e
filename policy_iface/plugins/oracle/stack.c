#include "stack.h"

#include <string.h>

static bool stands_in(const thing *t, const region *r)
{
    return fabs(t->at.p.x - r->pos.x) < r->half.x && fabs(t->at.p.y - r->pos.y) < r->half.y &&
           t->at.p.z > r->pos.z - 0.01 && pose_axis_z(t->at).z > 0.97;
}

region stack_top(const belief *b, const literal *l, int thing_index, int region_index)
{
    region top = b->regions[region_index];
    const region *whole = &b->regions[region_index];
    for (int i = 0; i < b->n_things && strcmp(l->predicate, "inside") == 0; i++) {
        const thing *t = &b->things[i];
        double lo, hi;
        if (!t->present || i == thing_index || strcmp(t->kind, b->things[thing_index].kind) != 0 ||
            !stands_in(t, whole)) {
            continue;
        }
        thing_z_extent(t, t->at, &lo, &hi);
        if (hi > top.pos.z) {
            top.pos = vec_of(t->at.p.x, t->at.p.y, hi);
            top.half = vec_of(0, 0, 0);
        }
    }
    return top;
}
