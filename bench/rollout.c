#include "rollout_internal.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/clock.h>
#include <chore/policy.h>
#include <chore/spoken.h>

_Static_assert(CHORE_SAID_NOTHING == CHORE_REPORT_NONE && CHORE_SAID_DONE == CHORE_REPORT_DONE &&
                   CHORE_SAID_CANNOT == CHORE_REPORT_CANNOT && CHORE_SAID_HELP == CHORE_REPORT_HELP,
               "tasks and policies mean the same words");
_Static_assert(CHORE_ABOUT_CAP == CHORE_POLICY_ABOUT_CAP, "and have the same room for a name");

enum { MOST_PICTURES = 24 };

/* ---- the verdict ------------------------------------------------------------------------------------------------ */

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

/* ---- the recording ---------------------------------------------------------------------------------------------- */

/* What the policy is shown, so that whoever looks at the recording can see it again. */
static json_t *pictures_json(const chore_rig *rig)
{
    chore_rig_picture seen[MOST_PICTURES];
    json_t *list = json_array();
    int n = chore_rig_pictures(rig, seen, MOST_PICTURES);
    n = n < MOST_PICTURES ? n : MOST_PICTURES;
    for (int i = 0; i < n; i++) {
        const chore_rig_picture *p = &seen[i];
        json_array_append_new(list, json_pack("{s:s, s:i, s:i, s:s, s:b, s:b, s:b, s:b}", "camera", p->camera, "width", p->width,
                                              "height", p->height, "fit", p->fit, "flip_x", p->flip_x, "flip_y", p->flip_y,
                                              "shadows", p->shadows, "smooth", p->smooth));
    }
    return list;
}

static char *header_json(const chorei_rollout *r)
{
    char task[CHORE_HASH_HEX_CAP], scene[CHORE_HASH_HEX_CAP], initial[CHORE_HASH_HEX_CAP],
        model[CHORE_HASH_HEX_CAP];
    const chore_world *world = chore_episode_world(r->episode);
    const chore_embodiment *robot = chore_world_embodiment(world);
    chore_hash_hex(chore_task_hash(chore_rig_task(r->rig)), task);
    chore_hash_hex(chore_scene_hash(chore_rig_scene(r->rig)), scene);
    chore_hash_hex(r->row->initial_state_hash, initial);
    chore_hash_hex(chore_model_hash(chore_world_model(world)), model);
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:i, s:s, s:s}", "chorebench",
        CHORE_VERSION, "mujoco", "4.0.0", "task", chore_task_name(chore_rig_task(r->rig)),
        "task_hash", task, "scene_hash", scene, "model_hash", model, "initial_state_hash", initial,
        "embodiment", robot->name, "variant", chore_variant_name(r->variant), "seed",
        (json_int_t)r->seed, "mode", r->row->mode, "control_hz", chore_world_control_hz(world),
        "policy", r->row->policy, "instruction", chore_episode_instruction(r->episode));
    CHORE_ASSERT(json);
    if (r->latency.kind != CHORE_LATENCY_FROZEN) {
        json_object_set_new(json, "latency", json_string(r->row->latency));
    }
    json_t *pictures = pictures_json(r->rig);
    if (json_array_size(pictures) > 0) { /* who sees nothing leaves the bytes that it always left */
        json_object_set(json, "pictures", pictures);
        if (r->lot != 0) { /* as text: JSON's numbers may not hold 64 bits */
            char lot[17];
            snprintf(lot, sizeof lot, "%016" PRIx64, r->lot);
            json_object_set_new(json, "appearance", json_string(lot));
        }
    }
    json_decref(pictures);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static chore_status keep_snapshot(chorei_rollout *r, chore_error *err)
{
    chore_episode_snapshot(r->episode, r->snapshot);
    return chore_trace_keyframe(r->trace, r->snapshot, r->snapshot_len, err);
}

