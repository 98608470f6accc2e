#include "touch_up.h"

#include <string.h>

#include "fold_mend.h"

enum { PHASE_LOOK, PHASE_MOVE, PHASE_END };
enum { MAX_MOVES = 3 };

static const double near_share = 0.18;   /* mean error, of the root of its area */
static const double out_of_place = 0.02; /* of a key point, m */
static const double to_spare = 0.027;    /* the same: beyond that a load may be too much */
static const double least_gain = 0.004;  /* of its key points together, m */
static const double lift_height = 0.06; /* of an edge, for a corner beside it to fall free, m */
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

/* Is a corner out of its place that can be had, or one that is rolled in beside an edge that can? */
static bool is_out_by(const cloth_view *c, int garment, double least)
{
    fold_fit fit = fit_of(c, garment);
    double error;
    return touch_up_is_near(c, garment, near_share) &&
           ((fold_worst_keypoint(c, garment, &fit, 0, &error) >= 0 && error > least) ||
            fold_beside_hidden(c, garment, &fit, to_spare, NULL, 0) >= 0);
}

bool touch_up_may_help(const cloth_view *c, int garment)
{
    return is_out_by(c, garment, out_of_place);
}

bool touch_up_is_wanted_below(const cloth_view *c, int garment)
{
    return is_out_by(c, garment, to_spare);
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

static bool start_pull(touch_up *t, const cloth_view *c, hands *h, int v, double bow)
{
    haul l = {.grip = {.garment = t->garment, .vertex = v}, .to = t->wanted[v], .bow = bow};
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
        if (start_pull(t, c, h, c->garments[t->garment].keypoints[k].vertex, 0)) {
            t->moves++;
            return true;
        }
    }
    return false;
}

/* A corner that is rolled in under its edge falls free when the edge beside it is lifted and laid down again. */
static bool lift_edge(touch_up *t, const cloth_view *c, hands *h)
{
    while (t->moves < MAX_MOVES && t->n_lifted < MAX_LIFTS) {
        int v = fold_beside_hidden(c, t->garment, &t->fit, to_spare, t->lifted, t->n_lifted);
        if (v < 0) {
            return false;
        }
        vec at = cloth_at(c, t->garment, v);
        double half = fmax(hypot(t->wanted[v].x - at.x, t->wanted[v].y - at.y), 0.01) / 2;
        t->lifted[t->n_lifted++] = v;
        if (start_pull(t, c, h, v, lift_height / half)) {
            t->moves++;
            return true;
        }
    }
    return false;
}

/* A pull that does not help is not followed by more: each takes 6 s. */
static bool is_in_vain(touch_up *t, const cloth_view *c)
{
    const garment_view *g = &c->garments[t->garment];
    double sum = 0;
    for (int k = 0; k < g->n_keypoints; k++) {
        sum += fold_error(c, t->garment, &t->fit, g->keypoints[k].vertex);
    }
    bool vain = t->moves > 0 && sum > t->error - least_gain;
    t->error = sum;
    return vain;
}

static void look(touch_up *t, const cloth_view *c, hands *h)
{
    t->waited = 0;
    t->fit = fit_of(c, t->garment);
    if (is_in_vain(t, c)) {
        t->phase = PHASE_END;
        return;
    }
    t->phase = pull_corner(t, c, h) || lift_edge(t, c, h) ? PHASE_MOVE : PHASE_END;
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
