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

const char *fixture_dir(void)
{
    static char dir[CHORE_PATH_CAP];
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/chore-run-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(dir));
    return dir;
}

void fixture_plan(chore_plan *plan, const char *dir, uint64_t seed_hi)
{
    static const char *const names[] = {"bus_table", "set_aside"};
    char path[CHORE_PATH_CAP];
    chore_plan made = {.run_key = 42, .n_tasks = 2};
    chore_error err;
    strcpy(made.suite, "smoke");
    strcpy(made.policy, "oracle");
    made.policy_config = strdup("");
    made.tasks = calloc(2, sizeof *made.tasks);
    for (int i = 0; i < 2; i++) {
        strcpy(made.tasks[i].name, names[i]);
        made.tasks[i].version = 1;
        made.tasks[i].hash = chore_hash_bytes(names[i], strlen(names[i]), 0);
    }
    assert_int_equal(chore_plan_expand(&made, 0, seed_hi, CHORE_VARIANT_BOTH, &err), CHORE_OK);
    assert_int_equal(chore_path_join(path, dir, "plan.json", NULL), CHORE_OK);
    assert_int_equal(chore_plan_write(&made, path, &err), CHORE_OK);
    assert_int_equal(chore_plan_read(plan, path, &err), CHORE_OK);
    chore_plan_release(&made);
}

static void fill_event(chore_row *row)
{
    chore_row_event *e = &row->events[0];
    row->n_events = 1;
    strcpy(e->name, "another_dish");
    strcpy(e->detail, "mug_2 dropped at 0.48 -0.10");
    e->fired_s = 6;
    e->noticed_s = row->success ? 9.25 : -1;
    e->handled_s = row->success ? 20 : -1;
    e->handled = e->in_time = row->success;
}

chore_row fixture_row(const chore_plan *plan, int index, chore_outcome outcome)
{
    chore_row row;
    const chore_planned *planned = &plan->episodes[index];
    memset(&row, 0, sizeof row);
    row.index = index;
    strcpy(row.task, plan->tasks[planned->task].name);
    strcpy(row.policy, plan->policy);
    row.task_version = 1;
    row.track = CHORE_TRACK_VISION;
    row.frames = 42;
    row.frames_hash = (chore_hash){11, 12};
    chore_copy(row.renderer, sizeof row.renderer, "a brush, version 2");
    chore_copy(row.boundary, sizeof row.boundary, "host without landlock(ENOSYS)");
    row.task_hash = plan->tasks[planned->task].hash;
    row.scene_hash = chore_hash_bytes("scene", 5, 0);
    row.variant = planned->variant;
    row.seed = planned->seed;
    row.outcome = outcome;
    row.success = outcome == CHORE_OUTCOME_SUCCESS;
    row.progress = row.success ? 1 : 0.5;
    strcpy(row.reason, "because \"quotes\" and \xc3\xa4 are text");
    row.steps = 400 + index;
    row.sim_time_s = 0.05 * (double)row.steps;
    row.first_success_s = row.success ? row.sim_time_s - 0.5 : -1;
    row.literals_met = row.success ? 6 : 3;
    row.literals_total = 6;
    row.n_stages = 2;
    strcpy(row.stages[0].name, "half_way");
    row.stages[0].reached_s = 0.1 + 0.2; /* not a short decimal: must come back to the last bit */
    strcpy(row.stages[1].name, "all_clear");
    row.stages[1].reached_s = row.success ? 19.5 : -1;
    if (row.variant == CHORE_DISTURBED) {
        fill_event(&row);
    }
    row.clamped = 3;
    chore_latency_text(plan->latencies[planned->latency], row.latency);
    row.held_steps = 4;
    row.late_calls = 1;
    row.answer_steps = 4 * row.steps;
    row.policy_calls = row.steps;
    row.policy_p50_ms = 0.02;
    row.policy_p99_ms = 0.3;
    row.wall_s = 1.5;
    row.privileged = true;
    strcpy(row.mode, "eef_pose");
    row.initial_state_hash = chore_hash_bytes(&row.seed, sizeof row.seed, 1);
    row.final_state_hash = chore_hash_bytes(&row.steps, sizeof row.steps, 2);
    snprintf(row.trace, sizeof row.trace, "traces/%d.trace", index);
    row.trace_hash = chore_hash_bytes(row.trace, strlen(row.trace), 0);
    strcpy(row.started, "2026-11-21T03:04:05Z");
    strcpy(row.ended, "2026-11-21T03:04:06Z");
    return row;
}

char *fixture_read(const char *dir, const char *name, size_t *len)
{
    char path[CHORE_PATH_CAP], *text = NULL;
    assert_int_equal(chore_path_join(path, dir, name, NULL), CHORE_OK);
    assert_int_equal(chore_file_read(path, &text, len, NULL), CHORE_OK);
    return text;
}

void fixture_write(const char *dir, const char *name, const char *bytes, size_t len)
{
    char path[CHORE_PATH_CAP];
    assert_int_equal(chore_path_join(path, dir, name, NULL), CHORE_OK);
    FILE *file = fopen(path, "wb"); /* not chore_file_write: tests do this thousands of times, and it syncs */
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}
