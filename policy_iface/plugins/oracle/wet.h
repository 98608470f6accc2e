/* What the oracle knows of liquids: puddles, what soaks them up, what is in vessels, what brews. Read from the lines `wiper`, `vessel`, `brewer` and `pod`, and the
   streams privileged.puddle and privileged.fill. */
#ifndef ORACLE_WET_H
#define ORACLE_WET_H
#include <stdbool.h>

#include "geometry.h"

#define MAX_PATCHES 128
#define MAX_WIPERS  4
#define MAX_VESSELS 8
#define MAX_BREWERS 2
#define MAX_PODS    8

typedef struct wet_patch {
    vec at;    /* on the surface, world */
    double ml; /* 0: nothing there */
} wet_patch;

typedef struct wet_wiper {
    int thing;     /* index in the text */
    vec pos, half; /* the box that soaks, in the thing's frame */
} wet_wiper;

typedef struct wet_vessel {
    int thing;
    vec pos; /* middle of its inner floor, in the thing's frame */
    double radius, depth, ml;
} wet_vessel;

typedef struct wet {
    int n_patches, n_wipers, n_vessels, n_brewers, n_pods;
    int brewers[MAX_BREWERS], pods[MAX_PODS]; /* things */
    wet_patch patches[MAX_PATCHES];
    wet_wiper wipers[MAX_WIPERS];
    wet_vessel vessels[MAX_VESSELS];
} wet;

/* One line "wiper ...", "vessel ...", "brewer ..." or "pod ..."; false: not of the documented form. */
bool wet_is_line(const char *line);
bool wet_read_line(wet *w, const char *line);
/* puddle [n][4], fill [n_vessels]; NULL: there are none. */
void wet_read_streams(wet *w, const float *puddle, int n_patches, const float *fill);
/* Is there liquid this near (m, seen from above)? */
bool wet_is_near(const wet *w, vec at, double radius);
bool wet_is_brewer(const wet *w, int thing);
#endif
