#include "wipe.h"

#include <string.h>

#include "hand.h"
#include "reach.h"

static const double pressed_by = 0.004,
                    deepest = 0.009; /* the reference goes so far below the surface */
static const double over = 0.03;     /* above it, on the way */
static const double slide_speed = 0.10, move_speed = 0.30, down_speed = 0.10, turn_speed = 1.5;
static const double inset = 0.003;  /* of the sponge's face that counts */
static const double beside = 0.012; /* sponge from things */
static const double hand_beside = 0.012;
static const double stuck = 0.025; /* the tool behind its reference: something is in the way */
static const double room_to_take = 0.13;  /* for the hand that takes a sponge */
static const double lying_beside = 0.085; /* middle of the sponge from the end of what lies */
static const double dry_ml = 0.011;       /* less dries by itself */
static const double longest_slide = 0.12;
static const int patience = 24; /* control steps of pressing without much effect */

int wipe_wanted(const belief *b)
{
    for (int i = 0; i < b->n_literals; i++) {
        if (!b->literals[i].holds && strcmp(b->literals[i].predicate, "dry") == 0 &&
            b->literals[i].n_args == 1) {
            return i;
        }
    }
    return -1;
}

/* ---- taking the sponge ----------------------------------------------------------------------- */

static bool is_asked_for(const wipe *w, const belief *b, vec at)
{
    const region *r = &b->regions[w->region];
    return fabs(at.x - r->pos.x) <= r->half.x && fabs(at.y - r->pos.y) <= r->half.y;
}

static bool is_wet(const wipe *w, const belief *b, int patch)
{
    const wet_patch *p = &b->wet.patches[patch];
    return p->ml > 0 && is_asked_for(w, b, p->at);
}

/* A job that would carry the sponge to where it is wanted: how it is taken, and where it goes in the end. */
static bool plan_taking(const belief *b, int index, int attempt, job *out)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (l->n_args > 0 && plan_serves(l) && strcmp(l->args[0], b->things[index].id) == 0 &&
            plan_job(b, i, attempt, out)) {
            return true;
        }
    }
    return false;
}

bool wipe_start(wipe *w, const belief *b, int index, int attempt, const motion *m, bool look)
{
    const int where = belief_find_region(b, b->literals[index].args[0]);
    for (int i = 0; i < b->wet.n_wipers && where >= 0; i++) {
        const int sponge = b->wet.wipers[i].thing;
        job j;
        if (b->things[sponge].present && vec_norm(b->things[sponge].velocity) < 0.03 &&
            plan_taking(b, sponge, attempt, &j)) {
            *w = (wipe){.wiper = i,
                        .region = where,
                        .look = look,
                        .deep = pressed_by,
                        .among = wipe_waits(b)};
            w->spot = j.release;
            work_start(&w->work, &j, b, m, look);
            return true;
        }
    }
    return false;
}

/* ---- where next ------------------------------------------------------------------------------ */

static pose tool_for(const wipe *w, pose sponge)
{
    return pose_mul(sponge, pose_inverse(w->work.thing_in_tool));
}

/* The sponge as it is held: flat, its face on the surface at this height. */
static pose lying(const wipe *w, const belief *b, vec at, double yaw)
{
    const wet_wiper *r = &b->wet.wipers[w->wiper];
    pose p = {at, quat_about(vec_of(0, 0, 1), yaw)};
    p.p.z = at.z - (r->pos.z - r->half.z);
    return p;
}

static bool is_under(const wet_wiper *r, pose sponge, vec at, double shrink)
{
    const vec local = vec_sub(pose_apply(pose_inverse(sponge), at), r->pos);
    return fabs(local.x) < r->half.x - shrink && fabs(local.y) < r->half.y - shrink;
}

static double wet_under(const wipe *w, const belief *b, pose sponge, double shrink)
{
    double sum = 0;
    for (int i = 0; i < b->wet.n_patches; i++) {
        if (is_wet(w, b, i) && !w->given_up[i] &&
            is_under(&b->wet.wipers[w->wiper], sponge, b->wet.patches[i].at, shrink)) {
            sum += b->wet.patches[i].ml;
        }
    }
    return sum;
}

/* Something lies there: it would roll away from a sponge. */
static bool lies_beside(const belief *b, vec at, int skip)
{
    for (int i = 0; i < b->n_things; i++) {
        const thing *t = &b->things[i];
        const vec middle = pose_apply(t->at, vec_of(0, 0, t->height / 2));
        if (t->present && i != skip && pose_axis_z(t->at).z < 0.9 &&
            hypot(middle.x - at.x, middle.y - at.y) < t->height / 2 + lying_beside) {
            return true;
        }
    }
    return false;
}

bool wipe_is_beside(const belief *b, int index)
{
    for (int i = 0; i < b->wet.n_wipers; i++) {
        const vec at = b->things[b->wet.wipers[i].thing].at.p, p = b->things[index].at.p;
        if (b->wet.wipers[i].thing != index &&
            hypot(p.x - at.x, p.y - at.y) < b->things[index].footprint + room_to_take) {
            return true;
        }
    }
    return false;
}

