/* A policy that goes wrong before it is created, in the way that its build says. */
#include <chore/policy_easy.h>

#if defined(NEEDS_MORE)
const char *nobody_has_this(void);
#endif

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    (void)state, (void)now, (void)action;
#if defined(NEEDS_MORE)
    return nobody_has_this();
#else
    return NULL;
#endif
}

static const chore_easy_policy policy = {"bad_file", "1.0", "Apache-2.0", "eef_delta", "",
                                         0,          0,     act};

static chore_policy_instance *create(const chore_policy_host_table *host, const char *config,
                                     char *err, uint32_t err_cap)
{
    (void)host;
    return chore_easy_create(&policy, config, err, err_cap);
}

#if defined(OTHER_ENTRY)
#define ENTRY another_entry
CHORE_POLICY_EXPORT const chore_plugin *another_entry(uint32_t abi_major, uint32_t abi_minor);
#else
#define ENTRY chore_policy_entry
#endif

const chore_plugin *ENTRY(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    int speaks = abi_major == CHORE_POLICY_ABI_MAJOR;
    chore_easy_describe(&policy, &plugin);
    plugin.create = create;
    (void)abi_minor;
#if defined(ANY_MAJOR)
    speaks = 1;
#elif defined(THIS_MINOR_ONLY)
    speaks = speaks && abi_minor == CHORE_POLICY_ABI_MINOR;
#elif defined(NO_ACT)
    plugin.act = NULL;
#elif defined(FALSE_CAP)
    plugin.caps |= CHORE_CAP_SAVES_EPISODE;
#endif
    return speaks ? &plugin : NULL;
}
