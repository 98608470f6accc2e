#include "run_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <chore/files.h>

/* Outcomes by planned episode; RUNNING: no row. Plan order per seed: bus control, bus disturbed, aside
 * control, aside disturbed. */
enum {
    O = CHORE_OUTCOME_SUCCESS,
    T = CHORE_OUTCOME_TIMEOUT,
    F = CHORE_OUTCOME_FAILED,
    P = CHORE_OUTCOME_POLICY_ERROR,
    S = CHORE_OUTCOME_SIM_ERROR,
    I = CHORE_OUTCOME_INFRA_ERROR,
    NONE = CHORE_OUTCOME_RUNNING
};
static const int outcomes[] = {
    O, O,    T,    T, /* seed 0 */
    O, T,    T,    O, /* seed 1 */
    O, F,    O,    P, /* seed 2 */
    S, O,    O,    I, /* seed 3 */
    O, NONE, NONE, O, /* seed 4 */
};
enum { EPISODES = sizeof outcomes / sizeof *outcomes };

static chore_plan plan;
static chore_rows rows;
static chore_summary summary;

static void add_row(chore_row row, bool latest)
{
    rows.rows[rows.n] = row;
    rows.latest[rows.n++] = latest;
}

static int make(void **state)
{
    (void)state;
    fixture_plan(&plan, fixture_dir(), 4);
    assert_int_equal(plan.n_episodes, EPISODES);
    rows.rows = calloc(EPISODES + 1, sizeof *rows.rows);
    rows.latest = calloc(EPISODES + 1, sizeof *rows.latest);
    for (int i = 0; i < EPISODES; i++) {
        if (i == 4) { /* a first attempt that the second replaces */
            add_row(fixture_row(&plan, i, CHORE_OUTCOME_INFRA_ERROR), false);
        }
        if (outcomes[i] != NONE) {
            add_row(fixture_row(&plan, i, (chore_outcome)outcomes[i]), true);
        }
    }
    return chore_summary_make(&summary, &plan, &rows, NULL) == CHORE_OK ? 0 : 1;
}

static int release(void **state)
{
    (void)state;
    chore_summary_release(&summary);
    chore_rows_release(&rows);
    chore_plan_release(&plan);
    return 0;
}

static void totals(void **state)
{
    (void)state;
    assert_int_equal(summary.planned, 20);
    assert_int_equal(summary.done, 18);
    assert_int_equal(summary.missing, 2);
    assert_int_equal(summary.repeated, 1);
    assert_true(summary.privileged);
    assert_true(summary.wall_s == 19 * 1.5);
}

static void cells_in_plan_order(void **state)
{
    (void)state;
    static const struct {
        const char *task;
        chore_variant variant;
        int episodes, not_scored, missing, successes, fired, handled;
    } expected[] = {
        {"bus_table", CHORE_CONTROL, 4, 1, 0, 4, 0, 0},
        {"bus_table", CHORE_DISTURBED, 4, 0, 1, 2, 4, 2},
        {"set_aside", CHORE_CONTROL, 4, 0, 1, 2, 0, 0},
        {"set_aside", CHORE_DISTURBED, 4, 1, 0, 2, 4, 2},
    };
    assert_int_equal(summary.n_cells, 4);
    for (int i = 0; i < 4; i++) {
        const chore_cell *cell = &summary.cells[i];
        assert_string_equal(cell->task, expected[i].task);
        assert_int_equal(cell->variant, expected[i].variant);
        assert_int_equal(cell->planned, 5);
        assert_int_equal(cell->episodes, expected[i].episodes);
        assert_int_equal(cell->not_scored, expected[i].not_scored);
        assert_int_equal(cell->missing, expected[i].missing);
        assert_int_equal(cell->successes, expected[i].successes);
        assert_int_equal(cell->events_fired, expected[i].fired);
        assert_int_equal(cell->events_handled, expected[i].handled);
        chore_interval w = chore_wilson(cell->successes, cell->episodes);
        assert_true(cell->wilson.lo == w.lo && cell->wilson.hi == w.hi);
    }
    assert_int_equal(summary.cells[3].outcomes[CHORE_OUTCOME_POLICY_ERROR], 1); /* scored, as a failure */
    assert_int_equal(summary.cells[3].outcomes[CHORE_OUTCOME_INFRA_ERROR], 1);  /* not scored */
    assert_true(summary.cells[0].mean_progress == 1);
    assert_true(summary.cells[1].mean_progress == 0.75);
}

