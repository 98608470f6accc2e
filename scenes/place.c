/* Seeded placement: where objects stand at the start of an episode. Rejection sampling on what objects
   cover seen from above, then the physics settle it. The result is a function of the model, the placements
   and the stream, not of the world's past. */
#include "scene_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GAP_M          0.015 /* between footprints */
#define TRIES          400   /* per object and arrangement */
#define ARRANGEMENTS   40    /* whole new starts when a late object finds no room */
#define LIFT_M         0.002
#define SETTLE_SECONDS 4
#define SETTLE_CHUNK   10 /* physics steps between looks */
#define MAX_DRIFT_M    0.04
#define INSIDE_LATER_M 100.0
#define INSIDE_WALL_M  0.025 /* from the walls of a receptacle: room for a hand */
#define MAX_TILT_COS   0.94 /* 20 degrees */

typedef struct stand { /* an object on its place, seen from above */
    double x, y, yaw;
} stand;

typedef struct cover { /* outer bounds of what it covers: a circle and a rectangle, both hold */
    double x, y, radius;
    double centre[2], half[2], axis[2][2];
} cover;

static cover cover_of(const chore_scene *scene, int object, const stand *at)
{
    const object_extent *extent = &scene->extents[object];
    double c = cos(at->yaw), s = sin(at->yaw);
    return (cover){.x = at->x,
                   .y = at->y,
                   .radius = scene->objects[object].footprint_m,
                   .centre = {at->x + c * extent->centre[0] - s * extent->centre[1],
                              at->y + s * extent->centre[0] + c * extent->centre[1]},
                   .half = {extent->half[0], extent->half[1]},
                   .axis = {{c, s}, {-s, c}}};
}

/* ---- apart? two objects are when any pair of their bounds is ------------------------------------------- */

static double circle_to_rectangle(const cover *circle, const cover *box)
{
    double dx = circle->x - box->centre[0], dy = circle->y - box->centre[1], out[2];
    for (int k = 0; k < 2; k++) {
        out[k] = fmax(0, fabs(dx * box->axis[k][0] + dy * box->axis[k][1]) - box->half[k]);
    }
    return hypot(out[0], out[1]) - circle->radius;
}

/* Largest gap along the axes of both: never more than the true distance. */
static double rectangle_to_rectangle(const cover *a, const cover *b)
{
    double dx = b->centre[0] - a->centre[0], dy = b->centre[1] - a->centre[1], largest = -HUGE_VAL;
    for (int k = 0; k < 4; k++) {
        const double *u = k < 2 ? a->axis[k] : b->axis[k - 2];
        double reach = 0;
        for (int j = 0; j < 2; j++) {
            reach += a->half[j] * fabs(a->axis[j][0] * u[0] + a->axis[j][1] * u[1]);
            reach += b->half[j] * fabs(b->axis[j][0] * u[0] + b->axis[j][1] * u[1]);
        }
        largest = fmax(largest, fabs(dx * u[0] + dy * u[1]) - reach);
    }
    return largest;
}

static bool are_apart(const cover *a, const cover *b, double gap)
{
    return hypot(a->x - b->x, a->y - b->y) - a->radius - b->radius >= gap ||
           circle_to_rectangle(a, b) >= gap || circle_to_rectangle(b, a) >= gap ||
           rectangle_to_rectangle(a, b) >= gap;
}

/* Shelves above one another: what stands in one region is out of the way of what stands in the other. */
static bool are_storeys(const chore_scene *scene, const chore_placement *a, const chore_placement *b)
{
    const chore_region *low = &scene->regions[a->region], *high = &scene->regions[b->region];
    return a->inside == 0 && b->inside == 0 &&
           (low->pos[2] + 2 * low->half[2] <= high->pos[2] ||
            high->pos[2] + 2 * high->half[2] <= low->pos[2]);
}

/* ---- sampling ------------------------------------------------------------------------------------------ */

/* Interval of the object's origin along axis k that keeps all of it inside the region; false when it is
   larger than that. */
