#include <chore/run_plan.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>

chore_status chore_plan_expand(chore_plan *plan, uint64_t seed_lo, uint64_t seed_hi,
                               chore_variants variants, chore_error *err)
{
    if (seed_hi < seed_lo || seed_hi - seed_lo >= 1000000) {
        return chore_fail(err, CHORE_E_USAGE,
                          "seeds %" PRIu64 "..%" PRIu64
                          ": expected A..B with A <= B and at most 1000000 seeds",
                          seed_lo, seed_hi);
    }
    plan->n_latencies += plan->n_latencies == 0; /* zeroes are frozen */
    int per_seed = (variants == CHORE_VARIANT_BOTH ? 2 : 1) * plan->n_latencies;
    size_t total = (size_t)(seed_hi - seed_lo + 1) * (size_t)per_seed * (size_t)plan->n_tasks;
    if (total == 0 || total > 2000000) {
        return chore_fail(err, CHORE_E_USAGE, "the plan has %zu episodes; expected 1 to 2000000",
                          total);
    }
    plan->episodes = calloc(total, sizeof *plan->episodes);
    if (!plan->episodes) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a plan of %zu episodes", total);
    }
    plan->n_episodes = 0;
    for (uint64_t seed = seed_lo; seed <= seed_hi;
         seed++) { /* seeds outermost: every prefix of the plan is balanced */
        for (int k = 0; k < plan->n_tasks * plan->n_latencies; k++) {
            const int task = k / plan->n_latencies, latency = k % plan->n_latencies;
            if (variants & CHORE_VARIANT_CONTROL) {
                plan->episodes[plan->n_episodes++] = (chore_planned){task, CHORE_CONTROL, seed, latency};
            }
            if (variants & CHORE_VARIANT_DISTURBED) {
                plan->episodes[plan->n_episodes++] = (chore_planned){task, CHORE_DISTURBED, seed, latency};
            }
        }
    }
    return CHORE_OK;
}

static json_t *hash_json(chore_hash hash)
{
    char hex[CHORE_HASH_HEX_CAP];
    chore_hash_hex(hash, hex);
    return json_string(hex);
}

/* Only where there is something to say: what was planned before there was latency keeps its hash. */
static void add_latencies(json_t *json, const chore_plan *plan)
{
    char text[CHORE_LATENCY_CAP];
    json_t *list = json_array();
    for (int i = 0; i < plan->n_latencies; i++) {
        chore_latency_text(plan->latencies[i], text);
        json_array_append_new(list, json_string(text));
    }
    if (plan->n_latencies > 1 || plan->latencies[0].kind != CHORE_LATENCY_FROZEN) {
        json_object_set(json, "latencies", list);
    }
    json_decref(list);
}

static json_t *plan_json(const chore_plan *plan)
{
    json_t *tasks = json_array(), *episodes = json_array();
    for (int i = 0; i < plan->n_tasks; i++) {
        const chore_plan_task *t = &plan->tasks[i];
        json_array_append_new(tasks,
                              json_pack("{s:s, s:i, s:o, s:s}", "name", t->name, "version",
                                        t->version, "hash", hash_json(t->hash), "path", t->path));
    }
    for (int i = 0; i < plan->n_episodes; i++) {
        const chore_planned *e = &plan->episodes[i];
        json_t *episode =
            json_pack("[i, s, I]", e->task, chore_variant_name(e->variant), (json_int_t)e->seed);
        if (plan->n_latencies > 1) {
            json_array_append_new(episode, json_integer(e->latency));
        }
        json_array_append_new(episodes, episode);
    }
    json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "schema", 1,
                     "track", chore_track_name(plan->track), "profile", chore_policy_profile_name(plan->profile), "allow",
                     plan->allow ? plan->allow : "", "suite", plan->suite, "policy", plan->policy, "policy_path", plan->policy_path,
                     "policy_config", plan->policy_config ? plan->policy_config : "", "embodiment",
                     plan->embodiment, "run_key", (json_int_t)plan->run_key, "tasks", tasks,
                     "episodes", episodes);
    CHORE_ASSERT(json);
    add_latencies(json, plan);
    return json;
}

/* Only where there is one: plans without are as they always were. */
static void add_convention(json_t *json, const chore_plan *plan)
{
    if (plan->convention[0]) {
        json_object_set_new(json, "convention", json_pack("{s:s, s:s, s:o}", "name", plan->convention, "path", plan->convention_path,
                                                          "hash", hash_json(plan->convention_hash)));
    }
    if (plan->appearance != CHORE_APPEARANCE_CANONICAL) {
        json_object_set_new(json, "appearance", json_string(chore_appearance_name(plan->appearance)));
    }
    if (plan->control_hz > 0) {
        json_object_set_new(json, "control_hz", json_integer(plan->control_hz));
    }
}

