#include "flap.h"
#include "heights.h"
#include "reach.h"
#include "work.h"

#include <string.h>

static const double finger = 0.006; /* half a fingertip across the hand */
static const double before =
    0.0125; /* a finger that goes down before an edge stays so far from it */
static const double beyond = 0.009; /* the tip, beyond the tool's point */
static const double clear = 0.05;   /* above everything, on the way there */
static const double push_speed = 0.16, travel_speed = 0.45, turn_speed = 1.8;
static const double degree = PI / 180;

bool part_is_shut(const thing_part *p)
{
    return p->at < (p->slides ? 0.012 : FLAP_SHUT);
}

bool part_is_open(const thing_part *p)
{
    return p->at > (p->slides ? 0.10 : FLAP_OPEN);
}

/* ---- the way --------------------------------------------------------------------------------- */

typedef struct trail {
    flap *f;
    quat q;       /* of the tool */
    double shift; /* along the hinge */
    const flap_view *view;
} trail;

/* The fingertip there. */
static void add(trail *t, vec tip)
{
    if (t->f->n == FLAP_POINTS) {
        return;
    }
    pose tool = {vec_along(tip, t->view->axis, t->shift), t->q};
    t->f->way[t->f->n++] = pose_advance(tool, -beyond);
}

/* Tool with its fingers along the hinge, pointing down and leaning by `lean` so that the tip is further out than the hand (away from the
   hinge's inner side when positive). `flip`: half a turn about the approach. */
static quat hold(const flap_view *v, double lean, bool flip)
{
    const vec z = vec_unit(vec_add(vec_scale(v->up, -cos(lean)), vec_scale(v->inward, -sin(lean))));
    const vec y = flip ? vec_scale(v->axis, -1) : v->axis, x = vec_cross(y, z);
    return quat_from_axes(x, y, z);
}

/* From outside. A flap that leans out has its edge before a finger that points down: the finger's side takes it there, a little above its
   tip, so that the whole flap is the lever. From upright on the tip goes along the arc at four fifths of the flap, and a little further
   than flat, for it springs back. */
static void plan_shutting(trail *t, double overpush)
{
    const flap_view *v = t->view;
    const double reach = 0.8 * v->length, below = v->length - reach, step = 12 * degree;
    const double side = v->thick / 2 + finger, start = fmin(v->angle, PI / 2);
    vec first = vec_add(vec_along(v->hinge, flap_along(v, start), reach),
                        vec_scale(flap_normal(v, start), side + 0.03));
    if (v->angle > PI / 2) {
        first = vec_add(vec_along(v->hinge, flap_along(v, v->angle), v->length),
                        vec_add(vec_scale(v->inward, -side - 0.03), vec_scale(v->up, -below)));
    }
    add(t, vec_along(first, v->up, 0.15));
    add(t, first);
    for (double angle = v->angle; angle > PI / 2; angle -= step) {
        add(t, vec_add(vec_along(v->hinge, flap_along(v, angle), v->length),
                       vec_add(vec_scale(v->inward, -side), vec_scale(v->up, -below))));
    }
    for (double angle = start; angle > -overpush; angle -= step) {
        const double gap = v->thick / 2 + finger * fabs(sin(angle));
        add(t, vec_add(vec_along(v->hinge, flap_along(v, angle), reach),
                       vec_scale(flap_normal(v, angle), gap)));
    }
    const vec end = vec_add(vec_along(v->hinge, flap_along(v, -overpush), reach),
                            vec_scale(flap_normal(v, -overpush), v->thick / 2));
    add(t, end);
    add(t, vec_along(end, v->up, 0.12));
}

/* Down before the edge along the leaning finger, so that its tip comes under the flap while the rest stays clear of the edge; up along the
   arc; from upright on the flap is pushed outward from inside. */
