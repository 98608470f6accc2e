/* What the oracle works out before it moves: how cloth lies, where it should lie, which way the arms can take. */
#include "fold_choice.h"
#include "pinch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 11, ROWS = 16, VERTICES = COLUMNS * ROWS };
#define SPACING 0.04
#define TABLE   0.75
#define RADIUS  0.008
#define LAYER   0.029

/* ---- a towel in words, .40 x .60 m --------------------------------------------------------------------- */

static cloth_view view;
static float positions[VERTICES][3];

static flat rest_of(int v)
{
    return (flat){(v % COLUMNS - (COLUMNS - 1) / 2.) * SPACING,
                  (v / COLUMNS - (ROWS - 1) / 2.) * SPACING};
}

static int vertex_at(int column, int row)
{
    return row * COLUMNS + column;
}

static void add(char **at, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    *at += vsprintf(*at, format, list);
    va_end(list);
}

static const char *towel_text(void)
{
    static char text[1 << 16];
    char *at = text;
    add(&at, "object 0 basket kind=basket\nfixture table table\n");
    add(&at,
        "garment 0 towel_1 kind=towel shape=towel size=hand colour=teal present=1 first=0 vertices=%d "
        "mass=0.15 area=0.24 spacing=%g radius=%g layer=%g\n",
        VERTICES, SPACING, RADIUS, LAYER);
    for (int v = 0; v < VERTICES; v++) {
        add(&at, "rest 0 %d %.4f %.4f\n", v, rest_of(v).x, rest_of(v).y);
    }
    add(&at, "outline 0");
    for (int i = 0; i < COLUMNS - 1; i++) {
        add(&at, " %d", vertex_at(i, 0));
    }
    for (int i = 0; i < ROWS - 1; i++) {
        add(&at, " %d", vertex_at(COLUMNS - 1, i));
    }
    for (int i = COLUMNS - 1; i > 0; i--) {
        add(&at, " %d", vertex_at(i, ROWS - 1));
    }
    for (int i = ROWS - 1; i > 0; i--) {
        add(&at, " %d", vertex_at(0, i));
    }
    add(&at, "\nkeypoint 0 bottom_left %d\nkeypoint 0 bottom_right %d\n", vertex_at(0, 0),
        vertex_at(COLUMNS - 1, 0));
    add(&at, "keypoint 0 top_left %d\nkeypoint 0 top_right %d\n", vertex_at(0, ROWS - 1),
        vertex_at(COLUMNS - 1, ROWS - 1));
    add(&at, "fold 0 across 0 0 -0.3 0 0.3\nfold 0 across 1 0.2 0 -0.2 0\n");
    add(&at, "fold 0 along 0 0.2 0 -0.2 0\nfold 0 along 1 0.2 0.15 -0.2 0.15\n");
    return text;
}

/* Lay it down as after `steps` of a way, turned and shifted; layers lie on one another, each row pushed by `noise`. */
static void lay(int way, int steps, double yaw, double x, double y, double noise)
{
    const fold_way *w = &view.garments[0].ways[way];
    for (int v = 0; v < VERTICES; v++) {
        flat rest = rest_of(v), p = fold_ideal(w, steps, rest);
        bool over = hypot(p.x - rest.x, p.y - rest.y) > 1e-9;
        double push = noise * ((v * 7) % 5 - 2) / 2;
        positions[v][0] = (float)(cos(yaw) * p.x - sin(yaw) * p.y + x + push);
        positions[v][1] = (float)(sin(yaw) * p.x + cos(yaw) * p.y + y - push);
        positions[v][2] = (float)(TABLE + RADIUS + (over ? LAYER : 0));
    }
    cloth_read_positions(&view, positions[0], 0.05);
}

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    view.table_z = TABLE;
    assert_true(cloth_read_text(&view, towel_text()));
    lay(0, 0, 0, 0, 0, 0);
    return 0;
}

