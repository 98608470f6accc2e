/* What the oracle works out before it carries cloth: where it goes, what to take, which way round the arm, and into the dryer. */
#include "carry.h"
#include "errand.h"
#include "pile.h"
#include "reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arm_at_home.h"

enum { SIDE = 9, VERTICES = SIDE * SIDE };
#define SPACING 0.04
#define TABLE   0.75
#define RADIUS  0.008

/* ---- two square cloths in words ---------------------------------------------------------------------------- */

static cloth_view view;
static float positions[2 * VERTICES][3];
static hands both;
static belief known;

static void add(char **at, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    *at += vsprintf(*at, format, list);
    va_end(list);
}

static const char *cloths_text(void)
{
    static char text[1 << 16];
    char *at = text;
    for (int g = 0; g < 2; g++) {
        add(&at,
            "garment %d cloth_%d kind=towel shape=towel size=tea colour=teal present=1 first=%d "
            "vertices=%d mass=0.1 area=0.1 spacing=%g radius=%g layer=0.029\n",
            g, g, g * VERTICES, VERTICES, SPACING, RADIUS);
        for (int v = 0; v < VERTICES; v++) {
            add(&at, "rest %d %d %.4f %.4f\n", g, v, (v % SIDE - 4) * SPACING,
                (v / SIDE - 4) * SPACING);
        }
        add(&at, "outline %d 0 %d %d %d\n", g, SIDE - 1, VERTICES - 1, VERTICES - SIDE);
    }
    return text;
}

/* Flat, its middle at (x, y), its underside at height z. */
static void lay(int garment, double x, double y, double z)
{
    for (int v = 0; v < VERTICES; v++) {
        float *p = positions[garment * VERTICES + v];
        p[0] = (float)(x + (v % SIDE - 4) * SPACING);
        p[1] = (float)(y + (v / SIDE - 4) * SPACING);
        p[2] = (float)(z + RADIUS);
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    memset(&both, 0, sizeof both);
    memset(&known, 0, sizeof known);
    view.table_z = known.table_z = TABLE;
    assert_true(cloth_read_text(&view, cloths_text()));
    lay(0, 0, 0.3, TABLE);
    lay(1, 0, -0.4, TABLE);
    arm_stand(&both.hand[LEFT_HAND], 0.66, -PI / 2, TABLE);
    arm_stand(&both.hand[RIGHT_HAND], -0.66, PI / 2, TABLE);
    assert_true(belief_read_objects(
        &known, "object 0 basket kind=laundry_basket category=container present=1 footprint=0.3 "
                "height=0.25 mass=1.6\n"
                "site 0 cavity box 0 0 0.13 1 0 0 0 0.158 0.228 0.117\n"
                "region dryer_inside 0.2 -1.39 0.76 0.25 0.17 0.26\n"
                "region pile_spot 0.27 -0.12 0.75 0.17 0.17 0.2\n"));
    known.things[0].at = (pose){vec_of(0.43, 0.87, 0.40), quat_identity()};
    return 0;
}

static void assert_near(double a, double b, double bound)
{
    if (!(fabs(a - b) <= bound)) {
        fail_msg("%.6f is not within %g of %.6f", a, bound, b);
    }
}

/* ---- where to --------------------------------------------------------------------------------------------- */

static void a_basket_is_its_cavity_as_it_stands(void **state)
{
    (void)state;
    carry_goal goal;
    assert_true(carry_into(&known, 0, &goal));
    assert_near(goal.floor.z, 0.40 + 0.013, 1e-9);
    assert_near(goal.rim, 0.40 + 0.247, 1e-9);
    lay(0, 0.43, 0.87, 0.5); /* .32 m square: its outer columns lie beyond x = +-.158 */
    assert_near(carry_share(&view, 0, &goal, 0), 7. / 9, 1e-9);
    assert_near(carry_share(&view, 0, &goal, 0.005), 1, 1e-9);
    lay(0, 0.43 - 0.16, 0.87, 0.5);
    assert_near(carry_share(&view, 0, &goal, 0), 4. / 9, 1e-9);
    known.things[0].at.q = quat_about(vec_of(0, 0, 1), PI / 2);
    assert_true(carry_into(&known, 0, &goal));
    lay(0, 0.43 - 0.08, 0.87,
        0.5); /* turned it is .456 m long in x: no row is lost there, but two are in y */
    assert_near(carry_share(&view, 0, &goal, 0), 8. / 9 * 7 / 9, 1e-9);
    lay(0, 0.43, 0.87, 0.7);
    assert_near(carry_share(&view, 0, &goal, 0), 0, 1e-9);
    known.things[0].n_sites = 0;
    assert_false(carry_into(&known, 0, &goal));
}

/* ---- what to take ------------------------------------------------------------------------------------------- */

static void it_is_taken_in_the_middle_where_nothing_else_lies(void **state)
{
    (void)state;
    enum { MOST = 12 };
    int found[MOST];
    carry_goal goal;
    assert_true(carry_into(&known, 0, &goal));
    int n = carry_candidates(&view, 0, &goal, NULL, NULL, 0, found, MOST);
    assert_true(n == MOST);
    assert_int_equal(found[0], VERTICES / 2);
    const int miss = found[0];
    assert_int_equal(carry_candidates(&view, 0, &goal, NULL, &miss, 1, found, MOST), MOST);
    assert_true(found[0] != miss);
    assert_near(carry_hang(&view, 0, VERTICES / 2), hypot(0.16, 0.16), 1e-9);
    assert_near(carry_hang(&view, 0, 0), hypot(0.32, 0.32), 1e-9);
    /* the other one covers its right half: nothing is taken there */
    lay(1, 0.16, 0.3, TABLE + 0.029);
    n = carry_candidates(&view, 0, &goal, NULL, NULL, 0, found, MOST);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        assert_true(cloth_at(&view, 0, found[i]).x < 0.02);
    }
}

