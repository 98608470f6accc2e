/* Bad scene, object and robot files, and what is said of them. */
#include "scene_data.h"
#include "scene_made.h"

#include <chore/files.h>
#include <chore/scene.h>
#include <chore/yaml.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD   "name: x\nversion: 1\nroom: room\n"
#define ROBOT  "robot: {pos: [0 m, 0 m, 0 m]}\n"
#define REGION "regions: {r: {pos: [0 m, 0 m, 0 m], half: [1 m, 1 m, 1 m]}}\n"
#define CAMERA "cameras: [{name: c, pos: [1 m, 0 m, 1 m], look_at: [0 m, 0 m, 0 m], fov: 45 deg}]\n"

static void bad_scene_files_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } bad[] = {
        {HEAD ROBOT REGION, 1, "a scene needs the key 'cameras'"},
        {"name: x\nversion: 1\nrooom: room\n", 3, "did you mean 'room'?"},
        {HEAD "robot: {pos: [0, 0 m, 0 m]}\n" REGION CAMERA, 4, "mm"},
        {HEAD ROBOT "regions: {r: {pos: [0 m, 0 m, 0 m], half: [1 m, 0 m, 1 m]}}\n" CAMERA, 5,
         "above zero"},
        {HEAD ROBOT "regions: {Bad: {pos: [0 m, 0 m, 0 m], half: [1 m, 1 m, 1 m]}}\n" CAMERA, 5,
         "'Bad' is no name"},
        {HEAD ROBOT REGION
         "cameras: [{name: c, pos: [1 m, 0 m, 1 m], look_at: [0 m, 0 m, 0 m], fov: 45}]\n",
         6, "deg"},
        {HEAD ROBOT REGION
         "cameras: [{name: c, pos: [0 m, 0 m, 0 m], look_at: [0 m, 0 m, 0 m], fov: 45 deg}]\n",
         6, "its own place"},
        {HEAD ROBOT REGION CAMERA "physics: {integrator: euler}\n", 7,
         "unknown integrator 'euler'"},
        {HEAD ROBOT REGION CAMERA "physics: {rate: 0.003 s}\n", 7, "Hz"},
        {HEAD ROBOT REGION CAMERA "physics: {rate: 250 Hz}\n", 7, "a multiple of 20 Hz"},
        {HEAD ROBOT REGION CAMERA "physics: {rate: 80 Hz}\n", 7, "from 100 to 2000 Hz"},
        {HEAD ROBOT REGION CAMERA "physics: {step: 300 Hz}\n", 7, "unknown key"},
        {HEAD ROBOT REGION CAMERA "joints: {dryer/door: 95 deg}\n", 7, "<fixture>/<joint>"},
        {HEAD ROBOT REGION CAMERA "physics: {solver: pgs}\n", 7, "unknown solver 'pgs'"},
        {HEAD ROBOT REGION CAMERA "physics: {tolerance: 0.5}\n", 7, "tolerance"},
        {HEAD ROBOT REGION CAMERA "physics: {iterations: 0}\n", 7, "1000"},
        {HEAD ROBOT REGION CAMERA "physics: {sleep: maybe}\n", 7, "true or false"},
        {HEAD ROBOT REGION CAMERA "physics: {impratio: 1000}\n", 7, "impratio"},
        {HEAD ROBOT REGION CAMERA "fixtures: [{name: t, kind: table}]\n", 7, "needs the key 'pos'"},
        {HEAD ROBOT REGION CAMERA "fixtures:\n - {name: t, kind: table, pos: [0 m, 0 m, 0 m]}\n"
                                  " - {name: t, kind: table, pos: [0 m, 0 m, 0 m]}\n",
         9, "there already"},
        {HEAD ROBOT REGION CAMERA "include: bad.yaml\n", 7, "cyclic include"},
        {HEAD ROBOT REGION CAMERA "include: level_2.yaml\n", 3, "must not include another"},
        {HEAD ROBOT REGION CAMERA "include: [a]\n", 7, "single value"},
    };
    scene_data_write("scenes/defs/level_2.yaml", "name: y\nversion: 1\ninclude: bad.yaml\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scene_data_write("scenes/defs/bad.yaml", bad[i].text);
        scene_refused("bad", NULL, NULL, 0, CHORE_E_FILE, ".yaml", bad[i].line, bad[i].part);
    }
    scene_data_write("scenes/defs/bad.yaml", HEAD ROBOT REGION CAMERA "include: gone.yaml\n");
    scene_refused("bad", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0, "gone.yaml");
    scene_data_write("scenes/defs/bad.yaml", HEAD ROBOT REGION CAMERA
                     "fixtures: [{name: t, kind: tabel, pos: [0 m, 0 m, 0 m]}]\n");
    scene_refused("bad", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0,
                   "no fixture 'tabel'; did you mean 'table'?");
    scene_data_write("scenes/defs/bad.yaml",
                     HEAD ROBOT REGION "cameras: [{name: wrist, pos: [1 m, 0 m, 1 m], look_at: "
                                       "[0 m, 0 m, 0 m], fov: 45 deg}]\n");
    scene_refused("bad", "arm", NULL, 0, CHORE_E_FILE, "", 0, "a camera 'wrist' already");
}

