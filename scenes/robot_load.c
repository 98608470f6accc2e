/* Embodiment files, read: the MJCF of a robot, with the arms that it takes over from another robot attached. */
#include "scene_internal.h"

#include <stdio.h>
#include <string.h>

static const chore_yaml_node *get(const chore_yaml_node *map, const char *key)
{
    return chore_yaml_find(map, key);
}

/* Parse the MJCF that stands beside `path`; it compiles alone, so that errors name this file. */
static chore_status load_mjcf(const chore_yaml_node *node, const char *path, chore_hash *sources,
                              mjSpec **out, chore_error *err)
{
    const char *file = NULL;
    char mjcf[CHORE_PATH_CAP];
    mjModel *alone;
    TRY(chore_yaml_string(node, &file, err));
    TRY(chore_source_beside(mjcf, path, file, err));
    TRY(chore_source_mjcf(mjcf, sources, out, err));
    TRY(chore_source_compile(mjcf, *out, &alone, err));
    mj_deleteModel(alone);
    return CHORE_OK;
}

/* Find and read one embodiment file; `path` comes out. */
static chore_status load_file(const char *name, chore_hash *sources, char path[CHORE_PATH_CAP],
                              chore_yaml **yaml, chore_error *err)
{
    static const char *const known[] = {"name", "version", "mjcf", "arms", "cameras", "carrier", NULL};
    static const char *const required[] = {"name", "version", "mjcf", "arms", NULL};
    char leaf[2 * CHORE_NAME_CAP + 8];
    snprintf(leaf, sizeof leaf, "%.64s/%.64s.yaml", name, name);
    TRY(chore_source_find(path, "scenes/assets/embodiments", name, leaf, "embodiment", err));
    TRY(chore_source_yaml(path, sources, yaml, err));
    TRY(chore_yaml_check_keys(chore_yaml_root(*yaml), "an embodiment", known, required, err));
    const chore_yaml_node *arms = get(chore_yaml_root(*yaml), "arms");
    TRY(chore_yaml_expect(arms, CHORE_YAML_LIST, "arms", err));
    int n = chore_yaml_size(arms);
    return n >= 1 && n <= CHORE_MAX_ARMS
               ? CHORE_OK
               : chore_yaml_fail(arms, err, "expected 1 to %d arms, not %d", CHORE_MAX_ARMS, n);
}

/* ---- an arm like another robot's ----------------------------------------------------------------------- */

/* The robot whose arm is taken must have one arm that it describes itself. */
static chore_status load_original(const chore_yaml_node *node, robot_file *file, int index,
                                  chore_hash *sources, chore_error *err)
{
    const char *name = NULL;
    char path[CHORE_PATH_CAP];
    TRY(chore_yaml_string(node, &name, err));
    TRY(load_file(name, sources, path, &file->like[index], err));
    const chore_yaml_node *root = chore_yaml_root(file->like[index]), *arms = get(root, "arms");
    TRY(chore_yaml_expect(chore_yaml_item(arms, 0), CHORE_YAML_MAP, "an arm", err));
    if (chore_yaml_size(arms) != 1 || get(chore_yaml_item(arms, 0), "like") != NULL) {
        return chore_yaml_fail(node, err,
                               "an arm can only be like that of a robot with one arm of its own; "
                               "'%s' is not such a robot",
                               name);
    }
    return load_mjcf(get(root, "mjcf"), path, sources, &file->part, err);
}

static chore_status find_element(const chore_yaml_node *node, mjSpec *spec, mjtObj type, const char *what,
                                 mjsElement **out, chore_error *err)
{
    const char *name = NULL;
    TRY(chore_yaml_string(node, &name, err));
    *out = mjs_findElement(spec, type, name);
    return *out != NULL ? CHORE_OK : chore_yaml_fail(node, err, "there is no %s '%s'", what, name);
}

/* Take the shapes of one finger away and put those of file->fingers there; their geom `pad` takes over the
   name of the finger's own. */
