#include <chore/cli.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void seeds(void **state)
{
    (void)state;
    uint64_t lo = 99, hi = 99;
    assert_int_equal(chore_cli_seeds("0..49", &lo, &hi, NULL), CHORE_OK);
    assert_true(lo == 0 && hi == 49);
    assert_int_equal(chore_cli_seeds("7", &lo, &hi, NULL), CHORE_OK);
    assert_true(lo == 7 && hi == 7);
    assert_int_equal(chore_cli_seeds("1000..1000", &lo, &hi, NULL), CHORE_OK);
    assert_true(lo == 1000 && hi == 1000);
    assert_int_equal(chore_cli_seeds("0..9223372036854775807", &lo, &hi, NULL), CHORE_OK);
    static const char *const bad[] = {"",
                                      "..",
                                      "1..",
                                      "..4",
                                      "4..1",
                                      "a..b",
                                      "1..2..3",
                                      "1-4",
                                      "1.5..2",
                                      "-1..4",
                                      " 1..4",
                                      "1..4 ",
                                      "1...4",
                                      "0x1..4",
                                      "1,2",
                                      "18446744073709551616",
                                      "00000000000000000000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        chore_error err = {0};
        if (chore_cli_seeds(bad[i], &lo, &hi, &err) != CHORE_E_USAGE) {
            fail_msg("'%s' was taken as %llu..%llu", bad[i], (unsigned long long)lo, (unsigned long long)hi);
        }
        assert_non_null(strstr(err.message, "seeds"));
    }
}

static void commands(void **state)
{
    (void)state;
    int n = 0;
    for (const chore_command *c = chore_commands; c->name; c++, n++) {
        assert_ptr_equal(chore_command_find(c->name), c);
        assert_non_null(c->run);
        assert_true(c->summary[0] && strlen(c->summary) < 70);
        assert_true(!strcmp(c->group, "run") || !strcmp(c->group, "look") || !strcmp(c->group, "trust") ||
                    !strcmp(c->group, "write")); /* else --help would not show it */
    }
    assert_true(n >= 8);
    assert_null(chore_command_find("rum"));
    assert_null(chore_command_find("ru"));
    assert_string_equal(chore_command_nearest("rum")->name, "run");
    assert_string_equal(chore_command_nearest("docotr")->name, "doctor");
    assert_null(chore_command_nearest("entirely_else"));
}

/* Parse with stdout and stderr put aside; returns what chore_cli_parse did. */
static int parse(int argc, const char **argv, int *number, char **word, const char ***args,
                 poptContext *context, int *code)
{
    const struct poptOption options[] = {{"number", 'n', POPT_ARG_INT, number, 0, "a number", "N"},
                                         {"word", 0, POPT_ARG_STRING, word, 0, "a word", "WORD"},
                                         POPT_TABLEEND};
    fflush(NULL);
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    assert_non_null(freopen("/dev/null", "w", stdout));
    assert_non_null(freopen("/dev/null", "w", stderr));
    int result =
        chore_cli_parse(context, "test", argc, argv, options, "[OPTIONS] THING", "Examples\n", args, code);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    return result;
}

static void options_and_the_rest(void **state)
{
    (void)state;
    const char *argv[] = {"test", "one", "-n", "3", "two", "--word=hello", "--", "--three", NULL}, **args;
    int number = 0, code = -1;
    char *word = NULL;
    poptContext context;
    assert_int_equal(parse(8, argv, &number, &word, &args, &context, &code), 0);
    assert_int_equal(number, 3);
    assert_string_equal(word, "hello");
    assert_string_equal(args[0], "one");
    assert_string_equal(args[1], "two");
    assert_string_equal(args[2], "--three");
    assert_null(args[3]);
    poptFreeContext(context);
    free(word);
}

static void no_rest_is_an_empty_list(void **state)
{
    (void)state;
    const char *argv[] = {"test", NULL}, **args;
    int number = 0, code = -1;
    char *word = NULL;
    poptContext context;
    assert_int_equal(parse(1, argv, &number, &word, &args, &context, &code), 0);
    assert_non_null(args);
    assert_null(args[0]);
    poptFreeContext(context);
}

static void what_cannot_be_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *argument;
        int code;
    } cases[] = {{"--help", 0}, {"-h", 0}, {"--nmuber", 2},    {"--number", 2},
                 {"-nx", 2},    {"-z", 2}, {"--number=1.5", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *argv[] = {"test", cases[i].argument, NULL}, **args;
        int number = 0, code = -1;
        char *word = NULL;
        poptContext context;
        assert_int_equal(parse(2, argv, &number, &word, &args, &context, &code), -1);
        assert_int_equal(code, cases[i].code);
        assert_null(context);
        assert_null(args);
    }
}

static void colours_are_for_terminals(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    assert_false(chore_cli_colours(ends[1]));
    setenv("COLUMNS", "72", 1);
    assert_int_equal(chore_cli_columns(ends[1]), 72);
    setenv("COLUMNS", "wide", 1);
    assert_int_equal(chore_cli_columns(ends[1]), 100);
    unsetenv("COLUMNS");
    assert_int_equal(chore_cli_columns(ends[1]), 100);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeds),
        cmocka_unit_test(commands),
        cmocka_unit_test(options_and_the_rest),
        cmocka_unit_test(no_rest_is_an_empty_list),
        cmocka_unit_test(what_cannot_be_parsed),
        cmocka_unit_test(colours_are_for_terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
