/* Boxes that come flat: which parts of an object are its walls, upright at zero, and which are tucked in behind which
   wall when it is shut. */
#include "scene_internal.h"

#include <string.h>

static const chore_yaml_node *get(const object_kind *kind, const char *key)
{
    return chore_yaml_find(chore_yaml_root(kind->yaml), key);
}

/* A hinge of the fragment by name. */
static chore_status find_hinge(const chore_yaml_node *node, const char *name, const mjModel *m,
                               chore_error *err)
{
    const int joint = mj_name2id(m, mjOBJ_JOINT, name);
    if (joint >= 0 && m->jnt_type[joint] == mjJNT_HINGE) {
        return CHORE_OK;
    }
    const char *known[CHORE_MAX_PARTS];
    int n = 0;
    for (int j = 0; j < m->njnt; j++) {
        if (m->jnt_type[j] == mjJNT_HINGE) {
            known[n++] = mj_id2name(m, mjOBJ_JOINT, j);
        }
    }
    return n > 0 ? chore_yaml_fail_unknown(node, "hinge", name, known, n, err)
                 : chore_yaml_fail(node, err, "the MJCF of this object has no hinge '%s', nor any",
                                   name);
}

/* The how manieth of the walls it is, from 1; 0: none. */
static int rank_of(const chore_yaml_node *walls, const char *name)
{
    for (int i = 0; walls != NULL && i < chore_yaml_size(walls); i++) {
        const char *wall = NULL;
        CHORE_ASSERT(chore_yaml_string(chore_yaml_item(walls, i), &wall, NULL) == CHORE_OK);
        if (strcmp(wall, name) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static chore_status check_tucks(const chore_yaml_node *tucks, const chore_yaml_node *walls,
                                const mjModel *m, chore_error *err)
{
    TRY(chore_yaml_expect(tucks, CHORE_YAML_MAP, "what is tucked in, and behind which wall", err));
    for (int i = 0; i < chore_yaml_size(tucks); i++) {
        const chore_yaml_node *wall = chore_yaml_value(tucks, i);
        const char *name;
        TRY(find_hinge(chore_yaml_key_node(tucks, i), chore_yaml_key(tucks, i), m, err));
        TRY(chore_yaml_string(wall, &name, err));
        if (rank_of(walls, name) == 0) {
            return chore_yaml_fail(wall, err, "'%s' is none of the 'walls'", name);
        }
        if (rank_of(walls, chore_yaml_key(tucks, i)) > 0) {
            return chore_yaml_fail(chore_yaml_key_node(tucks, i), err,
                                   "'%s' is a wall, it cannot be tucked in",
                                   chore_yaml_key(tucks, i));
        }
    }
    return CHORE_OK;
}

chore_status chore_walls_check(const object_kind *kind, const mjModel *alone, chore_error *err)
{
    const chore_yaml_node *walls = get(kind, "walls"), *tucks = get(kind, "tucks");
    if (walls != NULL) {
        TRY(chore_yaml_expect(walls, CHORE_YAML_LIST, "the joints of the walls", err));
    }
    for (int i = 0; walls != NULL && i < chore_yaml_size(walls); i++) {
        const char *name;
        TRY(chore_yaml_string(chore_yaml_item(walls, i), &name, err));
        TRY(find_hinge(chore_yaml_item(walls, i), name, alone, err));
    }
    return tucks != NULL ? check_tucks(tucks, walls, alone, err) : CHORE_OK;
}

static int part_named(const chore_object *object, const char *name)
{
    int found = -1;
    for (int k = 0; k < object->n_parts; k++) {
        found = strcmp(object->parts[k].name, name) == 0 ? k : found;
    }
    return found;
}

/* The part that a part hangs on. */
static int parent_of(const chore_object *object, const mjModel *m, int part)
{
    int found = -1;
    for (int k = 0; k < object->n_parts; k++) {
        found = object->parts[k].body == m->body_parentid[object->parts[part].body] ? k : found;
    }
    return found;
}

void chore_walls_bind(const object_kind *kind, const mjModel *m, chore_object *object)
{
    const chore_yaml_node *walls = get(kind, "walls"), *tucks = get(kind, "tucks");
    for (int k = 0; k < object->n_parts; k++) {
        chore_part *part = &object->parts[k];
        const char *wall = NULL;
        const chore_yaml_node *behind = tucks != NULL ? chore_yaml_find(tucks, part->name) : NULL;
        CHORE_ASSERT(behind == NULL || chore_yaml_string(behind, &wall, NULL) == CHORE_OK);
        part->wall = rank_of(walls, part->name);
        part->hangs_on = parent_of(object, m, k);
        part->behind = wall != NULL ? part_named(object, wall) : -1;
        object->n_walls += part->wall > 0;
    }
}

int chore_object_find_part(const chore_object *object, const char *name)
{
    return part_named(object, name);
}
