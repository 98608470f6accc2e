#include "work.h"
#include "heights.h"

/* Speeds in m/s and rad/s: empty travel, carrying, the last centimetres. */
static const double travel_speed = 0.45, carry_speed = 0.32, fine_speed = 0.12, lower_speed = 0.14,
                    turn_speed = 1.8, carry_turn = 1.1;
static const double slide_height = 0.007; /* over what it stood on: held at its rim, it droops a little */
static const double level_speed = 0.06;   /* out from under a spout with a full cup */
static const double stubbed = 8; /* N on a pad that should hang free */
static const double close_enough = 0.0025, angle_enough = 0.02;

void work_start(work *w, const job *j, const belief *b, const motion *m, bool look)
{
    *w = (work){.job = *j, .phase = PHASE_RISE, .look = look};
    w->pick_start = b->things[j->thing].at.p;
    w->planned_over = height_of_all(b, j->thing);
    w->rise_to = m->at.p;
    w->rise_to.z = fmax(m->at.p.z, pose_mul(b->things[j->thing].at, j->tool_in_thing).p.z +
                                       j->approach + 0.06);
    w->rise_to.z = fmax(w->rise_to.z, height_of_way(b, m->at.p, b->things[j->thing].at.p, j->thing));
    w->thing_in_tool = pose_inverse(j->tool_in_thing);
    w->planned_room = plan_room(b, j, w->thing_in_tool);
}

static void enter(work *w, phase next)
{
    w->phase = next;
    w->ticks = 0;
}

static pose grasp_pose(const work *w, const belief *b)
{
    pose thing_at = b->things[w->job.thing].at;
    return pose_mul(thing_at, w->job.tool_in_thing);
}

static pose release_pose(const work *w)
{
    return pose_mul(w->job.release, pose_inverse(w->thing_in_tool));
}

static pose raised(pose at, double z)
{
    at.p.z = fmax(at.p.z, z);
    return at;
}

/* The tool itself has come to the reference. */
static bool arrived(const belief *b, const motion *m, pose target)
{
    return motion_near(m, target, close_enough, angle_enough) &&
           vec_distance(b->tool.p, target.p) < 0.008;
}

/* Moved while nobody held it: the plan is stale. */
static bool thing_moved(const work *w, const belief *b)
{
    const thing *t = &b->things[w->job.thing];
    return w->look && (vec_distance(t->at.p, w->pick_start) > 0.03 || vec_norm(t->velocity) > 0.15);
}

static bool thing_lost(const work *w, const belief *b)
{
    const thing *t = &b->things[w->job.thing];
    pose expected = pose_mul(b->tool, w->thing_in_tool);
    /* a bag swings about the fingers that lift it by its rim */
    const double give = thing_is_container(t) && t->footprint > 0.1 ? 0.8 * t->footprint : 0.035;
    return w->look && w->holding && vec_distance(expected.p, t->at.p) > give;
}

void work_go(const belief *b, motion *m, pose target, double speed, double turn, double dt)
{
    double lag = vec_distance(b->tool.p, m->at.p), pace = fmin(fmax(1.6 - lag / 0.03, 0.02), 1);
    motion_step(m, target, speed * pace, turn * pace, dt);
}

/* Through an opening: level in, and level out again. */
static bool is_from_front(const work *w)
{
    return vec_norm(w->job.come) > 0;
}

/* Nearly half way round a hand may come to turn the other way than planned, and the wrist to its end: then back, and the other way round. */
static pose turn_freely(work *w, const belief *b, motion *m, pose target)
{
    static const double lag = 0.6, piece = 1;
    enum { PATIENCE = 8 };
    w->jammed = w->look && quat_angle(b->tool.q, m->at.q) > lag ? w->jammed + 1 : 0;
    if (w->jammed == PATIENCE) {
        w->turn_back = vec_scale(vec_unit(quat_difference(b->tool.q, target.q)), -piece);
        motion_start(m, b->tool);
    }
    if (vec_dot(quat_difference(m->at.q, target.q), w->turn_back) >= 0) {
        w->turn_back = vec_of(0, 0, 0);
    }
    if (vec_norm(w->turn_back) > 0) {
        target.q = quat_unit(quat_mul(quat_from_vector(w->turn_back), m->at.q));
    }
    return target;
}

