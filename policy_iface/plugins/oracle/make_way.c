#include "make_way.h"

static const double comes_along = 0.20; /* share of a garment that another one lies over */
static const double hung_height = 0.20; /* of the top over the table, m */
static const double askew_share = 0.16; /* on either side of a bar: less is not draped */
static const double rest_speed = 0.03;  /* m/s */
/* Round a crumpled garment's middle: at least, and more than it takes up now, m. */
static const double least_room = 0.16, most_room = 0.32, spare = 0.04;
static const vec whole_table = {0.5, 0.6, 0.2};
static const double clearly_larger = 1.2; /* of two areas */
static const double step = 0.08, half_x = 0.24, half_y = 0.36; /* places on the table, m */

bool make_way_hangs(const cloth_view *c, int garment)
{
    double top = c->table_z;
    for (int v = 0; v < c->garments[garment].n; v++) {
        top = fmax(top, cloth_at(c, garment, v).z);
    }
    return top > c->table_z + hung_height;
}

/* How far it reaches from its middle. */
static double size_of(const cloth_view *c, int garment)
{
    vec m = cloth_middle(c, garment);
    double far = 0;
    for (int v = 0; v < c->garments[garment].n; v++) {
        vec p = cloth_at(c, garment, v);
        far = fmax(far, hypot(p.x - m.x, p.y - m.y));
    }
    return far;
}

static bool is_free(const cloth_view *c, vec at, double room, int but)
{
    for (int g = 0; g < c->n; g++) {
        for (int v = 0; v < c->garments[g].n && g != but && c->garments[g].present; v++) {
            vec p = cloth_at(c, g, v);
            if (hypot(p.x - at.x, p.y - at.y) < room) {
                return false;
            }
        }
    }
    return true;
}

/* The place on the table nearest to `from` that has so much room. */
static bool place_with(const cloth_view *c, int garment, double room, vec from, carry_goal *out)
{
    double nearest = HUGE_VAL;
    for (double x = -half_x; x < half_x + step / 2; x += step) {
        for (double y = -half_y; y < half_y + step / 2; y += step) {
            vec at = vec_of(x, y, c->table_z);
            double d = hypot(x - from.x, y - from.y);
            if (d < nearest && is_free(c, at, room, garment)) {
                nearest = d;
                *out = (carry_goal){.floor = at,
                                    .along = vec_of(1, 0, 0),
                                    .half = vec_of(room, room, room),
                                    .rim = c->table_z};
            }
        }
    }
    return nearest < HUGE_VAL;
}

static bool find_place(const cloth_view *c, int garment, vec from, carry_goal *out)
{
    double room = fmax(fmin(size_of(c, garment) + spare, most_room), least_room);
    for (; room >= least_room; room -= spare) {
        if (place_with(c, garment, room, from, out)) {
            return true;
        }
    }
    return false;
}

/* Shall it be carried somewhere itself? Then it goes there, or is there already. */
static bool is_wanted(const belief *b, const cloth_view *c, int garment)
{
    errand other;
    for (int i = 0; i < b->n_literals; i++) {
        if (errand_for(b, c, &b->literals[i], &other) && other.kind == ERRAND_CARRY &&
            other.garment == garment) {
            return true;
        }
    }
    return false;
}

static int find_cover(const belief *b, const cloth_view *c, int garment)
{
    for (int g = 0; g < c->n; g++) {
        if (c->garments[g].present && errand_cover(c, g, garment) > comes_along &&
            !is_wanted(b, c, g)) {
            return g;
        }
    }
    return -1;
}

/* A pile narrows upwards: something larger does not lie on it, it lies under the other's edge, and is drawn out from there. */
static bool is_larger(const cloth_view *c, int upper, int lower)
{
    return c->garments[upper].area > clearly_larger * c->garments[lower].area;
}

/* What lies highest on it of what was piled there: off it as it is, or it would be thrown off when what is below is mended. */
static bool take_off(const belief *b, const cloth_view *c, int garment, errand *out)
{
    int highest = -1;
    for (int g = 0; g < c->n; g++) {
        bool higher = highest < 0 || cloth_middle(c, g).z > cloth_middle(c, highest).z;
        bool lies_on = errand_covers(c, g, garment) && /* not: it droops over the edge of that */
                       errand_cover(c, g, garment) > errand_cover(c, garment, g);
        highest = c->garments[g].present && lies_on && higher ? g : highest;
    }
    errand upper = {.kind = ERRAND_FOLD, .garment = highest, .steps = -1, .key = out->key};
    if (highest < 0 || is_larger(c, highest, garment) ||
        !errand_off_pile(b, c, &upper, &upper.goal)) {
        return false;
    }
    *out = upper;
    out->kind = ERRAND_PILE;
    return true;
}

bool make_way(const belief *b, const cloth_view *c, const errand *e, errand *out)
{
    *out = (errand){.kind = ERRAND_CARRY, .garment = e->garment, .key = e->key};
    if (e->kind == ERRAND_CARRY) {
        out->garment = find_cover(b, c, e->garment);
        return out->garment >= 0 && !carry_is_behind(&e->mouth, cloth_middle(c, e->garment)) &&
               find_place(c, out->garment, cloth_middle(c, out->garment), &out->goal);
    }
    if (e->kind == ERRAND_FOLD) {
        return take_off(b, c, e->garment, out);
    }
    if (e->kind != ERRAND_DRAPE || !make_way_hangs(c, e->garment) ||
        c->garments[e->garment].speed > rest_speed ||
        drape_share(c, e->garment, &e->rail) > askew_share ||
        !find_place(c, e->garment, vec_of(0, 0, 0), &out->goal)) {
        return false;
    }
    out->goal.rim = e->rail.middle.z + e->rail.radius; /* it is lifted off the bar */
    out->goal.half = whole_table;
    return true;
}
