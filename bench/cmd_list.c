#include <chore/cli.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/conventions.h>
#include <chore/episode.h>
#include <chore/files.h>
#include <chore/policy_host.h>
#include <chore/yaml.h>

/* Every topic makes a JSON array of objects, each with "name" first; the plain text shows the same things in columns. */
typedef chore_status (*topic_fn)(json_t *list, chore_error *err);

static const char *text_of(const json_t *item, const char *key)
{
    const char *text = json_string_value(json_object_get(item, key));
    return text ? text : "";
}

/* ---- topics ---------------------------------------------------------------------------------------------------- */

static chore_status list_tasks(json_t *list, chore_error *err)
{
    char **names;
    int n;
    chore_status status = chore_task_list(&names, &n, err);
    if (status != CHORE_OK) {
        return status;
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        chore_task *task;
        status = chore_task_load(&task, names[i], err);
        if (status == CHORE_OK) {
            char hash[CHORE_HASH_HEX_CAP];
            chore_hash_hex(chore_task_hash(task), hash);
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:i, s:f, s:i, s:s}", "name", chore_task_name(task), "about",
                                chore_task_instruction(task, 0), "scene", chore_task_scene_name(task),
                                "version", chore_task_version(task), "horizon_s", chore_task_horizon_s(task),
                                "events", chore_task_n_events(task), "hash", hash));
            chore_task_free(task);
        }
    }
    chore_dir_list_free(names, n);
    return status;
}

static chore_status list_suites(json_t *list, chore_error *err)
{
    char **names;
    int n;
    chore_status status = chore_suite_list(&names, &n, err);
    if (status != CHORE_OK) {
        return status;
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        chore_suite suite;
        status = chore_suite_load(&suite, names[i], err);
        if (status == CHORE_OK) {
            chore_text about = {0};
            json_t *tasks = json_array();
            for (int t = 0; t < suite.n_tasks; t++) {
                chore_text_add(&about, "%s%s", t ? ", " : "", suite.tasks[t]);
                json_array_append_new(tasks, json_string(suite.tasks[t]));
            }
            chore_text_add(&about, "; seeds %llu..%llu", (unsigned long long)suite.seed_lo,
                           (unsigned long long)suite.seed_hi);
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:i, s:o, s:[I, I]}", "name", suite.name, "about",
                                            chore_text_get(&about), "version", suite.version, "tasks", tasks,
                                            "seeds", (json_int_t)suite.seed_lo, (json_int_t)suite.seed_hi));
            chore_text_release(&about);
            chore_suite_release(&suite);
        }
    }
    chore_dir_list_free(names, n);
    return status;
}

/* By file name alone: to look inside would run foreign code. */
static chore_status list_policies(json_t *list, chore_error *err)
{
    char **names;
    int n;
    chore_status status = chore_policy_list(&names, &n, err);
    if (status == CHORE_OK) {
        for (int i = 0; i < n; i++) {
            json_array_append_new(list, json_pack("{s:s}", "name", names[i]));
        }
        chore_dir_list_free(names, n);
    }
    return status;
}

static chore_status list_predicates(json_t *list, chore_error *err)
{
    (void)err;
    for (int i = 0; i < chore_predicate_count(); i++) {
        chore_predicate_info p = chore_predicate_info_at(i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "name", p.name, "about", p.meaning,
                                              "arguments", p.arguments, "settled", p.settled));
    }
    return CHORE_OK;
}

/* Names under a map of the file ("sizes", "colours", "folds"), for a person and for --json. */
static json_t *yaml_names(const chore_yaml_node *root, const char *key)
{
    json_t *names = json_array();
    const chore_yaml_node *node = chore_yaml_find(root, key);
    bool map = node && chore_yaml_kind_of(node) == CHORE_YAML_MAP;
    for (int i = 0; node && i < chore_yaml_size(node); i++) {
        const char *name = map ? chore_yaml_key(node, i) : NULL;
        if (map || chore_yaml_string(chore_yaml_item(node, i), &name, NULL) == CHORE_OK) {
            json_array_append_new(names, json_string(name));
        }
    }
    return names;
}

