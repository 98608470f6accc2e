#include "cells.h"

#include "access.h"

static const double sill = 0.09,
                    outside = 0.05;  /* from the space to the front; the hand before it */
static const double beside = 0.02;   /* to a wall: for one finger, that may be all */
static const double behind = 0.006;  /* to the back */
static const double above = 0.004;   /* let go so high over the floor, */
static const double carried = 0.015; /* carried in so much higher */
enum { ACROSS = 9, DEEP = 6 };

static void sort_cells(cell *cells, int n)
{
    for (int i = 1; i < n; i++) {
        cell c = cells[i];
        int j = i;
        for (; j > 0 && cells[j - 1].cost > c.cost; j--) {
            cells[j] = cells[j - 1];
        }
        cells[j] = c;
    }
}

int list_cells(const belief *b, int index, int space, cell *out)
{
    const thing *t = &b->things[index];
    const vec half = b->furniture.spaces[space].half, way = access_way_out(b, space);
    const pose in = space_now(b, space);
    const bool along_x = fabs(way.x) > fabs(way.y);
    const double deep = along_x ? half.x : half.y, wide = along_x ? half.y : half.x;
    int n = 0;
    for (int c = 0; c < ACROSS * DEEP && t->height < 2 * half.z - 0.02; c++) {
        const double front = (double)(c / ACROSS) / (DEEP - 1),
                     side = 2.0 * (c % ACROSS) / (ACROSS - 1) - 1,
                     along = fmax(0, deep - t->footprint - behind) * (2 * front - 1),
                     across = fmax(0, wide - t->footprint - beside) * side;
        const vec local = vec_add(vec_scale(way, along),
                                  vec_of(along_x ? 0 : across, along_x ? across : 0, -half.z));
        out[n].at = pose_apply(in, local);
        out[n].come =
            quat_rotate(in.q, vec_scale(way, deep - along + sill + t->footprint + outside));
        out[n++].cost = front + 0.8 * (1 - fabs(side));
    }
    sort_cells(out, n);
    return n;
}

int spots_in_cell(const belief *b, int index, const cell *c, spot *out)
{
    const thing *t = &b->things[index];
    const quat upright = thing_stands(t) ? t->at.q : quat_identity();
    for (int k = 0; k < CELL_TURNS; k++) {
        const quat turn = quat_about(vec_of(0, 0, 1), 2 * PI * k / CELL_TURNS);
        pose at = {c->at, quat_unit(quat_mul(turn, upright))};
        double lo, hi;
        thing_z_extent(t, at, &lo, &hi);
        at.p.z += c->at.z + above - lo;
        out[k] = (spot){.release = at, .insert = carried, .fixed_height = true, .come = c->come};
    }
    return CELL_TURNS;
}
