/* Embodiment files: the names a robot's YAML gives, resolved and checked in the compiled model. */
#include "scene_internal.h"

#include <stdio.h>
#include <string.h>

static const chore_yaml_node *get(const chore_yaml_node *map, const char *key)
{
    return chore_yaml_find(map, key);
}

/* Where names are looked up: an arm that is `like` another robot's has them with its own prefix. */
typedef struct names_in {
    const mjModel *model;
    const char *prefix;
} names_in;

/* Id of the model element that a node names; the error lists or guesses those that exist. */
static chore_status resolve(const chore_yaml_node *node, names_in in, mjtObj type, int n, const char *what,
                            int *out, chore_error *err)
{
    const char *name = NULL;
    char full[3 * CHORE_NAME_CAP];
    TRY(chore_yaml_string(node, &name, err));
    snprintf(full, sizeof full, "%s%.120s", in.prefix, name);
    int id = mj_name2id(in.model, type, full);
    if (id >= 0) {
        *out = id;
        return CHORE_OK;
    }
    const char *known[256];
    size_t prefix = strlen(in.prefix);
    int n_known = 0;
    for (int i = 0; i < n && n_known < 256; i++) {
        const char *candidate = mj_id2name(in.model, type, i);
        if (candidate != NULL && strncmp(candidate, in.prefix, prefix) == 0 &&
            strchr(candidate, '/') == NULL) { /* objects and fixtures carry a prefix with a slash */
            known[n_known++] = candidate + prefix;
        }
    }
    return chore_yaml_fail_unknown(node, what, name, known, n_known, err);
}

static chore_status resolve_list(const chore_yaml_node *list, names_in in, mjtObj type, int n,
                                 const char *what, int min, int max, int *out, int *n_out, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "this value", err));
    int size = chore_yaml_size(list);
    if (size < min || size > max) {
        return min == max ? chore_yaml_fail(list, err, "expected %d names, not %d", min, size)
                          : chore_yaml_fail(list, err, "expected %d to %d names, not %d", min, max, size);
    }
    for (int i = 0; i < size; i++) {
        TRY(resolve(chore_yaml_item(list, i), in, type, n, what, &out[i], err));
    }
    if (n_out != NULL) {
        *n_out = size;
    }
    return CHORE_OK;
}

/* Joints are hinges or slides; each actuator drives the joint of the same place. */
static chore_status check_joints(const chore_yaml_node *node, const mjModel *m, const chore_arm *arm,
                                 chore_error *err)
{
    for (int i = 0; i < arm->n_dof; i++) {
        int type = m->jnt_type[arm->joint[i]], actuator = arm->actuator[i];
        if (type != mjJNT_HINGE && type != mjJNT_SLIDE) {
            return chore_yaml_fail(chore_yaml_item(get(node, "joints"), i), err,
                                   "an arm joint must be a hinge or a slide");
        }
        if (m->actuator_trntype[actuator] != mjTRN_JOINT ||
            m->actuator_trnid[2 * actuator] != arm->joint[i]) {
            return chore_yaml_fail(chore_yaml_item(get(node, "actuators"), i), err,
                                   "this actuator does not drive the joint '%s'",
                                   mj_id2name(m, mjOBJ_JOINT, arm->joint[i]));
        }
        if (m->actuator_biastype[actuator] != mjBIAS_AFFINE) {
            return chore_yaml_fail(chore_yaml_item(get(node, "actuators"), i), err,
                                   "an arm actuator must be a position actuator");
        }
    }
    return CHORE_OK;
}

/* A list with one quantity per joint: an angle for a hinge, a length for a slide. */
static chore_status read_per_joint(const chore_yaml_node *list, const mjModel *m, const chore_arm *arm,
                                   chore_unit hinge, chore_unit slide, double *out, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST, "this value", err));
    if (chore_yaml_size(list) != arm->n_dof) {
        return chore_yaml_fail(list, err, "expected one value per joint, %d, not %d", arm->n_dof,
                               chore_yaml_size(list));
    }
    for (int i = 0; i < arm->n_dof; i++) {
        chore_unit unit = m->jnt_type[arm->joint[i]] == mjJNT_HINGE ? hinge : slide;
        TRY(chore_yaml_quantity(chore_yaml_item(list, i), unit, &out[i], err));
    }
    return CHORE_OK;
}

