#include "roam.h"

#include <string.h>

#include "reach.h"

/* Of the robot (its MJCF): the right arm's base from the middle of the chassis, feet of the arms when the lift is down, how far it rises. */
static const double arm_x = 0.14, arm_y = -0.26, feet_low = 0.60, lift_most = 0.445;
/* Upright, close to the body, high: what hangs from the hand passes over worktops. */
static const vec drawn_in = {0.24, 0, 0.44};
const pose roam_left_drawn_in = {
    {0.10, 0, 0.47},
    {0, 1, 0, 0}}; /* not beyond the chassis: what stands on worktops is right before it */
static const double lift_speed = 0.25, tuck_speed = 0.4, tuck_turn = 1.4;

static double turned_by(double from, double to)
{
    return remainder(to - from, 2 * PI);
}

static pose standing(const stand *s)
{
    return (pose){vec_of(s->x, s->y, 0), quat_about(vec_of(0, 0, 1), s->heading)};
}

pose roam_arm_base(const stand *s)
{
    return pose_mul(standing(s), (pose){vec_of(arm_x, arm_y, s->feet), quat_identity()});
}

static double heading_of(quat q)
{
    const vec x = quat_rotate(q, vec_of(1, 0, 0));
    return atan2(x.y, x.x);
}

static void measure(roam *r, const belief *b)
{
    r->now.heading = heading_of(b->base.q);
    r->now.feet = b->base.p.z;
    const vec off =
        quat_rotate(quat_about(vec_of(0, 0, 1), r->now.heading), vec_of(arm_x, arm_y, 0));
    r->now.x = b->base.p.x - off.x;
    r->now.y = b->base.p.y - off.y;
}

void roam_start(roam *r, const sight *s, const belief *b)
{
    memset(r, 0, sizeof *r);
    r->drives = true;
    measure(r, b);
    const pose odometry = {vec_of((double)s->odometry[0], (double)s->odometry[1], 0),
                           quat_about(vec_of(0, 0, 1), (double)s->odometry[2])};
    r->odom = pose_mul(standing(&r->now), pose_inverse(odometry));
    r->goal = r->now;
    r->surface = r->now.feet;
}

void roam_see(roam *r, belief *b)
{
    measure(r, b);
    b->table_z = r->surface;
}

void roam_command(const roam *r, float action[4])
{
    const pose at = pose_mul(pose_inverse(r->odom), standing(&r->goal));
    action[0] = (float)at.p.x;
    action[1] = (float)at.p.y;
    action[2] = (float)heading_of(at.q);
    action[3] = (float)fmin(fmax(r->goal.feet - feet_low, 0), lift_most);
}

static bool close_to(const stand *a, const stand *b, double metres, double radians)
{
    return hypot(a->x - b->x, a->y - b->y) < metres &&
           fabs(turned_by(a->heading, b->heading)) < radians;
}

bool roam_is_at(const roam *r, const stand *place)
{
    return close_to(&r->now, place, 0.02, 0.03) && fabs(r->surface - place->feet) < 0.002;
}

/* ---- the ground ---------------------------------------------------------------------------------------- */

const ground *roam_ground(const belief *b, int carried)
{
    static _Thread_local ground g;
    g = b->ground;
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        double lo, hi;
        thing_z_extent(t, t->at, &lo, &hi);
        if (t->present && i != carried && lo < 0.3) {
            ground_add(&g, vec_of(t->at.p.x, t->at.p.y, (lo + hi) / 2),
                       vec_of(t->footprint, t->footprint, (hi - lo) / 2));
        }
    }
    return &g;
}

bool roam_back_off(const ground *g, const stand *from, stand *out)
{
    *out = *from;
    for (double back = 0; back < 1.2; back += 0.05) {
        out->x = from->x - back * cos(from->heading);
        out->y = from->y - back * sin(from->heading);
        if (ground_turns(g, out->x, out->y)) {
            return true;
        }
        if (back > 0.12 && !ground_fits(g, out->x, out->y, from->heading, from->feet)) {
            return false;
        }
    }
    return false;
}

/* ---- the arm, drawn in --------------------------------------------------------------------------------- */

pose roam_drawn_in(const pose *tool_in_base, double joints[7])
{
    static const double out[] = {0, 0.06, 0.12};
    for (int k = 0; k < 36; k++) { /* turned as little as may be */
        const double turn = PI / 6 * ((k % 12 + 1) / 2) * (k % 2 ? 1 : -1);
        const pose tried = {
            vec_add(drawn_in, vec_of(out[k / 12], 0, -0.02 * (k / 12))),
            quat_unit(quat_mul(quat_about(vec_of(0, 0, 1), turn), tool_in_base->q))};
        double q[DOF], margin = PI;
        memcpy(q, joints, sizeof q);
        if (reach_follow(tried, q, &margin) && margin > 0.1) {
            memcpy(joints, q, sizeof q);
            return tried;
        }
    }
    return (pose){vec_add(drawn_in, vec_of(0.07, 0, 0)), tool_in_base->q};
}

