/* The plug-in `pipe`: the policy is whatever program the configuration names, for a shell: `cmd=python3 my.py --fast`. */
#include "pipe.h"
#include <stdio.h>
#include <string.h>

static int read_config(pipe_command *out, const char *config, char *err, uint32_t err_cap)
{
    static const char key[] = "cmd=";
    static char shell[] = "/bin/sh", dash_c[] = "-c";
    if (strncmp(config, key, sizeof key - 1) != 0 || config[strspn(config + 4, " ") + 4] == '\0') {
        (void)snprintf(err, err_cap, "which program? --policy-config 'cmd=COMMAND LINE'");
        return 0;
    }
    const char *command = config + sizeof key - 1;
    if (strlen(command) >= sizeof out->text) {
        (void)snprintf(err, err_cap, "the command is longer than %zu bytes", sizeof out->text - 1);
        return 0;
    }
    strcpy(out->text, command);
    out->argv[0] = shell;
    out->argv[1] = dash_c;
    out->argv[2] = out->text;
    out->config = config;
    strcpy(out->hint, "is it and all that it reads allowed? --allow processes,read=FOLDER");
    return 1;
}

static chore_policy_instance *create(const chore_policy_host_table *host, const char *config,
                                     char *err, uint32_t err_cap)
{
    return pipe_create(host, config, read_config, err, err_cap);
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_minor;
    if (plugin.struct_size == 0) {
        pipe_describe(&plugin, "pipe");
        plugin.create = create;
    }
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
