#include "flatten.h"

#include <string.h>

#include "draw_in.h"
#include "free_hand.h"
#include "laying.h"

enum {
    PHASE_LOOK,
    PHASE_DRAG,
    PHASE_PINCH,
    PHASE_LAY,
    PHASE_FREE,
    PHASE_AWAY,
    PHASE_DONE,
    PHASE_FAILED
};
enum {
    MAX_MOVES = 24,
    FEW_MOVES = 4,
    MAX_IN_VAIN = 8,
    MAX_SLIPS = 4,
    MAX_SLOW = 2,
    PATIENCE = 3,
    MAX_DRAWS_IN_VAIN = 4
};

static const double rest_speed = 0.03, longest_wait = 1.5;
static const double overstretch = 0.015; /* m beyond the place of a dragged point */
static const double least_error_fall = 0.002;
static const double slow_error_fall = 0.0025; /* of what is long, after which two more pulls would not be worth their time */
static const double tucked_share = 0.08; /* of a garment's length: a corner that lies under it */

bool flatten_start(flatten *f, const cloth_view *c, hands *h, int garment_index)
{
    memset(f, 0, sizeof *f);
    (void)h;
    f->best = HUGE_VAL;
    return c->garments[garment_index].present && spread_draw(&f->mesh, c, garment_index);
}

/* ---- one or two points home ------------------------------------------------------------------------------ */

/* Where each vertex goes when it is dragged: its place, and a little outward. */
static void aim(flatten *f, const cloth_view *c)
{
    flat middle = f->look.frame.at;
    for (int v = 0; v < c->garments[f->mesh.garment].n; v++) {
        flat to = spread_wanted(&f->mesh, c, &f->look, v);
        double dx = to.x - middle.x, dy = to.y - middle.y, d = fmax(hypot(dx, dy), 0.05);
        f->wanted[v] = (flat){to.x + overstretch * dx / d, to.y + overstretch * dy / d};
    }
}

/* Two ends that are pulled apart come no farther from one another than they are in the cloth at rest: taut, it leaps off the table when one
   of the hands lets go a little before the other. */
static void keep_slack(flatten *f, const cloth_view *c, const int vertex[HANDS])
{
    flat *a = &f->wanted[vertex[0]], *b = &f->wanted[vertex[1]],
         p = cloth_rest(c, f->mesh.garment, vertex[0]),
         q = cloth_rest(c, f->mesh.garment, vertex[1]);
    double dx = b->x - a->x, dy = b->y - a->y, far = hypot(dx, dy),
           over = (far - hypot(q.x - p.x, q.y - p.y)) / fmax(far, 1e-6) / 2;
    if (over > 0) {
        *a = (flat){a->x + over * dx, a->y + over * dy};
        *b = (flat){b->x - over * dx, b->y - over * dy};
    }
}

static haul haul_of(const flatten *f, const cloth_view *c, int vertex)
{
    bool over = cloth_is_over_cloth(c, f->mesh.garment, vertex);
    haul l = {.to = f->wanted[vertex], .bow = over ? 0.6 : 0};
    l.grip = (grip){.garment = f->mesh.garment, .vertex = vertex};
    return l;
}

static bool start_drag(flatten *f, const cloth_view *c, hands *h, const spread_move *move)
{
    haul hauls[HANDS];
    aim(f, c);
    if (move->vertex[LEFT_HAND] >= 0 && move->vertex[RIGHT_HAND] >= 0) {
        keep_slack(f, c, move->vertex);
    }
    for (int k = 0; k < HANDS; k++) {
        if (move->vertex[k] >= 0) {
            hauls[k] = haul_of(f, c, move->vertex[k]);
        }
    }
    f->phase = PHASE_DRAG;
    if (!duo_move_start(&f->drag, c, h, move->vertex[0] >= 0 ? &hauls[0] : NULL,
                        move->vertex[1] >= 0 ? &hauls[1] : NULL)) {
        return false;
    }
    f->drag.go_home = false;
    return true;
}

/* ---- hanging it up and laying it down --------------------------------------------------------------------- */

