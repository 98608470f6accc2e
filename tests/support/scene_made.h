/* Scenes for tests: built, or refused with the right words. */
#ifndef TESTS_SCENE_MADE_H
#define TESTS_SCENE_MADE_H
#include <chore/scene.h>

/* A kind of object that there is not: object.yaml and its MJCF. */
extern const char scene_brick_yaml[], scene_brick_xml[];

/* size, colour: "" for the kind's first. */
chore_object_def scene_object(const char *id, const char *kind, const char *size, const char *colour);
/* *out is NULL when it fails. */
chore_status scene_try(chore_scene **out, const char *scene, const char *robot, const chore_object_def *objects, int n,
                       chore_error *err);
/* Fails the test with the message when there is one. */
chore_scene *scene_made(const char *scene, const char *robot, const chore_object_def *objects, int n);
/* Fails the test unless it is refused so: `file` and `part` are parts of the place and of the message; line 0: any. */
void scene_refused(const char *scene, const char *robot, const chore_object_def *objects, int n, chore_status status,
                   const char *file, int line, const char *part);
#endif
