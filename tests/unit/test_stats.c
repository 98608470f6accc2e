#include <chore/run_summary.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <chore/rng.h>

static void is_near(double value, double expected, double tolerance)
{
    if (!(value > expected - tolerance && value < expected + tolerance)) {
        fail_msg("%.12f, expected %.12f", value, expected);
    }
}

/* The bounds found by bisection of Wilson's equation with 50 digits. */
static void wilson_is_wilson(void **state)
{
    (void)state;
    static const struct {
        int k, n;
        double lo, hi;
    } known[] = {
        {47, 50, 0.837829083, 0.97938503},
        {5, 10, 0.236593091, 0.763406909},
        {0, 10, 0, 0.2775328},
        {10, 10, 0.7224672, 1},
        {1, 2, 0.0945312057, 0.905468794},
        {500, 1000, 0.4690696, 0.5309304},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        chore_interval w = chore_wilson(known[i].k, known[i].n);
        is_near(w.lo, known[i].lo, 1e-8);
        is_near(w.hi, known[i].hi, 1e-8);
    }
}

/* The bounds solve (p - k/n)^2 = z^2 p (1 - p) / n: that is what Wilson's interval is. */
static void wilson_solves_its_equation(void **state)
{
    (void)state;
    const double z2 = 1.959963984540054 * 1.959963984540054;
    for (int n = 1; n <= 200; n += 7) {
        for (int k = 1; k < n; k++) {
            chore_interval w = chore_wilson(k, n);
            double p = (double)k / n;
            is_near((w.lo - p) * (w.lo - p), z2 * w.lo * (1 - w.lo) / n, 1e-12);
            is_near((w.hi - p) * (w.hi - p), z2 * w.hi * (1 - w.hi) / n, 1e-12);
            assert_true(w.lo < p && p < w.hi);
        }
    }
}

static void wilson_at_the_ends(void **state)
{
    (void)state;
    for (int n = 1; n < 3000; n += 11) {
        assert_true(chore_wilson(0, n).lo == 0 && chore_wilson(n, n).hi == 1); /* exactly, not nearly */
        is_near(chore_wilson(0, n).hi, 1 - chore_wilson(n, n).lo, 1e-12);
    }
    chore_interval nothing = chore_wilson(0, 0);
    assert_true(nothing.lo == 0 && nothing.hi == 1);
}

/* What it is for: 95 % of intervals hold the true rate. */
static void wilson_covers(void **state)
{
    (void)state;
    chore_rng rng = chore_rng_stream(7, (chore_hash){1, 2}, 3, "coverage");
    static const double rates[] = {0.1, 0.5, 0.8, 0.94};
    double covered = 0, total = 0;
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        for (int study = 0; study < 5000; study++) {
            int k = 0;
            for (int i = 0; i < 100; i++) {
                k += chore_rng_unit(&rng) < rates[r];
            }
            chore_interval w = chore_wilson(k, 100);
            covered += w.lo <= rates[r] && rates[r] <= w.hi;
            total++;
        }
    }
    is_near(covered / total, 0.95, 0.01);
}

static void median_of_few(void **state)
{
    (void)state;
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, one[] = {9};
    assert_true(chore_median(odd, 3, -1) == 3);
    assert_true(chore_median(even, 4, -1) == 2.5);
    assert_true(chore_median(one, 1, -1) == 9);
    assert_true(chore_median(one, 0, -1) == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_is_wilson),   cmocka_unit_test(wilson_solves_its_equation),
        cmocka_unit_test(wilson_at_the_ends), cmocka_unit_test(wilson_covers),
        cmocka_unit_test(median_of_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
