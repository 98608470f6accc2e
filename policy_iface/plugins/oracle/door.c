#include "door.h"
#include "access.h"
#include "hand.h"
#include "heights.h"
#include "reach.h"
#include "work.h"

#include <string.h>

#define DEGREE (PI / 180)

static const double lets_in = 65 * DEGREE, shut_turn = 2 * DEGREE, shut_slide = 0.008;
static const double not_down = 3 * DEGREE;
static const double open_width = 0.036; /* of the fingers around a bar of 14 mm */
static const double deep = 0.003;       /* tool point below the bar's middle */
static const double beside =
    0.019; /* from the bar's middle to the middle of closed fingers that push it */
static const double overpush = 0.006;    /* so much closer at the end: the catch takes the rest */
static const double stand_off = 0.035;   /* from where the push begins */
static const double down = 0.09;         /* straight way to the bar, */
static const double low_down = 0.05;     /* where the hand only comes beside it */
static const double margin_least = 0.04; /* rad, of the joints */
static const double clear_least = 0.003; /* metre, around the hand */
static const double travel_speed = 0.45, move_speed = 0.20, push_speed = 0.16, fine_speed = 0.12,
                    turn_speed = 1.8;
static const double lost_slide = 0.04, lost_turn = 12 * DEGREE; /* behind the hand: it has let go */

/* A door that drops: its hinge is level. */
static bool drops(const thing_part *p)
{
    return !p->slides && fabs(p->axis.z) < 0.5;
}

bool door_lets_in(const thing_part *p)
{
    if (drops(p)) {
        return p->at > p->hi - not_down; /* what rolls out over it wants all of it */
    }
    return p->at > (p->slides ? 0.88 * p->hi : fmin(lets_in, 0.88 * p->hi));
}

bool door_is_shut(const thing_part *p)
{
    return p->at < (p->slides ? shut_slide : shut_turn);
}

/* ---- the way --------------------------------------------------------------------------------- */

typedef struct hold {
    double lean, shift; /* of the hand against straight down, away from the front; along the bar */
    bool flip,
        across; /* half a turn about the approach; a quarter turn: the hand's flat side to the front */
} hold;

/* The bar with the joint at `at`: its middle, its direction, and where it goes when the part opens further. */
typedef struct bar {
    vec middle, along, out;
} bar;

static bar bar_at(const thing_part *part, const handle *h, double at)
{
    thing_part p = *part;
    p.at = at;
    const pose moved = part_moved(&p);
    const vec arm = vec_sub(h->pos, p.pos), way = p.slides ? p.axis : vec_cross(p.axis, arm);
    const vec out = vec_unit(vec_sub(way, vec_scale(h->along, vec_dot(way, h->along))));
    if (drops(part)) { /* the bar turns between the fingers: the hand keeps its heading */
        return (bar){pose_apply(moved, h->pos), quat_rotate(moved.q, h->along),
                     vec_unit(vec_of(out.x, out.y, 0))};
    }
    return (bar){pose_apply(moved, h->pos), quat_rotate(moved.q, h->along),
                 quat_rotate(moved.q, out)};
}

/* The fingers around the bar; `beyond`: the tool's point so far outside of it. */
static pose tool_at(const bar *r, const hold *how, double beyond)
{
    const vec up = vec_of(0, 0, 1);
    const vec z =
        vec_unit(vec_add(vec_scale(up, -cos(how->lean)), vec_scale(r->out, -sin(how->lean))));
    const vec along = how->flip ? vec_scale(r->along, -1) : r->along, side = vec_cross(z, along);
    const vec x = how->across ? vec_scale(side, -1) : along, y = how->across ? along : side;
    const vec at = vec_along(vec_along(r->middle, r->along, how->shift), r->out, beyond);
    return (pose){vec_along(at, z, deep), quat_from_axes(x, y, z)};
}

static void add(door *d, pose at, double stand)
{
    if (d->n < DOOR_POINTS) {
        d->way[d->n] = at;
        d->stand[d->n++] = stand;
    }
}

/* At the top of a door that drops the arm reaches far and leans; at its bottom, over the table, it must not. */
static hold eased(const hold *how, const thing_part *p, double at)
{
    hold now = *how;
    now.lean *= drops(p) ? fmax(0, 1 - at / p->hi) : 1;
    return now;
}

