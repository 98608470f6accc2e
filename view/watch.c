/* A run that is still being written: results and recordings that have come since it was opened. */
#include "playlist_internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <chore/files.h>

/* The latest attempt at it that has left a recording. */
static bool find_recording(const chore_playlist *list, chore_playlist_entry *entry)
{
    bool found = false;
    for (int attempt = 0;; attempt++) {
        char name[sizeof entry->name + 48], path[CHORE_PATH_CAP], again[24] = "";
        if (attempt > 0) {
            snprintf(again, sizeof again, "-again%d", attempt);
        }
        snprintf(name, sizeof name, "traces/%s%s.trace", entry->name, again);
        if (chore_path_join(path, list->dir, name, NULL) != CHORE_OK || !chore_file_exists(path)) {
            return found;
        }
        chore_copy(entry->trace, sizeof entry->trace, path);
        found = true;
    }
}

bool playlist_find_unfinished(chore_playlist *list)
{
    bool news = false;
    for (int i = 0; i < list->n; i++) {
        chore_playlist_entry *entry = &list->entries[i];
        if (!entry->known) {
            const bool before = entry->unfinished;
            entry->unfinished = find_recording(list, entry);
            news |= entry->unfinished != before;
        }
    }
    return news;
}

/* Changes whenever a row was appended or a recording was begun. */
static uint64_t stamp_of(const char *dir)
{
    char **names, path[CHORE_PATH_CAP];
    int n;
    struct stat info;
    uint64_t stamp = 0;
    if (chore_dir_list(dir, &names, &n, NULL) != CHORE_OK) {
        return 0;
    }
    for (int i = 0; i < n; i++) {
        if (strncmp(names[i], "shard-", 6) == 0 && chore_path_join(path, dir, names[i], NULL) == CHORE_OK && stat(path, &info) == 0) {
            stamp = stamp * 31 + (uint64_t)info.st_size;
        }
    }
    chore_dir_list_free(names, n);
    if (chore_path_join(path, dir, "traces", NULL) == CHORE_OK && stat(path, &info) == 0) {
        stamp = stamp * 31 + (uint64_t)info.st_mtim.tv_sec * 1000000007u + (uint64_t)info.st_mtim.tv_nsec;
    }
    return stamp;
}

static bool take_rows(chore_playlist *list)
{
    chore_run_folder run;
    bool news = false;
    if (chore_run_folder_open(&run, list->dir, NULL) != CHORE_OK) {
        return false; /* in the middle of being written: the next look will tell */
    }
    for (int i = 0; i < run.rows.n; i++) {
        const int index = run.rows.rows[i].index;
        if (run.rows.latest[i] && index < list->n && !list->entries[index].known &&
            playlist_take_episode(&list->entries[index], &run, index, NULL) == CHORE_OK) {
            list->entries[index].unfinished = false;
            list->n_done++;
            news = true;
        }
    }
    chore_run_folder_close(&run);
    return news;
}

bool chore_playlist_refresh(chore_playlist *list)
{
    if (!list->dir[0] || list->n_done == list->n) {
        return false;
    }
    const uint64_t stamp = stamp_of(list->dir);
    if (stamp == list->stamp) {
        return false;
    }
    list->stamp = stamp;
    const bool rows = take_rows(list);
    return playlist_find_unfinished(list) || rows;
}