static void assert_near(double a, double b, double bound)
{
    if (!(fabs(a - b) <= bound)) {
        fail_msg("%.6f is not within %g of %.6f", a, bound, b);
    }
}

/* ---- reading ------------------------------------------------------------------------------------------- */

static void words_become_cloth(void **state)
{
    (void)state;
    const garment_view *g = &view.garments[0];
    assert_int_equal(view.n, 1);
    assert_string_equal(g->shape, "towel");
    assert_int_equal(g->n_outline, 2 * (COLUMNS + ROWS) - 4);
    assert_int_equal(g->n_ways, 2);
    assert_string_equal(g->ways[1].name, "along");
    assert_int_equal(g->ways[1].n_steps, 2);
    assert_int_equal(cloth_keypoint(g, "top_left"), vertex_at(0, ROWS - 1));
    assert_int_equal(cloth_keypoint(g, "hem_left"), -1);
    assert_int_equal(cloth_find(&view, "towel_1"), 0);
    static const char *const bad[] = {
        "garment 1 a kind=a\n",
        "rest 0 0 0 0\n",
        "outline 0 1 2 3\n",
        "keypoint 3 a 0\n",
        "fold 0 way 0 0 0 0 0\n",
        "garment 0 a kind=a shape=b size=c colour=d present=1 first=0 "
        "vertices=99999 mass=1 area=1 spacing=1 radius=1 layer=1\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        static cloth_view other;
        memset(&other, 0, sizeof other);
        if (cloth_read_text(&other, bad[i])) {
            fail_msg("took '%s'", bad[i]);
        }
    }
}

static void speed_is_that_of_the_fastest(void **state)
{
    (void)state;
    positions[17][1] += 0.01f;
    cloth_read_positions(&view, positions[0], 0.05);
    assert_near(view.garments[0].speed, 0.2, 1e-4);
}

static void out_is_away_from_the_cloth(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        lay(0, 0, turned * PI / 2, 0.1, 0, 0);
        vec left = cloth_outward(&view, 0, vertex_at(0, 8)),
            top = cloth_outward(&view, 0, vertex_at(5, ROWS - 1));
        assert_near(left.x, turned ? 0 : -1, 1e-6);
        assert_near(left.y, turned ? -1 : 0, 1e-6);
        assert_near(top.x, turned ? -1 : 0, 1e-6);
    }
    lay(0, 1, 0, 0, 0,
        0); /* the left half lies face down on the right one: its edge looks to the right now */
    assert_near(cloth_outward(&view, 0, vertex_at(0, 8)).x, 1, 1e-6);
}

static void layers_are_told_apart(void **state)
{
    (void)state;
    lay(0, 1, 0, 0, 0, 0);
    assert_true(cloth_is_top(&view, 0, vertex_at(0, 8)));
    assert_true(cloth_is_over_cloth(&view, 0, vertex_at(0, 8)));
    assert_false(cloth_is_top(&view, 0, vertex_at(COLUMNS - 1, 8)));
    assert_false(cloth_is_over_cloth(&view, 0, vertex_at(COLUMNS - 1, 8)));
    assert_near(cloth_top(&view, 0.1, 0, 0.03, -1, -1), TABLE + RADIUS + LAYER, 1e-6);
    assert_near(cloth_top(&view, -0.1, 0, 0.03, -1, -1), TABLE, 1e-9);
    assert_near(cloth_top(&view, 0.1, 0, 0.03, -1, 0), TABLE, 1e-9);
}

/* ---- folds --------------------------------------------------------------------------------------------- */

