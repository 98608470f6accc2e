#include "hands.h"

#include <string.h>

#include "reach.h"

static const double turn_speed = 1.6;    /* rad/s, mean */
static const double finger_speed = 0.20; /* of the opening, m/s: what the gripper does */
static const double close_enough = 0.006, angle_enough = 0.06;
static const double patience = 1.0;                      /* for the tools to arrive, s */
static const double stuck_after = 4;                     /* s without getting on */
static const double far_behind = 0.05;                   /* of a tool that does not get on, m */
static const double over_base = 0.17, round_base = 0.38; /* from the axis of an arm's base, m */
static const double least_gap = 0.012;                   /* between the hands, m */
static const double tool_in_reach = 0.0216; /* reach.c's tool ends this much closer to the flange */

static pose pose_of(const float *p, const float *q)
{
    return (pose){vec_of((double)p[0], (double)p[1], (double)p[2]),
                  quat_unit((quat){(double)q[0], (double)q[1], (double)q[2], (double)q[3]})};
}

void hands_read(hands *h, const float *joint_pos, const float *base_pose, const float *eef_pos,
                const float *eef_quat, const float *width, const float *touch)
{
    for (int k = 0; k < HANDS; k++) {
        hand_state *one = &h->hand[k];
        for (int i = 0; i < 7; i++) {
            one->joints[i] = (double)joint_pos[7 * k + i];
        }
        one->base = pose_of(base_pose + 7 * k, base_pose + 7 * k + 3);
        one->tool = pose_mul(one->base, pose_of(eef_pos + 3 * k, eef_quat + 4 * k));
        one->width = (double)width[k];
        one->touch[0] = (double)touch[2 * k];
        one->touch[1] = (double)touch[2 * k + 1];
    }
}

void hands_start(hands *h)
{
    for (int k = 0; k < HANDS; k++) {
        h->hand[k].at = h->hand[k].home = h->hand[k].tool;
        h->hand[k].open = h->hand[k].width;
    }
    hands_clear(h);
}

/* ---- the program --------------------------------------------------------------------------------------- */

void hands_clear(hands *h)
{
    h->n = h->next = 0;
    h->begun = h->blocked = false;
}

void hands_add(hands *h, stroke s)
{
    if (h->next == h->n) {
        h->n = h->next = 0;
    }
    if (h->n < MAX_STROKES) {
        h->queue[h->n++] = s;
    }
}

bool hands_busy(const hands *h)
{
    return h->next < h->n;
}

pose hands_end(const hands *h, int hand, double *open)
{
    pose at = h->hand[hand].at;
    double width = h->hand[hand].open;
    for (int i = h->next; i < h->n; i++) {
        const waypoint *to = &h->queue[i].to[hand];
        at = to->on ? to->at : at;
        width = to->on ? to->open : width;
    }
    if (open) {
        *open = width;
    }
    return at;
}

waypoint hands_to(pose at, double open)
{
    return (waypoint){.on = true, .at = at, .open = open};
}

stroke hands_only(int hand, waypoint to, double speed)
{
    stroke s = {.speed = speed};
    s.to[hand] = to;
    return s;
}

/* Does a straight way lead over the arm's own base? There it would fold up on itself. */
static bool leads_over_base(pose base, vec from, vec to)
{
    vec way = vec_sub(to, from), d = vec_sub(base.p, from);
    way.z = d.z = 0;
    double length = vec_norm(way), along = length > 0 ? vec_dot(d, way) / length : 0;
    return along > 0 && along < length && sqrt(fmax(0, vec_dot(d, d) - along * along)) < over_base;
}

/* Round the base at the height it has, the hand turning with the arm, to where the home pose lies ahead. */
static void add_way_round(hands *h, int hand, pose from)
{
    enum { PIECES = 4 };
    pose base = h->hand[hand].base, home = h->hand[hand].home;
    vec ahead = quat_rotate(base.q, vec_of(1, 0, 0)), a = vec_sub(from.p, base.p),
        b = vec_sub(home.p, base.p);
    double zero = atan2(ahead.y, ahead.x), begin = atan2(a.y, a.x) - zero,
           end = atan2(b.y, b.x) - zero;
    begin =
        atan2(sin(begin), cos(begin)); /* never round behind the arm, where its first joint ends */
    end = atan2(sin(end), cos(end));
    for (int i = 1; i < PIECES; i++) {
        double turn = (end - begin) * i / PIECES, angle = zero + begin + turn;
        pose at = {vec_of(base.p.x + round_base * cos(angle), base.p.y + round_base * sin(angle),
                          from.p.z),
                   quat_unit(quat_mul(quat_about(vec_of(0, 0, 1), turn), from.q))};
        hands_add(h, hands_only(hand, hands_to(at, HAND_WIDE), 0.55));
    }
}