static void it_is_taken_out_of_a_basket_below_the_table_too(void **state)
{
    (void)state;
    enum { MOST = 12 };
    int found[MOST];
    carry_goal goal;
    assert_true(carry_into(&known, 0, &goal));
    lay(0, goal.floor.x, goal.floor.y, goal.floor.z + 0.1); /* over both of its long walls */
    assert_true(cloth_is_top(&view, 0, 0));
    int n = carry_candidates(&view, 0, NULL, &goal, NULL, 0, found, MOST);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) { /* no finger comes down on a wall */
        assert_true(fabs(cloth_at(&view, 0, found[i]).x - goal.floor.x) < goal.half.x - 0.03);
    }
    grip g = {.garment = 0, .vertex = found[0]};
    vec at = cloth_at(&view, 0, found[0]), tip = pinch_tip(&view, &g);
    assert_true(tip.z < at.z && tip.z > at.z - 0.03); /* not in the air at the table's height */
}

static void a_hand_turns_so_that_it_fits_into_a_basket(void **state)
{
    (void)state;
    carry_goal goal;
    const vec along = vec_of(1, 0, 0), across = vec_of(0, 1, 0);
    assert_true(carry_into(&known, 0, &goal));
    vec tip = goal.floor; /* .316 m by .456 m, .234 m deep */
    tip.z += 0.05;
    assert_true(carry_hand_fits(&goal, tip, along) && carry_hand_fits(&goal, tip, across));
    tip.x += 0.09; /* the hand's bar is 20 cm long */
    assert_false(carry_hand_fits(&goal, tip, along));
    assert_true(carry_hand_fits(&goal, tip, across));
    tip.z = goal.rim - 0.03; /* only fingers get between the walls */
    assert_true(carry_hand_fits(&goal, tip, across));
    tip.x = goal.floor.x + goal.half.x + 0.03; /* on the wall */
    assert_false(carry_hand_fits(&goal, tip, across));
    tip.z = goal.rim + 0.03;
    assert_true(carry_hand_fits(&goal, tip, along));
    goal.walls = false;
    tip.z = goal.floor.z;
    assert_true(carry_hand_fits(&goal, tip, along));
}

