/* Cloth that has come up with an open hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "free_hand.h"

#define OPEN 0.04 /* between the pads */

static cloth_view view;
static hands both;

/* One garment of two vertices, in the frame of the left hand's tool. */
static void hang(vec a, vec b)
{
    const vec at[2] = {a, b};
    float positions[2][3];
    memset(&view, 0, sizeof view);
    memset(&both, 0, sizeof both);
    both.hand[LEFT_HAND].width = OPEN;
    both.hand[LEFT_HAND].tool = (pose){{0.1, 0.2, 0.9}, {0, 1, 0, 0}}; /* half a turn about x: pointing down */
    view.n = 1;
    view.table_z = 0.75;
    view.garments[0] = (garment_view){.present = true, .n = 2, .spacing = 0.04, .radius = 0.008};
    for (int v = 0; v < 2; v++) {
        vec p = pose_apply(both.hand[LEFT_HAND].tool, at[v]);
        positions[v][0] = (float)p.x;
        positions[v][1] = (float)p.y;
        positions[v][2] = (float)p.z;
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

static bool hooked(void)
{
    return free_is_hooked(&view, &both, LEFT_HAND, 0);
}

static void cloth_behind_both_pads_is_hooked(void **state)
{
    (void)state;
    hang(vec_of(0.001, -0.031, -0.003), vec_of(0.014, 0.031, -0.010));
    assert_true(hooked());
}

static void cloth_behind_one_pad_is_not(void **state)
{
    (void)state;
    hang(vec_of(0.001, -0.031, -0.003), vec_of(0.014, 0.010, -0.010));
    assert_false(hooked());
}

static void cloth_below_beside_or_far_out_is_not(void **state)
{
    static const vec away[] = {{0, 0.031, 0.03}, {0.05, 0.031, 0}, {0, 0.05, 0}, {0, 0.024, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
        hang(vec_of(0, -0.031, 0), away[i]);
        assert_false(hooked());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cloth_behind_both_pads_is_hooked),
        cmocka_unit_test(cloth_behind_one_pad_is_not),
        cmocka_unit_test(cloth_below_beside_or_far_out_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
