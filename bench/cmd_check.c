#include "check_internal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/cli.h>

static const char about[] =
    "Try whether a policy keeps the rules of chore/policy.h: each rule in a process of its own, on what real tasks offer and on\n"
    "made-up robots. A policy that crashes or hangs breaks the rule that was being tried. policy_iface/conformance.md tells the rules.\n"
    "\n"
    "Examples:\n"
    "  chorebench check ./mine.so\n"
    "  chorebench check ./mine.so --task set_aside --policy-config model.bin --allow read=model.bin\n"
    "  chorebench check ./mine.so --convention libero\n"
    "  chorebench check ./mine.so --rule bounds_of_buffers,19\n"
    "  chorebench check --rules\n"
    "\n"
    "Exit codes: 0 no rule is broken · 1 a rule is broken · 2 usage · 4 the policy cannot be loaded or started\n";

typedef struct options {
    char *tasks, *convention, *config, *allow, *only;
    double limit_s, act_limit_ms;
    int steps, unconfined, json, rules;
} options;

typedef struct printer {
    bool silent, colours;
    int columns;
    int waiting[CHORE_RULE_COUNT]; /* how many rules could not be tried without that one */
} printer;

/* ---- for people ------------------------------------------------------------------------------------------- */

enum { WHAT_AT = 33 };

/* Label and words from column WHAT_AT on, broken at blanks; the first line goes on where the cursor is. */
static void print_wrapped(const printer *p, const char *label, const char *text)
{
    const int room = p->columns - WHAT_AT > 40 ? p->columns - WHAT_AT : 40;
    int at = printf("%s", label);
    bool first = true;
    for (; *text != '\0'; text += strspn(text, " ")) {
        const int len = (int)strcspn(text, " ");
        if (!first && at + 1 + len > room) {
            printf("\n%*s", WHAT_AT + (int)strlen(label), "");
            at = (int)strlen(label);
            first = true;
        }
        at += printf("%s%.*s", first ? "" : " ", len, text);
        first = false;
        text += len;
    }
    putchar('\n');
}

static void print_result(void *ctx, chore_rule rule, const chore_check_result *result)
{
    printer *p = ctx;
    const chore_rule_info *info = chore_rule_get(rule);
    const bool failed = result->verdict == CHORE_VERDICT_FAIL;
    if (result->verdict == CHORE_VERDICT_SKIPPED) { /* in one line at the end */
        p->waiting[result->waits_for] += result->wanted;
        return;
    }
    if (p->silent) {
        return;
    }
    const char *colour = !p->colours                             ? ""
                         : failed                                ? "\033[31m"
                         : result->verdict == CHORE_VERDICT_PASS ? "\033[32m"
                                                                 : "\033[2m";
    printf("%3d %-19s %s%s%s", (int)rule + 1, info->name, colour,
           failed ? "FAIL" : chore_verdict_name(result->verdict), p->colours ? "\033[0m" : "");
    if (result->what[0] != '\0') {
        printf("%*s", failed || result->verdict == CHORE_VERDICT_PASS ? 5 : 6, "");
    }
    print_wrapped(p, "", result->what);
    if (failed) {
        printf("%*s", WHAT_AT, "");
        print_wrapped(p, "promised: ", info->promise);
        printf("%*s", WHAT_AT, "");
        print_wrapped(p, "policy.h: ", info->where);
        printf("%*s", WHAT_AT, "");
        print_wrapped(p, "change:   ", info->hint);
    }
    fflush(stdout);
}

/* The rules that were not tried, behind those that were. */
static void print_waiting(printer *p)
{
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        if (p->waiting[r] > 0 && !p->silent) {
            printf("%3d %-19s skipped  cannot be tried without rule %d, %s\n", p->waiting[r],
                   p->waiting[r] == 1 ? "more rule" : "more rules", r + 1,
                   chore_rule_get((chore_rule)r)->name);
        }
        p->waiting[r] = 0;
    }
}

