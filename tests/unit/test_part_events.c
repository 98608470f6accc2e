/* Doors and drawers of fixtures in tasks: events that swing them, and what a file may not say about them. */
#include "task_rig.h"

#include <chore/furniture.h>

#define TOP 0.90

static double drawer(const task_rig *rig)
{
    const mjModel *m = chore_scene_model(rig->scene);
    return chore_world_data(chore_episode_world(rig->episode))
        ->qpos[m->jnt_qposadr[chore_scene_find_joint(rig->scene, "chest/drawer")]];
}

static void pull(task_rig *rig, double at)
{
    chore_world_put_joint(chore_episode_world(rig->episode),
                          chore_scene_find_joint(rig->scene, "chest/drawer"), at);
}

static void begin(task_rig *rig)
{
    rig_open(rig, "predicates_part", NULL);
    MUST(chore_episode_reset(rig->episode, 7, CHORE_DISTURBED, &rig_error));
}

static void put_fork_in(task_rig *rig)
{
    rig_put(rig, "fork", 0.46, 0.42 + 0.1445 - drawer(rig), TOP + 0.028, 0, 0);
}

/* It opens against its catch to where it shall stand, a little further by its own motion, and stays there; what is in it comes along. */
static void a_shut_drawer_is_pulled_open(void **state)
{
    task_rig rig;
    (void)state;
    begin(&rig);
    put_fork_in(&rig);
    rig_step(&rig, 48);
    assert_true(rig.episode->monitor.events[0].fired >= 0);
    assert_true(drawer(&rig) > 0.155 && drawer(&rig) < 0.215);
    const double then = drawer(&rig);
    chore_view view = chore_episode_view(rig.episode);
    const chore_value inside[MAX_ARGS] = {
        {REFER_ITEM, rig_item(&rig, "fork"), 0},
        {REFER_SPACE, chore_scene_find_space(rig.scene, "chest/tray"), 0}};
    assert_true(chore_predicate_holds(PREDICATE_inside, &view, inside));
    rig_step(&rig, 5);
    assert_true(fabs(drawer(&rig) - then) < 0.002);
    rig_close(&rig);
}

/* Handled when it is shut again; noticed when the robot touches it, which here it does not. */
static void to_shut_it_again_is_the_new_work(void **state)
{
    task_rig rig;
    (void)state;
    begin(&rig);
    put_fork_in(&rig);
    rig_step(&rig, 50);
    const event_record *pulled = &rig.episode->monitor.events[0];
    assert_true(pulled->fired >= 0 && pulled->handled < 0);
    pull(&rig, 0);
    rig_step(&rig, 15);
    assert_true(pulled->handled >= 0);
    assert_int_equal(pulled->noticed, -1);
    rig_close(&rig);
}

static void an_open_drawer_falls_shut(void **state)
{
    task_rig rig;
    (void)state;
    begin(&rig);
    pull(&rig, 0.24);
    rig_step(&rig, 90);
    assert_true(rig.episode->monitor.events[1].fired >= 0);
    assert_true(drawer(&rig) < 0.001);
    rig_close(&rig);
}

/* A force, no magic: a bottle that stands in the drawer keeps it from shutting. */
static void what_sticks_out_holds_it_up(void **state)
{
    task_rig rig;
    (void)state;
    begin(&rig);
    pull(&rig, 0.24);
    rig_put(&rig, "bottle", 0.46, 0.24, TOP + 0.027, 0, 0);
    rig_step(&rig, 90);
    assert_true(rig.episode->monitor.events[1].fired >= 0);
    assert_true(drawer(&rig) > 0.03);
    rig_close(&rig);
}

/* Before the first event fires a disturbed episode is the control, hash for hash. */
static void until_then_it_is_the_control(void **state)
{
    task_rig a, b;
    (void)state;
    rig_open(&a, "predicates_part", NULL);
    rig_open(&b, "predicates_part", NULL);
    MUST(chore_episode_reset(a.episode, 7, CHORE_CONTROL, &rig_error));
    MUST(chore_episode_reset(b.episode, 7, CHORE_DISTURBED, &rig_error));
    put_fork_in(&a);
    put_fork_in(&b);
    while (b.episode->monitor.events[0].fired < 0) {
        const chore_hash x = chore_episode_hash(a.episode), y = chore_episode_hash(b.episode);
        assert_memory_equal(&x, &y, sizeof x);
        rig_step(&a, 1);
        rig_step(&b, 1);
    }
    rig_close(&a);
    rig_close(&b);
}

