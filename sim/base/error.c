/* Errors: a status and one clean sentence. */
#include <chore/base.h>
#include <chore/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    int exit_code;
} statuses[CHORE_STATUS_COUNT] = {
#define CHORE_STATUS(symbol, value, text, exit_code) [value] = {text, exit_code},
#include <chore/status.inl>
#undef CHORE_STATUS
};

static bool status_is_known(chore_status status)
{
    return (int)status >= 0 && status < CHORE_STATUS_COUNT;
}

const char *chore_status_text(chore_status status)
{
    return status_is_known(status) ? statuses[status].text : "unknown status";
}

int chore_status_exit_code(chore_status status)
{
    return statuses[status_is_known(status) ? status : CHORE_E_INTERNAL].exit_code;
}

/* Messages quote what users wrote. A stray newline or escape sequence must not reach a terminal or a report.
 */
static void make_printable(char *text)
{
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
}

/* Format aside first: the arguments may point into the very error that is being filled. */
CHORE_PRINTF(3, 0)
static void format_clean(char *out, size_t cap, const char *fmt, va_list args)
{
    char fresh[sizeof((chore_error *)0)->message];
    vsnprintf(fresh, sizeof fresh, fmt, args);
    make_printable(fresh);
    chore_copy(out, cap, fresh);
}

chore_status chore_fail(chore_error *err, chore_status status, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        format_clean(err->message, sizeof err->message, fmt, args);
        va_end(args);
        err->status = status;
        err->file[0] = '\0';
        err->line = err->column = 0;
        err->hint[0] = err->detail[0] = '\0';
    }
    return status;
}

chore_status chore_fail_at(chore_error *err, chore_status status, const char *file, int line, int column,
                           const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        format_clean(err->message, sizeof err->message, fmt, args);
        va_end(args);
        err->status = status;
        if (file != err->file) {
            chore_copy(err->file, sizeof err->file, file != NULL ? file : "");
        }
        err->line = line;
        err->column = column;
        err->hint[0] = err->detail[0] = '\0';
    }
    return status;
}

void chore_error_hint(chore_error *err, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        format_clean(err->hint, sizeof err->hint, fmt, args);
        va_end(args);
    }
}

void chore_error_detail(chore_error *err, const char *text)
{
    if (err == NULL) {
        return;
    }
    chore_copy(err->detail, sizeof err->detail, text);
    if (strlen(text) >= sizeof err->detail) {
        char *last = strrchr(err->detail, '\n');
        *(last != NULL ? last + 1 : err->detail) = '\0';
    }
    for (char *c = err->detail; *c != '\0'; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\n') || *c == 0x7f) {
            *c = ' ';
        }
    }
}

void chore_error_format(const chore_error *err, char *out, size_t cap)
{
    char place[CHORE_PATH_CAP + 32] = "";
    if (err->file[0] != '\0' && err->line > 0 && err->column > 0) {
        snprintf(place, sizeof place, "%s:%d:%d: ", err->file, err->line, err->column);
    } else if (err->file[0] != '\0' && err->line > 0) {
        snprintf(place, sizeof place, "%s:%d: ", err->file, err->line);
    } else if (err->file[0] != '\0') {
        snprintf(place, sizeof place, "%s: ", err->file);
    }
    const bool hinted = err->hint[0] != '\0';
    snprintf(out, cap, "%s%s%s%s%s", place, err->message, hinted ? " (" : "", err->hint, hinted ? ")" : "");
}

void chore_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "chorebench: internal error: %s:%d: not true: %s\n", file, line, condition);
    abort();
}
