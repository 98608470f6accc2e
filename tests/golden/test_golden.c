/* Golden results. Hashes of initial and final states hold for one key: what MuJoCo, compiler, flags, C library and
   processor class made them. Scores hold everywhere, with a tolerance. Without lines for this key the hashes are not
   compared: exit 77, and the lines to add are printed. CHORE_UPDATE_GOLDEN=1 writes them. See README.md. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/provenance.h>
#include <chore/rollout.h>

enum { LINES_CAP = 4096, SKIPPED = 77 };

#define PROGRESS_TOLERANCE 0.25 /* of a mean over one episode or two */
#define SUCCESS_TOLERANCE  1

/* One task for each kind of scene, and those of `smoke`. */
static const struct {
    const char *name;
    uint64_t starts, rollouts; /* cloth takes minutes: none */
} tasks[] = {{"bus_table", 20, 2},   {"set_aside", 20, 2},       {"load_rack", 20, 2},      {"clear_shards", 2, 1},
             {"fold_box", 2, 1},     {"unpack_groceries", 2, 1}, {"load_dishwasher", 2, 1}, {"make_coffee", 2, 0},
             {"pack_and_close", 2, 0}, {"store_in_fridge", 2, 0}, {"carry_dishes", 2, 0},    {"fold_towel", 2, 0}};
enum { TASKS = sizeof tasks / sizeof *tasks };

/* "what<TAB>value"; what is everything that two runs must have in common, key included. */
typedef struct line {
    char what[200], value[200];
} line;

typedef struct sheet {
    line lines[LINES_CAP];
    int n;
} sheet;

static void must(chore_status status, const chore_error *err, const char *what)
{
    if (status != CHORE_OK) {
        fprintf(stderr, "golden: %s: %s\n", what, err->message);
        exit(1);
    }
}

static void sheet_add(sheet *s, const char *value, const char *fmt, ...) CHORE_PRINTF(3, 4);
static void sheet_add(sheet *s, const char *value, const char *fmt, ...)
{
    CHORE_ASSERT(s->n < LINES_CAP);
    line *l = &s->lines[s->n++];
    va_list args;
    va_start(args, fmt);
    vsnprintf(l->what, sizeof l->what, fmt, args);
    va_end(args);
    chore_copy(l->value, sizeof l->value, value);
}

static const char *sheet_find(const sheet *s, const char *what)
{
    for (int i = 0; i < s->n; i++) {
        if (strcmp(s->lines[i].what, what) == 0) {
            return s->lines[i].value;
        }
    }
    return NULL;
}

/* ---- what is there ----------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *json, const char *object, const char *member)
{
    const json_t *at = object ? json_object_get(json, object) : json;
    const char *text = json_string_value(json_object_get(at, member));
    return text ? text : "unknown";
}

/* What the bits of a result may depend on. */
static void read_key(char *out, size_t cap)
{
    char *text = chore_build_json();
    json_t *json = json_loads(text, 0, NULL);
    CHORE_ASSERT(json);
    snprintf(out, cap, "MuJoCo %s %.8s, %s, %s, %s, %s, %s", text_of(json, "mujoco", "version"),
             text_of(json, "mujoco", "sha256"), text_of(json, NULL, "target"),
             text_of(json, "machine", "cpu_class"), text_of(json, "machine", "libc"),
             text_of(json, NULL, "compiler"), text_of(json, NULL, "flags"));
    json_decref(json);
    free(text);
}

static void add_hash(sheet *s, const char *kind, const char *key, const char *task,
                     const char *variant, uint64_t seed, chore_hash hash)
{
    char hex[CHORE_HASH_HEX_CAP];
    chore_hash_hex(hash, hex);
    sheet_add(s, hex, "%s\t%s\t%s\t%s\t%" PRIu64, kind, key, task, variant, seed);
}

