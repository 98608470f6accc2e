/* A garment in MuJoCo: one body with three slide joints per vertex, an elastic flex through them that makes
   it cloth, and two hidden spheres on each vertex that collide instead of the flex: a small one with the
   world (table, hands, dishes) and a larger one with cloth only, so that layers lie on layers. */
#include "scene_internal.h"

#include <stdio.h>
#include <stdlib.h>

/* Bending as of cotton jersey at this mass per area (bending length about 2 cm); stretching much softer than
   real cloth, which a mesh of 4 cm at 3 ms can hold. Measured: garments.md. */
#define YOUNG     7.5e3
#define POISSON   0.2
#define THICKNESS 4e-3
#define DAMPING   0.01

#define FRICTION    0.7
#define DRAWN_HALF  0.004 /* half of what is drawn as the sheet's thickness */
#define INERTIA_ARM 0.005 /* of a vertex body: it never turns */
#define HIDDEN      3     /* group of what only collides */

/* Contact bits. Rigid things have 1 and 1, the default. */
enum { RIGID = 1, SHEET = 2, LAYER = 4 };

static void vertex_name(char out[2 * CHORE_NAME_CAP], const chore_garment *garment, int vertex)
{
    snprintf(out, 2 * CHORE_NAME_CAP, "%s/v%d", garment->id, vertex);
}

static void add_sphere(mjsBody *body, double radius, int contype, int conaffinity)
{
    mjsGeom *geom = mjs_addGeom(body, NULL);
    geom->type = mjGEOM_SPHERE;
    geom->size[0] = radius;
    geom->density = 0;
    geom->contype = contype;
    geom->conaffinity = conaffinity;
    geom->condim = 3;
    geom->friction[0] = FRICTION;
    geom->solref[0] = 0.01;
    geom->solref[1] = 1;
    geom->group = HIDDEN;
}

static void add_vertex(const chore_garment *garment, int vertex, const double pos[2], double mass,
                       mjsBody *world)
{
    char name[2 * CHORE_NAME_CAP];
    mjsBody *body = mjs_addBody(world, NULL);
    vertex_name(name, garment, vertex);
    mjs_setName(body->element, name);
    body->pos[0] = pos[0] + garment->rest[vertex][0];
    body->pos[1] = pos[1] + garment->rest[vertex][1];
    body->pos[2] = garment->radius_m;
    body->mass = mass;
    body->explicitinertial = true;
    body->sleep = mjSLEEP_INIT;
    for (int k = 0; k < 3; k++) {
        mjsJoint *joint = mjs_addJoint(body, NULL);
        joint->type = mjJNT_SLIDE;
        mju_zero3(joint->axis);
        joint->axis[k] = 1;
        body->inertia[k] = mass * INERTIA_ARM * INERTIA_ARM;
    }
    add_sphere(body, garment->radius_m, SHEET, RIGID);
    add_sphere(body, garment->layer_m / 2, LAYER, LAYER);
}

/* Uniform cloth: a vertex weighs what its share of the area does. */
static chore_status add_vertices(const garment_mesh *mesh, const chore_garment *garment, const double pos[2],
                                 mjSpec *scene, chore_error *err)
{
    mjsBody *world = mjs_findBody(scene, "world");
    double *share = malloc((size_t)mesh->n_vertices * sizeof *share);
    if (share == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a garment");
    }
    chore_garment_mesh_shares(mesh, share);
    for (int v = 0; v < mesh->n_vertices; v++) {
        add_vertex(garment, v, pos, garment->mass_kg * share[v] / mesh->area, world);
    }
    free(share);
    return CHORE_OK;
}

static chore_status add_material(const garment_mesh *mesh, const garment_look *look, const char *name,
                                 mjSpec *scene, chore_error *err)
{
    const int bytes = GARMENT_TEXELS * GARMENT_TEXELS * 3;
    unsigned char *rgb = malloc((size_t)bytes);
    if (rgb == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a garment");
    }
    chore_garment_paint(mesh, look, rgb);
    mjsTexture *texture = mjs_addTexture(scene, NULL);
    mjs_setName(texture->element, name);
    texture->type = mjTEXTURE_2D;
    texture->width = texture->height = GARMENT_TEXELS;
    texture->nchannel = 3;
    mjs_setBuffer(texture->data, rgb, bytes);
    free(rgb);
    mjsMaterial *material = mjs_addMaterial(scene, NULL);
    mjs_setName(material->element, name);
    mjs_setInStringVec(material->textures, mjTEXROLE_RGB, name);
    material->specular = 0;
    material->shininess = 0;
    return CHORE_OK;
}

static chore_status add_sheet(const garment_mesh *mesh, const chore_garment *garment, const char *material,
                              mjSpec *scene, chore_error *err)
{
    float *uv = malloc((size_t)mesh->n_vertices * 2 * sizeof *uv);
    if (uv == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a garment");
    }
    mjsFlex *flex = mjs_addFlex(scene);
    mjs_setName(flex->element, garment->id);
    flex->dim = 2;
    flex->radius = DRAWN_HALF;
    flex->contype = flex->conaffinity = 0;
    flex->selfcollide = mjFLEXSELF_NONE;
    flex->young = YOUNG;
    flex->poisson = POISSON;
    flex->thickness = THICKNESS;
    flex->damping = DAMPING;
    flex->elastic2d = 3; /* bending and stretching */
    for (int v = 0; v < mesh->n_vertices; v++) {
        char name[2 * CHORE_NAME_CAP];
        vertex_name(name, garment, v);
        mjs_appendString(flex->vertbody, name);
        uv[2 * v] = (float)(0.5 + 0.5 * mesh->rest[v][0] / mesh->half[0]);
        uv[2 * v + 1] = (float)(0.5 - 0.5 * mesh->rest[v][1] / mesh->half[1]);
    }
    mjs_setFloat(flex->texcoord, uv, 2 * mesh->n_vertices);
    mjs_setInt(flex->elem, mesh->triangles[0], 3 * mesh->n_triangles);
    mjs_setStringVec(flex->material, material);
    free(uv);
    return CHORE_OK;
}

chore_status chore_garment_add(const garment_mesh *mesh, const chore_garment *garment,
                               const garment_look *look, const double pos[2], mjSpec *scene, chore_error *err)
{
    char name[2 * CHORE_NAME_CAP];
    snprintf(name, sizeof name, "%s/cloth", garment->id);
    TRY(add_vertices(mesh, garment, pos, scene, err));
    TRY(add_material(mesh, look, name, scene, err));
    return add_sheet(mesh, garment, name, scene, err);
}

void chore_garment_bind(const mjModel *model, const garment_mesh *mesh, chore_garment *garment)
{
    garment->flex = mj_name2id(model, mjOBJ_FLEX, garment->id);
    CHORE_ASSERT(garment->flex >= 0 && model->flex_vertnum[garment->flex] == mesh->n_vertices &&
                 model->flex_elemnum[garment->flex] == mesh->n_triangles);
    const int *bodies = model->flex_vertbodyid + model->flex_vertadr[garment->flex];
    garment->first_body = bodies[0];
    garment->qpos_adr = model->jnt_qposadr[model->body_jntadr[bodies[0]]];
    garment->dof_adr = model->body_dofadr[bodies[0]];
    for (int v = 0; v < mesh->n_vertices; v++) {
        CHORE_ASSERT(bodies[v] == bodies[0] + v &&
                     model->body_dofadr[bodies[v]] == garment->dof_adr + 3 * v &&
                     model->jnt_qposadr[model->body_jntadr[bodies[v]]] == garment->qpos_adr + 3 * v);
    }
}
