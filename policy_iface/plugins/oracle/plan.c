#include "plan.h"

#include <string.h>

#include "access.h"
#include "cover.h"
#include "hand.h"
#include "heights.h"
#include "picks.h"
#include "reach.h"
#include "spots.h"

#define KEPT_PICKS 8
#define KEPT_LOW   24 /* of those that come in from the front: most of them head elsewhere */
static const double spot_margin = 0.008; /* metre */
static const double limit_room = 0.15; /* rad: an arm that leans and comes to the end of a joint winds itself up */

/* How much closer to things the hand may go after failures; never so close that it would press on a shard. */
static double relaxation(const thing *t, int attempt)
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

/* The fixture's space that a literal wants something in; -1: none. */
static int space_of(const belief *b, int literal_index)
{
    const literal *l = &b->literals[literal_index];
    return l->n_args > 1 && strcmp(l->predicate, "inside") == 0 ? belief_find_space(b, l->args[1]) : -1;
}

static job make_job(const belief *b, int index, int receptacle, int literal_index, const pick *p,
                    const spot *s, double cost)
{
    const thing *t = &b->things[index];
    double hang_pick = pose_mul(t->at, p->tool_in_thing).p.z - height_of_foot(t, t->at);
    double hang_place = pose_mul(s->release, p->tool_in_thing).p.z - height_of_foot(t, s->release);
    double travel = height_of_all(b, index) + (thing_is_shard(t) ? 0.09 : 0.035) +
                    fmax(fmax(hang_pick, hang_place), 0.05);
    return (job){index,         receptacle,
                 literal_index, p->tool_in_thing,
                 p->open_width, pick_approach,
                 s->release,    s->insert,
                 s->detour,     cell_way_out(b, index),
                 s->come,       space_of(b, literal_index),
                 travel,        cost,
                 false};
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

/* Does the thing itself pass what stands there already? */
static bool thing_passes(const belief *b, const spot *s, int index, double relaxed)
{
    enum { LOOKS = 8 };
    for (int i = 0; i <= LOOKS; i++) {
        const vec at = vec_along(s->release.p, s->come, (double)i / LOOKS);
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
    if (vec_norm(s->come) > 0 && !thing_passes(b, s, index, relaxed)) {
        return false;
    }
    for (int i = 1; i <= 3 && vec_norm(s->come) > 0; i++) {
        const pose at = before_release(s->release, s->insert, vec_scale(s->come, i / 3.0));
        if (hand_clearance(b, pose_mul(at, p->tool_in_thing), p->open_width, index, -1) <
            spot_margin - relaxed) {
            return false;
        }
    }
    return true;
}

static pose at_height(pose at, double z)
{
    at.p.z = fmax(at.p.z, z);
    return at;
}

/* The forearm, which comes down from above, keeps clear of the fixture. */
static bool forearm_is_clear(const belief *b, const double q[DOF])
{
    reach_ball balls[REACH_BALLS];
    reach_forearm(q, balls);
    for (int i = 0; i < REACH_BALLS; i++) {
        if (furniture_distance(&b->furniture, &b->parts, pose_apply(b->base, balls[i].at), -1) <
            balls[i].radius + spot_margin) {
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
    const double empty = height_of_travel(from);
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
    pose world_to_base = pose_inverse(from->base);
    double q[DOF], margin = PI;
    memcpy(q, from->joints, sizeof q);
    const size_t last = sizeof way / sizeof *way - 1;
    for (size_t i = 0; i <= last; i++) {
        if ((i == 1 || i == 5 || i == last - 1) && vec_norm(j->come) <= 0) {
            continue; /* straight from above */
        }
        if (from != to && i == 4) { /* it lifts, and drives there with its arms drawn in */
            world_to_base = pose_inverse(to->base);
            memcpy(q, to->joints, sizeof q);
            continue;
        }
        if (!reach_follow(pose_mul(world_to_base, way[i]), q, &margin) ||
            (i + 1 >= last && vec_norm(j->come) > 0 && !forearm_is_clear(to, q))) {
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
    const pose taken = pose_mul(b->things[index].at, p->tool_in_thing), to_base = pose_inverse(b->base);
    const double empty = height_of_travel(b);
    const pose over = at_height(pose_advance(taken, -pick_approach), empty);
    const pose way[] = {at_height(b->tool, empty), pose_downright(at_height(over, b->tool.p.z)), over, taken};
    double q[DOF], margin = PI;
    memcpy(q, b->joints, sizeof q);
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        if (!reach_follow(pose_mul(to_base, way[i]), q, &margin)) {
            return false;
        }
    }
    return margin > limit_room;
}

/* The cheapest pair of a pick and a spot that is clear, in reach, and whose whole way the arm can go. */
static bool best_job(const belief *from, const belief *b, int literal_index, int index,
                     int receptacle, int attempt, const pick *picks, int n_picks, spot *spots,
                     int n_spots, job *out)
{
    bool found = false;
    const double relaxed = relaxation(&b->things[index], attempt);
    sort_spots(spots, n_spots); /* the cheap ones first: the dear ones are then not looked at */
    const bool low_ones = n_spots > 0 && vec_norm(spots[0].come) > 0;
    int kept = low_ones ? KEPT_LOW : KEPT_PICKS;
    for (int i = 0; i < kept && i < n_picks; i++) {
        const pick *p = &picks[(i + attempt) % n_picks];
        if (low_ones && !pick_is_free(from, index, p)) {
            kept++;
            continue;
        }
        for (int k = 0; k < n_spots; k++) {
            spot s = spots[k];
            double cost = p->cost + s.cost;
            if ((found && cost >= out->cost) ||
                !heads_well(b, index, p, &s) ||
                !raise_release(b, p, &s, index, receptacle, relaxed) ||
                !way_in_is_clear(b, p, &s, index, relaxed) ||
                (found && p->cost + s.cost >= out->cost)) {
                continue;
            }
            const pose above = before_release(s.release, s.insert, vec_add(s.come, s.detour));
            double place = posture_cost(b, pose_mul(s.release, p->tool_in_thing));
            if (place < 0 || posture_cost(b, pose_mul(above, p->tool_in_thing)) < 0 ||
                (found && p->cost + s.cost + place >= out->cost)) {
                continue;
            }
            job j = make_job(b, index, receptacle, literal_index, p, &s, p->cost + s.cost + place);
            if (attempt < 9 &&
                !way_is_free(from, b, &j)) { /* then by trying: an arm that is wound up */
                continue;
            }
            *out = j;
            found = true;
        }
    }
    return found;
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
    const double relaxed = relaxation(&b->things[index], attempt);
    const bool behind_door = lid < 0 && space_is_behind_door(b, space_of(b, literal_index)),
               from_front = behind_door && thing_is_upright(&b->things[index]);
    int receptacle = -1, n_picks = list_picks(b, index, attempt, relaxed, from_front, picks),
        n_spots = lid >= 0                     ? list_stopovers(b, index, 0.38, spots)
                  : behind_door && !from_front ? list_erected(b, index, attempt, spots)
                                               : list_spots(there, l, index, &receptacle, spots);
    if (best_job(b, lid >= 0 ? b : there, literal_index, index, receptacle, attempt, picks, n_picks, spots, n_spots,
                 out)) {
        return true;
    }
    if (from_front) { /* to another place on the worktop, from where it may go in */
        const vec right = pose_apply(b->base, vec_of(0.46, -0.22, b->table_z - b->base.p.z));
        n_picks = list_picks(b, index, attempt, relaxed, false, picks);
        n_spots = attempt % 3 == 2 ? spots_on_table(b, index, right, vec_of(0.16, 0.14, 0), spots) : 0;
        return best_job(b, b, literal_index, index, -1, attempt, picks, n_picks, spots, n_spots, out);
    }
    n_spots = attempt > 2 ? list_stopovers(b, index, attempt > 6 ? 0.38 : 0.25, spots) : 0;
    const bool found =
        best_job(b, b, literal_index, index, -1, attempt, picks, n_picks, spots, n_spots, out);
    out->stopover = found;
    return found;
}

bool plan_put_down(const belief *b, const job *now, pose thing_in_tool, vec near, job *out)
{
    static _Thread_local spot spots[MAX_SPOTS];
    const pick held = {pose_inverse(thing_in_tool), 0, now->open_width};
    near.z = b->table_z;
    for (double side = 0.08; side < 0.20; side += 0.06) {
        const int n = spots_on_table(b, now->thing, near, vec_of(side, side, 0), spots);
        if (best_job(b, b, now->literal, now->thing, -1, 9, &held, 1, spots, n, out)) {
            out->space = -1;
            return true;
        }
    }
    return false;
}
