#include "ghost_internal.h"

#include <math.h>
#include <string.h>

#define SAME_PLACE_M 0.001 /* closer than that two surfaces would flicker through each other */
#define SAME_TURN    0.005 /* of a rotation matrix */

/* ---- rigid things ------------------------------------------------------------------------------------------------- */

/* A turn about its own axis cannot be seen of a round thing. */
static bool has_moved(const mjData *a, const mjData *b, int geom, int type)
{
    const bool round = type == mjGEOM_CAPSULE || type == mjGEOM_CYLINDER;
    for (int i = 0; i < 3; i++) {
        if (fabs(a->geom_xpos[3 * geom + i] - b->geom_xpos[3 * geom + i]) > SAME_PLACE_M) {
            return true;
        }
    }
    for (int i = 0; i < 9 && type != mjGEOM_SPHERE; i++) {
        if ((!round || i % 3 == 2) && fabs(a->geom_xmat[9 * geom + i] - b->geom_xmat[9 * geom + i]) > SAME_TURN) {
            return true;
        }
    }
    return false;
}

/* Shape stays, colour goes: whose robot it is must be clear even where the two overlap. */
static void fade(mjvGeom *geom)
{
    const ink_colour c = GHOST_COLOUR;
    const float grey = (geom->rgba[0] + geom->rgba[1] + geom->rgba[2]) / 3, own = 0.35f;
    const float to[4] = {c.r, c.g, c.b, c.a};
    for (int i = 0; i < 3; i++) {
        geom->rgba[i] = own * grey + (1 - own) * to[i];
    }
    geom->rgba[3] = to[3] * geom->rgba[3];
    geom->matid = geom->texid = -1;
    geom->emission = 0.15f;
    geom->reflectance = 0;
    geom->transparent = 1;
    geom->castshadow = 0;
    geom->label[0] = 0;
}

static void add_rigid(stage *first, const mjData *at, stage *second, mjData *there)
{
    mjvScene *scene = &first->scene;
    mjvOption plain = first->option;
    memset(plain.flags, 0, sizeof plain.flags);
    plain.label = mjLABEL_NONE;
    plain.frame = mjFRAME_NONE;
    int kept = scene->ngeom;
    mjv_addGeoms(&second->model, there, &plain, &second->pick, mjCAT_DYNAMIC, scene);
    for (int i = kept; i < scene->ngeom; i++) {
        const mjvGeom *geom = &scene->geoms[i];
        if (geom->objtype == mjOBJ_GEOM && geom->type < mjGEOM_LINE && has_moved(at, there, geom->objid, geom->type)) {
            scene->geoms[kept] = *geom;
            fade(&scene->geoms[kept++]);
        }
    }
    scene->ngeom = kept;
}

/* ---- cloth -------------------------------------------------------------------------------------------------------- */

static bool cloth_has_moved(const mjModel *m, const mjData *a, const mjData *b, int flex)
{
    const int from = 3 * m->flex_vertadr[flex], to = from + 3 * m->flex_vertnum[flex];
    for (int i = from; i < to; i++) {
        if (fabs(a->flexvert_xpos[i] - b->flexvert_xpos[i]) > 2 * SAME_PLACE_M) {
            return true;
        }
    }
    return false;
}

/* MuJoCo draws a triangle with corners at the origin, at size[0] of x and at size[1] of y of its frame, which need not be
   square. */
static void add_triangle(mjvScene *scene, const mjtNum *a, const mjtNum *b, const mjtNum *c)
{
    mjtNum x[3], y[3], z[3], size[3], mat[9];
    if (scene->ngeom >= scene->maxgeom) {
        return;
    }
    mju_sub3(x, b, a);
    mju_sub3(y, c, a);
    size[0] = mju_normalize3(x);
    size[1] = mju_normalize3(y);
    mju_cross(z, x, y);
    size[2] = mju_normalize3(z);
    for (int i = 0; i < 3; i++) {
        mat[3 * i] = x[i], mat[3 * i + 1] = y[i], mat[3 * i + 2] = z[i];
    }
    const float white[4] = {0.8f, 0.8f, 0.8f, 1};
    mjvGeom *geom = &scene->geoms[scene->ngeom++];
    mjv_initGeom(geom, mjGEOM_TRIANGLE, size, a, mat, white);
    geom->category = mjCAT_DYNAMIC;
    geom->objtype = mjOBJ_UNKNOWN;
    geom->objid = geom->segid = geom->dataid = -1;
    fade(geom);
}

static void add_cloth(stage *first, const mjData *at, const mjData *there)
{
    const mjModel *m = &first->model;
    for (int f = 0; f < m->nflex; f++) {
        if (m->flex_dim[f] != 2 || !cloth_has_moved(m, at, there, f)) {
            continue;
        }
        const mjtNum *vertices = there->flexvert_xpos + 3 * m->flex_vertadr[f];
        const int *element = m->flex_elem + m->flex_elemdataadr[f];
        for (int i = 0; i < m->flex_elemnum[f]; i++, element += 3) {
            add_triangle(&first->scene, vertices + 3 * element[0], vertices + 3 * element[1], vertices + 3 * element[2]);
        }
    }
}

int ghost_add(stage *first, const chore_moment *at, stage *second, const chore_moment *there)
{
    const int before = first->scene.ngeom;
    add_rigid(first, at->data, second, there->data);
    add_cloth(first, at->data, there->data);
    return first->scene.ngeom - before;
}
