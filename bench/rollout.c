#include <chore/rollout.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/clock.h>
#include <chore/pace.h>
#include <chore/trace.h>

enum {
    KEYFRAME_SECONDS = 5
}; /* of simulated time between key frames: a seek re-simulates at most this */

typedef struct rollout {
    const chore_rollout_def *def;
    chore_episode *episode;
    chore_trace_writer *trace;
    void *snapshot;
    size_t snapshot_len;
    uint32_t dim;
    chore_pace *pace; /* which row of which answer runs when */
} rollout;

static double step_seconds(const chore_episode *episode, int64_t step)
{
    return step < 0 ? -1 : (double)step / chore_task_control_hz(chore_episode_task(episode));
}

static void judge_stages(chore_row *row, const chore_episode *episode)
{
    row->n_stages = chore_episode_n_stages(episode);
    row->n_stages = row->n_stages > CHORE_ROW_MAX_STAGES ? CHORE_ROW_MAX_STAGES : row->n_stages;
    for (int i = 0; i < row->n_stages; i++) {
        chore_stage_state s = chore_episode_stage(episode, i);
        chore_copy(row->stages[i].name, sizeof row->stages[i].name, s.name);
        row->stages[i].reached_s = step_seconds(episode, s.reached_step);
    }
}

static void judge_events(chore_row *row, const chore_episode *episode)
{
    row->n_events = chore_episode_n_events(episode);
    row->n_events = row->n_events > CHORE_ROW_MAX_EVENTS ? CHORE_ROW_MAX_EVENTS : row->n_events;
    for (int i = 0; i < row->n_events; i++) {
        chore_event_state s = chore_episode_event(episode, i);
        chore_row_event *e = &row->events[i];
        chore_copy(e->name, sizeof e->name, s.name);
        chore_copy(e->detail, sizeof e->detail, s.detail);
        e->fired_s = step_seconds(episode, s.fired_step);
        e->noticed_s = step_seconds(episode, s.noticed_step);
        e->handled_s = step_seconds(episode, s.handled_step);
        e->handled = s.handled;
        e->in_time = s.in_time;
    }
}

void chore_row_judge(chore_row *row, const chore_episode *episode)
{
    const chore_task *task = chore_episode_task(episode);
    chore_episode *open =
        (chore_episode *)(uintptr_t)episode; /* the getter is not const; nothing is changed */
    const chore_world *world = chore_episode_world(open);
    chore_copy(row->task, sizeof row->task, chore_task_name(task));
    row->task_version = chore_task_version(task);
    row->task_hash = chore_task_hash(task);
    row->scene_hash = chore_scene_hash(chore_episode_scene(episode));
    row->outcome = chore_episode_outcome(episode);
    row->success = row->outcome == CHORE_OUTCOME_SUCCESS;
    row->progress = chore_episode_progress(episode);
    chore_copy(row->reason, sizeof row->reason, chore_episode_reason(episode));
    row->steps = (int64_t)chore_world_control_steps(world);
    row->sim_time_s = chore_world_seconds(world);
    row->first_success_s = step_seconds(episode, chore_episode_first_success_step(episode));
    row->literals_total = chore_episode_n_literals(episode);
    row->literals_met = 0;
    for (int i = 0; i < row->literals_total; i++) {
        row->literals_met += chore_episode_literal(episode, i).holds;
    }
    judge_stages(row, episode);
    judge_events(row, episode);
    row->clamped = chore_episode_clamped(episode);
    row->final_state_hash = chore_episode_hash(episode);
}

