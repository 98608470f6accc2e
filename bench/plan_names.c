#include "plan_names_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/conventions.h>
#include <chore/files.h>
#include <chore/yaml.h>

static bool is_path(const char *name)
{
    size_t len = strlen(name);
    return strchr(name, '/') || (len > 5 && strcmp(name + len - 5, ".yaml") == 0);
}

/* Check the task completely, scene included, before an episode starts. *as_planned: the plan's rate is its own anyway. */
static chore_status plan_task(chore_plan_task *out, const char *name, const chore_plan *plan,
                              bool *as_planned, chore_error *err)
{
    const char *embodiment = plan->embodiment;
    chore_task *task = NULL;
    chore_scene *scene = NULL;
    chore_status status = chore_task_load(&task, name, err);
    if (status == CHORE_OK && plan->control_hz > 0) {
        *as_planned = *as_planned && chore_task_own_control_hz(task) == plan->control_hz;
        chore_task_set_control_hz(task, plan->control_hz);
    }
    if (status == CHORE_OK) {
        status = chore_task_build_scene(
            task, embodiment[0] ? embodiment : chore_task_embodiment(task, 0), &scene, err);
    }
    if (status == CHORE_OK) {
        chore_copy(out->name, sizeof out->name, chore_task_name(task));
        out->version = chore_task_version(task);
        out->hash = chore_task_hash(task);
        char full[CHORE_PATH_CAP] = "";
        if (is_path(name) && realpath(name, full) == NULL) {
            full[0] = 0;
        }
        chore_copy(out->path, sizeof out->path, full);
    }
    chore_scene_destroy(scene);
    chore_task_free(task);
    return status;
}

/* A file that lists tasks, or one of the suites' names. */
static bool is_suite(const char *name)
{
    bool found = false;
    if (is_path(name)) {
        chore_yaml *yaml;
        if (chore_yaml_load(&yaml, name, NULL) == CHORE_OK) {
            const chore_yaml_node *root = chore_yaml_root(yaml);
            found = chore_yaml_kind_of(root) == CHORE_YAML_MAP && chore_yaml_find(root, "tasks");
            chore_yaml_free(yaml);
        }
        return found;
    }
    char **names;
    int n;
    if (chore_suite_list(&names, &n, NULL) == CHORE_OK) {
        for (int i = 0; i < n; i++) {
            found |= strcmp(names[i], name) == 0;
        }
        chore_dir_list_free(names, n);
    }
    return found;
}

/* The name may also have been meant for a suite: then the error says so. */
static void hint_suite(const char *name, bool alone, chore_error *err)
{
    char **names;
    int n, nearest;
    if (is_path(name) || chore_suite_list(&names, &n, NULL) != CHORE_OK) {
        return;
    }
    nearest = chore_nearest(name, (const char *const *)names, n);
    if (nearest >= 0 && alone) {
        chore_error_hint(err, "did you mean the suite '%s'?", names[nearest]);
    } else if (nearest >= 0) {
        chore_error_hint(err, "the suite '%s' runs alone, without further names", names[nearest]);
    }
    chore_dir_list_free(names, n);
}

/* One name that is a suite, or a list of tasks. */
chore_status chorei_plan_names(chore_plan *plan, const char **args, uint64_t *seed_lo,
                               uint64_t *seed_hi, chore_error *err)
{
    chore_suite suite = {0};
    int n = 0;
    while (args[n]) {
        n++;
    }
    if (n == 1 && is_suite(args[0])) {
        chore_status loaded = chore_suite_load(&suite, args[0], err);
        if (loaded != CHORE_OK) {
            return loaded;
        }
        chore_copy(plan->suite, sizeof plan->suite, suite.name);
        *seed_lo = suite.seed_lo;
        *seed_hi = suite.seed_hi;
        n = suite.n_tasks;
    }
    plan->tasks = calloc((size_t)n, sizeof *plan->tasks);
    CHORE_ASSERT(plan->tasks);
    chore_status status = CHORE_OK;
    bool as_planned = true;
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        status = plan_task(&plan->tasks[i], plan->suite[0] ? suite.tasks[i] : args[i], plan,
                           &as_planned, err);
        if (status == CHORE_E_NOT_FOUND && !plan->suite[0]) {
            hint_suite(args[i], n == 1, err);
        }
        plan->n_tasks++;
        for (int k = 0; k < i && status == CHORE_OK; k++) {
            if (strcmp(plan->tasks[k].name, plan->tasks[i].name) == 0) {
                status =
                    chore_fail(err, CHORE_E_USAGE, "task '%s' is named twice", plan->tasks[i].name);
            }
        }
    }
    plan->control_hz = as_planned ? 0 : plan->control_hz;
    chore_suite_release(&suite);
    return status;
}

