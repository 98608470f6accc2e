/* Where objects wait that are not part of an episode: standing on the floor far away, asleep, apart from
   one another. Nothing is ever below the floor plane: MuJoCo would take it for a deep penetration. */
#include "scene_internal.h"

#include <math.h>

#define PARKING_X       10.0
#define PARKING_COLUMNS 8
#define PARKING_GAP     0.2
#define GARMENTS_X      30.0
#define GARMENT_COLUMNS 4

double chore_parking_step(const object_kind *kinds, int n)
{
    double largest = 0;
    for (int i = 0; i < n; i++) {
        largest = fmax(largest, kinds[i].largest_m);
    }
    return 2 * largest + PARKING_GAP;
}

void chore_parking_spot(double step, int index, double pos[3])
{
    pos[0] = PARKING_X + step * (index / PARKING_COLUMNS);
    pos[1] = step * (index % PARKING_COLUMNS - (PARKING_COLUMNS - 1) / 2.0);
    pos[2] = 0;
}

/* Garments lie flat, in rows behind the last row of objects. */
double chore_garment_step(const chore_scene *scene)
{
    double largest = 0;
    for (int i = 0; i < scene->n_garments; i++) {
        const double *half = scene->garments[i].half_m;
        largest = fmax(largest, fmax(half[0], half[1]));
    }
    return 2 * largest + PARKING_GAP;
}

void chore_garment_spot(double step, int index, double pos[2])
{
    pos[0] = GARMENTS_X + step * (index / GARMENT_COLUMNS);
    pos[1] = step * (index % GARMENT_COLUMNS - (GARMENT_COLUMNS - 1) / 2.0);
}

void chore_scene_garment_parking(const chore_scene *scene, int index, double pos[3])
{
    CHORE_ASSERT(index >= 0 && index < scene->n_garments);
    chore_garment_spot(scene->garment_step, index, pos);
    pos[2] = scene->garments[index].radius_m;
}

/* Vertex 0 tells: a parked garment sleeps where it was made. */
bool chore_scene_garment_is_parked(const chore_scene *scene, const chore_world *world, int garment)
{
    double spot[3], vertex[3];
    const chore_garment *g = chore_scene_garment(scene, garment);
    chore_scene_garment_parking(scene, garment, spot);
    chore_garment_vertex(world, g, 0, vertex);
    return hypot(vertex[0] - spot[0] - g->rest[0][0], vertex[1] - spot[1] - g->rest[0][1]) < PARKING_GAP / 2;
}

void chore_scene_parking(const chore_scene *scene, int index, double pos[3])
{
    CHORE_ASSERT(index >= 0 && index < scene->n_objects);
    chore_parking_spot(scene->parking_step, index, pos);
}

bool chore_scene_is_parked(const chore_scene *scene, const chore_world *world, int object)
{
    double spot[3];
    chore_scene_parking(scene, object, spot);
    const double *at = chore_world_data(world)->qpos + scene->objects[object].qpos_adr;
    return hypot(at[0] - spot[0], at[1] - spot[1]) < PARKING_GAP / 2;
}