static void the_left_is_turned_over(void **state)
{
    (void)state;
    fold_line up = {{0.1, -1}, {0.1, 1}}, slant = {{0, 0}, {1, 1}};
    flat p = fold_over(up, (flat){-0.2, 0.3}), q = fold_over(up, (flat){0.2, 0.3}),
         r = fold_over(slant, (flat){0, 1});
    assert_near(p.x, 0.4, 1e-12);
    assert_near(p.y, 0.3, 1e-12);
    assert_near(q.x, 0.2, 0);
    assert_near(r.x, 1, 1e-12);
    assert_near(r.y, 0, 1e-12);
    flat twice = fold_ideal(&view.garments[0].ways[0], 2, (flat){-0.2, -0.3});
    assert_near(twice.x, 0.2, 1e-12);
    assert_near(twice.y, 0.3, 1e-12);
}

static void a_frame_is_found_in_spite_of_a_flap(void **state)
{
    (void)state;
    flat from[VERTICES], to[VERTICES];
    frame truth = {cos(0.4), sin(0.4), {0.3, -0.2}, false};
    for (int v = 0; v < VERTICES; v++) {
        from[v] = rest_of(v);
        to[v] = frame_apply(truth, v % COLUMNS == 0 ? (flat){0.1, 0.1} : from[v]);
    }
    frame found = frame_fit(from, to, VERTICES);
    assert_near(found.c, truth.c, 1e-3);
    assert_near(found.s, truth.s, 1e-3);
    assert_near(found.at.x, 0.3, 2e-3);
    assert_near(found.at.y, -0.2, 2e-3);
}

static void states_are_recognised(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        for (int steps = 0; steps <= 2; steps++) {
            lay(way, steps, 1.2, -0.1, 0.05, 0.02);
            fold_fit fit = fold_recognise(&view, 0, way);
            assert_int_equal(fit.steps, steps);
            assert_true(fit.error < 0.03);
            assert_true(fold_error(&view, 0, &fit, vertex_at(0, 0)) < 0.05);
        }
    }
}

static void the_worst_point_on_top_is_named(void **state)
{
    (void)state;
    double error;
    lay(0, 1, 0, 0, 0, 0);
    fold_fit fit = fold_fit_to(&view, 0, 0, 1);
    positions[vertex_at(0, 0)][0] -= 0.05f;
    positions[vertex_at(COLUMNS - 1, ROWS - 1)][0] += 0.02f; /* worse, were it not below */
    positions[vertex_at(0, ROWS - 1)][1] -= 0.03f;
    cloth_read_positions(&view, positions[0], 0.05);
    assert_int_equal(fold_worst_keypoint(&view, 0, &fit, 0, &error), 0);
    assert_near(error, 0.05, 1e-3);
    assert_int_equal(fold_worst_keypoint(&view, 0, &fit, 1, &error), 2);
    assert_near(error, 0.03, 1e-3);
}

static void a_flap_is_taken_at_its_ends(void **state)
{
    (void)state;
    fold_flap flap;
    fold_fit fit = fold_fit_to(&view, 0, 1, 0);
    assert_true(fold_find_flap(&view, 0, &fit, &flap)); /* the lower half */
    assert_int_equal(flap.end[0][0] + flap.end[0][1], vertex_at(0, 0) + vertex_at(COLUMNS - 1, 0));
    assert_true(flap.end[0][0] != flap.end[0][1]);
    assert_int_equal(flap.middle, vertex_at(5, 0));
    assert_near(flap.depth, 0.3, 1e-9);
    assert_near(flap.width, 0.4, 1e-9);
    assert_near(flap.out.y, -1, 1e-6);
    assert_false(flap.stacked);
    lay(1, 1, 0, 0, 0, 0);
    fit = fold_fit_to(&view, 0, 1, 1);
    assert_true(fold_find_flap(&view, 0, &fit, &flap));
    assert_true(flap.stacked);
    fit.steps = 0;
    assert_false(fold_has_edge_at(&view, 0, &fit));
}

/* ---- hands --------------------------------------------------------------------------------------------- */

