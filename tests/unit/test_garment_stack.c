/* Garments with other things: lying on a table, inside a box, draped over a bar, piled on one another. */
#include "cloth_pose.h"
#include "garment_state_internal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static chore_scene *wardrobe;

static const chore_garment *find(const char *id)
{
    return chore_scene_garment(wardrobe, chore_scene_find_garment(wardrobe, id));
}

/* ---- draped ------------------------------------------------------------------------------------------------ */

#define TOP 0.9

static cloth_bar bar(double radius)
{
    return (cloth_bar){{0, -0.5, TOP - radius}, {0, 0.5, TOP - radius}, radius};
}

static bool draped(const cloth_pose *p, double radius)
{
    cloth_bar b = bar(radius);
    return chore_cloth_is_draped(p->garment, (const double(*)[3])p->pos, &b, 0);
}

static void over_the_bar_on_both_sides_is_draped(void **state)
{
    static cloth_pose p;
    (void)state;
    for (int thick = 0; thick < 2; thick++) {
        double radius = thick ? 0.04 : 0.015;
        cloth_pose_drape(&p, find("towel_hand"), TOP, radius, 0);
        assert_true(draped(&p, radius));
        cloth_pose_move(&p, 0, 0.1, 0);
        assert_true(draped(&p, radius));
        cloth_pose_drape(&p, find("tshirt_adult"), TOP, radius, 0.02);
        assert_true(draped(&p, radius));
    }
}

static void hanging_on_one_side_beside_or_above_it_is_not_draped(void **state)
{
    static cloth_pose p;
    const chore_garment *g = find("towel_hand");
    (void)state;
    cloth_pose_drape(&p, g, TOP, 0.02, 0.2); /* about to slip off */
    assert_false(draped(&p, 0.02));
    cloth_pose_drape(&p, g, TOP, 0.02, 0);
    cloth_pose_move(&p, 0.3, 0, 0); /* over something else */
    assert_false(draped(&p, 0.02));
    cloth_pose_drape(&p, g, TOP, 0.02, 0);
    cloth_pose_move(&p, 0, 0, 0.2); /* held above it */
    assert_false(draped(&p, 0.02));
    cloth_pose_drape(&p, g, TOP, 0.02, 0);
    cloth_pose_move(&p, 0, 0.8, 0); /* beyond its end */
    assert_false(draped(&p, 0.02));
    cloth_pose_flat(&p, g);
    cloth_pose_move(&p, 0, 0, TOP); /* as stiff as a board */
    assert_false(draped(&p, 0.02));
}

static void what_reaches_the_floor_is_not_draped(void **state)
{
    static cloth_pose p;
    cloth_bar low = {{0, -0.5, 0.28}, {0, 0.5, 0.28}, 0.02};
    (void)state;
    cloth_pose_drape(&p, find("towel_hand"), 0.3, 0.02, 0);
    assert_true(chore_cloth_lowest(p.garment, (const double(*)[3])p.pos) < 0.04);
    assert_true(chore_cloth_is_draped(p.garment, (const double(*)[3])p.pos, &low, -0.5));
    assert_false(chore_cloth_is_draped(p.garment, (const double(*)[3])p.pos, &low, 0.02));
}

/* ---- piled ------------------------------------------------------------------------------------------------- */

enum { N = 3 };
static cloth_pose stack[N];
static cloth_item items[N];

static double height_of(const cloth_pose *p)
{
    double hi = 0;
    for (int v = 0; v < p->garment->n_vertices; v++) {
        hi = fmax(hi, p->pos[v][2]);
    }
    return hi + p->garment->radius_m;
}

/* Three folded shirts, each on the one below; order of the items: middle, lowest, top. */
static void pile_up(void)
{
    static const int at[N] = {1, 0, 2};
    for (int i = 0; i < N; i++) {
        cloth_pose_fold_way(&stack[i], find(at[i] == 1 ? "towel_hand" : "tshirt_adult"), 0,
                            at[i] == 1 ? 3 : 7);
        items[i] = (cloth_item){stack[i].garment, (const double(*)[3])stack[i].pos};
    }
    for (int i = 0; i < N; i++) { /* each packet around its own middle */
        cloth_look look;
        chore_cloth_look(items[i].garment, items[i].pos, &look);
        cloth_pose_move(&stack[i], -look.centre[0], -look.centre[1], 0);
    }
    double shirt = height_of(&stack[1]), towel = height_of(&stack[0]);
    cloth_pose_move(&stack[0], 0.02, 0.01, shirt);
    cloth_pose_move(&stack[2], -0.02, 0.02, shirt + towel);
    cloth_pose_turn(&stack[2], 0.2);
}

static bool piled(int n)
{
    return chore_cloth_is_piled(items, n, 0, NULL);
}