static char *header_json(const rollout *r, const chore_row *row)
{
    char task[CHORE_HASH_HEX_CAP], scene[CHORE_HASH_HEX_CAP], initial[CHORE_HASH_HEX_CAP],
        model[CHORE_HASH_HEX_CAP];
    const chore_world *world = chore_episode_world(r->episode);
    const chore_embodiment *robot = chore_world_embodiment(world);
    chore_hash_hex(chore_task_hash(chore_rig_task(r->def->rig)), task);
    chore_hash_hex(chore_scene_hash(chore_rig_scene(r->def->rig)), scene);
    chore_hash_hex(row->initial_state_hash, initial);
    chore_hash_hex(chore_model_hash(chore_world_model(world)), model);
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:i, s:s, s:s}", "chorebench",
        CHORE_VERSION, "mujoco", "4.0.0", "task", chore_task_name(chore_rig_task(r->def->rig)),
        "task_hash", task, "scene_hash", scene, "model_hash", model, "initial_state_hash", initial,
        "embodiment", robot->name, "variant", chore_variant_name(r->def->variant), "seed",
        (json_int_t)r->def->seed, "mode", row->mode, "control_hz", chore_world_control_hz(world),
        "policy", row->policy, "instruction", chore_episode_instruction(r->episode));
    CHORE_ASSERT(json);
    if (r->def->latency.kind != CHORE_LATENCY_FROZEN) {
        json_object_set_new(json, "latency", json_string(row->latency));
    }
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static chore_status keep_snapshot(rollout *r, chore_error *err)
{
    chore_episode_snapshot(r->episode, r->snapshot);
    return chore_trace_keyframe(r->trace, r->snapshot, r->snapshot_len, err);
}

static chore_status open_trace(rollout *r, const chore_row *row, chore_error *err)
{
    if (!r->def->trace_path) {
        return CHORE_OK;
    }
    char *header = header_json(r, row);
    chore_status status =
        chore_trace_create(&r->trace, r->def->trace_path, header, (int)r->dim, err);
    free(header);
    if (status == CHORE_OK) {
        r->snapshot_len = chore_episode_snapshot_bytes(r->episode);
        r->snapshot = calloc(1, r->snapshot_len);
        CHORE_ASSERT(r->snapshot);
        status = keep_snapshot(r, err);
    }
    return status;
}

static chore_status trace_step(rollout *r, const float *action, chore_error *err)
{
    if (!r->trace) {
        return CHORE_OK;
    }
    chore_status status = chore_trace_step(r->trace, action, chore_episode_hash(r->episode), err);
    const char *changes = chore_episode_changes(r->episode);
    if (status == CHORE_OK && changes) {
        status = chore_trace_note(r->trace, changes, err);
    }
    const chore_world *world = chore_episode_world(r->episode);
    uint64_t every = (uint64_t)KEYFRAME_SECONDS * (uint64_t)chore_world_control_hz(world);
    if (status == CHORE_OK && chore_world_control_steps(world) % every == 0) {
        status = keep_snapshot(r, err);
    }
    return status;
}

/* Called before and after each call of the policy: a watcher tells from it whose silence it hears. */
static void pass_the_word(const rollout *r)
{
    if (r->def->turn) {
        ++*r->def->turn;
    }
}

/* The latency ledger: one note per call. In a frozen world each answer is in force where it was asked for, and there is
   nothing to tell. The wall time stands there only in live, where it decided. */
static chore_status note_call(const rollout *r, chore_pace_call call, uint64_t wall_ns, chore_error *err)
{
    if (!r->trace || r->def->latency.steps == 0) {
        return CHORE_OK;
    }
    json_t *entry = json_pack("{s:I, s:I, s:o, s:i}", "observed", (json_int_t)call.observed, "answered",
                              (json_int_t)call.answered, "in_force",
                              call.in_force < 0 ? json_null() : json_integer((json_int_t)call.in_force), "rows",
                              call.rows);
    if (r->def->latency.kind == CHORE_LATENCY_LIVE) {
        json_object_set_new(entry, "wall_ns", json_integer((json_int_t)wall_ns));
    }
    json_t *note = json_pack("{s:o}", "call", entry);
    CHORE_ASSERT(note);
    char *text = json_dumps(note, JSON_COMPACT);
    chore_status status = chore_trace_note(r->trace, text, err);
    free(text);
    json_decref(note);
    return status;
}

/* What the policy sees, with what will run while it thinks. */
static chore_policy_batch look(const rollout *r, int64_t step, uint32_t *flags, uint32_t *delay)
{
    int told;
    chore_policy_batch seen = *chore_rig_observe(r->def->rig);
    const float *committed = chore_pace_committed(r->pace, step, &told);
    *flags = seen.flags[0] | (chore_pace_was_late(r->pace) ? CHORE_SLOT_LATE : 0);
    *delay = (uint32_t)told;
    seen.flags = flags;
    if (told > 0) {
        seen.delay_max = (uint32_t)told;
        seen.committed = committed;
        seen.delay = delay;
    }
    if (r->def->latency.kind == CHORE_LATENCY_LIVE) {
        const uint64_t hz = (uint64_t)chore_world_control_hz(chore_episode_world(r->episode));
        seen.deadline_ns = chore_now_ns() + (uint64_t)told * 1000000000u / hz;
    }
    return seen;
}

