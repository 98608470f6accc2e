#include "cloth_view.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_garment(cloth_view *c, const char *line)
{
    int index;
    double present, first, n;
    if (c->n == MAX_GARMENTS || sscanf(line, "garment %d", &index) != 1 || index != c->n) {
        return false;
    }
    garment_view *g = &c->garments[c->n];
    double speed = g->speed;
    memset(g, 0, sizeof *g);
    g->speed = speed;
    if (sscanf(line, "garment %*d %63s", g->id) != 1 ||
        !words_value(line, "kind", g->kind, CLOTH_NAME_CAP) ||
        !words_value(line, "shape", g->shape, CLOTH_NAME_CAP) ||
        !words_value(line, "size", g->size, CLOTH_NAME_CAP) ||
        !words_value(line, "colour", g->colour, CLOTH_NAME_CAP) ||
        !words_number(line, "present", &present) || !words_number(line, "first", &first) ||
        !words_number(line, "vertices", &n) || !words_number(line, "mass", &g->mass) ||
        !words_number(line, "area", &g->area) || !words_number(line, "spacing", &g->spacing) ||
        !words_number(line, "radius", &g->radius) || !words_number(line, "layer", &g->layer) ||
        first < 0 || n < 1 || first + n > MAX_CLOTH_VERTICES) {
        return false;
    }
    g->present = present > 0;
    g->first = (int)first;
    g->n = (int)n;
    c->n++;
    return true;
}

/* The garment that a line's first number names. */
static garment_view *named(cloth_view *c, int index)
{
    return index >= 0 && index < c->n ? &c->garments[index] : NULL;
}

static bool read_rest(cloth_view *c, const char *line)
{
    int index, vertex;
    flat p;
    garment_view *g = NULL;
    if (sscanf(line, "rest %d %d %lf %lf", &index, &vertex, &p.x, &p.y) != 4 ||
        !(g = named(c, index)) || vertex < 0 || vertex >= g->n) {
        return false;
    }
    c->rest[g->first + vertex] = p;
    return true;
}

static bool read_outline(cloth_view *c, const char *line)
{
    char *at = NULL;
    garment_view *g = named(c, (int)strtol(line + strlen("outline"), &at, 10));
    if (!g) {
        return false;
    }
    while (*at == ' ') {
        char *end = NULL;
        long vertex = strtol(at, &end, 10);
        if (end == at || vertex < 0 || vertex >= g->n || g->n_outline == MAX_OUTLINE) {
            return false;
        }
        g->outline[g->n_outline++] = (int)vertex;
        at = end;
    }
    return g->n_outline >= 3 && (*at == '\n' || *at == 0);
}

static bool read_keypoint(cloth_view *c, const char *line)
{
    int index;
    keypoint k;
    garment_view *g = NULL;
    memset(&k, 0, sizeof k);
    if (sscanf(line, "keypoint %d %63s %d", &index, k.name, &k.vertex) != 3 ||
        !(g = named(c, index)) || g->n_keypoints == MAX_KEYPOINTS || k.vertex < 0 ||
        k.vertex >= g->n) {
        return false;
    }
    g->keypoints[g->n_keypoints++] = k;
    return true;
}

static bool read_fold(cloth_view *c, const char *line)
{
    int index, step;
    char way[CLOTH_NAME_CAP];
    fold_line l;
    garment_view *g = NULL;
    if (sscanf(line, "fold %d %63s %d %lf %lf %lf %lf", &index, way, &step, &l.a.x, &l.a.y, &l.b.x,
               &l.b.y) != 7 ||
        !(g = named(c, index)) || hypot(l.b.x - l.a.x, l.b.y - l.a.y) < 1e-6) {
        return false;
    }
    if (g->n_ways == 0 || strcmp(g->ways[g->n_ways - 1].name, way) != 0) {
        if (g->n_ways == MAX_WAYS) {
            return false;
        }
        memcpy(g->ways[g->n_ways].name, way, sizeof way);
        g->ways[g->n_ways++].n_steps = 0;
    }
    fold_way *w = &g->ways[g->n_ways - 1];
    if (w->n_steps == MAX_FOLD_STEPS) {
        return false;
    }
    w->steps[w->n_steps++] = l;
    return true;
}

