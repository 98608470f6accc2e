/* What the oracle knows of cloth: garments from the privileged text, where their vertices are now. */
#ifndef ORACLE_CLOTH_VIEW_H
#define ORACLE_CLOTH_VIEW_H
#include <stdbool.h>
#include <stdint.h>

#include "geometry.h"

#define MAX_GARMENTS       16
#define MAX_CLOTH_VERTICES 8192 /* of all garments */
#define MAX_OUTLINE        256
#define MAX_KEYPOINTS      24
#define MAX_WAYS           4
#define MAX_FOLD_STEPS     6
#define CLOTH_NAME_CAP     64

typedef struct flat {
    double x, y;
} flat; /* a point of the rest frame, or of the table seen from above */

/* All cloth to the left of a -> b is turned over it. */
typedef struct fold_line {
    flat a, b;
} fold_line;
typedef struct fold_way {
    char name[CLOTH_NAME_CAP];
    int n_steps;
    fold_line steps[MAX_FOLD_STEPS];
} fold_way;

typedef struct keypoint {
    char name[CLOTH_NAME_CAP];
    int vertex;
} keypoint;

typedef struct garment_view {
    char id[CLOTH_NAME_CAP], kind[CLOTH_NAME_CAP], shape[CLOTH_NAME_CAP], size[CLOTH_NAME_CAP],
        colour[CLOTH_NAME_CAP];
    bool present;
    int first, n; /* rows of privileged.cloth_pos */
    double mass, area, spacing, radius, layer;
    int n_outline, outline[MAX_OUTLINE]; /* counter-clockwise in the rest frame */
    int n_keypoints, n_ways;
    keypoint keypoints[MAX_KEYPOINTS];
    fold_way ways[MAX_WAYS];
    double speed; /* of the fastest vertex, m/s */
} garment_view;

typedef struct cloth_view {
    int n;
    garment_view garments[MAX_GARMENTS];
    flat rest[MAX_CLOTH_VERTICES]; /* by row */
    vec at[MAX_CLOTH_VERTICES];    /* by row, world */
    uint64_t key;                  /* of the text last read */
    bool seen;                     /* `at` holds positions */
    double table_z;
} cloth_view;

/* The lines `garment rest outline keypoint fold` of privileged.objects; others are skipped. False: one is malformed. */
bool cloth_read_text(cloth_view *c, const char *text);
/* Vertex positions [rows][3], dt seconds after the last ones. */
void cloth_read_positions(cloth_view *c, const float *pos, double dt);

int cloth_find(const cloth_view *c, const char *id);         /* garment, -1: none */
int cloth_keypoint(const garment_view *g, const char *name); /* vertex, -1: none */
vec cloth_at(const cloth_view *c, int garment, int vertex);  /* where a vertex is */
flat cloth_rest(const cloth_view *c, int garment, int vertex);
int cloth_outline_index(const garment_view *g, int vertex); /* -1: an inner vertex */
vec cloth_middle(const cloth_view *c, int garment);         /* mean of its vertices */

/* Horizontal unit vector out of the cloth at a vertex of the outline, as it lies now. */
vec cloth_outward(const cloth_view *c, int garment, int vertex);
/* Height of the highest vertex within r of (x, y) seen from above, of garment `of` (-1: any) but not of `skip` (-1: none); the
   table's when there is none. */
double cloth_top(const cloth_view *c, double x, double y, double r, int of, int skip);
/* Is no cloth over this vertex? */
bool cloth_is_top(const cloth_view *c, int garment, int vertex);
/* Is a layer of any cloth right under this vertex? */
bool cloth_is_over_cloth(const cloth_view *c, int garment, int vertex);
/* Has a vertex gone down over the edge of the table, where fingers over it do not get hold of it? */
bool cloth_is_over_edge(const cloth_view *c, int garment, int vertex);
/* Large, and more than twice as long as wide (trousers)? Its ends lie near the arms' bases, and a pull at one point of it shears it. */
bool cloth_is_long(const cloth_view *c, int garment);
/* How far the cloth next to a vertex is stretched, at most: times its length at rest. */
double cloth_stretch(const cloth_view *c, int garment, int vertex);
/* No cloth of present garments, but `skip` (-1: none), within r of a point seen from above? */
bool cloth_is_clear(const cloth_view *c, vec at, double r, int skip);
/* The vertex of the outline nearest to a point seen from above; -1: no outline. */
int cloth_nearest_outline(const cloth_view *c, int garment, vec point);
#endif
