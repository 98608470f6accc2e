/* All rules, one after the other. Most are one trial on the main stage; what is told here are the others, and what
   follows for the rules that need one that was broken. */
#include "trial_internal.h"
#include <chore/text.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const chore_rule_info rules[CHORE_RULE_COUNT] = {
#define CHORE_RULE(name, needs, promise, where, hint) \
    {#name, promise, where, hint, CHORE_RULE_##needs},
#include <chore/policy_rules.inl>
#undef CHORE_RULE
};

const chore_rule_info *chore_rule_get(chore_rule rule)
{
    return &rules[rule];
}

chore_rule chore_rule_find(const char *text)
{
    for (int i = 0; i < CHORE_RULE_COUNT; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i + 1);
        if (strcmp(text, rules[i].name) == 0 || strcmp(text, number) == 0) {
            return (chore_rule)i;
        }
    }
    return CHORE_RULE_COUNT;
}

const char *chore_verdict_name(chore_verdict verdict)
{
    static const char *const names[] = {"pass", "fail", "n/a", "skipped"};
    return names[verdict];
}

/* ---- one check -------------------------------------------------------------------------------------------- */

typedef struct check {
    const chore_check_def *def;
    chore_check_report *out;
    trial_bench *bench;
    bool wanted[CHORE_RULE_COUNT], accepted[CHORE_CHECK_STAGES];
    int main_stage;
} check;

static chore_status try_once(check *c, trial_place place, trial_outcome *out, chore_error *err)
{
    return chore_trial_run(c->bench, place, out, err);
}

static void add_words(chore_check_result *result, const char *fmt, ...) CHORE_PRINTF(2, 3);

static void add_words(chore_check_result *result, const char *fmt, ...)
{
    const size_t len = strlen(result->what);
    va_list args;
    va_start(args, fmt);
    vsnprintf(result->what + len, sizeof result->what - len, fmt, args);
    va_end(args);
}

/* One line about a stage, into the line about all of them. */
static void add_stage(chore_check_result *all, const char *name, const trial_outcome *one)
{
    all->took_ms += one->result.took_ms;
    const bool silent = one->result.verdict == CHORE_VERDICT_PASS && one->result.what[0] == '\0';
    add_words(all, "%s%s%s%.150s", all->what[0] != '\0' ? "; " : "", name, silent ? "" : ": ",
              one->result.what);
}

/* The rule on every stage: broken when it is broken on one, kept when it is kept on one. `best`: the stage where the
   policy came furthest. */
static chore_status try_stages(check *c, chore_rule rule, bool passed[], int *best,
                               chore_check_result *all, chore_error *err)
{
    uint32_t most = 0;
    all->verdict = CHORE_VERDICT_NOT_APPLICABLE;
    for (int s = 0; s < c->def->n_stages; s++) {
        trial_outcome one;
        if (rule != CHORE_RULE_negotiates && !c->accepted[s]) {
            continue;
        }
        const chore_status status = try_once(c, (trial_place){.rule = rule, .stage = s}, &one, err);
        if (status != CHORE_OK) {
            return status;
        }
        passed[s] = one.result.verdict == CHORE_VERDICT_PASS;
        if (one.result.verdict == CHORE_VERDICT_FAIL) {
            *all = one.result;
            snprintf(all->what, sizeof all->what, "on %s: %.580s", c->def->stages[s].name,
                     one.result.what);
            return CHORE_OK;
        }
        if (passed[s]) {
            all->verdict = CHORE_VERDICT_PASS;
        }
        if (one.report->steps > most) {
            most = one.report->steps;
            *best = s;
        }
        add_stage(all, c->def->stages[s].name, &one);
    }
    return CHORE_OK;
}

static chore_status try_negotiates(check *c, chore_check_result *out, chore_error *err)
{
    int none;
    const chore_status status = try_stages(c, CHORE_RULE_negotiates, c->accepted, &none, out, err);
    if (status == CHORE_OK && out->verdict == CHORE_VERDICT_NOT_APPLICABLE) {
        char words[sizeof out->what];
        chore_copy(words, sizeof words, out->what);
        out->verdict = CHORE_VERDICT_FAIL;
        snprintf(out->what, sizeof out->what, "no offer is accepted: %.600s", words);
    }
    return status;
}

