#include "press.h"

#include <string.h>

#include "hand.h"
#include "heights.h"
#include "reach.h"
#include "work.h"

static const double tip = 0.009;    /* the fingertips, beyond the tool's point */
static const double deeper = 0.003; /* than the button goes */
static const double over = 0.08, before = 0.015;
static const double turn_speed = 1.8;
static const double margin_least = 0.2, clear = 0.004;

/* The middle of the button's upper face as it is when nobody presses. */
static vec face_of(const thing_part *p, pose owner)
{
    return pose_apply(owner, vec_along(p->centre, vec_of(0, 0, 1), p->half.z));
}

static void plan(press *p, const thing_part *button, vec face, double yaw)
{
    const quat down = quat_mul(quat_about(vec_of(0, 0, 1), yaw), quat_about(vec_of(1, 0, 0), PI));
    const double depth = button->hi + deeper, z[4] = {over, before, -depth, over};
    for (int i = 0; i < 4; i++) {
        p->way[i] = (pose){vec_of(face.x, face.y, face.z + tip + z[i]), quat_unit(down)};
    }
}

/* *cost: how far from the home posture the arm is then; a hand turned about costs the way back. */
static bool can_go(const press *p, const belief *b, double *cost)
{
    double q[DOF], margin = PI;
    const pose world_to_base = pose_inverse(b->base);
    pose high = p->way[0];
    memcpy(q, b->joints, sizeof q);
    high.p.z = fmax(high.p.z, height_of_all(b, -1) + 0.05);
    if (!(hand_clearance(b, p->way[1], 0, -1, -1) > clear) ||
        !reach_follow(pose_mul(world_to_base, high), q, &margin) ||
        !reach_follow(pose_mul(world_to_base, p->way[0]), q, &margin) ||
        !reach_follow(pose_mul(world_to_base, p->way[2]), q, &margin) || margin < margin_least) {
        return false;
    }
    *cost = 0;
    for (int i = 0; i < DOF; i++) {
        *cost += (q[i] - reach_home[i]) * (q[i] - reach_home[i]);
    }
    return true;
}

bool press_start(press *p, const belief *b, int part, bool look)
{
    const thing_part *button = &b->parts.list[part];
    const vec face = face_of(button, b->things[button->thing].at);
    double best = HUGE_VAL;
    for (int k = 0; k < 16; k++) {
        press tried = {.part = part, .look = look};
        double cost;
        plan(&tried, button, face, 2 * PI * k / 16);
        if (can_go(&tried, b, &cost) && cost < best) {
            best = cost;
            *p = tried;
        }
    }
    return best < HUGE_VAL;
}

/* Up, across at a height where nothing is, then down onto it. */
skill_state press_step(press *p, const belief *b, motion *m, double *width, double dt)
{
    static const double speeds[] = {0.45, 0.15, 0.04, 0.15};
    const pose to = p->way[p->at];
    *width = 0;
    p->ticks++;
    if (p->at == 0) {
        const double z = fmax(to.p.z, height_of_all(b, -1) + 0.05);
        pose next = {vec_of(to.p.x, to.p.y, z), to.q};
        if (m->at.p.z < z - 0.04 && hypot(to.p.x - m->at.p.x, to.p.y - m->at.p.y) > 0.03) {
            next = (pose){vec_of(m->at.p.x, m->at.p.y, z), m->at.q};
        }
        work_go(b, m, next, speeds[0], turn_speed, dt);
        p->at += hypot(to.p.x - m->at.p.x, to.p.y - m->at.p.y) < 0.005 &&
                 motion_near(m, next, 0.01, 0.03);
        return p->ticks > 240 ? SKILL_FAILED : SKILL_BUSY;
    }
    work_go(b, m, to, speeds[p->at], turn_speed, dt);
    const bool felt =
        p->look && p->at == 2 && b->parts.list[p->part].at > 0.9 * b->parts.list[p->part].hi;
    if (felt || motion_near(m, to, 0.002, 0.05)) {
        p->at++;
        p->ticks = 0;
    }
    return p->at == 4 ? SKILL_DONE : p->ticks > 100 ? SKILL_FAILED : SKILL_BUSY;
}
