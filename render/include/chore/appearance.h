/* How a model looks on a picture: colours, light and the place of cameras, drawn by lot or as they were made. Nothing of it is physics: a world never
   sees it, and no state depends on it. Needs no GL. */
#ifndef CHORE_APPEARANCE_H
#define CHORE_APPEARANCE_H
#include <chore/hash.h>
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif
/* The lot of an episode. Never 0. */
uint64_t chore_appearance_lot(uint64_t run_key, chore_hash task_hash, uint64_t seed);

/* A model with looks of its own. One thread. */
typedef struct chore_appearance chore_appearance;
/* Canonical at first. The model is borrowed and never written; it must outlive this. Allocates. */
chore_appearance *chore_appearance_create(const mjModel *model);
void chore_appearance_destroy(chore_appearance *appearance); /* NULL is fine */
/* For renderers and chore_camera_pose: the given model but for its looks, which change in place with every call of chore_appearance_wear. Valid until
   destroyed; the same address always. */
const mjModel *chore_appearance_model(const chore_appearance *appearance);
/* Put on the looks of a lot; 0: canonical. A pure function of model and lot. Allocates never.

   What a lot decides: walls, floors and furniture of pale or brown colour get another paint; whatever is colourful, can be moved or belongs to a robot
   keeps its hue within 4 degrees, because it may be named by its colour. Lights are up to 30 % brighter or dimmer, warmer or colder, and come from up to 10
   degrees elsewhere. Cameras of the room are up to 2 cm and 1.5 degrees off their place, those of a robot 3 mm and 0.5 degrees; the streams cam.*.pose know it. */
void chore_appearance_wear(chore_appearance *appearance, uint64_t lot);
#ifdef __cplusplus
}
#endif
#endif
