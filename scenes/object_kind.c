/* Kinds of objects: a YAML file with what MJCF cannot say (sizes, colours, grasps) beside a fragment of
   primitives. */
#include "scene_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HIDDEN_GROUP 4 /* viewers show the groups 0 to 2 unless told otherwise */

static const char *const categories[] = {"dish", "rubbish", "cutlery", "container", "tool", "food", NULL};
static const char *const symmetries[] = {"ring", "flip", "none", NULL};

static int count(const char *const *names)
{
    int n = 0;
    while (names[n] != NULL) {
        n++;
    }
    return n;
}

static const chore_yaml_node *get(const object_kind *kind, const char *key)
{
    return chore_yaml_find(chore_yaml_root(kind->yaml), key);
}

/* ---- loading ------------------------------------------------------------------------------------------- */

static chore_status one_of(const chore_yaml_node *node, const char *what, const char *const *names, char *out,
                           size_t cap, chore_error *err)
{
    const char *text = NULL;
    TRY(chore_yaml_string(node, &text, err));
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            chore_copy(out, cap, text);
            return CHORE_OK;
        }
    }
    return chore_yaml_fail_unknown(node, what, text, names, count(names), err);
}

chore_status chore_kind_positive(const chore_yaml_node *node, chore_unit unit, double *out, chore_error *err)
{
    double value = 0;
    TRY(chore_yaml_quantity(node, unit, &value, err));
    if (value <= 0) {
        return chore_yaml_fail(node, err, "must be above zero");
    }
    *out = value;
    return CHORE_OK;
}

/* A map of variants with names, at least one. */
chore_status chore_kind_check_variants(const chore_yaml_node *map, const char *what, chore_error *err)
{
    char name[CHORE_NAME_CAP];
    TRY(chore_yaml_expect(map, CHORE_YAML_MAP, what, err));
    if (chore_yaml_size(map) == 0) {
        return chore_yaml_fail(map, err, "%s needs at least one entry", what);
    }
    for (int i = 0; i < chore_yaml_size(map); i++) {
        TRY(chore_yaml_identifier(chore_yaml_key_node(map, i), name, err));
    }
    return CHORE_OK;
}

static chore_status read_sizes(object_kind *kind, const chore_yaml_node *sizes, chore_error *err)
{
    static const char *const keys[] = {"scale", "mass", NULL};
    TRY(chore_kind_check_variants(sizes, "sizes", err));
    for (int i = 0; i < chore_yaml_size(sizes); i++) {
        const chore_yaml_node *size = chore_yaml_value(sizes, i);
        double scale = 0, mass = 0;
        TRY(chore_yaml_check_keys(size, "a size", keys, keys, err));
        TRY(chore_kind_positive(chore_yaml_find(size, "scale"), CHORE_UNIT_NONE, &scale, err));
        TRY(chore_kind_positive(chore_yaml_find(size, "mass"), CHORE_UNIT_MASS, &mass, err));
        kind->largest_m = fmax(kind->largest_m, scale * kind->footprint_m);
    }
    return CHORE_OK;
}

chore_status chore_kind_check_colour(const chore_yaml_node *node, chore_error *err)
{
    double rgb[3];
    TRY(chore_yaml_vector(node, CHORE_UNIT_NONE, 3, rgb, err));
    for (int c = 0; c < 3; c++) {
        if (rgb[c] < 0 || rgb[c] > 1) {
            return chore_yaml_fail(node, err, "a colour is [red, green, blue] from 0 to 1");
        }
    }
    return CHORE_OK;
}

static chore_status check_colours(const chore_yaml_node *colours, chore_error *err)
{
    TRY(chore_kind_check_variants(colours, "colours", err));
    for (int i = 0; i < chore_yaml_size(colours); i++) {
        TRY(chore_kind_check_colour(chore_yaml_value(colours, i), err));
    }
    return CHORE_OK;
}

