/* The oracle behind doors: where a thing may stand there, which way up, and how an arm that is wound up comes home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "cells.h"
#include "unwind.h"

#include <string.h>

/* A space behind a door whose front is at y = .4, and a can and a box of tea. */
static const char objects[] =
    "object 0 can kind=can size=small category=food present=1 footprint=0.03 height=0.1 mass=0.1\n"
    "object 1 tower kind=tower size=small category=food present=1 footprint=0.03 height=0.4 mass=0.1\n"
    "part 0 fridge door hinge 1.2 0.4 0 0 0 1 0 1.5 1.0 0.42 0.25 0.2 0.02 0.22 layer=-1\n"
    "space fridge inside -1 0 1.0 0.6 0.2 1 0 0 0 0.17 0.13 0.16\n"
    "handle 0 0.9 0.36 0.44 1 0 0\n";

static belief b;

static void look(quat can)
{
    const float poses[14] = {0.5F, -0.2F, 0.1F, (float)can.w, (float)can.x, (float)can.y, (float)can.z, 0, 0, 0, 1, 0, 0, 0};
    const float still[12] = {0}, parts[1] = {1.4F};
    memset(&b, 0, sizeof b);
    assert_true(belief_read_objects(&b, objects));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, parts);
}

static void cells_lie_in_the_space_and_are_left_by_the_front(void **state)
{
    (void)state;
    cell cells[MAX_CELLS];
    look(quat_identity());
    const int n = list_cells(&b, 0, 0, cells);
    assert_true(n > 10 && n <= MAX_CELLS);
    for (int i = 0; i < n; i++) {
        assert_true(fabs(cells[i].at.x - 1.0) < 0.17 - 0.03 && fabs(cells[i].at.y - 0.6) < 0.13 - 0.03);
        assert_true(fabs(cells[i].at.z - 0.04) < 1e-9);
        assert_true(fabs(cells[i].come.x) < 1e-9 && cells[i].at.y + cells[i].come.y < 0.4 - 0.03); /* out of the front */
        assert_true(i == 0 || cells[i].cost >= cells[i - 1].cost);
    }
    assert_true(cells[0].at.y > 0.65 && fabs(cells[0].at.x - 1.0) > 0.1); /* deep and at a side */
    assert_int_equal(list_cells(&b, 1, 0, cells), 0);                     /* too high for it */
}

static void what_stands_keeps_its_way_up(void **state)
{
    (void)state;
    const quat over = quat_about(vec_of(1, 0, 0), PI), lying = quat_about(vec_of(1, 0, 0), PI / 2);
    cell cells[MAX_CELLS];
    spot spots[CELL_TURNS];
    const struct {
        quat q;
        double up;
        bool stands;
    } ways[] = {{quat_identity(), 1, true}, {over, -1, true}, {lying, 1, false}};
    for (int k = 0; k < 3; k++) {
        look(ways[k].q);
        assert_int_equal(thing_stands(&b.things[0]), ways[k].stands);
        assert_true(list_cells(&b, 0, 0, cells) > 0);
        assert_int_equal(spots_in_cell(&b, 0, &cells[0], spots), CELL_TURNS);
        for (int i = 0; i < CELL_TURNS; i++) {
            double lo, hi;
            thing_z_extent(&b.things[0], spots[i].release, &lo, &hi);
            assert_true(fabs(pose_axis_z(spots[i].release).z - ways[k].up) < 1e-6);
            assert_true(lo > 0.04 && lo < 0.05 && hi < 0.36); /* on its floor, under its ceiling */
        }
    }
}

/* A drawer that stands open, with a fork in it, and a knife before it. */
static const char drawer[] =
    "object 0 fork kind=fork size=large category=cutlery present=1 footprint=0.1 height=0.0145 mass=0.06\n"
    "object 1 knife kind=knife size=large category=cutlery present=1 footprint=0.1 height=0.0145 mass=0.06\n"
    "part 0 chest drawer slide 0.46 0.41 0.07 0 -1 0 0 0.26 0.46 0.55 0.07 0.22 0.14 0.06 layer=-1\n"
    "space chest tray 0 -1 0.46 0.56 0.08 1 0 0 0 0.2 0.12 0.05\n";

/* On the floor beside what lies there already, not across it. */
static void cutlery_goes_side_by_side(void **state)
{
    (void)state;
    static spot spots[MAX_SPOTS];
    const float poses[14] = {0.46F, 0.30F, 0.03F, 1, 0, 0, 0, 0.46F, -0.2F, 0, 1, 0, 0, 0}, still[12] = {0}, parts[1] = {0.26F};
    int receptacle, beside = 0, across = 0;
    memset(&b, 0, sizeof b);
    assert_true(belief_read_objects(&b, drawer));
    assert_true(belief_read_goal(&b, "literal 0 -1 inside knife chest/tray\n"));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, parts);
    const int n = list_spots(&b, &b.literals[0], 1, &receptacle, spots);
    sort_spots(spots, n);
    for (int i = 0; i < n; i++) {
        double lo, hi;
        const vec off = vec_sub(spots[i].release.p, b.things[0].at.p), along = quat_rotate(spots[i].release.q, vec_of(1, 0, 0));
        thing_z_extent(&b.things[1], spots[i].release, &lo, &hi);
        const bool level = lo < 0.03 + 0.0125, parallel = fabs(along.x) > 0.99;
        assert_true(!parallel || fabs(off.y) > 0.028 || !level); /* both lie along x: one on the other, or beside it */
        beside += parallel && level;
        across += !level;
    }
    assert_true(beside > 0 && across > 0);
    double lo, hi;
    thing_z_extent(&b.things[1], spots[0].release, &lo, &hi);
    assert_true(lo < 0.03 + 0.0125); /* the cheapest of all lies on the floor */
}

static void wind(const double turns[DOF])
{
    look(quat_identity());
    b.table_z = -1;
    b.things[0].present = b.things[1].present = false; /* nothing is in its way */
    for (int i = 0; i < DOF; i++) {
        b.joints[i] = reach_home[i] + turns[i];
    }
}

static void a_wound_arm_comes_home(void **state)
{
    (void)state;
    static const double none[DOF] = {0}, wound[DOF] = {0, 0, 1.4, 0, 0, 0, -1.5};
    const pose rest = reach_tool(reach_home);
    unwind u;
    motion m;
    wind(none);
    b.base = (pose){vec_of(0, 0, 0), quat_identity()};
    assert_false(unwind_is_wanted(&b, rest));
    wind(wound);
    b.base = (pose){vec_of(0, 0, 0), quat_identity()};
    assert_true(unwind_is_wanted(&b, rest));
    assert_true(unwind_start(&u, &b, rest));
    motion_start(&m, reach_tool(b.joints));
    int steps = 1;
    while (unwind_step(&u, &b, &m, 0.05) == SKILL_BUSY) {
        steps++;
    }
    assert_true(steps > 30 && steps < 100); /* no faster than .8 rad/s */
    assert_true(vec_distance(m.at.p, rest.p) < 0.003 && quat_angle(m.at.q, rest.q) < 0.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_lie_in_the_space_and_are_left_by_the_front),
        cmocka_unit_test(what_stands_keeps_its_way_up),
        cmocka_unit_test(cutlery_goes_side_by_side),
        cmocka_unit_test(a_wound_arm_comes_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
