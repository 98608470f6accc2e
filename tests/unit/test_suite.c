/* Suites: what loads and what is refused. */
#include "task_rig.h"

#include <unistd.h>

static void test_smoke(void **state)
{
    chore_suite suite;
    char **names;
    int n, n_smoke = 0;
    (void)state;
    MUST(chore_suite_load(&suite, "smoke", &rig_error));
    assert_string_equal(suite.name, "smoke");
    assert_int_equal(suite.n_tasks, 3);
    assert_string_equal(suite.tasks[1], "set_aside");
    assert_int_equal(suite.seed_lo, 0);
    assert_int_equal(suite.seed_hi, 49);
    chore_suite_release(&suite);
    MUST(chore_suite_list(&names, &n, &rig_error));
    for (int i = 0; i < n; i++) {
        n_smoke += strcmp(names[i], "smoke") == 0;
    }
    assert_int_equal(n_smoke, 1);
    chore_dir_list_free(names, n);
}

/* Nobody shall forget a task when he looks at all of them. */
static void test_all_means_all(void **state)
{
    chore_suite all;
    char **names;
    int n, missing = 0;
    (void)state;
    MUST(chore_suite_load(&all, "all", &rig_error));
    MUST(chore_task_list(&names, &n, &rig_error));
    for (int i = 0; i < n; i++) {
        int found = 0;
        for (int k = 0; k < all.n_tasks; k++) {
            found += strcmp(all.tasks[k], names[i]) == 0;
        }
        if (found != 1) {
            print_error("the suite 'all' does not name %s\n", names[i]);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
    assert_int_equal(all.n_tasks, n);
    chore_dir_list_free(names, n);
    chore_suite_release(&all);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *message;
        int line;
    } flaws[] = {
        {"name: x\nversion: 1\ntasks: [bus_tabel]\nseeds: [0, 9]\n", "did you mean 'bus_table'?",
         3},
        {"name: x\nversion: 1\ntasks: []\nseeds: [0, 9]\n", "at least one task", 3},
        {"name: x\nversion: 1\ntasks: [bus_table, bus_table]\nseeds: [0, 9]\n", "twice", 3},
        {"name: x\nversion: 1\ntasks: [bus_table]\nseeds: [9, 0]\n", "", 4},
        {"name: x\nversion: 1\ntasks: [bus_table]\nseeds: [-1, 0]\n", "", 4},
        {"name: x\nversion: 1\ntasks: [bus_table]\nseeds: 9\n", "seeds", 4},
        {"name: x\nversion: 1\ntasks: [bus_table]\n", "seeds", 1},
        {"name: x\nversion: 1\ntasks: [bus_table]\nseeds: [0, 1]\nseed: 1\n",
         "did you mean 'seeds'?", 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        char path[] = "./chore-suite-XXXXXX";
        chore_suite suite;
        chore_error err = {0};
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        MUST(chore_file_write(path, flaws[i].text, strlen(flaws[i].text), &rig_error));
        chore_status status = chore_suite_load(&suite, path, &err);
        unlink(path);
        assert_int_equal(status, CHORE_E_FILE);
        assert_int_equal(err.line, flaws[i].line);
        assert_non_null(strstr(err.message, flaws[i].message));
        assert_null(suite.tasks);
    }
    chore_suite none;
    assert_int_equal(chore_suite_load(&none, "smok", &rig_error), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(rig_error.hint, "smoke"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_smoke),
                                       cmocka_unit_test(test_all_means_all),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