static spread_hanging hung_now(const flatten *f, const cloth_view *c)
{
    return spread_hung(&f->mesh, c, f->doing.vertex[LEFT_HAND], f->doing.vertex[RIGHT_HAND]);
}

static bool start_hang(flatten *f, const cloth_view *c, hands *h, const spread_move *move)
{
    grip grips[HANDS];
    pose now[HANDS];
    laying l;
    f->doing = *move;
    f->phase = PHASE_PINCH;
    f->brought_in = f->gripped_again = false;
    for (int k = 0; k < HANDS; k++) {
        grips[k] = (grip){.garment = f->mesh.garment, .vertex = move->vertex[k]};
        vec tip = pinch_tip(c, &grips[k]);
        tip.z += LIFT_HEIGHT;
        now[k] = pinch_pose(h, k, tip, pinch_out(c, &grips[k]), 0);
    }
    return laying_find(&l, c, h, hung_now(f, c), now) &&
           pinch_start(&f->hang, c, h, &grips[0], &grips[1]);
}

/* ---- an edge that lies folded under ------------------------------------------------------------------------- */

static const double flip_height = 0.14, flip_out = 0.06, flip_in = 0.02;

/* Over its place and beyond, high enough for the edge to hang free; then down, inward. */
static int flip_tips(const flatten *f, const cloth_view *c, int vertex, vec tips[2])
{
    flat to = f->wanted[vertex], middle = f->look.frame.at;
    double dx = to.x - middle.x, dy = to.y - middle.y, d = fmax(hypot(dx, dy), 0.05);
    tips[0] = vec_of(to.x + flip_out * dx / d, to.y + flip_out * dy / d, c->table_z + flip_height);
    tips[1] = vec_of(to.x - flip_in * dx / d, to.y - flip_in * dy / d, c->table_z + TIP_LAID);
    return 2;
}

static bool start_flip(flatten *f, const cloth_view *c, hands *h, const spread_move *move)
{
    int hand = move->vertex[LEFT_HAND] >= 0 ? LEFT_HAND : RIGHT_HAND;
    grip g = {.garment = f->mesh.garment, .vertex = move->vertex[hand]};
    g.n_then = flip_tips(f, c, g.vertex, g.then);
    f->doing = *move;
    f->phase = PHASE_PINCH;
    f->brought_in = false;
    f->gripped_again = true; /* short as it is, it needs no deep grip */
    return pinch_start(&f->hang, c, h, hand == LEFT_HAND ? &g : NULL,
                       hand == RIGHT_HAND ? &g : NULL);
}

static void flip(flatten *f, const cloth_view *c, hands *h)
{
    for (int k = 0; k < HANDS; k++) {
        if (!f->hang.held[k]) {
            continue;
        }
        vec tips[2], out = f->hang.out[k];
        flip_tips(f, c, f->hang.grip[k].vertex, tips);
        pose up = pinch_pose(h, k, tips[0], out, f->hang.branch[k]),
             down = pinch_pose(h, k, tips[1], out, f->hang.branch[k]);
        hands_add(h, hands_only(k, hands_to(up, 0), 0.3));
        hands_add(h, hands_only(k, hands_to(down, 0), 0.3));
    }
    f->phase = PHASE_LAY;
}

/* Down again with what one hand has got. */
static void put_down(flatten *f, hands *h)
{
    stroke down = {.speed = 0.1};
    for (int k = 0; k < HANDS; k++) {
        pose at = h->hand[k].at;
        at.p.z -= LIFT_HEIGHT - 0.004;
        down.to[k] = hands_to(at, 0);
        down.to[k].on = f->hang.held[k];
    }
    hands_add(h, down);
    f->phase = PHASE_LAY;
}

/* Held by the very tips? A vertex at the end of the pads is squeezed out under load. */
static bool is_shallow(const flatten *f, const cloth_view *c, const hands *h, int hand)
{
    static const double deep_enough = 0.004;
    vec at = cloth_at(c, f->mesh.garment, f->hang.grip[hand].vertex);
    return pose_apply(pose_inverse(h->hand[hand].tool), at).z > HAND_TIP - deep_enough;
}

