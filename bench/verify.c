#include <chore/verify.h>

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include <chore/recorded.h>
#include <chore/rollout.h>
#include <chore/spoken.h>

static chore_status check_start(chore_rig *rig, const chore_trace *trace, chore_error *err)
{
    char stated[CHORE_HASH_HEX_CAP], now[CHORE_HASH_HEX_CAP];
    chore_hash_hex(chore_task_hash(chore_rig_task(rig)), now);
    chore_trace_header_text(trace, "task_hash", stated, sizeof stated);
    if (strcmp(stated, now) != 0) {
        return chore_fail(err, CHORE_E_DIVERGED,
                          "the task file is not the one of the recording: hash %s, recorded %s",
                          now, stated);
    }
    chore_hash_hex(chore_episode_hash(chore_rig_episode(rig)), now);
    chore_trace_header_text(trace, "initial_state_hash", stated, sizeof stated);
    if (strcmp(stated, now) != 0) {
        chore_fail(err, CHORE_E_DIVERGED, "the initial state differs: hash %s, recorded %s", now,
                   stated);
        chore_error_hint(err, "another build or another class of CPU? chorebench doctor tells");
        return CHORE_E_DIVERGED;
    }
    return CHORE_OK;
}

static chore_status reset_like(chore_rig *rig, const chore_trace *trace, chore_error *err)
{
    char variant[CHORE_NAME_CAP], mode[CHORE_NAME_CAP];
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL);
    uint64_t seed = (uint64_t)json_integer_value(json_object_get(header, "seed"));
    json_decref(header);
    chore_trace_header_text(trace, "variant", variant, sizeof variant);
    chore_trace_header_text(trace, "mode", mode, sizeof mode);
    bool disturbed = strcmp(variant, chore_variant_name(CHORE_DISTURBED)) == 0;
    chore_status status = chore_episode_reset(chore_rig_episode(rig), seed,
                                              disturbed ? CHORE_DISTURBED : CHORE_CONTROL, err);
    return status == CHORE_OK ? chore_rig_set_mode(rig, mode, err) : status;
}

