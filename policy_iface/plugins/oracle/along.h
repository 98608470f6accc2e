/* How far two points of a garment are from one another in the cloth: straight, or, from leg to leg, round the crotch. */
#ifndef ORACLE_ALONG_H
#define ORACLE_ALONG_H
#include "fold_piece.h"

#define ALONG_CORNERS 8

/* The corners of its outline that point inward, where ways bend, and how far each vertex is from them. */
typedef struct along_map {
    int garment, n, corner[ALONG_CORNERS];
    double from[ALONG_CORNERS][MAX_FOLD_VERTICES]; /* rest frame, m; HUGE_VAL: there is no way */
} along_map;

/* A garment of more vertices, or one without such corners, has straight ways only. */
void along_find(along_map *a, const cloth_view *c, int garment);
double along_way(const along_map *a, const cloth_view *c, int p, int q);
#endif
