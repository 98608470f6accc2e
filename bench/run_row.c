#include <chore/run_row.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *hash_json(chore_hash hash)
{
    char hex[CHORE_HASH_HEX_CAP];
    chore_hash_hex(hash, hex);
    return json_string(hex);
}

/* A time that may not have come: null. */
static json_t *time_json(double seconds)
{
    return seconds < 0 ? json_null() : json_real(seconds);
}

static json_t *stages_json(const chore_row *row)
{
    json_t *list = json_array();
    for (int i = 0; i < row->n_stages; i++) {
        json_array_append_new(list, json_pack("{s:s, s:o}", "name", row->stages[i].name,
                                              "reached_s", time_json(row->stages[i].reached_s)));
    }
    return list;
}

static json_t *events_json(const chore_row *row)
{
    json_t *list = json_array();
    for (int i = 0; i < row->n_events; i++) {
        const chore_row_event *e = &row->events[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:b}", "name", e->name, "detail",
                            e->detail, "fired_s", time_json(e->fired_s), "noticed_s",
                            time_json(e->noticed_s), "handled_s", time_json(e->handled_s),
                            "handled", e->handled, "in_time", e->in_time));
    }
    return list;
}

char *chore_row_to_json(const chore_row *row)
{
    json_t *json = json_pack(
        "{s:i, s:i, s:s, s:i, s:o, s:o, s:s, s:s, s:I, s:s, s:b, s:f, s:s, s:I, s:f, s:o}", "index",
        row->index, "attempt", row->attempt, "task", row->task, "task_version", row->task_version,
        "task_hash", hash_json(row->task_hash), "scene_hash", hash_json(row->scene_hash), "variant",
        chore_variant_name(row->variant), "policy", row->policy, "seed", (json_int_t)row->seed,
        "outcome", chore_outcome_name(row->outcome), "success", row->success, "progress",
        row->progress, "reason", row->reason, "steps", (json_int_t)row->steps, "sim_time_s",
        row->sim_time_s, "first_success_s", time_json(row->first_success_s));
    CHORE_ASSERT(json);
    json_t *more = json_pack(
        "{s:i, s:i, s:o, s:o, s:I, s:I, s:f, s:f, s:f, s:b, s:s, s:s, s:o, s:o, s:s, s:o, s:s, s:s, s:s}",
        "literals_met", row->literals_met, "literals_total", row->literals_total, "stages",
        stages_json(row), "events", events_json(row), "clamped", (json_int_t)row->clamped,
        "policy_calls", (json_int_t)row->policy_calls, "policy_p50_ms", row->policy_p50_ms,
        "policy_p99_ms", row->policy_p99_ms, "wall_s", row->wall_s, "privileged", row->privileged,
        "mode", row->mode, "boundary", row->boundary,
        "initial_state_hash", hash_json(row->initial_state_hash),
        "final_state_hash", hash_json(row->final_state_hash), "trace", row->trace, "trace_hash",
        hash_json(row->trace_hash), "film", row->film, "started", row->started, "ended",
        row->ended);
    CHORE_ASSERT(more);
    json_object_update(json, more);
    json_decref(more);
    more = json_pack("{s:s, s:I, s:I, s:I}", "latency", row->latency[0] ? row->latency : "frozen", "held_steps",
                     (json_int_t)row->held_steps, "late_calls", (json_int_t)row->late_calls, "answer_steps",
                     (json_int_t)row->answer_steps);
    CHORE_ASSERT(more);
    json_object_update(json, more);
    json_decref(more);
    more = json_pack("{s:s, s:I, s:o, s:s}", "track", chore_track_name(row->track), "frames", (json_int_t)row->frames,
                     "frames_hash", hash_json(row->frames_hash), "renderer", row->renderer);
    CHORE_ASSERT(more);
    json_object_update(json, more);
    json_decref(more);
    if (row->appearance != CHORE_APPEARANCE_CANONICAL) {
        json_object_set_new(json, "appearance", json_string(chore_appearance_name(row->appearance)));
    }
    if (row->convention[0]) {
        json_object_set_new(json, "convention", json_string(row->convention));
        json_object_set_new(json, "convention_clamped", json_integer((json_int_t)row->convention_clamped));
    }
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    CHORE_ASSERT(text);
    json_decref(json);
    return text;
}

