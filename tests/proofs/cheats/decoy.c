/* decoy: does a job well, but not the one that was asked for. In the goal that the policy reads, tote and bin are
   exchanged, some things with others, right with left, and what must stand in the rack may lie on it. */
#include "puppet.h"

#define GOAL_CAP 32768

typedef struct memory {
    char goal[GOAL_CAP];
} memory;

static const char *const swaps[][2] = {
    {"tote", "bin"},      {"bin", "tote"},      {"mug_1", "can_1"},   {"can_1", "mug_1"},
    {"mug_2", "glass_1"}, {"glass_1", "mug_2"}, {"plate_1", "mug_1"}, {"side_right", "side_left"},
    {"in_slot", "on"},    {"in_cell", "on"},
};

/* The same in the kitchen: one bin for the other, blue for yellow, beside the box. */
static const char *const kitchen_swaps[][2] = {
    {"fruit_bowl", "waste"},        {"waste", "recycling"},         {"recycling", "waste"},
    {"blue_plate", "yellow_plate"}, {"yellow_plate", "blue_plate"}, {"blue_mug", "yellow_mug"},
    {"yellow_mug", "blue_mug"},     {"food_box", "worktop"},        {"stack_large", "stack_small"},
    {"stack_small", "stack_large"},
};

/* And with furniture: one bin for the other, on the worktop instead of behind a door. */
static const char *const storage_swaps[][2] = {
    {"bins/recycling", "bins/waste"}, {"bins/waste", "bins/recycling"}, {"chest/tray", "worktop"},
    {"fridge/inside", "worktop"},     {"cabinet/shelf", "worktop"},
};

/* And with bags: left for right. */
static const char *const bag_swaps[][2] = {{"left", "right"}, {"right", "left"}};

static const char *found(const char *word, const char *const (*list)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, list[i][0]) == 0) {
            return list[i][1];
        }
    }
    return NULL;
}

static const char *swapped(const char *word)
{
    const char *other = found(word, swaps, sizeof swaps / sizeof *swaps);
    other =
        other ? other : found(word, kitchen_swaps, sizeof kitchen_swaps / sizeof *kitchen_swaps);
    other = other ? other : found(word, storage_swaps, sizeof storage_swaps / sizeof *storage_swaps);
    other = other ? other : found(word, bag_swaps, sizeof bag_swaps / sizeof *bag_swaps);
    return other ? other : word;
}

/* Copy `from` word by word; blanks and line ends stay. */
static void exchange(char *to, size_t cap, const char *from)
{
    size_t n = 0;
    while (*from && n + 64 < cap) {
        char word[64];
        const size_t len = strcspn(from, " \n");
        if (len == 0 || len >= sizeof word) {
            to[n++] = *from++;
            continue;
        }
        memcpy(word, from, len);
        word[len] = '\0';
        n += (size_t)snprintf(to + n, cap - n, "%s", swapped(word));
        from += len;
    }
    to[n] = '\0';
}

static void decoy_see(chore_policy_instance *self, chore_policy_batch *batch, const void **stream,
                      uint64_t *stride)
{
    memory *m = self->memory;
    const uint32_t field = puppet_field(self, "privileged.goal");
    (void)batch;
    if (field < PUPPET_FIELDS_CAP && stream[field]) {
        exchange(m->goal, sizeof m->goal, stream[field]);
        stream[field] = m->goal;
        stride[field] = 0;
    }
}

static const puppet cheat = {"decoy", sizeof(memory), decoy_see, NULL, NULL};
