/* Dishes that break. A breakable body breaks when its motion changes too suddenly while something touches it: the whole one goes to
   its parking place, and its shards, which waited parked, are where it was and move as it moved, and apart. Nothing but positions and velocities
   changes, so that snapshots, traces and replays hold. */
#ifndef CHORE_BREAKAGE_H
#define CHORE_BREAKAGE_H
#include <stdbool.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_MAX_BREAKABLES 16
#define CHORE_MAX_SHARDS     8 /* of one body */

typedef struct chore_world chore_world;

typedef struct chore_breakable {
    int body;          /* mjModel id of the whole one; its first joint is free */
    double strength_m; /* falling flat from this height onto something hard it just breaks */
    double
        burst_mps; /* speed at which shards leave the middle of it, on top of its own motion: tension that was let go */
    double parking[3]; /* where the whole one goes when it breaks (world; upright, yaw 0) */
    int n_shards;
    int shard[CHORE_MAX_SHARDS]; /* mjModel bodies, each with a free joint */
    double offset[CHORE_MAX_SHARDS]
                 [7]; /* pose of each in the whole one: position, quaternion wxyz */
} chore_breakable;

/* What the world was made with (chore_world_def), in its order. */
int chore_world_n_breakables(const chore_world *world);
const chore_breakable *chore_world_breakable(const chore_world *world, int index);
/* Factor per body by which the heights grow when a body is hit; NULL: 1 for all. [model->nbody] */
const double *chore_world_softness(const chore_world *world);

bool chore_world_is_broken(const chore_world *world, int index);
/* Control step (1-based: the one during which it happened) in which it broke; 0: it has not. */
int64_t chore_world_broken_step(const chore_world *world, int index);
/* How hard a link of the robot (a finger, say) pressed on this shard, newton: mean over the last control step, of the link that pressed
   hardest, so that a pinch counts once. 0 for bodies that are no shards. */
double chore_world_shard_press(const chore_world *world, int body);
/* The hardest jolt so far, as a share of what breaks it: 1 and more has broken it. It grows with the height of a fall. */
double chore_world_strain(const chore_world *world, int index);

#ifdef __cplusplus
}
#endif
#endif
