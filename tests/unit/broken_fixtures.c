/* States in which the predicates about broken dishes hold and in which they do not; on the task breaks. */
#include "predicate_fixtures.h"

#define TABLE 0.75

static void whole(task_rig *rig)
{
    rig_put(rig, "glass_1", 0.50, 0.0, TABLE + 0.10, 0, 0.3);
    rig_step(rig, 30);
}

static void broken(task_rig *rig)
{
    rig_put(rig, "glass_1", 0.50, 0.0, TABLE + 1.0, 0.4, 0.3);
    rig_step(rig, 60);
}

static void put_in_bin(task_rig *rig, int last)
{
    broken(rig);
    for (int k = 1; k <= last; k++) {
        char id[CHORE_NAME_CAP];
        snprintf(id, sizeof id, "glass_1_shard_%d", k);
        rig_put(rig, id, 0.40 + 0.01 * k, -0.41, TABLE + 0.12, 1.57 * k, 0.8 * k);
        rig_step(rig, 60);
    }
}

static void all_in_bin(task_rig *rig)
{
    put_in_bin(rig, 4);
}
static void one_left(task_rig *rig)
{
    put_in_bin(rig, 3);
}

static void squeezed(task_rig *rig)
{
    broken(rig);
    rig_grip(rig, "glass_1_shard_1", 0);
    for (int i = 0; i < 20 && !chore_episode_ended(rig->episode); i++) {
        rig_step_gripper(rig, 0);
    }
}

const fixture broken_fixtures[] = {
    NOT(broken, "glass_1", NULL, NULL, 0, "fell from 10 cm onto wood", whole),
    NOT(shards_in, "glass_1", "bin", NULL, 0, "whole", whole),
    HOLDS(broken, "glass_1", NULL, NULL, 0, "fell from 1 m", broken),
    NOT(shards_in, "glass_1", "bin", NULL, 0, "on the table", broken),
    HOLDS(amid_shards, "bin", NULL, NULL, 0.8, "they lie on the table", broken),
    NOT(amid_shards, "bin", NULL, NULL, 0.05, "further away", broken),
    NOT(pressed, "glass_1_shard_1", NULL, NULL, 1, "nobody touches it", broken),
    HOLDS(shards_in, "glass_1", "bin", NULL, 0, "all four", all_in_bin),
    NOT(amid_shards, "bin", NULL, NULL, 0.8, "none lies about", all_in_bin),
    NOT(shards_in, "glass_1", "bin", NULL, 0, "three of four", one_left),
    HOLDS(pressed, "glass_1_shard_1", NULL, NULL, 20, "as hard as the hand can", squeezed),
    NOT(pressed, "glass_1_shard_2", NULL, NULL, 20, "another one is", squeezed),
};
const int n_broken_fixtures = sizeof broken_fixtures / sizeof broken_fixtures[0];