static chore_status replace_finger(robot_file *file, const chore_yaml_node *node,
                                   const chore_yaml_node *gripper, int index, chore_error *err)
{
    mjsElement *joint, *pad;
    const char *pad_name = NULL;
    char prefix[CHORE_NAME_CAP + 8], new_pad[2 * CHORE_NAME_CAP];
    const chore_yaml_node *pad_node = chore_yaml_item(get(gripper, "pads"), index);
    TRY(find_element(chore_yaml_item(get(gripper, "joints"), index), file->part, mjOBJ_JOINT, "joint", &joint,
                     err));
    TRY(find_element(pad_node, file->part, mjOBJ_GEOM, "geom", &pad, err));
    TRY(chore_yaml_string(pad_node, &pad_name, err));
    mjsBody *body = mjs_getParent(joint);
    for (mjsElement *geom; (geom = mjs_firstChild(body, mjOBJ_GEOM, 0)) != NULL;) {
        mjs_delete(file->part, geom);
    }
    snprintf(prefix, sizeof prefix, "%.64s/", pad_name);
    snprintf(new_pad, sizeof new_pad, "%spad", prefix);
    mjsFrame *frame = mjs_addFrame(body, NULL);
    mjSpec *copy = mj_copySpec(file->fingers); /* a spec can be attached once */
    bool attached = copy != NULL && mjs_attach(frame->element, copy->element, prefix, "") != NULL;
    if (copy != NULL) {
        mj_deleteSpec(copy);
    }
    if (!attached) {
        return chore_yaml_fail(get(node, "fingers"), err, "MuJoCo cannot attach it: %s",
                               mjs_getError(file->part));
    }
    pad = mjs_findElement(file->part, mjOBJ_GEOM, new_pad);
    if (pad == NULL) {
        return chore_yaml_fail(get(node, "fingers"), err, "it has no geom 'pad' in its worldbody");
    }
    return mjs_setName(pad, pad_name) == 0
               ? CHORE_OK
               : chore_yaml_fail(pad_node, err, "the name '%s' is taken outside of the finger", pad_name);
}

static chore_status replace_fingers(robot_file *file, const chore_yaml_node *node, const char *path,
                                    const chore_yaml_node *gripper, chore_hash *sources, chore_error *err)
{
    TRY(load_mjcf(get(node, "fingers"), path, sources, &file->fingers, err));
    for (int i = 0; i < 2; i++) {
        TRY(replace_finger(file, node, gripper, i, err));
    }
    mj_deleteSpec(file->fingers);
    file->fingers = NULL;
    return CHORE_OK;
}

static chore_status set_gripper_force(robot_file *file, const chore_yaml_node *node,
                                      const chore_yaml_node *gripper, chore_error *err)
{
    double force = 0;
    mjsElement *actuator;
    TRY(chore_yaml_quantity(node, CHORE_UNIT_FORCE, &force, err));
    if (force <= 0) {
        return chore_yaml_fail(node, err, "must be above zero");
    }
    TRY(find_element(get(gripper, "actuator"), file->part, mjOBJ_ACTUATOR, "actuator", &actuator, err));
    mjs_asActuator(actuator)->forcelimited = mjLIMITED_TRUE;
    mjs_asActuator(actuator)->forcerange[0] = -force;
    mjs_asActuator(actuator)->forcerange[1] = force;
    return CHORE_OK;
}

/* What this arm has other than the one it is like. */
static chore_status change_gripper(robot_file *file, const chore_yaml_node *node, const char *path, int index,
                                   chore_hash *sources, chore_error *err)
{
    const chore_yaml_node *original = chore_yaml_item(get(chore_yaml_root(file->like[index]), "arms"), 0);
    const chore_yaml_node *gripper = get(original, "gripper"), *fingers = get(node, "fingers"),
                          *force = get(node, "gripper_force");
    if (gripper == NULL && (fingers != NULL || force != NULL)) {
        return chore_yaml_fail(fingers != NULL ? fingers : force, err,
                               "the arm that it is like has no gripper");
    }
    if (fingers != NULL) {
        TRY(replace_fingers(file, node, path, gripper, sources, err));
    }
    return force != NULL ? set_gripper_force(file, force, gripper, err) : CHORE_OK;
}

