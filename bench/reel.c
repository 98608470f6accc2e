#include <chore/reel.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/appearance.h>
#include <chore/cli.h>
#include <chore/files.h>
#include <chore/recorded.h>
#include <chore/spoken.h>
#include <chore/verify.h>

struct chore_reel {
    chore_trace *trace;
    chore_rig *rig;
    chore_episode *episode;
    uint64_t run_key;
    uint64_t at;   /* steps made */
    char cache[CHORE_PATH_CAP]; /* of settled initial states; "": none */
    void *start;   /* snapshot of the state before the first step */
    size_t len;    /* of it, bytes */
};

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static bool stop_at_once(void *ctx, chore_episode *episode, uint64_t steps)
{
    (void)ctx, (void)episode, (void)steps;
    return false;
}

static chore_status keep_start(chore_reel *reel, chore_error *err)
{
    reel->len = chore_episode_snapshot_bytes(reel->episode);
    reel->start = malloc(reel->len);
    if (!reel->start) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for the start of an episode");
    }
    chore_episode_snapshot(reel->episode, reel->start);
    return CHORE_OK;
}

static chore_status load(chore_reel *reel, const char *path, const char *task, const char *robot, uint64_t run_key, chore_error *err)
{
    char name[CHORE_NAME_CAP], embodiment[CHORE_NAME_CAP];
    reel->run_key = run_key;
    chore_status status = chore_trace_open(&reel->trace, path, err);
    if (status == CHORE_OK) {
        chore_trace_header_text(reel->trace, "task", name, sizeof name);
        chore_trace_header_text(reel->trace, "embodiment", embodiment, sizeof embodiment);
        status = chore_rig_create_at(&reel->rig, chore_trace_control_hz(reel->trace), task && *task ? task : name,
                                     robot && *robot ? robot : embodiment,
                                     chore_cli_cache_dir(reel->cache) ? reel->cache : NULL, run_key, err);
    }
    if (status == CHORE_OK) {
        reel->episode = chore_rig_episode(reel->rig);
        status = chore_replay(reel->rig, reel->trace, stop_at_once, NULL, err);
    }
    return status == CHORE_OK ? keep_start(reel, err) : status;
}

chore_status chore_reel_open(chore_reel **out, const char *trace_path, const char *task, const char *embodiment, uint64_t run_key, chore_error *err)
{
    chore_reel *reel = calloc(1, sizeof *reel);
    *out = NULL;
    CHORE_ASSERT(reel);
    chore_status status = load(reel, trace_path, task, embodiment, run_key, err);
    if (status != CHORE_OK) {
        chore_reel_close(reel);
        return status;
    }
    *out = reel;
    return CHORE_OK;
}

chore_status chore_reel_open_row(chore_reel **out, const char *run_dir, const chore_plan *plan, const chore_row *row, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    const chore_plan_task *task = &plan->tasks[plan->episodes[row->index].task];
    *out = NULL;
    if (!row->trace[0]) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "the episode has no trace to draw from");
    }
    chore_status status = chore_path_join(path, run_dir, row->trace, err);
    return status == CHORE_OK
               ? chore_reel_open(out, path, task->path[0] ? task->path : task->name, plan->embodiment, plan->run_key, err)
               : status;
}

void chore_reel_close(chore_reel *reel)
{
    if (reel) {
        chore_rig_destroy(reel->rig);
        chore_trace_close(reel->trace);
        free(reel->start);
        free(reel);
    }
}

/* ---- going -------------------------------------------------------------------------------------------------------- */

static bool is_recorded(const chore_reel *reel)
{
    return reel->at == 0 || chore_hash_equal(chore_episode_hash(reel->episode), chore_trace_hash(reel->trace, reel->at - 1));
}

/* To the latest key frame that is not past `step`, where that spares something. One that does not fit or does not hold what was recorded (of
   another build) leaves the way by foot. */
