/* What the predicates mean: one small pure function of the world's state each. Those of cloth alone:
   predicates_cloth.c. */
#include "predicates_internal.h"

#include <math.h>
#include <string.h>

#define DEGREE 0.017453292519943295

static const double INSIDE_SHARE = 0.6;    /* of the volume in the cavity */
static const double INSIDE_VERTICES = 0.9; /* of a garment's */
static const double CAVITY_SLACK = 0.005;  /* m: penetration and walls that are not boxes */
static const double RECEPTACLE_TILT = 20 * DEGREE;
static const double FLOOR_GAP = 0.003;     /* m */
static const double SUPPORT_SLACK = 0.005; /* m beside a support's edge */
static const double SUPPORT_DEEP = 0.005,
                    SUPPORT_HIGH = 0.03; /* m: underside against the support's top */
static const double REGION_DEEP = 0.01,
                    REGION_HIGH = 0.02; /* m: underside against the region's floor */
static const double SLOT_TILT = 25 * DEGREE, SLOT_MIDDLE = 0.5, SLOT_SLACK = 0.01;
static const double CELL_RADIUS = 0.03, CELL_HEIGHT = 0.01, CELL_TILT = 15 * DEGREE;

/* ---- what several of them need --------------------------------------------------------------- */

/* Angle between the object's own z axis and the world's. */
static double tilt(const chore_view *view, int object)
{
    return acos(fmax(-1, fmin(1, view->data->xmat[9 * chore_item_object(view, object)->body + 8])));
}

/* Distance from `point` to the nearest tool point; infinite without a robot. */
static double gripper_distance(const chore_view *view, const double point[3])
{
    const chore_embodiment *robot = chore_world_embodiment(view->world);
    double nearest = HUGE_VAL;
    for (int arm = 0; arm < robot->n_arms; arm++) {
        nearest =
            fmin(nearest, mju_dist3(point, view->data->site_xpos + 3 * robot->arms[arm].tool_site));
    }
    return nearest;
}

static int body_of(const chore_view *view, chore_value value)
{
    return value.refer == REFER_ITEM ? chore_item_object(view, value.index)->body : value.index;
}

/* ---- the predicates -------------------------------------------------------------------------- */

/* World pose and half extents of what `inside` means by this: a receptacle's cavity, a region or a space. False when the
   receptacle is not fit to hold anything. */
static bool cavity_of(const chore_view *view, chore_value value, double pos[3], double mat[9],
                      double half[3])
{
    if (value.refer == REFER_REGION) {
        const chore_region *region = chore_scene_region(view->scene, value.index);
        mju_copy3(pos, region->pos);
        mju_copy3(half, region->half);
        pos[2] += half[2];
        mju_eye(mat, 3);
        return true;
    }
    if (value.refer == REFER_SPACE) { /* moves with its drawer */
        mju_copy3(pos, view->data->site_xpos + 3 * value.index);
        mju_copy(mat, view->data->site_xmat + 9 * value.index, 9);
        mju_copy3(half, view->model->site_size + 3 * value.index);
        return true;
    }
    const chore_object *receptacle = chore_item_object(view, value.index);
    const chore_site *cavity = receptacle ? chore_object_site(receptacle, "cavity") : NULL;
    if (!cavity || tilt(view, value.index) > RECEPTACLE_TILT ||
        !chore_item_at_rest(view, value.index)) {
        return false;
    }
    chore_site_pose(view, value.index, cavity, pos, mat);
    mju_copy3(half, cavity->size);
    return true;
}

bool chorei_predicate_inside(const chore_view *view, const chore_value *args)
{
    const chore_object *object = chore_item_object(view, args[0].index);
    double pos[3], mat[9], half[3], centre[3], off[3], local[3];
    if ((args[1].refer == REFER_ITEM && args[0].index == args[1].index) ||
        !cavity_of(view, args[1], pos, mat, half)) {
        return false;
    }
    if (!object) {
        return chore_garment_share_in_box(view, chore_item_garment(view, args[0].index), pos, mat,
                                          half, CAVITY_SLACK) >= INSIDE_VERTICES;
    }
    chore_item_centre(view, args[0].index, centre);
    mju_sub3(off, centre, pos);
    mju_mulMatTVec3(local, mat, off);
    for (int i = 0; i < 3; i++) {
        if (fabs(local[i]) > half[i]) {
            return false;
        }
    }
    return chore_body_share_in_box(view->model, view->data, object->body, pos, mat, half,
                                   CAVITY_SLACK) >= INSIDE_SHARE;
}

static bool rigid_touching(const chore_view *view, chore_value a, chore_value b)
{
    return chore_world_touching(view->world, body_of(view, a), body_of(view, b));
}

bool chorei_predicate_touching(const chore_view *view, const chore_value *args)
{
    const chore_garment *a = chore_item_garment(view, args[0].index),
                        *b = args[1].refer == REFER_ITEM ? chore_item_garment(view, args[1].index)
                                                         : NULL;
    return a && b ? chore_garments_touch(view, a, b)
           : a    ? chore_garment_touches_body(view, a, body_of(view, args[1]))
           : b    ? chore_garment_touches_body(view, b, body_of(view, args[0]))
                  : rigid_touching(view, args[0], args[1]);
}

bool chorei_predicate_on_floor(const chore_view *view, const chore_value *args)
{
    return chore_item_lowest(view, args[0].index) <= chore_floor_height(view->model) + FLOOR_GAP;
}

bool chorei_predicate_on(const chore_view *view, const chore_value *args)
{
    const int body = body_of(view, args[1]);
    double top, centre[3];
    if (body == 0) {
        return chorei_predicate_on_floor(view, args);
    }
    chore_item_centre(view, args[0].index, centre);
    if (!chore_body_top_below(view->model, view->data, body, centre, SUPPORT_SLACK, &top)) {
        return false;
    }
    const double underside = chore_item_lowest(view, args[0].index) - top;
    return underside >= -SUPPORT_DEEP && underside <= SUPPORT_HIGH &&
           chorei_predicate_touching(view, args);
}

