/* A small thing: mended where it lies, opened and folded anew, laid along what lies below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arm_at_home.h"
#include "fold.h"
#include "pile.h"
#include "touch_up.h"

/* A strip that is folded across its middle, and a long cloth under it. */
enum { WIDE = 3, LONG = 12, STRIP = WIDE * LONG, ROWS = 4, COLUMNS = 9, CLOTH = ROWS * COLUMNS };
#define SPACING 0.025
#define TABLE   0.75
#define RADIUS  0.008
#define LAYER   0.02

static cloth_view view;
static hands both;
static float positions[STRIP + CLOTH][3];
static carry_goal spot;

static void describe(int garment, int first, int columns, int rows, double spacing)
{
    garment_view *g = &view.garments[garment];
    *g = (garment_view){.present = true,
                        .first = first,
                        .n = columns * rows,
                        .spacing = spacing,
                        .radius = RADIUS,
                        .layer = LAYER,
                        .area = (columns - 1) * (rows - 1) * spacing * spacing};
    for (int v = 0; v < g->n; v++) {
        view.rest[first + v] = (flat){(v % columns - (columns - 1) / 2.) * spacing,
                                      (v / columns - (rows - 1) / 2.) * spacing};
    }
    for (int i = 0; i < columns - 1; i++) {
        g->outline[i] = i;
        g->outline[columns - 1 + rows - 1 + i] = rows * columns - 1 - i;
    }
    for (int i = 0; i < rows - 1; i++) {
        g->outline[columns - 1 + i] = (i + 1) * columns - 1;
        g->outline[2 * (columns - 1) + rows - 1 + i] = (rows - 1 - i) * columns;
    }
    g->n_outline = 2 * (columns + rows - 2);
}

static void name_corners_and_fold(void)
{
    static const int corners[] = {0, WIDE - 1, STRIP - WIDE, STRIP - 1};
    garment_view *g = &view.garments[0];
    for (int k = 0; k < 4; k++) {
        g->keypoints[k].vertex = corners[k];
    }
    g->n_keypoints = 4;
    g->n_ways = 1;
    g->ways[0].n_steps = 1;
    g->ways[0].steps[0] = (fold_line){{1, 0}, {-1, 0}}; /* the half below is turned up */
}

