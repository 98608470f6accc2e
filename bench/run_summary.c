#include <chore/run_summary.h>

#include <stdlib.h>
#include <string.h>

static bool is_scored(chore_outcome outcome)
{
    static const bool scored[CHORE_OUTCOME_COUNT] = {
#define CHORE_OUTCOME(symbol, name, counts, meaning) [symbol] = counts,
#include <chore/outcomes.inl>
#undef CHORE_OUTCOME
    };
    return scored[outcome];
}

/* The rows that count, by planned episode; NULL: none yet. */
typedef struct ledger {
    const chore_plan *plan;
    const chore_row **of;
    double *times; /* room for a median over the whole plan */
    int latency;   /* the group that is being counted: index into the plan's latencies */
} ledger;

static chore_status check_row(const chore_plan *plan, const chore_row *row, chore_error *err)
{
    if (row->index < 0 || row->index >= plan->n_episodes) {
        return chore_fail(err, CHORE_E_TAMPERED, "a row names episode %d of a plan of %d", row->index,
                          plan->n_episodes);
    }
    const chore_planned *planned = &plan->episodes[row->index];
    char latency[CHORE_LATENCY_CAP];
    chore_latency_text(plan->latencies[planned->latency], latency);
    if (strcmp(row->task, plan->tasks[planned->task].name) != 0 || row->variant != planned->variant ||
        row->seed != planned->seed || strcmp(row->latency, latency) != 0) {
        return chore_fail(err, CHORE_E_TAMPERED,
                          "the row of episode %d is of %s, %s, seed %llu, latency %s: not what was planned",
                          row->index, row->task, chore_variant_name(row->variant),
                          (unsigned long long)row->seed, row->latency);
    }
    return CHORE_OK;
}

static void note_renderer(chore_summary *sum, const chore_row *row)
{
    if (row->renderer[0]) {
        const bool same = !sum->renderer[0] || strcmp(sum->renderer, row->renderer) == 0;
        chore_copy(sum->renderer, sizeof sum->renderer, same ? row->renderer : "several");
    }
}

static chore_status open_ledger(ledger *l, chore_summary *sum, const chore_rows *rows, chore_error *err)
{
    for (int i = 0; i < rows->n; i++) {
        const chore_row *row = &rows->rows[i];
        chore_status status = check_row(l->plan, row, err);
        if (status != CHORE_OK) {
            return status;
        }
        sum->wall_s += row->wall_s;
        sum->sim_s += row->sim_time_s;
        sum->privileged |= row->privileged;
        note_renderer(sum, row);
        if (rows->latest[i]) {
            l->of[row->index] = row;
            sum->done++;
        }
    }
    sum->track = l->plan->track;
    sum->appearance = l->plan->appearance;
    sum->control_hz = l->plan->control_hz;
    sum->planned = l->plan->n_episodes;
    sum->missing = sum->planned - sum->done;
    sum->repeated = rows->n - sum->done;
    return CHORE_OK;
}

/* ---- cells ---------------------------------------------------------------------------------------------------- */

static bool in_cell(const ledger *l, int episode, int task, chore_variant variant)
{
    const chore_planned *e = &l->plan->episodes[episode];
    return e->task == task && e->variant == variant && e->latency == l->latency;
}

static int count_planned(const ledger *l, int task, chore_variant variant)
{
    int n = 0;
    for (int i = 0; i < l->plan->n_episodes; i++) {
        n += in_cell(l, i, task, variant);
    }
    return n;
}

static void count_row(chore_cell *cell, const chore_row *row)
{
    if (!row) {
        cell->missing++;
        return;
    }
    cell->outcomes[row->outcome]++;
    if (!is_scored(row->outcome)) {
        cell->not_scored++;
        return;
    }
    cell->episodes++;
    cell->successes += row->success;
    cell->mean_progress += row->progress; /* a sum until the cell is closed */
    cell->steps += row->steps;
    cell->held_steps += row->held_steps;
    cell->calls += row->policy_calls;
    cell->late_calls += row->late_calls;
    cell->answer_steps += row->answer_steps;
    for (int e = 0; e < row->n_events; e++) {
        const chore_row_event *event = &row->events[e];
        cell->events_fired += event->fired_s >= 0;
        cell->events_noticed += event->noticed_s >= 0;
        cell->events_handled += event->handled;
        cell->events_in_time += event->handled && event->in_time;
    }
}

