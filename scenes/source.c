/* Finding, reading and hashing the files that a scene is made of. */
#include "scene_internal.h"

#include <chore/files.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_INCLUDE_DEPTH 8

/* ---- finding ------------------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *tail)
{
    size_t n = strlen(text), t = strlen(tail);
    return n >= t && strcmp(text + n - t, tail) == 0;
}

static chore_status not_found(const char *dir, const char *name, const char *what, chore_error *err)
{
    char **names = NULL;
    int n = 0;
    if (chore_dir_list(dir, &names, &n, NULL) != CHORE_OK) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "no %s '%.64s': there is no folder %s", what, name, dir);
    }
    for (int i = 0; i < n; i++) {
        if (ends_with(names[i], ".yaml")) {
            names[i][strlen(names[i]) - strlen(".yaml")] = '\0';
        }
    }
    int nearest = chore_nearest(name, (const char *const *)names, n);
    chore_status status = nearest >= 0
                              ? chore_fail(err, CHORE_E_NOT_FOUND, "no %s '%.64s'; did you mean '%s'?", what,
                                           name, names[nearest])
                              : chore_fail(err, CHORE_E_NOT_FOUND, "no %s '%.64s' in %s", what, name, dir);
    chore_dir_list_free(names, n);
    return status;
}

chore_status chore_source_find(char path[CHORE_PATH_CAP], const char *folder, const char *name,
                               const char *leaf, const char *what, chore_error *err)
{
    if (ends_with(name, ".yaml")) {
        if (!chore_file_exists(name)) {
            return chore_fail(err, CHORE_E_NOT_FOUND, "no %s file '%s'", what, name);
        }
        return chore_copy(path, CHORE_PATH_CAP, name)
                   ? CHORE_OK
                   : chore_fail(err, CHORE_E_IO, "path too long: %.200s", name);
    }
    char dir[CHORE_PATH_CAP];
    TRY(chore_path_join(dir, chore_data_dir(), folder, err));
    if (!chore_is_identifier(name)) {
        return not_found(dir, name, what, err);
    }
    TRY(chore_path_join(path, dir, leaf, err));
    return chore_file_exists(path) ? CHORE_OK : not_found(dir, name, what, err);
}

chore_status chore_source_beside(char path[CHORE_PATH_CAP], const char *beside, const char *name,
                                 chore_error *err)
{
    const char *slash = strrchr(beside, '/');
    if (name[0] == '/' || slash == NULL) {
        return chore_copy(path, CHORE_PATH_CAP, name)
                   ? CHORE_OK
                   : chore_fail(err, CHORE_E_IO, "path too long: %.200s", name);
    }
    char dir[CHORE_PATH_CAP];
    snprintf(dir, sizeof dir, "%.*s", (int)(slash - beside), beside);
    return chore_path_join(path, dir[0] != '\0' ? dir : "/", name, err);
}

/* ---- reading ------------------------------------------------------------------------------------------- */

static chore_status read_source(const char *path, chore_hash *sources, char **text, size_t *len,
                                chore_error *err)
{
    TRY(chore_file_read(path, text, len, err));
    *sources = chore_hash_chain(*sources, *text, *len);
    return CHORE_OK;
}

chore_status chore_source_yaml(const char *path, chore_hash *sources, chore_yaml **out, chore_error *err)
{
    char *text;
    size_t len;
    TRY(read_source(path, sources, &text, &len, err));
    chore_status status = chore_yaml_parse(out, path, text, len, err);
    free(text);
    return status;
}

/* ---- MJCF: MuJoCo follows a <model file> that names itself without end, so the chain is walked first --- */

typedef struct include_chain {
    const char *main; /* names in it are relative to the main file's folder */
    const char *files[MAX_INCLUDE_DEPTH];
    int depth;
    chore_hash *sources;
} include_chain;

static chore_status walk_includes(include_chain *chain, const char *path, chore_error *err);

