#include <chore/run_folder.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <chore/files.h>

enum { LOCK_TRIES = 40, LOCK_PAUSE_MS = 50 };

chore_status chore_run_folder_lock(const char *dir, int *lock, chore_error *err)
{
    *lock = open(dir, O_RDONLY | O_DIRECTORY |
                          O_CLOEXEC); /* a folder that is not there: the next step says so better */
    for (int i = 0; i < LOCK_TRIES && *lock >= 0; i++) {
        if (flock(*lock, LOCK_EX | LOCK_NB) == 0) {
            return CHORE_OK;
        }
        if (errno != EWOULDBLOCK) {
            break;
        }
        poll(NULL, 0, LOCK_PAUSE_MS);
    }
    bool taken = *lock >= 0 && errno == EWOULDBLOCK;
    if (*lock >= 0) {
        close(*lock);
        *lock = -1;
    }
    return taken ? chore_fail_at(err, CHORE_E_USAGE, dir, 0, 0,
                                 "another chorebench run is writing this folder")
                 : CHORE_OK;
}

chore_status chore_run_folder_open(chore_run_folder *run, const char *dir, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    memset(run, 0, sizeof *run);
    chore_copy(run->dir, sizeof run->dir, dir);
    chore_status status = chore_path_join(path, dir, "plan.json", err);
    if (status != CHORE_OK) {
        return status;
    }
    if (!chore_file_exists(path)) {
        return chore_fail_at(err, CHORE_E_NOT_FOUND, dir, 0, 0,
                             "not a run folder: it has no plan.json");
    }
    status = chore_plan_read(&run->plan, path, err);
    if (status == CHORE_OK) {
        status = chore_store_read(&run->rows, dir, run->plan.hash, err);
    }
    for (int i = 0; i < run->rows.n && status == CHORE_OK; i++) {
        if (run->rows.rows[i].index < 0 || run->rows.rows[i].index >= run->plan.n_episodes) {
            status = chore_fail_at(err, CHORE_E_TAMPERED, dir, 0, 0,
                                   "a row belongs to episode %d of a plan of %d",
                                   run->rows.rows[i].index, run->plan.n_episodes);
        }
    }
    if (status != CHORE_OK) {
        chore_run_folder_close(run);
    }
    return status;
}

void chore_run_folder_close(chore_run_folder *run)
{
    chore_plan_release(&run->plan);
    chore_rows_release(&run->rows);
}

const chore_row *chore_run_folder_row(const chore_run_folder *run, int episode)
{
    for (int i = 0; i < run->rows.n; i++) {
        if (run->rows.latest[i] && run->rows.rows[i].index == episode) {
            return &run->rows.rows[i];
        }
    }
    return NULL;
}

/* A file of the folder as text; NULL when it is not there. */
static char *read_optional(const char *dir, const char *name)
{
    char path[CHORE_PATH_CAP], *text = NULL;
    size_t len;
    bool read = chore_path_join(path, dir, name, NULL) == CHORE_OK &&
                chore_file_read(path, &text, &len, NULL) == CHORE_OK;
    return read ? text : NULL;
}

chore_status chore_run_folder_derive(const chore_run_folder *run, const chore_summary *summary,
                                     chore_error *err)
{
    char path[CHORE_PATH_CAP];
    char *json = chore_summary_json(summary, &run->plan);
    chore_status status = chore_path_join(path, run->dir, "summary.json", err);
    if (status == CHORE_OK) {
        status = chore_file_write(path, json, strlen(json), err);
    }
    free(json);
    if (status == CHORE_OK) {
        status = chore_path_join(path, run->dir, "report.html", err);
    }
    if (status == CHORE_OK) {
        char *build = read_optional(run->dir, "build.json"),
             *policy = read_optional(run->dir, "policy.json");
        status = chore_report_write(path, &run->plan, summary, &run->rows, build ? build : "{}",
                                    policy ? policy : "{}", err);
        free(build);
        free(policy);
    }
    return status;
}

int chore_run_folder_find(const chore_run_folder *run, const char *episode, chore_error *err)
{
    const int index = chore_plan_find(&run->plan, episode);
    if (index >= 0) {
        return index;
    }
    size_t n = (size_t)run->plan.n_episodes;
    char(*text)[CHORE_NAME_CAP * 2] = calloc(n + 1, sizeof *text);
    const char **names = calloc(n + 1, sizeof *names);
    CHORE_ASSERT(text && names);
    for (size_t i = 0; i < n; i++) {
        chore_plan_episode_name(&run->plan, (int)i, text[i]);
        names[i] = text[i];
    }
    const int nearest = chore_nearest(episode, names, (int)n);
    if (nearest >= 0) {
        chore_fail(err, CHORE_E_USAGE, "%s has no episode '%s'; did you mean '%s'?", run->dir, episode, names[nearest]);
    } else {
        chore_fail(err, CHORE_E_USAGE, "%s has no episode '%s'; its first is '%s'", run->dir, episode, n > 0 ? names[0] : "");
    }
    free(names);
    free(text);
    return -1;
}