static void take_key_frame(chore_reel *reel, uint64_t step)
{
    for (int i = chore_trace_n_keyframes(reel->trace); i-- > 0;) {
        const chore_trace_keyframe_ref key = chore_trace_keyframe_at(reel->trace, i);
        if (key.steps > step) {
            continue;
        }
        if (reel->at <= step && key.steps <= reel->at) {
            return;
        }
        if (key.steps > 0 && chore_episode_restore(reel->episode, key.snapshot, key.len, NULL) == CHORE_OK) {
            reel->at = key.steps;
            if (is_recorded(reel)) {
                return;
            }
        }
    }
    if (reel->at > step || !is_recorded(reel)) {
        CHORE_ASSERT(chore_episode_restore(reel->episode, reel->start, reel->len, NULL) == CHORE_OK);
        reel->at = 0;
    }
}

static chore_status make_step(chore_reel *reel, chore_error *err)
{
    if (chore_episode_ended(reel->episode)) {
        return chore_fail(err, CHORE_E_DIVERGED, "the episode ended at control step %" PRIu64 ", the recording goes on to %" PRIu64,
                          reel->at, chore_reel_steps(reel));
    }
    chore_error ignored; /* how it ended is its outcome */
    chore_spoken_again(reel->trace, reel->at, reel->episode);
    (void)chore_episode_step(reel->episode, chore_trace_action(reel->trace, reel->at), &ignored);
    reel->at++;
    if (!is_recorded(reel)) {
        return chore_fail(err, CHORE_E_DIVERGED, "the state differs from the recording after control step %" PRIu64 " (%.2f s)", reel->at,
                          (double)reel->at / chore_reel_hz(reel));
    }
    return CHORE_OK;
}

chore_status chore_reel_go(chore_reel *reel, uint64_t step, chore_error *err)
{
    chore_status status = CHORE_OK;
    CHORE_ASSERT(step <= chore_reel_steps(reel));
    take_key_frame(reel, step);
    while (reel->at < step && status == CHORE_OK) {
        status = make_step(reel, err);
    }
    return status;
}

/* ---- what it is --------------------------------------------------------------------------------------------------- */

chore_episode *chore_reel_episode(chore_reel *reel)
{
    return reel->episode;
}

chore_scene *chore_reel_scene(chore_reel *reel)
{
    return chore_rig_scene(reel->rig);
}

const chore_trace *chore_reel_trace(const chore_reel *reel)
{
    return reel->trace;
}

uint64_t chore_reel_steps(const chore_reel *reel)
{
    return chore_trace_n_steps(reel->trace);
}

uint64_t chore_reel_lot(const chore_reel *reel)
{
    const chore_row row = chore_reel_row(reel);
    return chore_appearance_lot(reel->run_key, chore_task_hash(chore_rig_task(reel->rig)), row.seed);
}

int chore_reel_hz(const chore_reel *reel)
{
    return chore_task_control_hz(chore_rig_task(reel->rig));
}

static void copy_text(const json_t *json, const char *key, char *out, size_t cap)
{
    const char *text = json_string_value(json_object_get(json, key));
    chore_copy(out, cap, text ? text : "");
}

chore_row chore_reel_row(const chore_reel *reel)
{
    chore_row row = {.outcome = CHORE_OUTCOME_COUNT};
    char word[CHORE_NAME_CAP];
    json_t *head = json_loads(chore_trace_header(reel->trace), 0, NULL), *foot = json_loads(chore_trace_outcome(reel->trace), 0, NULL);
    copy_text(head, "task", row.task, sizeof row.task);
    copy_text(head, "policy", row.policy, sizeof row.policy);
    copy_text(head, "variant", word, sizeof word);
    row.variant = strcmp(word, chore_variant_name(CHORE_DISTURBED)) == 0 ? CHORE_DISTURBED : CHORE_CONTROL;
    row.seed = (uint64_t)json_integer_value(json_object_get(head, "seed"));
    copy_text(foot, "outcome", word, sizeof word);
    (void)chore_outcome_find(word, &row.outcome);
    copy_text(foot, "reason", row.reason, sizeof row.reason);
    row.success = json_is_true(json_object_get(foot, "success"));
    row.progress = json_number_value(json_object_get(foot, "progress"));
    row.steps = (int64_t)chore_reel_steps(reel);
    row.sim_time_s = (double)row.steps / chore_reel_hz(reel);
    json_decref(head);
    json_decref(foot);
    return row;
}
