/* The composer: a scene file, an embodiment and a pool of objects become one compiled model and its table
   of contents. */
#include "scene_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything the composing owns, outside of any stack frame: MuJoCo errors jump out of it. */
typedef struct build {
    const chore_scene_def *def;
    chore_scene *scene;
    scene_file file;
    chore_hash sources;
    mjSpec *spec;
    mjSpec *part; /* the fragment being attached */
    robot_file robot;
    int n_kinds;
    object_kind kinds[CHORE_MAX_OBJECTS];
    int kind_of[CHORE_MAX_OBJECTS];                    /* of each def */
    const object_kind *object_kind[CHORE_MAX_OBJECTS]; /* of each object of the scene */
    breaks_file breaks[CHORE_MAX_OBJECTS]; /* of each kind; read for those with breakable objects */
    garment_look looks[CHORE_MAX_GARMENTS];
    char fixture_bodies[MAX_FIXTURES][2 * CHORE_NAME_CAP + 2];
    chore_status status;
    chore_error *err;
} build;

/* ---- parts --------------------------------------------------------------------------------------------- */

static mjsFrame *add_frame(mjSpec *spec, const double pos[3], double yaw)
{
    static const double up[3] = {0, 0, 1};
    mjsFrame *frame = mjs_addFrame(mjs_findBody(spec, "world"), NULL);
    mju_copy3(frame->pos, pos);
    mju_axisAngle2Quat(frame->quat, up, yaw);
    return frame;
}

/* Attach b->part as a whole and let it go. */
static chore_status attach_part(build *b, const double pos[3], double yaw, const char *prefix,
                                const char *what)
{
    mjsFrame *frame = add_frame(b->spec, pos, yaw);
    bool attached = mjs_attach(frame->element, b->part->element, prefix, "") != NULL;
    mj_deleteSpec(b->part);
    b->part = NULL;
    return attached ? CHORE_OK
                    : chore_fail(b->err, CHORE_E_SIM, "MuJoCo cannot attach %s: %s", what,
                                 mjs_getError(b->spec));
}

static chore_status load_fixture(build *b, const char *kind, char path[CHORE_PATH_CAP])
{
    mjModel *alone;
    char leaf[2 * CHORE_NAME_CAP + 8];
    snprintf(leaf, sizeof leaf, "%s/%s.xml", kind, kind);
    TRY(chore_source_find(path, "scenes/assets/fixtures", kind, leaf, "fixture", b->err));
    TRY(chore_source_mjcf(path, &b->sources, &b->part, b->err));
    TRY(chore_source_compile(path, b->part, &alone, b->err)); /* so that errors name this file */
    mj_deleteModel(alone);
    return CHORE_OK;
}

static chore_status add_fixture(build *b, int index)
{
    const def_fixture *fixture = &b->file.fixtures[index];
    char path[CHORE_PATH_CAP], prefix[CHORE_NAME_CAP + 1];
    TRY(load_fixture(b, fixture->kind, path));
    mjsBody *world = mjs_findBody(b->part, "world");
    mjsElement *top = mjs_firstChild(world, mjOBJ_BODY, 0);
    const char *name = top != NULL ? mjs_getString(mjs_getName(top)) : "";
    if (top == NULL || name[0] == '\0' || mjs_nextChild(world, top, 0) != NULL) {
        return chore_fail_at(b->err, CHORE_E_FILE, path, 0, 0,
                             "a fixture needs one top body with a name");
    }
    snprintf(prefix, sizeof prefix, "%s/", fixture->name);
    snprintf(b->fixture_bodies[index], sizeof b->fixture_bodies[index], "%s%.64s", prefix, name);
    return attach_part(b, fixture->pos, fixture->yaw, prefix, fixture->name);
}

static chore_status add_robot(build *b)
{
    if (b->def->embodiment == NULL) {
        return CHORE_OK;
    }
    TRY(chore_robot_load(&b->robot, b->def->embodiment, &b->sources, &b->part, b->err));
    return attach_part(b, b->file.robot_pos, b->file.robot_yaw, "", b->def->embodiment);
}

static chore_status find_kind(build *b, const char *name, int *out)
{
    for (int i = 0; i < b->n_kinds; i++) {
        if (strcmp(b->kinds[i].name, name) == 0) {
            *out = i;
            return CHORE_OK;
        }
    }
    *out = b->n_kinds++;
    return chore_kind_load(&b->kinds[*out], name, &b->sources, b->err);
}

