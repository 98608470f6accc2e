#include "heights.h"

/* The highest corner of a flap as it stands. */
static double part_top(const thing_part *p, const thing *t)
{
    const pose at = pose_mul(t->at, part_moved(p));
    double top = -1;
    for (int i = 0; i < 8; i++) {
        const vec corner = vec_of(p->centre.x + (i & 1 ? p->half.x : -p->half.x),
                                  p->centre.y + (i & 2 ? p->half.y : -p->half.y),
                                  p->centre.z + (i & 4 ? p->half.z : -p->half.z));
        top = fmax(top, pose_apply(at, corner).z);
    }
    return top;
}

double height_of_travel(const belief *b)
{
    const double over_flaps = 0.03;
    double z = b->table_z + 0.22;
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = &b->parts.list[i];
        if (p->thing >= 0 && b->things[p->thing].present) {
            z = fmax(z, part_top(p, &b->things[p->thing]) + over_flaps);
        }
    }
    return z;
}

/* From a point to the straight way between two others, seen from above. */
static double beside_way(vec at, vec from, vec to)
{
    const double x = to.x - from.x, y = to.y - from.y, length = x * x + y * y;
    const double share =
        length > 0 ? fmin(fmax(((at.x - from.x) * x + (at.y - from.y) * y) / length, 0), 1) : 0;
    return hypot(at.x - from.x - share * x, at.y - from.y - share * y);
}

double height_of_way(const belief *b, vec from, vec to, int skip)
{
    static const double half_hand = 0.06, over_all = 0.025;
    const double usual = height_of_travel(b);
    double z = usual;
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        const double radius = thing_is_upright(t) ? t->footprint : fmax(t->footprint, t->height / 2);
        double lo, hi;
        thing_z_extent(t, t->at, &lo, &hi);
        if (t->present && i != skip && lo < usual && hi > usual && beside_way(t->at.p, from, to) < radius + half_hand) {
            z = fmax(z, fmin(hi, b->table_z + 0.35) + over_all);
        }
    }
    return z;
}

double height_of_all(const belief *b, int skip)
{
    double top = b->table_z;
    for (int i = 0; i < b->n_things; i++) {
        double lo, hi;
        if (b->things[i].present && i != skip) {
            thing_z_extent(&b->things[i], b->things[i].at, &lo, &hi);
            top = fmax(top, fmin(hi, b->table_z + 0.25));
        }
    }
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = &b->parts.list[i];
        if (p->thing >= 0 && p->thing != skip && b->things[p->thing].present) {
            top = fmax(top, fmin(part_top(p, &b->things[p->thing]), b->table_z + 0.30));
        }
    }
    for (int i = 0; i < b->furniture.n_solids; i++) { /* what is higher is gone around */
        const double over = b->furniture.solids[i].top;
        top = over < b->table_z + 0.25 ? fmax(top, over) : top;
    }
    return top;
}

double height_of_foot(const thing *t, pose at)
{
    double lo, hi;
    thing_z_extent(t, at, &lo, &hi);
    return lo;
}
