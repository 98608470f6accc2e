/* How the oracle sees that cloth does not lie flat, where it wants it, and which points it would take. */
#include "spread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 11, ROWS = 16, VERTICES = COLUMNS * ROWS };
#define assert_near(a, b, by) assert_true(fabs((a) - (b)) <= (by))
#define SPACING               0.04
#define WIDTH                 ((COLUMNS - 1) * SPACING)
#define LENGTH                ((ROWS - 1) * SPACING)
#define TABLE                 0.75
#define RADIUS                0.008
#define LAYER                 0.027

/* ---- a towel on the table between two arms ------------------------------------------------------------- */

static cloth_view view;
static hands arms;
static spread_mesh mesh;
static float positions[VERTICES][3];

static int vertex_at(int column, int row)
{
    return row * COLUMNS + column;
}

static flat rest_of(int v)
{
    return (flat){(v % COLUMNS) * SPACING - WIDTH / 2, (v / COLUMNS) * SPACING - LENGTH / 2};
}

static size_t write_outline(char *at)
{
    size_t n = (size_t)sprintf(at, "outline 0");
    for (int i = 0; i < 2 * (COLUMNS + ROWS - 2); i++) {
        int k = i, column, row;
        if (k < COLUMNS - 1) {
            column = k, row = 0;
        } else if ((k -= COLUMNS - 1) < ROWS - 1) {
            column = COLUMNS - 1, row = k;
        } else if ((k -= ROWS - 1) < COLUMNS - 1) {
            column = COLUMNS - 1 - k, row = ROWS - 1;
        } else {
            column = 0, row = ROWS - 1 - (k - (COLUMNS - 1));
        }
        n += (size_t)sprintf(at + n, " %d", vertex_at(column, row));
    }
    return n + (size_t)sprintf(at + n, "\n");
}

static int set_up(void **state)
{
    static char text[1 << 15];
    (void)state;
    size_t n =
        (size_t)sprintf(text,
                        "garment 0 towel_1 kind=towel shape=towel size=hand colour=teal "
                        "present=1 first=0 vertices=%d mass=0.15 area=%g spacing=%g radius=%g "
                        "layer=%g\n",
                        VERTICES, WIDTH * LENGTH, SPACING, RADIUS, LAYER);
    for (int v = 0; v < VERTICES; v++) {
        n += (size_t)sprintf(text + n, "rest 0 %d %.4f %.4f\n", v, rest_of(v).x, rest_of(v).y);
    }
    write_outline(text + n);
    memset(&view, 0, sizeof view);
    memset(&arms, 0, sizeof arms);
    arms.hand[LEFT_HAND].base = (pose){{0, 0.66, TABLE}, quat_about(vec_of(0, 0, 1), -PI / 2)};
    arms.hand[RIGHT_HAND].base = (pose){{0, -0.66, TABLE}, quat_about(vec_of(0, 0, 1), PI / 2)};
    view.table_z = TABLE;
    assert_true(cloth_read_text(&view, text));
    assert_true(spread_draw(&mesh, &view, 0));
    return 0;
}

/* Where a rest point comes to lie. */
typedef struct place {
    double yaw, x, y;
    bool other_side_up;
    double flap;  /* this much at the small end of y is turned over onto the rest, m */
    double waves; /* height, m */
} place;

