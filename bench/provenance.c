#include <chore/provenance.h>

#include <chore_build_info.h>
#include <dlfcn.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chore/clock.h>
#include <chore/files.h>

void chore_version_line(chore_text *out)
{
    chore_text_add(out, "chorebench %s (commit %.12s%s, MuJoCo %s)", CHORE_BUILD_VERSION, CHORE_BUILD_COMMIT,
                   CHORE_BUILD_DIRTY ? "+changes" : "", chore_mujoco_version());
}

/* ---- MuJoCo
 * --------------------------------------------------------------------------------------------------- */

/* Asked of the dynamic linker: bench does not see MuJoCo's headers, and this is the library that is really
 * used. */
static void *mujoco_symbol(void)
{
    return dlsym(RTLD_DEFAULT, "mj_versionString");
}

const char *chore_mujoco_version(void)
{
    const char *(*version)(void) = NULL;
    void *symbol = mujoco_symbol();
    memcpy(&version, &symbol, sizeof version); /* POSIX: an object pointer from dlsym may hold a function */
    return version ? version() : "unknown";
}

const char *chore_mujoco_path(void)
{
    static char path[CHORE_PATH_CAP];
    Dl_info info;
    void *symbol = mujoco_symbol();
    if (!path[0] && symbol && dladdr(symbol, &info) && info.dli_fname) {
        char *real = realpath(info.dli_fname, NULL);
        chore_copy(path, sizeof path, real ? real : info.dli_fname);
        free(real);
    }
    return path;
}

chore_status chore_mujoco_sha256(char out[CHORE_SHA256_HEX_CAP], chore_error *err)
{
    return chore_sha256_file(chore_mujoco_path(), out, err);
}

const char *chore_build_mujoco_sha256(void)
{
    return *CHORE_BUILD_MUJOCO_SHA256 ? CHORE_BUILD_MUJOCO_SHA256 : "unknown";
}

/* ---- the machine
 * ---------------------------------------------------------------------------------------------- */

/* Value of the first line "key<blanks>: value" of /proc/cpuinfo's text, cut to a line; false when absent. */
static bool cpuinfo_value(const char *text, const char *key, char *out, size_t cap)
{
    const char *line = strstr(text, key);
    const char *colon = line ? strchr(line, ':') : NULL;
    if (!colon) {
        return false;
    }
    colon += 1 + strspn(colon + 1, " ");
    size_t len = strcspn(colon, "\n");
    chore_copy(out, len + 1 < cap ? len + 1 : cap, colon);
    return true;
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word)) {
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool has_words(const char *words, const char *const *wanted)
{
    while (*wanted && has_word(words, *wanted)) {
        wanted++;
    }
    return !*wanted;
}

/* The psABI levels, by the kernel's names of the flags. */
static const char *x86_level(const char *flags)
{
    static const char *const v2[] = {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3", NULL};
    static const char *const v3[] = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", NULL};
    static const char *const v4[] = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", NULL};
    if (!has_words(flags, v2)) {
        return "x86-64-v1";
    }
    if (!has_words(flags, v3)) {
        return "x86-64-v2";
    }
    return has_words(flags, v4) ? "x86-64-v4" : "x86-64-v3";
}

void chore_cpu_read(chore_cpu *out)
{
    /* those that let a maths library choose another code path */
    static const char *const telling[] = {"sse4_2", "avx", "avx2", "fma", "fma4", "avx512f", "asimd", "sve"};
    char *text = NULL, flags[8192] = "";
    size_t len;
    struct utsname host;
    memset(out, 0, sizeof *out);
    out->cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    chore_copy(out->model, sizeof out->model, "unknown");
    chore_copy(out->level, sizeof out->level, uname(&host) == 0 ? host.machine : "unknown");
    if (chore_file_read("/proc/cpuinfo", &text, &len, NULL) != CHORE_OK) {
        return;
    }
    (void)cpuinfo_value(text, "model name", out->model, sizeof out->model);
    if (cpuinfo_value(text, "\nflags", flags, sizeof flags)) {
        chore_copy(out->level, sizeof out->level, x86_level(flags));
    } else {
        (void)cpuinfo_value(text, "\nFeatures", flags, sizeof flags);
    }
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
        if (has_word(flags, telling[i])) {
            size_t used = strlen(out->features);
            snprintf(out->features + used, sizeof out->features - used, "%s%s", used ? " " : "", telling[i]);
        }
    }
    free(text);
}

void chore_os_name(char *out, size_t cap)
{
    char *text = NULL;
    size_t len;
    chore_copy(out, cap, "unknown");
    if (chore_file_read("/etc/os-release", &text, &len, NULL) == CHORE_OK) {
        const char *name = strstr(text, "PRETTY_NAME=\"");
        if (name) {
            name += strlen("PRETTY_NAME=\"");
            size_t n = strcspn(name, "\"\n");
            chore_copy(out, n + 1 < cap ? n + 1 : cap, name);
        }
        free(text);
    }
}

/* ---- build.json
 * ----------------------------------------------------------------------------------------------- */

static json_t *sha256_json(const char *path)
{
    char hex[CHORE_SHA256_HEX_CAP];
    return chore_sha256_file(path, hex, NULL) == CHORE_OK ? json_string(hex) : json_null();
}

static json_t *machine_json(void)
{
    chore_cpu cpu;
    char os[128], libc[64] = "unknown";
    struct utsname host;
    bool named = uname(&host) == 0;
    chore_cpu_read(&cpu);
    chore_os_name(os, sizeof os);
    (void)confstr(_CS_GNU_LIBC_VERSION, libc, sizeof libc); /* stays unknown with another library */
    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:I, s:I}", "cpu", cpu.model, "cpu_class",
                     cpu.level, "cpu_features", cpu.features, "cores", cpu.cores, "os", os, "kernel",
                     named ? host.release : "unknown", "libc", libc, "page_bytes",
                     (json_int_t)sysconf(_SC_PAGESIZE), "memory_bytes",
                     (json_int_t)sysconf(_SC_PHYS_PAGES) * (json_int_t)sysconf(_SC_PAGESIZE));
}

