/* Kinds that hold liquids or soak them up. Beside object.yaml lies liquid.yaml, which is read only in scenes with liquids: others stay
   what they were. And what shows liquids: patches of puddles, and a level in each vessel. */
#include "scene_internal.h"

#include <chore/files.h>
#include <stdio.h>
#include <string.h>

static const float COFFEE[4] = {.20f, .10f, .045f, .93f};
static const double HIDDEN[3] = {0, 0, -1};               /* below the floor */
static const double PATCH_HALF[3] = {.0185, .0185, .004}; /* sim/puddle.c sinks it in */
static const double SHUT_RAD = .15;                       /* a lid that stands up further is open */
static const double JET_HALF[3] = {.0022, .035, 0};
static const double LEVEL_HALF = .0004, LEVEL_SHARE = .95; /* of the vessel's radius */

/* ---- reading ----------------------------------------------------------------------------------------- */

static chore_status read_vessel(const chore_yaml_node *node, double scale,
                                const chore_object *object, chore_vessel *vessel, chore_error *err)
{
    static const char *const keys[] = {"floor", "radius", "depth", NULL};
    TRY(chore_yaml_check_keys(node, "vessel", keys, keys, err));
    TRY(chore_kind_positive(chore_yaml_find(node, "floor"), CHORE_UNIT_LENGTH, &vessel->pos[2],
                            err));
    TRY(chore_kind_positive(chore_yaml_find(node, "radius"), CHORE_UNIT_LENGTH, &vessel->radius_m,
                            err));
    TRY(chore_kind_positive(chore_yaml_find(node, "depth"), CHORE_UNIT_LENGTH, &vessel->depth_m,
                            err));
    vessel->pos[2] *= scale;
    vessel->radius_m *= scale;
    vessel->depth_m *= scale;
    const double most = mjPI * vessel->radius_m * vessel->radius_m * vessel->depth_m;
    return vessel->fill_m3 <= most
               ? CHORE_OK
               : chore_fail(err, CHORE_E_USAGE,
                            "'%s' cannot hold %.0f ml: %.0f ml fill it to the brim", object->id,
                            vessel->fill_m3 * 1e6, most * 1e6);
}

static chore_status read_wiper(const chore_yaml_node *node, double scale, chore_wiper *wiper,
                               chore_error *err)
{
    static const char *const keys[] = {"middle", "half", "takes_up", NULL};
    const chore_yaml_node *half = chore_yaml_find(node, "half");
    TRY(chore_yaml_check_keys(node, "wiper", keys, keys, err));
    TRY(chore_kind_positive(chore_yaml_find(node, "middle"), CHORE_UNIT_LENGTH, &wiper->pos[2],
                            err));
    TRY(chore_yaml_vector(half, CHORE_UNIT_LENGTH, 3, wiper->half, err));
    TRY(chore_kind_positive(chore_yaml_find(node, "takes_up"), CHORE_UNIT_VOLUME,
                            &wiper->capacity_m3, err));
    wiper->pos[2] *= scale;
    wiper->capacity_m3 *= scale * scale * scale;
    for (int k = 0; k < 3; k++) {
        wiper->half[k] *= scale;
        if (!(wiper->half[k] > 0)) {
            return chore_yaml_fail(half, err, "expected half extents above zero");
        }
    }
    return CHORE_OK;
}

/* What the file names is looked up when the scene is compiled. */
static chore_status read_brewer(const chore_yaml_node *node, chore_brewer *brewer,
                                brewer_names *names, chore_error *err)
{
    static const char *const keys[] = {"spout", "lid", "button", "pressed", "flow", "tray", NULL};
    TRY(chore_yaml_check_keys(node, "brewer", keys, keys, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "spout"), names->spout, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "lid"), names->lid, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "button"), names->button, err));
    TRY(chore_kind_positive(chore_yaml_find(node, "pressed"), CHORE_UNIT_LENGTH, &brewer->pressed_m,
                            err));
    TRY(chore_kind_positive(chore_yaml_find(node, "flow"), CHORE_UNIT_VOLUME, &brewer->flow_m3ps,
                            err));
    return chore_kind_positive(chore_yaml_find(node, "tray"), CHORE_UNIT_VOLUME, &brewer->tray_m3,
                               err);
}

static chore_status read_pod(const chore_yaml_node *node, double scale, chore_pod *pod,
                             chore_error *err)
{
    static const char *const keys[] = {"gives", NULL};
    TRY(chore_yaml_check_keys(node, "pod", keys, keys, err));
    TRY(chore_kind_positive(chore_yaml_find(node, "gives"), CHORE_UNIT_VOLUME, &pod->gives_m3,
                            err));
    pod->gives_m3 *= scale * scale * scale;
    return CHORE_OK;
}

