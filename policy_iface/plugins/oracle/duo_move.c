#include "duo_move.h"

#include <string.h>

#include "free_hand.h"

enum { MAX_SLIPS = 3, MAX_EASES = 12 };

static const double fold_speed = 0.30, drag_speed = 0.16;
static const double unhooked = 0.01;  /* opening that lets go of what spans the fingers, m */
static const double held_still = 0.03;  /* less is no drag: the other hand sets the pace, m */
static const double taut = 1.08, too_taut = 1.35, ease_by = 0.01, ease_speed = 0.08; /* of its length at rest; m; m/s */
static const double near_by = 0.05;  /* of one hand to the other: no closer, m */
static const double fold_bow = 0.8; /* who goes so high folds */
static const double laid_above = 0.004; /* the pinched layer over the one below, m */

/* Tip height at the end. */
static double end_z(const cloth_view *c, const haul *l)
{
    const garment_view *g = &c->garments[l->grip.garment];
    if (l->to_z > 0) {
        return l->to_z;
    }
    if (l->bow <= 0) {
        return pinch_tip(c, &l->grip).z + laid_above;
    }
    double top = cloth_top(c, l->to.x, l->to.y, 0.6 * g->spacing, -1, -1);
    return (top > c->table_z + 0.001 ? top + g->layer - g->radius : top) + laid_above;
}

static double bow_height(vec from, flat to, double bow)
{
    double half = hypot(to.x - from.x, to.y - from.y) / 2;
    return bow > 0 ? bow * half : 0.012;
}

/* Where the tip goes after the lift, so that the wrist can be chosen. */
static void lay_way(const cloth_view *c, haul *l)
{
    vec from = pinch_tip(c, &l->grip), to = vec_of(l->to.x, l->to.y, end_z(c, l));
    from.z += LIFT_HEIGHT;
    pose a = {from, quat_identity()}, b = {to, quat_identity()};
    double arc = bow_height(from, l->to, l->bow);
    l->grip.n_then = 6;
    for (int i = 0; i < 6; i++) {
        l->grip.then[i] = hands_bow(a, b, arc, (i + 1) / 6.).p;
    }
    l->to_z = to.z;
}

/* Do the hands stay apart all the way? Both are carried in step. */
static bool ways_apart(const duo_move *m, const cloth_view *c)
{
    if (!m->on[0] || !m->on[1]) {
        return true;
    }
    for (int i = 0; i < 6; i++) {
        pose at[HANDS];
        for (int k = 0; k < HANDS; k++) {
            at[k] = hands_down(m->haul[k].grip.then[i], pinch_out(c, &m->haul[k].grip), 0);
        }
        if (hands_gap(at[0], at[1]) < 0.02) {
            return false;
        }
    }
    return true;
}

bool duo_move_start(duo_move *m, const cloth_view *c, hands *h, const haul *left, const haul *right)
{
    const haul *hauls[HANDS] = {left, right};
    memset(m, 0, sizeof *m);
    m->go_home = true;
    for (int k = 0; k < HANDS; k++) {
        m->on[k] = hauls[k] != NULL;
        if (hauls[k]) {
            m->haul[k] = *hauls[k];
            lay_way(c, &m->haul[k]);
        }
    }
    return ways_apart(m, c) && pinch_start(&m->pinch, c, h, left ? &m->haul[0].grip : NULL,
                                           right ? &m->haul[1].grip : NULL);
}

static void carry(duo_move *m, const cloth_view *c, hands *h, const flat *wanted)
{
    stroke over = {.speed = 10, .wait = 0.15, .exact = true};
    for (int k = 0; k < HANDS; k++) {
        if (!m->pinch.held[k]) {
            continue;
        }
        const haul *l = &m->haul[k];
        int vertex = m->pinch.grip[k].vertex;
        vec now = cloth_at(c, l->grip.garment, vertex);
        flat to = wanted ? wanted[vertex] : l->to;
        vec tip = pose_advance(h->hand[k].at, HAND_TIP).p;
        tip = vec_of(tip.x + to.x - now.x, tip.y + to.y - now.y, l->to_z);
        pose at = pinch_pose(h, k, tip, m->pinch.out[k], m->pinch.branch[k]);
        over.to[k] = hands_to(at, 0);
        over.to[k].arc = bow_height(h->hand[k].at.p, to, l->bow);
        over.wait = fmax(over.wait, l->stay);
        bool stays = hypot(to.x - now.x, to.y - now.y) < held_still;
        over.speed = fmin(over.speed, l->bow > 0 || (stays && m->on[!k]) ? fold_speed : drag_speed);
    }
    hands_add(h, over);
    m->phase = DUO_CARRY;
}

/* How far two hands stretch something long that they drag apart, next to their fingers; 0 for all else, and for what is drawn in over the edge
   (`stay`), which would slide out again. */
static double tension(const duo_move *m, const cloth_view *c)
{
    const int garment = m->haul[0].grip.garment;
    const bool drags = m->pinch.held[0] && m->pinch.held[1] && cloth_is_long(c, garment) && m->haul[0].bow <= fold_bow &&
                       m->haul[1].bow <= fold_bow && m->haul[0].stay <= 0 && m->haul[1].stay <= 0;
    return drags ? fmax(cloth_stretch(c, garment, m->pinch.grip[0].vertex), cloth_stretch(c, garment, m->pinch.grip[1].vertex)) : 0;
}

