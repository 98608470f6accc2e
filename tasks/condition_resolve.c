/* The second half of a condition's checks: its names against the scene that was built. */
#include "predicates_internal.h"

#include <string.h>

/* ---- items as arguments ---------------------------------------------------------------------- */

static bool has_numbered_site(const chore_object *object, const char *prefix)
{
    size_t len = strlen(prefix);
    for (int i = 0; i < object->n_sites; i++) {
        if (strncmp(object->sites[i].name, prefix, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool item_fits(const chore_scene *scene, chore_item item, argument_kind kind)
{
    const chore_object *object = item.object >= 0 ? chore_scene_object(scene, item.object) : NULL;
    switch (kind) {
    case ARGUMENT_GARMENT: return !object;
    case ARGUMENT_OBJECT:
    case ARGUMENT_SUPPORT: return object;
    case ARGUMENT_SHARD: return object && object->shard_of >= 0;
    case ARGUMENT_BREAKABLE: return object && object->breakable >= 0;
    case ARGUMENT_VESSEL: return object && object->vessel > 0;
    case ARGUMENT_APPLIANCE: return object && object->brewer > 0;
    case ARGUMENT_RECEPTACLE:
    case ARGUMENT_CONTAINER: return object && chore_object_site(object, "cavity");
    case ARGUMENT_LIDDED: return object && object->n_layers > 0;
    case ARGUMENT_FOLDABLE: return object && object->n_walls > 0;
    case ARGUMENT_RACK: return object && has_numbered_site(object, "slot_");
    case ARGUMENT_CELLS: return object && has_numbered_site(object, "cell_");
    default: return true;
    }
}

static const char *lacks(argument_kind kind)
{
    switch (kind) {
    case ARGUMENT_GARMENT: return "is no garment";
    case ARGUMENT_SHARD: return "is no shard: name them by {category: shard}";
    case ARGUMENT_BREAKABLE: return "does not break: give it 'breakable: true' in the list of objects";
    case ARGUMENT_APPLIANCE: return "is no appliance that could fail";
    case ARGUMENT_VESSEL: return "holds no liquids in this task: say with 'holds' what is in it";
    case ARGUMENT_RECEPTACLE:
    case ARGUMENT_CONTAINER: return "has no site 'cavity' to be inside of";
    case ARGUMENT_LIDDED: return "has no lid";
    case ARGUMENT_FOLDABLE: return "has no walls that are turned up";
    case ARGUMENT_RACK: return "has no sites slot_1, slot_2, ...";
    case ARGUMENT_CELLS: return "has no sites cell_1, cell_2, ...";
    default: return "is cloth: a rigid object is wanted here";
    }
}

static void hint_fitting(const char *name, const chore_task *task, argument_kind kind,
                         const chore_scene *scene, chore_error *err)
{
    const char *fitting[CHORE_MAX_OBJECTS];
    int n = 0;
    for (int i = 0; i < task->n_objects; i++) {
        if (item_fits(scene, task->items[i], kind)) {
            fitting[n++] = task->objects[i].id;
        }
    }
    const int nearest = n == 1 ? 0 : chore_nearest(name, fitting, n);
    if (nearest >= 0) {
        chore_error_hint(err, "did you mean '%s'?", fitting[nearest]);
    }
}

/* All that the argument may stand for must fit. */
static chore_status check_items(const chore_argument *arg, uint64_t candidates, argument_kind kind,
                                const chore_task *task, const chore_scene *scene, chore_error *err)
{
    for (int i = 0; i < task->n_objects; i++) {
        if (!(candidates >> i & 1) || item_fits(scene, task->items[i], kind)) {
            continue;
        }
        const chore_object_def *def = &task->objects[i];
        const bool named = strcmp(arg->name, def->id) == 0;
        chore_status status = chore_yaml_fail(arg->node, err, "'%s'%s%s%s (kind %s) %s", arg->name,
                                              named ? "" : " may be '", named ? "" : def->id,
                                              named ? "" : "', which", def->kind, lacks(kind));
        hint_fitting(arg->name, task, kind, scene, err);
        return status;
    }
    return CHORE_OK;
}

/* Items that a role may be. */
static uint64_t items_of_role(const chore_task *task, int role)
{
    uint64_t items = 0;
    for (int i = 0; i < task->n_init; i++) {
        for (int k = 0; task->init[i].role == role && k < task->init[i].n_from; k++) {
            items |= UINT64_C(1) << task->init[i].from[k];
        }
    }
    return items;
}

uint64_t chore_set_candidates(const chore_set *set, const chore_task *task)
{
    uint64_t items = set->members;
    for (int role = 0; role < task->n_roles; role++) {
        items |= set->roles >> role & 1 ? items_of_role(task, role) : 0;
    }
    return items;
}

/* ---- other names ----------------------------------------------------------------------------- */

static int add_items(const char **known, int n, argument_kind kind, const chore_task *task,
                     const chore_scene *scene)
{
    for (int i = 0; i < task->n_objects; i++) {
        if (item_fits(scene, task->items[i], kind)) {
            known[n++] = task->objects[i].id;
        }
    }
    return n;
}

static chore_status resolve_region(chore_argument *arg, argument_kind kind, const chore_task *task,
                                   const chore_scene *scene, chore_error *err)
{
    arg->index = chore_scene_find_region(scene, arg->name);
    if (arg->index >= 0) {
        return CHORE_OK;
    }
    const char *known[CHORE_MAX_REGIONS + CHORE_MAX_OBJECTS + 1];
    int n = 0;
    for (int i = 0; i < chore_scene_n_regions(scene); i++) {
        known[n++] = chore_scene_region(scene, i)->name;
    }
    if (kind != ARGUMENT_REGION) {
        n = add_items(known, n, kind, task, scene);
    }
    if (kind == ARGUMENT_THING) {
        known[n++] = "gripper";
    }
    return chore_yaml_fail_unknown(arg->node,
                                   kind == ARGUMENT_REGION      ? "region"
                                   : kind == ARGUMENT_CONTAINER ? "receptacle or region"
                                                                : "object or region",
                                   arg->name, known, n, err);
}

static bool fixture_fits(const chore_scene *scene, int body, argument_kind kind)
{
    double a[3], b[3], radius;
    return kind != ARGUMENT_RAIL ||
           chore_fixture_bar(chore_scene_model(scene), body, a, b, &radius);
}

static chore_status resolve_fixture(chore_argument *arg, argument_kind kind, const chore_task *task,
                                    const chore_scene *scene, chore_error *err)
{
    arg->index = chore_scene_find_fixture(scene, arg->name);
    if (arg->index >= 0 && fixture_fits(scene, arg->index, kind)) {
        return CHORE_OK;
    }
    const char *known[2 * CHORE_MAX_OBJECTS];
    int n = 0;
    for (int i = 0; i < chore_scene_n_fixtures(scene) && n < CHORE_MAX_OBJECTS; i++) {
        const char *name = chore_scene_fixture_name(scene, i);
        if (fixture_fits(scene, chore_scene_find_fixture(scene, name), kind)) {
            known[n++] = name;
        }
    }
    if (kind != ARGUMENT_RAIL) {
        n = add_items(known, n, kind, task, scene);
    }
    return chore_yaml_fail_unknown(
        arg->node, kind == ARGUMENT_RAIL ? "fixture to hang cloth over" : "object or fixture",
        arg->name, known, n, err);
}

/* A kind or a colour that a garment of the pool has. */
static chore_status resolve_trait(chore_argument *arg, const chore_task *task,
                                  const chore_scene *scene, chore_error *err)
{
    const char *known[2 * CHORE_MAX_GARMENTS];
    int n = 0;
    for (int i = 0; i < task->n_objects; i++) {
        const chore_item_words words = chore_item_words_of(scene, task->items[i]);
        if (task->items[i].garment < 0) {
            continue;
        }
        arg->index = i;
        if (strcmp(words.kind, arg->name) == 0 || strcmp(words.colour, arg->name) == 0) {
            arg->refer = strcmp(words.kind, arg->name) == 0 ? REFER_KIND : REFER_COLOUR;
            return CHORE_OK;
        }
        chore_known_add(known, &n, words.kind);
        chore_known_add(known, &n, words.colour);
    }
    return chore_yaml_fail_unknown(arg->node, "kind or colour of this task's garments", arg->name,
                                   known, n, err);
}

/* A wall of every box of the pool: one and the same part of each. */
static chore_status resolve_wall(chore_argument *arg, const chore_task *task, const chore_scene *scene,
                                 chore_error *err)
{
    const char *known[CHORE_MAX_OBJECTS * CHORE_MAX_PARTS];
    int n = 0, index = -1;
    for (int i = 0; i < task->n_objects; i++) {
        if (!item_fits(scene, task->items[i], ARGUMENT_FOLDABLE)) {
            continue;
        }
        const chore_object *object = chore_scene_object(scene, task->items[i].object);
        const int part = chore_object_find_part(object, arg->name);
        if (part < 0 || object->parts[part].wall == 0 || (index >= 0 && index != part)) {
            for (int k = 0; k < object->n_parts; k++) {
                if (object->parts[k].wall > 0) {
                    chore_known_add(known, &n, object->parts[k].name);
                }
            }
            return chore_yaml_fail_unknown(arg->node, "wall", arg->name, known, n, err);
        }
        index = part;
    }
    arg->index = index; /* -1: no box, which the other argument complains of */
    return CHORE_OK;
}

chore_status chore_argument_resolve(chore_argument *arg, argument_kind kind, const chore_task *task,
                                    const chore_scene *scene, resolve_words words, uint64_t *items,
                                    chore_error *err)
{
    uint64_t candidates = 0;
    switch (arg->refer) {
    case REFER_ITEM: candidates = UINT64_C(1) << arg->index; break;
    case REFER_EACH: candidates = words.each; break;
    case REFER_EVENT: candidates = words.event; break;
    case REFER_ROLE: candidates = items_of_role(task, arg->index); break;
    case REFER_REGION: return resolve_region(arg, kind, task, scene, err);
    case REFER_FIXTURE: return resolve_fixture(arg, kind, task, scene, err);
    case REFER_PART:
    case REFER_SPACE: return chore_furniture_resolve(arg, scene, err);
    case REFER_KIND:
    case REFER_COLOUR: return resolve_trait(arg, task, scene, err);
    case REFER_WALL: return resolve_wall(arg, task, scene, err);
    default: return CHORE_OK;
    }
    if (items) {
        *items = candidates;
    }
    return check_items(arg, candidates, kind, task, scene, err);
}

static chore_status resolve_literal(chore_condition *condition, const chore_task *task,
                                    const chore_scene *scene, resolve_words words, chore_error *err)
{
    const predicate_row *row = chore_predicate_row(condition->predicate);
    for (int i = 0; i < MAX_ARGS; i++) {
        TRY(chore_argument_resolve(&condition->args[i], row->args[i], task, scene, words, NULL,
                                   err));
    }
    return CHORE_OK;
}

/* ---- sets ------------------------------------------------------------------------------------ */

static const char *trait(const chore_set *set, chore_item_words words)
{
    switch (set->by) {
    case SET_CATEGORY: return words.category;
    case SET_KIND: return words.kind;
    case SET_COLOUR: return words.colour;
    case SET_OBJECTS: break;
    }
    return words.id;
}

static bool in_set(const chore_set *set, chore_item_words words)
{
    for (int i = 0; i < set->n; i++) {
        if (strcmp(trait(set, words), set->names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Each name of a set by category or colour must be one that the pool has. */
static chore_status check_traits(const chore_set *set, const chore_task *task,
                                 const chore_scene *scene, chore_error *err)
{
    const char *known[CHORE_MAX_OBJECTS];
    int n = 0;
    for (int i = 0; i < task->n_objects; i++) {
        chore_known_add(known, &n, trait(set, chore_item_words_of(scene, task->items[i])));
    }
    for (int k = 0; k < set->n; k++) {
        bool found = false;
        for (int i = 0; i < n && !found; i++) {
            found = strcmp(known[i], set->names[k]) == 0;
        }
        if (!found) {
            return chore_yaml_fail_unknown(set->node,
                                           set->by == SET_COLOUR
                                               ? "colour in this task's objects"
                                               : "category in this task's objects",
                                           set->names[k], known, n, err);
        }
    }
    return CHORE_OK;
}

chore_status chore_set_resolve(chore_set *set, const chore_task *task, const chore_scene *scene,
                               chore_error *err)
{
    if (set->by == SET_CATEGORY || set->by == SET_COLOUR) {
        TRY(check_traits(set, task, scene, err));
    }
    set->members = 0;
    set->roles = 0;
    for (int i = 0; i < task->n_objects; i++) {
        if (in_set(set, chore_item_words_of(scene, task->items[i]))) {
            set->members |= UINT64_C(1) << i;
        }
    }
    for (int k = 0; set->by == SET_OBJECTS && k < set->n; k++) {
        for (int role = 0; role < task->n_roles; role++) {
            if (strcmp(task->roles[role], set->names[k]) == 0) {
                set->roles |= UINT32_C(1) << role;
            }
        }
    }
    return CHORE_OK;
}

chore_status chore_condition_resolve(chore_condition *condition, const chore_task *task,
                                     const chore_scene *scene, resolve_words words,
                                     chore_error *err)
{
    if (condition->kind == CONDITION_LITERAL) {
        return resolve_literal(condition, task, scene, words, err);
    }
    if (condition->over_set) {
        TRY(chore_set_resolve(&condition->set, task, scene, err));
        words.each = chore_set_candidates(&condition->set, task);
    }
    for (int i = 0; i < condition->n; i++) {
        TRY(chore_condition_resolve(&condition->children[i], task, scene, words, err));
    }
    return CHORE_OK;
}