static void add_names(chore_text *out, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        chore_text_add(out, "%s%s", i ? ", " : "", json_string_value(json_array_get(names, i)));
    }
}

static json_t *object_json(const char *name, const chore_yaml_node *root)
{
    chore_text about = {0};
    json_t *sizes = yaml_names(root, "sizes"), *colours = yaml_names(root, "colours"),
           *folds = yaml_names(root, "folds"); /* of garments */
    add_names(&about, sizes);
    chore_text_add(&about, "%s", json_array_size(sizes) && json_array_size(colours) ? "; " : "");
    add_names(&about, colours);
    chore_text_add(&about, "%s", json_array_size(folds) ? "; folded: " : "");
    add_names(&about, folds);
    json_t *item = json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", name, "about", chore_text_get(&about),
                             "sizes", sizes, "colours", colours, "folds", folds);
    chore_text_release(&about);
    return item;
}

static json_t *embodiment_json(const char *name, const chore_yaml_node *root)
{
    const char *about = "";
    const chore_yaml_node *node = chore_yaml_find(root, "about");
    if (node) {
        (void)chore_yaml_string(node, &about, NULL);
    }
    return json_pack("{s:s, s:s}", "name", name, "about", about);
}

/* Folders below `where`, each with the YAML file `file` (NULL: <folder>.yaml). */
static chore_status list_assets(json_t *list, const char *where, const char *file,
                                json_t *(*describe)(const char *name, const chore_yaml_node *root),
                                chore_error *err)
{
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP], inside[2 * CHORE_NAME_CAP], **names;
    int n;
    chore_status status = chore_path_join(folder, chore_data_dir(), where, err);
    if (status == CHORE_OK) {
        status = chore_dir_list(folder, &names, &n, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        chore_yaml *yaml;
        snprintf(inside, sizeof inside, file ? "%.63s/%.60s" : "%.63s/%.58s.yaml", names[i],
                 file ? file : names[i]);
        status = chore_path_join(path, folder, inside, err);
        if (status != CHORE_OK || !chore_file_exists(path)) {
            continue;
        }
        status = chore_yaml_load(&yaml, path, err);
        if (status == CHORE_OK) {
            json_array_append_new(list, describe(names[i], chore_yaml_root(yaml)));
            chore_yaml_free(yaml);
        }
    }
    chore_dir_list_free(names, n);
    return status;
}

static chore_status list_objects(json_t *list, chore_error *err)
{
    return list_assets(list, "scenes/assets/objects", "object.yaml", object_json, err);
}

static chore_status list_embodiments(json_t *list, chore_error *err)
{
    return list_assets(list, "scenes/assets/embodiments", NULL, embodiment_json, err);
}

static chore_status list_commands(json_t *list, chore_error *err)
{
    (void)err;
    for (const chore_command *c = chore_commands; c->name; c++) {
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "name", c->name, "about", c->summary, "group", c->group));
    }
    return CHORE_OK;
}

static chore_status list_outcomes(json_t *list, chore_error *err)
{
    (void)err;
#define CHORE_OUTCOME(symbol, name, scored, meaning) \
    json_array_append_new(list,                      \
                          json_pack("{s:s, s:s, s:b}", "name", name, "about", meaning, "scored", scored));
#include <chore/outcomes.inl>
#undef CHORE_OUTCOME
    return CHORE_OK;
}

static chore_status list_conventions(json_t *list, chore_error *err)
{
    char **names;
    int n;
    chore_convention *c = calloc(1, sizeof *c);
    CHORE_ASSERT(c);
    chore_status status = chore_convention_list(&names, &n, err);
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        status = chore_convention_load(c, names[i], err);
        if (status == CHORE_OK) {
            json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:s, s:f}", "name", c->name, "about", c->about, "version",
                                                  c->version, "embodiment", c->embodiment, "acts", c->acts, "rate_hz", c->rate_hz));
        }
    }
    chore_dir_list_free(names, n);
    free(c);
    return status;
}

static const struct topic {
    const char *name;
    topic_fn list;
} topics[] = {
    {"tasks", list_tasks},           {"suites", list_suites},     {"policies", list_policies},
    {"predicates", list_predicates}, {"objects", list_objects},   {"embodiments", list_embodiments},
    {"commands", list_commands},     {"outcomes", list_outcomes},     {"conventions", list_conventions},
};
enum { TOPIC_COUNT = sizeof topics / sizeof *topics, SHORT_LIST = 3 };