/* Its middle at (x, y), turned by `yaw`; steps 0: open, 1: folded. */
static void lay_strip(int steps, double x, double y, double z, double yaw)
{
    for (int v = 0; v < STRIP; v++) {
        flat rest = view.rest[v], p = fold_ideal(&view.garments[0].ways[0], steps, rest);
        bool over = steps == 1 && hypot(p.x - rest.x, p.y - rest.y) > 1e-9;
        positions[v][0] = (float)(x + cos(yaw) * p.x - sin(yaw) * p.y);
        positions[v][1] = (float)(y + sin(yaw) * p.x + cos(yaw) * p.y);
        positions[v][2] = (float)(z + RADIUS + (over ? LAYER : 0));
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

/* The long cloth along y, its middle at (x, y). */
static void lay_cloth(double x, double y)
{
    for (int v = 0; v < CLOTH; v++) {
        flat p = view.rest[STRIP + v];
        positions[STRIP + v][0] = (float)(x - p.y);
        positions[STRIP + v][1] = (float)(y + p.x);
        positions[STRIP + v][2] = (float)(TABLE + RADIUS);
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    memset(&both, 0, sizeof both);
    view.n = 2;
    view.table_z = TABLE;
    describe(0, 0, WIDE, LONG, SPACING);
    describe(1, STRIP, COLUMNS, ROWS, 0.04);
    name_corners_and_fold();
    spot = (carry_goal){.floor = vec_of(0.1, 0, TABLE), .half = vec_of(0.15, 0.15, 0.15)};
    lay_cloth(0.1, 0);
    lay_strip(1, 0.1, -0.05, TABLE + LAYER, 0);
    arms_stand(&both, TABLE);
    return 0;
}

/* At rest, hands away: what does it do? */
static void look_once(touch_up *t)
{
    assert_true(touch_up_start(t, &view, 0));
    assert_true(touch_up_pauses(t));
    for (int i = 0; i < 40 && touch_up_pauses(t); i++) {
        assert_int_equal(touch_up_step(t, &view, &both, 0.05), SKILL_BUSY);
    }
}

static void only_what_is_all_but_folded(void **state)
{
    (void)state;
    assert_true(touch_up_is_near(&view, 0, 0.18));
    lay_strip(0, 0.1, -0.05, TABLE + LAYER, 0);
    assert_false(touch_up_is_near(&view, 0, 0.18));
    assert_false(touch_up_may_help(&view, 0));
}

/* After a move: does it go on? */
static bool goes_on(touch_up *t)
{
    memset(&both, 0, sizeof both);
    arms_stand(&both, TABLE);
    t->phase = 0; /* at rest again */
    for (int i = 0; i < 40 && touch_up_pauses(t); i++) {
        touch_up_step(t, &view, &both, 0.05);
    }
    return touch_up_step(t, &view, &both, 0.05) == SKILL_BUSY;
}

static void a_pull_in_vain_is_the_last_one(void **state)
{
    touch_up t, other;
    (void)state;
    positions[0][0] -= 0.034f;
    positions[WIDE - 1][0] += 0.034f; /* two corners are out */
    cloth_read_positions(&view, positions[0], 0.05);
    look_once(&t);
    other = t;
    assert_false(goes_on(&t)); /* all lies as before */
    assert_int_equal(t.moves, 1);
    positions[other.left_out & 1 ? 0 : WIDE - 1][0] += other.left_out & 1 ? 0.034f : -0.034f;
    cloth_read_positions(&view, positions[0], 0.05);
    assert_true(goes_on(&other)); /* one came home: now the other one */
    assert_int_equal(other.moves, 2);
}

static void a_corner_that_slipped_is_drawn_home(void **state)
{
    touch_up t;
    (void)state;
    double home = positions[0][0];
    positions[0][0] -= 0.034f;
    cloth_read_positions(&view, positions[0], 0.05);
    assert_true(touch_up_may_help(&view, 0));
    look_once(&t);
    assert_false(touch_up_pauses(&t));
    assert_int_equal(t.moves, 1);
    int hand = t.move.on[LEFT_HAND] ? LEFT_HAND : RIGHT_HAND;
    assert_int_equal(t.move.haul[hand].grip.vertex, 0);
    assert_true(fabs(t.move.haul[hand].to.x - home) < 0.006);
}

static void beside_a_corner_that_is_rolled_in_the_edge_is_lifted(void **state)
{
    touch_up t;
    (void)state;
    memcpy(positions[0], positions[2 * WIDE], sizeof positions[0]); /* in under its own edge */
    positions[0][2] -= (float)(0.7 * LAYER);
    cloth_read_positions(&view, positions[0], 0.05);
    assert_false(cloth_is_top(&view, 0, 0));
    assert_true(touch_up_may_help(&view, 0));
    look_once(&t);
    assert_int_equal(t.moves, 1);
    assert_int_equal(t.n_lifted, 1);
    int hand = t.move.on[LEFT_HAND] ? LEFT_HAND : RIGHT_HAND;
    flat corner = cloth_rest(&view, 0, 0), taken = cloth_rest(&view, 0, t.lifted[0]);
    assert_int_equal(t.move.haul[hand].grip.vertex, t.lifted[0]);
    assert_true(hypot(corner.x - taken.x, corner.y - taken.y) < 1.5 * SPACING);
    assert_true(t.move.haul[hand].bow > 0);
}

static void a_good_one_is_left_alone(void **state)
{
    touch_up t;
    (void)state;
    assert_false(touch_up_may_help(&view, 0));
    look_once(&t);
    assert_int_equal(t.moves, 0);
}

/* What is folded by a little is mended before it bears another, though its corner need not be. */
static void what_bears_others_is_folded_with_room_to_spare(void **state)
{
    (void)state;
    assert_false(touch_up_is_wanted_below(&view, 0));
    positions[0][0] -= 0.024f;
    cloth_read_positions(&view, positions[0], 0.05);
    assert_false(touch_up_is_wanted_below(&view, 0));
    assert_true(touch_up_may_help(&view, 0));
    positions[0][0] -= 0.008f;
    cloth_read_positions(&view, positions[0], 0.05);
    assert_true(touch_up_is_wanted_below(&view, 0));
}

/* Fingers let go clear of what they held, and do not stretch over themselves the rows of vertices behind them. */
static void it_is_let_go_by_no_more_than_the_next_rows_leave(void **state)
{
    (void)state;
    const garment_view *fine = &view.garments[0], *coarse = &view.garments[1];
    for (double width = 0.001; width < 0.0135; width += 0.002) { /* one layer, more or less squeezed */
        double open = pinch_opening(fine, width, 0.02);
        assert_true(open > 2 * RADIUS + 0.002);
        assert_true(open < 2 * (SPACING - RADIUS - 0.006));
    }
    assert_true(pinch_opening(fine, 0.030, 0.02) > 0.030 + 0.004); /* several layers side by side */
    assert_true(pinch_opening(coarse, 0.0125, 0.02) > 0.0125 + 0.012);
    assert_true(pinch_opening(coarse, 0.079, 0.02) <= HAND_WIDE);
}

/* Packet at (-0.1, -0.25); its last step was being undone, and now it lies so: what next? */
static void look_while_opening(fold *f, int steps, double y)
{
    lay_strip(1, -0.1, -0.25, TABLE, 0);
    assert_true(fold_start(f, &view, &both, 0, -1));
    f->small = f->opening = true;
    f->openings = 1;
    f->packet = fold_recognise(&view, 0, f->way);
    assert_int_equal(f->packet.steps, 1);
    lay_strip(steps, -0.1, y, TABLE, 0);
    lay_strip(steps, -0.1, y, TABLE, 0); /* at rest */
    for (int i = 0; i < 20 && fold_pauses(f); i++) {
        fold_step(f, &view, &both, 0.05);
    }
}

/* It came along with its flap: it is folded where it lies now, not opened for ever. */
static void what_lies_open_elsewhere_is_open(void **state)
{
    fold f;
    (void)state;
    look_while_opening(&f, 0, -0.20);
    assert_false(f.opening);
    assert_false(fold_pauses(&f));
    assert_int_equal(fold_step(&f, &view, &both, 0.05), SKILL_BUSY); /* it is being folded */
}

static void what_no_turn_opens_is_given_up(void **state)
{
    fold f;
    (void)state;
    look_while_opening(&f, 1, -0.25);
    assert_true(f.opening); /* the first turns are tried */
    f.phase = 0;            /* between two moves again */
    f.turns = 100;
    hands_clear(&both);
    for (int i = 0; i < 20 && fold_pauses(&f); i++) {
        fold_step(&f, &view, &both, 0.05);
    }
    assert_int_equal(fold_step(&f, &view, &both, 0.05), SKILL_FAILED);
}

/* The fingers closed there, pads along x. */
static bool is_held_at(double x, double y, double z)
{
    hand_state *one = &both.hand[LEFT_HAND];
    one->tool = hands_down(vec_of(x, y, z), vec_of(0, 1, 0), 0);
    one->width = 2 * RADIUS;
    return pack_is_held(&view, &both, LEFT_HAND, 0);
}

/* By one layer only it would fall open as it is lifted. */
static void both_halves_or_none_are_lifted(void **state)
{
    (void)state;
    const double half = SPACING / 2, end = (LONG - 1) * half;
    lay_strip(1, 0.1, 0.3, TABLE, 0);
    assert_true(is_held_at(0.1, 0.3 + half, TABLE + 0.001));
    assert_true(is_held_at(0.1, 0.3 + end, TABLE + 0.001));
    assert_false(is_held_at(0.1, 0.3 + end, TABLE + RADIUS + LAYER - 0.004)); /* the upper one only */
    lay_strip(0, 0.1, 0.3, TABLE, 0);
    assert_false(is_held_at(0.1, 0.3 + end, TABLE + 0.001));
    assert_true(is_held_at(0.1, 0.3, TABLE + 0.001)); /* the crease */
    view.garments[0].ways[0].n_steps = 2;
    assert_true(is_held_at(0.1, 0.3 + end, TABLE + 0.001)); /* of others nothing is asked */
}

static void it_is_laid_along_what_is_below(void **state)
{
    (void)state;
    lay_strip(1, 0.1, 0.3, TABLE, 0.7);
    assert_true(fabs(pile_turn(&view, 0, &spot) + 0.7) < 0.06);
    lay_strip(1, 0.1, 0.3, TABLE, PI - 0.5); /* either end ahead */
    assert_true(fabs(pile_turn(&view, 0, &spot) - 0.5) < 0.06);
    lay_strip(1, 0.1, 0.3, TABLE, 0.05);
    assert_true(pile_turn(&view, 0, &spot) == 0);
}

static void nothing_below_turns_nothing(void **state)
{
    (void)state;
    lay_strip(1, 0.1, 0.3, TABLE, 0.7);
    lay_cloth(-0.3, 0);
    assert_true(pile_turn(&view, 0, &spot) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_what_is_all_but_folded, set_up),
        cmocka_unit_test_setup(a_corner_that_slipped_is_drawn_home, set_up),
        cmocka_unit_test_setup(a_pull_in_vain_is_the_last_one, set_up),
        cmocka_unit_test_setup(beside_a_corner_that_is_rolled_in_the_edge_is_lifted, set_up),
        cmocka_unit_test_setup(a_good_one_is_left_alone, set_up),
        cmocka_unit_test_setup(what_bears_others_is_folded_with_room_to_spare, set_up),
        cmocka_unit_test_setup(it_is_let_go_by_no_more_than_the_next_rows_leave, set_up),
        cmocka_unit_test_setup(what_lies_open_elsewhere_is_open, set_up),
        cmocka_unit_test_setup(what_no_turn_opens_is_given_up, set_up),
        cmocka_unit_test_setup(both_halves_or_none_are_lifted, set_up),
        cmocka_unit_test_setup(it_is_laid_along_what_is_below, set_up),
        cmocka_unit_test_setup(nothing_below_turns_nothing, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
