/* Objects that are more than one body: what hangs on them by hinges and slides (flaps, lids, drawers), the poses in
   which these may stand at the start, and which of them close the object, layer by layer. */
#include "scene_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const chore_yaml_node *get(const object_kind *kind, const char *key)
{
    return chore_yaml_find(chore_yaml_root(kind->yaml), key);
}

static const char *joint_name(const mjModel *m, int joint)
{
    const char *name = mj_id2name(m, mjOBJ_JOINT, joint);
    return name != NULL ? name : "";
}

/* ---- checking the fragment ------------------------------------------------------------------- */

static chore_status check_joints(const char *path, const mjModel *m, chore_error *err)
{
    if (m->njnt > CHORE_MAX_PARTS) {
        return chore_fail_at(err, CHORE_E_FILE, path, 0, 0,
                             "an object has at most %d parts, not %d", CHORE_MAX_PARTS,
                             (int)m->njnt);
    }
    for (int j = 0; j < m->njnt; j++) {
        if (m->jnt_type[j] != mjJNT_HINGE && m->jnt_type[j] != mjJNT_SLIDE) {
            return chore_fail_at(
                err, CHORE_E_FILE, path, 0, 0,
                "the joints of an object's parts are hinges or slides; '%s' is neither",
                joint_name(m, j));
        }
        if (!chore_is_identifier(joint_name(m, j)) || m->body_jntnum[m->jnt_bodyid[j]] != 1) {
            return chore_fail_at(
                err, CHORE_E_FILE, path, 0, 0,
                "each part of an object needs one joint with a name (a-z, 0-9, _)");
        }
    }
    return CHORE_OK;
}

static chore_status fail_joint(const chore_yaml_node *node, const char *name, const mjModel *m,
                               chore_error *err)
{
    const char *known[CHORE_MAX_PARTS];
    for (int j = 0; j < m->njnt; j++) {
        known[j] = joint_name(m, j);
    }
    return m->njnt > 0 ? chore_yaml_fail_unknown(node, "joint", name, known, (int)m->njnt, err)
                       : chore_yaml_fail(
                             node, err, "the MJCF of this object has no joint '%s', nor any", name);
}

static bool turns(const mjModel *m, int joint)
{
    return m->jnt_type[joint] == mjJNT_HINGE;
}

static chore_status check_stance(const chore_yaml_node *map, const mjModel *m, chore_error *err)
{
    TRY(chore_yaml_expect(map, CHORE_YAML_MAP, "a pose: where each joint stands", err));
    for (int i = 0; i < chore_yaml_size(map); i++) {
        const chore_yaml_node *value = chore_yaml_value(map, i);
        const int joint = mj_name2id(m, mjOBJ_JOINT, chore_yaml_key(map, i));
        double at;
        if (joint < 0) {
            return fail_joint(chore_yaml_key_node(map, i), chore_yaml_key(map, i), m, err);
        }
        TRY(chore_yaml_quantity(value, turns(m, joint) ? CHORE_UNIT_ANGLE : CHORE_UNIT_LENGTH, &at,
                                err));
        const double *range = m->jnt_range + 2 * joint;
        if (m->jnt_limited[joint] && !(at >= range[0] && at <= range[1])) {
            return chore_yaml_fail(value, err, "the joint '%s' goes from %g to %g, not to %g",
                                   chore_yaml_key(map, i), range[0], range[1], at);
        }
    }
    return CHORE_OK;
}

static chore_status check_lid(const chore_yaml_node *lid, const mjModel *m, chore_error *err)
{
    TRY(chore_yaml_expect(lid, CHORE_YAML_LIST,
                          "the layers of the lid, the lowest first: [[...], ...]", err));
    for (int i = 0; i < chore_yaml_size(lid); i++) {
        const chore_yaml_node *layer = chore_yaml_item(lid, i);
        TRY(chore_yaml_expect(layer, CHORE_YAML_LIST, "a layer: the joints of what shuts together",
                              err));
        for (int k = 0; k < chore_yaml_size(layer); k++) {
            const char *name;
            TRY(chore_yaml_string(chore_yaml_item(layer, k), &name, err));
            if (mj_name2id(m, mjOBJ_JOINT, name) < 0) {
                return fail_joint(chore_yaml_item(layer, k), name, m, err);
            }
        }
    }
    return CHORE_OK;
}

