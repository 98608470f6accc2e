/* A policy that goes wrong while it is loaded, in the way that BAD_x says. */
#include <chore/policy_easy.h>

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    (void)state, (void)now, (void)action;
    return NULL;
}

static const chore_easy_policy policy = {"bad", "1.0", "Apache-2.0", "eef_delta", "", 0, 0, act};

static chore_policy_instance *create(const chore_policy_host_table *host, const char *config, char *err,
                                     uint32_t err_cap)
{
    (void)host;
    return chore_easy_create(&policy, config, err, err_cap);
}

#if defined(BAD_NO_SYMBOL)
#define ENTRY other_entry
CHORE_POLICY_EXPORT const chore_plugin *other_entry(uint32_t abi_major, uint32_t abi_minor);
#else
#define ENTRY chore_policy_entry
#endif

const chore_plugin *ENTRY(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_major, (void)abi_minor;
    chore_easy_describe(&policy, &plugin);
    plugin.create = create;
#if defined(BAD_ENTRY_NULL)
    return NULL;
#elif defined(BAD_MAJOR)
    plugin.abi_major = 7;
    plugin.abi_minor = 3;
#elif defined(BAD_STRUCT_SIZE)
    plugin.struct_size = 24;
#elif defined(BAD_NULL_ACT)
    plugin.act = NULL;
#elif defined(BAD_NO_NAME)
    plugin.name = NULL;
#elif defined(BAD_SINGLE)
    plugin.caps &= ~CHORE_CAP_MULTI_INSTANCE;
#endif
    return &plugin;
}
