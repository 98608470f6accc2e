/* How cloth that hangs over the table's edge is taken to be drawn in, and how two hands let go of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "along.h"
#include "arm_at_home.h"
#include "draw_in.h"

/* A strip like trousers, folded lengthwise along the front edge, or a square cloth in one layer there, or two legs below a waist. */
enum { COLUMNS = 10, ROWS = 26, STRIP = COLUMNS * ROWS, SIDE = 12, SQUARE = SIDE * SIDE };
enum { LEG = 4, CROTCH = 20, LEGS = 2 * LEG * CROTCH + COLUMNS * (ROWS - CROTCH) }; /* columns of a leg; row */
#define SPACING 0.04
#define TABLE   0.75
#define EDGE    0.45
#define LAYER   0.027

static cloth_view view;
static hands both;
static duo_move move;
static float positions[STRIP + SQUARE + LEGS][3];
static flat wanted[MAX_CLOTH_VERTICES];

/* What is beyond the edge hangs down. */
static void put(int row, double x, double y, double z)
{
    positions[row][0] = (float)fmin(x, EDGE + 0.01);
    positions[row][1] = (float)y;
    positions[row][2] = (float)(TABLE + z - fmax(x - EDGE - 0.01, 0));
}

static void describe(int garment, int first, int columns, int rows)
{
    garment_view *g = &view.garments[garment];
    *g = (garment_view){.present = true,
                        .first = first,
                        .n = columns * rows,
                        .spacing = SPACING,
                        .radius = 0.008,
                        .layer = LAYER};
    for (int v = 0; v < g->n; v++) {
        view.rest[first + v] = (flat){(v % columns) * SPACING, (v / columns) * SPACING};
    }
}

/* The upper layer's vertices lie over those of the lower one, `deep` lower than they would: moved by half a spacing they sink in between. */
static void lay_sunk(double x, double aside, double deep)
{
    for (int v = 0; v < STRIP; v++) {
        int column = v % COLUMNS, half = COLUMNS / 2;
        bool upper = column >= half;
        put(v, x + SPACING * (upper ? COLUMNS - 1 - column : column) + upper * aside,
            SPACING * (v / COLUMNS - (ROWS - 1) / 2.) + upper * aside,
            0.008 + (upper ? LAYER - deep : 0));
    }
    for (int v = 0; v < SQUARE; v++) {
        put(STRIP + v, x + SPACING * (v % SIDE), SPACING * (v / SIDE - (SIDE - 1) / 2.), 0.008);
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

/* `x`: of the inner edge. */
static void lay(double x)
{
    lay_sunk(x, 0, 0);
}

/* Row by row, the hems first; -1: between the legs. */
static int leg_vertex(int column, int row)
{
    const bool between = column >= LEG && column < COLUMNS - LEG;
    return row >= CROTCH ? 2 * LEG * CROTCH + COLUMNS * (row - CROTCH) + column
           : between     ? -1
                         : 2 * LEG * row + (column < LEG ? column : column - (COLUMNS - 2 * LEG));
}

static void go_round(garment_view *g, int column, int row, int to_column, int to_row)
{
    const int dx = (to_column > column) - (to_column < column), dy = (to_row > row) - (to_row < row);
    for (; column != to_column || row != to_row; column += dx, row += dy) {
        g->outline[g->n_outline++] = leg_vertex(column, row);
    }
}

static void describe_legs(void)
{
    enum { LEFT_INNER = LEG - 1, RIGHT_INNER = COLUMNS - LEG, LAST = COLUMNS - 1, WAIST = ROWS - 1 };
    describe(2, STRIP + SQUARE, 1, LEGS);
    garment_view *g = &view.garments[2];
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            if (leg_vertex(column, row) >= 0) {
                view.rest[g->first + leg_vertex(column, row)] = (flat){column * SPACING, row * SPACING};
            }
        }
    }
    go_round(g, 0, 0, LEFT_INNER, 0);
    go_round(g, LEFT_INNER, 0, LEFT_INNER, CROTCH);
    go_round(g, LEFT_INNER, CROTCH, RIGHT_INNER, CROTCH);
    go_round(g, RIGHT_INNER, CROTCH, RIGHT_INNER, 0);
    go_round(g, RIGHT_INNER, 0, LAST, 0);
    go_round(g, LAST, 0, LAST, WAIST);
    go_round(g, LAST, WAIST, 0, WAIST);
    go_round(g, 0, WAIST, 0, 0);
}

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    memset(&both, 0, sizeof both);
    view.n = 3;
    view.table_z = TABLE;
    describe(0, 0, COLUMNS, ROWS);
    describe(1, STRIP, SIDE, SIDE);
    describe_legs();
    arms_stand(&both, TABLE);
    return 0;
}

static void show_only(int garment)
{
    for (int i = 0; i < view.n; i++) {
        view.garments[i].present = garment == i;
    }
}

