/* Text: a growing string, bounded copies, identifiers, the nearest name. */
#include <chore/text.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Make room for `more` bytes and a terminator. */
static void text_reserve(chore_text *text, size_t more)
{
    CHORE_ASSERT(more < SIZE_MAX / 4 && text->len < SIZE_MAX / 4);
    const size_t need = text->len + more + 1;
    if (need <= text->cap) {
        return;
    }
    const size_t cap = need > 2 * text->cap ? need + 32 : 2 * text->cap;
    char *data = realloc(text->data, cap);
    CHORE_ASSERT(data != NULL);
    text->data = data;
    text->cap = cap;
}

void chore_text_add(chore_text *text, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    CHORE_ASSERT(n >= 0);
    text_reserve(text, (size_t)n);
    vsnprintf(text->data + text->len, (size_t)n + 1, fmt, again);
    va_end(again);
    text->len += (size_t)n;
}

void chore_text_add_bytes(chore_text *text, const void *bytes, size_t len)
{
    text_reserve(text, len);
    if (len > 0) {
        memcpy(text->data + text->len, bytes, len);
    }
    text->len += len;
    text->data[text->len] = '\0';
}

const char *chore_text_get(const chore_text *text)
{
    return text->data != NULL ? text->data : "";
}

void chore_text_clear(chore_text *text)
{
    text->len = 0;
    if (text->data != NULL) {
        text->data[0] = '\0';
    }
}

void chore_text_release(chore_text *text)
{
    free(text->data);
    *text = (chore_text){0};
}

bool chore_copy(char *out, size_t cap, const char *text)
{
    CHORE_ASSERT(cap > 0);
    const size_t len = strlen(text);
    size_t n = len < cap ? len : cap - 1;
    while (n < len && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) {
        n--; /* never half a UTF-8 character */
    }
    memmove(out, text, n);
    out[n] = '\0';
    return n == len;
}

bool chore_is_identifier(const char *text)
{
    if (text[0] < 'a' || text[0] > 'z') {
        return false;
    }
    size_t n = 1;
    for (; text[n] != '\0'; n++) {
        const char c = text[n];
        if (n + 1 >= CHORE_NAME_CAP || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return true;
}

enum { NEAREST_LEN_MAX = 128 }; /* longer texts are no misspelt names */

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

/* Edits that turn a into b: insert, delete, replace a character, swap two neighbours. */
static int edit_distance(const char *a, int len_a, const char *b, int len_b)
{
    int rows[3][NEAREST_LEN_MAX + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (int j = 0; j <= len_b; j++) {
        last[j] = j;
    }
    for (int i = 1; i <= len_a; i++) {
        now[0] = i;
        for (int j = 1; j <= len_b; j++) {
            const int replace = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = min_int(replace, min_int(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = min_int(now[j], before[j - 2] + 1);
            }
        }
        int *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[len_b];
}

int chore_nearest(const char *wanted, const char *const *names, int n_names)
{
    const size_t wanted_len = strlen(wanted);
    if (wanted_len == 0 || wanted_len > NEAREST_LEN_MAX) {
        return -1;
    }
    const int len = (int)wanted_len;
    /* A word of one or two letters would otherwise be "near" to every other short word. */
    const int limit = min_int(len / 3 > 2 ? len / 3 : 2, len - 1);
    int best = -1, best_distance = limit + 1;
    for (int i = 0; i < n_names; i++) {
        const size_t name_len = strlen(names[i]);
        if (name_len > NEAREST_LEN_MAX) {
            continue;
        }
        const int distance = edit_distance(wanted, len, names[i], (int)name_len);
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}

chore_status chore_parse_word(const char *what, const char *text, const char *const *words, int n, int *out, chore_error *err)
{
    chore_text list = {0};
    for (int i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            chore_text_release(&list);
            *out = i;
            return CHORE_OK;
        }
        chore_text_add(&list, "%s%s", i == 0 ? "" : i < n - 1 ? ", " : " or ", words[i]);
    }
    const int nearest = chore_nearest(text, words, n);
    chore_fail(err, CHORE_E_USAGE, "no %s '%.60s'; expected %s", what, text, chore_text_get(&list));
    if (nearest >= 0) {
        chore_error_hint(err, "did you mean '%s'?", words[nearest]);
    }
    chore_text_release(&list);
    return CHORE_E_USAGE;
}
