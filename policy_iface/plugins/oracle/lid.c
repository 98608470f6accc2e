#include "lid.h"
#include "plan.h"

#include <string.h>

static bool is_lid_of(const thing_part *p, int box)
{
    return p->thing == box && p->layer >= 0;
}

/* A flap of that thing, not open, of the highest layer; -1: it is open. */
static int topmost_not_open(const belief *b, int box)
{
    int found = -1;
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = &b->parts.list[i];
        if (is_lid_of(p, box) && !part_is_open(p) &&
            (found < 0 || p->layer > b->parts.list[found].layer)) {
            found = i;
        }
    }
    return found;
}

bool lid_is_over(const belief *b, int index)
{
    for (int r = 0; r < b->n_things; r++) {
        if (belief_lies_in(b, index, r) && topmost_not_open(b, r) >= 0) {
            return true;
        }
    }
    return false;
}

/* The thing whose lid must be open for this literal to be served; -1: none. */
static int lid_over(const belief *b, const literal *l)
{
    const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
    const bool below = strcmp(l->predicate, "in_cell") == 0; /* on a tray, say: no lid is over that */
    const int into = l->n_args > 1 && !below ? belief_find_thing(b, l->args[1]) : -1;
    if (t < 0 || l->holds || !plan_serves(l)) {
        return -1;
    }
    for (int r = 0; r < b->n_things; r++) {
        if ((r == into || belief_lies_in(b, t, r)) && topmost_not_open(b, r) >= 0) {
            return r;
        }
    }
    return -1;
}

bool lid_bars(const belief *b, const literal *l)
{
    return lid_over(b, l) >= 0;
}

bool lid_is_early(const belief *b, const literal *l)
{
    const int t = belief_find_thing(b, l->args[0]);
    if (t < 0 || !belief_goes_on_top(b, t)) {
        return false;
    }
    for (int i = 0; i < b->n_literals; i++) {
        const literal *other = &b->literals[i];
        const int o = other->n_args ? belief_find_thing(b, other->args[0]) : -1;
        if (!other->holds && plan_serves(other) && o >= 0 && !belief_goes_on_top(b, o)) {
            return true;
        }
    }
    return false;
}

/* It lies there already: the literal will hold as soon as the box stands still. */
static bool is_in_place(const belief *b, const literal *l, int box)
{
    return l->n_args > 1 && belief_find_thing(b, l->args[1]) == box &&
           belief_lies_in(b, belief_find_thing(b, l->args[0]), box);
}

bool lid_to_clear(const belief *b, lid_move *out)
{
    for (int i = 0; i < b->n_literals; i++) {
        const int box = lid_over(b, &b->literals[i]);
        if (box >= 0 && !is_in_place(b, &b->literals[i], box)) {
            *out = (lid_move){topmost_not_open(b, box), true};
            return true;
        }
    }
    return false;
}

/* Shut the lowest layer first; what lies over a flap that is to be shut must be out of its way. */
static bool next_to_shut(const belief *b, int box, lid_move *out)
{
    int lowest = -1;
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = &b->parts.list[i];
        if (is_lid_of(p, box) && !part_is_shut(p) &&
            (lowest < 0 || p->layer < b->parts.list[lowest].layer)) {
            lowest = i;
        }
    }
    for (int i = 0; i < b->parts.n && lowest >= 0; i++) {
        const thing_part *p = &b->parts.list[i];
        if (is_lid_of(p, box) && p->layer > b->parts.list[lowest].layer && p->at < PI / 3) {
            *out = (lid_move){i, true};
            return true;
        }
    }
    *out = (lid_move){lowest, false};
    return lowest >= 0;
}

static bool has_work_left(const belief *b, int box)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (!l->holds && plan_serves(l) && t >= 0 &&
            (belief_lies_in(b, t, box) || (l->n_args > 1 && belief_find_thing(b, l->args[1]) == box))) {
            return true;
        }
    }
    return false;
}

bool lid_to_serve(const belief *b, lid_move *out)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (l->holds || t < 0 || !b->things[t].present) {
            continue;
        }
        if (strcmp(l->predicate, "closed") == 0 && !has_work_left(b, t) &&
            next_to_shut(b, t, out)) {
            return true;
        }
        if (strcmp(l->predicate, "open") == 0 && topmost_not_open(b, t) >= 0) {
            *out = (lid_move){topmost_not_open(b, t), true};
            return true;
        }
    }
    return false;
}

void lid_assume(belief *b, int box)
{
    lid_move next;
    const bool shut = !next_to_shut(b, box, &next), open = topmost_not_open(b, box) < 0;
    for (int i = 0; i < b->n_literals; i++) {
        literal *l = &b->literals[i];
        if (l->n_args && belief_find_thing(b, l->args[0]) == box) {
            l->holds = l->holds || (shut && strcmp(l->predicate, "closed") == 0) ||
                       (open && strcmp(l->predicate, "open") == 0);
        }
    }
}
