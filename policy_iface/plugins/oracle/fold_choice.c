#include "fold_choice.h"

#include <string.h>

#include "pinch.h"

static const double narrow_edge = 0.15;  /* that one hand holds well, m */
static const double narrow_flap = 0.13;  /* m */
static const double worth_a_pull = 0.15; /* of a rate */
static const double handing_over =
    0.9; /* rate of a flap that one hand brings half the way and the other home */

static const double below = 0.002; /* m: of two ways to see a packet the one whose flap lies on top */

static vec lift_flat(const cloth_view *c, flat p, double above)
{
    return vec_of(p.x, p.y, c->table_z + above);
}

/* Could the hand take a point of the cloth over along a bow? */
static bool could_go(const hands *h, int hand, vec from, vec to, vec out)
{
    vec then[MAX_WAY / 2];
    pose a = {from, quat_identity()}, b = {to, quat_identity()};
    double arc = FOLD_ARC * vec_distance(a.p, b.p) / 2;
    int branch, n = MAX_WAY / 2;
    for (int i = 0; i < n; i++) {
        then[i] = hands_bow(a, b, arc, (i + 1.) / n).p;
    }
    return pinch_can_go(h, hand, from, out, then, n, &branch);
}

/* Could the hand take the vertex over, did the cloth lie as it should before the step? */
static bool could_turn(const cloth_view *c, const hands *h, int hand, int garment_index,
                       const fold_fit *before, const fold_flap *flap, int vertex)
{
    vec from = lift_flat(c, fold_wanted(c, garment_index, before, vertex), 0.02),
        to = lift_flat(c, fold_wanted(c, garment_index, &flap->after, vertex), 0.05);
    return could_go(h, hand, from, to, flap->out);
}

/* Could one hand bring it so far that the other can bring it home? */
static bool could_hand_over(const cloth_view *c, const hands *h, int garment_index,
                            const fold_fit *before, const fold_flap *flap)
{
    vec from = lift_flat(c, fold_wanted(c, garment_index, before, flap->middle), 0.02),
        to = lift_flat(c, fold_wanted(c, garment_index, &flap->after, flap->middle), 0.05);
    for (int i = 0; i < FOLD_SHARES; i++) {
        vec between = vec_along(from, vec_sub(to, from), fold_share(i));
        for (int hand = 0; hand < HANDS; hand++) {
            if (could_go(h, hand, from, between, flap->out) &&
                could_go(h, !hand, between, to, flap->out)) {
                return true;
            }
        }
    }
    return false;
}

static bool could_pair(const cloth_view *c, const hands *h, int garment_index,
                       const fold_fit *before, const fold_flap *flap)
{
    for (int swap = 0; swap < 2; swap++) {
        int reached = 0;
        for (int hand = 0; hand < HANDS; hand++) {
            bool any = false;
            for (int i = 0; i < FOLD_ENDS && !any; i++) {
                any =
                    could_turn(c, h, hand, garment_index, before, flap, flap->end[i][hand ^ swap]);
            }
            reached += any;
        }
        if (reached == HANDS) {
            return true;
        }
    }
    return false;
}

double fold_share(int i)
{
    static const double shares[FOLD_SHARES] = {1, 0.55, 0.65, 0.75};
    return shares[i];
}

double fold_rate_step(const cloth_view *c, const hands *h, int garment_index,
                      const fold_fit *before)
{
    fold_flap flap;
    if (!fold_find_flap(c, garment_index, before, &flap)) {
        return 1;
    }
    bool pair = flap.width > FOLD_WIDE && could_pair(c, h, garment_index, before, &flap);
    bool one = could_turn(c, h, LEFT_HAND, garment_index, before, &flap, flap.middle) ||
               could_turn(c, h, RIGHT_HAND, garment_index, before, &flap, flap.middle);
    double alone =
        fmin(fmax(1 - 6 * (flap.width - narrow_edge), 0.4), 1); /* its corners hang down */
    double rate = pair                                                  ? 1
                  : one                                                 ? alone
                  : could_hand_over(c, h, garment_index, before, &flap) ? handing_over * alone
                                                                        : 0;
    rate *= flap.layers ? 0.85 : 1;
    rate *= flap.stacked && flap.depth < narrow_flap ? 0.5 : 1; /* springs back */
    if (fold_has_edge_at(c, garment_index, before)) {           /* rolls in */
        rate *= flap.layers ? 0.5 : 0.8;
    }
    return rate;
}

