#include "run_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <chore/files.h>

static void a_plan_is_every_episode_once(void **state)
{
    (void)state;
    chore_plan plan;
    bool seen[2][2][5] = {{{false}}};
    fixture_plan(&plan, fixture_dir(), 4);
    assert_int_equal(plan.n_episodes, 20);
    for (int i = 0; i < plan.n_episodes; i++) {
        const chore_planned *e = &plan.episodes[i];
        assert_true(e->seed < 5);
        bool *cell = &seen[e->task][e->variant][e->seed];
        assert_false(*cell);
        *cell = true;
    }
    chore_plan_release(&plan);
}

static void one_variant_only(void **state)
{
    (void)state;
    chore_plan plan = {.n_tasks = 1};
    plan.tasks = calloc(1, sizeof *plan.tasks);
    assert_int_equal(chore_plan_expand(&plan, 7, 9, CHORE_VARIANT_DISTURBED, NULL), CHORE_OK);
    assert_int_equal(plan.n_episodes, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(plan.episodes[i].variant, CHORE_DISTURBED);
        assert_int_equal(plan.episodes[i].seed, 7 + i);
    }
    chore_plan_release(&plan);
}

static void each_latency_is_a_group_of_episodes(void **state)
{
    (void)state;
    static const char *const want[] = {"set_aside-control-00003-frozen", "set_aside-disturbed-00003-frozen",
                                       "set_aside-control-00003-delay=4", "set_aside-disturbed-00003-delay=4"};
    chore_plan plan = {.n_tasks = 1, .policy_config = strdup("")}, read;
    chore_error err = {0};
    char path[CHORE_PATH_CAP], name[CHORE_NAME_CAP * 2];
    plan.tasks = calloc(1, sizeof *plan.tasks);
    strcpy(plan.tasks[0].name, "set_aside");
    assert_int_equal(chore_latency_parse("frozen,delay=4", plan.latencies, &plan.n_latencies, &err), CHORE_OK);
    assert_int_equal(chore_plan_expand(&plan, 3, 3, CHORE_VARIANT_BOTH, &err), CHORE_OK);
    assert_int_equal(chore_path_join(path, fixture_dir(), "plan.json", NULL), CHORE_OK);
    assert_int_equal(chore_plan_write(&plan, path, &err), CHORE_OK);
    assert_int_equal(chore_plan_read(&read, path, &err), CHORE_OK);
    assert_int_equal(read.n_latencies, 2);
    assert_int_equal(read.n_episodes, 4);
    for (int i = 0; i < 4; i++) {
        chore_plan_episode_name(&read, i, name);
        assert_string_equal(name, want[i]);
        assert_int_equal(chore_plan_find(&read, want[i]), i);
        assert_int_equal(read.latencies[read.episodes[i].latency].steps, i < 2 ? 0 : 4);
    }
    chore_plan_release(&plan);
    chore_plan_release(&read);
}

static void wrong_seeds(void **state)
{
    (void)state;
    chore_plan plan = {.n_tasks = 1};
    chore_error err = {0};
    assert_int_equal(chore_plan_expand(&plan, 5, 4, CHORE_VARIANT_BOTH, &err), CHORE_E_USAGE);
    assert_int_equal(chore_plan_expand(&plan, 0, 1000000, CHORE_VARIANT_BOTH, &err), CHORE_E_USAGE);
    assert_int_equal(chore_plan_expand(&plan, 0, UINT64_MAX, CHORE_VARIANT_BOTH, &err), CHORE_E_USAGE);
}

static void names_find_their_episodes(void **state)
{
    (void)state;
    chore_plan plan;
    fixture_plan(&plan, fixture_dir(), 2);
    for (int i = 0; i < plan.n_episodes; i++) {
        char name[CHORE_NAME_CAP * 2], number[16];
        chore_plan_episode_name(&plan, i, name);
        snprintf(number, sizeof number, "%d", i);
        assert_int_equal(chore_plan_find(&plan, name), i);
        assert_int_equal(chore_plan_find(&plan, number), i);
    }
    assert_int_equal(chore_plan_find(&plan, "bus_table-control-00009"), -1);
    assert_int_equal(chore_plan_find(&plan, "12"), -1);
    assert_int_equal(chore_plan_find(&plan, "-1"), -1);
    chore_plan_release(&plan);
}

/* A plan is written the same way each time, and any change to one character of it is noticed. */
static void a_frozen_plan_cannot_be_changed(void **state)
{
    (void)state;
    chore_plan plan, back;
    size_t len, again_len;
    char path[CHORE_PATH_CAP];
    const char *dir = fixture_dir();
    fixture_plan(&plan, dir, 1);
    char *text = fixture_read(dir, "plan.json", &len);
    assert_int_equal(chore_path_join(path, dir, "plan.json", NULL), CHORE_OK);
    assert_int_equal(chore_plan_write(&plan, path, NULL), CHORE_OK);
    char *again = fixture_read(dir, "plan.json", &again_len);
    assert_int_equal(again_len, len);
    assert_memory_equal(again, text, len);

    int noticed = 0, placed = 0;
    for (size_t i = 0; i < len; i++) {
        char kept = text[i];
        text[i] = kept == '0' ? '1' : kept == ' ' || kept == '\n' ? '\t' : (char)(kept ^ 1);
        fixture_write(dir, "plan.json", text, len);
        chore_error err = {0};
        assert_int_equal(chore_plan_read(&back, path, &err), CHORE_E_TAMPERED);
        assert_string_equal(err.file, path);
        noticed++;
        placed += err.line > 0; /* a changed number or name leaves a good plan: then only the hash tells */
        text[i] = kept;
    }
    assert_true(noticed > 300 && placed > 100);
    free(text);
    free(again);
    chore_plan_release(&plan);
}

static void a_plan_that_is_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{}", "[1]", "{\"schema\":1}", "nonsense"};
    const char *dir = fixture_dir();
    char path[CHORE_PATH_CAP];
    assert_int_equal(chore_path_join(path, dir, "plan.json", NULL), CHORE_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        chore_plan plan;
        chore_error err = {0};
        fixture_write(dir, "plan.json", bad[i], strlen(bad[i]));
        assert_int_equal(chore_plan_read(&plan, path, &err), CHORE_E_TAMPERED);
        assert_string_equal(err.file, path);
    }
    chore_plan plan;
    assert_int_equal(chore_path_join(path, dir, "nowhere.json", NULL), CHORE_OK);
    assert_int_equal(chore_plan_read(&plan, path, NULL), CHORE_E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_every_episode_once),
        cmocka_unit_test(one_variant_only),
        cmocka_unit_test(each_latency_is_a_group_of_episodes),
        cmocka_unit_test(wrong_seeds),
        cmocka_unit_test(names_find_their_episodes),
        cmocka_unit_test(a_frozen_plan_cannot_be_changed),
        cmocka_unit_test(a_plan_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