/* Down again, deeper than before, open, close, up. False: no hand needs it, or it was done already. */
static bool grip_deeper(flatten *f, const cloth_view *c, hands *h)
{
    static const double deeper = 0.010, least = 0.001;
    stroke down = {.speed = 0.1}, open = {.speed = 0.3}, squeeze = {.speed = 1, .wait = 0.55},
           lift = {.speed = 0.08, .wait = 0.1};
    bool any = false;
    for (int k = 0; k < HANDS && !f->gripped_again; k++) {
        if (f->hang.held[k] && is_shallow(f, c, h, k)) {
            pose up = h->hand[k].at, low = up;
            low.p.z -= LIFT_HEIGHT;
            down.to[k] = hands_to(low, 0);
            low.p.z = fmax(low.p.z - deeper, c->table_z + HAND_TIP + least);
            open.to[k] = hands_to(low, 0.028);
            squeeze.to[k] = hands_to(low, 0);
            lift.to[k] = hands_to(up, 0);
            any = true;
        }
    }
    if (any) {
        hands_add(h, down);
        hands_add(h, open);
        hands_add(h, squeeze);
        hands_add(h, lift);
        f->gripped_again = true;
    }
    return any;
}

static void hang_step(flatten *f, const cloth_view *c, hands *h)
{
    pinch_state s = pinch_step(&f->hang, c, h);
    if (s == PINCH_BUSY || (s == PINCH_HELD && grip_deeper(f, c, h))) {
        return;
    }
    if (s == PINCH_HELD && f->doing.kind == SPREAD_FLIP) {
        flip(f, c, h);
        return;
    }
    laying l;
    pose now[HANDS] = {h->hand[0].at, h->hand[1].at};
    for (int k = 0; k < HANDS; k++) {
        f->doing.vertex[k] = f->hang.wanted[k] ? f->hang.grip[k].vertex : -1;
    }
    if (s == PINCH_HELD && laying_find(&l, c, h, hung_now(f, c), now)) {
        laying_add(&l, c, h);
        f->phase = PHASE_LAY;
        f->hangs++;
        f->height = l.height;
        return;
    }
    f->failures++;
    put_down(f, h);
}

/* Low over a place of the table, the wrist turned as it is. */
static pose low_pose(const cloth_view *c, const hands *h, int hand, double x, double y)
{
    vec low = vec_of(x, y, c->table_z + 0.03), out = vec_of(1, 0, 0);
    pose at = pinch_pose(h, hand, low, out, 0);
    return quat_angle(at.q, h->hand[hand].at.q) > PI / 2 ? pinch_pose(h, hand, low, out, 1) : at;
}

/* A hand that lost its end goes away, the other one lays down what it has. Both lost: nothing is left to do. */
static void watch_laying(flatten *f, const cloth_view *c, hands *h)
{
    bool lost = false;
    for (int k = 0; k < HANDS; k++) {
        if (f->hang.held[k] && !pinch_holds(&f->hang, c, h, k)) {
            f->hang.held[k] = false;
            lost = true;
        }
    }
    if (!lost) {
        return;
    }
    f->failures++;
    hands_clear(h);
    for (int k = 0; k < HANDS; k++) {
        if (!f->hang.held[k]) {
            hands_add_home(h, k == LEFT_HAND, k == RIGHT_HAND);
        } else {
            double side = h->hand[k].base.p.y > 0 ? 1 : -1;
            hands_add(h, hands_only(k, hands_to(low_pose(c, h, k, 0, 0.15 * side), 0), 0.35));
        }
    }
}

/* What is still up when the way was cut short is never let go there, where it may fall off the table: over the middle with it first, and down. */
static bool lay_in_the_middle(flatten *f, const cloth_view *c, hands *h)
{
    static const double low_enough = 0.06;
    stroke over = {.speed = 0.35}, down = {.speed = 0.35};
    bool high = false;
    for (int k = 0; k < HANDS; k++) {
        vec tip = pose_advance(h->hand[k].at, HAND_TIP).p;
        high |= f->hang.held[k] && tip.z > c->table_z + low_enough;
        pose low = low_pose(c, h, k, 0, tip.y), up = low;
        up.p.z = fmax(h->hand[k].at.p.z, low.p.z);
        over.to[k] = hands_to(up, 0);
        down.to[k] = hands_to(low, 0);
        over.to[k].on = down.to[k].on = f->hang.held[k];
    }
    if (!high || f->brought_in) {
        return false;
    }
    f->brought_in = true;
    h->blocked = false;
    hands_add(h, over);
    hands_add(h, down);
    return true;
}

