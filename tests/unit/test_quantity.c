#include <chore/text.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Bit for bit: a value must not depend on how its unit is converted. */
static void expect_si(const char *text, chore_unit unit, double value)
{
    double got = -1.0;
    chore_error err = {0};
    if (chore_parse_quantity(text, unit, &got, &err) != CHORE_OK) {
        fail_msg("'%s': %s", text, err.message);
    }
    if (memcmp(&got, &value, sizeof got) != 0) {
        fail_msg("'%s': expected %.17g, got %.17g", text, value, got);
    }
}

static void expect_refusal(const char *text, chore_unit unit, const char *message)
{
    double got = 42.0;
    chore_error err = {0};
    if (chore_parse_quantity(text, unit, &got, &err) != CHORE_E_FILE) {
        fail_msg("'%s' was taken as %g", text, got);
    }
    assert_true(got == 42.0);
    if (message != NULL) {
        assert_string_equal(err.message, message);
    }
    assert_int_equal(chore_parse_quantity(text, unit, &got, NULL), CHORE_E_FILE);
}

static void every_unit(void **state)
{
    (void)state;
    expect_si("0.05 m", CHORE_UNIT_LENGTH, 0.05);
    expect_si("12.5 mm", CHORE_UNIT_LENGTH, 0.0125);
    expect_si("9 mm", CHORE_UNIT_LENGTH, 0.009); /* 9 * 0.001 is another number */
    expect_si("7 cm", CHORE_UNIT_LENGTH, 0.07);
    expect_si("180 deg", CHORE_UNIT_ANGLE, 3.14159265358979323846);
    expect_si("1 rad", CHORE_UNIT_ANGLE, 1.0);
    expect_si("60 s", CHORE_UNIT_TIME, 60.0);
    expect_si("60s", CHORE_UNIT_TIME, 60.0);
    expect_si("250 ms", CHORE_UNIT_TIME, 0.25);
    expect_si("2 min", CHORE_UNIT_TIME, 120.0);
    expect_si("1.5   h", CHORE_UNIT_TIME, 5400.0);
    expect_si("300 g", CHORE_UNIT_MASS, 0.3);
    expect_si("0.3 kg", CHORE_UNIT_MASS, 0.3);
    expect_si("20 Hz", CHORE_UNIT_RATE, 20.0);
    expect_si("200 mm/s", CHORE_UNIT_SPEED, 0.2);
    expect_si("0.2 m/s", CHORE_UNIT_SPEED, 0.2);
    expect_si("180 deg/s", CHORE_UNIT_ANGULAR_SPEED, 3.14159265358979323846);
    expect_si("1 rad/s", CHORE_UNIT_ANGULAR_SPEED, 1.0);
    expect_si("10 N", CHORE_UNIT_FORCE, 10.0);
}

static void every_way_to_write_a_number(void **state)
{
    (void)state;
    expect_si("1.5", CHORE_UNIT_NONE, 1.5);
    expect_si("-2", CHORE_UNIT_NONE, -2.0);
    expect_si("+2", CHORE_UNIT_NONE, 2.0);
    expect_si(".5", CHORE_UNIT_NONE, 0.5);
    expect_si("1e-3", CHORE_UNIT_NONE, 0.001);
    expect_si("1E+2", CHORE_UNIT_NONE, 100.0);
    expect_si("-0", CHORE_UNIT_NONE, -0.0);
    expect_si("1e-400", CHORE_UNIT_NONE, 0.0);
    expect_si("-1.5e1mm", CHORE_UNIT_LENGTH, -0.015);
}

static void what_is_no_number(void **state)
{
    (void)state;
    const char *const wrong[] = {"",    " ",     "x",   "nan", "inf", "-inf",  "0x10",    "1.5x",
                                 "1.",  ".",     "-",   "1e",  "1,5", "1 ",    " 1",      "--1",
                                 "1 2", "1e5.5", "1\n", "e5",  "1m",  "1_000", "\xd9\xa1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        expect_refusal(wrong[i], CHORE_UNIT_NONE, NULL);
    }
    expect_refusal("1.5x", CHORE_UNIT_NONE, "expected a number such as '0.5', got '1.5x'");
    expect_refusal("1e999", CHORE_UNIT_NONE, "'1e999' is too large");
    expect_refusal("1e308 h", CHORE_UNIT_TIME, "'1e308 h' is too large");
}