static void step_to_pick(work *w, const belief *b, motion *m, double *width, double dt)
{
    pose at = grasp_pose(w, b), before = pose_advance(at, -w->job.approach);
    pose over = raised(before, w->rise_to.z);
    *width = w->job.open_width;
    if (thing_moved(w, b)) {
        enter(w, PHASE_FAILED);
        return;
    }
    switch (w->phase) {
    case PHASE_RISE: {
        pose up = {w->rise_to, m->at.q};
        work_go(b, m, up, travel_speed, turn_speed, dt);
        if (motion_near(m, up, 0.03, 1) || m->at.p.z > w->rise_to.z - 0.03) {
            enter(w, PHASE_OVER_PICK);
        }
        break;
    }
    case PHASE_OVER_PICK:
        if (is_from_front(w)) { /* turned first, then leant on the way down: at once, or far up, the arm winds itself up */
            over = pose_downright(over);
        }
        work_go(b, m, turn_freely(w, b, m, over), travel_speed, turn_speed, dt);
        if (motion_near(m, over, 0.02, 0.1)) {
            enter(w, is_from_front(w) ? PHASE_LEAN : PHASE_BEFORE_PICK);
        }
        break;
    case PHASE_LEAN:
        over = raised(before, height_of_travel(b));
        work_go(b, m, over, travel_speed, turn_speed, dt);
        if (motion_near(m, over, 0.02, 0.1)) {
            enter(w, PHASE_BEFORE_PICK);
        }
        break;
    case PHASE_BEFORE_PICK:
        work_go(b, m, before, travel_speed, turn_speed, dt);
        if (arrived(b, m, before) || w->ticks > 100) {
            enter(w, PHASE_APPROACH);
        }
        break;
    default:
        work_go(b, m, at, fine_speed, turn_speed, dt);
        if (w->look && b->parts.n > 0 && fmax(b->touch[0], b->touch[1]) > stubbed) {
            enter(w, PHASE_FAILED); /* a finger stands on something: another way down */
        } else if (arrived(b, m, at)) {
            enter(w, PHASE_CLOSE);
        } else if (w->ticks > 80) {
            enter(w, PHASE_FAILED);
        }
    }
}

/* Shards are held with a few newtons: the width is led by what the pads feel. Anything else: as hard as the hand can. */
static const double gentle_force = 6, gentle_least = 2.5; /* newton per pad */
static const double uneven = 2.5, off_rim = 0.01; /* newton; metre */

static bool is_gentle(const work *w, const belief *b)
{
    return w->look && thing_is_shard(&b->things[w->job.thing]);
}

/* What is open at the top has a thin wall: it can be pinched by its rim. */
static bool has_thin_wall(const thing *t)
{
    for (int g = 0; g < t->n_grasps; g++) {
        if (t->grasps[g].width < 0.02) {
            return true;
        }
    }
    return false;
}

static double hold_width(work *w, const belief *b)
{
    static const double spring = 0.03; /* so much narrower the fingers are sent: that is some 15 N of 30 */
    if (is_from_front(w) && w->holding && has_thin_wall(&b->things[w->job.thing])) {
        return fmax(0, w->closed_width - spring);
    }
    if (!is_gentle(w, b)) {
        return 0;
    }
    double press = (b->touch[0] + b->touch[1]) / 2;
    w->grip = fmax(w->grip + 1e-4 * (press - gentle_force), 0);
    return w->grip;
}

static void take_hold(work *w, const belief *b, const motion *m)
{
    if (w->look) { /* the grasp as it came out, not as it was meant */
        w->thing_in_tool = pose_mul(pose_inverse(b->tool), b->things[w->job.thing].at);
    }
    w->closed_width = b->width;
    w->holding = true;
    if (w->look && is_from_front(w)) { /* something higher may have come since it was planned */
        w->job.travel_z += fmax(0, height_of_all(b, w->job.thing) - w->planned_over);
    }
    w->rise_to = vec_add(m->at.p, w->job.pull);
    w->rise_to.z = m->at.p.z + 0.10;
    enter(w, PHASE_LIFT);
}

