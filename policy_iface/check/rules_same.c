/* The same answers: after a reset, in another process, thread, slot or company. */
#include "life_internal.h"
#include <pthread.h>
#include <string.h>

static const uint32_t first_slots[] = {0, 1, 2, 3}, first_episodes[] = {0, 1, 2, 3};

/* A life of the main stage, whose policy must have claimed that much; the trial ends where it has not. */
static void begin(life *l, uint64_t caps, uint32_t slots)
{
    chore_life_begin(l);
    if (l->max_batch < slots) {
        say_na("it takes %u slot%s at a time", l->max_batch, l->max_batch == 1 ? "" : "s");
    }
    if ((caps & CHORE_CAP_DETERMINISTIC) && !chore_life_claims(l, CHORE_CAP_DETERMINISTIC)) {
        say_na("it does not claim CHORE_CAP_DETERMINISTIC: its answers cannot be compared");
    }
    if ((caps & CHORE_CAP_BATCH_INVARIANT) && !chore_life_claims(l, CHORE_CAP_BATCH_INVARIANT)) {
        say_na("it does not claim CHORE_CAP_BATCH_INVARIANT");
    }
}

void chore_try_reset_repeats(void)
{
    life l = {0};
    chore_life_load();
    begin(&l, CHORE_CAP_DETERMINISTIC, 1);
    chore_life_episode(&l, 0, 0);
    life first = chore_life_take_answers(&l);
    chore_life_episode(&l, 0, 3); /* something else in between */
    chore_life_forget_answers(&l);
    chore_life_episode(&l, 0, 0);
    chore_life_compare(&first, &l, 0, "the same episode again, after a reset");
    chore_life_destroy(&l);
}

/* Both runs only answer; who started them compares. */
void chore_try_process_repeats(void)
{
    life l = {0};
    trial_report *report = chore_the_trial.report;
    chore_life_load();
    begin(&l, CHORE_CAP_DETERMINISTIC, 1);
    chore_life_episode(&l, 0, 0);
    chore_wire out = {.data = report->answers, .cap = sizeof report->answers};
    for (size_t i = 0; i < l.n_answers; i++) {
        const life_answer *a = &l.answers[i];
        chore_wire_put_u32(&out, a->step);
        chore_wire_put_u64(&out, (uint64_t)(uint32_t)a->status << 32 | a->valid);
        chore_wire_put_u32(&out, a->rows_dim);
        chore_wire_put_bytes(&out, l.floats + a->at, a->rows_dim * sizeof(float));
    }
    report->answer_bytes = out.at;
    chore_life_destroy(&l);
}

/* ---- threads ---------------------------------------------------------------------------------------------- */

typedef struct errand {
    life *l;
    enum { DO_BEGIN, DO_RESET, DO_ACT, DO_END } what;
} errand;

static void *run_errand(void *arg)
{
    const errand *e = arg;
    switch (e->what) {
    case DO_BEGIN: chore_life_begin(e->l); break;
    case DO_RESET: chore_life_start(e->l, 1, first_slots, first_episodes); break;
    case DO_ACT: chore_life_play(e->l, 1, first_slots, e->l->step[0] + 1); break;
    case DO_END: chore_life_destroy(e->l); break;
    }
    return NULL;
}

static void in_a_new_thread(errand e)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_errand, &e) != 0) {
        say_na("no thread can be started here");
    }
    pthread_join(thread, NULL);
}

