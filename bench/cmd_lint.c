#include <chore/cli.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/task.h>
#include <chore/yaml.h>

typedef struct lint {
    uint64_t seed_lo, seed_hi;
    bool as_json;
    int good, bad;
    json_t *results;
} lint;

/* Checks one file or name; writes what is good about it ("version 1, 2 events, 5 seeds"). */
typedef chore_status (*lint_fn)(const lint *l, const char *target, chore_text *about, chore_error *err);

static chore_status lint_task(const lint *l, const char *target, chore_text *about, chore_error *err)
{
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    chore_status status = chore_task_load(&task, target, err);
    int n = status == CHORE_OK ? chore_task_n_embodiments(task) : 0;
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        status = chore_task_build_scene(task, chore_task_embodiment(task, i), &scene, err);
        if (status == CHORE_OK) {
            status = chore_task_lint(task, scene, l->seed_lo, l->seed_hi, err);
        }
        chore_scene_destroy(scene);
        scene = NULL;
    }
    if (status == CHORE_OK) {
        chore_text_add(about, "version %d, %d robot%s, %d stages, %d events, seeds %llu..%llu",
                       chore_task_version(task), n, n == 1 ? "" : "s", chore_task_n_stages(task),
                       chore_task_n_events(task), (unsigned long long)l->seed_lo,
                       (unsigned long long)l->seed_hi);
    }
    chore_task_free(task);
    return status;
}

static chore_status lint_suite(const lint *l, const char *target, chore_text *about, chore_error *err)
{
    (void)l;
    chore_suite suite = {0};
    chore_status status = chore_suite_load(&suite, target, err);
    for (int i = 0; i < suite.n_tasks && status == CHORE_OK; i++) {
        chore_task *task = NULL;
        status = chore_task_load(&task, suite.tasks[i], err);
        chore_task_free(task);
    }
    if (status == CHORE_OK) {
        chore_text_add(about, "version %d, %d tasks", suite.version, suite.n_tasks);
    }
    chore_suite_release(&suite);
    return status;
}

static chore_status lint_composed(const chore_scene_def *def, chore_text *about, chore_error *err)
{
    chore_scene *scene = NULL;
    chore_status status = chore_scene_build(&scene, def, err);
    if (status == CHORE_OK) {
        chore_text_add(about, "compiles, %d regions, %d fixtures", chore_scene_n_regions(scene),
                       chore_scene_n_fixtures(scene));
    }
    chore_scene_destroy(scene);
    return status;
}

static chore_status lint_scene(const lint *l, const char *target, chore_text *about, chore_error *err)
{
    (void)l;
    return lint_composed(&(chore_scene_def){.scene = target}, about, err);
}

