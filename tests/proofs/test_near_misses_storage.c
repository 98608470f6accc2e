/* As test_near_misses.c, with furniture that opens: states that look done and are not, each beside the same made right. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define SETTLE_STEPS 100 /* control steps: 5 s */
#define SEEDS        2
#define TOP          .90 /* of the worktop, m */
#define DEGREE       .017453292519943295

static void begin(task_rig *rig, const char *task, uint64_t seed)
{
    rig_open(rig, task, NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_CONTROL, &rig_error));
}

/* Put what is present at a place of the world. */
static void put(task_rig *rig, const char *id, double x, double y, double z)
{
    const int object = rig_object(rig, id);
    const double pos[3] = {x, y, z}, quat[4] = {1, 0, 0, 0};
    if (chore_episode_is_present(rig->episode, object)) {
        chore_world_put_body(chore_episode_world(rig->episode),
                             chore_scene_object(rig->scene, object)->body, pos, quat);
        rig_step(rig, 6);
    }
}

static void set(task_rig *rig, const char *joint, double at)
{
    chore_world_put_joint(chore_episode_world(rig->episode),
                          chore_scene_find_joint(rig->scene, joint), at);
}

static void expect(task_rig *rig, bool done, const char *what)
{
    for (int i = 0;
         i < SETTLE_STEPS && chore_episode_outcome(rig->episode) == CHORE_OUTCOME_RUNNING; i++) {
        rig_step(rig, 1);
    }
    if ((chore_episode_outcome(rig->episode) == CHORE_OUTCOME_SUCCESS) != done) {
        for (int i = 0; i < chore_episode_n_literals(rig->episode); i++) {
            chore_literal l = chore_episode_literal(rig->episode, i);
            print_error("    %d %s\n", l.holds, l.text);
        }
        fail_msg("%s: outcome %s", what, chore_outcome_name(chore_episode_outcome(rig->episode)));
    }
    rig_close(rig);
}

/* ---- put_away_cutlery -------------------------------------------------------------------------------------- */

static const char *const cutlery[] = {"fork_1", "fork_2", "knife_1", "spoon_1", "spoon_2"};

/* Side by side in the tray, `open` out of the chest, z above the worktop. */
static void lay(task_rig *rig, double open, double z, int left_out)
{
    set(rig, "chest/drawer", open);
    for (int i = 0; i < 5; i++) {
        if (i != left_out) {
            const double pos[3] = {.46, .42 + .1445 - open + .04 * (i - 2), TOP + z};
            put(rig, cutlery[i], pos[0], pos[1], pos[2]);
        }
    }
}

static int first_present(const task_rig *rig)
{
    int i = 0;
    while (!chore_episode_is_present(rig->episode, rig_object(rig, cutlery[i]))) {
        i++;
    }
    return i;
}

static void cutlery_in_the_shut_drawer(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "put_away_cutlery", seed);
        lay(&rig, 0, .028, -1);
        expect(&rig, true, "all of it in the shut drawer");

        begin(&rig, "put_away_cutlery", seed);
        lay(&rig, .04, .028, -1);
        expect(&rig, false, "four centimetres open");

        begin(&rig, "put_away_cutlery", seed);
        lay(&rig, .25, .028, -1);
        expect(&rig, false, "in the open drawer");

        begin(&rig, "put_away_cutlery", seed);
        lay(&rig, 0, .155, -1);
        expect(&rig, false, "on the chest");

        begin(&rig, "put_away_cutlery", seed);
        lay(&rig, 0, .028, first_present(&rig));
        expect(&rig, false, "one piece left out");
    }
}

/* ---- sort_recycling ---------------------------------------------------------------------------------------- */

/* `green`, `dark`: on which side (+1: the green bin's) empties and paper go. */
static void throw_in(task_rig *rig, double open, double green, double dark)
{
    static const char *const empties[] = {"can_1", "can_2", "bottle_1"}, *const paper[] = {
                                                                             "napkin_1",
                                                                             "napkin_2"};
    set(rig, "bins/pullout", open);
    const double y = .44 + .153 - open;
    for (int i = 0; i < 3; i++) {
        put(rig, empties[i], .46 + .112 * green, y + .075 * (i - 1), TOP + .03);
    }
    for (int i = 0; i < 2; i++) {
        put(rig, paper[i], .46 + .112 * dark, y + .1 * (i - .5), TOP + .03);
    }
}

