/* What the predicates about boxes that come flat mean: a wall that stands, and a box that is erected and tucked. */
#include "predicates_internal.h"

#include <math.h>

#define DEGREE 0.017453292519943295

static const double LEVEL = 10 * DEGREE; /* its bottom */
static const double UPRIGHT =
    15 * DEGREE; /* a wall, and a lid from shut: their creases give back 3 to 5 */
static const double BELOW_RIM = 0.003; /* m: the edge of what is tucked in, at least */

/* As drawn: a wall upright, a lid shut. */
static bool stands(const chore_view *view, const chore_part *part)
{
    return fabs(view->data->qpos[part->qpos_adr]) <= UPRIGHT;
}

static bool lies_level(const chore_view *view, const chore_object *object)
{
    return view->data->xmat[9 * object->body + 8] >= cos(LEVEL);
}

/* The plate that a part is: its geom that collides. */
static int plate_of(const mjModel *m, int body)
{
    int found = -1;
    for (int g = m->body_geomadr[body]; g < m->body_geomadr[body] + m->body_geomnum[body]; g++) {
        if (found < 0 && m->geom_type[g] == mjGEOM_BOX &&
            (m->geom_contype[g] || m->geom_conaffinity[g])) {
            found = g;
        }
    }
    return found;
}

/* World position of the middle of the edge across from its hinge. */
static void free_edge(const chore_view *view, const chore_part *part, int plate, double out[3])
{
    const mjModel *m = view->model;
    double local[3];
    for (int k = 0; k < 3; k++) {
        local[k] = 2 * m->geom_pos[3 * plate + k] - m->jnt_pos[3 * part->joint + k];
    }
    mju_mulMatVec3(out, view->data->xmat + 9 * part->body, local);
    mju_addTo3(out, view->data->xpos + 3 * part->body);
}

/* Its edge is on the inner side of that wall, and below its rim. */
static bool is_tucked(const chore_view *view, const chore_object *object, const chore_part *tuck,
                      const chore_part *wall)
{
    const mjModel *m = view->model;
    const int plate = plate_of(m, tuck->body), board = plate_of(m, wall->body);
    if (plate < 0 || board < 0) {
        return false;
    }
    const double *size = m->geom_size + 3 * board, *mat = view->data->geom_xmat + 9 * board,
                 *middle = view->data->geom_xpos + 3 * board;
    double edge[3], at[3], off[3], inner[3];
    free_edge(view, tuck, plate, edge);
    mju_sub3(off, edge, middle);
    mju_mulMatTVec3(at, mat, off);
    mju_sub3(off, view->data->xpos + 3 * object->body, middle);
    mju_mulMatTVec3(inner, mat, off);
    int thin = 0, up = -1;
    for (int k = 1; k < 3; k++) {
        thin = size[k] < size[thin] ? k : thin;
    }
    for (int k = 0; k < 3;
         k++) { /* of its two long directions the one that is nearer to the vertical */
        up = k != thin && (up < 0 || fabs(mat[6 + k]) > fabs(mat[6 + up])) ? k : up;
    }
    const double height = mat[6 + up] > 0 ? at[up] : -at[up];
    return at[thin] * inner[thin] > 0 && height < size[up] - BELOW_RIM;
}

bool chorei_predicate_raised(const chore_view *view, const chore_value *args)
{
    const chore_object *object = chore_item_object(view, args[0].index);
    return lies_level(view, object) && stands(view, &object->parts[args[1].index]);
}

bool chorei_predicate_erected(const chore_view *view, const chore_value *args)
{
    const chore_object *object = chore_item_object(view, args[0].index);
    if (!lies_level(view, object) ||
        (object->n_layers > 0 && !chorei_predicate_closed(view, args))) {
        return false;
    }
    for (int i = 0; i < object->n_parts; i++) {
        const chore_part *part = &object->parts[i];
        if ((part->wall > 0 || part->layer >= 0) &&
            !stands(view, part)) { /* a lid pushed in is not shut, either */
            return false;
        }
        if (part->behind >= 0 && !is_tucked(view, object, part, &object->parts[part->behind])) {
            return false;
        }
    }
    return true;
}
