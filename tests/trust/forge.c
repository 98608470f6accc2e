/* forge RUN EPISODE row FIELD JSON         writes another value into the episode's row
   forge RUN EPISODE as OTHER [keep-head]   lays OTHER's trace under the episode and copies OTHER's verdict;
                                            keep-head: with the head of the episode's own trace
   forge RUN EPISODE action STEP            changes one value of a recorded action
   and makes CRCs, chains and hashes good again: what only someone who knows the formats can do. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/run_folder.h>
#include <chore/trace.h>

static void give_up(const char *what, const chore_error *err)
{
    fprintf(stderr, "forge: %s: %s\n", what, err ? err->message : "");
    exit(1);
}

static void must(chore_status status, const char *what, const chore_error *err)
{
    if (status != CHORE_OK) {
        give_up(what, err);
    }
}

static void change_field(chore_row *row, const char *field, const char *value)
{
    chore_error err = {0};
    char *text = chore_row_to_json(row);
    json_t *json = json_loads(text, 0, NULL), *other = json_loads(value, JSON_DECODE_ANY, NULL);
    if (!json_object_get(json, field) || !other ||
        json_equal(json_object_get(json, field), other)) {
        give_up("nothing would change", NULL);
    }
    json_object_set_new(json, field, other);
    free(text);
    text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    must(chore_row_from_json(row, text, &err), field, &err);
    free(text);
    json_decref(json);
}

static chore_trace *open_trace(const chore_run_folder *run, const chore_row *row,
                               char path[CHORE_PATH_CAP])
{
    chore_trace *trace = NULL;
    chore_error err = {0};
    must(chore_path_join(path, run->dir, row->trace, &err), "path", &err);
    must(chore_trace_open(&trace, path, &err), path, &err);
    return trace;
}

/* Write `from` anew to path with that head, and with one value of the action of `step` changed (< 0: none). */
static chore_hash write_trace(const char *path, const chore_trace *from, const char *head,
                              long step)
{
    chore_trace_writer *to = NULL;
    chore_error err = {0};
    chore_hash content = {0, 0};
    const int dim = chore_trace_action_dim(from);
    float *action = calloc((size_t)dim, sizeof *action);
    CHORE_ASSERT(action);
    must(chore_trace_create(&to, path, head, dim, &err), path, &err);
    for (uint64_t i = 0; i < chore_trace_n_steps(from); i++) {
        memcpy(action, chore_trace_action(from, i), (size_t)dim * sizeof *action);
        action[0] += (long)i == step ? 0.001f : 0;
        must(chore_trace_step(to, action, chore_trace_hash(from, i), &err), path, &err);
    }
    must(chore_trace_finish(to, chore_trace_outcome(from), &content, &err), path, &err);
    free(action);
    return content;
}

static void change_action(const chore_run_folder *run, chore_row *row, long step)
{
    char path[CHORE_PATH_CAP];
    chore_trace *trace = open_trace(run, row, path);
    row->trace_hash = write_trace(path, trace, chore_trace_header(trace), step);
    chore_trace_close(trace);
}

static void pose_as(const chore_run_folder *run, chore_row *row, const chore_row *other,
                    bool keep_head)
{
    char path[CHORE_PATH_CAP], other_path[CHORE_PATH_CAP];
    const chore_row own = *row;
    chore_trace *trace = open_trace(run, row, path), *from = open_trace(run, other, other_path);
    *row = *other;
    row->index = own.index;
    row->seed = own.seed;
    row->variant = own.variant;
    if (keep_head) {
        row->initial_state_hash = own.initial_state_hash;
    }
    memcpy(row->trace, own.trace, sizeof row->trace);
    row->trace_hash = write_trace(path, from, chore_trace_header(keep_head ? trace : from), -1);
    chore_trace_close(trace);
    chore_trace_close(from);
}

/* All rows in one new shard. */
static void write_rows(const chore_run_folder *run)
{
    char **names, path[CHORE_PATH_CAP];
    int n;
    chore_shard *shard = NULL;
    chore_error err = {0};
    must(chore_dir_list(run->dir, &names, &n, &err), run->dir, &err);
    for (int i = 0; i < n; i++) {
        if (strncmp(names[i], "shard-", 6) == 0 &&
            chore_path_join(path, run->dir, names[i], NULL) == CHORE_OK) {
            (void)unlink(path);
        }
    }
    chore_dir_list_free(names, n);
    must(chore_shard_create(&shard, run->dir, run->plan.hash, &err), "shard", &err);
    for (int i = 0; i < run->rows.n; i++) {
        must(chore_shard_append(shard, &run->rows.rows[i], &err), "shard", &err);
    }
    chore_shard_close(shard);
}

static chore_row *row_of(const chore_run_folder *run, const char *name)
{
    const int episode = chore_plan_find(&run->plan, name);
    for (int i = 0; i < run->rows.n; i++) {
        if (run->rows.latest[i] && run->rows.rows[i].index == episode) {
            return &run->rows.rows[i];
        }
    }
    give_up("no row of that episode", NULL);
    return NULL;
}

int main(int argc, char **argv)
{
    chore_run_folder run;
    chore_error err = {0};
    if (argc < 5 || chore_run_folder_open(&run, argv[1], &err) != CHORE_OK) {
        fprintf(
            stderr,
            "usage: forge RUN EPISODE row FIELD JSON | as OTHER [keep-head] | action STEP\n%s\n",
            err.message);
        return 2;
    }
    chore_row *row = row_of(&run, argv[2]);
    if (strcmp(argv[3], "row") == 0 && argc == 6) {
        change_field(row, argv[4], argv[5]);
    } else if (strcmp(argv[3], "as") == 0) {
        pose_as(&run, row, row_of(&run, argv[4]), argc == 6);
    } else if (strcmp(argv[3], "action") == 0) {
        change_action(&run, row, strtol(argv[4], NULL, 10));
    } else {
        give_up("not understood", NULL);
    }
    write_rows(&run);
    chore_run_folder_close(&run);
    return 0;
}
