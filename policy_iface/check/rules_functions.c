/* The functions that a policy need not have, and the text that changes. */
#include "life_internal.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t slot_0 = 0, episode_0 = 0;

void chore_try_new_instruction(void)
{
    life l = {0};
    chore_life_load();
    chore_life_begin(&l);
    bool asked = false;
    for (uint32_t f = 0; f < l.request.n_fields; f++) {
        asked |= strcmp(l.request.fields[f].name, "instruction") == 0 && l.source[f] >= 0;
    }
    if (!asked) {
        say_na("it does not ask for the stream \"instruction\"");
    }
    l.instruction =
        "no, leave that: put the blue ones into the basket first, then come back to this";
    chore_life_episode(&l, 0, 0);
    for (size_t i = 0; i < l.n_answers; i++) {
        if (l.answers[i].status == CHORE_POLICY_FATAL) {
            say_fail("a new instruction breaks it for good (CHORE_POLICY_FATAL): %s",
                     chore_life_words(&l));
        }
    }
    chore_life_destroy(&l);
}

void chore_try_feedback(void)
{
    life l = {0};
    chore_life_load();
    chore_life_begin(&l);
    if (l.plugin->feedback == NULL) {
        say_na("it has no feedback");
    }
    chore_life_start(&l, 1, &slot_0, &episode_0);
    chore_life_play(&l, 1, &slot_0, chore_life_steps() / 2);
    int32_t answer = chore_life_feedback(&l, 0, UINT64_MAX);
    if (answer < 0) {
        say_fail("feedback of offered kinds is answered with %" PRId32 ": %s", answer,
                 chore_life_words(&l));
    }
    chore_call_begins(TRIAL_FEEDBACK, l.step[0]);
    answer = l.broken ? CHORE_POLICY_OK : l.plugin->feedback(l.self, 0, NULL);
    chore_call_ends();
    if (answer < 0) {
        say_fail("feedback without an event is answered with %" PRId32 ": %s", answer,
                 chore_life_words(&l));
    }
    chore_life_play(&l, 1, &slot_0, chore_life_steps());
    chore_life_destroy(&l);
}

void chore_try_observes(void)
{
    life l = {0};
    chore_life_load();
    chore_life_begin(&l);
    if (l.plugin->observe == NULL || !chore_life_claims(&l, CHORE_CAP_NEEDS_EVERY_OBS)) {
        say_na("it does not claim CHORE_CAP_NEEDS_EVERY_OBS");
    }
    chore_life_start(&l, 1, &slot_0, &episode_0);
    while (l.open[0] && l.step[0] < chore_life_steps()) {
        (void)chore_life_act(&l, 1, &slot_0);
        const int32_t answer = l.open[0] ? chore_life_observe(&l, 1, &slot_0) : CHORE_POLICY_OK;
        if (answer < 0) {
            say_fail("observe at step %" PRIu32 " is answered with %" PRId32 ": %s", l.step[0],
                     answer, chore_life_words(&l));
        }
        l.step[0]++;
    }
    chore_life_destroy(&l);
}

/* ---- state ------------------------------------------------------------------------------------------------ */

typedef struct bytes {
    unsigned char *data;
    size_t len, cap, at;
    uint64_t most;  /* bytes per call */
    uint64_t until; /* bytes after which every call fails; 0: never */
} bytes;

static int64_t write_bytes(void *ctx, void *buf, uint64_t n)
{
    bytes *b = ctx;
    const uint64_t part = n < b->most ? n : b->most;
    if (b->until > 0 && b->len + part > b->until) {
        return -1;
    }
    if (b->len + part > b->cap) {
        b->cap = 2 * (b->len + part) + 4096;
        b->data = realloc(b->data, b->cap);
        CHORE_ASSERT(b->data != NULL);
    }
    memcpy(b->data + b->len, buf, part);
    b->len += part;
    return (int64_t)part;
}

static int64_t read_bytes(void *ctx, void *buf, uint64_t n)
{
    bytes *b = ctx;
    uint64_t part = n < b->most ? n : b->most;
    part = part < b->len - b->at ? part : b->len - b->at;
    if (part > 0) { /* of what saved nothing there is no data */
        memcpy(buf, b->data + b->at, part);
    }
    b->at += part;
    return (int64_t)part;
}

static int32_t save(life *l, uint32_t scope, uint32_t slot, bytes *to)
{
    to->len = 0;
    chore_call_begins(TRIAL_SAVE, l->step[slot]);
    const int32_t answer = l->plugin->save(l->self, scope, slot, write_bytes, to);
    chore_call_ends();
    return answer;
}

static int32_t load(life *l, uint32_t scope, uint32_t slot, bytes *from)
{
    from->at = 0;
    chore_call_begins(TRIAL_LOAD, l->step[slot]);
    const int32_t answer = l->plugin->load(l->self, scope, slot, read_bytes, from);
    chore_call_ends();
    return answer;
}

