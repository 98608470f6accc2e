/* Every predicate of predicates.inl against fixtures in which it must hold and in which it must
   not. */
#include "predicate_fixtures.h"

#define UP    1.5707963267948966
#define TABLE 0.75

static void nothing(task_rig *rig)
{
    rig_step(rig, 1);
}
static void mug_in_tote(task_rig *rig)
{
    rig_put_inside(rig, "mug", "tote", 0, 0);
    rig_step(rig, 30);
}
static void plate_in_tote(task_rig *rig)
{
    rig_put_inside(rig, "plate", "tote", 0, 0.05);
    rig_step(rig, 30);
}
static void mug_over_tote(task_rig *rig)
{
    rig_put(rig, "mug", 0.45, 0.42, 1.1, 0, 0);
}
static void mug_falls_in_tote(task_rig *rig)
{
    rig_put_inside(rig, "mug", "tote", 0, 0);
    rig_put(rig, "mug", 0.45, 0.42, 0.84, 0, 0);
    rig_step(rig, 1);
}
static void tote_over_mug(task_rig *rig)
{
    rig_put(rig, "mug", 0.45, 0.40, TABLE + 0.001, 0, 0);
    rig_put(rig, "tote", 0.45, 0.42, TABLE + 0.141, 2 * UP, UP);
    rig_step(rig, 40);
}
static void tote_on_mug(task_rig *rig)
{
    rig_put(rig, "mug", 0.45, 0.42, TABLE + 0.001, 0, 0);
    rig_put(rig, "tote", 0.45, 0.42, TABLE + 0.093, 0, UP);
}
static void fork_on_rim(task_rig *rig) /* one end in the tote, leaning over its wall */
{
    rig_put(rig, "tote", 0.45, 0.40, TABLE, 0, UP);
    rig_put(rig, "fork", 0.45, 0.40 - 0.158, TABLE + 0.142, 0, UP);
    rig_step(rig, 1);
}
static void tote_on_its_side(task_rig *rig)
{
    rig_put(rig, "tote", 0.45, 0.30, TABLE + 0.160, UP, UP);
    rig_step(rig, 20);
    rig_put_inside(rig, "can", "tote", 0, 0);
    rig_step(rig, 20);
}
static void mug_on_table(task_rig *rig)
{
    rig_put(rig, "mug", 0.60, -0.45, TABLE + 0.001, 0, 0);
    rig_step(rig, 20);
}
static void mug_on_plate(task_rig *rig)
{
    rig_put(rig, "plate", 0.60, -0.45, TABLE + 0.001, 0, 0);
    rig_put(rig, "mug", 0.60, -0.45, TABLE + 0.012, 0, 0);
    rig_step(rig, 30);
}
static void mug_in_air(task_rig *rig)
{
    rig_put(rig, "mug", 0.60, -0.45, TABLE + 0.3, 0, 0);
}
static void mug_falling(task_rig *rig)
{
    rig_put(rig, "mug", 0.60, -0.45, TABLE + 0.3, 0, 0);
    rig_step(rig, 2);
}
static void mug_lies(task_rig *rig)
{
    rig_put(rig, "mug", 0.60, -0.45, TABLE + 0.045, UP, 0);
    rig_step(rig, 40);
}
static void mug_on_right(task_rig *rig)
{
    rig_put(rig, "mug", 0.45, -0.36, TABLE + 0.001, 0, 0);
    rig_step(rig, 20);
}
static void mug_above_right(task_rig *rig)
{
    rig_put(rig, "mug", 0.45, -0.36, TABLE + 0.1, 0, 0);
}
static void mug_on_floor(task_rig *rig)
{
    rig_put(rig, "mug", 1.5, 0, 0.001, 0, 0);
    rig_step(rig, 20);
}
static void rack_only(task_rig *rig)
{
    rig_put(rig, "tote", 2, 2, 0.001, 0, 0);
    rig_put(rig, "rack", 0.46, 0.42, TABLE, 0, UP);
    rig_step(rig, 20);
}
static void plate_in_slot(task_rig *rig)
{
    rack_only(rig);
    chore_view view = chore_episode_view(rig->episode);
    const int rack = rig_object(rig, "rack");
    double pos[3], mat[9], quat[4], foot[3];
    chore_site_pose(&view, rack, chore_object_site(chore_scene_object(rig->scene, rack), "slot_2"),
                    pos, mat);
    mju_mat2Quat(quat, mat); /* the slot's frame is that of a large plate in it */
    for (int i = 0; i < 3; i++) {
        foot[i] = pos[i] - (i == 2 ? 0.010 : 0);
    }
    chore_world_put_body(chore_episode_world(rig->episode),
                         chore_scene_object(rig->scene, rig_object(rig, "plate"))->body, foot,
                         quat);
    rig_step(rig, 60);
}
static void plate_flat_on_rack(task_rig *rig)
{
    rack_only(rig);
    rig_put(rig, "plate", 0.46, 0.35, TABLE + 0.125, 0, 0);
    rig_step(rig, 40);
}
static void put_in_cell(task_rig *rig, double roll, double lift)
{
    rack_only(rig);
    chore_view view = chore_episode_view(rig->episode);
    const int rack = rig_object(rig, "rack");
    double pos[3], mat[9];
    chore_site_pose(&view, rack, chore_object_site(chore_scene_object(rig->scene, rack), "cell_2"),
                    pos, mat);
    rig_put(rig, "mug", pos[0], pos[1], pos[2] + lift, roll, 0);
    rig_step(rig, 40);
}
static void mug_in_cell(task_rig *rig)
{
    put_in_cell(rig, 0, 0.002);
}
static void mug_upside_down_in_cell(task_rig *rig)
{
    put_in_cell(rig, 2 * UP, 0.092);
}
static void can_in_hand(task_rig *rig)
{
    rig_grip(rig, "can", 0.08);
}
static void can_let_go(task_rig *rig)
{
    rig_grip(rig, "can", 0.08);
    for (int i = 0; i < 40; i++) {
        rig_step_gripper(rig, 0.08F);
    }
}
static void
can_under_finger(task_rig *rig) /* held still in the tote: inside and at rest, but not released */
{
    rig_grip(rig, "can", 0.08);
    for (int i = 0; i < 20; i++) {
        rig_step_gripper(rig, 0);
    }
    chore_view view = chore_episode_view(rig->episode);
    double centre[3];
    chore_item_centre(&view, rig_item(rig, "can"), centre);
    rig_put(rig, "tote", centre[0], centre[1], centre[2] - 0.075, 0, 0);
}

