/* What the oracle carries elsewhere before it begins, and how it takes a towel that is to hang. */
#include "carry_hold.h"
#include "make_way.h"
#include "reach.h"
#include "shed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arm_at_home.h"
#include "two_towels.h"

static hands both;
static belief known;

/* Over the rail, so much of its length in front. */
static void hang(int garment, double in_front)
{
    const double x = -0.56, top = 1.03 + RADIUS, length = (ROWS - 1) * SPACING;
    for (int v = 0; v < VERTICES; v++) {
        double down = cut(v).y + length / 2 - in_front;
        put(garment, v, x + (down > 0 ? -0.04 : 0.04), cut(v).x, top - fabs(down));
    }
    see();
}

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    memset(&both, 0, sizeof both);
    memset(&known, 0, sizeof known);
    view.table_z = known.table_z = TABLE;
    assert_true(cloth_read_text(&view, cloths_text()));
    lay(0, 0, 0.2, 0, TABLE);
    lay(1, 0, -0.35, 0, TABLE);
    arm_stand(&both.hand[LEFT_HAND], 0.66, -PI / 2, TABLE);
    arm_stand(&both.hand[RIGHT_HAND], -0.66, PI / 2, TABLE);
    assert_true(belief_read_objects(
        &known, "object 0 basket kind=laundry_basket category=container present=1 footprint=0.3 "
                "height=0.25 mass=1.6\n"
                "site 0 cavity box 0 0 0.13 1 0 0 0 0.158 0.228 0.117\n"
                "region over_rail -0.56 0 0.70 0.14 0.40 0.20\n"
                "region pile_spot 0 0.2 0.90 0.15 0.15 0.15\n"));
    known.things[0].at = (pose){vec_of(0.43, 0.87, 0.40), quat_identity()};
    return 0;
}

/* The errand of the first literal, and does anything come before it? */
static bool comes_first(errand *first)
{
    errand wanted;
    assert_true(errand_for(&known, &view, &known.literals[0], &wanted));
    return make_way(&known, &view, &wanted, first);
}

/* ---- what is in the way ---------------------------------------------------------------------------------------- */

static void what_nobody_wants_is_laid_off_what_is_wanted(void **state)
{
    (void)state;
    errand first;
    assert_true(belief_read_goal(&known, "literal 0 0 inside cloth_0 basket\n"));
    assert_false(comes_first(&first)); /* they lie apart */
    lay(1, 0.05, 0.1, 0.3, TABLE + LAYER);
    assert_true(comes_first(&first));
    assert_int_equal(first.kind, ERRAND_CARRY);
    assert_int_equal(first.garment, 1);
    for (int v = 0; v < VERTICES; v++) { /* not onto the one below */
        vec p = cloth_at(&view, 0, v);
        assert_true(hypot(p.x - first.goal.floor.x, p.y - first.goal.floor.y) > 0.15);
    }
    assert_true(fabs(first.goal.floor.x) < 0.3 && fabs(first.goal.floor.y) < 0.4);
    lay(1, 0, 0.2 + 14 * SPACING, 0, TABLE + LAYER); /* a touch at the edge */
    assert_false(comes_first(&first));
}

static void what_is_wanted_itself_goes_where_it_belongs(void **state)
{
    (void)state;
    errand first;
    assert_true(belief_read_goal(
        &known, "literal 0 0 inside cloth_0 basket\nliteral 0 0 inside cloth_1 basket\n"));
    lay(1, 0.05, 0.1, 0.3, TABLE + LAYER);
    assert_false(comes_first(&first));
    known.literals[1].holds = true; /* it lies where it belongs */
    assert_false(comes_first(&first));
}

static void what_is_piled_comes_off_what_must_be_folded(void **state)
{
    (void)state;
    errand first;
    assert_true(belief_read_goal(
        &known, "literal 0 0 folded cloth_0\nliteral 0 0 piled cloth_1 pile_spot\n"));
    assert_false(comes_first(&first)); /* they lie apart */
    lay(1, 0.05, 0.2, 0.3, TABLE + LAYER);
    assert_true(comes_first(&first));
    assert_int_equal(first.kind, ERRAND_PILE); /* as a packet */
    assert_int_equal(first.garment, 1);
    assert_true(cloth_is_clear(&view, first.goal.floor, 0.15, -1));
    for (int v = 0; v < COLUMNS; v++) { /* a side of the lower one turned over it */
        positions[v][2] = (float)(TABLE + 2 * LAYER);
    }
    see();
    assert_true(errand_covers(&view, 0, 1) && comes_first(&first));
    assert_int_equal(first.garment, 1);
    assert_true(belief_read_goal(
        &known, "literal 0 0 folded cloth_1\nliteral 0 0 piled cloth_0 pile_spot\n"));
    assert_false(comes_first(&first)); /* what bears it is not taken off it */
    assert_true(belief_read_goal(&known, "literal 0 0 folded cloth_0\n")); /* no pile at all */
    assert_false(comes_first(&first));
}