/* The kind's liquid.yaml; *out is NULL if there is none. */
static chore_status load(const char *kind, chore_hash *sources, chore_yaml **out, chore_error *err)
{
    static const char *const known[] = {"version", "vessel", "wiper", "brewer", "pod", NULL},
                             *const required[] = {"version", NULL};
    char dir[CHORE_PATH_CAP], path[CHORE_PATH_CAP], leaf[2 * CHORE_NAME_CAP];
    int64_t version;
    *out = NULL;
    snprintf(leaf, sizeof leaf, "%.64s/liquid.yaml", kind);
    TRY(chore_path_join(dir, chore_data_dir(), "scenes/assets/objects", err));
    TRY(chore_path_join(path, dir, leaf, err));
    if (!chore_file_exists(path)) {
        return CHORE_OK;
    }
    TRY(chore_source_yaml(path, sources, out, err));
    TRY(chore_yaml_check_keys(chore_yaml_root(*out), "what liquids mean to it", known, required,
                              err));
    return chore_yaml_int(chore_yaml_find(chore_yaml_root(*out), "version"), 1, 1000000, &version,
                          err);
}

static chore_status read_parts(const chore_yaml_node *root, double scale, double fill_m3,
                               scene_liquid *all, chore_object *object, chore_error *err)
{
    chore_liquid *liquid = &all->model;
    const chore_yaml_node *vessel = root ? chore_yaml_find(root, "vessel") : NULL,
                          *wiper = root ? chore_yaml_find(root, "wiper") : NULL,
                          *brewer = root ? chore_yaml_find(root, "brewer") : NULL,
                          *pod = root ? chore_yaml_find(root, "pod") : NULL;
    if (fill_m3 > 0 && vessel == NULL) {
        return chore_fail(
            err, CHORE_E_USAGE,
            "'%s' cannot hold liquids: its kind '%s' has no liquid.yaml with a vessel", object->id,
            object->kind);
    }
    if ((vessel && liquid->n_vessels == CHORE_MAX_VESSELS) ||
        (wiper && liquid->n_wipers == CHORE_MAX_WIPERS) ||
        (brewer && liquid->n_brewers == CHORE_MAX_BREWERS) ||
        (pod && liquid->n_pods == CHORE_MAX_PODS)) {
        return chore_fail(
            err, CHORE_E_USAGE,
            "at most %d vessels, %d sponges, %d coffee machines and %d pods in a scene with liquids",
            CHORE_MAX_VESSELS, CHORE_MAX_WIPERS, CHORE_MAX_BREWERS, CHORE_MAX_PODS);
    }
    if (vessel) {
        chore_vessel *v = &liquid->vessels[liquid->n_vessels++];
        v->fill_m3 = fill_m3;
        object->vessel = liquid->n_vessels;
        TRY(read_vessel(vessel, scale, object, v, err));
    }
    if (wiper) {
        chore_wiper *w = &liquid->wipers[liquid->n_wipers++];
        object->wiper = liquid->n_wipers;
        TRY(read_wiper(wiper, scale, w, err));
    }
    if (brewer) {
        TRY(read_brewer(brewer, &liquid->brewers[liquid->n_brewers], &all->names[liquid->n_brewers],
                        err));
        object->brewer = ++liquid->n_brewers;
    }
    if (pod) {
        TRY(read_pod(pod, scale, &liquid->pods[liquid->n_pods], err));
        object->pod = ++liquid->n_pods;
    }
    return CHORE_OK;
}

chore_status chore_liquid_read(const object_kind *kind, double fill_m3, chore_hash *sources,
                               scene_liquid *liquid, chore_object *object, chore_error *err)
{
    chore_yaml *yaml;
    chore_status status = load(kind->name, sources, &yaml, err);
    if (status == CHORE_OK) {
        status = read_parts(yaml ? chore_yaml_root(yaml) : NULL,
                            object->footprint_m / kind->footprint_m, fill_m3, liquid, object, err);
    }
    chore_yaml_free(yaml);
    return status;
}

/* ---- showing ------------------------------------------------------------------------------------------- */

static chore_status add_shape(mjSpec *scene, const char *name, mjtGeom type, const double size[3],
                              chore_error *err)
{
    mjsBody *body = mjs_addBody(mjs_findBody(scene, "world"), NULL);
    mjsGeom *geom = body ? mjs_addGeom(body, NULL) : NULL;
    if (geom == NULL || mjs_setName(body->element, name) != 0) {
        return chore_fail(err, CHORE_E_SIM, "MuJoCo cannot add '%s'", name);
    }
    body->mocap = 1;
    mju_copy3(body->pos, HIDDEN);
    geom->type = type;
    mju_copy3(geom->size, size);
    geom->contype = geom->conaffinity = 0;
    geom->mass = 0;
    geom->group = 2;
    memcpy(geom->rgba, COFFEE, sizeof COFFEE);
    return CHORE_OK;
}

