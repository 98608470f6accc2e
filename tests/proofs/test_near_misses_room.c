/* As test_near_misses_kitchen.c, in the kitchen with room to drive. And what is particular there: while the robot is at one place, something
   happens at the other. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define SETTLE_STEPS 100 /* control steps: 5 s, fruit rolls */
#define SEEDS        2
#define TABLE        .75 /* height, m */
#define WORKTOP      .90

static void begin(task_rig *rig, const char *task, uint64_t seed, chore_variant variant)
{
    rig_open(rig, task, NULL);
    MUST(chore_episode_reset(rig->episode, seed, variant, &rig_error));
}

static const chore_object *object_of(const task_rig *rig, const char *id)
{
    return chore_scene_object(rig->scene, rig_object(rig, id));
}

static const double *pose_of(const task_rig *rig, const char *id)
{
    return chore_world_data(chore_episode_world(rig->episode))->qpos + object_of(rig, id)->qpos_adr;
}

/* Put what is present at a place of the world, turned over by `roll`. */
static void put(task_rig *rig, const char *id, double x, double y, double z, double roll)
{
    const double pos[3] = {x, y, z}, quat[4] = {cos(roll / 2), sin(roll / 2), 0, 0};
    if (chore_episode_is_present(rig->episode, rig_object(rig, id))) {
        chore_world_put_body(chore_episode_world(rig->episode), object_of(rig, id)->body, pos,
                             quat);
        rig_step(rig, 20);
    }
}

static void expect(task_rig *rig, bool done, const char *what)
{
    rig_step(rig, SETTLE_STEPS);
    if ((chore_episode_outcome(rig->episode) == CHORE_OUTCOME_SUCCESS) != done) {
        for (int i = 0; i < chore_episode_n_literals(rig->episode); i++) {
            const chore_literal l = chore_episode_literal(rig->episode, i);
            print_error("    %d %s\n", l.holds, l.text);
        }
        fail_msg("%s: outcome %s", what, chore_outcome_name(chore_episode_outcome(rig->episode)));
    }
    rig_close(rig);
}

/* ---- done, and nearly done ----------------------------------------------------------------------------- */

static void lay(task_rig *rig, double swap, double roll)
{
    put(rig, "plate_blue", 2.74, .30 - .185 * swap, TABLE + .002, 0);
    put(rig, "plate_yellow", 2.74, .30 + .185 * swap, TABLE + .002, 0);
    put(rig, "mug_blue", 2.74, .30 - .355 * swap, TABLE + .003 + (roll > 3 ? .092 : 0), roll);
    put(rig, "mug_yellow", 2.74, .30 + .355 * swap, TABLE + .003 + (roll > 3 ? .083 : 0), roll);
}

static void each_at_its_own_place(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "lay_table", seed, CHORE_CONTROL);
        lay(&rig, 1, 0);
        expect(&rig, true, "the table laid");
        begin(&rig, "lay_table", seed, CHORE_CONTROL);
        lay(&rig, -1, 0);
        expect(&rig, false, "blue and yellow exchanged");
        begin(&rig, "lay_table", seed, CHORE_CONTROL);
        lay(&rig, 1, mjPI);
        expect(&rig, false, "mugs upside down");
    }
}

static void throw_away(task_rig *rig, const char *empties, const char *paper, double aside)
{
    const double above = .72;
    put(rig, "can_1", pose_of(rig, empties)[0] - .04 + aside, pose_of(rig, empties)[1], above, 0);
    put(rig, "bottle_1", pose_of(rig, empties)[0] + .04 + aside, pose_of(rig, empties)[1], above,
        0);
    put(rig, "napkin_1", pose_of(rig, paper)[0], pose_of(rig, paper)[1], above, 0);
}

static void rubbish_in_the_right_bin(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "clear_rubbish", seed, CHORE_CONTROL);
        throw_away(&rig, "recycling", "waste", 0);
        expect(&rig, true, "thrown away");
        begin(&rig, "clear_rubbish", seed, CHORE_CONTROL);
        throw_away(&rig, "waste", "recycling", 0);
        expect(&rig, false, "the two bins mistaken for one another");
        begin(&rig, "clear_rubbish", seed, CHORE_CONTROL);
        throw_away(&rig, "recycling", "waste", -.25);
        expect(&rig, false, "beside the bin");
    }
}