static void medians(void **state)
{
    (void)state;
    /* set_aside disturbed succeeded in episodes 7 and 19: 407 and 419 steps of 0.05 s */
    double expected = 0.5 * (0.05 * 407 + 0.05 * 419);
    double found = summary.cells[3].median_success_s;
    assert_true(found > expected - 1e-9 && found < expected + 1e-9);
    assert_true(summary.cells[3].median_handling_s == 14);
    assert_true(summary.cells[0].median_handling_s < 0);
}

static void pairs_match_by_seed(void **state)
{
    (void)state;
    assert_int_equal(summary.n_pairs, 2);
    const chore_pairs *bus = &summary.pairs[0], *aside = &summary.pairs[1];
    assert_int_equal(bus->n, 3); /* seed 3: control was not scored; seed 4: disturbed is missing */
    assert_int_equal(bus->both, 1);
    assert_int_equal(bus->control_only, 2);
    assert_int_equal(bus->disturbed_only + bus->neither, 0);
    assert_int_equal(aside->n, 3);
    assert_int_equal(aside->control_only, 1);
    assert_int_equal(aside->disturbed_only, 1);
    assert_int_equal(aside->neither, 1);
}

static void events_by_name(void **state)
{
    (void)state;
    assert_int_equal(summary.n_events, 2);
    const chore_event_cell *e = &summary.events[0];
    assert_string_equal(e->task, "bus_table");
    assert_string_equal(e->name, "another_dish");
    assert_int_equal(e->episodes, 4);
    assert_int_equal(e->fired, 4);
    assert_int_equal(e->noticed, 2);
    assert_int_equal(e->handled, 2);
    assert_int_equal(e->in_time, 2);
    assert_true(e->median_notice_s == 3.25 && e->median_handling_s == 14);
}

static void rows_that_were_not_planned(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        chore_summary other;
        chore_error err = {0};
        chore_row kept = rows.rows[2];
        rows.rows[2].index = way == 0 ? EPISODES : kept.index;
        rows.rows[2].seed += way == 1;
        rows.rows[2].variant = way == 2 ? !kept.variant : kept.variant;
        rows.rows[2].task[0] = way == 3 ? 'x' : kept.task[0];
        assert_int_equal(chore_summary_make(&other, &plan, &rows, &err), CHORE_E_TAMPERED);
        chore_summary_release(&other);
        rows.rows[2] = kept;
    }
}

/* ---- what is made of it
 * ------------------------------------------------------------------------------------------- */

static int longest_line(const char *text)
{
    int longest = 0, line = 0;
    for (; *text; text++) {
        line = *text == '\n' ? 0 : line + 1;
        longest = line > longest ? line : longest;
    }
    return longest;
}

