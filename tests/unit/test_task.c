/* Task files: what loads, and for each way to be wrong the one message with its place. */
#include "task_rig.h"

static const char good[] =
    "name: tidy\n" /* 1 */
    "version: 2\n"
    "instructions: [\"Tidy the {it}.\"]\n"
    "scene: dining_table\n"
    "embodiments: [arm]\n" /* 5 */
    "control_rate: 20 Hz\n"
    "horizon: 60 s\n"
    "objects:\n"
    "  - {id: tote, kind: tote}\n"
    "  - {id: mug_1, kind: mug}\n" /* 10 */
    "  - {id: mug_2, kind: mug}\n"
    "  - {id: can_1, kind: can}\n"
    "init:\n"
    "  - {place: [tote], region: tote_spot, yaw: [90 deg, 90 deg]}\n"
    "  - {choose: [1, 1], from: [mug_1, can_1], as: it, region: table_centre}\n" /* 15 */
    "goal:\n"
    "  held_for: 0.5 s\n"
    "  all: [{inside: [it, tote]}]\n"
    "stages:\n"
    "  - {name: near_it, weight: 2, near: [gripper, it, 10 cm]}\n" /* 20 */
    "fail:\n"
    "  - on_floor: [it]\n"
    "events:\n"
    "  - name: more\n"
    "    trigger: {window: [1 s, 2 s]}\n" /* 25 */
    "    effect: {drop: {choose: [mug_2], region: table_centre, height: 10 cm}}\n"
    "    new_work: {inside: [dropped, tote]}\n"
    "    within: 30 s\n";

typedef struct flaw {
    const char *find, *replace;
    int line;
    const char *message; /* must be part of the error */
} flaw;

/* Found by the loader alone. */
static const flaw load_flaws[] = {
    {"version: 2\n", "", 1, "task needs the key 'version'"},
    {"version: 2", "version: two", 2, "two"},
    {"version: 2", "verison: 2", 2, "did you mean 'version'"},
    {"version: 2", "version: 2\nversion: 3", 3, "version"},
    {"{it}", "{at}", 3, "unknown role in an instruction 'at'"},
    {"{it}", "{it", 3, "needs the name of a role and '}'"},
    {"[\"Tidy the {it}.\"]", "[]", 3, "at least one sentence"},
    {"20 Hz", "20", 6, "Hz"},
    {"20 Hz", "70 Hz", 6, "must divide 300 Hz"},
    {"60 s", "60 cm", 7, "s"},
    {"60 s", "-60 s", 7, "horizon"},
    {"60 s", "60", 7, "s"},
    {"id: mug_2, kind", "id: mug_1, kind", 11, "'mug_1' is there twice"},
    {"id: can_1, kind", "id: each, kind", 12, "'each' is a word of conditions"},
    {"{id: can_1, kind: can}", "{id: can_1}", 12, "needs the key 'kind'"},
    {"{id: can_1, kind: can}", "{id: can_1, kind: can, color: red}", 12, "did you mean 'colour'"},
    {"place: [tote]", "place: [tot]", 14, "unknown object 'tot'; did you mean 'tote'?"},
    {"place: [tote]", "place: [tote, tote]", 14, "'tote' is there twice"},
    {"[90 deg, 90 deg]", "[90, 90]", 14, "deg"},
    {"[90 deg, 90 deg]", "[90 deg, 0 deg]", 14, ""},
    {"choose: [1, 1]", "choose: [1, 3]", 15, ""},
    {"choose: [1, 1]", "choose: [0, 1]", 15, "'as' names one object"},
    {"from: [mug_1, can_1], as: it", "as: it", 15, "needs 'from'"},
    {"from: [mug_1, can_1]", "from: [tote]", 15, "cannot be sure to be left"},
    {"as: it", "as: mug_2", 15, "has the name of an object"},
    {"{place: [tote], region", "{region", 14, "either 'place'"},
    {"inside: [it, tote]", "insid: [it, tote]", 18,
     "unknown predicate 'insid'; did you mean 'inside'?"},
    {"inside: [it, tote]", "zzzzzzzz: [it, tote]", 18, "known: inside, on,"},
    {"inside: [it, tote]", "inside: [it]", 18,
     "inside takes 2 arguments (item receptacle|region|space), not 1"},
    {"inside: [it, tote]", "on: [itt, tote]", 18, "unknown object 'itt'; did you mean 'it'?"},
    {"inside: [it, tote]", "inside: [each, tote]", 18, "'each' has a meaning only inside forall"},
    {"inside: [it, tote]", "inside: [dropped, tote]", 18,
     "'dropped' has a meaning only in the new_work"},
    {"inside: [it, tote]", "upright: [it, 15]", 18, "deg"},
    {"inside: [it, tote]", "upright: [it, 15 cm]", 18, "deg"},
    {"inside: [it, tote]", "upright: [it, -15 deg]", 18, "not negative"},
    {"inside: [it, tote]", "upright: it", 18, "list"},
    {"{inside: [it, tote]}", "{inside: [it, tote], on: [it, tote]}", 18, "exactly one key"},
    {"{inside: [it, tote]}", "", 18, "at least one condition"},
    {"all: [{inside: [it, tote]}]", "all: [{inside: [it, tote]}]\n  any: [{at_rest: [it]}]", 19,
     "one condition besides held_for"},
    {"  all: [{inside: [it, tote]}]\n", "", 17, "no condition"},
    {"inside: [it, tote]", "forall: {kind: mugg, holds: {at_rest: [each]}}", 18,
     "did you mean 'mug'"},
    {"inside: [it, tote]", "forall: {kind: mug}", 18, "needs the key 'holds'"},
    {"inside: [it, tote]", "forall: {holds: {at_rest: [each]}}", 18, "expected the set of objects"},
    {"inside: [it, tote]", "forall: {kind: mug, category: dish, holds: {at_rest: [each]}}", 18,
     "not both"},
    {"inside: [it, tote]", "count: {kind: mug, holds: {at_rest: [each]}}", 18,
     "expected 'at_least' or 'at_most'"},
    {"inside: [it, tote]", "goal_of: it", 18, "only in the new_work"},
    {"held_for: 0.5 s", "held_for: 0.5", 17, "s"},
    {"weight: 2", "weight: 0", 20, "positive"},
    {"name: near_it, ", "", 20, "a stage needs a name"},
    {"window: [1 s, 2 s]", "nth: [1, 2]", 25, "needs 'window'"},
    {"window: [1 s, 2 s]", "window: [1 s, 2 s], nth: [1, 2]", 25, "belong to 'rises'"},
    {"window: [1 s, 2 s]", "window: [2 s, 1 s]", 25, ""},
    {"{drop: {", "{drpo: {", 26, "did you mean 'drop'"},
    {"choose: [mug_2]", "choose: [tote]", 26, "stands in the scene from the start"},
    {"height: 10 cm", "height: 10 m", 26, "up to 1 m"},
    {"{drop: {choose: [mug_2], region: table_centre, height: 10 cm}}",
     "{slip: {width: 2 cm, duration: 1 s}}", 26, "needs 'rises' with 'over'"},
    {"[dropped, tote]", "[slipped, tote]", 27, "'slipped' has a meaning only"},
    {"{inside: [dropped, tote]}", "{goal_of: dropped}", 27, "says nothing about what comes in later"},
    {"within: 30 s", "within: 30", 28, "s"},
};

