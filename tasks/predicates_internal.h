/* Predicates at work: what they look at, and the functions behind predicates.inl. */
#ifndef CHORE_PREDICATES_INTERNAL_H
#define CHORE_PREDICATES_INTERNAL_H
#include "task_internal.h"

#include <chore/sense.h>
#include <mujoco/mujoco.h>

/* All that a predicate may look at. Where the items came in is part of the episode's snapshot. */
typedef struct chore_view {
    const chore_scene *scene;
    const chore_world *world;
    const mjModel *model;
    const mjData *data;
    int n_items;
    const chore_item *items;
    const double (*start)[3]; /* per item: its centre of mass when it came in */
    uint64_t present;         /* bit per item */
    uint64_t blamed;          /* bit per item: the policy said that it cannot because of it */
} chore_view;

/* An argument without open words: number, item, fixture (body), region, gripper, or the kind or colour of an item. */
typedef struct chore_value {
    reference refer;
    int index;
    double number;
} chore_value;

/* args: MAX_ARGS of them. */
bool chore_predicate_holds(int predicate, const chore_view *view, const chore_value *args);

/* The function of each row of predicates.inl, in predicates.c, predicates_cloth.c or predicates_lid.c. */
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) \
    bool chorei_predicate_##name(const chore_view *view, const chore_value *args);
#include "predicates.inl"
#undef CHORE_PREDICATE

/* ---- item.c: what may be asked of objects and garments alike --------------------------------- */

const chore_object *chore_item_object(const chore_view *view, int item);   /* NULL: a garment */
const chore_garment *chore_item_garment(const chore_view *view, int item); /* NULL: an object */
/* True when its tree sleeps, all trees of a garment. */
bool chore_item_asleep(const chore_view *view, int item);
bool chore_item_at_rest(const chore_view *view, int item);
bool chore_item_released(const chore_view *view, int item);
/* Arm whose pads hold the item; -1: none. */
int chore_item_grasping_arm(const chore_view *view, int item);
/* World position of its centre of mass. */
void chore_item_centre(const chore_view *view, int item, double out[3]);
/* z of the lowest point of its surface. */
double chore_item_lowest(const chore_view *view, int item);

/* World positions of a garment's vertices, and the share of them inside a box (see below). */
double chore_garment_share_in_box(const chore_view *view, const chore_garment *garment,
                                  const double pos[3], const double mat[9], const double half[3],
                                  double slack);
const double (*chore_garment_points(const chore_view *view, const chore_garment *garment))[3];
bool chore_garment_touches_body(const chore_view *view, const chore_garment *garment, int body);
bool chore_garments_touch(const chore_view *view, const chore_garment *a, const chore_garment *b);

/* predicates_part.c: doors and drawers of fixtures, by joint (mjModel id). Settled: at rest, and no part of the robot touches it. */
bool chore_part_settled(const chore_view *view, int joint);
bool chore_part_released(const chore_world *world, int joint);
bool chore_part_closed(const chore_view *view, int joint);
bool chore_part_open(const chore_view *view, int joint);

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
/* Top of all that is above this part of the floor: box {x, y, x, y}, lower corner first; minus infinity: nothing. */
double chore_top_in_box(const mjModel *m, const mjData *d, const double box[4]);
bool chore_in_region(const chore_region *region, const double point[3]);
double chore_floor_height(const mjModel *m); /* of the room; minus infinity without a floor */
/* The highest level bar of a fixture (body of the world): its axis a -> b, and its upper side `radius` above it. */
bool chore_fixture_bar(const mjModel *m, int body, double a[3], double b[3], double *radius);
/* World pose of a site of an object. */
void chore_site_pose(const chore_view *view, int object, const chore_site *site, double pos[3],
                     double mat[9]);
#endif
