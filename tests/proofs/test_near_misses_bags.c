/* As test_near_misses.c, with bags: states that look done and are not, each beside the same made right. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define SETTLE_STEPS 60 /* control steps */
#define SEEDS        3
#define TABLE        .75
#define FLOOR        .758 /* of the standing bag, m */
#define RIM          .165 /* above the table */

static const char *const teas[] = {"tea_1", "tea_2", "tea_3"}, *const fruits[] = {"apple_1",
                                                                                  "apple_2",
                                                                                  "orange_1"};

static void begin(task_rig *rig, const char *task, uint64_t seed)
{
    rig_open(rig, task, NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_CONTROL, &rig_error));
}

static bool is_here(const task_rig *rig, const char *id)
{
    const int i = rig_object(rig, id);
    return i >= 0 && chore_episode_is_present(rig->episode, i);
}

/* Put what is present at a place of the world, turned over about x. */
static bool put(task_rig *rig, const char *id, double x, double y, double z, double roll)
{
    const double pos[3] = {x, y, z}, quat[4] = {cos(roll / 2), sin(roll / 2), 0, 0};
    if (!is_here(rig, id)) {
        return false;
    }
    chore_world_put_body(chore_episode_world(rig->episode),
                         chore_scene_object(rig->scene, rig_object(rig, id))->body, pos, quat);
    rig_step(rig,
             20); /* it sleeps: what is put elsewhere while it is falling asleep stays in the air */
    return true;
}

static void expect(task_rig *rig, bool done, const char *what)
{
    rig_step(rig, SETTLE_STEPS);
    if ((chore_episode_outcome(rig->episode) == CHORE_OUTCOME_SUCCESS) != done) {
        for (int i = 0; i < chore_episode_n_literals(rig->episode); i++) {
            chore_literal l = chore_episode_literal(rig->episode, i);
            print_error("    %d %s\n", l.holds, l.text);
        }
        fail_msg("%s: outcome %s", what, chore_outcome_name(chore_episode_outcome(rig->episode)));
    }
    rig_close(rig);
}

/* ---- unpack_groceries ---------------------------------------------------------------------- */

/* Tea in a row at `tea_y`, fruit at `fruit_y`; `but` stays where it is (NULL: none). */
static void sort_out(task_rig *rig, double tea_y, double fruit_y, const char *but)
{
    for (int i = 0; i < 3; i++) {
        if (teas[i] != but) {
            put(rig, teas[i], .36 + .1 * i, tea_y, TABLE + .001, 0);
        }
        if (fruits[i] != but) {
            put(rig, fruits[i], .36 + .1 * i, fruit_y, TABLE + .001, 0);
        }
    }
}

static const char *one_that_is_here(const task_rig *rig)
{
    for (int i = 0; i < 3; i++) {
        if (is_here(rig, teas[i])) {
            return teas[i];
        }
    }
    return is_here(rig, fruits[0]) ? fruits[0] : fruits[1];
}

static void everything_out_and_the_bag_stands(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "unpack_groceries", seed);
        sort_out(&rig, .38, -.38, NULL);
        expect(&rig, true, "all sorted");

        begin(&rig, "unpack_groceries", seed);
        sort_out(&rig, -.38, .38, NULL);
        expect(&rig, false, "tea and fruit exchanged");

        begin(&rig, "unpack_groceries", seed);
        put(&rig, "bag", .48, 0, TABLE + .13, mjPI / 2);
        sort_out(&rig, .38, -.38, NULL);
        expect(&rig, false, "all sorted, the bag lies");

        begin(&rig, "unpack_groceries", seed);
        put(&rig, "bag", .48, 0, TABLE + RIM + .001, mjPI);
        sort_out(&rig, .38, -.38, NULL);
        expect(&rig, false, "the bag upside down");

        begin(&rig, "unpack_groceries", seed);
        sort_out(&rig, .38, -.38, one_that_is_here(&rig));
        expect(&rig, false, "something left in the bag");
    }
}

/* ---- pack_bag ------------------------------------------------------------------------------ */

enum { SLOTS = 3 };
static const double slot_x[SLOTS] = {.39, .48, .57};

/* What is not fragile, side by side at y and z; without `but` (NULL: all). */
static void pack(task_rig *rig, double y, double z, const char *but)
{
    const char *const all[] = {teas[0], teas[1], fruits[0], fruits[1], fruits[2]};
    int n = 0;
    for (int i = 0; i < 5; i++) {
        n += all[i] != but && put(rig, all[i], slot_x[n % SLOTS], y, z, 0);
    }
}

static void all_in_and_nothing_on_the_fragile(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "pack_bag", seed);
        put(&rig, "bag", .48, 0, TABLE + .001, 0);
        pack(&rig, -.06, FLOOR + .002, NULL);
        put(&rig, "banana_1", .48, .06, FLOOR + .002, 0);
        put(&rig, "glass_1", .48, .06, FLOOR + .002, 0);
        expect(&rig, true, "all packed");

        begin(&rig, "pack_bag", seed);
        pack(&rig, .25, TABLE + .001, NULL);
        expect(&rig, false, "beside the bag");

        begin(&rig, "pack_bag", seed);
        put(&rig, "bag", .48, .40, TABLE + .001, 0);
        pack(&rig, -.06, TABLE + .001, NULL);
        put(&rig, "banana_1", .48, .06, TABLE + .001, 0);
        put(&rig, "glass_1", .48, .06, TABLE + .001, 0);
        put(&rig, "bag", .48, 0, TABLE + RIM + .002, mjPI);
        expect(&rig, false, "the bag turned over all of it");

        begin(&rig, "pack_bag", seed);
        put(&rig, "bag", .48, .36, TABLE + .001, 0);
        pack(&rig, .30, FLOOR + .002, NULL);
        put(&rig, "banana_1", .48, .42, FLOOR + .002, 0);
        put(&rig, "glass_1", .48, .42, FLOOR + .002, 0);
        expect(&rig, false, "all packed, the bag carried off");
    }
}

/* A box of tea lies across the glass; where the seed placed neither there is nothing to be said. */
static void nothing_lies_on_the_glass(void **state)
{
    int n = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 12 && n < 2; seed++) {
        task_rig rig;
        begin(&rig, "pack_bag", seed);
        if (!is_here(&rig, "glass_1") || !(is_here(&rig, "tea_1") || is_here(&rig, "tea_2"))) {
            rig_close(&rig);
            continue;
        }
        const char *tea = is_here(&rig, teas[0]) ? teas[0] : teas[1];
        put(&rig, "bag", .48, 0, TABLE + .001, 0);
        put(&rig, "glass_1", .48, .05, FLOOR + .002, 0);
        pack(&rig, -.06, FLOOR + .002, tea);
        put(&rig, tea, .48, .095, FLOOR + .137, mjPI / 2);
        expect(&rig, false, "tea lies on the glass");
        n++;
    }
    assert_int_equal(n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_out_and_the_bag_stands),
        cmocka_unit_test(all_in_and_nothing_on_the_fragile),
        cmocka_unit_test(nothing_lies_on_the_glass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
