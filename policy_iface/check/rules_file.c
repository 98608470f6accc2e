/* What the file says of itself. */
#include "life_internal.h"
#include <chore/text.h>
#include <dlfcn.h>
#include <inttypes.h>
#include <string.h>

static chore_status open_file(chore_error *err)
{
    trial *t = &chore_the_trial;
    chore_copy(t->file.info.path, sizeof t->file.info.path, t->order.path);
    chore_call_begins(TRIAL_LOADING, 0);
    const chore_status status = chore_host_open_file(&t->file, err);
    chore_call_ends();
    return status;
}

/* The entry of the file, which was opened before; NULL: there is none. */
static chore_policy_entry_fn find_entry(void)
{
    chore_policy_entry_fn entry = NULL;
    void *handle = dlopen(chore_the_trial.order.path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    void *symbol = handle != NULL ? dlsym(handle, CHORE_POLICY_ENTRY_NAME) : NULL;
    memcpy(&entry, &symbol, sizeof entry);
    return entry;
}

static const chore_plugin *ask(chore_policy_entry_fn entry, uint32_t major, uint32_t minor)
{
    chore_call_begins(TRIAL_ENTRY, 0);
    const chore_plugin *plugin = entry(major, minor);
    chore_call_ends();
    return plugin;
}

void chore_try_loads(void)
{
    chore_error err = {0};
    if (open_file(&err) != CHORE_OK && find_entry() == NULL) {
        say_fail("%s%s%s%s", err.message, err.hint[0] != '\0' ? " (" : "", err.hint,
                 err.hint[0] != '\0' ? ")" : "");
    }
    chore_the_trial.report->info = chore_the_trial.file.info;
}

void chore_try_versions(void)
{
    chore_error err = {0};
    (void)open_file(&err);
    const chore_policy_entry_fn entry = find_entry();
    const chore_plugin *now = ask(entry, CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR);
    if (now == NULL) {
        say_fail("the entry returns NULL to a host of ABI %u.%u", CHORE_POLICY_ABI_MAJOR,
                 CHORE_POLICY_ABI_MINOR);
    }
    if (now->abi_major != CHORE_POLICY_ABI_MAJOR) {
        say_fail(
            "it was built for ABI %u.%u, this host speaks %u.%u: build it with this version's chore/policy.h",
            now->abi_major, now->abi_minor, CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR);
    }
    if (ask(entry, CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR + 7) == NULL) {
        say_fail(
            "the entry returns NULL to a host of ABI %u.%u, which takes everything that was built for %u.%u",
            CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR + 7, CHORE_POLICY_ABI_MAJOR,
            now->abi_minor);
    }
    for (uint32_t major = 0; major < CHORE_POLICY_ABI_MAJOR + 3; major++) {
        if (major != CHORE_POLICY_ABI_MAJOR && ask(entry, major, 0) != NULL) {
            say_fail("the entry answers a host of ABI %" PRIu32 ".0 with a table of %u.%u", major,
                     now->abi_major, now->abi_minor);
        }
    }
    say_pass("built for ABI %u.%u", now->abi_major, now->abi_minor);
}

static void check_caps(const chore_plugin *plugin)
{
    const uint64_t known = CHORE_CAP_NEEDS_GPU * 2 - 1;
    const struct {
        uint64_t cap;
        bool there;
        const char *name, *function;
    } wants[] = {
        {CHORE_CAP_NEEDS_EVERY_OBS, plugin->observe != NULL, "NEEDS_EVERY_OBS", "observe"},
        {CHORE_CAP_SAVES_EPISODE, plugin->save != NULL && plugin->load != NULL, "SAVES_EPISODE",
         "save or load"},
        {CHORE_CAP_LEARNS, plugin->feedback != NULL || plugin->learn != NULL, "LEARNS",
         "feedback or learn"},
    };
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        if ((plugin->caps & wants[i].cap) != 0 && !wants[i].there) {
            say_fail("chore_plugin.caps has CHORE_CAP_%s, and there is no %s", wants[i].name,
                     wants[i].function);
        }
    }
    if (plugin->abi_minor <= CHORE_POLICY_ABI_MINOR && (plugin->caps & ~known) != 0) {
        say_fail("chore_plugin.caps has bits that ABI %u.%u does not know: 0x%" PRIx64,
                 plugin->abi_major, plugin->abi_minor, plugin->caps & ~known);
    }
    if ((plugin->save != NULL) != (plugin->load != NULL)) {
        say_fail("of save and load there is only one");
    }
}

void chore_try_table(void)
{
    chore_error err = {0};
    if (open_file(&err) != CHORE_OK) {
        say_fail("%s", err.message);
    }
    const chore_policy_info *info = &chore_the_trial.file.info;
    const chore_policy_entry_fn entry = find_entry();
    if (ask(entry, CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR) !=
        chore_the_trial.file.identity) {
        say_fail("the entry returns another table the second time");
    }
    check_caps(&chore_the_trial.file.plugin);
    chore_the_trial.report->info = *info;
    say_pass("\"%s\" %s, %s", info->name, info->version, info->licence);
}
