/* What the predicates mean: one small pure function of the world's state each. */
#include "predicates_internal.h"

#include <math.h>
#include <string.h>

#define DEGREE 0.017453292519943295

static const double INSIDE_SHARE = 0.6;   /* of the volume in the cavity */
static const double CAVITY_SLACK = 0.005; /* m: penetration and walls that are not boxes */
static const double RECEPTACLE_TILT = 20 * DEGREE;
static const double REST_SPEED = 0.005;    /* m/s */
static const double REST_TURN = 0.05;      /* rad/s */
static const double FLOOR_GAP = 0.003;     /* m */
static const double SUPPORT_SLACK = 0.005; /* m beside a support's edge */
static const double SUPPORT_DEEP = 0.005,
                    SUPPORT_HIGH = 0.03; /* m: underside against the support's top */
static const double REGION_DEEP = 0.01,
                    REGION_HIGH = 0.02; /* m: underside against the region's floor */
static const double SLOT_TILT = 25 * DEGREE, SLOT_MIDDLE = 0.5, SLOT_SLACK = 0.01;
static const double CELL_RADIUS = 0.03, CELL_HEIGHT = 0.01, CELL_TILT = 15 * DEGREE;

/* ---- what several of them need --------------------------------------------------------------- */

static const chore_object *object_of(const chore_view *view, int object)
{
    return chore_scene_object(view->scene, object);
}

const double *chore_object_centre(const chore_view *view, int object)
{
    return view->data->xipos + 3 * object_of(view, object)->body;
}

bool chore_object_asleep(const chore_view *view, int object)
{
    return view->data->tree_asleep[view->model->body_treeid[object_of(view, object)->body]] >= 0;
}

static bool at_rest(const chore_view *view, int object)
{
    if (chore_object_asleep(view, object)) {
        return true;
    }
    const chore_object *o = object_of(view, object);
    const double *v =
        view->data->qvel + o->dof_adr; /* linear in the world, angular in the body's frame */
    double turn[3], arm[3], speed[3];
    mju_mulMatVec3(turn, view->data->xmat + 9 * o->body, v + 3);
    mju_sub3(arm, view->data->xipos + 3 * o->body, view->data->xpos + 3 * o->body);
    mju_cross(speed, turn, arm);
    mju_addTo3(speed, v);
    return mju_norm3(speed) < REST_SPEED && mju_norm3(turn) < REST_TURN;
}

/* A sleeping object is touched by no robot: a robot's tree is always awake, and contact with it
   wakes. */
bool chore_object_released(const chore_view *view, int object)
{
    const chore_embodiment *robot = chore_world_embodiment(view->world);
    if (chore_object_asleep(view, object)) {
        return true;
    }
    for (int arm = 0; arm < robot->n_arms; arm++) {
        if (chore_world_touching(view->world, robot->arms[arm].base_body,
                                 object_of(view, object)->body)) {
            return false;
        }
    }
    return true;
}

int chore_object_grasping_arm(const chore_view *view, int object)
{
    const chore_embodiment *robot = chore_world_embodiment(view->world);
    for (int arm = 0; arm < robot->n_arms && !chore_object_asleep(view, object); arm++) {
        if (chore_world_grasping(view->world, arm, object_of(view, object)->body)) {
            return arm;
        }
    }
    return -1;
}

/* Angle between the object's own z axis and the world's. */
static double tilt(const chore_view *view, int object)
{
    return acos(fmax(-1, fmin(1, view->data->xmat[9 * object_of(view, object)->body + 8])));
}

static double lowest(const chore_view *view, int object)
{
    return chore_body_lowest(view->model, view->data, object_of(view, object)->body);
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
    return value.refer == REFER_OBJECT ? object_of(view, value.index)->body : value.index;
}

/* ---- the predicates -------------------------------------------------------------------------- */