static void one_on_the_other_is_a_pile_in_any_order(void **state)
{
    int order[N];
    (void)state;
    pile_up();
    assert_true(chore_cloth_is_piled(items, N, 0, order));
    assert_true(order[0] == 1 && order[1] == 0 && order[2] == 2);
    cloth_item first = items[0];
    items[0] = items[2];
    items[2] = first;
    assert_true(piled(N));
    assert_false(chore_cloth_is_piled(items, N, -0.1, NULL)); /* in the air */
    assert_false(chore_cloth_is_piled(items, N, 0.1, NULL));
    assert_false(chore_cloth_is_piled(items, 0, 0, NULL));
}

static void beside_leaning_and_floating_are_no_pile(void **state)
{
    (void)state;
    pile_up();
    cloth_pose_move(&stack[2], 0.12, 0, 0);
    assert_false(piled(N));
    pile_up();
    cloth_pose_move(&stack[0], 0.5, 0, -height_of(&stack[1])); /* two beside one another */
    assert_false(piled(N));
    assert_false(piled(2));
    pile_up();
    cloth_pose_move(&stack[2], 0, 0, 0.08); /* held above the pile */
    assert_false(piled(N));
    pile_up();
    cloth_pose_move(&stack[0], 0.07, 0, 0); /* a staircase */
    cloth_pose_move(&stack[2], 0.15, 0, 0);
    assert_false(piled(N));
    pile_up();
    cloth_pose_move(&stack[2], 0, 0,
                    -height_of(&stack[0])); /* top and middle are one through the other */
    assert_false(piled(N));
}

static void one_garment_is_a_pile_where_it_lies(void **state)
{
    (void)state;
    pile_up();
    items[0] = items[1];
    assert_true(piled(1));
    cloth_pose_move(&stack[1], 0, 0, 0.1);
    assert_false(piled(1));
}

/* ---- where it is --------------------------------------------------------------------------------------------- */

static void lying_on_a_surface(void **state)
{
    static cloth_pose pose;
    const double(*pos)[3] = (const double(*)[3])pose.pos;
    const chore_garment *g = find("towel_hand");
    (void)state;
    cloth_pose_fold_way(&pose, g, 0, 3);
    assert_true(chore_cloth_lies_on(g, pos, 0));
    assert_false(chore_cloth_lies_on(g, pos, 0.05));  /* below it */
    assert_false(chore_cloth_lies_on(g, pos, -0.05)); /* in the air */
    assert_true(fabs(chore_cloth_lowest(g, pos)) < 1e-9);
    pose.pos[0][2] -= 0.3; /* a corner hangs over the edge */
    assert_false(chore_cloth_lies_on(g, pos, 0));
}

static void the_share_inside_a_box(void **state)
{
    static cloth_pose pose;
    const double(*pos)[3] = (const double(*)[3])pose.pos;
    const chore_garment *g = find("towel_hand");
    const double centre[3] = {0, 0, 0}, level[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1},
                 turned[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1};
    const double all[3] = {0.21, 0.31, 0.1}, lower[3] = {0.21, 0.15, 0.1};
    (void)state;
    cloth_pose_flat(&pose, g);
    assert_true(fabs(chore_cloth_share_inside(g, pos, centre, level, all) - 1) < 1e-9);
    assert_true(fabs(chore_cloth_share_inside(g, pos, centre, level, lower) - 0.5) < 0.06);
    /* turned by a quarter the box is .62 x .42: two thirds of the towel's length */
    assert_true(fabs(chore_cloth_share_inside(g, pos, centre, turned, all) - 0.7) < 0.06);
    cloth_pose_move(&pose, 0, 0, 0.2);
    assert_true(chore_cloth_share_inside(g, pos, centre, level, all) == 0);
}

static int open_wardrobe(void **state)
{
    (void)state;
    wardrobe = cloth_pose_wardrobe();
    return 0;
}

static int close_wardrobe(void **state)
{
    (void)state;
    chore_scene_destroy(wardrobe);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_the_bar_on_both_sides_is_draped),
        cmocka_unit_test(hanging_on_one_side_beside_or_above_it_is_not_draped),
        cmocka_unit_test(what_reaches_the_floor_is_not_draped),
        cmocka_unit_test(one_on_the_other_is_a_pile_in_any_order),
        cmocka_unit_test(beside_leaning_and_floating_are_no_pile),
        cmocka_unit_test(one_garment_is_a_pile_where_it_lies),
        cmocka_unit_test(lying_on_a_surface),
        cmocka_unit_test(the_share_inside_a_box),
    };
    return cmocka_run_group_tests_name("garment_stack", tests, open_wardrobe, close_wardrobe);
}
