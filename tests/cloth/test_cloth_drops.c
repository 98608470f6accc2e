/* A shirt that drops on the one to be folded lies on it: garments that pass through one another cannot be parted again. */
#include "cloth_rig.h"
#include "garment_rig.h"

enum { SEEDS = 12, FIRST_SEED = 1, MOST_CROSSED = 2, MOST_EDGES = 60 };

/* Edges of either garment through the other, 2 s after the drop. */
static int drop(task_rig *rig, uint64_t seed)
{
    MUST(chore_episode_reset(rig->episode, seed, CHORE_DISTURBED, &rig_error));
    trigger_state *trigger = &rig->episode->monitor.triggers[0];
    trigger->due = 0;
    for (int i = 0; i < 200 && chore_episode_event(rig->episode, 0).fired_step < 0; i++) {
        rig_step(rig, 1);
    }
    assert_true(chore_episode_event(rig->episode, 0).fired_step >= 0);
    rig_step(rig, 40);
    cloth c = {rig->scene, chore_episode_world(rig->episode)};
    return cloth_crossings(&c, 0, 1) + cloth_crossings(&c, 1, 0);
}

static void check(const char *task)
{
    task_rig rig;
    int crossed = 0, edges = 0;
    rig_open(&rig, task, NULL);
    for (int i = 0; i < SEEDS; i++) {
        int n = drop(&rig, (uint64_t)(FIRST_SEED + i));
        crossed += n > 0;
        edges += n;
    }
    rig_close(&rig);
    print_message("  %s: %d of %d drops with edges through cloth, %d edges\n", task, crossed, SEEDS,
                  edges);
    assert_true(crossed <= MOST_CROSSED);
    assert_true(edges <= MOST_EDGES);
}

static void it_lies_on_a_flat_one(void **state)
{
    (void)state;
    check("fold_shirt");
}

static void it_lies_on_a_heap(void **state)
{
    (void)state;
    check("fold_shirt_crumpled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_lies_on_a_flat_one),
        cmocka_unit_test(it_lies_on_a_heap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