static void a_table_fits_and_says_all(void **state)
{
    (void)state;
    chore_text wide = {0}, narrow = {0};
    chore_summary_table(&summary, false, 100, &wide);
    assert_true(longest_line(chore_text_get(&wide)) <= 100);
    assert_non_null(strstr(wide.data, "4/4  100.0 % [51.0, 100.0]"));
    assert_non_null(strstr(wide.data, "2/4   50.0 % [15.0, 85.0]"));
    assert_non_null(strstr(wide.data, "1 policy_error; not scored: 1 infra_error"));
    assert_non_null(strstr(wide.data, "1 missing"));
    assert_non_null(
        strstr(wide.data, "bus_table  3 pairs: 1 both, 2 control only, 0 disturbed only, 0 neither"));
    assert_non_null(strstr(wide.data, "2 of 20 episodes are missing"));
    assert_null(strchr(wide.data, '\033'));
    chore_summary_table(&summary, false, 60, &narrow);
    assert_non_null(strstr(narrow.data, "2/4   50.0 % [15.0, 85.0]"));
    assert_null(strstr(narrow.data, "progress"));
    chore_text_release(&wide);
    chore_text_release(&narrow);
}

static void json_says_the_same(void **state)
{
    (void)state;
    char *text = chore_summary_json(&summary, &plan);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    const json_t *cell = json_array_get(json_object_get(json, "cells"), 1);
    assert_string_equal(json_string_value(json_object_get(cell, "task")), "bus_table");
    assert_int_equal(json_integer_value(json_object_get(cell, "episodes")), 4);
    assert_int_equal(json_integer_value(json_object_get(cell, "successes")), 2);
    assert_true(json_real_value(json_object_get(cell, "success_rate")) == 0.5);
    assert_int_equal(json_array_size(json_object_get(cell, "wilson")), 2);
    json_decref(json);
    free(text);
}

static void without_rows_there_is_no_rate(void **state)
{
    (void)state;
    chore_rows none = {0};
    chore_summary empty;
    chore_text table = {0};
    assert_int_equal(chore_summary_make(&empty, &plan, &none, NULL), CHORE_OK);
    assert_int_equal(empty.missing, 20);
    chore_summary_table(&empty, false, 100, &table);
    assert_null(strstr(table.data, "0.0 %"));
    char *text = chore_summary_json(&empty, &plan);
    assert_non_null(strstr(text, "\"success_rate\": null"));
    free(text);
    chore_text_release(&table);
    chore_summary_release(&empty);
}

/* The page escapes what comes from files and asks the network for nothing. */
static void the_report_is_one_safe_page(void **state)
{
    (void)state;
    static const char hostile[] = "<script>alert(1)</script>&'\"";
    char path[CHORE_PATH_CAP];
    size_t len;
    const char *dir = fixture_dir();
    chore_row kept = rows.rows[1];
    strcpy(rows.rows[1].reason, hostile);
    strcpy(rows.rows[1].film, "films/a'b.png");
    assert_int_equal(chore_path_join(path, dir, "report.html", NULL), CHORE_OK);
    assert_int_equal(
        chore_report_write(path, &plan, &summary, &rows, "{\"version\": \"<b>\"}", "no json <i>", NULL),
        CHORE_OK);
    rows.rows[1] = kept;
    char *page = fixture_read(dir, "report.html", &len);
    assert_null(strstr(page, "<script>alert"));
    assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;&quot;"));
    assert_null(strstr(page, "no json <i>"));
    assert_null(strstr(page, "<b>\""));
    assert_non_null(strstr(page, "src='films/a&#39;b.png'"));
    assert_null(strstr(page, "http://"));
    assert_null(strstr(page, "https://"));
    assert_null(strstr(page, "//cdn"));
    assert_non_null(strstr(page, "incomplete"));
    assert_non_null(strstr(page, "id='set_aside-disturbed-00004'"));
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals),
        cmocka_unit_test(cells_in_plan_order),
        cmocka_unit_test(medians),
        cmocka_unit_test(pairs_match_by_seed),
        cmocka_unit_test(events_by_name),
        cmocka_unit_test(rows_that_were_not_planned),
        cmocka_unit_test(a_table_fits_and_says_all),
        cmocka_unit_test(json_says_the_same),
        cmocka_unit_test(without_rows_there_is_no_rate),
        cmocka_unit_test(the_report_is_one_safe_page),
    };
    return cmocka_run_group_tests(tests, make, release);
}