static void plan_way(door *d, const thing_part *p, const handle *h, const hold *how, double end)
{
    const double step = p->slides ? 0.02 : 5 * DEGREE, span = end - p->at;
    const int n = 1 + (int)fmin(ceil(fabs(span) / step), DOOR_POINTS - 3);
    const bar first = bar_at(p, h, p->at), last = bar_at(p, h, end);
    const hold begin = eased(how, p, p->at);
    d->grips = d->opening || drops(p);
    if (d->grips) {
        add(d, tool_at(&first, &begin, 0), p->at);
    } else {
        add(d, tool_at(&first, how, stand_off), p->at);
        add(d, tool_at(&first, how, beside), p->at);
    }
    for (int i = 1; i <= n; i++) {
        const double at = p->at + span * i / n;
        const bar r = bar_at(p, h, at);
        const hold now = eased(how, p, at);
        add(d, tool_at(&r, &now, d->grips ? 0 : i == n ? beside - overpush : beside), at);
    }
    d->before = pose_advance(d->way[0], d->grips ? -down : -low_down);
    d->away =
        d->grips ? pose_advance(d->way[d->n - 1], -down) : tool_at(&last, how, stand_off + 0.03);
}

/* What stands in a drawer goes where it goes. */
static void ride(belief *view, const belief *b, int part, double at)
{
    const thing_part *p = &b->parts.list[part];
    for (int i = 0; i < b->furniture.n_spaces && p->slides; i++) {
        for (int t = 0; t < b->n_things && b->furniture.spaces[i].part == part; t++) {
            if (space_holds(b, i, t)) {
                view->things[t].at.p = vec_along(b->things[t].at.p, p->axis, at - p->at);
            }
        }
    }
}

/* All of the way, from where the arm is now, with nothing in it. */
static bool can_go(const belief *b, const door *d, double travel_z, double *margin)
{
    static _Thread_local belief view;
    double q[DOF];
    const pose world_to_base = pose_inverse(b->base);
    const double width = d->grips ? open_width : 0;
    pose up = b->tool, over = d->before;
    memcpy(q, b->joints, sizeof q);
    *margin = PI;
    up.p.z = fmax(up.p.z, travel_z);
    over.p.z = fmax(over.p.z, travel_z);
    if (!reach_follow(pose_mul(world_to_base, up), q, margin) ||
        !reach_follow(pose_mul(world_to_base, over), q, margin) ||
        hand_clearance_but(b, d->before, width, d->part) < clear_least) {
        return false;
    }
    *margin = PI;
    view = *b;
    for (int i = 0; i < d->n; i++) {
        ride(&view, b, d->part, d->stand[i]);
        if (hand_clearance_but(&view, d->way[i], width, d->part) < clear_least ||
            !reach_follow(pose_mul(world_to_base, d->way[i]), q, margin)) {
            return false;
        }
    }
    return reach_follow(pose_mul(world_to_base, d->away), q, margin) && *margin > margin_least;
}

/* Where it shall stand: a door as far open as the arm can bring it. */
static int list_ends(const thing_part *p, bool opening, double out[4])
{
    static const double doors[] = {100 * DEGREE, 90 * DEGREE, 80 * DEGREE, 70 * DEGREE};
    if (!opening || p->slides) {
        out[0] = opening ? p->hi - 0.003 : 0;
        return 1;
    }
    for (int i = 0; i < 4; i++) {
        out[i] = fmin(doors[i], p->hi - 2 * DEGREE);
    }
    return 4;
}

/* The holds to be tried, the best first. */
static int list_holds(bool grips, double shift, hold out[16])
{
    static const double leans[] = {0, 0.3, 0.6, 0.9}, pushes[] = {0, -0.3, -0.6, 0.3};
    int n = 0;
    for (int c = 0; c < 8; c++) {
        out[n++] = grips ? (hold){leans[c / 2], shift, c % 2, false}
                           : (hold){pushes[c / 2], shift, c % 2, true};
    }
    for (int c = 0; c < 8 && !grips; c++) {
        out[n++] = (hold){leans[c / 2], shift, c % 2, false};
    }
    return n;
}

bool door_start(door *d, const belief *b, int part, bool opening, int attempt, bool look)
{
    static const double shifts[] = {0, 0.03, -0.03};
    const thing_part *p = &b->parts.list[part];
    const handle *h = furniture_handle(&b->furniture, part);
    const double travel_z = height_of_travel(b);
    double ends[4], best = -1;
    const int n_ends = list_ends(p, opening, ends);
    for (int e = 0; h && e < n_ends && best < 0; e++) {
        for (int k = 0; k < 3 && best < 0; k++) {
            hold holds[16];
            const int n_holds = list_holds(opening || drops(p), shifts[(k + attempt) % 3], holds);
            for (int c = 0; c < n_holds; c++) {
                door tried = {.part = part, .opening = opening, .look = look};
                double margin;
                plan_way(&tried, p, h, &holds[c], ends[e]);
                if (can_go(b, &tried, travel_z, &margin) && margin / (1 + c / 2) > best) {
                    best = margin / (1 + c / 2);
                    *d = tried;
                }
            }
        }
    }
    return best >= 0;
}

