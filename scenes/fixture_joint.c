/* Doors and drawers: the joints of fixtures, where they stand at the start and how they are set. */
#include "scene_internal.h"

#include <stdlib.h>
#include <string.h>

static bool is_of_fixture(const chore_scene *scene, const char *name)
{
    const char *slash = strchr(name, '/');
    for (int i = 0; slash != NULL && i < scene->n_fixtures; i++) {
        const char *fixture = scene->fixtures[i].name;
        if (strlen(fixture) == (size_t)(slash - name) &&
            strncmp(fixture, name, (size_t)(slash - name)) == 0) {
            return true;
        }
    }
    return false;
}

int chore_scene_find_joint(const chore_scene *scene, const char *name)
{
    return is_of_fixture(scene, name) ? mj_name2id(scene->model, mjOBJ_JOINT, name) : -1;
}

static bool can_be_set(const chore_scene *scene, int joint)
{
    const mjModel *m = scene->model;
    return joint >= 0 && joint < m->njnt &&
           (m->jnt_type[joint] == mjJNT_HINGE || m->jnt_type[joint] == mjJNT_SLIDE) &&
           is_of_fixture(scene, m->names + m->name_jntadr[joint]);
}

static chore_status check_angle(const chore_scene *scene, int joint, double angle, chore_error *err)
{
    const mjModel *m = scene->model;
    const double *range = m->jnt_range + 2 * joint;
    if (!can_be_set(scene, joint)) {
        return chore_fail(err, CHORE_E_USAGE, "joint %d is none of a fixture of the scene '%s'",
                          joint, scene->name);
    }
    if (m->jnt_limited[joint] && !(angle >= range[0] && angle <= range[1])) {
        return chore_fail(err, CHORE_E_USAGE,
                          "the joint '%s' of the scene '%s' goes from %.3f to %.3f, not to %.3f",
                          m->names + m->name_jntadr[joint], scene->name, range[0], range[1], angle);
    }
    return CHORE_OK;
}

chore_status chore_scene_set_joint(const chore_scene *scene, chore_world *world, int joint,
                                   double angle, chore_error *err)
{
    CHORE_ASSERT(chore_world_model(world) == scene->model);
    TRY(check_angle(scene, joint, angle, err));
    chore_world_put_joint(world, joint, angle);
    return CHORE_OK;
}

static chore_status fail_unknown(const chore_scene *scene, const char *name, chore_error *err)
{
    const mjModel *m = scene->model;
    const char **known = calloc((size_t)m->njnt + 1, sizeof *known);
    int n = 0;
    if (known == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for %d names", (int)m->njnt);
    }
    for (int i = 0; i < m->njnt; i++) {
        if (can_be_set(scene, i)) {
            known[n++] = m->names + m->name_jntadr[i];
        }
    }
    int near = chore_nearest(name, known, n);
    const char *guess = near >= 0 ? known[near] : n > 0 ? known[0] : NULL;
    chore_status status =
        guess == NULL
            ? chore_fail(err, CHORE_E_FILE, "scene '%s': no fixture has a joint, so none '%s'",
                         scene->name, name)
            : chore_fail(err, CHORE_E_FILE, "scene '%s': unknown joint '%s' of a fixture; %s '%s'?",
                         scene->name, name, near >= 0 ? "did you mean" : "is it something like",
                         guess);
    free(known);
    return status;
}

chore_status chore_joint_starts_bind(const scene_file *file, chore_scene *scene, chore_error *err)
{
    for (int i = 0; i < file->n_joints; i++) {
        joint_start *start = &scene->joint_starts[i];
        start->joint = chore_scene_find_joint(scene, file->joints[i].name);
        start->angle = file->joints[i].angle;
        if (start->joint < 0) {
            return fail_unknown(scene, file->joints[i].name, err);
        }
        TRY(check_angle(scene, start->joint, start->angle, err));
    }
    scene->n_joint_starts = file->n_joints;
    return CHORE_OK;
}

void chore_joint_starts_apply(const chore_scene *scene, chore_world *world)
{
    for (int i = 0; i < scene->n_joint_starts; i++) {
        chore_world_put_joint(world, scene->joint_starts[i].joint, scene->joint_starts[i].angle);
    }
}
