#include "access.h"
#include "plan.h"
#include "spots.h"

#include <stdio.h>
#include <string.h>

int belief_find_space(const belief *b, const char *name)
{
    for (int i = 0; i < b->furniture.n_spaces; i++) {
        if (strcmp(b->furniture.spaces[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int belief_find_part(const belief *b, const char *name)
{
    for (int i = 0; i < b->parts.n; i++) {
        char own[2 * PART_NAME + 1];
        snprintf(own, sizeof own, "%s/%s", b->parts.list[i].owner, b->parts.list[i].name);
        if (strcmp(own, name) == 0) {
            return i;
        }
    }
    return -1;
}

pose space_now(const belief *b, int index)
{
    const store *s = &b->furniture.spaces[index];
    return s->part < 0 ? s->at : pose_mul(part_moved(&b->parts.list[s->part]), s->at);
}

bool space_holds(const belief *b, int index, int t)
{
    const vec half = b->furniture.spaces[index].half,
              at = pose_apply(pose_inverse(space_now(b, index)), b->things[t].at.p);
    return fabs(at.x) < half.x && fabs(at.y) < half.y && fabs(at.z) < half.z + 0.02;
}

enum { GATES = 2 };

/* What gives access to a space, from outside in: the door before it, the drawer that it is in. -1: none. */
static int gate_of(const store *s, int k)
{
    return k == 0 ? s->behind : s->part;
}

static bool is_gate_of(const store *s, int part)
{
    return part >= 0 && (s->behind == part || s->part == part);
}

bool space_is_open(const belief *b, int index)
{
    for (int k = 0; k < GATES; k++) {
        const int part = gate_of(&b->furniture.spaces[index], k);
        if (part >= 0 && !door_lets_in(&b->parts.list[part])) {
            return false;
        }
    }
    return true;
}

bool space_is_basin(const belief *b, int index)
{
    static const double deep = 0.02;
    const store *s = &b->furniture.spaces[index];
    return s->part < 0 && s->behind < 0 && s->at.p.z - s->half.z < b->table_z - deep;
}

bool access_has_door(const belief *b)
{
    for (int i = 0; i < b->furniture.n_spaces; i++) {
        if (space_is_behind_door(b, i)) {
            return true;
        }
    }
    return false;
}

vec access_way_out(const belief *b, int index)
{
    const store *s = &b->furniture.spaces[index];
    const vec to = pose_apply(pose_inverse(s->at), b->parts.list[s->behind].centre);
    return fabs(to.x) / s->half.x > fabs(to.y) / s->half.y ? vec_of(to.x > 0 ? 1 : -1, 0, 0)
                                                           : vec_of(0, to.y > 0 ? 1 : -1, 0);
}

/* Into the space, or into a thing that stands in it: a rack. */
static bool goes_into(const belief *b, const literal *l, int space)
{
    const int receptacle = l->n_args > 1 ? belief_find_thing(b, l->args[1]) : -1;
    return (l->n_args > 1 && strcmp(l->args[1], b->furniture.spaces[space].name) == 0) ||
           (receptacle >= 0 && space_holds(b, space, receptacle));
}

/* The first part that this literal's carry must pass and that `wanted` is true of (NULL: any); -1: none. */
static int part_on_way(const belief *b, const literal *l, bool (*wanted)(const thing_part *))
{
    const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
    if (t < 0 || l->holds || !plan_serves(l) || !b->things[t].present) {
        return -1;
    }
    for (int i = 0; i < b->furniture.n_spaces; i++) {
        const bool about = goes_into(b, l, i) || space_holds(b, i, t);
        for (int k = 0; k < GATES && about; k++) {
            const int part = gate_of(&b->furniture.spaces[i], k);
            if (part >= 0 && (!wanted || wanted(&b->parts.list[part]))) {
                return part;
            }
        }
    }
    return -1;
}

static bool is_not_open(const thing_part *p)
{
    return !door_lets_in(p);
}

/* It lies there already: the literal will hold as soon as all is at rest. */
static bool is_in_place(const belief *b, const literal *l)
{
    const int into = l->n_args > 1 ? belief_find_space(b, l->args[1]) : -1;
    return into >= 0 && space_holds(b, into, belief_find_thing(b, l->args[0]));
}

bool access_bars(const belief *b, const literal *l)
{
    return part_on_way(b, l, is_not_open) >= 0;
}

bool access_goes_out(const belief *b, int t)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (l->holds || l->n_args < 2 || !plan_serves(l) || strcmp(l->args[0], b->things[t].id) != 0) {
            continue;
        }
        for (int k = 0; k < b->furniture.n_spaces; k++) {
            if (space_holds(b, k, t) && strcmp(l->args[1], b->furniture.spaces[k].name) != 0) {
                return true;
            }
        }
    }
    return false;
}

/* Would the part, opening further, run into this thing, with its handle or what it is made of? */
static bool would_hit(const belief *b, int part, int t)
{
    static const double handle_room = 0.06;
    enum { LOOKS = 12 };
    thing_part p = b->parts.list[part];
    const double from = p.at, room = handle_room + b->things[t].footprint;
    for (int i = 0; i <= LOOKS; i++) {
        p.at = from + (p.hi - from) * i / LOOKS;
        const vec off =
            vec_sub(pose_apply(pose_inverse(part_moved(&p)), b->things[t].at.p), p.centre);
        if (fabs(off.x) < p.half.x + room && fabs(off.y) < p.half.y + room && off.z < p.half.z) {
            return true;
        }
    }
    return false;
}

bool access_is_blocked(const belief *b, int part)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (t >= 0 && !l->holds && plan_serves(l) && b->things[t].present &&
            part_on_way(b, l, is_not_open) < 0 && would_hit(b, part, t)) {
            return true;
        }
    }
    return false;
}

bool access_to_clear(const belief *b, access_move *out)
{
    for (int i = 0; i < b->n_literals; i++) {
        const int part = part_on_way(b, &b->literals[i], is_not_open);
        if (part >= 0 && !is_in_place(b, &b->literals[i]) && !access_is_blocked(b, part)) {
            *out = (access_move){part, true};
            return true;
        }
    }
    return false;
}

static bool has_work_left(const belief *b, int part)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        for (int k = 0; k < b->furniture.n_spaces && t >= 0 && !l->holds && plan_serves(l); k++) {
            if ((space_holds(b, k, t) || goes_into(b, l, k)) &&
                is_gate_of(&b->furniture.spaces[k], part)) {
                return true;
            }
        }
    }
    return false;
}