/* Two arms face to face, as measured at their home. */
static hands two_arms(void)
{
    static const float joints[14] = {0, -0.785398f, 0, -2.356194f, 0, 1.570796f, 0.785398f,
                                     0, -0.785398f, 0, -2.356194f, 0, 1.570796f, 0.785398f};
    static const float half = 0.7071068f;
    const float base[14] = {0, 0.66f, 0.75f, half, 0, 0, -half, 0, -0.66f, 0.75f, half, 0, 0, half};
    static const float eef[6] = {0.307f, 0, 0.46f, 0.307f, 0, 0.46f};
    static const float quats[8] = {0, 1, 0, 0, 0, 1, 0, 0};
    static const float width[2] = {0.08f, 0.08f}, touch[4] = {0};
    hands h;
    memset(&h, 0, sizeof h);
    hands_read(&h, joints, base, eef, quats, width, touch);
    hands_start(&h);
    return h;
}

static void bases_stand_where_they_are(void **state)
{
    (void)state;
    hands h = two_arms();
    assert_near(h.hand[LEFT_HAND].tool.p.y, 0.66 - 0.307, 1e-5);
    assert_near(h.hand[RIGHT_HAND].tool.p.y, -0.66 + 0.307, 1e-5);
    assert_near(pose_axis_z(h.hand[LEFT_HAND].tool).z, -1, 1e-6);
}

static void a_hand_is_held_by_its_tip(void **state)
{
    (void)state;
    vec tip = vec_of(0.1, 0.2, 0.76), out = vec_of(0, 1, 0), toward = vec_of(1, 0, 0);
    pose a = hands_down(tip, out, 0), b = hands_down(tip, out, 1),
         c = hands_leaning(tip, out, 0, toward, 0.5);
    assert_near(vec_distance(pose_apply(a, vec_of(0, 0, HAND_TIP)), tip), 0, 1e-9);
    assert_near(vec_distance(pose_apply(c, vec_of(0, 0, HAND_TIP)), tip), 0, 1e-9);
    assert_near(pose_axis_y(a).y, 1, 1e-9);
    assert_near(pose_axis_y(b).y, -1, 1e-9);
    assert_near(quat_angle(a.q, b.q), PI, 1e-6);
    assert_near(pose_axis_z(c).x, sin(0.5), 1e-9);
    assert_near(pose_axis_z(c).z, -cos(0.5), 1e-9);
}

static void a_bow_never_pulls(void **state)
{
    (void)state;
    pose a = {vec_of(-0.3, 0, 0.77), {1, 0, 0, 0}}, b = {vec_of(0.3, 0, 0.77), {1, 0, 0, 0}};
    double arc = FOLD_ARC * 0.3, highest = 0;
    assert_near(vec_distance(hands_bow(a, b, arc, 0).p, a.p), 0, 1e-12);
    assert_near(vec_distance(hands_bow(a, b, arc, 1).p, b.p), 0, 1e-12);
    for (int i = 0; i <= 20; i++) {
        vec p = hands_bow(a, b, arc, i / 20.).p;
        assert_true(hypot(p.x, p.z - 0.77) <
                    0.3 + 1e-9); /* nowhere farther from the crease than at the start */
        highest = fmax(highest, p.z - 0.77);
    }
    assert_near(highest, arc, 1e-9);
}

/* Steps with tools that follow at once; the seconds that the program takes, -1: more than 20. */
static double run(hands *h, double *least_gap)
{
    for (int k = 1; k <= 400; k++) {
        hands_step(h, 0.05);
        for (int i = 0; i < HANDS; i++) {
            h->hand[i].tool = h->hand[i].at;
        }
        *least_gap = fmin(*least_gap, hands_gap(h->hand[0].tool, h->hand[1].tool));
        if (!hands_busy(h)) {
            return 0.05 * k;
        }
    }
    return -1;
}

