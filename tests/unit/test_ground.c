/* The oracle's floor plan: where a base that drives fits and turns, and its way around what stands there. */
#include "ground.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static ground g;

static int set_up(void **state)
{
    (void)state;
    g.n = 0;
    return 0;
}

static void lines_are_read(void **state)
{
    (void)state;
    assert_true(ground_read_line(&g, "block counter 1 2 .45 .3 .7 .45"));
    assert_int_equal(g.n, 1);
    assert_true(g.list[0].pos.y > 1.99 && g.list[0].half.y < .71);
    assert_false(ground_read_line(&g, "block counter 1 2 .45"));
}

static void surfaces_are_what_lies_under_a_point(void **state)
{
    (void)state;
    ground_add(&g, vec_of(0, 0, .45), vec_of(.3, .7, .45));
    ground_add(&g, vec_of(0, 0, 1.6), vec_of(.3, .7, .2));
    assert_true(fabs(ground_surface(&g, vec_of(.1, .1, .95)) - .9) < 1e-9);
    assert_true(fabs(ground_surface(&g, vec_of(.1, .1, 2)) - 1.8) < 1e-9);
    assert_true(ground_surface(&g, vec_of(.5, .1, .95)) < 1e-9);
}

/* A counter whose front is at x = 0. */
static void it_fits_before_a_counter_and_turns_further_away(void **state)
{
    (void)state;
    ground_add(&g, vec_of(-.3, 0, .45), vec_of(.3, 2, .45));
    assert_true(ground_fits(&g, .32, 0, PI, .9));
    assert_false(ground_fits(&g, .27, 0, PI, .9));
    assert_false(ground_fits(&g, .32, 0, PI / 2, .9)); /* its shoulders are broader */
    assert_false(ground_turns(&g, .40, 0));
    assert_true(ground_turns(&g, .50, 0));
    ground_add(&g, vec_of(-.3, 0, 1.2), vec_of(.3, 2, .3)); /* now it reaches up to the arms */
    assert_false(ground_turns(&g, .50, 0));
    assert_true(ground_turns(&g, .65, 0));
}

static void a_way_leads_around(void **state)
{
    (void)state;
    vec way[GROUND_WAY];
    const vec from = {-1.5, 0, 0}, to = {1.5, 0, 0};
    assert_int_equal(ground_way(&g, from, to, way), 1);
    ground_add(&g, vec_of(0, 0, .4), vec_of(.2, .8, .4));
    const int n = ground_way(&g, from, to, way);
    assert_true(n >= 2);
    assert_true(fabs(way[n - 1].x - 1.5) < 1e-9 && fabs(way[n - 1].y) < 1e-9);
    vec at = from;
    for (int i = 0; i < n; i++) {
        for (int k = 0; k <= 20; k++) {
            assert_true(ground_turns(&g, at.x + (way[i].x - at.x) * k / 20,
                                     at.y + (way[i].y - at.y) * k / 20));
        }
        at = way[i];
    }
    ground_add(&g, vec_of(0, 0, .4), vec_of(.2, 9, .4));
    assert_int_equal(ground_way(&g, from, to, way), 0);
}

static void it_gets_only_where_a_way_leads(void **state)
{
    (void)state;
    static ground_map map;
    ground_add(&g, vec_of(0, 0, .4), vec_of(.2, 9, .4));
    ground_explore(&g, vec_of(-1.5, 0, 0), &map);
    assert_true(ground_is_open(&map, -1.5, 0));
    assert_true(ground_is_open(&map, -1, 2));
    assert_false(ground_is_open(&map, -.3, 0)); /* too near to turn */
    assert_false(ground_is_open(&map, 1.5, 0)); /* on the other side */
    assert_false(ground_is_open(&map, -99, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_are_read, set_up),
        cmocka_unit_test_setup(surfaces_are_what_lies_under_a_point, set_up),
        cmocka_unit_test_setup(it_fits_before_a_counter_and_turns_further_away, set_up),
        cmocka_unit_test_setup(a_way_leads_around, set_up),
        cmocka_unit_test_setup(it_gets_only_where_a_way_leads, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