/* A robot is checked by standing it into the first scene there is. */
static chore_status lint_robot(const lint *l, const char *target, chore_text *about, chore_error *err)
{
    (void)l;
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP], **names;
    int n;
    chore_status status = chore_path_join(folder, chore_data_dir(), "scenes/defs", err);
    if (status == CHORE_OK) {
        status = chore_dir_list(folder, &names, &n, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    status = n > 0 ? chore_path_join(path, folder, names[0], err)
                   : chore_fail_at(err, CHORE_E_NOT_FOUND, folder, 0, 0, "no scene to stand the robot in");
    chore_dir_list_free(names, n);
    return status == CHORE_OK
               ? lint_composed(&(chore_scene_def){.scene = path, .embodiment = target}, about, err)
               : status;
}

/* ---- what a target is ------------------------------------------------------------------------------------------- */

static const struct kind {
    const char *name;
    lint_fn check;
    const char *folder; /* below the data folder, where its names lie; NULL: another function lists them */
    const char *key, *or_key; /* a top-level key that only this kind of file has, or NULL */
} kinds[] = {
    {"task", lint_task, NULL, "goal", NULL},
    {"suite", lint_suite, "tasks/suites", "tasks", NULL},
    {"scene", lint_scene, "scenes/defs", "room", "include"},
    {"robot", lint_robot, "scenes/assets/embodiments", "arms", NULL},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

/* Names of one kind, ".yaml" taken off; *names is freed with chore_dir_list_free. */
static chore_status names_of(const struct kind *kind, char ***names, int *n, chore_error *err)
{
    char folder[CHORE_PATH_CAP];
    if (!kind->folder) {
        return chore_task_list(names, n, err);
    }
    chore_status status = chore_path_join(folder, chore_data_dir(), kind->folder, err);
    if (status == CHORE_OK) {
        status = chore_dir_list(folder, names, n, err);
    }
    for (int i = 0; status == CHORE_OK && i < *n; i++) {
        char *dot = strstr((*names)[i], ".yaml");
        if (dot) {
            *dot = '\0';
        }
    }
    return status;
}

static bool is_path(const char *target)
{
    size_t len = strlen(target);
    return strchr(target, '/') || (len > 5 && strcmp(target + len - 5, ".yaml") == 0);
}

static const struct kind *kind_of_file(const char *path, chore_error *err)
{
    chore_yaml *yaml;
    if (chore_yaml_load(&yaml, path, err) != CHORE_OK) {
        return NULL;
    }
    const struct kind *found = NULL;
    for (int k = 0; k < KIND_COUNT && !found; k++) {
        const chore_yaml_node *root = chore_yaml_root(yaml);
        if (chore_yaml_kind_of(root) == CHORE_YAML_MAP &&
            (chore_yaml_find(root, kinds[k].key) ||
             (kinds[k].or_key && chore_yaml_find(root, kinds[k].or_key)))) {
            found = &kinds[k];
        }
    }
    chore_yaml_free(yaml);
    if (!found) {
        chore_fail_at(err, CHORE_E_FILE, path, 1, 1,
                      "neither a task (goal), a suite (tasks), a scene (room) nor a robot (arms)");
    }
    return found;
}

static const struct kind *kind_of_name(const char *name, chore_error *err)
{
    char nearest[CHORE_NAME_CAP] = "";
    for (int k = 0; k < KIND_COUNT; k++) {
        char **names;
        int n;
        if (names_of(&kinds[k], &names, &n, err) != CHORE_OK) {
            return NULL;
        }
        bool found = false;
        for (int i = 0; i < n; i++) {
            found |= strcmp(names[i], name) == 0;
        }
        int near = chore_nearest(name, (const char *const *)names, n);
        if (near >= 0 && !nearest[0]) {
            chore_copy(nearest, sizeof nearest, names[near]);
        }
        chore_dir_list_free(names, n);
        if (found) {
            return &kinds[k];
        }
    }
    if (nearest[0]) {
        chore_fail(err, CHORE_E_NOT_FOUND, "no task, suite, scene or robot '%s'; did you mean '%s'?", name,
                   nearest);
    } else {
        chore_fail(err, CHORE_E_NOT_FOUND, "no task, suite, scene or robot '%s'", name);
        chore_error_hint(err, "a file is named by its path: ./%s.yaml", name);
    }
    return NULL;
}

/* ---- checking ----------------------------------------------------------------------------------------------------- */

static void report_good(lint *l, const struct kind *kind, const char *target, const char *about)
{
    l->good++;
    json_array_append_new(l->results, json_pack("{s:s, s:s, s:b, s:s}", "target", target, "kind", kind->name,
                                                "ok", 1, "about", about));
    if (!l->as_json) {
        printf("ok   %-6s %s (%s)\n", kind->name, target, about);
        fflush(stdout);
    }
}

static void report_bad(lint *l, const struct kind *kind, const char *target, const chore_error *err)
{
    char line[CHORE_PATH_CAP + 1400];
    l->bad++;
    json_array_append_new(l->results, json_pack("{s:s, s:s, s:b, s:s, s:i, s:i, s:s, s:s, s:s}", "target",
                                                target, "kind", kind ? kind->name : "unknown", "ok", 0,
                                                "file", err->file, "line", err->line, "column", err->column,
                                                "status", chore_status_text(err->status), "message",
                                                err->message, "hint", err->hint));
    if (!l->as_json) {
        chore_error_format(err, line, sizeof line);
        printf("%s%s%s\n", err->file[0] ? "" : target, err->file[0] ? "" : ": ", line);
        fflush(stdout);
    }
}

static void check(lint *l, const char *target)
{
    chore_error err = {0};
    chore_text about = {0};
    const struct kind *kind = is_path(target) ? kind_of_file(target, &err) : kind_of_name(target, &err);
    if (kind && kind->check(l, target, &about, &err) == CHORE_OK) {
        report_good(l, kind, target, chore_text_get(&about));
    } else {
        report_bad(l, kind, target, &err);
    }
    chore_text_release(&about);
}

/* Everything in the data folder. */
static chore_status check_all(lint *l, chore_error *err)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        char **names;
        int n;
        chore_status status = names_of(&kinds[k], &names, &n, err);
        if (status != CHORE_OK) {
            return status;
        }
        for (int i = 0; i < n; i++) {
            check(l, names[i]);
        }
        chore_dir_list_free(names, n);
    }
    return CHORE_OK;
}

static int lint_targets(lint *l, const char **targets)
{
    chore_error err = {0};
    for (int i = 0; targets[i]; i++) {
        check(l, targets[i]);
    }
    if (!targets[0] && check_all(l, &err) != CHORE_OK) {
        return chore_cli_fail("lint", &err);
    }
    if (l->as_json) {
        json_t *json = json_pack("{s:i, s:i, s:i, s:O}", "schema", 1, "good", l->good, "bad", l->bad,
                                 "results", l->results);
        json_dumpf(json, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(json);
    } else {
        fprintf(stderr, "%d good, %d bad\n", l->good, l->bad);
    }
    return l->bad ? chore_status_exit_code(CHORE_E_FILE) : 0;
}

int chore_cmd_lint(int argc, const char **argv)
{
    lint l = {.seed_lo = 0, .seed_hi = 4};
    int as_json = 0, code;
    char *seeds = NULL;
    const struct poptOption options[] = {
        {"seeds", 's', POPT_ARG_STRING, &seeds, 0, "starts to try for each task (default 0..4)", "A..B"},
        {"json", 0, POPT_ARG_NONE, &as_json, 0, "print JSON", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    if (chore_cli_parse(
            &context, "lint", argc, argv, options, "[OPTIONS] [FILE|NAME...]",
            "Check tasks, suites, scenes and robots: syntax, names, units, that the scene compiles, and for a\n"
            "few seeds that everything finds room, settles, and leaves the job undone. Without names: all of them.\n\n"
            "Examples:\n"
            "  chorebench lint ./my_task.yaml --seeds 0..99\n"
            "  chorebench lint bus_table smoke\n",
            &args, &code) < 0) {
        return code;
    }
    chore_error err = {0};
    l.as_json = as_json;
    l.results = json_array();
    if (seeds && chore_cli_seeds(seeds, &l.seed_lo, &l.seed_hi, &err) != CHORE_OK) {
        code = chore_cli_fail("lint", &err);
    } else {
        code = lint_targets(&l, args);
    }
    json_decref(l.results);
    poptFreeContext(context);
    free(seeds);
    return code;
}
