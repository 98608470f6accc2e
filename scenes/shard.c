/* Kinds that break: what shards they leave, and how hard they are to break. Beside object.yaml lies breaks.yaml, which is read only for
   objects that shall be breakable: other scenes stay what they were. */
#include "scene_internal.h"

#include <chore/files.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- loading ------------------------------------------------------------------------------------------- */

static const char *const group_keys[] = {"bodies", "footprint", "height", "grasps", NULL};

/* A body of the fragment by this name, hanging on the world, without joints. */
static chore_status check_body(const chore_yaml_node *node, const char *name, const mjModel *m,
                               shard_piece *piece, chore_error *err)
{
    const int body = mj_name2id(m, mjOBJ_BODY, name);
    if (body < 0 || m->body_parentid[body] != 0 || m->body_jntnum[body] > 0) {
        const char *names[64];
        int n = 0;
        for (int b = 1; b < m->nbody && n < 64; b++) {
            const char *one = mj_id2name(m, mjOBJ_BODY, b);
            if (m->body_parentid[b] == 0 && one != NULL) {
                names[n++] = one;
            }
        }
        return chore_yaml_fail_unknown(node, "body without a joint in the shards' file", name,
                                       names, n, err);
    }
    chore_copy(piece->body, sizeof piece->body, name);
    mju_copy3(piece->offset, m->body_pos + 3 * body);
    mju_copy4(piece->offset + 3, m->body_quat + 4 * body);
    piece->mass_kg = m->body_subtreemass[body];
    return piece->mass_kg > 0 ? CHORE_OK : chore_yaml_fail(node, err, "'%s' has no mass", name);
}

static chore_status read_group(breaks_file *breaks, const chore_yaml_node *group, const mjModel *m,
                               chore_error *err)
{
    const chore_yaml_node *bodies = chore_yaml_find(group, "bodies");
    double footprint, height;
    TRY(chore_yaml_check_keys(group, "shards of one form", group_keys, group_keys, err));
    TRY(chore_yaml_expect(bodies, CHORE_YAML_LIST, "a list of bodies", err));
    TRY(chore_kind_positive(chore_yaml_find(group, "footprint"), CHORE_UNIT_LENGTH, &footprint,
                            err));
    TRY(chore_kind_positive(chore_yaml_find(group, "height"), CHORE_UNIT_LENGTH, &height, err));
    TRY(chore_kind_check_grasps(chore_yaml_find(group, "grasps"), err));
    for (int i = 0; i < chore_yaml_size(bodies); i++) {
        const char *name = NULL;
        if (breaks->n == CHORE_MAX_SHARDS) {
            return chore_yaml_fail(bodies, err, "more than %d shards", CHORE_MAX_SHARDS);
        }
        shard_piece *piece = &breaks->pieces[breaks->n++];
        TRY(chore_yaml_string(chore_yaml_item(bodies, i), &name, err));
        TRY(check_body(chore_yaml_item(bodies, i), name, m, piece, err));
        piece->group = group;
        piece->footprint_m = footprint;
        piece->height_m = height;
        breaks->mass_kg += piece->mass_kg;
    }
    return CHORE_OK;
}

static chore_status read_groups(breaks_file *breaks, const chore_yaml_node *root, const mjModel *m,
                                chore_error *err)
{
    const chore_yaml_node *shards = chore_yaml_find(root, "shards");
    TRY(chore_yaml_expect(shards, CHORE_YAML_LIST, "the list of shards", err));
    for (int i = 0; i < chore_yaml_size(shards); i++) {
        TRY(read_group(breaks, chore_yaml_item(shards, i), m, err));
    }
    return breaks->n > 0 ? CHORE_OK
                         : chore_yaml_fail(shards, err, "something that breaks leaves shards");
}