static void lay(place at)
{
    for (int v = 0; v < VERTICES; v++) {
        flat p = rest_of(v);
        double hinge = at.flap - LENGTH / 2;
        bool over = p.y < hinge - 1e-9;
        p.y = over ? 2 * hinge - p.y : p.y;
        double x = at.other_side_up ? -p.x : p.x;
        positions[v][0] = (float)(cos(at.yaw) * x - sin(at.yaw) * p.y + at.x);
        positions[v][1] = (float)(sin(at.yaw) * x + cos(at.yaw) * p.y + at.y);
        positions[v][2] = (float)(TABLE + RADIUS + (over ? LAYER : 0) +
                                  at.waves * (0.5 + 0.5 * sin(2 * PI * p.y / 0.2)));
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

static spread_look seen(place at)
{
    lay(at);
    return spread_see(&mesh, &view, NULL);
}

/* ---- measures ------------------------------------------------------------------------------------------- */

static void shares_add_up(void **state)
{
    (void)state;
    double sum = 0, inner = mesh.share[vertex_at(5, 7)], corner = mesh.share[vertex_at(0, 0)];
    for (int v = 0; v < VERTICES; v++) {
        sum += mesh.share[v];
    }
    assert_near(sum, 1, 1e-9);
    assert_near(inner, SPACING * SPACING / (WIDTH * LENGTH), 1e-5);
    assert_near(corner, inner / 4, 1e-5);
}

static void a_flat_one_is_flat_wherever_it_lies(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        spread_look l = seen((place){.yaw = 1.3, .x = 0.05, .y = -0.1, .other_side_up = side});
        assert_true(l.flat);
        assert_int_equal(l.mirrored, side);
        assert_near(l.cover, 1, 0.05);
        assert_near(l.flatness, 1, 1e-4);
        assert_true(l.error < 1e-4 && l.turned == 0);
        assert_false(spread_is_heap(&l));
    }
}

static void a_flap_and_waves_are_not_flat(void **state)
{
    (void)state;
    spread_look flap = seen((place){.flap = 0.12});
    assert_false(flap.flat);
    assert_near(flap.turned, 0.12 / LENGTH, 0.01);
    assert_near(flap.cover, 1 - 0.12 / LENGTH, 0.05);
    assert_near(flap.rise, LAYER, 0.002);
    spread_look waves = seen((place){.waves = 0.04});
    assert_false(waves.flat);
    assert_true(waves.rise > 0.03 && waves.turned == 0);
}

/* ---- where it shall lie ----------------------------------------------------------------------------------- */

static void it_is_wanted_on_the_table(void **state)
{
    (void)state;
    spread_look l = seen((place){.yaw = 0.2, .x = 0.45, .y = 0.3});
    assert_true(l.shape_error < 1e-4 && l.error > 0.1);
    for (int v = 0; v < VERTICES; v++) {
        flat p = spread_wanted(&mesh, &view, &l, v);
        assert_true(fabs(p.x) < 0.44 && fabs(p.y) < 0.56);
    }
}

static void its_place_does_not_follow_small_changes(void **state)
{
    (void)state;
    spread_look first = seen((place){.yaw = 0.3, .flap = 0.08});
    lay((place){.yaw = 0.3, .x = 0.003, .flap = 0.08});
    spread_look kept = spread_see(&mesh, &view, &first);
    assert_true(kept.frame.at.x == first.frame.at.x && kept.frame.c == first.frame.c);
    lay((place){.yaw = 0.3, .x = 0.1, .flap = 0.08});
    spread_look moved = spread_see(&mesh, &view, &first);
    assert_near(moved.frame.at.x - first.frame.at.x, 0.1, 0.01);
}

/* ---- what to take ------------------------------------------------------------------------------------------- */

static bool is_of_end(int vertex)
{
    return vertex >= 0 && vertex / COLUMNS == 0;
}

static void a_flap_is_taken_by_its_far_edge(void **state)
{
    (void)state;
    bool barred[SPREAD_VERTICES] = {false};
    spread_move moves[SPREAD_MOVES];
    spread_look l = seen((place){.yaw = PI / 2, .flap = 0.12}); /* that edge lies along y */
    int n = spread_plan(&mesh, &view, &l, &arms, SPREAD_DRAG, barred, moves);
    assert_true(n > 0);
    assert_true(is_of_end(moves[0].vertex[LEFT_HAND]) && is_of_end(moves[0].vertex[RIGHT_HAND]));
    for (int k = 0; k < HANDS; k++) { /* each hand on its own side */
        double y = cloth_at(&view, 0, moves[0].vertex[k]).y;
        assert_true(k == LEFT_HAND ? y > -0.12 : y < 0.12);
    }
    for (int i = 1; i < n; i++) {
        assert_true(moves[i].merit <= moves[i - 1].merit);
    }
    int taken = moves[0].vertex[LEFT_HAND];
    barred[taken] = true;
    n = spread_plan(&mesh, &view, &l, &arms, SPREAD_DRAG, barred, moves);
    for (int i = 0; i < n; i++) {
        assert_int_not_equal(moves[i].vertex[LEFT_HAND], taken);
    }
}

static void nothing_is_taken_that_lies_right(void **state)
{
    (void)state;
    bool barred[SPREAD_VERTICES] = {false};
    spread_move moves[SPREAD_MOVES];
    spread_look l = seen((place){.yaw = 0.4});
    assert_int_equal(spread_plan(&mesh, &view, &l, &arms, SPREAD_DRAG, barred, moves), 0);
}

static void it_hangs_best_from_the_ends_of_a_side(void **state)
{
    (void)state;
    int corners[2] = {vertex_at(0, 0), vertex_at(COLUMNS - 1, 0)},
        inner[2] = {vertex_at(3, 0), vertex_at(7, 0)};
    spread_hanging side = spread_hung(&mesh, &view, corners[0], corners[1]);
    assert_near(side.span, WIDTH, 1e-6);
    assert_near(side.depth, LENGTH, 1e-6);
    assert_true(side.above < 0.06 && side.beside < 1e-9);
    assert_true(spread_hung(&mesh, &view, inner[0], inner[1]).beside > 0.02);
    spread_hanging across = spread_hung(&mesh, &view, corners[0], vertex_at(COLUMNS - 1, ROWS - 1));
    assert_near(across.above, 0.5, 0.06);

    bool barred[SPREAD_VERTICES] = {false};
    spread_move moves[SPREAD_MOVES];
    spread_look l = seen((place){.yaw = PI / 2}); /* its short sides lie along y */
    int n = spread_plan(&mesh, &view, &l, &arms, SPREAD_HANG, barred, moves);
    assert_true(n > 3);
    spread_hanging best = spread_hung(&mesh, &view, moves[0].vertex[0], moves[0].vertex[1]);
    assert_true(best.above < 0.06 && best.beside < 0.01 && best.span > WIDTH - 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(shares_add_up, set_up),
        cmocka_unit_test_setup(a_flat_one_is_flat_wherever_it_lies, set_up),
        cmocka_unit_test_setup(a_flap_and_waves_are_not_flat, set_up),
        cmocka_unit_test_setup(it_is_wanted_on_the_table, set_up),
        cmocka_unit_test_setup(its_place_does_not_follow_small_changes, set_up),
        cmocka_unit_test_setup(a_flap_is_taken_by_its_far_edge, set_up),
        cmocka_unit_test_setup(nothing_is_taken_that_lies_right, set_up),
        cmocka_unit_test_setup(it_hangs_best_from_the_ends_of_a_side, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
