/* Profiles by name, and what a policy may do, as text: --allow and the plan hold it so. */
#include "host_internal.h"
#include <chore/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const profiles[CHORE_POLICY_PROFILE_COUNT] = {"inproc", "host", "jail", "remote"};

const char *chore_policy_profile_name(chore_policy_profile profile)
{
    return profiles[profile];
}

chore_status chore_policy_profile_parse(const char *name, chore_policy_profile *out, chore_error *err)
{
    int found;
    const chore_status status = chore_parse_word("profile", name, profiles, CHORE_POLICY_PROFILE_COUNT, &found, err);
    if (status == CHORE_OK) {
        *out = (chore_policy_profile)found;
    }
    return status;
}

chore_policy_allow chore_policy_allow_default(void)
{
    return (chore_policy_allow){.memory_bytes = (uint64_t)8 << 30, .cpu_s = 3600};
}

static chore_status add_path(char list[][CHORE_PATH_CAP], int *n, const char *path, chore_error *err)
{
    char *real = realpath(path, NULL);
    if (*n == CHORE_POLICY_ALLOW_PATHS) {
        free(real);
        return chore_fail(err, CHORE_E_USAGE, "--allow: at most %d paths", CHORE_POLICY_ALLOW_PATHS);
    }
    if (real == NULL || strchr(real, ',') != NULL || !chore_copy(list[*n], CHORE_PATH_CAP, real)) {
        free(real);
        return chore_fail(err, CHORE_E_USAGE, "--allow: there is no '%s' (or its path holds a comma)", path);
    }
    free(real);
    ++*n;
    return CHORE_OK;
}

static chore_status parse_amount(const char *word, const char *value, double *out, chore_error *err)
{
    if (chore_parse_quantity(value, CHORE_UNIT_NONE, out, NULL) != CHORE_OK || !(*out >= 0 && *out <= 1e6)) {
        return chore_fail(err, CHORE_E_USAGE, "--allow %s=%s: expected a number from 0 (no limit) to 1000000", word,
                          value);
    }
    return CHORE_OK;
}

static chore_status parse_word(char *word, chore_policy_allow *out, chore_error *err)
{
    static const char *const words[] = {"net", "processes", "gpu", "files", "memory", "cpu", "read", "write"};
    bool *const flags[] = {&out->net, &out->processes, &out->gpu, &out->files};
    enum { N = sizeof words / sizeof *words, FLAGS = 4, MEMORY = 4, CPU, READ, WRITE };
    char *value = strchr(word, '=');
    double amount = 0;
    int i = 0;
    if (value != NULL) {
        *value++ = '\0';
    }
    while (i < N && strcmp(word, words[i]) != 0) {
        i++;
    }
    if (i == N || (i < FLAGS) != (value == NULL)) {
        const int near = chore_nearest(word, words, N);
        chore_fail(err, CHORE_E_USAGE, "--allow: '%s%s' is not understood%s%s%s", word, value != NULL ? "=..." : "",
                   near >= 0 && i == N ? "; did you mean '" : "", near >= 0 && i == N ? words[near] : "",
                   near >= 0 && i == N ? "'?" : "");
        chore_error_hint(err, "net, processes, gpu, files, memory=GIB, cpu=SECONDS, read=PATH, write=PATH; "
                              "commas between them");
        return CHORE_E_USAGE;
    }
    if (i < FLAGS) {
        *flags[i] = true;
        return CHORE_OK;
    }
    if (i == READ || i == WRITE) {
        return i == READ ? add_path(out->read, &out->n_read, value, err)
                         : add_path(out->write, &out->n_write, value, err);
    }
    const chore_status status = parse_amount(word, value, &amount, err);
    if (status == CHORE_OK && i == MEMORY) {
        out->memory_bytes = (uint64_t)(amount * 1024) << 20;
    } else if (status == CHORE_OK) {
        out->cpu_s = amount;
    }
    return status;
}

chore_status chore_policy_allow_parse(const char *text, chore_policy_allow *out, chore_error *err)
{
    chore_status status = CHORE_OK;
    *out = chore_policy_allow_default();
    char *copy = strdup(text != NULL ? text : "");
    CHORE_ASSERT(copy != NULL);
    for (char *rest = copy, *word; status == CHORE_OK && (word = strsep(&rest, ",")) != NULL;) {
        if (word[0] != '\0') {
            status = parse_word(word, out, err);
        }
    }
    free(copy);
    char again[CHORE_POLICY_ALLOW_CAP];
    chore_policy_allow_text(out, again);
    if (status == CHORE_OK && strlen(again) >= CHORE_POLICY_ALLOW_CAP - 1) {
        status = chore_fail(err, CHORE_E_USAGE, "--allow: the paths are longer than %d bytes together",
                            CHORE_POLICY_ALLOW_CAP - 2);
    }
    return status;
}

void chore_policy_allow_text(const chore_policy_allow *allow, char out[CHORE_POLICY_ALLOW_CAP])
{
    const chore_policy_allow usual = chore_policy_allow_default();
    chore_text text = {0};
    chore_text_add(&text, "%s%s%s%s", allow->net ? ",net" : "", allow->processes ? ",processes" : "",
                   allow->gpu ? ",gpu" : "", allow->files ? ",files" : "");
    if (allow->memory_bytes != usual.memory_bytes) {
        chore_text_add(&text, ",memory=%.10g", (double)(allow->memory_bytes >> 20) / 1024);
    }
    if (allow->cpu_s != usual.cpu_s) {
        chore_text_add(&text, ",cpu=%.10g", allow->cpu_s);
    }
    for (int i = 0; i < allow->n_read; i++) {
        chore_text_add(&text, ",read=%s", allow->read[i]);
    }
    for (int i = 0; i < allow->n_write; i++) {
        chore_text_add(&text, ",write=%s", allow->write[i]);
    }
    const char *all = chore_text_get(&text);
    chore_copy(out, CHORE_POLICY_ALLOW_CAP, all[0] == ',' ? all + 1 : all);
    chore_text_release(&text);
}