static void patch_name(char *out, size_t cap, int index)
{
    snprintf(out, cap, "puddle/%d", index);
}

static void level_name(char *out, size_t cap, int index)
{
    snprintf(out, cap, "level/%d", index);
}

static void jet_name(char *out, size_t cap, int index)
{
    snprintf(out, cap, "jet/%d", index);
}

chore_status chore_liquid_add(mjSpec *scene, scene_liquid *all, chore_error *err)
{
    char name[CHORE_NAME_CAP];
    chore_liquid *liquid = &all->model;
    liquid->n_patches = CHORE_MAX_PATCHES;
    for (int i = 0; i < liquid->n_patches; i++) {
        patch_name(name, sizeof name, i);
        TRY(add_shape(scene, name, mjGEOM_ELLIPSOID, PATCH_HALF, err));
    }
    for (int i = 0; i < liquid->n_vessels; i++) {
        const double size[3] = {LEVEL_SHARE * liquid->vessels[i].radius_m, LEVEL_HALF, 0};
        level_name(name, sizeof name, i);
        TRY(add_shape(scene, name, mjGEOM_CYLINDER, size, err));
    }
    for (int i = 0; i < liquid->n_brewers; i++) {
        jet_name(name, sizeof name, i);
        TRY(add_shape(scene, name, mjGEOM_CYLINDER, JET_HALF, err));
    }
    return CHORE_OK;
}

static int mocap_of(const mjModel *m, const char *name)
{
    const int body = mj_name2id(m, mjOBJ_BODY, name);
    CHORE_ASSERT(body >= 0 && m->body_mocapid[body] >= 0);
    return m->body_mocapid[body];
}

/* The chamber is the machine's cavity. */
static chore_status bind_brewer(const chore_object *o, const brewer_names *names,
                                chore_brewer *brewer, chore_error *err)
{
    const chore_site *cavity = chore_object_site(o, "cavity"),
                     *spout = chore_object_site(o, names->spout);
    brewer->body = o->body;
    brewer->lid_joint = brewer->button_joint = -1;
    brewer->shut_rad = SHUT_RAD;
    for (int i = 0; i < o->n_parts; i++) {
        brewer->lid_joint =
            strcmp(o->parts[i].name, names->lid) == 0 ? o->parts[i].joint : brewer->lid_joint;
        brewer->button_joint =
            strcmp(o->parts[i].name, names->button) == 0 ? o->parts[i].joint : brewer->button_joint;
    }
    if (cavity == NULL || spout == NULL || brewer->lid_joint < 0 || brewer->button_joint < 0) {
        return chore_fail(
            err, CHORE_E_FILE,
            "the kind '%s' brews: it needs a site 'cavity' for the pod, its spout as a site, and joints for lid and button, as its liquid.yaml names them",
            o->kind);
    }
    mju_copy3(brewer->chamber, cavity->pos);
    mju_copy3(brewer->half, cavity->size);
    mju_copy3(brewer->spout, spout->pos);
    return CHORE_OK;
}

chore_status chore_liquid_bind(chore_scene *scene, chore_error *err)
{
    char name[CHORE_NAME_CAP];
    chore_liquid *liquid = &scene->liquid.model;
    for (int i = 0; i < scene->n_objects; i++) {
        const chore_object *o = &scene->objects[i];
        if (o->vessel > 0) {
            liquid->vessels[o->vessel - 1].body = o->body;
        }
        if (o->wiper > 0) {
            liquid->wipers[o->wiper - 1].body = o->body;
        }
        if (o->pod > 0) {
            liquid->pods[o->pod - 1].body = o->body;
        }
        if (o->brewer > 0) {
            TRY(bind_brewer(o, &scene->liquid.names[o->brewer - 1], &liquid->brewers[o->brewer - 1],
                            err));
        }
    }
    for (int i = 0; i < liquid->n_patches; i++) {
        patch_name(name, sizeof name, i);
        liquid->patch_mocap[i] = mocap_of(scene->model, name);
    }
    for (int i = 0; i < liquid->n_brewers; i++) {
        jet_name(name, sizeof name, i);
        liquid->brewers[i].mocap = mocap_of(scene->model, name);
        liquid->brewers[i].jet_m = JET_HALF[1];
    }
    for (int i = 0; i < liquid->n_vessels; i++) {
        level_name(name, sizeof name, i);
        liquid->vessels[i].mocap = mocap_of(scene->model, name);
    }
    return CHORE_OK;
}