chore_status chore_breaks_load(breaks_file *breaks, const char *kind, chore_hash *sources,
                               chore_error *err)
{
    static const char *const keys[] = {"version", "strength", "burst", "mjcf", "shards", NULL};
    char dir[CHORE_PATH_CAP], path[CHORE_PATH_CAP], mjcf[CHORE_PATH_CAP], leaf[2 * CHORE_NAME_CAP];
    const char *file = NULL;
    int64_t version;
    mjModel *model;
    snprintf(leaf, sizeof leaf, "%.64s/breaks.yaml", kind);
    TRY(chore_path_join(dir, chore_data_dir(), "scenes/assets/objects", err));
    TRY(chore_path_join(path, dir, leaf, err));
    if (!chore_file_exists(path)) {
        return chore_fail(err, CHORE_E_USAGE,
                          "the kind '%.64s' cannot be 'breakable: true': it has no breaks.yaml",
                          kind);
    }
    TRY(chore_source_yaml(path, sources, &breaks->yaml, err));
    const chore_yaml_node *root = chore_yaml_root(breaks->yaml);
    TRY(chore_yaml_check_keys(root, "what breaks", keys, keys, err));
    TRY(chore_yaml_int(chore_yaml_find(root, "version"), 1, 1000000, &version, err));
    TRY(chore_kind_positive(chore_yaml_find(root, "strength"), CHORE_UNIT_LENGTH,
                            &breaks->strength_m, err));
    TRY(chore_kind_positive(chore_yaml_find(root, "burst"), CHORE_UNIT_SPEED, &breaks->burst_mps,
                            err));
    TRY(chore_yaml_string(chore_yaml_find(root, "mjcf"), &file, err));
    TRY(chore_source_beside(mjcf, path, file, err));
    TRY(chore_source_mjcf(mjcf, sources, &breaks->spec, err));
    TRY(chore_source_compile(mjcf, breaks->spec, &model, err));
    chore_status status = read_groups(breaks, root, model, err);
    mj_deleteModel(model);
    return status;
}

void chore_breaks_release(breaks_file *breaks)
{
    if (breaks->spec != NULL) {
        mj_deleteSpec(breaks->spec);
    }
    chore_yaml_free(breaks->yaml);
}

/* ---- one dish's shards --------------------------------------------------------------------------------- */

static void fill_shard(const shard_piece *piece, const chore_object *dish, double scale, int k,
                       chore_object *out)
{
    snprintf(out->id, sizeof out->id, "%.40s_shard_%d", dish->id, k + 1);
    snprintf(out->kind, sizeof out->kind, "%.48s_shard", dish->kind);
    chore_copy(out->size, CHORE_NAME_CAP, dish->size);
    chore_copy(out->colour, CHORE_NAME_CAP, dish->colour);
    chore_copy(out->category, CHORE_NAME_CAP, "shard");
    chore_copy(out->material, CHORE_NAME_CAP, dish->material);
    out->footprint_m = piece->footprint_m * scale;
    out->height_m = piece->height_m * scale;
}

/* Sites are called <body>/<name> in the file, <name> by those who use them. */
static void name_sites(mjsBody *body, const char *name)
{
    const size_t len = strlen(name) + 1;
    for (mjsElement *at = mjs_firstChild(body, mjOBJ_SITE, 0); at != NULL;
         at = mjs_nextChild(body, at, 0)) {
        char site[2 * CHORE_NAME_CAP];
        chore_copy(site, sizeof site, mjs_getString(mjs_getName(at)));
        if (strlen(site) > len && strncmp(site, name, len - 1) == 0 && site[len - 1] == '/') {
            mjs_setName(at, site + len);
        }
    }
}

chore_status chore_shard_attach(const object_kind *kind, const breaks_file *breaks,
                                const chore_object *dish, int k, const double pos[3], mjSpec *scene,
                                chore_object *shard, object_extent *extent, chore_error *err)
{
    const shard_piece *piece = &breaks->pieces[k];
    const double scale = dish->footprint_m / kind->footprint_m,
                 share = dish->mass_kg / breaks->mass_kg;
    char prefix[CHORE_NAME_CAP + 1], name[2 * CHORE_NAME_CAP + 2];
    fill_shard(piece, dish, scale, k, shard);
    shard->mass_kg = piece->mass_kg * share;
    *extent = (object_extent){.half = {shard->footprint_m, shard->footprint_m}};
    mjSpec *copy = mj_copySpec(breaks->spec);
    if (copy == NULL) {
        return chore_fail(err, CHORE_E_SIM, "MuJoCo cannot copy the shards of '%s'", kind->name);
    }
    const chore_status painted = chore_kind_paint(kind, copy, dish->colour, err);
    if (painted != CHORE_OK) {
        mj_deleteSpec(copy);
        return painted;
    }
    snprintf(prefix, sizeof prefix, "%s/", shard->id);
    snprintf(name, sizeof name, "%s%s", prefix, piece->body);
    mjsBody *own = mjs_findBody(copy, piece->body);
    name_sites(own, piece->body);
    static const double none[3] = {0}, upright[4] = {1, 0, 0, 0};
    mju_copy3(own->pos, none);
    mju_copy4(own->quat, upright);
    own->alt.type = mjORIENTATION_QUAT;
    mjsFrame *frame = chore_kind_frame(scene, pos, scale, share);
    const bool attached = mjs_attach(frame->element, own->element, prefix, "") != NULL;
    mjsBody *body = attached ? mjs_findBody(scene, name) : NULL;
    mj_deleteSpec(copy); /* the scene keeps what it attached */
    if (body == NULL) {
        return chore_fail(err, CHORE_E_SIM, "MuJoCo cannot add the shard '%s': %s", shard->id,
                          mjs_getError(scene));
    }
    body->sleep = mjSLEEP_INIT;
    mjs_setName(mjs_addFreeJoint(body)->element, shard->id);
    return CHORE_OK;
}

