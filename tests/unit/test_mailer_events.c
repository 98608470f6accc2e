/* A box that comes flat springs open, by inner torques alone: matched until then, the same from a snapshot, and only what shall open does.
   What is said wrongly of such boxes is explained. */
#include "scene_data.h"
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define DEGREE 0.017453292519943295

enum { WALL, LID };
static const char *const names[] = {"left", "right", "back", "front", "lid", "tongue"};

static double panel(const task_rig *rig, const char *name)
{
    const chore_object *box = chore_scene_object(rig->scene, rig_object(rig, "box"));
    return chore_world_data(chore_episode_world(rig->episode))
               ->qpos[box->parts[chore_object_find_part(box, name)].qpos_adr] /
           DEGREE;
}

/* Erected and shut, no event due. */
static void start(task_rig *rig)
{
    static const double done[] = {0, 0, 0, 2, 2, -3};
    rig_open(rig, "predicates_box", NULL);
    MUST(chore_episode_reset(rig->episode, 1, CHORE_DISTURBED, &rig_error));
    const chore_object *box = chore_scene_object(rig->scene, rig_object(rig, "box"));
    for (int i = 0; i < 6; i++) {
        chore_world_put_joint(chore_episode_world(rig->episode),
                              box->parts[chore_object_find_part(box, names[i])].joint,
                              done[i] * DEGREE);
    }
    for (int i = 0; i < rig->task->n_events; i++) {
        rig->episode->monitor.triggers[i].missed = 1;
    }
    rig_step(rig, 40);
}

static void fire(task_rig *rig, int event)
{
    trigger_state *trigger = &rig->episode->monitor.triggers[event];
    trigger->missed = 0;
    trigger->due = chore_episode_now(rig->episode);
    trigger->object = rig_item(rig, "box");
    rig_step(rig, 1);
    assert_int_equal(chore_episode_event(rig->episode, event).fired_step, trigger->due);
}

/* All panels but `moving` and `along` (NULL: none) stay; the box, too. */
static void swings(int event, const char *moving, const char *along)
{
    task_rig rig;
    double before[6], place[3];
    start(&rig);
    const double *at = chore_world_data(chore_episode_world(rig.episode))->xpos +
                       3 * chore_scene_object(rig.scene, rig_object(&rig, "box"))->body;
    mju_copy3(place, at);
    for (int i = 0; i < 6; i++) {
        before[i] = panel(&rig, names[i]);
    }
    fire(&rig, event);
    rig_step(&rig, 4);
    rig_check_replay(&rig, 30);
    rig_step(&rig, 40);
    for (int i = 0; i < 6; i++) {
        const double now = panel(&rig, names[i]);
        print_message("%-6s %6.1f -> %6.1f deg\n", names[i], before[i], now);
        if (strcmp(names[i], moving) == 0) {
            assert_true(now > 35 && now < 65);
        } else if (along == NULL || strcmp(names[i], along) != 0) {
            assert_true(fabs(now - before[i]) < 6);
        }
    }
    assert_true(mju_dist3(place, at) < 0.01);
    rig_close(&rig);
}

static void test_a_wall_springs_open(void **state)
{
    (void)state;
    swings(WALL, "front", NULL);
}

static void test_the_lid_springs_open(void **state)
{
    (void)state;
    swings(LID, "lid", "tongue");
}

static void test_equal_until_fired(void **state)
{
    (void)state;
    rig_check_matched("predicates_box", 2, WALL);
}

/* ---- bad files ------------------------------------------------------------------------------- */

static const char good[] = "name: fold\n" /* 1 */
                           "version: 1\n"
                           "instructions: [\"Fold it.\"]\n"
                           "scene: box_table\n"
                           "embodiments: [arm]\n" /* 5 */
                           "control_rate: 20 Hz\n"
                           "horizon: 60 s\n"
                           "objects:\n"
                           "  - {id: box, kind: mailer}\n"
                           "  - {id: mug, kind: mug}\n" /* 10 */
                           "init:\n"
                           "  - {place: [box], region: blank_spot}\n"
                           "  - {place: [mug], region: right}\n"
                           "goal: {all: [{erected: [box]}, {raised: [box, front]}]}\n"
                           "events:\n" /* 15 */
                           "  - name: pop\n"
                           "    trigger: {window: [1 s, 2 s]}\n"
                           "    effect: {swing: {item: box, part: front, to: 60 deg}}\n";

