/* The table of predicates that follows from predicates.inl, and what is common to all of them. */
#include "predicates_internal.h"

#define WORD_NONE        ""
#define WORD_ITEM        "item"
#define WORD_OBJECT      "object"
#define WORD_GARMENT     "garment"
#define WORD_RECEPTACLE  "receptacle"
#define WORD_CONTAINER   "receptacle|region|space"
#define WORD_LIDDED      "object|part"
#define WORD_RACK        "rack"
#define WORD_CELLS       "rack"
#define WORD_SUPPORT     "object|fixture"
#define WORD_BODY        "item|fixture"
#define WORD_RAIL        "rail"
#define WORD_REGION      "region"
#define WORD_THING       "item|region|gripper"
#define WORD_TRAIT       "kind|colour"
#define WORD_LENGTH      "length"
#define WORD_ANGLE       "angle"
#define WORD_BREAKABLE   "breakable"
#define WORD_SHARD       "shard"
#define WORD_FORCE       "force"
#define WORD_VESSEL      "vessel"
#define WORD_VOLUME      "volume"
#define WORD_FOLDABLE    "box"
#define WORD_WALL        "wall"
#define WORD_APPLIANCE   "appliance"
#define BLANK_NONE       ""
#define BLANK_ITEM       " "
#define BLANK_OBJECT     " "
#define BLANK_GARMENT    " "
#define BLANK_RECEPTACLE " "
#define BLANK_CONTAINER  " "
#define BLANK_LIDDED     " "
#define BLANK_RACK       " "
#define BLANK_CELLS      " "
#define BLANK_SUPPORT    " "
#define BLANK_BODY       " "
#define BLANK_RAIL       " "
#define BLANK_REGION     " "
#define BLANK_THING      " "
#define BLANK_TRAIT      " "
#define BLANK_LENGTH     " "
#define BLANK_ANGLE      " "
#define BLANK_BREAKABLE  " "
#define BLANK_SHARD      " "
#define BLANK_FORCE      " "
#define BLANK_VESSEL     " "
#define BLANK_VOLUME     " "
#define BLANK_FOLDABLE   " "
#define BLANK_WALL       " "
#define BLANK_APPLIANCE  " "

static const predicate_row rows[PREDICATE_COUNT] = {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) \
    {#name,                                              \
     settled,                                            \
     {ARGUMENT_##a, ARGUMENT_##b, ARGUMENT_##c},         \
     WORD_##a BLANK_##b WORD_##b BLANK_##c WORD_##c,     \
     meaning},
#include "predicates.inl"
#undef CHORE_PREDICATE
};

static const char *const names[PREDICATE_COUNT] = {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) #name,
#include "predicates.inl"
#undef CHORE_PREDICATE
};

static bool (*const functions[PREDICATE_COUNT])(const chore_view *view, const chore_value *args) = {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) chorei_predicate_##name,
#include "predicates.inl"
#undef CHORE_PREDICATE
};

const predicate_row *chore_predicate_row(int predicate)
{
    CHORE_ASSERT(predicate >= 0 && predicate < PREDICATE_COUNT);
    return &rows[predicate];
}

const char *const *chore_predicate_names(void)
{
    return names;
}

int chore_predicate_count(void)
{
    return PREDICATE_COUNT;
}

chore_predicate_info chore_predicate_info_at(int index)
{
    const predicate_row *row = chore_predicate_row(index);
    return (chore_predicate_info){row->name, row->arguments, row->meaning, row->settled};
}

/* What is parked is nowhere: nothing is true of it, except that it may have broken. */
static bool all_present(int predicate, const chore_view *view, const chore_value *args)
{
    for (int i = 0; i < MAX_ARGS; i++) {
        if (rows[predicate].args[i] != ARGUMENT_BREAKABLE && args[i].refer == REFER_ITEM && !(view->present >> args[i].index & 1)) {
            return false;
        }
    }
    return true;
}

bool chore_predicate_holds(int predicate, const chore_view *view, const chore_value *args)
{
    if (!all_present(predicate, view, args)) {
        return false;
    }
    if (args[0].refer == REFER_PART) {
        return chore_part_settled(view, args[0].index) && functions[predicate](view, args);
    }
    if (rows[predicate].settled &&
        !(chore_item_at_rest(view, args[0].index) && chore_item_released(view, args[0].index))) {
        return false;
    }
    return functions[predicate](view, args);
}