chore_status chore_kind_check_grasps(const chore_yaml_node *grasps, chore_error *err)
{
    static const char *const keys[] = {"name", "site", "symmetry", "width", NULL};
    TRY(chore_yaml_expect(grasps, CHORE_YAML_LIST, "grasps", err));
    if (chore_yaml_size(grasps) > CHORE_MAX_GRASPS) {
        return chore_yaml_fail(grasps, err, "more than %d grasps", CHORE_MAX_GRASPS);
    }
    for (int i = 0; i < chore_yaml_size(grasps); i++) {
        const chore_yaml_node *grasp = chore_yaml_item(grasps, i);
        char name[CHORE_NAME_CAP];
        double width;
        TRY(chore_yaml_check_keys(grasp, "a grasp", keys, keys, err));
        TRY(chore_yaml_identifier(chore_yaml_find(grasp, "name"), name, err));
        TRY(one_of(chore_yaml_find(grasp, "symmetry"), "symmetry", symmetries, name, sizeof name, err));
        TRY(chore_kind_positive(chore_yaml_find(grasp, "width"), CHORE_UNIT_LENGTH, &width, err));
    }
    return CHORE_OK;
}

static chore_status read_yaml(object_kind *kind, chore_error *err)
{
    static const char *const known[] = {"name",   "version", "mjcf",    "category", "material", "footprint",
                                        "height", "sizes",   "colours", "grasps",   "poses",
                                        "lid",    "walls",   "tucks",   NULL};
    static const char *const required[] = {"name",      "version", "mjcf",  "category", "material",
                                           "footprint", "height",  "sizes", "colours",  NULL};
    int64_t version;
    char name[CHORE_NAME_CAP];
    TRY(chore_yaml_check_keys(chore_yaml_root(kind->yaml), "an object", known, required, err));
    TRY(chore_yaml_identifier(get(kind, "name"), name, err));
    if (strcmp(name, kind->name) != 0) {
        return chore_yaml_fail(get(kind, "name"), err, "the name must be that of the folder, '%s'",
                               kind->name);
    }
    TRY(chore_yaml_int(get(kind, "version"), 1, 1000000, &version, err));
    TRY(one_of(get(kind, "category"), "category", categories, kind->category, CHORE_NAME_CAP, err));
    TRY(chore_yaml_identifier(get(kind, "material"), kind->material, err));
    TRY(chore_kind_positive(get(kind, "footprint"), CHORE_UNIT_LENGTH, &kind->footprint_m, err));
    TRY(chore_kind_positive(get(kind, "height"), CHORE_UNIT_LENGTH, &kind->height_m, err));
    TRY(read_sizes(kind, get(kind, "sizes"), err));
    TRY(check_colours(get(kind, "colours"), err));
    return get(kind, "grasps") != NULL ? chore_kind_check_grasps(get(kind, "grasps"), err) : CHORE_OK;
}

/* Bounding rectangle of all geoms about the z axis of `body`, from their boxes as the parts stand now.
   */
static object_extent measure_extent(const mjModel *m, mjData *d, int body)
{
    double lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL};
    mj_kinematics(m, d);
    for (int g = 0; g < m->ngeom; g++) {
        const double *R = d->geom_xmat + 9 * g, *box = m->geom_aabb + 6 * g;
        for (int k = 0; k < 2; k++) {
            double centre = d->geom_xpos[3 * g + k] - d->xpos[3 * body + k] + mju_dot3(R + 3 * k, box);
            double half = fabs(R[3 * k]) * box[3] + fabs(R[3 * k + 1]) * box[4] + fabs(R[3 * k + 2]) * box[5];
            lo[k] = fmin(lo[k], centre - half);
            hi[k] = fmax(hi[k], centre + half);
        }
    }
    return (object_extent){.centre = {(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2},
                           .half = {(hi[0] - lo[0]) / 2, (hi[1] - lo[1]) / 2}};
}

