/* Where a small thing is taken to be shaken out, and where it is laid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arm_at_home.h"
#include "hanging.h"
#include "reach.h"
#include "shake.h"

/* A strip like a sock, three vertices wide, and a cloth beside it. */
enum { WIDE = 3, LONG = 8, STRIP = WIDE * LONG, SIDE = 9, CLOTH = SIDE * SIDE };
#define SPACING 0.025
#define TABLE   0.75

static cloth_view view;
static hands both;
static float positions[STRIP + CLOTH][3];

static void put(int row, double x, double y, double z)
{
    positions[row][0] = (float)x;
    positions[row][1] = (float)y;
    positions[row][2] = (float)z;
}

static void describe(int garment, int first, int columns, int rows, double spacing)
{
    garment_view *g = &view.garments[garment];
    *g = (garment_view){.present = true,
                        .first = first,
                        .n = columns * rows,
                        .spacing = spacing,
                        .radius = 0.008,
                        .layer = 0.02};
    for (int v = 0; v < g->n; v++) {
        view.rest[first + v] = (flat){(v % columns) * spacing, (v / columns) * spacing};
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

/* A heap round (x, y): the two ends of the strip lie on top, apart from one another, all else under them. */
static void drop_strip(double x, double y)
{
    for (int v = 0; v < STRIP; v++) {
        int row = v / WIDE;
        double end = row == 0 ? -0.04 : row == LONG - 1 ? 0.04 : 0;
        put(v, x + end, y + 0.02 * (v % WIDE), TABLE + (row % (LONG - 1) ? 0.008 : 0.03));
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

static void lay_cloth(double x, double y, double spacing)
{
    for (int v = 0; v < CLOTH; v++) {
        put(STRIP + v, x + (v % SIDE - 4) * spacing, y + (v / SIDE - 4) * spacing, TABLE + 0.008);
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
    describe(1, STRIP, SIDE, SIDE, 0.05);
    drop_strip(0.05, -0.2);
    lay_cloth(0.25, 0.1, 0.05);
    arms_stand(&both, TABLE);
    return 0;
}

static void only_what_is_small(void **state)
{
    (void)state;
    assert_true(shake_is_small(&view, 0));
    assert_false(shake_is_small(&view, 1));
}

/* What lies flat but for an edge is pulled straight. */
static void only_what_is_crumpled(void **state)
{
    (void)state;
    assert_true(shake_is_for(&view, 0));
    for (int v = 0; v < STRIP; v++) {
        put(v, 0.05 + view.rest[v].x, -0.2 + view.rest[v].y, TABLE + 0.008);
    }
    cloth_read_positions(&view, positions[0], 0.05);
    assert_false(shake_is_for(&view, 0));
}

static void what_is_crumpled_up_high_is_a_ball(void **state)
{
    (void)state;
    assert_false(shake_is_ball(&view, 0)); /* doubled at most */
    put(WIDE * 3, 0.05, -0.2, TABLE + 0.06);
    cloth_read_positions(&view, positions[0], 0.05);
    assert_true(shake_is_ball(&view, 0));
}

static void it_is_taken_at_an_end_and_laid_on_free_table(void **state)
{
    (void)state;
    shake s;
    assert_true(shake_start(&s, &view, &both, 0, -1));
    int row = s.vertex / WIDE;
    assert_true(row == 0 || row == LONG - 1);
    assert_true(s.depth > (LONG - 1) * SPACING - 1e-9); /* all its length hangs down */
    assert_true(cloth_is_clear(&view, s.place, s.depth / 2, 0));
    vec opens =
        s.pinch.grip[s.hand].out; /* the sheet hangs between the pads, and is laid across it */
    assert_true(fabs(vec_dot(opens, s.along)) > 0.999);
    assert_int_equal(shake_step(&s, &view, &both, 0.05), SKILL_BUSY);
}

static void another_end_the_next_time(void **state)
{
    (void)state;
    shake s;
    assert_true(shake_start(&s, &view, &both, 0, -1));
    int first = s.vertex / WIDE;
    assert_true(shake_start(&s, &view, &both, 0, s.vertex));
    assert_int_equal(s.vertex / WIDE, first ? 0 : LONG - 1);
}

/* A leg and a foot, like a sock: from its toe the leg is round a corner, from its heel nothing. */
static void what_is_round_a_corner_creases(void **state)
{
    static const flat corners[] = {{0, 0},       {0.2, 0},    {0.2, 0.08},
                                   {0.08, 0.08}, {0.08, 0.2}, {0, 0.2}};
    (void)state;
    cloth_view sock = {.n = 1};
    garment_view *g = &sock.garments[0];
    *g = (garment_view){.present = true, .n = 6, .n_outline = 6, .spacing = 0.08};
    for (int v = 0; v < 6; v++) {
        g->outline[v] = v;
        sock.rest[v] = corners[v];
    }
    assert_true(hanging_bent(&sock, 0, corners[0]) < 1e-9);
    assert_true(hanging_bent(&sock, 0, corners[2]) > 0.1);
    assert_true(hanging_bent(&view, 0, view.rest[0]) < 1e-9); /* a strip has no corner */
}

/* Folded in one step across its middle, it is held on that crease, at the edge. */
static void it_is_held_on_its_crease(void **state)
{
    (void)state;
    garment_view *g = &view.garments[0];
    const double half = SPACING * (LONG - 1) / 2;
    assert_true(hanging_off_crease(&view, 0, (flat){0, 0}) < 1e-9); /* nothing folds it */
    g->n_ways = 1;
    g->ways[0] = (fold_way){.n_steps = 2, .steps = {{{0, half}, {1, half}}, {{0, 0}, {1, 0}}}};
    assert_true(hanging_off_crease(&view, 0, (flat){0, 0}) < 1e-9); /* not in one step */
    g->ways[0].n_steps = 1;
    assert_true(fabs(hanging_off_crease(&view, 0, (flat){SPACING, 0}) - half) < 1e-9);
    assert_true(hanging_off_crease(&view, 0, (flat){SPACING, half}) < 1e-9);
}

/* An end that lies back at the crease is hung from itself first; what hangs is unfolded when both halves are down. */
static void an_end_that_is_doubled_is_hung_from_itself(void **state)
{
    (void)state;
    garment_view *g = &view.garments[0];
    const double half = SPACING * 3, top = TABLE + 0.3;
    g->n_ways = 1;
    g->ways[0] = (fold_way){.n_steps = 1, .steps = {{{0, half}, {1, half}}}};
    for (int v = 0; v < STRIP; v++) {
        put(v, view.rest[v].x, view.rest[v].y, TABLE + 0.008);
    }
    cloth_read_positions(&view, positions[0], 0.05);
    assert_int_equal(hanging_doubled(&view, 0), -1);
    for (int v = STRIP - WIDE; v < STRIP; v++) {
        put(v, view.rest[v].x, half, TABLE + 0.03);
    }
    cloth_read_positions(&view, positions[0], 0.05);
    assert_int_equal(hanging_doubled(&view, 0) / WIDE, LONG - 1);
    g->n_ways = 0;
    assert_int_equal(hanging_doubled(&view, 0), -1); /* no crease, no halves */
    for (int v = 0; v < STRIP; v++) {
        put(v, view.rest[v].x, 0, top - view.rest[v].y);
    }
    cloth_read_positions(&view, positions[0], 0.05);
    assert_true(hanging_unfolded(&view, 0, (flat){SPACING, 0}, top) > 0.99);
    put(STRIP - 1, 0, 0, top - half); /* one corner is up */
    cloth_read_positions(&view, positions[0], 0.05);
    assert_true(hanging_unfolded(&view, 0, (flat){SPACING, 0}, top) < 0.6);
}

static void there_must_be_room(void **state)
{
    (void)state;
    shake s;
    lay_cloth(0, 0, 0.12); /* all over the table */
    assert_false(shake_start(&s, &view, &both, 0, -1));
    view.garments[1].present = false;
    assert_true(shake_start(&s, &view, &both, 0, -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_what_is_small, set_up),
        cmocka_unit_test_setup(only_what_is_crumpled, set_up),
        cmocka_unit_test_setup(what_is_crumpled_up_high_is_a_ball, set_up),
        cmocka_unit_test_setup(it_is_taken_at_an_end_and_laid_on_free_table, set_up),
        cmocka_unit_test_setup(another_end_the_next_time, set_up),
        cmocka_unit_test_setup(what_is_round_a_corner_creases, set_up),
        cmocka_unit_test_setup(it_is_held_on_its_crease, set_up),
        cmocka_unit_test_setup(an_end_that_is_doubled_is_hung_from_itself, set_up),
        cmocka_unit_test_setup(there_must_be_room, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