static void unknown_names_are_guessed(void **state)
{
    (void)state;
    chore_object_def objects[2] = {scene_object("a", "mug", "", ""), scene_object("a", "mug", "", "")};
    scene_refused("dinning_table", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0,
                   "did you mean 'dining_table'?");
    scene_refused("/nowhere/x.yaml", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0, "/nowhere/x.yaml");
    scene_refused("dining_table", "amr", NULL, 0, CHORE_E_NOT_FOUND, "", 0, "did you mean 'arm'?");
    scene_refused("dining_table", NULL, objects, 2, CHORE_E_USAGE, "", 0,
                   "two objects are called 'a'");
    scene_refused("dining_table", NULL, objects, 65, CHORE_E_USAGE, "", 0, "at most 64 objects");
    objects[0] = scene_object("a", "mugg", "", "");
    scene_refused("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no object kind 'mugg'; did you mean 'mug'?");
    objects[0] = scene_object("a", "../mug", "", "");
    scene_refused("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no object kind '../mug'");
    objects[0] = scene_object("a", "mug", "smal", "");
    scene_refused("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no size 'smal' of 'mug'; did you mean 'small'?");
    objects[0] = scene_object("a", "mug", "", "ultraviolet");
    scene_refused("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no colour 'ultraviolet' of 'mug'");
    objects[0] = scene_object("A b", "mug", "", "");
    scene_refused("dining_table", NULL, objects, 1, CHORE_E_USAGE, "", 0, "'A b' is no name");
}

/* The brick's YAML with one line replaced. */
static char *changed(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    char *out = malloc(strlen(text) + strlen(new) + 1);
    assert_true(at != NULL && out != NULL);
    sprintf(out, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    return out;
}

static void bad_object_files_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new;
        int line;
        const char *part;
    } bad_yaml[] = {
        {"name: brick", "name: stone", 1, "must be that of the folder, 'brick'"},
        {"version: 1", "version: 0", 2, "1"},
        {"category: tool", "category: tol", 4, "did you mean 'tool'?"},
        {"footprint: 8 cm", "footprint: 8", 6, "cm"},
        {"height: 5 cm", "height: -5 cm", 7, "above zero"},
        {"mass: 900 g", "mass: 900", 8, "kg"},
        {"scale: 1.0", "scale: 0", 8, "above zero"},
        {"sizes: {normal: {scale: 1.0, mass: 900 g}}", "sizes: {}", 8, "at least one entry"},
        {"[0.7, 0.3, 0.2]", "[0.7, 0.3, 2]", 9, "from 0 to 1"},
        {"[0.7, 0.3, 0.2]", "[0.7, 0.3]", 9, "3 values"},
        {"colours:", "grasps: [{name: side, site: grsp, symmetry: flip, width: 8 cm}]\ncolours:", 9,
         "unknown site 'grsp'"},
        {"colours:", "grasps: [{name: side, site: base, symmetry: flipp, width: 8 cm}]\ncolours:",
         9, "did you mean 'flip'?"},
        {"colours:", "grasps: {name: side}\ncolours:", 9, "must be a list"},
    };
    static const struct {
        const char *old, *new;
        const char *part;
    } bad_xml[] = {
        {"name=\"object\"", "name=\"brick\"", "one top body named 'object'"},
        {"</body></worldbody>", "</body><body name=\"second\"/></worldbody>", "remove 'second'"},
        {"<site name=\"base\"/>", "<freejoint/>", "must have no joint"},
        {"<material name=\"body\"/>", "<material name=\"clay\"/>", "MuJoCo refuses it"},
        {"size=\".06 .04 .025\"", "size=\".06 .04 .025\" mass=\"0\"", "no mass"},
        {"size=", "sise=", "MuJoCo refuses it"},
        {"<mujoco>", "<mujoco><include file=\"brick.xml\"/>", "cyclic include"},
        {"<asset>", "<asset><model name=\"me\" file=\"brick.xml\"/>", "cyclic include"},
        {"<asset>", "<asset><model name=\"me\" file='other.xml'/>", "cyclic include"},
    };
    chore_object_def def = scene_object("b", "brick", "", "");
    scene_data_write("scenes/assets/objects/brick/other.xml",
                     "<mujoco><asset><model name=\"back\" file=\"./brick.xml\"/></asset></mujoco>");
    scene_data_write("scenes/assets/objects/brick/brick.xml", scene_brick_xml);
    for (size_t i = 0; i < sizeof bad_yaml / sizeof bad_yaml[0]; i++) {
        char *text = changed(scene_brick_yaml, bad_yaml[i].old, bad_yaml[i].new);
        scene_data_write("scenes/assets/objects/brick/object.yaml", text);
        free(text);
        scene_refused("dining_table", NULL, &def, 1, CHORE_E_FILE, "object.yaml", bad_yaml[i].line,
                       bad_yaml[i].part);
    }
    scene_data_write("scenes/assets/objects/brick/object.yaml", scene_brick_yaml);
    for (size_t i = 0; i < sizeof bad_xml / sizeof bad_xml[0]; i++) {
        char *text = changed(scene_brick_xml, bad_xml[i].old, bad_xml[i].new);
        scene_data_write("scenes/assets/objects/brick/brick.xml", text);
        free(text);
        scene_refused("dining_table", NULL, &def, 1, CHORE_E_FILE, ".xml", 0, bad_xml[i].part);
    }
    char *commented =
        changed(scene_brick_xml, "<asset>", "<!-- <include file=\"brick.xml\"/> --><asset>");
    scene_data_write("scenes/assets/objects/brick/brick.xml", commented);
    free(commented);
    chore_scene_destroy(scene_made("dining_table", NULL, &def, 1));
}

