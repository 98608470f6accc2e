/* Scene files: which fixtures stand where, regions, cameras and physics. No geometry, no unit left out. */
#include "scene_internal.h"

#include <math.h>
#include <string.h>

/* A scene file and the one it includes; its own keys win. */
typedef struct layers {
    const chore_yaml_node *top, *base;   /* base may be NULL */
} layers;

static const chore_yaml_node *get(layers def, const char *key)
{
    const chore_yaml_node *node = chore_yaml_find(def.top, key);
    return node != NULL || def.base == NULL ? node : chore_yaml_find(def.base, key);
}

static chore_status choice(const chore_yaml_node *node, const char *what, const char *const *names, const int *values, int n,
                           int *out, chore_error *err)
{
    const char *text = NULL;
    if (node == NULL) {
        return CHORE_OK;
    }
    chore_status status = chore_yaml_string(node, &text, err);
    for (int i = 0; status == CHORE_OK && i < n; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = values[i];
            return CHORE_OK;
        }
    }
    return status != CHORE_OK ? status : chore_yaml_fail_unknown(node, what, text, names, n, err);
}

static chore_status read_physics(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    static const char *const known[] = {"step", "integrator", "solver", "cone", "impratio", "sleep", NULL};
    static const char *const none[] = {NULL};
    static const char *const integrators[] = {"implicitfast", "discrete"};
    static const char *const solvers[] = {"newton", "cg"};
    static const char *const cones[] = {"elliptic", "pyramidal"};
    out->hz = CHORE_PHYSICS_HZ;
    out->integrator = mjINT_IMPLICITFAST;
    out->solver = mjSOL_NEWTON;
    out->cone = mjCONE_ELLIPTIC;
    out->impratio = 10;
    out->sleep = true;
    if (node == NULL) {
        return CHORE_OK;
    }
    double hz = out->hz;
    const chore_yaml_node *step, *impratio, *sleep;
    chore_status status = chore_yaml_check_keys(node, "physics", known, none, err);
    if (status != CHORE_OK) {
        return status;
    }
    step = chore_yaml_find(node, "step");
    impratio = chore_yaml_find(node, "impratio");
    sleep = chore_yaml_find(node, "sleep");
    if ((step != NULL && (status = chore_yaml_quantity(step, CHORE_UNIT_RATE, &hz, err)) != CHORE_OK) ||
        (impratio != NULL && (status = chore_yaml_quantity(impratio, CHORE_UNIT_NONE, &out->impratio, err)) != CHORE_OK) ||
        (sleep != NULL && (status = chore_yaml_bool(sleep, &out->sleep, err)) != CHORE_OK) ||
        (status = choice(chore_yaml_find(node, "integrator"), "integrator", integrators,
                         (const int[]){mjINT_IMPLICITFAST, mjINT_DISCRETE}, 2, &out->integrator, err)) != CHORE_OK ||
        (status = choice(chore_yaml_find(node, "solver"), "solver", solvers,
                         (const int[]){mjSOL_NEWTON, mjSOL_CG}, 2, &out->solver, err)) != CHORE_OK ||
        (status = choice(chore_yaml_find(node, "cone"), "cone", cones,
                         (const int[]){mjCONE_ELLIPTIC, mjCONE_PYRAMIDAL}, 2, &out->cone, err)) != CHORE_OK) {
        return status;
    }
    if (hz < 100 || hz > 2000 || hz > floor(hz)) {
        return chore_yaml_fail(step, err, "the physics rate must be a whole number of Hz from 100 to 2000");
    }
    if (out->impratio < 1 || out->impratio > 100) {
        return chore_yaml_fail(impratio, err, "impratio must be from 1 to 100");
    }
    out->hz = (int)hz;
    return CHORE_OK;
}

