/* As test_near_misses.c, in the kitchen: states that look done and are not, each beside the same made right. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define SETTLE_STEPS 100 /* control steps: 5 s, fruit rolls */
#define SEEDS        3
#define TOP          .90 /* of the worktop, m */

static void begin(task_rig *rig, const char *task, uint64_t seed)
{
    rig_open(rig, task, NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_CONTROL, &rig_error));
}

static const chore_object *object_at(const task_rig *rig, int i)
{
    return chore_scene_object(rig->scene, i);
}

static bool is_here(const task_rig *rig, const char *id)
{
    return chore_episode_is_present(rig->episode, rig_object(rig, id));
}

/* Put what is present at a place of the world, turned about z and then about x. */
static void put(task_rig *rig, const char *id, double x, double y, double z, double yaw,
                double roll)
{
    const double pos[3] = {x, y, z};
    double turn[4] = {cos(yaw / 2), 0, 0, sin(yaw / 2)},
           lean[4] = {cos(roll / 2), sin(roll / 2), 0, 0}, quat[4];
    if (is_here(rig, id)) {
        mju_mulQuat(quat, turn, lean);
        chore_world_put_body(chore_episode_world(rig->episode),
                             object_at(rig, rig_object(rig, id))->body, pos, quat);
        rig_step(rig, 20);
    }
}

static const double *pose_of(const task_rig *rig, const char *id)
{
    return chore_world_data(chore_episode_world(rig->episode))->qpos +
           object_at(rig, rig_object(rig, id))->qpos_adr;
}

static double yaw_of(const double *pose)
{
    return 2 * atan2(pose[6], pose[3]);
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

/* ---- clear_counter ----------------------------------------------------------------------------------------- */

static void sort_out(task_rig *rig, const char *fruit, const char *empties, const char *paper)
{
    static const char *const food[] = {"apple_1", "orange_1", "lemon_1"}, *const empty[] = {
                                                                              "can_1", "bottle_1"};
    const double above = TOP + .06;
    const double *bowl = pose_of(rig, fruit), x = bowl[0], y = bowl[1];
    put(rig, "banana_1", x, y, bowl[2] + .02, .4, 0);
    for (int i = 0; i < 3; i++) {
        put(rig, food[i], x + .045 * cos(2.1 * i), y + .045 * sin(2.1 * i), above, .4, 0);
    }
    for (int i = 0; i < 2; i++) {
        const double *at = pose_of(rig, empties);
        put(rig, empty[i], at[0] + (i ? .04 : -.04), at[1], above, 0, 0);
    }
    put(rig, "napkin_1", pose_of(rig, paper)[0], pose_of(rig, paper)[1], above, 0, 0);
}

static void everything_in_its_place(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "clear_counter", seed);
        sort_out(&rig, "fruit_bowl", "recycling", "waste");
        expect(&rig, true, "all sorted");

        begin(&rig, "clear_counter", seed);
        sort_out(&rig, "fruit_bowl", "waste", "recycling");
        expect(&rig, false, "the two bins mistaken for one another");

        begin(&rig, "clear_counter", seed);
        sort_out(&rig, "waste", "recycling", "waste");
        expect(&rig, false, "good fruit in the bin");
    }
}

/* ---- set_table --------------------------------------------------------------------------------------------- */

static void lay(task_rig *rig, double swap, double tilt)
{
    put(rig, "plate_blue", .585, .02 - .185 * swap, TOP + .002, .3, 0);
    put(rig, "plate_yellow", .585, .02 + .185 * swap, TOP + .002, .7, 0);
    put(rig, "mug_blue", .585, .02 - .355 * swap, TOP + .003 + (tilt > 3 ? .092 : 0), .3, tilt);
    put(rig, "mug_yellow", .585, .02 + .355 * swap, TOP + .003 + (tilt > 3 ? .083 : 0), .7, tilt);
}

static void each_at_its_own_place(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "set_table", seed);
        lay(&rig, 1, 0);
        expect(&rig, true, "the table laid");

        begin(&rig, "set_table", seed);
        lay(&rig, -1, 0);
        expect(&rig, false, "blue and yellow exchanged");

        begin(&rig, "set_table", seed);
        lay(&rig, 1, mjPI);
        expect(&rig, false, "mugs upside down");
    }
}