chore_status chore_shard_bind(const object_kind *kind, const breaks_file *breaks,
                              const chore_object *dish, int k, const mjModel *m,
                              chore_object *shard, chore_breakable *breakable, chore_error *err)
{
    const shard_piece *piece = &breaks->pieces[k];
    const double scale = dish->footprint_m / kind->footprint_m;
    TRY(chore_kind_bind_body(m, chore_yaml_find(piece->group, "grasps"), scale, shard, err));
    breakable->shard[k] = shard->body;
    mju_scl3(breakable->offset[k], piece->offset, scale);
    mju_copy4(breakable->offset[k] + 3, piece->offset + 3);
    return CHORE_OK;
}

/* ---- what they fall on --------------------------------------------------------------------------------- */

static chore_status fall_factor(const chore_yaml_node *falls, const chore_yaml_node *at,
                                const char *material, double *out, chore_error *err)
{
    const char *known[64];
    int n = 0;
    for (int i = 0; i < chore_yaml_size(falls) && n < 64; i++) {
        known[n++] = chore_yaml_key(falls, i);
        if (strcmp(known[n - 1], material) == 0) {
            return chore_kind_positive(chore_yaml_value(falls, i), CHORE_UNIT_NONE, out, err);
        }
    }
    return chore_yaml_fail_unknown(at, "material in surfaces.yaml", material, known, n, err);
}

/* The body and all that hangs on it. Children come after their parents. */
static void spread(const mjModel *m, int body, double factor, double *out)
{
    bool below[4096] = {false};
    CHORE_ASSERT(m->nbody <= 4096);
    for (int b = body; b < m->nbody; b++) {
        below[b] = b == body || (b > 0 && body > 0 && below[m->body_parentid[b]]);
        out[b] = below[b] ? factor : out[b];
    }
}

static chore_status of_fixture(const chore_yaml_node *root, const char *kind, double *out,
                               chore_error *err)
{
    const chore_yaml_node *fixtures = chore_yaml_find(root, "fixtures"),
                          *own = chore_yaml_find(fixtures, kind);
    const char *material = "wood";
    if (own != NULL) {
        TRY(chore_yaml_string(own, &material, err));
    }
    return fall_factor(chore_yaml_find(root, "falls"), own != NULL ? own : fixtures, material, out,
                       err);
}

chore_status chore_surfaces_read(const chore_scene *scene, const scene_file *file,
                                 chore_hash *sources, double *softness, chore_error *err)
{
    static const char *const keys[] = {"version", "falls", "robot", "fixtures", NULL};
    const mjModel *m = scene->model;
    char path[CHORE_PATH_CAP];
    chore_yaml *yaml = NULL;
    const char *robot = NULL;
    double factor = 1;
    TRY(chore_path_join(path, chore_data_dir(), "scenes/assets/surfaces.yaml", err));
    chore_status status = chore_source_yaml(path, sources, &yaml, err);
    const chore_yaml_node *root = status == CHORE_OK ? chore_yaml_root(yaml) : NULL;
    if (status == CHORE_OK) {
        status = chore_yaml_check_keys(root, "surfaces", keys, keys, err);
    }
    if (status == CHORE_OK) {
        status = chore_yaml_string(chore_yaml_find(root, "robot"), &robot, err);
    }
    const chore_yaml_node *falls = status == CHORE_OK ? chore_yaml_find(root, "falls") : NULL;
    if (status == CHORE_OK) {
        status = fall_factor(falls, chore_yaml_find(root, "robot"), robot, &factor, err);
    }
    for (int b = 0; b < m->nbody; b++) {
        softness[b] = factor;
    }
    if (status == CHORE_OK) {
        status = of_fixture(root, file->room, &factor, err);
        softness[0] = factor;
    }
    for (int i = 0; i < file->n_fixtures && status == CHORE_OK; i++) {
        status = of_fixture(root, file->fixtures[i].kind, &factor, err);
        spread(m, scene->fixtures[i].body, factor, softness);
    }
    for (int i = 0; i < scene->n_objects && status == CHORE_OK; i++) {
        status = fall_factor(falls, falls, scene->objects[i].material, &factor, err);
        spread(m, scene->objects[i].body, factor, softness);
    }
    chore_yaml_free(yaml);
    return status;
}