/* ---- going it -------------------------------------------------------------------------------- */

static void enter(door *d, door_phase next)
{
    d->phase = next;
    d->ticks = 0;
}

static skill_state step_over(door *d, const belief *b, motion *m, double dt)
{
    const double travel_z = fmax(d->before.p.z, height_of_travel(b));
    pose over = d->before;
    over.p.z = travel_z;
    const double flat = hypot(over.p.x - m->at.p.x, over.p.y - m->at.p.y);
    pose next = over;
    if (m->at.p.z < travel_z - 0.04 && flat > 0.03) {
        next = (pose){vec_of(m->at.p.x, m->at.p.y, travel_z), m->at.q};
    }
    work_go(b, m, next, travel_speed, turn_speed, dt);
    if (motion_near(m, over, 0.01, 0.03)) {
        enter(d, DOOR_DOWN);
    }
    return d->ticks > 200 ? SKILL_FAILED : SKILL_BUSY;
}

static skill_state step_down(door *d, const belief *b, motion *m, double dt)
{
    work_go(b, m, d->way[0], fine_speed, turn_speed, dt);
    if (motion_near(m, d->way[0], 0.002, 0.02) && vec_distance(b->tool.p, d->way[0].p) < 0.008) {
        d->at = 1;
        enter(d, d->grips ? DOOR_GRIP : DOOR_MOVE);
    }
    return d->ticks > 120 ? SKILL_FAILED : SKILL_BUSY;
}

static skill_state step_grip(door *d, const belief *b, motion *m, double dt)
{
    work_go(b, m, d->way[0], fine_speed, turn_speed, dt);
    if (d->ticks > 12) {
        if (d->look && (b->width < 0.006 || b->touch[0] < 1 || b->touch[1] < 1)) {
            return SKILL_FAILED;
        }
        enter(d, DOOR_MOVE);
    }
    return SKILL_BUSY;
}

static skill_state step_move(door *d, const belief *b, motion *m, double dt)
{
    const thing_part *p = &b->parts.list[d->part];
    const bool last = d->at == d->n - 1;
    work_go(b, m, d->way[d->at], d->grips ? move_speed : push_speed, turn_speed, dt);
    if (d->look && d->grips &&
        fabs(p->at - d->stand[d->at]) > (p->slides ? lost_slide : lost_turn) + 0.03) {
        return SKILL_FAILED;
    }
    if (motion_near(m, d->way[d->at], last ? 0.003 : 0.012, 0.1)) {
        d->at++;
        d->ticks = 0;
    }
    if (d->at == d->n) {
        enter(d, DOOR_LET_GO);
    } else if (d->ticks > 60) {
        d->at = d->n; /* held up: let go, and see */
        d->away = pose_advance(m->at, -down);
        enter(d, DOOR_LET_GO);
    }
    return SKILL_BUSY;
}

static skill_state step_away(door *d, const belief *b, motion *m, double dt)
{
    const thing_part *p = &b->parts.list[d->part];
    work_go(b, m, d->away, 0.25, turn_speed, dt);
    if (!motion_near(m, d->away, 0.015, 0.1) && d->ticks < 60) {
        return SKILL_BUSY;
    }
    return !d->look || (d->opening ? door_lets_in(p) : door_is_shut(p)) ? SKILL_DONE : SKILL_FAILED;
}

skill_state door_step(door *d, const belief *b, motion *m, double *width, double dt)
{
    *width = d->grips && d->phase != DOOR_GRIP && d->phase != DOOR_MOVE ? open_width : 0;
    d->ticks++;
    switch (d->phase) {
    case DOOR_OVER: return step_over(d, b, m, dt);
    case DOOR_DOWN: return step_down(d, b, m, dt);
    case DOOR_GRIP: return step_grip(d, b, m, dt);
    case DOOR_MOVE: return step_move(d, b, m, dt);
    case DOOR_LET_GO:
        work_go(b, m, m->at, fine_speed, turn_speed, dt);
        if (!d->grips || b->width > open_width - 0.004 || d->ticks > 20) {
            enter(d, DOOR_AWAY);
        }
        return SKILL_BUSY;
    default: return step_away(d, b, m, dt);
    }
}
