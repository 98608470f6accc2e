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
    int rows, dim;                 /* float32 [rows][dim] */
} chore_obs_spec;

chore_obs_spec chore_world_obs_spec(const chore_world *world, chore_obs_id id);
/* Write rows * dim floats. Does not change the world. Allocates never. */
void chore_world_observe(const chore_world *world, chore_obs_id id, float *out);

/* Sum of normal contact forces (newton) between two bodies' subtrees in the last physics step; 0 when they do not touch or are
   asleep. For display and touch readings; predicates do not depend on it. */
double chore_world_contact_force(const chore_world *world, int body_a, int body_b);
/* True when any geoms of the two bodies (with their children) are in contact. MuJoCo forms no contacts between sleeping
   bodies: for those, geoms closer than 1 mm count as touching. A pure function of the state. */
bool chore_world_touching(const chore_world *world, int body_a, int body_b);
/* True when the object's body touches both pads of the arm. */
bool chore_world_grasping(const chore_world *world, int arm, int body);
#ifdef __cplusplus
}
#endif
#endif