static void what_hangs_out_of_the_dryer_is_taken_first(void **state)
{
    (void)state;
    literal asked = {.predicate = "inside", .n_args = 2, .args = {"cloth_0", "basket"}};
    errand in, half_out;
    assert_true(errand_for(&known, &view, &asked, &in));
    lay(0, 0.2, -1.42, 0.9);
    int before = errand_rank(&known, &view, &in);
    lay(0, 0.2, -1.22, 0.9);
    assert_true(errand_for(&known, &view, &asked, &half_out));
    assert_true(errand_rank(&known, &view, &half_out) + 8 < before);
}

/* ---- which way ----------------------------------------------------------------------------------------------- */

static void the_way_goes_round_the_base_and_over_the_rim(void **state)
{
    (void)state;
    carry_way way;
    const vec to = vec_of(0.43, 0.87, 0.55);
    const double high = 1.05;
    for (int i = 0; i < 3;
         i++) { /* from behind the middle of the table, too, where the straight way hits the arm */
        const vec tip = vec_of(-0.25 + 0.2 * i, 0.35, TABLE + 0.02);
        pose from = hands_down(tip, vec_of(1, 0, 0), 1);
        bool found = carry_find_way(&both, LEFT_HAND, from, high, to, &way);
        from = hands_down(tip, vec_of(1, 0, 0), 0);
        found = found || carry_find_way(&both, LEFT_HAND, from, high, to, &way);
        assert_true(found);
        pose last = pose_advance(way.at[way.n - 1], HAND_TIP);
        assert_near(vec_distance(last.p, to), 0, 1e-9);
        for (int k = 1; k < way.n - 1; k++) {
            pose a = way.at[k], b = way.at[k + 1 < way.n - 1 ? k + 1 : k];
            for (int s = 0; s <= 10; s++) {
                vec p = hands_bow(a, b, 0, s / 10.).p;
                assert_true(hypot(p.x, p.y - 0.66) > 0.25 && p.z > high - 1e-9);
            }
        }
    }
    pose from = hands_down(vec_of(0, 0.3, TABLE), vec_of(1, 0, 0), 0);
    assert_false(carry_find_way(&both, LEFT_HAND, from, high, vec_of(0.43, -0.87, 0.55), &way));
}

static void the_hand_goes_through_the_opening(void **state)
{
    (void)state;
    const carry_mouth mouth =
        carry_mouth_of(&known, belief_find_region(&known, "dryer_inside"), vec_of(0, 1, 0));
    assert_near(vec_distance(mouth.middle, vec_of(0.2, -1.22, 1.02)), 0, 1e-9);
    assert_true(carry_is_behind(&mouth, vec_of(0.2, -1.39, 0.8)));
    assert_false(carry_is_behind(&mouth, vec_of(0.2, -0.9, 0.8)));
    for (int i = 0; i < 3; i++) {
        const vec tip = vec_of(0.12 + 0.08 * i, -1.39, 0.80);
        carry_way way;
        assert_true(carry_find_way_in(&both, RIGHT_HAND, &mouth, tip, &way));
        pose deep = way.at[way.n - 1], before = way.at[way.n - 2];
        vec end = pose_advance(deep, HAND_TIP).p, into = pose_axis_z(deep);
        assert_near(vec_distance(vec_along(end, into, -0.012), tip), 0, 1e-6);
        assert_true(pose_advance(before, HAND_TIP).p.y > -1.16);
        assert_near(vec_norm(vec_cross(vec_unit(vec_sub(deep.p, before.p)), into)), 0, 1e-6);
        double s =
            (-1.18 - end.y) /
            into.y; /* where the hand's own axis meets the front: the opening has a radius of .19 m */
        vec at = vec_along(end, into, s);
        assert_true(hypot(at.x - 0.2, at.z - 1.02) < 0.19 - 0.06);
    }
    carry_way way;
    assert_false(carry_find_way_in(&both, LEFT_HAND, &mouth, vec_of(0.2, -1.39, 0.8), &way));
}