bool wipe_waits(const belief *b)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int t =
            l->holds || l->n_args == 0 || !plan_serves(l) ? -1 : belief_find_thing(b, l->args[0]);
        if (t >= 0 && b->things[t].present && pose_axis_z(b->things[t].at).z < 0.9 &&
            wet_is_near(&b->wet, b->things[t].at.p, b->things[t].height + lying_beside)) {
            return true;
        }
    }
    return false;
}

/* Nothing stands where the sponge or the hand would be. */
static bool is_clear(const wipe *w, const belief *b, pose sponge)
{
    const wet_wiper *r = &b->wet.wipers[w->wiper];
    if (lies_beside(b, sponge.p, r->thing)) {
        return false;
    }
    for (int i = 0; i < 9; i++) {
        const vec corner = vec_of(r->pos.x + r->half.x * (i % 3 - 1),
                                  r->pos.y + r->half.y * (i / 3 - 1), r->pos.z);
        if (point_clearance(b, pose_apply(sponge, corner), r->thing, -1) < beside) {
            return false;
        }
    }
    return hand_clearance(b, tool_for(w, sponge), b->width, r->thing, -1) > hand_beside;
}

static bool in_reach(const wipe *w, const belief *b, pose sponge)
{
    double q[DOF], margin;
    memcpy(q, b->joints, sizeof q);
    return reach_solve(pose_mul(pose_inverse(b->base), tool_for(w, sponge)), q, &margin) &&
           margin > 0.05;
}

static double yaw_of(quat q)
{
    const vec x = quat_rotate(q, vec_of(1, 0, 0));
    return atan2(x.y, x.x);
}

/* The place that takes up most for its time. False: no wet place that is left can be got at. */
static bool next_place(wipe *w, const belief *b, const motion *m)
{
    static const double shares[5][2] = {{0, 0}, {.6, 0}, {-.6, 0}, {0, .5}, {0, -.5}};
    const wet_wiper *r = &b->wet.wipers[w->wiper];
    const pose now = pose_mul(m->at, w->work.thing_in_tool);
    double best = 0;
    for (int i = 0; i < b->wet.n_patches; i++) {
        if (!is_wet(w, b, i) || w->given_up[i]) {
            continue;
        }
        for (int k = 0; k < 20; k++) {
            const double yaw = yaw_of(now.q) + PI / 4 * (k / 5 == 3 ? 2 : k / 5 - 1);
            const vec shift =
                quat_rotate(quat_about(vec_of(0, 0, 1), yaw),
                            vec_of(shares[k % 5][0] * r->half.x, shares[k % 5][1] * r->half.y, 0));
            const pose at = lying(w, b, vec_add(b->wet.patches[i].at, shift), yaw);
            const double way = hypot(at.p.x - now.p.x, at.p.y - now.p.y),
                         turn = fabs(PI / 4 * (k / 5 == 3 ? 2 : k / 5 - 1)),
                         value =
                             wet_under(w, b, at, inset) / (0.8 + way / slide_speed + 0.8 * turn);
            if (value > best && is_clear(w, b, at) && in_reach(w, b, at)) {
                best = value;
                w->sponge = at;
            }
        }
    }
    return best > 0;
}

/* May the sponge slide there, or must it be lifted over something? */
static bool may_slide(const wipe *w, const belief *b, pose from)
{
    const double way = hypot(from.p.x - w->sponge.p.x, from.p.y - w->sponge.p.y);
    for (int i = 1; i < 6; i++) {
        pose at = w->sponge;
        at.p.x += (from.p.x - at.p.x) * i / 6;
        at.p.y += (from.p.y - at.p.y) * i / 6;
        if (!is_clear(w, b, at)) {
            return false;
        }
    }
    return way < longest_slide;
}

/* ---- wiping ---------------------------------------------------------------------------------- */

static void enter(wipe *w, wipe_stage next)
{
    w->stage = next;
    w->ticks = 0;
}

static void go_back(wipe *w, const belief *b, const motion *m)
{
    w->n_left = 0;
    for (int i = 0; i < b->wet.n_patches; i++) {
        w->n_left += is_wet(w, b, i);
    }
    w->work.phase = PHASE_LIFT;
    w->work.ticks = 0;
    w->work.rise_to = m->at.p;
    w->work.rise_to.z += 0.08;
    enter(w, WIPE_BACK);
}

static void look_on(wipe *w, const belief *b, const motion *m)
{
    const pose now = pose_mul(m->at, w->work.thing_in_tool);
    const bool down = w->stage == WIPE_PRESS;
    if (!next_place(w, b, m)) {
        go_back(w, b, m);
    } else if (down && may_slide(w, b, now)) {
        enter(w, WIPE_PRESS);
        w->left = wet_under(w, b, w->sponge, 0);
    } else {
        enter(w, down ? WIPE_UP : WIPE_OVER);
    }
}

