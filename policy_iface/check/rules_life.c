/* An instance's life: create, negotiate, reset, act, and the words for what fails. */
#include "life_internal.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t slot_0 = 0, slot_1 = 1, episode_0 = 0;

void chore_try_creates(void)
{
    enum { ERR_CAP = 32 };
    life l = {0};
    chore_life_load();
    chore_life_make(&l);
    chore_life_free(&l);
    chore_life_make(&l); /* once more, for what a first life leaves behind */
    const chore_policy_host_table table = l.table;
    const chore_plugin *plugin = l.plugin;
    chore_life_destroy(&l);
    chore_rooms_fence(FENCE_AFTER);
    char *err = chore_room(ERR_CAP, "create's err (err_cap %d)", ERR_CAP);
    memset(err, 'x', ERR_CAP);
    chore_call_begins(TRIAL_CREATE, 0);
    l.self = plugin->create(&table, "a configuration that nobody understands = 1", err, ERR_CAP);
    chore_call_ends();
    if (l.self == NULL && memchr(err, '\0', ERR_CAP) == NULL) {
        say_fail(
            "create refuses a configuration, and its reason is not terminated within err_cap, %d bytes",
            ERR_CAP);
    }
    if (l.self == NULL && err[0] == '\0') {
        say_fail("create refuses a configuration and gives no reason in err");
    }
    const bool refused = l.self == NULL;
    chore_life_free(&l);
    say_pass("%s", refused ? "it refuses a configuration that it does not understand" : "");
}

static void check_words(life *l, const char *when)
{
    enum { WITHIN_REASON = 4096 };
    chore_call_begins(TRIAL_LAST_ERROR, 0);
    const char *words = l->plugin->last_error(l->self);
    chore_call_ends();
    if (words == NULL) {
        say_fail("last_error returns NULL %s", when);
    }
    if (strnlen(words, WITHIN_REASON) == WITHIN_REASON) {
        say_fail("last_error's words do not end within %d bytes %s", WITHIN_REASON, when);
    }
    if (!chore_host_is_utf8(words)) {
        say_fail("last_error's words are not UTF-8 %s", when);
    }
}

void chore_try_says_why(void)
{
    life l = {0};
    char words[384];
    chore_life_load();
    chore_life_make(&l);
    check_words(&l, "after create");
    (void)chore_life_negotiate(&l, words);
    check_words(&l, "after negotiate");
    l.variant = VARIANT_EMPTY; /* nothing that it could want */
    if (!l.broken) {
        (void)chore_life_negotiate(&l, words);
        check_words(&l, "after an offer of nothing");
    }
    chore_life_free(&l);
}

void chore_try_negotiates(void)
{
    life l = {0};
    char words[384];
    chore_life_load();
    chore_life_make(&l);
    const bool accepted = chore_life_negotiate(&l, words);
    if (!accepted) {
        say_na("%s", words[0] != '\0' ? words : "no reason given");
    }
    say_pass("mode \"%.60s\", %" PRIu32 " streams, %g Hz, %" PRIu32 " of %" PRIu32 " rows",
             l.request.mode, l.request.n_fields, l.request.rate_hz, l.request.execute,
             l.request.horizon);
}

/* ---- acting ----------------------------------------------------------------------------------------------- */

static void check_answer(const life *l, const life_answer *a)
{
    if (a->valid < 1 || a->valid > l->request.horizon) {
        say_fail("step %" PRIu32 ": it says %" PRIu32 " valid rows, 1 to %" PRIu32 " are possible",
                 a->step, a->valid, l->request.horizon);
    }
    if (a->report > CHORE_REPORT_HELP || memchr(a->about, 0, sizeof a->about) == NULL ||
        !chore_host_is_utf8(a->about)) {
        say_fail("step %" PRIu32 ": it reports %" PRIu32 " about \"%.63s\": 0 to %u mean something, and the name is UTF-8 and ends within %u bytes",
                 a->step, a->report, a->about, CHORE_REPORT_HELP, CHORE_POLICY_ABOUT_CAP);
    }
    for (uint32_t i = 0; i < a->rows_dim; i++) {
        const float value = l->floats[a->at + i];
        if (!isfinite(value)) {
            say_fail("step %" PRIu32 ": row %" PRIu32 ", value %" PRIu32
                     " is %g: not written, or not finite",
                     a->step, i / l->dim, i % l->dim, (double)value);
        }
    }
}

