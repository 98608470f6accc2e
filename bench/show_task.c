#include <chore/cli.h>

#include <stdlib.h>
#include <string.h>

#include <chore/task.h>
#include <chore/yaml.h>

#include "show_internal.h"

enum { LINE = 96, LABEL = 13 };

/* ---- a YAML tree as words: on one line where it fits, else one line per item --------------------------------- */

static bool is_plain_list(const chore_yaml_node *node)
{
    bool plain = chore_yaml_kind_of(node) == CHORE_YAML_LIST;
    for (int i = 0; plain && i < chore_yaml_size(node); i++) {
        plain = chore_yaml_kind_of(chore_yaml_item(node, i)) == CHORE_YAML_SCALAR;
    }
    return plain;
}

/* An object, a stage, an event: its name says enough without the word "name". */
static bool names_itself(const chore_yaml_node *map)
{
    return chore_yaml_size(map) > 0 &&
           (!strcmp(chore_yaml_key(map, 0), "id") || !strcmp(chore_yaml_key(map, 0), "name"));
}

static void add_inline(chore_text *out, const chore_yaml_node *node);

static void add_value(chore_text *out, const chore_yaml_node *node)
{
    bool nested = chore_yaml_kind_of(node) != CHORE_YAML_SCALAR && !is_plain_list(node);
    chore_text_add(out, nested ? "(" : "");
    add_inline(out, node);
    chore_text_add(out, nested ? ")" : "");
}

static void add_inline(chore_text *out, const chore_yaml_node *node)
{
    const char *text;
    bool map = chore_yaml_kind_of(node) == CHORE_YAML_MAP;
    if (chore_yaml_kind_of(node) == CHORE_YAML_SCALAR) {
        chore_text_add(out, "%s", chore_yaml_string(node, &text, NULL) == CHORE_OK ? text : "");
        return;
    }
    const char *between = map ? ", " : is_plain_list(node) ? " " : "; ";
    for (int i = 0; i < chore_yaml_size(node); i++) {
        chore_text_add(out, "%s", i ? between : "");
        if (map && i == 0 && names_itself(node)) {
            add_inline(out, chore_yaml_value(node, i));
        } else if (map) {
            chore_text_add(out, "%s ", chore_yaml_key(node, i));
            add_value(out, chore_yaml_value(node, i));
        } else {
            add_value(out, chore_yaml_item(node, i));
        }
    }
}

static void add_tree(chore_text *out, const chore_yaml_node *node, int indent);

/* What follows a key: on its line where it fits, else below it. */
static void add_pair(chore_text *out, const char *key, const chore_yaml_node *value, int indent)
{
    chore_text line = {0};
    add_inline(&line, value);
    if (indent + (int)strlen(key) + 1 + (int)line.len <= LINE) {
        chore_text_add(out, "%*s%s%s%s\n", indent, "", key, *key ? " " : "", chore_text_get(&line));
    } else {
        chore_text_add(out, "%*s%s\n", indent, "", key);
        add_tree(out, value, indent + 2);
    }
    chore_text_release(&line);
}

static void add_tree(chore_text *out, const chore_yaml_node *node, int indent)
{
    chore_text line = {0};
    add_inline(&line, node);
    bool whole = chore_yaml_kind_of(node) == CHORE_YAML_SCALAR || is_plain_list(node);
    if (whole || indent + (int)line.len <= LINE) {
        chore_text_add(out, "%*s%s\n", indent, "", chore_text_get(&line));
    } else if (chore_yaml_kind_of(node) == CHORE_YAML_MAP) {
        for (int i = 0; i < chore_yaml_size(node); i++) {
            bool name = i == 0 && names_itself(node); /* the first pair stands out, as the item's heading */
            add_pair(out, name ? "" : chore_yaml_key(node, i), chore_yaml_value(node, i),
                     indent + (i ? 2 : 0));
        }
    } else {
        for (int i = 0; i < chore_yaml_size(node); i++) {
            add_tree(out, chore_yaml_item(node, i), indent);
        }
    }
    chore_text_release(&line);
}

