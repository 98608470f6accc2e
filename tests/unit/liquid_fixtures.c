/* States in which the predicates about liquids hold and in which they do not; on the task liquids. */
#include "predicate_fixtures.h"

#define TOP .90 /* of the worktop, m */

static void at_start(task_rig *rig)
{
    rig_step(rig, 1);
}

static void lies(task_rig *rig)
{
    rig_put(rig, "mug_1", 0.5, 0.2, TOP + 0.06, 1.9, 0);
    rig_step(rig, 40);
}

static void stands(task_rig *rig)
{
    rig_put(rig, "mug_1", 0.5, 0.2, TOP + 0.001, 0, 0);
    rig_step(rig, 20);
}

static void wiped(task_rig *rig) /* the sponge is pressed down on one patch after the other */
{
    chore_world *world = chore_episode_world(rig->episode);
    const int body = chore_scene_object(rig->scene, rig_object(rig, "sponge_1"))->body;
    const double force[6] = {0, 0, -8};
    rig_put(rig, "mug_1", 0.5, 0.35, TOP + 0.001, 0, 0);
    for (int i = 0; i < CHORE_MAX_PATCHES; i++) {
        double at[3];
        if (chore_world_patch(world, i, at) > 0) {
            rig_put(rig, "sponge_1", at[0], at[1], TOP + 0.0005, 0, 0);
            chore_world_push_body(world, body, force, 30);
            rig_step(rig, 30);
        }
    }
}

const fixture liquid_fixtures[] = {
    HOLDS(filled, "mug_1", NULL, NULL, 199e-6, "as the task says", at_start),
    NOT(filled, "mug_1", NULL, NULL, 201e-6, "not more", at_start),
    NOT(spilled, "mug_1", NULL, NULL, 0, "it stands", at_start),
    NOT(dry, "counter", NULL, NULL, 0, "there is a puddle", at_start),
    HOLDS(dry, "sponge_spot", NULL, NULL, 0, "which is elsewhere", at_start),
    HOLDS(spilled, "mug_1", NULL, NULL, 100e-6, "it lies", lies),
    NOT(filled, "mug_1", NULL, NULL, 100e-6, "it has run out", lies),
    NOT(dry, "counter", NULL, NULL, 0, "onto the worktop", lies),
    NOT(spilled, "mug_1", NULL, NULL, 1e-6, "it was put elsewhere", stands),
    HOLDS(dry, "counter", NULL, NULL, 0, "wiped", wiped),
};
const int n_liquid_fixtures = sizeof liquid_fixtures / sizeof liquid_fixtures[0];
