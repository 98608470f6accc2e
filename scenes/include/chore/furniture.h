/* Furniture: fixtures with doors and drawers, the spaces in them where things are put, and the handles that move them. All
   follows from names in a fixture's MJCF: a joint is a door (hinge) or a drawer (slide), the site `<joint>_handle` its handle, a
   site of type box a space. Lengths in metre, frames of the world, everything as it was drawn (all joints at 0). */
#ifndef CHORE_FURNITURE_H
#define CHORE_FURNITURE_H
#include <chore/scene.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct chore_space {
    char owner[CHORE_NAME_CAP], name[CHORE_NAME_CAP]; /* fixture, site */
    double pos[3], quat[4], half[3];                  /* centre; half extents */
    int part;   /* joint (mjModel id) that it moves with: the space in a drawer; -1: it stands */
    int behind; /* hinge that shuts it: the door before it, in front of a drawer too; -1: none */
} chore_space;

typedef struct chore_handle {
    double pos[3], along[3]; /* middle of the bar, and the direction of the bar */
} chore_handle;

typedef struct chore_solid { /* a box that collides */
    char owner[CHORE_NAME_CAP];
    int part; /* joint that it moves with; -1: it stands */
    double pos[3], quat[4], half[3];
} chore_solid;

/* Site (mjModel id) of a fixture's space by "<fixture>/<site>"; -1: there is none. It is where the site is. */
int chore_scene_find_space(const chore_scene *scene, const char *name);
/* False: this site is no space of a fixture. */
bool chore_scene_space(const chore_scene *scene, int site, chore_space *out);
/* Handle of a fixture's joint. False: it has none. */
bool chore_scene_handle(const chore_scene *scene, int joint, chore_handle *out);
/* Geom as a box. False: it is no box, does not collide, or belongs to no fixture. */
bool chore_scene_solid(const chore_scene *scene, int geom, chore_solid *out);

#ifdef __cplusplus
}
#endif
#endif