static chore_status read_fixtures(const chore_yaml_node *list, scene_file *out, chore_error *err)
{
    static const char *const known[] = {"name", "kind", "pos", "yaw", NULL};
    static const char *const required[] = {"name", "kind", "pos", NULL};
    chore_status status = list != NULL ? chore_yaml_expect(list, CHORE_YAML_LIST, "fixtures", err) : CHORE_OK;
    int n = list != NULL && status == CHORE_OK ? chore_yaml_size(list) : 0;
    if (n > MAX_FIXTURES) {
        return chore_yaml_fail(list, err, "more than %d fixtures", MAX_FIXTURES);
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        const chore_yaml_node *node = chore_yaml_item(list, i);
        def_fixture *fixture = &out->fixtures[i];
        if ((status = chore_yaml_check_keys(node, "a fixture", known, required, err)) != CHORE_OK ||
            (status = chore_yaml_identifier(chore_yaml_find(node, "name"), fixture->name, err)) != CHORE_OK ||
            (status = chore_yaml_identifier(chore_yaml_find(node, "kind"), fixture->kind, err)) != CHORE_OK ||
            (status = chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, fixture->pos, err)) != CHORE_OK) {
            break;
        }
        const chore_yaml_node *yaw = chore_yaml_find(node, "yaw");
        if (yaw != NULL) {
            status = chore_yaml_quantity(yaw, CHORE_UNIT_ANGLE, &fixture->yaw, err);
        }
        bool taken = strcmp(fixture->name, "floor") == 0;
        for (int k = 0; k < i; k++) {
            taken = taken || strcmp(out->fixtures[k].name, fixture->name) == 0;
        }
        if (status == CHORE_OK && taken) {
            status = chore_yaml_fail(chore_yaml_find(node, "name"), err, "a fixture '%s' is there already", fixture->name);
        }
    }
    out->n_fixtures = n;
    return status;
}

static chore_status read_robot(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    static const char *const known[] = {"pos", "yaw", NULL};
    static const char *const required[] = {"pos", NULL};
    chore_status status = chore_yaml_check_keys(node, "robot", known, required, err);
    if (status != CHORE_OK ||
        (status = chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, out->robot_pos, err)) != CHORE_OK) {
        return status;
    }
    const chore_yaml_node *yaw = chore_yaml_find(node, "yaw");
    return yaw != NULL ? chore_yaml_quantity(yaw, CHORE_UNIT_ANGLE, &out->robot_yaw, err) : CHORE_OK;
}

static chore_status read_regions(const chore_yaml_node *map, scene_file *out, chore_error *err)
{
    static const char *const keys[] = {"pos", "half", NULL};
    chore_status status = chore_yaml_expect(map, CHORE_YAML_MAP, "regions", err);
    if (status == CHORE_OK && chore_yaml_size(map) > CHORE_MAX_REGIONS) {
        return chore_yaml_fail(map, err, "more than %d regions", CHORE_MAX_REGIONS);
    }
    for (int i = 0; status == CHORE_OK && i < chore_yaml_size(map); i++) {
        const chore_yaml_node *node = chore_yaml_value(map, i);
        chore_region *region = &out->regions[i];
        if ((status = chore_yaml_identifier(chore_yaml_key_node(map, i), region->name, err)) != CHORE_OK ||
            (status = chore_yaml_check_keys(node, "a region", keys, keys, err)) != CHORE_OK ||
            (status = chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, region->pos, err)) != CHORE_OK ||
            (status = chore_yaml_vector(chore_yaml_find(node, "half"), CHORE_UNIT_LENGTH, 3, region->half, err)) != CHORE_OK) {
            break;
        }
        for (int k = 0; k < 3; k++) {
            if (region->half[k] <= 0) {
                return chore_yaml_fail(chore_yaml_find(node, "half"), err, "half extents must be above zero");
            }
        }
        out->n_regions = i + 1;
    }
    return status;
}

static chore_status read_cameras(const chore_yaml_node *list, scene_file *out, chore_error *err)
{
    static const char *const keys[] = {"name", "pos", "look_at", "fov", NULL};
    chore_status status = chore_yaml_expect(list, CHORE_YAML_LIST, "cameras", err);
    int n = status == CHORE_OK ? chore_yaml_size(list) : 0;
    if (n > MAX_SCENE_CAMERAS) {
        return chore_yaml_fail(list, err, "more than %d cameras", MAX_SCENE_CAMERAS);
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        const chore_yaml_node *node = chore_yaml_item(list, i);
        def_camera *camera = &out->cameras[i];
        if ((status = chore_yaml_check_keys(node, "a camera", keys, keys, err)) != CHORE_OK ||
            (status = chore_yaml_identifier(chore_yaml_find(node, "name"), camera->name, err)) != CHORE_OK ||
            (status = chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, camera->pos, err)) != CHORE_OK ||
            (status = chore_yaml_vector(chore_yaml_find(node, "look_at"), CHORE_UNIT_LENGTH, 3, camera->look_at, err)) != CHORE_OK ||
            (status = chore_yaml_quantity(chore_yaml_find(node, "fov"), CHORE_UNIT_ANGLE, &camera->fov, err)) != CHORE_OK) {
            break;
        }
        if (mju_dist3(camera->pos, camera->look_at) < 1e-6) {
            status = chore_yaml_fail(chore_yaml_find(node, "look_at"), err, "the camera looks at its own place");
        } else if (camera->fov <= 0 || camera->fov >= mjPI) {
            status = chore_yaml_fail(chore_yaml_find(node, "fov"), err, "the field of view must be between 0 and 180 deg");
        }
    }
    out->n_cameras = n;
    return status;
}