static void the_text_tells_of_it(void **state)
{
    task_rig rig;
    uint64_t version;
    (void)state;
    begin(&rig);
    const char *text = chore_episode_objects_text(rig.episode, &version);
    assert_non_null(strstr(text, "\nspace chest tray "));
    assert_non_null(strstr(text, "\nhandle "));
    assert_non_null(strstr(text, "\nsolid chest "));
    assert_null(strstr(text, "\nsolid island ")); /* no condition names it */
    assert_non_null(
        strstr(chore_episode_goal_text(rig.episode, &version), "inside fork chest/tray"));
    assert_non_null(strstr(chore_episode_goal_text(rig.episode, &version), "closed chest/drawer"));
    rig_close(&rig);
}

/* A door's handle is at its free edge, and the space behind it knows it. */
static void a_door_shuts_its_space(void **state)
{
    task_rig rig;
    chore_space space;
    chore_handle handle;
    chore_solid solid;
    (void)state;
    rig_open(&rig, "store_in_fridge", NULL);
    const int door = chore_scene_find_joint(rig.scene, "fridge/door");
    assert_true(
        chore_scene_space(rig.scene, chore_scene_find_space(rig.scene, "fridge/inside"), &space));
    assert_int_equal(space.part, -1);
    assert_int_equal(space.behind, door);
    assert_true(chore_scene_handle(rig.scene, door, &handle));
    assert_true(fabs(handle.along[0]) > 0.99 && handle.pos[1] < 0.38 && handle.pos[0] < 0.44);
    assert_int_equal(chore_scene_find_space(rig.scene, "fridge/door"), -1);
    assert_false(chore_scene_solid(rig.scene, 0, &solid)); /* the floor */
    rig_close(&rig);
}

/* ---- what a file may not say ------------------------------------------------------------------ */

static void refused(const char *from, const char *to, const char *message)
{
    char path[CHORE_PATH_CAP], *text;
    size_t len;
    const char *source = getenv("CHORE_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/fixtures/tasks/predicates_part.yaml",
             source ? source : ".");
    MUST(chore_file_read(path, &text, &len, &rig_error));
    char *at = strstr(text, from), *changed = malloc(len + strlen(to) + 1);
    assert_non_null(at);
    assert_non_null(changed);
    const int n = snprintf(changed, len + strlen(to) + 1, "%.*s%s%s", (int)(at - text), text, to,
                           at + strlen(from));
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    chore_status status =
        chore_task_parse(&task, "predicates_part", changed, (size_t)n, &rig_error);
    if (status == CHORE_OK) {
        status = chore_task_build_scene(task, NULL, &scene, &rig_error);
    }
    char said[2048];
    chore_error_format(&rig_error, said, sizeof said);
    if (status == CHORE_OK || !strstr(said, message)) {
        print_error("%s -> %s: %s\n", from, to, status == CHORE_OK ? "accepted" : said);
        fail();
    }
    chore_scene_destroy(scene);
    chore_task_free(task);
    free(changed);
    free(text);
}

static void bad_names_are_refused(void **state)
{
    (void)state;
    refused("closed: [chest/drawer]}, {on", "closed: [chest/drawr]}, {on",
            "did you mean 'chest/drawer'");
    refused("inside: [fork, chest/tray]}, {cl", "inside: [fork, chest/try]}, {cl",
            "did you mean 'chest/tray'");
    refused("item: chest/drawer, to: 16 cm", "item: chest/drawer, to: 16 deg",
            "expected 'to' as a length");
    refused("item: chest/drawer, to: 16 cm", "item: chest/drawer, to: 60 cm",
            "goes from 0.000 to 0.260");
    refused("new_work: {closed: [chest/drawer]}", "new_work: {goal_of: swung}",
            "goal_of has a meaning only");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shut_drawer_is_pulled_open),
        cmocka_unit_test(to_shut_it_again_is_the_new_work),
        cmocka_unit_test(an_open_drawer_falls_shut),
        cmocka_unit_test(what_sticks_out_holds_it_up),
        cmocka_unit_test(until_then_it_is_the_control),
        cmocka_unit_test(the_text_tells_of_it),
        cmocka_unit_test(a_door_shuts_its_space),
        cmocka_unit_test(bad_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
