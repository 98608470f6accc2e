/* The oracle about doors and drawers: what it reads of furniture, what a shut one bars, which comes next, what stands in its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "access.h"
#include "hand.h"
#include "heights.h"
#include "plan.h"

#include <string.h>

/* A drawer that opens towards -y, and a door hinged at x = 1.2 before a space: both fronts at y = .4. */
static const char objects[] =
    "object 0 fork kind=fork size=large category=cutlery present=1 footprint=0.1 height=0.0145 mass=0.06\n"
    "object 1 can kind=can size=small category=rubbish present=1 footprint=0.03 height=0.1 mass=0.1\n"
    "part 0 chest drawer slide 0.46 0.41 0.07 0 -1 0 0 0.26 0.46 0.55 0.07 0.22 0.14 0.06 layer=-1\n"
    "part 1 fridge door hinge 1.2 0.4 0 0 0 1 0 1.5 1.0 0.42 0.25 0.2 0.02 0.22 layer=-1\n"
    "space chest tray 0 -1 0.46 0.56 0.08 1 0 0 0 0.2 0.12 0.05\n"
    "space fridge inside -1 1 1.0 0.6 0.2 1 0 0 0 0.17 0.13 0.16\n"
    "handle 0 0.46 0.36 0.11 1 0 0\n"
    "handle 1 0.9 0.36 0.44 1 0 0\n"
    "solid chest -1 0.46 0.57 0.14 1 0 0 0 0.23 0.15 0.007\n"
    "solid chest 0 0.46 0.41 0.07 1 0 0 0 0.22 0.01 0.06\n"
    "region worktop 0.5 -0.2 0 0.2 0.2 0.1\n";
static const char carry_fork[] =
    "literal 0 -1 inside fork chest/tray\nliteral 1 -1 closed chest/drawer\n";

static belief b;

static void look(const char *goal, double drawer, double leaf, double fork_y, double can_y)
{
    const float poses[14] = {0.46F, (float)fork_y, 0.03F, 1, 0, 0, 0,
                             0.46F, (float)can_y,  0,     1, 0, 0, 0};
    const float still[12] = {0}, parts[2] = {(float)drawer, (float)leaf};
    memset(&b, 0, sizeof b);
    assert_true(belief_read_objects(&b, objects));
    assert_true(belief_read_goal(&b, goal));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, parts);
}

static void reads_furniture(void **state)
{
    (void)state;
    look("", 0, 0, -0.2, -0.3);
    assert_int_equal(b.furniture.n_spaces, 2);
    assert_int_equal(b.furniture.n_solids, 2);
    assert_int_equal(belief_find_space(&b, "fridge/inside"), 1);
    assert_int_equal(belief_find_part(&b, "fridge/door"), 1);
    assert_int_equal(belief_find_part(&b, "fridge/doors"), -1);
    assert_true(vec_norm(vec_sub(furniture_handle(&b.furniture, 1)->pos, vec_of(0.9, 0.36, 0.44))) <
                1e-9);
    assert_null(furniture_handle(&b.furniture, 2));
    assert_non_null(thing_site(&b.things[0], "hull_1")); /* cutlery is slender among furniture */
    furniture broken = {.n_spaces = 0};
    bool good = true;
    assert_true(furniture_read_line(&broken, "space chest tray 0 -1 0.46 0.56", &good));
    assert_false(good);
    assert_false(furniture_read_line(&broken, "region worktop 0 0 0 1 1 1", &good));
}

/* The space in a drawer and its solids go where the drawer goes. */
static void a_drawer_takes_its_space_along(void **state)
{
    (void)state;
    look("", 0, 0, 0.55, -0.3);
    assert_true(space_holds(&b, 0, 0));
    assert_true(furniture_distance(&b.furniture, &b.parts, vec_of(0.46, 0.41, 0.07), -1) < 0);
    assert_true(furniture_distance(&b.furniture, &b.parts, vec_of(0.46, 0.41, 0.07), 0) > 0.05);
    look("", 0.26, 0, 0.55, -0.3);
    assert_false(space_holds(&b, 0, 0));
    assert_true(fabs(space_now(&b, 0).p.y - 0.30) < 1e-6);
    assert_true(furniture_distance(&b.furniture, &b.parts, vec_of(0.46, 0.41, 0.07), -1) > 0.05);
    assert_true(furniture_distance(&b.furniture, &b.parts, vec_of(0.46, 0.15, 0.07), -1) < 0);
}

