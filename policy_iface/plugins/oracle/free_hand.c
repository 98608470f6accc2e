#include "free_hand.h"

bool free_is_caught(const cloth_view *c, const hands *h, int hand, int garment_index)
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

bool free_is_hooked(const cloth_view *c, const hands *h, int hand, int garment_index)
{
    /* of the pad's face: its back, and a vertex; the next row of fine cloth lies there in any case */
    const double behind[2] = {0.006, fmin(0.018, c->garments[garment_index].spacing / 2)};
    pose to_tool = pose_inverse(h->hand[hand].tool);
    bool side[2] = {false, false};
    for (int v = 0; v < c->garments[garment_index].n; v++) {
        vec p = pose_apply(to_tool, cloth_at(c, garment_index, v));
        double out = fabs(p.y) - h->hand[hand].width / 2;
        side[p.y > 0] |= fabs(p.x) < 0.03 && p.z > HAND_TIP - 0.035 && p.z < HAND_TIP + 0.004 && out > behind[0] && out < behind[1];
    }
    return side[0] && side[1];
}

void free_slip_out(const cloth_view *c, hands *h, int hand, int tries)
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

void free_rise(const cloth_view *c, hands *h)
{
    stroke up = {.speed = 0.4};
    for (int k = 0; k < HANDS; k++) {
        pose at = h->hand[k].at;
        at.p.z = fmax(at.p.z, c->table_z + 0.13);
        up.to[k] = hands_to(at, h->hand[k].open);
    }
    hands_add(h, up);
}