void chore_try_any_caller(void)
{
    life here = {0}, there = {0};
    chore_life_load();
    chore_life_begin(&here);
    chore_life_episode(&here, 0, 0);
    chore_life_destroy(&here);
    in_a_new_thread((errand){&there, DO_BEGIN});
    in_a_new_thread((errand){&there, DO_RESET});
    while (there.open[0] && there.step[0] < chore_life_steps()) {
        in_a_new_thread((errand){&there, DO_ACT});
    }
    in_a_new_thread((errand){&there, DO_END});
    if (chore_life_claims(&here, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(&here, &there, 0, "each call from another thread");
    }
}

/* ---- slots ------------------------------------------------------------------------------------------------ */

void chore_try_any_order(void)
{
    static const uint32_t other_slots[] = {3, 0, 2}, other_episodes[] = {2, 0, 1};
    life a = {0}, b = {0};
    chore_life_load();
    begin(&a, CHORE_CAP_DETERMINISTIC | CHORE_CAP_BATCH_INVARIANT, 4);
    chore_life_start(&a, 3, first_slots, first_episodes);
    chore_life_play(&a, 3, first_slots, chore_life_steps());
    chore_life_destroy(&a);
    chore_life_begin(&b);
    chore_life_start(&b, 3, other_slots, other_episodes);
    chore_life_play(&b, 3, other_slots, chore_life_steps());
    for (uint32_t e = 0; e < 3; e++) {
        chore_life_compare(&a, &b, e, "in slots 0 1 2, and then in another order in 3 0 2");
    }
    chore_life_destroy(&b);
}

void chore_try_batch_mates(void)
{
    life alone = {0}, among = {0};
    chore_life_load();
    begin(&alone, CHORE_CAP_DETERMINISTIC | CHORE_CAP_BATCH_INVARIANT, 2);
    chore_life_episode(&alone, 0, 0);
    chore_life_destroy(&alone);
    chore_life_begin(&among);
    const uint32_t n = among.max_batch;
    chore_life_start(&among, n, first_slots, first_episodes);
    chore_life_play(&among, n, first_slots, chore_life_steps() / 2);
    chore_life_play(&among, n - 1, first_slots, chore_life_steps()); /* one is gone meanwhile */
    chore_life_compare(&alone, &among, 0, "alone, and then among others");
    chore_life_destroy(&among);
}

/* Two slots in turn, one call each; at `change` the second one begins another episode, or the same once more. */
static void take_turns(life *l, uint32_t change, uint32_t next)
{
    const uint32_t steps = chore_life_steps();
    chore_life_start(l, 2, first_slots, first_episodes);
    for (uint32_t s = 1; s <= steps; s++) {
        chore_life_play(l, 1, &first_slots[0], s);
        chore_life_play(l, 1, &first_slots[1], s);
        if (s == change) {
            chore_life_start(l, 1, &first_slots[1], &next);
        }
    }
}

void chore_try_slots_apart(void)
{
    life a = {0}, b = {0};
    chore_life_load();
    begin(&a, CHORE_CAP_DETERMINISTIC, 2);
    take_turns(&a, UINT32_MAX, 0);
    chore_life_destroy(&a);
    chore_life_begin(&b);
    take_turns(&b, chore_life_steps() / 3, 2);
    chore_life_compare(&a, &b, 0, "slot 0, while slot 1 was reset in the middle of it");
    chore_life_destroy(&b);
}

/* Episode 0 in slot 0, then 2; beside it 1 in slot 1 where there is room. */
static void with_a_mate(life *l, bool spoil)
{
    const uint32_t steps = chore_life_steps(), later = 2, n = l->max_batch > 1 ? 2 : 1;
    chore_life_start(l, n, first_slots, first_episodes);
    l->spoil = spoil;
    for (uint32_t s = 1; s <= steps; s++) {
        for (uint32_t k = 0; k < n; k++) {
            chore_life_play(l, 1, &first_slots[k], s);
        }
        if (s == steps / 3) {
            chore_life_start(l, 1, first_slots, &later);
        }
    }
}

void chore_try_not_a_number(void)
{
    life clean = {0}, spoilt = {0};
    bool finite = true, gave_up = false;
    chore_life_load();
    chore_life_begin(&clean);
    with_a_mate(&clean, false);
    chore_life_destroy(&clean);
    chore_life_begin(&spoilt);
    with_a_mate(&spoilt, true);
    for (size_t i = 0; i < spoilt.n_answers; i++) {
        const life_answer *a = &spoilt.answers[i];
        if (a->status == CHORE_POLICY_FATAL) {
            say_fail("it calls itself broken for good (CHORE_POLICY_FATAL) when it sees NaN");
        }
        gave_up |= a->episode == 0 && a->status < 0;
        for (uint32_t k = 0; a->episode == 0 && k < a->rows_dim; k++) {
            finite &= spoilt.floats[a->at + k] - spoilt.floats[a->at + k] == 0;
        }
    }
    if (chore_life_claims(&clean, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(&clean, &spoilt, 2, "the next episode in a slot that had seen NaN");
        chore_life_compare(&clean, &spoilt, 1, "a slot beside one that saw NaN");
    }
    chore_life_destroy(&spoilt);
    say_pass("%s", gave_up  ? "it gives up the episode"
                   : finite ? "it answers finite actions"
                            : "its actions are NaN, too, and end the episode");
}

void chore_try_instances(void)
{
    life alone = {0}, a = {0}, b = {0};
    const uint32_t one = 1, steps = chore_life_steps();
    chore_life_load();
    if ((chore_the_trial.file.plugin.caps & CHORE_CAP_MULTI_INSTANCE) == 0) {
        say_na("it does not claim CHORE_CAP_MULTI_INSTANCE");
    }
    begin(&alone, CHORE_CAP_DETERMINISTIC, 1);
    chore_life_episode(&alone, 0, 0);
    chore_life_destroy(&alone);
    chore_life_begin(&a);
    chore_life_begin(&b);
    chore_life_start(&a, 1, first_slots, first_episodes);
    chore_life_start(&b, 1, first_slots, &one);
    for (uint32_t s = 1; s <= steps / 2; s++) {
        chore_life_play(&a, 1, first_slots, s);
        chore_life_play(&b, 1, first_slots, s);
    }
    chore_life_destroy(&b);
    chore_life_play(&a, 1, first_slots, steps);
    chore_life_compare(&alone, &a, 0, "alone, and then beside another instance");
    chore_life_destroy(&a);
}