static bool predicate_inside(const chore_view *view, const chore_value *args)
{
    const int object = args[0].index, receptacle = args[1].index;
    const chore_site *cavity = chore_object_site(object_of(view, receptacle), "cavity");
    double pos[3], mat[9], off[3], local[3];
    if (object == receptacle || !cavity || tilt(view, receptacle) > RECEPTACLE_TILT ||
        !at_rest(view, receptacle)) {
        return false;
    }
    chore_site_pose(view, receptacle, cavity, pos, mat);
    mju_sub3(off, chore_object_centre(view, object), pos);
    mju_mulMatTVec3(local, mat, off);
    for (int i = 0; i < 3; i++) {
        if (fabs(local[i]) > cavity->size[i]) {
            return false;
        }
    }
    return chore_body_share_in_box(view->model, view->data, object_of(view, object)->body, pos, mat,
                                   cavity->size, CAVITY_SLACK) >= INSIDE_SHARE;
}

static bool predicate_touching(const chore_view *view, const chore_value *args)
{
    return chore_world_touching(view->world, body_of(view, args[0]), body_of(view, args[1]));
}

static bool predicate_on_floor(const chore_view *view, const chore_value *args)
{
    const mjModel *m = view->model;
    for (int geom = 0; geom < m->ngeom; geom++) {
        if (m->geom_type[geom] == mjGEOM_PLANE && m->geom_bodyid[geom] == 0 &&
            lowest(view, args[0].index) <= view->data->geom_xpos[3 * geom + 2] + FLOOR_GAP) {
            return true;
        }
    }
    return false;
}

static bool predicate_on(const chore_view *view, const chore_value *args)
{
    const int body = body_of(view, args[1]);
    double top;
    if (body == 0) {
        return predicate_on_floor(view, args);
    }
    if (!chore_body_top_below(view->model, view->data, body,
                              chore_object_centre(view, args[0].index), SUPPORT_SLACK, &top)) {
        return false;
    }
    const double underside = lowest(view, args[0].index) - top;
    return underside >= -SUPPORT_DEEP && underside <= SUPPORT_HIGH &&
           predicate_touching(view, args);
}

static bool predicate_in_region(const chore_view *view, const chore_value *args)
{
    const chore_region *region = chore_scene_region(view->scene, args[1].index);
    const double *centre = chore_object_centre(view, args[0].index);
    const double underside = lowest(view, args[0].index) - region->pos[2];
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
    mju_sub3(off, chore_object_centre(view, object), pos);
    mju_mulMatTVec3(local, mat, off);
    const double *axes = view->data->xmat + 9 * object_of(view, object)->body;
    const double facing =
        fabs(axes[2] * mat[2] + axes[5] * mat[5] + axes[8] * mat[8]); /* both z axes */
    return fabs(local[0]) <= SLOT_MIDDLE * slot->size[0] &&
           fabs(local[1]) <= SLOT_MIDDLE * slot->size[1] &&
           fabs(local[2]) <= slot->size[2] + SLOT_SLACK && facing >= cos(SLOT_TILT);
}