static chore_status check_object_def(const build *b, int index)
{
    const chore_object_def *objects = b->def->objects;
    if (!chore_is_identifier(objects[index].id)) {
        return chore_fail(b->err, CHORE_E_USAGE,
                          "object id '%.64s' is no name: expected a-z, 0-9 and _, a letter first",
                          objects[index].id);
    }
    for (int i = 0; i < index; i++) {
        if (strcmp(objects[i].id, objects[index].id) == 0) {
            return chore_fail(b->err, CHORE_E_USAGE, "two objects are called '%s'",
                              objects[index].id);
        }
    }
    return CHORE_OK;
}

static chore_status find_kinds(build *b)
{
    for (int i = 0; i < b->def->n_objects; i++) {
        TRY(check_object_def(b, i));
        TRY(find_kind(b, b->def->objects[i].kind, &b->kind_of[i]));
    }
    return CHORE_OK;
}

/* All kinds are known: the largest footprint sets the distance between parked objects. */
static chore_status add_objects(build *b)
{
    chore_scene *scene = b->scene;
    scene->parking_step = chore_parking_step(b->kinds, b->n_kinds);
    for (int i = 0; i < b->def->n_objects; i++) {
        int n = scene->n_objects;
        const object_kind *kind = &b->kinds[b->kind_of[i]];
        double spot[3];
        if (kind->is_garment) {
            continue;
        }
        chore_parking_spot(scene->parking_step, n, spot);
        TRY(chore_kind_attach(kind, &b->def->objects[i], spot, b->spec, &scene->objects[n],
                              &scene->extents[n], b->err));
        b->object_kind[n] = kind;
        scene->n_objects++;
    }
    return CHORE_OK;
}

/* The shards of the breakable ones come after all objects of the pool. */
static chore_status add_shards(build *b, int dish)
{
    chore_scene *scene = b->scene;
    chore_object *object = &scene->objects[dish];
    const object_kind *kind = b->object_kind[dish];
    breaks_file *breaks = &b->breaks[kind - b->kinds];
    if (breaks->yaml == NULL) {
        TRY(chore_breaks_load(breaks, kind->name, &b->sources, b->err));
    }
    if (scene->n_breakables == CHORE_MAX_BREAKABLES ||
        scene->n_objects + breaks->n > CHORE_MAX_OBJECTS) {
        return chore_fail(b->err, CHORE_E_USAGE,
                          "no room for the shards of '%s': at most %d breakable objects, %d objects with shards",
                          object->id, CHORE_MAX_BREAKABLES, CHORE_MAX_OBJECTS);
    }
    object->breakable = scene->n_breakables++;
    object->first_shard = scene->n_objects;
    object->n_shards = breaks->n;
    for (int k = 0; k < breaks->n; k++) {
        const int n = scene->n_objects++;
        double spot[3];
        chore_parking_spot(scene->parking_step, n, spot);
        spot[2] = breaks->pieces[k].height_m; /* of scale 1: clear of the floor; asleep, nothing falls */
        TRY(chore_shard_attach(kind, breaks, object, k, spot, b->spec, &scene->objects[n],
                               &scene->extents[n], b->err));
        scene->objects[n].breakable = -1;
        scene->objects[n].shard_of = dish;
        b->object_kind[n] = kind;
    }
    return CHORE_OK;
}

static chore_status add_all_shards(build *b)
{
    const int n_pool = b->scene->n_objects;
    for (int i = 0, dish = 0; i < b->def->n_objects; i++) {
        if (b->kinds[b->kind_of[i]].is_garment) {
            if ((b->def->breakable >> i & 1)) {
                return chore_fail(b->err, CHORE_E_USAGE, "'%s' is cloth: it does not break",
                                  b->def->objects[i].id);
            }
            continue;
        }
        CHORE_ASSERT(dish < n_pool);
        if ((b->def->breakable >> i & 1)) {
            TRY(add_shards(b, dish));
        }
        dish++;
    }
    return CHORE_OK;
}

/* What the objects of the pool have to do with liquids. */
static chore_status add_liquids(build *b)
{
    chore_scene *scene = b->scene;
    for (int i = 0, n = 0; i < b->def->n_objects && b->def->holds_m3 != NULL; i++) {
        if (!b->kinds[b->kind_of[i]].is_garment) {
            TRY(chore_liquid_read(b->object_kind[n], b->def->holds_m3[i], &b->sources, &scene->liquid,
                                  &scene->objects[n], b->err));
            n++;
        }
    }
    return b->def->holds_m3 != NULL ? chore_liquid_add(b->spec, &scene->liquid, b->err) : CHORE_OK;
}

