/* Kinds of appearance by name. */
#include <chore/appearance_kind.h>

#include <string.h>

#include <chore/text.h>

static const char *const names[CHORE_APPEARANCE_KINDS] = {[CHORE_APPEARANCE_CANONICAL] = "canonical",
                                                          [CHORE_APPEARANCE_SEEDED] = "seeded"};

const char *chore_appearance_name(chore_appearance_kind kind)
{
    return names[kind];
}

chore_status chore_appearance_parse(const char *name, chore_appearance_kind *out, chore_error *err)
{
    for (int i = 0; i < CHORE_APPEARANCE_KINDS; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (chore_appearance_kind)i;
            return CHORE_OK;
        }
    }
    const int nearest = chore_nearest(name, names, CHORE_APPEARANCE_KINDS);
    chore_fail(err, CHORE_E_USAGE, "no appearance '%.60s'; expected canonical or seeded", name);
    if (nearest >= 0) {
        chore_error_hint(err, "did you mean '%s'?", names[nearest]);
    }
    return CHORE_E_USAGE;
}