static void each_into_its_bin(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "sort_recycling", seed);
        throw_in(&rig, 0, 1, -1);
        expect(&rig, true, "all sorted and shut");

        begin(&rig, "sort_recycling", seed);
        throw_in(&rig, 0, -1, 1);
        expect(&rig, false, "the two bins mistaken for one another");

        begin(&rig, "sort_recycling", seed);
        throw_in(&rig, 0, 1, 1);
        expect(&rig, false, "all into the green one");

        begin(&rig, "sort_recycling", seed);
        throw_in(&rig, .25, 1, -1);
        expect(&rig, false, "sorted and left open");
    }
}

/* ---- behind doors ------------------------------------------------------------------------------------------ */

/* A row of things before the back wall, `out` towards the robot's right, z above the worktop. */
static void stand(task_rig *rig, const char *const *ids, int n, double out, double z)
{
    for (int i = 0; i < n; i++) {
        put(rig, ids[i], .44 + .075 * (i - .5 * (n - 1)), .60 - out, TOP + z);
    }
}

static void cold_things_behind_the_shut_door(void **state)
{
    static const char *const food[] = {"milk_1", "jam_1", "jam_2", "can_1", "can_2"};
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "store_in_fridge", seed);
        stand(&rig, food, 5, 0, .045);
        expect(&rig, true, "all of it in the shut fridge");

        begin(&rig, "store_in_fridge", seed);
        set(&rig, "fridge/door", 6 * DEGREE);
        stand(&rig, food, 5, 0, .045);
        expect(&rig, false, "ajar by six degrees");

        begin(&rig, "store_in_fridge", seed);
        stand(&rig, food, 5, 0, .485);
        expect(&rig, false, "on the fridge");

        begin(&rig, "store_in_fridge", seed);
        stand(&rig, food, 5, .35, .003);
        expect(&rig, false, "before the fridge");
    }
}

static void glasses_behind_the_shut_door(void **state)
{
    static const char *const things[] = {"glass_1", "glass_2", "glass_3", "tea_1", "tea_2"};
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "stock_cabinet", seed);
        stand(&rig, things, 5, 0, .045);
        expect(&rig, true, "all of it in the shut cabinet");

        begin(&rig, "stock_cabinet", seed);
        set(&rig, "cabinet/door", 80 * DEGREE);
        stand(&rig, things, 5, 0, .045);
        expect(&rig, false, "its door left open");

        begin(&rig, "stock_cabinet", seed);
        stand(&rig, things, 5, 0, .485);
        expect(&rig, false, "on the cabinet");

        begin(&rig, "stock_cabinet", seed);
        stand(&rig, things, 5, -.22, .003);
        expect(&rig, false, "hidden behind the cabinet");
    }
}

/* ---- run_dishwasher ---------------------------------------------------------------------------------------- */

static const char *const crockery[] = {"plate_1", "plate_2", "mug_1", "mug_2"};

/* Into the rack wherever that is: plates on edge, mugs upright or upside down; all but `left_out`. */
static void stow(task_rig *rig, bool mugs_up, int left_out)
{
    const int rack = rig_object(rig, "rack");
    for (int i = 0; i < 4; i++) {
        const int object = rig_object(rig, crockery[i]);
        chore_view view = chore_episode_view(rig->episode);
        char site[16];
        double pos[3], mat[9], quat[4];
        snprintf(site, sizeof site, i < 2 ? "slot_%d" : "cell_%d", i < 2 ? i + 1 : i - 1);
        chore_site_pose(&view, rack, chore_object_site(chore_scene_object(rig->scene, rack), site), pos,
                        mat);
        mju_mat2Quat(quat, mat);
        if (i > 1 && !mugs_up) {
            const double over[4] = {0, 1, 0, 0};
            mju_mulQuat(quat, quat, over);
            pos[2] += .10;
        }
        pos[2] += .006;
        if (i != left_out && chore_episode_is_present(rig->episode, object)) {
            chore_world_put_body(chore_episode_world(rig->episode),
                                 chore_scene_object(rig->scene, object)->body, pos, quat);
            rig_step(rig, 20);
        }
    }
}

