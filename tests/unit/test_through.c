/* The oracle's ways through a door: right in, by way of the worktop, or after what stands in the way has been moved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "access.h"
#include "reach.h"
#include "through.h"

#include <string.h>

/* The cabinet of stock_cabinet, a glass, two cans, and a block that fills the cabinet. */
static const char objects[] =
    "object 0 glass kind=glass size=large category=dish present=1 footprint=0.033 height=0.12 mass=0.21\n"
    "site 0 grasp_rim point 0.029 0 0.11 0 0.707107 0.707107 0 0 0 0\n"
    "site 0 grasp_top point 0 0 0.105 0 0.707107 0.707107 0 0 0 0\n"
    "site 0 grasp_side point 0 0 0.06 0.707107 0 -0.707107 0 0 0 0\n"
    "grasp 0 rim site=grasp_rim symmetry=ring width=0.006\n"
    "grasp 0 top site=grasp_top symmetry=ring width=0.064\n"
    "grasp 0 side site=grasp_side symmetry=ring width=0.064\n"
    "object 1 can_1 kind=can size=large category=rubbish present=1 footprint=0.033 height=0.115 mass=0.12\n"
    "site 1 grasp_top point 0 0 0.099 0 0.707107 0.707107 0 0 0 0\n"
    "site 1 grasp_side point 0 0 0.0575 0.707107 0 -0.707107 0 0 0 0\n"
    "grasp 1 top site=grasp_top symmetry=ring width=0.065\n"
    "grasp 1 side site=grasp_side symmetry=ring width=0.065\n"
    "object 2 can_2 kind=can size=large category=rubbish present=1 footprint=0.033 height=0.115 mass=0.12\n"
    "site 2 grasp_top point 0 0 0.099 0 0.707107 0.707107 0 0 0 0\n"
    "site 2 grasp_side point 0 0 0.0575 0.707107 0 -0.707107 0 0 0 0\n"
    "grasp 2 top site=grasp_top symmetry=ring width=0.065\n"
    "grasp 2 side site=grasp_side symmetry=ring width=0.065\n"
    "object 3 block kind=block size=large category=rubbish present=1 footprint=0.17 height=0.2 mass=1\n"
    "part 0 cabinet door hinge 0.635 0.38 0.9 0 0 1 0 1.45 0.44 0.3735 1.15 0.195 0.0405 0.225 layer=-1\n"
    "space cabinet shelf -1 0 0.44 0.58 1.113 0.707107 0 0 -0.707107 0.145 0.178 0.171\n"
    "handle 0 0.34 0.34 1.345 1 0 0\n"
    "solid cabinet -1 0.63 0.588 1.15 0.707107 0 0 -0.707107 0.172 0.01 0.23\n"
    "solid cabinet -1 0.25 0.588 1.15 0.707107 0 0 -0.707107 0.172 0.01 0.23\n"
    "solid cabinet -1 0.44 0.752 1.15 0.707107 0 0 -0.707107 0.008 0.18 0.23\n"
    "solid cabinet -1 0.44 0.588 0.93 0.707107 0 0 -0.707107 0.172 0.18 0.012\n"
    "solid cabinet -1 0.44 0.588 1.37 0.707107 0 0 -0.707107 0.172 0.18 0.01\n"
    "solid cabinet -1 0.44 0.669 1.29 0.707107 0 0 -0.707107 0.075 0.18 0.006\n"
    "solid cabinet 0 0.44 0.3975 1.15 0.707107 0 0 -0.707107 0.0165 0.195 0.225\n"
    "region worktop 0.49 -0.23 0.9 0.18 0.15 0.15\n";
static const char goal[] = "literal 0 -1 inside glass cabinet/shelf\nliteral 1 -1 closed cabinet/door\n";

enum { GLASS, CAN_1, CAN_2, BLOCK, THINGS };
static const double worktop = 0.9, far_off = 10;

static belief b;
static job j;

/* The glass at the middle of the worktop, all else far away, the door open, the arm at home. */
static void look(void)
{
    float poses[7 * THINGS] = {0}, still[6 * THINGS] = {0}, joints[7], width = 0.08F, touch[2] = {0};
    const float base[7] = {0, 0, (float)worktop, 1, 0, 0, 0}, tool[3] = {0.307F, 0, 0.465F},
                down[4] = {0, 1, 0, 0}, leaf[1] = {1.45F};
    for (int i = 0; i < THINGS; i++) {
        poses[7 * i] = i == GLASS ? 0.49F : (float)far_off, poses[7 * i + 1] = -0.2F;
        poses[7 * i + 2] = (float)worktop, poses[7 * i + 3] = 1;
    }
    for (int i = 0; i < 7; i++) {
        joints[i] = (float)reach_home[i];
    }
    memset(&b, 0, sizeof b);
    belief_read_robot(&b, joints, base, tool, down, &width, touch);
    assert_true(belief_read_objects(&b, objects) && belief_read_goal(&b, goal));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, leaf);
}

static bool plan(int attempt)
{
    const wish w = {0, GLASS, -1, attempt};
    memset(&j, 0, sizeof j);
    return through_plan(&b, &b, &w, &j);
}

/* Would the thing be in the cabinet when the job is done? */
static bool goes_in(int index)
{
    b.things[index].at = j.release;
    return space_holds(&b, 0, index);
}

static void what_stands_free_goes_right_in(void **state)
{
    (void)state;
    look();
    assert_true(plan(0));
    assert_true(j.thing == GLASS && j.space == 0 && !j.stopover);
    assert_true(j.come.y < -0.1 && fabs(j.come.y) > 3 * fabs(j.come.x)); /* the hand comes from the front */
    assert_true(j.release.p.z > 0.94);
    assert_true(goes_in(GLASS));
}

static void into_a_full_cabinet_nothing_goes(void **state)
{
    (void)state;
    look();
    b.things[BLOCK].at.p = vec_of(0.44, 0.58, 0.945);
    assert_false(plan(0));
    assert_false(plan(4));
}

/* Between two cans there is no room for a hand that leans. */
static void crowd(void)
{
    look();
    b.things[CAN_1].at.p.x = 0.49 + 0.07;
    b.things[CAN_2].at.p.x = 0.49 - 0.07;
}

static void what_stands_too_close_goes_by_way_of_the_worktop(void **state)
{
    (void)state;
    crowd();
    assert_true(plan(0));
    assert_true(j.thing == GLASS && j.stopover && j.space == -1);
    assert_true(vec_distance(j.release.p, b.things[GLASS].at.p) > 0.06 && j.release.p.z < 0.92);
    b.things[GLASS].at = j.release; /* and from there right in */
    assert_true(plan(0));
    assert_true(!j.stopover && goes_in(GLASS));
}

/* To look for more than the way in is dear: often tried, it is done every fourth time. */
static void after_many_attempts_it_looks_less_far(void **state)
{
    (void)state;
    crowd();
    assert_false(plan(9));
    assert_true(plan(12) && j.stopover);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_free_goes_right_in),
        cmocka_unit_test(into_a_full_cabinet_nothing_goes),
        cmocka_unit_test(what_stands_too_close_goes_by_way_of_the_worktop),
        cmocka_unit_test(after_many_attempts_it_looks_less_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