static const struct {
    const char *find, *replace;
    int line;
    const char *message;
} flaws[] = {
    {"", "", 0, NULL},
    {"erected: [box]", "erected: [mug]", 14, "'mug' (kind mug) has no walls that are turned up"},
    {"raised: [box, front]", "raised: [box, fornt]", 14, "did you mean 'front'?"},
    {"raised: [box, front]", "raised: [box, lid]", 14, "unknown wall 'lid'"},
    {"part: front", "part: fornt", 18, "has no such part"},
    {"part: front", "part: 3", 18, "3"},
};

static chore_status load(const char *text, chore_error *err)
{
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    chore_status status = chore_task_parse(&task, "fold.yaml", text, strlen(text), err);
    if (status == CHORE_OK) {
        status = chore_task_build_scene(task, NULL, &scene, err);
    }
    chore_scene_destroy(scene);
    chore_task_free(task);
    return status;
}

static void test_bad_tasks_are_explained(void **state)
{
    (void)state;
    MUST(chore_sim_init(&rig_error));
    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        char text[2048], full[2048], where[32];
        const char *at = strstr(good, flaws[i].find);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, flaws[i].replace,
                 at + strlen(flaws[i].find));
        chore_error err = {0};
        const chore_status status = load(text, &err);
        chore_error_format(&err, full, sizeof full);
        if (!flaws[i].message) {
            assert_int_equal(status, CHORE_OK);
            continue;
        }
        snprintf(where, sizeof where, "fold.yaml:%d:", flaws[i].line);
        if (status == CHORE_OK || !strstr(full, flaws[i].message) || !strstr(full, where)) {
            fail_msg("expected '%s' at line %d, got: %s", flaws[i].message, flaws[i].line, full);
        }
    }
}

static const char crate_xml[] =
    "<mujoco><asset><material name=\"body\"/></asset><worldbody><body name=\"object\">\n"
    "<geom type=\"box\" size=\".06 .04 .002\" pos=\"0 0 .002\" material=\"body\"/>\n"
    "<body name=\"wall\" pos=\".06 0 .004\"><joint name=\"wall\" type=\"hinge\" axis=\"0 1 0\"/>\n"
    "<geom type=\"box\" size=\".002 .04 .02\" pos=\"0 0 .02\"/></body>\n"
    "<body name=\"drawer\" pos=\"0 0 .004\"><joint name=\"drawer\" type=\"slide\" axis=\"1 0 0\"/>\n"
    "<geom type=\"box\" size=\".02 .02 .002\" pos=\"0 0 .004\"/></body>\n"
    "<site name=\"base\"/></body></worldbody></mujoco>\n";
static const char crate_yaml[] =
    "name: crate\nversion: 1\nmjcf: crate.xml\ncategory: container\nmaterial: cardboard\n"
    "footprint: 8 cm\nheight: 4 mm\nsizes: {normal: {scale: 1.0, mass: 90 g}}\n"
    "colours: {red: [0.7, 0.3, 0.2]}\n"; /* 9 lines */

static void test_bad_objects_are_explained(void **state)
{
    static const struct {
        const char *more, *message;
    } bad[] = {
        {"walls: [wall]\n", NULL},
        {"walls: [wlal]\n", "did you mean 'wall'?"},
        {"walls: [drawer]\n", "unknown hinge 'drawer'"},
        {"walls: wall\n", "the joints of the walls"},
        {"tucks: {wall: wall}\n", "'wall' is none of the 'walls'"},
        {"walls: [wall]\ntucks: {wall: wall}\n", "it cannot be tucked in"},
        {"walls: [wall]\ntucks: {lid: wall}\n", "unknown hinge 'lid'"},
    };
    chore_object_def def = {.id = "it", .kind = "crate"};
    (void)state;
    scene_data_write("scenes/assets/objects/crate/crate.xml", crate_xml);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[2048], full[2048];
        chore_error err = {0};
        chore_scene *scene = NULL;
        const chore_scene_def what = {.scene = "dining_table", .objects = &def, .n_objects = 1};
        snprintf(text, sizeof text, "%s%s", crate_yaml, bad[i].more);
        scene_data_write("scenes/assets/objects/crate/object.yaml", text);
        const chore_status status = chore_scene_build(&scene, &what, &err);
        chore_scene_destroy(scene);
        chore_error_format(&err, full, sizeof full);
        if (bad[i].message == NULL ? status != CHORE_OK
                                   : status == CHORE_OK || !strstr(full, bad[i].message) ||
                                         !strstr(full, "object.yaml:1")) {
            fail_msg("expected '%s', got: %s", bad[i].message ? bad[i].message : "no error", full);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_until_fired),
        cmocka_unit_test(test_a_wall_springs_open),
        cmocka_unit_test(test_the_lid_springs_open),
        cmocka_unit_test(test_bad_tasks_are_explained),
        cmocka_unit_test(test_bad_objects_are_explained),
    };
    scene_data_make();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
