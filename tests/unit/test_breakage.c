/* Breakage: when dishes break, what becomes of them, what may be said about that, and that snapshots hold across it. */
#include "task_rig.h"

#define TABLE 0.75

static bool holds(const task_rig *rig, int predicate, const char *item, const char *other,
                  double number)
{
    const chore_view view = chore_episode_view(rig->episode);
    const chore_value args[MAX_ARGS] = {{REFER_ITEM, rig_item(rig, item), 0},
                                        other ? (chore_value){REFER_ITEM, rig_item(rig, other), 0}
                                              : (chore_value){REFER_NUMBER, 0, number}};
    return chore_predicate_holds(predicate, &view, args);
}

/* Let the glass fall from this height over the table's middle; true when it broke. */
static bool drop_glass(task_rig *rig, double height, double roll)
{
    rig_put(rig, "glass_1", 0.50, 0.0, TABLE + height, roll, 0.3);
    rig_step(rig, 40);
    return holds(rig, PREDICATE_broken, "glass_1", NULL, 0);
}

static void open_at(task_rig *rig, uint64_t seed)
{
    rig_open(rig, "breaks", NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_CONTROL, &rig_error));
}

static void test_falls(void **state)
{
    task_rig rig;
    (void)state;
    open_at(&rig, 100);
    const int glass = rig_item(&rig, "glass_1");
    int n, first = chore_task_shards(rig.task, glass, &n);
    assert_int_equal(n, 4);
    assert_false(drop_glass(&rig, 0.10, 0)); /* onto wood */
    assert_true(chore_episode_is_present(rig.episode, glass));
    assert_true(drop_glass(&rig, 1.00, 0.4));
    assert_false(chore_episode_is_present(rig.episode, glass));
    for (int i = first; i < first + n; i++) {
        assert_true(chore_episode_is_present(rig.episode, i));
    }
    assert_true(chore_scene_is_parked(rig.scene, chore_episode_world(rig.episode),
                                      rig_object(&rig, "glass_1")));
    rig_close(&rig);
}

/* Pieces weigh together what the dish weighed, and move on as it moved: the momentum is the same. */
static void test_momentum(void **state)
{
    task_rig rig;
    double before[3] = {0}, after[3] = {0}, mass = 0;
    (void)state;
    open_at(&rig, 100);
    chore_world *world = chore_episode_world(rig.episode);
    const chore_object *dish = chore_scene_object(rig.scene, rig_object(&rig, "glass_1"));
    const mjModel *m = chore_world_model(world);
    const mjData *d = chore_world_data(world);
    rig_put(&rig, "glass_1", 0.50, 0.0, TABLE + 1.0, 0.4, 0.3);
    while (!chore_world_is_broken(world, dish->breakable)) {
        mju_scl3(before, d->qvel + dish->dof_adr, dish->mass_kg);
        MUST(chore_world_advance(world, 1, &rig_error));
        assert_true(chore_world_physics_steps(world) < 300);
    }
    for (int k = 0; k < dish->n_shards; k++) {
        const chore_object *shard = chore_scene_object(rig.scene, dish->first_shard + k);
        double com[6];
        mj_objectVelocity(m, d, mjOBJ_BODY, shard->body, com, 0);
        mju_addToScl3(after, com + 3, shard->mass_kg);
        mass += shard->mass_kg;
    }
    assert_true(fabs(mass - dish->mass_kg) < 1e-9);
    assert_true(
        -before[2] >
        0.1); /* it was falling; parting adds no momentum, the table took a step's worth of it */
    assert_true(after[2] < 0 && -after[2] < -before[2]);
    rig_close(&rig);
}

/* Shards in the bin come to rest, and then they are in it; one that is not there is missed. */
static void test_shards_in_bin(void **state)
{
    task_rig rig;
    (void)state;
    open_at(&rig, 100);
    assert_false(holds(&rig, PREDICATE_shards_in, "glass_1", "bin", 0));
    assert_true(drop_glass(&rig, 1.00, 0.4));
    for (int k = 1; k <= 4; k++) {
        char id[CHORE_NAME_CAP];
        snprintf(id, sizeof id, "glass_1_shard_%d", k);
        assert_false(holds(&rig, PREDICATE_shards_in, "glass_1", "bin", 0));
        assert_true(holds(&rig, PREDICATE_amid_shards, id, NULL, 0.5) == (k < 4));
        rig_put(&rig, id, 0.40 + 0.01 * k, -0.41, TABLE + 0.12, 1.57 * k, 0.8 * k);
        rig_step(&rig, 60);
    }
    assert_true(holds(&rig, PREDICATE_shards_in, "glass_1", "bin", 0));
    assert_false(holds(&rig, PREDICATE_amid_shards, "bin", NULL, 0.5)); /* none lies about */
    rig_close(&rig);
}

