/* The oracle about grasps that failed: the same is not tried again while the thing lies as it lay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "vain.h"

static const pose lay = {{0.5, 0.1, 0.9}, {1, 0, 0, 0}}, grip = {{0, 0, 0.05}, {0, 1, 0, 0}};

static pose turned(pose p, vec axis, double angle)
{
    return (pose){p.p, quat_unit(quat_mul(quat_about(axis, angle), p.q))};
}

static void nothing_has_failed_at_first(void **state)
{
    (void)state;
    const vain v = {0};
    assert_false(vain_knows(&v, 0, lay, grip));
}

static void the_same_and_its_neighbours_are_known(void **state)
{
    (void)state;
    const vec up = vec_of(0, 0, 1), across = vec_of(1, 0, 0);
    vain v = {0};
    vain_note(&v, 3, lay, grip);
    assert_true(vain_knows(&v, 3, lay, grip));
    assert_true(vain_knows(&v, 3, lay, turned(grip, up, 2 * PI / 24))); /* the next one around a ring */
    assert_false(vain_knows(&v, 3, lay, turned(grip, up, PI)));
    assert_false(vain_knows(&v, 3, lay, turned(grip, across, 0.35))); /* leaning */
    assert_false(vain_knows(&v, 2, lay, grip));
}

static void what_lies_anew_is_tried_anew(void **state)
{
    (void)state;
    vain v = {0};
    pose moved = lay;
    moved.p.x += 0.02;
    vain_note(&v, 3, lay, grip);
    assert_false(vain_knows(&v, 3, moved, grip));
    assert_false(vain_knows(&v, 3, turned(lay, vec_of(0, 0, 1), 0.2), grip));
}

static void the_oldest_is_forgotten(void **state)
{
    (void)state;
    vain v = {0};
    for (int i = 0; i <= MAX_VAIN; i++) {
        vain_note(&v, i, lay, grip);
    }
    assert_false(vain_knows(&v, 0, lay, grip));
    assert_true(vain_knows(&v, 1, lay, grip));
    assert_true(vain_knows(&v, MAX_VAIN, lay, grip));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_failed_at_first),
        cmocka_unit_test(the_same_and_its_neighbours_are_known),
        cmocka_unit_test(what_lies_anew_is_tried_anew),
        cmocka_unit_test(the_oldest_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
