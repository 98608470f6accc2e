/* What a policy may touch. Where it touches something else the fence ends the process, and the report says what it was. */
#include "life_internal.h"

static const uint32_t slots[] = {0, 1}, episodes[] = {0, 1};

/* Every call there is, with n slots. */
static void whole_life(room_fence fence, uint32_t n)
{
    life l = {0};
    chore_rooms_fence(fence);
    chore_life_begin(&l);
    if (n <= l.max_batch) {
        chore_life_start(&l, n, slots, episodes);
        chore_life_play(&l, n, slots, chore_life_steps() / 2);
        (void)chore_life_feedback(&l, 0, CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME));
        chore_life_play(&l, n, slots, chore_life_steps());
        chore_life_start(&l, n, slots, episodes);
        chore_life_play(&l, n, slots, 2);
    }
    (void)chore_life_words(&l);
    chore_life_free(&l);
}

void chore_try_bounds_of_buffers(void)
{
    chore_life_load();
    for (uint32_t n = 1; n <= 2; n++) {
        whole_life(FENCE_AFTER, n);
        whole_life(FENCE_BEFORE, n);
    }
}

void chore_try_read_only(void)
{
    chore_life_load();
    whole_life(FENCE_SEALED, 1);
    whole_life(FENCE_SEALED, 2);
}

void chore_try_borrows(void)
{
    chore_life_load();
    whole_life(FENCE_LATE, 1);
}

void chore_try_strides(void)
{
    life dense = {0}, wide = {.wide = true};
    chore_life_load();
    chore_life_begin(&dense);
    if (dense.max_batch < 2) {
        say_na("it takes one slot at a time: there is no way from slot to slot");
    }
    if (!chore_life_claims(&dense, CHORE_CAP_DETERMINISTIC)) {
        say_na("it does not claim CHORE_CAP_DETERMINISTIC: its answers cannot be compared");
    }
    chore_life_start(&dense, 2, slots, episodes);
    chore_life_play(&dense, 2, slots, chore_life_steps());
    chore_life_destroy(&dense);
    chore_life_begin(&wide);
    chore_life_start(&wide, 2, slots, episodes);
    chore_life_play(&wide, 2, slots, chore_life_steps());
    for (uint32_t e = 0; e < 2; e++) {
        chore_life_compare(&dense, &wide, e, "with room between the slots of a stream");
    }
    chore_life_free(&wide);
}