static const fixture fixtures[] = {
    HOLDS(inside, "mug", "tote", NULL, 0, "stands in it", mug_in_tote),
    HOLDS(inside, "plate", "tote", NULL, 0, "a plate fits", plate_in_tote),
    NOT(inside, "mug", "tote", NULL, 0, "stands beside it", nothing),
    NOT(inside, "mug", "tote", NULL, 0, "above it", mug_over_tote),
    NOT(inside, "mug", "tote", NULL, 0, "still falling", mug_falls_in_tote),
    NOT(inside, "mug", "tote", NULL, 0, "the tote is turned over it", tote_over_mug),
    NOT(inside, "mug", "tote", NULL, 0, "the tote stands on it", tote_on_mug),
    NOT(inside, "can", "tote", NULL, 0, "the tote lies on its side", tote_on_its_side),
    NOT(inside, "fork", "tote", NULL, 0, "lies across the rim", fork_on_rim),
    NOT(inside, "can", "tote", NULL, 0, "held still in it", can_under_finger),
    NOT(inside, "late_mug", "tote", NULL, 0, "parked", nothing),
    HOLDS(on, "mug", "table", NULL, 0, "stands on it", mug_on_table),
    HOLDS(on, "mug", "plate", NULL, 0, "stands on the plate", mug_on_plate),
    HOLDS(on, "mug", "floor", NULL, 0, "stands on the floor", mug_on_floor),
    NOT(on, "mug", "table", NULL, 0, "there is a plate between", mug_on_plate),
    NOT(on, "mug", "table", NULL, 0, "above it", mug_in_air),
    NOT(on, "mug", "floor", NULL, 0, "stands on the table", mug_on_table),
    HOLDS(in_region, "mug", "side_right", NULL, 0, "stands there", mug_on_right),
    NOT(in_region, "mug", "side_right", NULL, 0, "stands elsewhere", nothing),
    NOT(in_region, "mug", "side_right", NULL, 0, "hangs above it", mug_above_right),
    HOLDS(in_slot, "plate", "rack", NULL, 0, "on edge between the posts", plate_in_slot),
    NOT(in_slot, "plate", "rack", NULL, 0, "lies on the posts", plate_flat_on_rack),
    NOT(in_slot, "plate", "rack", NULL, 0, "on the table", rack_only),
    HOLDS(in_cell, "mug", "rack", NULL, 0, "stands on the cell", mug_in_cell),
    NOT(in_cell, "mug", "rack", NULL, 0, "upside down", mug_upside_down_in_cell),
    NOT(in_cell, "mug", "rack", NULL, 0, "on the table", rack_only),
    HOLDS(upright, "mug", NULL, NULL, 0.2, "stands", mug_on_table),
    NOT(upright, "mug", NULL, NULL, 0.2, "lies", mug_lies),
    NOT(upright, "mug", NULL, NULL, 0.2, "upright but falling", mug_falling),
    HOLDS(near, "mug", "plate", NULL, 0.06, "stands on the plate", mug_on_plate),
    NOT(near, "mug", "tote", NULL, 0.06, "far apart", mug_on_table),
    HOLDS(near, "can", "gripper", NULL, 0.06, "in the hand", can_in_hand),
    NOT(near, "mug", "gripper", NULL, 0.06, "hand far away", mug_on_table),
    HOLDS(near, "mug", "side_right", NULL, 0.06, "in the middle of the region", mug_on_right),
    HOLDS(touching, "mug", "plate", NULL, 0, "stands on the plate", mug_on_plate),
    NOT(touching, "mug", "table", NULL, 0, "there is a plate between", mug_on_plate),
    HOLDS(grasped, "can", NULL, NULL, 0, "in the hand", can_in_hand),
    NOT(grasped, "can", NULL, NULL, 0, "on the table", nothing),
    NOT(grasped, "can", NULL, NULL, 0, "let go", can_let_go),
    HOLDS(released, "can", NULL, NULL, 0, "on the table", nothing),
    HOLDS(released, "can", NULL, NULL, 0, "let go", can_let_go),
    NOT(released, "can", NULL, NULL, 0, "in the hand", can_in_hand),
    HOLDS(at_rest, "mug", NULL, NULL, 0, "stands", mug_on_table),
    NOT(at_rest, "mug", NULL, NULL, 0, "falls", mug_falling),
    HOLDS(lifted, "mug", NULL, NULL, 0.2, "in the air", mug_in_air),
    NOT(lifted, "mug", NULL, NULL, 0.05, "elsewhere on the table", mug_on_table),
    HOLDS(on_floor, "mug", NULL, NULL, 0, "stands on the floor", mug_on_floor),
    NOT(on_floor, "mug", NULL, NULL, 0, "stands on the table", mug_on_table),
    HOLDS(moved_less_than, "mug", NULL, NULL, 0.01, "not touched", nothing),
    NOT(moved_less_than, "mug", NULL, NULL, 0.01, "moved", mug_on_right),
    HOLDS(robot_clear, "mug", NULL, NULL, 0.1, "hand far away", mug_on_table),
    NOT(robot_clear, "can", NULL, NULL, 0.1, "in the hand", can_in_hand),
    HOLDS(gripper_empty, NULL, NULL, NULL, 0, "nothing in it", nothing),
    NOT(gripper_empty, NULL, NULL, NULL, 0, "a can in it", can_in_hand),
};
enum { N_FIXTURES = sizeof fixtures / sizeof fixtures[0] };

