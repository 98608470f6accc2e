/* The cameras of a rig: which streams they offer, and the pictures that a policy asked for. */
#ifndef CHORE_CAMERAS_INTERNAL_H
#define CHORE_CAMERAS_INTERNAL_H
#include <chore/appearance.h>
#include <chore/policy_host.h>
#include <chore/rig.h>

enum { CHOREI_CAMERAS = 24, CHOREI_CAMERA_STREAMS = 4 }; /* at most; of each */

typedef struct chorei_cameras chorei_cameras;

/* Those of the robot, then those of the scene. Makes no renderer. The scene stays the caller's. */
chorei_cameras *chorei_cameras_create(const chore_scene *scene, const chore_embodiment *robot);
void chorei_cameras_destroy(chorei_cameras *cameras); /* NULL is fine */

/* What is offered: their names live as long as the cameras. */
int chorei_cameras_n_fields(const chorei_cameras *cameras);
const chore_policy_field *chorei_cameras_field(const chorei_cameras *cameras, int index);

/* +1 when the driver gets the word and when it gives it back: odd while it has it. Nullable, borrowed. */
void chorei_cameras_mark(chorei_cameras *cameras, volatile uint64_t *drawing);

/* The looks in which a slot sees its world from now on; lot: chore_appearance_lot, 0: canonical, as at first. */
void chorei_cameras_wear(chorei_cameras *cameras, int slot, uint64_t lot);

/* A new request: nothing is wanted yet. */
void chorei_cameras_forget(chorei_cameras *cameras);
/* Stream `index` as it was asked for; `memory` is filled by every draw, each slot's share `stride` bytes after the one before. CHORE_E_POLICY_LOAD: colour and depth of a camera
   differ in what they must have in common. */
chore_status chorei_cameras_want(chorei_cameras *cameras, int index, const chore_policy_field *asked, void *memory,
                                 size_t stride, chore_error *err);
/* All is said: make a renderer if there is something to draw. CHORE_E_RENDER. */
chore_status chorei_cameras_ready(chorei_cameras *cameras, int n_slots, chore_error *err);

/* Fill a slot's share of the streams that are wanted. CHORE_E_RENDER; the next call tries with a new renderer. */
chore_status chorei_cameras_draw(chorei_cameras *cameras, int slot, const mjData *data, chore_error *err);

/* What a slot was handed out since the last forgetting of it. */
chore_rig_seen chorei_cameras_seen(const chorei_cameras *cameras, int slot);
void chorei_cameras_forget_seen(chorei_cameras *cameras, int slot);
/* chore_rig_pictures. */
int chorei_cameras_pictures(const chorei_cameras *cameras, chore_rig_picture *out, int cap);
#endif
