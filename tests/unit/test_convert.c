/* Conversions: known values, round trips, ends of the range, what is not a number. */
#include <chore/convert.h>
#include <chore/rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#define PI   3.14159265358979323846
#define HALF .70710678118654752440 /* sqrt(1/2) */

static const double WIDTH = .08;

static const chore_representation *repr(const char *name)
{
    const chore_representation *found = chore_representation_find(name);
    if (found == NULL) {
        fail_msg("no representation %s", name);
    }
    return found;
}

static void expect(const char *from, const char *to, const double *in, const double *wanted)
{
    double out[CHORE_CONVERT_MAX];
    chore_convert(repr(from), repr(to), WIDTH, in, out);
    for (int i = 0; i < repr(to)->n; i++) {
        if (!(fabs(out[i] - wanted[i]) < 1e-12)) {
            fail_msg("%s to %s: value %d is %.15g, expected %.15g", from, to, i, out[i], wanted[i]);
        }
    }
}

typedef struct dressed {
    const char *name;
    double values[CHORE_CONVERT_MAX];
} dressed;

/* Every one into every other. */
static void expect_same(const dressed *list, int n)
{
    for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
            expect(list[a].name, list[b].name, list[a].values, list[b].values);
        }
    }
}

static void known_rotations(void **state)
{
    static const dressed quarter_about_z[] = {
        {"quat_wxyz", {HALF, 0, 0, HALF}},
        {"quat_xyzw", {0, 0, HALF, HALF}},
        {"axis_angle", {0, 0, PI / 2}},
        {"axis_angle_down", {0, 0, PI / 2}},
        {"rpy", {0, 0, PI / 2}},
        {"rotmat", {0, -1, 0, 1, 0, 0, 0, 0, 1}},
        {"rot6d_cols", {0, 1, 0, -1, 0, 0}},
        {"rot6d_rows", {0, -1, 0, 1, 0, 0}},
        {"rot6d_interleaved", {0, -1, 1, 0, 0, 0}},
    };
    static const dressed none[] = {
        {"quat_wxyz", {1, 0, 0, 0}},
        {"quat_xyzw", {0, 0, 0, 1}},
        {"axis_angle", {0, 0, 0}},
        {"rpy", {0, 0, 0}},
        {"rotmat", {1, 0, 0, 0, 1, 0, 0, 0, 1}},
        {"rot6d_cols", {1, 0, 0, 0, 1, 0}},
        {"rot6d_rows", {1, 0, 0, 0, 1, 0}},
        {"rot6d_interleaved", {1, 0, 0, 1, 0, 0}},
    };
    static const dressed about_x_then_z[] = {
        /* Rz(90) Rx(90): x to y, y to z, z to x */
        {"quat_wxyz", {.5, .5, .5, .5}},
        {"axis_angle",
         {2 * PI / 3 / 1.7320508075688772, 2 * PI / 3 / 1.7320508075688772,
          2 * PI / 3 / 1.7320508075688772}},
        {"rpy", {PI / 2, 0, PI / 2}},
        {"rotmat", {0, 0, 1, 1, 0, 0, 0, 1, 0}},
        {"rot6d_cols", {0, 1, 0, 0, 0, 1}},
        {"rot6d_rows", {0, 0, 1, 1, 0, 0}},
    };
    (void)state;
    expect_same(quarter_about_z, sizeof quarter_about_z / sizeof *quarter_about_z);
    expect_same(none, sizeof none / sizeof *none);
    expect_same(about_x_then_z, sizeof about_x_then_z / sizeof *about_x_then_z);
}

/* Where a hand points down and sways, w passes through zero: the short rotation vector jumps by 2 pi, LIBERO's
   does not. */
static void a_hand_that_points_down_is_steady(void **state)
{
    (void)state;
    for (int i = -4; i <= 4; i++) {
        const double half = PI / 2 + .02 * i, q[4] = {cos(half), sin(half), 0, 0},
                     turned[4] = {-q[0], -q[1], 0, 0};
        const double raw[3] = {2 * half, 0, 0},
                     brief[3] = {i > 0 ? 2 * half - 2 * PI : 2 * half, 0, 0};
        expect("quat_wxyz", "axis_angle_down", q, raw);
        expect("quat_wxyz", "axis_angle_down", turned, raw);
        if (i != 0) {
            expect("quat_wxyz", "axis_angle", q, brief);
        }
    }
}