static void a_shut_one_is_opened_first(void **state)
{
    access_move next;
    (void)state;
    look(carry_fork, 0, 0, -0.2, -0.3);
    assert_true(access_bars(&b, &b.literals[0]));
    assert_true(access_to_clear(&b, &next));
    assert_true(next.part == 0 && next.opening);
    assert_false(access_to_serve(&b, &next));
    look(carry_fork, 0.12, 0, -0.2, -0.3); /* half open is not open */
    assert_true(access_to_clear(&b, &next));
    look(carry_fork, 0.25, 0, -0.2, -0.3);
    assert_false(access_bars(&b, &b.literals[0]));
    assert_false(access_to_clear(&b, &next));
    look("literal 0 -1 inside fork fridge/inside\n", 0, 0.5, -0.2, -0.3);
    assert_true(access_to_clear(&b, &next) && next.part == 1);
    look("literal 0 -1 inside fork fridge/inside\n", 0, 1.4, -0.2, -0.3);
    assert_true(!access_to_clear(&b, &next) && space_is_open(&b, 1));
}

/* What lies in it and is wanted elsewhere bars as well; what lies in its place does not. */
static void what_is_in_it_counts(void **state)
{
    access_move next;
    (void)state;
    look("literal 0 -1 in_region fork worktop\n", 0, 0, 0.55, -0.3);
    assert_true(access_bars(&b, &b.literals[0]) && access_to_clear(&b, &next));
    look("literal 0 -1 inside fork chest/tray\n", 0.1, 0, 0.45, -0.3);
    assert_false(access_to_clear(&b, &next));
}

static void shut_comes_last(void **state)
{
    access_move next;
    (void)state;
    look("literal 0 -1 inside fork chest/tray\nliteral 0 -1 closed chest/drawer\n", 0.25, 0, -0.2,
         -0.3);
    assert_false(access_to_serve(&b, &next));
    look("literal 1 -1 inside fork chest/tray\nliteral 0 -1 closed chest/drawer\n", 0.25, 0, 0.3,
         -0.3);
    assert_true(access_to_serve(&b, &next) && next.part == 0 && !next.opening);
    look("literal 0 -1 inside can fridge/inside\nliteral 0 -1 closed chest/drawer\n", 0.25, 0, 0.3,
         -0.3);
    assert_true(access_to_serve(&b, &next)); /* that is another one's work */
    look("literal 0 -1 open fridge/door\n", 0, 0, -0.2, -0.3);
    assert_true(access_to_serve(&b, &next) && next.part == 1 && next.opening);
}

/* A can before the drawer that is wanted elsewhere is carried away first; one that belongs there is not waited for. */
static void what_stands_in_the_way_goes_first(void **state)
{
    access_move next;
    (void)state;
    look("literal 0 -1 inside fork chest/tray\nliteral 0 -1 in_region can worktop\n", 0, 0, -0.4,
         0.25);
    assert_false(access_to_clear(&b, &next));
    look("literal 0 -1 inside fork chest/tray\nliteral 0 -1 in_region can worktop\n", 0, 0, -0.4,
         -0.1);
    assert_true(access_to_clear(&b, &next));
    look("literal 0 -1 inside fork chest/tray\nliteral 1 -1 in_region can worktop\n", 0, 0, -0.4,
         0.25);
    assert_true(access_to_clear(&b, &next));
}

/* What lies in a drawer and is wanted elsewhere comes out before other things fall on it. */
static void what_must_come_out_is_known(void **state)
{
    (void)state;
    look("literal 0 -1 in_region fork worktop\n", 0.26, 0, 0.30, -0.3);
    assert_true(access_goes_out(&b, 0));
    assert_false(access_goes_out(&b, 1));
    look("literal 1 -1 in_region fork worktop\n", 0.26, 0, 0.30, -0.3);
    assert_false(access_goes_out(&b, 0));
    look("literal 0 -1 in_region fork worktop\n", 0.26, 0, -0.2, -0.3); /* it lies before the drawer */
    assert_false(access_goes_out(&b, 0));
    look("literal 0 -1 inside fork chest/tray\n", 0.26, 0, 0.30, -0.3);
    assert_false(access_goes_out(&b, 0));
}

