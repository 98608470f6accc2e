/* What happens to boxes: flaps swing and things are taken out again by forces alone, it comes back from a snapshot, and leaves
   no trace before. How boxes and what is in them stand at the start. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define DEGREE 0.017453292519943295

enum { FLAP, OUT };

static chore_event_state event_of(const task_rig *rig, int event)
{
    return chore_episode_event(rig->episode, event);
}

static bool holds(const task_rig *rig, int predicate, const char *a, const char *b)
{
    chore_view view = chore_episode_view(rig->episode);
    chore_value args[MAX_ARGS] = {{REFER_ITEM, rig_item(rig, a), 0}};
    if (b) {
        const int region = chore_scene_find_region(rig->scene, b);
        args[1] = region >= 0 ? (chore_value){REFER_REGION, region, 0}
                              : (chore_value){REFER_ITEM, rig_item(rig, b), 0};
    }
    return chore_predicate_holds(predicate, &view, args);
}

static double flap(const task_rig *rig, int part)
{
    const chore_object *carton = chore_scene_object(rig->scene, rig_object(rig, "carton"));
    return chore_world_data(chore_episode_world(rig->episode))->qpos[carton->parts[part].qpos_adr];
}

static void start(task_rig *rig)
{
    rig_open(rig, "predicates_lid", NULL);
    MUST(chore_episode_reset(rig->episode, 1, CHORE_DISTURBED, &rig_error));
    for (int i = 0; i < rig->task->n_events; i++) { /* no clock but the one that a test sets */
        rig->episode->monitor.triggers[i].missed = 1;
    }
}

/* It acts before the next step. */
static void fire(task_rig *rig, int event, const char *item)
{
    trigger_state *trigger = &rig->episode->monitor.triggers[event];
    trigger->missed = 0;
    trigger->due = chore_episode_now(rig->episode);
    trigger->object = rig_item(rig, item);
    rig_step(rig, 1);
    assert_int_equal(event_of(rig, event).fired_step, trigger->due);
}

static void test_equal_until_fired(void **state)
{
    (void)state;
    rig_check_matched("predicates_lid", 2, FLAP);
}

/* A major flap, and only that one, goes where it shall; the box hardly moves. */
static void test_a_flap_swings(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    const chore_object *carton = chore_scene_object(rig.scene, rig_object(&rig, "carton"));
    double before[4], place[3];
    for (int i = 0; i < 4; i++) {
        before[i] = flap(&rig, i);
    }
    mju_copy3(place, chore_world_data(chore_episode_world(rig.episode))->xpos + 3 * carton->body);
    fire(&rig, FLAP, "carton");
    rig_step(&rig, 4);
    rig_check_replay(&rig, 30);
    rig_step(&rig, 20);
    const bool front = fabs(flap(&rig, 2) - before[2]) > 30 * DEGREE;
    assert_int_equal(carton->parts[front ? 2 : 3].layer, 1);
    assert_in_range((int)(flap(&rig, front ? 2 : 3) / DEGREE), 45, 75);
    assert_true(fabs(flap(&rig, front ? 3 : 2) - before[front ? 3 : 2]) < 3 * DEGREE);
    assert_true(fabs(flap(&rig, 0) - before[0]) < 3 * DEGREE);
    assert_true(fabs(flap(&rig, 1) - before[1]) < 3 * DEGREE);
    assert_true(mju_dist3(place, chore_world_data(chore_episode_world(rig.episode))->xpos +
                                     3 * carton->body) < 0.01);
    rig_close(&rig);
}

static void test_a_thing_is_taken_out(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    assert_true(holds(&rig, PREDICATE_inside, "can", "carton"));
    fire(&rig, OUT, "can");
    rig_step(&rig, 15);
    rig_check_replay(&rig, 40);
    rig_step(&rig, 140);
    assert_false(holds(&rig, PREDICATE_inside, "can", "carton"));
    assert_true(holds(&rig, PREDICATE_in_region, "can", "right"));
    assert_true(holds(&rig, PREDICATE_open, "carton", NULL)); /* it touched no flap */
    rig_close(&rig);
}

