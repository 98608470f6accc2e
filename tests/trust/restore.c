/* restore RUN: every recorded episode is broken off at several steps and at key frames of its trace, and continued
   in an episode object that has never seen it. States, texts and verdict must be those of the recording. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/rig.h>
#include <chore/rollout.h>
#include <chore/run_folder.h>
#include <chore/trace.h>

static int continued, failed;

static void must(chore_status status, const char *what, const chore_error *err)
{
    if (status != CHORE_OK) {
        fprintf(stderr, "restore: %s: %s\n", what, err->message);
        exit(1);
    }
}

static chore_rig *fresh_rig(const chore_row *row)
{
    chore_rig *rig = NULL;
    chore_error err = {0};
    must(chore_rig_create(&rig, row->task, NULL, NULL, 0, &err), row->task, &err);
    return rig;
}

/* What a policy of the privileged track reads, and what a row says: of both episodes. */
static bool same_words(chore_rig *a, chore_rig *b)
{
    uint64_t version_a, version_b;
    const chore_episode *ea = chore_rig_episode(a), *eb = chore_rig_episode(b);
    chore_row *rows = calloc(2, sizeof *rows);
    CHORE_ASSERT(rows);
    chore_row_judge(&rows[0], ea);
    chore_row_judge(&rows[1], eb);
    char *text_a = chore_row_to_json(&rows[0]), *text_b = chore_row_to_json(&rows[1]);
    bool same = strcmp(text_a, text_b) == 0 &&
                strcmp(chore_episode_instruction(ea), chore_episode_instruction(eb)) == 0 &&
                strcmp(chore_episode_objects_text(ea, &version_a),
                       chore_episode_objects_text(eb, &version_b)) == 0 &&
                strcmp(chore_episode_goal_text(ea, &version_a),
                       chore_episode_goal_text(eb, &version_b)) == 0;
    free(text_a);
    free(text_b);
    free(rows);
    return same;
}

static bool play(chore_rig *rig, const chore_trace *trace, uint64_t from, uint64_t to)
{
    chore_error err;
    for (uint64_t i = from; i < to; i++) {
        (void)chore_episode_step(chore_rig_episode(rig), chore_trace_action(trace, i), &err);
        if (!chore_hash_equal(chore_episode_hash(chore_rig_episode(rig)),
                              chore_trace_hash(trace, i))) {
            fprintf(stderr, "restore: the state differs after step %llu\n",
                    (unsigned long long)i + 1);
            return false;
        }
    }
    return true;
}

/* Continue from a snapshot in `second`; `first` stands at the recording's end. */
static void continue_from(chore_rig *first, chore_rig *second, const chore_trace *trace,
                          const void *snapshot, size_t len, uint64_t steps, const char *name)
{
    chore_error err = {0};
    must(chore_episode_restore(chore_rig_episode(second), snapshot, len, &err), name, &err);
    continued++;
    if (!play(second, trace, steps, chore_trace_n_steps(trace)) || !same_words(first, second)) {
        fprintf(stderr, "restore: %s: another course from step %llu on\n", name,
                (unsigned long long)steps);
        failed++;
    }
}

static void reset(chore_rig *rig, const chore_row *row)
{
    chore_error err = {0};
    must(chore_episode_reset(chore_rig_episode(rig), row->seed, row->variant, &err), row->task,
         &err);
    must(chore_rig_set_mode(rig, row->mode, &err), row->mode, &err);
}

static void break_off(const chore_row *row, const chore_trace *trace, const char *name)
{
    enum { CUTS = 3 };
    const uint64_t n = chore_trace_n_steps(trace);
    chore_rig *first = fresh_rig(row);
    const size_t len = chore_episode_snapshot_bytes(chore_rig_episode(first));
    unsigned char *snapshots = malloc(CUTS * len);
    CHORE_ASSERT(snapshots);
    reset(first, row);
    uint64_t at = 0;
    for (uint64_t cut = 0; cut < CUTS; cut++) {
        const uint64_t to = n * (2 * cut + 1) / (2 * CUTS);
        failed += !play(first, trace, at, to);
        at = to;
        chore_episode_snapshot(chore_rig_episode(first), snapshots + cut * len);
    }
    failed += !play(first, trace, at, n);
    chore_rig *second = fresh_rig(row); /* never reset */
    for (uint64_t cut = CUTS; cut-- > 0;) {
        continue_from(first, second, trace, snapshots + cut * len, len,
                      n * (2 * cut + 1) / (2 * CUTS), name);
    }
    const int keys = chore_trace_n_keyframes(trace), apart = keys > 80 ? keys / 20 : 4; /* cloth has many */
    for (int i = 1; i < keys; i += apart) {
        const chore_trace_keyframe_ref key = chore_trace_keyframe_at(trace, i);
        continue_from(first, second, trace, key.snapshot, key.len, key.steps, name);
    }
    chore_rig_destroy(second);
    chore_rig_destroy(first);
    free(snapshots);
}

int main(int argc, char **argv)
{
    chore_run_folder run;
    chore_error err = {0};
    must(chore_sim_init(&err), "MuJoCo", &err);
    if (argc != 2 || chore_run_folder_open(&run, argv[1], &err) != CHORE_OK) {
        fprintf(stderr, "usage: restore RUN %s\n", err.message);
        return 2;
    }
    for (int i = 0; i < run.rows.n; i++) {
        char name[CHORE_NAME_CAP * 2], path[CHORE_PATH_CAP];
        chore_trace *trace = NULL;
        chore_plan_episode_name(&run.plan, run.rows.rows[i].index, name);
        must(chore_path_join(path, run.dir, run.rows.rows[i].trace, &err), name, &err);
        must(chore_trace_open(&trace, path, &err), name, &err);
        break_off(&run.rows.rows[i], trace, name);
        chore_trace_close(trace);
    }
    printf("%d episodes, continued %d times, %d times otherwise than recorded\n", run.rows.n,
           continued, failed);
    const bool good = run.rows.n > 0 && failed == 0;
    chore_run_folder_close(&run);
    return good ? 0 : 1;
}
