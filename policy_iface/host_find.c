/* Where plug-ins are looked for: $CHORE_POLICY_PATH (folders with ':' between), then the folder of the
   plug-ins that come along. */
#include "host_internal.h"
#include <chore/files.h>
#include <chore/text.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".so"

typedef struct name_list {
    char **names;
    int n, cap;
    chore_status status; /* of reading the folders */
    chore_error *err;
} name_list;

static void list_add(name_list *list, const char *name, size_t len)
{
    if (list->n == list->cap) {
        list->cap = list->cap != 0 ? 2 * list->cap : 16;
        list->names = realloc(list->names, (size_t)list->cap * sizeof *list->names);
        CHORE_ASSERT(list->names != NULL);
    }
    char *copy = malloc(len + 1);
    CHORE_ASSERT(copy != NULL);
    memcpy(copy, name, len);
    copy[len] = '\0';
    list->names[list->n++] = copy;
}

/* Calls visit for each search folder until it returns true. */
static bool visit_folders(bool (*visit)(const char *folder, void *ctx), void *ctx)
{
    const char *rest = getenv("CHORE_POLICY_PATH");
    while (rest != NULL && *rest != '\0') {
        char folder[CHORE_PATH_CAP];
        const size_t len = strcspn(rest, ":");
        if (len > 0 && len < sizeof folder) {
            memcpy(folder, rest, len);
            folder[len] = '\0';
            if (visit(folder, ctx)) {
                return true;
            }
        }
        rest += rest[len] == ':' ? len + 1 : len;
    }
    return visit(chore_plugin_dir(), ctx);
}

/* "name.so", but not a module of the harness itself ("chore-render-egl.so"). Returns the length of the name,
   0: not a policy. */
static size_t policy_name_len(const char *file)
{
    const size_t len = strlen(file), suffix = strlen(SUFFIX);
    if (len <= suffix || strcmp(file + len - suffix, SUFFIX) != 0 || strncmp(file, "chore-", 6) == 0) {
        return 0;
    }
    return len - suffix;
}

static bool add_names_of(const char *folder, void *ctx)
{
    name_list *list = ctx;
    char **files = NULL;
    int n = 0;
    if (!chore_dir_exists(folder)) {
        return false; /* a folder that is not there holds nothing */
    }
    list->status = chore_dir_list(folder, &files, &n, list->err);
    if (list->status != CHORE_OK) {
        return true;
    }
    for (int i = 0; i < n; i++) {
        const size_t len = policy_name_len(files[i]);
        if (len > 0) {
            list_add(list, files[i], len);
        }
    }
    chore_dir_list_free(files, n);
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

chore_status chore_policy_list(char ***out, int *n, chore_error *err)
{
    name_list list = {.status = CHORE_OK, .err = err};
    visit_folders(add_names_of, &list);
    if (list.status != CHORE_OK) {
        chore_dir_list_free(list.names, list.n);
        return list.status;
    }
    if (list.n > 1) {
        qsort(list.names, (size_t)list.n, sizeof *list.names, compare_names);
    }
    int kept = 0;
    for (int i = 0; i < list.n; i++) { /* the same name in two folders is one name */
        if (kept > 0 && strcmp(list.names[kept - 1], list.names[i]) == 0) {
            free(list.names[i]);
        } else {
            list.names[kept++] = list.names[i];
        }
    }
    *out = list.names;
    *n = kept;
    return CHORE_OK;
}

typedef struct search {
    const char *name;
    char *path; /* [CHORE_PATH_CAP] */
} search;

static bool is_in_folder(const char *folder, void *ctx)
{
    search *s = ctx;
    char file[CHORE_PATH_CAP];
    if (!chore_copy(file, sizeof file - strlen(SUFFIX), s->name)) {
        return false;
    }
    strcat(file, SUFFIX);
    return chore_path_join(s->path, folder, file, NULL) == CHORE_OK && chore_file_exists(s->path);
}

static chore_status not_found(const char *name, chore_error *err)
{
    char **names = NULL;
    int n = 0;
    (void)chore_policy_list(&names, &n, NULL); /* without the list the message is shorter */
    const int near = chore_nearest(name, (const char *const *)names, n);
    chore_text all = {0};
    for (int i = 0; i < n; i++) {
        chore_text_add(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    chore_fail(err, CHORE_E_POLICY_LOAD, "there is no policy \"%s\"%s%s%s", name,
               near >= 0 ? "; did you mean \"" : "", near >= 0 ? names[near] : "", near >= 0 ? "\"?" : "");
    chore_error_hint(err, "%s%s; a path such as ./%s.so names a file",
                     n > 0 ? "there are: " : "no policy was found in ",
                     n > 0 ? chore_text_get(&all) : chore_plugin_dir(), name);
    chore_text_release(&all);
    chore_dir_list_free(names, n);
    return CHORE_E_POLICY_LOAD;
}

chore_status chore_host_find(char path[CHORE_PATH_CAP], const char *name_or_path, chore_error *err)
{
    if (strchr(name_or_path, '/') != NULL || policy_name_len(name_or_path) > 0) { /* a path */
        char absolute[CHORE_PATH_CAP];
        /* with a slash in it, so that dlopen does not search the system's folders */
        const bool fits =
            chore_copy(absolute, sizeof absolute, name_or_path) &&
            (strchr(absolute, '/') != NULL || chore_path_join(absolute, ".", name_or_path, NULL) == CHORE_OK);
        if (!fits || !chore_file_exists(absolute)) {
            return chore_fail_at(err, CHORE_E_POLICY_LOAD, name_or_path, 0, 0,
                                 "there is no such policy file");
        }
        chore_copy(path, CHORE_PATH_CAP, absolute);
        return CHORE_OK;
    }
    search s = {name_or_path, path};
    if (name_or_path[0] != '\0' && visit_folders(is_in_folder, &s)) {
        return CHORE_OK;
    }
    return not_found(name_or_path, err);
}
