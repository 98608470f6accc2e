/* A free spot for an object that comes in while the robot works: clear of all objects in whatever pose they
   are, and of the robot where it is low. Reads the world, changes nothing. */
#include "scene_internal.h"

#include <math.h>

#define TRIES 400

typedef struct search {
    const mjModel *m;
    const mjData *d;
    double x, y, radius; /* circle that must be clear */
    double z_clear;      /* robot parts above this do not matter */
} search;

/* Distance from the circle's centre to the geom as seen from above, never more than the true one: the
   better of its bounding ball and its bounding box, whose shadow has edges along the shadows of the box's
   own edges. */
static double distance_to_geom(const search *s, int geom, const double centre[3])
{
    const double *half = s->m->geom_aabb + 6 * geom + 3, *R = s->d->geom_xmat + 9 * geom;
    double dx = s->x - centre[0], dy = s->y - centre[1];
    double best = hypot(s->x - s->d->geom_xpos[3 * geom], s->y - s->d->geom_xpos[3 * geom + 1]) -
                  s->m->geom_rbound[geom];
    for (int k = 0; k < 3; k++) {
        double nx = -R[3 + k], ny = R[k], length = hypot(nx, ny), reach = 0;
        if (length < 1e-6) {
            continue; /* this edge is vertical */
        }
        for (int j = 0; j < 3; j++) {
            reach += half[j] * fabs(nx * R[j] + ny * R[3 + j]);
        }
        best = fmax(best, (fabs(dx * nx + dy * ny) - reach) / length);
    }
    return best;
}

/* Does a solid part reach into the circle below z_max? */
static bool geom_blocks(const search *s, int geom, double z_max)
{
    const double *box = s->m->geom_aabb + 6 * geom, *R = s->d->geom_xmat + 9 * geom;
    double centre[3];
    if (s->m->geom_contype[geom] == 0 && s->m->geom_conaffinity[geom] == 0) {
        return false;
    }
    mju_mulMatVec3(centre, R, box);
    mju_addTo3(centre, s->d->geom_xpos + 3 * geom);
    double lowest = centre[2] - fabs(R[6]) * box[3] - fabs(R[7]) * box[4] - fabs(R[8]) * box[5];
    return lowest < z_max && distance_to_geom(s, geom, centre) < s->radius;
}

static bool is_of_robot(const chore_scene *scene, int body)
{
    for (; body > 0; body = scene->model->body_parentid[body]) {
        for (int i = 0; i < chore_robot_n_roots(&scene->embodiment); i++) {
            if (chore_robot_root(&scene->embodiment, i) == body) {
                return true;
            }
        }
    }
    return false;
}

static bool is_of_garment(const chore_scene *scene, int body)
{
    for (int i = 0; i < scene->n_garments; i++) {
        const chore_garment *g = &scene->garments[i];
        if (body >= g->first_body && body < g->first_body + g->n_vertices) {
            return true;
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
            blocks = !chore_scene_is_parked(scene, world, object) && geom_blocks(s, g, HUGE_VAL);
        } else if (is_of_garment(scene, body)) {
            blocks = geom_blocks(s, g, HUGE_VAL); /* those that are parked are too far away to do so */
        } else if (object < 0 && is_of_robot(scene, body)) {
            blocks = geom_blocks(s, g, s->z_clear);
        }
        if (blocks) {
            return false;
        }
    }
    return true;
}

bool chore_scene_free_spot(const chore_scene *scene, const chore_world *world, int object, int region,
                           double clearance_m, chore_rng *rng, double pos[3], double quat[4])
{
    CHORE_ASSERT(object >= 0 && object < scene->n_objects && region >= 0 && region < scene->n_regions);
    const chore_object *newcomer = &scene->objects[object];
    const chore_region *where = &scene->regions[region];
    const chore_site *base = chore_object_site(newcomer, "base");
    double free_x = where->half[0] - newcomer->footprint_m, free_y = where->half[1] - newcomer->footprint_m;
    search s = {.m = scene->model,
                .d = chore_world_data(world),
                .radius = newcomer->footprint_m + clearance_m,
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