/* A pile narrows upwards: what is larger is under the edge of what lies on it at most, and is not lifted off. */
static void what_is_larger_is_not_lifted_off(void **state)
{
    (void)state;
    errand first;
    assert_true(belief_read_goal(
        &known, "literal 0 0 folded cloth_0\nliteral 0 0 piled cloth_1 pile_spot\n"));
    lay(1, 0.05, 0.2, 0.3, TABLE + LAYER);
    assert_true(comes_first(&first));
    view.garments[1].area *= 1.5;
    assert_false(comes_first(&first));
}

/* What lies in the pile's place beside the middle of something larger is moved, not the larger one. */
static void the_smaller_one_is_moved(void **state)
{
    (void)state;
    errand e;
    assert_true(belief_read_goal(
        &known, "literal 0 0 piled cloth_0 pile_spot\nliteral 1 0 piled cloth_1 pile_spot\n"));
    assert_true(errand_for(&known, &view, &known.literals[0], &e));
    view.garments[1].area *= 0.5;
    assert_int_equal(errand_beside(&known, &view, &e), -1); /* it lies elsewhere */
    lay(1, 0.08, 0.2, 0, TABLE);
    assert_int_equal(errand_beside(&known, &view, &e), 1);
    lay(1, 0.01, 0.2, 0, TABLE + LAYER);
    assert_int_equal(errand_beside(&known, &view, &e), -1); /* on its middle */
    lay(1, 0.08, 0.2, 0, TABLE);
    view.garments[1].area *= 4;
    assert_int_equal(errand_beside(&known, &view, &e), -1); /* the larger one */
}

static void a_full_table_has_no_place_for_it(void **state)
{
    (void)state;
    errand first;
    assert_true(belief_read_goal(&known, "literal 0 0 inside cloth_0 basket\n"));
    for (int v = 0; v < VERTICES; v++) { /* spread all over it */
        put(0, v, (v % COLUMNS - 5) * 0.08, (v / COLUMNS - 6.5) * 0.08, TABLE + RADIUS);
        put(1, v, (v % COLUMNS - 5) * 0.08, (v / COLUMNS - 6.5) * 0.08, TABLE + RADIUS + LAYER);
    }
    see();
    assert_false(comes_first(&first));
}

static void what_hangs_askew_is_taken_down(void **state)
{
    (void)state;
    errand first;
    assert_true(belief_read_goal(&known, "literal 0 0 draped cloth_0 rail\n"));
    assert_false(make_way_hangs(&view, 0));
    assert_false(comes_first(&first)); /* it lies on the table */
    hang(0, 0.26);
    assert_true(make_way_hangs(&view, 0));
    assert_false(comes_first(&first)); /* as it should */
    hang(0, 0.42);
    assert_true(comes_first(&first));
    assert_int_equal(first.garment, 0);
    assert_true(first.goal.rim >= 1.03);
    assert_true(fabs(first.goal.floor.z - TABLE) < 1e-9);
    view.garments[0].speed = 0.2; /* it may come to hang well yet, or fall */
    assert_false(comes_first(&first));
}

static void a_hand_gets_to_what_hangs(void **state)
{
    (void)state;
    errand first;
    carry k;
    assert_true(belief_read_goal(&known, "literal 0 0 draped cloth_0 rail\n"));
    for (int i = -2; i <= 2; i++) {
        hang(0, i < 0 ? 0.42 : 0.10);
        for (int v = 0; v < VERTICES; v++) {
            positions[v][1] += 0.1F * (float)i;
        }
        see();
        hands_clear(&both);
        assert_true(comes_first(&first));
        assert_true(carry_start(&k, &view, &both, 0, &first.goal, NULL));
        assert_true(cloth_at(&view, 0, k.pinch.grip[k.hand].vertex).z > 1.0); /* on the bar */
    }
}

/* ---- what came along, and what fell on an arm ------------------------------------------------------------------ */