/* On its edge a fork is as high as it is thick, not as long. */
static void cutlery_on_its_edge_is_low(void **state)
{
    double lo, hi;
    (void)state;
    look("", 0, 0, -0.2, -0.3);
    const pose flat = {vec_of(0, 0, 1), quat_identity()},
               on_edge = {vec_of(0, 0, 1), quat_about(vec_of(1, 0, 0), PI / 2)},
               on_end = {vec_of(0, 0, 1), quat_about(vec_of(0, 1, 0), PI / 2)};
    thing_z_extent(&b.things[0], flat, &lo, &hi);
    assert_true(fabs(lo - 1) < 1e-9 && fabs(hi - 1.0145) < 1e-9);
    thing_z_extent(&b.things[0], on_edge, &lo, &hi);
    assert_true(fabs(hi - lo - 0.028) < 1e-9);
    thing_z_extent(&b.things[0], on_end, &lo, &hi);
    assert_true(fabs(hi - lo - 0.2) < 1e-9);
}

/* An empty hand passes over what is higher than usual and stands on its way, over nothing else. */
static void the_way_across_goes_over_what_is_high(void **state)
{
    (void)state;
    look("", 0, 0, -0.2, -0.3);
    const vec from = vec_of(0.3, -0.3, 0.3), to = vec_of(0.6, -0.3, 0), other = vec_of(0.3, 0.1, 0);
    const double usual = height_of_travel(&b);
    assert_true(fabs(height_of_way(&b, from, to, -1) - usual) < 1e-9);
    b.things[1].height = 0.3;
    assert_true(height_of_way(&b, from, to, -1) > 0.32);
    assert_true(fabs(height_of_way(&b, from, to, 1) - usual) < 1e-9);
    assert_true(fabs(height_of_way(&b, from, other, -1) - usual) < 1e-9);
    b.things[1].at.p.z = 0.5; /* it hangs, or stands on a shelf */
    assert_true(fabs(height_of_way(&b, from, to, -1) - usual) < 1e-9);
}

static void the_way_out_is_through_the_door(void **state)
{
    (void)state;
    look("", 0, 0, -0.2, -0.3);
    const vec out = access_way_out(&b, 1);
    assert_true(fabs(out.x) < 1e-9 && out.y < -0.9 && fabs(out.z) < 1e-9);
}

/* A tray behind a door that drops, hinged at y = .6, with a rack on it; a basin let into the table. */
static const char dishwasher[] =
    "object 0 plate kind=plate size=large category=dish present=1 footprint=0.1 height=0.03 mass=0.3\n"
    "object 1 rack kind=dish_rack size=large category=container present=1 footprint=0.23 height=0.12 mass=2.4\n"
    "part 0 machine door hinge 0.4 0.65 0.03 1 0 0 0 1.57 0.4 0.65 0.2 0.23 0.01 0.15 layer=-1\n"
    "part 1 machine pullout slide 0.4 0.9 0.05 0 -1 0 0 0.47 0.4 0.9 0.06 0.15 0.2 0.02 layer=-1\n"
    "space machine tub 1 0 0.4 0.9 0.19 1 0 0 0 0.15 0.2 0.135\n"
    "space sink basin -1 -1 0.4 -0.2 -0.065 1 0 0 0 0.18 0.23 0.065\n"
    "handle 0 0.4 0.65 0.385 1 0 0\n"
    "handle 1 0.4 0.67 0.11 1 0 0\n"
    "region worktop 0.5 -0.2 0 0.2 0.2 0.1\n";

static void look_at_dishwasher(const char *goal, double leaf, double tray, double plate_y)
{
    const float poses[14] = {0.40F, (float)plate_y,        0.1F,  1, 0, 0, 0,
                             0.40F, (float)(0.90 - tray), 0.06F, 1, 0, 0, 0};
    const float still[12] = {0}, parts[2] = {(float)leaf, (float)tray};
    memset(&b, 0, sizeof b);
    assert_true(belief_read_objects(&b, dishwasher));
    assert_true(belief_read_goal(&b, goal));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, parts);
}