static bool read_convention(chore_plan *plan, json_t *json)
{
    const char *name, *path, *hash;
    json_t *convention = json_object_get(json, "convention"), *hz = json_object_get(json, "control_hz");
    plan->control_hz = (int)json_integer_value(hz);
    if (hz && (plan->control_hz < 1 || plan->control_hz > CHORE_RATE_MOST)) {
        return false;
    }
    return !convention || (json_unpack(convention, "{s:s, s:s, s:s}", "name", &name, "path", &path, "hash", &hash) == 0 &&
                           chore_copy(plan->convention, sizeof plan->convention, name) &&
                           chore_copy(plan->convention_path, sizeof plan->convention_path, path) &&
                           chore_hash_parse(hash, &plan->convention_hash));
}

static chore_hash json_hash(const json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    CHORE_ASSERT(text);
    chore_hash hash = chore_hash_bytes(text, strlen(text), 0);
    free(text);
    return hash;
}

/* The file's bytes, to the last one. */
static char *plan_text(const json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS);
    CHORE_ASSERT(text);
    return text;
}

chore_status chore_plan_write(const chore_plan *plan, const char *path, chore_error *err)
{
    json_t *json = plan_json(plan);
    add_convention(json, plan);
    json_object_set_new(json, "hash", hash_json(json_hash(json)));
    char *text = plan_text(json);
    chore_status status = chore_file_write(path, text, strlen(text), err);
    free(text);
    json_decref(json);
    return status;
}

static chore_status plan_bad(const char *path, chore_error *err, const char *what)
{
    return chore_fail_at(err, CHORE_E_TAMPERED, path, 0, 0, "not a plan that chorebench wrote: %s",
                         what);
}

static chore_status read_tasks(chore_plan *plan, const json_t *tasks, const char *path,
                               chore_error *err)
{
    plan->n_tasks = (int)json_array_size(tasks);
    plan->tasks = calloc((size_t)plan->n_tasks + 1, sizeof *plan->tasks);
    CHORE_ASSERT(plan->tasks);
    for (int i = 0; i < plan->n_tasks; i++) {
        const char *name, *hash, *task_path;
        chore_plan_task *t = &plan->tasks[i];
        if (json_unpack(json_array_get(tasks, (size_t)i), "{s:s, s:i, s:s, s:s}", "name", &name,
                        "version", &t->version, "hash", &hash, "path", &task_path) ||
            !chore_copy(t->name, sizeof t->name, name) ||
            !chore_copy(t->path, sizeof t->path, task_path) || !chore_hash_parse(hash, &t->hash)) {
            return plan_bad(path, err, "a task is malformed");
        }
    }
    return CHORE_OK;
}

static chore_status read_latencies(chore_plan *plan, const json_t *list, const char *path,
                                   chore_error *err)
{
    const size_t n = json_array_size(list);
    plan->n_latencies = list ? (int)n : 1;
    if (list && (n < 1 || n > CHORE_LATENCY_GROUPS)) {
        return plan_bad(path, err, "the latencies are malformed");
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text || chore_latency_parse_one(text, &plan->latencies[i], NULL) != CHORE_OK) {
            return plan_bad(path, err, "a latency is malformed");
        }
    }
    return CHORE_OK;
}

static chore_status read_episodes(chore_plan *plan, const json_t *episodes, const char *path,
                                  chore_error *err)
{
    plan->n_episodes = (int)json_array_size(episodes);
    plan->episodes = calloc((size_t)plan->n_episodes + 1, sizeof *plan->episodes);
    CHORE_ASSERT(plan->episodes);
    for (int i = 0; i < plan->n_episodes; i++) {
        const char *variant;
        json_int_t seed;
        chore_planned *e = &plan->episodes[i];
        json_t *one = json_array_get(episodes, (size_t)i);
        if (json_unpack(one, "[i, s, I]", &e->task, &variant, &seed) || e->task < 0 ||
            e->task >= plan->n_tasks) {
            return plan_bad(path, err, "an episode is malformed");
        }
        e->variant = strcmp(variant, chore_variant_name(CHORE_DISTURBED)) == 0 ? CHORE_DISTURBED
                                                                               : CHORE_CONTROL;
        e->seed = (uint64_t)seed;
        e->latency = (int)json_integer_value(json_array_get(one, 3));
        if (e->latency < 0 || e->latency >= plan->n_latencies) {
            return plan_bad(path, err, "an episode is of no latency in the plan");
        }
    }
    return CHORE_OK;
}