static chore_status try_acts(check *c, chore_check_result *out, chore_error *err)
{
    bool passed[CHORE_CHECK_STAGES] = {false};
    int best = -1;
    chore_status status = try_stages(c, CHORE_RULE_acts, passed, &best, out, err);
    if (status != CHORE_OK || out->verdict == CHORE_VERDICT_FAIL) {
        return status;
    }
    for (int s = c->def->n_stages - 1; s >= 0; s--) {
        best = passed[s] ? s : best; /* the first one that was played to its end */
    }
    if (best < 0) {
        char words[sizeof out->what];
        chore_copy(words, sizeof words, out->what);
        out->verdict = CHORE_VERDICT_FAIL;
        snprintf(out->what, sizeof out->what,
                 "it acts on no offer (name a task that it knows with --task): %.560s", words);
        return CHORE_OK;
    }
    out->verdict = CHORE_VERDICT_PASS;
    c->main_stage = best;
    chore_copy(c->out->stage, sizeof c->out->stage, c->def->stages[best].name);
    return CHORE_OK;
}

static chore_status try_other_offers(check *c, chore_check_result *out, chore_error *err)
{
    static const char *const names[VARIANT_COUNT] = {
        "", "without privileged streams", "with a delay of 2 steps", "one slot", "an empty offer"};
    out->verdict = CHORE_VERDICT_PASS;
    for (int v = 1; v < VARIANT_COUNT; v++) {
        trial_outcome one;
        const trial_place place = {
            .rule = CHORE_RULE_other_offers, .stage = c->main_stage, .variant = (trial_variant)v};
        const chore_status status = try_once(c, place, &one, err);
        if (status != CHORE_OK) {
            return status;
        }
        if (one.result.verdict == CHORE_VERDICT_FAIL) {
            *out = one.result;
            snprintf(out->what, sizeof out->what, "%s: %.560s", names[v], one.result.what);
            return CHORE_OK;
        }
        if (one.result.verdict == CHORE_VERDICT_NOT_APPLICABLE) {
            add_words(out, "%s%s: refused", out->what[0] != '\0' ? "; " : "", names[v]);
        }
        out->took_ms += one.result.took_ms;
    }
    return CHORE_OK;
}

/* ---- two processes ---------------------------------------------------------------------------------------- */

typedef struct spoken {
    uint32_t step, rows_dim;
    uint64_t status_valid;
    const float *floats;
} spoken;

static bool next_spoken(chore_wire *in, spoken *out)
{
    if (in->at >= in->cap) {
        return false;
    }
    out->step = chore_wire_get_u32(in);
    out->status_valid = chore_wire_get_u64(in);
    out->rows_dim = chore_wire_get_u32(in);
    out->floats = chore_wire_get_bytes(in, out->rows_dim * sizeof(float));
    return !in->bad;
}

/* The first difference between what two processes answered; false: there is none. */
static bool tell_difference(unsigned char *a, uint64_t a_len, unsigned char *b, uint64_t b_len,
                            char *out, size_t cap)
{
    chore_wire in[2] = {{.data = a, .cap = a_len}, {.data = b, .cap = b_len}};
    spoken x, y;
    while (next_spoken(&in[0], &x)) {
        if (!next_spoken(&in[1], &y) || x.status_valid != y.status_valid ||
            x.rows_dim != y.rows_dim) {
            snprintf(out, cap,
                     "at step %" PRIu32
                     " it answers another status or count of rows in another process",
                     x.step);
            return true;
        }
        for (uint32_t i = 0; i < x.rows_dim; i++) {
            if (memcmp(&x.floats[i], &y.floats[i], sizeof *x.floats) != 0) {
                snprintf(out, cap,
                         "at step %" PRIu32 " its value %" PRIu32
                         " is %.9g, and %.9g in another process",
                         x.step, i, (double)x.floats[i], (double)y.floats[i]);
                return true;
            }
        }
    }
    return false;
}

static chore_status try_process_repeats(check *c, chore_check_result *out, chore_error *err)
{
    trial_outcome one;
    trial_place place = {.rule = CHORE_RULE_process_repeats, .stage = c->main_stage};
    chore_status status = try_once(c, place, &one, err);
    if (status != CHORE_OK || one.result.verdict != CHORE_VERDICT_PASS) {
        *out = one.result;
        return status;
    }
    const uint64_t len =
        one.report->answer_bytes <= TRIAL_ANSWER_BYTES ? one.report->answer_bytes : 0;
    unsigned char *first = malloc(len + 1);
    CHORE_ASSERT(first != NULL);
    memcpy(first, one.report->answers, len);
    place.run = 1;
    status = try_once(c, place, &one, err);
    if (status == CHORE_OK) {
        const uint64_t again =
            one.report->answer_bytes <= TRIAL_ANSWER_BYTES ? one.report->answer_bytes : 0;
        *out = one.result;
        if (out->verdict == CHORE_VERDICT_PASS &&
            tell_difference(first, len, one.report->answers, again, out->what, sizeof out->what)) {
            out->verdict = CHORE_VERDICT_FAIL;
        }
    }
    free(first);
    return status;
}

