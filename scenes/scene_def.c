/* Scene files: which fixtures stand where, regions, cameras and physics. No geometry, no unit left out. */
#include "scene_internal.h"

#include <math.h>
#include <string.h>

/* A scene file and the one it includes; its own keys win. */
typedef struct layers {
    const chore_yaml_node *top, *base; /* base may be NULL */
} layers;

static const chore_yaml_node *get(layers def, const char *key)
{
    const chore_yaml_node *node = chore_yaml_find(def.top, key);
    return node != NULL || def.base == NULL ? node : chore_yaml_find(def.base, key);
}

/* The value that goes with a name; an absent node keeps what is there. */
static chore_status choice(const chore_yaml_node *node, const char *what, const char *const *names,
                           const int *values, int n, int *out, chore_error *err)
{
    const char *text = NULL;
    if (node == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_string(node, &text, err));
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = values[i];
            return CHORE_OK;
        }
    }
    return chore_yaml_fail_unknown(node, what, text, names, n, err);
}

static chore_status read_solver(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    static const char *const integrators[] = {"implicitfast", "discrete"};
    static const char *const solvers[] = {"newton", "cg"};
    static const char *const cones[] = {"elliptic", "pyramidal"};
    static const int integrator_ids[] = {mjINT_IMPLICITFAST, mjINT_DISCRETE};
    static const int solver_ids[] = {mjSOL_NEWTON, mjSOL_CG};
    static const int cone_ids[] = {mjCONE_ELLIPTIC, mjCONE_PYRAMIDAL};
    TRY(choice(chore_yaml_find(node, "integrator"), "integrator", integrators, integrator_ids, 2,
               &out->integrator, err));
    TRY(choice(chore_yaml_find(node, "solver"), "solver", solvers, solver_ids, 2, &out->solver,
               err));
    return choice(chore_yaml_find(node, "cone"), "cone", cones, cone_ids, 2, &out->cone, err);
}

/* A multiple of 20 Hz, the usual control rate, so that 1, 2, 4, 5, 10 and 20 Hz divide it as well. */
static chore_status read_rate(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    double hz = 0;
    if (node == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_quantity(node, CHORE_UNIT_RATE, &hz, err));
    if (hz < 100 || hz > 2000 || fmod(hz, 20) > 0) {
        return chore_yaml_fail(
            node, err,
            "the physics rate must be a multiple of 20 Hz from 100 to 2000 Hz: 200, 240, "
            "300 ...");
    }
    out->hz = (int)hz;
    return CHORE_OK;
}

/* When the solver stops. 0 stands for what suits the scene: MuJoCo's own, or that of cloth. */
static chore_status read_stop(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    const chore_yaml_node *tolerance = chore_yaml_find(node, "tolerance"),
                          *iterations = chore_yaml_find(node, "iterations");
    int64_t n = 0;
    if (tolerance != NULL) {
        TRY(chore_yaml_quantity(tolerance, CHORE_UNIT_NONE, &out->tolerance, err));
        if (out->tolerance < 1e-12 || out->tolerance > 1e-2) {
            return chore_yaml_fail(tolerance, err,
                                   "the solver's tolerance must be from 1e-12 to 1e-2");
        }
    }
    if (iterations != NULL) {
        TRY(chore_yaml_int(iterations, 1, 1000, &n, err));
        out->iterations = (int)n;
    }
    return CHORE_OK;
}

static chore_status read_physics(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    static const char *const known[] = {"rate", "integrator", "solver", "tolerance", "iterations",
                                        "cone", "impratio",   "sleep",  NULL};
    static const char *const none[] = {NULL};
    out->hz = CHORE_PHYSICS_HZ;
    out->integrator = mjINT_IMPLICITFAST;
    out->solver = mjSOL_NEWTON;
    out->cone = mjCONE_ELLIPTIC;
    out->impratio = 10;
    out->sleep = true;
    if (node == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_check_keys(node, "physics", known, none, err));
    TRY(read_rate(chore_yaml_find(node, "rate"), out, err));
    TRY(read_solver(node, out, err));
    TRY(read_stop(node, out, err));
    const chore_yaml_node *impratio = chore_yaml_find(node, "impratio"),
                          *sleep = chore_yaml_find(node, "sleep");
    if (impratio != NULL) {
        TRY(chore_yaml_quantity(impratio, CHORE_UNIT_NONE, &out->impratio, err));
    }
    if (out->impratio < 1 || out->impratio > 100) {
        return chore_yaml_fail(impratio, err, "impratio must be from 1 to 100");
    }
    return sleep != NULL ? chore_yaml_bool(sleep, &out->sleep, err) : CHORE_OK;
}