static bool read_line(cloth_view *c, const char *line)
{
    return strncmp(line, "garment ", 8) == 0    ? read_garment(c, line)
           : strncmp(line, "rest ", 5) == 0     ? read_rest(c, line)
           : strncmp(line, "outline ", 8) == 0  ? read_outline(c, line)
           : strncmp(line, "keypoint ", 9) == 0 ? read_keypoint(c, line)
           : strncmp(line, "fold ", 5) == 0     ? read_fold(c, line)
                                                : true;
}

/* What is folded in one step may be folded from its other side as well: the same packet with the other half on top. */
static void add_other_sides(garment_view *g)
{
    for (int w = 0, told = g->n_ways; w < told && g->n_ways < MAX_WAYS; w++) {
        if (g->ways[w].n_steps == 1) {
            fold_line l = g->ways[w].steps[0];
            fold_way *other = &g->ways[g->n_ways++];
            *other = g->ways[w];
            other->steps[0] = (fold_line){.a = l.b, .b = l.a};
        }
    }
}

bool cloth_read_text(cloth_view *c, const char *text)
{
    uint64_t key = words_key(text);
    if (c->key == key) {
        return true;
    }
    c->n = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (!read_line(c, line)) {
            return false;
        }
    }
    for (int k = 0; k < c->n; k++) {
        add_other_sides(&c->garments[k]);
    }
    c->key = key;
    return true;
}

void cloth_read_positions(cloth_view *c, const float *pos, double dt)
{
    for (int k = 0; k < c->n; k++) {
        garment_view *g = &c->garments[k];
        double fastest = 0;
        for (int row = g->first; row < g->first + g->n; row++) {
            const float *p = pos + 3 * (size_t)row;
            vec now = vec_of((double)p[0], (double)p[1], (double)p[2]);
            fastest = fmax(fastest, vec_distance(now, c->at[row]));
            c->at[row] = now;
        }
        g->speed = c->seen && dt > 0 ? fastest / dt : 0;
    }
    c->seen = true;
}

/* ---- asking -------------------------------------------------------------------------------------------- */

int cloth_find(const cloth_view *c, const char *id)
{
    for (int k = 0; k < c->n; k++) {
        if (strcmp(c->garments[k].id, id) == 0) {
            return k;
        }
    }
    return -1;
}

int cloth_keypoint(const garment_view *g, const char *name)
{
    for (int k = 0; k < g->n_keypoints; k++) {
        if (strcmp(g->keypoints[k].name, name) == 0) {
            return g->keypoints[k].vertex;
        }
    }
    return -1;
}

vec cloth_at(const cloth_view *c, int garment, int vertex)
{
    return c->at[c->garments[garment].first + vertex];
}

flat cloth_rest(const cloth_view *c, int garment, int vertex)
{
    return c->rest[c->garments[garment].first + vertex];
}

int cloth_outline_index(const garment_view *g, int vertex)
{
    for (int i = 0; i < g->n_outline; i++) {
        if (g->outline[i] == vertex) {
            return i;
        }
    }
    return -1;
}

vec cloth_middle(const cloth_view *c, int garment)
{
    vec sum = vec_of(0, 0, 0);
    for (int v = 0; v < c->garments[garment].n; v++) {
        sum = vec_add(sum, cloth_at(c, garment, v));
    }
    return vec_scale(sum, 1. / c->garments[garment].n);
}

/* The vertex that lies nearest to a point of the rest frame. */
static int nearest_rest(const cloth_view *c, int garment, double x, double y)
{
    int best = 0;
    double least = HUGE_VAL;
    for (int v = 0; v < c->garments[garment].n; v++) {
        flat p = cloth_rest(c, garment, v);
        double d = hypot(p.x - x, p.y - y);
        if (d < least) {
            least = d;
            best = v;
        }
    }
    return best;
}

vec cloth_outward(const cloth_view *c, int garment_index, int vertex)
{
    const garment_view *g = &c->garments[garment_index];
    int i = cloth_outline_index(g, vertex), n = g->n_outline;
    if (i < 0) {
        return vec_of(1, 0, 0);
    }
    flat here = cloth_rest(c, garment_index, vertex),
         before = cloth_rest(c, garment_index, g->outline[(i + n - 1) % n]),
         after = cloth_rest(c, garment_index, g->outline[(i + 1) % n]);
    /* counter-clockwise: out is to the right of the way along the outline */
    double tx = after.x - before.x, ty = after.y - before.y, length = fmax(hypot(tx, ty), 1e-9);
    double reach = 1.5 * g->spacing;
    int inner =
        nearest_rest(c, garment_index, here.x - reach * ty / length, here.y + reach * tx / length);
    vec out = vec_sub(cloth_at(c, garment_index, vertex), cloth_at(c, garment_index, inner));
    out.z = 0;
    return vec_norm(out) > 1e-6 ? vec_unit(out) : vec_of(1, 0, 0);
}