static void step_close_gently(work *w, const belief *b, motion *m, double *width, double dt)
{
    double least = fmin(b->touch[0], b->touch[1]);
    if (w->ticks == 0) {
        w->grip = b->width;
    }
    work_go(b, m, m->at, fine_speed, turn_speed, dt);
    if (least <
        gentle_least) { /* below a centimetre a millimetre of width is worth ten times the force */
        w->grip = fmax(0, w->grip - (w->grip > 0.012 ? 0.002 : 0.0005));
    }
    *width = w->grip;
    if (least >= gentle_least && ++w->felt >= 4) {
        take_hold(w, b, m);
    } else if (w->ticks > 100 || b->width < 0.0015) {
        enter(w, PHASE_FAILED);
    }
}

/* A cup with something in it: a finger that comes first would push it along, and stop it. */
static bool is_full(const work *w, const belief *b)
{
    for (int i = 0; i < b->wet.n_vessels; i++) {
        if (b->wet.vessels[i].thing == w->job.thing && b->wet.vessels[i].ml > 5) {
            return w->look;
        }
    }
    return false;
}

static void step_close_slowly(work *w, const belief *b, motion *m, double *width, double dt)
{
    w->grip = w->ticks == 0 ? b->width : fmax(0, w->grip - 0.0015);
    w->felt += fmin(b->touch[0], b->touch[1]) >= 1;
    *width = w->grip;
    work_go(b, m, m->at, fine_speed, turn_speed, dt);
}

static void step_close(work *w, const belief *b, motion *m, double *width, double dt)
{
    if (is_full(w, b) && w->felt < 3 && w->ticks < 60) {
        step_close_slowly(w, b, m, width, dt);
        return;
    }
    if (is_gentle(w, b)) {
        step_close_gently(w, b, m, width, dt);
        return;
    }
    *width = 0;
    work_go(b, m, m->at, fine_speed, turn_speed, dt);
    bool still = fabs(b->width - w->still_width) < 0.0002;
    w->still_width = b->width;
    if (w->ticks < 10 || (!still && w->ticks < 40)) {
        return;
    }
    if (w->look && (b->width < 0.0015 || b->touch[0] < 1 || b->touch[1] < 1)) {
        enter(w, PHASE_FAILED);
        return;
    }
    take_hold(w, b, m);
}

bool work_may_drive(const work *w)
{
    return w->phase == PHASE_OVER_PLACE;
}

void work_hold(work *w, const belief *b, double *width)
{
    *width = hold_width(w, b);
    if (thing_lost(w, b)) {
        enter(w, PHASE_FAILED);
    }
}

