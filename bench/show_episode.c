#include <chore/cli.h>

#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/film.h>
#include <chore/trace.h>

#include "show_internal.h"

/* ---- the timeline: what the trace's notes say ------------------------------------------------------------------- */

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "";
}

/* [{"time_s", "step", "literals", "stages", "events"}], one per note. */
static json_t *timeline_json(const chore_trace *trace)
{
    json_t *list = json_array(), *header = json_loads(chore_trace_header(trace), 0, NULL);
    double hz = json_number_value(json_object_get(header, "control_hz"));
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        chore_trace_note_ref note = chore_trace_note_at(trace, i);
        json_t *moment = json_pack("{s:f, s:I}", "time_s", hz > 0 ? (double)note.steps / hz : 0, "step",
                                   (json_int_t)note.steps);
        json_t *changes = json_loads(note.json, 0, NULL);
        if (json_object_get(changes, "call")) { /* no news of the world */
            json_decref(changes);
            json_decref(moment);
            continue;
        }
        if (json_is_object(changes)) {
            json_object_update(moment, changes);
        }
        json_decref(changes);
        json_array_append_new(list, moment);
    }
    json_decref(header);
    return list;
}

/* The latency ledger: one entry per call, where answers took time. */
static json_t *calls_json(const chore_trace *trace)
{
    json_t *list = json_array();
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        json_t *note = json_loads(chore_trace_note_at(trace, i).json, 0, NULL);
        json_t *call = json_object_get(note, "call");
        if (call) {
            json_array_append(list, call);
        }
        json_decref(note);
    }
    return list;
}

static void print_moment(const json_t *moment)
{
    const char *when = "         ";
    char time[32];
    size_t i;
    json_t *item;
    snprintf(time, sizeof time, "%7.2f s", json_number_value(json_object_get(moment, "time_s")));
    const char *at = time;
    const json_t *report = json_object_get(moment, "report");
    if (report) {
        printf("%s  > the policy says: %s %s\n", at, text_at(report, "word"), text_at(report, "about"));
        at = when;
    }
    json_array_foreach(json_object_get(moment, "events"), i, item)
    {
        printf("%s  ! %s: %s %s\n", at, text_at(item, "event"), text_at(item, "what"),
               text_at(item, "object"));
        at = when;
    }
    json_array_foreach(json_object_get(moment, "literals"), i, item)
    {
        bool holds = json_is_true(json_object_get(item, "holds"));
        bool extra = json_integer_value(json_object_get(item, "event")) >= 0;
        printf("%s  %s %s%s\n", at, holds ? "+" : "-", text_at(item, "text"), extra ? "  (new work)" : "");
        at = when;
    }
    json_array_foreach(json_object_get(moment, "stages"), i, item)
    {
        printf("%s  * stage %s\n", at, json_string_value(item));
        at = when;
    }
}

/* ---- the row in words --------------------------------------------------------------------------------------------- */

static void print_events(const chore_row *row)
{
    for (int i = 0; i < row->n_events; i++) {
        const chore_row_event *e = &row->events[i];
        printf("  event      %s", e->name);
        if (e->fired_s < 0) {
            printf(": did not come\n");
            continue;
        }
        printf(" at %.2f s (%s)", e->fired_s, e->detail);
        if (e->noticed_s >= 0) {
            printf(", noticed after %.2f s", e->noticed_s - e->fired_s);
        }
        if (e->handled && e->handled_s >= 0) {
            printf(", handled after %.2f s%s\n", e->handled_s - e->fired_s, e->in_time ? "" : ", too late");
        } else {
            printf(", not handled\n");
        }
    }
}

static void print_row(const chore_row *row, const char *name)
{
    char hash[CHORE_HASH_HEX_CAP];
    chore_hash_hex(row->final_state_hash, hash);
    printf("%s with %s: %s\n", name, row->policy, chore_outcome_name(row->outcome));
    printf("  reason     %s\n", row->reason);
    printf("  progress   %.2f, %d of %d goal literals\n", row->progress, row->literals_met,
           row->literals_total);
    printf("  length     %.2f s simulated, %lld control steps in mode %s, %.2f s of work\n", row->sim_time_s,
           (long long)row->steps, row->mode, row->wall_s);
    print_events(row);
    printf("  policy     %lld calls, median %.3f ms, 99 %% under %.3f ms; %lld values clamped%s\n",
           (long long)row->policy_calls, row->policy_p50_ms, row->policy_p99_ms, (long long)row->clamped,
           row->privileged ? "; reads privileged streams" : "");
    if (strcmp(row->latency, "frozen") != 0) {
        printf("  latency    %s: %lld control steps held for want of an action, %lld answers too late to be used\n",
               row->latency, (long long)row->held_steps, (long long)row->late_calls);
    }
    if (row->frames > 0) {
        printf("  pictures   %lld, by %s\n", (long long)row->frames, row->renderer);
    }
    printf("  attempt    %d, %s\n", row->attempt + 1, row->started);
    printf("  final      %s\n", hash);
    if (row->trace[0]) {
        printf("  trace      %s\n", row->trace);
    }
    if (row->film[0]) {
        printf("  film       %s\n", row->film);
    }
}

static json_t *row_json(const chore_row *row)
{
    char *text = chore_row_to_json(row);
    json_t *json = json_loads(text, 0, NULL);
    free(text);
    return json;
}

/* ---- the episode --------------------------------------------------------------------------------------------------- */

static chore_status draw_film(const chore_run_folder *run, const chore_row *row, const char *film,
                              chore_error *err)
{
    chore_status status = chore_film_episode(run->dir, &run->plan, row, film, err);
    if (status == CHORE_OK) {
        fprintf(stderr, "film    %s\n", film);
    }
    return status;
}

int chore_show_episode(const chore_run_folder *run, const char *episode, const char *film, bool as_json)
{
    char name[CHORE_NAME_CAP * 2], path[CHORE_PATH_CAP];
    chore_error err = {0};
    const int index = chore_run_folder_find(run, episode, &err);
    if (index < 0) {
        return chore_cli_fail("show", &err);
    }
    chore_trace *trace = NULL;
    chore_plan_episode_name(&run->plan, index, name);
    const chore_row *row = chore_run_folder_row(run, index);
    if (!row) {
        chore_fail(&err, CHORE_E_INCOMPLETE, "%s has not been run yet", name);
        chore_error_hint(&err, "chorebench run --resume --out %s", run->dir);
        return chore_cli_fail("show", &err);
    }
    chore_status status = CHORE_OK;
    if (row->trace[0]) {
        status = chore_path_join(path, run->dir, row->trace, &err);
        status = status == CHORE_OK ? chore_trace_open(&trace, path, &err) : status;
    }
    if (status == CHORE_OK) {
        json_t *timeline = trace ? timeline_json(trace) : json_array();
        if (as_json) {
            chore_print_json(json_pack("{s:i, s:s, s:o, s:O, s:o}", "schema", 1, "episode", name, "row", row_json(row),
                                       "timeline", timeline, "calls", trace ? calls_json(trace) : json_array()));
        } else {
            print_row(row, name);
            size_t i;
            json_t *moment;
            printf("%s", json_array_size(timeline) ? "\n" : "");
            json_array_foreach(timeline, i, moment)
            {
                print_moment(moment);
            }
        }
        json_decref(timeline);
    }
    if (status == CHORE_OK && film) {
        status = draw_film(run, row, film, &err);
    }
    chore_trace_close(trace);
    return status == CHORE_OK ? 0 : chore_cli_fail("show", &err);
}