static chore_status read_home(const chore_yaml_node *home, const mjModel *m, chore_arm *arm, chore_error *err)
{
    TRY(read_per_joint(home, m, arm, CHORE_UNIT_ANGLE, CHORE_UNIT_LENGTH, arm->home, err));
    for (int i = 0; i < arm->n_dof; i++) {
        const double *range = m->jnt_range + 2 * arm->joint[i];
        if (m->jnt_limited[arm->joint[i]] && (arm->home[i] < range[0] || arm->home[i] > range[1])) {
            return chore_yaml_fail(chore_yaml_item(home, i), err, "outside the joint's range, %g to %g",
                                   range[0], range[1]);
        }
    }
    return CHORE_OK;
}

static chore_status read_motion(const chore_yaml_node *node, const mjModel *m, chore_arm *arm,
                                chore_error *err)
{
    const chore_yaml_node *limits = get(node, "velocity_limits");
    TRY(read_per_joint(limits, m, arm, CHORE_UNIT_ANGULAR_SPEED, CHORE_UNIT_SPEED, arm->velocity_limit, err));
    for (int i = 0; i < arm->n_dof; i++) {
        if (arm->velocity_limit[i] <= 0) {
            return chore_yaml_fail(chore_yaml_item(limits, i), err, "a velocity limit must be above zero");
        }
    }
    return read_home(get(node, "home"), m, arm, err);
}

static chore_status read_gripper(const chore_yaml_node *node, names_in in, chore_arm *arm, chore_error *err)
{
    const mjModel *m = in.model;
    static const char *const keys[] = {"actuator", "joints", "pads", "width", NULL};
    arm->gripper_actuator = -1;
    if (node == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_check_keys(node, "a gripper", keys, keys, err));
    TRY(resolve(get(node, "actuator"), in, mjOBJ_ACTUATOR, m->nu, "actuator", &arm->gripper_actuator, err));
    TRY(resolve_list(get(node, "joints"), in, mjOBJ_JOINT, m->njnt, "joint", 2, 2, arm->finger_joint, NULL,
                     err));
    TRY(resolve_list(get(node, "pads"), in, mjOBJ_GEOM, m->ngeom, "geom", 2, 2, arm->pad_geom, NULL, err));
    TRY(chore_yaml_quantity(get(node, "width"), CHORE_UNIT_LENGTH, &arm->gripper_width_m, err));
    for (int i = 0; i < 2; i++) {
        if (m->jnt_type[arm->finger_joint[i]] != mjJNT_SLIDE) {
            return chore_yaml_fail(chore_yaml_item(get(node, "joints"), i), err,
                                   "a finger joint must be a slide");
        }
    }
    return arm->gripper_width_m > 0 ? CHORE_OK
                                    : chore_yaml_fail(get(node, "width"), err, "must be above zero");
}

/* The whole description of an arm: its joints, where its tool is, how it moves. */
static chore_status read_arm(const chore_yaml_node *node, names_in in, chore_arm *arm, chore_error *err)
{
    static const char *const known[] = {"name", "base", "joints",  "actuators", "velocity_limits",
                                        "tool", "home", "gripper", NULL};
    static const char *const required[] = {"name", "base", "joints", "actuators", "velocity_limits",
                                           "tool", "home", NULL};
    const mjModel *m = in.model;
    TRY(chore_yaml_check_keys(node, "an arm", known, required, err));
    TRY(chore_yaml_identifier(get(node, "name"), arm->name, err));
    TRY(resolve(get(node, "base"), in, mjOBJ_BODY, m->nbody, "body", &arm->base_body, err));
    TRY(resolve_list(get(node, "joints"), in, mjOBJ_JOINT, m->njnt, "joint", 1, CHORE_MAX_DOF, arm->joint,
                     &arm->n_dof, err));
    TRY(resolve_list(get(node, "actuators"), in, mjOBJ_ACTUATOR, m->nu, "actuator", arm->n_dof, arm->n_dof,
                     arm->actuator, NULL, err));
    TRY(resolve(get(node, "tool"), in, mjOBJ_SITE, m->nsite, "site", &arm->tool_site, err));
    TRY(check_joints(node, m, arm, err));
    TRY(read_motion(node, m, arm, err));
    return read_gripper(get(node, "gripper"), in, arm, err);
}

/* An arm that is like another robot's: that one's description, with this one's name before all names. */
static chore_status read_arm_like(const chore_yaml_node *node, const chore_yaml *like, const mjModel *m,
                                  chore_arm *arm, chore_error *err)
{
    char name[CHORE_NAME_CAP], prefix[CHORE_NAME_CAP + 1];
    TRY(chore_yaml_identifier(get(node, "name"), name, err));
    snprintf(prefix, sizeof prefix, "%s_", name);
    const chore_yaml_node *original = chore_yaml_item(get(chore_yaml_root(like), "arms"), 0);
    TRY(read_arm(original, (names_in){m, prefix}, arm, err));
    chore_copy(arm->name, CHORE_NAME_CAP, name);
    const chore_yaml_node *home = get(node, "home");
    return home != NULL ? read_home(home, m, arm, err) : CHORE_OK;
}

