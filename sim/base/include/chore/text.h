/* Text: a growing string, strict numbers with units, the nearest name. libc only. */
#ifndef CHORE_TEXT_H
#define CHORE_TEXT_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif

/* A growing, always terminated string. Zero-initialise; release with chore_text_release. */
typedef struct chore_text {
    char *data;        /* NULL until something was added */
    size_t len, cap;   /* bytes, terminator not in len */
} chore_text;

/* Append. Out of memory ends the process (CHORE_ASSERT): texts are small. */
void chore_text_add(chore_text *text, const char *fmt, ...) CHORE_PRINTF(2, 3);
void chore_text_add_bytes(chore_text *text, const void *bytes, size_t len);
const char *chore_text_get(const chore_text *text);   /* "" when empty; valid until the next change */
void chore_text_clear(chore_text *text);
void chore_text_release(chore_text *text);

/* Physical dimension a quantity must have. */
typedef enum chore_unit {
    CHORE_UNIT_NONE,     /* plain number */
    CHORE_UNIT_LENGTH,   /* m cm mm       -> metre */
    CHORE_UNIT_ANGLE,    /* rad deg       -> radian */
    CHORE_UNIT_TIME,     /* s ms min h    -> second */
    CHORE_UNIT_MASS,     /* kg g          -> kilogram */
    CHORE_UNIT_RATE,     /* Hz            -> 1/second */
    CHORE_UNIT_SPEED,    /* m/s mm/s      -> metre per second */
    CHORE_UNIT_ANGULAR_SPEED, /* rad/s deg/s */
    CHORE_UNIT_FORCE,    /* N             -> newton */
    CHORE_UNIT_VOLUME,   /* l ml          -> cubic metre */
    CHORE_UNIT_COUNT
} chore_unit;

/* Parse "12.5 mm" or "12.5mm" strictly: number, unit of the wanted dimension, nothing before or after.
   NaN, infinity, a missing or a foreign unit are CHORE_E_FILE with a message that names the units that would do. SI
   value in *out.
   CHORE_UNIT_NONE wants a bare number. The same in every locale. *out stays as it was on error. */
chore_status chore_parse_quantity(const char *text, chore_unit unit, double *out, chore_error *err);

/* Strict integer in [lo, hi], decimal, nothing after it. CHORE_E_FILE; *out stays as it was then. */
chore_status chore_parse_int(const char *text, int64_t lo, int64_t hi, int64_t *out, chore_error *err);

/* Index of the name nearest to `wanted`, or -1. Near: at most max(2, length / 3) letters inserted, deleted, replaced
   or swapped with a neighbour, and fewer than `wanted` has. The first of equals. */
int chore_nearest(const char *wanted, const char *const *names, int n_names);

/* Which of n words it is, to the letter: its index in *out. CHORE_E_USAGE: "no WHAT 'TEXT'; expected A, B or C", and the nearest as a hint; *out stays
   as it was then. */
chore_status chore_parse_word(const char *what, const char *text, const char *const *words, int n, int *out, chore_error *err);

/* Copy with truncation, always terminated, never half a UTF-8 character. Returns false when it did not fit. The
   two may overlap. */
bool chore_copy(char *out, size_t cap, const char *text);

/* Identifier: [a-z][a-z0-9_]*, shorter than CHORE_NAME_CAP. */
bool chore_is_identifier(const char *text);
#ifdef __cplusplus
}
#endif
#endif
