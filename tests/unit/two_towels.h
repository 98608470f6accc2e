/* Two towels of 40 by 52 cm on a table, made by hand, for tests of the oracle's plans. Include it after cmocka. */
#ifndef TWO_TOWELS_H
#define TWO_TOWELS_H
#include <stdarg.h>
#include <stdio.h>

#include "cloth_view.h"

enum { COLUMNS = 11, ROWS = 14, VERTICES = COLUMNS * ROWS };
#define SPACING 0.04
#define TABLE   0.75
#define RADIUS  0.011
#define LAYER   0.03

static cloth_view view;
static float positions[2 * VERTICES][3];

static void add(char **at, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    *at += vsprintf(*at, format, list);
    va_end(list);
}

static flat cut(int v)
{
    return (flat){(v % COLUMNS - 5) * SPACING, (v / COLUMNS - 6.5) * SPACING};
}

static const char *cloths_text(void)
{
    static char text[1 << 16];
    char *at = text;
    for (int g = 0; g < 2; g++) {
        add(&at,
            "garment %d cloth_%d kind=towel shape=towel size=hand colour=teal present=1 first=%d "
            "vertices=%d mass=0.1 area=0.2 spacing=%g radius=%g layer=%g\n",
            g, g, g * VERTICES, VERTICES, SPACING, RADIUS, LAYER);
        for (int v = 0; v < VERTICES; v++) {
            add(&at, "rest %d %d %.4f %.4f\n", g, v, cut(v).x, cut(v).y);
        }
        add(&at, "outline %d", g);
        for (int i = 0; i < COLUMNS; i++) {
            add(&at, " %d", i);
        }
        for (int i = 1; i < ROWS; i++) {
            add(&at, " %d", i * COLUMNS + COLUMNS - 1);
        }
        for (int i = COLUMNS - 2; i >= 0; i--) {
            add(&at, " %d", (ROWS - 1) * COLUMNS + i);
        }
        for (int i = ROWS - 2; i > 0; i--) {
            add(&at, " %d", i * COLUMNS);
        }
        add(&at, "\n");
    }
    return text;
}

static void put(int garment, int v, double x, double y, double z)
{
    float *p = positions[garment * VERTICES + v];
    p[0] = (float)x;
    p[1] = (float)y;
    p[2] = (float)z;
}

static void see(void)
{
    cloth_read_positions(&view, positions[0], 0.05);
    cloth_read_positions(&view, positions[0], 0.05); /* at rest */
}

/* Flat and turned, its middle at (x, y), on what reaches up to z. */
static void lay(int garment, double x, double y, double yaw, double z)
{
    for (int v = 0; v < VERTICES; v++) {
        flat p = cut(v);
        put(garment, v, x + cos(yaw) * p.x - sin(yaw) * p.y, y + sin(yaw) * p.x + cos(yaw) * p.y,
            z + RADIUS);
    }
    see();
}
#endif