/* All meshes first: the largest sets the distance between parked garments. */
static chore_status add_garments(build *b)
{
    chore_scene *scene = b->scene;
    for (int i = 0; i < b->def->n_objects; i++) {
        int n = scene->n_garments;
        const object_kind *kind = &b->kinds[b->kind_of[i]];
        if (!kind->is_garment) {
            continue;
        }
        if (n == CHORE_MAX_GARMENTS) {
            return chore_fail(b->err, CHORE_E_USAGE, "a scene holds at most %d garments",
                              CHORE_MAX_GARMENTS);
        }
        TRY(chore_garment_kind_make(kind, &b->def->objects[i], &scene->meshes[n],
                                    &scene->garments[n], &b->looks[n], b->err));
        scene->n_garments++;
    }
    if (scene->n_garments == 0) {
        return CHORE_OK;
    }
    scene->garment_step = chore_garment_step(scene);
    for (int i = 0; i < scene->n_garments; i++) {
        double spot[2];
        chore_garment_spot(scene->garment_step, i, spot);
        TRY(chore_garment_add(&scene->meshes[i], &scene->garments[i], &b->looks[i], spot, b->spec,
                              b->err));
    }
    return chore_scene_set_cloth_options(b->spec, &b->file, b->err);
}

/* MuJoCo's cameras look along -z with y up. */
static void aim_camera(mjsCamera *camera, const def_camera *def)
{
    double x[3], y[3], z[3], up[3] = {0, 0, 1}, R[9];
    mju_sub3(z, def->pos, def->look_at);
    mju_normalize3(z);
    if (fabs(z[2]) >
        0.999) { /* straight down: the robot's forward direction is up in the picture */
        up[0] = 1;
        up[2] = 0;
    }
    mju_cross(x, up, z);
    mju_normalize3(x);
    mju_cross(y, z, x);
    for (int k = 0; k < 3; k++) {
        R[3 * k] = x[k];
        R[3 * k + 1] = y[k];
        R[3 * k + 2] = z[k];
    }
    mju_mat2Quat(camera->quat, R);
    mju_copy3(camera->pos, def->pos);
    camera->fovy = def->fov * 180 / mjPI;
}

static chore_status add_cameras(build *b)
{
    for (int i = 0; i < b->file.n_cameras; i++) {
        const def_camera *def = &b->file.cameras[i];
        mjsCamera *camera = mjs_addCamera(mjs_findBody(b->spec, "world"), NULL);
        if (mjs_setName(camera->element, def->name) != 0) {
            return chore_fail(
                b->err, CHORE_E_FILE,
                "scene '%s': there is a camera '%s' already, on the robot or in the scene",
                b->file.name, def->name);
        }
        aim_camera(camera, def);
    }
    return CHORE_OK;
}

/* ---- what breaks --------------------------------------------------------------------------------------- */

static chore_status bind_breakable(build *b, int dish)
{
    chore_scene *scene = b->scene;
    const chore_object *object = &scene->objects[dish];
    const object_kind *kind = b->object_kind[dish];
    const breaks_file *breaks = &b->breaks[kind - b->kinds];
    chore_breakable *breakable = &scene->breakables[object->breakable];
    breakable->body = object->body;
    breakable->strength_m = breaks->strength_m;
    breakable->burst_mps = breaks->burst_mps;
    breakable->n_shards = breaks->n;
    chore_parking_spot(scene->parking_step, dish, breakable->parking);
    for (int k = 0; k < breaks->n; k++) {
        TRY(chore_shard_bind(kind, breaks, object, k, scene->model,
                             &scene->objects[object->first_shard + k], breakable, b->err));
    }
    return CHORE_OK;
}

static chore_status bind_breakables(build *b)
{
    chore_scene *scene = b->scene;
    if (scene->n_breakables == 0) {
        return CHORE_OK;
    }
    for (int i = 0; i < scene->n_objects; i++) {
        if (scene->objects[i].breakable >= 0) {
            TRY(bind_breakable(b, i));
        }
    }
    scene->softness = calloc((size_t)scene->model->nbody, sizeof *scene->softness);
    return scene->softness != NULL
               ? chore_surfaces_read(scene, &b->file, &b->sources, scene->softness, b->err)
               : chore_fail(b->err, CHORE_E_MEMORY, "no memory for a scene");
}

/* ---- table of contents --------------------------------------------------------------------------------- */

