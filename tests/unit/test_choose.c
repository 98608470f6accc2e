/* What the oracle does first: shards, from the top, before all else; what rolls is waited for; what failed least; then a nudge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "choose.h"
#include "reach.h"

#include <string.h>

enum { BIN, LOW, HIGH, TEA, CAN, THINGS };

#define SMALL "category=food present=1 footprint=0.0395 height=0.09 mass=0.1\n"
#define SHARD "category=shard present=1 footprint=0.02 height=0.025 mass=0.03\n"
#define GRASP(i, z)                                                                                  \
    "site " i " base point 0 0 0 1 0 0 0 0 0 0\nsite " i " up point 0 0 " z " 0 1 0 0 0 0 0\n"   \
    "grasp " i " up site=up symmetry=ring width=0.04\n"

static const char objects[] =
    "object 0 bin kind=tote size=medium category=container present=1 footprint=0.199 height=0.165 mass=0.8\n"
    "site 0 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 0 cavity box 0 0 0.0865 1 0 0 0 0.15 0.12 0.0785\n"
    "object 1 glass_shard_0 kind=glass size=small " SHARD GRASP("1", "0.016")
    "object 2 glass_shard_1 kind=glass size=small " SHARD GRASP("2", "0.016")
    "object 3 tea kind=tea_box size=small " SMALL GRASP("3", "0.074")
    "object 4 can kind=can size=small " SMALL GRASP("4", "0.074");

static const double table_z = .75;
static const vec aside = {.50, .40, .75};

static mind m;
static vec at[THINGS], speed[THINGS];

static void look(const char *goal)
{
    float poses[7 * THINGS] = {0}, velocities[6 * THINGS] = {0};
    memset(&m, 0, sizeof m);
    mind_reset(&m, true);
    m.started = true;
    belief *b = &m.belief;
    assert_true(belief_read_objects(b, objects));
    assert_true(belief_read_goal(b, goal));
    for (int i = 0; i < THINGS; i++) {
        const vec p = at[i], v = speed[i];
        const float stands[7] = {(float)p.x, (float)p.y, (float)p.z, 1, 0, 0, 0},
                    linear[3] = {(float)v.x, (float)v.y, (float)v.z};
        memcpy(poses + 7 * i, stands, sizeof stands);
        memcpy(velocities + 6 * i, linear, sizeof linear);
    }
    belief_read_motion(b, poses, velocities);
    b->table_z = table_z;
    b->base = (pose){vec_of(0, 0, table_z), quat_identity()};
    memcpy(b->joints, reach_home, sizeof b->joints);
    b->tool = (pose){vec_of(.307, 0, table_z + .48), (quat){0, 1, 0, 0}};
    motion_start(&m.motion, b->tool);
}

static int set_up(void **state)
{
    (void)state;
    memset(speed, 0, sizeof speed);
    at[BIN] = vec_of(.48, -.35, .75);
    at[LOW] = vec_of(.45, .15, .75);
    at[HIGH] = vec_of(.42, .18, .752);
    at[TEA] = aside;
    at[CAN] = vec_of(.35, .35, .75);
    return 0;
}

static const char all[] = "literal 0 -1 inside tea bin\n"
                          "literal 0 -1 inside glass_shard_0 bin\n"
                          "literal 0 -1 inside glass_shard_1 bin\n";
static const char shards[] = "literal 0 -1 inside glass_shard_0 bin\nliteral 0 -1 inside glass_shard_1 bin\n";
static const char both[] = "literal 0 -1 inside tea bin\nliteral 0 -1 inside can bin\n";

/* The thing that it starts to carry; -1: it does something else, or nothing. */
static int carried(void)
{
    choose_next(&m);
    return m.working && mind_is_carrying(&m) ? m.work.job.thing : -1;
}

