#include "erect.h"
#include "heights.h"
#include "reach.h"

#include <string.h>

static const double degree = PI / 180;
static const double finger = 0.006;     /* half a fingertip across the hand */
static const double beyond = 0.009;     /* the tip, beyond the tool's point */
static const double low = 0.005;        /* of the tip, above the table */
static const double deep = 0.050;       /* of the tip below the edge that it is hooked under, at most */
static const double under_most = 0.008; /* of the tip's middle under the edge */
static const double under_least = 0.001;
static const double upright = 12 * degree; /* a wall within this stands */
static const double bent_in = 5 * degree;  /* a tongue within this goes in */
static const double clear = 0.05;

/* ---- a panel, seen along its hinge ----------------------------------------------------------- */

/* Everything in the world; angles are those of its joint. */
typedef struct panel {
    vec hinge, axis, zero, out; /* hinge: on the axis, in its middle. Directions of the panel at 0 and at 90 degrees */
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

typedef struct trail {
    flap *f;
    quat q;    /* of the tool */
    vec shaft; /* up along the finger */
    vec shift; /* along the hinge */
} trail;

static void add(trail *t, vec tip)
{
    if (t->f->n < FLAP_POINTS) {
        t->f->way[t->f->n++] = pose_advance((pose){vec_add(tip, t->shift), t->q}, -beyond);
    }
}

/* Fingers along the hinge, pointing down, the hand leaning to the side `to` (level). `flip`: half a turn about the approach. */
static trail hold(flap *f, const panel *v, vec to, double lean, bool flip, double shift)
{
    const vec shaft = vec_unit(vec_add(vec_scale(vec_of(0, 0, 1), cos(lean)), vec_scale(to, sin(lean))));
    const vec z = vec_scale(shaft, -1), level = vec_unit(vec_of(v->axis.x, v->axis.y, 0));
    const vec y = flip ? vec_scale(level, -1) : level;
    return (trail){f, quat_from_axes(vec_unit(vec_cross(y, z)), y, z), shaft, vec_scale(level, shift)};
}

/* From the middle of the tip to its side that faces along `normal`. */
static double tip_half(const trail *t, vec normal)
{
    const vec across = vec_unit(vec_cross(t->shaft, pose_axis_y((pose){vec_of(0, 0, 0), t->q})));
    return finger * fabs(vec_dot(across, normal));
}

static vec level_of(vec v)
{
    return vec_unit(vec_of(v.x, v.y, 0));
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
static bool plan_raising(trail *t, const belief *b, const thing_part *p, double lean, double over)
{
    const panel wall = panel_of(b, p);
    const thing_part *next = carried_by(b, p);
    const panel last = next != NULL ? panel_of(b, next) : wall;
    const vec up = vec_of(0, 0, 1), out = level_of(wall.out), along = panel_along(&last, last.angle);
    const vec outer = panel_outer(&last, last.angle), edge = vec_along(last.hinge, along, last.length);
    const double tip_z = fmax(b->table_z + low, edge.z - deep);
    const double under = fmin((edge.z - tip_z) * tan(lean) - finger / cos(lean) - 0.001, under_most);
    if (under < under_least) {
        return false;
    }
    vec before = vec_along(edge, out, 0.03);
    before.z = tip_z;
    add(t, vec_add(vec_along(before, out, 0.04), vec_scale(up, 0.12)));
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
        const vec at = vec_add(wall.hinge, quat_rotate(q, vec_sub(face, wall.hinge))), normal = quat_rotate(q, outer);
        tip = vec_along(at, normal, tip_half(t, normal));
        tip.z = fmax(tip.z, tip_z);
        add(t, tip);
    }
    tip = vec_add(vec_along(tip, out, 0.05), vec_scale(up, 0.02));
    add(t, tip);
    add(t, vec_add(vec_along(tip, out, 0.06), vec_scale(up, 0.14)));
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
        const vec face = vec_add(vec_along(v->hinge, panel_along(v, angle), reach), vec_scale(normal, v->thick));
        tip = vec_along(face, normal, tip_half(t, normal));
        if (i == 0) {
            add(t, vec_add(vec_along(tip, from, 0.03), vec_of(0, 0, 0.13)));
            add(t, vec_along(tip, from, 0.03));
        }
        add(t, tip);
    }
    add(t, vec_add(tip, vec_of(0, 0, 0.12)));
}