/* Where it listens is made absolute, as paths are; a socket is called by its last name. */
static chore_status plan_remote(chore_plan *plan, const char *address, const char *config, chore_error *err)
{
    static const char local[] = "unix:";
    const char *path = strncmp(address, local, sizeof local - 1) == 0 ? address + sizeof local - 1 : NULL;
    char folder[CHORE_PATH_CAP] = "", name[CHORE_PATH_CAP];
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (path && path[0] && path[0] != '/' && !getcwd(folder, sizeof folder - 1)) {
        return chore_fail(err, CHORE_E_IO, "the present folder is not known");
    }
    snprintf(name, sizeof name, "%s%s", path ? local : "", slash ? slash + 1 : path ? path : address);
    chore_copy(plan->policy, sizeof plan->policy, name);
    const int n = snprintf(plan->policy_path, sizeof plan->policy_path, "%s%s%s%s", path ? local : "", folder,
                           folder[0] ? "/" : "", path ? path : address);
    plan->policy_config = strdup(config ? config : "");
    CHORE_ASSERT(plan->policy_config);
    return n < (int)sizeof plan->policy_path ? chore_policy_address_check(plan->policy_path, err)
                                             : chore_fail(err, CHORE_E_USAGE, "'%s' is too long", address);
}

chore_status chorei_plan_policy(chore_plan *plan, const char *policy, const char *config,
                                chore_error *err)
{
    if (chore_policy_is_address(policy)) {
        return plan_remote(plan, policy, config, err);
    }
    if (chorei_is_python(policy)) {
        return chorei_plan_python(plan, policy, config, err);
    }
    const char *slash = strrchr(policy, '/');
    chore_copy(plan->policy, sizeof plan->policy, slash ? slash + 1 : policy);
    size_t len = strlen(plan->policy);
    if (len > 3 && strcmp(plan->policy + len - 3, ".so") == 0) {
        plan->policy[len - 3] = 0;
    }
    if (slash || len != strlen(plan->policy)) {
        char full[CHORE_PATH_CAP] = "";
        chore_copy(plan->policy_path, sizeof plan->policy_path,
                   realpath(policy, full) ? full : policy);
    }
    plan->policy_config = strdup(config ? config : "");
    return plan->policy_config ? CHORE_OK : chore_fail(err, CHORE_E_MEMORY, "out of memory");
}

chore_status chorei_plan_convention(chore_plan *plan, const char *name_or_path, chore_error *err)
{
    chore_convention *convention = calloc(1, sizeof *convention);
    CHORE_ASSERT(convention);
    chore_status status = chore_convention_load(convention, name_or_path, err);
    if (status == CHORE_OK) {
        chore_copy(plan->convention, sizeof plan->convention, convention->name);
        chore_copy(plan->convention_path, sizeof plan->convention_path, is_path(name_or_path) ? convention->path : "");
        plan->convention_hash = convention->hash;
        plan->control_hz = (int)convention->rate_hz;
        if (convention->rate_hz < 1 || convention->rate_hz > CHORE_RATE_MOST ||
            (double)plan->control_hz < convention->rate_hz) {
            status = chore_fail_at(err, CHORE_E_FILE, convention->path, 0, 0,
                                   "a rate of %g Hz: expected a whole number, 1 to %d Hz", convention->rate_hz, CHORE_RATE_MOST);
        }
    }
    free(convention);
    return status;
}
