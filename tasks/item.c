/* Items: what a task's pool holds. An object is one rigid body, a garment a few hundred vertices; here is what may be
   asked of either. */
#include "predicates_internal.h"

#include <math.h>

static const double REST_SPEED = 0.005; /* m/s */
static const double REST_TURN = 0.05;   /* rad/s */
/* Cloth that rests still trembles: where it is folded sharply single vertices jump at up to 0.5 m/s, nine of ten are
   slower than 15 mm/s and all together slower than 8 mm/s two seconds after it was laid down. */
static const double CLOTH_REST_SPEED = 0.02, CLOTH_REST_DRIFT = 0.01; /* m/s */
static const double CLOTH_RESTLESS = 0.1; /* share of the vertices that may be faster */
static const double OPPOSED = -.5;     /* cosine between what the two pads press against, or less */
static const double TOUCH_GAP = 0.001; /* m: sleeping cloth this close to other cloth touches it */

const chore_object *chore_item_object(const chore_view *view, int item)
{
    const int object = view->items[item].object;
    return object < 0 ? NULL : chore_scene_object(view->scene, object);
}

const chore_garment *chore_item_garment(const chore_view *view, int item)
{
    const int garment = view->items[item].garment;
    return garment < 0 ? NULL : chore_scene_garment(view->scene, garment);
}

chore_item_words chore_item_words_of(const chore_scene *scene, chore_item item)
{
    if (item.garment >= 0) {
        const chore_garment *g = chore_scene_garment(scene, item.garment);
        return (chore_item_words){g->id, g->kind, g->colour, "garment"};
    }
    const chore_object *o = chore_scene_object(scene, item.object);
    return (chore_item_words){o->id, o->kind, o->colour, o->category};
}

/* ---- where it is ----------------------------------------------------------------------------- */

const double (*chore_garment_points(const chore_view *view, const chore_garment *garment))[3]
{
    return (const double(*)[3])(view->data->xpos + 3 * garment->first_body);
}

void chore_item_centre(const chore_view *view, int item, double out[3])
{
    const chore_garment *garment = chore_item_garment(view, item);
    if (!garment) {
        mju_copy3(out, view->data->xipos + 3 * chore_item_object(view, item)->body);
        return;
    }
    const double(*at)[3] = chore_garment_points(view, garment),
          *mass = view->model->body_mass + garment->first_body;
    double all = 0;
    mju_zero3(out);
    for (int v = 0; v < garment->n_vertices; v++) {
        mju_addToScl3(out, at[v], mass[v]);
        all += mass[v];
    }
    mju_scl3(out, out, 1 / all);
}

double chore_item_lowest(const chore_view *view, int item)
{
    const chore_garment *garment = chore_item_garment(view, item);
    if (!garment) {
        return chore_body_lowest(view->model, view->data, chore_item_object(view, item)->body);
    }
    const double(*at)[3] = chore_garment_points(view, garment);
    double lowest = HUGE_VAL;
    for (int v = 0; v < garment->n_vertices; v++) {
        lowest = fmin(lowest, at[v][2]);
    }
    return lowest - garment->radius_m;
}

double chore_garment_share_in_box(const chore_view *view, const chore_garment *garment,
                                  const double pos[3], const double mat[9], const double half[3],
                                  double slack)
{
    const double(*at)[3] = chore_garment_points(view, garment);
    int n = 0;
    for (int v = 0; v < garment->n_vertices; v++) {
        double off[3], local[3];
        mju_sub3(off, at[v], pos);
        mju_mulMatTVec3(local, mat, off);
        n += fabs(local[0]) <= half[0] + slack && fabs(local[1]) <= half[1] + slack &&
             fabs(local[2]) <= half[2] + slack;
    }
    return (double)n / garment->n_vertices;
}

/* ---- how it moves ---------------------------------------------------------------------------- */

bool chore_item_asleep(const chore_view *view, int item)
{
    const chore_garment *garment = chore_item_garment(view, item);
    if (garment) {
        return chore_garment_is_asleep(view->world, garment);
    }
    const int body = chore_item_object(view, item)->body;
    return view->data->tree_asleep[view->model->body_treeid[body]] >= 0;
}

static bool object_rests(const chore_view *view, const chore_object *o)
{
    const double *v =
        view->data->qvel + o->dof_adr; /* linear in the world, angular in the body's frame */
    double turn[3], arm[3], speed[3];
    mju_mulMatVec3(turn, view->data->xmat + 9 * o->body, v + 3);
    mju_sub3(arm, view->data->xipos + 3 * o->body, view->data->xpos + 3 * o->body);
    mju_cross(speed, turn, arm);
    mju_addTo3(speed, v);
    for (int k = 0; k < o->n_parts; k++) {
        const bool slides = view->model->jnt_type[o->parts[k].joint] == mjJNT_SLIDE;
        if (fabs(view->data->qvel[o->parts[k].dof_adr]) >= (slides ? REST_SPEED : REST_TURN)) {
            return false;
        }
    }
    return mju_norm3(speed) < REST_SPEED && mju_norm3(turn) < REST_TURN;
}

static bool garment_rests(const chore_view *view, const chore_garment *garment)
{
    const double *mass = view->model->body_mass + garment->first_body;
    double drift[3] = {0, 0, 0}, all = 0;
    int n_fast = 0;
    for (int v = 0; v < garment->n_vertices; v++) {
        const double *speed = view->data->qvel + garment->dof_adr + 3 * v;
        n_fast += mju_norm3(speed) >= CLOTH_REST_SPEED;
        mju_addToScl3(drift, speed, mass[v]);
        all += mass[v];
    }
    return n_fast <= CLOTH_RESTLESS * garment->n_vertices &&
           mju_norm3(drift) < CLOTH_REST_DRIFT * all;
}

