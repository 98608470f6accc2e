/* A policy that attacks. It stands still, and at step 10 of the episodes with an odd seed it does what its configuration
   names (attacks.inl). What gets through says BREACH. */
#include "attack.h"

static const struct {
    const char *name;
    attack_fn *run;
} attacks[] = {
#define HELD(name, tries)          {#name, attack_##name},
#define ENDED(name, reason, tries) {#name, attack_##name},
#define EITHER ENDED
#include "attacks.inl"
#undef HELD
#undef ENDED
#undef EITHER
};

static uint64_t episode_seed;

static int is_now(const char *config, const char *name)
{
    return strcmp(config, name) == 0 && episode_seed % 2 == 1;
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    (void)state;
    if (now->step < 10 || now->seed % 2 == 0 || (now->step > 10 && strcmp(now->config, "burn") != 0)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        if (strcmp(attacks[i].name, now->config) == 0) {
            return attacks[i].run(now, action);
        }
    }
    return strcmp(now->config, "none") == 0 ? NULL : "there is no such attack";
}

static const chore_easy_policy policy = {"attack", "1.0", "Apache-2.0", "eef_delta", "proprio.eef_pos", 0, 0, act};

static const chore_policy_host_table *table;

const chore_policy_host_table *attack_host(void)
{
    return table;
}

static chore_policy_instance *create(const chore_policy_host_table *host, const char *config, char *err,
                                     uint32_t err_cap)
{
    table = host;
    return chore_easy_create(&policy, config, err, err_cap);
}

static int32_t reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    episode_seed = episodes[0].seed;
    if (is_now(self->config, "reset_crash")) {
        (void)attack_null_pointer(NULL, NULL);
    }
    return chore_easy_reset(self, n, episodes);
}

static int32_t feedback(chore_policy_instance *self, uint32_t n, const chore_policy_event *events)
{
    (void)n, (void)events;
    if (is_now(self->config, "feedback_crash")) {
        (void)attack_null_pointer(NULL, NULL);
    }
    if (is_now(self->config, "feedback_hang")) {
        (void)attack_sleep_long(NULL, NULL);
    }
    return CHORE_POLICY_OK;
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_minor;
    chore_easy_describe(&policy, &plugin);
    plugin.create = create;
    plugin.reset = reset;
    plugin.feedback = feedback;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
