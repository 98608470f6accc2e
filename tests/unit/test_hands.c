/* How two hands run a program of strokes: when a tool cannot follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arm_at_home.h"

#define TABLE 0.75
static const double dt = 0.05;

static hands both;

static int set_up(void **state)
{
    (void)state;
    memset(&both, 0, sizeof both);
    arms_stand(&both, TABLE);
    return 0;
}

/* Until the program has run; `follows`: the tools are where they shall be. Seconds that it took. */
static double run_program(bool follows)
{
    double t = 0;
    for (; hands_busy(&both) && t < 60; t += dt) {
        hands_step(&both, dt);
        for (int k = 0; k < HANDS && follows; k++) {
            both.hand[k].tool = both.hand[k].at;
        }
    }
    return t;
}

static void add_way(int hand, double by)
{
    pose to = both.hand[hand].at;
    to.p.z += by;
    hands_add(&both, hands_only(hand, hands_to(to, HAND_WIDE), 0.2));
}

static void a_program_runs(void **state)
{
    (void)state;
    pose from = both.hand[LEFT_HAND].at;
    add_way(LEFT_HAND, -0.2);
    assert_true(run_program(true) < 3);
    assert_false(both.blocked);
    assert_true(fabs(both.hand[LEFT_HAND].at.p.z - from.p.z + 0.2) < 1e-9);
}

/* Its reference comes back to where it is; else each stroke after that would be given up, too, and both arms stand still for good. */
static void a_tool_that_is_held_does_not_stop_what_follows(void **state)
{
    (void)state;
    pose from = both.hand[LEFT_HAND].tool;
    add_way(LEFT_HAND, -0.2);
    assert_true(run_program(false) < 20);
    assert_true(both.blocked);
    assert_true(vec_distance(both.hand[LEFT_HAND].at.p, from.p) < 0.05);
    hands_clear(&both);
    add_way(LEFT_HAND, 0.1);
    assert_true(run_program(true) < 2);
    assert_false(both.blocked);
    assert_true(both.hand[LEFT_HAND].at.p.z > from.p.z + 0.05);
}

/* Side by side, a hand's breadth apart, the one lower by 6 cm: both rising at once they would come too near, and stand there for good. */
static void hands_beside_one_another_come_home(void **state)
{
    (void)state;
    for (int lower = 0; lower < HANDS; lower++) {
        set_up(NULL);
        for (int k = 0; k < HANDS; k++) {
            hand_state *one = &both.hand[k];
            const double y = k == LEFT_HAND ? 0.10 : -0.10, z = TABLE + (k == lower ? 0.03 : 0.09);
            one->at = one->tool = hands_down(vec_of(-0.1, y, z), vec_of(0, 1, 0), 0);
        }
        const double gap = hands_gap(both.hand[0].at, both.hand[1].at);
        assert_true(gap > 0 && gap < 0.024);
        hands_add_home(&both, true, true);
        assert_true(run_program(true) < 20);
        assert_false(both.blocked);
        for (int k = 0; k < HANDS; k++) {
            assert_true(vec_distance(both.hand[k].at.p, both.hand[k].home.p) < 1e-6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_program_runs, set_up),
        cmocka_unit_test_setup(a_tool_that_is_held_does_not_stop_what_follows, set_up),
        cmocka_unit_test_setup(hands_beside_one_another_come_home, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
