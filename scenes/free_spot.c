/* A free spot for an object that comes in while the robot works: clear of all objects in whatever pose they are, and of the
   robot where it is low. Reads the world, changes nothing. */
#include "scene_internal.h"

#include <math.h>

#define TRIES 400

typedef struct search {
    const mjModel *m;
    const mjData *d;
    double x, y, radius;        /* circle that must be clear */
    double z_clear;             /* robot parts above this do not matter */
} search;

/* Does the geom reach into the circle below z_max? A geom is taken as a row of balls along the longest side of its box. */
static bool geom_blocks(const search *s, int geom, double z_max)
{
    const double *box = s->m->geom_aabb + 6 * geom, *R = s->d->geom_xmat + 9 * geom;
    int axis = box[3] >= box[4] && box[3] >= box[5] ? 0 : box[4] >= box[5] ? 1 : 2;
    double thick = hypot(box[3 + (axis + 1) % 3], box[3 + (axis + 2) % 3]);
    double reach = fmax(0, box[3 + axis] - thick / 2);
    int n = thick > 0 ? (int)ceil(reach / thick) : 0;
    for (int i = -n; i <= n; i++) {
        double local[3] = {box[0], box[1], box[2]}, at[3];
        local[axis] += n > 0 ? reach * i / n : 0;
        mju_mulMatVec3(at, R, local);
        mju_addTo3(at, s->d->geom_xpos + 3 * geom);
        if (at[2] - thick < z_max && hypot(at[0] - s->x, at[1] - s->y) < s->radius + thick) {
            return true;
        }
    }
    return false;
}

static bool is_of_robot(const chore_scene *scene, int body)
{
    for (; body > 0; body = scene->model->body_parentid[body]) {
        for (int i = 0; i < scene->embodiment.n_arms; i++) {
            if (scene->embodiment.arms[i].base_body == body) {
                return true;
            }
        }
    }
    return false;
}

static int object_of(const chore_scene *scene, int body)
{
    int root = scene->model->body_rootid[body];
    for (int i = 0; i < scene->n_objects; i++) {
        if (scene->objects[i].body == root) {
            return i;
        }
    }
    return -1;
}

static bool is_clear(const chore_scene *scene, const chore_world *world, int newcomer, const search *s)
{
    for (int g = 0; g < s->m->ngeom; g++) {
        int body = s->m->geom_bodyid[g], object = object_of(scene, body);
        bool blocks = false;
        if (object >= 0 && object != newcomer) {
            blocks = !chore_scene_is_parked(scene, world, object) && geom_blocks(s, g, INFINITY);
        } else if (object < 0 && is_of_robot(scene, body)) {
            blocks = geom_blocks(s, g, s->z_clear);
        }
        if (blocks) {
            return false;
        }
    }
    return true;
}

bool chore_scene_free_spot(const chore_scene *scene, const chore_world *world, int object, int region, double clearance_m,
                           chore_rng *rng, double pos[3], double quat[4])
{
    CHORE_ASSERT(object >= 0 && object < scene->n_objects && region >= 0 && region < scene->n_regions);
    const chore_object *newcomer = &scene->objects[object];
    const chore_region *where = &scene->regions[region];
    const chore_site *base = chore_object_site(newcomer, "base");
    double free_x = where->half[0] - newcomer->footprint_m, free_y = where->half[1] - newcomer->footprint_m;
    search s = {.m = scene->model, .d = chore_world_data(world), .radius = newcomer->footprint_m + clearance_m,
                .z_clear = where->pos[2] + CHORE_FREE_SPOT_CLEAR_M};
    for (int try = 0; try < TRIES; try++) {
        s.x = where->pos[0] + chore_rng_range(rng, -1, 1) * free_x;
        s.y = where->pos[1] + chore_rng_range(rng, -1, 1) * free_y;
        double yaw = chore_rng_range(rng, -mjPI, mjPI);
        if (free_x < 0 || free_y < 0 || !is_clear(scene, world, object, &s)) {
            continue;
        }
        pos[0] = s.x;
        pos[1] = s.y;
        pos[2] = where->pos[2] - (base != NULL ? base->pos[2] : 0);
        quat[0] = cos(yaw / 2);
        quat[1] = quat[2] = 0;
        quat[3] = sin(yaw / 2);
        return true;
    }
    return false;
}
