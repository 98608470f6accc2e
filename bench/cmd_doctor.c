#include <chore/cli.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_internal.h"

static const char *const words[] = {"pass", "warn", "fail"};

void chore_find(chore_finding *finding, chore_health health, const char *hint, const char *fmt, ...)
{
    va_list args;
    finding->health = health;
    va_start(args, fmt);
    vsnprintf(finding->text, sizeof finding->text, fmt, args);
    va_end(args);
    chore_copy(finding->hint, sizeof finding->hint, hint ? hint : "");
}

static void print_finding(const char *name, const chore_finding *f, bool colours)
{
    static const char *const paint[] = {"\x1b[32m", "\x1b[33m", "\x1b[31m"};
    printf("%s%s%s  %-11s %s\n", colours ? paint[f->health] : "", words[f->health], colours ? "\x1b[0m" : "",
           name, f->text);
    if (f->hint[0]) {
        printf("      %-11s %s\n", "", f->hint);
    }
    fflush(stdout);
}

typedef struct tally {
    int of[3];
    json_t *list;
    bool as_json, colours;
} tally;

static void look(tally *t, const chore_check *checks)
{
    for (; checks->name; checks++) {
        chore_finding f = {CHORE_FAIL, "was not looked at", ""};
        checks->look(&f);
        t->of[f.health]++;
        json_array_append_new(t->list, json_pack("{s:s, s:s, s:s, s:s}", "check", checks->name, "health",
                                                 words[f.health], "found", f.text, "hint", f.hint));
        if (!t->as_json) {
            print_finding(checks->name, &f, t->colours);
        }
    }
}

int chore_cmd_doctor(int argc, const char **argv)
{
    int as_json = 0, code;
    const struct poptOption options[] = {{"json", 0, POPT_ARG_NONE, &as_json, 0, "print JSON", NULL},
                                         POPT_TABLEEND};
    poptContext context;
    const char **args;
    if (chore_cli_parse(
            &context, "doctor", argc, argv, options, "[--json]",
            "Look at this machine and this build: does everything work here, and does it compute the same\n"
            "twice? Each warning and failure says how to mend it. Exit code 1 when something failed.\n\n"
            "Example:\n"
            "  chorebench doctor --json > doctor.json      to send along with a question\n",
            &args, &code) < 0) {
        return code;
    }
    if (args[0]) {
        code = chore_cli_usage("doctor", "takes no arguments, not '%s'", args[0]);
        poptFreeContext(context);
        return code;
    }
    tally t = {.list = json_array(), .as_json = as_json, .colours = chore_cli_colours(STDOUT_FILENO)};
    look(&t, chore_product_checks);
    look(&t, chore_machine_checks);
    json_t *json = json_pack("{s:i, s:i, s:i, s:i, s:o}", "schema", 1, "pass", t.of[CHORE_PASS], "warn",
                             t.of[CHORE_WARN], "fail", t.of[CHORE_FAIL], "checks", t.list);
    if (as_json) {
        json_dumpf(json, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        fprintf(stderr, "%d passed, %d warned, %d failed\n", t.of[CHORE_PASS], t.of[CHORE_WARN],
                t.of[CHORE_FAIL]);
    }
    json_decref(json);
    poptFreeContext(context);
    return t.of[CHORE_FAIL] ? chore_status_exit_code(CHORE_E_CHECK) : 0;
}
