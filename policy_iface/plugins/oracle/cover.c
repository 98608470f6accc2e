#include "cover.h"

#include <math.h>
#include <string.h>

static const double over_m = 0.03, above_m = 0.02; /* how far a lid may lie beside its place */

static bool is_opening(const site *s)
{
    return s->is_box && strncmp(s->name, "cell_", 5) == 0;
}

/* The thing that closes this receptacle now; -1: it is open, or has no such opening. */
static int cover_on(const belief *b, int receptacle)
{
    const thing *r = &b->things[receptacle];
    for (int i = 0; i < r->n_sites; i++) {
        if (!is_opening(&r->sites[i])) {
            continue;
        }
        const vec place = pose_apply(r->at, r->sites[i].at.p);
        for (int k = 0; k < b->n_things; k++) {
            const vec at = b->things[k].at.p;
            if (b->things[k].present && k != receptacle && b->things[k].n_grasps > 0 &&
                hypot(at.x - place.x, at.y - place.y) < over_m && fabs(at.z - place.z) < above_m) {
                return k;
            }
        }
    }
    return -1;
}

int cover_first(const belief *b, const literal *l)
{
    const bool inside = l->n_args > 1 && strcmp(l->predicate, "inside") == 0;
    const int receptacle = inside ? belief_find_thing(b, l->args[1]) : -1;
    return receptacle >= 0 ? cover_on(b, receptacle) : -1;
}

static bool has_opening(const thing *t)
{
    for (int i = 0; i < t->n_sites; i++) {
        if (is_opening(&t->sites[i])) {
            return true;
        }
    }
    return false;
}

bool cover_waits(const belief *b, const literal *l)
{
    if (strcmp(l->predicate, "in_cell") != 0 || l->n_args < 2) {
        return false;
    }
    const int receptacle = belief_find_thing(b, l->args[1]);
    if (receptacle < 0 || !has_opening(&b->things[receptacle])) {
        return false;
    }
    for (int i = 0; i < b->n_literals; i++) {
        const literal *other = &b->literals[i];
        if (!other->holds && strcmp(other->predicate, "inside") == 0 && other->n_args > 1 &&
            strcmp(other->args[1], l->args[1]) == 0) {
            return true;
        }
    }
    return false;
}