/* Two hands that let go of something long while it is taut between them let it fly: the fingers do not open in the same instant. They come
   a little closer first. False: it is slack, or that was done often enough. */
static bool ease(duo_move *m, const cloth_view *c, hands *h)
{
    stroke closer = {.speed = ease_speed};
    if (m->eases >= MAX_EASES || tension(m, c) < taut || hands_gap(h->hand[0].at, h->hand[1].at) < near_by) {
        return false;
    }
    const vec a = h->hand[0].at.p, b = h->hand[1].at.p, way = vec_unit(vec_of(b.x - a.x, b.y - a.y, 0));
    for (int k = 0; k < HANDS; k++) {
        pose at = h->hand[k].at;
        at.p = vec_along(at.p, way, k == 0 ? ease_by : -ease_by);
        closer.to[k] = hands_to(at, 0);
    }
    hands_add(h, closer);
    m->eases++;
    return true;
}

static void let_go(duo_move *m, const cloth_view *c, hands *h)
{
    int garment = m->haul[m->on[0] ? 0 : 1].grip.garment;
    pinch_let_go(c, garment, h, m->pinch.held[0], m->pinch.held[1]);
    stroke up = {.speed = 0.3, .wait = 0.1};
    for (int k = 0; k < HANDS; k++) {
        double width;
        m->let_go_at[k] = h->hand[k].at;
        pose at = hands_end(h, k, &width);
        at.p.z += 0.04;
        up.to[k] = hands_to(at, width);
        up.to[k].on = m->pinch.held[k];
    }
    hands_add(h, up);
    m->phase = DUO_RELEASED;
}

static bool is_caught(const duo_move *m, const cloth_view *c, const hands *h, int k)
{
    const hand_state *one = &h->hand[k];
    return m->pinch.held[k] && (one->touch[0] + one->touch[1] > 0.4 ||
                                pinch_between(c, h, k, m->haul[k].grip.garment) > 0);
}

/* Cloth hangs on an open finger: back down, and out sideways, the flat of the fingers ahead, toward the arm. */
static void slip_out(duo_move *m, const cloth_view *c, hands *h, int k)
{
    pose at = m->let_go_at[k];
    vec along = quat_rotate(at.q, vec_of(1, 0, 0)), home = vec_sub(h->hand[k].base.p, at.p);
    double way = (vec_dot(along, home) > 0) == (m->slips % 2 == 0) ? 0.09 : -0.09;
    double width = free_is_hooked(c, h, k, m->haul[k].grip.garment) ? unhooked : m->slips == 0 ? h->hand[k].open : HAND_WIDE;
    hands_add(h, hands_only(k, hands_to(at, width), 0.15));
    at.p = vec_along(at.p, along, way);
    hands_add(h, hands_only(k, hands_to(at, width), 0.12));
    at.p.z += 0.09;
    hands_add(h, hands_only(k, hands_to(at, width), 0.2));
}

/* Free of the cloth, home; else once more. */
static void leave(duo_move *m, const cloth_view *c, hands *h)
{
    bool caught = false;
    for (int k = 0; k < HANDS && m->slips < MAX_SLIPS; k++) {
        if (is_caught(m, c, h, k)) {
            slip_out(m, c, h, k);
            caught = true;
        }
    }
    m->slips += caught;
    if (caught) {
        return;
    }
    if (m->go_home) {
        hands_add_home(h, m->on[0], m->on[1]);
    }
    m->phase = DUO_HOME;
}

/* What was lifted is put down again where it was. */
static void put_back(duo_move *m, hands *h)
{
    stroke down = {.speed = 0.1};
    for (int k = 0; k < HANDS; k++) {
        pose at = h->hand[k].at;
        at.p.z -= LIFT_HEIGHT - 0.004;
        down.to[k] = hands_to(at, 0);
        down.to[k].on = m->pinch.held[k];
    }
    hands_add(h, down);
    m->failed = true;
    m->phase = DUO_GIVE_UP;
}

skill_state duo_move_step(duo_move *m, const cloth_view *c, hands *h, const flat *wanted)
{
    if (m->phase == DUO_PINCH) {
        pinch_state s = pinch_step(&m->pinch, c, h);
        if (s == PINCH_HELD) {
            carry(m, c, h, wanted);
        } else if (s == PINCH_FAILED) {
            put_back(m, h);
        }
        return SKILL_BUSY;
    }
    if (m->phase == DUO_CARRY && m->eases == 0 && hands_busy(h) && tension(m, c) > too_taut) {
        hands_clear(h); /* something holds it back: no farther */
    }
    if (hands_busy(h)) {
        return SKILL_BUSY;
    }
    switch (m->phase) {
    case DUO_CARRY:
        if (!ease(m, c, h)) {
            let_go(m, c, h);
        }
        return SKILL_BUSY;
    case DUO_GIVE_UP: let_go(m, c, h); return SKILL_BUSY;
    case DUO_RELEASED: leave(m, c, h); return SKILL_BUSY;
    default: return m->failed ? SKILL_FAILED : SKILL_DONE;
    }
}
