#include "erect.h"
#include "hand.h"
#include "heights.h"

#include <string.h>

static const double degree = PI / 180;
/* Half of the closed fingertips, across the hand and along it. */
static const double tip_x = 0.006, tip_y = 0.0088;
static const double beyond = 0.009; /* the tip, beyond the tool's point */
static const double low = 0.005;    /* of the tip, above the table */
static const double deep = 0.050;   /* of the tip below the edge that it is hooked under, at most */
static const double under_most = 0.008; /* of the tip's middle under the edge */
static const double under_least = 0;
static const double upright = 12 * degree; /* a wall within this stands */
static const double bent_in = 5 * degree;  /* a tongue within this goes in */
static const double clear = 0.05;

/* ---- a panel, seen along its hinge ----------------------------------------------------------- */

/* Everything in the world; angles are those of its joint. */
typedef struct panel {
    vec hinge, axis, zero,
        out; /* hinge: on the axis, in its middle. Directions of the panel at 0 and at 90 degrees */
    double length, thick, angle;
} panel;

static const thing_part *part_at(const belief *b, int row)
{
    return &b->parts.list[row];
}

static panel panel_of(const belief *b, const thing_part *p)
{
    const pose owner = b->things[p->thing].at;
    const pose frame = p->on < 0 ? owner : pose_mul(owner, part_moved(part_at(b, p->on)));
    const vec axis = vec_unit(p->axis), off = vec_sub(p->centre, p->pos);
    const double half[3] = {p->half.x, p->half.y, p->half.z};
    const vec unit[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    int thin = 0;
    for (int k = 1; k < 3; k++) {
        thin = half[k] < half[thin] ? k : thin;
    }
    vec along = vec_cross(axis, unit[thin]);
    along = vec_scale(along, vec_dot(along, off) < 0 ? -1 : 1);
    panel v = {.angle = p->at, .length = 2 * vec_dot(along, off), .thick = 2 * half[thin]};
    v.hinge = pose_apply(frame, vec_along(p->pos, axis, vec_dot(axis, off)));
    v.axis = quat_rotate(frame.q, axis);
    v.zero = quat_rotate(frame.q, along);
    v.out = quat_rotate(frame.q, vec_cross(axis, along));
    return v;
}

static vec panel_along(const panel *v, double angle)
{
    return vec_add(vec_scale(v->zero, cos(angle)), vec_scale(v->out, sin(angle)));
}

/* Out of its outer face. */
static vec panel_outer(const panel *v, double angle)
{
    return vec_add(vec_scale(v->zero, -sin(angle)), vec_scale(v->out, cos(angle)));
}

/* ---- the way --------------------------------------------------------------------------------- */

/* How the hand is held: it leans over by `lean`, to the panel's outer side turned by `slant`; `flip`: half a turn about the approach. */
typedef struct manner {
    double lean, slant, room; /* room: how far before the panel it comes down */
    bool flip;
} manner;

typedef struct trail {
    flap *f;
    quat q;          /* of the tool */
    vec x, y, shaft; /* across and along the closed fingers, and up along them */
    vec shift;       /* along the hinge */
    double room;
} trail;

static void add(trail *t, vec tip)
{
    if (t->f->n < FLAP_POINTS) {
        t->f->way[t->f->n++] = pose_advance((pose){vec_add(tip, t->shift), t->q}, -beyond);
    }
}

static vec level_of(vec v)
{
    return vec_unit(vec_of(v.x, v.y, 0));
}

static trail hold(flap *f, const panel *v, vec outer, manner how, double shift)
{
    const vec up = vec_of(0, 0, 1), to = quat_rotate(quat_about(up, how.slant), level_of(outer));
    trail t = {.f = f, .room = how.room, .shift = vec_scale(level_of(v->axis), shift)};
    t.shaft = vec_add(vec_scale(up, cos(how.lean)), vec_scale(to, sin(how.lean)));
    t.y = vec_scale(vec_cross(up, to), how.flip ? -1 : 1);
    t.x = vec_cross(t.shaft, t.y);
    t.q = quat_from_axes(t.x, t.y, vec_scale(t.shaft, -1));
    return t;
}

/* From the middle of the tip to its side that faces along `normal`. */
static double tip_half(const trail *t, vec normal)
{
    return tip_x * fabs(vec_dot(t->x, normal)) + tip_y * fabs(vec_dot(t->y, normal));
}

/* What carries on from a wall: its lid; NULL: nothing. */
static const thing_part *carried_by(const belief *b, const thing_part *wall)
{
    for (int i = 0; i < b->parts.n; i++) {
        if (b->parts.list[i].on == wall->row) {
            return &b->parts.list[i];
        }
    }
    return NULL;
}

/* The tip comes down before the edge, goes in under it, and takes it along the arc about the wall's hinge until the wall is a little further than
   upright. False: the finger, leaning so, does not get under it. */
static bool plan_raising(trail *t, const belief *b, const thing_part *p, double over)
{
    const panel wall = panel_of(b, p);
    const thing_part *next = carried_by(b, p);
    const panel last = next != NULL ? panel_of(b, next) : wall;
    const vec up = vec_of(0, 0, 1), out = level_of(wall.out),
              along = panel_along(&last, last.angle);
    const vec outer = panel_outer(&last, last.angle),
              edge = vec_along(last.hinge, along, last.length);
    const double tip_z = fmax(b->table_z + low, edge.z - deep);
    const double slope = vec_dot(t->shaft, out) / t->shaft.z, half = tip_half(t, out);
    const double under = fmin((edge.z - tip_z) * slope - half - 0.001, under_most);
    if (under < under_least) {
        return false;
    }
    vec before = vec_along(edge, out, half + t->room);
    before.z = tip_z;
    add(t, vec_along(before, t->shaft, 0.12));
    add(t, before);
    vec in = vec_along(edge, out, -under);
    in.z = tip_z;
    add(t, in);
    const vec face = vec_along(vec_along(edge, along, -under), outer, last.thick);
    const double turn = wall.angle + over;
    const int n = 2 + (int)(turn / (9 * degree));
    vec tip = in;
    for (int i = 0; i <= n; i++) {
        const quat q = quat_about(wall.axis, -turn * i / n);
        const vec at = vec_add(wall.hinge, quat_rotate(q, vec_sub(face, wall.hinge))),
                  normal = quat_rotate(q, outer);
        tip = vec_along(at, normal, tip_half(t, normal));
        tip.z = fmax(tip.z, tip_z);
        add(t, tip);
    }
    tip = vec_along(tip, out, t->room);
    add(t, tip);
    add(t, vec_add(vec_along(tip, out, t->room), vec_scale(up, 0.14)));
    return true;
}

/* The tip presses on the outer face of a panel that may be got at from above or from outside, and takes it along to the angle `to`. */
static void plan_pushing(trail *t, const panel *v, double reach, double to, vec from)
{
    vec tip = v->hinge;
    const int n = 2 + (int)(fabs(v->angle - to) / (9 * degree));
    for (int i = 0; i <= n; i++) {
        const double angle = v->angle + (to - v->angle) * i / n;
        const vec normal = panel_outer(v, angle);
        const vec face =
            vec_add(vec_along(v->hinge, panel_along(v, angle), reach), vec_scale(normal, v->thick));
        tip = vec_along(face, normal, tip_half(t, normal));
        if (i == 0) {
            add(t, vec_add(vec_along(tip, from, 0.03), vec_of(0, 0, 0.13)));
            add(t, vec_along(tip, from, 0.03));
        }
        add(t, tip);
    }
    add(t, vec_add(tip, vec_of(0, 0, 0.12)));
}

/* Nothing but the box is in the hand's way. */
static bool is_clear(const belief *b, const flap *f, int box)
{
    for (int i = 0; i < f->n; i++) {
        if (hand_clearance(b, f->way[i], 0, box, -1) < 0.001) {
            return false;
        }
    }
    return true;
}

/* At the `attempt`th try a little further. */
static bool plan(trail *t, const belief *b, const thing_part *p, int attempt)
{
    const panel v = panel_of(b, p);
    const double more = attempt % 3 * degree;
    if (p->wall > 0) {
        return plan_raising(t, b, p, 8 * degree + 3 * more);
    }
    if (p->behind >= 0) {
        plan_pushing(t, &v, 0.75 * v.length, -22 * degree - 8 * more, vec_of(0, 0, 1));
    } else {
        plan_pushing(t, &v, 0.85 * v.length, -3 * degree - 2 * more,
                     level_of(panel_outer(&v, PI / 4)));
    }
    return true;
}

/* The best of all manners at one place of the edge; its worth, or -1: there is none. */
static double try_manners(flap *f, const belief *b, const thing_part *p, int attempt, double shift)
{
    static const double hooked[] = {0.5, 0.4, 0.3, 0.6, 0.25, 0.2, 0.15},
                        straight[] = {0, 0.2, -0.2, 0.4, -0.4, 0.1, -0.1},
                        slants[] = {0, 0.7, -0.7}, rooms[] = {0.024, 0.010};
    enum { LEANS = 7, SLANTS = 3, ROOMS = 2 };
    const panel v = panel_of(b, p);
    const double travel_z = height_of_all(b, -1) + clear;
    const vec outer = panel_outer(&v, p->wall > 0 ? 0 : PI / 4);
    double best = -1;
    for (int c = 0; c < 2 * LEANS * SLANTS * ROOMS; c++) {
        const int lean = c / 2 % LEANS, slant = c / 2 / LEANS % SLANTS,
                  room = c / 2 / LEANS / SLANTS;
        const manner how = {(p->wall > 0 ? hooked : straight)[lean], slants[slant], rooms[room],
                            c % 2};
        flap tried = {.part = p->row, .look = f->look};
        trail t = hold(&tried, &v, outer, how, shift);
        double margin;
        if (best > 0 && c % (2 * LEANS) == 0) {
            break; /* plainly is good enough */
        }
        if (plan(&t, b, p, attempt) && is_clear(b, &tried, p->thing) &&
            flap_can_go(b, &tried, travel_z, &margin) &&
            fmin(margin, 0.5) / (1 + 0.1 * lean) > best) {
            best = fmin(margin, 0.5) / (1 + 0.1 * lean);
            *f = tried;
        }
    }
    return best;
}

bool erect_start(flap *f, const belief *b, int row, int attempt, bool look)
{
    static const double shifts[] = {0, 0.02, -0.02, 0.035, -0.035};
    f->look = look;
    for (int k = 0; k < 5; k++) {
        if (try_manners(f, b, part_at(b, row), attempt, shifts[(k + attempt) % 5]) > 0) {
            return true;
        }
    }
    return false;
}

/* ---- what comes next ------------------------------------------------------------------------- */

/* The walls first, in their order; then the tongue while the lid is up, then the lid. */
static int next_of_box(const belief *b, int box, bool walls_only)
{
    int wall = -1, tongue = -1, lid = -1;
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = part_at(b, i);
        if (p->thing != box) {
            continue;
        }
        if (p->wall > 0 && p->at > upright && (wall < 0 || p->wall < part_at(b, wall)->wall)) {
            wall = i;
        }
        if (p->behind >= 0 && p->on >= 0 && p->at > bent_in && part_at(b, p->on)->at > PI / 6) {
            tongue = i;
        }
        lid = p->layer >= 0 && p->at > 5 * degree ? i : lid;
    }
    return wall >= 0 || walls_only ? wall : tongue >= 0 ? tongue : lid;
}

int erect_next(const belief *b)
{
    int next = -1;
    for (int i = 0; i < b->n_literals && next < 0; i++) {
        const literal *l = &b->literals[i];
        const bool erected = strcmp(l->predicate, "erected") == 0;
        const int box = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (!l->holds && box >= 0 && b->things[box].present &&
            (erected || strcmp(l->predicate, "raised") == 0)) {
            next = next_of_box(b, box, !erected);
        }
    }
    return next;
}

void erect_assume(belief *b, int row)
{
    thing_part *p = &b->parts.list[row];
    p->at = 0;
    for (int i = 0; i < b->n_literals && next_of_box(b, p->thing, false) < 0; i++) {
        literal *l = &b->literals[i];
        l->holds = l->holds || (strcmp(l->predicate, "erected") == 0 &&
                                belief_find_thing(b, l->args[0]) == p->thing);
    }
}
