/* What keeps foreign code from spoiling ours: floating-point environment, texts, sizes. */
#include "host_internal.h"
#include <string.h>

void chore_host_enter(fenv_t *saved)
{
    fegetenv(saved);
}

void chore_host_leave(const fenv_t *saved)
{
    fesetenv(saved);
}

void chore_host_clean_text(char *out, size_t cap, const char *text)
{
    size_t len = text != NULL ? strnlen(text, cap - 1) : 0;
    if (len > 0) {
        memcpy(out, text, len);
    }
    while (len > 0 && out[len - 1] == '\n') {
        len--;
    }
    out[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f) { /* no line breaks, no terminal escapes */
            out[i] = ' ';
        }
    }
}

uint64_t chore_host_field_count(const chore_policy_field *field)
{
    uint64_t count = 1;
    for (uint32_t d = 0; d < field->ndim && d < 4; d++) {
        count *= field->shape[d];
    }
    return count;
}