/* ---- store_leftovers --------------------------------------------------------------------------------------- */

static void store(task_rig *rig, bool all)
{
    static const char *const food[] = {"lemon_1", "apple_1", "orange_1"};
    const double *box = pose_of(rig, "food_box"), at[3] = {box[0], box[1], box[2]},
                 yaw = yaw_of(box);
    int n = 0;
    for (int i = 0; i < 3; i++) {
        const double along = .055 * (n - 1);
        if (is_here(rig, food[i]) && (all || n > 0)) {
            put(rig, food[i], at[0] - sin(yaw) * along, at[1] + cos(yaw) * along, at[2] + .02, yaw,
                0);
        }
        n += is_here(rig, food[i]);
    }
}

static void close_with(task_rig *rig, double turn, double off)
{
    const double *box = pose_of(rig, "food_box");
    put(rig, "lid", box[0] + off, box[1], box[2] + .10, yaw_of(box) + turn, 0);
}

static void stored_and_shut(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "store_leftovers", seed);
        store(&rig, true);
        close_with(&rig, 0, 0);
        expect(&rig, true, "stored and shut");

        begin(&rig, "store_leftovers", seed);
        store(&rig, false);
        close_with(&rig, 0, 0);
        expect(&rig, false, "one left outside");

        begin(&rig, "store_leftovers", seed);
        store(&rig, true);
        close_with(&rig, mjPI / 2, 0);
        expect(&rig, false, "the lid across the box");

        begin(&rig, "store_leftovers", seed);
        store(&rig, true);
        close_with(&rig, 0, .025);
        expect(&rig, false, "the lid on the rim");
    }
}

/* ---- load_dishwasher --------------------------------------------------------------------------------------- */

static void load(task_rig *rig, double plate_roll, double mug_roll, double lift)
{
    static const char *const plates[] = {"plate_1", "plate_2", "plate_3"}, *const mugs[] = {
                                                                               "mug_1", "mug_2"};
    const int rack = rig_object(rig, "rack");
    for (int i = 0; i < 5; i++) {
        const char *id = i < 3 ? plates[i] : mugs[i - 3];
        if (chore_scene_find_object(rig->scene, id) < 0) {
            continue;
        }
        chore_view view = chore_episode_view(rig->episode);
        char site[16];
        double pos[3], mat[9], quat[4], own[4];
        const double roll = i < 3 ? plate_roll : mug_roll;
        snprintf(site, sizeof site, i < 3 ? "slot_%d" : "cell_%d", i < 3 ? i + 1 : i - 2);
        chore_site_pose(&view, rack, chore_object_site(object_at(rig, rack), site), pos, mat);
        mju_mat2Quat(quat, mat);
        own[0] = cos(roll / 2), own[1] = sin(roll / 2), own[2] = own[3] = 0;
        mju_mulQuat(quat, quat, own);
        pos[2] += lift;
        if (is_here(rig, id)) {
            chore_world_put_body(chore_episode_world(rig->episode),
                                 object_at(rig, rig_object(rig, id))->body, pos, quat);
            rig_step(rig, 20);
        }
    }
}

static void loaded_the_right_way_up(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "load_dishwasher", seed);
        load(&rig, 0, 0, .006);
        expect(&rig, true, "plates in slots, mugs on cells");

        begin(&rig, "load_dishwasher", seed);
        load(&rig, -mjPI / 2, mjPI, .10);
        expect(&rig, false, "plates flat on the posts, mugs upside down");
    }
}

/* ---- empty_sink -------------------------------------------------------------------------------------------- */

static const double sink[2] = {.47, -.14}; /* its middle */

static const char *plate_of(const task_rig *rig)
{
    return is_here(rig, "plate_1") ? "plate_1" : "plate_2";
}