static void test_fixtures(void **state)
{
    (void)state;
    fixtures_check("predicates", 1, fixtures, N_FIXTURES);
}

static void test_lid_fixtures(void **state)
{
    (void)state;
    fixtures_check("predicates_lid", 1, lid_fixtures, n_lid_fixtures);
}
static void test_part_fixtures(void **state)
{
    (void)state;
    fixtures_check("predicates_part", 1, part_fixtures, n_part_fixtures);
}

static void test_box_fixtures(void **state)
{
    (void)state;
    fixtures_check("predicates_box", 1, box_fixtures, n_box_fixtures);
}

static void test_broken_fixtures(void **state)
{
    (void)state;
    fixtures_check("breaks", 100, broken_fixtures, n_broken_fixtures);
}

static void test_liquid_fixtures(void **state)
{
    (void)state;
    fixtures_check("liquids", 100, liquid_fixtures, n_liquid_fixtures);
}

static void test_report_fixtures(void **state)
{
    (void)state;
    fixtures_check("make_coffee_or_tell", 100, report_fixtures, n_report_fixtures);
}

static void test_every_predicate_has_both_fixtures(void **state)
{
    (void)state;
    for (int predicate = 0; predicate < PREDICATE_COUNT; predicate++) {
        int n[2] = {0, 0};
        for (int i = 0; i < N_FIXTURES; i++) {
            n[fixtures[i].holds] += fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_cloth_fixtures; i++) {
            n[cloth_fixtures[i].holds] += cloth_fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_part_fixtures; i++) {
            n[part_fixtures[i].holds] += part_fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_lid_fixtures; i++) {
            n[lid_fixtures[i].holds] += lid_fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_box_fixtures; i++) {
            n[box_fixtures[i].holds] += box_fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_broken_fixtures; i++) {
            n[broken_fixtures[i].holds] += broken_fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_liquid_fixtures; i++) {
            n[liquid_fixtures[i].holds] += liquid_fixtures[i].predicate == predicate;
        }
        for (int i = 0; i < n_report_fixtures; i++) {
            n[report_fixtures[i].holds] += report_fixtures[i].predicate == predicate;
        }
        if (n[0] == 0 || n[1] == 0) {
            fail_msg("%s needs a fixture in which it %s", chore_predicate_row(predicate)->name,
                     n[1] == 0 ? "holds" : "does not hold");
        }
    }
}