static bool origin_interval(const cover *at_origin, const chore_region *region, int k, double out[2])
{
    double half =
        at_origin->half[0] * fabs(at_origin->axis[0][k]) + at_origin->half[1] * fabs(at_origin->axis[1][k]);
    double below = fmin(at_origin->radius, half - at_origin->centre[k]);
    double above = fmin(at_origin->radius, half + at_origin->centre[k]);
    out[0] = region->pos[k] - region->half[k] + below;
    out[1] = region->pos[k] + region->half[k] - above;
    return out[0] <= out[1];
}

/* One try. The same number of draws whatever comes of it. */
static bool draw_stand(const chore_scene *scene, const chore_placement *placement, chore_rng *rng, stand *out)
{
    const chore_region *region = &scene->regions[placement->region];
    double u = chore_rng_unit(rng), v = chore_rng_unit(rng), x[2], y[2];
    out->yaw = chore_rng_range(rng, placement->yaw_rad[0], placement->yaw_rad[1]);
    stand origin = {0, 0, out->yaw};
    cover bounds = cover_of(scene, placement->object, &origin);
    if (!origin_interval(&bounds, region, 0, x) || !origin_interval(&bounds, region, 1, y)) {
        return false;
    }
    out->x = x[0] + u * (x[1] - x[0]);
    out->y = y[0] + v * (y[1] - y[0]);
    return true;
}

/* One try inside of a receptacle that stands already: the same, in the frame of its cavity. */
static bool draw_inside(const chore_scene *scene, const chore_placement *placement,
                        const stand *receptacle, chore_rng *rng, stand *out)
{
    const chore_site *cavity =
        chore_object_site(&scene->objects[placement->inside - 1], "cavity");
    const double c = cos(receptacle->yaw), s = sin(receptacle->yaw);
    const chore_region room = {
        .half = {cavity->size[0] - INSIDE_WALL_M, cavity->size[1] - INSIDE_WALL_M}};
    double u = chore_rng_unit(rng), v = chore_rng_unit(rng), x[2], y[2];
    stand own = {0, 0, chore_rng_range(rng, placement->yaw_rad[0], placement->yaw_rad[1])};
    cover bounds = cover_of(scene, placement->object, &own);
    if (!origin_interval(&bounds, &room, 0, x) || !origin_interval(&bounds, &room, 1, y)) {
        return false;
    }
    own.x = cavity->pos[0] + x[0] + u * (x[1] - x[0]);
    own.y = cavity->pos[1] + y[0] + v * (y[1] - y[0]);
    *out = (stand){receptacle->x + c * own.x - s * own.y, receptacle->y + s * own.x + c * own.y,
                   receptacle->yaw + own.yaw};
    return true;
}

/* The placement of what this one stands inside of; -1: it stands in a region. */
static int find_receptacle(const chore_placement *placements, int n, int index)
{
    for (int i = 0; i < n && placements[index].inside > 0; i++) {
        if (placements[i].object == placements[index].inside - 1) {
            return i;
        }
    }
    return -1;
}

/* Large ones first: the small ones still find room then. Equal ones stay in the order given. What stands inside of
   something comes last. */
static double rank(const chore_scene *scene, const chore_placement *placement)
{
    return scene->objects[placement->object].footprint_m + (placement->inside > 0 ? 0 : INSIDE_LATER_M);
}

