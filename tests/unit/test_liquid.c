/* Liquids: a cup spills where geometry says, and when it is shaken; nothing is lost; a sponge must be pressed; all of it comes back from a
   snapshot. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define TOP .90 /* of the worktop, m */
#define ML  1e-6

static chore_world *world_of(const task_rig *rig)
{
    return chore_episode_world(rig->episode);
}

static void start(task_rig *rig)
{
    rig_open(rig, "liquids", NULL);
    MUST(chore_episode_reset(rig->episode, 100, CHORE_CONTROL, &rig_error));
}

static double lying(const chore_world *world)
{
    double sum = 0, at[3];
    for (int i = 0; i < chore_world_liquid(world)->n_patches; i++) {
        sum += chore_world_patch(world, i, at);
    }
    return sum;
}

static double all_of_it(const chore_world *world)
{
    double sum = lying(world) + chore_world_soaked(world, 0);
    for (int i = 0; i < chore_world_liquid(world)->n_vessels; i++) {
        sum += chore_world_fill(world, i);
    }
    return sum;
}

/* Held still at this angle (radian) for two seconds, high above the worktop. */
static void hold_at(task_rig *rig, double angle)
{
    const chore_object *mug = chore_scene_object(rig->scene, rig_object(rig, "mug_1"));
    for (int i = 0; i < 40; i++) {
        const double weight[6] = {0, 0, 9.81 * mug->mass_kg};
        rig_put(rig, "mug_1", 0.5, 0.25, TOP + 0.2, angle, 0);
        chore_world_push_body(world_of(rig), mug->body, weight, 1);
        rig_step(rig, 1);
    }
}

/* 200 ml in a cylinder of radius r and depth h: the surface, pivoting about its middle, meets the rim at
   tan(angle) = (h - level) / r. */
static void test_it_spills_where_geometry_says(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    const chore_vessel *v = &chore_world_liquid(world_of(&rig))->vessels[0];
    const double level = 200 * ML / (mjPI * v->radius_m * v->radius_m),
                 brink = atan((v->depth_m - level) / v->radius_m);
    hold_at(&rig, brink - 0.03);
    assert_true(chore_world_spilled(world_of(&rig), 0) < 0.1 * ML);
    hold_at(&rig, brink + 0.03);
    const double spilled = chore_world_spilled(world_of(&rig), 0);
    const double most =
        mjPI * v->radius_m * v->radius_m * (v->depth_m - v->radius_m * tan(brink + 0.03));
    assert_true(fabs(200 * ML - spilled - most) < 1 * ML);
    hold_at(&rig, mjPI / 2);

    assert_true(chore_world_fill(world_of(&rig), 0) < 1 * ML);
    rig_close(&rig);
}

static void test_nothing_is_lost(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    const double before = all_of_it(world_of(&rig));
    assert_true(fabs(before - 220 * ML) < 1e-12);
    rig_put(&rig, "mug_1", 0.5, 0.2, TOP + 0.06, 1.9, 0);
    rig_step(&rig, 60);
    assert_true(chore_world_spilled(world_of(&rig), 0) > 100 * ML);
    assert_true(fabs(all_of_it(world_of(&rig)) - before) < 1e-12);
    rig_close(&rig);
}

/* Carried without weight, set going and stopped again within a fifth of a second, a cup that is full to 4 mm below its brim spills; one that is two thirds full does not. */
static double spilled_by_a_jerk(double fill_ml)
{
    task_rig rig;
    start(&rig);
    chore_world *world = world_of(&rig);
    const chore_object *mug = chore_scene_object(rig.scene, rig_object(&rig, "mug_1"));
    const double above[3] = {0.5, 0.25, TOP + 0.3};
    rig_put(&rig, "mug_1", 0.5, 0.25, TOP + 0.2, 0, 0);
    const double had = chore_world_fill(world, 0);
    if (fill_ml > had / ML) {
        chore_world_spill(world, above, fill_ml * ML - had);
    }
    for (int i = 0; i < 24; i++) { /* 0.15 m/s in a tenth of a second */
        const double along = i < 2   ? 1.5
                             : i < 4 ? -1.5
                                     : 0,
                     push[6] = {0, along * mug->mass_kg, 9.81 * mug->mass_kg};
        chore_world_push_body(world, mug->body, push, 1);
        rig_step(&rig, 1);
    }
    const double spilled = chore_world_spilled(world, 0);
    rig_close(&rig);
    return spilled;
}

static void test_a_jerk_spills(void **state)
{
    (void)state;
    assert_true(spilled_by_a_jerk(285) > 1 * ML);
    assert_true(spilled_by_a_jerk(200) < 0.1 * ML);
}

static void test_it_falls_into_a_cup(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    chore_world *world = world_of(&rig);
    const double over[3] = {0.5, -0.3, TOP + 0.3}, beside[3] = {0.55, -0.3, TOP + 0.3};
    rig_put(&rig, "mug_2", 0.5, -0.3, TOP + 0.001, 0, 0);
    rig_step(&rig, 5);
    const double before = lying(world);
    chore_world_spill(world, over, 30 * ML);
    assert_true(fabs(chore_world_fill(world, 1) - 30 * ML) < 1e-12);
    assert_true(fabs(lying(world) - before) < 1e-12);
    chore_world_spill(world, beside, 30 * ML);
    assert_true(fabs(lying(world) - before - 30 * ML) < 1e-12);
    rig_close(&rig);
}

