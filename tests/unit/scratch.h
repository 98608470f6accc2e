/* A test's own empty folder, gone afterwards. */
#ifndef CHORE_TEST_SCRATCH_H
#define CHORE_TEST_SCRATCH_H
#include <chore/files.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void scratch_make(char folder[CHORE_PATH_CAP])
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder, CHORE_PATH_CAP, "%s/chore-test-XXXXXX",
             parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    CHORE_ASSERT(mkdtemp(folder) != NULL);
}

/* Removes files and empty folders in it, then itself; false when something deeper is left. */
static inline bool scratch_remove(const char *folder)
{
    char **names = NULL, path[CHORE_PATH_CAP];
    int n = 0;
    if (chore_dir_list(folder, &names, &n, NULL) != CHORE_OK) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (chore_path_join(path, folder, names[i], NULL) == CHORE_OK) {
            (void)remove(path);
        }
    }
    chore_dir_list_free(names, n);
    return rmdir(folder) == 0;
}
#endif