/* Put blanks where comments are, so that what is commented out is not followed. */
static void blank_comments(char *text)
{
    for (char *at = strstr(text, "<!--"); at != NULL; at = strstr(at, "<!--")) {
        char *end = strstr(at, "-->");
        size_t len = end != NULL ? (size_t)(end - at) + 3 : strlen(at);
        memset(at, ' ', len);
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Value of file="..." in the tag that starts at `tag`; false: none. */
static bool file_attribute(const char *tag, char out[CHORE_PATH_CAP])
{
    const char *end = strchr(tag, '>');
    for (const char *at = tag; at != NULL && end != NULL && at < end; at++) {
        if (strncmp(at, "file", 4) != 0 || !is_space(at[-1])) {
            continue;
        }
        const char *p = at + 4;
        while (is_space(*p) || *p == '=') {
            p++;
        }
        const char *close = *p == '"' || *p == '\'' ? strchr(p + 1, *p) : NULL;
        if (close != NULL && close - p - 1 < CHORE_PATH_CAP) {
            snprintf(out, CHORE_PATH_CAP, "%.*s", (int)(close - p - 1), p + 1);
            return true;
        }
    }
    return false;
}

static chore_status follow_tag(include_chain *chain, const char *text, const char *tag, chore_error *err)
{
    size_t len = strlen(tag);
    for (const char *at = strstr(text, tag); at != NULL; at = strstr(at + len, tag)) {
        char name[CHORE_PATH_CAP], path[CHORE_PATH_CAP];
        if (!is_space(at[len]) || !file_attribute(at + len, name)) {
            continue;
        }
        TRY(chore_source_beside(path, chain->main, name, err));
        if (chore_file_exists(path)) { /* MuJoCo complains about one that is missing */
            TRY(walk_includes(chain, path, err));
        }
    }
    return CHORE_OK;
}

static chore_status walk_includes(include_chain *chain, const char *path, chore_error *err)
{
    for (int i = 0; i < chain->depth; i++) {
        if (strcmp(chain->files[i], path) == 0) {
            return chore_fail_at(err, CHORE_E_FILE, chain->files[chain->depth - 1], 0, 0,
                                 "cyclic include: it leads back to %s", path);
        }
    }
    if (chain->depth == MAX_INCLUDE_DEPTH) {
        return chore_fail_at(err, CHORE_E_FILE, chain->main, 0, 0,
                             "files are included more than %d deep, up to %s; is it a cycle?",
                             MAX_INCLUDE_DEPTH, path);
    }
    char *text;
    size_t len;
    TRY(read_source(path, chain->sources, &text, &len, err));
    blank_comments(text);
    chain->files[chain->depth++] = path;
    chore_status status = follow_tag(chain, text, "<include", err);
    if (status == CHORE_OK) {
        status = follow_tag(chain, text, "<model", err);
    }
    chain->depth--;
    free(text);
    return status;
}

/* MuJoCo's message as an error at its file; it names the line in words. */
static chore_status mjcf_error(const char *path, const char *message, chore_error *err)
{
    char one_line[512];
    size_t n = 0;
    for (const char *p = message; *p != '\0' && n + 1 < sizeof one_line; p++) {
        bool space = *p == '\n' || *p == ' ';
        if (!space) {
            one_line[n++] = *p;
        } else if (n > 0 && one_line[n - 1] != ' ') {
            one_line[n++] = ' ';
        }
    }
    while (n > 0 && one_line[n - 1] == ' ') {
        n--;
    }
    one_line[n] = '\0';
    const char *at = strstr(message, "line ");
    return chore_fail_at(err, CHORE_E_FILE, path, at != NULL ? atoi(at + 5) : 0, 0, "MuJoCo refuses it: %s",
                         one_line);
}

chore_status chore_source_mjcf(const char *path, chore_hash *sources, mjSpec **out, chore_error *err)
{
    include_chain chain = {.main = path, .sources = sources};
    TRY(walk_includes(&chain, path, err));
    char message[1024] = "";
    *out = mj_parseXML(path, NULL, message, sizeof message);
    return *out != NULL ? CHORE_OK : mjcf_error(path, message, err);
}

chore_status chore_source_compile(const char *path, mjSpec *spec, mjModel **out, chore_error *err)
{
    *out = mj_compile(spec, NULL);
    return *out != NULL ? CHORE_OK : mjcf_error(path, mjs_getError(spec), err);
}
