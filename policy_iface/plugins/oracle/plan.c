#include "plan.h"

#include <string.h>

#include "access.h"
#include "cover.h"
#include "hand.h"
#include "heights.h"
#include "pairs.h"
#include "reach.h"
#include "through.h"

#define KEPT_PICKS 8
#define KEPT_LOW   24 /* of those that come in from the front: most of them head elsewhere */
static const double spot_margin = 0.008; /* metre */
static const double elbow_room = 0.004;
static const double limit_room = 0.15; /* rad: an arm that leans and comes to the end of a joint winds itself up */

/* Never so close that it would press on a shard. */
double plan_relaxation(const thing *t, int attempt)
{
    const int most = thing_is_shard(t) ? 1 : 4;
    return 0.003 * (attempt > most ? most : attempt);
}

bool plan_serves(const literal *l)
{
    static const char *const known[] = {"inside", "in_region", "in_slot", "in_cell",
                                        "on",     "upright",   "on_top"};
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(l->predicate, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool plan_could_take(const belief *b, int index, int attempt)
{
    static _Thread_local pick picks[MAX_PICKS];
    return list_picks(b, index, attempt, 0, false, picks) > 0;
}

/* Raise the release until the hand is clear of everything. False: it never is. */
static bool raise_release(const belief *b, const pick *p, spot *s, int index, int receptacle,
                          double relaxed)
{
    double limit = s->fixed_height ? 0 : 0.16;
    for (double lift = 0;; lift += 0.01) {
        pose at = s->release;
        at.p.z += lift;
        if (hand_clearance(b, pose_mul(at, p->tool_in_thing), p->open_width, index,
                           s->fixed_height && !(vec_norm(s->detour) > 0) ? receptacle : -1) >
            (vec_norm(s->detour) > 0 ? 0.002 : spot_margin - relaxed)) {
            s->release = at;
            s->cost += 4 * lift;
            return true;
        }
        if (lift >= limit) {
            return false;
        }
    }
}

int plan_space(const belief *b, int literal_index)
{
    const literal *l = &b->literals[literal_index];
    return l->n_args > 1 && strcmp(l->predicate, "inside") == 0 ? belief_find_space(b, l->args[1]) : -1;
}

static job make_job(const belief *b, const wish *w, const pick *p, const spot *s, double cost)
{
    const int index = w->thing;
    const thing *t = &b->things[index];
    double hang_pick = pose_mul(t->at, p->tool_in_thing).p.z - height_of_foot(t, t->at);
    double hang_place = pose_mul(s->release, p->tool_in_thing).p.z - height_of_foot(t, s->release);
    double travel = height_of_all(b, index) + (thing_is_shard(t) ? 0.09 : 0.035) +
                    fmax(fmax(hang_pick, hang_place), 0.05);
    return (job){.thing = index,
                 .receptacle = w->receptacle,
                 .literal = w->literal,
                 .tool_in_thing = p->tool_in_thing,
                 .open_width = p->open_width,
                 .approach = pick_approach,
                 .release = s->release,
                 .insert = s->insert,
                 .detour = s->detour,
                 .pull = cell_way_out(b, index),
                 .come = s->come,
                 .space = plan_space(b, w->literal),
                 .travel_z = travel,
                 .cost = cost};
}

/* From where the hand moves in to the release: above it, and before the opening of a fixture. */
static pose before_release(pose release, double insert, vec come)
{
    release.p = vec_add(release.p, come);
    release.p.z += insert;
    return release;
}

/* Down; through an opening: into it, and not turned about too far since it was picked up, for a hand that leans. */
static bool heads_well(const belief *b, int index, const pick *p, const spot *s)
{
    static const double most_turned = -0.4, most_aslant = 0.75; /* cosines */
    const vec z = pose_axis_z(pose_mul(s->release, p->tool_in_thing)),
              from = pose_axis_z(pose_mul(b->things[index].at, p->tool_in_thing));
    const double flat = hypot(z.x, z.y), way = vec_norm(s->come);
    return way > 0 ? vec_dot(z, s->come) < -most_aslant * way * flat &&
                         z.x * from.x + z.y * from.y > most_turned * flat * hypot(from.x, from.y)
                   : z.z <= -0.3;
}

/* Of an upright thing to the fixture: as a cylinder, at its foot, in its middle, at its top. */
static double thing_to_fixture(const belief *b, int index, pose at)
{
    enum { AROUND = 8 };
    const thing *t = &b->things[index];
    double lo, hi, least = 1;
    thing_z_extent(t, at, &lo, &hi);
    for (int i = 0; i < 3 * AROUND; i++) {
        const double angle = 2 * PI * i / AROUND, z = i / AROUND == 0 ? lo + 0.01 : i / AROUND == 1 ? (lo + hi) / 2 : hi;
        const vec p = vec_of(at.p.x + t->footprint * cos(angle), at.p.y + t->footprint * sin(angle), z);
        least = fmin(least, furniture_distance(&b->furniture, &b->parts, p, -1));
    }
    return least;
}

/* Does the thing itself pass the opening, and what stands there already? */
static bool thing_passes(const belief *b, const spot *s, int index, double relaxed)
{
    static const double fixture_margin = 0.004;
    enum { LOOKS = 8 };
    for (int i = 0; i <= LOOKS; i++) {
        const vec at = vec_along(s->release.p, s->come, (double)i / LOOKS);
        pose carried = {at, s->release.q};
        carried.p.z += i > 0 ? s->insert : 0;
        if (thing_to_fixture(b, index, carried) < fixture_margin) {
            return false;
        }
        for (int k = 0; k < b->n_things; k++) {
            const thing *o = &b->things[k];
            if (o->present && k != index &&
                hypot(o->at.p.x - at.x, o->at.p.y - at.y) <
                    thing_radius(o, o->at.q) + b->things[index].footprint + spot_margin - relaxed) {
                return false;
            }
        }
    }
    return true;
}

/* Is there room for it and for the hand all the way in? */
static bool way_in_is_clear(const belief *b, const pick *p, const spot *s, int index, double relaxed)
{
    for (int i = 1; i <= 3 && vec_norm(s->come) > 0; i++) {
        const pose at = before_release(s->release, s->insert, vec_scale(s->come, i / 3.0));
        if (hand_clearance(b, pose_mul(at, p->tool_in_thing), p->open_width, index, -1) <
            spot_margin - relaxed) {
            return false;
        }
    }
    return vec_norm(s->come) <= 0 || thing_passes(b, s, index, relaxed);
}

static pose at_height(pose at, double z)
{
    at.p.z = fmax(at.p.z, z);
    return at;
}

/* The forearm keeps clear of the fixture and of what stands there. */
static bool forearm_is_clear(const belief *b, const double q[DOF], int index)
{
    reach_ball balls[REACH_BALLS];
    reach_forearm(q, balls);
    for (int i = 0; i < REACH_BALLS; i++) {
        const vec p = pose_apply(b->base, balls[i].at);
        const double free = fmin(point_clearance(b, p, index, -1), furniture_distance(&b->furniture, &b->parts, p, -1));
        if (free < balls[i].radius + elbow_room) {
            return false;
        }
    }
    return true;
}

/* The way of a hand: what it has to do with, how wide it is, and where it then holds the thing; NULL: it does not. */
typedef struct passage {
    int thing;
    double width;
    const pose *tool_in_thing;
} passage;

/* As reach_follow, for a tool pose in the world. By a door, where the arm leans and reaches far, hand, forearm and what is held keep clear all along. */
static bool arm_follows(const belief *b, const passage *with, pose to, double q[DOF], double *margin)
{
    static const double piece = 0.10, turn = 0.4, brush = -0.002, fixture_margin = 0.004;
    const pose to_base = pose_inverse(b->base);
    if (!access_has_door(b)) {
        return reach_follow(pose_mul(to_base, to), q, margin);
    }
    const pose from = pose_mul(b->base, reach_tool(q));
    const vec dp = vec_sub(to.p, from.p), dr = quat_difference(from.q, to.q);
    const int pieces = 1 + (int)fmax(vec_norm(dp) / piece, vec_norm(dr) / turn);
    for (int i = 1; i <= pieces; i++) {
        const double share = (double)i / pieces;
        const pose next = {vec_along(from.p, dp, share), quat_unit(quat_mul(quat_from_vector(vec_scale(dr, share)), from.q))};
        if (hand_clearance(b, next, with->width, with->thing, -1) < brush ||
            (with->tool_in_thing &&
             thing_to_fixture(b, with->thing, pose_mul(next, pose_inverse(*with->tool_in_thing))) < fixture_margin) ||
            !reach_follow(pose_mul(to_base, next), q, margin) || !forearm_is_clear(b, q, with->thing)) {
            return false;
        }
    }
    return true;
}

vec plan_via(const job *j, vec over, vec from)
{
    const vec out = vec_unit(j->come);
    return vec_along(over, out, fmax(0, vec_dot(vec_sub(from, over), out)));
}

/* Can the arm go all the way of the job from its posture without running into a joint limit? */
static bool way_is_free(const belief *from, const belief *to, const job *j)
{
    pose taken = pose_mul(from->things[j->thing].at, j->tool_in_thing),
         place = pose_mul(j->release, j->tool_in_thing),
         above = before_release(place, j->insert, vec_add(j->come, j->detour));
    const double empty = height_of_way(from, from->tool.p, taken.p, j->thing);
    const pose over = at_height(pose_advance(taken, -j->approach), empty);
    const pose way[] = {at_height(from->tool, empty),
                        pose_downright(at_height(over, from->tool.p.z)),
                        over,
                        taken,
                        at_height(taken, j->travel_z),
                        {plan_via(j, at_height(above, j->travel_z).p, taken.p), above.q},
                        at_height(above, j->travel_z),
                        above,
                        place};
    const belief *b = from;
    passage with = {j->thing, j->open_width, NULL};
    double q[DOF], margin = PI;
    memcpy(q, from->joints, sizeof q);
    const size_t last = sizeof way / sizeof *way - 1;
    for (size_t i = 0; i <= last; i++) {
        if ((i == 1 || i == 5 || i == last - 1) && vec_norm(j->come) <= 0) {
            continue; /* straight from above */
        }
        if (from != to && i == 4) { /* it lifts, and drives there with its arms drawn in */
            b = to;
            memcpy(q, to->joints, sizeof q);
            continue;
        }
        with.tool_in_thing = i > 3 && thing_stands(&from->things[j->thing]) ? &j->tool_in_thing : NULL;
        if (!arm_follows(b, &with, way[i], q, &margin)) {
            return false;
        }
    }
    /* over the thing and over its place, too, nothing hangs on the wall */
    if ((from->ground.n > 0 || to->ground.n > 0) &&
        (hand_clearance(from, over, j->open_width, j->thing, j->receptacle) <= 0 ||
         hand_clearance(to, way[6], j->open_width, j->thing, j->receptacle) <= 0)) {
        return false;
    }
    return vec_norm(j->come) <= 0 || margin > limit_room;
}

/* The first part of the way alone, the same for all spots: over the thing, turned, leant, down to it. */
static bool pick_is_free(const belief *b, int index, const pick *p)
{
    const pose taken = pose_mul(b->things[index].at, p->tool_in_thing);
    const double empty = height_of_way(b, b->tool.p, taken.p, index);
    const pose over = at_height(pose_advance(taken, -pick_approach), empty);
    const pose way[] = {at_height(b->tool, empty), pose_downright(at_height(over, b->tool.p.z)), over, taken};
    const passage empty_hand = {index, p->open_width, NULL};
    double q[DOF], margin = PI;
    memcpy(q, b->joints, sizeof q);
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        if (!arm_follows(b, &empty_hand, way[i], q, &margin)) {
            return false;
        }
    }
    return margin > limit_room;
}

int plan_keep_free(const belief *b, int index, pick *picks, int n_picks)
{
    int kept = 0;
    for (int i = 0; i < n_picks && kept < KEPT_LOW; i++) {
        if (pick_is_free(b, index, &picks[i])) {
            picks[kept++] = picks[i];
        }
    }
    return kept;
}

bool plan_pair(const belief *from, const belief *there, const wish *w, const pick *picks, int n_picks, spot *spots, int n_spots,
               job *out)
{
    bool found = false;
    const belief *b = there;
    const int index = w->thing;
    const double relaxed = plan_relaxation(&b->things[index], w->attempt);
    sort_spots(spots, n_spots); /* the cheap ones first: the dear ones are then not looked at */
    const bool low_ones = n_spots > 0 && vec_norm(spots[0].come) > 0;
    for (int i = 0; i < (low_ones ? KEPT_LOW : KEPT_PICKS) && i < n_picks; i++) {
        const pick *p = &picks[(i + w->attempt) % n_picks];
        for (int k = 0; k < n_spots; k++) {
            spot s = spots[k];
            double cost = p->cost + s.cost;
            if ((found && cost >= out->cost) || !heads_well(b, index, p, &s) ||
                !raise_release(b, p, &s, index, w->receptacle, relaxed) || !way_in_is_clear(b, p, &s, index, relaxed) ||
                (found && p->cost + s.cost >= out->cost)) {
                continue;
            }
            const pose above = before_release(s.release, s.insert, vec_add(s.come, s.detour));
            double place = posture_cost(b, pose_mul(s.release, p->tool_in_thing));
            if (place < 0 || posture_cost(b, pose_mul(above, p->tool_in_thing)) < 0 ||
                (found && p->cost + s.cost + place >= out->cost)) {
                continue;
            }
            job j = make_job(b, w, p, &s, p->cost + s.cost + place);
            if ((low_ones || w->attempt < 9) && !way_is_free(from, b, &j)) { /* then by trying: an arm that is wound up */
                continue;
            }
            *out = j;
            found = true;
        }
    }
    return found;
}

/* Can it go in through a door as it stands? Upside down, too, where nobody wants it upright: no hand turns it over in one go. */
static bool may_enter(const belief *b, int index)
{
    const thing *t = &b->things[index];
    bool either_way = thing_stands(t);
    for (int i = 0; i < b->n_literals && either_way; i++) {
        const literal *l = &b->literals[i];
        either_way = strcmp(l->predicate, "upright") != 0 || strcmp(l->args[0], t->id) != 0;
    }
    return thing_is_upright(t) || either_way;
}

bool plan_job(const belief *b, int literal_index, int attempt, job *out)
{
    return plan_carry(b, b, literal_index, attempt, out);
}

bool plan_carry(const belief *b, const belief *there, int literal_index, int attempt, job *out)
{
    static _Thread_local pick picks[MAX_PICKS];
    static _Thread_local spot spots[MAX_SPOTS];
    const literal *l = &b->literals[literal_index];
    int index = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
    if (index < 0 || !b->things[index].present || !plan_serves(l)) {
        return false;
    }
    const int lid = cover_first(b, l);
    index = lid >= 0 ? lid : index;
    wish w = {literal_index, index, -1, attempt};
    const bool behind_door = lid < 0 && space_is_behind_door(b, plan_space(b, literal_index));
    if (behind_door && may_enter(b, index)) {
        return through_plan(b, there, &w, out);
    }
    const int n_picks = list_picks(b, index, attempt, plan_relaxation(&b->things[index], attempt), false, picks);
    int n_spots = lid >= 0     ? list_stopovers(b, index, 0.38, spots)
                  : behind_door ? list_erected(b, index, attempt, spots)
                                : list_spots(there, l, index, &w.receptacle, spots);
    if (plan_pair(b, lid >= 0 ? b : there, &w, picks, n_picks, spots, n_spots, out)) {
        return true;
    }
    w.receptacle = -1;
    n_spots = attempt > 2 ? list_stopovers(b, index, attempt > 6 ? 0.38 : 0.25, spots) : 0;
    out->stopover = plan_pair(b, b, &w, picks, n_picks, spots, n_spots, out);
    return out->stopover;
}

bool plan_put_down(const belief *b, const job *now, pose thing_in_tool, vec near, job *out)
{
    static _Thread_local spot spots[MAX_SPOTS];
    const pick held = {pose_inverse(thing_in_tool), 0, now->open_width};
    const wish w = {now->literal, now->thing, -1, 9};
    near.z = b->table_z;
    for (double side = 0.08; side < 0.20; side += 0.06) {
        const int n = spots_on_table(b, now->thing, near, vec_of(side, side, 0), spots);
        if (plan_pair(b, b, &w, &held, 1, spots, n, out)) {
            out->space = -1;
            return true;
        }
    }
    return false;
}

double plan_room(const belief *b, const job *j, pose thing_in_tool)
{
    return hand_clearance(b, pose_mul(j->release, pose_inverse(thing_in_tool)), j->open_width, j->thing,
                          j->receptacle);
}

bool plan_place_is_taken(const belief *b, const job *now)
{
    static const double brush = 0.01;
    const thing *t = &b->things[now->thing];
    const double foot = height_of_foot(t, now->release), radius = thing_radius(t, now->release.q);
    for (int i = 0; i < b->n_things; i++) {
        const thing *o = &b->things[i];
        double lo, hi;
        thing_z_extent(o, o->at, &lo, &hi);
        if (o->present && i != now->thing && hi > foot + brush &&
            hypot(o->at.p.x - now->release.p.x, o->at.p.y - now->release.p.y) <
                radius + thing_radius(o, o->at.q) - 2 * brush) {
            return space_is_basin(b, now->space);
        }
    }
    return false;
}

/* attempt: as in a wish, the more of them the more is allowed */
static bool another_place(const belief *b, const job *now, pose thing_in_tool, int attempt, job *out)
{
    static _Thread_local spot spots[MAX_SPOTS];
    const pick held = {pose_inverse(thing_in_tool), 0, now->open_width};
    wish w = {now->literal, now->thing, -1, attempt};
    const int n = list_spots(b, &b->literals[now->literal], now->thing, &w.receptacle, spots);
    return plan_pair(b, b, &w, &held, 1, spots, n, out);
}

bool plan_elsewhere(const belief *b, const job *now, pose thing_in_tool, job *out)
{
    return another_place(b, now, thing_in_tool, 0, out);
}

bool plan_other_place(const belief *b, const job *now, pose thing_in_tool, job *out)
{
    static const int late = 9;
    return another_place(b, now, thing_in_tool, late, out);
}
