/* joints: where the doors of fixtures stand at the start of this task. */
#include "task_internal.h"

#include <string.h>

chore_status chore_joints_parse(const chore_yaml_node *map, chore_task *task, chore_error *err)
{
    TRY(chore_yaml_expect(map, CHORE_YAML_MAP, "joints like {dryer/door: 95 deg}", err));
    if (chore_yaml_size(map) > MAX_JOINTS) {
        return chore_yaml_fail(map, err, "more than %d joints", MAX_JOINTS);
    }
    for (int i = 0; i < chore_yaml_size(map); i++) {
        task_joint *joint = &task->joints[task->n_joints++];
        joint->node = chore_yaml_key_node(map, i);
        if (!chore_copy(joint->name, sizeof joint->name, chore_yaml_key(map, i))) {
            return chore_yaml_fail(joint->node, err, "'%.20s...' is too long for a name",
                                   chore_yaml_key(map, i));
        }
        TRY(chore_yaml_quantity(chore_yaml_value(map, i), CHORE_UNIT_ANGLE, &joint->angle, err));
    }
    return CHORE_OK;
}

chore_status chore_joints_resolve(chore_task *task, const chore_scene *scene, chore_error *err)
{
    for (int i = 0; i < task->n_joints; i++) {
        task_joint *joint = &task->joints[i];
        joint->joint = chore_scene_find_joint(scene, joint->name);
        if (joint->joint < 0) {
            return chore_yaml_fail(joint->node, err,
                                   "the scene %s has no joint '%s': expected <fixture>/<joint>, as "
                                   "in dryer/door",
                                   chore_scene_name(scene), joint->name);
        }
    }
    return CHORE_OK;
}

chore_status chore_joints_set(const chore_task *task, const chore_scene *scene, chore_world *world,
                              chore_error *err)
{
    for (int i = 0; i < task->n_joints; i++) {
        const task_joint *joint = &task->joints[i];
        TRY(chore_scene_set_joint(scene, world, joint->joint, joint->angle, err));
    }
    return CHORE_OK;
}
