#include "laying.h"

static const double inner_half = 0.22; /* it hangs clear of the table's edges and of the rail, m */
static const double outer_half = 0.43; /* where it ends */
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
    static const double pull = 0.03, eased = 0.01;
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
              table + fmax(depth * sin(angle), TIP_LAID), i == 3 ? 0.35 : 0.6);
    }
    /* let go while it is taut it would leap: the fingers do not open in the same instant */
    go_to(&w, from + side * (depth + pull - eased), half_span, table + TIP_LAID, 0.2);
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

bool laying_find(laying *out, const cloth_view *c, const hands *h, spread_hanging hung,
                 const pose now[HANDS])
{
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

void laying_add(const laying *l, const cloth_view *c, hands *h)
{
    stroke lift = {.speed = 0.4};
    for (int k = 0; k < HANDS; k++) {
        pose up = h->hand[k].at;
        up.p.z += 0.06;
        lift.to[k] = hands_to(up, 0);
    }
    hands_add(h, lift);
    for (int i = 0; i < l->way[0].n; i++) {
        stroke s = {.speed = l->way[0].speed[i], .exact = i >= l->way[0].n - 2};
        for (int k = 0; k < HANDS; k++) {
            s.to[k] = hands_to(lay_pose(c, h, k, l->way[k].tip[i], l->out, l->branch[k]), 0);
        }
        hands_add(h, s);
    }
}
