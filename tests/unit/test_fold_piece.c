/* What a step turns over: one piece, or legs that are turned one after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fold_plan.h"

/* Trousers as a grid: five columns, the middle one only in the two uppermost of eight rows. */
enum { COLUMNS = 5, ROWS = 8, CROTCH = 6, LEG = 2 };
static const double step = 0.04;
static cloth_view view;
static int at[ROWS][COLUMNS];

static bool is_cloth(int row, int column)
{
    return column != LEG || row >= CROTCH;
}

static void add_outline(garment_view *g, int row, int column)
{
    g->outline[g->n_outline++] = at[row][column];
}

/* Counter-clockwise from the left hem's outer corner. */
static void add_outlines(garment_view *g)
{
    add_outline(g, 0, 0);
    for (int row = 0; row < CROTCH; row++) {
        add_outline(g, row, 1);
    }
    add_outline(g, CROTCH, LEG);
    for (int row = CROTCH - 1; row >= 0; row--) {
        add_outline(g, row, 3);
    }
    for (int row = 0; row < ROWS; row++) {
        add_outline(g, row, 4);
    }
    for (int column = 3; column >= 0; column--) {
        add_outline(g, ROWS - 1, column);
    }
    for (int row = ROWS - 2; row > 0; row--) {
        add_outline(g, row, 0);
    }
}

/* Flat on the table, the hems at y = 0; the right leg `lift` higher. */
static void lay_trousers(double lift)
{
    garment_view *g = &view.garments[0];
    memset(&view, 0, sizeof view);
    view.n = 1;
    g->present = true;
    g->spacing = step;
    g->layer = 0.03;
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            if (is_cloth(row, column)) {
                int v = at[row][column] = g->n++;
                view.rest[v] = (flat){step * column, step * row};
                view.at[v] = vec_of(step * column, step * row, column > LEG ? lift : 0);
            }
        }
    }
    add_outlines(g);
    g->n_ways = 1;
    g->ways[0].n_steps = 1; /* hems to the waist: left of the line is what lies below it */
    g->ways[0].steps[0] = (fold_line){{4 * step, 3.5 * step}, {0, 3.5 * step}};
}

static void legs_are_two_pieces(void **state)
{
    (void)state;
    double below[MAX_FOLD_VERTICES], above[MAX_FOLD_VERTICES];
    fold_pieces p;
    lay_trousers(0);
    for (int v = 0; v < view.garments[0].n; v++) {
        below[v] = 3.5 * step - view.rest[v].y;
        above[v] = -below[v];
    }
    fold_find_pieces(&view, 0, below, &p);
    assert_int_equal(p.n, 2);
    assert_int_equal(p.of[at[0][0]], p.of[at[3][1]]);
    assert_int_equal(p.of[at[0][4]], p.of[at[3][3]]); /* near the line, too */
    assert_true(p.of[at[0][0]] != p.of[at[0][4]]);
    assert_int_equal(p.of[at[4][0]], -1);
    fold_find_pieces(&view, 0, above, &p); /* the waist joins them */
    assert_int_equal(p.n, 1);
    assert_int_equal(p.of[at[7][0]], p.of[at[7][4]]);
}

static void the_upper_leg_goes_first(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        lay_trousers(i ? 0.03 : -0.03);
        int first = i ? 4 : 0, other = i ? 0 : 4;
        fold_fit fit = fold_fit_to(&view, 0, 0, 0);
        fold_flap flap;
        assert_true(fold_find_flap(&view, 0, &fit, &flap));
        assert_true(flap.apart && !flap.layers);
        assert_int_equal(flap.after.steps, 0);
        assert_true(fold_is_ahead(&flap.after, at[0][first]));
        assert_false(fold_is_ahead(&flap.after, at[0][other]));
        fit = flap.after;
        assert_true(fold_find_flap(&view, 0, &fit, &flap));
        assert_int_equal(flap.after.steps, 1);
        assert_false(fold_is_ahead(&flap.after, at[0][first]));
    }
}

static void one_turned_leg_is_seen(void **state)
{
    (void)state;
    lay_trousers(0);
    assert_false(fold_is_ahead(&(fold_fit){.steps = 0}, at[0][4]));
    for (int row = 0; row < 4; row++) {
        for (int column = 3; column < COLUMNS; column++) {
            view.at[at[row][column]].y = step * (7 - row);
        }
    }
    fold_fit fit = fold_recognise(&view, 0, 0);
    assert_int_equal(fit.steps, 0);
    assert_true(fold_is_ahead(&fit, at[0][4]));
    assert_false(fold_is_ahead(&fit, at[0][0]));
    assert_true(fit.error < 1e-6);
}

/* Turned round and with its other side up it is still recognised, and its flap goes the right way. */
static void the_other_side_may_be_up(void **state)
{
    (void)state;
    lay_trousers(0);
    for (int v = 0; v < view.garments[0].n; v++) {
        view.at[v] = vec_of(0.3 - view.rest[v].x, 0.1 + view.rest[v].y, 0);
    }
    fold_fit fit = fold_recognise(&view, 0, 0);
    assert_int_equal(fit.steps, 0);
    assert_true(fit.frame.mirrored && fit.error < 1e-6);
    flat there = fold_wanted(&view, 0, &fit, at[0][4]);
    assert_true(hypot(there.x - (0.3 - 4 * step), there.y - 0.1) < 1e-6);
    fold_flap flap;
    assert_true(fold_find_flap(&view, 0, &fit, &flap));
    assert_true(flap.out.y < -0.99); /* the hems lie there */
    lay_trousers(0);
    assert_false(fold_recognise(&view, 0, 0).frame.mirrored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legs_are_two_pieces), cmocka_unit_test(the_upper_leg_goes_first),
        cmocka_unit_test(one_turned_leg_is_seen), cmocka_unit_test(the_other_side_may_be_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
