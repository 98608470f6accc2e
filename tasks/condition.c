/* Conditions from YAML: a tree of all, any, none, count, forall over predicates, one key per
   node. */
#include "task_internal.h"

#include <string.h>

static const char *const connectives[] = {"all", "any", "none", "count", "forall", "goal_of"};
enum { N_CONNECTIVES = sizeof connectives / sizeof connectives[0] };

const char *const chore_set_keys[] = {"category", "kind", "colour", "objects", NULL};

static int find_connective(const char *key)
{
    for (int i = 0; i < N_CONNECTIVES; i++) {
        if (strcmp(key, connectives[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static int find_predicate(const char *key)
{
    for (int i = 0; i < PREDICATE_COUNT; i++) {
        if (strcmp(key, chore_predicate_row(i)->name) == 0) {
            return i;
        }
    }
    return -1;
}

void chore_known_add(const char **known, int *n, const char *name)
{
    for (int i = 0; i < *n; i++) {
        if (strcmp(known[i], name) == 0) {
            return;
        }
    }
    known[(*n)++] = name;
}

static int find_role(const chore_task *task, const char *name)
{
    for (int i = 0; i < task->n_roles; i++) {
        if (strcmp(task->roles[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Names that an item argument may use here; for the error. */
static chore_status fail_unknown_object(const chore_yaml_node *node, condition_scope scope,
                                        const char *name, chore_error *err)
{
    const char *known[CHORE_MAX_OBJECTS + MAX_ROLES + 2];
    int n = 0;
    for (int i = 0; i < scope.task->n_objects; i++) {
        known[n++] = scope.task->objects[i].id;
    }
    for (int i = 0; i < scope.task->n_roles; i++) {
        known[n++] = scope.task->roles[i];
    }
    if (scope.each) {
        known[n++] = "each";
    }
    if (scope.event_word) {
        known[n++] = scope.event_word;
    }
    return chore_yaml_fail_unknown(node, "object", name, known, n, err);
}

static bool is_event_word(const char *name)
{
    for (int i = 0; i < EFFECT_COUNT; i++) {
        if (chore_effects[i].word && strcmp(name, chore_effects[i].word) == 0) {
            return true;
        }
    }
    return false;
}

/* Words that stand for an item. *found stays false for a name that is none. */
static chore_status parse_object_word(const chore_yaml_node *node, const char *name,
                                      condition_scope scope, chore_argument *out, bool *found,
                                      chore_error *err)
{
    int item = chore_task_find_item(scope.task, name), role = find_role(scope.task, name);
    *found = true;
    if (strcmp(name, "each") == 0) {
        if (!scope.each) {
            return chore_yaml_fail(
                node, err,
                "'each' has a meaning only inside forall, count or a trigger with 'over'");
        }
        out->refer = REFER_EACH;
    } else if (is_event_word(name)) {
        if (!scope.event_word || strcmp(name, scope.event_word) != 0) {
            return chore_yaml_fail(
                node, err, "'%s' has a meaning only in the new_work of an event with that effect",
                name);
        }
        out->refer = REFER_EVENT;
    } else if (role >= 0) {
        out->refer = REFER_ROLE;
        out->index = role;
    } else if (item >= 0) {
        out->refer = REFER_ITEM;
        out->index = item;
    } else {
        *found = false;
    }
    return CHORE_OK;
}

/* What a name is when it is no word for an item: it is looked up in the scene. REFER_NOTHING: an error. */
static reference refer_otherwise(argument_kind kind)
{
    switch (kind) {
    case ARGUMENT_SUPPORT:
    case ARGUMENT_BODY: return REFER_FIXTURE;
    case ARGUMENT_CONTAINER:
    case ARGUMENT_THING: return REFER_REGION;
    default: return REFER_NOTHING;
    }
}

/* What "<fixture>/<name>" is. */
static reference refer_to_furniture(argument_kind kind)
{
    return kind == ARGUMENT_LIDDED      ? REFER_PART
           : kind == ARGUMENT_CONTAINER ? REFER_SPACE
                                        : refer_otherwise(kind);
}

chore_status chore_argument_parse(const chore_yaml_node *node, argument_kind kind,
                                  condition_scope scope, chore_argument *out, chore_error *err)
{
    const char *name;
    bool found;
    out->node = node;
    if (kind == ARGUMENT_FORCE) {
        out->refer = REFER_NUMBER;
        TRY(chore_yaml_quantity(node, CHORE_UNIT_FORCE, &out->number, err));
        return out->number >= 0 ? CHORE_OK
                                : chore_yaml_fail(node, err, "expected a force that is not negative, like '15 N'");
    }
    if (kind == ARGUMENT_VOLUME) {
        out->refer = REFER_NUMBER;
        TRY(chore_yaml_quantity(node, CHORE_UNIT_VOLUME, &out->number, err));
        return out->number >= 0 ? CHORE_OK
                                : chore_yaml_fail(node, err, "expected a volume that is not negative, like '20 ml'");
    }
    if (kind == ARGUMENT_LENGTH || kind == ARGUMENT_ANGLE) {
        out->refer = REFER_NUMBER;
        TRY(chore_yaml_quantity(node,
                                kind == ARGUMENT_LENGTH ? CHORE_UNIT_LENGTH : CHORE_UNIT_ANGLE,
                                &out->number, err));
        return out->number >= 0 ? CHORE_OK
                                : chore_yaml_fail(node, err, "expected a %s that is not negative",
                                                  kind == ARGUMENT_LENGTH ? "length like '5 cm'"
                                                                          : "angle like '15 deg'");
    }
    TRY(chore_yaml_string(node, &name, err));
    if (!chore_copy(out->name, sizeof out->name, name)) {
        return chore_yaml_fail(node, err, "'%.20s...' is too long for a name", name);
    }
    if (kind == ARGUMENT_REGION || kind == ARGUMENT_RAIL || kind == ARGUMENT_TRAIT || kind == ARGUMENT_WALL) {
        out->refer = kind == ARGUMENT_REGION ? REFER_REGION
                     : kind == ARGUMENT_RAIL ? REFER_FIXTURE
                     : kind == ARGUMENT_WALL ? REFER_WALL
                                             : REFER_KIND; /* checked against the scene */
        return CHORE_OK;
    }
    if (kind == ARGUMENT_THING && strcmp(name, "gripper") == 0) {
        out->refer = REFER_GRIPPER;
        return CHORE_OK;
    }
    TRY(parse_object_word(node, name, scope, out, &found, err));
    if (found) {
        return CHORE_OK;
    }
    out->refer = strchr(name, '/') ? refer_to_furniture(kind) : refer_otherwise(kind);
    if (out->refer != REFER_NOTHING) {
        return CHORE_OK;
    }
    return fail_unknown_object(node, scope, name, err);
}

static chore_status parse_literal(const chore_yaml_node *value, int predicate,
                                  condition_scope scope, chore_condition *out, chore_error *err)
{
    const predicate_row *row = chore_predicate_row(predicate);
    int wanted = 0;
    while (wanted < MAX_ARGS && row->args[wanted] != ARGUMENT_NONE) {
        wanted++;
    }
    TRY(chore_yaml_expect(value, CHORE_YAML_LIST, "the list of arguments", err));
    if (chore_yaml_size(value) != wanted) {
        return chore_yaml_fail(value, err, "%s takes %d argument%s (%s), not %d", row->name, wanted,
                               wanted == 1 ? "" : "s", wanted ? row->arguments : "none",
                               chore_yaml_size(value));
    }
    out->kind = CONDITION_LITERAL;
    out->predicate = predicate;
    for (int i = 0; i < wanted; i++) {
        TRY(chore_argument_parse(chore_yaml_item(value, i), row->args[i], scope, &out->args[i],
                                 err));
    }
    return CHORE_OK;
}

static chore_status parse_list(const chore_yaml_node *list, condition_scope scope,
                               chore_condition *out, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "a list of conditions", err));
    out->n = chore_yaml_size(list);
    if (out->n == 0) {
        return chore_yaml_fail(list, err, "expected at least one condition");
    }
    out->children = chore_task_alloc(scope.task, (size_t)out->n, sizeof *out->children);
    for (int i = 0; i < out->n; i++) {
        TRY(chore_condition_parse(chore_yaml_item(list, i), scope, &out->children[i], err));
    }
    return CHORE_OK;
}

/* The one key of a set that is there. */
static chore_status find_set_key(const chore_yaml_node *node, int *out, chore_error *err)
{
    *out = -1;
    for (int i = 0; chore_set_keys[i]; i++) {
        if (chore_yaml_find(node, chore_set_keys[i])) {
            if (*out >= 0) {
                return chore_yaml_fail(
                    node, err,
                    "expected one of category, kind, colour, objects, not both %s and %s",
                    chore_set_keys[*out], chore_set_keys[i]);
            }
            *out = i;
        }
    }
    return *out >= 0
               ? CHORE_OK
               : chore_yaml_fail(node, err,
                                 "expected the set of objects: category, kind, colour or objects");
}

static bool pool_has_kind(const chore_task *task, const char *kind)
{
    for (int i = 0; i < task->n_objects; i++) {
        if (strcmp(task->objects[i].kind, kind) == 0) {
            return true;
        }
    }
    return false;
}

static chore_status check_set_name(const chore_yaml_node *node, condition_scope scope,
                                   const chore_set *set, const char *name, chore_error *err)
{
    if (set->by == SET_OBJECTS && chore_task_find_item(scope.task, name) < 0 &&
        find_role(scope.task, name) < 0) {
        scope.each = false;
        scope.event_word = NULL;
        return fail_unknown_object(node, scope, name, err);
    }
    if (set->by == SET_KIND && !pool_has_kind(scope.task, name)) {
        const char *known[CHORE_MAX_OBJECTS];
        int n = 0;
        for (int i = 0; i < scope.task->n_objects; i++) {
            chore_known_add(known, &n, scope.task->objects[i].kind);
        }
        return chore_yaml_fail_unknown(node, "kind in this task's objects", name, known, n, err);
    }
    return CHORE_OK;
}

chore_status chore_set_parse(const chore_yaml_node *node, condition_scope scope, chore_set *out,
                             chore_error *err)
{
    int key;
    TRY(chore_yaml_expect(node, CHORE_YAML_MAP,
                          "a set: {category: ...}, {kind: ...}, {colour: ...} or {objects: [...]}",
                          err));
    TRY(find_set_key(node, &key, err));
    const chore_yaml_node *value = chore_yaml_find(node, chore_set_keys[key]);
    bool is_list = chore_yaml_kind_of(value) == CHORE_YAML_LIST;
    out->by = (set_by)key;
    out->node = value;
    out->n = is_list ? chore_yaml_size(value) : 1;
    if (out->n == 0) {
        return chore_yaml_fail(value, err, "expected at least one name");
    }
    out->names = chore_task_alloc(scope.task, (size_t)out->n, sizeof *out->names);
    for (int i = 0; i < out->n; i++) {
        const chore_yaml_node *item = is_list ? chore_yaml_item(value, i) : value;
        TRY(chore_yaml_identifier(item, out->names[i], err));
        TRY(check_set_name(item, scope, out, out->names[i], err));
    }
    return CHORE_OK;
}

static chore_status parse_set_and_holds(const chore_yaml_node *value, condition_scope scope,
                                        chore_condition *out, chore_error *err)
{
    const chore_yaml_node *holds = chore_yaml_find(value, "holds");
    TRY(chore_set_parse(value, scope, &out->set, err));
    if (!holds) {
        return chore_yaml_fail(value, err, "expected 'holds', the condition for each of them");
    }
    if (scope.each) {
        return chore_yaml_fail(
            value, err,
            "forall and count over a set cannot lie inside another ('each' would be two things)");
    }
    scope.each = true;
    out->over_set = true;
    out->n = 1;
    out->children = chore_task_alloc(scope.task, 1, sizeof *out->children);
    return chore_condition_parse(holds, scope, out->children, err);
}

static chore_status parse_forall(const chore_yaml_node *value, condition_scope scope,
                                 chore_condition *out, chore_error *err)
{
    static const char *const known[] = {"category", "kind", "colour", "objects", "holds", NULL},
                             *const required[] = {"holds", NULL};
    TRY(chore_yaml_check_keys(value, "forall", known, required, err));
    return parse_set_and_holds(value, scope, out, err);
}

static chore_status parse_count(const chore_yaml_node *value, condition_scope scope,
                                chore_condition *out, chore_error *err)
{
    static const char *const known[] = {"category", "kind",     "colour",  "objects", "holds",
                                        "of",       "at_least", "at_most", NULL};
    static const char *const required[] = {NULL};
    TRY(chore_yaml_check_keys(value, "count", known, required, err));
    const chore_yaml_node *of = chore_yaml_find(value, "of"),
                          *least = chore_yaml_find(value, "at_least"),
                          *most = chore_yaml_find(value, "at_most");
    int64_t lo = 0, hi = CHORE_MAX_OBJECTS;
    if (!least && !most) {
        return chore_yaml_fail(value, err, "count: expected 'at_least' or 'at_most'");
    }
    if (least) {
        TRY(chore_yaml_int(least, 0, CHORE_MAX_OBJECTS, &lo, err));
    }
    if (most) {
        TRY(chore_yaml_int(most, lo, CHORE_MAX_OBJECTS, &hi, err));
    }
    out->at_least = (int)lo;
    out->at_most = (int)hi;
    if (!of) {
        return parse_set_and_holds(value, scope, out, err);
    }
    if (chore_yaml_find(value, "holds")) {
        return chore_yaml_fail(
            value, err, "count: expected either 'of' (a list) or a set with 'holds', not both");
    }
    return parse_list(of, scope, out, err);
}

/* goal_of: slipped | unfolded | ... - what the goal says about that item. */
static chore_status parse_goal_of(const chore_yaml_node *value, condition_scope scope,
                                  chore_condition *out, chore_error *err)
{
    if (!scope.event_word) {
        return chore_yaml_fail(value, err,
                               "goal_of has a meaning only in the new_work of an event");
    }
    if (strcmp(scope.event_word, "dropped") == 0) {
        return chore_yaml_fail(value, err,
                               "the goal says nothing about what comes in later: expected where it "
                               "shall go, like inside: [dropped, ...]");
    }
    return chore_argument_parse(value, ARGUMENT_ITEM, scope, &out->args[0], err);
}

chore_status chore_condition_parse_pair(const chore_yaml_node *node, const char *key,
                                        const chore_yaml_node *value, condition_scope scope,
                                        chore_condition *out, chore_error *err)
{
    int connective = find_connective(key), predicate = find_predicate(key);
    out->node = node;
    if (predicate >= 0) {
        return parse_literal(value, predicate, scope, out, err);
    }
    switch (connective) {
    case 0: out->kind = CONDITION_ALL; return parse_list(value, scope, out, err);
    case 1: out->kind = CONDITION_ANY; return parse_list(value, scope, out, err);
    case 2: out->kind = CONDITION_NONE; return parse_list(value, scope, out, err);
    case 3: out->kind = CONDITION_COUNT; return parse_count(value, scope, out, err);
    case 4: out->kind = CONDITION_FORALL; return parse_forall(value, scope, out, err);
    case 5: out->kind = CONDITION_GOAL_OF; return parse_goal_of(value, scope, out, err);
    default: break;
    }
    const char *known[PREDICATE_COUNT + N_CONNECTIVES];
    memcpy(known, chore_predicate_names(), PREDICATE_COUNT * sizeof known[0]);
    memcpy(known + PREDICATE_COUNT, connectives, sizeof connectives);
    return chore_yaml_fail_unknown(node, "predicate", key, known, PREDICATE_COUNT + N_CONNECTIVES,
                                   err);
}

chore_status chore_condition_parse(const chore_yaml_node *node, condition_scope scope,
                                   chore_condition *out, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_MAP, "a condition like {inside: [mug, tote]}", err));
    if (chore_yaml_size(node) != 1) {
        return chore_yaml_fail(
            node, err, "a condition has exactly one key, not %d; put several into all: [...]",
            chore_yaml_size(node));
    }
    return chore_condition_parse_pair(node, chore_yaml_key(node, 0), chore_yaml_value(node, 0),
                                      scope, out, err);
}