static void straight_up_and_straight_down_have_a_roll_of_zero(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        const double in[3] = {.3, sign * PI / 2, .1},
                     wanted[3] = {0, sign * PI / 2, .1 - sign * .3};
        double q[4];
        chore_convert(repr("rpy"), repr("quat_wxyz"), WIDTH, in, q);
        expect("quat_wxyz", "rpy", q, wanted);
    }
}

/* Any rotation comes back from any dress: as the same rotation, and canonical, so as the same numbers. */
static void rotations_come_back(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(0, (chore_hash){0, 0}, 1, "test");
    for (int i = 0; i < 2000; i++) {
        double q[4], canonical[4], back[4], there[CHORE_CONVERT_MAX], xyzw[4], from_xyzw[4];
        for (int k = 0; k < 4; k++) { /* some of them tiny, some at half a turn */
            q[k] = (2 * chore_rng_unit(&rng) - 1) * (i % 7 == k ? 1e-7 : 1);
        }
        chore_convert(repr("quat_wxyz"), repr("quat_xyzw"), WIDTH, q, xyzw);
        memcpy(from_xyzw, (double[]){xyzw[3], xyzw[0], xyzw[1], xyzw[2]}, sizeof from_xyzw);
        memcpy(canonical, from_xyzw, sizeof canonical);
        assert_true(canonical[0] >= 0);
        for (int r = 0; r < chore_representation_count(); r++) {
            const chore_representation *other = chore_representation_at(r);
            if (other->kind != CHORE_REPR_ROTATION || other == repr("quat_wxyz")) {
                continue;
            }
            double dot = 0;
            chore_convert(repr("quat_wxyz"), other, WIDTH, q, there);
            chore_convert(other, repr("quat_wxyz"), WIDTH, there, back);
            for (int k = 0; k < 4; k++) {
                dot += back[k] * canonical[k];
            }
            if (!(fabs(fabs(dot) - 1) < 1e-9) || back[0] < 0) {
                fail_msg("through %s: %g %g %g %g became %g %g %g %g", other->name, canonical[0],
                         canonical[1], canonical[2], canonical[3], back[0], back[1], back[2],
                         back[3]);
            }
        }
    }
}