static chore_status read_fixture(const chore_yaml_node *node, def_fixture *out, chore_error *err)
{
    static const char *const known[] = {"name", "kind", "pos", "yaw", NULL};
    static const char *const required[] = {"name", "kind", "pos", NULL};
    TRY(chore_yaml_check_keys(node, "a fixture", known, required, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "name"), out->name, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "kind"), out->kind, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, out->pos, err));
    const chore_yaml_node *yaw = chore_yaml_find(node, "yaw");
    return yaw != NULL ? chore_yaml_quantity(yaw, CHORE_UNIT_ANGLE, &out->yaw, err) : CHORE_OK;
}

static bool is_fixture(const scene_file *file, const char *name)
{
    for (int i = 0; i < file->n_fixtures; i++) {
        if (strcmp(file->fixtures[i].name, name) == 0) {
            return true;
        }
    }
    return strcmp(name, "floor") == 0; /* the room brings it */
}

static chore_status read_fixtures(const chore_yaml_node *list, scene_file *out, chore_error *err)
{
    if (list == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "fixtures", err));
    if (chore_yaml_size(list) > MAX_FIXTURES) {
        return chore_yaml_fail(list, err, "more than %d fixtures", MAX_FIXTURES);
    }
    for (int i = 0; i < chore_yaml_size(list); i++) {
        const chore_yaml_node *node = chore_yaml_item(list, i);
        def_fixture *fixture = &out->fixtures[i];
        TRY(read_fixture(node, fixture, err));
        if (is_fixture(out, fixture->name)) {
            return chore_yaml_fail(chore_yaml_find(node, "name"), err,
                                   "a fixture '%s' is there already", fixture->name);
        }
        out->n_fixtures++;
    }
    return CHORE_OK;
}

static chore_status read_joint(const chore_yaml_node *map, int index, scene_file *out,
                               chore_error *err)
{
    const chore_yaml_node *key = chore_yaml_key_node(map, index);
    const char *name = chore_yaml_key(map, index), *slash = strchr(name, '/');
    char fixture[CHORE_NAME_CAP] = "";
    def_joint *joint = &out->joints[index];
    if (slash != NULL && slash - name < CHORE_NAME_CAP) {
        memcpy(fixture, name, (size_t)(slash - name));
    }
    if (fixture[0] == '\0' || !is_fixture(out, fixture) || strlen(name) >= sizeof joint->name) {
        return chore_yaml_fail(
            key, err,
            "'%s' is no joint: expected <fixture>/<joint>, as in dryer/door, of a "
            "fixture of this scene",
            name);
    }
    chore_copy(joint->name, sizeof joint->name, name);
    return chore_yaml_quantity(chore_yaml_value(map, index), CHORE_UNIT_ANGLE, &joint->angle, err);
}

/* Where doors stand at the start. After the fixtures: they must be known. */
static chore_status read_joints(const chore_yaml_node *map, scene_file *out, chore_error *err)
{
    if (map == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_expect(map, CHORE_YAML_MAP, "joints", err));
    if (chore_yaml_size(map) > MAX_SCENE_JOINTS) {
        return chore_yaml_fail(map, err, "more than %d joints", MAX_SCENE_JOINTS);
    }
    for (int i = 0; i < chore_yaml_size(map); i++) {
        TRY(read_joint(map, i, out, err));
        out->n_joints++;
    }
    return CHORE_OK;
}

static chore_status read_robot(const chore_yaml_node *node, scene_file *out, chore_error *err)
{
    static const char *const known[] = {"pos", "yaw", NULL};
    static const char *const required[] = {"pos", NULL};
    TRY(chore_yaml_check_keys(node, "robot", known, required, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, out->robot_pos, err));
    const chore_yaml_node *yaw = chore_yaml_find(node, "yaw");
    return yaw != NULL ? chore_yaml_quantity(yaw, CHORE_UNIT_ANGLE, &out->robot_yaw, err)
                       : CHORE_OK;
}

static chore_status read_region(const chore_yaml_node *node, chore_region *out, chore_error *err)
{
    static const char *const keys[] = {"pos", "half", NULL};
    TRY(chore_yaml_check_keys(node, "a region", keys, keys, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, out->pos, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "half"), CHORE_UNIT_LENGTH, 3, out->half, err));
    if (out->half[0] <= 0 || out->half[1] <= 0 || out->half[2] <= 0) {
        return chore_yaml_fail(chore_yaml_find(node, "half"), err,
                               "half extents must be above zero");
    }
    return CHORE_OK;
}

static chore_status read_regions(const chore_yaml_node *map, scene_file *out, chore_error *err)
{
    TRY(chore_yaml_expect(map, CHORE_YAML_MAP, "regions", err));
    if (chore_yaml_size(map) > CHORE_MAX_REGIONS) {
        return chore_yaml_fail(map, err, "more than %d regions", CHORE_MAX_REGIONS);
    }
    for (int i = 0; i < chore_yaml_size(map); i++) {
        TRY(chore_yaml_identifier(chore_yaml_key_node(map, i), out->regions[i].name, err));
        TRY(read_region(chore_yaml_value(map, i), &out->regions[i], err));
        out->n_regions++;
    }
    return CHORE_OK;
}