/* The same state gives the same truth, whether it was reached or restored. */
static void test_pure(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "predicates", NULL);
    for (int i = 0; i < N_FIXTURES; i += 3) {
        MUST(chore_episode_reset(rig.episode, 2, CHORE_CONTROL, &rig_error));
        fixtures[i].set_up(&rig);
        bool before = fixture_evaluate(&rig, &fixtures[i]);
        size_t bytes = chore_episode_snapshot_bytes(rig.episode);
        void *snapshot = malloc(bytes);
        assert_non_null(snapshot);
        chore_episode_snapshot(rig.episode, snapshot);
        MUST(chore_episode_reset(rig.episode, 3, CHORE_CONTROL, &rig_error));
        MUST(chore_episode_restore(rig.episode, snapshot, bytes, &rig_error));
        free(snapshot);
        assert_int_equal(fixture_evaluate(&rig, &fixtures[i]), before);
    }
    rig_close(&rig);
}

static void test_list(void **state)
{
    (void)state;
    assert_int_equal(chore_predicate_count(), PREDICATE_COUNT);
    assert_string_equal(chore_predicate_info_at(PREDICATE_inside).name, "inside");
    assert_string_equal(chore_predicate_info_at(PREDICATE_inside).arguments,
                        "item receptacle|region|space");
    assert_true(chore_predicate_info_at(PREDICATE_inside).settled);
    assert_string_equal(chore_predicate_info_at(PREDICATE_gripper_empty).arguments, "");
}

/* "a|b" as a cell of a Markdown table. */
static void add_cell(chore_text *text, const char *words)
{
    for (const char *c = words; *c; c++) {
        chore_text_add(text, *c == '|' ? "\\%c" : "%c", *c);
    }
}

/* The table in tasks/README.md is the one that follows from predicates.inl. */
static void test_readme(void **state)
{
    char path[CHORE_PATH_CAP], *readme;
    const char *source = getenv("CHORE_SOURCE_DIR");
    chore_text table = {0};
    size_t len;
    (void)state;
    MUST(chore_path_join(path, source ? source : ".", "tasks/README.md", &rig_error));
    MUST(chore_file_read(path, &readme, &len, &rig_error));
    for (int i = 0; i < chore_predicate_count(); i++) {
        chore_predicate_info info = chore_predicate_info_at(i);
        chore_text row = {0};
        chore_text_add(&row, "| `%s` | ", info.name);
        add_cell(&row, info.arguments);
        chore_text_add(&row, " | %s | %s |\n", info.settled ? "settled" : "", info.meaning);
        if (!strstr(readme, chore_text_get(&row))) {
            fail_msg("tasks/README.md needs this row:\n%s", chore_text_get(&row));
        }
        chore_text_add(&table, "%s", chore_text_get(&row));
        chore_text_release(&row);
    }
    if (!strstr(readme, chore_text_get(&table))) {
        fail_msg("tasks/README.md has the predicates in another order than predicates.inl");
    }
    free(readme);
    chore_text_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixtures),
        cmocka_unit_test(test_every_predicate_has_both_fixtures),
        cmocka_unit_test(test_lid_fixtures),
        cmocka_unit_test(test_part_fixtures),
        cmocka_unit_test(test_box_fixtures),
        cmocka_unit_test(test_broken_fixtures),
        cmocka_unit_test(test_liquid_fixtures),
        cmocka_unit_test(test_report_fixtures),
        cmocka_unit_test(test_pure),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_readme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