/* ---- getting free of the cloth ------------------------------------------------------------------------------ */

static void get_free(flatten *f, const cloth_view *c, hands *h)
{
    bool caught = false;
    if (!f->risen) {
        free_rise(c, h);
        f->risen = true;
        return;
    }
    for (int k = 0; k < HANDS && f->slips < MAX_SLIPS; k++) {
        if (free_is_caught(c, h, k, f->mesh.garment)) {
            free_slip_out(c, h, k, f->slips);
            caught = true;
        }
    }
    f->slips += caught;
    f->risen = false;
    if (!caught) {
        hands_add_home(h, true, true);
        f->phase = PHASE_AWAY;
    }
}

/* ---- look, choose, go on ---------------------------------------------------------------------------------- */

/* Falls as it gets flatter. */
static double badness(const spread_look *l)
{
    return l->error + 0.2 * fmax(1 - l->cover, 0) + 0.2 * l->turned + 0.5 * l->rise;
}

static bool start_any(flatten *f, const cloth_view *c, hands *h, spread_kind kind)
{
    spread_move moves[SPREAD_MOVES];
    int n = spread_plan(&f->mesh, c, &f->look, h, kind, f->barred, moves);
    for (int i = 0; i < n; i++) {
        f->doing = moves[i];
        if (kind == SPREAD_HANG   ? start_hang(f, c, h, &moves[i])
            : kind == SPREAD_FLIP ? start_flip(f, c, h, &moves[i])
                                  : start_drag(f, c, h, &moves[i])) {
            return true;
        }
    }
    return false;
}

/* What hangs over the edge comes back onto the table before anything else. */
static bool start_draw_in(flatten *f, const cloth_view *c, hands *h)
{
    if (f->in_vain > MAX_DRAWS_IN_VAIN || f->draws_fail ||
        !draw_in_start(&f->drag, c, h, f->mesh.garment, NULL, 0, f->wanted)) {
        return false;
    }
    f->doing = (spread_move){SPREAD_DRAG, {-1, -1}, 0};
    f->phase = PHASE_DRAG;
    return true;
}

static bool is_drawing(const flatten *f)
{
    return f->doing.vertex[LEFT_HAND] < 0 && f->doing.vertex[RIGHT_HAND] < 0;
}

/* All but corners that lie under it. */
static bool is_nearly_flat(const flatten *f)
{
    return f->roughly && (f->look.flat || spread_will_do(&f->look));
}

/* Drags lose least when a grip slips, so they come first; when they did not help, other things. Legs are hung when they are twisted only. */
static bool start_move(flatten *f, const cloth_view *c, hands *h)
{
    static const spread_kind orders[3][3] = {{SPREAD_DRAG, SPREAD_FLIP, SPREAD_HANG},
                                             {SPREAD_FLIP, SPREAD_DRAG, SPREAD_HANG},
                                             {SPREAD_HANG, SPREAD_DRAG, SPREAD_FLIP}};
    bool legs = cloth_is_long(c, f->mesh.garment), heap = spread_is_heap(&f->look) && !legs,
         twisted = legs && f->in_vain % 2 == 1 && spread_is_twisted(&f->look);
    int vain = f->in_vain % 4, order = twisted             ? 2
                                       : heap              ? (vain >= 2 ? 2 : 0)
                                       : is_nearly_flat(f) ? 1
                                                           : vain % 2;
    if (f->briefly) {
        return start_any(f, c, h, SPREAD_DRAG);
    }
    for (int i = 0; i < 3; i++) {
        spread_kind kind = orders[order][i];
        if ((kind != SPREAD_HANG || f->look.cover < 0.85 || twisted) && start_any(f, c, h, kind)) {
            return true;
        }
    }
    return false;
}