static void add_starts(sheet *s, const char *key, chore_rig *rig, const char *task, uint64_t n)
{
    chore_error err = {0};
    for (uint64_t seed = 0; seed < n; seed++) {
        must(chore_episode_reset(chore_rig_episode(rig), seed, CHORE_CONTROL, &err), &err, task);
        add_hash(s, "initial", key, task, "-", seed, chore_episode_hash(chore_rig_episode(rig)));
    }
}

static void add_rollouts(sheet *s, const char *key, chore_rig *rig, chore_policy_host *oracle,
                         const char *task, chore_variant variant, uint64_t n)
{
    const chore_policy_request *request;
    chore_error err = {0};
    char score[64];
    double progress = 0;
    int successes = 0;
    must(chore_policy_negotiate(oracle, chore_rig_offer(rig), &request, &err), &err, "oracle");
    must(chore_rig_accept(rig, request, &err), &err, task);
    for (uint64_t seed = 0; seed < n; seed++) {
        const chore_rollout_def def = {
            .rig = rig, .policy = oracle, .request = request, .seed = seed, .variant = variant};
        chore_row row;
        must(chore_rollout(&def, &row, &err), &err, task);
        add_hash(s, "final", key, task, chore_variant_name(variant), seed, row.final_state_hash);
        successes += row.success;
        progress += row.progress / (double)n;
    }
    snprintf(score, sizeof score, "%d successes, progress %.3f", successes, progress);
    sheet_add(s, score, "score\tany\t%s\t%s\t0..%" PRIu64, task, chore_variant_name(variant), n - 1);
}

static void measure(sheet *s, const char *key)
{
    chore_error err = {0};
    chore_policy_host *oracle;
    must(chore_sim_init(&err), &err, "MuJoCo");
    must(chore_policy_load(&oracle, "oracle", NULL, NULL, NULL, &err), &err, "oracle");
    for (int t = 0; t < TASKS; t++) {
        const char *name = tasks[t].name;
        chore_rig *rig;
        must(chore_rig_create(&rig, name, NULL, NULL, 0, &err), &err, name);
        add_starts(s, key, rig, name, tasks[t].starts);
        if (tasks[t].rollouts) {
            add_rollouts(s, key, rig, oracle, name, CHORE_CONTROL, tasks[t].rollouts);
            add_rollouts(s, key, rig, oracle, name, CHORE_DISTURBED, tasks[t].rollouts);
        }
        chore_rig_destroy(rig);
    }
    chore_policy_unload(oracle);
}

/* ---- the file ---------------------------------------------------------------------------------------------- */

/* Lines "kind key task variant seed value", separated by tabs; "#" begins a comment. */
static void read_sheet(sheet *s, const char *path)
{
    char *text, *rest, *at;
    size_t len;
    chore_error err = {0};
    chore_status status = chore_file_read(path, &text, &len, &err);
    if (status == CHORE_E_NOT_FOUND) {
        return;
    }
    must(status, &err, path);
    for (at = strtok_r(text, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest)) {
        char *value = strrchr(at, '\t');
        if (at[0] != '#' && value) {
            *value = '\0';
            sheet_add(s, value + 1, "%s", at);
        }
    }
    free(text);
}

/* The short name of a key in the file: k1, k2 ...; false and the next free one when it is not there. */
static bool find_key(const sheet *s, const char *key, char *name, size_t cap)
{
    int next = 1;
    for (int i = 0; i < s->n; i++) {
        const char *what = s->lines[i].what;
        if (strncmp(what, "key\t", 4) == 0) {
            const char *id = what + 4;
            const int number = atoi(id + 1);
            next = number >= next ? number + 1 : next;
            if (strcmp(s->lines[i].value, key) == 0) {
                snprintf(name, cap, "%.*s", (int)strcspn(id, "\t"), id);
                return true;
            }
        }
    }
    snprintf(name, cap, "k%d", next);
    return false;
}

static bool is_hash_of(const line *l, const char *name)
{
    const char *tab = strchr(l->what, '\t');
    const size_t len = strlen(name);
    return tab && strncmp(tab + 1, name, len) == 0 && tab[1 + len] == '\t';
}

static void put(chore_text *out, const line *l)
{
    chore_text_add(out, "%s\t%s\n", l->what, l->value);
}

