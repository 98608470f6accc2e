/* The plug-in `remote`: speaks for a policy that runs elsewhere, over the connection that the host has opened (profile remote). */
#include "pipe.h"
#include <chore/policy_extensions.h>
#include <stdio.h>

static chore_policy_instance *create(const chore_policy_host_table *host, const char *config,
                                     char *err, uint32_t err_cap)
{
    char who[160];
    const chore_ext_connection *connection = host->extension(host->ctx, CHORE_EXT_CONNECTION);
    if (connection == NULL) {
        (void)snprintf(err, err_cap,
                       "where is the policy? --policy tcp:HOST:PORT or --policy unix:PATH");
        return NULL;
    }
    (void)snprintf(who, sizeof who, "the policy at %s", connection->address);
    return pipe_create_over(host, connection->fd, who, config, err, err_cap);
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_minor;
    if (plugin.struct_size == 0) {
        pipe_describe(&plugin, "remote");
        plugin.create = create;
    }
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
