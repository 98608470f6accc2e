/* From a name to an instance: open the file, check what it says of itself, create. */
#include "host_internal.h"
#include <chore/clock.h>
#include <chore/log.h>
#include <chore/text.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- plug-ins that allow one instance per process ------------------------------------------------------ */

#define MAX_LIVE 64
static pthread_mutex_t live_lock = PTHREAD_MUTEX_INITIALIZER;
static const void *live[MAX_LIVE]; /* identities with an instance and without CHORE_CAP_MULTI_INSTANCE */
static chore_policy_host *broken;  /* unloaded after CHORE_POLICY_FATAL */

/* Puts `to` where `from` stands. False when `to` stands there already or nothing is free. */
static bool live_exchange(const void *from, const void *to)
{
    bool done = false, there = false;
    pthread_mutex_lock(&live_lock);
    for (int i = 0; i < MAX_LIVE; i++) {
        there = there || (to != NULL && live[i] == to);
    }
    for (int i = 0; i < MAX_LIVE && !done && !there; i++) {
        if (live[i] == from) {
            live[i] = to;
            done = true;
        }
    }
    pthread_mutex_unlock(&live_lock);
    return done;
}

static bool is_single(const chore_policy_host *host)
{
    return host->child == NULL && (host->plugin.caps & CHORE_CAP_MULTI_INSTANCE) == 0;
}

/* ---- what the plug-in may ask of us -------------------------------------------------------------------- */

static void table_log(void *ctx, int32_t level, const char *utf8)
{
    static const chore_log_level levels[] = {CHORE_LOG_ERROR, CHORE_LOG_WARN, CHORE_LOG_INFO,
                                             CHORE_LOG_DEBUG};
    const chore_policy_host *host = ctx;
    char line[512];
    chore_host_clean_text(line, sizeof line, utf8);
    chore_log(level >= 0 && level < 4 ? levels[level] : CHORE_LOG_DEBUG, host->info.name, "%s", line);
}

static uint64_t table_now_ns(void *ctx)
{
    (void)ctx;
    return chore_now_ns();
}

static int32_t table_cancelled(void *ctx)
{
    (void)ctx;
    return 0; /* the inproc profile cannot interrupt a call */
}

static const void *table_extension(void *ctx, const char *id)
{
    const chore_policy_host *host = ctx;
    return host->extension != NULL && id != NULL ? host->extension(host->extension_ctx, id) : NULL;
}

static void fill_table(chore_policy_host *host)
{
    host->table = (chore_policy_host_table){
        .struct_size = sizeof host->table,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .ctx = host,
        .log = table_log,
        .now_ns = table_now_ns,
        .cancelled = table_cancelled,
        .extension = table_extension,
    };
}

/* ---- loading ------------------------------------------------------------------------------------------- */

static bool is_elf(const char *path)
{
    char magic[4] = {0};
    FILE *file = fopen(path, "rb");
    const bool elf = file != NULL && fread(magic, 1, 4, file) == 4 && memcmp(magic, "\177ELF", 4) == 0;
    if (file != NULL) {
        fclose(file);
    }
    return elf;
}

/* dlerror begins with the file's name, which our message has already. */
static const char *loader_words(const char *path)
{
    const char *words = dlerror();
    if (words == NULL) {
        return "unknown reason";
    }
    const size_t len = strlen(path);
    return strncmp(words, path, len) == 0 && words[len] == ':'
               ? words + len + 1 + strspn(words + len + 1, " ")
               : words;
}