static chore_status open_trace(chorei_rollout *r, const char *path, chore_error *err)
{
    if (!path) {
        return CHORE_OK;
    }
    char *header = header_json(r);
    chore_status status = chore_trace_create(&r->trace, path, header, chore_world_action_dim(chore_episode_world(r->episode)), err);
    free(header);
    if (status == CHORE_OK) {
        r->snapshot_len = chore_episode_snapshot_bytes(r->episode);
        r->snapshot = calloc(1, r->snapshot_len);
        CHORE_ASSERT(r->snapshot);
        const chore_world *world = chore_episode_world(r->episode);
        r->key_every = chore_trace_keyframe_every(chore_world_model(world), chore_world_control_hz(world));
        status = keep_snapshot(r, err);
    }
    return status;
}

static chore_status trace_step(chorei_rollout *r, const float *action, chore_error *err)
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
    if (status == CHORE_OK && chore_world_control_steps(world) % r->key_every == 0) {
        status = keep_snapshot(r, err);
    }
    if (status == CHORE_OK && r->watched) {
        status = chore_trace_flush(r->trace, err);
    }
    return status;
}

/* The latency ledger: one note per call. In a frozen world each answer is in force where it was asked for, and there is
   nothing to tell. The wall time stands there only in live, where it decided. */
