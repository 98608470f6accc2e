/* Drop tests: an object falls from a height onto a place. */
#include "scene_internal.h"

#include <math.h>

#define MAX_SECONDS 3
#define HIGH_M      5.0 /* where nothing is in the way, to measure how low it reaches */

static double lowest_point(const mjModel *m, const mjData *d, int body)
{
    double lowest = HUGE_VAL;
    for (int i = 0; i < m->body_geomnum[body]; i++) {
        const int g = m->body_geomadr[body] + i;
        const double *R = d->geom_xmat + 9 * g, *box = m->geom_aabb + 6 * g;
        const double half = fabs(R[6]) * box[3] + fabs(R[7]) * box[4] + fabs(R[8]) * box[5];
        if (m->geom_contype[g] || m->geom_conaffinity[g]) {
            lowest = fmin(lowest, d->geom_xpos[3 * g + 2] + mju_dot3(R + 6, box) - half);
        }
    }
    return lowest;
}

chore_status chore_scene_drop(const chore_scene *scene, chore_world *world, int object,
                              const double onto[3], double height_m, const double quat[4],
                              bool *broke, chore_error *err)
{
    const chore_object *falls = chore_scene_object(scene, object);
    double pos[3] = {onto[0], onto[1], HIGH_M};
    chore_world_put_body(world, falls->body, pos, quat);
    pos[2] += onto[2] + height_m - lowest_point(scene->model, chore_world_data(world), falls->body);
    chore_world_put_body(world, falls->body, pos, quat);
    const int limit = MAX_SECONDS * chore_world_physics_hz(world);
    *broke = false;
    for (int i = 0; i < limit && !*broke; i += 10) {
        TRY(chore_world_advance(world, 10, err));
        *broke = falls->breakable >= 0 && chore_world_is_broken(world, falls->breakable);
        if (chore_world_all_objects_asleep(world)) {
            break;
        }
    }
    return CHORE_OK;
}
