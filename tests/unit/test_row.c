#include "run_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static chore_plan plan;

static int open_plan(void **state)
{
    (void)state;
    fixture_plan(&plan, fixture_dir(), 3);
    return 0;
}

static int close_plan(void **state)
{
    (void)state;
    chore_plan_release(&plan);
    return 0;
}

/* Every byte of the struct comes back: fixture rows and read rows are both zeroed before they are filled. */
static void a_row_comes_back(void **state)
{
    (void)state;
    for (int i = 0; i < plan.n_episodes; i++) {
        for (int outcome = CHORE_OUTCOME_SUCCESS; outcome < CHORE_OUTCOME_COUNT; outcome++) {
            chore_row row = fixture_row(&plan, i, (chore_outcome)outcome), back;
            chore_error err = {0};
            char *json = chore_row_to_json(&row);
            assert_null(strchr(json, '\n'));
            assert_int_equal(chore_row_from_json(&back, json, &err), CHORE_OK);
            char *again = chore_row_to_json(&back);
            assert_string_equal(again, json);
            assert_true(back.stages[0].reached_s == 0.1 + 0.2);
            assert_true(chore_hash_equal(back.final_state_hash, row.final_state_hash));
            assert_int_equal(back.outcome, row.outcome);
            assert_int_equal(back.variant, row.variant);
            assert_int_equal(back.n_events, row.n_events);
            free(json);
            free(again);
        }
    }
}

static void what_never_came_is_null(void **state)
{
    (void)state;
    chore_row row = fixture_row(&plan, 1, CHORE_OUTCOME_TIMEOUT), back;
    char *json = chore_row_to_json(&row);
    assert_non_null(strstr(json, "\"first_success_s\":null"));
    assert_non_null(strstr(json, "\"handled_s\":null"));
    assert_int_equal(chore_row_from_json(&back, json, NULL), CHORE_OK);
    assert_true(back.first_success_s < 0 && back.stages[1].reached_s < 0 && back.events[0].handled_s < 0);
    free(json);
}

/* Take each field away, and give each another type: the field is named. */
static void every_field_is_asked_for(void **state)
{
    (void)state;
    chore_row row = fixture_row(&plan, 1, CHORE_OUTCOME_SUCCESS), back;
    char *text = chore_row_to_json(&row);
    json_t *json = json_loads(text, 0, NULL);
    const char *key;
    json_t *value;
    int fields = 0;
    json_object_foreach(json, key, value)
    {
        json_t *less = json_copy(json);
        /* rows from before them exist: only their type counts */
        const bool newer = strcmp(key, "boundary") == 0 || strcmp(key, "latency") == 0 ||
                           strcmp(key, "track") == 0;
        for (int way = newer ? 1 : 0; way < 2; way++) {
            chore_error err = {0};
            if (way == 0) {
                json_object_del(less, key);
            } else {
                json_object_set_new(less, key, json_pack("{s:i}", "not", 1));
            }
            char *bad = json_dumps(less, JSON_COMPACT);
            assert_int_equal(chore_row_from_json(&back, bad, &err), CHORE_E_TAMPERED);
            assert_non_null(strstr(err.message, key));
            free(bad);
        }
        json_decref(less);
        fields++;
    }
    assert_true(fields >= 30);
    json_decref(json);
    free(text);
}

static void garbage_is_no_row(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "[]", "3", "{", "{\"index\":0,\"index\":1}", "null"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        chore_row row;
        chore_error err = {0};
        assert_int_equal(chore_row_from_json(&row, bad[i], &err), CHORE_E_TAMPERED);
        assert_true(err.message[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_comes_back),
        cmocka_unit_test(what_never_came_is_null),
        cmocka_unit_test(every_field_is_asked_for),
        cmocka_unit_test(garbage_is_no_row),
    };
    return cmocka_run_group_tests(tests, open_plan, close_plan);
}
