/* Status codes and errors: what every fallible chorebench function returns and fills. */
#ifndef CHORE_BASE_H
#define CHORE_BASE_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CHORE_VERSION "0.1.0"
#define CHORE_NAME_CAP 64   /* bytes of an identifier, terminator included */
#define CHORE_PATH_CAP 1024 /* bytes of a path, terminator included */

#if defined(__GNUC__)
#define CHORE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define CHORE_NORETURN __attribute__((noreturn))
#else
#define CHORE_PRINTF(fmt, args)
#define CHORE_NORETURN
#endif

typedef enum chore_status {
#define CHORE_STATUS(symbol, value, text, exit_code) symbol = value,
#include <chore/status.inl>
#undef CHORE_STATUS
    CHORE_STATUS_COUNT
} chore_status;

/* What went wrong, for a person. Caller-owned; every function takes it as a nullable last argument and fills
   it only when it returns something other than CHORE_OK. */
typedef struct chore_error {
    chore_status status;
    int line, column;            /* 1-based place in `file`; 0: no place */
    char file[CHORE_PATH_CAP];   /* empty: not about a file */
    char message[768];           /* one sentence, no final newline */
    char hint[512];              /* what to do about it; empty: nothing to say */
    char detail[2048];           /* the message at length, several lines for a terminal; empty: it says all */
} chore_error;

/* Name of a status ("bad file"). Never NULL. Any thread. */
const char *chore_status_text(chore_status status);

/* Exit code a program ends with when its work ended with `status`. Any thread. */
int chore_status_exit_code(chore_status status);

/* Fill `err` (nullable) with a formatted message and return `status`. Clears place, hint and detail. The arguments may
   point into `err` itself: chore_fail(err, status, "%s: %s", where, err->message). Control characters become spaces. */
chore_status chore_fail(chore_error *err, chore_status status, const char *fmt, ...) CHORE_PRINTF(3, 4);

/* The same with a place: `file` (nullable), 1-based line and column (0: unknown). */
chore_status chore_fail_at(chore_error *err, chore_status status, const char *file, int line, int column,
                           const char *fmt, ...) CHORE_PRINTF(6, 7);

/* Add or replace the hint of an error that was filled before. `err` is nullable. */
void chore_error_hint(chore_error *err, const char *fmt, ...) CHORE_PRINTF(2, 3);

/* Add the message at length: lines ended by newlines, cut at a line where they do not fit. Other control characters become spaces. `err` is nullable. */
void chore_error_detail(chore_error *err, const char *text);

/* One line for a terminal: "FILE:LINE:COL: message (hint)". Writes at most cap bytes, terminated. */
void chore_error_format(const chore_error *err, char *out, size_t cap);

/* Programmer mistakes end the process with a message; alive in every build. */
#define CHORE_ASSERT(condition) \
    ((condition) ? (void)0 : chore_assert_failed(#condition, __FILE__, __LINE__))
CHORE_NORETURN void chore_assert_failed(const char *condition, const char *file, int line);

#ifdef __cplusplus
}
#endif
#endif