static void shards_come_first_and_from_the_top(void **state)
{
    (void)state;
    look(all);
    m.attempts[LOW] = m.attempts[HIGH] = 3;
    assert_int_equal(carried(), HIGH);
    at[HIGH].y = .30; /* no longer on it */
    look(all);
    assert_int_equal(carried(), LOW); /* which is the cheaper one */
}

static void one_that_will_not_come_up_is_left_for_the_one_below(void **state)
{
    (void)state;
    look(shards);
    m.attempts[HIGH] = 8;
    assert_int_equal(carried(), LOW);
}

static void the_one_below_goes_when_nothing_lies_on_it(void **state)
{
    (void)state;
    at[HIGH] = vec_of(.48, -.35, .77); /* in the bin */
    look("literal 0 -1 inside glass_shard_0 bin\nliteral 1 -1 inside glass_shard_1 bin\n");
    assert_int_equal(carried(), LOW);
}

static void nothing_is_taken_from_among_shards(void **state)
{
    (void)state;
    at[TEA] = vec_of(.50, .22, .75);
    look(all);
    m.attempts[LOW] = m.attempts[HIGH] = 30; /* they would come last */
    assert_true(carried() != TEA);
    at[TEA] = aside;
    at[LOW] = at[HIGH] = vec_of(.48, -.35, .77);
    look("literal 0 -1 inside tea bin\nliteral 1 -1 inside glass_shard_0 bin\nliteral 1 -1 inside glass_shard_1 bin\n");
    assert_int_equal(carried(), TEA);
}

static void what_rolls_is_waited_for(void **state)
{
    (void)state;
    speed[TEA] = vec_of(0, .1, 0);
    look("literal 0 -1 inside tea bin\n");
    assert_int_equal(carried(), -1);
    assert_true(m.wait > 0);
    at[CAN] = vec_of(1.5, 0, .75);
    look(both);
    assert_int_equal(carried(), -1);
    assert_int_equal(m.attempts[TEA], 0); /* that is no failure, */
    assert_int_equal(m.attempts[CAN], 0); /* nor what cannot be done meanwhile */
    speed[TEA] = vec_of(0, 0, 0);
    look("literal 0 -1 inside tea bin\n");
    assert_int_equal(carried(), TEA);
}

static void a_shard_that_slides_is_waited_for_by_all(void **state)
{
    (void)state;
    speed[HIGH] = vec_of(0, .1, 0);
    look(all);
    assert_int_equal(carried(), -1);
}

static void what_failed_less_often_comes_first(void **state)
{
    (void)state;
    at[LOW] = at[HIGH] = vec_of(.48, -.35, .77);
    look(both);
    m.attempts[TEA] = 1;
    assert_int_equal(carried(), CAN);
    look(both);
    m.attempts[CAN] = 1;
    assert_int_equal(carried(), TEA);
}

static void what_fails_again_and_again_is_nudged(void **state)
{
    (void)state;
    at[LOW] = at[HIGH] = vec_of(.48, -.35, .77);
    look("literal 0 -1 inside tea bin\n");
    m.attempts[TEA] = 3;
    assert_int_equal(carried(), TEA);
    look("literal 0 -1 inside tea bin\n");
    m.attempts[TEA] = 4;
    assert_int_equal(carried(), -1);
    assert_true(m.on_nudge);
    assert_int_equal(m.nudges[TEA], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(shards_come_first_and_from_the_top, set_up),
        cmocka_unit_test_setup(one_that_will_not_come_up_is_left_for_the_one_below, set_up),
        cmocka_unit_test_setup(the_one_below_goes_when_nothing_lies_on_it, set_up),
        cmocka_unit_test_setup(nothing_is_taken_from_among_shards, set_up),
        cmocka_unit_test_setup(what_rolls_is_waited_for, set_up),
        cmocka_unit_test_setup(a_shard_that_slides_is_waited_for_by_all, set_up),
        cmocka_unit_test_setup(what_failed_less_often_comes_first, set_up),
        cmocka_unit_test_setup(what_fails_again_and_again_is_nudged, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
