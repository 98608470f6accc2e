/* Where the cloth is: reading and laying down. */
#include "scene_internal.h"

#include <math.h>
#include <stdlib.h>

void chore_garment_vertex(const chore_world *world, const chore_garment *garment, int vertex, double out[3])
{
    CHORE_ASSERT(vertex >= 0 && vertex < garment->n_vertices);
    const double *rest = chore_world_model(world)->body_pos + 3 * (garment->first_body + vertex);
    mju_add3(out, rest, chore_world_data(world)->qpos + garment->qpos_adr + 3 * vertex);
}

void chore_garment_lay_flat(chore_world *world, const chore_garment *garment, const double pos[3], double yaw)
{
    double at[GARMENT_MAX_VERTICES][3], c = cos(yaw), s = sin(yaw);
    for (int v = 0; v < garment->n_vertices; v++) {
        const double *rest = garment->rest[v];
        at[v][0] = pos[0] + c * rest[0] - s * rest[1];
        at[v][1] = pos[1] + s * rest[0] + c * rest[1];
        at[v][2] = pos[2];
    }
    chore_world_put_vertices(world, garment->first_body, garment->n_vertices, (const double(*)[3])at);
}

bool chore_garment_is_asleep(const chore_world *world, const chore_garment *garment)
{
    const mjModel *m = chore_world_model(world);
    const mjData *d = chore_world_data(world);
    if (!(m->opt.enableflags & mjENBL_SLEEP)) {
        return chore_garment_speed(world, garment) < m->opt.sleep_tolerance;
    }
    for (int v = 0; v < garment->n_vertices; v++) {
        if (d->tree_asleep[m->body_treeid[garment->first_body + v]] < 0) {
            return false;
        }
    }
    return true;
}

double chore_garment_speed(const chore_world *world, const chore_garment *garment)
{
    const double *velocity = chore_world_data(world)->qvel + garment->dof_adr;
    double fastest = 0;
    for (int v = 0; v < garment->n_vertices; v++) {
        fastest = fmax(fastest, mju_norm3(velocity + 3 * v));
    }
    return fastest;
}
