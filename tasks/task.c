/* A loaded task: finding it by name, asking it, resolving it against its scene. */
#include "task_internal.h"

#include <chore/files.h>
#include <stdlib.h>
#include <string.h>

#define DEFS "tasks/defs"

const char *chore_variant_name(chore_variant variant)
{
    return variant == CHORE_DISTURBED ? "disturbed" : "control";
}

const char *chore_task_name(const chore_task *task)
{
    return task->name;
}
int chore_task_version(const chore_task *task)
{
    return task->version;
}
chore_hash chore_task_hash(const chore_task *task)
{
    return task->hash;
}
const char *chore_task_path(const chore_task *task)
{
    return task->path;
}
int chore_task_n_instructions(const chore_task *task)
{
    return task->n_instructions;
}
double chore_task_horizon_s(const chore_task *task)
{
    return task->horizon_s;
}
int chore_task_control_hz(const chore_task *task)
{
    return task->control_hz;
}
int chore_task_own_control_hz(const chore_task *task)
{
    return task->own_hz;
}
void chore_task_set_control_hz(chore_task *task, int hz)
{
    CHORE_ASSERT(hz >= 1 && !task->resolved);
    task->control_hz = hz;
}
const char *chore_task_scene_name(const chore_task *task)
{
    return task->scene;
}
int chore_task_n_embodiments(const chore_task *task)
{
    return task->n_embodiments;
}
int chore_task_n_stages(const chore_task *task)
{
    return task->n_stages;
}
int chore_task_n_events(const chore_task *task)
{
    return task->n_events;
}
int chore_task_n_held_out_instructions(const chore_task *task)
{
    return task->n_held_out;
}

const char *chore_task_instruction(const chore_task *task, int index)
{
    CHORE_ASSERT(index >= 0 && index < task->n_instructions);
    return task->instructions[index];
}

const char *chore_task_held_out_instruction(const chore_task *task, int index)
{
    CHORE_ASSERT(index >= 0 && index < task->n_held_out);
    return task->held_out[index];
}

const char *chore_task_embodiment(const chore_task *task, int index)
{
    CHORE_ASSERT(index >= 0 && index < task->n_embodiments);
    return task->embodiments[index];
}

const char *chore_task_stage_name(const chore_task *task, int index)
{
    CHORE_ASSERT(index >= 0 && index < task->n_stages);
    return task->stages[index].name;
}

