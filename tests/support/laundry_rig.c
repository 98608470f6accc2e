#include "laundry_rig.h"
#include <stdio.h>
#include <stdlib.h>

static void need(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fprintf(stderr, "laundry rig: %s:%d:%d: %s\n", err->file, err->line, err->column, err->message);
        abort();
    }
}

chore_scene *laundry_scene(const chore_object_def *objects, int n)
{
    chore_scene *scene = NULL;
    chore_error err = {0};
    chore_scene_def def = {.scene = "laundry_room", .embodiment = "duo", .objects = objects, .n_objects = n};
    need(chore_scene_build(&scene, &def, &err), &err);
    return scene;
}

chore_world *laundry_world(const chore_scene *scene)
{
    chore_world *world = NULL;
    chore_error err = {0};
    chore_world_def def = chore_scene_world_def(scene);
    need(chore_world_create(&world, &def, &err), &err);
    return world;
}

void laundry_wait(chore_world *world, int control_steps)
{
    chore_error err = {0};
    for (int k = 0; k < control_steps; k++) {
        float hold[ACTION];
        chore_world_hold_action(world, hold);
        need(chore_world_step(world, hold, NULL, &err), &err);
    }
}