static void order_by_size(const chore_scene *scene, const chore_placement *placements, int n, int *order)
{
    for (int i = 0; i < n; i++) {
        int at = i;
        double radius = rank(scene, &placements[i]);
        for (; at > 0 && rank(scene, &placements[order[at - 1]]) < radius; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
}

/* Find a stand for each placement in turn. Returns the one that found none, -1: all stand. *fits: it could
   stand there alone. */
static int arrange(const chore_scene *scene, const chore_placement *placements, const int *order, int n,
                   chore_rng *rng, stand *stands, bool *fits)
{
    cover covers[CHORE_MAX_OBJECTS];
    for (int i = 0; i < n; i++) {
        const chore_placement *placement = &placements[order[i]];
        const int into = find_receptacle(placements, n, order[i]);
        bool found = false;
        *fits = false;
        for (int try = 0; try < TRIES && !found; try++) {
            if (into >= 0 ? !draw_inside(scene, placement, &stands[into], rng, &stands[order[i]])
                          : !draw_stand(scene, placement, rng, &stands[order[i]])) {
                continue;
            }
            *fits = found = true;
            covers[i] = cover_of(scene, placement->object, &stands[order[i]]);
            for (int k = 0; k < i && found; k++) {
                found = order[k] == into || are_apart(&covers[i], &covers[k], GAP_M) ||
                        are_storeys(scene, placement, &placements[order[k]]);
            }
        }
        if (!found) {
            return order[i];
        }
    }
    return -1;
}

static chore_status arrange_all(const chore_scene *scene, const chore_placement *placements, int n,
                                chore_rng *rng, stand *stands, chore_error *err)
{
    int order[CHORE_MAX_OBJECTS], stuck = -1;
    bool fits = true;
    order_by_size(scene, placements, n, order);
    for (int i = 0; i < ARRANGEMENTS && fits;
         i++) { /* too large for its region: no other arrangement helps */
        stuck = arrange(scene, placements, order, n, rng, stands, &fits);
        if (stuck < 0) {
            return CHORE_OK;
        }
    }
    const chore_object *object = &scene->objects[placements[stuck].object];
    const chore_region *region = &scene->regions[placements[stuck].region];
    return chore_fail(err, CHORE_E_PLACEMENT, "%s '%s' (radius %.3f m) in the region '%s' (%.3f m by %.3f m)",
                      fits ? "no room left for" : "too large for its place:", object->id, object->footprint_m,
                      region->name, 2 * region->half[0], 2 * region->half[1]);
}

/* ---- the world ----------------------------------------------------------------------------------------- */

/* Bring the world back to where chore_world_create left it: all parked, the robot at home, no trace of the
   past. */
static chore_status reset_world(chore_world *world, chore_error *err)
{
    chore_object_ref refs[CHORE_MAX_OBJECTS];
    chore_world_def def = chore_world_def_default();
    def.model = chore_world_model(world);
    def.embodiment = *chore_world_embodiment(world);
    def.objects = refs;
    def.n_objects = chore_world_n_objects(world);
    def.control_hz = chore_world_control_hz(world);
    def.n_breakables = chore_world_n_breakables(world);
    def.breakables = def.n_breakables > 0 ? chore_world_breakable(world, 0) : NULL;
    def.softness = chore_world_softness(world);
    def.liquid = chore_world_liquid(world);
    for (int i = 0; i < def.n_objects; i++) {
        refs[i] = *chore_world_object(world, i);
    }
    chore_world *fresh;
    TRY(chore_world_create(&fresh, &def, err));
    size_t bytes = chore_world_snapshot_bytes(fresh);
    void *snapshot = malloc(bytes);
    chore_status status;
    if (snapshot == NULL) {
        status = chore_fail(err, CHORE_E_MEMORY, "no memory for a snapshot of %zu bytes", bytes);
    } else {
        chore_world_snapshot(fresh, snapshot);
        status = chore_world_restore(world, snapshot, bytes, err);
    }
    free(snapshot);
    chore_world_destroy(fresh);
    return status;
}

/* Height of the body of what stands there, and of the floor of its cavity. */
static double body_height(const chore_scene *scene, const chore_placement *placements, int n, int index)
{
    const chore_placement *placement = &placements[index];
    const chore_site *base = chore_object_site(&scene->objects[placement->object], "base");
    const double lift = placement->lift_m > 0 ? placement->lift_m : LIFT_M;
    const int into = find_receptacle(placements, n, index);
    double floor = scene->regions[placement->region].pos[2];
    if (into >= 0) {
        const chore_site *cavity =
            chore_object_site(&scene->objects[placements[into].object], "cavity");
        floor = body_height(scene, placements, n, into) + cavity->pos[2] - cavity->size[2];
    }
    return floor + lift - (base != NULL ? base->pos[2] : 0);
}

static void put_down(const chore_scene *scene, chore_world *world, const chore_placement *placement,
                     const stand *at, double height, double pose[7])
{
    const chore_object *object = &scene->objects[placement->object];
    pose[0] = at->x;
    pose[1] = at->y;
    pose[2] = height;
    pose[3] = cos(at->yaw / 2);
    pose[4] = pose[5] = 0;
    pose[6] = sin(at->yaw / 2);
    chore_world_put_body(world, object->body, pose, pose + 3);
    chore_object_take_stance(world, object, placement->stance);
}

static chore_status settle(const chore_scene *scene, chore_world *world, const chore_placement *placements,
                           int n, chore_error *err)
{
    const mjModel *m = scene->model;
    int limit = SETTLE_SECONDS * chore_world_physics_hz(world);
    for (int done = 0; done < limit; done += SETTLE_CHUNK) {
        TRY(chore_world_advance(world, SETTLE_CHUNK, err));
        if (chore_world_all_objects_asleep(world)) {
            return CHORE_OK;
        }
    }
    const mjData *d = chore_world_data(world);
    for (int i = 0; i < n; i++) {
        const chore_object *object = &scene->objects[placements[i].object];
        if (d->tree_asleep[m->dof_treeid[object->dof_adr]] < 0) {
            return chore_fail(err, CHORE_E_PLACEMENT, "'%s' did not come to rest within %d s", object->id,
                              SETTLE_SECONDS);
        }
    }
    return chore_fail(err, CHORE_E_PLACEMENT, "the objects did not come to rest within %d s", SETTLE_SECONDS);
}

/* Where it was put is where it still stands. */
static chore_status check_stand(const chore_scene *scene, const chore_world *world, int index,
                                const double put[7], chore_error *err)
{
    static const double up[3] = {0, 0, 1};
    const chore_object *object = &scene->objects[index];
    const double *now = chore_world_data(world)->qpos + object->qpos_adr;
    double axis[3], drift = mju_dist3(now, put);
    mju_rotVecQuat(axis, up, now + 3);
    if (drift > MAX_DRIFT_M) {
        return chore_fail(err, CHORE_E_PLACEMENT, "'%s' moved away by %.1f cm while settling", object->id,
                          100 * drift);
    }
    if (axis[2] < MAX_TILT_COS) {
        return chore_fail(err, CHORE_E_PLACEMENT, "'%s' toppled while settling", object->id);
    }
    return CHORE_OK;
}

static chore_status check_placements(const chore_scene *scene, const chore_placement *placements, int n,
                                     chore_error *err)
{
    bool taken[CHORE_MAX_OBJECTS] = {false};
    for (int i = 0; i < n; i++) {
        int object = placements[i].object, region = placements[i].region;
        if (object < 0 || object >= scene->n_objects || region < 0 || region >= scene->n_regions) {
            return chore_fail(err, CHORE_E_USAGE, "placement %d names object %d of %d and region %d of %d", i,
                              object, scene->n_objects, region, scene->n_regions);
        }
        if (taken[object]) {
            return chore_fail(err, CHORE_E_USAGE, "'%s' is placed twice", scene->objects[object].id);
        }
        taken[object] = true;
    }
    for (int i = 0; i < n; i++) {
        const int into = find_receptacle(placements, n, i);
        if (placements[i].inside > 0 &&
            (into < 0 || into == i || placements[into].inside > 0 ||
             chore_object_site(&scene->objects[placements[into].object], "cavity") == NULL)) {
            return chore_fail(err, CHORE_E_USAGE, "'%s' is placed inside of what is no receptacle that stands in a region",
                              scene->objects[placements[i].object].id);
        }
    }
    return CHORE_OK;
}

chore_status chore_scene_place(const chore_scene *scene, chore_world *world,
                               const chore_placement *placements, int n, chore_rng *rng, chore_error *err)
{
    stand stands[CHORE_MAX_OBJECTS];
    double poses[CHORE_MAX_OBJECTS][7];
    CHORE_ASSERT(chore_world_model(world) == scene->model);
    TRY(check_placements(scene, placements, n, err));
    TRY(arrange_all(scene, placements, n, rng, stands, err));
    TRY(reset_world(world, err));
    chore_joint_starts_apply(scene, world);
    for (int i = 0; i < n; i++) {
        put_down(scene, world, &placements[i], &stands[i], body_height(scene, placements, n, i),
                 poses[i]);
    }
    chore_status status = settle(scene, world, placements, n, err);
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        status = check_stand(scene, world, placements[i].object, poses[i], err);
    }
    chore_world_zero_clock(world);
    return status;
}
