#include "fold_turn.h"

#include <string.h>

static const double good_reach = 0.27;                       /* from an arm's base, m */
static const double far_reach = 0.80, farthest_reach = 0.85; /* it presses badly; not at all */
static const double upright_reach =
    0.31;                         /* a hand that takes cloth nearer to its arm's base leans */
static const double steepest = 2; /* bow, of a plain one */

haul fold_haul(const fold *f, int vertex, vec out, bool layers, double bow)
{
    haul l = {.to = f->wanted[vertex], .bow = bow};
    l.grip = (grip){.garment = f->garment, .vertex = vertex, .out = out, .all_layers = layers};
    return l;
}

/* The hand whose arm stands nearer to both ends of the way. */
static int nearer_hand(const hands *h, vec from, flat to)
{
    double d[HANDS];
    for (int k = 0; k < HANDS; k++) {
        vec base = h->hand[k].base.p;
        d[k] = hypot(from.x - base.x, from.y - base.y) + hypot(to.x - base.x, to.y - base.y);
    }
    return d[LEFT_HAND] <= d[RIGHT_HAND] ? LEFT_HAND : RIGHT_HAND;
}

static bool start_with(fold *f, const cloth_view *c, hands *h, const haul *l, int hand)
{
    return duo_move_start(&f->move, c, h, hand == LEFT_HAND ? l : NULL,
                          hand == RIGHT_HAND ? l : NULL);
}

static double distance_from(const hands *h, int hand, vec p)
{
    vec base = h->hand[hand].base.p;
    return hypot(p.x - base.x, p.y - base.y);
}

bool fold_take(fold *f, const cloth_view *c, hands *h, const haul *l, bool well)
{
    vec from = cloth_at(c, f->garment, l->grip.vertex);
    int first = nearer_hand(h, from, l->to);
    for (int i = 0; i < HANDS && !cloth_is_over_edge(c, f->garment, l->grip.vertex); i++) {
        int hand = i ? !first : first;
        if ((!well || distance_from(h, hand, from) < far_reach) && start_with(f, c, h, l, hand)) {
            return true;
        }
    }
    return false;
}

/* As far as a hand can bring it: the other one takes it from there. */
static bool start_part(fold *f, const cloth_view *c, hands *h, const haul *l)
{
    vec from = cloth_at(c, f->garment, l->grip.vertex);
    haul part = *l;
    part.bow = FOLD_ARC;
    for (int i = 1; i < FOLD_SHARES; i++) {
        double share = fold_share(i);
        part.to = (flat){from.x + share * (l->to.x - from.x), from.y + share * (l->to.y - from.y)};
        if (fold_take(f, c, h, &part, true)) {
            for (int v = 0; v < c->garments[f->garment].n; v++) {
                vec p = cloth_at(c, f->garment, v);
                f->wanted[v] = (flat){p.x + share * (f->wanted[v].x - p.x),
                                      p.y + share * (f->wanted[v].y - p.y)};
            }
            return true;
        }
    }
    return false;
}

static bool was_lost(const fold *f, int vertex)
{
    for (int i = 0; i < f->n_lost; i++) {
        if (f->lost[i] == vertex) {
            return true;
        }
    }
    return false;
}

void fold_note_lost(fold *f)
{
    for (int k = 0; k < HANDS && f->n_lost < FOLD_LOST; k++) {
        if (f->move.on[k] && !f->move.pinch.held[k]) {
            f->lost[f->n_lost++] = f->move.haul[k].grip.vertex;
        }
    }
}

/* Two points, each with the nearer hand. */
static bool start_two(fold *f, const cloth_view *c, hands *h, const fold_flap *flap, int v, int w)
{
    if (was_lost(f, v) || was_lost(f, w) || cloth_is_over_edge(c, f->garment, v) ||
        cloth_is_over_edge(c, f->garment, w)) {
        return false;
    }
    haul a = fold_haul(f, v, flap->out, flap->layers, FOLD_ARC),
         b = fold_haul(f, w, flap->out, flap->layers, FOLD_ARC);
    vec at_a = cloth_at(c, f->garment, v), at_b = cloth_at(c, f->garment, w),
        left = h->hand[LEFT_HAND].base.p, right = h->hand[RIGHT_HAND].base.p;
    bool straight = vec_distance(at_a, left) + vec_distance(at_b, right) <=
                    vec_distance(at_b, left) + vec_distance(at_a, right);
    double far = fmax(distance_from(h, LEFT_HAND, straight ? at_a : at_b),
                      distance_from(h, RIGHT_HAND, straight ? at_b : at_a));
    return far < farthest_reach &&
           duo_move_start(&f->move, c, h, straight ? &a : &b, straight ? &b : &a);
}

static bool can_be_seen(const fold *f, const cloth_view *c, const fold_flap *flap, int v)
{
    return flap->layers || cloth_is_top(c, f->garment, v);
}