/* Ask the policy. `err`: its own failure; `storage`: that of the trace. */
static chore_status ask(rollout *r, int64_t step, chore_status *storage, chore_error *storage_err, chore_error *err)
{
    uint32_t valid = 0, flags, delay;
    int32_t slot_status = CHORE_POLICY_OK;
    chore_policy_actions actions = {.struct_size = sizeof actions,
                                    .horizon = r->def->request->horizon,
                                    .dim = r->dim,
                                    .data = chore_pace_room(r->pace),
                                    .valid = &valid,
                                    .status = &slot_status};
    const chore_policy_batch seen = look(r, step, &flags, &delay);
    pass_the_word(r);
    const uint64_t asked = chore_now_ns();
    chore_status status = chore_policy_act(r->def->policy, &seen, &actions, err);
    const uint64_t wall_ns = chore_now_ns() - asked;
    pass_the_word(r);
    if (status == CHORE_OK) {
        const chore_pace_call call = chore_pace_answer(r->pace, step, (int)valid, wall_ns);
        *storage = note_call(r, call, wall_ns, storage_err);
    }
    return status;
}

static chore_status show(const rollout *r, chore_error *err)
{
    const chore_policy_batch *seen = chore_rig_observe(r->def->rig);
    pass_the_word(r);
    chore_status status = chore_policy_observe(r->def->policy, seen, err);
    pass_the_word(r);
    return status;
}

/* One control step. Errors of policy and simulation end the episode and are no error here. */
static chore_status rollout_step(rollout *r, chore_error *err)
{
    chore_error inner = {0};
    const chore_world *world = chore_episode_world(r->episode);
    const uint64_t before = chore_world_control_steps(world);
    const int64_t step = (int64_t)before;
    chore_status storage = CHORE_OK, status = CHORE_OK;
    if (chore_pace_due(r->pace, step)) {
        status = ask(r, step, &storage, err, &inner);
    } else if (r->def->request->caps & CHORE_CAP_NEEDS_EVERY_OBS) {
        status = show(r, &inner);
    }
    if (status != CHORE_OK) {
        chore_episode_abort(r->episode, CHORE_OUTCOME_POLICY_ERROR, inner.message);
        return CHORE_OK;
    }
    if (storage != CHORE_OK) {
        return storage;
    }
    const float *action = chore_pace_action(r->pace, step);
    (void)chore_episode_step(r->episode, action,
                             &inner); /* policy and simulation errors are the episode's outcome */
    return chore_world_control_steps(world) > before ? trace_step(r, action, err) : CHORE_OK;
}

static chore_status finish_trace(rollout *r, chore_row *row, chore_error *err)
{
    if (!r->trace) {
        return CHORE_OK;
    }
    char hash[CHORE_HASH_HEX_CAP];
    chore_hash_hex(row->final_state_hash, hash);
    json_t *json = json_pack("{s:s, s:b, s:f, s:s, s:s}", "outcome",
                             chore_outcome_name(row->outcome), "success", row->success, "progress",
                             row->progress, "reason", row->reason, "final_state_hash", hash);
    CHORE_ASSERT(json);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    chore_status status = chore_trace_finish(r->trace, text, &row->trace_hash, err);
    r->trace = NULL;
    free(text);
    json_decref(json);
    return status;
}

static chore_status run_steps(rollout *r, chore_error *err)
{
    chore_status status = CHORE_OK;
    while (status == CHORE_OK && !chore_episode_ended(r->episode)) {
        if (r->def->stop && *r->def->stop) {
            return chore_fail(err, CHORE_E_INTERRUPTED, "stopped");
        }
        status = rollout_step(r, err);
    }
    return status;
}