/* What the composer counts on: one body "object" without a joint, a material "body", some mass. */
static chore_status check_fragment(object_kind *kind, const char *path, const mjModel *m, chore_error *err)
{
    int body = mj_name2id(m, mjOBJ_BODY, "object");
    if (body < 0 || m->body_parentid[body] != 0) {
        return chore_fail_at(err, CHORE_E_FILE, path, 0, 0, "an object needs one top body named 'object'");
    }
    for (int b = 1; b < m->nbody; b++) {
        if (m->body_parentid[b] == 0 && b != body) {
            return chore_fail_at(err, CHORE_E_FILE, path, 0, 0, "an object has one top body; remove '%s'",
                                 mj_id2name(m, mjOBJ_BODY, b) != NULL ? mj_id2name(m, mjOBJ_BODY, b)
                                                                      : "the second one");
        }
    }
    if (m->body_jntnum[body] > 0) {
        return chore_fail_at(err, CHORE_E_FILE, path, 0, 0,
                             "the body 'object' must have no joint: the composer adds the free joint");
    }
    for (int g = 0; g < m->ngeom; g++) {
        if (m->geom_bodyid[g] == 0) {
            return chore_fail_at(err, CHORE_E_FILE, path, 0, 0,
                                 "all geoms of an object belong in the body 'object'");
        }
    }
    if (mj_name2id(m, mjOBJ_MATERIAL, "body") < 0) {
        return chore_fail_at(err, CHORE_E_FILE, path, 0, 0,
                             "an object needs a material 'body', the one that takes the colour");
    }
    if (m->body_subtreemass[body] <= 0) {
        return chore_fail_at(err, CHORE_E_FILE, path, 0, 0, "the object has no mass");
    }
    kind->mass_kg = m->body_subtreemass[body];
    TRY(chore_parts_check(kind, path, m, err));
    return chore_walls_check(kind, m, err);
}

chore_status chore_kind_load(object_kind *kind, const char *name, chore_hash *sources, chore_error *err)
{
    char path[CHORE_PATH_CAP], mjcf[CHORE_PATH_CAP], leaf[2 * CHORE_NAME_CAP];
    const char *file = NULL;
    chore_copy(kind->name, sizeof kind->name, name);
    snprintf(leaf, sizeof leaf, "%.64s/object.yaml", name);
    TRY(chore_source_find(path, "scenes/assets/objects", name, leaf, "object kind", err));
    TRY(chore_source_yaml(path, sources, &kind->yaml, err));
    kind->is_garment = get(kind, "garment") != NULL;
    if (kind->is_garment) {
        return chore_garment_kind_read(kind, err);
    }
    TRY(read_yaml(kind, err));
    TRY(chore_yaml_string(get(kind, "mjcf"), &file, err));
    TRY(chore_source_beside(mjcf, path, file, err));
    TRY(chore_source_mjcf(mjcf, sources, &kind->spec, err));
    mjModel *model;
    TRY(chore_source_compile(mjcf, kind->spec, &model, err));
    chore_status status = check_fragment(kind, mjcf, model, err);
    mjData *data = status == CHORE_OK ? mj_makeData(model) : NULL;
    if (data != NULL) {
        chore_parts_stand(kind, model, data);
        kind->extent = measure_extent(model, data, mj_name2id(model, mjOBJ_BODY, "object"));
        mj_deleteData(data);
    }
    mj_deleteModel(model);
    return status;
}

void chore_kind_release(object_kind *kind)
{
    if (kind->spec != NULL) {
        mj_deleteSpec(kind->spec);
    }
    chore_yaml_free(kind->yaml);
}

/* ---- one object of the kind ---------------------------------------------------------------------------- */

chore_status chore_kind_variant(const object_kind *kind, const char *key, const char *what,
                                const char *wanted, char name[CHORE_NAME_CAP], const chore_yaml_node **out,
                                chore_error *err)
{
    const chore_yaml_node *map = get(kind, key);
    const char *names[64];
    int n = chore_yaml_size(map) < 64 ? chore_yaml_size(map) : 64;
    for (int i = 0; i < n; i++) {
        names[i] = chore_yaml_key(map, i);
        if (wanted[0] == '\0' || strcmp(names[i], wanted) == 0) {
            chore_copy(name, CHORE_NAME_CAP, names[i]);
            *out = chore_yaml_value(map, i);
            return CHORE_OK;
        }
    }
    int nearest = chore_nearest(wanted, names, n);
    return nearest >= 0 ? chore_fail(err, CHORE_E_NOT_FOUND, "no %s '%.64s' of '%s'; did you mean '%s'?",
                                     what, wanted, kind->name, names[nearest])
                        : chore_fail(err, CHORE_E_NOT_FOUND, "no %s '%.64s' of '%s'; its first is '%s'", what,
                                     wanted, kind->name, names[0]);
}