/* From before the dryer home the straight way leads over the arm's own base. */
static void the_way_home_leads_round_the_base(void **state)
{
    (void)state;
    hand_state *one = &both.hand[RIGHT_HAND];
    for (int far = 0; far < 2; far++) { /* from the other side of the table it is straight */
        double nearest = HUGE_VAL;
        int strokes = 0;
        arm_stand(&both.hand[RIGHT_HAND], -0.66, PI / 2, TABLE);
        one->at.p = far ? vec_of(0.3, -0.1, 0.9) : vec_of(0.23, -1.04, 0.9);
        one->tool = one->at;
        hands_clear(&both);
        hands_add_home(&both, false, true);
        strokes = both.n;
        for (int i = 0; i < 600 && hands_busy(&both); i++) {
            hands_step(&both, 0.05);
            one->tool = one->at;
            nearest = fmin(nearest, hypot(one->at.p.x, one->at.p.y + 0.66));
        }
        assert_false(hands_busy(&both));
        assert_near(vec_distance(one->at.p, one->home.p), 0, 1e-9);
        assert_near(quat_angle(one->at.q, one->home.q), 0, 1e-6);
        assert_true(nearest > 0.28);
        assert_int_equal(strokes, far ? 2 : 5);
    }
}

/* Near the end of its last joint a hand turns round the other way. */
static void a_wrist_does_not_turn_beyond_its_end(void **state)
{
    (void)state;
    hand_state *one = &both.hand[RIGHT_HAND];
    const double turn = -1.7, start = one->joints[6];
    for (int near_end = 0; near_end < 2; near_end++) {
        pose from = one->home, to = from;
        one->joints[6] = near_end ? 2.3 : start; /* it would come to 4.0, its end is 2.9 */
        one->tool = one->at = from;
        to.q = quat_mul(quat_about(vec_of(0, 0, 1), turn), from.q);
        hands_clear(&both);
        hands_add(&both, hands_only(RIGHT_HAND, hands_to(to, 0.04), 0.3));
        hands_step(&both, 0.05);
        hands_step(&both, 0.05);
        vec first = quat_difference(from.q, one->at.q);
        assert_true(near_end ? first.z > 0 : first.z < 0);
        for (int i = 0; i < 400 && hands_busy(&both); i++) {
            one->tool = one->at;
            hands_step(&both, 0.05);
        }
        assert_false(hands_busy(&both));
        assert_near(quat_angle(one->at.q, to.q), 0, 1e-6);
    }
}

/* ---- piles ---------------------------------------------------------------------------------------------------- */

/* One layer has no crease: any side will do, and both corners of it are taken. */
static void a_pack_is_held_at_a_side(void **state)
{
    (void)state;
    lay(0, -0.2, 0.1, TABLE);
    pack_view pack = pack_see(&view, 0);
    assert_near(pack.middle.x, -0.2, 1e-6);
    assert_near(pack.middle.y, 0.1, 1e-6);
    assert_near(pack.half[0], pack.half[1], 0.09);
    pack_hold holds[PACK_SIDES];
    int n = pack_holds(&view, 0, holds);
    assert_int_equal(n, PACK_SIDES);
    for (int i = 0; i < n; i++) {
        const pack_hold *h = &holds[i];
        assert_int_equal(h->n, 2);
        vec between = vec_sub(pinch_tip(&view, &h->grip[1]), pinch_tip(&view, &h->grip[0])),
            left = vec_of(-h->out.y, h->out.x, 0);
        assert_true(vec_dot(between, left) > 0.15); /* the second lies to the left */
        assert_near(vec_dot(between, h->out), 0, 0.021);
        for (int k = 0; k < 2; k++) {
            double far = vec_dot(h->out, vec_sub(pinch_tip(&view, &h->grip[k]), pack.middle));
            assert_true(far > h->depth / 2 - 0.045);
        }
        assert_true(i == 0 || holds[i - 1].loose <= h->loose);
    }
}

