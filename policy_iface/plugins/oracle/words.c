#include "words.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_CAP = 64 };

uint64_t words_key_on(uint64_t key, const char *text)
{ /* FNV-1a */
    for (; *text; text++) {
        key = (key ^ (unsigned char)*text) * 1099511628211ull;
    }
    return key;
}

uint64_t words_key(const char *text)
{
    return words_key_on(1469598103934665603ull, text);
}

bool words_value(const char *line, const char *key, char *out, size_t cap)
{
    size_t n = strlen(key), end = strcspn(line, "\n");
    for (const char *at = line; at && at < line + end; at = strchr(at + 1, ' ')) {
        if (*at == ' ' && strncmp(at + 1, key, n) == 0 && at[n + 1] == '=') {
            size_t len = strcspn(at + n + 2, " \n");
            if (len >= cap) {
                return false;
            }
            memcpy(out, at + n + 2, len);
            out[len] = 0;
            return true;
        }
    }
    return false;
}

bool words_number(const char *line, const char *key, double *out)
{
    char word[NUMBER_CAP], *end;
    if (!words_value(line, key, word, sizeof word)) {
        return false;
    }
    *out = strtod(word, &end);
    return end != word && *end == 0;
}