static void only_what_hangs(void **state)
{
    (void)state;
    lay(0.1);
    assert_false(draw_in_is_due(&view, 0));
    assert_false(draw_in_start(&move, &view, &both, 0, NULL, 0, wanted));
    lay(0.33);
    assert_true(draw_in_is_due(&view, 0));
}

/* Held at its middle its ends lag behind, held by the upper layer its legs part: then all of it must be spread anew. */
static void assert_held_far_apart_and_whole(void)
{
    show_only(0);
    assert_true(cloth_is_long(&view, 0));
    assert_true(draw_in_start(&move, &view, &both, 0, NULL, 0, wanted));
    assert_true(move.on[LEFT_HAND] && move.on[RIGHT_HAND]);
    vec left = cloth_at(&view, 0, move.haul[LEFT_HAND].grip.vertex),
        right = cloth_at(&view, 0, move.haul[RIGHT_HAND].grip.vertex);
    assert_true(left.y - right.y > 0.4 && left.y - right.y < 0.7);
    for (int k = 0; k < HANDS; k++) {
        vec p = cloth_at(&view, 0, move.haul[k].grip.vertex);
        assert_true(move.haul[k].grip.all_layers);
        assert_true(move.haul[k].stay > 2 && move.haul[k].bow > 0);
        assert_true(p.x < EDGE && move.haul[k].to.x < p.x - 0.05 &&
                    fabs(move.haul[k].to.y - p.y) < 1e-9);
    }
}

static void a_folded_strip_is_held_far_apart_and_whole(void **state)
{
    (void)state;
    lay(0.33);
    assert_held_far_apart_and_whole();
}

/* Layers that have sunk into one another are two all the same. */
static void so_is_one_whose_layers_have_sunk(void **state)
{
    (void)state;
    lay_sunk(0.33, SPACING / 2, 0.015);
    assert_held_far_apart_and_whole();
}

static void of_a_square_one_layer_is_taken(void **state)
{
    (void)state;
    lay(0.25);
    show_only(1);
    assert_false(cloth_is_long(&view, 1));
    assert_true(draw_in_start(&move, &view, &both, 1, NULL, 0, wanted));
    for (int k = 0; k < HANDS; k++) {
        assert_false(move.on[k] && (move.haul[k].grip.all_layers || move.haul[k].stay > 0));
    }
}

/* What could not be held is not held a second time, nor what is right beside it. */
static void what_was_lost_is_left(void **state)
{
    (void)state;
    lay(0.33);
    show_only(0);
    assert_true(draw_in_start(&move, &view, &both, 0, NULL, 0, wanted));
    const int lost[HANDS] = {move.haul[0].grip.vertex, move.haul[1].grip.vertex};
    assert_true(draw_in_start(&move, &view, &both, 0, lost, HANDS, wanted));
    for (int k = 0; k < HANDS; k++) {
        for (int i = 0; i < HANDS; i++) {
            const vec before = cloth_at(&view, 0, lost[i]), now = cloth_at(&view, 0, move.haul[k].grip.vertex);
            assert_true(!move.on[k] || vec_distance(before, now) > 0.05);
        }
    }
}

/* ---- two legs -------------------------------------------------------------------------------------------------- */

static void from_leg_to_leg_it_is_round_the_crotch(void **state)
{
    (void)state;
    static along_map ways;
    along_find(&ways, &view, 2);
    assert_int_equal(ways.n, 2);
    const int hems[2] = {leg_vertex(LEG - 1, 0), leg_vertex(COLUMNS - LEG, 0)};
    const double one_leg = along_way(&ways, &view, hems[0], leg_vertex(0, 10)),
                 both_legs = along_way(&ways, &view, hems[0], hems[1]),
                 waist = along_way(&ways, &view, leg_vertex(0, ROWS - 1), leg_vertex(COLUMNS - 1, ROWS - 1));
    assert_true(fabs(one_leg - SPACING * hypot(3, 10)) < 1e-6);
    assert_true(fabs(both_legs - SPACING * (2 * CROTCH + COLUMNS - 2 * LEG + 1)) < 1e-6);
    assert_true(fabs(waist - SPACING * (COLUMNS - 1)) < 1e-6);
    along_find(&ways, &view, 0);
    assert_int_equal(ways.n, 0);
}

/* ---- letting go ------------------------------------------------------------------------------------------------ */