/* Sites mean something to tasks; they are no part of the picture. */
static void hide_sites(mjSpec *spec)
{
    for (mjsElement *at = mjs_firstElement(spec, mjOBJ_SITE); at != NULL; at = mjs_nextElement(spec, at)) {
        mjs_asSite(at)->group = HIDDEN_GROUP;
    }
}

static void colour_body(mjSpec *spec, const chore_yaml_node *colour)
{
    double rgb[3];
    mjsMaterial *material = mjs_asMaterial(mjs_findElement(spec, mjOBJ_MATERIAL, "body"));
    CHORE_ASSERT(material != NULL && chore_yaml_vector(colour, CHORE_UNIT_NONE, 3, rgb, NULL) == CHORE_OK);
    for (int i = 0; i < 3; i++) {
        material->rgba[i] = (float)rgb[i];
    }
}

chore_status chore_kind_paint(const object_kind *kind, mjSpec *copy, const char *colour, chore_error *err)
{
    const chore_yaml_node *rgb;
    char name[CHORE_NAME_CAP];
    TRY(chore_kind_variant(kind, "colours", "colour", colour, name, &rgb, err));
    colour_body(copy, rgb);
    hide_sites(copy);
    return CHORE_OK;
}

mjsFrame *chore_kind_frame(mjSpec *scene, const double pos[3], double scale, double massscale)
{
    mjsFrame *frame = mjs_addFrame(mjs_findBody(scene, "world"), NULL);
    mju_copy3(frame->pos, pos);
    frame->scale[0] = frame->scale[1] = frame->scale[2] = scale;
    frame->scaling = mjSCALING_GEOMETRY;
    frame->massscale = massscale;
    return frame;
}

static void fill_object(const object_kind *kind, const chore_object_def *def, double scale,
                        chore_object *object, object_extent *extent)
{
    chore_copy(object->id, CHORE_NAME_CAP, def->id);
    chore_copy(object->kind, CHORE_NAME_CAP, kind->name);
    chore_copy(object->category, CHORE_NAME_CAP, kind->category);
    chore_copy(object->material, CHORE_NAME_CAP, kind->material);
    object->breakable = object->shard_of = -1;
    object->footprint_m = kind->footprint_m * scale;
    object->height_m = kind->height_m * scale;
    for (int k = 0; k < 2; k++) {
        extent->centre[k] = kind->extent.centre[k] * scale;
        extent->half[k] = kind->extent.half[k] * scale;
    }
}

chore_status chore_kind_attach(const object_kind *kind, const chore_object_def *def, const double pos[3],
                               mjSpec *scene, chore_object *object, object_extent *extent, chore_error *err)
{
    const chore_yaml_node *size, *colour;
    TRY(chore_kind_variant(kind, "sizes", "size", def->size, object->size, &size, err));
    TRY(chore_kind_variant(kind, "colours", "colour", def->colour, object->colour, &colour, err));
    double scale = 1, mass = 0;
    CHORE_ASSERT(
        chore_yaml_quantity(chore_yaml_find(size, "scale"), CHORE_UNIT_NONE, &scale, NULL) == CHORE_OK &&
        chore_yaml_quantity(chore_yaml_find(size, "mass"), CHORE_UNIT_MASS, &mass, NULL) == CHORE_OK);
    fill_object(kind, def, scale, object, extent);
    object->mass_kg = mass;

    mjSpec *copy = mj_copySpec(kind->spec);
    if (copy == NULL) {
        return chore_fail(err, CHORE_E_SIM, "MuJoCo cannot copy the object kind '%s'", kind->name);
    }
    colour_body(copy, colour);
    hide_sites(copy);
    char prefix[CHORE_NAME_CAP + 1], name[2 * CHORE_NAME_CAP];
    snprintf(prefix, sizeof prefix, "%s/", def->id);
    snprintf(name, sizeof name, "%sobject", prefix);
    mjsFrame *frame = chore_kind_frame(scene, pos, scale, mass / kind->mass_kg);
    bool attached = mjs_attach(frame->element, copy->element, prefix, "") != NULL;
    mjsBody *body = attached ? mjs_findBody(scene, name) : NULL;
    mj_deleteSpec(copy); /* the scene keeps what it attached */
    if (body == NULL) {
        return chore_fail(err, CHORE_E_SIM, "MuJoCo cannot add the object '%s': %s", def->id,
                          mjs_getError(scene));
    }
    body->sleep = mjSLEEP_INIT;
    mjs_setName(mjs_addFreeJoint(body)->element, def->id);
    return CHORE_OK;
}

