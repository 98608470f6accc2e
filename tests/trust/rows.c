/* rows RUN: what must not depend on how a run was made, one line per planned episode, tab-separated: name, verdict,
   hash of the initial state, of the final state, of all recorded actions, step hashes, notes and key frames; then
   the trace's own hash and the reason. Exit 3 when an episode has no row. */
#include <stdio.h>
#include <string.h>

#include <chore/files.h>
#include <chore/run_folder.h>
#include <chore/trace.h>

static void put_hash(chore_hash hash)
{
    char hex[CHORE_HASH_HEX_CAP];
    chore_hash_hex(hash, hex);
    printf("\t%s", hex);
}

static void put_verdict(const chore_row *row)
{
    printf("\t%s %d %.17g steps %lld first %.17g literals %d/%d clamped %lld",
           chore_outcome_name(row->outcome), row->success, row->progress, (long long)row->steps,
           row->first_success_s, row->literals_met, row->literals_total, (long long)row->clamped);
    for (int i = 0; i < row->n_stages; i++) {
        printf(" %s@%.17g", row->stages[i].name, row->stages[i].reached_s);
    }
    for (int i = 0; i < row->n_events; i++) {
        const chore_row_event *e = &row->events[i];
        printf(" %s@%.17g,%.17g,%.17g,%d,%d", e->name, e->fired_s, e->noticed_s, e->handled_s,
               e->handled, e->in_time);
    }
}

static chore_hash content_of(const chore_trace *trace)
{
    chore_hash hash = {0, 0};
    const size_t action_len = (size_t)chore_trace_action_dim(trace) * sizeof(float);
    for (uint64_t i = 0; i < chore_trace_n_steps(trace); i++) {
        const chore_hash after = chore_trace_hash(trace, i);
        hash = chore_hash_chain(hash, chore_trace_action(trace, i), action_len);
        hash = chore_hash_chain(hash, &after, sizeof after);
    }
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        const chore_trace_note_ref note = chore_trace_note_at(trace, i);
        hash = chore_hash_chain(hash, &note.steps, sizeof note.steps);
        hash = chore_hash_chain(hash, note.json, strlen(note.json));
    }
    for (int i = 0; i < chore_trace_n_keyframes(trace); i++) {
        const chore_trace_keyframe_ref key = chore_trace_keyframe_at(trace, i);
        hash = chore_hash_chain(hash, key.snapshot, key.len);
    }
    return hash;
}

static chore_status put_row(const chore_run_folder *run, const chore_row *row, chore_error *err)
{
    char name[CHORE_NAME_CAP * 2], path[CHORE_PATH_CAP];
    chore_hash content = {0, 0};
    chore_status status = CHORE_OK;
    if (row->trace[0]) {
        chore_trace *trace = NULL;
        status = chore_path_join(path, run->dir, row->trace, err);
        if (status == CHORE_OK) {
            status = chore_trace_open(&trace, path, err);
        }
        if (status == CHORE_OK) {
            content = content_of(trace);
        }
        chore_trace_close(trace);
    }
    chore_plan_episode_name(&run->plan, row->index, name);
    printf("%s", name);
    put_verdict(row);
    put_hash(row->initial_state_hash);
    put_hash(row->final_state_hash);
    put_hash(content);
    put_hash(row->trace_hash);
    printf("\t%s\n", row->reason);
    return status;
}

int main(int argc, char **argv)
{
    chore_run_folder run;
    chore_error err = {0};
    int missing = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: rows RUN\n");
        return 2;
    }
    chore_status status = chore_run_folder_open(&run, argv[1], &err);
    if (status != CHORE_OK) {
        fprintf(stderr, "rows: %s: %s\n", argv[1], err.message);
        return 1;
    }
    for (int i = 0; i < run.plan.n_episodes && status == CHORE_OK; i++) {
        const chore_row *row = chore_run_folder_row(&run, i);
        missing += row == NULL;
        status = row ? put_row(&run, row, &err) : CHORE_OK;
    }
    if (status != CHORE_OK) {
        fprintf(stderr, "rows: %s: %s\n", err.file, err.message);
    }
    chore_run_folder_close(&run);
    return status != CHORE_OK ? 1 : missing ? 3 : 0;
}
