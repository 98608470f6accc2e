/* Kinds of appearance by name. */
#include <chore/appearance_kind.h>

#include <chore/text.h>

static const char *const names[CHORE_APPEARANCE_KINDS] = {[CHORE_APPEARANCE_CANONICAL] = "canonical",
                                                          [CHORE_APPEARANCE_SEEDED] = "seeded"};

const char *chore_appearance_name(chore_appearance_kind kind)
{
    return names[kind];
}

chore_status chore_appearance_parse(const char *name, chore_appearance_kind *out, chore_error *err)
{
    int found;
    const chore_status status = chore_parse_word("appearance", name, names, CHORE_APPEARANCE_KINDS, &found, err);
    if (status == CHORE_OK) {
        *out = (chore_appearance_kind)found;
    }
    return status;
}
