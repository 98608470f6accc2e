#include "touch_up.h"

#include <string.h>

enum { PHASE_LOOK, PHASE_MOVE, PHASE_END };
enum { MAX_MOVES = 3 };

static const double near_share = 0.13;   /* mean error, of the root of its area */
static const double out_of_place = 0.02; /* of a key point, m */
static const double rest_speed = 0.03, longest_wait = 1.5;

/* As it lies, taken as folded: the way that fits best. */
static fold_fit fit_of(const cloth_view *c, int garment)
{
    const garment_view *g = &c->garments[garment];
    fold_fit best = {.error = HUGE_VAL};
    for (int way = 0; way < g->n_ways; way++) {
        fold_fit fit = fold_fit_to(c, garment, way, g->ways[way].n_steps);
        best = fit.error < best.error ? fit : best;
    }
    return best;
}

bool touch_up_is_near(const cloth_view *c, int garment, double share)
{
    const garment_view *g = &c->garments[garment];
    return g->n <= MAX_FOLD_VERTICES && fit_of(c, garment).error < share * sqrt(g->area);
}

bool touch_up_may_help(const cloth_view *c, int garment)
{
    fold_fit fit = fit_of(c, garment);
    double error;
    return touch_up_is_near(c, garment, near_share) &&
           fold_worst_keypoint(c, garment, &fit, 0, &error) >= 0 && error > out_of_place;
}

bool touch_up_start(touch_up *t, const cloth_view *c, int garment)
{
    memset(t, 0, sizeof *t);
    t->garment = garment;
    return c->garments[garment].n <= MAX_FOLD_VERTICES;
}

bool touch_up_pauses(const touch_up *t)
{
    return t->phase == PHASE_LOOK;
}

static int near_hand(const hands *h, vec at)
{
    return vec_distance(at, h->hand[LEFT_HAND].base.p) <
                   vec_distance(at, h->hand[RIGHT_HAND].base.p)
               ? LEFT_HAND
               : RIGHT_HAND;
}

static bool start_pull(touch_up *t, const cloth_view *c, hands *h, int v)
{
    haul l = {.grip = {.garment = t->garment, .vertex = v}, .to = t->wanted[v]};
    int near = near_hand(h, cloth_at(c, t->garment, v));
    for (int i = 0; i < HANDS; i++) {
        bool left = (i ? !near : near) == LEFT_HAND;
        if (duo_move_start(&t->move, c, h, left ? &l : NULL, left ? NULL : &l)) {
            return true;
        }
    }
    return false;
}

/* The worst corner that lies open, once each. */
static bool pull_corner(touch_up *t, const cloth_view *c, hands *h)
{
    for (int v = 0; v < c->garments[t->garment].n; v++) {
        t->wanted[v] = fold_wanted(c, t->garment, &t->fit, v);
    }
    while (t->moves < MAX_MOVES) {
        double error;
        int k = fold_worst_keypoint(c, t->garment, &t->fit, t->left_out, &error);
        if (k < 0 || error < out_of_place) {
            return false;
        }
        t->left_out |= 1u << k;
        if (start_pull(t, c, h, c->garments[t->garment].keypoints[k].vertex)) {
            t->moves++;
            return true;
        }
    }
    return false;
}

static void look(touch_up *t, const cloth_view *c, hands *h)
{
    t->waited = 0;
    t->fit = fit_of(c, t->garment);
    t->phase = pull_corner(t, c, h) ? PHASE_MOVE : PHASE_END;
}

skill_state touch_up_step(touch_up *t, const cloth_view *c, hands *h, double dt)
{
    if (t->phase == PHASE_MOVE) {
        t->phase = duo_move_step(&t->move, c, h, t->wanted) == SKILL_BUSY ? PHASE_MOVE : PHASE_LOOK;
        return SKILL_BUSY;
    }
    if (hands_busy(h)) {
        return SKILL_BUSY;
    }
    if (t->phase == PHASE_LOOK) {
        t->waited += dt;
        if ((t->waited > 0.3 && c->garments[t->garment].speed < rest_speed) ||
            t->waited > longest_wait) {
            look(t, c, h);
        }
        return SKILL_BUSY;
    }
    return SKILL_DONE;
}