static void step_to_place(work *w, const belief *b, motion *m, double *width, double dt)
{
    pose at = release_pose(w), in = at, above = at;
    in.p = vec_add(at.p, w->job.detour);
    in.p.z += w->job.insert;
    above.p = vec_add(in.p, w->job.come);
    *width = hold_width(w, b);
    if (thing_lost(w, b)) {
        enter(w, PHASE_FAILED);
        return;
    }
    switch (w->phase) {
    case PHASE_LIFT: {
        pose up = {w->rise_to, m->at.q};
        if (!w->pulled && vec_norm(w->job.pull) > 0) {
            up.p.z -= 0.10 - slide_height;
            work_go(b, m, up, is_full(w, b) ? level_speed : fine_speed, carry_turn, dt);
            w->pulled = motion_near(m, up, 0.003, 1) || w->ticks > 60;
            break;
        }
        work_go(b, m, up, carry_speed, carry_turn, dt);
        if (motion_near(m, up, 0.02, 1)) {
            if (w->look) {
                w->thing_in_tool = pose_mul(pose_inverse(b->tool), b->things[w->job.thing].at);
            }
            enter(w, is_from_front(w) ? PHASE_VIA : PHASE_OVER_PLACE);
        }
        break;
    }
    case PHASE_VIA:
    case PHASE_OVER_PLACE: {
        pose over = raised(above, w->job.travel_z);
        if (w->phase == PHASE_VIA) {
            over.p = plan_via(&w->job, over.p, w->rise_to);
        }
        double flat = hypot(over.p.x - m->at.p.x, over.p.y - m->at.p.y);
        pose next = over;
        if (m->at.p.z < w->job.travel_z - 0.04 && flat > 0.05) { /* up first, then across */
            next = (pose){vec_of(m->at.p.x, m->at.p.y, over.p.z), m->at.q};
        }
        work_go(b, m, turn_freely(w, b, m, next), carry_speed, carry_turn, dt);
        if (motion_near(m, over, 0.008, 0.03)) {
            enter(w, w->phase == PHASE_VIA ? PHASE_OVER_PLACE
                     : is_from_front(w)    ? PHASE_BEFORE_PLACE
                                           : PHASE_LOWER);
        }
        break;
    }
    case PHASE_BEFORE_PLACE:
        work_go(b, m, above, carry_speed, carry_turn, dt);
        if (motion_near(m, above, 0.006, 0.03)) {
            enter(w, PHASE_ENTER);
        }
        break;
    case PHASE_ENTER:
        work_go(b, m, in, lower_speed, carry_turn, dt);
        if (motion_near(m, in, 0.004, 0.03) || w->ticks > 120) {
            enter(w, PHASE_LOWER);
        }
        break;
    default: { /* PHASE_LOWER: down to the release, softly for the last part */
        if (!w->beside && vec_norm(w->job.detour) > 0) {
            pose next_to = at;
            next_to.p = vec_add(at.p, w->job.detour);
            work_go(b, m, next_to, fine_speed, carry_turn, dt);
            w->beside = arrived(b, m, next_to) || w->ticks > 60;
            break;
        }
        if (is_gentle(w, b) && fabs(b->touch[0] - b->touch[1]) > uneven) {
            motion_start(m, raised(b->tool, b->tool.p.z + off_rim)); /* a finger stands on a rim: off it, and there let go */
            enter(w, PHASE_SETTLE);
            break;
        }
        bool low = m->at.p.z < at.p.z + 0.03;
        work_go(b, m, at, low ? fine_speed * 0.7 : lower_speed, carry_turn, dt);
        bool pressed = w->look && vec_distance(pose_mul(b->tool, w->thing_in_tool).p,
                                               b->things[w->job.thing].at.p) > 0.006;
        if (arrived(b, m, at) || (pressed && low) || w->ticks > 160) {
            enter(w, PHASE_SETTLE);
        }
    }
    }
}

static void step_release(work *w, const belief *b, motion *m, double *width, double dt)
{
    double open = w->job.open_width; /* for which there is room */
    switch (w->phase) {
    case PHASE_SETTLE:
        *width = hold_width(w, b);
        work_go(b, m, m->at, fine_speed, turn_speed, dt);
        if (w->ticks > 3) {
            enter(w, PHASE_OPEN);
        }
        break;
    case PHASE_OPEN:
        *width = open;
        work_go(b, m, m->at, fine_speed, turn_speed, dt);
        if (b->width > open - 0.004 || w->ticks > 20) {
            w->holding = false;
            w->rise_to = is_from_front(w) ? vec_add(m->at.p, w->job.come) : pose_advance(m->at, -0.10).p;
            enter(w, PHASE_RETREAT);
        }
        break;
    default: {
        pose back = {w->rise_to, m->at.q};
        *width = open;
        work_go(b, m, back, 0.2, turn_speed, dt);
        if (motion_near(m, back, 0.02, 1)) {
            enter(w, PHASE_DONE);
        }
    }
    }
}

bool work_may_divert(const work *w)
{
    return w->holding && w->phase >= PHASE_LIFT && w->phase <= PHASE_BEFORE_PLACE;
}

void work_divert(work *w, const job *to)
{
    w->job.release = to->release;
    w->job.insert = to->insert;
    w->job.come = to->come;
    w->job.space = to->space;
    w->job.receptacle = to->receptacle;
    w->job.detour = to->detour;
    w->job.travel_z = fmax(w->job.travel_z, to->travel_z);
    if (w->phase > PHASE_OVER_PLACE) {
        enter(w, PHASE_OVER_PLACE);
    }
}

void work_step(work *w, const belief *b, motion *m, double *width, double dt)
{
    phase before = w->phase;
    if (w->phase <= PHASE_APPROACH) {
        step_to_pick(w, b, m, width, dt);
    } else if (w->phase == PHASE_CLOSE) {
        step_close(w, b, m, width, dt);
    } else if (w->phase <= PHASE_LOWER) {
        step_to_place(w, b, m, width, dt);
    } else if (w->phase <= PHASE_RETREAT) {
        step_release(w, b, m, width, dt);
    }
    w->ticks += w->phase == before;
}