static void add_home(hands *h, bool left, bool right)
{
    const bool which[HANDS] = {left, right};
    stroke up = {.speed = 0.45}, home = {.speed = 0.55};
    for (int k = 0; k < HANDS; k++) {
        pose at = hands_end(h, k, NULL), there = h->hand[k].home;
        at.p.z = fmax(at.p.z, h->hand[k].base.p.z + 0.16);
        up.to[k] = hands_to(at, HAND_WIDE);
        home.to[k] = hands_to(there, HAND_WIDE);
        up.to[k].on = home.to[k].on = which[k];
    }
    hands_add(h, up);
    for (int k = 0; k < HANDS; k++) {
        if (which[k] && leads_over_base(h->hand[k].base, up.to[k].at.p, h->hand[k].home.p)) {
            add_way_round(h, k, up.to[k].at);
        }
    }
    hands_add(h, home);
}

/* Two hands beside one another, one lower: risen to one height they would touch, and neither would ever go. The higher one goes first. */
void hands_add_home(hands *h, bool left, bool right)
{
    pose a = hands_end(h, LEFT_HAND, NULL), b = hands_end(h, RIGHT_HAND, NULL);
    if (!left || !right || hands_gap(a, b) > 2 * least_gap) {
        add_home(h, left, right);
        return;
    }
    const bool left_first = a.p.z > b.p.z;
    add_home(h, left_first, !left_first);
    add_home(h, !left_first, left_first);
}

static pose bow_turning(pose a, pose b, vec turn, double arc, double share)
{
    /* the height runs evenly, the way across as on a circle */
    double across = arc > 0 ? 0.5 - 0.5 * cos(PI * share) : share;
    pose at;
    at.p = vec_along(a.p, vec_sub(b.p, a.p), across);
    at.p.z = a.p.z + share * (b.p.z - a.p.z) + arc * sin(PI * share);
    at.q = quat_unit(quat_mul(quat_from_vector(vec_scale(turn, share)), a.q));
    return at;
}

pose hands_bow(pose a, pose b, double arc, double share)
{
    return bow_turning(a, b, quat_difference(a.q, b.q), arc, share);
}

static double bearing(const hand_state *one, vec p)
{
    return atan2(p.y - one->base.p.y, p.x - one->base.p.x);
}

/* Rotation vector to the next pose. Of a hand that points down the last joint turns against it, and with the first one: it does not
   go beyond its end, where the arm would contort itself, but round the other way. */
static vec turn_to(const hand_state *one, pose to)
{
    static const double wrist_end = 2.8, upright = 0.5;
    vec turn = quat_difference(one->at.q, to.q);
    double swing = bearing(one, to.p) - bearing(one, one->tool.p),
           wrist = one->joints[DOF - 1] + atan2(sin(swing), cos(swing)) - turn.z,
           back = wrist > 0 ? -2 * PI : 2 * PI;
    if (hypot(turn.x, turn.y) > upright || fabs(wrist) < wrist_end ||
        fabs(wrist + back) > wrist_end) {
        return turn;
    }
    return vec_scale(turn, 1 - 2 * PI / vec_norm(turn));
}

static double way_length(pose a, const waypoint *to)
{
    double straight = vec_distance(a.p, to->at.p);
    return to->arc > 0 ? hypot(straight, 2 * to->arc) * 1.1 : straight;
}

static void begin(hands *h)
{
    const stroke *s = &h->queue[h->next];
    h->seconds = 0.05;
    for (int k = 0; k < HANDS; k++) {
        h->from[k] = h->hand[k].at;
        h->open_from[k] = h->hand[k].open;
        if (s->to[k].on) {
            h->turn[k] = turn_to(&h->hand[k], s->to[k].at);
            double t = fmax(way_length(h->from[k], &s->to[k]) / s->speed,
                            vec_norm(h->turn[k]) / turn_speed);
            t = fmax(t, fabs(s->to[k].open - h->open_from[k]) / finger_speed);
            h->seconds = fmax(h->seconds, t);
        }
    }
    h->share = h->waited = h->stuck = 0;
    h->begun = true;
}

/* Slower when a tool lags behind its reference, so that a blocked arm builds up no force. */
static double pace(const hands *h)
{
    double lag = 0;
    for (int k = 0; k < HANDS; k++) {
        lag = fmax(lag, vec_distance(h->hand[k].tool.p, h->hand[k].at.p));
    }
    return fmin(fmax(1.8 - lag / 0.03, 0.02), 1);
}

static bool arrived(const hands *h, const stroke *s)
{
    for (int k = 0; k < HANDS; k++) {
        const hand_state *one = &h->hand[k];
        if (s->to[k].on && (vec_distance(one->tool.p, s->to[k].at.p) > close_enough ||
                            quat_angle(one->tool.q, s->to[k].at.q) > angle_enough)) {
            return false;
        }
    }
    return true;
}

static void finish_stroke(hands *h)
{
    h->next++;
    h->begun = false;
}

/* A tool that cannot follow stays where it is: from the pose it was to have no later stroke would get on either, not even the one home. */
static void give_up(hands *h)
{
    for (int k = 0; k < HANDS; k++) {
        hand_state *one = &h->hand[k];
        if (vec_distance(one->tool.p, one->at.p) > far_behind) {
            one->at = one->tool;
        }
    }
    h->blocked = true;
    h->n = h->next = 0;
    h->begun = false;
}