static void bad_embodiments_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new;
        const char *part;
    } bad[] = {
        {"base: b0", "base: b9", "unknown body 'b9'"},
        {"joints: [j1, j2]", "joints: [j1, j3]", "unknown joint 'j3'"},
        {"actuators: [a1, a2]", "actuators: [a2, a1]", "does not drive the joint 'j1'"},
        {"actuators: [a1, a2]", "actuators: [a1]", "expected 2 names, not 1"},
        {"velocity_limits: [2 rad/s, 1 m/s]", "velocity_limits: [2 rad/s, 1 rad/s]", "m/s"},
        {"velocity_limits: [2 rad/s, 1 m/s]", "velocity_limits: [2 rad/s]", "one value per joint"},
        {"home: [0 rad, 1 cm]", "home: [7 rad, 1 cm]", "outside the joint's range"},
        {"tool: t", "tol: t", "did you mean 'tool'?"},
        {"version: 2", "version: two", "two"},
        {"cameras: [eye]", "cameras: [ear]", "unknown camera 'ear'"},
        {"mjcf: bot.xml", "mjcf: bott.xml", "bott.xml"},
    };
    static const char yaml[] =
        "name: bot\nversion: 2\nmjcf: bot.xml\ncameras: [eye]\narms:\n - {name: left, base: b0, "
        "joints: [j1, j2], "
        "actuators: [a1, a2], velocity_limits: [2 rad/s, 1 m/s], tool: t, home: [0 rad, 1 cm]}\n";
    static const char xml[] =
        "<mujoco><compiler angle=\"radian\"/><option timestep=\".01\" integrator=\"RK4\"/><worldbody>"
        "<body name=\"b0\">\n"
        "<geom size=\".05\"/><body><joint name=\"j1\" axis=\"0 0 1\" range=\"-1 1\"/><geom size=\".05\"/>"
        "<body>\n"
        "<joint name=\"j2\" type=\"slide\" range=\"0 .1\"/><geom size=\".05\"/><site name=\"t\"/>"
        "<camera name=\"eye\"/>"
        "</body></body></body>\n"
        "</worldbody><actuator><position name=\"a1\" joint=\"j1\" kp=\"10\"/>"
        "<position name=\"a2\" joint=\"j2\" kp=\"10\"/></actuator></mujoco>";
    scene_data_write("scenes/assets/embodiments/bot/bot.xml", xml);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *text = changed(yaml, bad[i].old, bad[i].new);
        scene_data_write("scenes/assets/embodiments/bot/bot.yaml", text);
        free(text);
        chore_scene *out;
        chore_error err = {0};
        assert_int_not_equal(scene_try(&out, "dining_table", "bot", NULL, 0, &err), CHORE_OK);
        if (strstr(err.message, bad[i].part) == NULL) {
            fail_msg("expected '%s', got '%s'", bad[i].part, err.message);
        }
    }
    scene_data_write("scenes/assets/embodiments/bot/bot.yaml",
                     yaml); /* its own options do not win over the scene's */
    chore_scene *scene = scene_made("dining_table", "bot", NULL, 0);
    const chore_arm *arm = &chore_scene_embodiment(scene)->arms[0];
    assert_true(fabs(chore_scene_model(scene)->opt.timestep - 1.0 / 300) < 1e-15);
    assert_int_equal(arm->gripper_actuator, -1);
    assert_true(fabs(arm->home[1] - 0.01) < 1e-12);
    chore_scene_destroy(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_scene_files_are_explained),
        cmocka_unit_test(unknown_names_are_guessed),
        cmocka_unit_test(bad_object_files_are_explained),
        cmocka_unit_test(bad_embodiments_are_explained),
    };
    scene_data_make();
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