/* ---- printing -------------------------------------------------------------------------------------------------- */

static void print_list(const json_t *list)
{
    int width = 0;
    size_t i;
    const json_t *item;
    chore_text left = {0};
    for (int pass = 0; pass < 2; pass++) {
        json_array_foreach((json_t *)(uintptr_t)list, i, item)
        {
            const char *arguments = text_of(item, "arguments");
            chore_text_clear(&left);
            chore_text_add(&left, "%s%s%s", text_of(item, "name"), *arguments ? " " : "", arguments);
            if (pass == 0) {
                width = (int)left.len > width ? (int)left.len : width;
            } else if (*text_of(item, "about")) {
                printf("%-*s  %s%s\n", width, chore_text_get(&left), text_of(item, "about"),
                       json_is_true(json_object_get(item, "settled")) ? " (released and at rest)" : "");
            } else {
                printf("%s\n", chore_text_get(&left));
            }
        }
    }
    chore_text_release(&left);
}

static const struct topic *find_topic(const char *name)
{
    const char *names[TOPIC_COUNT];
    for (int i = 0; i < TOPIC_COUNT; i++) {
        names[i] = topics[i].name;
        if (strcmp(name, names[i]) == 0) {
            return &topics[i];
        }
    }
    int nearest = chore_nearest(name, names, TOPIC_COUNT);
    if (nearest >= 0) {
        chore_cli_usage("list", "unknown topic '%s'; did you mean '%s'?", name, names[nearest]);
    } else {
        chore_cli_usage("list",
                        "unknown topic '%s'; expected one of tasks, suites, policies, predicates, objects, "
                        "embodiments, commands, outcomes, conventions",
                        name);
    }
    return NULL;
}

/* The topics asked for, in order; none asked for: the first few. */
static int list_topics(const struct topic *const *asked, int n, bool as_json)
{
    json_t *all = json_pack("{s:i}", "schema", 1);
    chore_error err = {0};
    int code = 0;
    for (int i = 0; i < n && code == 0; i++) {
        json_t *list = json_array();
        if (asked[i]->list(list, &err) != CHORE_OK) {
            code = chore_cli_fail("list", &err);
        } else if (!as_json) {
            if (n > 1) {
                printf("%s%s\n", i ? "\n" : "", asked[i]->name);
            }
            print_list(list);
        }
        json_object_set_new(all, asked[i]->name, list);
    }
    if (as_json && code == 0) {
        json_dumpf(all, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(all);
    return code;
}

int chore_cmd_list(int argc, const char **argv)
{
    int as_json = 0, code;
    const struct poptOption options[] = {{"json", 0, POPT_ARG_NONE, &as_json, 0, "print JSON", NULL},
                                         POPT_TABLEEND};
    poptContext context;
    const char **args;
    if (chore_cli_parse(
            &context, "list", argc, argv, options, "[--json] [TOPIC...]",
            "List what there is: tasks, suites, policies, predicates, objects, embodiments, commands,\n"
            "outcomes, conventions. Without a topic: tasks, suites and policies.\n\n"
            "Examples:\n"
            "  chorebench list predicates        the words of a task's goal\n"
            "  chorebench list tasks --json | jq -r '.tasks[].name'",
            &args, &code) < 0) {
        return code;
    }
    const struct topic *asked[TOPIC_COUNT];
    int n = 0;
    code = 0;
    for (int i = 0; args[i] && code == 0; i++) {
        const struct topic *topic = find_topic(args[i]);
        bool again = false;
        for (int k = 0; k < n; k++) {
            again |= asked[k] == topic;
        }
        if (!topic) {
            code = 2;
        } else if (!again) {
            asked[n++] = topic;
        }
    }
    for (int i = 0; !args[0] && i < SHORT_LIST; i++) {
        asked[n++] = &topics[i];
    }
    if (code == 0) {
        code = list_topics(asked, n, as_json);
    }
    poptFreeContext(context);
    return code;
}