static void strokes_end_where_they_should_together(void **state)
{
    (void)state;
    hands h = two_arms();
    double gap = 1, width;
    vec out = vec_of(1, 0, 0);
    stroke s = {.speed = 0.3};
    s.to[LEFT_HAND] = hands_to(hands_down(vec_of(0.2, 0.3, 0.80), out, 0), 0.04);
    s.to[RIGHT_HAND] = hands_to(hands_down(vec_of(0.2, -0.2, 0.80), out, 0), 0.02);
    hands_add(&h, s);
    s.to[RIGHT_HAND].on = false;
    s.to[LEFT_HAND].at.p.z += 0.1;
    hands_add(&h, s);
    assert_near(hands_end(&h, LEFT_HAND, &width).p.z, 0.80 + HAND_TIP + 0.1, 1e-9);
    double t = run(&h, &gap);
    assert_true(t > 1.5 && t < 6);
    assert_false(h.blocked);
    assert_near(vec_distance(h.hand[LEFT_HAND].at.p, s.to[LEFT_HAND].at.p), 0, 1e-9);
    assert_near(h.hand[RIGHT_HAND].open, 0.02, 1e-9);
}

static void hands_do_not_meet(void **state)
{
    (void)state;
    hands h = two_arms();
    double gap = 1;
    vec out = vec_of(0, 1, 0);
    stroke s = {.speed = 0.3};
    s.to[LEFT_HAND] = hands_to(hands_down(vec_of(0, -0.05, 0.80), out, 0), 0.04);
    s.to[RIGHT_HAND] = hands_to(hands_down(vec_of(0, 0.05, 0.80), out, 0), 0.04);
    hands_add(&h, s);
    assert_true(run(&h, &gap) > 0);
    assert_true(h.blocked);
    assert_true(gap > 0);
}

/* ---- reach --------------------------------------------------------------------------------------------- */

static void near_and_far_need_leaning(void **state)
{
    (void)state;
    hands h = two_arms();
    vec out = vec_of(1, 0, 0);
    static const struct {
        double distance;
        int lean; /* sign of how the hand's tip goes from its base */
    } at[] = {{0.25, -1}, {0.30, -1}, {0.50, 0}, {0.70, 0}, {0.84, 1}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        int branch;
        vec tip = vec_of(0, 0.66 - at[i].distance, TABLE + 0.001);
        pose p = pinch_pose(&h, LEFT_HAND, tip, out, 0);
        double lean = -pose_axis_z(p).y;
        assert_int_equal((lean > 0.02) - (lean < -0.02), at[i].lean);
        if (!pinch_can_go(&h, LEFT_HAND, tip, out, NULL, 0, &branch)) {
            fail_msg("out of reach at %.2f m", at[i].distance);
        }
    }
    int branch;
    assert_false(pinch_can_go(&h, LEFT_HAND, vec_of(0, -0.4, TABLE), out, NULL, 0, &branch));
    assert_false(pinch_can_go(&h, LEFT_HAND, vec_of(0, 0.60, TABLE), out, NULL, 0, &branch));
}

static void the_way_that_the_arms_can_do_is_chosen(void **state)
{
    (void)state;
    hands h = two_arms();
    /* length along x: "along" moves corners past the arms, "across" would take a hand from one arm to the other */
    lay(0, 0, PI / 2, 0, 0.1, 0);
    fold_fit along = fold_fit_to(&view, 0, 1, 0), across = fold_fit_to(&view, 0, 0, 0);
    assert_near(fold_rate_step(&view, &h, 0, &along), 1, 1e-9);
    assert_true(fold_rate_step(&view, &h, 0, &across) < 0.5);
    assert_int_equal(fold_choose_way(&view, &h, 0), 1);
    lay(0, 1, PI / 2, 0, 0.1, 0); /* what was begun is gone on with */
    assert_int_equal(fold_choose_way(&view, &h, 0), 0);
}