static void open_pace(rollout *r)
{
    const chore_world *world = chore_episode_world(r->episode);
    float *hold = calloc((size_t)r->dim + 1, sizeof *hold);
    bool *relative = calloc((size_t)r->dim + 1, sizeof *relative);
    CHORE_ASSERT(hold && relative);
    chore_world_hold_action(world, hold);
    chore_world_relative_values(world, relative);
    const chore_pace_def def = {.latency = r->def->latency,
                                .horizon = (int)r->def->request->horizon,
                                .execute = (int)r->def->request->execute,
                                .dim = (int)r->dim,
                                .control_hz = chore_world_control_hz(world),
                                .relative = relative};
    r->pace = chore_pace_create(&def);
    chore_pace_begin(r->pace, hold);
    free(hold);
    free(relative);
}

static chore_status begin(rollout *r, chore_row *row, chore_error *err)
{
    chore_status status = chore_episode_reset(r->episode, r->def->seed, r->def->variant, err);
    if (status == CHORE_OK) {
        status = chore_rig_set_mode(r->def->rig, r->def->request->mode, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    r->dim = (uint32_t)chore_world_action_dim(chore_episode_world(r->episode));
    open_pace(r);
    row->initial_state_hash = chore_episode_hash(r->episode);
    chore_copy(row->mode, sizeof row->mode, r->def->request->mode);
    status = open_trace(r, row, err);
    if (status != CHORE_OK) {
        return status;
    }
    chore_error inner = {0};
    /* The policy's own randomness: reproducible, but nothing from which the episode's start could be worked out. */
    chore_rng rng =
        chore_rng_stream(0, chore_task_hash(chore_rig_task(r->def->rig)), r->def->seed, "policy");
    const chore_policy_episode episode = {.struct_size = sizeof episode,
                                          .id = chore_rng_u64(&rng),
                                          .seed = chore_rng_u64(&rng),
                                          .instruction = chore_episode_instruction(r->episode)};
    pass_the_word(r);
    status = chore_policy_reset(r->def->policy, 1, &episode, &inner);
    pass_the_word(r);
    if (status != CHORE_OK) {
        chore_episode_abort(r->episode, CHORE_OUTCOME_POLICY_ERROR, inner.message);
    }
    return CHORE_OK;
}

static void tell_outcome(const rollout *r, const chore_row *row)
{
    const chore_policy_event event = {.struct_size = sizeof event,
                                      .kind = CHORE_FEEDBACK_OUTCOME,
                                      .step = (uint64_t)row->steps,
                                      .value = row->progress,
                                      .text = row->reason,
                                      .success = row->success};
    if (row->outcome != CHORE_OUTCOME_POLICY_ERROR) {
        pass_the_word(r);
        (void)chore_policy_feedback(r->def->policy, 1, &event,
                                    NULL); /* the episode is over: nothing to spoil */
        pass_the_word(r);
    }
}

chore_status chore_rollout(const chore_rollout_def *def, chore_row *row, chore_error *err)
{
    rollout r = {.def = def, .episode = chore_rig_episode(def->rig)};
    uint64_t started = chore_now_ns();
    memset(row, 0, sizeof *row);
    chore_utc_stamp(row->started);
    row->seed = def->seed;
    row->variant = def->variant;
    row->privileged = chore_rig_privileged(def->rig);
    chore_copy(row->policy, sizeof row->policy, chore_policy_host_info(def->policy)->name);
    chore_policy_host_timing_reset(def->policy);
    chore_latency_text(def->latency, row->latency);
    chore_status status = begin(&r, row, err);
    if (status == CHORE_OK) {
        status = run_steps(&r, err);
    }
    if (status == CHORE_OK) {
        chore_row_judge(row, r.episode);
        status = finish_trace(&r, row, err);
        tell_outcome(&r, row);
    } else if (r.trace) {
        chore_trace_abandon(r.trace);
    }
    chore_policy_timing timing = chore_policy_host_timing(def->policy);
    if (r.pace) {
        const chore_pace_sums sums = chore_pace_total(r.pace);
        row->held_steps = sums.held;
        row->late_calls = sums.late;
        row->answer_steps = sums.waited;
    }
    row->policy_calls = (int64_t)timing.calls;
    row->policy_p50_ms = timing.p50_ms;
    row->policy_p99_ms = timing.p99_ms;
    row->wall_s = (double)(chore_now_ns() - started) * 1e-9;
    chore_utc_stamp(row->ended);
    chore_pace_destroy(r.pace);
    free(r.snapshot);
    return status;
}
