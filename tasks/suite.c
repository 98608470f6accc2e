/* Suites: which tasks, which seeds by default. */
#include "task_internal.h"

#include <chore/files.h>
#include <stdlib.h>
#include <string.h>

#define SUITES "tasks/suites"

chore_status chore_suite_list(char ***out, int *n, chore_error *err)
{
    char dir[CHORE_PATH_CAP], **files;
    int n_files;
    *out = NULL;
    *n = 0;
    TRY(chore_path_join(dir, chore_data_dir(), SUITES, err));
    TRY(chore_dir_list(dir, &files, &n_files, err));
    int kept = 0;
    for (int i = 0; i < n_files; i++) { /* keep NAME.yaml as NAME, in place */
        size_t len = strlen(files[i]);
        if (len > 5 && strcmp(files[i] + len - 5, ".yaml") == 0) {
            files[i][len - 5] = '\0';
            files[kept++] = files[i];
        } else {
            free(files[i]);
        }
    }
    *out = files;
    *n = kept;
    return CHORE_OK;
}

static chore_status parse_seeds(const chore_yaml_node *node, chore_suite *suite, chore_error *err)
{
    int64_t lo, hi;
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "seeds: [first, last]", err));
    if (chore_yaml_size(node) != 2) {
        return chore_yaml_fail(node, err, "expected seeds: [first, last], both included");
    }
    TRY(chore_yaml_int(chore_yaml_item(node, 0), 0, INT64_MAX, &lo, err));
    TRY(chore_yaml_int(chore_yaml_item(node, 1), lo, INT64_MAX, &hi, err));
    suite->seed_lo = (uint64_t)lo;
    suite->seed_hi = (uint64_t)hi;
    return CHORE_OK;
}

static chore_status parse_tasks(const chore_yaml_node *node, chore_suite *suite, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "a list of task names", err));
    int n = chore_yaml_size(node);
    if (n == 0) {
        return chore_yaml_fail(node, err, "a suite needs at least one task");
    }
    suite->tasks = calloc((size_t)n, sizeof *suite->tasks);
    CHORE_ASSERT(suite->tasks != NULL);
    for (int i = 0; i < n; i++) {
        TRY(chore_yaml_identifier(chore_yaml_item(node, i), suite->tasks[i], err));
        for (int k = 0; k < i; k++) {
            if (strcmp(suite->tasks[k], suite->tasks[i]) == 0) {
                return chore_yaml_fail(chore_yaml_item(node, i), err,
                                       "the task '%s' is there twice", suite->tasks[i]);
            }
        }
        suite->n_tasks = i + 1;
    }
    return CHORE_OK;
}

/* Tasks that exist nowhere are an error of the suite, at its own place. */
static chore_status check_tasks(const chore_yaml_node *node, const chore_suite *suite,
                                chore_error *err)
{
    char **names;
    int n;
    TRY(chore_task_list(&names, &n, err));
    chore_status status = CHORE_OK;
    for (int i = 0; i < suite->n_tasks && status == CHORE_OK; i++) {
        bool found = false;
        for (int k = 0; k < n && !found; k++) {
            found = strcmp(names[k], suite->tasks[i]) == 0;
        }
        if (!found) {
            status = chore_yaml_fail_unknown(chore_yaml_item(node, i), "task", suite->tasks[i],
                                             (const char *const *)names, n, err);
        }
    }
    chore_dir_list_free(names, n);
    return status;
}

static chore_status parse_suite(const chore_yaml_node *root, chore_suite *suite, chore_error *err)
{
    static const char *const known[] = {"name", "version", "tasks", "seeds", NULL};
    int64_t version;
    TRY(chore_yaml_check_keys(root, "suite", known, known, err));
    TRY(chore_yaml_identifier(chore_yaml_find(root, "name"), suite->name, err));
    TRY(chore_yaml_int(chore_yaml_find(root, "version"), 1, 1000000, &version, err));
    suite->version = (int)version;
    TRY(parse_tasks(chore_yaml_find(root, "tasks"), suite, err));
    TRY(check_tasks(chore_yaml_find(root, "tasks"), suite, err));
    return parse_seeds(chore_yaml_find(root, "seeds"), suite, err);
}

static chore_status find_suite(const char *name, char path[CHORE_PATH_CAP], chore_error *err)
{
    char dir[CHORE_PATH_CAP], file[CHORE_NAME_CAP + 8], **names;
    int n;
    if (chore_is_identifier(name)) {
        chore_copy(file, sizeof file, name);
        memcpy(file + strlen(name), ".yaml", sizeof ".yaml");
        TRY(chore_path_join(dir, chore_data_dir(), SUITES, err));
        TRY(chore_path_join(path, dir, file, err));
        if (chore_file_exists(path)) {
            return CHORE_OK;
        }
    }
    TRY(chore_suite_list(&names, &n, err));
    int nearest = chore_nearest(name, (const char *const *)names, n);
    chore_status status =
        chore_fail(err, CHORE_E_NOT_FOUND, "there is no suite '%s' in " SUITES, name);
    if (nearest >= 0) {
        chore_error_hint(err, "did you mean '%s'?", names[nearest]);
    }
    chore_dir_list_free(names, n);
    return status;
}

chore_status chore_suite_load(chore_suite *out, const char *name_or_path, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    chore_yaml *yaml;
    memset(out, 0, sizeof *out);
    if (strchr(name_or_path, '/') || strstr(name_or_path, ".yaml")) {
        if (!chore_copy(path, sizeof path, name_or_path) || !chore_file_exists(path)) {
            return chore_fail(err, CHORE_E_NOT_FOUND, "there is no suite file %s", name_or_path);
        }
    } else {
        TRY(find_suite(name_or_path, path, err));
    }
    TRY(chore_yaml_load(&yaml, path, err));
    chore_status status = parse_suite(chore_yaml_root(yaml), out, err);
    chore_yaml_free(yaml);
    if (status != CHORE_OK) {
        chore_suite_release(out);
    }
    return status;
}

void chore_suite_release(chore_suite *suite)
{
    free(suite->tasks);
    memset(suite, 0, sizeof *suite);
}