static char *dump(json_t *json)
{
    CHORE_ASSERT(json);
    char *text = json_dumps(json, JSON_INDENT(2));
    CHORE_ASSERT(text);
    size_t len = strlen(text);
    text = realloc(text, len + 2);
    CHORE_ASSERT(text);
    memcpy(text + len, "\n", 2);
    json_decref(json);
    return text;
}

char *chore_build_json(void)
{
    char stamp[32];
    chore_utc_stamp(stamp);
    return dump(json_pack("{s:i, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:o, s:{s:s, s:o, s:s}, s:o, s:s}",
                          "schema", 1, "version", CHORE_BUILD_VERSION, "commit", CHORE_BUILD_COMMIT, "dirty",
                          CHORE_BUILD_DIRTY, "compiler", CHORE_BUILD_COMPILER, "flags", CHORE_BUILD_FLAGS,
                          "build_type", CHORE_BUILD_TYPE, "target", CHORE_BUILD_SYSTEM, "program_sha256",
                          sha256_json("/proc/self/exe"), "mujoco", "version", chore_mujoco_version(),
                          "sha256", sha256_json(chore_mujoco_path()), "linked_sha256",
                          chore_build_mujoco_sha256(), "machine", machine_json(), "recorded", stamp));
}

/* ---- policy.json
 * ---------------------------------------------------------------------------------------------- */

static json_t *caps_json(uint64_t caps)
{
    static const char *const names[] = {"batch_invariant", "deterministic", "multi_instance",
                                        "needs_every_obs", "prefix",        "learns",
                                        "saves_episode",   "needs_net",     "needs_gpu"};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (caps >> i & 1) {
            json_array_append_new(list, json_string(names[i]));
        }
    }
    return list;
}

static json_t *fields_json(const chore_policy_field *fields, uint32_t n)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_field *f = CHORE_POLICY_AT(chore_policy_field, fields, i);
        json_t *shape = json_array();
        for (uint32_t d = 0; d < f->ndim && d < 4; d++) {
            json_array_append_new(shape, json_integer(f->shape[d]));
        }
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "name", f->name, "repr",
                                              f->repr ? f->repr : "", "frame", f->frame ? f->frame : "",
                                              "shape", shape));
    }
    return list;
}

static json_t *request_json(const chore_policy_request *request)
{
    return json_pack("{s:s, s:f, s:i, s:i, s:i, s:o, s:o, s:o}", "mode", request->mode, "rate_hz",
                     request->rate_hz, "horizon", (int)request->horizon, "execute", (int)request->execute,
                     "max_batch", (int)request->max_batch, "caps", caps_json(request->caps), "streams",
                     fields_json(request->fields, request->n_fields), "action",
                     fields_json(request->components, request->n_components));
}

static json_t *words_json(const char *words)
{
    json_t *list = json_array();
    for (const char *at = words + strspn(words, " "); *at; at += strspn(at, " ")) {
        const size_t len = strcspn(at, " ");
        json_array_append_new(list, json_stringn(at, len));
        at += len;
    }
    return list;
}

static json_t *boundary_json(const chore_policy_boundary *boundary, const char *allowed)
{
    return json_pack("{s:o, s:o, s:s}", "in_force", words_json(boundary->in_force), "missing",
                     words_json(boundary->missing), "allowed", allowed ? allowed : "");
}

/* Absent where nothing is converted: the policy saw and drove the robot in our own terms. */
static void add_translated(json_t *policy, const chore_translated *translated)
{
    const chore_convention *c = translated->convention;
    json_t *lines = json_array();
    const char *line;
    for (int i = 0; (line = chore_translation_line(translated->translation, i)); i++) {
        json_array_append_new(lines, json_string(line));
    }
    if (c) {
        char hash[CHORE_HASH_HEX_CAP];
        chore_hash_hex(c->hash, hash);
        json_object_set_new(policy, "convention", json_pack("{s:s, s:i, s:s, s:f, s:f}", "name", c->name, "version", c->version, "hash",
                                                            hash, "rate_hz", c->rate_hz, "served_at_hz", translated->rate_hz));
    }
    if (json_array_size(lines)) {
        json_object_set(policy, "conversions", lines);
    }
    json_decref(lines);
}

char *chore_policy_json(const chore_policy_info *info, const chore_policy_request *request,
                        const char *config, bool privileged,
                        const chore_policy_boundary *boundary, const char *allowed, const chore_translated *translated)
{
    char abi[32];
    const char *file = strrchr(info->path, '/');
    snprintf(abi, sizeof abi, "%u.%u", info->abi_major, info->abi_minor);
    /* inproc shares memory with the judge: fine for one's own eyes, no ground for comparing */
    bool comparable = boundary->profile != CHORE_POLICY_INPROC;
    json_t *policy = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:b, s:o, s:b, s:s, s:o}", "schema", 1,
                          "name", info->name, "version", info->version, "licence", info->licence, "file",
                          file ? file + 1 : info->path, "sha256", info->sha256, "abi", abi, "caps",
                          caps_json(info->caps), "profile",
                          chore_policy_profile_name(boundary->profile), "comparable", comparable, "boundary",
                          boundary_json(boundary, allowed), "privileged", privileged, "config", config ? config : "", "request", request_json(request));
    if (translated) {
        add_translated(policy, translated);
    }
    return dump(policy);
}
