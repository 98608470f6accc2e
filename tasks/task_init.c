/* init: which items are where at the start, and which of them the seed chooses. */
#include "task_internal.h"

#include <string.h>

chore_status chore_ids_parse(const chore_yaml_node *node, chore_task *task, int **out, int *n,
                             chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "a list of object ids", err));
    *n = chore_yaml_size(node);
    if (*n == 0) {
        return chore_yaml_fail(node, err, "expected at least one object id");
    }
    *out = chore_task_alloc(task, (size_t)*n, sizeof **out);
    for (int i = 0; i < *n; i++) {
        const chore_yaml_node *item = chore_yaml_item(node, i);
        const char *id;
        TRY(chore_yaml_string(item, &id, err));
        int object = chore_task_find_item(task, id);
        if (object < 0) {
            const char *known[CHORE_MAX_OBJECTS];
            for (int k = 0; k < task->n_objects; k++) {
                known[k] = task->objects[k].id;
            }
            return chore_yaml_fail_unknown(item, "object", id, known, task->n_objects, err);
        }
        for (int k = 0; k < i; k++) {
            if ((*out)[k] == object) {
                return chore_yaml_fail(item, err, "'%s' is there twice", id);
            }
        }
        (*out)[i] = object;
    }
    return CHORE_OK;
}

static chore_status parse_role(const chore_yaml_node *node, chore_task *task, task_init *init,
                               chore_error *err)
{
    char name[CHORE_NAME_CAP];
    TRY(chore_yaml_identifier(node, name, err));
    if (init->lo != 1 || init->hi != 1) {
        return chore_yaml_fail(node, err, "'as' names one object: it needs choose: [1, 1]");
    }
    if (chore_task_find_item(task, name) >= 0) {
        return chore_yaml_fail(node, err, "the role '%s' has the name of an object", name);
    }
    for (int i = 0; i < task->n_roles; i++) {
        if (strcmp(task->roles[i], name) == 0) {
            return chore_yaml_fail(node, err, "the role '%s' is there twice", name);
        }
    }
    if (task->n_roles == MAX_ROLES) {
        return chore_yaml_fail(node, err, "at most %d roles", MAX_ROLES);
    }
    init->role = task->n_roles;
    chore_copy(task->roles[task->n_roles++], CHORE_NAME_CAP, name);
    return CHORE_OK;
}

static chore_status parse_choose(const chore_yaml_node *node, chore_task *task, task_init *init,
                                 chore_error *err)
{
    const chore_yaml_node *choose = chore_yaml_find(node, "choose"),
                          *from = chore_yaml_find(node, "from"),
                          *role = chore_yaml_find(node, "as");
    int64_t count[2] = {0, 0};
    if (!from) {
        return chore_yaml_fail(node, err, "choose: needs 'from', the objects to choose among");
    }
    TRY(chore_yaml_expect(choose, CHORE_YAML_LIST, "how many: [lo, hi]", err));
    if (chore_yaml_size(choose) != 2) {
        return chore_yaml_fail(choose, err, "expected how many: [lo, hi]");
    }
    TRY(chore_ids_parse(from, task, &init->from, &init->n_from, err));
    TRY(chore_yaml_int(chore_yaml_item(choose, 0), 0, init->n_from, &count[0], err));
    TRY(chore_yaml_int(chore_yaml_item(choose, 1), count[0], init->n_from, &count[1], err));
    init->lo = (int)count[0];
    init->hi = (int)count[1];
    return role ? parse_role(role, task, init, err) : CHORE_OK;
}

chore_status chore_start_parse(const chore_yaml_node *node, chore_garment_start *out,
                               chore_error *err)
{
    static const char *const starts[] = {"flat", "rumpled",
                                         "crumpled"}; /* in the order of chore_garment_start */
    const char *name;
    TRY(chore_yaml_string(node, &name, err));
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, starts[i]) == 0) {
            *out = (chore_garment_start)i;
            return CHORE_OK;
        }
    }
    return chore_yaml_fail_unknown(node, "start of a garment", name, starts, 3, err);
}