/* Door down, then the tray out; the tray in, then the door up. What goes into a rack on the tray goes that way, too. */
static void a_drawer_behind_a_door(void **state)
{
    static const char goal[] = "literal 0 -1 in_slot plate rack\nliteral 1 -1 closed machine/door\n"
                               "literal 1 -1 closed machine/pullout\n",
                      done[] = "literal 1 -1 in_slot plate rack\nliteral 0 -1 closed machine/door\n"
                               "literal 0 -1 closed machine/pullout\n";
    access_move next;
    (void)state;
    look_at_dishwasher(goal, 0, 0, -0.2);
    assert_true(access_bars(&b, &b.literals[0]) && !space_is_open(&b, 0));
    assert_true(access_to_clear(&b, &next) && next.part == 0 && next.opening);
    look_at_dishwasher(goal, 1.2, 0, -0.2); /* not all the way down: the tray would run into it */
    assert_true(access_to_clear(&b, &next) && next.part == 0);
    look_at_dishwasher(goal, 1.56, 0, -0.2);
    assert_true(access_bars(&b, &b.literals[0]));
    assert_true(access_to_clear(&b, &next) && next.part == 1 && next.opening);
    look_at_dishwasher(goal, 1.56, 0.46, -0.2);
    assert_true(space_is_open(&b, 0) && !access_bars(&b, &b.literals[0]));
    assert_false(access_to_clear(&b, &next));
    assert_false(access_to_serve(&b, &next));
    look_at_dishwasher(done, 1.56, 0.46, 0.44);
    assert_true(access_to_serve(&b, &next) && next.part == 1 && !next.opening);
    look_at_dishwasher(done, 1.56, 0, 0.9);
    assert_true(access_to_serve(&b, &next) && next.part == 0 && !next.opening);
    assert_false(access_has_door(&b)); /* nothing is taken in through an opening */
}

/* A basin is open, and the hand gets down into it, but not through its neighbour, the worktop. */
static void a_hand_gets_into_a_basin(void **state)
{
    const quat down = {0, 1, 0, 0};
    const pose in = {vec_of(0.4, -0.2, -0.05), down}, beside = {vec_of(0.4, 0.2, -0.05), down};
    (void)state;
    look_at_dishwasher("", 0, 0, 0.9);
    assert_true(space_is_basin(&b, 1) && !space_is_basin(&b, 0) && space_is_open(&b, 1));
    assert_true(hand_clearance(&b, in, 0.04, -1, -1) > 0.02);
    assert_true(hand_clearance(&b, beside, 0.04, -1, -1) < 0);
}

/* Something has come to lie where the plate was to be let go. */
static void a_place_in_the_basin_may_be_taken(void **state)
{
    job j = {.thing = 0, .space = 1, .release = {vec_of(0.4, -0.2, -0.12), quat_identity()}};
    (void)state;
    look_at_dishwasher("", 0, 0, 0.3);
    assert_false(plan_place_is_taken(&b, &j));
    b.things[1].at.p = vec_of(0.42, -0.18, -0.13);
    assert_true(plan_place_is_taken(&b, &j));
    j.space = 0;
    assert_false(plan_place_is_taken(&b, &j));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_furniture),
        cmocka_unit_test(a_drawer_takes_its_space_along),
        cmocka_unit_test(a_shut_one_is_opened_first),
        cmocka_unit_test(what_is_in_it_counts),
        cmocka_unit_test(shut_comes_last),
        cmocka_unit_test(what_stands_in_the_way_goes_first),
        cmocka_unit_test(what_must_come_out_is_known),
        cmocka_unit_test(cutlery_on_its_edge_is_low),
        cmocka_unit_test(the_way_across_goes_over_what_is_high),
        cmocka_unit_test(the_way_out_is_through_the_door),
        cmocka_unit_test(a_drawer_behind_a_door),
        cmocka_unit_test(a_hand_gets_into_a_basin),
        cmocka_unit_test(a_place_in_the_basin_may_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
