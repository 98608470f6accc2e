#include "flatten.h"

#include <string.h>

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
enum { MAX_MOVES = 24, MAX_IN_VAIN = 8, MAX_SLIPS = 4 };

static const double rest_speed = 0.03, longest_wait = 1.5;
static const double overstretch = 0.015; /* m beyond the place of a dragged point */
static const double least_error_fall = 0.002;

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

/* Way of one hand's tip: stretched, hanging, laid. The cloth creeps through the fingers by a millimetre or two a second: no time is lost. */
typedef struct lay_way {
    int n;
    vec tip[8];
    double speed[8];
} lay_way;

static const double inner_half = 0.22; /* it hangs clear of the table's edges and of the rail, m */
static const double outer_half = 0.43; /* where it ends */
static const double tip_laid = 0.012;  /* over the table at the end */
/* Of the line between the hands: slack as long as fingers that lean would be pulled along their length, taut when it is laid. */
static const double slack = 0.97, taut = 1.05;

static void go_to(lay_way *w, double x, double y, double z, double speed)
{
    w->speed[w->n] = speed;
    w->tip[w->n++] = vec_of(x, y, z);
}

/* `side`: +1 or -1, the way along x that it is laid. */
static lay_way way_of(const cloth_view *c, double half_span, double depth, double height,
                      double side)
{
    static const double pull = 0.03;
    lay_way w = {0};
    double from = -side * fmax(fmin(depth / 2, inner_half), depth + pull - outer_half);
    double y = slack * half_span, table = c->table_z, start = asin(fmin(height / depth, 1));
    go_to(&w, from, y, table + height, 0.6);
    if (height < depth) { /* the hem has piled up: draw it out */
        double drawn = sqrt(depth * depth - height * height) + 0.05;
        go_to(&w, from + side * drawn, y, table + height, 0.6);
    }
    for (int i = 1; i <= 3; i++) { /* round where the hem touches the table */
        double angle = start * (1 - i / 3.), end = i == 3 ? pull : 0;
        y = (slack + i / 3. * (taut - slack)) * half_span;
        go_to(&w, from + side * (depth * cos(angle) + end), y,
              table + fmax(depth * sin(angle), tip_laid), i == 3 ? 0.35 : 0.6);
    }
    return w;
}

/* Upright over the table; the higher, the more the fingers point away from the arm's base: it reaches up further so. */
static pose lay_pose(const cloth_view *c, const hands *h, int hand, vec tip, vec out, int branch)
{
    double high = (tip.z - c->table_z - 0.30) / 0.35;
    vec toward = vec_of(0, h->hand[hand].base.p.y > 0 ? -1 : 1, 0);
    return high > 0 ? hands_leaning(tip, out, branch, toward, 1.0 * fmin(high, 1))
                    : pinch_pose(h, hand, tip, out, branch);
}

static bool hand_can(const cloth_view *c, const hands *h, int hand, pose now, const lay_way *w,
                     vec out, int branch)
{
    pose way[10];
    double margin;
    int n = 0;
    way[n++] = now;
    for (int i = 0; i < w->n; i++) {
        way[n++] = lay_pose(c, h, hand, w->tip[i], out, branch);
    }
    return hands_reach(h, hand, way, n, &margin) && margin > 0.02;
}

typedef struct laying {
    lay_way way[HANDS];
    int branch[HANDS];
    vec out;
    double height;
} laying;

/* The highest way that both arms can go from `now` on. */
static bool find_laying(const flatten *f, const cloth_view *c, const hands *h,
                        const pose now[HANDS], laying *out)
{
    int a = f->doing.vertex[LEFT_HAND], b = f->doing.vertex[RIGHT_HAND];
    spread_hanging hung = spread_hung(&f->mesh, c, a, b);
    double span = hung.span, depth = hung.depth;
    double first = (now[0].p.x + now[1].p.x) > 0 ? -1 : 1;
    out->out = vec_of(1, 0, 0);
    for (double height = fmin(1.06 * depth + 0.03, 0.80); height > 0.1; height -= 0.05) {
        out->height = height;
        for (int turn = 0; turn < 2; turn++) {
            bool all = true;
            for (int k = 0; k < HANDS && all; k++) {
                out->way[k] = way_of(c, (k == LEFT_HAND ? 0.5 : -0.5) * span, depth, height,
                                     turn ? -first : first);
                bool can = false;
                for (int i = 0; i < 2 && !can; i++) { /* the nearer turn of the wrist first */
                    pose one = hands_down(out->way[k].tip[0], out->out, 0);
                    bool near = quat_angle(now[k].q, one.q) < PI / 2;
                    out->branch[k] = near ? i : !i;
                    can = hand_can(c, h, k, now[k], &out->way[k], out->out, out->branch[k]);
                }
                all = can;
            }
            if (all) {
                return true;
            }
        }
    }
    return false;
}

static void lay(const laying *l, const cloth_view *c, hands *h)
{
    stroke lift = {.speed = 0.4};
    for (int k = 0; k < HANDS; k++) {
        pose up = h->hand[k].at;
        up.p.z += 0.06;
        lift.to[k] = hands_to(up, 0);
    }
    hands_add(h, lift);
    for (int i = 0; i < l->way[0].n; i++) {
        stroke s = {.speed = l->way[0].speed[i], .exact = i == l->way[0].n - 1};
        for (int k = 0; k < HANDS; k++) {
            s.to[k] = hands_to(lay_pose(c, h, k, l->way[k].tip[i], l->out, l->branch[k]), 0);
        }
        hands_add(h, s);
    }
}

