/* What the tests of two arms and of the laundry room share. */
#ifndef CHORE_LAUNDRY_RIG_H
#define CHORE_LAUNDRY_RIG_H
#include <chore/scene.h>

enum { LEFT, RIGHT, ARM_ACTION = 8, ACTION = 2 * ARM_ACTION }; /* of eef_pose and joint_pos */

/* The laundry room with `duo` in it, and a world of it at home; failures end the test. */
chore_scene *laundry_scene(const chore_object_def *objects, int n);
chore_world *laundry_world(const chore_scene *scene);

/* Control steps that hold the targets. */
void laundry_wait(chore_world *world, int control_steps);
#endif
