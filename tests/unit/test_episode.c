/* Episodes: reset, judging, ends, determinism, snapshots. Objects are moved by hand; no robot
   skill is needed. */
#include "task_rig.h"

#include <unistd.h>

static const char *wanted(const task_rig *rig)
{
    return chore_scene_object(rig->scene, (int)rig->episode->monitor.job.roles[0])->id;
}

static void tidy_up(task_rig *rig)
{
    rig_put_inside(rig, wanted(rig), "tote", 0, -0.10);
    rig_put_inside(rig, "plate", "tote", 0, 0.09);
}

static void run_until_end(task_rig *rig, int limit)
{
    for (int i = 0; i < limit && !chore_episode_ended(rig->episode); i++) {
        rig_step(rig, 1);
    }
}

static void test_same_seed_same_start(void **state)
{
    task_rig a, b;
    (void)state;
    rig_open(&a, "kitchen", NULL);
    rig_open(&b, "kitchen", NULL);
    for (uint64_t seed = 0; seed < 3; seed++) {
        MUST(chore_episode_reset(a.episode, seed, CHORE_CONTROL, &rig_error));
        MUST(chore_episode_reset(b.episode, seed + 7, CHORE_CONTROL,
                                 &rig_error)); /* b has another past */
        rig_step(&b, 3);
        MUST(chore_episode_reset(b.episode, seed, CHORE_DISTURBED, &rig_error));
        assert_true(chore_hash_equal(chore_episode_hash(a.episode), chore_episode_hash(b.episode)));
        assert_string_equal(chore_episode_instruction(a.episode),
                            chore_episode_instruction(b.episode));
        assert_int_equal(chore_episode_n_events(a.episode), 0);
        assert_int_equal(chore_episode_n_events(b.episode), 2);
    }
    MUST(chore_episode_reset(a.episode, 1, CHORE_CONTROL, &rig_error));
    assert_false(chore_hash_equal(chore_episode_hash(a.episode), chore_episode_hash(b.episode)));
    rig_close(&a);
    rig_close(&b);
}

static void test_instruction_names_the_role(void **state)
{
    task_rig rig;
    int n_mugs = 0;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    for (uint64_t seed = 0; seed < 8; seed++) {
        MUST(chore_episode_reset(rig.episode, seed, CHORE_CONTROL, &rig_error));
        bool is_mug = strcmp(wanted(&rig), "mug") == 0;
        n_mugs += is_mug;
        assert_non_null(strstr(chore_episode_instruction(rig.episode),
                               is_mug ? "Put the blue mug and" : " bowl and"));
        assert_true(chore_episode_is_present(rig.episode, rig_object(&rig, wanted(&rig))));
        assert_false(
            chore_episode_is_present(rig.episode, rig_object(&rig, is_mug ? "bowl" : "mug")));
        assert_false(chore_episode_is_present(rig.episode, rig_object(&rig, "late_mug")));
    }
    assert_in_range(n_mugs, 1, 7); /* the seed chooses */
    rig_close(&rig);
}

static void test_success_and_progress(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    assert_int_equal(chore_episode_n_literals(rig.episode), 2);
    assert_true(chore_episode_progress(rig.episode) < 1e-9);
    rig_put_inside(&rig, "plate", "tote", 0, 0.09);
    rig_step(&rig, 30);
    assert_true(fabs(chore_episode_progress(rig.episode) - (1 + 3 * 0.5) / 4) <
                1e-9); /* half whole, whole half */
    assert_true(chore_episode_stage(rig.episode, 0).reached_step > 0);
    assert_int_equal(chore_episode_stage(rig.episode, 1).reached_step, -1);
    rig_put(&rig, "plate", 0.6, 0, 0.76, 0, 0);
    rig_step(&rig, 30);
    assert_true(chore_episode_progress(rig.episode) < 1e-9);           /* undoing costs */
    assert_true(chore_episode_stage(rig.episode, 0).reached_step > 0); /* but it was reached */
    tidy_up(&rig);
    run_until_end(&rig, 100);
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_SUCCESS);
    assert_true(chore_episode_progress(rig.episode) >= 1);
    assert_true(chore_episode_first_success_step(rig.episode) > 60);
    rig_close(&rig);
}

