#include "nudge.h"
#include "hand.h"
#include "heights.h"
#include "plan.h"
#include "reach.h"
#include "work.h"

#include <string.h>

static const double beyond = 0.009;  /* the tip, beyond the tool's point */
static const double behind = 0.5;    /* of the radius: there the tip begins on what rolls */
static const double deepest = 0.025; /* it goes so far down at most until it feels something: */
static const double felt_m = 0.0035; /* the tool lags so far behind the reference */
static const double lengths[] = {0.03, 0.045, 0.075};
static const double rolling = 0.045,
                    toppling = 0.07; /* at most of what rolls, at least of what is tall */
/* Of the hand to all else, try by try: paper gives way when it is brushed. */
static const double margins[] = {0.001, -0.001, -0.003, -0.005};
static const double travel_speed = 0.45, fine_speed = 0.06, press_speed = 0.03, turn_speed = 1.8;
enum { PRESS = 2, TURNS = 16, LENGTHS = sizeof lengths / sizeof *lengths, NEAREST = 2 };

/* ---- where to -------------------------------------------------------------------------------- */

static vec middle_of(const thing *t)
{
    return pose_apply(t->at, vec_of(0, 0, t->height / 2));
}

static bool is_ball(const thing *t)
{
    return t->n_grasps > 0 && t->grasps[0].symmetry == SYMMETRY_RING &&
           fabs(2 * t->footprint - t->height) < 0.1 * t->height;
}

/* Lies on its round side. */
static bool is_log(const thing *t)
{
    return t->n_grasps > 0 && t->grasps[0].symmetry == SYMMETRY_RING && !is_ball(t) &&
           fabs(pose_axis_z(t->at).z) < 0.3;
}

/* Stands so high that it topples when its upper side is dragged along. */
static bool is_tall(const thing *t)
{
    return !is_ball(t) && pose_axis_z(t->at).z > 0.9 && t->height > 2.1 * t->footprint;
}

/* Of the circle around its middle that holds it, seen from above. */
static double radius_of(const thing *t)
{
    return is_ball(t)                         ? t->height / 2
           : fabs(pose_axis_z(t->at).z) > 0.9 ? t->footprint
                                              : fmax(t->footprint, t->height / 2);
}

/* The receptacle that holds it; -1: none. */
static int holder_of(const belief *b, int index)
{
    for (int r = 0; r < b->n_things; r++) {
        if (b->things[r].footprint > 0.1 && belief_lies_in(b, index, r)) {
            return r;
        }
    }
    return -1;
}

/* Free way around a place for the thing's middle: to the walls of what holds it and to its neighbours. */
static double room_at(const belief *b, int index, int holder, vec at)
{
    const thing *t = &b->things[index];
    double least = 0.2;
    if (holder >= 0) {
        const site *cavity = thing_site(&b->things[holder], "cavity");
        const vec in = pose_apply(pose_inverse(pose_mul(b->things[holder].at, cavity->at)), at);
        least = fmin(cavity->half.x - fabs(in.x), cavity->half.y - fabs(in.y)) - radius_of(t);
    }
    for (int i = 0; i < b->n_things; i++) {
        const thing *other = &b->things[i];
        if (!other->present || i == index || i == holder) {
            continue;
        }
        const vec o = middle_of(other);
        least = fmin(least, hypot(o.x - at.x, o.y - at.y) - radius_of(other) - radius_of(t));
    }
    return least;
}

/* ---- the way --------------------------------------------------------------------------------- */

/* The hand straight above the tip or leaning to a side, its fingers across the way or along it (`turn`: about the approach). */
static quat hold(vec dir, double turn, vec side, double lean)
{
    const vec up = vec_of(0, 0, 1), down = vec_of(0, 0, -1);
    const quat straight = quat_from_axes(dir, vec_cross(down, dir), down);
    const quat turned = quat_mul(straight, quat_about(up, turn));
    return quat_unit(quat_mul(quat_about(vec_cross(up, side), lean), turned));
}

static pose tool_at(vec tip, quat q)
{
    return pose_advance((pose){tip, q}, -beyond);
}

/* What rolls goes half as far as the tip on top of it: the tip starts behind its middle. */
static void lay_way(nudge *n, const thing *t, vec dir, double length, quat q)
{
    const vec c = middle_of(t), back = vec_scale(quat_rotate(q, vec_of(0, 0, 1)), -1);
    const bool rolls =
        is_ball(t) ||
        (is_log(t) && fabs(vec_dot(quat_rotate(t->at.q, vec_of(0, 0, 1)), dir)) < 0.35);
    const double radius = is_ball(t) ? t->height / 2 : t->footprint;
    double lo, hi;
    thing_z_extent(t, t->at, &lo, &hi);
    vec from = vec_along(c, dir, rolls ? -behind * radius : 0);
    from.z = rolls ? c.z + sqrt(1 - behind * behind) * radius : is_log(t) ? c.z + radius : hi;
    const vec low = vec_of(from.x, from.y, from.z - deepest),
              to = vec_along(low, dir, rolls ? 1.7 * length : length);
    n->way[0] = tool_at(vec_along(from, back, 0.10), q);
    n->way[1] = tool_at(vec_along(from, back, 0.012), q);
    n->way[PRESS] = tool_at(low, q);
    n->way[3] = tool_at(to, q);
    n->way[4] = tool_at(vec_along(to, back, 0.12), q);
}

