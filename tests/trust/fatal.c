/* A policy that takes its process along. It stands still, and at step 20 of the episodes with an odd seed it does
   what its configuration says: none, segv, abort, exit, hang, nan; or at its ends: crash_create, hang_destroy. */
#include <chore/policy_easy.h>

#include <math.h>
#include <unistd.h>

static int is(const char *config, const char *what)
{
    return strcmp(config, what) == 0;
}

static void hang(void)
{
    for (;;) {
        sleep(60);
    }
}

static void crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

static const char *fatal_act(void *state, const chore_easy_step *now, float *action)
{
    (void)state;
    if (now->step != 20 || now->seed % 2 == 0) {
        return NULL;
    }
    if (is(now->config, "segv")) {
        crash();
    } else if (is(now->config, "abort")) {
        abort();
    } else if (is(now->config, "exit")) {
        exit(0);
    } else if (is(now->config, "hang")) {
        hang();
    } else if (is(now->config, "nan")) {
        action[0] = NAN;
    }
    return NULL;
}

static const chore_easy_policy policy = {"fatal", "1.0", "Apache-2.0", "eef_delta", "",
                                         0,       0,     fatal_act};

static chore_policy_instance *fatal_create(const chore_policy_host_table *host, const char *config,
                                           char *err, uint32_t err_cap)
{
    (void)host;
    if (is(config, "crash_create")) {
        crash();
    }
    return chore_easy_create(&policy, config, err, err_cap);
}

static void fatal_destroy(chore_policy_instance *self)
{
    if (is(self->config, "hang_destroy")) {
        hang();
    }
    chore_easy_destroy(self);
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_minor;
    chore_easy_describe(&policy, &plugin);
    plugin.create = fatal_create;
    plugin.destroy = fatal_destroy;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
