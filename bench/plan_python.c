/* A policy in Python: which interpreter, and what of the machine's files it needs, so that `--policy my.py` simply works. It is
   asked once, when the plan is made; what it said is frozen in the plan. */
#include "plan_names_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/hash.h>
#include <chore/policy_host.h>
#include <chore/text.h>

extern char **environ;
enum { ANSWER_BYTES = 64 * 1024 };

/* "x.py" or "x.py:NAME": the length of the file's part; 0: neither. */
static size_t file_len(const char *policy)
{
    const char *name = strstr(policy, ".py:");
    const size_t len = name ? (size_t)(name - policy) + 3 : strlen(policy);
    return len > 3 && strncmp(policy + len - 3, ".py", 3) == 0 ? len : 0;
}

bool chorei_is_python(const char *policy)
{
    return file_len(policy) > 0;
}

/* ---- the interpreter ------------------------------------------------------------------------------------------------ */

/* Its own path, its two prefixes, then where it looks for modules, each on a line; "" stands for the present folder, which is
   not asked about. Nothing but sys is imported, so that no file of the present folder is run. */
static const char question[] =
    "import sys; print(sys.executable, sys.prefix, sys.base_prefix, *filter(None, sys.path), sep='\\n')";

static chore_status no_python(const char *python, const char *why, chore_error *err)
{
    chore_fail(err, CHORE_E_POLICY_LOAD, "a policy in Python needs Python: %s %s", python, why);
    chore_error_hint(
        err,
        "Debian and Ubuntu: apt-get install python3 python3-numpy; CHOREBENCH_PYTHON=PATH names another one");
    return CHORE_E_POLICY_LOAD;
}

static void read_all(int fd, char *out, size_t cap)
{
    size_t len = 0;
    ssize_t n;
    while ((n = read(fd, out + len, cap - 1 - len)) > 0 || (n < 0 && errno == EINTR)) {
        len += n > 0 ? (size_t)n : 0;
    }
    out[len] = 0;
}