/* The best rate over all places that a pull along the line between the arms can bring the cloth to. */
static double best_rate(const cloth_view *c, const hands *h, int garment_index, const fold_fit *fit,
                        vec *by)
{
    static const double shifts[] = {0, -0.05, 0.05, -0.10, 0.10, -0.15, 0.15, -0.20, 0.20};
    vec axis = vec_sub(h->hand[LEFT_HAND].base.p, h->hand[RIGHT_HAND].base.p);
    axis.z = 0;
    axis = vec_unit(axis);
    double best = -1;
    *by = vec_of(0, 0, 0);
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        fold_fit there = *fit;
        there.frame.at.x += shifts[i] * axis.x;
        there.frame.at.y += shifts[i] * axis.y;
        double rate = fold_rate_step(c, h, garment_index, &there) - 0.5 * fabs(shifts[i]);
        if (rate > best + (i > 0 ? worth_a_pull : 0)) {
            best = rate;
            *by = vec_scale(axis, shifts[i]);
        }
        if (best > 0.9) {
            break;
        }
    }
    return best;
}

bool fold_better_place(const cloth_view *c, const hands *h, int garment_index, const fold_fit *fit,
                       vec *by)
{
    return best_rate(c, h, garment_index, fit, by) > 0 && vec_norm(*by) > 0.01;
}

/* 0: cannot be done; otherwise the mean of the steps that are left. */
static double rate_way(const cloth_view *c, const hands *h, int garment_index, fold_fit fit)
{
    int n = c->garments[garment_index].ways[fit.way].n_steps, left = n - fit.steps;
    double sum = 0;
    vec by;
    for (; fit.steps < n; fit.steps++) {
        double rate = best_rate(c, h, garment_index, &fit, &by);
        if (rate <= 0) {
            return 0;
        }
        sum += rate;
        memset(fit.ahead, 0, sizeof fit.ahead);
    }
    return left > 0 ? sum / left : 1;
}

/* Folded in one step: does the half lie below that the way turns over? From above it cannot be turned back. */
static bool is_turned_under(const cloth_view *c, int garment_index, const fold_fit *fit)
{
    const garment_view *g = &c->garments[garment_index];
    const fold_way *w = &g->ways[fit->way];
    double height[2] = {0, 0};
    int n[2] = {0, 0};
    for (int v = 0; v < g->n && w->n_steps == 1 && fit->steps == 1; v++) {
        int turned = fold_side(w->steps[0], cloth_rest(c, garment_index, v)) > 0;
        height[turned] += cloth_at(c, garment_index, v).z;
        n[turned]++;
    }
    return n[0] > 0 && n[1] > 0 && height[1] / n[1] < height[0] / n[0];
}

/* The way that the cloth lies nearest to and the arms do best. */
int fold_choose_way(const cloth_view *c, const hands *h, int garment_index)
{
    const garment_view *g = &c->garments[garment_index];
    double best = HUGE_VAL;
    int way = 0;
    for (int w = 0; w < g->n_ways; w++) {
        fold_fit fit = fold_recognise(c, garment_index, w);
        double cost = fit.error + 0.1 * (1 - rate_way(c, h, garment_index, fit));
        cost += is_turned_under(c, garment_index, &fit) ? below : 0;
        if (cost < best - 1e-6) {
            best = cost;
            way = w;
        }
    }
    return way;
}