/* ---- reading: each getter notes the first field that is missing or of the wrong kind ---------------------------------- */

typedef struct reader {
    const json_t *json;
    const char *bad;
} reader;

static const json_t *field(reader *r, const char *key, bool fits, const json_t *value)
{
    if (!fits && !r->bad) {
        r->bad = key;
    }
    return fits ? value : NULL;
}

static void read_text(reader *r, const char *key, char *out, size_t cap)
{
    const json_t *v = json_object_get(r->json, key);
    v = field(r, key, json_is_string(v), v);
    if (v && !chore_copy(out, cap, json_string_value(v)) && !r->bad) {
        r->bad = key;
    }
}

static int64_t read_int(reader *r, const char *key)
{
    const json_t *v = json_object_get(r->json, key);
    v = field(r, key, json_is_integer(v), v);
    return v ? (int64_t)json_integer_value(v) : 0;
}

static double read_number(reader *r, const char *key)
{
    const json_t *v = json_object_get(r->json, key);
    v = field(r, key, json_is_number(v), v);
    return v ? json_number_value(v) : 0;
}

static double read_time(reader *r, const char *key)
{
    const json_t *v = json_object_get(r->json, key);
    return json_is_null(v) ? -1 : read_number(r, key);
}

static bool read_bool(reader *r, const char *key)
{
    const json_t *v = json_object_get(r->json, key);
    return json_is_true(field(r, key, json_is_boolean(v), v));
}

static chore_hash read_hash(reader *r, const char *key)
{
    const json_t *v = json_object_get(r->json, key);
    chore_hash hash = {0, 0};
    v = field(r, key, json_is_string(v), v);
    if (v && !chore_hash_parse(json_string_value(v), &hash) && !r->bad) {
        r->bad = key;
    }
    return hash;
}

static int read_stages(reader *r, chore_row *row)
{
    const json_t *list = json_object_get(r->json, "stages");
    size_t n = json_array_size(field(
        r, "stages", json_is_array(list) && json_array_size(list) <= CHORE_ROW_MAX_STAGES, list));
    for (size_t i = 0; i < n; i++) {
        reader item = {json_array_get(list, i), NULL};
        read_text(&item, "name", row->stages[i].name, sizeof row->stages[i].name);
        row->stages[i].reached_s = read_time(&item, "reached_s");
        r->bad = r->bad ? r->bad : item.bad;
    }
    return (int)n;
}

static int read_events(reader *r, chore_row *row)
{
    const json_t *list = json_object_get(r->json, "events");
    size_t n = json_array_size(field(
        r, "events", json_is_array(list) && json_array_size(list) <= CHORE_ROW_MAX_EVENTS, list));
    for (size_t i = 0; i < n; i++) {
        reader item = {json_array_get(list, i), NULL};
        chore_row_event *e = &row->events[i];
        read_text(&item, "name", e->name, sizeof e->name);
        read_text(&item, "detail", e->detail, sizeof e->detail);
        e->fired_s = read_time(&item, "fired_s");
        e->noticed_s = read_time(&item, "noticed_s");
        e->handled_s = read_time(&item, "handled_s");
        e->handled = read_bool(&item, "handled");
        e->in_time = read_bool(&item, "in_time");
        r->bad = r->bad ? r->bad : item.bad;
    }
    return (int)n;
}

/* Rows from before there were tracks say nothing of them. */
static void read_seen(reader *r, chore_row *row)
{
    char track[CHORE_NAME_CAP] = "";
    if (!json_object_get(r->json, "track")) {
        return;
    }
    read_text(r, "track", track, sizeof track);
    if (chore_track_parse(track, &row->track, NULL) != CHORE_OK && !r->bad) {
        r->bad = "track";
    }
    if (json_object_get(r->json, "appearance")) {
        char kind[CHORE_NAME_CAP] = "";
        read_text(r, "appearance", kind, sizeof kind);
        if (chore_appearance_parse(kind, &row->appearance, NULL) != CHORE_OK && !r->bad) {
            r->bad = "appearance";
        }
    }
    row->frames = read_int(r, "frames");
    row->frames_hash = read_hash(r, "frames_hash");
    read_text(r, "renderer", row->renderer, sizeof row->renderer);
}

