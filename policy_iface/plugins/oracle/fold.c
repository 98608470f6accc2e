#include "fold.h"

#include <string.h>

#include "draw_in.h"
#include "fold_mend.h"

enum { PHASE_WAIT, PHASE_MOVE, PHASE_DONE, PHASE_FAILED };

static const double rest_speed = 0.02, longest_wait = 3;
static const double good_enough = 0.035; /* of a key point, m */
static const double rim_share = 0.047;   /* of the garment's length */
static const double good_so_far = 0.05;  /* before the last step, of the garment's length */
static const double good_for_pieces = 0.08;
static const double tucked_error = 0.12, tucked_share = 0.09; /* of the garment's length */
static const double lost_share = 0.17; /* of the root of its area: no fold any more */
static const double open_error = 0.12, hidden_share = 0.11;  /* of the garment's length */
static const double good_reach = 0.27;                       /* from an arm's base, m */
static const double far_reach = 0.80, farthest_reach = 0.85; /* it presses badly; not at all */
static const double half_x = 0.44, half_y = 0.56;            /* of the table, m */
static const double steepest = 2;                            /* bow, of a plain one */
static const double crease_room = 0.025, stack_share = 0.4;
enum { MAX_FAILURES = 6, MAX_REPAIRS = 6, MAX_SHIFTS = 3, MAX_DRAWS = 4, MAX_OPENINGS = 1 };

bool fold_start(fold *f, const cloth_view *c, const hands *h, int garment_index, int steps)
{
    const garment_view *g = &c->garments[garment_index];
    memset(f, 0, sizeof *f);
    if (g->n_ways == 0 || g->n > MAX_FOLD_VERTICES) {
        return false;
    }
    f->garment = garment_index;
    f->way = fold_choose_way(c, h, garment_index);
    f->until = steps < 0 ? g->ways[f->way].n_steps : steps;
    f->repairing = -1;
    return true;
}

/* ---- one move ------------------------------------------------------------------------------------------ */

/* An edge that comes to lie on the crease of a later step would be rolled in there: keep it clear. */
static flat clear_of_creases(const fold_way *w, int steps, flat p)
{
    for (int i = steps; i < w->n_steps; i++) {
        fold_line l = w->steps[i];
        double side = fold_side(l, p), length = hypot(l.b.x - l.a.x, l.b.y - l.a.y);
        if (fabs(side) < crease_room) {
            double back = (side + crease_room) / length;
            p.x += back * (l.b.y - l.a.y);
            p.y -= back * (l.b.x - l.a.x);
        }
    }
    return p;
}

/* Never beyond the table: the rail stands there, and cloth hangs. */
static void aim(fold *f, const cloth_view *c, const fold_fit *fit)
{
    const fold_way *w = &c->garments[f->garment].ways[fit->way];
    for (int v = 0; v < c->garments[f->garment].n; v++) {
        int steps = fit->steps + fold_is_ahead(fit, v);
        flat p = fold_ideal(w, steps, cloth_rest(c, f->garment, v));
        p = frame_apply(fit->frame, clear_of_creases(w, steps, p));
        f->wanted[v] = (flat){fmin(fmax(p.x, -half_x), half_x), fmin(fmax(p.y, -half_y), half_y)};
    }
}

/* Over a stack the cloth climbs and comes out short by that much: pulled to its ideal place it would roll the crease in. */
static double short_by(const fold *f, const cloth_view *c, flat to)
{
    const garment_view *g = &c->garments[f->garment];
    double stack = cloth_top(c, to.x, to.y, 0.6 * g->spacing, -1, -1) - c->table_z - g->radius;
    return stack > 0.5 * g->layer ? stack_share * (stack + g->layer) : 0;
}

static haul haul_for(const fold *f, int vertex, vec out, bool layers, double bow)
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

