/* Tasks with garments: items in mixed order, how they start, what is said of them; every shipped one has a start. */
#include "garment_rig.h"

#include <chore/sense.h>
#include <unistd.h>

static void test_items(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "laundry", NULL);
    MUST(chore_episode_reset(rig.episode, 1, CHORE_CONTROL, &rig_error));
    assert_int_equal(chore_episode_n_items(rig.episode), 5);
    const chore_episode_item sock = chore_episode_item_at(rig.episode, 2),
                             mug = chore_episode_item_at(rig.episode, 3);
    assert_string_equal(sock.id, "sock_1");
    assert_int_equal(sock.object, -1);
    assert_int_equal(sock.garment, 1);
    assert_true(sock.present);
    assert_int_equal(mug.object, 1);
    assert_int_equal(mug.garment, -1);
    assert_false(chore_episode_is_present(rig.episode, 4)); /* sock_2 is parked */
    assert_string_equal(chore_episode_instruction(rig.episode),
                        "Fold the red T-shirt and put the mug into the basket.");
    chore_view view = chore_episode_view(rig.episode);
    const chore_value shirt[MAX_ARGS] = {{REFER_ITEM, 0, 0}}, heap[MAX_ARGS] = {{REFER_ITEM, 2, 0}};
    assert_true(chore_predicate_holds(PREDICATE_flat, &view, shirt));
    assert_true(chore_predicate_holds(PREDICATE_at_rest, &view, heap));
    assert_false(chore_predicate_holds(PREDICATE_flat, &view, heap)); /* crumpled */
    assert_int_equal(chore_episode_n_literals(rig.episode), 3);
    assert_string_equal(chore_episode_literal(rig.episode, 2).text, "inside sock_1 basket");
    rig_close(&rig);
}

/* The text says where in the stream a garment is; the stream says where it is. */
static void test_texts_and_stream(void **state)
{
    task_rig rig;
    uint64_t version;
    (void)state;
    rig_open(&rig, "laundry", NULL);
    MUST(chore_episode_reset(rig.episode, 1, CHORE_CONTROL, &rig_error));
    const char *text = chore_episode_objects_text(rig.episode, &version);
    const chore_world *world = chore_episode_world(rig.episode);
    const chore_obs_spec spec = chore_world_obs_spec(world, CHORE_OBS_CLOTH_POS);
    float *rows = malloc(sizeof *rows * (size_t)spec.rows * 3);
    assert_non_null(rows);
    chore_world_observe(world, CHORE_OBS_CLOTH_POS, rows);
    int first = 0;
    for (int i = 0; i < chore_scene_n_garments(rig.scene); i++) {
        const chore_garment *g = chore_scene_garment(rig.scene, i);
        char line[512];
        snprintf(
            line, sizeof line,
            "garment %d %s kind=%s shape=%s size=%s colour=%s present=%d first=%d vertices=%d ", i,
            g->id, g->kind, g->shape, g->size, g->colour, i < 2, first, g->n_vertices);
        assert_non_null(strstr(text, line));
        snprintf(line, sizeof line, "\nrest %d %d ", i, g->n_vertices - 1);
        assert_non_null(strstr(text, line));
        snprintf(line, sizeof line, "\nfold %d %s 0 ", i, g->folds[0].name);
        assert_non_null(strstr(text, line));
        for (int v = 0; v < g->n_vertices; v++) {
            double at[3];
            chore_garment_vertex(world, g, v, at);
            for (int k = 0; k < 3; k++) {
                assert_true(fabs(at[k] - (double)rows[3 * (first + v) + k]) < 1e-6);
            }
        }
        first += g->n_vertices;
    }
    assert_int_equal(first, spec.rows);
    free(rows);
    rig_close(&rig);
}

