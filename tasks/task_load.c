/* A task from YAML: its facts, checked as far as that goes without a model. */
#include "task_internal.h"

#include <chore/files.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void *chore_task_alloc(chore_task *task, size_t count, size_t size)
{
    size_t bytes = count * size;
    CHORE_ASSERT(size == 0 || bytes / size == count);
    task_block *block = calloc(1, sizeof *block + bytes);
    CHORE_ASSERT(block != NULL);
    block->next = task->blocks;
    task->blocks = block;
    return block + 1;
}

int chore_task_find_item(const chore_task *task, const char *id)
{
    for (int i = 0; i < task->n_objects; i++) {
        if (strcmp(task->objects[i].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

void chore_task_free(chore_task *task)
{
    if (!task) {
        return;
    }
    chore_yaml_free(task->yaml);
    for (task_block *block = task->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(task);
}

static chore_status parse_strings(const chore_yaml_node *list, chore_task *task, const char *what,
                                  const char ***out, int *n, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, what, err));
    if (chore_yaml_size(list) == 0) {
        return chore_yaml_fail(list, err, "expected at least one sentence");
    }
    *n = chore_yaml_size(list);
    *out = chore_task_alloc(task, (size_t)*n, sizeof **out);
    for (int i = 0; i < *n; i++) {
        TRY(chore_yaml_string(chore_yaml_item(list, i), &(*out)[i], err));
    }
    return CHORE_OK;
}

chore_status chore_instruction_check(const chore_yaml_node *list, const chore_task *task,
                                     const char *text, chore_error *err)
{
    for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
        const char *close = strchr(open, '}'), *known[MAX_ROLES];
        char word[CHORE_NAME_CAP] = "";
        size_t len = close ? (size_t)(close - open - 1) : 0;
        if (!close || len == 0 || len >= sizeof word) {
            return chore_yaml_fail(list, err, "'%s': a '{' needs the name of a role and '}'", text);
        }
        memcpy(word, open + 1, len);
        bool found = false;
        for (int i = 0; i < task->n_roles; i++) {
            known[i] = task->roles[i];
            found = found || strcmp(word, known[i]) == 0;
        }
        if (!found) {
            return chore_yaml_fail_unknown(list, "role in an instruction", word, known,
                                           task->n_roles, err);
        }
    }
    return CHORE_OK;
}

static chore_status parse_instructions(const chore_yaml_node *root, chore_task *task,
                                       chore_error *err)
{
    const chore_yaml_node *list = chore_yaml_find(root, "instructions"),
                          *held = chore_yaml_find(root, "held_out_instructions");
    TRY(parse_strings(list, task, "a list of sentences", &task->instructions, &task->n_instructions,
                      err));
    for (int i = 0; i < task->n_instructions; i++) {
        TRY(chore_instruction_check(chore_yaml_item(list, i), task, task->instructions[i], err));
    }
    if (held) {
        TRY(parse_strings(held, task, "a list of sentences", &task->held_out, &task->n_held_out,
                          err));
    }
    for (int i = 0; i < task->n_held_out; i++) {
        TRY(chore_instruction_check(chore_yaml_item(held, i), task, task->held_out[i], err));
    }
    return CHORE_OK;
}

static chore_status parse_embodiments(const chore_yaml_node *list, chore_task *task,
                                      chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "a list of embodiments", err));
    task->n_embodiments = chore_yaml_size(list);
    if (task->n_embodiments == 0) {
        return chore_yaml_fail(list, err, "expected at least one embodiment");
    }
    task->embodiments =
        chore_task_alloc(task, (size_t)task->n_embodiments, sizeof *task->embodiments);
    for (int i = 0; i < task->n_embodiments; i++) {
        TRY(chore_yaml_identifier(chore_yaml_item(list, i), task->embodiments[i], err));
    }
    return CHORE_OK;
}

