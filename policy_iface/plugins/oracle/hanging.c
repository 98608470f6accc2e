#include "hanging.h"

double hanging_depth(const cloth_view *c, int garment, flat from, double *above)
{
    int n = c->garments[garment].n, over = 0;
    flat middle = {0, 0};
    for (int v = 0; v < n; v++) {
        flat p = cloth_rest(c, garment, v);
        middle.x += p.x / n;
        middle.y += p.y / n;
    }
    double dx = middle.x - from.x, dy = middle.y - from.y, far = fmax(hypot(dx, dy), 1e-6),
           depth = 0;
    for (int v = 0; v < n; v++) {
        flat p = cloth_rest(c, garment, v);
        double down = ((p.x - from.x) * dx + (p.y - from.y) * dy) / far;
        depth = fmax(depth, down);
        over += down < -0.5 * c->garments[garment].spacing;
    }
    *above = (double)over / n;
    return depth;
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
