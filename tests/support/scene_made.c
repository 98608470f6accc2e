#include "scene_made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <chore/text.h>
#include <cmocka.h>

const char scene_brick_yaml[] =
    "name: brick\nversion: 1\nmjcf: brick.xml\ncategory: tool\nmaterial: clay\n"
    "footprint: 8 cm\nheight: 5 cm\nsizes: {normal: {scale: 1.0, mass: 900 g}}\n"
    "colours: {red: [0.7, 0.3, 0.2]}\n";
const char scene_brick_xml[] =
    "<mujoco><asset><material name=\"body\"/></asset><worldbody><body name=\"object\">\n"
    "<geom type=\"box\" size=\".06 .04 .025\" pos=\"0 0 .025\" material=\"body\"/>\n"
    "<site name=\"base\"/></body></worldbody></mujoco>\n";

chore_object_def scene_object(const char *id, const char *kind, const char *size,
                               const char *colour)
{
    chore_object_def def = {{0}, {0}, {0}, {0}};
    chore_copy(def.id, sizeof def.id, id);
    chore_copy(def.kind, sizeof def.kind, kind);
    chore_copy(def.size, sizeof def.size, size);
    chore_copy(def.colour, sizeof def.colour, colour);
    return def;
}

chore_status scene_try(chore_scene **out, const char *scene, const char *robot,
                          const chore_object_def *objects, int n, chore_error *err)
{
    chore_scene_def def = {.scene = scene, .embodiment = robot, .objects = objects, .n_objects = n};
    *out = NULL;
    return chore_scene_build(out, &def, err);
}

chore_scene *scene_made(const char *scene, const char *robot, const chore_object_def *objects,
                             int n)
{
    chore_scene *out;
    chore_error err = {0};
    if (scene_try(&out, scene, robot, objects, n, &err) != CHORE_OK) {
        fail_msg("%s:%d:%d: %s", err.file, err.line, err.column, err.message);
    }
    return out;
}

void scene_refused(const char *scene, const char *robot, const chore_object_def *objects,
                           int n, chore_status status, const char *file, int line, const char *part)
{
    chore_scene *out;
    chore_error err = {0};
    chore_status got = scene_try(&out, scene, robot, objects, n, &err);
    if (got != status || strstr(err.message, part) == NULL || strstr(err.file, file) == NULL ||
        (line > 0 && err.line != line)) {
        fail_msg("expected status %d at %s:%d '%s', got %d at %s:%d:%d '%s'", status, file, line,
                 part, got, err.file, err.line, err.column, err.message);
    }
    assert_null(out);
}