static void go_on(hands *h, const stroke *s, double dt)
{
    double share = fmin(1, h->share + dt / h->seconds * pace(h)),
           smooth = share * share * (3 - 2 * share);
    pose next[HANDS];
    for (int k = 0; k < HANDS; k++) {
        const waypoint *to = &s->to[k];
        next[k] =
            to->on ? bow_turning(h->from[k], to->at, h->turn[k], to->arc, smooth) : h->hand[k].at;
    }
    double gap = hands_gap(next[0], next[1]);
    bool meet = gap < least_gap && gap < hands_gap(h->hand[0].at, h->hand[1].at);
    h->stuck = meet || share - h->share < 0.05 * dt / h->seconds ? h->stuck + dt : 0;
    if (h->stuck > stuck_after || (meet && h->stuck > 0.5)) {
        give_up(h);
        return;
    }
    if (meet) {
        return;
    }
    h->share = share;
    for (int k = 0; k < HANDS; k++) {
        const waypoint *to = &s->to[k];
        h->hand[k].at = next[k];
        if (to->on) {
            h->hand[k].open = h->open_from[k] + share * (to->open - h->open_from[k]);
        }
    }
}

void hands_step(hands *h, double dt)
{
    if (!hands_busy(h)) {
        return;
    }
    const stroke *s = &h->queue[h->next];
    if (!h->begun) {
        begin(h);
    }
    if (h->share < 1) {
        go_on(h, s, dt);
        return;
    }
    h->waited += dt;
    if (h->waited >= s->wait && (!s->exact || arrived(h, s) || h->waited > s->wait + patience)) {
        finish_stroke(h);
    }
}

/* ---- poses --------------------------------------------------------------------------------------------- */

/* Quaternion of the frame with these axes (right-handed, unit). */
static quat quat_of_axes(vec x, vec y, vec z)
{
    double t = x.x + y.y + z.z;
    if (t > 0) {
        double s = 2 * sqrt(t + 1);
        return quat_unit((quat){s / 4, (y.z - z.y) / s, (z.x - x.z) / s, (x.y - y.x) / s});
    }
    if (x.x > y.y && x.x > z.z) {
        double s = 2 * sqrt(1 + x.x - y.y - z.z);
        return quat_unit((quat){(y.z - z.y) / s, s / 4, (y.x + x.y) / s, (z.x + x.z) / s});
    }
    if (y.y > z.z) {
        double s = 2 * sqrt(1 + y.y - x.x - z.z);
        return quat_unit((quat){(z.x - x.z) / s, (y.x + x.y) / s, s / 4, (z.y + y.z) / s});
    }
    double s = 2 * sqrt(1 + z.z - x.x - y.y);
    return quat_unit((quat){(x.y - y.x) / s, (z.x + x.z) / s, (z.y + y.z) / s, s / 4});
}

pose hands_leaning(vec tip, vec out, int branch, vec toward, double lean)
{
    vec down =
        vec_unit(vec_add(vec_scale(vec_of(0, 0, -1), cos(lean)), vec_scale(toward, sin(lean))));
    vec y = vec_scale(out, branch ? -1 : 1);
    y = vec_unit(vec_along(y, down, -vec_dot(y, down)));
    pose at = {vec_along(tip, down, -HAND_TIP), quat_of_axes(vec_cross(y, down), y, down)};
    return at;
}

pose hands_down(vec tip, vec out, int branch)
{
    return hands_leaning(tip, out, branch, vec_of(1, 0, 0), 0);
}

static pose for_reach(const hand_state *one, pose world)
{
    return pose_advance(pose_mul(pose_inverse(one->base), world), -tool_in_reach);
}

bool hands_reach(const hands *h, int hand_index, const pose *way, int n, double *margin)
{
    const hand_state *one = &h->hand[hand_index];
    double q[DOF];
    memcpy(q, one->joints, sizeof q);
    *margin = PI;
    /* freely: high over the start first, so that the arm comes from above as it will */
    pose over = way[0];
    over.p.z = fmax(over.p.z, one->base.p.z + 0.16);
    double ignored = PI;
    if (!reach_follow(for_reach(one, over), q, &ignored)) {
        double turned;
        memcpy(q, reach_home, sizeof q);
        if (!reach_solve(for_reach(one, over), q, &turned)) {
            return false;
        }
    }
    for (int i = 0; i < n; i++) {
        if (!reach_follow(for_reach(one, way[i]), q, margin)) {
            return false;
        }
    }
    return true;
}

/* A hand is a bar of 18 cm along the opening, 6 cm thick; its wrist goes up from the middle. */
double hands_gap(pose a, pose b)
{
    const double half = 0.07, thick = 0.035, back = 0.09;
    double least = HUGE_VAL;
    for (int i = -2; i <= 2; i++) {
        for (int k = -2; k <= 2; k++) {
            vec p = pose_apply(a, vec_of(0, half * i / 2, -back)),
                q = pose_apply(b, vec_of(0, half * k / 2, -back));
            least = fmin(least, vec_distance(p, q) - 2 * thick);
        }
    }
    return least;
}
