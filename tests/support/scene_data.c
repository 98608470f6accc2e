#include "scene_data.h"

#include <chore/files.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char data[CHORE_PATH_CAP];

static void join(char *out, const char *a, const char *b)
{
    CHORE_ASSERT(chore_path_join(out, a, b, NULL) == CHORE_OK);
}

/* data/<folder> becomes a real folder with a link to each thing in the real one. */
static void link_folder(const char *source, const char *folder)
{
    char from[CHORE_PATH_CAP], to[CHORE_PATH_CAP], link_from[CHORE_PATH_CAP], link_to[CHORE_PATH_CAP];
    char **names;
    int n;
    join(from, source, folder);
    join(to, data, folder);
    CHORE_ASSERT(chore_dir_make(to, NULL) == CHORE_OK && chore_dir_list(from, &names, &n, NULL) == CHORE_OK);
    for (int i = 0; i < n; i++) {
        join(link_from, from, names[i]);
        join(link_to, to, names[i]);
        CHORE_ASSERT(symlink(link_from, link_to) == 0);
    }
    chore_dir_list_free(names, n);
}

const char *scene_data_make(void)
{
    const char *source = getenv("CHORE_SOURCE_DIR"), *parent = getenv("TMPDIR");
    CHORE_ASSERT(source != NULL);
    snprintf(data, sizeof data, "%s/chore-data-XXXXXX",
             parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    CHORE_ASSERT(mkdtemp(data) != NULL);
    link_folder(source, "scenes/defs");
    link_folder(source, "scenes/assets/objects");
    link_folder(source, "scenes/assets/fixtures");
    link_folder(source, "scenes/assets/embodiments");
    CHORE_ASSERT(setenv("CHOREBENCH_DATA", data, 1) == 0);
    return data;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void scene_data_remove(void)
{
    CHORE_ASSERT(nftw(data, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

void scene_data_write(const char *path, const char *text)
{
    char full[CHORE_PATH_CAP], folder[CHORE_PATH_CAP];
    join(full, data, path);
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(full, '/') - full), full);
    CHORE_ASSERT(chore_dir_make(folder, NULL) == CHORE_OK &&
                 chore_file_write(full, text, strlen(text), NULL) == CHORE_OK);
}