static chore_status note_call(const chorei_rollout *r, chore_pace_call call, uint64_t wall_ns,
                              chore_error *err)
{
    if (!r->trace || r->latency.steps == 0) {
        return CHORE_OK;
    }
    json_t *entry =
        json_pack("{s:I, s:I, s:o, s:i}", "observed", (json_int_t)call.observed, "answered",
                  (json_int_t)call.answered, "in_force",
                  call.in_force < 0 ? json_null() : json_integer((json_int_t)call.in_force), "rows",
                  call.rows);
    if (r->latency.kind == CHORE_LATENCY_LIVE) {
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

static chore_status finish_trace(chorei_rollout *r, chore_error *err)
{
    if (!r->trace) {
        return CHORE_OK;
    }
    char hash[CHORE_HASH_HEX_CAP];
    chore_hash_hex(r->row->final_state_hash, hash);
    json_t *json =
        json_pack("{s:s, s:b, s:f, s:s, s:s}", "outcome", chore_outcome_name(r->row->outcome),
                  "success", r->row->success, "progress", r->row->progress, "reason",
                  r->row->reason, "final_state_hash", hash);
    CHORE_ASSERT(json);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    chore_status status = chore_trace_finish(r->trace, text, &r->row->trace_hash, err);
    r->trace = NULL;
    free(text);
    json_decref(json);
    return status;
}

/* ---- its life ------------------------------------------------------------------------------------------------------ */

static void open_pace(chorei_rollout *r, const chore_policy_request *request)
{
    const chore_world *world = chore_episode_world(r->episode);
    float *hold = calloc((size_t)r->dim + 1, sizeof *hold);
    bool *relative = calloc((size_t)r->dim + 1, sizeof *relative);
    CHORE_ASSERT(hold && relative);
    chore_rig_hold_action(r->rig, r->slot, hold);
    chore_rig_relative_values(r->rig, r->slot, relative);
    const chore_pace_def def = {.latency = r->latency,
                                .horizon = (int)request->horizon,
                                .execute = (int)request->execute,
                                .dim = r->dim,
                                .control_hz = chore_world_control_hz(world),
                                .relative = relative};
    r->pace = chore_pace_create(&def);
    chore_pace_begin(r->pace, hold);
    free(hold);
    free(relative);
}

chore_status chorei_rollout_begin(chorei_rollout *r, const chore_policy_request *request,
                                  const char *trace_path, chore_error *err)
{
    chore_row *row = r->row;
    r->episode = chore_rig_slot(r->rig, r->slot);
    memset(row, 0, sizeof *row);
    chore_utc_stamp(row->started);
    row->seed = r->seed;
    row->variant = r->variant;
    row->track = chore_rig_track(r->rig);
    row->appearance = chore_rig_appearance(r->rig);
    r->lot = chore_rig_wear(r->rig, r->slot, r->seed);
    row->privileged = chore_rig_privileged(r->rig);
    chore_copy(row->policy, sizeof row->policy, r->policy);
    chore_latency_text(r->latency, row->latency);
    chore_copy(row->mode, sizeof row->mode, chore_rig_mode(r->rig));
    chore_status status = chore_episode_reset(r->episode, r->seed, r->variant, err);
    if (status == CHORE_OK) {
        status = chore_rig_set_slot_mode(r->rig, r->slot, chore_rig_mode(r->rig), err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    r->dim = (int)chore_rig_action_dim(r->rig);
    open_pace(r, request);
    chore_rig_forget_seen(r->rig, r->slot);
    row->initial_state_hash = chore_episode_hash(r->episode);
    return open_trace(r, trace_path, err);
}

chore_status chorei_rollout_answered(chorei_rollout *r, int rows, uint64_t wall_ns, chore_said said,
                                     const char *about, chore_error *err)
{
    const int64_t step = (int64_t)chore_world_control_steps(chore_episode_world(r->episode));
    const chore_pace_call call = chore_pace_answer(r->pace, step, rows, wall_ns);
    if (said != CHORE_SAID_NOTHING) {
        r->said = said;
        r->say_at = call.answered;
        chore_copy(r->about, sizeof r->about, about);
    }
    return note_call(r, call, wall_ns, err);
}

/* What waits to be said, once its answer has come. */
static chore_status speak(chorei_rollout *r, int64_t step, chore_error *err)
{
    if (r->said == CHORE_SAID_NOTHING || step < r->say_at) {
        return CHORE_OK;
    }
    const bool news = chore_episode_report(r->episode, r->said, r->about);
    r->said = CHORE_SAID_NOTHING;
    return news && r->trace ? chore_spoken_note(r->trace, r->episode, err) : CHORE_OK;
}

chore_status chorei_rollout_step(chorei_rollout *r, chore_error *err)
{
    chore_error inner;
    const chore_world *world = chore_episode_world(r->episode);
    const uint64_t before = chore_world_control_steps(world);
    const chore_status status = speak(r, (int64_t)before, err);
    if (status != CHORE_OK) {
        return status;
    }
    const float *action = chore_rig_native_action(r->rig, r->slot, chore_pace_action(r->pace, (int64_t)before));
    (void)chore_episode_step(r->episode, action, &inner); /* what went wrong is the episode's outcome */
    return chore_world_control_steps(world) > before ? trace_step(r, action, err) : CHORE_OK;
}

chore_status chorei_rollout_finish(chorei_rollout *r, chore_error *err)
{
    const chore_pace_sums sums = chore_pace_total(r->pace);
    const chore_rig_seen seen = chore_rig_seen_so_far(r->rig, r->slot);
    chore_row_judge(r->row, r->episode);
    chore_copy(r->row->convention, sizeof r->row->convention, chore_translation_convention(chore_rig_translation(r->rig)));
    r->row->convention_clamped = chore_rig_clamped(r->rig, r->slot);
    r->row->frames = seen.frames;
    r->row->frames_hash = seen.hash;
    chore_copy(r->row->renderer, sizeof r->row->renderer, seen.renderer);
    r->row->policy_calls = r->calls;
    r->row->held_steps = sums.held;
    r->row->late_calls = sums.late;
    r->row->answer_steps = sums.waited;
    return finish_trace(r, err);
}

void chorei_rollout_drop(chorei_rollout *r)
{
    if (r->trace) {
        chore_trace_abandon(r->trace);
    }
    chore_pace_destroy(r->pace);
    free(r->snapshot);
    r->trace = NULL;
    r->pace = NULL;
    r->snapshot = NULL;
}
