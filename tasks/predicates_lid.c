/* What the predicates about boxes mean: shut or open, and what lies on what inside. */
#include "predicates_internal.h"

#include <math.h>

#define DEGREE 0.017453292519943295

static const double UPRIGHT = 20 * DEGREE;
static const double SHUT =
    15 * DEGREE; /* cardboard springs back by 4, and lies on 5 mm of other cardboard */
static const double OPEN = 75 * DEGREE;            /* nearly upright: a hand goes in between */
static const double SHUT_M = 0.015, OPEN_M = 0.10; /* of what slides */
static const double FOOTPRINT = 0.9; /* of its radius: what stands beside it may lean on its edge */

static bool stands_upright(const chore_view *view, const chore_object *object)
{
    return view->data->xmat[9 * object->body + 8] >= cos(UPRIGHT);
}

/* How far a part is from shut, as a share of `turn` or `travel`. */
static double gap(const chore_view *view, const chore_part *part, double turn, double travel)
{
    const bool slides = view->model->jnt_type[part->joint] == mjJNT_SLIDE;
    return view->data->qpos[part->qpos_adr] / (slides ? travel : turn);
}

/* ---- which of two flaps lies over the other --------------------------------------------------- */

typedef struct
    sheet { /* a part as it was drawn (its box) and as it lies now, both in the object's frame */
    double lo[2], hi[2];
    double middle[3], normal[3];
} sheet;

static sheet sheet_of(const chore_view *view, const chore_object *object, const chore_part *part)
{
    const double *mat = view->data->xmat + 9 * object->body;
    double off[3], up[3];
    chore_part_shape shape;
    sheet out;
    CHORE_ASSERT(chore_scene_part_shape(view->scene, part->joint, &shape));
    for (int k = 0; k < 2; k++) {
        out.lo[k] = shape.box_centre[k] - shape.box_half[k];
        out.hi[k] = shape.box_centre[k] + shape.box_half[k];
    }
    mju_sub3(off, view->data->xipos + 3 * part->body, view->data->xpos + 3 * object->body);
    mju_mulMatTVec3(out.middle, mat, off);
    for (int k = 0; k < 3; k++) {
        up[k] = view->data->xmat[9 * part->body + 3 * k + 2];
    }
    mju_mulMatTVec3(out.normal, mat, up);
    return out;
}

static double height_at(const sheet *s, const double at[2])
{
    return s->middle[2] -
           ((at[0] - s->middle[0]) * s->normal[0] + (at[1] - s->middle[1]) * s->normal[1]) /
               s->normal[2];
}

/* Do they overlap as drawn, and lies `under` over `over` all the same? Both are nearly flat. */
static bool wrong_way_round(const chore_view *view, const chore_object *object,
                            const chore_part *under, const chore_part *over)
{
    const sheet a = sheet_of(view, object, under), b = sheet_of(view, object, over);
    double at[2];
    for (int k = 0; k < 2; k++) {
        const double lo = fmax(a.lo[k], b.lo[k]), hi = fmin(a.hi[k], b.hi[k]);
        if (lo >= hi) {
            return false;
        }
        at[k] = (lo + hi) / 2;
    }
    return height_at(&a, at) > height_at(&b, at);
}

/* ---- the predicates -------------------------------------------------------------------------- */

bool chorei_predicate_closed(const chore_view *view, const chore_value *args)
{
    if (args[0].refer == REFER_PART) {
        return chore_part_closed(view, args[0].index);
    }
    const chore_object *object = chore_item_object(view, args[0].index);
    if (!stands_upright(view, object)) {
        return false;
    }
    for (int i = 0; i < object->n_parts; i++) {
        if (object->parts[i].layer >= 0 && gap(view, &object->parts[i], SHUT, SHUT_M) > 1) {
            return false;
        }
    }
    for (int i = 0; i < object->n_parts; i++) {
        for (int k = 0; k < object->n_parts; k++) {
            const chore_part *under = &object->parts[i], *over = &object->parts[k];
            if (under->layer >= 0 && under->layer < over->layer &&
                wrong_way_round(view, object, under, over)) {
                return false;
            }
        }
    }
    return true;
}

bool chorei_predicate_open(const chore_view *view, const chore_value *args)
{
    if (args[0].refer == REFER_PART) {
        return chore_part_open(view, args[0].index);
    }
    const chore_object *object = chore_item_object(view, args[0].index);
    if (!stands_upright(view, object)) {
        return false;
    }
    for (int i = 0; i < object->n_parts; i++) {
        if (object->parts[i].layer >= 0 && gap(view, &object->parts[i], OPEN, OPEN_M) < 1) {
            return false;
        }
    }
    return true;
}

/* Something that touches the item from above: higher, and over its footprint. */
static bool bears(const chore_view *view, int item, int other)
{
    const chore_object *lower = chore_item_object(view, item),
                       *upper = chore_item_object(view, other);
    double a[3], b[3];
    chore_item_centre(view, item, a);
    chore_item_centre(view, other, b);
    return b[2] > a[2] &&
           hypot(b[0] - a[0], b[1] - a[1]) <
               FOOTPRINT * (lower->footprint_m + upper->footprint_m) &&
           chore_item_lowest(view, other) > a[2] &&
           chore_world_touching(view->world, lower->body, upper->body);
}

bool chorei_predicate_on_top(const chore_view *view, const chore_value *args)
{
    if (!chorei_predicate_inside(view, args)) {
        return false;
    }
    for (int i = 0; i < view->n_items; i++) {
        if (i != args[0].index && i != args[1].index && (view->present >> i & 1) &&
            chore_item_object(view, i) && bears(view, args[0].index, i)) {
            return false;
        }
    }
    return true;
}