const char *chore_task_event_name(const chore_task *task, int index)
{
    CHORE_ASSERT(index >= 0 && index < task->n_events);
    return task->events[index].name;
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool has_suffix(const char *text, const char *suffix)
{
    size_t n = strlen(text), k = strlen(suffix);
    return n > k && strcmp(text + n - k, suffix) == 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add the base names of a folder's .yaml files to *out. */
static chore_status add_names(const char *dir, char ***out, int *n, chore_error *err)
{
    char **files;
    int n_files;
    TRY(chore_dir_list(dir, &files, &n_files, err));
    char **grown = realloc(*out, ((size_t)*n + (size_t)n_files + 1) * sizeof *grown);
    CHORE_ASSERT(grown != NULL);
    *out = grown;
    for (int i = 0; i < n_files; i++) {
        if (has_suffix(files[i], ".yaml")) {
            size_t len = strlen(files[i]) - strlen(".yaml");
            char *name = calloc(1, len + 1);
            CHORE_ASSERT(name != NULL);
            memcpy(name, files[i], len);
            grown[(*n)++] = name;
        }
    }
    chore_dir_list_free(files, n_files);
    return CHORE_OK;
}

chore_status chore_task_list(char ***out, int *n, chore_error *err)
{
    char root[CHORE_PATH_CAP], dir[CHORE_PATH_CAP], **scenes;
    int n_scenes;
    *out = NULL;
    *n = 0;
    TRY(chore_path_join(root, chore_data_dir(), DEFS, err));
    TRY(chore_dir_list(root, &scenes, &n_scenes, err));
    chore_status status = CHORE_OK;
    for (int i = 0; i < n_scenes && status == CHORE_OK; i++) {
        status = chore_path_join(dir, root, scenes[i], err);
        if (status == CHORE_OK && chore_dir_exists(dir)) {
            status = add_names(dir, out, n, err);
        }
    }
    chore_dir_list_free(scenes, n_scenes);
    if (status != CHORE_OK) {
        chore_dir_list_free(*out, *n);
        *out = NULL;
        *n = 0;
        return status;
    }
    if (*n > 1) {
        qsort(*out, (size_t)*n, sizeof **out, compare_names);
    }
    return CHORE_OK;
}

static chore_status fail_no_task(const char *name, chore_error *err)
{
    char **names;
    int n;
    TRY(chore_task_list(&names, &n, err));
    int nearest = chore_nearest(name, (const char *const *)names, n);
    chore_status status =
        chore_fail(err, CHORE_E_NOT_FOUND, "there is no task '%s' in " DEFS, name);
    if (nearest >= 0) {
        chore_error_hint(err, "did you mean '%s'?", names[nearest]);
    } else {
        chore_error_hint(err, "chorebench list tasks shows them");
    }
    chore_dir_list_free(names, n);
    return status;
}

/* tasks/defs/<any scene>/<name>.yaml */
static chore_status find_task(const char *name, char path[CHORE_PATH_CAP], chore_error *err)
{
    char root[CHORE_PATH_CAP], dir[CHORE_PATH_CAP], file[CHORE_NAME_CAP + 8], **scenes;
    int n_scenes;
    bool found = false;
    if (!chore_is_identifier(name)) {
        return fail_no_task(name, err);
    }
    chore_copy(file, sizeof file, name);
    memcpy(file + strlen(name), ".yaml", sizeof ".yaml");
    TRY(chore_path_join(root, chore_data_dir(), DEFS, err));
    TRY(chore_dir_list(root, &scenes, &n_scenes, err));
    chore_status status = CHORE_OK;
    for (int i = 0; i < n_scenes && !found && status == CHORE_OK; i++) {
        status = chore_path_join(dir, root, scenes[i], err);
        if (status == CHORE_OK) {
            status = chore_path_join(path, dir, file, err);
        }
        found = status == CHORE_OK && chore_file_exists(path);
    }
    chore_dir_list_free(scenes, n_scenes);
    if (status != CHORE_OK) {
        return status;
    }
    return found ? CHORE_OK : fail_no_task(name, err);
}

chore_status chore_task_load(chore_task **out, const char *name_or_path, chore_error *err)
{
    char path[CHORE_PATH_CAP], *text;
    size_t len;
    *out = NULL;
    if (strchr(name_or_path, '/') || has_suffix(name_or_path, ".yaml")) {
        if (!chore_copy(path, sizeof path, name_or_path)) {
            return chore_fail(err, CHORE_E_USAGE, "the path of the task is too long");
        }
        if (!chore_file_exists(path)) {
            return chore_fail(err, CHORE_E_NOT_FOUND, "there is no task file %s", path);
        }
    } else {
        TRY(find_task(name_or_path, path, err));
    }
    TRY(chore_file_read(path, &text, &len, err));
    chore_status status = chore_task_parse(out, path, text, len, err);
    free(text);
    return status;
}

/* ---- resolving ------------------------------------------------------------------------------- */

chore_status chore_region_resolve(const chore_yaml_node *map, const char *name,
                                  const chore_scene *scene, int *out, chore_error *err)
{
    *out = chore_scene_find_region(scene, name);
    if (*out >= 0) {
        return CHORE_OK;
    }
    const char *known[CHORE_MAX_REGIONS];
    int n = chore_scene_n_regions(scene);
    for (int i = 0; i < n; i++) {
        known[i] = chore_scene_region(scene, i)->name;
    }
    return chore_yaml_fail_unknown(chore_yaml_find(map, "region"), "region", name, known, n, err);
}

static chore_status resolve_event(task_event *event, const chore_task *task,
                                  const chore_scene *scene, chore_error *err)
{
    resolve_words words = {0, 0};
    if (event->has_over) {
        TRY(chore_set_resolve(&event->over, task, scene, err));
        words.each = chore_set_candidates(&event->over, task);
    }
    if (event->has_rises) {
        TRY(chore_condition_resolve(&event->rises, task, scene, words, err));
    }
    TRY(chore_effect_resolve(event, task, scene, words.each, &words.event, err));
    words.each = 0;
    return event->has_work ? chore_condition_resolve(&event->work, task, scene, words, err)
                           : CHORE_OK;
}

static chore_status check_pose(const task_init *init, const chore_task *task,
                               const chore_scene *scene, int item, chore_error *err)
{
    const int index = task->items[item].object;
    const chore_object *object = index >= 0 ? chore_scene_object(scene, index) : NULL;
    const char *known[CHORE_MAX_POSES];
    const int n = object ? object->n_stances : 0;
    if (object && chore_object_find_stance(object, init->pose) >= 0) {
        return CHORE_OK;
    }
    for (int i = 0; i < n; i++) {
        known[i] = object->stances[i].name;
    }
    return n > 0 ? chore_yaml_fail_unknown(init->pose_node, "pose", init->pose, known, n, err)
                 : chore_yaml_fail(init->pose_node, err, "'%s' (kind %s) has no poses",
                                   task->objects[item].id, task->objects[item].kind);
}

static chore_status resolve_init(task_init *init, const chore_task *task, const chore_scene *scene,
                                 chore_error *err)
{
    for (int i = 0; init->start_node && i < init->n_from; i++) {
        if (task->items[init->from[i]].garment < 0) {
            return chore_yaml_fail(
                init->start_node, err, "'start' is for garments, but '%s' (kind %s) is rigid",
                task->objects[init->from[i]].id, task->objects[init->from[i]].kind);
        }
    }
    for (int i = 0; init->pose_node && i < init->n_from; i++) {
        TRY(check_pose(init, task, scene, init->from[i], err));
    }
    if (init->inside >= 0) {
        chore_argument into = {.refer = REFER_ITEM, .index = init->inside};
        into.node = chore_yaml_find(init->node, "inside");
        chore_copy(into.name, sizeof into.name, task->objects[init->inside].id);
        return chore_argument_resolve(&into, ARGUMENT_RECEPTACLE, task, scene,
                                      (resolve_words){0, 0}, NULL, err);
    }
    return chore_region_resolve(init->node, init->region, scene, &init->region_index, err);
}

static chore_status resolve(chore_task *task, const chore_scene *scene, chore_error *err)
{
    const resolve_words none = {0, 0};
    for (int i = 0; i < task->n_pool; i++) {
        const char *id = task->objects[i].id;
        task->items[i] =
            (chore_item){chore_scene_find_object(scene, id), chore_scene_find_garment(scene, id)};
        CHORE_ASSERT((task->items[i].object < 0) != (task->items[i].garment < 0));
    }
    chore_task_add_shards(task, scene);
    TRY(chore_joints_resolve(task, scene, err));
    TRY(chore_spills_resolve(task, scene, err));
    for (int i = 0; i < task->n_init; i++) {
        TRY(resolve_init(&task->init[i], task, scene, err));
    }
    TRY(chore_condition_resolve(&task->goal, task, scene, none, err));
    for (int i = 0; i < task->n_stages; i++) {
        TRY(chore_condition_resolve(&task->stages[i].condition, task, scene, none, err));
    }
    for (int i = 0; i < task->n_fails; i++) {
        TRY(chore_condition_resolve(&task->fails[i], task, scene, none, err));
    }
    for (int i = 0; i < task->n_events; i++) {
        TRY(resolve_event(&task->events[i], task, scene, err));
    }
    task->resolved = true;
    return CHORE_OK;
}

static chore_status check_embodiment(const chore_task *task, const char *embodiment,
                                     chore_error *err)
{
    const char *known[16];
    int n = task->n_embodiments < 16 ? task->n_embodiments : 16;
    for (int i = 0; i < task->n_embodiments; i++) {
        if (strcmp(task->embodiments[i], embodiment) == 0) {
            return CHORE_OK;
        }
        if (i < n) {
            known[i] = task->embodiments[i];
        }
    }
    return chore_yaml_fail_unknown(chore_yaml_find(chore_yaml_root(task->yaml), "embodiments"),
                                   "embodiment for this task", embodiment, known, n, err);
}

/* A scene may have a rate of its own. */
static chore_status check_rate(const chore_task *task, const chore_scene *scene, chore_error *err)
{
    const int hz = chore_scene_physics_hz(scene);
    if (hz % task->control_hz == 0) {
        return CHORE_OK;
    }
    if (task->control_hz == task->own_hz) {
        return chore_yaml_fail(chore_yaml_find(chore_yaml_root(task->yaml), "control_rate"), err,
                               "the control rate must divide the %d Hz of the scene '%s'", hz,
                               task->scene);
    }
    chore_fail(err, CHORE_E_USAGE,
               "the task '%s' cannot run at %d Hz: that does not divide the %d Hz of the physics of its scene '%s'",
               task->name, task->control_hz, hz, task->scene);
    chore_error_hint(err, "its own rate is %d Hz: --rate %d", task->own_hz, task->own_hz);
    return CHORE_E_USAGE;
}

chore_status chore_task_build_scene(chore_task *task, const char *embodiment, chore_scene **out,
                                    chore_error *err)
{
    *out = NULL;
    if (!embodiment) {
        embodiment = task->embodiments[0];
    }
    if (!strchr(embodiment, '/')) { /* a path: somebody's own robot, tried at their own risk */
        TRY(check_embodiment(task, embodiment, err));
    }
    chore_scene_def def = {.scene = task->scene,
                           .embodiment = embodiment,
                           .objects = task->objects,
                           .n_objects = task->n_pool,
                           .breakable = task->breakable,
                           .holds_m3 = task->has_liquids ? task->holds_m3 : NULL};
    chore_scene *scene;
    TRY(chore_scene_build(&scene, &def, err));
    chore_status status = check_rate(task, scene, err);
    if (status == CHORE_OK) {
        status = resolve(task, scene, err);
    }
    if (status != CHORE_OK) {
        chore_scene_destroy(scene);
        return status;
    }
    *out = scene;
    return CHORE_OK;
}