/* Two arms that meet are both hard: MuJoCo's usual contacts (20 ms) give way by millimetres. The pads stay as
   they are. */
static chore_status harden(const robot_file *file, const chore_yaml_node *node, chore_error *err)
{
    double seconds = 0;
    TRY(chore_yaml_quantity(node, CHORE_UNIT_TIME, &seconds, err));
    if (seconds <= 0) {
        return chore_yaml_fail(node, err, "must be above zero");
    }
    for (mjsElement *at = mjs_firstElement(file->part, mjOBJ_GEOM); at != NULL;
         at = mjs_nextElement(file->part, at)) {
        if (mjs_asGeom(at)->priority == 0) {
            mjs_asGeom(at)->solref[0] = seconds;
        }
    }
    return CHORE_OK;
}

static chore_status add_arm_like(robot_file *file, const chore_yaml_node *node, const char *path, int index,
                                 chore_hash *sources, mjSpec *robot, chore_error *err)
{
    static const char *const known[] = {"name",          "like",         "on", "pos", "yaw", "home", "fingers",
                                        "gripper_force", "contact_time", NULL};
    static const char *const required[] = {"name", "like", "pos", NULL};
    static const double up[3] = {0, 0, 1};
    char name[CHORE_NAME_CAP], prefix[CHORE_NAME_CAP + 1];
    double yaw = 0;
    TRY(chore_yaml_check_keys(node, "an arm like another", known, required, err));
    TRY(chore_yaml_identifier(get(node, "name"), name, err));
    TRY(load_original(get(node, "like"), file, index, sources, err));
    TRY(change_gripper(file, node, path, index, sources, err));
    if (get(node, "contact_time") != NULL) {
        TRY(harden(file, get(node, "contact_time"), err));
    }
    snprintf(prefix, sizeof prefix, "%s_", name);
    mjsElement *on = mjs_findBody(robot, "world")->element;
    if (get(node, "on") != NULL) {
        TRY(find_element(get(node, "on"), robot, mjOBJ_BODY, "body", &on, err));
    }
    mjsFrame *frame = mjs_addFrame(mjs_asBody(on), NULL);
    TRY(chore_yaml_vector(get(node, "pos"), CHORE_UNIT_LENGTH, 3, frame->pos, err));
    if (get(node, "yaw") != NULL) {
        TRY(chore_yaml_quantity(get(node, "yaw"), CHORE_UNIT_ANGLE, &yaw, err));
    }
    mju_axisAngle2Quat(frame->quat, up, yaw);
    if (mjs_attach(frame->element, file->part->element, prefix, "") == NULL) {
        return chore_yaml_fail(node, err, "MuJoCo cannot attach this arm: %s", mjs_getError(robot));
    }
    mj_deleteSpec(file->part);
    file->part = NULL;
    return CHORE_OK;
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

chore_status chore_robot_load(robot_file *file, const char *name, chore_hash *sources, mjSpec **spec,
                              chore_error *err)
{
    char path[CHORE_PATH_CAP];
    TRY(load_file(name, sources, path, &file->yaml, err));
    const chore_yaml_node *root = chore_yaml_root(file->yaml), *arms = get(root, "arms");
    TRY(load_mjcf(get(root, "mjcf"), path, sources, spec, err));
    for (int i = 0; i < chore_yaml_size(arms); i++) {
        const chore_yaml_node *node = chore_yaml_item(arms, i);
        TRY(chore_yaml_expect(node, CHORE_YAML_MAP, "an arm", err));
        if (get(node, "like") != NULL) {
            TRY(add_arm_like(file, node, path, i, sources, *spec, err));
        }
    }
    return CHORE_OK;
}

void chore_robot_release(robot_file *file)
{
    if (file->fingers != NULL) {
        mj_deleteSpec(file->fingers);
    }
    if (file->part != NULL) {
        mj_deleteSpec(file->part);
    }
    for (int i = 0; i < CHORE_MAX_ARMS; i++) {
        chore_yaml_free(file->like[i]);
    }
    chore_yaml_free(file->yaml);
}
