/* The oracle about coffee and puddles: what it reads of them, what `filled` asks for and in which order, when it presses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "brew.h"

#include <string.h>

static const char objects[] =
    "object 0 machine kind=coffee_machine size=normal category=tool present=1 footprint=0.2 height=0.245 mass=4.2\n"
    "site 0 base point 0 0 0 1 0 0 0 0 0 0\n"
    "site 0 cavity box -0.075 0 0.2115 1 0 0 0 0.022 0.022 0.018\n"
    "site 0 cell_1 point 0.06 0 0.014 1 0 0 0 0 0 0\n"
    "object 1 mug kind=mug size=large category=dish present=1 footprint=0.064 height=0.09 mass=0.31\n"
    "object 2 pod kind=coffee_pod size=large category=food present=1 footprint=0.019 height=0.03 mass=0.014\n"
    "part 0 machine lid hinge -0.122 0 0.232 0 -1 0 -0.02 2.1 -0.07 0 0.235 0.05 0.034 0.005 layer=0\n"
    "part 1 machine button slide -0.044 -0.056 0.198 0 0 -1 0 0.004 -0.044 -0.056 0.202 0.012 0.012 0.006 layer=-1\n"
    "vessel 0 1 0 0 0.008 0.034 0.082\n"
    "brewer 0\n"
    "pod 2\n"
    "wiper 1 0 0 0.016 0.05 0.03 0.016\n";
static const char goal[] = "literal 0 -1 filled mug 0.00015\n"
                           "literal 0 -1 in_region mug serve_spot\n";

static belief b;
static brew w;

/* The mug's and the pod's place, the lid, what is in the mug. */
static void look(double mug_x, double pod_z, float lid, float ml)
{
    const float poses[21] = {0,     0, 0, 1, 0, 0,      0, (float)mug_x, 0,
                             .014F, 1, 0, 0, 0, -.075F, 0, (float)pod_z, 1,
                             0,     0, 0};
    const float still[18] = {0}, parts[2] = {lid, 0}, puddle[8] = {.5F, 0, 0, 2, .1F, 0, 0, 0};
    assert_true(belief_read_objects(&b, objects));
    assert_true(belief_read_goal(&b, goal));
    belief_read_motion(&b, poses, still);
    belief_read_parts(&b, parts);
    wet_read_streams(&b.wet, puddle, 2, &ml);
    brew_update(&w, &b, true);
}

static void begin(void)
{
    memset(&b, 0, sizeof b);
    memset(&w, 0, sizeof w);
}

static bool asks(const char *predicate)
{
    for (int i = b.n_asked; i < b.n_literals; i++) {
        if (strcmp(b.literals[i].predicate, predicate) == 0) {
            return !b.literals[i].holds;
        }
    }
    fail_msg("it does not speak of %s", predicate);
    return false;
}

static void reads_lines(void **state)
{
    (void)state;
    begin();
    look(.5, .4, 1.8F, 0);
    assert_int_equal(b.wet.n_vessels, 1);
    assert_int_equal(b.wet.vessels[0].thing, 1);
    assert_int_equal(b.wet.n_wipers, 1);
    assert_int_equal(b.wet.brewers[0], 0);
    assert_int_equal(b.wet.pods[0], 2);
    assert_true(wet_is_near(&b.wet, vec_of(.5, .04, 0), .05));
    assert_false(wet_is_near(&b.wet, vec_of(.1, 0, 0), .05)); /* nothing is left there */
    wet broken = {.n_patches = 0};
    assert_false(wet_read_line(&broken, "wiper 1 0 0 0.016 0.05 0.03"));
    assert_false(wet_read_line(&broken, "vessel 9 1 0 0 0.008 0.034 0.082"));
}

static void asks_step_by_step(void **state)
{
    (void)state;
    begin();
    look(.5, .4, 1.8F, 0);
    assert_true(asks("in_cell") && asks("inside") && asks("closed"));
    assert_true(b.literals[1].waits); /* it is not served empty */
    look(.06, .4, 1.8F, 0);
    assert_true(!asks("in_cell") && asks("inside") && asks("closed"));
    look(.06, .195, 1.8F, 0);
    assert_true(!asks("inside") && asks("closed"));
    assert_false(brew_wants_press(&w));
    look(.06, .195, 0, 0);
    assert_false(asks("closed"));
}

static void wait_for(int steps, float ml, float more)
{
    for (int i = 0; i < steps; i++) {
        look(.06, .195, 0, ml + more * (float)i);
    }
}

static void presses_once_and_waits(void **state)
{
    (void)state;
    begin();
    wait_for(60, 0, 0);
    assert_true(brew_wants_press(&w));
    brew_pressed(&w);
    wait_for(20, 0, 0);
    assert_false(brew_wants_press(&w));
    wait_for(200, 0, .5F); /* it runs */
    assert_false(brew_wants_press(&w));
    assert_true(brew_runs(&w));
}

static void presses_again_when_nothing_comes(void **state)
{
    (void)state;
    begin();
    wait_for(60, 0, 0);
    brew_pressed(&w);
    wait_for(60, 0, 0);
    assert_true(brew_wants_press(&w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(asks_step_by_step),
        cmocka_unit_test(presses_once_and_waits),
        cmocka_unit_test(presses_again_when_nothing_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