/* Found when the scene is there. */
static const flaw scene_flaws[] = {
    {"region: tote_spot", "region: tote_spott", 14,
     "unknown region 'tote_spott'; did you mean 'tote_spot'?"},
    {"inside: [it, tote]", "inside: [it, mug_2]", 18, "'mug_2' (kind mug) has no site 'cavity'"},
    {"inside: [it, tote]", "inside: [it, tout]", 18,
     "unknown receptacle or region 'tout'; did you mean 'tote'?"},
    {"inside: [it, tote]", "in_slot: [it, tote]", 18, "has no sites slot_1"},
    {"inside: [it, tote]", "in_cell: [it, tote]", 18, "has no sites cell_1"},
    {"inside: [it, tote]", "on: [it, tabel]", 18,
     "unknown object or fixture 'tabel'; did you mean 'table'?"},
    {"inside: [it, tote]", "in_region: [it, side_rigth]", 18, "did you mean 'side_right'?"},
    {"inside: [it, tote]", "near: [it, griper, 1 cm]", 18, "did you mean 'gripper'?"},
    {"inside: [it, tote]", "forall: {category: dishes, holds: {at_rest: [each]}}", 18,
     "did you mean 'dish'?"},
    {"choose: [mug_2], region: table_centre", "choose: [mug_2], region: table_center", 26,
     "did you mean 'table_centre'?"},
    {"kind: can}", "kind: cann}", 0, "cann"},
    {"scene: dining_table", "scene: dining_tabel", 0, "dining_tabel"},
};

static char *flawed(const flaw *f)
{
    const char *at = strstr(good, f->find);
    assert_non_null(at);
    size_t before = (size_t)(at - good), cap = sizeof good + strlen(f->replace);
    char *text = calloc(1, cap);
    assert_non_null(text);
    memcpy(text, good, before);
    snprintf(text + before, cap - before, "%s%s", f->replace, at + strlen(f->find));
    return text;
}

static void check_error(const flaw *f, chore_status status, const chore_error *err)
{
    if (status == CHORE_OK) {
        fail_msg("'%s' was accepted", f->replace);
    }
    if (!strstr(err->message, f->message) || (f->line && (err->line != f->line || err->column < 1 ||
                                                          strcmp(err->file, "t.yaml") != 0))) {
        fail_msg("'%s': expected line %d ... '%s', got %s:%d:%d: %s", f->replace, f->line,
                 f->message, err->file, err->line, err->column, err->message);
    }
}

