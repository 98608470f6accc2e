#include "ground.h"

#include <stdio.h>
#include <string.h>

/* The robot from above, around the middle of its base. */
static const double chassis_x = 0.305,
                    shoulders_y = 0.385; /* half lengths, with two centimetres to spare */
static const double chassis_round = 0.45,
                    arms_round = 0.62; /* radius of all that turns: below the arms, and with them */

bool ground_read_line(ground *g, const char *line)
{
    block b;
    if (sscanf(line, "block %*s %lf %lf %lf %lf %lf %lf", &b.pos.x, &b.pos.y, &b.pos.z, &b.half.x,
               &b.half.y, &b.half.z) != 6) {
        return false;
    }
    ground_add(g, b.pos, b.half);
    return true;
}

void ground_add(ground *g, vec pos, vec half)
{
    if (g->n < MAX_BLOCKS) {
        g->list[g->n++] = (block){pos, half};
    }
}

double ground_surface(const ground *g, vec at)
{
    double top = 0;
    for (int i = 0; i < g->n; i++) {
        const block *b = &g->list[i];
        const double z = b->pos.z + b->half.z;
        if (fabs(at.x - b->pos.x) <= b->half.x && fabs(at.y - b->pos.y) <= b->half.y && z <= at.z) {
            top = fmax(top, z);
        }
    }
    return top;
}

double ground_distance(const ground *g, vec at, double surface)
{
    double least = 1;
    for (int i = 0; i < g->n; i++) {
        const vec off = vec_sub(at, g->list[i].pos), half = g->list[i].half;
        if (g->list[i].pos.z + half.z < surface + 0.005) {
            continue;
        }
        const double x = fabs(off.x) - half.x, y = fabs(off.y) - half.y, z = fabs(off.z) - half.z;
        const double outside = sqrt(pow(fmax(x, 0), 2) + pow(fmax(y, 0), 2) + pow(fmax(z, 0), 2));
        least = fmin(least, outside + fmin(fmax(x, fmax(y, z)), 0));
    }
    return least;
}

void ground_narrow(ground *g, vec around, double radius, double surface)
{
    int n = 0;
    for (int i = 0; i < g->n; i++) {
        const block *b = &g->list[i];
        const double dx = fmax(fabs(around.x - b->pos.x) - b->half.x, 0),
                     dy = fmax(fabs(around.y - b->pos.y) - b->half.y, 0);
        if (hypot(dx, dy) < radius && b->pos.z + b->half.z > surface + 0.005) {
            g->list[n++] = *b;
        }
    }
    g->n = n;
}

/* Do a rectangle (half lengths a, b) and a box overlap, seen from above? Separating axes: those of both. */
static bool overlaps(double x, double y, double heading, double a, double b, const block *box)
{
    const double c = cos(heading), s = sin(heading), dx = box->pos.x - x, dy = box->pos.y - y;
    const double cc = fabs(c), ss = fabs(s);
    return fabs(dx) < a * cc + b * ss + box->half.x && fabs(dy) < a * ss + b * cc + box->half.y &&
           fabs(c * dx + s * dy) < a + box->half.x * cc + box->half.y * ss &&
           fabs(c * dy - s * dx) < b + box->half.x * ss + box->half.y * cc;
}

bool ground_fits(const ground *g, double x, double y, double heading, double feet)
{
    for (int i = 0; i < g->n; i++) {
        const block *b = &g->list[i];
        if (b->pos.z - b->half.z < feet + 0.55 &&
            overlaps(x, y, heading, chassis_x, shoulders_y, b)) {
            return false;
        }
    }
    return true;
}

bool ground_turns(const ground *g, double x, double y)
{
    for (int i = 0; i < g->n; i++) {
        const block *b = &g->list[i];
        const double dx = fmax(fabs(x - b->pos.x) - b->half.x, 0),
                     dy = fmax(fabs(y - b->pos.y) - b->half.y, 0);
        const double radius = b->pos.z + b->half.z > GROUND_ARMS_Z ? arms_round : chassis_round;
        if (hypot(dx, dy) < radius && b->pos.z - b->half.z < 1.75) {
            return false;
        }
    }
    return true;
}

/* ---- ways ---------------------------------------------------------------------------------------------- */

static bool is_straight(const ground *g, vec a, vec b)
{
    const int n = 1 + (int)(hypot(b.x - a.x, b.y - a.y) / 0.04);
    for (int i = 0; i <= n; i++) {
        if (!ground_turns(g, a.x + (b.x - a.x) * i / n, a.y + (b.y - a.y) * i / n)) {
            return false;
        }
    }
    return true;
}

/* A grid over what lies around both ends. */
enum { SIDE = 64, CELLS = SIDE * SIDE };
static const double cell = 0.10;
typedef struct grid {
    vec origin;
    bool free[CELLS], done[CELLS];
    double cost[CELLS];
    int before[CELLS];
} grid;

