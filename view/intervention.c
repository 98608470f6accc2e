#include <chore/intervention.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/recorded.h>
#include <chore/scene.h>
#include <chore/spoken.h>

#define PASSED    "{\"hand\":\""
#define BY_PERSON PASSED "person\"}"

struct chore_intervention {
    chore_trace_writer *trace;
    void *snapshot;
    size_t snapshot_len;
    uint64_t key_every;
    uint64_t steps, by_person;
    bool person;
};

/* ---- the beginning ------------------------------------------------------------------------------------------------ */

/* Who takes over in an intervention takes over from what was there before it. */
static char *header_json(const chore_trace *of, uint64_t step)
{
    char policy[CHORE_NAME_CAP], both[CHORE_NAME_CAP * 2];
    json_t *json = json_loads(chore_trace_header(of), 0, NULL);
    const json_t *before = json_object_get(json, "intervened");
    const char *first = json_string_value(json_object_get(before, "policy"));
    const json_int_t from = json_integer_value(json_object_get(before, "from_step"));
    chore_trace_header_text(of, "policy", policy, sizeof policy);
    if (first) {
        chore_copy(policy, sizeof policy, first);
    }
    snprintf(both, sizeof both, "%s + a person", policy);
    json_t *mark = json_pack("{s:I, s:s}", "from_step", before && from < (json_int_t)step ? from : (json_int_t)step, "policy", policy);
    CHORE_ASSERT(json && mark);
    json_object_set_new(json, "policy", json_string(both));
    json_object_set_new(json, "intervened", mark);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

/* What was recorded with so many steps made, in the order in which a rollout writes it. */
static chore_status copy_moment(chore_intervention *iv, const chore_trace *of, uint64_t steps, int *note, int *key, chore_error *err)
{
    chore_status status = CHORE_OK;
    for (; *note < chore_trace_n_notes(of) && chore_trace_note_at(of, *note).steps <= steps && status == CHORE_OK; ++*note) {
        const char *json = chore_trace_note_at(of, *note).json;
        iv->person = strncmp(json, PASSED, strlen(PASSED)) == 0 ? strcmp(json, BY_PERSON) == 0 : iv->person;
        status = chore_trace_note(iv->trace, json, err);
    }
    for (; *key < chore_trace_n_keyframes(of) && chore_trace_keyframe_at(of, *key).steps <= steps && status == CHORE_OK; ++*key) {
        const chore_trace_keyframe_ref frame = chore_trace_keyframe_at(of, *key);
        status = chore_trace_keyframe(iv->trace, frame.snapshot, frame.len, err);
    }
    return status;
}

static chore_status copy_beginning(chore_intervention *iv, const chore_trace *of, uint64_t step, chore_error *err)
{
    int note = 0, key = 0;
    chore_status status = copy_moment(iv, of, 0, &note, &key, err);
    for (; iv->steps < step && status == CHORE_OK; iv->steps++) {
        iv->by_person += iv->person;
        status = chore_trace_step(iv->trace, chore_trace_action(of, iv->steps), chore_trace_hash(of, iv->steps), err);
        if (status == CHORE_OK) {
            status = copy_moment(iv, of, iv->steps + 1, &note, &key, err);
        }
    }
    return status;
}

chore_status chore_intervention_begin(chore_intervention **out, const char *path, const chore_trace *of, uint64_t step,
                                      chore_error *err)
{
    chore_intervention *iv = calloc(1, sizeof *iv);
    CHORE_ASSERT(iv && step <= chore_trace_n_steps(of));
    char *header = header_json(of, step);
    chore_status status = chore_trace_create(&iv->trace, path, header, chore_trace_action_dim(of), err);
    free(header);
    if (status == CHORE_OK) {
        status = copy_beginning(iv, of, step, err);
    }
    if (status == CHORE_OK) {
        status = chore_intervention_pass(iv, "person", err);
    }
    if (status != CHORE_OK) {
        chore_intervention_drop(iv);
        return status;
    }
    *out = iv;
    return CHORE_OK;
}

/* ---- going on ----------------------------------------------------------------------------------------------------- */

static chore_status keep(chore_intervention *iv, const chore_episode *episode, chore_error *err)
{
    if (!iv->snapshot) {
        iv->snapshot_len = chore_episode_snapshot_bytes(episode);
        iv->snapshot = calloc(1, iv->snapshot_len);
        CHORE_ASSERT(iv->snapshot);
    }
    chore_episode_snapshot(episode, iv->snapshot);
    return chore_trace_keyframe(iv->trace, iv->snapshot, iv->snapshot_len, err);
}

chore_status chore_intervention_step(chore_intervention *iv, const float *action, const chore_episode *episode, chore_error *err)
{
    const char *changes = chore_episode_changes(episode);
    chore_status status = chore_trace_step(iv->trace, action, chore_episode_hash(episode), err);
    if (!iv->key_every) {
        iv->key_every = chore_trace_keyframe_every(chore_scene_model(chore_episode_scene(episode)),
                                                   chore_task_control_hz(chore_episode_task(episode)));
    }
    iv->steps++;
    iv->by_person += iv->person;
    if (status == CHORE_OK && changes) {
        status = chore_trace_note(iv->trace, changes, err);
    }
    if (status == CHORE_OK && iv->steps % iv->key_every == 0) {
        status = keep(iv, episode, err);
    }
    return status;
}

chore_status chore_intervention_pass(chore_intervention *iv, const char *who, chore_error *err)
{
    char note[64];
    iv->person = strcmp(who, "person") == 0;
    snprintf(note, sizeof note, PASSED "%s\"}", who);
    return chore_trace_note(iv->trace, note, err);
}

chore_status chore_intervention_said(chore_intervention *iv, const chore_episode *episode, chore_error *err)
{
    return chore_spoken_note(iv->trace, episode, err);
}

chore_status chore_intervention_finish(chore_intervention *iv, const chore_episode *episode, chore_error *err)
{
    char hash[CHORE_HASH_HEX_CAP];
    const chore_outcome outcome = chore_episode_outcome(episode);
    chore_hash_hex(chore_episode_hash(episode), hash);
    json_t *json = json_pack("{s:s, s:b, s:f, s:s, s:s, s:I}", "outcome", chore_outcome_name(outcome), "success",
                             outcome == CHORE_OUTCOME_SUCCESS, "progress", chore_episode_progress(episode), "reason",
                             chore_episode_reason(episode), "final_state_hash", hash, "intervened_steps", (json_int_t)iv->by_person);
    CHORE_ASSERT(json);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    const chore_status status = chore_trace_finish(iv->trace, text, NULL, err);
    iv->trace = NULL;
    free(text);
    json_decref(json);
    chore_intervention_drop(iv);
    return status;
}

void chore_intervention_drop(chore_intervention *iv)
{
    if (iv) {
        chore_trace_abandon(iv->trace);
        free(iv->snapshot);
        free(iv);
    }
}
