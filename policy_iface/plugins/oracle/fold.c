#include "fold.h"

#include <string.h>

#include "draw_in.h"
#include "fold_mend.h"
#include "fold_turn.h"

enum { PHASE_WAIT, PHASE_MOVE, PHASE_DONE, PHASE_FAILED };

static const double rest_speed = 0.02, longest_wait = 3;
static const double good_enough = 0.035,
                    fine_enough = 0.028; /* of a key point, m; of what is small */
static const double rim_share = 0.047;   /* of the garment's length */
static const double good_so_far = 0.05;  /* before the last step, of the garment's length */
static const double good_for_pieces = 0.08;
static const double tucked_error = 0.12, tucked_share = 0.09; /* of the garment's length */
static const double lost_share = 0.17;    /* of the root of its area: no fold any more */
static const double sheared_share = 0.09; /* the same of what is long */
static const double open_again = 0.12, rumpled = 0.15;      /* of the root of its area */
static const double open_error = 0.12, hidden_share = 0.11; /* of the garment's length */
static const double long_hidden_share = 0.075;    /* what is long is judged by that of its length */
static const double lift_height = 0.12;           /* for an edge to hang free, m */
static const double half_x = 0.44, half_y = 0.56; /* of the table, m */
static const double crease_room = 0.025, stack_share = 0.4;
enum { MAX_FAILURES = 6, MAX_REPAIRS = 6, MAX_SHIFTS = 3, MAX_DRAWS = 4, MAX_OPENINGS = 1 };
enum {
    MAX_TURNS = 4,
    FEW_TURNS = 2,
    FEW_REPAIRS = 2
}; /* of something small, few in vain: it is shaken out sooner */

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

static bool start_fold(fold *f, const cloth_view *c, hands *h)
{
    fold_flap flap;
    if (!fold_find_flap(c, f->garment, &f->fit, &flap)) {
        return false;
    }
    aim(f, c, &flap.after);
    fall_short(f, c, &flap);
    return fold_turn(f, c, h, &flap);
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
            return fold_turn(f, c, h, &flap);
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
        return f->small ? fine_enough : good_enough;
    }
    if (!flap.apart) {
        return fmax(good_enough, good_so_far * length);
    }
    *leave_out |= f->failures > 0 ? 0 : points_of(f, c, &flap);
    return fmax(good_enough, good_for_pieces * length);
}

/* A key point that shall lie where this one shall, in another layer; -1: none. */
static int mate_of(const fold *f, const cloth_view *c, int k)
{
    const garment_view *g = &c->garments[f->garment];
    flat to = f->wanted[g->keypoints[k].vertex];
    for (int i = 0; i < g->n_keypoints; i++) {
        flat other = f->wanted[g->keypoints[i].vertex];
        if (i != k && hypot(other.x - to.x, other.y - to.y) < 0.6 * g->spacing) {
            return i;
        }
    }
    return -1;
}

/* How a key point goes home. Of two corners of an edge that lie on one another the one that is pulled drags the other along: it is turned over
   like a page, or both are taken where both shall go. */
static haul repair_of(const fold *f, const cloth_view *c, int k, double error)
{
    static const double together = 0.028; /* m: the pads take both */
    const garment_view *g = &c->garments[f->garment];
    int v = g->keypoints[k].vertex, mate = cloth_is_long(c, f->garment) ? mate_of(f, c, k) : -1;
    bool page = cloth_is_long(c, f->garment) && cloth_is_over_cloth(c, f->garment, v);
    haul l = fold_haul(f, v, vec_of(0, 0, 0), false, error > 0.12 || page ? FOLD_ARC : 0);
    if (mate >= 0) {
        vec at = cloth_at(c, f->garment, v),
            other = cloth_at(c, f->garment, g->keypoints[mate].vertex);
        l.grip.all_layers = hypot(at.x - other.x, at.y - other.y) < together;
        l.bow = l.grip.all_layers ? 0 : FOLD_ARC;
    }
    return l;
}

/* Bring the worst key point to where it belongs. False: none is worth it, or can be had. */
static bool start_repair(fold *f, const cloth_view *c, hands *h)
{
    unsigned leave_out;
    double enough = tolerance(f, c, &leave_out);
    aim(f, c, &f->fit);
    while (f->repairs < (f->small ? FEW_REPAIRS : MAX_REPAIRS)) {
        double error;
        int k = fold_worst_keypoint(c, f->garment, &f->fit, f->left_out | leave_out, &error);
        if (k < 0 || error < enough) {
            return false;
        }
        haul l = repair_of(f, c, k, error);
        f->left_out |= 1u << k; /* once only, unless the next step changes things */
        if (fold_take(f, c, h, &l, false)) {
            f->repairing = k;
            f->repairs++;
            return true;
        }
    }
    return false;
}

