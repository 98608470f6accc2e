/* Senses: the observation fields of obs_fields.inl, by index, into the caller's float memory. */
#ifndef CHORE_SENSE_H
#define CHORE_SENSE_H
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_obs_id {
#define CHORE_OBS(symbol, name, per, dim, repr, frame, privileged, meaning) CHORE_OBS_##symbol,
#include <chore/obs_fields.inl>
#undef CHORE_OBS
    CHORE_OBS_COUNT
} chore_obs_id;

typedef struct chore_obs_spec {
    const char *name, *repr, *frame, *meaning;
    bool privileged;
    int rows, dim; /* float32 [rows][dim]; no rows: this world has nothing of the kind */
} chore_obs_spec;

chore_obs_spec chore_world_obs_spec(const chore_world *world, chore_obs_id id);
/* Write rows * dim floats. Does not change the world. Allocates never. */
void chore_world_observe(const chore_world *world, chore_obs_id id, float *out);

/* Sum of the normal contact forces (newton) between two bodies with their children in the last physics step;
   0 when they do not touch or sleep. Part of the state. Body 0 (the world) counts without its children. */
double chore_world_contact_force(const chore_world *world, int body_a, int body_b);
/* True when any geoms of the two bodies (with their children; body 0 without) are in contact. MuJoCo forms no
   contacts between sleeping or static bodies: for those, geoms closer than 1 mm that may collide count as
   touching. A pure function of the state. Contacts with flexes do not count. Allocates never. */
bool chore_world_touching(const chore_world *world, int body_a, int body_b);
/* True when the object's body (with its children) touches both pads of the arm from sides that oppose each
   other by 120 degrees or more. A pure function of the state. */
bool chore_world_grasping(const chore_world *world, int arm, int body);
#ifdef __cplusplus
}
#endif
#endif