static chore_status bind_contents(build *b)
{
    chore_scene *scene = b->scene;
    const mjModel *m = scene->model;
    for (int i = 0; i < scene->n_objects; i++) {
        chore_object *object = &scene->objects[i];
        if (object->shard_of < 0) {
            TRY(chore_kind_bind(b->object_kind[i], m, object, b->err));
        }
    }
    for (int i = 0; i < scene->n_garments; i++) {
        chore_garment_bind(m, &scene->meshes[i], &scene->garments[i]);
    }
    for (int i = 0; i < b->file.n_fixtures; i++) {
        chore_copy(scene->fixtures[i].name, CHORE_NAME_CAP, b->file.fixtures[i].name);
        scene->fixtures[i].body = mj_name2id(m, mjOBJ_BODY, b->fixture_bodies[i]);
        CHORE_ASSERT(scene->fixtures[i].body > 0);
    }
    chore_copy(scene->fixtures[b->file.n_fixtures].name, CHORE_NAME_CAP,
               "floor"); /* the room belongs to the world body, 0 */
    scene->n_fixtures = b->file.n_fixtures + 1;
    scene->n_regions = b->file.n_regions;
    memcpy(scene->regions, b->file.regions, sizeof scene->regions);
    for (int i = 0; i < b->file.n_cameras; i++) {
        chore_copy(scene->camera_names[i], CHORE_NAME_CAP, b->file.cameras[i].name);
        scene->cameras[i] = scene->camera_names[i];
    }
    chore_copy(scene->name, CHORE_NAME_CAP, b->file.name);
    scene->version = b->file.version;
    TRY(bind_breakables(b));
    TRY(chore_liquid_bind(scene, b->err));
    for (int i = 0; i < scene->n_objects; i++) {
        chore_copy(scene->refs[i].name, CHORE_NAME_CAP, scene->objects[i].id);
        scene->refs[i].body = scene->objects[i].body;
    }
    TRY(chore_joint_starts_bind(&b->file, scene, b->err));
    return b->robot.yaml != NULL ? chore_robot_bind(&b->robot, m, &scene->embodiment, b->err)
                                 : CHORE_OK;
}

static chore_status compile(build *b)
{
    b->scene->model = mj_compile(b->spec, NULL);
    if (b->scene->model == NULL) {
        return chore_fail(b->err, CHORE_E_SIM, "MuJoCo refuses the scene '%s': %s", b->file.name,
                          mjs_getError(b->spec));
    }
    return chore_scene_check_options(b->scene->model, b->spec, &b->file, b->err);
}

static chore_status compose(build *b)
{
    static const double origin[3] = {0};
    char path[CHORE_PATH_CAP], leaf[CHORE_NAME_CAP + 8];
    snprintf(leaf, sizeof leaf, "%.64s.yaml", b->def->scene);
    TRY(chore_source_find(path, "scenes/defs", b->def->scene, leaf, "scene", b->err));
    TRY(chore_scene_file_load(&b->file, path, &b->sources, b->err));
    b->spec = mj_makeSpec();
    mjs_setString(b->spec->modelname, b->file.name);
    chore_scene_set_options(b->spec, &b->file);
    chore_scene_set_view(b->spec, &b->file);
    TRY(load_fixture(b, b->file.room, path));
    TRY(attach_part(b, origin, 0, "room/", b->file.room));
    for (int i = 0; i < b->file.n_fixtures; i++) {
        TRY(add_fixture(b, i));
    }
    TRY(add_robot(b));
    TRY(find_kinds(b));
    TRY(add_objects(b));
    TRY(add_all_shards(b));
    TRY(add_garments(b));
    TRY(add_liquids(b));
    TRY(add_cameras(b));
    TRY(compile(b));
    TRY(bind_contents(b));
    chore_hash model = chore_model_hash(b->scene->model);
    b->scene->hash = chore_hash_chain(b->sources, &model, sizeof model);
    return CHORE_OK;
}

static void compose_guarded(void *ctx)
{
    build *b = ctx;
    b->status = compose(b);
}

static void release(build *b)
{
    for (int i = 0; i < b->n_kinds; i++) {
        chore_kind_release(&b->kinds[i]);
        chore_breaks_release(&b->breaks[i]);
    }
    if (b->part != NULL) {
        mj_deleteSpec(b->part);
    }
    if (b->spec != NULL) {
        mj_deleteSpec(b->spec);
    }
    chore_robot_release(&b->robot);
    free(b);
}

chore_status chore_scene_build(chore_scene **out, const chore_scene_def *def, chore_error *err)
{
    if (def->n_objects < 0 || def->n_objects > CHORE_MAX_OBJECTS) {
        return chore_fail(err, CHORE_E_USAGE, "a scene holds at most %d objects, not %d",
                          CHORE_MAX_OBJECTS, def->n_objects);
    }
    build *b = calloc(1, sizeof *b);
    chore_scene *scene = calloc(1, sizeof *scene);
    if (b == NULL || scene == NULL) {
        free(b);
        free(scene);
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a scene");
    }
    b->def = def;
    b->scene = scene;
    b->err = err;
    chore_status status = chore_mj_try(compose_guarded, b, err);
    if (status == CHORE_OK) {
        status = b->status;
    }
    release(b);
    if (status != CHORE_OK) {
        chore_scene_destroy(scene);
        return status;
    }
    *out = scene;
    return CHORE_OK;
}
