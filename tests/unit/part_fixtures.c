/* States in which a predicate about a door, a drawer or a space of a fixture must hold and in which it must not. */
#include "predicate_fixtures.h"

#define TOP 0.90

/* So far open, and left there. */
static void pull(task_rig *rig, double at)
{
    chore_world_put_joint(chore_episode_world(rig->episode),
                          chore_scene_find_joint(rig->scene, "chest/drawer"), at);
}

/* The fork at the middle of the tray, wherever the drawer is: its front is at y = .42 when it is shut. */
static void fork_in_tray(task_rig *rig, double open)
{
    pull(rig, open);
    rig_put(rig, "fork", 0.46, 0.42 + 0.1445 - open, TOP + 0.028, 0, 0);
    rig_step(rig, 30);
}
static void drawer_shut(task_rig *rig)
{
    rig_step(rig, 10);
}
static void drawer_ajar(task_rig *rig)
{
    pull(rig, 0.03);
    rig_step(rig, 10);
}
static void drawer_half_open(task_rig *rig)
{
    pull(rig, 0.12);
    rig_step(rig, 10);
}
static void drawer_wide_open(task_rig *rig)
{
    pull(rig, 0.25);
    rig_step(rig, 10);
}
static void drawer_slides_shut(task_rig *rig)
{
    pull(rig, 0.02);
    const int body = chore_scene_model(rig->scene)
                         ->jnt_bodyid[chore_scene_find_joint(rig->scene, "chest/drawer")];
    const double push[6] = {0, 60, 0, 0, 0, 0};
    chore_world_push_body(chore_episode_world(rig->episode), body, push, 1);
    rig_step(rig, 1);
}
static void fork_in_open_drawer(task_rig *rig)
{
    fork_in_tray(rig, 0.25);
}
static void fork_in_shut_drawer(task_rig *rig)
{
    fork_in_tray(rig, 0);
}
static void fork_on_chest(task_rig *rig)
{
    rig_put(rig, "fork", 0.46, 0.55, TOP + 0.152, 0, 0);
    rig_step(rig, 30);
}
/* Where the tray would be, were the drawer open. */
static void fork_before_chest(task_rig *rig)
{
    rig_put(rig, "fork", 0.46, 0.31, TOP + 0.002, 0, 0);
    rig_step(rig, 30);
}
/* Its foot is over the edge, most of it is outside. */
static void fork_across_the_front(task_rig *rig)
{
    pull(rig, 0.25);
    rig_put(rig, "fork", 0.46, 0.185, TOP + 0.135, 0, 1.5708);
    rig_step(rig, 1);
}

const fixture part_fixtures[] = {
    HOLDS(closed, "chest/drawer", NULL, NULL, 0, "drawer shut", drawer_shut),
    NOT(closed, "chest/drawer", NULL, NULL, 0, "3 cm open", drawer_ajar),
    NOT(closed, "chest/drawer", NULL, NULL, 0, "on its way", drawer_slides_shut),
    HOLDS(open, "chest/drawer", NULL, NULL, 0, "wide open", drawer_wide_open),
    NOT(open, "chest/drawer", NULL, NULL, 0, "half open", drawer_half_open),
    NOT(open, "chest/drawer", NULL, NULL, 0, "drawer shut", drawer_shut),
    HOLDS(inside, "fork", "chest/tray", NULL, 0, "in the open drawer", fork_in_open_drawer),
    HOLDS(inside, "fork", "chest/tray", NULL, 0, "in the shut drawer", fork_in_shut_drawer),
    NOT(inside, "fork", "chest/tray", NULL, 0, "on the chest", fork_on_chest),
    NOT(inside, "fork", "chest/tray", NULL, 0, "before the chest", fork_before_chest),
    NOT(inside, "fork", "chest/tray", NULL, 0, "lies across the front", fork_across_the_front),
};
const int n_part_fixtures = sizeof part_fixtures / sizeof part_fixtures[0];