/* The goal must hold without a break: ten steps at 20 Hz. */
static void test_held_for(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    tidy_up(&rig);
    while (rig.episode->monitor.job.goal_held < 9) {
        rig_step(&rig, 1);
        assert_true(chore_world_control_steps(chore_episode_world(rig.episode)) < 100);
    }
    assert_false(chore_episode_ended(rig.episode));
    rig_put(&rig, "plate", 0.6, 0, 0.76, 0, 0);
    rig_step(&rig, 2);
    assert_int_equal(rig.episode->monitor.job.goal_held, 0);
    assert_false(chore_episode_ended(rig.episode));
    rig_close(&rig);
}

static void test_failure_and_timeout(void **state)
{
    task_rig rig;
    float action[RIG_ACTION_CAP];
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    rig_put(&rig, "plate", 1.5, 0, 0.001, 0, 0);
    run_until_end(&rig, 20);
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_FAILED);
    assert_string_equal(chore_episode_reason(rig.episode), "on_floor plate");

    chore_hash end = chore_episode_hash(rig.episode);
    rig_step(&rig, 1); /* after the end nothing happens */
    assert_true(chore_hash_equal(end, chore_episode_hash(rig.episode)));

    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    run_until_end(&rig, 500);
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_TIMEOUT);
    assert_int_equal(chore_world_control_steps(chore_episode_world(rig.episode)), 400);

    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    rig_hold(&rig, action);
    action[0] = NAN;
    assert_int_equal(chore_episode_step(rig.episode, action, &rig_error), CHORE_E_POLICY);
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_POLICY_ERROR);

    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    chore_episode_abort(rig.episode, CHORE_OUTCOME_INFRA_ERROR, "power cut");
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_INFRA_ERROR);
    assert_string_equal(chore_episode_reason(rig.episode), "power cut");
    rig_close(&rig);
}

static void test_texts(void **state)
{
    task_rig rig;
    uint64_t version, later;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 4, CHORE_CONTROL, &rig_error));
    const char *objects = chore_episode_objects_text(rig.episode, &version);
    assert_non_null(strstr(
        objects,
        "object 0 tote kind=tote size=large category=container present=1 footprint=0.262 height="));
    assert_non_null(strstr(objects, " late_mug kind=mug size=small category=dish present=0 "));
    assert_non_null(strstr(objects, "\nsite 0 cavity box "));
    assert_non_null(strstr(objects, " rim site=grasp_rim symmetry=ring width=0.0054\n"));
    assert_non_null(strstr(objects, "\nregion side_right "));
    assert_non_null(strstr(objects, "\nfixture table\n"));
    assert_non_null(
        strstr(chore_episode_goal_text(rig.episode, &version), "literal 0 -1 inside plate tote\n"));
    rig_step(&rig, 1);
    chore_episode_goal_text(rig.episode, &later);
    assert_int_equal(later, version);
    assert_null(chore_episode_changes(rig.episode));
    rig_put_inside(&rig, "plate", "tote", 0, 0.09);
    const char *changes = NULL;
    for (int i = 0; i < 30 && !(changes && strstr(changes, "inside plate tote")); i++) {
        rig_step(&rig, 1);
        changes = chore_episode_changes(rig.episode);
    }
    assert_non_null(changes);
    assert_string_equal(
        changes,
        "{\"literals\":[{\"text\":\"inside plate tote\",\"holds\":true,\"event\":-1}],\"stages\":[\"half\"]}");
    assert_non_null(
        strstr(chore_episode_goal_text(rig.episode, &later), "literal 1 -1 inside plate tote\n"));
    assert_true(later > version);
    rig_close(&rig);
}

