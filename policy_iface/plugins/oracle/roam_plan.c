/* Where to stand: candidates around what is to be reached, cheapest first, until a job can be done from them. */
#include "roam.h"

#include <string.h>

#include "reach.h"

enum { STANDS = 160, TRIED = 5 };
static const double best_reach = 0.47; /* metre in front of the arm's base */
static const double within =
    1.1; /* what is further from the arm's base does not matter for its hand */

typedef struct target {
    vec at;
    double surface;
} target;

typedef struct ranked {
    stand stand;
    double cost;
} ranked;

static target target_at(const ground *g, vec at, double lowest)
{
    return (target){at, ground_surface(g, vec_of(at.x, at.y, lowest + 0.02))};
}

/* What stands on the floor and is tall is reached from above. */
static target target_thing(const belief *b, const ground *g, int index)
{
    const thing *t = &b->things[index];
    const site *cavity = thing_site(t, "cavity");
    double lo, hi;
    thing_z_extent(t, t->at, &lo, &hi);
    if (cavity && lo < 0.1 && hi > 0.4) {
        const pose in = pose_mul(t->at, cavity->at);
        return (target){in.p, fmin(hi, in.p.z + cavity->half.z)};
    }
    return target_at(g, t->at.p, lo);
}

static target target_of_literal(const belief *b, const ground *g, const literal *l, int index)
{
    const int thing_index = l->n_args > 1 ? belief_find_thing(b, l->args[1]) : -1,
              region_index = l->n_args > 1 ? belief_find_region(b, l->args[1]) : -1;
    if (thing_index >= 0) {
        return target_thing(b, g, thing_index);
    }
    if (region_index >= 0) {
        return (target){b->regions[region_index].pos, b->regions[region_index].pos.z};
    }
    return target_thing(b, g, index);
}

static bool in_reach(const stand *s, const target *t)
{
    const vec p = pose_apply(pose_inverse(roam_arm_base(s)), t->at);
    return fabs(s->feet - t->surface) < 0.012 && p.x > 0.28 && hypot(p.x, p.y) < 0.70;
}

/* Facing along an axis of the world, as furniture stands. `from`: where it comes from. */
static int list_stands(const ground *g, const ground_map *map, const stand *from, const target *t,
                       ranked *out)
{
    int n = 0;
    if (in_reach(from, t)) {
        out[n++] = (ranked){*from, -1};
    }
    for (int k = 0; k < 140; k++) {
        const double ahead = 0.32 + 0.055 * (k % 7), side = 0.11 * (k / 7 % 5 - 2),
                     heading = PI / 2 * (k / 35);
        stand s = {0, 0, heading, t->surface}, back;
        const vec arm = roam_arm_base(&s).p; /* of a robot at the origin */
        const double c = cos(heading), d = sin(heading);
        s.x = t->at.x - arm.x - (c * ahead - d * side);
        s.y = t->at.y - arm.y - (d * ahead + c * side);
        if (!ground_fits(g, s.x, s.y, heading, s.feet) || !roam_back_off(g, &s, &back) ||
            !ground_is_open(map, back.x, back.y)) {
            continue;
        }
        const double turn = fabs(remainder(heading - from->heading, 2 * PI));
        out[n++] = (ranked){s, 3 * fabs(ahead - best_reach) + 1.2 * fabs(side) + 0.05 * turn +
                                   0.15 * hypot(s.x - from->x, s.y - from->y)};
    }
    for (int i = 1; i < n; i++) {
        const ranked r = out[i];
        int j = i;
        for (; j > 0 && out[j - 1].cost > r.cost; j--) {
            out[j] = out[j - 1];
        }
        out[j] = r;
    }
    return n;
}

/* The world as it will look from there. */
static void imagine(belief *view, const belief *b, const roam *r, const stand *s, int index)
{
    *view = *b;
    if (!roam_is_at(r, s)) {
        const pose down = {vec_of(0, 0, 0), {0, 1, 0, 0}};
        memcpy(view->joints, reach_home, sizeof view->joints);
        view->base = roam_arm_base(s);
        view->tool = pose_mul(view->base, roam_drawn_in(&down, view->joints));
    }
    view->table_z = s->feet;
    ground_narrow(&view->ground, view->base.p, within, s->feet);
    for (int i = 0; i < view->n_things; i++) {
        thing *t = &view->things[i];
        t->present = t->present && (i == index || hypot(t->at.p.x - view->base.p.x,
                                                        t->at.p.y - view->base.p.y) < within);
    }
}

static bool same(const stand *a, const stand *b)
{
    return hypot(a->x - b->x, a->y - b->y) < 0.01 && fabs(a->feet - b->feet) < 0.002 &&
           cos(a->heading - b->heading) > 0.999;
}

static bool plan_from(const roam *r, const belief *b, const ground *g, const ground_map *map,
                      const stand *pick, const target *to, int literal_index, int index,
                      int attempt, job *out, stand *place)
{
    static _Thread_local belief here, there;
    static _Thread_local ranked places[STANDS];
    const int n = list_stands(g, map, pick, to, places);
    imagine(&here, b, r, pick, index);
    for (int k = 0; k < n && k < TRIED; k++) {
        const stand *s = &places[(k + attempt / 2) % n].stand;
        imagine(&there, b, r, s, index);
        if (plan_carry(&here, same(s, pick) ? &here : &there, literal_index, attempt, out)) {
            *place = *s;
            return true;
        }
    }
    return false;
}

bool roam_plan(const roam *r, const belief *b, int literal_index, int attempt, job *out,
               roam_way *way)
{
    static _Thread_local ranked picks[STANDS];
    static _Thread_local ground_map map;
    const literal *l = &b->literals[literal_index];
    const int index = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
    if (index < 0) {
        return false;
    }
    const ground *g = roam_ground(b, index);
    stand here = r->now;
    here.feet = r->surface;
    const target from = target_thing(b, g, index), to = target_of_literal(b, g, l, index);
    stand turning;
    if (!roam_back_off(g, &here, &turning)) {
        turning = here;
    }
    ground_explore(g, vec_of(turning.x, turning.y, 0), &map);
    const int n = list_stands(g, &map, &here, &from, picks);
    /* after failures from elsewhere; but where it has come for this, it tries */
    const int first = r->come_for == 1 + index ? 0 : attempt;
    for (int k = 0; k < n && k < TRIED; k++) {
        const stand *s = &picks[(k + first) % n].stand;
        if (plan_from(r, b, g, &map, s, &to, literal_index, index, attempt, out, &way->place)) {
            way->pick = *s;
            out->cost += 0.8 * hypot(s->x - here.x, s->y - here.y) + (roam_is_at(r, s) ? 0 : 1);
            return true;
        }
    }
    return false;
}
