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

/* Bytes of the UTF-8 character at `c`, which a zero ends; 0: there is none. */
static size_t character(const unsigned char *c)
{
    const size_t more = *c < 0x80                 ? 0
                        : *c >= 0xc2 && *c < 0xe0 ? 1
                        : *c >= 0xe0 && *c < 0xf0 ? 2
                        : *c >= 0xf0 && *c < 0xf5 ? 3
                                                  : 4;
    for (size_t i = 1; i <= more; i++) {
        if (more == 4 || (c[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    const bool longer_than_need_be = (*c == 0xe0 && c[1] < 0xa0) || (*c == 0xf0 && c[1] < 0x90),
               no_character = (*c == 0xed && c[1] > 0x9f) || (*c == 0xf4 && c[1] > 0x8f);
    return longer_than_need_be || no_character ? 0 : more + 1;
}

bool chore_host_is_utf8(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    while (*c != '\0') {
        const size_t n = character(c);
        if (n == 0) {
            return false;
        }
        c += n;
    }
    return true;
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
    for (size_t i = 0; i < len;) {
        const size_t n = character((const unsigned char *)out + i);
        if (n <= 1 && (n == 0 || (unsigned char)out[i] < 0x20 || out[i] == 0x7f)) {
            out[i] = n == 0 ? '?' : ' '; /* no line breaks, no terminal escapes, nothing that JSON refuses */
        }
        i += n > 0 ? n : 1;
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