static chore_status open_entry(const char *path, chore_policy_entry_fn *entry, chore_error *err)
{
    if (!is_elf(path)) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0,
                             "this is not a shared object (no ELF file)");
    }
    void *handle =
        dlopen(path, RTLD_NOW | RTLD_LOCAL); /* never closed: dlclose and threads do not go together */
    if (handle == NULL) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0, "the loader refuses it: %s",
                             loader_words(path));
    }
    void *symbol = dlsym(handle, CHORE_POLICY_ENTRY_NAME);
    if (symbol == NULL) {
        chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0, "it has no symbol %s: not a policy",
                      CHORE_POLICY_ENTRY_NAME);
        chore_error_hint(err, "a C++ policy must declare it extern \"C\", as chore/policy.h does");
        return CHORE_E_POLICY_LOAD;
    }
    memcpy(entry, &symbol, sizeof *entry); /* ISO C has no cast from object to function pointer */
    return CHORE_OK;
}

/* Name of the first required function that is missing, or NULL. */
static const char *missing_function(const chore_plugin *plugin)
{
    const struct {
        const char *name;
        bool there;
    } required[] = {
        {"create", plugin->create != NULL},
        {"destroy", plugin->destroy != NULL},
        {"negotiate", plugin->negotiate != NULL},
        {"reset", plugin->reset != NULL},
        {"act", plugin->act != NULL},
        {"last_error", plugin->last_error != NULL},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        if (!required[i].there) {
            return required[i].name;
        }
    }
    return NULL;
}

static bool is_word(const char *text)
{
    return text != NULL && text[0] != '\0' && strnlen(text, CHORE_NAME_CAP) < CHORE_NAME_CAP;
}

void chore_host_name(chore_policy_host *host, const char *itself)
{
    chore_host_clean_text(host->info.name, sizeof host->info.name, host->called[0] != '\0' ? host->called : itself);
}

/* Copies what the plug-in says of itself into the host, as far as both sides know it. */
static chore_status check_plugin(chore_policy_host *host, const chore_plugin *theirs, chore_error *err)
{
    const char *path = host->info.path;
    const size_t least = offsetof(chore_plugin, observe);
    if (theirs == NULL) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0, "it does not speak policy ABI %u",
                             CHORE_POLICY_ABI_MAJOR);
    }
    /* size and version lie in the first eight bytes of every major */
    if (theirs->abi_major != CHORE_POLICY_ABI_MAJOR) {
        chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0,
                      "it was built for policy ABI %u.%u, this host speaks %u.%u", theirs->abi_major,
                      theirs->abi_minor, CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR);
        chore_error_hint(err, "build it again with this version's chore/policy.h");
        return CHORE_E_POLICY_LOAD;
    }
    if (theirs->struct_size < least) {
        return chore_fail_at(
            err, CHORE_E_POLICY_LOAD, path, 0, 0,
                             "its chore_plugin.struct_size is %u, at least %zu are required: was it set to "
                             "sizeof(chore_plugin)?",
            theirs->struct_size, least);
    }
    memcpy(&host->plugin, theirs,
           theirs->struct_size < sizeof *theirs ? theirs->struct_size : sizeof *theirs);
    const char *missing = missing_function(&host->plugin);
    if (missing != NULL) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0,
                             "its chore_plugin.%s is NULL; it is required", missing);
    }
    if (!is_word(theirs->name) || !is_word(theirs->version) || !is_word(theirs->licence)) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, path, 0, 0,
                             "its name, version and licence must be given, each shorter than %d bytes",
                             CHORE_NAME_CAP);
    }
    host->identity = theirs;
    chore_host_name(host, theirs->name);
    chore_host_clean_text(host->info.version, sizeof host->info.version, theirs->version);
    chore_host_clean_text(host->info.licence, sizeof host->info.licence, theirs->licence);
    host->info.abi_major = theirs->abi_major;
    host->info.abi_minor = theirs->abi_minor;
    host->info.caps = theirs->caps;
    return CHORE_OK;
}

