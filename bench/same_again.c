#include "same_again_internal.h"
#include "plan_names_internal.h"

#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/provenance.h>
#include <jansson.h>

/* What a record must share with the one of the beginning. */
typedef struct mark {
    const char *group, *key; /* group: nullable, the object that the key is in */
    const char *what;        /* for the message */
} mark;

static const mark build_marks[] = {{NULL, "program_sha256", "chorebench itself"},
                                   {"mujoco", "sha256", "MuJoCo"},
                                   {"machine", "cpu_class", "the class of processor"}};
static const mark policy_marks[] = {{NULL, "name", "its name"},
                                    {NULL, "version", "its version"},
                                    {NULL, "sha256", "its file"}};

static const char *value_of(const json_t *record, const mark *m)
{
    return json_string_value(json_object_get(m->group ? json_object_get(record, m->group) : record, m->key));
}

/* The first mark in which they differ; NULL: none. What one of them does not tell is no difference. */
static const mark *difference(const json_t *then, const json_t *now, const mark *marks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *a = value_of(then, &marks[i]), *b = value_of(now, &marks[i]);
        if (a && b && strcmp(a, b) != 0) {
            return &marks[i];
        }
    }
    return NULL;
}

/* NULL: not there, or no JSON. */
static json_t *read_record(const char *dir, const char *name)
{
    char path[CHORE_PATH_CAP], *text = NULL;
    size_t len;
    json_t *json = NULL;
    if (chore_path_join(path, dir, name, NULL) == CHORE_OK && chore_file_exists(path) &&
        chore_file_read(path, &text, &len, NULL) == CHORE_OK) {
        json = json_loadb(text, len, 0, NULL);
    }
    free(text);
    return json;
}

static chore_status refuse(const char *dir, const char *began, const mark *m, const json_t *then, const json_t *now,
                           chore_error *err)
{
    chore_fail_at(err, CHORE_E_USAGE, dir, 0, 0, "this run began with another %s: %s differs (then %.16s, now %.16s)", began,
                  m->what, value_of(then, m), value_of(now, m));
    chore_error_hint(err, "go on with what it began with, or start a new run in another folder");
    return CHORE_E_USAGE;
}

chore_status chorei_same_build(const char *dir, chore_error *err)
{
    char *text = chore_build_json();
    json_t *then = read_record(dir, "build.json"), *now = json_loads(text, 0, NULL);
    const mark *m = difference(then, now, build_marks, sizeof build_marks / sizeof *build_marks);
    const chore_status status = m ? refuse(dir, "program or machine", m, then, now, err) : CHORE_OK;
    json_decref(then);
    json_decref(now);
    free(text);
    return status;
}

chore_status chorei_same_policy(const char *dir, const char *policy_json, chore_error *err)
{
    json_t *then = read_record(dir, "policy.json"), *now = json_loads(policy_json, 0, NULL);
    const mark *m = difference(then, now, policy_marks, sizeof policy_marks / sizeof *policy_marks);
    const chore_status status = m ? refuse(dir, "policy", m, then, now, err) : CHORE_OK;
    json_decref(then);
    json_decref(now);
    return status;
}

chore_status chorei_same_script(const chore_plan *plan, chore_error *err)
{
    char now[CHORE_SHA256_HEX_CAP];
    if (!chorei_is_python(plan->policy)) {
        return CHORE_OK;
    }
    json_t *said = json_loads(plan->policy_config ? plan->policy_config : "", 0, NULL);
    const char *file = json_string_value(json_object_get(said, "file")), *then = json_string_value(json_object_get(said, "sha256"));
    chore_status status = CHORE_OK;
    if (file && then && (status = chore_sha256_file(file, now, err)) == CHORE_OK && strcmp(then, now) != 0) {
        chore_fail_at(err, CHORE_E_USAGE, file, 0, 0, "this run began with another policy: its file has changed (then %.16s, now %.16s)",
                      then, now);
        chore_error_hint(err, "go on with what it began with, or start a new run in another folder");
        status = CHORE_E_USAGE;
    }
    json_decref(said);
    return status;
}