static bool is_reserved(const char *id)
{
    static const char *const words[] = {"each", "any", "all", "none", "gripper"};
    for (int i = 0; i < EFFECT_COUNT; i++) {
        if (chore_effects[i].word && strcmp(id, chore_effects[i].word) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(id, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static chore_status parse_object(const chore_yaml_node *node, chore_task *task, chore_error *err)
{
    static const char *const known[] = {"id",     "kind",      "size",
                                        "colour", "breakable", "holds", NULL},
                             *const required[] = {"id", "kind", NULL};
    TRY(chore_yaml_check_keys(node, "object", known, required, err));
    chore_object_def *def = &task->objects[task->n_objects];
    const chore_yaml_node *id = chore_yaml_find(node, "id"), *size = chore_yaml_find(node, "size"),
                          *colour = chore_yaml_find(node, "colour");
    TRY(chore_yaml_identifier(id, def->id, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "kind"), def->kind, err));
    if (size) {
        TRY(chore_yaml_identifier(size, def->size, err));
    }
    if (colour) {
        TRY(chore_yaml_identifier(colour, def->colour, err));
    }
    if (chore_yaml_find(node, "breakable")) {
        bool breakable;
        TRY(chore_yaml_bool(chore_yaml_find(node, "breakable"), &breakable, err));
        task->breakable |= (uint64_t)breakable << task->n_objects;
    }
    if (chore_yaml_find(node, "holds")) {
        TRY(chore_holds_parse(chore_yaml_find(node, "holds"), task, task->n_objects, err));
    }
    if (is_reserved(def->id)) {
        return chore_yaml_fail(id, err, "'%s' is a word of conditions and cannot be an id",
                               def->id);
    }
    if (chore_task_find_item(task, def->id) >= 0) {
        return chore_yaml_fail(id, err, "the id '%s' is there twice", def->id);
    }
    task->n_objects++;
    return CHORE_OK;
}

static chore_status parse_objects(const chore_yaml_node *list, chore_task *task, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "the list of objects", err));
    int n = chore_yaml_size(list);
    if (n == 0 || n > CHORE_MAX_OBJECTS) {
        return chore_yaml_fail(list, err, "expected 1 to %d objects, not %d", CHORE_MAX_OBJECTS, n);
    }
    task->objects = chore_task_alloc(task, CHORE_MAX_OBJECTS, sizeof *task->objects);
    task->items = chore_task_alloc(task, CHORE_MAX_OBJECTS, sizeof *task->items);
    task->shards = chore_task_alloc(task, CHORE_MAX_OBJECTS, sizeof *task->shards);
    for (int i = 0; i < n; i++) {
        TRY(parse_object(chore_yaml_item(list, i), task, err));
    }
    task->n_pool = task->n_objects;
    return CHORE_OK;
}

static chore_status parse_goal(const chore_yaml_node *node, chore_task *task, chore_error *err)
{
    condition_scope scope = {task, false, NULL};
    int n_conditions = 0;
    TRY(chore_yaml_expect(node, CHORE_YAML_MAP, "the goal: {held_for: 0.5 s, all: [...]}", err));
    for (int i = 0; i < chore_yaml_size(node); i++) {
        const char *key = chore_yaml_key(node, i);
        const chore_yaml_node *value = chore_yaml_value(node, i);
        if (strcmp(key, "held_for") == 0) {
            TRY(chore_yaml_quantity(value, CHORE_UNIT_TIME, &task->held_for_s, err));
            if (task->held_for_s < 0) {
                return chore_yaml_fail(value, err, "held_for cannot be negative");
            }
        } else if (++n_conditions > 1) {
            return chore_yaml_fail(
                value, err,
                "a goal has one condition besides held_for; put several into all: [...]");
        } else {
            TRY(chore_condition_parse_pair(node, key, value, scope, &task->goal, err));
        }
    }
    return n_conditions ? CHORE_OK : chore_yaml_fail(node, err, "the goal has no condition");
}

static chore_status parse_stage(const chore_yaml_node *node, chore_task *task, task_stage *stage,
                                chore_error *err)
{
    condition_scope scope = {task, false, NULL};
    const chore_yaml_node *name = NULL;
    int n_conditions = 0;
    stage->weight = 1;
    TRY(chore_yaml_expect(node, CHORE_YAML_MAP, "a stage: {name: ..., weight: 1, all: [...]}",
                          err));
    for (int i = 0; i < chore_yaml_size(node); i++) {
        const char *key = chore_yaml_key(node, i);
        const chore_yaml_node *value = chore_yaml_value(node, i);
        if (strcmp(key, "name") == 0) {
            name = value;
            TRY(chore_yaml_identifier(value, stage->name, err));
        } else if (strcmp(key, "weight") == 0) {
            TRY(chore_yaml_quantity(value, CHORE_UNIT_NONE, &stage->weight, err));
            if (!(stage->weight > 0)) {
                return chore_yaml_fail(value, err, "a weight must be positive");
            }
        } else if (++n_conditions > 1) {
            return chore_yaml_fail(value, err,
                                   "a stage has one condition; put several into all: [...]");
        } else {
            TRY(chore_condition_parse_pair(node, key, value, scope, &stage->condition, err));
        }
    }
    if (!name || n_conditions == 0) {
        return chore_yaml_fail(node, err, "a stage needs %s", name ? "a condition" : "a name");
    }
    return CHORE_OK;
}

static chore_status parse_stages(const chore_yaml_node *list, chore_task *task, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "the list of stages", err));
    if (chore_yaml_size(list) > MAX_STAGES) {
        return chore_yaml_fail(list, err, "at most %d stages", MAX_STAGES);
    }
    for (int i = 0; i < chore_yaml_size(list); i++, task->n_stages++) {
        TRY(parse_stage(chore_yaml_item(list, i), task, &task->stages[i], err));
    }
    return CHORE_OK;
}