static void want(life *l, int32_t answer, const char *what)
{
    if (answer < 0) {
        say_fail("%s is answered with %" PRId32 ": %s", what, answer, chore_life_words(l));
    }
}

/* Plays on from a saved slot in a new instance; what it answers is compared with `on`. */
static void go_on(const life *on, bytes *saved, uint32_t step, const char *when)
{
    const uint32_t slot = on->max_batch > 1 ? 1 : 0, other = 3;
    life l = {0};
    chore_life_begin(&l);
    chore_life_start(&l, 1, &slot, &other);
    want(&l, load(&l, CHORE_SCOPE_EPISODE, slot, saved), "load of an episode");
    l.episode[slot] = 0;
    l.step[slot] = step;
    chore_life_forget_answers(&l);
    chore_life_play(&l, 1, &slot, chore_life_steps());
    if (chore_life_claims(on, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(on, &l, 0, when);
    }
    chore_life_free(&l);
}

void chore_try_saves(void)
{
    life l = {0};
    bytes saved = {.most = UINT64_MAX};
    chore_life_load();
    chore_life_begin(&l);
    if (!chore_life_claims(&l, CHORE_CAP_SAVES_EPISODE)) {
        say_na("it does not claim CHORE_CAP_SAVES_EPISODE");
    }
    chore_life_start(&l, 1, &slot_0, &episode_0);
    chore_life_play(&l, 1, &slot_0, chore_life_steps() / 3);
    want(&l, save(&l, CHORE_SCOPE_EPISODE, 0, &saved), "save of an episode");
    const uint32_t step = l.step[0];
    chore_life_forget_answers(&l);
    chore_life_play(&l, 1, &slot_0, chore_life_steps());
    chore_life_destroy(&l);
    go_on(&l, &saved, step, "as it went on, and then from what was saved");
    say_pass("%zu bytes", saved.len);
}

void chore_try_saves_in_pieces(void)
{
    life l = {0};
    bytes whole = {.most = UINT64_MAX}, pieces = {.most = 3}, fails = {.most = UINT64_MAX};
    chore_life_load();
    chore_life_begin(&l);
    if (l.plugin->save == NULL || l.plugin->load == NULL) {
        say_na("it has no save and load");
    }
    const uint32_t scope = chore_life_claims(&l, CHORE_CAP_SAVES_EPISODE) ? CHORE_SCOPE_EPISODE
                                                                          : CHORE_SCOPE_PERSISTENT;
    chore_life_start(&l, 1, &slot_0, &episode_0);
    chore_life_play(&l, 1, &slot_0, chore_life_steps() / 3);
    const int32_t answer = save(&l, scope, 0, &whole);
    if (answer == CHORE_POLICY_UNSUPPORTED && !chore_life_claims(&l, CHORE_CAP_SAVES_EPISODE | CHORE_CAP_LEARNS)) {
        say_na("it has nothing to save: %s", chore_life_words(&l));
    }
    want(&l, answer, "save");
    want(&l, save(&l, scope, 0, &pieces), "save through an io that moves three bytes at a time");
    if (whole.len != pieces.len ||
        (whole.len > 0 && memcmp(whole.data, pieces.data, whole.len) != 0)) {
        say_fail(
            "through an io that moves three bytes at a time it saves %zu bytes, and %zu else: does it look at what io returns?",
            pieces.len, whole.len);
    }
    want(&l, load(&l, scope, 0, &pieces), "load through an io that moves three bytes at a time");
    if (pieces.at != pieces.len) {
        say_fail("through an io that moves three bytes at a time it loads %zu of %zu bytes",
                 pieces.at, pieces.len);
    }
    fails.until = whole.len / 2 > 0 ? whole.len / 2 : 1;
    if (whole.len > 1 && save(&l, scope, 0, &fails) >= 0) {
        say_fail("save answers that all is well when io failed");
    }
    if (whole.len > 1) {
        whole.len /= 2;
        if (load(&l, scope, 0, &whole) >= 0) {
            say_fail("load answers that all is well when half of the bytes are missing");
        }
    }
    chore_life_start(&l, 1, &slot_0, &episode_0);
    chore_life_free(&l);
}

void chore_try_judged_as_it_is(void)
{
    life l = {0};
    bytes before = {.most = UINT64_MAX}, after = {.most = UINT64_MAX};
    chore_life_load();
    chore_life_begin(&l);
    if (!chore_life_claims(&l, CHORE_CAP_LEARNS)) {
        say_na("it does not claim CHORE_CAP_LEARNS");
    }
    if (l.plugin->save == NULL) {
        say_na("it has no save: what it has learned cannot be looked at");
    }
    want(&l, save(&l, CHORE_SCOPE_PERSISTENT, 0, &before), "save of the persistent state");
    for (uint32_t episode = 0; episode < 3; episode++) {
        chore_life_episode(&l, 0, episode);
        (void)chore_life_feedback(&l, 0, CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME));
    }
    want(&l, save(&l, CHORE_SCOPE_PERSISTENT, 0, &after), "save of the persistent state");
    if (before.len != after.len ||
        (before.len > 0 && memcmp(before.data, after.data, before.len) != 0)) {
        say_fail(
            "learning was 0, and after three episodes its persistent state is another: %zu bytes before, %zu after",
            before.len, after.len);
    }
    chore_life_free(&l);
}