/* ---- the loop --------------------------------------------------------------------------------------------- */

static chore_status try_simply(check *c, chore_rule rule, chore_check_result *out, chore_error *err)
{
    trial_outcome one;
    const chore_status status =
        try_once(c, (trial_place){.rule = rule, .stage = c->main_stage}, &one, err);
    if (status != CHORE_OK) {
        return status;
    }
    *out = one.result;
    if (rule == CHORE_RULE_prints_nothing && out->verdict == CHORE_VERDICT_PASS &&
        one.printed > 0) {
        out->verdict = CHORE_VERDICT_FAIL;
        snprintf(out->what, sizeof out->what, "it writes %zu bytes to stdout: \"%s\"", one.printed,
                 one.begins);
    }
    if (rule == CHORE_RULE_loads || rule == CHORE_RULE_table) {
        const chore_policy_info *info = &one.report->info;
        char path[CHORE_PATH_CAP];
        chore_copy(path, sizeof path, c->out->info.path);
        chore_host_clean_text(c->out->info.name, sizeof c->out->info.name, info->name);
        chore_host_clean_text(c->out->info.version, sizeof c->out->info.version, info->version);
        chore_host_clean_text(c->out->info.licence, sizeof c->out->info.licence, info->licence);
        c->out->info.abi_major = info->abi_major, c->out->info.abi_minor = info->abi_minor,
        c->out->info.caps = info->caps;
        chore_host_clean_text(c->out->boundary, sizeof c->out->boundary, one.report->held);
    }
    if (rule == CHORE_RULE_in_time) {
        c->out->act_p50_ms = one.report->p50_ms, c->out->act_p99_ms = one.report->p99_ms,
        c->out->act_max_ms = one.report->max_ms;
    }
    return CHORE_OK;
}

static chore_status judge(check *c, chore_rule rule, chore_check_result *out, chore_error *err)
{
    chore_rule needs = rules[rule].needs;
    *out = (chore_check_result){.verdict = CHORE_VERDICT_SKIPPED};
    if (!c->wanted[rule]) {
        snprintf(out->what, sizeof out->what, "not asked for");
        return CHORE_OK;
    }
    if (needs != rule && c->out->results[needs].verdict != CHORE_VERDICT_PASS) {
        while (c->out->results[needs].verdict ==
               CHORE_VERDICT_SKIPPED) { /* the one that is to be mended */
            needs = c->out->results[needs].waits_for;
        }
        out->waits_for = needs;
        snprintf(out->what, sizeof out->what, "cannot be tried without rule %d, %s", (int)needs + 1,
                 rules[needs].name);
        return CHORE_OK;
    }
    switch (rule) {
    case CHORE_RULE_negotiates: return try_negotiates(c, out, err);
    case CHORE_RULE_acts: return try_acts(c, out, err);
    case CHORE_RULE_other_offers: return try_other_offers(c, out, err);
    case CHORE_RULE_process_repeats: return try_process_repeats(c, out, err);
    default: return try_simply(c, rule, out, err);
    }
}

/* What is asked for, and what that needs. */
static void choose(check *c)
{
    for (int r = CHORE_RULE_COUNT - 1; r >= 0; r--) {
        c->wanted[r] |= c->def->only == NULL || c->def->only[r];
        c->wanted[rules[r].needs] |= c->wanted[r];
    }
}

chore_status chore_policy_check(const chore_check_def *def, chore_check_report *out,
                                chore_check_seen_fn seen, void *ctx, chore_error *err)
{
    check c = {.def = def, .out = out};
    char absolute[CHORE_PATH_CAP];
    CHORE_ASSERT(def->n_stages > 0 && def->n_stages <= CHORE_CHECK_STAGES);
    memset(out, 0, sizeof *out);
    choose(&c);
    chore_status status = chore_host_find(out->info.path, def->policy, err);
    if (status == CHORE_OK && realpath(out->info.path, absolute) != NULL) {
        chore_copy(out->info.path, sizeof out->info.path, absolute);
    }
    if (status == CHORE_OK) {
        status = chore_sha256_file(out->info.path, out->info.sha256, err);
    }
    if (status == CHORE_OK) {
        status = chore_trial_bench_make(&c.bench, def, out->info.path, err);
    }
    for (int r = 0; r < CHORE_RULE_COUNT && status == CHORE_OK; r++) {
        status = judge(&c, (chore_rule)r, &out->results[r], err);
        out->results[r].wanted = c.wanted[r];
        if (status == CHORE_OK) {
            out->n[out->results[r].verdict]++;
            if (seen != NULL) {
                seen(ctx, (chore_rule)r, &out->results[r]);
            }
        }
    }
    chore_trial_bench_free(c.bench);
    return status;
}
