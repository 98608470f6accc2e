#include "errand.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

static const double covered_share = 0.04; /* of a garment's vertices: less is a touch at the edge */
static const double clearly_larger = 1.2; /* of two areas */
static const double out_of_line = 0.035;  /* of two middles in a pile, m */
static const double room = 0.16;          /* around a small thing's middle, m */
/* Ranks: what cannot be done yet; what goes before others that failed less often. */
enum { WAITS = 1000, SOON = 20 };
static const double landed_speed = 0.5; /* m/s */

uint64_t errand_key(const literal *l)
{
    uint64_t key = words_key(l->predicate);
    for (int i = 0; i < l->n_args; i++) {
        key = words_key_on(words_key_on(key, " "), l->args[i]);
    }
    return key;
}

static bool says(const literal *l, const char *predicate)
{
    return strcmp(l->predicate, predicate) == 0;
}

static bool set_goal(const belief *b, const char *place, carry_goal *out)
{
    int vessel = belief_find_thing(b, place), area = belief_find_region(b, place);
    if (area >= 0) {
        *out = carry_onto(b, area);
    }
    return area >= 0 || (vessel >= 0 && carry_into(b, vessel, out));
}

/* The text tells where what hangs over a rail is, in the region over_<rail>; how thick the bar is and how high, the eyes. */
static bool set_rail(const belief *b, const char *rail, drape_rail *out)
{
    static const double axis_z = 1.00, radius = 0.03;
    char name[NAME_CAP + 8];
    snprintf(name, sizeof name, "over_%s", rail);
    int area = belief_find_region(b, name);
    if (area >= 0) {
        *out = drape_rail_of(b, area, axis_z, radius);
    }
    return area >= 0;
}

/* Cloth in the dryer comes out through its door, which looks along +y. */
static carry_mouth dryer_mouth(const belief *b)
{
    int drum = belief_find_region(b, "dryer_inside");
    return drum >= 0 ? carry_mouth_of(b, drum, vec_of(0, 1, 0)) : (carry_mouth){.on = false};
}

bool errand_for(const belief *b, const cloth_view *c, const literal *l, errand *out)
{
    *out = (errand){
        .garment = l->n_args ? cloth_find(c, l->args[0]) : -1, .steps = -1, .key = errand_key(l)};
    if (out->garment < 0 || !c->garments[out->garment].present) {
        return false;
    }
    if (says(l, "folded") || says(l, "half_folded")) {
        out->kind = ERRAND_FOLD;
        out->steps = says(l, "folded") ? -1 : 1;
        return true;
    }
    if (says(l, "flat") || says(l, "unfolded")) {
        out->kind = ERRAND_FLATTEN;
        return true;
    }
    if (says(l, "draped")) {
        out->kind = ERRAND_DRAPE;
        return l->n_args >= 2 && set_rail(b, l->args[1], &out->rail);
    }
    if (says(l, "piled")) {
        out->kind = ERRAND_PILE;
        return l->n_args >= 2 && set_goal(b, l->args[1], &out->goal);
    }
    out->kind = ERRAND_CARRY;
    out->mouth = dryer_mouth(b);
    return (says(l, "inside") || says(l, "sorted") || says(l, "aside")) && l->n_args >= 2 &&
           set_goal(b, l->args[1], &out->goal);
}

double errand_cover(const cloth_view *c, int upper, int lower)
{
    const garment_view *over = &c->garments[upper], *under = &c->garments[lower];
    int covered = 0;
    for (int v = 0; v < under->n; v++) {
        vec p = cloth_at(c, lower, v);
        covered += cloth_top(c, p.x, p.y, under->spacing, upper, -1) > p.z + 0.3 * under->layer;
    }
    return over->present && upper != lower ? (double)covered / under->n : 0;
}

bool errand_covers(const cloth_view *c, int upper, int lower)
{
    return errand_cover(c, upper, lower) > covered_share;
}

static bool is_covered(const cloth_view *c, int garment)
{
    for (int i = 0; i < c->n; i++) {
        if (c->garments[i].present && errand_covers(c, i, garment)) {
            return true;
        }
    }
    return false;
}

static bool is_to_be_folded(const belief *b, const cloth_view *c, int garment)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && says(l, "folded") && cloth_find(c, l->args[0]) == garment) {
            return true;
        }
    }
    return false;
}

static bool lies_in(const cloth_view *c, int garment, const carry_goal *spot)
{
    vec m = cloth_middle(c, garment);
    return fabs(m.x - spot->floor.x) < spot->half.x && fabs(m.y - spot->floor.y) < spot->half.y;
}

