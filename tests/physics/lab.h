/* A laboratory bench: the arm at the dining table with objects of the test's choice, and hands that move the
   tool slowly along lines. A failure of anything ends the test. */
#ifndef CHORE_TEST_LAB_H
#define CHORE_TEST_LAB_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/scene.h>
#include <chore/sense.h>

#define LAB_TABLE_Z 0.75

typedef struct lab {
    chore_scene *scene;
    chore_world *world;
    float command[8]; /* last tool pose in the arm's base frame, and width */
} lab;

typedef struct lab_pose {
    double pos[3], quat[4];
} lab_pose;

/* One object "it" of that kind and size ("": the kind's first), parked. robot: with the arm, in mode eef_pose. */
void lab_open(lab *l, const char *kind, const char *size, bool robot);
void lab_close(lab *l);
void lab_must(chore_status status, const chore_error *err);

/* Stand "it" on the table, lifted by that much, tilted about x and then turned about z (radian). */
void lab_put(lab *l, double x, double y, double lift, double tilt, double yaw);
/* Control periods without a robot's doing until "it" sleeps; the seconds, -1 when it is awake after limit_s. */
double lab_settle(lab *l, double limit_s);

const chore_object *lab_object(const lab *l);
lab_pose lab_object_pose(const lab *l);
lab_pose lab_tool_pose(const lab *l);
lab_pose lab_pose_in(const lab_pose *frame, const lab_pose *pose);
/* World pose of the tool for a grasp of "it", turned about the object's own z by `turn`; of the two ways to turn a
   parallel gripper the one nearer to how the tool is now. */
lab_pose lab_grasp_pose(const lab *l, const char *grasp, double turn);

/* Called after every control step of a move. */
typedef void (*lab_watch_fn)(const lab *l, void *ctx);
/* Tool to a world pose and width in that time, straight. */
void lab_move(lab *l, const lab_pose *to, double width, double seconds, lab_watch_fn watch,
              void *ctx);
/* Deepest contact between the robot and anything else, in metres, positive. */
double lab_robot_penetration(const lab *l);
#endif