/* The measured lines under this key; lines of other keys stay as long as this one's had not changed. */
static void write_sheet(const char *path, const sheet *old, const sheet *now, const char *name,
                        bool others_stay)
{
    chore_text out = {0};
    chore_error err = {0};
    chore_text_add(
        &out,
        "# Golden results: kind, key, task, variant, seed, value. Written by CHORE_UPDATE_GOLDEN=1, see README.md.\n");
    for (int i = 0; i < now->n; i++) {
        put(&out, &now->lines[i]);
    }
    for (int i = 0; others_stay && i < old->n; i++) {
        if (!is_hash_of(&old->lines[i], name) && !is_hash_of(&old->lines[i], "any")) {
            put(&out, &old->lines[i]);
        }
    }
    must(chore_file_write(path, out.data, out.len, &err), &err, path);
    printf("golden: wrote %d lines under %s%s\n", now->n, name,
           others_stay ? "" : ", and dropped all other keys: results have changed");
    chore_text_release(&out);
}

/* ---- comparing --------------------------------------------------------------------------------------------- */

static int compare_hashes(const sheet *old, const sheet *now, const char *name)
{
    int differ = 0;
    for (int i = 0; i < now->n; i++) {
        const line *l = &now->lines[i];
        const char *golden = is_hash_of(l, name) ? sheet_find(old, l->what) : l->value;
        if (!golden || strcmp(golden, l->value) != 0) {
            differ++;
            fprintf(stderr, "golden: %s: %s, golden %s\n", l->what, l->value,
                    golden ? golden : "missing");
        }
    }
    return differ;
}

static int compare_scores(const sheet *old, const sheet *now)
{
    int worse = 0;
    for (int i = 0; i < now->n; i++) {
        const line *l = &now->lines[i];
        const char *golden = sheet_find(old, l->what);
        int successes, wanted;
        double progress, wanted_progress;
        if (!is_hash_of(l, "any")) {
            continue;
        }
        if (!golden ||
            sscanf(golden, "%d successes, progress %lf", &wanted, &wanted_progress) != 2 ||
            sscanf(l->value, "%d successes, progress %lf", &successes, &progress) != 2 ||
            abs(successes - wanted) > SUCCESS_TOLERANCE ||
            fabs(progress - wanted_progress) > PROGRESS_TOLERANCE) {
            worse++;
            fprintf(stderr, "golden: %s: %s, golden %s\n", l->what, l->value,
                    golden ? golden : "missing");
        }
    }
    return worse;
}

int main(void)
{
    static sheet old, now;
    char path[CHORE_PATH_CAP], key[200], name[16];
    const char *source = getenv("CHORE_SOURCE_DIR"), *update = getenv("CHORE_UPDATE_GOLDEN");
    snprintf(path, sizeof path, "%s/tests/golden/golden.tsv", source ? source : ".");
    read_sheet(&old, path);
    read_key(key, sizeof key);
    const bool known = find_key(&old, key, name, sizeof name);
    sheet_add(&now, key, "key\t%s\t-\t-\t-", name);
    measure(&now, name);
    if (update && strcmp(update, "1") == 0) {
        write_sheet(path, &old, &now, name, !known || compare_hashes(&old, &now, name) == 0);
        return 0;
    }
    if (compare_scores(&old, &now) > 0 || (known && compare_hashes(&old, &now, name) > 0)) {
        fprintf(
            stderr,
            "golden: results have changed. If that was meant: CHORE_UPDATE_GOLDEN=1, and say why in the commit.\n");
        return 1;
    }
    if (!known) {
        printf("golden: scores agree; no hashes for this machine and build. To add them:\n");
        for (int i = 0; i < now.n; i++) {
            if (!is_hash_of(&now.lines[i], "any")) {
                printf("%s\t%s\n", now.lines[i].what, now.lines[i].value);
            }
        }
        return SKIPPED;
    }
    printf("golden: %d results as ever, under %s: %s\n", now.n - 1, name, key);
    return 0;
}