static void bind_sites(const mjModel *m, chore_object *object)
{
    size_t prefix = strlen(object->id) + 1;
    for (int s = 0; s < m->nsite && object->n_sites < CHORE_MAX_SITES; s++) {
        const char *name = mj_id2name(m, mjOBJ_SITE, s);
        if (m->site_bodyid[s] != object->body || name == NULL || strlen(name) <= prefix) {
            continue;
        }
        chore_site *site = &object->sites[object->n_sites++];
        chore_copy(site->name, CHORE_NAME_CAP, name + prefix);
        site->is_box = m->site_type[s] == mjGEOM_BOX;
        mju_copy3(site->pos, m->site_pos + 3 * s);
        mju_copy4(site->quat, m->site_quat + 4 * s);
        mju_copy3(site->size, m->site_size + 3 * s);
    }
}

static chore_status bind_grasp(const chore_yaml_node *node, double scale, const chore_object *object,
                               chore_grasp *grasp, chore_error *err)
{
    const char *site = NULL;
    const chore_yaml_node *at = chore_yaml_find(node, "site");
    TRY(chore_yaml_string(at, &site, err));
    const char *names[CHORE_MAX_SITES];
    for (int i = 0; i < object->n_sites; i++) {
        names[i] = object->sites[i].name;
    }
    const chore_site *found = chore_object_site(object, site);
    if (found == NULL) {
        return chore_yaml_fail_unknown(at, "site", site, names, object->n_sites, err);
    }
    CHORE_ASSERT(chore_yaml_identifier(chore_yaml_find(node, "name"), grasp->name, NULL) == CHORE_OK &&
                 chore_yaml_quantity(chore_yaml_find(node, "width"), CHORE_UNIT_LENGTH, &grasp->width_m,
                                     NULL) == CHORE_OK &&
                 one_of(chore_yaml_find(node, "symmetry"), "symmetry", symmetries, grasp->symmetry,
                        sizeof grasp->symmetry, NULL) == CHORE_OK);
    grasp->site = (int)(found - object->sites);
    grasp->width_m *= scale;
    return CHORE_OK;
}

chore_status chore_kind_bind_body(const mjModel *m, const chore_yaml_node *grasps, double scale,
                                  chore_object *object, chore_error *err)
{
    int joint = mj_name2id(m, mjOBJ_JOINT, object->id);
    CHORE_ASSERT(joint >= 0);
    object->body = m->jnt_bodyid[joint];
    object->qpos_adr = m->jnt_qposadr[joint];
    object->dof_adr = m->jnt_dofadr[joint];
    if (fabs(m->body_subtreemass[object->body] - object->mass_kg) > 1e-9) {
        return chore_fail(err, CHORE_E_SIM,
                          "'%s' weighs %g kg instead of %g kg after composing: an inertial with fixed mass?",
                          object->id, m->body_subtreemass[object->body], object->mass_kg);
    }
    bind_sites(m, object);
    for (int i = 0; grasps != NULL && i < chore_yaml_size(grasps); i++) {
        TRY(bind_grasp(chore_yaml_item(grasps, i), scale, object, &object->grasps[object->n_grasps++], err));
    }
    return CHORE_OK;
}

chore_status chore_kind_bind(const object_kind *kind, const mjModel *m, chore_object *object,
                             chore_error *err)
{
    TRY(chore_kind_bind_body(m, get(kind, "grasps"), object->footprint_m / kind->footprint_m, object, err));
    chore_parts_bind(kind, m, object);
    chore_walls_bind(kind, m, object);
    return CHORE_OK;
}
