/* The second half of a condition's checks: its names against the scene that was built. */
#include "task_internal.h"

#include <string.h>

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

static bool object_fits(const chore_object *object, argument_kind kind)
{
    switch (kind) {
    case ARGUMENT_RECEPTACLE: return chore_object_site(object, "cavity") != NULL;
    case ARGUMENT_RACK: return has_numbered_site(object, "slot_");
    case ARGUMENT_CELLS: return has_numbered_site(object, "cell_");
    default: return true;
    }
}

static chore_status resolve_object(const chore_argument *arg, argument_kind kind,
                                   const chore_scene *scene, chore_error *err)
{
    const chore_object *object = chore_scene_object(scene, arg->index);
    if (object_fits(object, kind)) {
        return CHORE_OK;
    }
    const char *what = kind == ARGUMENT_RECEPTACLE ? "no site 'cavity' to be inside of"
                       : kind == ARGUMENT_RACK     ? "no sites slot_1, slot_2, ..."
                                                   : "no sites cell_1, cell_2, ...";
    return chore_yaml_fail(arg->node, err, "'%s' (kind %s) has %s", object->id, object->kind, what);
}

static chore_status resolve_region(chore_argument *arg, bool or_object, const chore_scene *scene,
                                   chore_error *err)
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
    for (int i = 0; or_object && i < chore_scene_n_objects(scene); i++) {
        known[n++] = chore_scene_object(scene, i)->id;
    }
    if (or_object) {
        known[n++] = "gripper";
    }
    return chore_yaml_fail_unknown(arg->node, or_object ? "object or region" : "region", arg->name,
                                   known, n, err);
}

static chore_status resolve_fixture(chore_argument *arg, const chore_scene *scene, chore_error *err)
{
    arg->index = chore_scene_find_fixture(scene, arg->name);
    if (arg->index >= 0) {
        return CHORE_OK;
    }
    const char *known[2 * CHORE_MAX_OBJECTS];
    int n = 0;
    for (int i = 0; i < chore_scene_n_fixtures(scene) && n < CHORE_MAX_OBJECTS; i++) {
        known[n++] = chore_scene_fixture_name(scene, i);
    }
    for (int i = 0; i < chore_scene_n_objects(scene); i++) {
        known[n++] = chore_scene_object(scene, i)->id;
    }
    return chore_yaml_fail_unknown(arg->node, "object or fixture", arg->name, known, n, err);
}

static chore_status resolve_literal(chore_condition *condition, const chore_scene *scene,
                                    chore_error *err)
{
    const predicate_row *row = chore_predicate_row(condition->predicate);
    for (int i = 0; i < MAX_ARGS; i++) {
        chore_argument *arg = &condition->args[i];
        switch (arg->refer) {
        case REFER_OBJECT: TRY(resolve_object(arg, row->args[i], scene, err)); break;
        case REFER_REGION:
            TRY(resolve_region(arg, row->args[i] == ARGUMENT_THING, scene, err));
            break;
        case REFER_FIXTURE: TRY(resolve_fixture(arg, scene, err)); break;
        default: break;
        }
    }
    return CHORE_OK;
}

static bool in_set(const chore_set *set, const chore_object *object)
{
    for (int i = 0; i < set->n; i++) {
        const char *mine = set->by == SET_CATEGORY ? object->category
                           : set->by == SET_KIND   ? object->kind
                                                   : object->id;
        if (strcmp(mine, set->names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static chore_status check_categories(const chore_set *set, const chore_scene *scene,
                                     chore_error *err)
{
    const char *known[CHORE_MAX_OBJECTS];
    int n = 0;
    for (int i = 0; i < chore_scene_n_objects(scene); i++) {
        chore_known_add(known, &n, chore_scene_object(scene, i)->category);
    }
    for (int k = 0; k < set->n; k++) {
        bool found = false;
        for (int i = 0; i < n && !found; i++) {
            found = strcmp(known[i], set->names[k]) == 0;
        }
        if (!found) {
            return chore_yaml_fail_unknown(set->node, "category in this task's objects",
                                           set->names[k], known, n, err);
        }
    }
    return CHORE_OK;
}

chore_status chore_set_resolve(chore_set *set, const chore_task *task, const chore_scene *scene,
                               chore_error *err)
{
    if (set->by == SET_CATEGORY) {
        TRY(check_categories(set, scene, err));
    }
    set->members = 0;
    set->roles = 0;
    for (int i = 0; i < chore_scene_n_objects(scene); i++) {
        if (in_set(set, chore_scene_object(scene, i))) {
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
                                     const chore_scene *scene, chore_error *err)
{
    if (condition->kind == CONDITION_LITERAL) {
        return resolve_literal(condition, scene, err);
    }
    if (condition->over_set) {
        TRY(chore_set_resolve(&condition->set, task, scene, err));
    }
    for (int i = 0; i < condition->n; i++) {
        TRY(chore_condition_resolve(&condition->children[i], task, scene, err));
    }
    return CHORE_OK;
}