/* Up first, then in. */
static skill_state draw_in(roam *r, const belief *b, motion *m, double dt)
{
    const pose goal = pose_mul(b->base, r->carry);
    const double high = b->base.p.z + 0.30;
    pose next = goal;
    if (m->at.p.z < high - 0.03) {
        next = (pose){vec_of(m->at.p.x, m->at.p.y, high), m->at.q};
    }
    const double lag = vec_distance(b->tool.p, m->at.p),
                 pace = fmin(fmax(1.6 - lag / 0.03, 0.02), 1);
    motion_step(m, next, (m->at.p.z < high - 0.03 ? lift_speed : tuck_speed) * pace,
                tuck_turn * pace, dt);
    if (motion_near(m, goal, 0.01, 0.05)) {
        return SKILL_DONE;
    }
    return r->ticks > 240 ? SKILL_FAILED : SKILL_BUSY;
}

/* ---- a leg --------------------------------------------------------------------------------------------- */

static void enter(roam *r, roam_stage stage)
{
    r->stage = stage;
    r->ticks = 0;
}

/* A few steps sideways along the furniture, without backing off. */
static bool is_beside(const ground *g, const stand *a, const stand *b)
{
    const double far = hypot(b->x - a->x, b->y - a->y);
    if (far > 0.45 || fabs(turned_by(a->heading, b->heading)) > 0.05 ||
        fabs(a->feet - b->feet) > 0.06) {
        return false;
    }
    for (int i = 0; i <= 8; i++) {
        if (!ground_fits(g, a->x + (b->x - a->x) * i / 8, a->y + (b->y - a->y) * i / 8, a->heading,
                         b->feet)) {
            return false;
        }
    }
    return true;
}

bool roam_set_out(roam *r, const belief *b, stand to, bool holding)
{
    const ground *g = roam_ground(b, -1);
    stand leave, before;
    r->to = to;
    r->holding = holding;
    r->n_way = r->at = 0;
    if (!is_beside(g, &r->now, &to)) {
        if (!roam_back_off(g, &to, &before) || !roam_back_off(g, &r->now, &leave)) {
            return false;
        }
        r->way[0] = vec_of(leave.x, leave.y, 0);
        r->n_way = 1 + ground_way(g, r->way[0], vec_of(before.x, before.y, 0), r->way + 1);
        if (r->n_way == 1) {
            return false;
        }
    }
    double joints[DOF];
    memcpy(joints, b->joints, sizeof joints);
    const pose tool = pose_mul(pose_inverse(b->base), b->tool),
               down = {vec_of(0, 0, 0), {0, 1, 0, 0}};
    r->carry = roam_drawn_in(holding ? &tool : &down, joints);
    enter(r, ROAM_TUCK);
    return true;
}

/* With something in its hand it turns at half speed: the goal stays near, and the base is always about to stop. What is round creeps between the
   pads under the pull of a fast turn, and jumps out. */
static void steer(roam *r, double x, double y, double heading, double feet)
{
    const double most = r->holding ? 0.1 : PI, left = turned_by(r->now.heading, heading);
    r->goal = (stand){x, y, r->now.heading + fmin(fmax(left, -most), most), feet};
}

/* Where the next stage begins. */
static void drive(roam *r)
{
    const vec *p = &r->way[r->at < r->n_way ? r->at : r->n_way - 1];
    const double far = r->n_way ? hypot(p->x - r->now.x, p->y - r->now.y) : 0;
    switch (r->stage) {
    case ROAM_LEAVE: /* straight back */
        steer(r, p->x, p->y, r->goal.heading, r->goal.feet);
        if (far < 0.03) {
            r->at = 1;
            enter(r, ROAM_GO);
        }
        break;
    case ROAM_GO: {
        const bool last = r->at == r->n_way - 1;
        steer(r, p->x, p->y, r->to.heading, r->to.feet);
        if (!last && far < 0.12) {
            r->at++;
        } else if (last && far < 0.02 && fabs(turned_by(r->now.heading, r->to.heading)) < 0.015 &&
                   fabs(r->now.feet - r->to.feet) < 0.01) {
            enter(r, ROAM_DOCK);
        }
        break;
    }
    default: steer(r, r->to.x, r->to.y, r->to.heading, r->to.feet);
    }
}

skill_state roam_step(roam *r, const belief *b, motion *m, double dt)
{
    r->ticks++;
    if (r->stage == ROAM_TUCK) {
        const skill_state how = draw_in(r, b, m, dt);
        if (how == SKILL_DONE) {
            enter(r, r->n_way ? ROAM_LEAVE : ROAM_DOCK);
        }
        return how == SKILL_FAILED ? SKILL_FAILED : SKILL_BUSY;
    }
    drive(r);
    m->at = pose_mul(b->base, r->carry);
    m->velocity = m->spin = vec_of(0, 0, 0);
    if (r->stage == ROAM_DOCK && close_to(&r->now, &r->to, 0.004, 0.006) &&
        fabs(r->now.feet - r->to.feet) < 0.004 && r->ticks > 8) {
        r->surface = r->to.feet;
        return SKILL_DONE;
    }
    return r->ticks > 500 ? SKILL_FAILED : SKILL_BUSY;
}