static chore_status read_camera(const chore_yaml_node *node, def_camera *out, chore_error *err)
{
    static const char *const keys[] = {"name", "pos", "look_at", "fov", NULL};
    TRY(chore_yaml_check_keys(node, "a camera", keys, keys, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "name"), out->name, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "pos"), CHORE_UNIT_LENGTH, 3, out->pos, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "look_at"), CHORE_UNIT_LENGTH, 3, out->look_at,
                          err));
    TRY(chore_yaml_quantity(chore_yaml_find(node, "fov"), CHORE_UNIT_ANGLE, &out->fov, err));
    if (mju_dist3(out->pos, out->look_at) < 1e-6) {
        return chore_yaml_fail(chore_yaml_find(node, "look_at"), err,
                               "the camera looks at its own place");
    }
    if (out->fov <= 0 || out->fov >= mjPI) {
        return chore_yaml_fail(chore_yaml_find(node, "fov"), err,
                               "the field of view must be between 0 and 180 deg");
    }
    return CHORE_OK;
}

static chore_status read_cameras(const chore_yaml_node *list, scene_file *out, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "cameras", err));
    if (chore_yaml_size(list) > MAX_SCENE_CAMERAS) {
        return chore_yaml_fail(list, err, "more than %d cameras", MAX_SCENE_CAMERAS);
    }
    for (int i = 0; i < chore_yaml_size(list); i++) {
        TRY(read_camera(chore_yaml_item(list, i), &out->cameras[i], err));
        out->n_cameras++;
    }
    return CHORE_OK;
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
    TRY(chore_yaml_identifier(get(def, "name"), out->name, err));
    TRY(chore_yaml_int(get(def, "version"), 1, 1000000, &version, err));
    TRY(chore_yaml_identifier(get(def, "room"), out->room, err));
    TRY(read_fixtures(get(def, "fixtures"), out, err));
    TRY(read_joints(get(def, "joints"), out, err));
    TRY(read_robot(get(def, "robot"), out, err));
    TRY(read_regions(get(def, "regions"), out, err));
    TRY(read_cameras(get(def, "cameras"), out, err));
    TRY(read_physics(get(def, "physics"), out, err));
    out->version = (int)version;
    return CHORE_OK;
}

static chore_status check_scene_keys(const chore_yaml *yaml, chore_error *err)
{
    static const char *const known[] = {"name",     "version", "include", "room",
                                        "fixtures", "joints",  "robot",   "regions",
                                        "cameras",  "physics", NULL};
    static const char *const required[] = {"name", "version", NULL};
    return chore_yaml_check_keys(chore_yaml_root(yaml), "a scene", known, required, err);
}

/* Load the scene that `node` (include: other.yaml) names; NULL stays when it cannot be. */
static chore_status load_base(const char *path, const chore_yaml_node *node, chore_hash *sources,
                              chore_yaml **base, chore_error *err)
{
    const char *name = NULL;
    char base_path[CHORE_PATH_CAP];
    TRY(chore_yaml_string(node, &name, err));
    TRY(chore_source_beside(base_path, path, name, err));
    if (strcmp(base_path, path) == 0) {
        return chore_yaml_fail(node, err, "cyclic include: %s includes itself", path);
    }
    TRY(chore_source_yaml(base_path, sources, base, err));
    TRY(check_scene_keys(*base, err));
    const chore_yaml_node *deeper = chore_yaml_find(chore_yaml_root(*base), "include");
    if (deeper != NULL) {
        return chore_yaml_fail(
            deeper, err, "a scene that is included must not include another: %s includes this file",
            path);
    }
    return CHORE_OK;
}

/* What it leaves in *top and *base is the caller's, also after an error. */
static chore_status load_layers(const char *path, chore_hash *sources, chore_yaml **top,
                                chore_yaml **base, chore_error *err)
{
    TRY(chore_source_yaml(path, sources, top, err));
    TRY(check_scene_keys(*top, err));
    const chore_yaml_node *include = chore_yaml_find(chore_yaml_root(*top), "include");
    return include != NULL ? load_base(path, include, sources, base, err) : CHORE_OK;
}

chore_status chore_scene_file_load(scene_file *out, const char *path, chore_hash *sources,
                                   chore_error *err)
{
    chore_yaml *top = NULL, *base = NULL;
    memset(out, 0, sizeof *out);
    chore_status status = load_layers(path, sources, &top, &base, err);
    if (status == CHORE_OK) {
        layers def = {chore_yaml_root(top), base != NULL ? chore_yaml_root(base) : NULL};
        status = read_layers(def, out, err);
    }
    chore_yaml_free(base);
    chore_yaml_free(top);
    return status;
}
