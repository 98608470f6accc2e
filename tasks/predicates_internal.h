/* Predicates at work: what they look at, and the functions behind predicates.inl. */
#ifndef CHORE_PREDICATES_INTERNAL_H
#define CHORE_PREDICATES_INTERNAL_H
#include "task_internal.h"

#include <chore/sense.h>
#include <mujoco/mujoco.h>

/* All that a predicate may look at. Where the objects came in is part of the episode's snapshot. */
typedef struct chore_view {
    const chore_scene *scene;
    const chore_world *world;
    const mjModel *model;
    const mjData *data;
    const double (*start)[3]; /* per object: its centre of mass when it came in */
    uint64_t present;         /* bit per object */
} chore_view;

/* An argument without open words: number, object, fixture (body), region or gripper. */
typedef struct chore_value {
    reference refer;
    int index;
    double number;
} chore_value;

/* args: MAX_ARGS of them. */
bool chore_predicate_holds(int predicate, const chore_view *view, const chore_value *args);

/* True when the object's tree sleeps. */
bool chore_object_asleep(const chore_view *view, int object);
bool chore_object_released(const chore_view *view, int object);
/* Arm whose pads hold the object; -1: none. */
int chore_object_grasping_arm(const chore_view *view, int object);
/* World position of the object's centre of mass. */
const double *chore_object_centre(const chore_view *view, int object);

/* shape.c: an object's collision geoms, where they are now. */
double chore_geom_lowest(const mjModel *m, const mjData *d, int geom);
double chore_body_lowest(const mjModel *m, const mjData *d, int body);
/* Share of the volume of a body's collision geoms inside a box (world pose, half extents grown
   by `slack`). */
double chore_body_share_in_box(const mjModel *m, const mjData *d, int body, const double pos[3],
                               const double mat[9], const double half[3], double slack);
/* True when a collision geom of the body lies under `point`: the point is within the geom's
   upright bounding box grown by `slack` sideways and above its top; *top gets the highest such
   top. */
bool chore_body_top_below(const mjModel *m, const mjData *d, int body, const double point[3],
                          double slack, double *top);
/* World pose of a site of an object. */
void chore_site_pose(const chore_view *view, int object, const chore_site *site, double pos[3],
                     double mat[9]);
#endif
