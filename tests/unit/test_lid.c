/* The oracle about lids: what it reads of flaps, where a flap is, which comes next, what a shut one bars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "lid.h"
#include "plan.h"

#include <string.h>

static const char objects[] =
    "object 0 carton kind=carton size=medium category=container present=1 footprint=0.24 height=0.177 mass=0.21\n"
    "site 0 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 0 cavity box 0 0 0.084 1 0 0 0 0.15 0.11 0.08\n"
    "object 1 can kind=can size=small category=rubbish present=1 footprint=0.028 height=0.098 mass=0.08\n"
    "object 2 glass kind=glass size=small category=dish present=1 footprint=0.03 height=0.108 mass=0.17\n"
    "part 0 carton left hinge -0.15 0 0.17 0 -1 0 -0.3 2.7 -0.1 0 0.17 0.05 0.1 0.0025 layer=0\n"
    "part 1 carton right hinge 0.15 0 0.17 0 1 0 -0.3 2.7 0.1 0 0.17 0.05 0.1 0.0025 layer=0\n"
    "part 2 carton front hinge 0 -0.11 0.175 1 0 0 -0.3 2.7 0 -0.06 0.175 0.15 0.05 0.0025 layer=1\n"
    "part 3 carton back hinge 0 0.11 0.175 -1 0 0 -0.3 2.7 0 0.06 0.175 0.15 0.05 0.0025 layer=1\n";

static belief b;

static void look(const char *goal, const float *flaps, double can_x)
{
    const float poses[21] = {0, 0,     0,     1, 0, 0, 0, (float)can_x, 0, 0.01F, 1, 0, 0, 0,
                             0, 0.05F, 0.01F, 1, 0, 0, 0};
    const float still[18] = {0};
    memset(&b, 0, sizeof b);
    assert_true(belief_read_objects(&b, objects));
    assert_true(belief_read_goal(&b, goal));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, flaps);
}

static const float wide[] = {2.1F, 2.1F, 2.1F, 2.1F}, shut[] = {0, 0, 0, 0};

static void reads_parts(void **state)
{
    (void)state;
    look("", wide, 1);
    assert_int_equal(b.parts.n, 4);
    assert_string_equal(b.parts.list[3].name, "back");
    assert_int_equal(b.parts.list[3].thing, 0);
    assert_int_equal(b.parts.list[3].layer, 1);
    thing_parts broken = {.n = 0};
    assert_false(
        parts_read_line(&broken, "part 1 carton left hinge 0 0 0 0 -1 0 0 1 0 0 0 0 0 0 layer=0"));
    assert_false(
        parts_read_line(&broken, "part 0 carton left hinge 0 0 0 0 -1 0 0 1 0 0 0 0 0 layer=0"));
}

/* The edge of a flap at some angles, by hand. */
static void knows_where_a_flap_is(void **state)
{
    (void)state;
    look("", wide, 1);
    const pose turned = {vec_of(0.5, 0.2, 0.75), quat_about(vec_of(0, 0, 1), PI / 2)};
    for (int i = 0; i < 4; i++) {
        const flap_view v = part_view(&b.parts.list[i], turned);
        const vec middle = vec_of(0.5, 0.2, v.hinge.z);
        assert_true(fabs(v.length - 0.1) < 1e-9);
        assert_true(fabs(v.width - (i < 2 ? 0.2 : 0.3)) < 1e-9);
        const vec flat = vec_along(v.hinge, flap_along(&v, 0), v.length),
                  up = vec_along(v.hinge, flap_along(&v, PI / 2), v.length);
        assert_true(vec_distance(flat, middle) < vec_distance(v.hinge, middle) - 0.09);
        assert_true(fabs(up.z - v.hinge.z - v.length) < 1e-9);
        assert_true(flap_normal(&v, 0).z > 0.999);
        assert_true(vec_dot(flap_normal(&v, PI / 2), vec_sub(v.hinge, middle)) > 0); /* outside */
    }
}

static void shuts_the_lowest_layer_first(void **state)
{
    (void)state;
    lid_move next;
    float at[4];
    memcpy(at, wide, sizeof at);
    for (int i = 0; i < 4; i++) {
        look("literal 0 -1 closed carton\n", at, 1);
        assert_true(lid_to_serve(&b, &next));
        assert_int_equal(next.part, i);
        assert_false(next.opening);
        at[i] = 0.02F;
    }
    look("literal 0 -1 closed carton\n", at, 1);
    assert_false(lid_to_serve(&b, &next));
}

/* A flap of the lower layer that stands up under shut ones: those first. */
static void opens_what_lies_over_it(void **state)
{
    (void)state;
    const float at[] = {0, 0.6F, 0, 0};
    lid_move next;
    look("literal 0 -1 closed carton\n", at, 1);
    assert_true(lid_to_serve(&b, &next));
    assert_true(next.opening);
    assert_int_equal(b.parts.list[next.part].layer, 1);
}

static void a_shut_lid_bars_what_goes_in_and_out(void **state)
{
    (void)state;
    lid_move next;
    look("literal 0 -1 inside can carton\nliteral 0 -1 closed carton\n", shut, 1);
    assert_true(lid_bars(&b, &b.literals[0]));
    assert_true(lid_to_clear(&b, &next));
    assert_true(next.opening);
    assert_int_equal(b.parts.list[next.part].layer, 1); /* the top layer first */
    assert_false(lid_to_serve(&b, &next)); /* not shut as long as something is outside */
    look("literal 0 -1 in_region can right\n", shut, 0);
    assert_true(lid_bars(&b, &b.literals[0]));
    assert_true(lid_is_over(&b, 1));
    look("literal 0 -1 in_region can right\n", wide, 0);
    assert_false(lid_bars(&b, &b.literals[0]));
    assert_false(lid_is_over(&b, 1));
    assert_false(lid_to_clear(&b, &next));
}

/* While the box trembles nothing in it counts; that is no reason to open it. */
static void what_is_in_place_is_left_alone(void **state)
{
    (void)state;
    lid_move next;
    look("literal 0 -1 inside can carton\nliteral 0 -1 closed carton\n", shut, 0);
    assert_false(lid_to_clear(&b, &next));
    assert_true(lid_bars(&b, &b.literals[0])); /* nor is it carried */
}

static void what_must_lie_on_top_comes_last(void **state)
{
    (void)state;
    look(
        "literal 0 -1 inside can carton\nliteral 0 -1 inside glass carton\nliteral 0 -1 on_top glass carton\n",
        wide, 1);
    assert_true(lid_is_early(&b, &b.literals[1]));
    assert_false(lid_is_early(&b, &b.literals[0]));
    look(
        "literal 1 -1 inside can carton\nliteral 0 -1 inside glass carton\nliteral 0 -1 on_top glass carton\n",
        wide, 0);
    assert_false(lid_is_early(&b, &b.literals[1]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_parts),
        cmocka_unit_test(knows_where_a_flap_is),
        cmocka_unit_test(shuts_the_lowest_layer_first),
        cmocka_unit_test(opens_what_lies_over_it),
        cmocka_unit_test(a_shut_lid_bars_what_goes_in_and_out),
        cmocka_unit_test(what_is_in_place_is_left_alone),
        cmocka_unit_test(what_must_lie_on_top_comes_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
