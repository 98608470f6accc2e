/* chorebench check, against policies of which each breaks one rule (breaks.inl): that rule is found broken, with words that
   fit; with the argument "all", no other is. */
#include <chore/files.h>
#include <chore/policy_check.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized =
    true; /* its heap is its own: neither counted nor filled with rubbish */
#else
static const bool sanitized = false;
#endif

static bool all_rules;

static const struct bad {
    chore_rule rule;
    const char *file, *way, *seen;
} bads[] = {
#define BREAK(rule, way, seen, what)     {CHORE_RULE_##rule, "breaks", #way, seen},
#define BAD_FILE(rule, name, seen, what) {CHORE_RULE_##rule, #name, "", seen},
#include "breaks.inl"
#undef BREAK
#undef BAD_FILE
};
enum { BAD_COUNT = sizeof bads / sizeof *bads };

static const char *plugin(const char *name)
{
    static char path[CHORE_PATH_CAP];
    const char *build = getenv("CHORE_BUILD_DIR");
    snprintf(path, sizeof path, "%s/tests/plugins/%s.so", build != NULL ? build : ".", name);
    return path;
}

static void check(const char *file, const char *way, const bool *only, chore_check_report *report)
{
    int n;
    chore_error err = {0};
    chore_check_def def = {.policy = plugin(file),
                           .config = way,
                           .limit_s = 1,
                           .act_limit_ms = sanitized ? 0 : 5,
                           .only = only};
    def.stages = chore_check_synthetic(&n);
    def.n_stages = 1;
    if (chore_policy_check(&def, report, NULL, NULL, &err) != CHORE_OK) {
        fail_msg("%s: %s", way, err.message);
    }
}

static bool can_be_seen(const struct bad *bad)
{
#if !defined(__x86_64__)
    if (strcmp(bad->way, "flushes") == 0) { /* it knows no other machine's register */
        return false;
    }
#endif
    return !sanitized ||
           !(strcmp(bad->way, "uninitialised") == 0 || strcmp(bad->way, "forgets_to_free") == 0 ||
             strcmp(bad->way, "keeps_history") == 0 || bad->rule == CHORE_RULE_in_time);
}

/* How many things are wrong with the verdicts on it, each said. */
static int look_at(const struct bad *bad, const chore_check_report *report)
{
    const chore_check_result *result = &report->results[bad->rule];
    int wrong = 0;
    if (result->verdict != CHORE_VERDICT_FAIL || fnmatch(bad->seen, result->what, 0) != 0) {
        print_error("%s %s: rule %s says %s: %s\n", bad->file, bad->way,
                    chore_rule_get(bad->rule)->name, chore_verdict_name(result->verdict),
                    result->what);
        wrong++;
    }
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        if (report->results[r].verdict == CHORE_VERDICT_FAIL && r != (int)bad->rule) {
            print_error("%s %s: rule %s is found broken, too: %s\n", bad->file, bad->way,
                        chore_rule_get((chore_rule)r)->name, report->results[r].what);
            wrong++;
        }
    }
    return wrong;
}

static void each_bad_policy_breaks_its_rule(void **state)
{
    static chore_check_report report;
    int wrong = 0;
    (void)state;
    for (int i = 0; i < BAD_COUNT; i++) {
        bool only[CHORE_RULE_COUNT] = {false};
        only[bads[i].rule] = true;
        if (can_be_seen(&bads[i])) {
            check(bads[i].file, bads[i].way, all_rules ? NULL : only, &report);
            wrong += look_at(&bads[i], &report);
        }
    }
    assert_int_equal(wrong, 0);
}

static void every_rule_has_a_policy_that_breaks_it(void **state)
{
    (void)state;
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        bool found = false;
        for (int i = 0; i < BAD_COUNT; i++) {
            found |= (int)bads[i].rule == r;
        }
        if (!found) {
            fail_msg("nothing in breaks.inl breaks rule %d, %s", r + 1,
                     chore_rule_get((chore_rule)r)->name);
        }
    }
}

/* The same policy, without a way to go wrong: every rule applies to it, once as one that learns and once as one that does
   not. */