/* As far out as the arms get: what hangs over beyond a hand stays behind. Of a corner that is tucked under no hand gets hold. */
static bool start_pair(fold *f, const cloth_view *c, hands *h, const fold_flap *flap)
{
    for (int sum = 0; sum <= 2 * (FOLD_ENDS - 1); sum++) {
        for (int i = 0; i < FOLD_ENDS; i++) {
            int k = sum - i;
            if (k < 0 || k >= FOLD_ENDS) {
                continue;
            }
            int v = flap->end[i][0], w = flap->end[k][1];
            if (can_be_seen(f, c, flap, v) && can_be_seen(f, c, flap, w) &&
                start_two(f, c, h, flap, v, w)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_right_before_base(const cloth_view *c, const hands *h, int garment_index, int vertex)
{
    vec p = cloth_at(c, garment_index, vertex), l = h->hand[LEFT_HAND].base.p,
        r = h->hand[RIGHT_HAND].base.p;
    return fmin(hypot(p.x - l.x, p.y - l.y), hypot(p.x - r.x, p.y - r.y)) < good_reach;
}

bool fold_is_between(const fold_fit *fit)
{
    static const unsigned char none[sizeof fit->ahead];
    return memcmp(fit->ahead, none, sizeof none) != 0;
}

/* Over another piece a flap that has come part of the way must rise as high as one that comes all of it, or it is dragged over that one and
   crumples its crease. */
static double bow_for(const fold *f, const cloth_view *c, const fold_flap *flap, const haul *l)
{
    if (!flap->apart) {
        return FOLD_ARC;
    }
    vec from = cloth_at(c, f->garment, l->grip.vertex);
    double way = fmax(hypot(l->to.x - from.x, l->to.y - from.y), 1e-3);
    return FOLD_ARC * fmin(fmax(2 * flap->depth / way, 1), steepest);
}

/* Of the piece that `flap` turns: the vertex of its edge farthest out that a hand takes without leaning, for what leans over cloth that it
   holds drags it along when it lets go. -1: none. */
static int find_hold(const fold *f, const cloth_view *c, const hands *h, const fold_fit *now,
                     const fold_flap *flap, int hand)
{
    const garment_view *g = &c->garments[f->garment];
    double farthest = 2 * g->spacing;
    int best = -1;
    for (int i = 0; i < g->n_outline; i++) {
        int v = g->outline[i];
        flat here = fold_wanted(c, f->garment, now, v),
             there = fold_wanted(c, f->garment, &flap->after, v);
        double way = hypot(there.x - here.x, there.y - here.y),
               reach = distance_from(h, hand, cloth_at(c, f->garment, v));
        if (way > farthest && reach > upright_reach && reach < far_reach &&
            cloth_is_top(c, f->garment, v) && !cloth_is_over_edge(c, f->garment, v)) {
            farthest = way;
            best = v;
        }
    }
    return best;
}

/* Over a piece that lies open the other hand holds that one near its far edge, or the flap would drag it along. */
static bool start_held(fold *f, const cloth_view *c, hands *h, const fold_flap *flap, const haul *l)
{
    fold_flap under;
    if (!flap->apart || f->failures > 0 || flap->after.steps != f->fit.steps ||
        !fold_find_flap(c, f->garment, &flap->after, &under)) {
        return false;
    }
    int first = nearer_hand(h, cloth_at(c, f->garment, l->grip.vertex), l->to),
        vertex = find_hold(f, c, h, &flap->after, &under, !first);
    haul hold = vertex < 0 ? (haul){.bow = 0} : fold_haul(f, vertex, under.out, false, 0);
    return vertex >= 0 && duo_move_start(&f->move, c, h, first == LEFT_HAND ? l : &hold,
                                         first == RIGHT_HAND ? l : &hold);
}

bool fold_turn(fold *f, const cloth_view *c, hands *h, const fold_flap *flap)
{
    f->repairing = -1;
    if (flap->width > FOLD_WIDE && start_pair(f, c, h, flap)) {
        return true;
    }
    /* one hand: at the middle, or at an end if that went wrong; right before its base a hand leans too much to pinch well */
    const int points[3] = {flap->middle, flap->end[0][0], flap->end[0][1]};
    for (int i = 0; i < 6; i++) {
        int vertex = points[(i + f->failures) % 3];
        bool well = i < 3;
        haul l = fold_haul(f, vertex, flap->out, flap->layers, FOLD_ARC);
        if (was_lost(f, vertex) ||
            (well && !flap->apart && is_right_before_base(c, h, f->garment, vertex))) {
            continue;
        }
        l.bow = bow_for(f, c, flap, &l);
        if (start_held(f, c, h, flap, &l)) {
            return true;
        }
        if (fold_take(f, c, h, &l, well) || (flap->apart && start_part(f, c, h, &l))) {
            return true;
        }
    }
    return false;
}