/* One point with the nearer hand, or else the other; `well`: not stretched out. */
static bool start_one(fold *f, const cloth_view *c, hands *h, const haul *l, bool well)
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
        if (start_one(f, c, h, &part, true)) {
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

static void fall_short(fold *f, const cloth_view *c, const fold_flap *flap)
{
    double most = 0;
    const int points[3] = {flap->end[0][0], flap->end[0][1], flap->middle};
    for (int i = 0; i < 3; i++) {
        most = fmax(most, short_by(f, c, f->wanted[points[i]]));
    }
    for (int v = 0; v < c->garments[f->garment].n; v++) {
        f->wanted[v].x += most * flap->out.x;
        f->wanted[v].y += most * flap->out.y;
    }
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

/* What could not be pinched, or not where it was tried first, is left alone the next time. */
static void note_lost(fold *f)
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
    haul a = haul_for(f, v, flap->out, flap->layers, FOLD_ARC),
         b = haul_for(f, w, flap->out, flap->layers, FOLD_ARC);
    vec at_a = cloth_at(c, f->garment, v), at_b = cloth_at(c, f->garment, w),
        left = h->hand[LEFT_HAND].base.p, right = h->hand[RIGHT_HAND].base.p;
    bool straight = vec_distance(at_a, left) + vec_distance(at_b, right) <=
                    vec_distance(at_b, left) + vec_distance(at_a, right);
    double far = fmax(distance_from(h, LEFT_HAND, straight ? at_a : at_b),
                      distance_from(h, RIGHT_HAND, straight ? at_b : at_a));
    return far < farthest_reach &&
           duo_move_start(&f->move, c, h, straight ? &a : &b, straight ? &b : &a);
}

/* As far out as the arms get: what hangs over beyond a hand stays behind. */
static bool start_pair(fold *f, const cloth_view *c, hands *h, const fold_flap *flap)
{
    for (int sum = 0; sum <= 2 * (FOLD_ENDS - 1); sum++) {
        for (int i = 0; i < FOLD_ENDS; i++) {
            int k = sum - i;
            if (k >= 0 && k < FOLD_ENDS &&
                start_two(f, c, h, flap, flap->end[i][0], flap->end[k][1])) {
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

/* Has a part of the next step been done? */
static bool is_between(const fold_fit *fit)
{
    static const unsigned char none[sizeof fit->ahead];
    return memcmp(fit->ahead, none, sizeof none) != 0;
}

/* Over another piece a flap that has come part of the way must rise as high as one that comes all of it, or it is dragged over that one and
   crumples its crease. */
static double bow_for(const fold *f, const cloth_view *c, const fold_flap *flap, const haul *l)
{
    if (!is_between(&f->fit)) {
        return FOLD_ARC;
    }
    vec from = cloth_at(c, f->garment, l->grip.vertex);
    double way = fmax(hypot(l->to.x - from.x, l->to.y - from.y), 1e-3);
    return FOLD_ARC * fmin(fmax(2 * flap->depth / way, 1), steepest);
}

/* Take a flap to where `wanted` says. */
static bool start_turn(fold *f, const cloth_view *c, hands *h, const fold_flap *flap)
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
        haul l = haul_for(f, vertex, flap->out, flap->layers, FOLD_ARC);
        if (well && !flap->apart && is_right_before_base(c, h, f->garment, vertex)) {
            continue;
        }
        l.bow = bow_for(f, c, flap, &l);
        if (start_one(f, c, h, &l, well) || (flap->apart && start_part(f, c, h, &l))) {
            return true;
        }
    }
    return false;
}

static bool start_fold(fold *f, const cloth_view *c, hands *h)
{
    fold_flap flap;
    if (!fold_find_flap(c, f->garment, &f->fit, &flap)) {
        return false;
    }
    aim(f, c, &flap.after);
    fall_short(f, c, &flap);
    return start_turn(f, c, h, &flap);
}

/* Back with what the last step has turned, piece by piece, the uppermost first. False: all of it lies open again, or cannot be had. */
static bool start_opening(fold *f, const cloth_view *c, hands *h)
{
    const fold_way *w = &c->garments[f->garment].ways[f->packet.way];
    fold_fit open = f->packet;
    fold_flap flap;
    open.steps--;
    while (f->failures < MAX_FAILURES && fold_find_flap(c, f->garment, &open, &flap)) {
        for (int v = 0; v < c->garments[f->garment].n; v++) {
            flat p = fold_ideal(w, open.steps, cloth_rest(c, f->garment, v));
            f->wanted[v] = frame_apply(open.frame, p);
        }
        vec at = cloth_at(c, f->garment, flap.middle);
        flat home = f->wanted[flap.middle];
        if (hypot(at.x - home.x, at.y - home.y) > open_error * fold_length(c, f->garment)) {
            flap.out = vec_scale(flap.out, -1);
            return start_turn(f, c, h, &flap);
        }
        if (flap.after.steps != open.steps) {
            return false;
        }
        open = flap.after;
    }
    return false;
}

/* Does a corner inside the packet lie so far off that it fails? No pull from above mends that: the last step is done again. */
static bool must_open(const fold *f, const cloth_view *c)
{
    bool must = f->again || fold_hidden_error(c, f->garment, &f->fit) >
                                hidden_share * fold_length(c, f->garment);
    return must && f->fit.steps >= f->until && f->fit.steps > 0 && f->openings < MAX_OPENINGS;
}

/* Key points of a piece: one bit each. */
static unsigned points_of(const fold *f, const cloth_view *c, const fold_flap *flap)
{
    const garment_view *g = &c->garments[f->garment];
    unsigned points = 0;
    for (int k = 0; k < g->n_keypoints; k++) {
        flat now = fold_wanted(c, f->garment, &f->fit, g->keypoints[k].vertex),
             then = fold_wanted(c, f->garment, &flap->after, g->keypoints[k].vertex);
        points |= (unsigned)(hypot(then.x - now.x, then.y - now.y) > 2 * g->spacing) << k;
    }
    return points;
}

/* How far off a key point may be. A piece that is about to be turned, by a hold in the middle of its edge, comes along as it lies. */
static double tolerance(const fold *f, const cloth_view *c, unsigned *leave_out)
{
    fold_flap flap;
    double length = fold_length(c, f->garment);
    *leave_out = 0;
    if (f->fit.steps >= f->until || !fold_find_flap(c, f->garment, &f->fit, &flap)) {
        return good_enough;
    }
    if (!flap.apart) {
        return fmax(good_enough, good_so_far * length);
    }
    *leave_out |= f->failures > 0 ? 0 : points_of(f, c, &flap);
    return fmax(good_enough, good_for_pieces * length);
}

/* Bring the worst key point to where it belongs. False: none is worth it, or can be had. */
static bool start_repair(fold *f, const cloth_view *c, hands *h)
{
    const garment_view *g = &c->garments[f->garment];
    unsigned leave_out;
    double enough = tolerance(f, c, &leave_out);
    aim(f, c, &f->fit);
    while (f->repairs < MAX_REPAIRS) {
        double error;
        int k = fold_worst_keypoint(c, f->garment, &f->fit, f->left_out | leave_out, &error);
        if (k < 0 || error < enough) {
            return false;
        }
        haul l = haul_for(f, g->keypoints[k].vertex, vec_of(0, 0, 0), false,
                          error > 0.12 ? FOLD_ARC : 0);
        f->left_out |= 1u << k; /* once only, unless the next step changes things */
        if (start_one(f, c, h, &l, false)) {
            f->repairing = k;
            f->repairs++;
            return true;
        }
    }
    return false;
}

/* Of a packet whose key points lie well: pull out again what is drawn in at its rim. */
static bool start_tidy(fold *f, const cloth_view *c, hands *h)
{
    int v;
    aim(f, c, &f->fit);
    while (f->n_tidied < FOLD_TIDY &&
           (v = fold_worst_rim(c, f->garment, &f->fit, rim_share * fold_length(c, f->garment),
                               f->tidied, f->n_tidied)) >= 0) {
        haul l = haul_for(f, v, vec_of(0, 0, 0), false, 0);
        f->tidied[f->n_tidied++] = v;
        if (start_one(f, c, h, &l, false)) {
            f->repairing = MAX_KEYPOINTS; /* none of them */
            return true;
        }
    }
    return false;
}

/* Pull the whole garment, by the edge that leads, to where the next step can be done. */
static bool start_shift(fold *f, const cloth_view *c, hands *h)
{
    vec by;
    if (f->shifts >= MAX_SHIFTS || is_between(&f->fit) ||
        !fold_better_place(c, h, f->garment, &f->fit, &by)) {
        return false;
    }
    fold_flap edge;
    fold_find_edge(c, f->garment, &f->fit, (flat){by.x, by.y}, &edge);
    for (int v = 0; v < c->garments[f->garment].n; v++) {
        vec to = vec_add(cloth_at(c, f->garment, v), by);
        f->wanted[v] = (flat){to.x, to.y};
    }
    f->repairing = -1;
    haul l = haul_for(f, edge.middle, edge.out, edge.layers, 0);
    f->shifts++;
    return start_one(f, c, h, &l, false);
}

/* Does a corner of the unfolded garment lie under it? No pull from above gets at that: it must be spread first. */
static bool is_folded_under(const fold *f, const cloth_view *c)
{
    double most =
        f->spread ? tucked_error : fmin(tucked_error, tucked_share * fold_length(c, f->garment));
    return f->fit.steps == 0 && !is_between(&f->fit) &&
           fold_hidden_error(c, f->garment, &f->fit) > most;
}

static bool go_on_opening(fold *f, const cloth_view *c, hands *h)
{
    if (!f->opening && must_open(f, c)) {
        f->packet = f->fit;
        f->opening = true;
        f->openings++;
    }
    f->again = false;
    f->opening = f->opening && start_opening(f, c, h);
    return f->opening;
}

/* Back onto the table with what slid over its edge. False: nothing hangs there, or it cannot be had. */
static bool start_draw_in(fold *f, const cloth_view *c, hands *h)
{
    if (f->draws >= MAX_DRAWS || !draw_in_start(&f->move, c, h, f->garment, f->wanted)) {
        return false;
    }
    f->draws++;
    f->drawn = true;
    f->repairing = -1;
    return true;
}

/* At rest, hands away: what next? */
static void look(fold *f, const cloth_view *c, hands *h)
{
    if (start_draw_in(f, c, h)) {
        f->phase = PHASE_MOVE;
        return;
    }
    f->fit = fold_recognise(c, f->garment, f->way);
    if (go_on_opening(f, c, h)) {
        f->phase = PHASE_MOVE;
        return;
    }
    bool drawn = f->drawn;
    f->drawn = false;
    if (drawn && f->fit.error > lost_share * sqrt(c->garments[f->garment].area)) {
        f->phase = PHASE_FAILED;
        return;
    }
    if (start_repair(f, c, h) || (f->fit.steps < f->until && start_shift(f, c, h))) {
        f->phase = PHASE_MOVE;
        return;
    }
    if (f->fit.steps >= f->until) {
        f->phase = start_tidy(f, c, h) ? PHASE_MOVE : PHASE_DONE;
        return;
    }
    f->phase = f->failures < MAX_FAILURES && !is_folded_under(f, c) && start_fold(f, c, h)
                   ? PHASE_MOVE
                   : PHASE_FAILED;
}

static void moved(fold *f, skill_state s)
{
    f->pinches += f->move.pinch.tries > 0;
    f->first_tries += f->move.pinch.tries == 1;
    f->failures += s == SKILL_FAILED;
    if (s == SKILL_FAILED) {
        note_lost(f);
    } else if (f->repairing < 0) {
        f->n_lost = 0;
    }
    if (f->repairing < 0) {
        f->left_out = 0;
        f->repairs = 0;
    }
    f->phase = PHASE_WAIT;
    f->waited = 0;
}

bool fold_pauses(const fold *f)
{
    return f->phase == PHASE_WAIT;
}

skill_state fold_step(fold *f, const cloth_view *c, hands *h, double dt)
{
    if (f->phase == PHASE_WAIT && !hands_busy(h)) {
        f->waited += dt;
        if ((f->waited > 0.3 && c->garments[f->garment].speed < rest_speed) ||
            f->waited > longest_wait) {
            look(f, c, h);
        }
    }
    if (f->phase == PHASE_MOVE) {
        skill_state s = duo_move_step(&f->move, c, h, f->wanted);
        if (s != SKILL_BUSY) {
            moved(f, s);
        }
    }
    return f->phase == PHASE_DONE     ? SKILL_DONE
           : f->phase == PHASE_FAILED ? SKILL_FAILED
                                      : SKILL_BUSY;
}