bool chore_item_at_rest(const chore_view *view, int item)
{
    const chore_garment *garment = chore_item_garment(view, item);
    return chore_item_asleep(view, item) ||
           (garment ? garment_rests(view, garment)
                    : object_rests(view, chore_item_object(view, item)));
}

/* ---- what touches it ------------------------------------------------------------------------- */

/* A body's id is larger than its parent's. */
static bool hangs_on(const mjModel *m, int body, int ancestor)
{
    while (body > ancestor) {
        body = m->body_parentid[body];
    }
    return body == ancestor;
}

static bool is_vertex_of(const chore_garment *garment, int body)
{
    return body >= garment->first_body && body < garment->first_body + garment->n_vertices;
}

/* Geom of a contact that belongs to the garment: 0 or 1, *other gets the other one's body; -1: it is none of the
   garment's. */
static int side_of_garment(const chore_view *view, const chore_garment *garment,
                           const mjContact *contact, int *other)
{
    for (int side = 0; side < 2 && contact->exclude == 0; side++) {
        if (contact->geom[0] >= 0 && contact->geom[1] >= 0 &&
            is_vertex_of(garment, view->model->geom_bodyid[contact->geom[side]])) {
            *other = view->model->geom_bodyid[contact->geom[1 - side]];
            return side;
        }
    }
    return -1;
}

static bool garment_released(const chore_view *view, const chore_garment *garment)
{
    const chore_embodiment *robot = chore_world_embodiment(view->world);
    for (int i = 0; i < view->data->ncon; i++) {
        int other;
        if (side_of_garment(view, garment, &view->data->contact[i], &other) < 0) {
            continue;
        }
        for (int root = 0; root < chore_robot_n_roots(robot); root++) {
            if (hangs_on(view->model, other, chore_robot_root(robot, root))) {
                return false;
            }
        }
    }
    return true;
}

/* What sleeps is touched by no robot: a robot's tree is always awake, and contact with it wakes. */
bool chore_item_released(const chore_view *view, int item)
{
    const chore_embodiment *robot = chore_world_embodiment(view->world);
    const chore_garment *garment = chore_item_garment(view, item);
    if (chore_item_asleep(view, item)) {
        return true;
    }
    if (garment) {
        return garment_released(view, garment);
    }
    const int body = chore_item_object(view, item)->body;
    for (int root = 0; root < chore_robot_n_roots(robot); root++) {
        if (chore_world_touching(view->world, chore_robot_root(robot, root), body)) {
            return false;
        }
    }
    return true;
}

/* Both pads press against the garment, from sides that oppose each other. */
static bool grasps_garment(const chore_view *view, const chore_garment *garment, const int pads[2])
{
    double normal[2][3] = {{0}};
    int n[2] = {0, 0};
    for (int i = 0; i < view->data->ncon; i++) {
        const mjContact *contact = &view->data->contact[i];
        int other, side = side_of_garment(view, garment, contact, &other);
        for (int pad = 0; pad < 2 && side >= 0; pad++) {
            if (pads[pad] >= 0 && contact->geom[1 - side] == pads[pad]) {
                mju_addToScl3(normal[pad], contact->frame, side == 0 ? -1 : 1);
                n[pad]++;
            }
        }
    }
    return n[0] > 0 && n[1] > 0 &&
           mju_dot3(normal[0], normal[1]) <= OPPOSED * mju_norm3(normal[0]) * mju_norm3(normal[1]);
}

int chore_item_grasping_arm(const chore_view *view, int item)
{
    const chore_embodiment *robot = chore_world_embodiment(view->world);
    const chore_garment *garment = chore_item_garment(view, item);
    for (int arm = 0; arm < robot->n_arms && !chore_item_asleep(view, item); arm++) {
        if (garment ? grasps_garment(view, garment, robot->arms[arm].pad_geom)
                    : chore_world_grasping(view->world, arm, chore_item_object(view, item)->body)) {
            return arm;
        }
    }
    return -1;
}

bool chore_garment_touches_body(const chore_view *view, const chore_garment *garment, int body)
{
    int other;
    for (int i = 0; i < view->data->ncon; i++) {
        if (side_of_garment(view, garment, &view->data->contact[i], &other) >= 0 &&
            (body == 0 ? other == 0 : hangs_on(view->model, other, body))) {
            return true;
        }
    }
    if (!chore_garment_is_asleep(view->world, garment)) {
        return false;
    }
    for (int v = 0; v < garment->n_vertices; v++) { /* sleeping things form no contacts */
        if (chore_world_touching(view->world, body, garment->first_body + v)) {
            return true;
        }
    }
    return false;
}

bool chore_garments_touch(const chore_view *view, const chore_garment *a, const chore_garment *b)
{
    int other;
    for (int i = 0; i < view->data->ncon && a != b; i++) {
        if (side_of_garment(view, a, &view->data->contact[i], &other) >= 0 &&
            is_vertex_of(b, other)) {
            return true;
        }
    }
    if (a == b || !chore_garment_is_asleep(view->world, a) ||
        !chore_garment_is_asleep(view->world, b)) {
        return false;
    }
    const double(*at)[3] = chore_garment_points(view, a), (*bt)[3] = chore_garment_points(view, b);
    const double reach = (a->layer_m + b->layer_m) / 2 + TOUCH_GAP;
    for (int v = 0; v < a->n_vertices; v++) {
        for (int w = 0; w < b->n_vertices; w++) {
            if (fabs(at[v][2] - bt[w][2]) < reach && mju_dist3(at[v], bt[w]) < reach) {
                return true;
            }
        }
    }
    return false;
}
