/* Reading a YAML tree with checks: every error names the place, what was expected and the nearest valid
   name. */
#include "yaml_internal.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [CHORE_YAML_SCALAR] = "a single value", [CHORE_YAML_LIST] = "a list", [CHORE_YAML_MAP] = "a map"};

chore_yaml_kind chore_yaml_kind_of(const chore_yaml_node *node)
{
    return node->kind;
}

int chore_yaml_size(const chore_yaml_node *node)
{
    return node->n;
}

const chore_yaml_node *chore_yaml_item(const chore_yaml_node *list, int index)
{
    CHORE_ASSERT(list->kind == CHORE_YAML_LIST && index >= 0 && index < list->n);
    return list->items[index];
}

const char *chore_yaml_key(const chore_yaml_node *map, int index)
{
    CHORE_ASSERT(map->kind == CHORE_YAML_MAP && index >= 0 && index < map->n);
    return map->keys[index]->text;
}

const chore_yaml_node *chore_yaml_key_node(const chore_yaml_node *map, int index)
{
    CHORE_ASSERT(map->kind == CHORE_YAML_MAP && index >= 0 && index < map->n);
    return map->keys[index];
}

const chore_yaml_node *chore_yaml_value(const chore_yaml_node *map, int index)
{
    CHORE_ASSERT(map->kind == CHORE_YAML_MAP && index >= 0 && index < map->n);
    return map->items[index];
}

const chore_yaml_node *chore_yaml_find(const chore_yaml_node *map, const char *key)
{
    for (int i = 0; map->kind == CHORE_YAML_MAP && i < map->n; i++) {
        if (strcmp(map->keys[i]->text, key) == 0) {
            return map->items[i];
        }
    }
    return NULL;
}

/* ---- errors -------------------------------------------------------------------------------------------- */

void chore_yaml_place(const chore_yaml_node *node, int *line, int *column)
{
    *line = node->line;
    *column = node->column;
}

chore_status chore_yaml_fail(const chore_yaml_node *node, chore_error *err, const char *fmt, ...)
{
    char message[sizeof((chore_error *)NULL)->message];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return chore_fail_at(err, CHORE_E_FILE, node->file->name, node->line, node->column, "%s", message);
}

chore_status chore_yaml_fail_unknown(const chore_yaml_node *node, const char *what, const char *name,
                                     const char *const *known, int n_known, chore_error *err)
{
    int nearest = chore_nearest(name, known, n_known);
    if (nearest >= 0) {
        return chore_yaml_fail(node, err, "unknown %s '%.64s'; did you mean '%s'?", what, name,
                               known[nearest]);
    }
    chore_text list = {0};
    for (int i = 0; i < n_known; i++) {
        chore_text_add(&list, "%s%s", i > 0 ? ", " : "", known[i]);
    }
    chore_status status =
        n_known > 0
            ? chore_yaml_fail(node, err, "unknown %s '%.64s'; known: %s", what, name, chore_text_get(&list))
            : chore_yaml_fail(node, err, "unknown %s '%.64s'; there is none", what, name);
    chore_text_release(&list);
    return status;
}

/* Give an error of sim/base, which knows no file, this node's place. */
static chore_status fail_here(const chore_yaml_node *node, const chore_error *cause, chore_error *err)
{
    chore_status status = chore_yaml_fail(node, err, "%s", cause->message);
    if (cause->hint[0] != '\0') {
        chore_error_hint(err, "%s", cause->hint);
    }
    return status;
}

chore_status chore_yaml_expect(const chore_yaml_node *node, chore_yaml_kind kind, const char *what,
                               chore_error *err)
{
    if (node->kind == kind) {
        return CHORE_OK;
    }
    if (node->kind == CHORE_YAML_SCALAR && node->text[0] == '\0') {
        return chore_yaml_fail(node, err, "%s is empty; expected %s", what, kind_names[kind]);
    }
    return chore_yaml_fail(node, err, "%s must be %s, not %s", what, kind_names[kind],
                           kind_names[node->kind]);
}

static int count_names(const char *const *names)
{
    int n = 0;
    while (names[n] != NULL) {
        n++;
    }
    return n;
}