/* In a region, or inside an item that an earlier entry places for sure. */
static chore_status parse_where(const chore_yaml_node *node, chore_task *task, task_init *init,
                                chore_error *err)
{
    const chore_yaml_node *region = chore_yaml_find(node, "region"),
                          *inside = chore_yaml_find(node, "inside");
    const condition_scope scope = {task, false, NULL};
    chore_argument into = {0};
    if ((region != NULL) == (inside != NULL)) {
        return chore_yaml_fail(node, err,
                               "an init entry has either 'region' or 'inside' (an item)");
    }
    if (region) {
        return chore_yaml_identifier(region, init->region, err);
    }
    TRY(chore_argument_parse(inside, ARGUMENT_ITEM, scope, &into, err));
    for (const task_init *other = task->init; other < init && into.refer == REFER_ITEM; other++) {
        for (int i = 0; other->lo == other->n_from && i < other->n_from; i++) {
            if (other->from[i] == into.index && other->inside < 0) {
                init->inside = into.index;
                return CHORE_OK;
            }
        }
    }
    return chore_yaml_fail(
        inside, err, "'%s' must be placed in a region by an entry before this one", into.name);
}

static chore_status parse_entry(const chore_yaml_node *node, chore_task *task, task_init *init,
                                chore_error *err)
{
    static const char *const known[] = {"place", "choose", "from", "as",     "region",
                                        "yaw",   "start",  "pose", "inside", NULL},
                             *const required[] = {NULL};
    TRY(chore_yaml_check_keys(node, "init entry", known, required, err));
    const chore_yaml_node *place = chore_yaml_find(node, "place"),
                          *choose = chore_yaml_find(node, "choose"),
                          *yaw = chore_yaml_find(node, "yaw"),
                          *start = chore_yaml_find(node, "start"),
                          *pose = chore_yaml_find(node, "pose");
    init->node = node;
    init->role = init->inside = -1;
    if ((place != NULL) == (choose != NULL)) {
        return chore_yaml_fail(
            node, err, "an init entry has either 'place' (all of them) or 'choose' (some of them)");
    }
    TRY(parse_where(node, task, init, err));
    if (pose) {
        init->pose_node = pose;
        TRY(chore_yaml_identifier(pose, init->pose, err));
    }
    if (yaw) {
        TRY(chore_yaml_range(yaw, CHORE_UNIT_ANGLE, init->yaw_rad, err));
    }
    if (start) {
        init->start_node = start;
        TRY(chore_start_parse(start, &init->start, err));
    }
    if (choose) {
        return parse_choose(node, task, init, err);
    }
    if (chore_yaml_find(node, "from") || chore_yaml_find(node, "as")) {
        return chore_yaml_fail(node, err, "'from' and 'as' belong to 'choose', not to 'place'");
    }
    TRY(chore_ids_parse(place, task, &init->from, &init->n_from, err));
    init->lo = init->hi = init->n_from;
    return CHORE_OK;
}

static bool init_has(const task_init *init, int object)
{
    for (int i = 0; i < init->n_from; i++) {
        if (init->from[i] == object) {
            return true;
        }
    }
    return false;
}

/* Objects that were placed by an earlier entry are not chosen again: enough of them must be left
   in the worst case. */
static chore_status check_enough(const chore_task *task, int entry, chore_error *err)
{
    const task_init *mine = &task->init[entry];
    int taken = 0;
    for (int k = 0; k < entry; k++) {
        int shared = 0;
        for (int i = 0; i < mine->n_from; i++) {
            shared += init_has(&task->init[k], mine->from[i]);
        }
        taken += shared < task->init[k].hi ? shared : task->init[k].hi;
    }
    if (mine->n_from - taken < mine->hi) {
        return chore_yaml_fail(
            mine->node, err,
            "%d of these %d objects may stand elsewhere already: %d cannot be sure to be left",
            taken, mine->n_from, mine->hi);
    }
    return CHORE_OK;
}

chore_status chore_init_parse(const chore_yaml_node *node, chore_task *task, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "a list of {place|choose: ..., region: ...}",
                          err));
    task->n_init = chore_yaml_size(node);
    if (task->n_init == 0) {
        return chore_yaml_fail(node, err, "expected at least one entry");
    }
    task->init = chore_task_alloc(task, (size_t)task->n_init, sizeof *task->init);
    for (int i = 0; i < task->n_init; i++) {
        TRY(parse_entry(chore_yaml_item(node, i), task, &task->init[i], err));
        TRY(check_enough(task, i, err));
    }
    return CHORE_OK;
}
