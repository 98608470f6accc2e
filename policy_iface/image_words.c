/* The words for pictures. */
#include <chore/image_words.h>
#include <chore/text.h>
#include <string.h>

static const char *const names[CHORE_IMAGE_WORDS] = {
#define CHORE_IMAGE_WORD(symbol, word, depth_too, meaning) word,
#include <chore/image_words.inl>
#undef CHORE_IMAGE_WORD
};

bool chore_is_image(const chore_policy_field *field)
{
    return field->kind == CHORE_FIELD_RGB || field->kind == CHORE_FIELD_DEPTH;
}

const char *chore_image_words(uint32_t kind)
{
    return kind == CHORE_FIELD_RGB ? "chw f32 flip_x flip_y shadows smooth" : "chw flip_x flip_y";
}

/* The next word of a blank-separated text, cut to fit; false at its end. */
static bool next_word(const char **at, char out[CHORE_NAME_CAP])
{
    *at += strspn(*at, " ");
    const size_t len = strcspn(*at, " "), fits = len < CHORE_NAME_CAP ? len : CHORE_NAME_CAP - 1;
    memcpy(out, *at, fits);
    out[fits] = '\0';
    *at += len;
    return len > 0;
}

static bool holds(const char *text, const char *wanted)
{
    char word[CHORE_NAME_CAP];
    while (next_word(&text, word)) {
        if (strcmp(word, wanted) == 0) {
            return true;
        }
    }
    return false;
}

bool chore_image_words_parse(const char *text, const char *offered, uint32_t *out, char unknown[CHORE_NAME_CAP])
{
    *out = 0;
    if (text != NULL && offered != NULL && strcmp(text, offered) == 0) {
        return true; /* handed back as it was offered */
    }
    while (text != NULL && next_word(&text, unknown)) {
        uint32_t bit = 0;
        for (int i = 0; i < CHORE_IMAGE_WORDS; i++) {
            bit |= strcmp(names[i], unknown) == 0 ? 1u << i : 0;
        }
        if (bit == 0 || offered == NULL || !holds(offered, unknown)) {
            return false;
        }
        *out |= bit;
    }
    return true;
}

void chore_image_turn(chore_policy_field *field, uint32_t words)
{
    if (words & CHORE_IMAGE_F32) {
        field->dtype = CHORE_DTYPE_F32;
        field->scale = 1;
    }
    if (words & CHORE_IMAGE_CHW) {
        const uint32_t channels = field->shape[2];
        field->layout = CHORE_LAYOUT_CHW;
        field->shape[2] = field->shape[1];
        field->shape[1] = field->shape[0];
        field->shape[0] = channels;
    }
}

uint32_t chore_image_height(const chore_policy_field *field)
{
    return field->shape[field->layout == CHORE_LAYOUT_CHW ? 1 : 0];
}

uint32_t chore_image_width(const chore_policy_field *field)
{
    return field->shape[field->layout == CHORE_LAYOUT_CHW ? 2 : 1];
}
