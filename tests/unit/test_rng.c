#include <chore/rng.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const chore_hash task = {.lo = 0x1234, .hi = 0x5678};

/* The known answers published with Random123 (kat_vectors, philox4x32, 10 rounds); a draw is the lower half
 * of a block. */
static void philox_known_answers(void **state)
{
    (void)state;
    chore_rng zeros = {{0, 0}, {0, 0}, 0};
    assert_true(chore_rng_u64(&zeros) == 0xe169c58d6627e8d5u);
    assert_true(zeros.counter == 1);
    chore_rng ones = {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, UINT64_MAX};
    assert_true(chore_rng_u64(&ones) == 0x41c83b0e408f276du);
    chore_rng pi = {{0xa4093822, 0x299f31d0}, {0x13198a2e, 0x03707344}, 0x85a308d3243f6a88u};
    assert_true(chore_rng_u64(&pi) == 0x94fdccebd16cfe09u);
}

/* A change here changes every recorded episode. */
static void a_stream_stays_what_it_is(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(1, task, 7, "placement");
    const uint64_t first = chore_rng_u64(&rng), second = chore_rng_u64(&rng);
    char got[64];
    snprintf(got, sizeof got, "%016llx %016llx", (unsigned long long)first, (unsigned long long)second);
    assert_string_equal(got, "897b217b0b13df64 96054b348ddbc35e");
}

static void each_part_of_the_name_matters(void **state)
{
    (void)state;
    const chore_hash other_task = {.lo = task.lo, .hi = task.hi + 1};
    chore_rng streams[] = {
        chore_rng_stream(1, task, 7, "placement"),       chore_rng_stream(2, task, 7, "placement"),
        chore_rng_stream(1, other_task, 7, "placement"), chore_rng_stream(1, task, 8, "placement"),
        chore_rng_stream(1, task, 7, "placements"),      chore_rng_stream(1, task, 7, ""),
    };
    enum { N = sizeof streams / sizeof *streams };
    uint64_t draws[N];
    for (int i = 0; i < N; i++) {
        draws[i] = chore_rng_u64(&streams[i]);
        for (int j = 0; j < i; j++) {
            assert_true(draws[i] != draws[j]);
        }
    }
    chore_rng again = chore_rng_stream(1, task, 7, "placement");
    assert_true(chore_rng_u64(&again) == draws[0]);
}

static void a_copy_goes_on_alike(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(1, task, 7, "events");
    for (int i = 0; i < 5; i++) {
        chore_rng_u64(&rng);
    }
    chore_rng copy = rng;
    for (int i = 0; i < 100; i++) {
        assert_true(chore_rng_u64(&rng) == chore_rng_u64(&copy));
    }
}

static void units_fill_their_interval(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(1, task, 1, "unit");
    double sum = 0.0, sum_of_squares = 0.0, lowest = 1.0, highest = 0.0;
    const int n = 100000;
    for (int i = 0; i < n; i++) {
        const double u = chore_rng_unit(&rng);
        assert_true(u >= 0.0 && u < 1.0);
        sum += u;
        sum_of_squares += u * u;
        lowest = u < lowest ? u : lowest;
        highest = u > highest ? u : highest;
    }
    assert_true(sum / n > 0.495 && sum / n < 0.505);
    assert_true(sum_of_squares / n > 0.328 && sum_of_squares / n < 0.339);
    assert_true(lowest < 1e-3 && highest > 0.999);
}

static void ranges_keep_their_bounds(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(1, task, 1, "range");
    for (int i = 0; i < 10000; i++) {
        const double x = chore_rng_range(&rng, -0.25, 0.5);
        assert_true(x >= -0.25 && x < 0.5);
    }
    assert_true(chore_rng_range(&rng, 2.0, 2.0) == 2.0);
    for (int i = 0; i < 1000; i++) { /* neighbours: rounding must not reach the upper one */
        assert_true(chore_rng_range(&rng, 1.0, 1.0 + 0x1p-52) == 1.0);
    }
}

static void below_is_even(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(1, task, 1, "below");
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        const uint32_t k = chore_rng_below(&rng, 6);
        assert_true(k < 6);
        counts[k]++;
    }
    for (int k = 0; k < 6; k++) {
        assert_in_range(counts[k], 9600, 10400); /* 4.4 standard deviations */
    }
    for (int i = 0; i < 100; i++) {
        assert_int_equal(chore_rng_below(&rng, 1), 0);
    }
    int upper = 0; /* of 3 * 2^30 results, a biased draw would favour some */
    for (int i = 0; i < 30000; i++) {
        upper += chore_rng_below(&rng, 3221225472u) >= 2147483648u;
    }
    assert_in_range(upper, 9640, 10360);
}

static void normals_have_mean_0_and_deviation_1(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(1, task, 1, "normal");
    double sum = 0.0, sum_of_squares = 0.0;
    const int n = 50000;
    for (int i = 0; i < n; i++) {
        const double x = chore_rng_normal(&rng);
        assert_true(x >= -6.0 && x <= 6.0);
        sum += x;
        sum_of_squares += x * x;
    }
    assert_true(sum / n > -0.02 && sum / n < 0.02);
    assert_true(sum_of_squares / n > 0.97 && sum_of_squares / n < 1.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_known_answers),
        cmocka_unit_test(a_stream_stays_what_it_is),
        cmocka_unit_test(each_part_of_the_name_matters),
        cmocka_unit_test(a_copy_goes_on_alike),
        cmocka_unit_test(units_fill_their_interval),
        cmocka_unit_test(ranges_keep_their_bounds),
        cmocka_unit_test(below_is_even),
        cmocka_unit_test(normals_have_mean_0_and_deviation_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