static void dishes_out_sponge_in(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "empty_sink", seed);
        load(&rig, 0, 0, .006);
        put(&rig, "sponge_1", sink[0], sink[1], TOP - .12, .3, 0);
        expect(&rig, true, "dishes in the rack, the sponge in the sink");

        begin(&rig, "empty_sink", seed);
        load(&rig, 0, 0, .006);
        expect(&rig, false, "the sponge beside the sink");

        begin(&rig, "empty_sink", seed);
        load(&rig, 0, 0, .006);
        put(&rig, "sponge_1", sink[0], sink[1] + .26, TOP + .01, 0, 0);
        expect(&rig, false, "the sponge on the rim");

        begin(&rig, "empty_sink", seed);
        load(&rig, 0, 0, .006);
        put(&rig, plate_of(&rig), sink[0] - .05, sink[1] + .05, TOP - .12, .3, 0);
        put(&rig, "sponge_1", sink[0] + .1, sink[1] - .15, TOP - .12, .3, 0);
        expect(&rig, false, "a plate in the sink");
    }
}

/* What is put into the basin lies still in it, flat or against a wall; what is dropped from a hand's height stays in it. */
static void what_is_in_the_sink_rests(void **state)
{
    static const double rolls[] = {0, .9};
    (void)state;
    for (int i = 0; i < 2; i++) {
        task_rig rig;
        begin(&rig, "empty_sink", 0);
        const char *plate = plate_of(&rig), *mug = is_here(&rig, "mug_1") ? "mug_1" : "mug_2";
        put(&rig, plate, sink[0] - .02, sink[1] + (i ? .14 : 0), TOP + (i ? .02 : -.125), 0, rolls[i]);
        put(&rig, mug, sink[0], sink[1] - .16, TOP + .10, 0, 2 * rolls[i]);
        rig_step(&rig, SETTLE_STEPS);
        double then[7];
        memcpy(then, pose_of(&rig, plate), sizeof then);
        rig_step(&rig, 40);
        assert_true(mju_dist3(then, pose_of(&rig, plate)) < .0005);
        assert_true(then[2] > TOP - .135 && then[2] < TOP);
        const double *at = pose_of(&rig, mug);
        assert_true(at[2] > TOP - .135 && at[2] < TOP - .02 && fabs(at[0] - sink[0]) < .18 &&
                    fabs(at[1] - sink[1]) < .23);
        rig_close(&rig);
    }
}

/* ---- put_dishes_away --------------------------------------------------------------------------------------- */

static void stack(task_rig *rig, const char *plate, const char *lowest, double roll)
{
    const double *at = pose_of(rig, lowest);
    put(rig, plate, at[0], at[1], at[2] + (roll > 3 ? .06 : .02), .3, roll);
}

static void stacked_by_size(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "put_dishes_away", seed);
        put(&rig, "mug_1", .615, .40, TOP + .003, 0, 0);
        stack(&rig, "large_1", "lowest_large", 0);
        stack(&rig, "small_1", "lowest_small", 0);
        expect(&rig, true, "all stacked");

        begin(&rig, "put_dishes_away", seed);
        put(&rig, "mug_1", .615, .40, TOP + .003, 0, 0);
        stack(&rig, "large_1", "lowest_small", 0);
        stack(&rig, "small_1", "lowest_large", 0);
        expect(&rig, false, "large on small and small on large");

        begin(&rig, "put_dishes_away", seed);
        put(&rig, "mug_1", .615, .40, TOP + .003, 0, 0);
        stack(&rig, "large_1", "lowest_large", mjPI);
        stack(&rig, "small_1", "lowest_small", mjPI);
        expect(&rig, false, "plates bottom up on the stacks");

        begin(&rig, "put_dishes_away", seed);
        put(&rig, "mug_1", .615, .40, TOP + .003, 0, 0);
        put(&rig, "large_1", .46, -.10, TOP + .003, .3, 0);
        put(&rig, "small_1", .52, -.10, TOP + .030, .3, 0);
        expect(&rig, false, "a stack somewhere else");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_in_its_place), cmocka_unit_test(each_at_its_own_place),
        cmocka_unit_test(stored_and_shut),         cmocka_unit_test(loaded_the_right_way_up),
        cmocka_unit_test(stacked_by_size),         cmocka_unit_test(dishes_out_sponge_in),
        cmocka_unit_test(what_is_in_the_sink_rests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