static double taken_up(double newton)
{
    task_rig rig;
    start(&rig);
    chore_world *world = world_of(&rig);
    const int body = chore_scene_object(rig.scene, rig_object(&rig, "sponge_1"))->body;
    const double force[6] = {0, 0, -newton};
    double at[3];
    int wet = 0;
    while (!(chore_world_patch(world, wet, at) > 0)) {
        wet++;
    }
    rig_put(&rig, "sponge_1", at[0], at[1], TOP + 0.0005, 0, 0);
    if (newton > 0) {
        chore_world_push_body(world, body, force, 40);
    }
    rig_step(&rig, 40);
    const double soaked = chore_world_soaked(world, 0);
    rig_close(&rig);
    return soaked;
}

static void test_a_sponge_must_be_pressed(void **state)
{
    (void)state;
    assert_true(taken_up(0) < 1e-12);
    assert_true(taken_up(6) > 5 * ML);
}

static void test_puddles_keep_off_the_edge(void **state)
{
    task_rig rig;
    double at[3];
    (void)state;
    start(&rig);
    chore_world *world = world_of(&rig);
    const double edge[3] = {0.71, 0.0, TOP + 0.01};
    chore_world_spill(world, edge, 30 * ML);
    for (int i = 0; i < CHORE_MAX_PATCHES; i++) {
        if (chore_world_patch(world, i, at) > 0) {
            assert_true(at[0] < 0.72 && fabs(at[2] - TOP) < 1e-6); /* the island ends there */
        }
    }
    rig_close(&rig);
}

static void test_snapshot(void **state)
{
    task_rig rig;
    (void)state;
    start(&rig);
    rig_put(&rig, "mug_1", 0.5, 0.2, TOP + 0.06, 1.0, 0);
    rig_step(&rig, 8);
    const size_t bytes = chore_episode_snapshot_bytes(rig.episode);
    void *snapshot = malloc(bytes);
    assert_non_null(snapshot);
    chore_episode_snapshot(rig.episode, snapshot);
    rig_step(&rig, 20);
    const chore_hash once = chore_episode_hash(rig.episode);
    MUST(chore_episode_restore(rig.episode, snapshot, bytes, &rig_error));
    rig_step(&rig, 20);
    assert_true(chore_hash_equal(chore_episode_hash(rig.episode), once));
    free(snapshot);
    rig_close(&rig);
}

/* The event: until it fires the episode is its control, then the mug goes over and runs out. */
static void test_a_cup_tips(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "wipe_spill", NULL);
    MUST(chore_episode_reset(rig.episode, 100, CHORE_CONTROL, &rig_error));
    rig_step(&rig, 5);
    const chore_hash control = chore_episode_hash(rig.episode);
    MUST(chore_episode_reset(rig.episode, 100, CHORE_DISTURBED, &rig_error));
    for (int i = 0; i < rig.task->n_events; i++) { /* no clock but the one that is set here */
        rig.episode->monitor.triggers[i].missed = 1;
    }
    rig_step(&rig, 5);
    assert_true(chore_hash_equal(chore_episode_hash(rig.episode), control));
    trigger_state *trigger = &rig.episode->monitor.triggers[0];
    trigger->missed = 0;
    trigger->due = chore_episode_now(rig.episode);
    trigger->object = rig_item(&rig, "mug_1");
    rig_step(&rig, 60);
    const chore_object *mug = chore_scene_object(rig.scene, rig_object(&rig, "mug_1"));
    assert_true(chore_episode_event(rig.episode, 0).fired_step >= 0);
    assert_true(chore_world_data(world_of(&rig))->xmat[9 * mug->body + 8] < 0.5);
    assert_true(chore_world_spilled(world_of(&rig), mug->vessel - 1) > 40 * ML);
    rig_close(&rig);
}

/* Bad words in a task about liquids get a message with their place. */
static void expect_refused(const char *from, const char *to, const char *message)
{
    char path[CHORE_PATH_CAP], *text, changed[4096];
    const char *source = getenv("CHORE_SOURCE_DIR");
    size_t len;
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    chore_error err;
    MUST(chore_path_join(path, source ? source : ".", "tests/fixtures/tasks/liquids.yaml",
                         &rig_error));
    MUST(chore_file_read(path, &text, &len, &rig_error));
    const char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    chore_status status = chore_task_parse(&task, "liquids.yaml", changed, strlen(changed), &err);
    if (status == CHORE_OK) {
        status = chore_task_build_scene(task, NULL, &scene, &err);
    }
    assert_int_not_equal(status, CHORE_OK);
    if (!strstr(err.message, message)) {
        fail_msg("'%s' does not say '%s'", err.message, message);
    }
    chore_scene_destroy(scene);
    chore_task_free(task);
    free(text);
}

static void test_bad_files(void **state)
{
    (void)state;
    MUST(chore_sim_init(&rig_error));
    expect_refused("holds: 200 ml", "holds: 200", "has no unit");
    expect_refused("holds: 200 ml", "holds: 900 ml", "fill it to the brim");
    expect_refused("kind: mug}", "kind: can, holds: 5 ml}", "cannot hold liquids");
    expect_refused("region: spill_spot}", "region: spil_spot}", "did you mean 'spill_spot'");
    expect_refused("amount: [20 ml, 20 ml]", "amount: [0 ml, 20 ml]", "above zero");
    expect_refused("spilled: [mug_1", "spilled: [sponge_1", "holds no liquids");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_spills_where_geometry_says),
        cmocka_unit_test(test_nothing_is_lost),
        cmocka_unit_test(test_a_jerk_spills),
        cmocka_unit_test(test_it_falls_into_a_cup),
        cmocka_unit_test(test_a_sponge_must_be_pressed),
        cmocka_unit_test(test_puddles_keep_off_the_edge),
        cmocka_unit_test(test_snapshot),
        cmocka_unit_test(test_a_cup_tips),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