static double median_success(const ledger *l, int task, chore_variant variant)
{
    int n = 0;
    for (int i = 0; i < l->plan->n_episodes; i++) {
        if (in_cell(l, i, task, variant) && l->of[i] && l->of[i]->success) {
            l->times[n++] = l->of[i]->sim_time_s;
        }
    }
    return chore_median(l->times, n, -1);
}

/* From fired to noticed or handled, over the task's scored rows. name NULL: every event. */
static double median_of_events(const ledger *l, int task, chore_variant variant, const char *name,
                               bool notice)
{
    int n = 0;
    double *times = l->times;
    for (int i = 0; i < l->plan->n_episodes; i++) {
        const chore_row *row = l->of[i];
        if (!in_cell(l, i, task, variant) || !row || !is_scored(row->outcome)) {
            continue;
        }
        for (int e = 0; e < row->n_events; e++) {
            const chore_row_event *event = &row->events[e];
            double then = notice ? event->noticed_s : event->handled ? event->handled_s : -1;
            if ((!name || strcmp(event->name, name) == 0) && event->fired_s >= 0 && then >= 0) {
                times[n++] = then - event->fired_s;
            }
        }
    }
    return chore_median(times, n, -1);
}

static void make_cell(chore_cell *cell, const ledger *l, int task, chore_variant variant, int planned)
{
    const chore_plan *plan = l->plan;
    chore_copy(cell->task, sizeof cell->task, plan->tasks[task].name);
    chore_copy(cell->policy, sizeof cell->policy, plan->policy);
    chore_latency_text(plan->latencies[l->latency], cell->latency);
    cell->variant = variant;
    cell->planned = planned;
    for (int i = 0; i < plan->n_episodes; i++) {
        if (in_cell(l, i, task, variant)) {
            count_row(cell, l->of[i]);
        }
    }
    cell->mean_progress = cell->episodes ? cell->mean_progress / cell->episodes : 0;
    cell->wilson = chore_wilson(cell->successes, cell->episodes);
    cell->median_success_s = median_success(l, task, variant);
    cell->median_handling_s = median_of_events(l, task, variant, NULL, false);
    CHORE_ASSERT(cell->planned == cell->episodes + cell->not_scored + cell->missing);
}

/* ---- pairs ---------------------------------------------------------------------------------------------------- */

/* Scored rows of the control variant of a task, by seed. */
static int collect_controls(const ledger *l, int task, const chore_row **out)
{
    int n = 0;
    for (int i = 0; i < l->plan->n_episodes; i++) {
        if (in_cell(l, i, task, CHORE_CONTROL) && l->of[i] && is_scored(l->of[i]->outcome)) {
            out[n++] = l->of[i];
        }
    }
    return n;
}

static int by_seed(const void *a, const void *b)
{
    const chore_row *x = *(const chore_row *const *)a, *y = *(const chore_row *const *)b;
    return (x->seed > y->seed) - (x->seed < y->seed);
}

static void make_pairs(chore_pairs *pairs, const ledger *l, int task, const chore_row **controls)
{
    int n = collect_controls(l, task, controls);
    qsort(controls, (size_t)n, sizeof *controls, by_seed);
    chore_copy(pairs->task, sizeof pairs->task, l->plan->tasks[task].name);
    chore_latency_text(l->plan->latencies[l->latency], pairs->latency);
    for (int i = 0; i < l->plan->n_episodes; i++) {
        const chore_row *disturbed = l->of[i];
        if (!in_cell(l, i, task, CHORE_DISTURBED) || !disturbed || !is_scored(disturbed->outcome)) {
            continue;
        }
        const chore_row *const *match = bsearch(&disturbed, controls, (size_t)n, sizeof *controls, by_seed);
        if (match) {
            bool c = (*match)->success, d = disturbed->success;
            pairs->n++;
            pairs->both += c && d;
            pairs->control_only += c && !d;
            pairs->disturbed_only += !c && d;
            pairs->neither += !c && !d;
        }
    }
}

/* ---- events --------------------------------------------------------------------------------------------------- */