static chore_status parse_fails(const chore_yaml_node *list, chore_task *task, chore_error *err)
{
    condition_scope scope = {task, false, NULL};
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "the list of failure conditions", err));
    if (chore_yaml_size(list) > MAX_FAILS) {
        return chore_yaml_fail(list, err, "at most %d failure conditions", MAX_FAILS);
    }
    for (int i = 0; i < chore_yaml_size(list); i++, task->n_fails++) {
        TRY(chore_condition_parse(chore_yaml_item(list, i), scope, &task->fails[i], err));
    }
    return CHORE_OK;
}

static chore_status parse_times(const chore_yaml_node *root, chore_task *task, chore_error *err)
{
    const chore_yaml_node *rate = chore_yaml_find(root, "control_rate"),
                          *horizon = chore_yaml_find(root, "horizon");
    double hz;
    TRY(chore_yaml_quantity(rate, CHORE_UNIT_RATE, &hz, err));
    if (!(hz >= 1 && hz <= CHORE_PHYSICS_HZ) || hz != floor(hz) ||
        CHORE_PHYSICS_HZ % (int)hz != 0) {
        return chore_yaml_fail(rate, err,
                               "the control rate must divide %d Hz: 10, 15, 20, 25, 30, 50 Hz ...",
                               CHORE_PHYSICS_HZ);
    }
    task->control_hz = task->own_hz = (int)hz;
    TRY(chore_yaml_quantity(horizon, CHORE_UNIT_TIME, &task->horizon_s, err));
    if (!(task->horizon_s > 0 && task->horizon_s <= 86400)) {
        return chore_yaml_fail(horizon, err, "expected a horizon above 0 s and up to 24 h");
    }
    return CHORE_OK;
}

static chore_status parse_root(const chore_yaml_node *root, chore_task *task, chore_error *err)
{
    static const char *const known[] = {
        "name",    "version",     "instructions", "held_out_instructions",
        "scene",   "embodiments", "control_rate", "horizon",
        "objects", "joints",      "init",         "goal",
        "stages",  "fail",        "events",       "spills",
        NULL};
    static const char *const required[] = {
        "name",    "version", "instructions", "scene", "embodiments", "control_rate",
        "horizon", "objects", "init",         "goal",  NULL};
    int64_t version;
    TRY(chore_yaml_check_keys(root, "task", known, required, err));
    TRY(chore_yaml_identifier(chore_yaml_find(root, "name"), task->name, err));
    TRY(chore_yaml_int(chore_yaml_find(root, "version"), 1, 1000000, &version, err));
    task->version = (int)version;
    TRY(chore_yaml_identifier(chore_yaml_find(root, "scene"), task->scene, err));
    TRY(parse_embodiments(chore_yaml_find(root, "embodiments"), task, err));
    TRY(parse_times(root, task, err));
    TRY(parse_objects(chore_yaml_find(root, "objects"), task, err));
    TRY(chore_init_parse(chore_yaml_find(root, "init"), task, err));
    if (chore_yaml_find(root, "joints")) {
        TRY(chore_joints_parse(chore_yaml_find(root, "joints"), task, err));
    }
    if (chore_yaml_find(root, "spills")) {
        TRY(chore_spills_parse(chore_yaml_find(root, "spills"), task, err));
    }
    TRY(parse_instructions(root, task, err));
    TRY(parse_goal(chore_yaml_find(root, "goal"), task, err));
    if (chore_yaml_find(root, "stages")) {
        TRY(parse_stages(chore_yaml_find(root, "stages"), task, err));
    }
    if (chore_yaml_find(root, "fail")) {
        TRY(parse_fails(chore_yaml_find(root, "fail"), task, err));
    }
    if (chore_yaml_find(root, "events")) {
        TRY(chore_events_parse(chore_yaml_find(root, "events"), task, err));
    }
    return CHORE_OK;
}

chore_status chore_task_parse(chore_task **out, const char *name, const char *text, size_t len,
                              chore_error *err)
{
    *out = NULL;
    chore_task *task = calloc(1, sizeof *task);
    if (!task) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for the task %s", name);
    }
    task->held_for_s = 0.5;
    task->hash = chore_hash_bytes(text, len, 0);
    chore_copy(task->path, sizeof task->path, name);
    chore_status status = chore_yaml_parse(&task->yaml, name, text, len, err);
    if (status == CHORE_OK) {
        status = parse_root(chore_yaml_root(task->yaml), task, err);
    }
    if (status != CHORE_OK) {
        chore_task_free(task);
        return status;
    }
    *out = task;
    return CHORE_OK;
}