/* Placed or from the cache, the same seed gives the same start and another seed another one. */
static void test_starts(void **state)
{
    char dir[] = "/tmp/chore_garments_XXXXXX";
    task_rig a, b;
    (void)state;
    assert_non_null(mkdtemp(dir));
    rig_open(&a, "laundry", NULL);
    rig_open(&b, "laundry", dir);
    chore_hash hashes[2];
    for (uint64_t seed = 0; seed < 2; seed++) {
        MUST(chore_episode_reset(a.episode, seed, CHORE_CONTROL, &rig_error));
        hashes[seed] = chore_episode_hash(a.episode);
        for (int again = 0; again < 2; again++) { /* placed, then loaded */
            MUST(chore_episode_reset(b.episode, seed, CHORE_CONTROL, &rig_error));
            assert_true(chore_hash_equal(hashes[seed], chore_episode_hash(b.episode)));
        }
    }
    assert_false(chore_hash_equal(hashes[0], hashes[1]));
    rig_close(&a);
    rig_close(&b);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

static void check_flaw_in(const char *file, const char *from, const char *to, const char *message)
{
    char path[CHORE_PATH_CAP], *text;
    const char *source = getenv("CHORE_SOURCE_DIR");
    chore_text changed = {0};
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    size_t len;
    MUST(chore_path_join(path, source ? source : ".", file, &rig_error));
    MUST(chore_file_read(path, &text, &len, &rig_error));
    const char *at = strstr(text, from);
    assert_non_null(at);
    chore_text_add_bytes(&changed, text, (size_t)(at - text));
    chore_text_add(&changed, "%s%s", to, at + strlen(from));
    chore_status status =
        chore_task_parse(&task, "t.yaml", chore_text_get(&changed), changed.len, &rig_error);
    if (status == CHORE_OK) {
        status = chore_task_build_scene(task, NULL, &scene, &rig_error);
    }
    char said[2048] = "nothing";
    if (status != CHORE_OK) {
        chore_error_format(&rig_error, said, sizeof said);
    }
    if (status == CHORE_OK || !strstr(said, message)) {
        fail_msg("'%s': expected '%s', got %s", to, message, said);
    }
    chore_scene_destroy(scene);
    chore_task_free(task);
    chore_text_release(&changed);
    free(text);
}

static void check_flaw(const char *from, const char *to, const char *message)
{
    check_flaw_in("tests/fixtures/tasks/laundry.yaml", from, to, message);
}

static void check_event_flaw(const char *from, const char *to, const char *message)
{
    check_flaw_in("tests/fixtures/tasks/laundry_events.yaml", from, to, message);
}

static void test_event_flaws(void **state)
{
    (void)state;
    MUST(chore_sim_init(&rig_error));
    check_event_flaw("over: target, height", "height", "either 'region' or 'over'");
    check_event_flaw("over: target, height", "over: targt, height", "did you mean 'target'");
    check_event_flaw("height: 10 cm", "height: 10 cm, start: flt", "did you mean 'flat'");
    check_event_flaw("{unfold: {}}", "{unfold: {item: basket}}",
                     "'basket' (kind laundry_basket) is no garment");
    check_event_flaw("{unfold: {}}", "{unfold: {strength: 0}}", "strength above 0");
    check_event_flaw("{unfold: {}}", "{unfol: {}}", "did you mean 'unfold'");
    check_event_flaw("{goal_of: unfolded}", "{goal_of: slid}", "'slid' has a meaning only");
    check_event_flaw("topple: {region: pile_spot}", "topple: {region: pile_spto}",
                     "did you mean 'pile_spot'");
    check_event_flaw("towards: front", "towards: frnt", "did you mean 'front'");
    check_event_flaw("put the {target} into", "put the {targte} into", "did you mean 'target'");
    check_event_flaw("new_order: {goal: {inside: [target, basket]}",
                     "new_order: {goal: {inside: [target, baskt]}", "did you mean 'basket'");
}

static void test_flaws(void **state)
{
    static const char goal[] = "- inside: [mug, basket]";
    (void)state;
    MUST(chore_sim_init(&rig_error));
    check_flaw("start: crumpled", "start: crumpld", "did you mean 'crumpled'");
    check_flaw("region: aside_spot", "region: aside_spot, start: flat",
               "'mug' (kind mug) is rigid");
    check_flaw(goal, "- folded: [mug]", "'mug' (kind mug) is no garment");
    check_flaw(goal, "- upright: [target, 5 deg]", "may be 'shirt', which (kind tshirt) is cloth");
    check_flaw(goal, "- forall: {category: dish, holds: {flat: [each]}}", "may be 'mug'");
    check_flaw(goal, "- forall: {colour: rde, holds: {flat: [each]}}", "did you mean 'red'");
    check_flaw(goal, "- sorted: [shirt, basket, gray]", "did you mean 'grey'");
    check_flaw(goal, "- draped: [shirt, rial]", "did you mean 'rail'");
    check_flaw(goal, "- draped: [shirt, table]", "unknown fixture to hang cloth over 'table'");
    check_flaw(goal, "- inside: [shirt, baskt]", "did you mean 'basket'");
}

static void test_shipped(void **state)
{
    char **names;
    int n;
    (void)state;
    MUST(chore_sim_init(&rig_error));
    MUST(chore_task_list(&names, &n, &rig_error));
    for (int i = 0; i < n; i++) {
        chore_task *task;
        chore_scene *scene;
        MUST(chore_task_load(&task, names[i], &rig_error));
        MUST(chore_task_build_scene(task, NULL, &scene, &rig_error));
        if (chore_scene_n_garments(scene) > 0) {
            MUST(chore_task_lint(task, scene, 0, 1, &rig_error));
        }
        chore_scene_destroy(scene);
        chore_task_free(task);
    }
    chore_dir_list_free(names, n);
}

/* The dryer is not empty while a garment is pulled out of it, or hangs out of its drum. */
static void test_emptied(void **state)
{
    task_rig rig;
    int n = 0;
    (void)state;
    rig_open(&rig, "unload_dryer", NULL);
    MUST(chore_episode_reset(rig.episode, 3, CHORE_CONTROL, &rig_error));
    static const char *const ids[] = {"towel_1", "shorts_1"};
    static const double ways[][3] = {{0.20, -1.20, 0.85}, {0.30, -0.89, 0.55}}; /* half out of the drum, in the basket */
    for (int way = 0; way < 2; way++) {
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
            if (chore_episode_is_present(rig.episode, rig_item(&rig, ids[i]))) {
                rig_lay_folded(&rig, ids[i], 1, ways[way][0], ways[way][1], ways[way][2] + 0.1 * (double)i);
                n++;
            }
        }
        rig_step(&rig, 1);
        assert_string_equal(chore_task_stage_name(rig.task, 0), "emptied");
        assert_int_equal(chore_episode_stage(rig.episode, 0).reached_step > 0, way == 1);
    }
    assert_true(n >= 2);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),       cmocka_unit_test(test_texts_and_stream),
        cmocka_unit_test(test_starts),      cmocka_unit_test(test_flaws),
        cmocka_unit_test(test_event_flaws), cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_emptied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