/* Among those from `first` on: the ones of the same task and latency. */
static chore_event_cell *find_event(chore_summary *sum, int first, const chore_row *row, const char *name)
{
    for (int i = first; i < sum->n_events; i++) {
        if (strcmp(sum->events[i].name, name) == 0) {
            return &sum->events[i];
        }
    }
    sum->events = realloc(sum->events, (size_t)(sum->n_events + 1) * sizeof *sum->events);
    CHORE_ASSERT(sum->events);
    chore_event_cell *cell = &sum->events[sum->n_events++];
    memset(cell, 0, sizeof *cell);
    chore_copy(cell->task, sizeof cell->task, row->task);
    chore_copy(cell->latency, sizeof cell->latency, row->latency);
    chore_copy(cell->name, sizeof cell->name, name);
    return cell;
}

static void make_events(chore_summary *sum, const ledger *l, int task)
{
    int first = sum->n_events;
    for (int i = 0; i < l->plan->n_episodes; i++) {
        const chore_row *row = l->of[i];
        if (!in_cell(l, i, task, CHORE_DISTURBED) || !row || !is_scored(row->outcome)) {
            continue;
        }
        for (int e = 0; e < row->n_events; e++) {
            chore_event_cell *cell = find_event(sum, first, row, row->events[e].name);
            cell->episodes++;
            cell->fired += row->events[e].fired_s >= 0;
            cell->noticed += row->events[e].noticed_s >= 0;
            cell->handled += row->events[e].handled;
            cell->in_time += row->events[e].handled && row->events[e].in_time;
        }
    }
    for (int i = first; i < sum->n_events; i++) {
        chore_event_cell *cell = &sum->events[i];
        cell->handled_wilson = chore_wilson(cell->handled, cell->fired);
        cell->median_notice_s = median_of_events(l, task, CHORE_DISTURBED, cell->name, true);
        cell->median_handling_s = median_of_events(l, task, CHORE_DISTURBED, cell->name, false);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void make_task(chore_summary *sum, const ledger *l, int task, const chore_row **scratch)
{
    int planned[2];
    for (int v = CHORE_CONTROL; v <= CHORE_DISTURBED; v++) {
        planned[v] = count_planned(l, task, (chore_variant)v);
        if (planned[v]) {
            make_cell(&sum->cells[sum->n_cells++], l, task, (chore_variant)v, planned[v]);
        }
    }
    if (planned[CHORE_CONTROL] && planned[CHORE_DISTURBED]) {
        make_pairs(&sum->pairs[sum->n_pairs++], l, task, scratch);
    }
    make_events(sum, l, task);
}

chore_status chore_summary_make(chore_summary *out, const chore_plan *plan, const chore_rows *rows,
                                chore_error *err)
{
    memset(out, 0, sizeof *out);
    size_t n = (size_t)plan->n_episodes, n_tasks = (size_t)plan->n_tasks;
    ledger l = {.plan = plan,
                .of = calloc(n + 1, sizeof *l.of),
                .times = calloc(n * CHORE_ROW_MAX_EVENTS + 1, sizeof *l.times)};
    const chore_row **scratch = calloc(n + 1, sizeof *scratch);
    const size_t n_groups = n_tasks * (size_t)plan->n_latencies;
    out->cells = calloc(2 * n_groups + 1, sizeof *out->cells);
    out->pairs = calloc(n_groups + 1, sizeof *out->pairs);
    chore_status status = CHORE_OK;
    if (!l.of || !l.times || !scratch || !out->cells || !out->pairs) {
        status =
            chore_fail(err, CHORE_E_MEMORY, "no memory for the summary of %d episodes", plan->n_episodes);
    } else {
        status = open_ledger(&l, out, rows, err);
    }
    for (int task = 0; status == CHORE_OK && task < plan->n_tasks; task++) {
        for (l.latency = 0; l.latency < plan->n_latencies; l.latency++) {
            make_task(out, &l, task, scratch);
        }
    }
    free(l.of);
    free(l.times);
    free(scratch);
    return status;
}

void chore_summary_release(chore_summary *summary)
{
    free(summary->cells);
    free(summary->pairs);
    free(summary->events);
    memset(summary, 0, sizeof *summary);
}
