/* A small household for the tests of sim/: a 7-joint arm with a gripper at a table, and a handful of objects.
   Text only, so that these tests depend on no file. Kinematics, gains and limits of the Panda class; shapes
   as simple as they can be. */
#ifndef CHORE_TEST_MODEL_H
#define CHORE_TEST_MODEL_H
#include <chore/world.h>
#include <mujoco/mujoco.h>

typedef struct test_model_options {
    int n_boxes;        /* 4 cm, 50 g, named box_0 ..., in a row on the table, 5 mm above it */
    const char *option; /* attributes of <option>; NULL: what chorebench scenes use */
    const char *flags;  /* attributes of <flag>; NULL: sleep on, autoreset off */
} test_model_options;

/* Compiled model, to be freed with mj_deleteModel; ends the test when it does not compile. */
mjModel *test_model_make(test_model_options options);

/* A def with the arm "arm" and all boxes as objects. `control_hz` 0: the default. */
chore_world_def test_world_def(const mjModel *model, int control_hz);
#endif