static bool hand_is_clear(const belief *b, const nudge *n, double margin)
{
    for (int i = 0; i < NUDGE_POINTS; i++) { /* the tip does not get as deep as it may */
        pose at = n->way[i];
        at.p.z += i == PRESS || i == 3 ? deepest : 0;
        if (hand_clearance(b, at, 0, n->thing, -1) < margin) {
            return false;
        }
    }
    return true;
}

static bool arm_can_go(const belief *b, const nudge *n)
{
    const pose world_to_base = pose_inverse(b->base);
    double q[DOF], margin = PI;
    memcpy(q, b->joints, sizeof q);
    pose over = n->way[0];
    over.p.z = fmax(over.p.z, height_of_travel(b));
    if (!reach_follow(pose_mul(world_to_base, over), q, &margin)) {
        return false;
    }
    for (int i = 0; i < NUDGE_POINTS; i++) {
        if (!reach_follow(pose_mul(world_to_base, n->way[i]), q, &margin)) {
            return false;
        }
    }
    return true;
}

/* To the middle of what holds it: there is most room for a hand that leans. */
static vec inward(const belief *b, int index, int holder, vec otherwise)
{
    const vec way =
        holder < 0 ? otherwise : vec_sub(b->things[holder].at.p, middle_of(&b->things[index]));
    return hypot(way.x, way.y) > 0.01 ? vec_unit(vec_of(way.x, way.y, 0)) : otherwise;
}

/* Any posture of the hand that can go this way. */
static bool find_hand(nudge *n, const belief *b, int index, int holder, vec dir, double length,
                      double margin)
{
    static const double leans[] = {0, 0.35, 0.55, 0.9, -0.35, -0.55, -0.9};
    enum { AROUND = 8 };
    const vec sides[] = {dir, inward(b, index, holder, dir)};
    for (size_t l = 0; l < sizeof leans / sizeof *leans; l++) {
        for (int k = 0; k < 2 * AROUND; k++) {
            const quat q = hold(dir, 2 * PI * (k / 2) / AROUND, sides[k % 2], leans[l]);
            *n = (nudge){.thing = index};
            lay_way(n, &b->things[index], dir, length, q);
            if (hand_is_clear(b, n, margin) && arm_can_go(b, n)) {
                return true;
            }
        }
    }
    return false;
}

bool nudge_start(nudge *n, belief *b, int index, int attempt)
{
    const int holder = holder_of(b, index);
    const pose here = b->things[index].at;
    const vec c = middle_of(&b->things[index]);
    const double now = room_at(b, index, holder, c);
    const bool can_roll = is_ball(&b->things[index]) || is_log(&b->things[index]),
               tall = is_tall(&b->things[index]);
    const double margin = margins[attempt > 3 ? 3 : attempt];
    double best = -1;
    for (int l = 0; l < LENGTHS && best < NEAREST; l++) {
        for (int k = 0; k < TURNS; k++) {
            const double angle = 2 * PI * (k + 5 * attempt) / TURNS, length = lengths[l];
            const vec dir = vec_of(cos(angle), sin(angle), 0);
            const double room = room_at(b, index, holder, vec_along(c, dir, length));
            if (room < fmin(now, 0) - 0.002 || (length > rolling && can_roll) ||
                (length < toppling && tall)) {
                continue;
            }
            b->things[index].at.p = vec_along(here.p, dir, length);
            const bool takes = plan_could_take(b, index, 3);
            b->things[index].at = here;
            const double worth = (takes ? NEAREST : 0) + room;
            nudge tried;
            if (worth > best && find_hand(&tried, b, index, holder, dir, length, margin)) {
                best = worth;
                *n = tried;
            }
        }
    }
    return best > -1;
}

/* ---- going it -------------------------------------------------------------------------------- */

skill_state nudge_step(nudge *n, const belief *b, motion *m, double *width, double dt)
{
    *width = 0;
    n->ticks++;
    if (n->at == 0) { /* up, across where nothing is, down */
        pose over = n->way[0];
        over.p.z = fmax(over.p.z, height_of_travel(b));
        const double flat = hypot(over.p.x - m->at.p.x, over.p.y - m->at.p.y);
        pose next = over;
        if (m->at.p.z < over.p.z - 0.04 && flat > 0.03) {
            next = (pose){vec_of(m->at.p.x, m->at.p.y, over.p.z), m->at.q};
        }
        work_go(b, m, next, travel_speed, turn_speed, dt);
        if (motion_near(m, over, 0.01, 0.03)) {
            n->at = 1;
            n->ticks = 0;
        }
        return n->ticks > 200 ? SKILL_FAILED : SKILL_BUSY;
    }
    const pose target = n->way[n->at];
    const bool pressing = n->at == PRESS;
    work_go(b, m, target,
            n->at == 1   ? 0.2
            : pressing   ? press_speed
            : n->at == 3 ? fine_speed
                         : 0.15,
            turn_speed, dt);
    const double lag = vec_distance(b->tool.p, m->at.p);
    const bool felt = pressing && b->tool.p.z - m->at.p.z > felt_m;
    if (felt) { /* no harder than that: the way goes on from here */
        const vec up = vec_sub(m->at.p, target.p);
        for (int i = n->at; i < NUDGE_POINTS; i++) {
            n->way[i].p = vec_add(n->way[i].p, up);
        }
    }
    if (felt || (motion_near(m, target, 0.004, 0.05) && (n->at != 1 || lag < felt_m / 2))) {
        n->at++;
        n->ticks = 0;
    }
    return n->at == NUDGE_POINTS ? SKILL_DONE : n->ticks > 100 ? SKILL_FAILED : SKILL_BUSY;
}
