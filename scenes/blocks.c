/* What stands in the way of a robot that drives: a box around each solid shape of the fixtures. */
#include "scene_internal.h"

#include <math.h>

static bool hangs_on(const mjModel *m, int body, int top)
{
    while (body > top) {
        body = m->body_parentid[body];
    }
    return body == top;
}

int chore_scene_blocks(const chore_scene *scene, const mjData *data, int fixture, chore_block *out,
                       int cap)
{
    const mjModel *m = scene->model;
    const int top = scene->fixtures[fixture].body;
    int n = 0;
    for (int geom = 0; geom < m->ngeom && n < cap; geom++) {
        const int body = m->geom_bodyid[geom];
        const bool its_own = top == 0 ? body == 0 : hangs_on(m, body, top);
        if (!its_own || (m->geom_contype[geom] | m->geom_conaffinity[geom]) == 0 ||
            m->geom_type[geom] == mjGEOM_PLANE) {
            continue;
        }
        const double *R = data->geom_xmat + 9 * geom, *box = m->geom_aabb + 6 * geom;
        mju_mulMatVec3(out[n].pos, R, box);
        mju_addTo3(out[n].pos, data->geom_xpos + 3 * geom);
        for (int k = 0; k < 3; k++) {
            out[n].half[k] =
                fabs(R[3 * k]) * box[3] + fabs(R[3 * k + 1]) * box[4] + fabs(R[3 * k + 2]) * box[5];
        }
        n++;
    }
    return n;
}