/* The upper half over the lower one, or the lower one over the upper one: which half lies on top tells the way. */
static void one_step_is_done_from_either_side(void **state)
{
    (void)state;
    static char text[1 << 16];
    hands h = two_arms();
    snprintf(text, sizeof text, "%s", towel_text());
    snprintf(strstr(text, "fold 0 across"), 64, "fold 0 half 0 0.2 0 -0.2 0\n");
    assert_true(cloth_read_text(&view, text));
    const garment_view *g = &view.garments[0];
    assert_int_equal(g->n_ways, 2);
    assert_near(g->ways[1].steps[0].a.x, -0.2, 1e-9);
    for (int way = 0; way < 2; way++) {
        lay(way, 1, 0, 0, 0, 0);
        assert_near(fold_fit_to(&view, 0, !way, 1).error, 0, 1e-6); /* seen from above they are the same */
        assert_int_equal(fold_choose_way(&view, &h, 0), way);
    }
}

static void cloth_out_of_reach_is_pulled_near(void **state)
{
    (void)state;
    hands h = two_arms();
    vec by;
    lay(0, 0, PI / 2, 0, 0.36, 0);
    fold_fit fit = fold_fit_to(&view, 0, 1, 0);
    double before = fold_rate_step(&view, &h, 0, &fit);
    assert_true(fold_better_place(&view, &h, 0, &fit, &by));
    assert_true(by.y < -0.01);
    fit.frame.at.y += by.y;
    assert_true(fold_rate_step(&view, &h, 0, &fit) > before + 0.1);
    fit = (fold_fit){0};
    lay(0, 0, PI / 2, 0, 0, 0);
    fit = fold_fit_to(&view, 0, 1, 0);
    assert_false(fold_better_place(&view, &h, 0, &fit, &by));
}

/* ---- pinching ------------------------------------------------------------------------------------------ */

static void tips_go_down_to_what_is_wanted(void **state)
{
    (void)state;
    grip g = {.garment = 0, .vertex = vertex_at(5, 0)};
    assert_near(pinch_tip(&view, &g).z, TABLE, 0.002);
    assert_near(pinch_out(&view, &g).y, -1, 1e-6);
    lay(0, 1, 0, 0, 0, 0);
    g.vertex = vertex_at(0, 8);
    double top = TABLE + RADIUS + LAYER;
    assert_true(pinch_tip(&view, &g).z < top && pinch_tip(&view, &g).z > top - RADIUS - 0.01);
    g.all_layers = true; /* the pads, 35 mm high, reach over both */
    double tip = pinch_tip(&view, &g).z;
    assert_true(tip < TABLE + RADIUS && tip + 0.035 > top);
    g.out = vec_of(0, 1, 0);
    assert_near(pinch_out(&view, &g).y, 1, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(words_become_cloth, set_up),
        cmocka_unit_test_setup(speed_is_that_of_the_fastest, set_up),
        cmocka_unit_test_setup(out_is_away_from_the_cloth, set_up),
        cmocka_unit_test_setup(layers_are_told_apart, set_up),
        cmocka_unit_test_setup(the_left_is_turned_over, set_up),
        cmocka_unit_test_setup(a_frame_is_found_in_spite_of_a_flap, set_up),
        cmocka_unit_test_setup(states_are_recognised, set_up),
        cmocka_unit_test_setup(the_worst_point_on_top_is_named, set_up),
        cmocka_unit_test_setup(a_flap_is_taken_at_its_ends, set_up),
        cmocka_unit_test(bases_stand_where_they_are),
        cmocka_unit_test(a_hand_is_held_by_its_tip),
        cmocka_unit_test(a_bow_never_pulls),
        cmocka_unit_test(strokes_end_where_they_should_together),
        cmocka_unit_test(hands_do_not_meet),
        cmocka_unit_test(near_and_far_need_leaning),
        cmocka_unit_test_setup(the_way_that_the_arms_can_do_is_chosen, set_up),
        cmocka_unit_test_setup(one_step_is_done_from_either_side, set_up),
        cmocka_unit_test_setup(cloth_out_of_reach_is_pulled_near, set_up),
        cmocka_unit_test_setup(tips_go_down_to_what_is_wanted, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
