/* The mesh of a garment: a flat sheet cut along a silhouette. */
#ifndef CHORE_GARMENT_INTERNAL_H
#define CHORE_GARMENT_INTERNAL_H
#include <chore/scene.h>

typedef enum garment_shape {
    GARMENT_TSHIRT,
    GARMENT_LONG_SLEEVE,
    GARMENT_TROUSERS,
    GARMENT_SHORTS,
    GARMENT_TOWEL,
    GARMENT_SOCK,
    GARMENT_SHAPES
} garment_shape;

#define GARMENT_MAX_MEASURES 4
#define GARMENT_MAX_VERTICES CHORE_MAX_GARMENT_VERTICES

/* What must be given to cut this shape, in metres; NULL-terminated. width and length are the first two of
   all shapes. */
typedef struct garment_pattern {
    const char *name;
    const char *measures[GARMENT_MAX_MEASURES + 1];
} garment_pattern;
extern const garment_pattern chore_garment_patterns[GARMENT_SHAPES];

/* Everything lies flat: x to the right, y up to the collar or waist, the origin in the middle of the bounding
   rectangle. "left" in names of key points is -x. */
typedef struct garment_mesh {
    int n_vertices, n_triangles, n_boundary, n_keypoints;
    double (*rest)[2];
    int (*triangles)[3]; /* counter-clockwise seen from +z */
    int *boundary;       /* one loop, counter-clockwise */
    chore_keypoint keypoints[CHORE_MAX_KEYPOINTS];
    double half[2]; /* of the bounding rectangle */
    double area;
} garment_mesh;

/* Cut `shape` from its measures into cells about `spacing` wide. CHORE_E_USAGE when the measures make no
   sheet (a sleeve that crosses the body) or one of more than GARMENT_MAX_VERTICES. Allocates. */
chore_status chore_garment_mesh_make(garment_mesh *mesh, garment_shape shape, const double *measures,
                                     double spacing, chore_error *err);
void chore_garment_mesh_release(garment_mesh *mesh);
/* The part of the sheet's area that hangs on each vertex; they sum up to its area. share[n_vertices]. */
void chore_garment_mesh_shares(const garment_mesh *mesh, double *share);

#endif