static void a_pile_has_a_middle_and_a_top(void **state)
{
    (void)state;
    const carry_goal spot = carry_onto(&known, belief_find_region(&known, "pile_spot"));
    lay(0, -0.2, 0.1, TABLE);
    vec top = pile_top(&view, 0, &spot); /* nothing is there yet */
    assert_near(vec_distance(top, spot.floor), 0, 1e-9);
    lay(1, 0.24, -0.10, TABLE + 0.03);
    top = pile_top(&view, 0, &spot);
    assert_near(vec_distance(top, vec_of(0.24, -0.10, TABLE + 0.03 + RADIUS)), 0, 1e-6);
}

/* What is to be folded again is taken off a pile, to where nothing lies. */
static void a_fold_on_a_pile_is_done_beside_it(void **state)
{
    (void)state;
    const errand fold = {.kind = ERRAND_FOLD, .garment = 0}, flat_out = {.kind = ERRAND_FLATTEN};
    carry_goal to;
    assert_true(belief_read_goal(
        &known, "literal 0 0 folded cloth_0\nliteral 1 0 piled cloth_0 pile_spot\n"));
    lay(1, 0.24, -0.10, TABLE);
    assert_false(errand_off_pile(&known, &view, &fold, &to)); /* it lies on the table */
    lay(0, 0.24, -0.12, TABLE + 0.03);
    assert_false(errand_off_pile(&known, &view, &flat_out, &to));
    assert_true(errand_off_pile(&known, &view, &fold, &to));
    for (int g = 0; g < 2; g++) {
        for (int v = 0; v < VERTICES; v++) {
            vec p = cloth_at(&view, g, v);
            assert_true(hypot(p.x - to.floor.x, p.y - to.floor.y) > 0.15);
        }
    }
    assert_true(belief_read_goal(&known, "literal 0 0 folded cloth_0\n"));
    assert_false(errand_off_pile(&known, &view, &fold, &to)); /* no pile is asked for */
}

/* The larger ones first: what lies on something smaller droops. */
static void a_pile_narrows_upwards(void **state)
{
    (void)state;
    literal asked = {.predicate = "piled", .n_args = 2, .args = {"cloth_0", "pile_spot"}};
    errand small;
    lay(0, -0.2, 0.3, TABLE);
    lay(1, -0.2, -0.3, TABLE);
    assert_true(belief_read_goal(
        &known, "literal 0 0 piled cloth_0 pile_spot\nliteral 0 0 piled cloth_1 pile_spot\n"));
    assert_true(errand_for(&known, &view, &asked, &small));
    int alike = errand_rank(&known, &view, &small);
    view.garments[0].area = 0.5 * view.garments[1].area;
    assert_true(errand_rank(&known, &view, &small) > alike + 100);
    assert_true(belief_read_goal(
        &known, "literal 0 0 piled cloth_0 pile_spot\nliteral 1 0 piled cloth_1 pile_spot\n"));
    assert_int_equal(errand_rank(&known, &view, &small), alike); /* that one lies there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_basket_is_its_cavity_as_it_stands, set_up),
        cmocka_unit_test_setup(it_is_taken_in_the_middle_where_nothing_else_lies, set_up),
        cmocka_unit_test_setup(it_is_taken_out_of_a_basket_below_the_table_too, set_up),
        cmocka_unit_test_setup(a_hand_turns_so_that_it_fits_into_a_basket, set_up),
        cmocka_unit_test_setup(what_hangs_out_of_the_dryer_is_taken_first, set_up),
        cmocka_unit_test_setup(the_way_goes_round_the_base_and_over_the_rim, set_up),
        cmocka_unit_test_setup(the_hand_goes_through_the_opening, set_up),
        cmocka_unit_test_setup(the_way_home_leads_round_the_base, set_up),
        cmocka_unit_test_setup(a_wrist_does_not_turn_beyond_its_end, set_up),
        cmocka_unit_test_setup(a_pack_is_held_at_a_side, set_up),
        cmocka_unit_test_setup(a_pile_has_a_middle_and_a_top, set_up),
        cmocka_unit_test_setup(a_fold_on_a_pile_is_done_beside_it, set_up),
        cmocka_unit_test_setup(a_pile_narrows_upwards, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
