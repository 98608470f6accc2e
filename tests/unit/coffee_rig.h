/* A rig whose coffee machine stands ready, and its button. */
#ifndef CHORE_TEST_COFFEE_RIG_H
#define CHORE_TEST_COFFEE_RIG_H
#include "task_rig.h"

typedef struct set_up {
    bool cup, pod, shut;
} set_up;

static inline chore_world *coffee_world(const task_rig *rig)
{
    return chore_episode_world(rig->episode);
}

static inline const chore_object *coffee_machine(const task_rig *rig)
{
    return chore_scene_object(rig->scene, rig_object(rig, "machine"));
}

static inline void coffee_lid(task_rig *rig, const char *stance)
{
    const int i = chore_object_find_stance(coffee_machine(rig), stance);
    assert_true(i >= 0);
    chore_object_take_stance(coffee_world(rig), coffee_machine(rig), i);
}

/* Of an episode that was reset: what is wanted in its place. */
static inline void coffee_set_up(task_rig *rig, set_up how)
{
    const chore_view view = chore_episode_view(rig->episode);
    double pos[3], mat[9];
    chore_site_pose(&view, rig_item(rig, "machine"), chore_object_site(coffee_machine(rig), "cell_1"), pos,
                    mat);
    if (how.cup) {
        rig_put(rig, "mug_1", pos[0], pos[1], pos[2] + .001, 0, 2.2);
    }
    if (how.pod) {
        rig_put_inside(rig, "pod_1", "machine", 0, 0);
    }
    coffee_lid(rig, how.shut ? "shut" : "open");
    rig_step(rig, 20);
}

static inline void coffee_press(task_rig *rig)
{
    const chore_object *machine = coffee_machine(rig);
    const double force[6] = {0, 0, -6};
    for (int i = 0; i < machine->n_parts; i++) {
        if (strcmp(machine->parts[i].name, "button") == 0) {
            chore_world_push_body(coffee_world(rig), machine->parts[i].body, force, 6);
        }
    }
    rig_step(rig, 16);
}
#endif