/* Things that start inside of a shut carton are there, whatever the seed, and it is shut. */
static void test_starts_inside(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "open_and_unpack", NULL);
    for (uint64_t seed = 0; seed < 8; seed++) {
        int n = 0;
        MUST(chore_episode_reset(rig.episode, seed, CHORE_CONTROL, &rig_error));
        for (int i = 1; i < rig.task->n_objects; i++) {
            if (chore_episode_is_present(rig.episode, i)) {
                assert_true(holds(&rig, PREDICATE_inside, rig.task->objects[i].id, "carton"));
                n++;
            }
        }
        assert_true(n >= 3);
        assert_true(holds(&rig, PREDICATE_closed, "carton", NULL));
    }
    rig_close(&rig);
}

/* ---- bad files ------------------------------------------------------------------------------- */

static const char good[] = "name: box\n" /* 1 */
                           "version: 1\n"
                           "instructions: [\"Shut it.\"]\n"
                           "scene: packing_table\n"
                           "embodiments: [arm]\n" /* 5 */
                           "control_rate: 20 Hz\n"
                           "horizon: 60 s\n"
                           "objects:\n"
                           "  - {id: carton, kind: carton}\n"
                           "  - {id: mug, kind: mug}\n" /* 10 */
                           "init:\n"
                           "  - {place: [carton], region: carton_spot, pose: open}\n"
                           "  - {place: [mug], inside: carton}\n"
                           "goal: {all: [{closed: [carton]}]}\n"
                           "events:\n" /* 15 */
                           "  - name: pop\n"
                           "    trigger: {window: [1 s, 2 s]}\n"
                           "    effect: {swing: {item: carton, to: 60 deg}}\n";

static const struct {
    const char *find, *replace;
    int line;
    const char *message;
} flaws[] = {
    {"", "", 0, NULL},
    {"pose: open", "pose: opne", 12, "unknown pose 'opne'; did you mean 'open'?"},
    {"inside: carton", "inside: carton, pose: open", 13, "'mug' (kind mug) has no poses"},
    {"inside: carton", "inside: mug", 13,
     "'mug' must be placed in a region by an entry before this one"},
    {"inside: carton", "inside: carton, region: left", 13, "either 'region' or 'inside'"},
    {"closed: [carton]", "closed: [mug]", 14, "'mug' (kind mug) has no lid"},
    {"item: carton, to", "item: mug, to", 18, "has no lid"},
    {"to: 60 deg", "to: 60", 18, "deg"},
    {"swing: {item: carton, to: 60 deg}", "take_out: {region: left}", 18,
     "needs 'rises' with 'over'"},
    {"swing: {item: carton, to: 60 deg}", "swnig: {item: carton}", 18, "did you mean 'swing'?"},
};

static chore_status load(const char *text, chore_error *err)
{
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    chore_status status = chore_task_parse(&task, "box.yaml", text, strlen(text), err);
    if (status == CHORE_OK) {
        status = chore_task_build_scene(task, NULL, &scene, err);
    }
    chore_scene_destroy(scene);
    chore_task_free(task);
    return status;
}

static void test_bad_files_are_explained(void **state)
{
    (void)state;
    MUST(chore_sim_init(&rig_error));
    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        char text[2048], where[32];
        const char *at = strstr(good, flaws[i].find);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, flaws[i].replace,
                 at + strlen(flaws[i].find));
        chore_error err = {0};
        const chore_status status = load(text, &err);
        if (!flaws[i].message) {
            assert_int_equal(status, CHORE_OK);
            continue;
        }
        char full[2048];
        chore_error_format(&err, full, sizeof full);
        snprintf(where, sizeof where, "box.yaml:%d:", flaws[i].line);
        if (status == CHORE_OK || !strstr(full, flaws[i].message) || !strstr(full, where)) {
            fail_msg("expected '%s' at line %d, got: %s", flaws[i].message, flaws[i].line, full);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_until_fired),       cmocka_unit_test(test_a_flap_swings),
        cmocka_unit_test(test_a_thing_is_taken_out),    cmocka_unit_test(test_starts_inside),
        cmocka_unit_test(test_bad_files_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