/* Values that the harness would have to clamp. */
static uint32_t count_outside(const life *l, const life_answer *a)
{
    uint32_t outside = 0, at = 0;
    for (uint32_t row = 0; l->dim > 0 && row < a->rows_dim / l->dim; row++) {
        for (uint32_t c = 0; c < l->request.n_components; c++) {
            const chore_policy_field *part = &l->request.components[c];
            for (uint64_t v = 0; v < chore_host_field_count(part); v++, at++) {
                const double value = (double)l->floats[a->at + at];
                outside += (part->lo != NULL && value < part->lo[v] - 1e-6) ||
                           (part->hi != NULL && value > part->hi[v] + 1e-6);
            }
        }
    }
    return outside;
}

/* Plays an episode in the first slot and looks at every answer. */
static void play_and_look(life *l)
{
    uint32_t outside = 0, values = 0;
    chore_life_episode(l, 0, 0);
    for (size_t i = 0; i < l->n_answers; i++) {
        const life_answer *a = &l->answers[i];
        if (a->status < 0) {
            if (i == 0) {
                chore_the_trial.report->steps = 0;
            }
            const char *words = chore_life_words(l);
            say_na("it gives up at step %" PRIu32 ": %s", a->step,
                   words[0] != '\0' ? words : "no reason given");
        }
        check_answer(l, a);
        outside += count_outside(l, a);
        values += a->rows_dim;
    }
    chore_life_destroy(l);
    if (outside > 0) {
        say_pass("%" PRIu32 " of %" PRIu32
                 " values are outside of their bounds and would be clamped",
                 outside, values);
    }
    say_pass("%s", "");
}

void chore_try_acts(void)
{
    life l = {0};
    chore_life_load();
    chore_life_begin(&l);
    play_and_look(&l);
}

void chore_try_other_offers(void)
{
    life l = {0};
    char words[384];
    chore_life_load();
    chore_life_make(&l);
    if (!chore_life_negotiate(&l, words)) {
        say_na("%s", words[0] != '\0' ? words : "no reason given");
    }
    play_and_look(&l);
}

/* ---- negotiation, looked at closely ------------------------------------------------------------------------ */

/* The request as bytes: equal requests, equal bytes. */
static size_t flatten(const chore_policy_request *request, unsigned char *out, size_t cap)
{
    chore_wire w = {.data = out, .cap = cap};
    chore_wire_put_request(&w, request);
    return w.bad ? 0 : w.at;
}

static unsigned char flat[2][1 << 20];