static chore_status create_instance(chore_policy_host *host, const char *config, chore_error *err)
{
    char words[256] = "";
    if (is_single(host) && !live_exchange(NULL, host->identity)) {
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, host->info.path, 0, 0,
                             "policy \"%s\" allows one instance per process and there is one",
                             host->info.name);
    }
    fenv_t mine;
    chore_host_enter(&mine);
    host->instance = host->plugin.create(&host->table, config, words, (uint32_t)sizeof words);
    chore_host_leave(&mine);
    if (host->instance == NULL) {
        char clean[256];
        words[sizeof words - 1] = '\0';
        chore_host_clean_text(clean, sizeof clean, words);
        if (is_single(host)) {
            live_exchange(host->identity, NULL);
        }
        return chore_fail_at(err, CHORE_E_POLICY_LOAD, host->info.path, 0, 0,
                             "policy \"%s\" could not start: %s", host->info.name,
                             clean[0] != '\0' ? clean : "it gave no reason");
    }
    return CHORE_OK;
}

chore_status chore_host_open_file(chore_policy_host *host, chore_error *err)
{
    chore_policy_entry_fn entry = NULL;
    fenv_t mine;
    const chore_plugin *theirs = NULL;
    chore_host_enter(&mine); /* constructors run while loading; -ffast-math objects change the mode there */
    const chore_status status = open_entry(host->info.path, &entry, err);
    if (status == CHORE_OK) {
        theirs = entry(CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR);
    }
    chore_host_leave(&mine);
    return status == CHORE_OK ? check_plugin(host, theirs, err) : status;
}

static chore_status load_into(chore_policy_host *host, const chore_policy_def *def, chore_error *err)
{
    chore_status status = chore_host_find(host->info.path, def->policy, err);
    if (status == CHORE_OK) {
        status = chore_sha256_file(host->info.path, host->info.sha256, err);
    }
    if (status == CHORE_OK) {
        status = def->profile == CHORE_POLICY_INPROC ? chore_host_open_file(host, err)
                                                     : chore_host_child_make(host, def, err);
    }
    return status == CHORE_OK ? create_instance(host, host->config, err) : status;
}

chore_status chore_policy_open(chore_policy_host **out, const chore_policy_def *def, chore_error *err)
{
    *out = NULL;
    chore_policy_host *host = calloc(1, sizeof *host);
    if (host != NULL) {
        host->config = strdup(def->config != NULL ? def->config : "");
    }
    if (host == NULL || host->config == NULL) {
        free(host);
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a policy host");
    }
    chore_copy(host->called, sizeof host->called, def->called != NULL ? def->called : "");
    host->extension = def->extension;
    host->extension_ctx = def->ctx;
    host->boundary.profile = def->profile;
    fill_table(host);
    const chore_status status = load_into(host, def, err);
    if (status != CHORE_OK) {
        chore_host_child_free(host);
        free(host->config);
        free(host);
        return status;
    }
    *out = host;
    return CHORE_OK;
}

chore_status chore_policy_load(chore_policy_host **out, const char *name_or_path, const char *config,
                               chore_policy_extension_fn extension, void *ctx, chore_error *err)
{
    const chore_policy_def def = {.policy = name_or_path, .config = config, .extension = extension, .ctx = ctx};
    return chore_policy_open(out, &def, err);
}

void chore_policy_unload(chore_policy_host *host)
{
    if (host == NULL) {
        return;
    }
    if (host->stage == HOST_BROKEN && host->child == NULL) { /* its threads may still hold our table: keep it */
        pthread_mutex_lock(&live_lock);
        host->next_broken = broken;
        broken = host;
        pthread_mutex_unlock(&live_lock);
        return;
    }
    fenv_t mine;
    chore_host_enter(&mine);
    host->plugin.destroy(host->instance);
    chore_host_leave(&mine);
    if (is_single(host)) {
        live_exchange(host->identity, NULL);
    }
    chore_host_child_free(host);
    free(host->request_memory);
    free(host->open);
    free(host->named);
    free(host->config);
    free(host);
}

const chore_policy_boundary *chore_policy_host_boundary(const chore_policy_host *host)
{
    return &host->boundary;
}

const chore_policy_info *chore_policy_host_info(const chore_policy_host *host)
{
    return &host->info;
}