chore_status chore_replay(chore_rig *rig, const chore_trace *trace, chore_replay_fn watch,
                          void *ctx, chore_error *err)
{
    chore_episode *episode = chore_rig_episode(rig);
    chore_status status = reset_like(rig, trace, err);
    if (status == CHORE_OK) {
        status = check_start(rig, trace, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    if (chore_trace_action_dim(trace) != chore_world_action_dim(chore_episode_world(episode))) {
        return chore_fail(err, CHORE_E_DIVERGED, "actions have %d values, the recording's %d",
                          chore_world_action_dim(chore_episode_world(episode)),
                          chore_trace_action_dim(trace));
    }
    bool going = !watch || watch(ctx, episode, 0);
    uint64_t n = chore_trace_n_steps(trace);
    for (uint64_t i = 0; i < n && going; i++) {
        if (chore_episode_ended(episode)) {
            return chore_fail(err, CHORE_E_DIVERGED,
                              "the episode ended at control step %" PRIu64
                              ", the recording goes on to %" PRIu64,
                              i, n);
        }
        chore_error inner;
        chore_spoken_again(trace, i, episode);
        (void)chore_episode_step(episode, chore_trace_action(trace, i),
                                 &inner); /* its outcome is compared, not judged here */
        if (!chore_hash_equal(chore_episode_hash(episode), chore_trace_hash(trace, i))) {
            double seconds = (double)(i + 1) / chore_task_control_hz(chore_rig_task(rig));
            return chore_fail(err, CHORE_E_DIVERGED,
                              "the state differs from the recording after control step %" PRIu64
                              " (%.2f s)",
                              i + 1, seconds);
        }
        going = !watch || watch(ctx, episode, i + 1);
    }
    if (going) {
        chore_spoken_again(trace, n, episode); /* before a step that failed */
    }
    return CHORE_OK;
}

static chore_status differs(const char *what, const char *stated, const char *found,
                            chore_error *err)
{
    return chore_fail(err, CHORE_E_DIVERGED, "%s: the row says %s, the replay says %s", what,
                      stated, found);
}

static chore_status compare_text(const char *what, const char *stated, const char *found,
                                 chore_error *err)
{
    return strcmp(stated, found) == 0 ? CHORE_OK : differs(what, stated, found, err);
}

static chore_status compare_hash(const char *what, chore_hash stated, chore_hash found,
                                 chore_error *err)
{
    char a[CHORE_HASH_HEX_CAP], b[CHORE_HASH_HEX_CAP];
    chore_hash_hex(stated, a);
    chore_hash_hex(found, b);
    return compare_text(what, a, b, err);
}

static chore_status compare_number(const char *what, double stated, double found, chore_error *err)
{
    char a[40], b[40];
    snprintf(a, sizeof a, "%.17g", stated);
    snprintf(b, sizeof b, "%.17g", found);
    return strcmp(a, b) == 0 ? CHORE_OK : differs(what, a, b, err);
}

static chore_status compare_events(const chore_row *row, const chore_row *found, chore_error *err)
{
    chore_status status = compare_number("events", row->n_events, found->n_events, err);
    for (int i = 0; i < row->n_events && status == CHORE_OK; i++) {
        const chore_row_event *a = &row->events[i], *b = &found->events[i];
        const struct {
            const char *what;
            double stated, found;
        } pairs[] = {
            {"event fired_s", a->fired_s, b->fired_s},
            {"event noticed_s", a->noticed_s, b->noticed_s},
            {"event handled_s", a->handled_s, b->handled_s},
            {"event handled", a->handled, b->handled},
            {"event in_time", a->in_time, b->in_time},
        };
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs && status == CHORE_OK; k++) {
            status = compare_number(pairs[k].what, pairs[k].stated, pairs[k].found, err);
        }
        if (status == CHORE_OK &&
            (strcmp(a->name, b->name) != 0 || strcmp(a->detail, b->detail) != 0)) {
            status = differs("event", a->detail, b->detail, err);
        }
    }
    return status;
}

static chore_status compare_verdict(const chore_row *row, const chore_row *found, chore_error *err)
{
    chore_status status = compare_hash("task_hash", row->task_hash, found->task_hash, err);
    if (status == CHORE_OK) {
        status = compare_hash("scene_hash", row->scene_hash, found->scene_hash, err);
    }
    if (status == CHORE_OK) {
        status =
            compare_hash("final_state_hash", row->final_state_hash, found->final_state_hash, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    /* A policy's own failure is no state: the recording shows what it did until then. */
    if (row->outcome != found->outcome && row->outcome != CHORE_OUTCOME_POLICY_ERROR) {
        return differs("outcome", chore_outcome_name(row->outcome),
                       chore_outcome_name(found->outcome), err);
    }
    const struct {
        const char *what;
        double stated, found;
    } pairs[] = {
        {"task_version", row->task_version, found->task_version},
        {"success", row->success, found->success && row->outcome == CHORE_OUTCOME_SUCCESS},
        {"progress", row->progress, found->progress},
        {"steps", (double)row->steps, (double)found->steps},
        {"sim_time_s", row->sim_time_s, found->sim_time_s},
        {"first_success_s", row->first_success_s, found->first_success_s},
        {"literals_met", row->literals_met, found->literals_met},
        {"literals_total", row->literals_total, found->literals_total},
        {"clamped", (double)row->clamped, (double)found->clamped},
        {"stages", row->n_stages, found->n_stages},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs && status == CHORE_OK; i++) {
        status = compare_number(pairs[i].what, pairs[i].stated, pairs[i].found, err);
    }
    if (status == CHORE_OK && row->outcome != CHORE_OUTCOME_POLICY_ERROR) {
        status = compare_text("reason", row->reason, found->reason, err);
    }
    for (int i = 0; i < row->n_stages && status == CHORE_OK; i++) {
        status = compare_text("stage", row->stages[i].name, found->stages[i].name, err);
        if (status != CHORE_OK) {
            break;
        }
        status = compare_number(row->stages[i].name, row->stages[i].reached_s,
                                found->stages[i].reached_s, err);
    }
    return status == CHORE_OK ? compare_events(row, found, err) : status;
}

static void json_text(const json_t *json, const char *key, char *out, size_t cap)
{
    const char *text = json_string_value(json_object_get(json, key));
    chore_copy(out, cap, text ? text : "");
}

/* The recording's own words, as a row. */
static chore_row recorded_row(const chore_trace *trace)
{
    char text[CHORE_NAME_CAP];
    chore_row row = {.outcome = CHORE_OUTCOME_COUNT};
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL),
           *outcome = json_loads(chore_trace_outcome(trace), 0, NULL);
    json_text(header, "task", row.task, sizeof row.task);
    json_text(header, "policy", row.policy, sizeof row.policy);
    json_text(header, "mode", row.mode, sizeof row.mode);
    json_text(header, "latency", row.latency, sizeof row.latency);
    if (!row.latency[0]) {
        chore_copy(row.latency, sizeof row.latency, "frozen");
    }
    row.seed = (uint64_t)json_integer_value(json_object_get(header, "seed"));
    json_text(header, "variant", text, sizeof text);
    row.variant =
        strcmp(text, chore_variant_name(CHORE_DISTURBED)) == 0 ? CHORE_DISTURBED : CHORE_CONTROL;
    json_text(header, "initial_state_hash", text, sizeof text);
    (void)chore_hash_parse(text, &row.initial_state_hash);
    json_text(outcome, "final_state_hash", text, sizeof text);
    (void)chore_hash_parse(text, &row.final_state_hash);
    json_text(outcome, "outcome", text, sizeof text);
    (void)chore_outcome_find(text, &row.outcome);
    row.success = json_is_true(json_object_get(outcome, "success"));
    row.progress = json_number_value(json_object_get(outcome, "progress"));
    json_decref(header);
    json_decref(outcome);
    return row;
}

chore_status chore_verify_record(const chore_row *row, const chore_trace *trace, chore_error *err)
{
    const chore_row said = recorded_row(trace);
    if (chore_trace_is_intervened(trace, NULL)) {
        return chore_fail(err, CHORE_E_TAMPERED, "a person took over in this recording: it is no run's");
    }
    const struct {
        const char *what;
        bool same;
    } fields[] = {
        {"task", strcmp(row->task, said.task) == 0},
        {"seed", row->seed == said.seed},
        {"variant", row->variant == said.variant},
        {"policy", strcmp(row->policy, said.policy) == 0},
        {"mode", strcmp(row->mode, said.mode) == 0},
        {"latency", strcmp(row->latency, said.latency) == 0},
        {"initial_state_hash", chore_hash_equal(row->initial_state_hash, said.initial_state_hash)},
        {"final_state_hash", chore_hash_equal(row->final_state_hash, said.final_state_hash)},
        {"outcome", row->outcome == said.outcome},
        {"success", row->success == said.success},
        {"progress", memcmp(&row->progress, &said.progress, sizeof row->progress) == 0},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!fields[i].same) {
            return chore_fail(err, CHORE_E_TAMPERED,
                              "%s: the row and the head or foot of its trace do not say the same",
                              fields[i].what);
        }
    }
    return CHORE_OK;
}

chore_status chore_verify_row(chore_rig *rig, const chore_row *row, const chore_trace *trace,
                              chore_error *err)
{
    chore_row found = {0};
    chore_status status = chore_verify_record(row, trace, err);
    if (status == CHORE_OK) {
        status = chore_replay(rig, trace, NULL, NULL, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    chore_row_judge(&found, chore_rig_episode(rig));
    return compare_verdict(row, &found, err);
}