bool chorei_predicate_in_region(const chore_view *view, const chore_value *args)
{
    const chore_region *region = chore_scene_region(view->scene, args[1].index);
    const double underside = chore_item_lowest(view, args[0].index) - region->pos[2];
    double centre[3];
    chore_item_centre(view, args[0].index, centre);
    return fabs(centre[0] - region->pos[0]) <= region->half[0] &&
           fabs(centre[1] - region->pos[1]) <= region->half[1] && underside >= -REGION_DEEP &&
           underside <= REGION_HIGH;
}

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool stands_in_slot(const chore_view *view, int object, int rack, const chore_site *slot)
{
    double pos[3], mat[9], off[3], local[3];
    chore_site_pose(view, rack, slot, pos, mat);
    mju_sub3(off, view->data->xipos + 3 * chore_item_object(view, object)->body, pos);
    mju_mulMatTVec3(local, mat, off);
    const double *axes = view->data->xmat + 9 * chore_item_object(view, object)->body;
    const double facing =
        fabs(axes[2] * mat[2] + axes[5] * mat[5] + axes[8] * mat[8]); /* both z axes */
    return fabs(local[0]) <= SLOT_MIDDLE * slot->size[0] &&
           fabs(local[1]) <= SLOT_MIDDLE * slot->size[1] &&
           fabs(local[2]) <= slot->size[2] + SLOT_SLACK && facing >= cos(SLOT_TILT);
}

bool chorei_predicate_in_slot(const chore_view *view, const chore_value *args)
{
    const chore_object *rack = chore_item_object(view, args[1].index);
    if (args[0].index == args[1].index || tilt(view, args[1].index) > RECEPTACLE_TILT ||
        !chore_item_at_rest(view, args[1].index)) {
        return false;
    }
    for (int i = 0; i < rack->n_sites; i++) {
        if (rack->sites[i].is_box && has_prefix(rack->sites[i].name, "slot_") &&
            stands_in_slot(view, args[0].index, args[1].index, &rack->sites[i])) {
            return true;
        }
    }
    return false;
}

bool chorei_predicate_in_cell(const chore_view *view, const chore_value *args)
{
    const chore_object *rack = chore_item_object(view, args[1].index);
    const double *foot = view->data->xpos + 3 * chore_item_object(view, args[0].index)->body;
    if (args[0].index == args[1].index || tilt(view, args[0].index) > CELL_TILT ||
        tilt(view, args[1].index) > RECEPTACLE_TILT || !chore_item_at_rest(view, args[1].index)) {
        return false;
    }
    for (int i = 0; i < rack->n_sites; i++) {
        double pos[3], mat[9];
        if (!has_prefix(rack->sites[i].name, "cell_")) {
            continue;
        }
        chore_site_pose(view, args[1].index, &rack->sites[i], pos, mat);
        if (hypot(foot[0] - pos[0], foot[1] - pos[1]) <= CELL_RADIUS &&
            fabs(foot[2] - pos[2]) <= CELL_HEIGHT) {
            return true;
        }
    }
    return false;
}

bool chorei_predicate_upright(const chore_view *view, const chore_value *args)
{
    return tilt(view, args[0].index) <= args[1].number;
}

/* The point that `near` means by an argument; false for the gripper. */
static bool point_of(const chore_view *view, chore_value value, double out[3])
{
    if (value.refer == REFER_ITEM) {
        chore_item_centre(view, value.index, out);
    } else if (value.refer == REFER_REGION) {
        mju_copy3(out, chore_scene_region(view->scene, value.index)->pos);
    }
    return value.refer != REFER_GRIPPER;
}

bool chorei_predicate_near(const chore_view *view, const chore_value *args)
{
    double a[3], b[3];
    const bool has_a = point_of(view, args[0], a), has_b = point_of(view, args[1], b);
    if (has_a && has_b) {
        return mju_dist3(a, b) <= args[2].number;
    }
    return has_a   ? gripper_distance(view, a) <= args[2].number
           : has_b ? gripper_distance(view, b) <= args[2].number
                   : true;
}

bool chorei_predicate_grasped(const chore_view *view, const chore_value *args)
{
    return chore_item_grasping_arm(view, args[0].index) >= 0;
}

bool chorei_predicate_released(const chore_view *view, const chore_value *args)
{
    return chore_item_released(view, args[0].index);
}

bool chorei_predicate_at_rest(const chore_view *view, const chore_value *args)
{
    return chore_item_at_rest(view, args[0].index);
}

bool chorei_predicate_lifted(const chore_view *view, const chore_value *args)
{
    double centre[3];
    chore_item_centre(view, args[0].index, centre);
    return centre[2] - view->start[args[0].index][2] >= args[1].number;
}

bool chorei_predicate_moved_less_than(const chore_view *view, const chore_value *args)
{
    double centre[3];
    chore_item_centre(view, args[0].index, centre);
    return mju_dist3(centre, view->start[args[0].index]) < args[1].number;
}

bool chorei_predicate_robot_clear(const chore_view *view, const chore_value *args)
{
    double centre[3];
    chore_item_centre(view, args[0].index, centre);
    return gripper_distance(view, centre) >= args[1].number;
}

bool chorei_predicate_gripper_empty(const chore_view *view, const chore_value *args)
{
    (void)args;
    for (int i = 0; i < view->n_items; i++) {
        if ((view->present >> i & 1) && chore_item_grasping_arm(view, i) >= 0) {
            return false;
        }
    }
    return true;
}