/* Snapshot in the middle; the future is the same in the same and in another episode object. */
static void test_snapshot(void **state)
{
    task_rig a, b;
    (void)state;
    rig_open(&a, "kitchen", NULL);
    rig_open(&b, "kitchen", NULL);
    MUST(chore_episode_reset(a.episode, 5, CHORE_DISTURBED, &rig_error));
    rig_put_inside(&a, "plate", "tote", 0, 0.09);
    rig_step(&a, 13);
    size_t bytes = chore_episode_snapshot_bytes(a.episode);
    unsigned char *snapshot = malloc(bytes);
    assert_non_null(snapshot);
    chore_episode_snapshot(a.episode, snapshot);
    MUST(chore_episode_restore(b.episode, snapshot, bytes, &rig_error));
    assert_string_equal(chore_episode_instruction(a.episode), chore_episode_instruction(b.episode));
    for (int i = 0; i < 60; i++) { /* the drop falls into this */
        rig_step(&a, 1);
        rig_step(&b, 1);
        assert_true(chore_hash_equal(chore_episode_hash(a.episode), chore_episode_hash(b.episode)));
    }
    assert_true(chore_episode_event(b.episode, 0).fired_step >= 20);
    assert_int_equal(chore_episode_event(a.episode, 0).fired_step,
                     chore_episode_event(b.episode, 0).fired_step);
    assert_int_equal(chore_episode_restore(b.episode, snapshot, bytes - 1, &rig_error),
                     CHORE_E_FILE);
    snapshot[0] ^= 1;
    assert_int_equal(chore_episode_restore(b.episode, snapshot, bytes, &rig_error), CHORE_E_FILE);
    free(snapshot);
    rig_close(&a);
    rig_close(&b);
}

static void test_cache(void **state)
{
    char dir[] = "chore-cache-XXXXXX", path[CHORE_PATH_CAP], **files;
    int n;
    task_rig cached, plain;
    (void)state;
    assert_non_null(mkdtemp(dir));
    rig_open(&cached, "kitchen", dir);
    rig_open(&plain, "kitchen", NULL);
    MUST(chore_episode_reset(plain.episode, 9, CHORE_CONTROL, &rig_error));
    for (int i = 0; i < 2; i++) { /* settled, then from the cache */
        MUST(chore_episode_reset(cached.episode, 9, CHORE_CONTROL, &rig_error));
        MUST(chore_dir_list(dir, &files, &n, &rig_error));
        assert_int_equal(n, 1);
        chore_dir_list_free(files, n);
        assert_true(chore_hash_equal(chore_episode_hash(plain.episode),
                                     chore_episode_hash(cached.episode)));
    }
    rig_step(&plain, 10);
    rig_step(&cached, 10);
    assert_true(
        chore_hash_equal(chore_episode_hash(plain.episode), chore_episode_hash(cached.episode)));
    MUST(chore_dir_list(dir, &files, &n, &rig_error));
    for (int i = 0; i < n; i++) {
        MUST(chore_path_join(path, dir, files[i], &rig_error));
        assert_int_equal(unlink(path), 0);
    }
    chore_dir_list_free(files, n);
    assert_int_equal(rmdir(dir), 0);
    rig_close(&cached);
    rig_close(&plain);
}

/* Facts about sleeping objects are kept, not looked up again, and are the same as looked up
   anew. */
static void test_kept_facts(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "kitchen", NULL);
    MUST(chore_episode_reset(rig.episode, 4, CHORE_DISTURBED, &rig_error));
    tidy_up(&rig);
    for (int i = 0; i < 120 && !chore_episode_ended(rig.episode); i++) {
        rig_step(&rig, 1);
        for (int k = 0; k < rig.episode->facts.n_facts; k++) {
            const chore_fact *fact = &rig.episode->facts.facts[k];
            chore_view view = chore_episode_view(rig.episode);
            assert_int_equal(fact->holds,
                             chore_predicate_holds(fact->predicate, &view, fact->args));
        }
    }
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_start),
        cmocka_unit_test(test_instruction_names_the_role),
        cmocka_unit_test(test_success_and_progress),
        cmocka_unit_test(test_held_for),
        cmocka_unit_test(test_failure_and_timeout),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_snapshot),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_kept_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
