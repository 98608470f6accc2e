/* pairs RUN: of every task and seed that was run in both variants, the states of the two are the same, step by step, until the first
   event fires, and differ from there on. Exit 1: they are not, or in some task no event fired in any pair. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/run_folder.h>
#include <chore/trace.h>

static void must(chore_status status, const char *what, const chore_error *err)
{
    if (status != CHORE_OK) {
        fprintf(stderr, "pairs: %s: %s\n", what, err->message);
        exit(1);
    }
}

static chore_trace *open_trace(const chore_run_folder *run, const chore_row *row)
{
    char path[CHORE_PATH_CAP];
    chore_error err = {0};
    chore_trace *trace = NULL;
    must(chore_path_join(path, run->dir, row->trace, &err), row->trace, &err);
    must(chore_trace_open(&trace, path, &err), path, &err);
    return trace;
}

/* Steps after which both traces have the same state, from the start. */
static uint64_t equal_steps(const chore_run_folder *run, const chore_row *a, const chore_row *b)
{
    chore_trace *first = open_trace(run, a), *second = open_trace(run, b);
    const uint64_t n = (uint64_t)(a->steps < b->steps ? a->steps : b->steps);
    uint64_t equal = 0;
    while (equal < n &&
           chore_hash_equal(chore_trace_hash(first, equal), chore_trace_hash(second, equal))) {
        equal++;
    }
    chore_trace_close(first);
    chore_trace_close(second);
    return equal;
}

/* Control steps that were done when the first event fired; all of them when none did. */
static uint64_t steps_before_event(const chore_row *row, bool *fired)
{
    double at = HUGE_VAL;
    for (int i = 0; i < row->n_events; i++) {
        at = row->events[i].fired_s >= 0 ? fmin(at, row->events[i].fired_s) : at;
    }
    *fired = at < HUGE_VAL;
    return (uint64_t)(*fired ? llround(at / row->sim_time_s * (double)row->steps) : row->steps);
}

static const chore_row *other_half(const chore_run_folder *run, const chore_row *row)
{
    for (int i = 0; i < run->plan.n_episodes; i++) {
        const chore_row *other = chore_run_folder_row(run, i);
        if (other && other->variant != row->variant && other->seed == row->seed &&
            strcmp(other->task, row->task) == 0) {
            return other;
        }
    }
    return NULL;
}

/* False: they part at another step than the one in which the event fires. */
static bool check_pair(const chore_run_folder *run, const chore_row *control,
                       const chore_row *disturbed, bool *fired)
{
    const uint64_t before = steps_before_event(disturbed, fired),
                   equal = equal_steps(run, control, disturbed);
    const bool good =
        *fired ? equal == before : equal == before && disturbed->steps == control->steps;
    printf("%s %llu: the same for %llu steps, %s %llu%s\n", control->task,
           (unsigned long long)control->seed, (unsigned long long)equal,
           *fired ? "the event fires after" : "nothing fires in", (unsigned long long)before,
           good ? "" : ": WRONG");
    return good;
}

static bool is_first_of_task(const chore_run_folder *run, int index)
{
    const char *task = chore_run_folder_row(run, index)->task;
    for (int i = 0; i < index; i++) {
        const chore_row *row = chore_run_folder_row(run, i);
        if (row && strcmp(row->task, task) == 0) {
            return false;
        }
    }
    return true;
}

/* How many pairs of a task are wrong; 1, too, when there is nothing to be seen. */
static int check_task(const chore_run_folder *run, const char *task)
{
    int wrong = 0, fired = 0;
    for (int i = 0; i < run->plan.n_episodes; i++) {
        const chore_row *row = chore_run_folder_row(run, i),
                        *other = row && row->variant == CHORE_CONTROL ? other_half(run, row) : NULL;
        if (other && strcmp(row->task, task) == 0) {
            bool any;
            wrong += !check_pair(run, row, other, &any);
            fired += any;
        }
    }
    if (!fired) {
        printf("%s: no event fired in any pair\n", task);
    }
    return wrong + !fired;
}

int main(int argc, char **argv)
{
    chore_run_folder run;
    chore_error err = {0};
    int wrong = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: pairs RUN\n");
        return 2;
    }
    must(chore_run_folder_open(&run, argv[1], &err), argv[1], &err);
    for (int i = 0; i < run.plan.n_episodes; i++) {
        const chore_row *row = chore_run_folder_row(&run, i);
        wrong += row && is_first_of_task(&run, i) ? check_task(&run, row->task) : 0;
    }
    chore_run_folder_close(&run);
    return wrong ? 1 : 0;
}
