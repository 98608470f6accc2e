/* A run folder: plan, rows and what is derived from them, opened as one. */
#ifndef CHORE_RUN_FOLDER_H
#define CHORE_RUN_FOLDER_H
#include <chore/run_summary.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_run_folder {
    char dir[CHORE_PATH_CAP];
    chore_plan plan;
    chore_rows rows;
} chore_run_folder;

/* Read plan.json and all shards, with every check of the store. CHORE_E_NOT_FOUND: no run there. */
chore_status chore_run_folder_open(chore_run_folder *run, const char *dir, chore_error *err);
/* Only one run may write a folder. Take the lock before reading what is done; it ends with the process and its workers, and is waited for a
   moment, since those of a killed run may still be dying. *lock: a file descriptor to close, or -1 where the file system has no locks. CHORE_E_USAGE. */
chore_status chore_run_folder_lock(const char *dir, int *lock, chore_error *err);
void chore_run_folder_close(chore_run_folder *run);
/* Index of the episode of that name or number; -1 with CHORE_E_USAGE that names the nearest. */
int chore_run_folder_find(const chore_run_folder *run, const char *episode, chore_error *err);
/* The row that counts for an episode; NULL: not done. */
const chore_row *chore_run_folder_row(const chore_run_folder *run, int episode);
/* Write summary.json and report.html anew. */
chore_status chore_run_folder_derive(const chore_run_folder *run, const chore_summary *summary, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