chore_status chore_yaml_check_keys(const chore_yaml_node *node, const char *what, const char *const *known,
                                   const char *const *required, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_MAP, what, err));
    int n_known = count_names(known);
    for (int i = 0; i < node->n; i++) {
        int k = 0;
        while (k < n_known && strcmp(known[k], node->keys[i]->text) != 0) {
            k++;
        }
        if (k == n_known) {
            char key_of[CHORE_NAME_CAP + 16];
            snprintf(key_of, sizeof key_of, "key of %.64s", what);
            return chore_yaml_fail_unknown(node->keys[i], key_of, node->keys[i]->text, known, n_known, err);
        }
    }
    for (int i = 0; required[i] != NULL; i++) {
        if (chore_yaml_find(node, required[i]) == NULL) {
            return chore_yaml_fail(node, err, "%s needs the key '%s'", what, required[i]);
        }
    }
    return CHORE_OK;
}

/* ---- scalars ------------------------------------------------------------------------------------------- */

chore_status chore_yaml_string(const chore_yaml_node *node, const char **out, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_SCALAR, "this value", err));
    if (node->text[0] == '\0' && !node->quoted) {
        return chore_yaml_fail(node, err, "a value is missing here");
    }
    *out = node->text;
    return CHORE_OK;
}

chore_status chore_yaml_identifier(const chore_yaml_node *node, char out[CHORE_NAME_CAP], chore_error *err)
{
    const char *text = NULL;
    TRY(chore_yaml_string(node, &text, err));
    if (!chore_is_identifier(text)) {
        return chore_yaml_fail(
            node, err, "'%.64s' is no name: expected a-z, 0-9 and _, a letter first, at most %d characters",
            text, CHORE_NAME_CAP - 1);
    }
    chore_copy(out, CHORE_NAME_CAP, text);
    return CHORE_OK;
}

chore_status chore_yaml_quantity(const chore_yaml_node *node, chore_unit unit, double *out, chore_error *err)
{
    const char *text = NULL;
    chore_error cause;
    double value;
    TRY(chore_yaml_string(node, &text, err));
    if (chore_parse_quantity(text, unit, &value, &cause) != CHORE_OK) {
        return fail_here(node, &cause, err);
    }
    *out = value;
    return CHORE_OK;
}

chore_status chore_yaml_int(const chore_yaml_node *node, int64_t lo, int64_t hi, int64_t *out,
                            chore_error *err)
{
    const char *text = NULL;
    chore_error cause;
    int64_t value;
    TRY(chore_yaml_string(node, &text, err));
    if (chore_parse_int(text, lo, hi, &value, &cause) != CHORE_OK) {
        return fail_here(node, &cause, err);
    }
    *out = value;
    return CHORE_OK;
}

chore_status chore_yaml_bool(const chore_yaml_node *node, bool *out, chore_error *err)
{
    const char *text = NULL;
    TRY(chore_yaml_string(node, &text, err));
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        return chore_yaml_fail(node, err, "expected true or false, not '%.64s'", text);
    }
    *out = text[0] == 't';
    return CHORE_OK;
}

chore_status chore_yaml_vector(const chore_yaml_node *node, chore_unit unit, int n, double *out,
                               chore_error *err)
{
    double values[16];
    CHORE_ASSERT(n > 0 && n <= 16);
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "this value", err));
    if (node->n != n) {
        return chore_yaml_fail(node, err, "expected a list of %d values, not %d", n, node->n);
    }
    for (int i = 0; i < n; i++) {
        TRY(chore_yaml_quantity(node->items[i], unit, &values[i], err));
    }
    memcpy(out, values, sizeof values[0] * (size_t)n);
    return CHORE_OK;
}

chore_status chore_yaml_range(const chore_yaml_node *node, chore_unit unit, double out[2], chore_error *err)
{
    double range[2];
    TRY(chore_yaml_vector(node, unit, 2, range, err));
    if (range[0] > range[1]) {
        return chore_yaml_fail(node, err, "a range [low, high] must not fall: %g is above %g", range[0],
                               range[1]);
    }
    memcpy(out, range, sizeof range);
    return CHORE_OK;
}