static void read_row(reader *r, chore_row *row)
{
    char variant[CHORE_NAME_CAP] = "", outcome[CHORE_NAME_CAP] = "";
    row->index = (int)read_int(r, "index");
    row->attempt = (int)read_int(r, "attempt");
    read_text(r, "task", row->task, sizeof row->task);
    read_text(r, "policy", row->policy, sizeof row->policy);
    row->task_version = (int)read_int(r, "task_version");
    row->task_hash = read_hash(r, "task_hash");
    row->scene_hash = read_hash(r, "scene_hash");
    read_text(r, "variant", variant, sizeof variant);
    row->variant =
        strcmp(variant, chore_variant_name(CHORE_DISTURBED)) == 0 ? CHORE_DISTURBED : CHORE_CONTROL;
    row->seed = (uint64_t)read_int(r, "seed");
    read_text(r, "outcome", outcome, sizeof outcome);
    if (!chore_outcome_find(outcome, &row->outcome) && !r->bad) {
        r->bad = "outcome";
    }
    row->success = read_bool(r, "success");
    row->progress = read_number(r, "progress");
    read_text(r, "reason", row->reason, sizeof row->reason);
    row->steps = read_int(r, "steps");
    row->sim_time_s = read_number(r, "sim_time_s");
    row->first_success_s = read_time(r, "first_success_s");
    row->literals_met = (int)read_int(r, "literals_met");
    row->literals_total = (int)read_int(r, "literals_total");
    row->n_stages = read_stages(r, row);
    row->n_events = read_events(r, row);
    row->clamped = read_int(r, "clamped");
    row->policy_calls = read_int(r, "policy_calls");
    row->policy_p50_ms = read_number(r, "policy_p50_ms");
    row->policy_p99_ms = read_number(r, "policy_p99_ms");
    row->wall_s = read_number(r, "wall_s");
    row->privileged = read_bool(r, "privileged");
    read_text(r, "mode", row->mode, sizeof row->mode);
    if (json_object_get(r->json, "boundary")) { /* older rows have none */
        read_text(r, "boundary", row->boundary, sizeof row->boundary);
    }
    if (json_object_get(r->json, "latency")) {
        read_text(r, "latency", row->latency, sizeof row->latency);
        row->held_steps = read_int(r, "held_steps");
        row->late_calls = read_int(r, "late_calls");
        row->answer_steps = read_int(r, "answer_steps");
    } else {
        chore_copy(row->latency, sizeof row->latency, "frozen");
    }
    if (json_object_get(r->json, "convention")) {
        read_text(r, "convention", row->convention, sizeof row->convention);
        row->convention_clamped = read_int(r, "convention_clamped");
    }
    read_seen(r, row);
    row->initial_state_hash = read_hash(r, "initial_state_hash");
    row->final_state_hash = read_hash(r, "final_state_hash");
    read_text(r, "trace", row->trace, sizeof row->trace);
    row->trace_hash = read_hash(r, "trace_hash");
    read_text(r, "film", row->film, sizeof row->film);
    read_text(r, "started", row->started, sizeof row->started);
    read_text(r, "ended", row->ended, sizeof row->ended);
}

chore_status chore_row_from_json(chore_row *row, const char *json, chore_error *err)
{
    memset(row, 0, sizeof *row);
    json_error_t where;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &where);
    if (!json_is_object(root)) {
        json_decref(root);
        return chore_fail_at(err, CHORE_E_TAMPERED, NULL, 0, where.column, "not a row: %s",
                             where.text);
    }
    reader r = {root, NULL};
    read_row(&r, row);
    json_decref(root);
    return r.bad ? chore_fail(err, CHORE_E_TAMPERED,
                              "not a row: field '%s' is missing or malformed", r.bad)
                 : CHORE_OK;
}