chore_status chore_parts_check(const object_kind *kind, const char *path, const mjModel *alone,
                               chore_error *err)
{
    const chore_yaml_node *poses = get(kind, "poses"), *lid = get(kind, "lid");
    TRY(check_joints(path, alone, err));
    if (poses != NULL) {
        TRY(chore_kind_check_variants(poses, "poses", err));
        if (chore_yaml_size(poses) > CHORE_MAX_POSES) {
            return chore_yaml_fail(poses, err, "at most %d poses", CHORE_MAX_POSES);
        }
        for (int i = 0; i < chore_yaml_size(poses); i++) {
            TRY(check_stance(chore_yaml_value(poses, i), alone, err));
        }
    }
    return lid != NULL ? check_lid(lid, alone, err) : CHORE_OK;
}

/* ---- what was checked ------------------------------------------------------------------------ */

/* Where a pose has a joint; joints that it does not name stand at zero. */
static double stands_at(const chore_yaml_node *pose, const char *joint, bool turning)
{
    const chore_yaml_node *value = chore_yaml_find(pose, joint);
    double at = 0;
    CHORE_ASSERT(value == NULL ||
                 chore_yaml_quantity(value, turning ? CHORE_UNIT_ANGLE : CHORE_UNIT_LENGTH, &at,
                                     NULL) == CHORE_OK);
    return at;
}

void chore_parts_stand(const object_kind *kind, const mjModel *alone, mjData *data)
{
    const chore_yaml_node *poses = get(kind, "poses");
    for (int j = 0; poses != NULL && j < alone->njnt; j++) {
        data->qpos[alone->jnt_qposadr[j]] =
            stands_at(chore_yaml_value(poses, 0), joint_name(alone, j), turns(alone, j));
    }
}

static int layer_of(const chore_yaml_node *lid, const char *joint)
{
    for (int i = 0; lid != NULL && i < chore_yaml_size(lid); i++) {
        const chore_yaml_node *layer = chore_yaml_item(lid, i);
        for (int k = 0; k < chore_yaml_size(layer); k++) {
            const char *name = NULL;
            CHORE_ASSERT(chore_yaml_string(chore_yaml_item(layer, k), &name, NULL) == CHORE_OK);
            if (strcmp(name, joint) == 0) {
                return i;
            }
        }
    }
    return -1;
}

/* The object's joints are those below its body; the first is its free one. */
void chore_parts_bind(const object_kind *kind, const mjModel *m, chore_object *object)
{
    const chore_yaml_node *poses = get(kind, "poses"), *lid = get(kind, "lid");
    const size_t prefix = strlen(object->id) + 1;
    for (int j = m->body_jntadr[object->body] + 1;
         j < m->njnt && m->body_rootid[m->jnt_bodyid[j]] == object->body; j++) {
        CHORE_ASSERT(object->n_parts < CHORE_MAX_PARTS);
        chore_part *part = &object->parts[object->n_parts++];
        chore_copy(part->name, sizeof part->name, joint_name(m, j) + prefix);
        part->joint = j;
        part->body = m->jnt_bodyid[j];
        part->qpos_adr = m->jnt_qposadr[j];
        part->dof_adr = m->jnt_dofadr[j];
        part->layer = layer_of(lid, part->name);
    }
    object->n_layers = lid != NULL ? chore_yaml_size(lid) : 0;
    object->n_stances = poses != NULL ? chore_yaml_size(poses) : 0;
    for (int i = 0; i < object->n_stances; i++) {
        chore_stance *stance = &object->stances[i];
        chore_copy(stance->name, sizeof stance->name, chore_yaml_key(poses, i));
        for (int k = 0; k < object->n_parts; k++) {
            stance->at[k] = stands_at(chore_yaml_value(poses, i), object->parts[k].name,
                                      turns(m, object->parts[k].joint));
        }
    }
}

/* ---- for those who use the scene ------------------------------------------------------------- */