static bool start_hang(flatten *f, const cloth_view *c, hands *h, const spread_move *move)
{
    grip grips[HANDS];
    pose now[HANDS];
    laying l;
    f->doing = *move;
    f->phase = PHASE_PINCH;
    f->gripped_again = false;
    for (int k = 0; k < HANDS; k++) {
        grips[k] = (grip){.garment = f->mesh.garment, .vertex = move->vertex[k]};
        vec tip = pinch_tip(c, &grips[k]);
        tip.z += LIFT_HEIGHT;
        now[k] = pinch_pose(h, k, tip, pinch_out(c, &grips[k]), 0);
    }
    return find_laying(f, c, h, now, &l) && pinch_start(&f->hang, c, h, &grips[0], &grips[1]);
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
    laying l;
    pose now[HANDS] = {h->hand[0].at, h->hand[1].at};
    for (int k = 0; k < HANDS; k++) {
        f->doing.vertex[k] = f->hang.grip[k].vertex;
    }
    if (s == PINCH_HELD && find_laying(f, c, h, now, &l)) {
        lay(&l, c, h);
        f->phase = PHASE_LAY;
        f->hangs++;
        f->height = l.height;
        return;
    }
    f->failures++;
    put_down(f, h);
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
            vec low = vec_of(0, 0.15 * side, c->table_z + 0.03);
            pose at = pinch_pose(h, k, low, vec_of(1, 0, 0), 0);
            if (quat_angle(at.q, h->hand[k].at.q) > PI / 2) {
                at = pinch_pose(h, k, low, vec_of(1, 0, 0), 1);
            }
            hands_add(h, hands_only(k, hands_to(at, 0), 0.35));
        }
    }
}

/* ---- getting free of the cloth ------------------------------------------------------------------------------ */

/* Has the cloth come up with the open hand? It does where it had bunched up around the fingers. */
static bool is_caught(const cloth_view *c, const hands *h, int hand, int garment_index)
{
    pose to_tool = pose_inverse(h->hand[hand].tool);
    for (int v = 0; v < c->garments[garment_index].n; v++) {
        vec at = cloth_at(c, garment_index, v), p = pose_apply(to_tool, at);
        if (fabs(p.x) < 0.03 && fabs(p.y) < 0.055 && p.z > -0.08 && p.z < HAND_TIP + 0.01 &&
            at.z > c->table_z + 0.085) {
            return true;
        }
    }
    return false;
}

/* Down again, out of it along the blades of the fingers, the other way at every second try, and up. */
static void slip_out(const cloth_view *c, hands *h, int hand, int tries)
{
    pose at = h->hand[hand].at;
    vec along = quat_rotate(at.q, vec_of(1, 0, 0)), away = h->hand[hand].base.p;
    away = vec_sub(away, at.p);
    double way = vec_dot(along, away) > 0 ? 0.09 : -0.09, width = tries < 2 ? 0.03 : HAND_WIDE;
    at.p.z = c->table_z + 0.004 + HAND_TIP;
    hands_add(h, hands_only(hand, hands_to(at, width), 0.2));
    at.p = vec_along(at.p, along, tries % 2 ? -way : way);
    hands_add(h, hands_only(hand, hands_to(at, width), 0.15));
    at.p.z += 0.06;
    hands_add(h, hands_only(hand, hands_to(at, width), 0.2));
}

/* First well above any heap, where what is near the fingers hangs from them. */
static void rise_clear(const cloth_view *c, hands *h)
{
    stroke up = {.speed = 0.4};
    for (int k = 0; k < HANDS; k++) {
        pose at = h->hand[k].at;
        at.p.z = fmax(at.p.z, c->table_z + 0.13);
        up.to[k] = hands_to(at, h->hand[k].open);
    }
    hands_add(h, up);
}

static void get_free(flatten *f, const cloth_view *c, hands *h)
{
    bool caught = false;
    if (!f->risen) {
        rise_clear(c, h);
        f->risen = true;
        return;
    }
    for (int k = 0; k < HANDS && f->slips < MAX_SLIPS; k++) {
        if (is_caught(c, h, k, f->mesh.garment)) {
            slip_out(c, h, k, f->slips);
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
        if (kind == SPREAD_HANG ? start_hang(f, c, h, &moves[i]) : start_drag(f, c, h, &moves[i])) {
            return true;
        }
    }
    return false;
}

static void look(flatten *f, const cloth_view *c, hands *h)
{
    f->look = spread_see(&f->mesh, c, f->seen ? &f->look : NULL);
    f->seen = true;
    double now = badness(&f->look);
    if (now < f->best - least_error_fall) {
        f->best = now;
        f->in_vain = 0;
        memset(f->barred, 0, sizeof f->barred);
    } else {
        f->in_vain++;
    }
    if (f->look.flat) {
        f->phase = PHASE_DONE;
        return;
    }
    aim(f, c);
    if (f->moves >= MAX_MOVES || f->in_vain > MAX_IN_VAIN) {
        f->phase = PHASE_FAILED;
        return;
    }
    f->moves++;
    spread_kind first =
                    spread_is_heap(&f->look) != (f->in_vain % 3 == 2) ? SPREAD_HANG : SPREAD_DRAG,
                other = first == SPREAD_HANG ? SPREAD_DRAG : SPREAD_HANG;
    if (!start_any(f, c, h, first) && !start_any(f, c, h, other)) {
        f->phase = PHASE_FAILED;
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

skill_state flatten_step(flatten *f, const cloth_view *c, hands *h, double dt)
{
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
            f->phase = PHASE_FREE;
        }
    } else if (f->phase == PHASE_PINCH) {
        hang_step(f, c, h);
    } else if (f->phase == PHASE_LAY && hands_busy(h)) {
        watch_laying(f, c, h);
    } else if (f->phase == PHASE_LAY) {
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