static chore_status ask_python(const char *python, char *answer, size_t cap, chore_error *err)
{
    char program[CHORE_PATH_CAP], dash_c[] = "-c", code[sizeof question];
    char *argv[] = {program, dash_c, code, NULL};
    int ends[2], status = -1;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    memcpy(code, question, sizeof code);
    if (!chore_copy(program, sizeof program, python) || pipe2(ends, O_CLOEXEC) != 0) {
        return no_python(python, "cannot be asked", err);
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int failed = posix_spawnp(&pid, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    read_all(ends[0], answer, failed ? 1 : cap);
    close(ends[0]);
    while (!failed && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    if (failed || status != 0) {
        return no_python(python, failed ? strerror(failed) : "does not run", err);
    }
    return CHORE_OK;
}

/* ---- what it may read ----------------------------------------------------------------------------------------------- */

static bool is_below(const char *path, const char *folder)
{
    const size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == 0);
}

/* What every policy may read (policy_iface/guest/confine_files.c). */
static bool is_of_the_system(const char *path)
{
    static const char *const folders[] = {"/usr", "/lib", "/lib64", "/bin", "/nix/store"};
    bool below = false;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        below |= is_below(path, folders[i]);
    }
    return below;
}

/* Adds read=PATH, unless it is covered already or is not there. */
static chore_status let_read(chore_policy_allow *allow, const char *path, chore_error *err)
{
    char real[PATH_MAX];
    if (!realpath(path, real) || is_of_the_system(real)) {
        return CHORE_OK;
    }
    for (int i = 0; i < allow->n_read; i++) {
        if (is_below(real, allow->read[i])) {
            return CHORE_OK;
        }
    }
    if (allow->n_read == CHORE_POLICY_ALLOW_PATHS || strchr(real, ',') ||
        !chore_copy(allow->read[allow->n_read], CHORE_PATH_CAP, real)) {
        chore_fail(err, CHORE_E_USAGE,
                   "Python looks for modules in more folders than can be allowed, or in %s", real);
        chore_error_hint(
            err,
            "a virtual environment of the policy's own has them in one; or name a common folder with --allow read=FOLDER");
        return CHORE_E_USAGE;
    }
    allow->n_read++;
    return CHORE_OK;
}

typedef struct found {
    char *lines; /* the answer, cut into lines */
    const char *python;
    json_t *path; /* where modules are looked for */
    chore_policy_allow allow;
} found;

static chore_status take_answer(found *f, const char *file, chore_error *err)
{
    char package[CHORE_PATH_CAP];
    chore_status status = chore_path_join(package, chore_data_dir(), "policy_iface/python", err);
    if (status == CHORE_OK) {
        json_array_append_new(f->path, json_string(package));
        status = let_read(&f->allow, package, err);
    }
    if (status == CHORE_OK) {
        status = let_read(&f->allow, file, err);
    }
    int n = 0;
    for (char *rest = f->lines, *line; status == CHORE_OK && (line = strsep(&rest, "\n")) && *line;
         n++) {
        if (n == 0) {
            f->python = line;
        } else {
            status = let_read(&f->allow, line, err);
        }
        if (n >= 3) {
            json_array_append_new(f->path, json_string(line));
        }
    }
    f->allow.processes = true;
    return status == CHORE_OK && n < 4 ? no_python("python3", "does not say where it lies", err)
                                       : status;
}

/* ---- the plan ------------------------------------------------------------------------------------------------------- */

static chore_status freeze(chore_plan *plan, const found *f, const char *file, const char *name,
                           const char *config, chore_error *err)
{
    char sha[CHORE_SHA256_HEX_CAP], text[CHORE_POLICY_ALLOW_CAP];
    chore_status status = chore_sha256_file(file, sha, err);
    if (status == CHORE_OK) {
        status = chore_path_join(plan->policy_path, chore_plugin_dir(), "python.so", err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    json_t *said =
        json_pack("{s:s, s:s, s:s, s:s, s:O, s:s}", "file", file, "name", name, "sha256", sha,
                  "python", f->python, "path", f->path, "config", config ? config : "");
    plan->policy_config = said ? json_dumps(said, JSON_COMPACT) : NULL;
    json_decref(said);
    if (!plan->policy_config) {
        return chore_fail(err, CHORE_E_USAGE,
                          "the policy's path and its configuration must be UTF-8");
    }
    if (plan->profile != CHORE_POLICY_INPROC) {
        chore_policy_allow_text(&f->allow, text);
        free(plan->allow);
        plan->allow = strdup(text);
    }
    return CHORE_OK;
}

chore_status chorei_plan_python(chore_plan *plan, const char *policy, const char *config,
                                chore_error *err)
{
    const size_t len = file_len(policy);
    char path[CHORE_PATH_CAP], file[PATH_MAX];
    const char *own = getenv("CHOREBENCH_PYTHON"), *slash;
    chore_copy(path, sizeof path, policy);
    path[len < sizeof path ? len : sizeof path - 1] = 0;
    if (!realpath(path, file) || !chore_file_exists(file)) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0, "there is no such policy file");
    }
    slash = strrchr(path, '/');
    chore_copy(plan->policy, sizeof plan->policy, policy + (slash ? slash + 1 - path : 0));
    found f = {.lines = malloc(ANSWER_BYTES), .path = json_array()};
    CHORE_ASSERT(f.lines && f.path);
    chore_status status = ask_python(own && *own ? own : "python3", f.lines, ANSWER_BYTES, err);
    if (status == CHORE_OK) {
        status = chore_policy_allow_parse(plan->allow, &f.allow, err);
    }
    if (status == CHORE_OK) {
        status = take_answer(&f, file, err);
    }
    if (status == CHORE_OK) {
        status = freeze(plan, &f, file, policy[len] == ':' ? policy + len + 1 : "", config, err);
    }
    free(f.lines);
    json_decref(f.path);
    return status;
}