int chore_object_find_stance(const chore_object *object, const char *name)
{
    for (int i = 0; i < object->n_stances; i++) {
        if (strcmp(object->stances[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

void chore_object_take_stance(chore_world *world, const chore_object *object, int stance)
{
    CHORE_ASSERT(stance >= 0 && (stance < object->n_stances || object->n_stances == 0));
    for (int k = 0; k < object->n_parts && object->n_stances > 0; k++) {
        chore_world_put_joint(world, object->parts[k].joint, object->stances[stance].at[k]);
    }
}

/* Pose of a body with all joints at zero in the frame of its top body; of a fixture's in the world. */
void chore_body_drawn(const mjModel *m, int body, int top, double pos[3], double quat[4])
{
    mju_zero3(pos);
    mju_unit4(quat);
    for (int at = body; at != top; at = m->body_parentid[at]) {
        double p[3], q[4];
        mju_mulPose(p, q, m->body_pos + 3 * at, m->body_quat + 4 * at, pos, quat);
        mju_copy3(pos, p);
        mju_copy4(quat, q);
    }
}

/* Box around what collides of a body, given its pose. */
static void box_around(const mjModel *m, int body, const double pos[3], const double quat[4],
                       double centre[3], double half[3])
{
    double lo[3] = {mjMAXVAL, mjMAXVAL, mjMAXVAL}, hi[3] = {-mjMAXVAL, -mjMAXVAL, -mjMAXVAL};
    bool any = false;
    for (int i = 0; i < m->body_geomnum[body]; i++) {
        const int g = m->body_geomadr[body] + i;
        double p[3], q[4], mat[9], middle[3];
        if (m->geom_contype[g] == 0 && m->geom_conaffinity[g] == 0) {
            continue;
        }
        any = true;
        mju_mulPose(p, q, pos, quat, m->geom_pos + 3 * g, m->geom_quat + 4 * g);
        mju_quat2Mat(mat, q);
        const double *box = m->geom_aabb + 6 * g;
        mju_mulMatVec3(middle, mat, box);
        for (int k = 0; k < 3; k++) {
            const double reach = fabs(mat[3 * k]) * box[3] + fabs(mat[3 * k + 1]) * box[4] +
                                 fabs(mat[3 * k + 2]) * box[5];
            lo[k] = fmin(lo[k], p[k] + middle[k] - reach);
            hi[k] = fmax(hi[k], p[k] + middle[k] + reach);
        }
    }
    for (int k = 0; k < 3; k++) {
        centre[k] = any ? (lo[k] + hi[k]) / 2 : pos[k];
        half[k] = any ? (hi[k] - lo[k]) / 2 : 0;
    }
}

bool chore_scene_part_shape(const chore_scene *scene, int joint, chore_part_shape *out)
{
    const mjModel *m = scene->model;
    const char *name = joint_name(m, joint), *slash = strchr(name, '/');
    const int body = m->jnt_bodyid[joint], root = m->body_rootid[body];
    double pos[3], quat[4], at[3];
    if (slash == NULL) {
        return false;
    }
    memset(out, 0, sizeof *out);
    snprintf(out->owner, sizeof out->owner, "%.*s", (int)(slash - name), name);
    chore_copy(out->name, sizeof out->name, slash + 1);
    out->slides = m->jnt_type[joint] == mjJNT_SLIDE;
    chore_body_drawn(m, body, chore_scene_find_object(scene, out->owner) >= 0 ? root : 0, pos, quat);
    mju_rotVecQuat(at, m->jnt_pos + 3 * joint, quat);
    mju_add3(out->pos, pos, at);
    mju_rotVecQuat(out->axis, m->jnt_axis + 3 * joint, quat);
    if (m->jnt_limited[joint]) {
        memcpy(out->range, m->jnt_range + 2 * joint, sizeof out->range);
    }
    box_around(m, body, pos, quat, out->box_centre, out->box_half);
    out->layer = -1;
    const int object = chore_scene_find_object(scene, out->owner);
    for (int k = 0; object >= 0 && k < scene->objects[object].n_parts; k++) {
        const chore_part *part = &scene->objects[object].parts[k];
        out->layer = part->joint == joint ? part->layer : out->layer;
    }
    return true;
}
