#include <chore/run_summary.h>

#include <jansson.h>
#include <string.h>

/* A time that never came: null. */
static json_t *time_json(double seconds)
{
    return seconds < 0 ? json_null() : json_real(seconds);
}

/* k of n as a number; null when n = 0: there is no rate of nothing. */
static json_t *rate_json(int k, int n)
{
    return n ? json_real((double)k / n) : json_null();
}

static json_t *interval_json(chore_interval interval)
{
    return json_pack("[f, f]", interval.lo, interval.hi);
}

static json_t *outcomes_json(const chore_cell *cell)
{
    json_t *json = json_object();
    for (int i = 0; i < CHORE_OUTCOME_COUNT; i++) {
        if (cell->outcomes[i]) {
            json_object_set_new(json, chore_outcome_name((chore_outcome)i), json_integer(cell->outcomes[i]));
        }
    }
    return json;
}

static json_t *cell_json(const chore_cell *cell)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "task",
                             cell->task, "variant", chore_variant_name(cell->variant), "policy", cell->policy,
                             "planned", cell->planned, "episodes", cell->episodes, "not_scored",
                             cell->not_scored, "missing", cell->missing, "successes", cell->successes,
                             "success_rate", rate_json(cell->successes, cell->episodes), "wilson",
                             interval_json(cell->wilson), "outcomes", outcomes_json(cell), "mean_progress",
                             cell->episodes ? json_real(cell->mean_progress) : json_null(),
                             "median_success_s", time_json(cell->median_success_s));
    CHORE_ASSERT(json);
    json_object_set_new(json, "latency",
                        json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "mode", cell->latency, "steps",
                                  (json_int_t)cell->steps, "held_steps", (json_int_t)cell->held_steps, "calls",
                                  (json_int_t)cell->calls, "late_calls", (json_int_t)cell->late_calls,
                                  "answer_steps", (json_int_t)cell->answer_steps));
    json_object_set_new(json, "events",
                        json_pack("{s:i, s:i, s:i, s:i, s:o}", "fired", cell->events_fired, "noticed",
                                  cell->events_noticed, "handled", cell->events_handled, "in_time",
                                  cell->events_in_time, "median_handling_s",
                                  time_json(cell->median_handling_s)));
    return json;
}

static json_t *pairs_json(const chore_pairs *p)
{
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i}", "task", p->task, "latency", p->latency, "pairs", p->n, "both", p->both,
                     "control_only", p->control_only, "disturbed_only", p->disturbed_only, "neither",
                     p->neither);
}

static json_t *event_json(const chore_event_cell *e)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "task", e->task, "latency",
                     e->latency, "event", e->name, "episodes", e->episodes, "fired", e->fired, "noticed", e->noticed, "handled",
                     e->handled, "in_time", e->in_time, "handled_rate", rate_json(e->handled, e->fired),
                     "handled_wilson", interval_json(e->handled_wilson), "median_notice_s",
                     time_json(e->median_notice_s), "median_handling_s", time_json(e->median_handling_s));
}

char *chore_summary_json(const chore_summary *summary, const chore_plan *plan)
{
    char hash[CHORE_HASH_HEX_CAP];
    json_t *cells = json_array(), *pairs = json_array(), *events = json_array();
    chore_hash_hex(plan->hash, hash);
    for (int i = 0; i < summary->n_cells; i++) {
        json_array_append_new(cells, cell_json(&summary->cells[i]));
    }
    for (int i = 0; i < summary->n_pairs; i++) {
        json_array_append_new(pairs, pairs_json(&summary->pairs[i]));
    }
    for (int i = 0; i < summary->n_events; i++) {
        json_array_append_new(events, event_json(&summary->events[i]));
    }
    json_t *json = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:b, s:f, s:f, s:o, s:o, s:o}", "schema", 1, "plan", hash,
        "suite", plan->suite, "policy", plan->policy, "track",
        chore_track_name(summary->track), "renderer", summary->renderer, "planned", summary->planned, "done", summary->done,
        "missing", summary->missing, "repeated", summary->repeated, "privileged", summary->privileged,
        "wall_s", summary->wall_s, "sim_s", summary->sim_s, "cells", cells, "pairs", pairs, "events", events);
    CHORE_ASSERT(json);
    if (summary->appearance != CHORE_APPEARANCE_CANONICAL) {
        json_object_set_new(json, "appearance", json_string(chore_appearance_name(summary->appearance)));
    }
    if (summary->control_hz > 0) {
        json_object_set_new(json, "control_hz", json_integer(summary->control_hz));
    }
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
    CHORE_ASSERT(text);
    json_decref(json);
    return text;
}
