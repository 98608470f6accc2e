#include "carry_hold.h"

#include <string.h>

static const double lies = 0.03, hangs = 0.12; /* over the table, m: as good as on it; too high */
static const double high = 4;                  /* m as bad as 1 m nearer to the carrying hand */
static const double clear = 0.030;             /* of the cloth that hangs, m */
static const double hands_off = 0.10;          /* from below the carrying hand, m */
static const double apart = 0.04;              /* of two places that are tried, m */
enum { PLACES = 16, TURNS = 4 };

/* Low, seen from above, with nothing of the other garment beside it. */
static bool may_be_held(const cloth_view *c, int garment, int vertex, int other)
{
    vec p = cloth_at(c, garment, vertex);
    if (p.z > c->table_z + hangs || cloth_is_over_edge(c, garment, vertex) ||
        !cloth_is_top(c, garment, vertex)) {
        return false;
    }
    for (int v = 0; v < c->garments[other].n; v++) {
        vec q = cloth_at(c, other, v);
        if (hypot(p.x - q.x, p.y - q.y) < clear) {
            return false;
        }
    }
    return true;
}

static bool is_apart(const cloth_view *c, int garment, int vertex, const int *list, int n)
{
    for (int i = 0; i < n; i++) {
        if (vec_distance(cloth_at(c, garment, vertex), cloth_at(c, garment, list[i])) < apart) {
            return false;
        }
    }
    return true;
}

/* The lowest, farthest from the carrying hand, of those not tried yet; -1: none is left. */
static int next_place(const cloth_view *c, const hands *h, int garment, int other, int carrying,
                      const int *tried, int n)
{
    vec above = h->hand[carrying].at.p;
    double least = HUGE_VAL;
    int best = -1;
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v);
        double away = hypot(p.x - above.x, p.y - above.y),
               cost = high * fmax(p.z - c->table_z - lies, 0) - away;
        if (away > hands_off && cost < least && is_apart(c, garment, v, tried, n) &&
            may_be_held(c, garment, v, other)) {
            least = cost;
            best = v;
        }
    }
    return best;
}

bool carry_hold_start(pinch *p, const cloth_view *c, hands *h, int garment, int other, int carrying)
{
    int tried[PLACES], v;
    for (int n = 0; n < PLACES; tried[n++] = v) {
        v = next_place(c, h, garment, other, carrying, tried, n);
        if (v < 0) {
            return false;
        }
        for (int i = 0; i < TURNS; i++) {
            double angle = PI * i / TURNS;
            grip g = {.garment = garment, .vertex = v, .out = {cos(angle), sin(angle), 0}};
            if (pinch_start(p, c, h, carrying == LEFT_HAND ? NULL : &g,
                            carrying == LEFT_HAND ? &g : NULL)) {
                return true;
            }
        }
    }
    return false;
}