/* All of the way, from where the arm is now. */
static bool can_go(const belief *b, const flap *f, double travel_z, double *margin)
{
    double q[DOF];
    const pose world_to_base = pose_inverse(b->base);
    memcpy(q, b->joints, sizeof q);
    *margin = PI;
    pose up = b->tool, over = f->way[0];
    up.p.z = fmax(up.p.z, travel_z);
    over.p.z = fmax(over.p.z, travel_z);
    if (!reach_follow(pose_mul(world_to_base, up), q, margin) ||
        !reach_follow(pose_mul(world_to_base, over), q, margin)) {
        return false;
    }
    *margin = PI;
    for (int i = 0; i < f->n; i++) {
        if (!reach_follow(pose_mul(world_to_base, f->way[i]), q, margin)) {
            return false;
        }
    }
    return *margin > 0.04;
}

static bool plan(trail *t, const belief *b, const thing_part *p, double lean, int attempt)
{
    const panel v = panel_of(b, p);
    if (p->wall > 0) {
        return plan_raising(t, b, p, lean, (8 + 3 * (attempt % 3)) * degree);
    }
    if (p->behind >= 0) {
        plan_pushing(t, &v, 0.75 * v.length, -(22 + 8 * (attempt % 3)) * degree, vec_of(0, 0, 1));
    } else {
        plan_pushing(t, &v, 0.85 * v.length, -(3 + 2 * (attempt % 3)) * degree, level_of(panel_outer(&v, fmax(v.angle, 30 * degree))));
    }
    return true;
}

bool erect_start(flap *f, const belief *b, int row, int attempt, bool look)
{
    static const double shifts[] = {0, 0.02, -0.02, 0.035, -0.035};
    static const double hooked[] = {0.5, 0.4, 0.3, 0.6, 0.25, 0.2}, straight[] = {0, 0.2, -0.2, 0.4, -0.4, 0.1};
    enum { LEANS = 6 };
    const thing_part *p = part_at(b, row);
    const panel v = panel_of(b, p);
    const double travel_z = height_of_all(b, -1) + clear;
    double best = -1;
    for (int k = 0; k < 5 && best < 0; k++) {
        for (int c = 0; c < 2 * LEANS; c++) {
            flap tried = {.part = row, .look = look};
            const double lean = p->wall > 0 ? hooked[c / 2] : straight[c / 2];
            trail t = hold(&tried, &v, level_of(p->wall > 0 ? v.out : panel_outer(&v, PI / 4)), lean, c % 2,
                           shifts[(k + attempt) % 5]);
            double margin;
            if (plan(&t, b, p, lean, attempt) && can_go(b, &tried, travel_z, &margin) &&
                fmin(margin, 0.5) / (1 + 0.1 * (c / 2)) > best) {
                best = fmin(margin, 0.5) / (1 + 0.1 * (c / 2));
                *f = tried;
            }
        }
    }
    return best >= 0;
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
        if (p->wall > 0 && fabs(p->at) > upright && (wall < 0 || p->wall < part_at(b, wall)->wall)) {
            wall = i;
        }
        if (p->behind >= 0 && p->at > bent_in && part_at(b, p->on)->at > PI / 6) {
            tongue = i;
        }
        lid = p->layer >= 0 && p->at > 5 * degree ? i : lid;
    }
    return wall >= 0 || walls_only ? wall : tongue >= 0 ? tongue : lid;
}

int erect_next(const belief *b)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const bool erected = strcmp(l->predicate, "erected") == 0;
        const int box = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (!l->holds && box >= 0 && b->things[box].present && (erected || strcmp(l->predicate, "raised") == 0)) {
            return next_of_box(b, box, !erected);
        }
    }
    return -1;
}

void erect_assume(belief *b, int row)
{
    thing_part *p = &b->parts.list[row];
    p->at = 0;
    for (int i = 0; i < b->n_literals && next_of_box(b, p->thing, false) < 0; i++) {
        literal *l = &b->literals[i];
        l->holds = l->holds || (strcmp(l->predicate, "erected") == 0 && belief_find_thing(b, l->args[0]) == p->thing);
    }
}