static vec place_of(const grid *m, int c)
{
    return vec_of(m->origin.x + cell * (c % SIDE), m->origin.y + cell * (c / SIDE), 0);
}

static void lay_out(grid *m, const ground *g, vec from, vec to)
{
    const double half = cell * (SIDE - 1) / 2;
    m->origin = vec_of((from.x + to.x) / 2 - half, (from.y + to.y) / 2 - half, 0);
    for (int c = 0; c < CELLS; c++) {
        const vec p = place_of(m, c);
        m->free[c] = ground_turns(g, p.x, p.y);
        m->done[c] = false;
        const double away = hypot(p.x - from.x, p.y - from.y);
        m->cost[c] = m->free[c] && away < 4 * cell && is_straight(g, from, p) ? away : 1e9;
        m->before[c] = -1;
    }
}

static int nearest_open(const grid *m)
{
    int best = -1;
    for (int c = 0; c < CELLS; c++) {
        best =
            !m->done[c] && m->cost[c] < 1e8 && (best < 0 || m->cost[c] < m->cost[best]) ? c : best;
    }
    return best;
}

/* Dijkstra; the cell from where `to` is in a straight line, -1: none. */
static int search(grid *m, const ground *g, vec to)
{
    for (int c; (c = nearest_open(m)) >= 0;) {
        m->done[c] = true;
        const vec p = place_of(m, c);
        if (hypot(p.x - to.x, p.y - to.y) < 6 * cell && is_straight(g, p, to)) {
            return c;
        }
        for (int k = 0; k < 9; k++) {
            const int x = c % SIDE + k % 3 - 1, y = c / SIDE + k / 3 - 1, next = y * SIDE + x;
            if (x < 0 || y < 0 || x >= SIDE || y >= SIDE || !m->free[next] || m->done[next]) {
                continue;
            }
            const double cost = m->cost[c] + cell * hypot(k % 3 - 1, k / 3 - 1);
            if (cost < m->cost[next]) {
                m->cost[next] = cost;
                m->before[next] = c;
            }
        }
    }
    return -1;
}

void ground_explore(const ground *g, vec from, ground_map *map)
{
    static _Thread_local int queue[GROUND_SIDE * GROUND_SIDE];
    static _Thread_local bool seen[GROUND_SIDE * GROUND_SIDE];
    const double half = cell * GROUND_SIDE / 2;
    const int middle = GROUND_SIDE / 2 * GROUND_SIDE + GROUND_SIDE / 2;
    int n = 0;
    memset(map->open, 0, sizeof map->open);
    memset(seen, 0, sizeof seen);
    map->origin = vec_of(from.x - half, from.y - half, 0);
    queue[n++] = middle;
    seen[middle] = map->open[middle] = true;
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < 4; k++) {
            const int x = queue[i] % GROUND_SIDE + (k == 0) - (k == 1),
                      y = queue[i] / GROUND_SIDE + (k == 2) - (k == 3), next = y * GROUND_SIDE + x;
            if (x < 0 || y < 0 || x >= GROUND_SIDE || y >= GROUND_SIDE || seen[next]) {
                continue;
            }
            seen[next] = true;
            map->open[next] =
                ground_turns(g, map->origin.x + cell * (x + 0.5), map->origin.y + cell * (y + 0.5));
            if (map->open[next]) {
                queue[n++] = next;
            }
        }
    }
}

/* A place that is just free may lie in a square whose middle is not. */
bool ground_is_open(const ground_map *map, double x, double y)
{
    const int i = (int)floor((x - map->origin.x) / cell),
              k = (int)floor((y - map->origin.y) / cell);
    for (int n = 0; n < 9; n++) {
        const int a = i + n % 3 - 1, b = k + n / 3 - 1;
        if (a >= 0 && b >= 0 && a < GROUND_SIDE && b < GROUND_SIDE &&
            map->open[b * GROUND_SIDE + a]) {
            return true;
        }
    }
    return false;
}

int ground_way(const ground *g, vec from, vec to, vec way[GROUND_WAY])
{
    static _Thread_local grid m;
    if (is_straight(g, from, to)) {
        way[0] = to;
        return 1;
    }
    lay_out(&m, g, from, to);
    vec back[CELLS / 8];
    int n = 0;
    const int last = search(&m, g, to);
    for (int c = last; c >= 0 && n < CELLS / 8; c = m.before[c]) {
        back[n++] = place_of(&m, c);
    }
    if (last < 0) {
        return 0;
    }
    /* from the start as far as one sees, again and again */
    int k = 0;
    for (vec at = from; n > 0 && k < GROUND_WAY - 1;) {
        int i = 0;
        while (i < n - 1 && !is_straight(g, at, back[i])) {
            i++;
        }
        at = way[k++] = back[i];
        n = i;
        if (is_straight(g, at, to)) {
            break;
        }
    }
    way[k++] = to;
    return k;
}