static chore_status read_layers(layers def, scene_file *out, chore_error *err)
{
    static const char *const all[] = {"room", "robot", "regions", "cameras", NULL};
    int64_t version;
    for (int i = 0; all[i] != NULL; i++) {
        if (get(def, all[i]) == NULL) {
            return chore_yaml_fail(def.top, err, "a scene needs the key '%s'", all[i]);
        }
    }
    chore_status status;
    if ((status = chore_yaml_identifier(get(def, "name"), out->name, err)) != CHORE_OK ||
        (status = chore_yaml_int(get(def, "version"), 1, 1000000, &version, err)) != CHORE_OK ||
        (status = chore_yaml_identifier(get(def, "room"), out->room, err)) != CHORE_OK ||
        (status = read_fixtures(get(def, "fixtures"), out, err)) != CHORE_OK ||
        (status = read_robot(get(def, "robot"), out, err)) != CHORE_OK ||
        (status = read_regions(get(def, "regions"), out, err)) != CHORE_OK ||
        (status = read_cameras(get(def, "cameras"), out, err)) != CHORE_OK ||
        (status = read_physics(get(def, "physics"), out, err)) != CHORE_OK) {
        return status;
    }
    out->version = (int)version;
    return CHORE_OK;
}

static chore_status check_scene_keys(const chore_yaml *yaml, chore_error *err)
{
    static const char *const known[] = {"name", "version", "include", "room", "fixtures", "robot", "regions", "cameras", "physics",
                                        NULL};
    static const char *const required[] = {"name", "version", NULL};
    return chore_yaml_check_keys(chore_yaml_root(yaml), "a scene", known, required, err);
}

/* Load the scene that `node` (include: other.yaml) names; NULL stays when it cannot be. */
static chore_status load_base(const char *path, const chore_yaml_node *node, chore_hash *sources, chore_yaml **base,
                              chore_error *err)
{
    const char *name = NULL;
    char base_path[CHORE_PATH_CAP];
    chore_status status = chore_yaml_string(node, &name, err);
    if (status != CHORE_OK || (status = chore_source_beside(base_path, path, name, err)) != CHORE_OK) {
        return status;
    }
    if (strcmp(base_path, path) == 0) {
        return chore_yaml_fail(node, err, "cyclic include: %s includes itself", path);
    }
    if ((status = chore_source_yaml(base_path, sources, base, err)) != CHORE_OK || (status = check_scene_keys(*base, err)) != CHORE_OK) {
        return status;
    }
    const chore_yaml_node *deeper = chore_yaml_find(chore_yaml_root(*base), "include");
    if (deeper != NULL) {
        return chore_yaml_fail(deeper, err, "a scene that is included must not include another: %s includes this file", path);
    }
    return CHORE_OK;
}

chore_status chore_scene_file_load(scene_file *out, const char *path, chore_hash *sources, chore_error *err)
{
    chore_yaml *top = NULL, *base = NULL;
    memset(out, 0, sizeof *out);
    chore_status status = chore_source_yaml(path, sources, &top, err);
    if (status == CHORE_OK) {
        status = check_scene_keys(top, err);
    }
    const chore_yaml_node *include = status == CHORE_OK ? chore_yaml_find(chore_yaml_root(top), "include") : NULL;
    if (include != NULL) {
        status = load_base(path, include, sources, &base, err);
    }
    if (status == CHORE_OK) {
        layers def = {chore_yaml_root(top), base != NULL ? chore_yaml_root(base) : NULL};
        status = read_layers(def, out, err);
    }
    chore_yaml_free(base);
    chore_yaml_free(top);
    return status;
}