void chore_try_later_versions(void)
{
    life now = {0}, later = {.tail = 24};
    chore_life_load();
    chore_life_begin(&now);
    const size_t len = flatten(&now.request, flat[0], sizeof flat[0]);
    chore_life_episode(&now, 0, 0);
    chore_life_destroy(&now);
    chore_life_make(&later);
    char words[384];
    if (!chore_life_negotiate(&later, words)) {
        say_fail("with structs that are 24 bytes longer: %s", words);
    }
    if (flatten(&later.request, flat[1], sizeof flat[1]) != len ||
        memcmp(flat[0], flat[1], len) != 0) {
        say_fail("with structs that are 24 bytes longer it asks for something else");
    }
    chore_life_episode(&later, 0, 0);
    if (chore_life_claims(&now, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(&now, &later, 0, "with structs that are 24 bytes longer");
    }
    chore_life_free(&later);
}

void chore_try_request_lives(void)
{
    life l = {0};
    chore_error err = {0};
    chore_life_load();
    chore_life_make(&l);
    const chore_policy_offer *offer =
        chore_life_show(&l); /* not taken away: the request may point into it */
    chore_policy_request asked = {.struct_size = sizeof asked};
    chore_call_begins(TRIAL_NEGOTIATE, 0);
    const int32_t answer = l.plugin->negotiate(l.self, offer, &asked);
    chore_call_ends();
    if (answer < 0 ||
        chore_host_copy_request(&l.request, &l.request_memory, &asked, &err) != CHORE_OK) {
        say_fail("negotiate refused what it had accepted before");
    }
    const size_t len = flatten(&asked, flat[0], sizeof flat[0]);
    const chore_policy_episode episode = {
        .struct_size = sizeof episode, .id = 1, .seed = 1, .instruction = "do the chore"};
    for (int i = 0; i < 3; i++) {
        chore_call_begins(TRIAL_RESET, 0);
        (void)l.plugin->reset(l.self, 1, &episode);
        chore_call_ends();
    }
    if (!(asked.n_fields == 0 || asked.fields->struct_size >= sizeof(chore_policy_field)) ||
        flatten(&asked, flat[1], sizeof flat[1]) != len || memcmp(flat[0], flat[1], len) != 0) {
        say_fail(
            "after a reset the request's fields, names or bounds are not what they were when negotiate returned");
    }
}

static void expect_refusal(life *l, const char *what, int32_t answer)
{
    const bool slot_refused = l->n_answers > 0 && l->answers[l->n_answers - 1].status < 0;
    if (l->broken) {
        say_fail("%s breaks it for good (CHORE_POLICY_FATAL) instead of being refused: %s", what,
                 chore_life_words(l));
    }
    if (answer >= 0 && !slot_refused) {
        say_fail("%s is answered with %" PRId32 ", as if it were in order", what, answer);
    }
    chore_life_forget_answers(l);
}

void chore_try_order(void)
{
    life l = {0};
    char words[384];
    chore_life_load();
    chore_life_make(&l);
    expect_refusal(&l, "reset before negotiate", chore_life_reset(&l, 1, &slot_0, &episode_0));
    l.request.horizon = l.dim = 1;
    expect_refusal(&l, "act before negotiate", chore_life_act(&l, 1, &slot_0));
    memset(&l.request, 0, sizeof l.request);
    if (!chore_life_negotiate(&l, words)) {
        say_fail("after calls out of order negotiate refuses: %s", words);
    }
    expect_refusal(&l, "act before reset", chore_life_act(&l, 1, &slot_0));
    chore_life_start(&l, 1, &slot_0, &episode_0);
    if (l.max_batch > 1) {
        expect_refusal(&l, "act of slot 1, when only slot 0 was reset,",
                       chore_life_act(&l, 1, &slot_1));
    }
    chore_life_play(&l, 1, &slot_0, 3);
    chore_life_forget_answers(&l);
    if (chore_life_negotiate(&l, words)) { /* rule `renegotiates` looks at a refusal */
        expect_refusal(&l, "act after another negotiate, without a reset,",
                       chore_life_act(&l, 1, &slot_0));
    }
    chore_life_free(&l);
}

void chore_try_renegotiates(void)
{
    life first = {0}, l = {0};
    char words[384];
    chore_life_load();
    chore_life_begin(&first);
    const size_t len = flatten(&first.request, flat[0], sizeof flat[0]);
    chore_life_episode(&first, 0, 0);
    chore_life_destroy(&first);
    chore_life_begin(&l);
    chore_life_start(&l, 1, &slot_0, &episode_0);
    chore_life_play(&l, 1, &slot_0, 7);
    static const trial_variant between[] = {VARIANT_ONE_SLOT, VARIANT_VISION, VARIANT_EMPTY,
                                            VARIANT_NONE};
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        l.variant = between[i];
        const bool accepted = chore_life_negotiate(&l, words);
        if (l.broken) {
            say_pass(
                "another offer breaks it for good (CHORE_POLICY_FATAL), so none comes after it: %s",
                words);
        }
        if (accepted && between[i] == VARIANT_ONE_SLOT) {
            chore_life_episode(&l, 0, 1);
        }
        if (!accepted && between[i] == VARIANT_NONE) {
            say_fail("after other offers it refuses the first one: %s", words);
        }
    }
    if (flatten(&l.request, flat[1], sizeof flat[1]) != len || memcmp(flat[0], flat[1], len) != 0) {
        say_fail("after other offers it asks for something else than the first time");
    }
    chore_life_forget_answers(&l);
    chore_life_episode(&l, 0, 0);
    if (chore_life_claims(&l, CHORE_CAP_DETERMINISTIC)) {
        chore_life_compare(&first, &l, 0, "after other offers");
    }
    chore_life_free(&l);
}