/* A corner that came to lie folded back under its edge falls free when the edge beside it is lifted and laid down again. */
static bool start_lift(fold *f, const cloth_view *c, hands *h)
{
    double share = cloth_is_long(c, f->garment) ? long_hidden_share : hidden_share,
           least = share * fold_length(c, f->garment);
    int v;
    aim(f, c, &f->fit);
    while (f->n_lifted < FOLD_LIFTS &&
           (v = fold_beside_hidden(c, f->garment, &f->fit, least, f->lifted, f->n_lifted)) >= 0) {
        vec at = cloth_at(c, f->garment, v);
        double half = fmax(hypot(f->wanted[v].x - at.x, f->wanted[v].y - at.y), 0.01) / 2;
        haul l = fold_haul(f, v, vec_of(0, 0, 0), false, lift_height / half);
        f->lifted[f->n_lifted++] = v;
        if (fold_take(f, c, h, &l, true)) {
            f->repairing = MAX_KEYPOINTS; /* none of them */
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
        haul l = fold_haul(f, v, vec_of(0, 0, 0), false, 0);
        f->tidied[f->n_tidied++] = v;
        if (fold_take(f, c, h, &l, false)) {
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
    if (f->shifts >= MAX_SHIFTS || fold_is_between(&f->fit) ||
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
    haul l = fold_haul(f, edge.middle, edge.out, edge.layers, 0);
    f->shifts++;
    return fold_take(f, c, h, &l, false);
}

/* Does a corner of the unfolded garment lie under it? No pull from above gets at that: it must be spread first. */
static bool is_folded_under(const fold *f, const cloth_view *c)
{
    double most =
        f->spread ? tucked_error : fmin(tucked_error, tucked_share * fold_length(c, f->garment));
    return f->fit.steps == 0 && !fold_is_between(&f->fit) &&
           fold_hidden_error(c, f->garment, &f->fit) > most;
}

static bool is_open_again(const fold *f)
{
    return f->fit.steps < f->packet.steps && !fold_is_between(&f->fit);
}

/* Something small comes along with its flap: it lies open again elsewhere than the packet did, and no turn brings it back there. */
static bool lies_open_again(const fold *f, const cloth_view *c)
{
    return f->small && is_open_again(f) && f->fit.error < open_again * sqrt(c->garments[f->garment].area);
}

/* Something small that was opened and does not lie flat: folded so it would be a ball. */
static bool is_rumpled(const fold *f, const cloth_view *c)
{
    return f->small && f->openings > 0 && !f->opening && f->fit.steps == 0 &&
           f->fit.error > rumpled * sqrt(c->garments[f->garment].area);
}

static bool go_on_opening(fold *f, const cloth_view *c, hands *h)
{
    if (!f->opening && must_open(f, c)) {
        f->packet = f->fit;
        f->opening = true;
        f->openings++;
        f->turns = 0;
    }
    f->again = false;
    int most = f->fit.steps < f->packet.steps ? MAX_TURNS : FEW_TURNS;
    bool open = f->afresh ? is_open_again(f) : lies_open_again(f, c);
    bool enough = (f->small || f->afresh) && (open || f->turns++ >= most);
    f->opening = f->opening && !enough && start_opening(f, c, h);
    return f->opening;
}

/* What is long and was drawn in askew is opened first: pulled home point by point as it lies, folded, its legs would cross. */
static bool start_afresh(fold *f, const cloth_view *c, hands *h)
{
    if (!cloth_is_long(c, f->garment) || f->fit.steps == 0 || f->openings >= MAX_OPENINGS) {
        return false;
    }
    f->packet = f->fit;
    f->openings++;
    f->turns = 0;
    f->opening = f->afresh = start_opening(f, c, h);
    return f->opening;
}

/* Back onto the table with what slid over its edge. False: nothing hangs there, or it cannot be had. */
static bool start_draw_in(fold *f, const cloth_view *c, hands *h)
{
    int n_lost = cloth_is_long(c, f->garment) ? f->n_lost : 0;
    if (f->draws >= MAX_DRAWS || !draw_in_start(&f->move, c, h, f->garment, f->lost, n_lost, f->wanted)) {
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
    if (!f->opening && !f->small && f->fit.steps >= f->until && start_lift(f, c, h)) {
        f->phase = PHASE_MOVE;
        return;
    }
    bool was_opening = f->small && f->opening;
    if (go_on_opening(f, c, h)) {
        f->phase = PHASE_MOVE;
        return;
    }
    if (was_opening && f->fit.steps >= f->packet.steps) {
        f->phase = PHASE_FAILED; /* no turn opens it: pulls at such a ball are in vain */
        return;
    }
    if (f->afresh && (!is_open_again(f) || is_folded_under(f, c))) {
        f->phase = PHASE_FAILED; /* to be spread */
        return;
    }
    f->afresh = false;
    if (is_rumpled(f, c)) {
        f->phase = PHASE_FAILED;
        return;
    }
    bool drawn = f->drawn;
    f->drawn = false;
    double lost = cloth_is_long(c, f->garment) ? sheared_share : lost_share;
    if (drawn && f->fit.error > lost * sqrt(c->garments[f->garment].area)) {
        f->phase = start_afresh(f, c, h) ? PHASE_MOVE : PHASE_FAILED;
        return;
    }
    if (start_repair(f, c, h) || (f->fit.steps < f->until && start_shift(f, c, h))) {
        f->phase = PHASE_MOVE;
        return;
    }
    if (f->fit.steps >= f->until) {
        f->phase = !f->small && start_tidy(f, c, h) ? PHASE_MOVE : PHASE_DONE;
        return;
    }
    f->phase = f->failures < MAX_FAILURES && !is_folded_under(f, c) && start_fold(f, c, h)
                   ? PHASE_MOVE
                   : PHASE_FAILED;
}

static void moved(fold *f, const cloth_view *c, skill_state s)
{
    f->pinches += f->move.pinch.tries > 0;
    f->first_tries += f->move.pinch.tries == 1;
    f->failures += s == SKILL_FAILED;
    if (s == SKILL_FAILED) {
        fold_note_lost(f);
        f->draws = f->drawn && !cloth_is_long(c, f->garment) ? MAX_DRAWS : f->draws; /* the same hold would be chosen again */
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
            moved(f, c, s);
        }
    }
    return f->phase == PHASE_DONE     ? SKILL_DONE
           : f->phase == PHASE_FAILED ? SKILL_FAILED
                                      : SKILL_BUSY;
}