static void test_load_flaws(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof load_flaws / sizeof load_flaws[0]; i++) {
        chore_task *task;
        chore_error err = {0};
        char *text = flawed(&load_flaws[i]);
        chore_status status = chore_task_parse(&task, "t.yaml", text, strlen(text), &err);
        check_error(&load_flaws[i], status, &err);
        assert_int_equal(status, CHORE_E_FILE);
        assert_null(task);
        free(text);
    }
}

static void test_scene_flaws(void **state)
{
    (void)state;
    MUST(chore_sim_init(&rig_error));
    for (size_t i = 0; i < sizeof scene_flaws / sizeof scene_flaws[0]; i++) {
        chore_task *task;
        chore_scene *scene;
        chore_error err = {0};
        char *text = flawed(&scene_flaws[i]);
        MUST(chore_task_parse(&task, "t.yaml", text, strlen(text), &rig_error));
        check_error(&scene_flaws[i], chore_task_build_scene(task, NULL, &scene, &err), &err);
        assert_null(scene);
        chore_task_free(task);
        free(text);
    }
}

static void test_good(void **state)
{
    chore_task *task;
    chore_scene *scene;
    (void)state;
    MUST(chore_sim_init(&rig_error));
    MUST(chore_task_parse(&task, "t.yaml", good, strlen(good), &rig_error));
    assert_string_equal(chore_task_name(task), "tidy");
    assert_int_equal(chore_task_version(task), 2);
    assert_int_equal(chore_task_control_hz(task), 20);
    assert_int_equal(chore_task_n_stages(task), 1);
    assert_string_equal(chore_task_stage_name(task, 0), "near_it");
    assert_string_equal(chore_task_event_name(task, 0), "more");
    assert_true(fabs(chore_task_horizon_s(task) - 60) < 1e-12);
    assert_int_equal(chore_task_build_scene(task, "leg", &scene, &rig_error), CHORE_E_FILE);
    assert_non_null(strstr(rig_error.message, "embodiment"));
    MUST(chore_task_build_scene(task, "arm", &scene, &rig_error));
    chore_scene_destroy(scene);
    chore_task_free(task);
}

static void test_unknown_names(void **state)
{
    chore_task *task;
    (void)state;
    assert_int_equal(chore_task_load(&task, "bus_tabel", &rig_error), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(rig_error.hint, "bus_table"));
    assert_int_equal(chore_task_load(&task, "nowhere/x.yaml", &rig_error), CHORE_E_NOT_FOUND);
    assert_null(task);
}

/* Every task that ships: it loads, its names mean something, and it lints for a few seeds. */
static void test_shipped(void **state)
{
    char **names;
    int n;
    (void)state;
    MUST(chore_sim_init(&rig_error));
    MUST(chore_task_list(&names, &n, &rig_error));
    assert_true(n >= 3);
    for (int i = 0; i < n; i++) {
        chore_task *task;
        chore_scene *scene;
        MUST(chore_task_load(&task, names[i], &rig_error));
        assert_string_equal(chore_task_name(task), names[i]);
        MUST(chore_task_build_scene(task, NULL, &scene, &rig_error));
        if (chore_scene_n_garments(scene) ==
            0) { /* cloth takes seconds for each start: test_garment_tasks */
            MUST(chore_task_lint(task, scene, 0, 9, &rig_error));
        }
        chore_scene_destroy(scene);
        chore_task_free(task);
    }
    chore_dir_list_free(names, n);
}

static void test_lint_finds(void **state)
{
    static const flaw flaws[] = {
        {"inside: [it, tote]", "at_rest: [it]", 17, "holds at the start"},
        {"inside: [it, tote]", "forall: {objects: [mug_2], holds: {inside: [each, tote]}}", 17,
         "wants nothing"},
        {"on_floor: [it]", "upright: [it, 20 deg]", 22, "failure condition holds at the start"},
    };
    (void)state;
    MUST(chore_sim_init(&rig_error));
    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        chore_task *task;
        chore_scene *scene;
        chore_error err = {0};
        char *text = flawed(&flaws[i]);
        MUST(chore_task_parse(&task, "t.yaml", text, strlen(text), &rig_error));
        MUST(chore_task_build_scene(task, NULL, &scene, &rig_error));
        check_error(&flaws[i], chore_task_lint(task, scene, 0, 3, &err), &err);
        chore_scene_destroy(scene);
        chore_task_free(task);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_flaws),    cmocka_unit_test(test_scene_flaws),
        cmocka_unit_test(test_good),          cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_unknown_names), cmocka_unit_test(test_lint_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