/* What the robot drives and rises on. */
static chore_status read_carrier(const chore_yaml_node *node, const mjModel *m, chore_carrier *carrier,
                                 chore_error *err)
{
    static const char *const keys[] = {"name", "body", "joints", "actuators", "velocity_limits", "start_time",
                                       "home", NULL};
    static const int types[CHORE_CARRIER_DOF] = {mjJNT_SLIDE, mjJNT_SLIDE, mjJNT_HINGE, mjJNT_SLIDE};
    const names_in in = {m, ""};
    chore_arm as_arm = {.n_dof = CHORE_CARRIER_DOF}; /* whose lists are read alike */
    TRY(chore_yaml_check_keys(node, "a carrier", keys, keys, err));
    TRY(chore_yaml_identifier(get(node, "name"), carrier->name, err));
    TRY(resolve(get(node, "body"), in, mjOBJ_BODY, m->nbody, "body", &carrier->body, err));
    TRY(resolve_list(get(node, "joints"), in, mjOBJ_JOINT, m->njnt, "joint", CHORE_CARRIER_DOF,
                     CHORE_CARRIER_DOF, as_arm.joint, NULL, err));
    TRY(resolve_list(get(node, "actuators"), in, mjOBJ_ACTUATOR, m->nu, "actuator", CHORE_CARRIER_DOF,
                     CHORE_CARRIER_DOF, as_arm.actuator, NULL, err));
    for (int i = 0; i < CHORE_CARRIER_DOF; i++) {
        if (m->jnt_type[as_arm.joint[i]] != types[i]) {
            return chore_yaml_fail(chore_yaml_item(get(node, "joints"), i), err,
                                   "expected a %s: a carrier has slides along x and y, a hinge about z and a lift",
                                   types[i] == mjJNT_HINGE ? "hinge" : "slide");
        }
    }
    TRY(check_joints(node, m, &as_arm, err));
    TRY(read_motion(node, m, &as_arm, err));
    TRY(chore_yaml_quantity(get(node, "start_time"), CHORE_UNIT_TIME, &carrier->start_time, err));
    for (int i = 0; i < CHORE_CARRIER_DOF; i++) {
        carrier->joint[i] = as_arm.joint[i];
        carrier->actuator[i] = as_arm.actuator[i];
        carrier->velocity_limit[i] = as_arm.velocity_limit[i];
        carrier->home[i] = as_arm.home[i];
    }
    return carrier->start_time > 0 ? CHORE_OK
                                   : chore_yaml_fail(get(node, "start_time"), err, "must be above zero");
}

static chore_status read_cameras(const chore_yaml_node *list, const mjModel *m, chore_embodiment *robot,
                                 chore_error *err)
{
    int ids[CHORE_MAX_CAMERAS];
    if (list == NULL) {
        return CHORE_OK;
    }
    TRY(resolve_list(list, (names_in){m, ""}, mjOBJ_CAMERA, m->ncam, "camera", 0, CHORE_MAX_CAMERAS, ids,
                     &robot->n_cameras, err));
    for (int i = 0; i < robot->n_cameras; i++) {
        chore_copy(robot->cameras[i], CHORE_NAME_CAP, mj_id2name(m, mjOBJ_CAMERA, ids[i]));
    }
    return CHORE_OK;
}

chore_status chore_robot_bind(const robot_file *file, const mjModel *m, chore_embodiment *out,
                              chore_error *err)
{
    const chore_yaml_node *root = chore_yaml_root(file->yaml), *arms = get(root, "arms");
    int64_t version = 0;
    TRY(chore_yaml_identifier(get(root, "name"), out->name, err));
    TRY(chore_yaml_int(get(root, "version"), 1, 1000000, &version, err));
    out->version = (int)version;
    for (int i = 0; i < chore_yaml_size(arms); i++) {
        const chore_yaml_node *node = chore_yaml_item(arms, i);
        chore_arm *arm = &out->arms[out->n_arms++];
        if (file->like[i] != NULL) {
            TRY(read_arm_like(node, file->like[i], m, arm, err));
        } else {
            TRY(read_arm(node, (names_in){m, ""}, arm, err));
        }
    }
    const chore_yaml_node *carrier = get(root, "carrier");
    if (carrier != NULL) {
        out->drives = true;
        TRY(read_carrier(carrier, m, &out->carrier, err));
    }
    return read_cameras(get(root, "cameras"), m, out, err);
}
