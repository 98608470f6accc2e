#include "wet.h"

#include <stdio.h>
#include <string.h>

bool wet_is_line(const char *line)
{
    return strncmp(line, "wiper ", 6) == 0 || strncmp(line, "vessel ", 7) == 0 ||
           strncmp(line, "brewer ", 7) == 0 || strncmp(line, "pod ", 4) == 0;
}

bool wet_read_line(wet *w, const char *line)
{
    if (strncmp(line, "brewer ", 7) == 0) {
        return w->n_brewers < MAX_BREWERS &&
               sscanf(line, "brewer %d", &w->brewers[w->n_brewers++]) == 1;
    }
    if (strncmp(line, "pod ", 4) == 0) {
        return w->n_pods < MAX_PODS && sscanf(line, "pod %d", &w->pods[w->n_pods++]) == 1;
    }
    if (strncmp(line, "wiper ", 6) == 0) {
        wet_wiper r;
        if (w->n_wipers == MAX_WIPERS ||
            sscanf(line, "wiper %d %lf %lf %lf %lf %lf %lf", &r.thing, &r.pos.x, &r.pos.y, &r.pos.z,
                   &r.half.x, &r.half.y, &r.half.z) != 7) {
            return false;
        }
        w->wipers[w->n_wipers++] = r;
        return true;
    }
    wet_vessel v = {.ml = 0};
    int row;
    if (sscanf(line, "vessel %d %d %lf %lf %lf %lf %lf", &row, &v.thing, &v.pos.x, &v.pos.y,
               &v.pos.z, &v.radius, &v.depth) != 7 ||
        row < 0 || row >= MAX_VESSELS) {
        return false;
    }
    w->vessels[row] = v;
    w->n_vessels = row >= w->n_vessels ? row + 1 : w->n_vessels;
    return true;
}

void wet_read_streams(wet *w, const float *puddle, int n_patches, const float *fill)
{
    w->n_patches = puddle ? (n_patches < MAX_PATCHES ? n_patches : MAX_PATCHES) : 0;
    for (int i = 0; i < w->n_patches; i++) {
        const float *p = puddle + 4 * i;
        w->patches[i].at = vec_of((double)p[0], (double)p[1], (double)p[2]);
        w->patches[i].ml = (double)p[3];
    }
    for (int i = 0; i < w->n_vessels && fill; i++) {
        w->vessels[i].ml = (double)fill[i];
    }
}

bool wet_is_near(const wet *w, vec at, double radius)
{
    for (int i = 0; i < w->n_patches; i++) {
        if (w->patches[i].ml > 0 &&
            hypot(w->patches[i].at.x - at.x, w->patches[i].at.y - at.y) < radius) {
            return true;
        }
    }
    return false;
}

bool wet_is_brewer(const wet *w, int thing)
{
    for (int i = 0; i < w->n_brewers; i++) {
        if (w->brewers[i] == thing) {
            return true;
        }
    }
    return false;
}