/* Who does not look takes for granted that pressing helps. */
static void assume_taken_up(const wipe *w, belief *b, const motion *m, double dt)
{
    const pose now = pose_mul(m->at, w->work.thing_in_tool);
    for (int i = 0; i < b->wet.n_patches; i++) {
        wet_patch *p = &b->wet.patches[i];
        if (p->ml > 0 && is_under(&b->wet.wipers[w->wiper], now, p->at, 0)) {
            p->ml = p->ml < dry_ml ? 0 : p->ml * exp(-dt / 0.25);
        }
    }
}

static void give_up_under(wipe *w, const belief *b)
{
    for (int i = 0; i < b->wet.n_patches; i++) {
        w->given_up[i] |= is_wet(w, b, i) && is_under(&b->wet.wipers[w->wiper], w->sponge,
                                                      b->wet.patches[i].at, inset);
    }
}

static void press(wipe *w, belief *b, motion *m, double dt)
{
    pose at = w->sponge;
    at.p.z -= w->deep;
    const pose tool = tool_for(w, at);
    work_go(b, m, tool, slide_speed, turn_speed, dt);
    if (!w->look) {
        assume_taken_up(w, b, m, dt);
    }
    if (w->look && vec_distance(b->tool.p, m->at.p) > stuck) {
        give_up_under(w, b);
        look_on(w, b, m);
        return;
    }
    if (!motion_near(m, tool, 0.006, 0.05) && w->ticks < 60) {
        return;
    }
    const double left = wet_under(w, b, w->sponge, inset);
    if (!(left > 0)) {
        look_on(w, b, m);
    } else if (w->ticks > patience) {
        if (left > 0.7 * w->left) { /* not hard enough, or beside it */
            w->deep += 0.002;
            if (w->deep > deepest) {
                w->deep = pressed_by;
                give_up_under(w, b);
            }
        }
        w->left = left;
        w->ticks = 0;
        look_on(w, b, m);
    }
}

static bool is_lost(const wipe *w, const belief *b)
{
    const pose expected = pose_mul(b->tool, w->work.thing_in_tool);
    return w->look && vec_distance(expected.p, b->things[w->work.job.thing].at.p) > 0.035;
}

static void step_on_surface(wipe *w, belief *b, motion *m, double dt)
{
    pose above = w->sponge;
    above.p.z += over;
    switch (w->stage) {
    case WIPE_UP: {
        const pose up = {vec_of(m->at.p.x, m->at.p.y, fmax(m->at.p.z, tool_for(w, above).p.z)),
                         m->at.q};
        work_go(b, m, up, move_speed, turn_speed, dt);
        if (motion_near(m, up, 0.008, 1)) {
            enter(w, WIPE_OVER);
        }
        break;
    }
    case WIPE_OVER:
        above.p.z = fmax(above.p.z, w->work.job.travel_z - 0.10); /* over what stands on the way */
        work_go(b, m, tool_for(w, above), move_speed, turn_speed, dt);
        if (motion_near(m, tool_for(w, above), 0.006, 0.04)) {
            enter(w, WIPE_DOWN);
        } else if (w->ticks > 160) {
            give_up_under(w, b);
            look_on(w, b, m);
        }
        break;
    case WIPE_DOWN:
        work_go(b, m, tool_for(w, w->sponge), down_speed, turn_speed, dt);
        if (motion_near(m, tool_for(w, w->sponge), 0.003, 0.04) || w->ticks > 60) {
            w->left = wet_under(w, b, w->sponge, inset);
            enter(w, WIPE_PRESS);
        }
        break;
    default: press(w, b, m, dt);
    }
}

skill_state wipe_step(wipe *w, belief *b, motion *m, double *width, double dt)
{
    const wipe_stage before = w->stage;
    if (w->stage == WIPE_TAKE) {
        work_step(&w->work, b, m, width, dt);
        if (w->work.phase == PHASE_OVER_PLACE) {
            look_on(w, b, m);
        }
        return w->work.phase == PHASE_FAILED ? SKILL_FAILED : SKILL_BUSY;
    }
    if (w->stage == WIPE_BACK) {
        work_step(&w->work, b, m, width, dt);
        return w->work.phase == PHASE_FAILED ? SKILL_FAILED
               : w->work.phase != PHASE_DONE ? SKILL_BUSY
               : w->n_left > 0               ? SKILL_FAILED
                                             : SKILL_DONE;
    }
    *width = 0;
    if (is_lost(w, b)) {
        return SKILL_FAILED;
    }
    if (w->look && !w->among && wipe_waits(b)) {
        go_back(w, b, m); /* something has just fallen into it */
        return SKILL_BUSY;
    }
    step_on_surface(w, b, m, dt);
    w->ticks += w->stage == before;
    return SKILL_BUSY;
}