/* Both hands hold it where they have brought it, near its ends; it lies as at rest times `stretch`. */
static void hold(int garment, double stretch)
{
    static const int ends[HANDS] = {(ROWS - 1) * COLUMNS, 0}; /* of the strip; of the square, whatever is there */
    show_only(garment);
    for (int v = 0; v < view.garments[garment].n; v++) {
        const flat p = cloth_rest(&view, garment, v);
        float *at = positions[view.garments[garment].first + v];
        at[0] = (float)p.x;
        at[1] = (float)(stretch * p.y);
        at[2] = (float)(TABLE + 0.008);
    }
    cloth_read_positions(&view, positions[0], 0.05);
    memset(&move, 0, sizeof move);
    hands_clear(&both);
    move.phase = DUO_CARRY;
    for (int k = 0; k < HANDS; k++) {
        const int vertex = garment == 0 ? ends[k] : k == LEFT_HAND ? SQUARE - 1 : 0;
        const vec p = cloth_at(&view, garment, vertex);
        move.on[k] = move.pinch.held[k] = true;
        move.haul[k].grip = move.pinch.grip[k] = (grip){.garment = garment, .vertex = vertex};
        both.hand[k].at = both.hand[k].tool = hands_down(p, vec_of(1, 0, 0), 0);
        both.hand[k].open = 0;
    }
}

/* What is told next: come closer, the fingers shut (> 0: by so much, m), or open. */
static double closer_by(void)
{
    assert_int_equal(duo_move_step(&move, &view, &both, NULL), SKILL_BUSY);
    double now = vec_distance(both.hand[0].at.p, both.hand[1].at.p), then, open[HANDS];
    const pose a = hands_end(&both, 0, &open[0]), b = hands_end(&both, 1, &open[1]);
    then = vec_distance(a.p, b.p);
    for (int k = 0; k < HANDS; k++) {
        both.hand[k].at = k == 0 ? a : b;
        both.hand[k].open = open[k];
    }
    hands_clear(&both);
    return open[0] > 0 ? 0 : now - then;
}

static void what_is_taut_is_eased_before_it_is_let_go(void **state)
{
    (void)state;
    hold(0, 1.2);
    assert_true(fabs(cloth_stretch(&view, 0, 0) - 1.2) < 0.01);
    assert_true(fabs(closer_by() - 0.02) < 0.001);
    hold(0, 1);
    assert_true(fabs(cloth_stretch(&view, 0, 0) - 1) < 0.01);
    assert_true(closer_by() == 0); /* slack: let go at once */
    hold(0, 1.2);
    int n = 0;
    while (closer_by() > 0 && n < 20) {
        n++;
    }
    assert_true(n >= 3 && n < 20); /* it stays taut: not for ever */
}

/* On their way, apart. */
static void drag_on(void)
{
    stroke apart = {.speed = 0.16};
    for (int k = 0; k < HANDS; k++) {
        pose at = both.hand[k].at;
        at.p.y += k == LEFT_HAND ? 0.1 : -0.1;
        apart.to[k] = hands_to(at, 0);
    }
    hands_add(&both, apart);
}

/* At a tension at which it would fly, or slip, they stop. */
static void hands_stop_when_something_holds_it_back(void **state)
{
    (void)state;
    hold(0, 1.2);
    drag_on();
    assert_true(fabs(closer_by() + 0.2) < 0.001); /* not yet */
    hold(0, 1.45);
    drag_on();
    assert_true(fabs(closer_by() - 0.02) < 0.001);
    hold(0, 1.45);
    move.haul[0].stay = move.haul[1].stay = 2.5;
    drag_on();
    assert_true(fabs(closer_by() + 0.2) < 0.001); /* what comes in over the edge comes in */
}

static void what_is_folded_or_drawn_in_is_let_go_at_once(void **state)
{
    (void)state;
    hold(0, 1.2);
    move.haul[0].bow = move.haul[1].bow = 0.85;
    assert_true(closer_by() == 0);
    hold(0, 1.2);
    move.on[0] = move.pinch.held[0] = false;
    assert_int_equal(duo_move_step(&move, &view, &both, NULL), SKILL_BUSY);
    assert_int_equal(move.phase, DUO_RELEASED);
    hold(0, 1.2);
    move.haul[0].stay = move.haul[1].stay = 2.5; /* drawn in over the edge: it would slide out again */
    assert_true(closer_by() == 0);
    hold(1, 1.2); /* not long: it does not fly far */
    assert_true(closer_by() == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_what_hangs, set_up),
        cmocka_unit_test_setup(a_folded_strip_is_held_far_apart_and_whole, set_up),
        cmocka_unit_test_setup(so_is_one_whose_layers_have_sunk, set_up),
        cmocka_unit_test_setup(of_a_square_one_layer_is_taken, set_up),
        cmocka_unit_test_setup(what_was_lost_is_left, set_up),
        cmocka_unit_test_setup(from_leg_to_leg_it_is_round_the_crotch, set_up),
        cmocka_unit_test_setup(what_is_taut_is_eased_before_it_is_let_go, set_up),
        cmocka_unit_test_setup(hands_stop_when_something_holds_it_back, set_up),
        cmocka_unit_test_setup(what_is_folded_or_drawn_in_is_let_go_at_once, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
