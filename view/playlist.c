#include "playlist_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/recorded.h>

static chore_status make_entries(chore_playlist *list, int n, chore_error *err)
{
    list->entries = calloc((size_t)n + 1, sizeof *list->entries);
    list->n = n;
    return list->entries ? CHORE_OK : chore_fail(err, CHORE_E_MEMORY, "no memory for %d episodes", n);
}

static void file_name(const char *path, char *out, size_t cap)
{
    const char *slash = strrchr(path, '/');
    chore_copy(out, cap, slash ? slash + 1 : path);
    char *dot = strstr(out, ".trace");
    if (dot) {
        *dot = 0;
    }
}

static chore_status take_trace(chore_playlist *list, const char *path, chore_error *err)
{
    const chore_status status = make_entries(list, 1, err);
    if (status == CHORE_OK) {
        chore_copy(list->entries[0].trace, sizeof list->entries[0].trace, path);
        file_name(path, list->entries[0].name, sizeof list->entries[0].name);
        list->n_done = 1; /* no result is to come */
    }
    return status;
}

chore_status playlist_take_episode(chore_playlist_entry *entry, const chore_run_folder *run, int index, chore_error *err)
{
    const chore_row *row = chore_run_folder_row(run, index);
    const chore_plan_task *task = &run->plan.tasks[run->plan.episodes[index].task];
    chore_plan_episode_name(&run->plan, index, entry->name);
    chore_copy(entry->task, sizeof entry->task, task->path[0] ? task->path : task->name);
    chore_copy(entry->run, sizeof entry->run, run->dir);
    entry->run_key = run->plan.run_key;
    entry->known = row != NULL;
    entry->success = row && row->success;
    chore_copy(entry->outcome, sizeof entry->outcome, row ? chore_outcome_name(row->outcome) : "");
    entry->policy_calls = row ? row->policy_calls : 0;
    entry->policy_p50_ms = row ? row->policy_p50_ms : 0;
    entry->policy_p99_ms = row ? row->policy_p99_ms : 0;
    return row && row->trace[0] ? chore_path_join(entry->trace, run->dir, row->trace, err) : CHORE_OK;
}

static chore_status no_such_episode(const chore_playlist *list, const char *run, const char *wanted, chore_error *err)
{
    const char **names = calloc((size_t)list->n + 1, sizeof *names);
    CHORE_ASSERT(names);
    for (int i = 0; i < list->n; i++) {
        names[i] = list->entries[i].name;
    }
    const int nearest = chore_nearest(wanted, names, list->n);
    chore_fail(err, CHORE_E_NOT_FOUND, "%s has no episode '%s'; %s '%s'", run, wanted,
               nearest >= 0 ? "did you mean" : "its first is", names[nearest >= 0 ? nearest : 0]);
    free(names);
    return CHORE_E_NOT_FOUND;
}

static chore_status choose_first(chore_playlist *list, const chore_run_folder *run, const char *episode, chore_error *err)
{
    if (episode) {
        list->first = chore_plan_find(&run->plan, episode);
        if (list->first < 0) {
            return no_such_episode(list, run->dir, episode, err);
        }
        return list->entries[list->first].trace[0]
                   ? CHORE_OK
                   : chore_fail(err, CHORE_E_NOT_FOUND, "%s has %s", list->entries[list->first].name,
                                list->entries[list->first].known ? "no recording" : "not been run yet");
    }
    list->first = chore_playlist_seek(list, -1, +1, true);
    if (list->first < 0) {
        list->first = chore_playlist_seek(list, -1, +1, false);
    }
    return list->first >= 0 ? CHORE_OK : chore_fail(err, CHORE_E_NOT_FOUND, "%s holds no recordings", run->dir);
}

/* All that is planned, whatever of it is done. */
static chore_status take_entries(chore_playlist *list, const chore_run_folder *run, chore_error *err)
{
    chore_copy(list->dir, sizeof list->dir, run->dir);
    chore_status status = make_entries(list, run->plan.n_episodes, err);
    for (int i = 0; i < list->n && status == CHORE_OK; i++) {
        status = playlist_take_episode(&list->entries[i], run, i, err);
        list->n_done += list->entries[i].known;
    }
    return status;
}

static chore_status take_run(chore_playlist *list, const char *dir, const char *episode, chore_error *err)
{
    chore_run_folder run;
    chore_status status = chore_run_folder_open(&run, dir, err);
    if (status != CHORE_OK) {
        return status;
    }
    status = take_entries(list, &run, err);
    if (status == CHORE_OK) {
        playlist_find_unfinished(list);
        status = choose_first(list, &run, episode, err);
    }
    chore_run_folder_close(&run);
    return status;
}

chore_status chore_playlist_open(chore_playlist *out, const char *what, const char *episode, chore_error *err)
{
    *out = (chore_playlist){0};
    chore_status status;
    if (chore_dir_exists(what)) {
        status = take_run(out, what, episode, err);
    } else if (!chore_file_exists(what)) {
        status = chore_fail(err, CHORE_E_NOT_FOUND, "there is no run folder or trace '%s'", what);
    } else if (episode) {
        status = chore_fail(err, CHORE_E_USAGE, "'%s' is a file and has no episode '%s'", what, episode);
    } else {
        status = take_trace(out, what, err);
    }
    if (status != CHORE_OK) {
        chore_playlist_release(out);
    }
    return status;
}

chore_status chore_playlist_open_begun(chore_playlist *out, const char *run, chore_error *err)
{
    chore_run_folder folder;
    char name[sizeof out->entries->name + 16];
    *out = (chore_playlist){0};
    chore_status status = chore_run_folder_open(&folder, run, err);
    if (status != CHORE_OK) {
        return status;
    }
    status = take_entries(out, &folder, err);
    if (status == CHORE_OK && !out->entries[0].known) {
        snprintf(name, sizeof name, "traces/%s.trace", out->entries[0].name);
        out->entries[0].unfinished = true;
        status = chore_path_join(out->entries[0].trace, run, name, err);
    }
    chore_run_folder_close(&folder);
    if (status != CHORE_OK) {
        chore_playlist_release(out);
    }
    return status;
}

int chore_playlist_add(chore_playlist *list, const char *trace, int like)
{
    chore_playlist_entry *bigger = realloc(list->entries, ((size_t)list->n + 1) * sizeof *bigger);
    CHORE_ASSERT(bigger);
    list->entries = bigger;
    chore_playlist_entry *entry = &bigger[list->n];
    *entry = (chore_playlist_entry){.run_key = bigger[like].run_key};
    chore_copy(entry->run, sizeof entry->run, bigger[like].run);
    chore_copy(entry->task, sizeof entry->task, bigger[like].task);
    chore_copy(entry->trace, sizeof entry->trace, trace);
    file_name(trace, entry->name, sizeof entry->name);
    list->n_done++; /* nobody waits for a result of it */
    return list->n++;
}

void chore_playlist_release(chore_playlist *list)
{
    free(list->entries);
    *list = (chore_playlist){0};
}

int chore_playlist_seek(const chore_playlist *list, int from, int direction, bool failures)
{
    for (int i = from + direction; i >= 0 && i < list->n; i += direction) {
        const chore_playlist_entry *entry = &list->entries[i];
        if (entry->trace[0] && (!failures || (entry->known && !entry->success))) {
            return i;
        }
    }
    return -1;
}