/* Networks write columns of any length at any angle: the first keeps its direction, the second its plane. */
static void six_numbers_are_made_square(void **state)
{
    static const double skew[6] = {3, 0, 0, 5, .01, 0}, square[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    (void)state;
    expect("rot6d_cols", "rotmat", skew, square);
    expect("rot6d_rows", "rotmat", skew, square);
}

static void without_a_direction_all_is_zero(void **state)
{
    static const double nothing[CHORE_CONVERT_MAX] = {0}, along_one_line[6] = {1, 2, 3, -2, -4, -6};
    (void)state;
    expect("quat_xyzw", "quat_wxyz", nothing, nothing);
    expect("rot6d_cols", "quat_wxyz", nothing, nothing);
    expect("rotmat", "quat_wxyz", nothing, nothing);
    expect("rot6d_cols", "quat_wxyz", along_one_line, nothing);
    expect("rot6d_rows", "rpy", along_one_line, nothing);
}

static void known_openings(void **state)
{
    static const dressed open[] = {
        {"width_m", {.08}},  {"open_01", {1}},   {"close_01", {0}},           {"open_pm1", {1}},
        {"close_pm1", {-1}}, {"close_255", {0}}, {"finger_pair", {.04, -.04}}};
    static const dressed closed[] = {
        {"width_m", {0}},   {"open_01", {0}},     {"close_01", {1}},      {"open_pm1", {-1}},
        {"close_pm1", {1}}, {"close_255", {255}}, {"finger_pair", {0, 0}}};
    static const dressed quarter[] = {{"width_m", {.02}},          {"open_01", {.25}},
                                      {"close_01", {.75}},         {"open_pm1", {-.5}},
                                      {"close_pm1", {.5}},         {"close_255", {191.25}},
                                      {"finger_pair", {.01, -.01}}};
    (void)state;
    expect_same(open, sizeof open / sizeof *open);
    expect_same(closed, sizeof closed / sizeof *closed);
    expect_same(quarter, sizeof quarter / sizeof *quarter);
    expect("open_01", "width_m", (double[]){1.5},
           (double[]){.12}); /* whoever clamps, clamps later */
}

static void a_driving_base_is_read_only(void **state)
{
    (void)state;
    expect("m,m,rad", "planar_pos", (double[]){1, -2, 3}, (double[]){1, -2, 0});
    expect("m,m,rad", "planar_quat_xyzw", (double[]){1, -2, PI / 2}, (double[]){0, 0, HALF, HALF});
    expect("m,m,rad", "planar_quat_xyzw", (double[]){0, 0, -PI / 2 - 2 * PI},
           (double[]){0, 0, -HALF, HALF});
    assert_true(chore_convertible(repr("m,m,rad"), repr("planar_pos")));
    assert_false(chore_convertible(repr("planar_pos"), repr("m,m,rad")));
    assert_false(chore_convertible(repr("quat_wxyz"), repr("width_m")));
}

/* One value that is no number must not vanish on its way, whatever the way. */
static void what_is_not_a_number_stays_so(void **state)
{
    (void)state;
    for (int a = 0; a < chore_representation_count(); a++) {
        for (int b = 0; b < chore_representation_count(); b++) {
            const chore_representation *from = chore_representation_at(a),
                                       *to = chore_representation_at(b);
            const double fine[CHORE_CONVERT_MAX] = {.1, .9, .2, .8, .3, .7, .4, .6, .5};
            const int used = from == repr("rotmat") && to != from
                                 ? 8
                                 : from->n; /* its third column is not looked at */
            for (int k = 0; chore_convertible(from, to) && k < used; k++) {
                double in[CHORE_CONVERT_MAX], out[CHORE_CONVERT_MAX];
                bool lost = true;
                if ((from == repr("rotmat") && to != from && k % 3 == 2) ||
                    (to == repr("planar_pos") && k == 2) ||
                    (to == repr("planar_quat_xyzw") && k < 2)) {
                    continue; /* does not depend on it */
                }
                memcpy(in, fine, sizeof in);
                in[k] = NAN;
                chore_convert(from, to, WIDTH, in, out);
                for (int i = 0; i < to->n; i++) {
                    lost = lost && !isnan(out[i]);
                }
                if (lost) {
                    fail_msg("%s to %s: NaN in value %d came out as a number", from->name, to->name,
                             k);
                }
            }
        }
    }
}

static void names_are_listed_for_offers(void **state)
{
    chore_text text = {0};
    (void)state;
    chore_convert_names("width_m", true, &text);
    assert_string_equal(chore_text_get(&text),
                        "open_01 close_01 open_pm1 close_pm1 close_255 finger_pair");
    chore_text_clear(&text);
    chore_convert_names("m,m,rad", false, &text);
    assert_string_equal(chore_text_get(&text), "planar_pos planar_quat_xyzw");
    chore_text_clear(&text);
    chore_convert_names("m,m,rad", true, &text); /* there is no way back */
    chore_convert_names("rad", false, &text);
    assert_string_equal(chore_text_get(&text), "");
    chore_text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_rotations),
        cmocka_unit_test(a_hand_that_points_down_is_steady),
        cmocka_unit_test(straight_up_and_straight_down_have_a_roll_of_zero),
        cmocka_unit_test(rotations_come_back),
        cmocka_unit_test(six_numbers_are_made_square),
        cmocka_unit_test(without_a_direction_all_is_zero),
        cmocka_unit_test(known_openings),
        cmocka_unit_test(a_driving_base_is_read_only),
        cmocka_unit_test(what_is_not_a_number_stays_so),
        cmocka_unit_test(names_are_listed_for_offers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