/* To be folded, a corner that lies under it counts, too: it comes out now or never, but not at any price. */
static bool is_done(const flatten *f, const cloth_view *c)
{
    const bool late = f->in_vain >= PATIENCE, free = spread_tucked(&f->mesh, c, &f->look) < tucked_share,
               out = f->briefly || late || free, hardly = late || (f->slow >= MAX_SLOW && free),
               enough = hardly && cloth_is_long(c, f->mesh.garment) && spread_may_be_folded(&f->look);
    return f->roughly ? enough || (is_nearly_flat(f) && out) : f->look.flat;
}

static void look(flatten *f, const cloth_view *c, hands *h)
{
    const double before = f->seen ? f->look.error : HUGE_VAL;
    f->look = spread_see(&f->mesh, c, f->seen ? &f->look : NULL);
    f->seen = true;
    f->slow = before - f->look.error < slow_error_fall ? f->slow + 1 : 0;
    double now = badness(&f->look);
    if (now < f->best - least_error_fall) {
        f->best = now;
        f->in_vain = 0;
        memset(f->barred, 0, sizeof f->barred);
    } else {
        f->in_vain++;
    }
    if (is_done(f, c)) {
        f->phase = PHASE_DONE;
        return;
    }
    aim(f, c);
    if (f->moves >= (f->briefly ? FEW_MOVES : MAX_MOVES) ||
        f->in_vain > (f->briefly ? 0 : MAX_IN_VAIN)) {
        f->phase = PHASE_FAILED;
        return;
    }
    f->moves++;
    if (!start_draw_in(f, c, h) && !start_move(f, c, h)) {
        f->phase = is_nearly_flat(f) ? PHASE_DONE : PHASE_FAILED;
    }
}

/* The same points are not taken twice as long as nothing gets better. */
static void bar(flatten *f)
{
    for (int k = 0; k < HANDS; k++) {
        if (f->doing.vertex[k] >= 0) {
            f->barred[f->doing.vertex[k]] = true;
        }
    }
}

static void look_again(flatten *f)
{
    bar(f);
    f->phase = PHASE_LOOK;
    f->waited = 0;
    f->slips = 0;
}

/* No phase of a move takes this long, unless something is in the way: give the move up. */
static void watch_time(flatten *f, hands *h, double dt)
{
    static const double too_long = 20;
    f->spent = f->phase == f->spent_in ? f->spent + dt : 0;
    f->spent_in = f->phase;
    if (f->spent > too_long) {
        hands_clear(h);
        pinch_release(h, true, true);
        hands_add_home(h, true, true);
        f->failures++;
        f->phase = PHASE_AWAY;
    }
}

bool flatten_holds(const flatten *f)
{
    return f->phase == PHASE_PINCH || f->phase == PHASE_LAY;
}

skill_state flatten_step(flatten *f, const cloth_view *c, hands *h, double dt)
{
    watch_time(f, h, dt);
    if (f->phase == PHASE_LOOK && !hands_busy(h)) {
        f->waited += dt;
        if (c->garments[f->mesh.garment].speed < rest_speed || f->waited > longest_wait) {
            look(f, c, h);
        }
    }
    if (f->phase == PHASE_DRAG) {
        skill_state s = duo_move_step(&f->drag, c, h, f->wanted);
        if (s != SKILL_BUSY) {
            f->failures += s == SKILL_FAILED;
            f->draws_fail = s == SKILL_FAILED && (is_drawing(f) || f->draws_fail);
            f->phase = PHASE_FREE;
        }
    } else if (f->phase == PHASE_PINCH) {
        hang_step(f, c, h);
    } else if (f->phase == PHASE_LAY && hands_busy(h)) {
        watch_laying(f, c, h);
    } else if (f->phase == PHASE_LAY && !lay_in_the_middle(f, c, h)) {
        pinch_release(h, f->hang.held[0], f->hang.held[1]);
        f->phase = PHASE_FREE;
    } else if (f->phase == PHASE_FREE && !hands_busy(h)) {
        get_free(f, c, h);
    } else if (f->phase == PHASE_AWAY && !hands_busy(h)) {
        look_again(f);
    }
    return f->phase == PHASE_DONE     ? SKILL_DONE
           : f->phase == PHASE_FAILED ? SKILL_FAILED
                                      : SKILL_BUSY;
}