static void the_one_that_breaks_none_passes(void **state)
{
    static chore_check_report report;
    static const struct {
        const char *way;
        chore_rule not_applicable[2];
        int n;
    } sound[] = {{"sound", {CHORE_RULE_judged_as_it_is, CHORE_RULE_learns}, 2},
                 {"learner", {CHORE_RULE_rests}, 1}};
    (void)state;
    for (int i = 0; i < 2; i++) {
        check("breaks", sound[i].way, NULL, &report);
        for (int r = 0; r < CHORE_RULE_COUNT; r++) {
            chore_verdict wanted = CHORE_VERDICT_PASS;
            for (int k = 0; k < sound[i].n; k++) {
                wanted =
                    r == (int)sound[i].not_applicable[k] ? CHORE_VERDICT_NOT_APPLICABLE : wanted;
            }
            if (report.results[r].verdict != wanted) {
                fail_msg("%s: rule %s says %s: %s", sound[i].way,
                         chore_rule_get((chore_rule)r)->name,
                         chore_verdict_name(report.results[r].verdict), report.results[r].what);
            }
        }
        assert_string_equal(report.info.name, "breaks");
        assert_string_equal(report.stage, "paper_arm");
        assert_int_equal(report.n[CHORE_VERDICT_PASS], CHORE_RULE_COUNT - sound[i].n);
        assert_true(report.act_p50_ms > 0 && report.act_p50_ms <= report.act_p99_ms &&
                    report.act_p99_ms <= report.act_max_ms);
    }
}

static void a_policy_that_is_not_there_is_an_error(void **state)
{
    static chore_check_report report;
    int n;
    chore_error err = {0};
    chore_check_def def = {.policy = "./nothing_of_that_name.so"};
    (void)state;
    def.stages = chore_check_synthetic(&n);
    def.n_stages = n;
    assert_int_equal(chore_policy_check(&def, &report, NULL, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_non_null(strstr(err.message, "no such policy"));
}

/* The header as one line: what is broken over two of its lines is found, too. */
static char *read_header(void)
{
    char path[CHORE_PATH_CAP], *text;
    size_t len, at = 0;
    chore_error err = {0};
    const char *source = getenv("CHORE_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/policy_iface/abi/chore/policy.h",
             source != NULL ? source : ".");
    if (chore_file_read(path, &text, &len, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    for (size_t i = 0; i < len; i++) {
        const char c = text[i] == '\n' ? ' ' : text[i];
        if (c != ' ' || (at > 0 && text[at - 1] != ' ')) {
            text[at++] = c;
        }
    }
    text[at] = '\0';
    return text;
}

static void what_a_rule_quotes_stands_in_the_header(void **state)
{
    char *header = read_header();
    (void)state;
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        char words[256];
        snprintf(words, sizeof words, "%s", chore_rule_get((chore_rule)r)->where);
        for (char *part = words, *next; part != NULL; part = next) {
            char *semicolon = strstr(part, "; "), *dots = strstr(part, " ... ");
            const bool by_dots = dots != NULL && (semicolon == NULL || dots < semicolon);
            char *end = by_dots ? dots : semicolon;
            next = end != NULL ? end + (by_dots ? 5 : 2) : NULL;
            if (end != NULL) {
                *end = '\0';
            }
            if (strstr(header, part) == NULL) {
                fail_msg("rule %d quotes \"%s\", which policy.h does not say", r + 1, part);
            }
        }
    }
    free(header);
}

static void rules_are_found_by_name_and_number(void **state)
{
    (void)state;
    assert_int_equal(chore_rule_find("acts"), CHORE_RULE_acts);
    assert_int_equal(chore_rule_find("1"), CHORE_RULE_loads);
    assert_int_equal(chore_rule_find("0"), CHORE_RULE_COUNT);
    assert_int_equal(chore_rule_find("act"), CHORE_RULE_COUNT);
}

/* The table of policy_iface/conformance.md. */
static void print_table(void)
{
    static const struct {
        chore_rule rule;
        const char *what;
    } told[] = {
#define BREAK(rule, way, seen, what)     {CHORE_RULE_##rule, what},
#define BAD_FILE(rule, name, seen, what) {CHORE_RULE_##rule, what},
#include "breaks.inl"
#undef BREAK
#undef BAD_FILE
    };
    printf("| | rule | a policy that keeps it | found in a policy that |\n|---|---|---|---|\n");
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        const chore_rule_info *info = chore_rule_get((chore_rule)r);
        int n = 0;
        printf("| %d | `%s` | %s | ", r + 1, info->name, info->promise);
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            if ((int)told[i].rule == r) {
                printf("%s%s", n++ > 0 ? "; " : "", told[i].what);
            }
        }
        puts(" |");
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--table") == 0) {
        print_table();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_found_by_name_and_number),
        cmocka_unit_test(what_a_rule_quotes_stands_in_the_header),
        cmocka_unit_test(every_rule_has_a_policy_that_breaks_it),
        cmocka_unit_test(a_policy_that_is_not_there_is_an_error),
        cmocka_unit_test(the_one_that_breaks_none_passes),
        cmocka_unit_test(each_bad_policy_breaks_its_rule),
    };
    all_rules = argc > 1 && strcmp(argv[1], "all") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