/* A section under its label: lists one item after the other. */
static void add_section(chore_text *out, const char *label, const chore_yaml_node *node)
{
    chore_text body = {0};
    if (!node) {
        return;
    }
    if (chore_yaml_kind_of(node) == CHORE_YAML_LIST && !is_plain_list(node)) {
        for (int i = 0; i < chore_yaml_size(node); i++) {
            add_tree(&body, chore_yaml_item(node, i), LABEL);
        }
    } else {
        add_tree(&body, node, LABEL);
    }
    chore_text_add(out, "%-*s%s", LABEL, label, body.len > LABEL ? body.data + LABEL : "\n");
    chore_text_release(&body);
}

/* ---- the same as JSON ------------------------------------------------------------------------------------------ */

static json_t *node_json(const chore_yaml_node *node)
{
    const char *text = "";
    json_t *json;
    switch (chore_yaml_kind_of(node)) {
    case CHORE_YAML_LIST:
        json = json_array();
        for (int i = 0; i < chore_yaml_size(node); i++) {
            json_array_append_new(json, node_json(chore_yaml_item(node, i)));
        }
        return json;
    case CHORE_YAML_MAP:
        json = json_object();
        for (int i = 0; i < chore_yaml_size(node); i++) {
            json_object_set_new(json, chore_yaml_key(node, i), node_json(chore_yaml_value(node, i)));
        }
        return json;
    default: (void)chore_yaml_string(node, &text, NULL); return json_string(text);
    }
}

/* ---- the task --------------------------------------------------------------------------------------------------- */

static void print_task(const chore_task *task, const chore_yaml_node *root, const char *hash)
{
    static const struct {
        const char *label, *key;
    } sections[] = {{"objects", "objects"}, {"start", "init"},   {"goal", "goal"},
                    {"stages", "stages"},   {"failure", "fail"}, {"events", "events"}};
    chore_text out = {0};
    chore_text_add(&out, "%s, version %d\n\n", chore_task_name(task), chore_task_version(task));
    for (int i = 0; i < chore_task_n_instructions(task); i++) {
        chore_text_add(&out, "%-*s\"%s\"\n", LABEL, i ? "" : "instruction", chore_task_instruction(task, i));
    }
    chore_text_add(&out, "%-*s%s, robot", LABEL, "scene", chore_task_scene_name(task));
    for (int i = 0; i < chore_task_n_embodiments(task); i++) {
        chore_text_add(&out, "%s %s", i ? "," : "", chore_task_embodiment(task, i));
    }
    chore_text_add(&out, "; %g s at %d Hz\n", chore_task_horizon_s(task), chore_task_control_hz(task));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        add_section(&out, sections[i].label, chore_yaml_find(root, sections[i].key));
    }
    chore_text_add(&out, "%-*s%s\n%-*s%s\n", LABEL, "hash", hash, LABEL, "file", chore_task_path(task));
    fputs(chore_text_get(&out), stdout);
    chore_text_release(&out);
}

int chore_show_task(const char *name, bool as_json)
{
    chore_task *task = NULL;
    chore_yaml *yaml = NULL;
    chore_error err = {0};
    chore_status status = chore_task_load(&task, name, &err);
    if (status == CHORE_OK) {
        status = chore_yaml_load(&yaml, chore_task_path(task), &err);
    }
    if (status == CHORE_OK) {
        char hash[CHORE_HASH_HEX_CAP];
        chore_hash_hex(chore_task_hash(task), hash);
        if (as_json) {
            chore_print_json(json_pack("{s:i, s:s, s:i, s:s, s:s, s:o}", "schema", 1, "name",
                                       chore_task_name(task), "version", chore_task_version(task), "hash",
                                       hash, "file", chore_task_path(task), "definition",
                                       node_json(chore_yaml_root(yaml))));
        } else {
            print_task(task, chore_yaml_root(yaml), hash);
        }
    }
    chore_yaml_free(yaml);
    chore_task_free(task);
    return status == CHORE_OK ? 0 : chore_cli_fail("show", &err);
}
