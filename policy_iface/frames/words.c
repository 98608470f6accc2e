#include "words.h"
#include <chore/policy.h>
#include <string.h>

#define LIST(name, least, ...)                                                                    \
    static const char *const name##_words[] = {__VA_ARGS__};                                      \
    const chorei_words chorei_##name = {name##_words, sizeof name##_words / sizeof *name##_words, \
                                        least}

LIST(kinds, CHORE_FIELD_RGB, "rgb", "depth", "vector", "text");
LIST(dtypes, CHORE_DTYPE_U8, "u8", "f32", "f64", "i32");
LIST(layouts, CHORE_LAYOUT_NONE, "none", "hwc", "chw");
LIST(fits, CHORE_FIT_NATIVE, "native", "stretch", "letterbox", "centre_crop");
LIST(flags, 0, "optional", "privileged", "resizable", "binary");
LIST(caps, 0, "batch_invariant", "deterministic", "multi_instance", "needs_every_obs", "prefix",
     "learns", "saves_episode", "needs_net", "needs_gpu");
LIST(feedback, CHORE_FEEDBACK_STEP_REWARD, "step_reward", "outcome", "intervention", "instruction");

const char *chorei_word(const chorei_words *list, uint32_t value)
{
    return value >= list->first && value - list->first < list->n ? list->words[value - list->first]
                                                                 : "";
}

int chorei_word_value(const chorei_words *list, const char *word)
{
    for (uint32_t i = 0; i < list->n; i++) {
        if (strcmp(list->words[i], word) == 0) {
            return (int)(i + list->first);
        }
    }
    return -1;
}
