/* Pictures in an offer and a request: the words for what can be done with them, and what a field looks like when it is done.
   Pure functions. */
#ifndef CHORE_IMAGE_WORDS_H
#define CHORE_IMAGE_WORDS_H
#include <chore/base.h>
#include <chore/policy.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Bits of a set of words. */
enum {
#define CHORE_IMAGE_WORD(symbol, word, depth_too, meaning) CHORE_IMAGE_BIT_##symbol,
#include <chore/image_words.inl>
#undef CHORE_IMAGE_WORD
    CHORE_IMAGE_WORDS
};
enum {
#define CHORE_IMAGE_WORD(symbol, word, depth_too, meaning) CHORE_IMAGE_##symbol = 1 << CHORE_IMAGE_BIT_##symbol,
#include <chore/image_words.inl>
#undef CHORE_IMAGE_WORD
};

/* RGB or DEPTH. */
bool chore_is_image(const chore_policy_field *field);
/* All words for such a field, blank-separated; static. */
const char *chore_image_words(uint32_t kind);
/* The set of the words in `text` (NULL, or `offered` handed back as it is: none). False at the first word that `offered` does not hold; it is in `unknown` then. */
bool chore_image_words_parse(const char *text, const char *offered, uint32_t *out, char unknown[CHORE_NAME_CAP]);
/* An offered picture as it comes when these words are asked for: dtype, scale, layout and shape. */
void chore_image_turn(chore_policy_field *field, uint32_t words);
/* Its sides in pixels, whatever the layout. */
uint32_t chore_image_height(const chore_policy_field *field);
uint32_t chore_image_width(const chore_policy_field *field);
#ifdef __cplusplus
}
#endif
#endif
