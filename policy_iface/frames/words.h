/* The numbers of chore/policy.h as words. A word's place in its list is its number, less the list's first one. */
#ifndef CHORE_FRAMES_WORDS_H
#define CHORE_FRAMES_WORDS_H
#include <stdint.h>

typedef struct chorei_words {
    const char *const *words;
    uint32_t n, first;
} chorei_words;

extern const chorei_words chorei_kinds, chorei_dtypes, chorei_layouts, chorei_fits;
extern const chorei_words chorei_flags, chorei_caps, chorei_feedback; /* of bits: their numbers */

/* The word of a number, "" when there is none. */
const char *chorei_word(const chorei_words *list, uint32_t value);
/* Its number; -1 when there is no such word. */
int chorei_word_value(const chorei_words *list, const char *word);

#endif
