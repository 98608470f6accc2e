/* Strict numbers: "12.5 mm" is a length, "12.5" and "1.5x" are mistakes that get a message. */
#include <chore/text.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* value in SI = number * times / over. Two whole-number factors keep the usual units correctly rounded: 9 mm
   is 9/1000, not 9 * (a rounded 0.001). */
typedef struct unit_def {
    const char *symbol;
    double times, over;
} unit_def;

enum { UNITS_PER_DIMENSION = 4 };

#define PI 3.14159265358979323846

/* clang-format off */
static const struct {
    const char *noun, *example, *symbols;
    unit_def units[UNITS_PER_DIMENSION + 1];
} dimensions[CHORE_UNIT_COUNT] = {
    [CHORE_UNIT_NONE] = {"a number", "0.5", "",
        {{0}}},
    [CHORE_UNIT_LENGTH] = {"a length", "0.05 m", "m, cm, mm",
        {{"m", 1, 1}, {"cm", 1, 100}, {"mm", 1, 1000}}},
    [CHORE_UNIT_ANGLE] = {"an angle", "90 deg", "rad, deg",
        {{"rad", 1, 1}, {"deg", PI, 180}}},
    [CHORE_UNIT_TIME] = {"a time", "2.5 s", "s, ms, min, h",
        {{"s", 1, 1}, {"ms", 1, 1000}, {"min", 60, 1}, {"h", 3600, 1}}},
    [CHORE_UNIT_MASS] = {"a mass", "0.3 kg", "kg, g",
        {{"kg", 1, 1}, {"g", 1, 1000}}},
    [CHORE_UNIT_RATE] = {"a rate", "20 Hz", "Hz",
        {{"Hz", 1, 1}}},
    [CHORE_UNIT_SPEED] = {"a speed", "0.2 m/s", "m/s, mm/s",
        {{"m/s", 1, 1}, {"mm/s", 1, 1000}}},
    [CHORE_UNIT_ANGULAR_SPEED] = {"an angular speed", "90 deg/s", "rad/s, deg/s",
        {{"rad/s", 1, 1}, {"deg/s", PI, 180}}},
    [CHORE_UNIT_FORCE] = {"a force", "10 N", "N",
        {{"N", 1, 1}}},
    [CHORE_UNIT_VOLUME] = {"a volume", "120 ml", "l, ml",
        {{"l", 1, 1000}, {"ml", 1, 1000000}}},
};
/* clang-format on */

static size_t count_digits(const char *text)
{
    size_t n = 0;
    while (text[n] >= '0' && text[n] <= '9') {
        n++;
    }
    return n;
}

/* Bytes of the decimal number that text starts with: [+-] digits [. digits] [e [+-] digits]; 0: none. Checked
   by hand because strtod also takes "nan", "inf" and hexadecimal. */
static size_t number_length(const char *text)
{
    size_t n = text[0] == '+' || text[0] == '-';
    const size_t whole = count_digits(text + n);
    n += whole;
    if (text[n] == '.') {
        const size_t fraction = count_digits(text + n + 1);
        if (fraction == 0) {
            return 0;
        }
        n += 1 + fraction;
    } else if (whole == 0) {
        return 0;
    }
    if (text[n] == 'e' || text[n] == 'E') {
        const size_t sign = text[n + 1] == '+' || text[n + 1] == '-';
        const size_t exponent = count_digits(text + n + 1 + sign);
        n += exponent > 0 ? 1 + sign + exponent : 0;
    }
    return n;
}

/* strtod as in the C locale, whatever the program around us has set. */
static double number_value(const char *text)
{
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    CHORE_ASSERT(c_locale != (locale_t)0);
    const locale_t before = uselocale(c_locale);
    const double value = strtod(text, NULL);
    uselocale(before);
    freelocale(c_locale);
    return value;
}

static const unit_def *unit_find(chore_unit unit, const char *symbol)
{
    for (const unit_def *def = dimensions[unit].units; def->symbol != NULL; def++) {
        if (strcmp(def->symbol, symbol) == 0) {
            return def;
        }
    }
    return NULL;
}

static chore_status fail_expected(chore_error *err, chore_unit unit, const char *got)
{
    if (unit == CHORE_UNIT_NONE) {
        return chore_fail(err, CHORE_E_FILE, "expected a number such as '0.5', got '%.80s'", got);
    }
    return chore_fail(err, CHORE_E_FILE, "expected %s such as '%s' (%s), got '%.80s'", dimensions[unit].noun,
                      dimensions[unit].example, dimensions[unit].symbols, got);
}

chore_status chore_parse_quantity(const char *text, chore_unit unit, double *out, chore_error *err)
{
    CHORE_ASSERT((int)unit >= 0 && unit < CHORE_UNIT_COUNT);
    const size_t len = number_length(text);
    if (len == 0) {
        return fail_expected(err, unit, text);
    }
    const char *symbol = text + len + strspn(text + len, " ");
    double value = number_value(text);
    if (unit == CHORE_UNIT_NONE) {
        if (text[len] != '\0') {
            return fail_expected(err, unit, text);
        }
    } else if (*symbol == '\0') {
        return chore_fail(err, CHORE_E_FILE, "'%.80s' has no unit; expected %s such as '%s' (%s)", text,
                          dimensions[unit].noun, dimensions[unit].example, dimensions[unit].symbols);
    } else {
        const unit_def *def = unit_find(unit, symbol);
        if (def == NULL) {
            return fail_expected(err, unit, text);
        }
        value = value * def->times / def->over;
    }
    if (!isfinite(value)) {
        return chore_fail(err, CHORE_E_FILE, "'%.80s' is too large", text);
    }
    *out = value;
    return CHORE_OK;
}

static chore_status fail_int(chore_error *err, int64_t lo, int64_t hi, const char *got)
{
    if (lo == INT64_MIN && hi == INT64_MAX) {
        return chore_fail(err, CHORE_E_FILE, "expected a whole number, got '%.80s'", got);
    }
    if (hi == INT64_MAX) {
        return chore_fail(err, CHORE_E_FILE, "expected a whole number of at least %lld, got '%.80s'",
                          (long long)lo, got);
    }
    return chore_fail(err, CHORE_E_FILE, "expected a whole number from %lld to %lld, got '%.80s'",
                      (long long)lo, (long long)hi, got);
}

chore_status chore_parse_int(const char *text, int64_t lo, int64_t hi, int64_t *out, chore_error *err)
{
    const bool negative = text[0] == '-';
    const char *digits = text + (text[0] == '-' || text[0] == '+');
    const size_t n = count_digits(digits);
    if (n == 0 || digits[n] != '\0') {
        return fail_int(err, lo, hi, text);
    }
    int64_t value = 0; /* built towards the negative side, which reaches one further */
    for (size_t i = 0; i < n; i++) {
        const int digit = digits[i] - '0';
        if (value < (INT64_MIN + digit) / 10) {
            return fail_int(err, lo, hi, text);
        }
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN) {
        return fail_int(err, lo, hi, text);
    }
    value = negative ? value : -value;
    if (value < lo || value > hi) {
        return fail_int(err, lo, hi, text);
    }
    *out = value;
    return CHORE_OK;
}