/* A door does not shut on a drawer that stands out. */
static bool has_drawer_out(const belief *b, int part)
{
    for (int i = 0; i < b->furniture.n_spaces; i++) {
        const store *s = &b->furniture.spaces[i];
        if (s->behind == part && s->part >= 0 && !door_is_shut(&b->parts.list[s->part])) {
            return true;
        }
    }
    return false;
}

bool access_to_serve(const belief *b, access_move *out)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int part = !l->holds && l->n_args ? belief_find_part(b, l->args[0]) : -1;
        if (part < 0 || b->parts.list[part].thing >= 0) {
            continue;
        }
        if (strcmp(l->predicate, "closed") == 0 && !door_is_shut(&b->parts.list[part]) &&
            !has_work_left(b, part) && !has_drawer_out(b, part)) {
            *out = (access_move){part, false};
            return true;
        }
        if (strcmp(l->predicate, "open") == 0 && is_not_open(&b->parts.list[part])) {
            *out = (access_move){part, true};
            return true;
        }
    }
    return false;
}

void access_assume(belief *b, int part)
{
    for (int i = 0; i < b->n_literals; i++) {
        literal *l = &b->literals[i];
        if (l->n_args && belief_find_part(b, l->args[0]) == part) {
            l->holds =
                strcmp(l->predicate, door_is_shut(&b->parts.list[part]) ? "closed" : "open") == 0;
        }
    }
}