/* A hand that closes as hard as it can presses a shard above what is allowed. */
static void test_pressed(void **state)
{
    task_rig rig;
    (void)state;
    open_at(&rig, 100);
    assert_true(drop_glass(&rig, 1.00, 0.4));
    assert_false(holds(&rig, PREDICATE_pressed, "glass_1_shard_1", NULL, 20));
    rig_grip(&rig, "glass_1_shard_1", 0);
    for (int i = 0; i < 20 && !chore_episode_ended(rig.episode); i++) {
        rig_step_gripper(&rig, 0);
    }
    assert_true(holds(&rig, PREDICATE_pressed, "glass_1_shard_1", NULL, 20));
    assert_int_equal(chore_episode_outcome(rig.episode), CHORE_OUTCOME_FAILED);
    assert_non_null(strstr(chore_episode_reason(rig.episode), "pressed glass_1_shard_1"));
    rig_close(&rig);
}

/* Saved in mid-air and restored, in the same episode and in another one, it breaks in the same step into the same state. */
static void test_snapshot(void **state)
{
    task_rig rig, other;
    chore_hash first[30];
    (void)state;
    open_at(&rig, 100);
    open_at(&other, 101);
    rig_put(&rig, "glass_1", 0.50, 0.0, TABLE + 1.0, 0.7, 0.3);
    rig_step(&rig, 7);
    const size_t bytes = chore_episode_snapshot_bytes(rig.episode);
    void *snapshot = malloc(bytes);
    assert_non_null(snapshot);
    chore_episode_snapshot(rig.episode, snapshot);
    for (int round = 0; round < 3; round++) {
        task_rig *on = round < 2 ? &rig : &other;
        if (round > 0) {
            MUST(chore_episode_restore(on->episode, snapshot, bytes, &rig_error));
        }
        for (int i = 0; i < 30; i++) {
            rig_step(on, 1);
            const chore_hash hash = chore_episode_hash(on->episode);
            first[i] = round == 0 ? hash : first[i];
            assert_true(chore_hash_equal(hash, first[i]));
        }
        assert_true(holds(on, PREDICATE_broken, "glass_1", NULL, 0));
        if (round == 0) { /* restored again right after it broke */
            MUST(chore_episode_restore(on->episode, snapshot, bytes, &rig_error));
            rig_step(on, 12);
            chore_episode_snapshot(on->episode, snapshot);
            rig_step(on, 18);
            assert_true(chore_hash_equal(chore_episode_hash(on->episode), first[29]));
            MUST(chore_episode_restore(on->episode, snapshot, bytes, &rig_error));
            rig_step(on, 18);
            assert_true(chore_hash_equal(chore_episode_hash(on->episode), first[29]));
            MUST(chore_episode_reset(on->episode, 100, CHORE_CONTROL, &rig_error));
            rig_put(on, "glass_1", 0.50, 0.0, TABLE + 1.0, 0.7, 0.3);
            rig_step(on, 7);
            chore_episode_snapshot(on->episode, snapshot);
        }
    }
    free(snapshot);
    rig_close(&rig);
    rig_close(&other);
}

/* Control and disturbed are the same, bit for bit, until the dish comes in; then it breaks and is new work, shard by shard. */
static void test_event(void **state)
{
    task_rig control, disturbed;
    (void)state;
    open_at(&control, 100);
    open_at(&disturbed, 100);
    MUST(chore_episode_reset(disturbed.episode, 100, CHORE_DISTURBED, &rig_error));
    for (int i = 0; chore_episode_event(disturbed.episode, 0).fired_step < 0; i++) {
        assert_true(chore_hash_equal(chore_episode_hash(control.episode),
                                     chore_episode_hash(disturbed.episode)));
        rig_step(&control, 1);
        rig_step(&disturbed, 1);
        assert_true(i < 100);
    }
    rig_step(&disturbed, 40);
    const int before = chore_episode_n_literals(control.episode),
              n = chore_episode_n_literals(disturbed.episode);
    assert_int_equal(n, before + 5); /* broken, and four shards */
    const char *text = chore_episode_literal(disturbed.episode, before).text;
    assert_true(strncmp(text, "broken glass_", 13) == 0);
    assert_true(chore_episode_literal(disturbed.episode, before).holds);
    text = chore_episode_literal(disturbed.episode, before + 1).text;
    assert_non_null(strstr(text, "_shard_1 bin"));
    assert_non_null(strstr(chore_episode_objects_text(disturbed.episode, &(uint64_t){0}),
                           "category=shard present=1"));
    rig_close(&control);
    rig_close(&disturbed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_falls),         cmocka_unit_test(test_momentum),
        cmocka_unit_test(test_shards_in_bin), cmocka_unit_test(test_pressed),
        cmocka_unit_test(test_snapshot),      cmocka_unit_test(test_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
