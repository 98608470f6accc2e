/* The plug-in table of a policy that is a program of its own. What is started, the plug-ins `pipe` and `python` each decide; `remote`
   finds it running. */
#ifndef CHORE_PIPE_H
#define CHORE_PIPE_H
#include <chore/policy.h>

enum { PIPE_MAX_WORDS = 16, PIPE_MAX_TEXT = 8192 };

/* What to start, as text that ends where the next begins. */
typedef struct pipe_command {
    char text[PIPE_MAX_TEXT];
    char *argv[PIPE_MAX_WORDS];  /* argv[0]: a path; ends with NULL */
    char *extra[PIPE_MAX_WORDS]; /* "NAME=value" in the environment; ends with NULL */
    const char *config;          /* handed on in the offer */
    char hint[256]; /* what to add to the reason when it does not begin to speak; or "" */
} pipe_command;

/* From the plug-in's configuration. 0: not understood (err). */
typedef int (*pipe_read_config)(pipe_command *out, const char *config, char *err, uint32_t err_cap);

chore_policy_instance *pipe_create(const chore_policy_host_table *host, const char *config,
                                   pipe_read_config read, char *err, uint32_t err_cap);
/* The same of one that is reached through `fd` (lent for this call); `who` in messages: "the policy at tcp:...". */
chore_policy_instance *pipe_create_over(const chore_policy_host_table *host, int fd, const char *who,
                                        const char *config, char *err, uint32_t err_cap);
/* The table, but for create. */
void pipe_describe(chore_plugin *plugin, const char *name);

#endif