static int first_plate(const task_rig *rig)
{
    return chore_episode_is_present(rig->episode, rig_object(rig, crockery[0])) ? 0 : 1;
}

static void loaded_and_shut(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "run_dishwasher", seed);
        stow(&rig, true, -1);
        expect(&rig, true, "all of it in the rack, rack in, door shut");

        begin(&rig, "run_dishwasher", seed);
        stow(&rig, false, -1);
        expect(&rig, false, "mugs upside down");

        begin(&rig, "run_dishwasher", seed);
        stow(&rig, true, first_plate(&rig));
        expect(&rig, false, "a plate left out");

        begin(&rig, "run_dishwasher", seed);
        set(&rig, "dishwasher/door", 1.57);
        stow(&rig, true, -1);
        expect(&rig, false, "the door down");

        begin(&rig, "run_dishwasher", seed);
        set(&rig, "dishwasher/door", 10 * DEGREE);
        stow(&rig, true, -1);
        expect(&rig, false, "ajar by 10 degrees");
    }
}

static double joint_at(const task_rig *rig, const char *joint)
{
    return chore_world_data(chore_episode_world(rig->episode))
        ->qpos[chore_scene_model(rig->scene)->jnt_qposadr[chore_scene_find_joint(rig->scene, joint)]];
}

/* The catch gives way once it is shut on the dishes: the door drops to its stop, and to shut it again is new work. */
static void the_door_falls_open(void **state)
{
    task_rig rig;
    (void)state;
    rig_open(&rig, "run_dishwasher", NULL);
    MUST(chore_episode_reset(rig.episode, 0, CHORE_DISTURBED, &rig_error));
    stow(&rig, true, -1);
    rig_step(&rig, 80);
    assert_true(joint_at(&rig, "dishwasher/door") > 1.55);
    assert_true(chore_episode_outcome(rig.episode) == CHORE_OUTCOME_RUNNING);
    rig_close(&rig);
}

/* The rack goes along with its tray, and what stands in it stays standing. */
static void the_rack_goes_with_the_tray(void **state)
{
    task_rig rig;
    (void)state;
    begin(&rig, "run_dishwasher", 0);
    set(&rig, "dishwasher/door", 1.57);
    stow(&rig, true, -1);
    const mjModel *m = chore_scene_model(rig.scene);
    const int joint = chore_scene_find_joint(rig.scene, "dishwasher/pullout"), body = m->jnt_bodyid[joint],
              object = rig_object(&rig, "rack");
    const double *rack = chore_world_data(chore_episode_world(rig.episode))->qpos +
                         chore_scene_object(rig.scene, object)->qpos_adr;
    const double before = rack[1], pull[6] = {0, -8, 0};
    for (int i = 0; i < 60; i++) {
        chore_world_push_body(chore_episode_world(rig.episode), body, pull, 1);
        rig_step(&rig, 1);
    }
    const double out = joint_at(&rig, "dishwasher/pullout");
    assert_true(out > .2);
    assert_true(fabs(before - rack[1] - out) < .012);
    rig_step(&rig, 20);
    for (int i = 0; i < chore_episode_n_literals(rig.episode) - 2; i++) {
        assert_true(chore_episode_literal(rig.episode, i).holds);
    }
    rig_close(&rig);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(loaded_and_shut),
        cmocka_unit_test(the_door_falls_open),
        cmocka_unit_test(the_rack_goes_with_the_tray),
        cmocka_unit_test(cutlery_in_the_shut_drawer),
        cmocka_unit_test(each_into_its_bin),
        cmocka_unit_test(cold_things_behind_the_shut_door),
        cmocka_unit_test(glasses_behind_the_shut_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