static chore_status read_plan(chore_plan *plan, json_t *json, const char *path, chore_error *err)
{
    const char *suite, *policy, *policy_path, *config, *embodiment, *hash;
    const char *profile = "inproc", *allow = "", *track = "state", *appearance = "canonical"; /* plans from before the others say nothing */
    json_t *tasks, *episodes;
    json_int_t run_key;
    if (json_unpack(json, "{s?s, s?s, s?s, s?s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "track", &track, "appearance", &appearance,
                    "profile", &profile, "allow", &allow, "suite", &suite,
                    "policy", &policy, "policy_path", &policy_path, "policy_config", &config,
                    "embodiment", &embodiment, "hash", &hash, "run_key", &run_key, "tasks", &tasks,
                    "episodes", &episodes) ||
        !chore_hash_parse(hash, &plan->hash) || !json_is_array(tasks) || !json_is_array(episodes) ||
        !read_convention(plan, json) ||
        chore_policy_profile_parse(profile, &plan->profile, NULL) != CHORE_OK ||
        chore_track_parse(track, &plan->track, NULL) != CHORE_OK || chore_appearance_parse(appearance, &plan->appearance, NULL) != CHORE_OK) {
        return plan_bad(path, err, "fields are missing");
    }
    plan->run_key = (uint64_t)run_key;
    plan->policy_config = strdup(config);
    plan->allow = strdup(allow);
    if (!chore_copy(plan->suite, sizeof plan->suite, suite) ||
        !chore_copy(plan->policy, sizeof plan->policy, policy) ||
        !chore_copy(plan->policy_path, sizeof plan->policy_path, policy_path) ||
        !chore_copy(plan->embodiment, sizeof plan->embodiment, embodiment)) {
        return plan_bad(path, err, "a name is too long");
    }
    chore_status status = read_tasks(plan, tasks, path, err);
    if (status == CHORE_OK) {
        status = read_latencies(plan, json_object_get(json, "latencies"), path, err);
    }
    if (status == CHORE_OK) {
        status = read_episodes(plan, episodes, path, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    json_t *content = json_copy(json);
    json_object_del(content, "hash");
    char wanted[CHORE_HASH_HEX_CAP];
    chore_hash_hex(json_hash(content), wanted);
    bool fits =
        strcmp(hash, wanted) == 0; /* as text: the same number in capitals is a change, too */
    json_decref(content);
    if (!fits) {
        return chore_fail_at(
            err, CHORE_E_TAMPERED, path, 0, 0,
            "the plan's hash does not fit its content: it was changed after it was frozen");
    }
    return CHORE_OK;
}

/* Also what means the same to JSON, a blank or the case of a hash's digit, is a change. */
static chore_status check_text(const json_t *json, const char *text, size_t len, const char *path,
                               chore_error *err)
{
    char *wanted = plan_text(json);
    int line = 1, column = 1;
    size_t at = 0;
    for (; at < len && text[at] == wanted[at];
         at++) { /* stops at the end of `wanted`: text holds no zero byte */
        column = text[at] == '\n' ? 1 : column + 1;
        line += text[at] == '\n';
    }
    bool same = at == len && !wanted[at];
    free(wanted);
    return same ? CHORE_OK
                : chore_fail_at(err, CHORE_E_TAMPERED, path, line, column,
                                "a byte is not as chorebench wrote it");
}

chore_status chore_plan_read(chore_plan *plan, const char *path, chore_error *err)
{
    memset(plan, 0, sizeof *plan);
    char *text = NULL;
    size_t len = 0;
    chore_status status = chore_file_read(path, &text, &len, err);
    if (status != CHORE_OK) {
        return status;
    }
    json_error_t where;
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    if (!json) {
        free(text);
        return chore_fail_at(err, CHORE_E_TAMPERED, path, where.line, where.column, "%s",
                             where.text);
    }
    status = read_plan(plan, json, path, err);
    if (status == CHORE_OK) {
        status = check_text(json, text, len, path, err);
    }
    free(text);
    json_decref(json);
    if (status != CHORE_OK) {
        chore_plan_release(plan);
    }
    return status;
}

void chore_plan_release(chore_plan *plan)
{
    free(plan->tasks);
    free(plan->episodes);
    free(plan->policy_config);
    free(plan->allow);
    memset(plan, 0, sizeof *plan);
}

void chore_plan_episode_name(const chore_plan *plan, int index, char out[CHORE_NAME_CAP * 2])
{
    const chore_planned *e = &plan->episodes[index];
    char latency[CHORE_LATENCY_CAP] = "";
    if (plan->n_latencies > 1) {
        chore_latency_text(plan->latencies[e->latency], latency);
    }
    snprintf(out, CHORE_NAME_CAP * 2, "%s-%s-%05" PRIu64 "%s%s", plan->tasks[e->task].name,
             chore_variant_name(e->variant), e->seed, latency[0] ? "-" : "", latency);
}

int chore_plan_find(const chore_plan *plan, const char *name)
{
    int64_t number;
    if (chore_parse_int(name, 0, plan->n_episodes - 1, &number, NULL) == CHORE_OK) {
        return (int)number;
    }
    for (int i = 0; i < plan->n_episodes; i++) {
        char candidate[CHORE_NAME_CAP * 2];
        chore_plan_episode_name(plan, i, candidate);
        if (strcmp(candidate, name) == 0) {
            return i;
        }
    }
    return -1;
}