static void print_rules(bool as_json)
{
    json_t *list = json_array();
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        const chore_rule_info *info = chore_rule_get((chore_rule)r);
        json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s, s:s}", "number", r + 1, "name",
                                              info->name, "promise", info->promise, "where",
                                              info->where, "hint", info->hint));
        if (!as_json) {
            printf("%3d %-19s %s\n", r + 1, info->name, info->promise);
        }
    }
    if (as_json) {
        json_dumpf(list, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(list);
}

/* ---- for programs ----------------------------------------------------------------------------------------- */

static json_t *report_json(const chore_check_report *report, const chorei_stages *stages)
{
    int n_stages;
    json_t *rules = json_array(), *names = json_array();
    const chore_check_stage *list = chorei_stages_get(stages, &n_stages);
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        const chore_check_result *result = &report->results[r];
        const chore_rule_info *info = chore_rule_get((chore_rule)r);
        json_array_append_new(
            rules, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:f}", "number", r + 1, "name",
                             info->name, "verdict", chore_verdict_name(result->verdict), "what",
                             result->what, "promise", info->promise, "where", info->where, "hint",
                             info->hint, "took_ms", result->took_ms));
    }
    for (int s = 0; s < n_stages; s++) {
        json_array_append_new(names, json_string(list[s].name));
    }
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:i, s:i, s:i, s:i, s:{s:f, s:f, s:f}, s:o}",
        "policy", report->info.name, "version", report->info.version, "licence",
        report->info.licence, "path", report->info.path, "sha256", report->info.sha256, "boundary",
        report->boundary, "stages", names, "tried_on", report->stage, "pass",
        report->n[CHORE_VERDICT_PASS], "fail", report->n[CHORE_VERDICT_FAIL], "not_applicable",
        report->n[CHORE_VERDICT_NOT_APPLICABLE], "skipped", report->n[CHORE_VERDICT_SKIPPED],
        "act_ms", "p50", report->act_p50_ms, "p99", report->act_p99_ms, "max", report->act_max_ms,
        "rules", rules);
}

/* ---- the command ------------------------------------------------------------------------------------------ */

/* "acts,19" into flags. */
static chore_status parse_rules(const char *text, bool only[CHORE_RULE_COUNT], chore_error *err)
{
    const char *names[CHORE_RULE_COUNT];
    char *words = strdup(text), *rest = words, *word;
    chore_status status = CHORE_OK;
    CHORE_ASSERT(words != NULL);
    for (int r = 0; r < CHORE_RULE_COUNT; r++) {
        names[r] = chore_rule_get((chore_rule)r)->name;
    }
    while ((word = strsep(&rest, ", ")) != NULL && status == CHORE_OK) {
        const chore_rule rule = chore_rule_find(word);
        if (rule < CHORE_RULE_COUNT) {
            only[rule] = true;
        } else if (word[0] != '\0') {
            const int near = chore_nearest(word, names, CHORE_RULE_COUNT);
            status = chore_fail(err, CHORE_E_USAGE, "--rule: there is no rule '%s'%s%s%s", word,
                                near >= 0 ? "; did you mean '" : "", near >= 0 ? names[near] : "",
                                near >= 0 ? "'?" : "");
        }
    }
    free(words);
    return status;
}

static int exit_code(const chore_check_report *report)
{
    static const chore_rule first[] = {CHORE_RULE_loads, CHORE_RULE_table, CHORE_RULE_creates};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        if (report->results[first[i]].verdict == CHORE_VERDICT_FAIL) {
            return chore_status_exit_code(CHORE_E_POLICY_LOAD);
        }
    }
    return report->n[CHORE_VERDICT_FAIL] > 0 ? chore_status_exit_code(CHORE_E_CHECK) : 0;
}

static void print_end(const chore_check_report *report)
{
    fprintf(stderr, "%s: %d passed, %d failed, %d not applicable, %d skipped%s%s\n",
            report->info.name[0] != '\0' ? report->info.name : report->info.path,
            report->n[CHORE_VERDICT_PASS], report->n[CHORE_VERDICT_FAIL],
            report->n[CHORE_VERDICT_NOT_APPLICABLE], report->n[CHORE_VERDICT_SKIPPED],
            report->stage[0] != '\0' ? "; tried on " : "", report->stage);
}

