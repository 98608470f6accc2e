#include "vain.h"

static const double lies_anew = 0.01, turned_anew = 0.1; /* metre, rad */
/* Nearly the same grasp: the next one around a ring, but not one that leans otherwise. */
static const double near_by = 0.012, turned_by = 0.3;

void vain_note(vain *v, int thing, pose lay, pose tool_in_thing)
{
    v->list[v->n++ % MAX_VAIN] = (vain_grasp){thing, lay, tool_in_thing};
}

static bool is_near(pose a, pose b, double distance, double angle)
{
    return vec_distance(a.p, b.p) < distance && quat_angle(a.q, b.q) < angle;
}

bool vain_knows(const vain *v, int thing, pose lay, pose tool_in_thing)
{
    for (int i = 0; i < v->n && i < MAX_VAIN; i++) {
        const vain_grasp *g = &v->list[i];
        if (g->thing == thing && is_near(g->lay, lay, lies_anew, turned_anew) &&
            is_near(g->tool_in_thing, tool_in_thing, near_by, turned_by)) {
            return true;
        }
    }
    return false;
}