/* Nothing is laid on what lies in the place of the pile and must be folded first. */
static bool is_pile_unfolded(const belief *b, const cloth_view *c, const carry_goal *spot)
{
    for (int i = 0; i < c->n; i++) {
        if (c->garments[i].present && lies_in(c, i, spot) && is_to_be_folded(b, c, i)) {
            return true;
        }
    }
    return false;
}

/* Does it lie where something is to be piled? There it must be folded before anything can be laid on it. */
static bool is_in_place_of_pile(const belief *b, const cloth_view *c, int garment)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        carry_goal spot;
        if (says(l, "piled") && l->n_args >= 2 && set_goal(b, l->args[1], &spot) &&
            lies_in(c, garment, &spot)) {
            return true;
        }
    }
    return false;
}

/* A pile narrows upwards: what lies on something smaller droops over its edge. What lies in the pile's place already need not come. */
static bool is_larger_to_come(const belief *b, const cloth_view *c, int garment)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        int other = l->holds || !says(l, "piled") ? -1 : cloth_find(c, l->args[0]);
        if (other >= 0 && c->garments[other].present && !is_in_place_of_pile(b, c, other) &&
            c->garments[other].area > clearly_larger * c->garments[garment].area) {
            return true;
        }
    }
    return false;
}

int errand_beside(const belief *b, const cloth_view *c, const errand *e)
{
    vec m = cloth_middle(c, e->garment);
    double farthest = out_of_line;
    int beside = -1;
    if (e->kind != ERRAND_PILE || !lies_in(c, e->garment, &e->goal)) {
        return -1;
    }
    for (int g = 0; g < c->n; g++) {
        vec other = cloth_middle(c, g);
        double off = hypot(other.x - m.x, other.y - m.y);
        if (g != e->garment && c->garments[g].present && lies_in(c, g, &e->goal) &&
            clearly_larger * c->garments[g].area < c->garments[e->garment].area &&
            !is_to_be_folded(b, c, g) && off > farthest) {
            farthest = off;
            beside = g;
        }
    }
    return beside;
}

bool errand_on_pile(const belief *b, const cloth_view *c, const errand *fold)
{
    bool over = false, belongs = false;
    int garment = fold->garment;
    for (int i = 0; i < c->n; i++) {
        over |= c->garments[i].present && errand_covers(c, garment, i);
    }
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        belongs |= says(l, "piled") && cloth_find(c, l->args[0]) == garment;
    }
    return over && belongs;
}

bool errand_off_pile(const belief *b, const cloth_view *c, const errand *fold, carry_goal *out)
{
    double nearest = HUGE_VAL;
    if (fold->kind != ERRAND_FOLD || !errand_on_pile(b, c, fold)) {
        return false;
    }
    vec now = cloth_middle(c, fold->garment);
    for (int i = 0; i < 12; i++) { /* where one arm reaches all of it */
        vec at = vec_of(-0.28 + 0.10 * (i / 2), i % 2 ? -0.26 : 0.26, c->table_z);
        double d = hypot(at.x - now.x, at.y - now.y);
        if (d < nearest && cloth_is_clear(c, at, room, -1)) {
            nearest = d;
            *out = (carry_goal){.floor = at,
                                .along = vec_of(1, 0, 0),
                                .half = vec_of(room, room, room),
                                .rim = c->table_z};
        }
    }
    return nearest < HUGE_VAL;
}

int errand_rank(const belief *b, const cloth_view *c, const errand *e)
{
    static const int order[] = {[ERRAND_CARRY] = 0,
                                [ERRAND_FLATTEN] = 2,
                                [ERRAND_FOLD] = 3,
                                [ERRAND_DRAPE] = 2,
                                [ERRAND_PILE] = 1}; /* what is piled takes no room */
    bool waits = e->kind == ERRAND_PILE &&
                 (is_to_be_folded(b, c, e->garment) || is_pile_unfolded(b, c, &e->goal) ||
                  is_larger_to_come(b, c, e->garment));
    bool first = e->kind == ERRAND_FOLD && is_in_place_of_pile(b, c, e->garment);
    bool now = e->kind == ERRAND_CARRY && carry_dangles(&e->mouth, c, e->garment);
    return order[e->kind] + is_covered(c, e->garment) - first + (waits ? WAITS : 0) -
           (now ? SOON : 0);
}

bool errand_interrupts(const cloth_view *c, const errand *urgent, const errand *now)
{
    return urgent->kind == ERRAND_CARRY && now->kind != ERRAND_CARRY &&
           urgent->garment != now->garment && c->garments[urgent->garment].speed < landed_speed &&
           errand_covers(c, urgent->garment, now->garment);
}