static bool predicate_in_slot(const chore_view *view, const chore_value *args)
{
    const chore_object *rack = object_of(view, args[1].index);
    if (args[0].index == args[1].index || tilt(view, args[1].index) > RECEPTACLE_TILT ||
        !at_rest(view, args[1].index)) {
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

static bool predicate_in_cell(const chore_view *view, const chore_value *args)
{
    const chore_object *rack = object_of(view, args[1].index);
    const double *foot = view->data->xpos + 3 * object_of(view, args[0].index)->body;
    if (args[0].index == args[1].index || tilt(view, args[0].index) > CELL_TILT ||
        tilt(view, args[1].index) > RECEPTACLE_TILT || !at_rest(view, args[1].index)) {
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

static bool predicate_upright(const chore_view *view, const chore_value *args)
{
    return tilt(view, args[0].index) <= args[1].number;
}

static bool predicate_near(const chore_view *view, const chore_value *args)
{
    const double *points[2];
    for (int i = 0; i < 2; i++) {
        points[i] = args[i].refer == REFER_OBJECT ? chore_object_centre(view, args[i].index)
                    : args[i].refer == REFER_REGION
                        ? chore_scene_region(view->scene, args[i].index)->pos
                        : NULL;
    }
    if (points[0] && points[1]) {
        return mju_dist3(points[0], points[1]) <= args[2].number;
    }
    return points[0]   ? gripper_distance(view, points[0]) <= args[2].number
           : points[1] ? gripper_distance(view, points[1]) <= args[2].number
                       : true;
}

static bool predicate_grasped(const chore_view *view, const chore_value *args)
{
    return chore_object_grasping_arm(view, args[0].index) >= 0;
}

static bool predicate_released(const chore_view *view, const chore_value *args)
{
    return chore_object_released(view, args[0].index);
}

static bool predicate_at_rest(const chore_view *view, const chore_value *args)
{
    return at_rest(view, args[0].index);
}

static bool predicate_lifted(const chore_view *view, const chore_value *args)
{
    return chore_object_centre(view, args[0].index)[2] - view->start[args[0].index][2] >=
           args[1].number;
}

static bool predicate_moved_less_than(const chore_view *view, const chore_value *args)
{
    return mju_dist3(chore_object_centre(view, args[0].index), view->start[args[0].index]) <
           args[1].number;
}

static bool predicate_robot_clear(const chore_view *view, const chore_value *args)
{
    return gripper_distance(view, chore_object_centre(view, args[0].index)) >= args[1].number;
}

static bool predicate_gripper_empty(const chore_view *view, const chore_value *args)
{
    (void)args;
    for (int i = 0; i < chore_scene_n_objects(view->scene); i++) {
        if ((view->present >> i & 1) && chore_object_grasping_arm(view, i) >= 0) {
            return false;
        }
    }
    return true;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define WORD_NONE        ""
#define WORD_OBJECT      "object"
#define WORD_RECEPTACLE  "receptacle"
#define WORD_RACK        "rack"
#define WORD_CELLS       "rack"
#define WORD_SUPPORT     "object|fixture"
#define WORD_REGION      "region"
#define WORD_THING       "object|region|gripper"
#define WORD_LENGTH      "length"
#define WORD_ANGLE       "angle"
#define BLANK_NONE       ""
#define BLANK_OBJECT     " "
#define BLANK_RECEPTACLE " "
#define BLANK_RACK       " "
#define BLANK_CELLS      " "
#define BLANK_SUPPORT    " "
#define BLANK_REGION     " "
#define BLANK_THING      " "
#define BLANK_LENGTH     " "
#define BLANK_ANGLE      " "

static const predicate_row rows[PREDICATE_COUNT] = {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) \
    {#name,                                              \
     settled,                                            \
     {ARGUMENT_##a, ARGUMENT_##b, ARGUMENT_##c},         \
     WORD_##a BLANK_##b WORD_##b BLANK_##c WORD_##c,     \
     meaning},
#include "predicates.inl"
#undef CHORE_PREDICATE
};

static const char *const names[PREDICATE_COUNT] = {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) #name,
#include "predicates.inl"
#undef CHORE_PREDICATE
};

static bool (*const functions[PREDICATE_COUNT])(const chore_view *view, const chore_value *args) = {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) predicate_##name,
#include "predicates.inl"
#undef CHORE_PREDICATE
};

const predicate_row *chore_predicate_row(int predicate)
{
    CHORE_ASSERT(predicate >= 0 && predicate < PREDICATE_COUNT);
    return &rows[predicate];
}

const char *const *chore_predicate_names(void)
{
    return names;
}

int chore_predicate_count(void)
{
    return PREDICATE_COUNT;
}

chore_predicate_info chore_predicate_info_at(int index)
{
    const predicate_row *row = chore_predicate_row(index);
    return (chore_predicate_info){row->name, row->arguments, row->meaning, row->settled};
}

/* An object that is parked is nowhere: nothing is true of it. */
static bool all_present(const chore_view *view, const chore_value *args)
{
    for (int i = 0; i < MAX_ARGS; i++) {
        if (args[i].refer == REFER_OBJECT && !(view->present >> args[i].index & 1)) {
            return false;
        }
    }
    return true;
}

bool chore_predicate_holds(int predicate, const chore_view *view, const chore_value *args)
{
    if (!all_present(view, args)) {
        return false;
    }
    if (rows[predicate].settled &&
        !(at_rest(view, args[0].index) && chore_object_released(view, args[0].index))) {
        return false;
    }
    return functions[predicate](view, args);
}