static int check_policies(const options *o, const char **policies)
{
    bool only[CHORE_RULE_COUNT] = {false};
    chore_error err = {0};
    chore_policy_allow allow;
    chorei_stages *stages = NULL;
    chore_check_report *report = calloc(1, sizeof *report);
    printer p = {.silent = o->json,
                 .colours = chore_cli_colours(STDOUT_FILENO),
                 .columns = chore_cli_columns(STDOUT_FILENO)};
    json_t *all = json_array();
    int worst = 0;
    CHORE_ASSERT(report != NULL);
    chore_status status = chore_policy_allow_parse(o->allow, &allow, &err);
    if (status == CHORE_OK && o->only != NULL) {
        status = parse_rules(o->only, only, &err);
    }
    if (status == CHORE_OK) {
        status = chorei_stages_make(&stages, o->tasks, o->convention, &err);
    }
    chore_check_def def = {.config = o->config,
                           .allow = &allow,
                           .unconfined = o->unconfined,
                           .steps = (uint32_t)o->steps,
                           .limit_s = o->limit_s,
                           .act_limit_ms = o->act_limit_ms,
                           .only = o->only != NULL ? only : NULL};
    if (status == CHORE_OK) {
        def.stages = chorei_stages_get(stages, &def.n_stages);
    }
    for (int i = 0; policies[i] != NULL && status == CHORE_OK; i++) {
        def.policy = policies[i];
        status = chore_policy_check(&def, report, print_result, &p, &err);
        if (status == CHORE_OK) {
            json_array_append_new(all, report_json(report, stages));
            worst = exit_code(report) > worst ? exit_code(report) : worst;
            print_waiting(&p);
            print_end(report);
        }
    }
    if (status == CHORE_OK && o->json) {
        json_t *root = json_pack("{s:i, s:O}", "schema", 1, "policies", all);
        json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
        putchar('\n');
        json_decref(root);
    }
    json_decref(all);
    chorei_stages_free(stages);
    free(report);
    return status == CHORE_OK ? worst : chore_cli_fail("check", &err);
}

int chore_cmd_check(int argc, const char **argv)
{
    options o = {.limit_s = 10, .steps = CHORE_CHECK_STEPS};
    const struct poptOption table[] = {
        {"task", 't', POPT_ARG_STRING, &o.tasks, 0,
         "whose offers it is shown; 'synthetic': made-up robots (default: a choice of both)",
         "TASK,..."},
        {"convention", 0, POPT_ARG_STRING, &o.convention, 0,
         "in whose names and layouts it is served, as in `chorebench run`", "NAME|PATH"},
        {"rule", 'r', POPT_ARG_STRING, &o.only, 0,
         "only these rules, by name or number, and what they need", "RULE,..."},
        {"rules", 0, POPT_ARG_NONE, &o.rules, 0, "print the rules", NULL},
        {"policy-config", 0, POPT_ARG_STRING, &o.config, 0, "text that the policy gets", "TEXT"},
        {"allow", 0, POPT_ARG_STRING, &o.allow, 0, "what it may do, as in `chorebench run`",
         "WHAT,..."},
        {"unconfined", 0, POPT_ARG_NONE, &o.unconfined, 0, "it may do all that you may", NULL},
        {"steps", 0, POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &o.steps, 0,
         "control steps of an episode: fewer for slow policies", "N"},
        {"limit", 0, POPT_ARG_DOUBLE | POPT_ARGFLAG_SHOW_DEFAULT, &o.limit_s, 0,
         "seconds that one call may take", "S"},
        {"act-limit", 0, POPT_ARG_DOUBLE, &o.act_limit_ms, 0,
         "milliseconds that act may take, in 99 of 100 calls (default: only measured)", "MS"},
        {"json", 0, POPT_ARG_NONE, &o.json, 0, "print JSON", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code = 0;
    if (chore_cli_parse(&context, "check", argc, argv, table, "[OPTIONS] POLICY...", about, &args,
                        &code) != 0) {
        return code;
    }
    if (o.rules) {
        print_rules(o.json);
    } else if (args[0] == NULL) {
        code = chore_cli_usage("check", "which policy? A name or a path such as ./mine.so");
    } else if (o.steps < 6 || o.steps > CHORE_CHECK_STEPS) {
        code = chore_cli_usage("check", "--steps %d: expected 6 to %d", o.steps, CHORE_CHECK_STEPS);
    } else if (!(o.limit_s > 0) || !(o.act_limit_ms >= 0)) {
        code = chore_cli_usage("check", "--limit and --act-limit: expected a positive number");
    } else {
        code = check_policies(&o, args);
    }
    poptFreeContext(context);
    free(o.tasks);
    free(o.convention);
    free(o.config);
    free(o.allow);
    free(o.only);
    return code;
}
