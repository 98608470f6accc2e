/* Cloth put into a pose by hand: ideal folds with their layers on one another, and what only looks like them. All lie
   on the level z = 0, around x = y = 0. */
#ifndef CHORE_TEST_CLOTH_POSE_H
#define CHORE_TEST_CLOTH_POSE_H
#include <chore/scene.h>

typedef struct cloth_pose {
    const chore_garment *garment;
    double pos[CHORE_MAX_GARMENT_VERTICES][3];
} cloth_pose;

/* Every kind in every size, at most CHORE_MAX_GARMENTS, in a scene of their own; fails the test. */
chore_scene *cloth_pose_wardrobe(void);

void cloth_pose_flat(cloth_pose *pose, const chore_garment *garment);
/* Folded along these lines; layers lie layer_m above one another, the hinges are round and take up cloth. */
void cloth_pose_fold(cloth_pose *pose, const chore_garment *garment, const chore_fold_step *steps, int n);
/* The steps of a way whose bits are set. */
void cloth_pose_fold_way(cloth_pose *pose, const chore_garment *garment, int way, unsigned steps);
/* Rolled up along x, as a sleeping bag is. */
void cloth_pose_roll(cloth_pose *pose, const chore_garment *garment);
/* Crushed in two hands. */
void cloth_pose_ball(cloth_pose *pose, const chore_garment *garment);
/* A seeded heap: drawn together and thrown into random smooth waves. */
void cloth_pose_heap(cloth_pose *pose, const chore_garment *garment, uint64_t seed);
/* Hanging from one vertex, half a metre above the level. */
void cloth_pose_hang(cloth_pose *pose, const chore_garment *garment, int vertex);
/* Over a bar along y at `top` (its upper side), `shift` further to +x than balanced. */
void cloth_pose_drape(cloth_pose *pose, const chore_garment *garment, double top, double radius, double shift);

/* ---- changes of a pose ---- */

void cloth_pose_move(cloth_pose *pose, double x, double y, double z);
void cloth_pose_turn(cloth_pose *pose, double yaw);
void cloth_pose_flip(cloth_pose *pose); /* upside down, on the level again */
void cloth_pose_stretch(cloth_pose *pose, double along_x, double along_y);
/* Pull all cloth around a vertex (in the rest frame, fading out over `around` metres) by (x, y). */
void cloth_pose_pull(cloth_pose *pose, int vertex, double around, double x, double y);
/* Seeded waves in the plane or up and down: of the rest frame, `amplitude` each, `length` long. */
void cloth_pose_waver(cloth_pose *pose, double amplitude, double length, uint64_t seed);
void cloth_pose_wrinkle(cloth_pose *pose, double amplitude, double length, uint64_t seed);
#endif