static void wrong_units_get_a_helpful_message(void **state)
{
    (void)state;
    expect_refusal("1 kg", CHORE_UNIT_LENGTH, "expected a length such as '0.05 m' (m, cm, mm), got '1 kg'");
    expect_refusal("0.05", CHORE_UNIT_LENGTH,
                   "'0.05' has no unit; expected a length such as '0.05 m' (m, cm, mm)");
    expect_refusal("0", CHORE_UNIT_TIME, "'0' has no unit; expected a time such as '2.5 s' (s, ms, min, h)");
    expect_refusal("nan m", CHORE_UNIT_LENGTH, "expected a length such as '0.05 m' (m, cm, mm), got 'nan m'");
    expect_refusal("5 M", CHORE_UNIT_LENGTH, NULL);
    expect_refusal("5 mm ", CHORE_UNIT_LENGTH, NULL);
    expect_refusal("5 mm mm", CHORE_UNIT_LENGTH, NULL);
    expect_refusal("5\tmm", CHORE_UNIT_LENGTH, NULL);
    expect_refusal("5 m", CHORE_UNIT_SPEED, NULL);
    expect_refusal("mm", CHORE_UNIT_LENGTH, NULL);
}

/* "3 d" must not lose its unit to an exponent, nor "2 e" become one. */
static void an_e_may_belong_to_the_unit(void **state)
{
    (void)state;
    expect_refusal("2e", CHORE_UNIT_LENGTH, "expected a length such as '0.05 m' (m, cm, mm), got '2e'");
    expect_refusal("2 e3 m", CHORE_UNIT_LENGTH, NULL);
}

static void the_locale_does_not_matter(void **state)
{
    (void)state;
    static const char *const with_comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8"};
    for (size_t i = 0; i < sizeof with_comma / sizeof *with_comma; i++) {
        if (setlocale(LC_ALL, with_comma[i]) != NULL) {
            expect_si("12.5 mm", CHORE_UNIT_LENGTH, 0.0125);
            expect_refusal("12,5 mm", CHORE_UNIT_LENGTH, NULL);
        }
    }
    setlocale(LC_ALL, "C");
}

static void expect_int(const char *text, int64_t lo, int64_t hi, int64_t value)
{
    int64_t got = ~value;
    chore_error err = {0};
    if (chore_parse_int(text, lo, hi, &got, &err) != CHORE_OK) {
        fail_msg("'%s': %s", text, err.message);
    }
    assert_true(got == value);
}

static void refuse_int(const char *text, int64_t lo, int64_t hi, const char *message)
{
    int64_t got = 42;
    chore_error err = {0};
    if (chore_parse_int(text, lo, hi, &got, &err) != CHORE_E_FILE) {
        fail_msg("'%s' was taken as %lld", text, (long long)got);
    }
    assert_true(got == 42);
    if (message != NULL) {
        assert_string_equal(err.message, message);
    }
}

static void whole_numbers(void **state)
{
    (void)state;
    expect_int("0", 0, 0, 0);
    expect_int("-5", -5, 5, -5);
    expect_int("+5", -5, 5, 5);
    expect_int("007", 0, 10, 7);
    expect_int("9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX);
    expect_int("-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN);
    refuse_int("9223372036854775808", INT64_MIN, INT64_MAX,
               "expected a whole number, got '9223372036854775808'");
    refuse_int("-9223372036854775809", INT64_MIN, INT64_MAX, NULL);
    refuse_int("99999999999999999999999", INT64_MIN, INT64_MAX, NULL);
    refuse_int("6", -5, 5, "expected a whole number from -5 to 5, got '6'");
    refuse_int("0", 1, INT64_MAX, "expected a whole number of at least 1, got '0'");
    const char *const wrong[] = {"", "-", "+", "1.0", "1e3", "0x1", " 1", "1 ", "one", "1,000"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        refuse_int(wrong[i], INT64_MIN, INT64_MAX, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_unit),
        cmocka_unit_test(every_way_to_write_a_number),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(wrong_units_get_a_helpful_message),
        cmocka_unit_test(an_e_may_belong_to_the_unit),
        cmocka_unit_test(the_locale_does_not_matter),
        cmocka_unit_test(whole_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
