/* The oracle about bags: what waits for one that lies, and how a thing at its wall is brought away from there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "bag.h"
#include "nudge.h"
#include "plan.h"
#include "reach.h"

#include <string.h>

static const char objects[] =
    "object 0 bag kind=paper_bag size=medium category=container present=1 footprint=0.199 height=0.165 mass=0.08\n"
    "site 0 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 0 cavity box 0 0 0.0865 1 0 0 0 0.15 0.12 0.0785\n"
    "object 1 tea kind=tea_box size=small category=food present=1 footprint=0.0395 height=0.09 mass=0.1\n"
    "site 1 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 1 up point 0 0 0.074 0 1 0 0 0 0 0\n"
    "grasp 1 up site=up symmetry=flip width=0.05\n"
    "object 2 ball kind=apple size=small category=food present=1 footprint=0.032 height=0.061 mass=0.12\n"
    "site 2 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 2 up point 0 0 0.03 0 1 0 0 0 0 0\n"
    "grasp 2 up site=up symmetry=ring width=0.061\n";

static const char goal[] = "literal 0 -1 in_region tea left\n"
                           "literal 0 -1 inside ball bag\n"
                           "literal 0 -1 upright bag 0.17\n";
static const double bag_x = .48, table_z = .75, floor_z = .758;

static belief b;

/* The bag stands or lies (its mouth to the left); tea and ball where they are said to be, upright. */
static void look(bool lies, vec tea, vec ball)
{
    const float c = lies ? -.70710678F : 0;
    const float poses[21] = {(float)bag_x,
                             0,
                             lies ? .875F : .75F,
                             lies ? .70710678F : 1,
                             c,
                             0,
                             0,
                             (float)tea.x,
                             (float)tea.y,
                             (float)tea.z,
                             1,
                             0,
                             0,
                             0,
                             (float)ball.x,
                             (float)ball.y,
                             (float)ball.z,
                             1,
                             0,
                             0,
                             0};
    const float still[18] = {0};
    memset(&b, 0, sizeof b);
    assert_true(belief_read_objects(&b, objects));
    assert_true(belief_read_goal(&b, goal));
    belief_read_motion(&b, poses, still);
    b.table_z = table_z;
    b.base = (pose){vec_of(0, 0, table_z), quat_identity()};
    memcpy(b.joints, reach_home, sizeof b.joints);
    b.tool = (pose){vec_of(.4, 0, table_z + .4), (quat){0, 1, 0, 0}};
}

static const vec away = {.46, .38, .75}, off = {.46, -.38, .75};

static void what_has_to_do_with_a_lying_bag_waits(void **state)
{
    (void)state;
    look(true, vec_of(.48, .05, .80), off);
    assert_true(bag_is_down(&b, 0));
    assert_true(bag_bars(&b, &b.literals[0]));  /* tea lies in it */
    assert_true(bag_bars(&b, &b.literals[1]));  /* the ball shall go into it */
    assert_false(bag_bars(&b, &b.literals[2])); /* to set it up does not wait */
    look(true, away, off);
    assert_false(bag_bars(&b, &b.literals[0]));
    look(false, vec_of(.48, .05, floor_z), off);
    assert_false(bag_is_down(&b, 0));
    assert_false(bag_bars(&b, &b.literals[0]));
    assert_false(bag_bars(&b, &b.literals[1]));
}

static void what_is_in_its_place_has_only_to_come_to_rest(void **state)
{
    (void)state;
    look(false, away, vec_of(.48, .05, floor_z));
    assert_true(bag_settles(&b, &b.literals[1]));
    assert_false(bag_settles(&b, &b.literals[0])); /* it shall go elsewhere */
    assert_true(bag_settles(&b, &b.literals[2]));
    look(false, away, off);
    assert_false(bag_settles(&b, &b.literals[1]));
    look(true, away, vec_of(.48, .05, floor_z));
    assert_false(bag_settles(&b, &b.literals[1]));
    assert_false(bag_settles(&b, &b.literals[2]));
}

static vec way_of(const nudge *n)
{
    return vec_sub(n->way[3].p, n->way[2].p);
}

/* Tea that touches the wall on the left is taken away from it, by more than what stands is narrow: it topples. */
static void tea_goes_away_from_the_wall(void **state)
{
    nudge n;
    (void)state;
    look(false, vec_of(.48, .095, floor_z), off);
    assert_false(plan_could_take(&b, 1, 0));
    assert_true(nudge_start(&n, &b, 1, 0));
    assert_true(way_of(&n).y < 0);
    assert_true(vec_norm(way_of(&n)) > .06);
    assert_true(fabs(b.things[1].at.p.y - .095) < 1e-6); /* put back in the belief */
}

/* A ball in a corner rolls: the tip starts behind its middle and goes about twice as far. */
static void a_ball_rolls_out_of_its_corner(void **state)
{
    nudge n;
    (void)state;
    look(false, away, vec_of(.48 - .118, .088, floor_z));
    assert_true(nudge_start(&n, &b, 2, 2)); /* brushing the wall */
    const vec way = way_of(&n), tip = vec_along(n.way[2].p, pose_axis_z(n.way[2]), .009),
              start = vec_sub(tip, pose_apply(b.things[2].at, vec_of(0, 0, .03)));
    assert_true(way.x > 0 || way.y < 0);
    assert_true(start.x * way.x + start.y * way.y < 0);
    assert_true(vec_norm(way) > .05 && vec_norm(way) < .09);
}

/* Nothing is pressed down without end: a tip that lags behind goes along from there. */
static void pressing_ends_when_it_is_felt(void **state)
{
    nudge n;
    motion m;
    double width = .08;
    (void)state;
    look(false, vec_of(.48, .095, floor_z), off);
    assert_true(nudge_start(&n, &b, 1, 0));
    motion_start(&m, n.way[2]);
    n.at = 2;
    const double lowest = n.way[2].p.z;
    m.at.p.z = lowest + .010;
    b.tool = m.at;
    b.tool.p.z += .005; /* something holds it up */
    assert_int_equal(nudge_step(&n, &b, &m, &width, .05), SKILL_BUSY);
    assert_int_equal(n.at, 3);
    assert_true(width == 0);
    assert_true(fabs(n.way[3].p.z - m.at.p.z) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_to_do_with_a_lying_bag_waits),
        cmocka_unit_test(what_is_in_its_place_has_only_to_come_to_rest),
        cmocka_unit_test(tea_goes_away_from_the_wall),
        cmocka_unit_test(a_ball_rolls_out_of_its_corner),
        cmocka_unit_test(pressing_ends_when_it_is_felt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