/* As cloth_top, not below `least`. */
static double top_from(const cloth_view *c, double least, flat at, double r, int of, int skip)
{
    double top = least;
    for (int k = 0; k < c->n; k++) {
        if (!c->garments[k].present || k == skip || (of >= 0 && k != of)) {
            continue;
        }
        for (int v = 0; v < c->garments[k].n; v++) {
            vec p = cloth_at(c, k, v);
            if (hypot(p.x - at.x, p.y - at.y) < r) {
                top = fmax(top, p.z);
            }
        }
    }
    return top;
}

double cloth_top(const cloth_view *c, double x, double y, double r, int of, int skip)
{
    return top_from(c, c->table_z, (flat){x, y}, r, of, skip);
}

bool cloth_is_clear(const cloth_view *c, vec at, double r, int skip)
{
    for (int g = 0; g < c->n; g++) {
        for (int v = 0; v < c->garments[g].n && c->garments[g].present && g != skip; v++) {
            vec p = cloth_at(c, g, v);
            if (hypot(p.x - at.x, p.y - at.y) < r) {
                return false;
            }
        }
    }
    return true;
}

bool cloth_is_long(const cloth_view *c, int garment)
{
    static const double long_enough = 0.5, times_wide = 2; /* m */
    flat lo = {HUGE_VAL, HUGE_VAL}, hi = {-HUGE_VAL, -HUGE_VAL};
    for (int v = 0; v < c->garments[garment].n; v++) {
        flat p = cloth_rest(c, garment, v);
        lo = (flat){fmin(lo.x, p.x), fmin(lo.y, p.y)};
        hi = (flat){fmax(hi.x, p.x), fmax(hi.y, p.y)};
    }
    return hi.y - lo.y > long_enough && hi.y - lo.y > times_wide * (hi.x - lo.x);
}

double cloth_stretch(const cloth_view *c, int garment, int vertex)
{
    static const double next_to = 1.5, torn = 1.6; /* spacings; no cloth stretches so far: the other leg's edge, which is only near */
    const garment_view *g = &c->garments[garment];
    const flat here = cloth_rest(c, garment, vertex);
    double most = 0;
    for (int v = 0; v < g->n; v++) {
        const flat p = cloth_rest(c, garment, v);
        const double rest = hypot(p.x - here.x, p.y - here.y);
        if (v != vertex && rest < next_to * g->spacing) {
            const double now = vec_distance(cloth_at(c, garment, vertex), cloth_at(c, garment, v)) / rest;
            most = now < torn ? fmax(most, now) : most;
        }
    }
    return most;
}

bool cloth_is_top(const cloth_view *c, int garment, int vertex)
{
    const garment_view *g = &c->garments[garment];
    vec p = cloth_at(c, garment, vertex); /* in a basket it lies below the table */
    return top_from(c, p.z, (flat){p.x, p.y}, 0.6 * g->spacing, -1, -1) < p.z + 0.5 * g->layer;
}

bool cloth_is_over_cloth(const cloth_view *c, int garment, int vertex)
{
    vec p = cloth_at(c, garment, vertex);
    double layer = c->garments[garment].layer;
    for (int k = 0; k < c->n; k++) {
        for (int v = 0; v < c->garments[k].n && c->garments[k].present; v++) {
            vec q = cloth_at(c, k, v);
            if (hypot(p.x - q.x, p.y - q.y) < 0.7 * c->garments[garment].spacing &&
                q.z < p.z - 0.5 * layer) {
                return true;
            }
        }
    }
    return false;
}

bool cloth_is_over_edge(const cloth_view *c, int garment, int vertex)
{
    static const double under = 0.003;
    return cloth_at(c, garment, vertex).z < c->table_z - under;
}

int cloth_nearest_outline(const cloth_view *c, int garment_index, vec point)
{
    const garment_view *g = &c->garments[garment_index];
    int best = -1;
    double least = HUGE_VAL;
    for (int i = 0; i < g->n_outline; i++) {
        vec p = cloth_at(c, garment_index, g->outline[i]);
        double d = hypot(p.x - point.x, p.y - point.y);
        if (d < least) {
            least = d;
            best = g->outline[i];
        }
    }
    return best;
}