static void gather(task_rig *rig, double x, double y, double z)
{
    static const char *const fruit[] = {"banana_1", "apple_1", "orange_1", "lemon_1"};
    for (int i = 0; i < 4; i++) {
        put(rig, fruit[i], x + (i ? .045 * cos(2.1 * i) : 0), y + (i ? .045 * sin(2.1 * i) : 0),
            z + (i ? .05 : .015), 0);
    }
}

static void fruit_in_the_bowl(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "bring_fruit", seed, CHORE_CONTROL);
        gather(&rig, pose_of(&rig, "fruit_bowl")[0], pose_of(&rig, "fruit_bowl")[1], WORKTOP);
        expect(&rig, true, "in the bowl");
        begin(&rig, "bring_fruit", seed, CHORE_CONTROL);
        gather(&rig, 0, -.06, WORKTOP);
        expect(&rig, false, "on the worktop, beside the bowl");
    }
}

/* ---- meanwhile, elsewhere ------------------------------------------------------------------------------ */

/* Drive there and stretch the right arm out, as a policy would. Action: eef_pose, odometry frame of a robot that started at (1.35, .20) looking
   along -x. */
static void reach_out(const task_rig *rig, double x, double y, double heading, double lift,
                      double ahead, double up, float *action)
{
    chore_world_hold_action(chore_episode_world(rig->episode), action);
    action[8] = (float)ahead, action[9] = 0, action[10] = (float)up;
    action[16] = (float)(1.35 - x), action[17] = (float)(.20 - y);
    action[18] = (float)remainder(heading - mjPI, 2 * mjPI), action[19] = (float)lift;
}

static void one_more_comes_where_the_robot_is_not(void **state)
{
    (void)state;
    static const struct {
        const char *task;
        double x, y, heading, lift, ahead, up;
        double from_x, to_x; /* where it must come down */
    } at[] = {
        {"carry_dishes", .66, .02, mjPI, .34, .55, .25, 2.5, 3},
        {"bring_fruit", .66, -.58, mjPI, .30, .50, .25, 2.5, 3},
        {"clear_rubbish", 1.76, -1.50, -mjPI / 2, .02, .55, .25, -.3, .3},
    };
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        task_rig control, disturbed;
        chore_error err = {0};
        begin(&control, at[i].task, 0, CHORE_CONTROL);
        begin(&disturbed, at[i].task, 0, CHORE_DISTURBED);
        task_rig *rigs[2] = {&control, &disturbed};
        for (int k = 0; k < 2; k++) {
            MUST(chore_world_set_mode(chore_episode_world(rigs[k]->episode), CHORE_MODE_EEF_POSE,
                                      &err));
        }
        int64_t fired = -1;
        for (int step = 0; fired < 0 && step < 400; step++) {
            for (int k = 0; k < 2; k++) {
                float action[RIG_ACTION_CAP];
                reach_out(rigs[k], at[i].x, at[i].y, at[i].heading, at[i].lift, at[i].ahead,
                          at[i].up, action);
                MUST(chore_episode_step(rigs[k]->episode, action, &rig_error));
            }
            fired = chore_episode_event(disturbed.episode, 0).fired_step;
            assert_int_equal(chore_hash_equal(chore_episode_hash(control.episode),
                                              chore_episode_hash(disturbed.episode)),
                             fired < 0);
        }
        if (fired < 20) { /* not before it has come near */
            fail_msg("%s: fired in step %lld", at[i].task, (long long)fired);
        }
        rig_step(&disturbed, 40);
        const chore_object *dropped = NULL;
        for (int k = 0; k < chore_scene_n_objects(disturbed.scene); k++) {
            const chore_object *object = chore_scene_object(disturbed.scene, k);
            if (chore_episode_is_present(disturbed.episode, rig_object(&disturbed, object->id)) &&
                !chore_episode_is_present(control.episode, rig_object(&control, object->id))) {
                dropped = object;
            }
        }
        assert_non_null(dropped);
        const double x = pose_of(&disturbed, dropped->id)[0];
        assert_true(x > at[i].from_x && x < at[i].to_x);
        rig_close(&control);
        rig_close(&disturbed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_at_its_own_place),
        cmocka_unit_test(rubbish_in_the_right_bin),
        cmocka_unit_test(fruit_in_the_bowl),
        cmocka_unit_test(one_more_comes_where_the_robot_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
