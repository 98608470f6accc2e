/* What the oracle works out about lids and stacks: what comes first, what must come off, on top of what. */
#include "cover.h"
#include "stack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static belief known;

/* A box with an opening, its lid, a lemon; two plates of which one stands in the region. */
static const char objects[] =
    "object 0 box kind=food_box size=large category=container present=1 footprint=0.13 height=0.1 mass=0.4\n"
    "site 0 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 0 cavity box 0 0 0.05 1 0 0 0 0.07 0.09 0.045\n"
    "site 0 cell_1 box 0 0 0.074 1 0 0 0 0.06 0.08 0.003\n"
    "object 1 lid kind=food_lid size=large category=container present=1 footprint=0.13 height=0.046 mass=0.1\n"
    "site 1 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 1 grasp_bar point 0 0 0.04 0 1 0 0 0 0 0\n"
    "grasp 1 bar site=grasp_bar symmetry=flip width=0.012\n"
    "object 2 lemon kind=lemon size=small category=food present=1 footprint=0.04 height=0.05 mass=0.1\n"
    "site 2 base point 0 0 0 1 0 0 0 0 0 0\n"
    "object 3 plate_1 kind=plate size=small category=dish present=1 footprint=0.1 height=0.035 mass=0.2\n"
    "site 3 base point 0 0 0 1 0 0 0 0 0 0\n"
    "object 4 plate_2 kind=plate size=small category=dish present=1 footprint=0.1 height=0.035 mass=0.2\n"
    "site 4 base point 0 0 0 1 0 0 0 0 0 0\n"
    "object 5 rack kind=rack size=large category=container present=1 footprint=0.2 height=0.1 mass=2\n"
    "site 5 cell_1 point 0.1 0 0.01 1 0 0 0 0 0 0\n"
    "region stack 0.4 0.3 0.9 0.11 0.11 0.06\n";
enum { BOX, LID, LEMON, PLATE_1, PLATE_2, RACK, THINGS };

static void know(const char *goal)
{
    float at[7 * THINGS] = {0}, velocity[6 * THINGS] = {0};
    memset(&known, 0, sizeof known);
    for (int i = 0; i < THINGS; i++) {
        at[7 * i] = (float)(1 + i);
        at[7 * i + 2] = .9f;
        at[7 * i + 3] = 1;
    }
    assert_true(belief_read_objects(&known, objects));
    assert_true(belief_read_goal(&known, goal));
    belief_read_motion(&known, at, velocity);
}

static void put(int thing_index, double x, double y, double z)
{
    known.things[thing_index].at.p = vec_of(x, y, z);
}

static const char wanted[] = "literal 0 -1 inside lemon box\nliteral 0 -1 in_cell lid box\n"
                             "literal 0 -1 in_cell plate_1 rack\n";

static void a_cover_waits_for_what_goes_in(void **state)
{
    (void)state;
    know(wanted);
    assert_true(cover_waits(&known, &known.literals[1]));
    assert_false(cover_waits(&known, &known.literals[0]));
    assert_false(cover_waits(&known, &known.literals[2])); /* a rack's cell is no opening */
    known.literals[0].holds = true;
    assert_false(cover_waits(&known, &known.literals[1]));
}

static void a_lid_comes_off_for_what_goes_in(void **state)
{
    (void)state;
    know(wanted);
    assert_int_equal(cover_first(&known, &known.literals[0]), -1); /* it lies elsewhere */
    put(LID, 1.01, 0, .979);
    assert_int_equal(cover_first(&known, &known.literals[0]), LID);
    assert_int_equal(cover_first(&known, &known.literals[1]), -1);
    put(LID, 1.01, 0, 1.1); /* held high above */
    assert_int_equal(cover_first(&known, &known.literals[0]), -1);
    put(LEMON, 1.0, 0, .91); /* what lies inside is no lid */
    assert_int_equal(cover_first(&known, &known.literals[0]), -1);
}

static void plates_go_on_their_like(void **state)
{
    (void)state;
    know("literal 0 -1 inside plate_2 stack\nliteral 0 -1 in_region plate_2 stack\n");
    const region whole = stack_top(&known, &known.literals[0], PLATE_2, 0);
    assert_true(whole.half.x > .1 && fabs(whole.pos.z - .9) < 1e-9);
    put(LEMON, .4, .3, .9); /* not its like */
    assert_true(stack_top(&known, &known.literals[0], PLATE_2, 0).half.x > .1);
    put(PLATE_1, .41, .29, .9);
    const region top = stack_top(&known, &known.literals[0], PLATE_2, 0);
    assert_true(fabs(top.pos.x - .41) < 1e-9 && fabs(top.pos.y - .29) < 1e-9);
    assert_true(fabs(top.pos.z - .935) < 1e-6 && top.half.x < 1e-9);
    assert_true(stack_top(&known, &known.literals[1], PLATE_2, 0).half.x > .1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cover_waits_for_what_goes_in),
        cmocka_unit_test(a_lid_comes_off_for_what_goes_in),
        cmocka_unit_test(plates_go_on_their_like),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