static void the_other_hand_holds_what_came_along(void **state)
{
    (void)state;
    pinch p;
    lay(0, 0, -0.10, 0, TABLE);
    lay(1, 0, 0.20, 0, TABLE + 0.3); /* held up beside most of it */
    both.hand[LEFT_HAND].at.p = vec_of(0, 0.2, 1.2);
    assert_true(carry_hold_start(&p, &view, &both, 0, 1, LEFT_HAND));
    assert_false(p.wanted[LEFT_HAND]);
    assert_true(p.wanted[RIGHT_HAND]);
    assert_int_equal(p.grip[RIGHT_HAND].garment, 0);
    assert_true(cloth_at(&view, 0, p.grip[RIGHT_HAND].vertex).y < -0.2);
    lay(1, 0, -0.10, 0, TABLE + LAYER); /* right over it: nothing of it can be had */
    assert_false(carry_hold_start(&p, &view, &both, 0, 1, LEFT_HAND));
}

static void an_arm_lets_slide_off_what_lies_on_it(void **state)
{
    (void)state;
    assert_int_equal(shed_arm(&view, &both, 0), -1);
    hang(0, 0.26);
    assert_int_equal(shed_arm(&view, &both, 0), -1); /* over the rail */
    lay(0, 0, 0.45, 0, 1.40);
    assert_int_equal(shed_arm(&view, &both, 0), LEFT_HAND);
    lay(0, 0, -0.45, 0, 1.40);
    assert_int_equal(shed_arm(&view, &both, 0), RIGHT_HAND);
    view.garments[0].speed = 2; /* it falls */
    assert_int_equal(shed_arm(&view, &both, 0), -1);
    for (int tries = 0; tries < 2; tries++) {
        double lowest = HUGE_VAL;
        hands_clear(&both);
        shed_add(&view, &both, RIGHT_HAND, tries);
        assert_true(both.n >= 5);
        for (int i = 0; i < both.n; i++) {
            assert_false(both.queue[i].to[LEFT_HAND].on);
            lowest = fmin(lowest, both.queue[i].to[RIGHT_HAND].at.p.z);
        }
        assert_true(lowest > TABLE + 0.1 && lowest < TABLE + 0.2);
    }
}

/* ---- how a towel is taken -------------------------------------------------------------------------------------- */

static void a_towel_is_held_by_a_line_along_a_side(void **state)
{
    (void)state;
    const drape_rail rail = drape_rail_of(&known, 0, 1.0, 0.03);
    for (int i = -4; i <= 4; i++) {
        drape d;
        lay(0, 0, 0, PI / 2 + i * 0.25, TABLE);
        hands_clear(&both);
        assert_true(drape_start(&d, &view, &both, 0, &rail));
        int left = d.pinch.grip[LEFT_HAND].vertex, right = d.pinch.grip[RIGHT_HAND].vertex;
        flat p = cloth_rest(&view, 0, left), q = cloth_rest(&view, 0, right);
        assert_true(fabs(p.y - q.y) < 1e-6); /* its longer sides hang down */
        assert_true(fabs(p.x - q.x) > 0.39);
        vec a = cloth_at(&view, 0, left), b = cloth_at(&view, 0, right);
        assert_true(a.y > b.y);
        assert_true((a.x + b.x) / 2 < -0.05); /* toward the rail from its middle */
        vec out = d.pinch.grip[LEFT_HAND].out, line = vec_unit(vec_sub(a, b));
        assert_true(vec_dot(out, line) > 0.999);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_nobody_wants_is_laid_off_what_is_wanted, set_up),
        cmocka_unit_test_setup(what_is_wanted_itself_goes_where_it_belongs, set_up),
        cmocka_unit_test_setup(what_is_piled_comes_off_what_must_be_folded, set_up),
        cmocka_unit_test_setup(what_is_larger_is_not_lifted_off, set_up),
        cmocka_unit_test_setup(the_smaller_one_is_moved, set_up),
        cmocka_unit_test_setup(a_full_table_has_no_place_for_it, set_up),
        cmocka_unit_test_setup(what_hangs_askew_is_taken_down, set_up),
        cmocka_unit_test_setup(a_hand_gets_to_what_hangs, set_up),
        cmocka_unit_test_setup(the_other_hand_holds_what_came_along, set_up),
        cmocka_unit_test_setup(an_arm_lets_slide_off_what_lies_on_it, set_up),
        cmocka_unit_test_setup(a_towel_is_held_by_a_line_along_a_side, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
