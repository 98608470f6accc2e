#include "fold_plan.h"
#include "hanging.h"

/* Which way is down, in the rest frame, when it hangs from a point: toward its middle. */
typedef struct sinking {
    flat from, down;
} sinking;

static sinking sinking_of(const cloth_view *c, int garment, flat from)
{
    int n = c->garments[garment].n;
    flat middle = {0, 0};
    for (int v = 0; v < n; v++) {
        flat p = cloth_rest(c, garment, v);
        middle.x += p.x / n;
        middle.y += p.y / n;
    }
    double dx = middle.x - from.x, dy = middle.y - from.y, far = fmax(hypot(dx, dy), 1e-6);
    return (sinking){from, {dx / far, dy / far}};
}

/* How far below the point. */
static double sinks(const sinking *s, flat p)
{
    return (p.x - s->from.x) * s->down.x + (p.y - s->from.y) * s->down.y;
}

double hanging_depth(const cloth_view *c, int garment, flat from, double *above)
{
    const garment_view *g = &c->garments[garment];
    const sinking s = sinking_of(c, garment, from);
    double depth = 0;
    int over = 0;
    for (int v = 0; v < g->n; v++) {
        double down = sinks(&s, cloth_rest(c, garment, v));
        depth = fmax(depth, down);
        over += down < -0.5 * g->spacing;
    }
    *above = (double)over / g->n;
    return depth;
}

double hanging_unfolded(const cloth_view *c, int garment, flat from, double tip)
{
    static const double lowest = 0.8; /* of the depth */
    const garment_view *g = &c->garments[garment];
    const sinking s = sinking_of(c, garment, from);
    double above, depth = hanging_depth(c, garment, from, &above), least = HUGE_VAL;
    for (int v = 0; v < g->n; v++) {
        double down = sinks(&s, cloth_rest(c, garment, v));
        if (down > lowest * depth) {
            least = fmin(least, (tip - cloth_at(c, garment, v).z) / down);
        }
    }
    return least;
}

static double turn_of(flat a, flat b, flat c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static bool ways_cross(flat a, flat b, flat p, flat q)
{
    static const double hair = 1e-12; /* m^4: ends that touch do not cross */
    return turn_of(a, b, p) * turn_of(a, b, q) < -hair &&
           turn_of(p, q, a) * turn_of(p, q, b) < -hair;
}

double hanging_bent(const cloth_view *c, int garment, flat from)
{
    const garment_view *g = &c->garments[garment];
    int bent = 0;
    for (int v = 0; v < g->n; v++) {
        bool crossed = false;
        for (int i = 0; i < g->n_outline && !crossed; i++) {
            flat a = cloth_rest(c, garment, g->outline[i]),
                 b = cloth_rest(c, garment, g->outline[(i + 1) % g->n_outline]);
            crossed = ways_cross(from, cloth_rest(c, garment, v), a, b);
        }
        bent += crossed;
    }
    return (double)bent / g->n;
}

static bool has_crease(const garment_view *g)
{
    bool has = false;
    for (int w = 0; w < g->n_ways; w++) {
        has |= g->ways[w].n_steps == 1;
    }
    return has;
}

double hanging_off_crease(const cloth_view *c, int garment, flat from)
{
    const garment_view *g = &c->garments[garment];
    double off = HUGE_VAL;
    for (int w = 0; w < g->n_ways; w++) {
        if (g->ways[w].n_steps == 1) {
            off = fmin(off, fabs(fold_side(g->ways[w].steps[0], from)));
        }
    }
    return has_crease(g) ? off : 0;
}

static double rest_distance(const cloth_view *c, int garment, int v, int w)
{
    flat p = cloth_rest(c, garment, v), q = cloth_rest(c, garment, w);
    return hypot(p.x - q.x, p.y - q.y);
}

/* The outermost vertex on the crease of one that is folded in one step. -1: there is none. */
static int find_crease_end(const cloth_view *c, int garment)
{
    static const double off_crease = 5; /* per m */
    const garment_view *g = &c->garments[garment];
    double least = HUGE_VAL;
    int best = -1;
    for (int i = 0; i < g->n_outline && has_crease(g); i++) {
        double above;
        flat p = cloth_rest(c, garment, g->outline[i]);
        hanging_depth(c, garment, p, &above);
        double cost = 3 * above + off_crease * hanging_off_crease(c, garment, p);
        if (cost < least) {
            least = cost;
            best = g->outline[i];
        }
    }
    return best;
}

int hanging_doubled(const cloth_view *c, int garment)
{
    static const double doubled_share = 0.55, far_out = 0.8; /* of the way there at rest; of the farthest one */
    const garment_view *g = &c->garments[garment];
    int heel = find_crease_end(c, garment), best = -1;
    double least = doubled_share, farthest = 0;
    for (int i = 0; i < g->n_outline && heel >= 0; i++) {
        farthest = fmax(farthest, rest_distance(c, garment, g->outline[i], heel));
    }
    for (int i = 0; i < g->n_outline && heel >= 0; i++) {
        int v = g->outline[i];
        double rest = rest_distance(c, garment, v, heel),
               now = vec_distance(cloth_at(c, garment, v), cloth_at(c, garment, heel));
        if (rest > far_out * farthest && now < least * rest) {
            least = now / rest;
            best = v;
        }
    }
    return best;
}