/* ---- learning ---- */

/* One call of learn; its report lies before a page that nobody may touch. */
static void learn_once(life *l)
{
    enum { REPORT_CAP = 32 };
    static const uint64_t budget_ns = 100000000;
    chore_rooms_fence(FENCE_AFTER);
    char *report = chore_room(REPORT_CAP, "learn's report (report_cap %d)", REPORT_CAP);
    memset(report, 'x', REPORT_CAP);
    chore_call_begins(TRIAL_LEARN, l->step[0]);
    const int32_t answer = l->plugin->learn(l->self, budget_ns, report, REPORT_CAP);
    chore_call_ends();
    want(l, answer, "learn");
    if (memchr(report, '\0', REPORT_CAP) == NULL) {
        say_fail("learn's report is not terminated within report_cap, %d bytes", REPORT_CAP);
    }
    chore_rooms_end();
    chore_rooms_fence(FENCE_NONE);
}

void chore_try_learns(void)
{
    life l = {.learning = 1}, later = {.learning = 1};
    bytes learned = {.most = UINT64_MAX};
    chore_life_load();
    if (chore_the_trial.file.plugin.learn == NULL) {
        say_na("it has no learn");
    }
    chore_life_begin(&l);
    if (!chore_life_claims(&l, CHORE_CAP_LEARNS)) {
        say_na("it does not claim CHORE_CAP_LEARNS");
    }
    for (uint32_t episode = 0; episode < 2; episode++) {
        chore_life_episode(&l, 0, episode);
        (void)chore_life_feedback(&l, 0, UINT64_MAX);
        learn_once(&l);
    }
    if (l.plugin->save == NULL) {
        say_pass("it has no save: what it has learned ends with it");
    }
    want(&l, save(&l, CHORE_SCOPE_PERSISTENT, 0, &learned), "save of what it has learned");
    chore_life_forget_answers(&l);
    chore_life_episode(&l, 0, 0);
    chore_life_destroy(&l);
    chore_life_begin(&later);
    want(&later, load(&later, CHORE_SCOPE_PERSISTENT, 0, &learned), "load of what it has learned");
    chore_life_episode(&later, 0, 0);
    if (chore_life_claims(&l, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(&l, &later, 0, "after learning, and then with what was saved of it");
    }
    chore_life_destroy(&later);
    say_pass("%zu bytes", learned.len);
}

void chore_try_extends(void)
{
    static const char *const unknown[] = {"chore.nothing/1", ""};
    life l = {0};
    chore_life_load();
    if (chore_the_trial.file.plugin.extension == NULL) {
        say_na("it has no extension");
    }
    chore_life_begin(&l);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        chore_call_begins(TRIAL_EXTENSION, 0);
        const void *answer = l.plugin->extension(l.self, unknown[i]);
        chore_call_ends();
        if (answer != NULL) {
            say_fail("the extension \"%s\", which nobody knows, is answered with a struct",
                     unknown[i]);
        }
    }
    chore_life_destroy(&l);
}

/* ---- cancel ----------------------------------------------------------------------------------------------- */

static void *cancel_once(void *arg)
{
    const life *l = arg;
    l->plugin->cancel(l->self);
    return NULL;
}

static void cancel_from_elsewhere(life *l)
{
    pthread_t thread;
    chore_call_begins(TRIAL_CANCEL, 0);
    if (pthread_create(&thread, NULL, cancel_once, l) == 0) {
        pthread_join(thread, NULL);
    }
    chore_call_ends();
}

void chore_try_cancels(void)
{
    life l = {0};
    pthread_t thread;
    chore_life_load();
    chore_life_begin(&l);
    if (chore_the_trial.file.plugin.cancel == NULL) {
        say_na("it has no cancel");
    }
    chore_life_episode(&l, 0, 0);
    life first = chore_life_take_answers(&l);
    chore_life_start(&l, 1, &slot_0, &episode_0);
    chore_life_play(&l, 1, &slot_0, 5);
    cancel_from_elsewhere(&l); /* between two calls, and then in one */
    const bool started = pthread_create(&thread, NULL, cancel_once, &l) == 0;
    chore_life_play(&l, 1, &slot_0, 10);
    if (started) {
        pthread_join(thread, NULL);
    }
    chore_life_forget_answers(&l);
    chore_life_episode(&l, 0, 0);
    if (chore_life_claims(&l, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(&first, &l, 0, "an episode after another one was cancelled");
    }
    chore_life_destroy(&l);
}
