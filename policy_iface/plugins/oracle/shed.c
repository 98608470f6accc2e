#include "shed.h"

#include <stddef.h>

static const double on_arm = 0.40;                  /* of its middle over the table, m */
static const double beside = 0.30, falling = 1.5;   /* m, m/s: it may still swing */
static const double low = 0.14;                     /* the fingertips over the table */
static const double far_out = 0.66, near_in = 0.37; /* from the arm's base, m */
static const double swing = 0.45;                   /* to a side, rad */

/* From the line between the arm's base and its hand, seen from above. */
static double beside_arm(const hand_state *one, vec p)
{
    vec way = vec_sub(one->tool.p, one->base.p), d = vec_sub(p, one->base.p);
    way.z = d.z = 0;
    double share = vec_dot(d, way) / fmax(vec_dot(way, way), 1e-6);
    return vec_norm(vec_along(d, way, -fmin(fmax(share, 0), 1)));
}

int shed_arm(const cloth_view *c, const hands *h, int garment)
{
    vec m = cloth_middle(c, garment);
    double nearest = beside;
    int best = -1;
    if (!c->garments[garment].present || c->garments[garment].speed > falling ||
        m.z < c->table_z + on_arm) {
        return -1;
    }
    for (int k = 0; k < HANDS; k++) {
        double d = beside_arm(&h->hand[k], m);
        if (d < nearest) {
            nearest = d;
            best = k;
        }
    }
    return best;
}

/* Upright over the table, seen from the base `turn` beside the middle of the table. */
static pose low_at(const cloth_view *c, const hands *h, int hand, double radius, double turn)
{
    pose base = h->hand[hand].base;
    double angle = atan2(-base.p.y, -base.p.x) + turn;
    vec out = vec_of(cos(angle), sin(angle), 0);
    vec tip = vec_along(base.p, out, radius);
    tip.z = c->table_z + low;
    pose a = hands_down(tip, out, 0), b = hands_down(tip, out, 1);
    return quat_angle(a.q, h->hand[hand].at.q) < quat_angle(b.q, h->hand[hand].at.q) ? a : b;
}

void shed_add(const cloth_view *c, hands *h, int hand, int tries)
{
    double side = tries % 2 ? -swing : swing;
    const struct {
        double radius, turn, speed;
    } way[] = {{far_out, 0, 0.6},
               {near_in, 0, 0.7},
               {near_in, side, 1.0},
               {near_in, -side, 1.0},
               {near_in, side, 1.0}};
    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
        pose at = low_at(c, h, hand, way[i].radius, way[i].turn), only[] = {at};
        double margin;
        if (hands_reach(h, hand, only, 1, &margin)) {
            hands_add(h, hands_only(hand, hands_to(at, HAND_WIDE), way[i].speed));
        }
    }
    hands_add_home(h, hand == LEFT_HAND, hand == RIGHT_HAND);
}
