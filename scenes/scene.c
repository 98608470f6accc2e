/* What a composed scene holds, for those who use it. */
#include "scene_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void chore_scene_destroy(chore_scene *scene)
{
    if (scene != NULL) {
        mj_deleteModel(scene->model);
        free(scene->softness);
        for (int i = 0; i < scene->n_garments; i++) {
            chore_garment_mesh_release(&scene->meshes[i]);
        }
        free(scene);
    }
}

const mjModel *chore_scene_model(const chore_scene *scene)
{
    return scene->model;
}

const char *chore_scene_name(const chore_scene *scene)
{
    return scene->name;
}

int chore_scene_version(const chore_scene *scene)
{
    return scene->version;
}

int chore_scene_physics_hz(const chore_scene *scene)
{
    return (int)lround(1 / scene->model->opt.timestep);
}

chore_hash chore_scene_hash(const chore_scene *scene)
{
    return scene->hash;
}

const chore_embodiment *chore_scene_embodiment(const chore_scene *scene)
{
    return &scene->embodiment;
}

int chore_scene_n_objects(const chore_scene *scene)
{
    return scene->n_objects;
}

const chore_object *chore_scene_object(const chore_scene *scene, int index)
{
    CHORE_ASSERT(index >= 0 && index < scene->n_objects);
    return &scene->objects[index];
}

int chore_scene_find_object(const chore_scene *scene, const char *id)
{
    for (int i = 0; i < scene->n_objects; i++) {
        if (strcmp(scene->objects[i].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

int chore_scene_n_regions(const chore_scene *scene)
{
    return scene->n_regions;
}

const chore_region *chore_scene_region(const chore_scene *scene, int index)
{
    CHORE_ASSERT(index >= 0 && index < scene->n_regions);
    return &scene->regions[index];
}

int chore_scene_find_region(const chore_scene *scene, const char *name)
{
    for (int i = 0; i < scene->n_regions; i++) {
        if (strcmp(scene->regions[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int chore_scene_n_fixtures(const chore_scene *scene)
{
    return scene->n_fixtures;
}

const char *chore_scene_fixture_name(const chore_scene *scene, int index)
{
    CHORE_ASSERT(index >= 0 && index < scene->n_fixtures);
    return scene->fixtures[index].name;
}

int chore_scene_find_fixture(const chore_scene *scene, const char *name)
{
    for (int i = 0; i < scene->n_fixtures; i++) {
        if (strcmp(scene->fixtures[i].name, name) == 0) {
            return scene->fixtures[i].body;
        }
    }
    return -1;
}

const chore_site *chore_object_site(const chore_object *object, const char *name)
{
    for (int i = 0; i < object->n_sites; i++) {
        if (strcmp(object->sites[i].name, name) == 0) {
            return &object->sites[i];
        }
    }
    return NULL;
}

int chore_scene_n_garments(const chore_scene *scene)
{
    return scene->n_garments;
}

const chore_garment *chore_scene_garment(const chore_scene *scene, int index)
{
    CHORE_ASSERT(index >= 0 && index < scene->n_garments);
    return &scene->garments[index];
}

int chore_scene_find_garment(const chore_scene *scene, const char *id)
{
    for (int i = 0; i < scene->n_garments; i++) {
        if (strcmp(scene->garments[i].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

int chore_garment_keypoint(const chore_garment *garment, const char *name)
{
    for (int i = 0; i < garment->n_keypoints; i++) {
        if (strcmp(garment->keypoints[i].name, name) == 0) {
            return garment->keypoints[i].vertex;
        }
    }
    return -1;
}

const char *const *chore_scene_cameras(const chore_scene *scene)
{
    return scene->cameras;
}

chore_world_def chore_scene_world_def(const chore_scene *scene)
{
    chore_world_def def = chore_world_def_default();
    def.model = scene->model;
    def.embodiment = scene->embodiment;
    def.objects = scene->refs;
    def.n_objects = scene->n_objects;
    def.breakables = scene->breakables;
    def.n_breakables = scene->n_breakables;
    def.softness = scene->softness;
    def.liquid = scene->liquid.model.n_patches > 0 ? &scene->liquid.model : NULL;
    return def;
}