static void plan_opening(trail *t, double lean, double depth)
{
    const flap_view *v = t->view;
    const double now = v->angle, under = depth * tan(lean) - before, reach = v->length - under;
    const vec edge = vec_along(v->hinge, flap_along(v, now), v->length);
    const vec in = vec_add(edge, vec_add(vec_scale(v->inward, -under), vec_scale(v->up, -depth)));
    const vec back = vec_add(vec_scale(v->inward, sin(lean)), vec_scale(v->up, cos(lean)));
    add(t, vec_along(in, back, depth / cos(lean) + 0.08));
    add(t, vec_along(in, back, depth / cos(lean) + 0.01));
    add(t, in);
    for (double angle = now + 8 * degree; angle < 130 * degree; angle += 11 * degree) {
        const double gap = v->thick / 2 + finger * fabs(sin(angle));
        add(t, vec_add(vec_along(v->hinge, flap_along(v, angle), reach),
                       vec_scale(flap_normal(v, angle), -gap)));
    }
    const vec last = vec_add(vec_along(v->hinge, flap_along(v, 130 * degree), reach),
                             vec_scale(flap_normal(v, 130 * degree), -v->thick));
    add(t, last);
    add(t, vec_add(last, vec_add(vec_scale(v->inward, 0.05), vec_scale(v->up, 0.10))));
}

bool flap_can_go(const belief *b, const flap *f, double travel_z, double *margin)
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

bool flap_start(flap *f, const belief *b, int index, bool opening, int attempt, bool look)
{
    static const double shifts[] = {0, 0.02, -0.02, 0.03, -0.03};
    static const double leans[2][3] = {{0, -0.35, 0.35}, {0.5, 0.35, 0.65}}; /* shutting, opening */
    const thing_part *p = &b->parts.list[index];
    const flap_view view = part_view(p, b->things[p->thing].at);
    const double travel_z = height_of_all(b, -1) + clear;
    /* a hand that leans over a machine winds the arm up */
    const bool upright_only = attempt < 3 && wet_is_brewer(&b->wet, p->thing);
    double best = -1;
    for (int k = 0; k < 5 && best < 0; k++) {
        for (int c = 0; c < (upright_only ? 2 : 6); c++) { /* three leans, two ways round */
            flap tried = {.part = index, .opening = opening, .look = look};
            trail t = {&tried, hold(&view, leans[opening][c / 2], c % 2), shifts[(k + attempt) % 5],
                       &view};
            double margin;
            if (opening) {
                plan_opening(&t, leans[1][c / 2], 0.040 + 0.004 * (attempt % 3));
            } else {
                plan_shutting(&t, (p->layer > 0 ? 3 : 5) * degree + 2 * degree * (attempt % 4));
            }
            if (flap_can_go(b, &tried, travel_z, &margin) && margin / (1 + c / 2) > best) {
                best = margin / (1 + c / 2); /* upright rather than leaning */
                *f = tried;
            }
        }
    }
    return best >= 0;
}

/* ---- going it -------------------------------------------------------------------------------- */

/* Up, across at a height where nothing is, then point by point. */
skill_state flap_step(flap *f, const belief *b, motion *m, double *width, double dt)
{
    *width = 0;
    f->ticks++;
    if (f->at == 0) {
        const double travel_z = fmax(f->way[0].p.z, height_of_all(b, -1) + clear);
        pose over = f->way[0];
        over.p.z = travel_z;
        const double flat = hypot(over.p.x - m->at.p.x, over.p.y - m->at.p.y);
        pose next = over;
        if (m->at.p.z < travel_z - 0.04 && flat > 0.03) {
            next = (pose){vec_of(m->at.p.x, m->at.p.y, travel_z), m->at.q};
        }
        work_go(b, m, next, travel_speed, turn_speed, dt);
        if (motion_near(m, over, 0.01, 0.03)) {
            f->at = 1;
            f->ticks = 0;
        }
        return f->ticks > 200 ? SKILL_FAILED : SKILL_BUSY;
    }
    const pose target = f->way[f->at];
    const bool last = f->at >= f->n - 2;
    work_go(b, m, target, last || f->at > 1 ? push_speed : 0.25, turn_speed, dt);
    if (motion_near(m, target, last ? 0.003 : 0.008, 0.05)) {
        f->at++;
        f->ticks = 0;
    }
    if (f->at < f->n) {
        return f->ticks > 80 ? SKILL_FAILED : SKILL_BUSY;
    }
    const thing_part *p = &b->parts.list[f->part];
    return !f->look || (f->opening ? part_is_open(p) : part_is_shut(p)) ? SKILL_DONE : SKILL_FAILED;
}
